-- Where areas abroad stood in earlier years in the outcomes that a source publishes for several (methodology 10): the percentile among
-- those of the country, level and size class of today, as in standings.sql, from the same variables of the indicator.
with variables as (
    select indicator, formula, scale, unnest(string_split(numerator, '|')) as numerator from indicators
    where role = 'outcome' and formula in ('ratio', 'value') and indicator not in (select indicator from not_exchanged)
), denominators as (
    select indicator, unnest(string_split(denominator, '|')) as denominator from indicators where formula = 'ratio'
), foreign_areas as (
    select * from standings where country <> 'MEX'
), figures as (
    select s.ref_area, s.indicator, s.country, s.level, s.size_class, s.direction, n.source, n.time_period,
        if(v.formula = 'ratio', v.scale * n.obs_value / d.obs_value, n.obs_value) as obs_value
    from variables as v
    join observations as n on n.variable = v.numerator and n.obs_value is not null
    join foreign_areas as s on s.ref_area = n.ref_area and s.indicator = v.indicator and n.time_period < s.time_period
    left join denominators as b on b.indicator = v.indicator
    left join observations as d on d.variable = b.denominator and d.ref_area = n.ref_area and d.source = n.source
        and d.time_period = n.time_period and d.obs_value > 0
    where v.formula = 'value' or d.obs_value is not null
    qualify row_number() over (partition by s.ref_area, v.indicator, n.time_period order by n.source, v.numerator, b.denominator) = 1
), placed as (
    select *, count(*) over pool as pool_areas, rank() over (pool order by direction * obs_value) - 1 as worse,
        count(*) over (partition by indicator, level, country, size_class, source, time_period, obs_value) - 1 as as_well
    from figures window pool as (partition by indicator, level, country, size_class, source, time_period)
)
select ref_area, indicator, time_period, obs_value,
    case when pool_areas >= getvariable('least_areas') then 100 * (worse + as_well / 2) / (pool_areas - 1) end as percentile
from placed
order by ref_area, indicator, time_period
