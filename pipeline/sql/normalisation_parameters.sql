-- m and s of each matching indicator in each of its frames (methodology 3): sample mean and standard deviation (n - 1), over all
-- areas of the level (absolute) or over those of one country (national, 20 areas at least). Handbook step 5.
with frames as (
    select indicator, unnest(case frame when 'both' then ['absolute', 'national'] else [frame] end) as frame
    from indicators where role = 'matching'
), framed as (
    select t.level, t.indicator, f.frame, case f.frame when 'national' then t.country else '' end as country, t.transformed
    from transformed_values as t join frames as f using (indicator)
    where t.transformed is not null
)
select level, indicator, frame, country, avg(transformed) as mean, stddev_samp(transformed) as standard_deviation, count(*) as areas
from framed
group by level, indicator, frame, country
having stddev_samp(transformed) > 1e-9 and (frame = 'absolute' or count(*) >= getvariable('smallest_national_frame'))
order by level, indicator, frame, country
