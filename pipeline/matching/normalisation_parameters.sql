-- m and s of each matching indicator in each of its frames (methodology 3): sample mean and standard deviation (n - 1), over all
-- areas of the level (absolute) or over those of one country (national, if it has enough areas). Handbook step 5.
-- Where areas have the share of their region, places differ by what the regions differ and by its error: s^2 is the sum of both.
-- What the method version has frozen (schemas/frozen) counts; what it does not know yet is estimated from this edition.
with frames as (
    select indicator, unnest(case frame when 'both' then ['absolute', 'national'] else [frame] end) as frame
    from indicators where role = 'matching'
), framed as (
    select t.level, t.indicator, f.frame, case f.frame when 'national' then t.country else '' end as country, t.transformed,
        case when t.regional then pow(t.standard_error, 2) else 0 end as unseen
    from transformed_values as t join frames as f using (indicator)
    where t.transformed is not null
), estimated as (
    select level, indicator, frame, country, favg(transformed) as mean,
        sqrt(var_samp(transformed) + favg(coalesce(unseen, 0))) as standard_deviation,
        count(*) as areas
    from framed
    group by level, indicator, frame, country
    having stddev_samp(transformed) > 1e-9 and (frame = 'absolute' or count(*) >= getvariable('smallest_national_frame'))
)
select e.level, e.indicator, e.frame, e.country, coalesce(f.mean, e.mean) as mean,
    coalesce(f.standard_deviation, e.standard_deviation) as standard_deviation, coalesce(f.areas, e.areas) as areas,
    f.mean is not null as frozen
from estimated as e
left join frozen as f
    on f.level = e.level and f.indicator = e.indicator and f.frame = e.frame and f.country = e.country
    and f.definition = (select definition from definitions as d where d.indicator = e.indicator)
order by e.level, e.indicator, e.frame, e.country
