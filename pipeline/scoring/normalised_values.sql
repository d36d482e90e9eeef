-- x = direction * value, so that more is better; then one formula per indicator (COINr's n_* functions). Handbook step 5.
-- What is not known, and what the data cannot scale (all values equal), has no score. Goalposts and targets are in the unit of
-- the value; the bounds of `scaled` are on the directed scale, as in COINr. Ranks here rise with x: 1 is the least, ties take
-- the least.
with areas as (
    select distinct ref_area from raw_values
), directed as (
    select a.ref_area, s.*, v.value, s.direction * v.value as x
    from areas as a
    cross join (select * from structure where level = 1) as s
    left join raw_values as v on v.ref_area = a.ref_area and v.indicator = s.code
), statistics as (
    select
        code, min(x) as least, max(x) as most, nullif(max(x) - min(x), 0) as span, count(x) as areas,
        max(x) filter (ref_area = reference) as reference_x,
        favg(x order by ref_area) as mean, nullif(stddev_samp(x order by ref_area), 0) as standard_deviation
    from directed
    group by code
), measured as (
    select
        *, rank() over (partition by code, x is null order by x) as place,
        (value - if(direction = 1, goalpost_lower, goalpost_upper))
        / (direction * (goalpost_upper - goalpost_lower)) as way_between_goalposts,
        (x - least) / nullif(direction * target - least, 0) as way_to_target,
        (x - least) / nullif(reference_x - least, 0) as way_to_reference
    from directed
    join statistics using (code)
)
select
    ref_area, code, value,
    case
        when x is null then null
        when normalisation = 'minmax' then (x - least) / span * (minmax_upper - minmax_lower) + minmax_lower
        when normalisation = 'zscore' then (x - mean) / standard_deviation * zscore_sd + zscore_mean
        when normalisation = 'scaled' then (x - scaled_lower) / (scaled_upper - scaled_lower) * 100
        when normalisation = 'goalposts' and goalpost_truncate and way_between_goalposts > 1 then goalpost_scale
        when normalisation = 'goalposts' and goalpost_truncate and way_between_goalposts < 0 then 0
        when normalisation = 'goalposts' then way_between_goalposts * goalpost_scale
        when normalisation = 'rank' then place
        when normalisation = 'borda' then place - 1
        when normalisation = 'percentile_rank' then (place - 1) / nullif(areas - 1, 0)
        when normalisation = 'distance_to_maximum' then 1 - (most - x) / span
        when normalisation = 'distance_to_target' and target_cap and way_to_target > 1 then 1
        when normalisation = 'distance_to_target' then way_to_target
        when normalisation = 'distance_to_reference' and reference_cap and way_to_reference > 1 then 1
        when normalisation = 'distance_to_reference' then way_to_reference
        when normalisation = 'fraction_of_maximum' then x / nullif(most, 0)
        when normalisation = 'none' then x
    end + 0.0 as score  -- + 0.0 turns -0 into 0
from measured
order by ref_area, code
