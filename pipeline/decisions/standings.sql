-- Where each outcome of each area stands among the areas of its own country, level and, for local areas, size class (size_classes):
-- the percentile 100 x (areas that do worse + half of the others that do as well) / (areas - 1), if there are `least_areas`.
-- s_level is the standard deviation over all areas of the level, for outcomes whose levels may be compared.
with sizes as (
    select v.ref_area, p.level, p.country,
        case p.level when 'local' then (select max(lower) from size_classes where lower <= v.obs_value) else 0 end as size_class
    from indicator_values as v join places as p using (ref_area) where v.indicator = 'population'
), outcomes as (
    select v.ref_area, v.indicator, z.level, z.country, z.size_class, v.obs_value, v.time_period, v.denominator, i.direction
    from indicator_values as v join indicators as i using (indicator) join sizes as z using (ref_area)
    where i.role = 'outcome' and i.formula <> 'country_value' and v.obs_value is not null
), spreads as (
    select indicator, level, stddev_samp(obs_value) as s_level from outcomes group by indicator, level
), placed as (
    select *, count(*) over pool as pool_areas, rank() over (pool order by direction * obs_value) - 1 as worse,
        count(*) over (partition by indicator, level, country, size_class, obs_value) - 1 as as_well
    from outcomes window pool as (partition by indicator, level, country, size_class)
)
select ref_area, indicator, level, country, size_class, obs_value, time_period, denominator, direction, s_level,
    case when pool_areas >= getvariable('least_areas') then 100 * (worse + as_well / 2) / (pool_areas - 1) end as percentile
from placed join spreads using (indicator, level)
order by ref_area, indicator
