-- How much of a matching indicator's variance lies between countries (methodology 4): the intraclass correlation of one random
-- classification, (MSB - MSW) / (MSB + (n0 - 1) MSW), n0 = (N - sum n^2 / N) / (k - 1) (Searle, Casella & McCulloch 1992, 3.6), of g(x)
-- over all areas of the level. What enters by its part in the country loses that variance, what enters absolutely keeps it.
with known as (
    select t.level, t.indicator, t.country, t.transformed as y
    from transformed_values as t join matching_coverage as c using (ref_area)
    where c.takes_part and t.transformed is not null
), classes as (
    select level, indicator, country, count(*) as n, favg(y order by y) as mean, fsum(y * y order by y) - count(*) * pow(favg(y order by y), 2) as within
    from known group by level, indicator, country
), totals as (
    select level, indicator, sum(n) as areas, count(*) as countries, fsum(n * mean order by country) / sum(n) as mean,
        fsum(within order by country) as within, sum(n) - sum(n * n) / sum(n) as spread
    from classes group by level, indicator having count(*) > 1 and sum(n) > count(*)
), between_countries as (
    select c.level, c.indicator, fsum(c.n * pow(c.mean - t.mean, 2) order by c.country) as between_squares
    from classes as c join totals as t using (level, indicator) group by c.level, c.indicator
), squares as (
    select t.level, t.indicator, t.countries, t.areas, b.between_squares / (t.countries - 1) as between_mean_square,
        t.within / (t.areas - t.countries) as within_mean_square, t.spread / (t.countries - 1) as n0
    from totals as t join between_countries as b using (level, indicator)
), entering as (
    select level, indicator, any_value(block) as block, string_agg(distinct frame, ';' order by frame) as frames,
        sum(weight order by frame) as weight
    from (select distinct level, block, indicator, frame, weight from normalised_features)
    group by level, indicator
)
select s.level, e.block, s.indicator, e.frames, e.weight, s.countries::bigint as countries, s.areas::bigint as areas,
    greatest(0, (s.between_mean_square - s.within_mean_square)
        / nullif(s.between_mean_square + (s.n0 - 1) * s.within_mean_square, 0)) as intraclass_correlation,
    case when e.frames = 'national' then 'counted differently' else 'differs by nature' end as reason
from squares as s join entering as e using (level, indicator)
order by s.level, e.block, s.indicator
