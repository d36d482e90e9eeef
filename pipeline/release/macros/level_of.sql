-- The level of development of every area of that code or name, on one scale for the world, and the figures behind it.
create or replace macro level_of(place) as table
with area as (
    select a.* from areas_named(place) as n join reference_areas as a using (ref_area)
)
select a.ref_area, a.name, a.country, a.level, 'development level' as figure, cast(null as double) as value,
    '0 to 100' as unit_measure, round(d.development_level, 1) as score, round(d.development_level_low, 1) as score_low,
    round(d.development_level_high, 1) as score_high, cast(null as varchar) as of_area, cast(null as bigint) as time_period
from area as a join development_levels as d using (ref_area)
union all
select a.ref_area, a.name, a.country, a.level, p.figure, round(p.value, 2), g.unit_measure, round(p.score, 1),
    round(greatest(0, p.score - 1.645 * p.score_error), 1), round(least(100, p.score + 1.645 * p.score_error), 1), p.of_area,
    p.time_period
from area as a join level_parts as p using (ref_area) join level_goalposts as g using (figure)
order by ref_area, figure
