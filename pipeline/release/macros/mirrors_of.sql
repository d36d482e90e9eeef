-- The mirrors of every area of that code or name (accents and case do not matter), in the order of the lists that readers see.
create or replace macro mirrors_of(place, under := 'overall', first := 10) as table
select
    a.name, s.name as state, a.level, m.position, c.name as counterpart, t.name as counterpart_state, c.country, m.tier,
    m.inclusion_probability as probability, m.distance, m.rank, m.nearer_at_home, m.coverage, m.ref_area, m.counterpart_area
from areas_named(place, home := true) as n
join mirrors as m on m.ref_area = n.ref_area
join reference_areas as a on a.ref_area = m.ref_area
join reference_areas as c on c.ref_area = m.counterpart_area
left join reference_areas as s on s.ref_area = a.parent
left join reference_areas as t on t.ref_area = c.parent
where m.lens = under and m.position <= first
order by a.ref_area, m.position
