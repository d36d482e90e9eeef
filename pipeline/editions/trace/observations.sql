-- The observations behind one side of a value. Growth is that of a territory: a municipality and those split off from it later than its first year.
with origins as (
    select ref_area, country, coalesce(origin, ref_area) as origin from reference_areas
    left join (from area_changes where since > $first_year) using (ref_area)
), area as (
    from origins where ref_area = $ref_area
), wanted as (
    select case when $formula = 'country_value' then country else ref_area end as ref_area from area
    union
    select o.ref_area from origins as o join area as a using (origin) where $formula in ('growth', 'loss')
)
select o.*, s.vintage, s.sha256, (
        select string_agg(publisher_code, ' or ' order by publisher_code) from variables as v
        where v.source = o.source and v.variable = o.variable
    ) as publisher_code
from used_observations as o join wanted using (ref_area) left join sources as s using (source, source_file)
where o.source = $source and o.time_period = $time_period and list_contains(string_split($variables, '+'), o.variable)
order by o.ref_area, o.variable
