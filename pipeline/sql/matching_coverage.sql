-- How much of the matching weight is known of each area, and whether it takes part (methodology 4). An indicator counts as known
-- where its value is, even if its country has too few areas for a national frame.
with weights as (
    select level, block, indicator, sum(weight) as weight
    from (select distinct level, block, indicator, frame, weight from normalised_features)
    group by level, block, indicator
), known as (
    select t.ref_area, sum(l.weight * w.weight order by w.block, w.indicator) as coverage
    from transformed_values as t
    join weights as w using (level, indicator)
    join lens_blocks as l using (block)
    where t.transformed is not null
    group by t.ref_area
)
select p.ref_area, p.level, p.country, coalesce(k.coverage, 0) as coverage,
    coalesce(k.coverage, 0) >= getvariable('least_coverage') as takes_part,
    case when coalesce(k.coverage, 0) < getvariable('least_coverage')
        then format('{:.0f} % of the matching weight is known, {:.0f} % is needed', floor(100 * coalesce(k.coverage, 0)),
            100 * getvariable('least_coverage'))
    end as reason
from places as p left join known as k using (ref_area)
order by p.ref_area
