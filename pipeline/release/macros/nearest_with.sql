-- Mirrors recomputed with the caller's weights of the blocks: d^2 of docs/methodology.md 4.
create or replace macro nearest_with(place, size := 1, vocation := 1, geography := 1, challenges := 1, country_context := 0, first := 10) as table
with block_weights as (
    select block, case when min(weight) over () >= 0 and sum(weight) over () > 0 then weight / sum(weight) over ()
        else error('weights must not be negative, nor all be 0') end as weight
    from (values ('size', size), ('vocation', vocation), ('geography', geography), ('challenges', challenges),
        ('country_context', country_context)) as given (block, weight)
), distances as (
    select f.ref_area, g.ref_area as counterpart_area,
        sum(w.weight * f.weight * (pow(f.z - g.z, 2) + f.variance + g.variance)) as distance_squared
    from areas_named(place, home := true) as n
    join matching_features as f on f.ref_area = n.ref_area
    join reference_areas as a on a.ref_area = f.ref_area
    join block_weights as w using (block)
    join matching_features as g on g.level = f.level and g.indicator = f.indicator and g.frame = f.frame
    join reference_areas as c on c.ref_area = g.ref_area and c.country <> a.country and c.ranked
    group by f.ref_area, g.ref_area
), ranked as (
    select *, row_number() over (partition by ref_area order by distance_squared, counterpart_area) as rank from distances
)
select a.name, a.level, r.rank, c.name as counterpart, t.name as counterpart_state, c.country, sqrt(r.distance_squared) as distance,
    r.ref_area, r.counterpart_area
from ranked as r
join reference_areas as a on a.ref_area = r.ref_area
join reference_areas as c on c.ref_area = r.counterpart_area
left join reference_areas as t on t.ref_area = c.parent
where r.rank <= first
order by r.ref_area, r.rank
