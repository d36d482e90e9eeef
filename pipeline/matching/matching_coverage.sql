-- How much of the matching weight is known of each area (methodology 4): of its features, and of its indicators. A feature in the
-- national frame is not known where the country has too few areas; the indicator behind it may be. An area takes part if enough
-- of its indicators is known, and can be among the first mirrors (`ranked`) if enough of its features is.
with weights as (
    select level, block, indicator, sum(weight) as weight
    from (select distinct level, block, indicator, frame, weight from normalised_features)
    group by level, block, indicator
), indicators_known as (
    select t.ref_area, sum(l.weight * w.weight order by w.block, w.indicator) as coverage
    from transformed_values as t
    join weights as w using (level, indicator)
    join lens_blocks as l using (block)
    where t.transformed is not null and not (t.regional and not exists (
        from normalised_features as f where f.ref_area = t.ref_area and f.indicator = t.indicator
    ))
    group by t.ref_area
), features_known as (
    select f.ref_area, sum(l.weight * f.weight order by f.block, f.indicator, f.frame) as coverage
    from normalised_features as f join lens_blocks as l using (block)
    group by f.ref_area
), known as (
    select p.ref_area, p.level, p.country, coalesce(f.coverage, 0) as coverage, coalesce(i.coverage, 0) as of_indicators,
        if(p.country = 'MEX', getvariable('least_coverage_at_home'), getvariable('least_coverage')) as least
    from places as p
    left join indicators_known as i using (ref_area)
    left join features_known as f using (ref_area)
)
select ref_area, level, country, coverage, of_indicators >= least as takes_part, coverage >= getvariable('least_coverage') as ranked,
    case
        when of_indicators < least
            then format('{:.0f} % of the matching weight is known, {:.0f} % is needed', floor(100 * of_indicators), 100 * least)
        when coverage < getvariable('least_coverage')
            then format('only as best of its country: {:.0f} % of the matching weight is known, {:.0f} % is needed for the first ten',
                floor(100 * coverage), 100 * getvariable('least_coverage'))
    end as reason
from known
order by ref_area
