-- z = clip((g(x) - m) / s, +-3) in each frame (methodology 3); `both` gives two features, each at half the weight.
-- The share of a region that stands for an area counts as known if its error leaves half of the differences between places.
-- Within a block, weights add up to 1. What is not known stays out here; its expected value is found afterwards.
with features as (
    select level, i.indicator, p.frame, i.block, i.weight / case i.frame when 'both' then 2 else 1 end as weight
    from (select distinct level, indicator, frame from normalisation_parameters) as p
    join (select *, pillar_or_block as block from indicators where role = 'matching') as i using (indicator)
), shares as (
    select *, weight / sum(weight) over (partition by level, block) as share from features
)
select t.ref_area, t.level, s.block, s.indicator, s.frame, s.share as weight,
    case when abs(t.transformed - p.mean) <= 2 * p.standard_deviation then (t.transformed - p.mean) / p.standard_deviation
        else sign(t.transformed - p.mean) * (2 + ln(abs(t.transformed - p.mean) / p.standard_deviation - 1)) end as z,
    t.standard_error / p.standard_deviation as standard_error
from transformed_values as t
join shares as s using (level, indicator)
join normalisation_parameters as p
    on p.level = t.level and p.indicator = t.indicator and p.frame = s.frame
    and p.country = case s.frame when 'national' then t.country else '' end
where t.transformed is not null
    and not (t.regional and t.standard_error > getvariable('largest_error') * p.standard_deviation)
order by t.ref_area, s.block, s.indicator, s.frame
