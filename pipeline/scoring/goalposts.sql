-- Goalposts L and U of each outcome in its frame (methodology 6): percentiles of the base pool, over all areas of the level
-- (absolute), over those of one country (national), or over all countries for a country's own figure. Handbook step 5.
-- The worse end lies `margin` of the way beyond its percentile, as far as the unit goes, so that the last of a country are not
-- worth nothing: a tenth of the places would else share a zero, and one zero decide a score.
-- Mean and standard deviation (n - 1) of the same pool serve the z-score, the other normalisation of the draws.
-- What the method version has frozen (schemas/frozen) counts; what it does not know yet is estimated from this edition.
with outcomes as (
    select v.level, i.indicator, i.formula,
        case when i.frame = 'national' then p.country else '' end as country, p.country as own_country, v.obs_value
    from indicator_values as v
    join indicators as i using (indicator)
    join places as p using (ref_area)
    where i.role = 'outcome' and v.obs_value is not null
), pool as (
    select level, indicator, country, obs_value from outcomes where formula <> 'country_value'
    union all
    select l.level, i.indicator, '' as country, o.obs_value
    from indicators as i
    join (
        select ref_area, variable, arg_max(obs_value, time_period) as obs_value
        from observations where obs_value is not null and length(ref_area) = 3 group by ref_area, variable
    ) as o on o.variable = i.numerator
    cross join (select distinct level from places) as l
    where i.formula = 'country_value' and i.role = 'outcome'
), estimated as (
    select level, indicator, country,
        quantile_cont(obs_value, getvariable('lower_percentile')) as lower,
        quantile_cont(obs_value, getvariable('upper_percentile')) as upper,
        favg(obs_value) as mean, stddev_samp(obs_value) as standard_deviation, count(*) as areas
    from pool
    group by level, indicator, country
    having upper > lower and (country = '' or count(*) >= getvariable('smallest_national_frame'))
), widened as (
    select e.* replace (
        case when i.direction < 0 then e.lower when e.lower < 0 then e.lower - getvariable('margin') * (e.upper - e.lower)
            else greatest(0, e.lower - getvariable('margin') * (e.upper - e.lower)) end as lower,
        case when i.direction > 0 then e.upper
            else least(e.upper + getvariable('margin') * (e.upper - e.lower), if(i.scale = 100, 100, 'infinity'::double)) end as upper
    )
    from estimated as e join indicators as i using (indicator)
)
select e.level, e.indicator, e.country, coalesce(f.lower, e.lower) as lower, coalesce(f.upper, e.upper) as upper,
    coalesce(f.mean, e.mean) as mean, coalesce(f.standard_deviation, e.standard_deviation) as standard_deviation,
    coalesce(f.areas, e.areas) as areas, f.lower is not null as frozen
from widened as e
left join frozen as f
    on f.level = e.level and f.indicator = e.indicator and f.country = e.country
    and f.definition = (select definition from definitions as d where d.indicator = e.indicator)
order by e.level, e.indicator, e.country
