-- Figures of a Mexican municipality that no census and no catalogue of INEGI knows, unless they are quarantined.
with known as (
    select distinct ref_area from observations where source in ('inegi_census', 'inegi_area_catalogue') or source = 'inegi_population' and time_period < 2020
)
select distinct o.source, o.ref_area
from observations as o
where regexp_full_match(o.ref_area, 'MX-[0-9]{5}')
    and o.source not in ('inegi_census', 'inegi_area_catalogue')
    and not exists (from known as k where k.ref_area = o.ref_area)
    and not exists (from quarantined_values as q where q.source = o.source and q.ref_area = o.ref_area)
order by o.source, o.ref_area
