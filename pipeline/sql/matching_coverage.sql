-- How much of the matching weight is known of each area, and whether it takes part (methodology 4).
with known as (
    select f.ref_area, sum(l.weight * f.weight order by f.block, f.indicator, f.frame) as coverage
    from normalised_features as f join lens_blocks as l using (block)
    group by f.ref_area
)
select p.ref_area, p.level, p.country, coalesce(k.coverage, 0) as coverage,
    coalesce(k.coverage, 0) >= getvariable('least_coverage') as takes_part,
    case when coalesce(k.coverage, 0) < getvariable('least_coverage')
        then format('{:.0f} % of the matching weight is known, {:.0f} % is needed', 100 * coalesce(k.coverage, 0),
            100 * getvariable('least_coverage'))
    end as reason
from places as p left join known as k using (ref_area)
order by p.ref_area
