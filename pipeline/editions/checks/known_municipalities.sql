-- Figures of a Mexican municipality that neither INEGI's catalogue nor its population history knows, unless they are quarantined.
with known as (
    select distinct ref_area from observations where source in ('inegi_area_catalogue', 'inegi_population')
)
select o.source, o.source_file, min(o.source_row) as source_row, o.ref_area
from observations as o
where regexp_full_match(o.ref_area, 'MX-[0-9]{5}')
    and not exists (from known as k where k.ref_area = o.ref_area)
    and not exists (from quarantined_values as q where q.source = o.source and q.ref_area = o.ref_area)
group by o.source, o.source_file, o.ref_area
order by o.source, o.source_file, o.ref_area
