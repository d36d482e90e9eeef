-- The mirrors of every area of that code or name (accents and case do not matter), nearest first.
create or replace macro mirrors_of(place, under := 'overall', first := 10) as table
select
    a.ref_area, a.name, s.name as state, a.level, m.rank, m.counterpart_area, c.name as counterpart,
    t.name as counterpart_state, c.country,
    m.distance, m.similarity, m.coverage
from mirrors as m
join reference_areas as a on a.ref_area = m.ref_area
join reference_areas as c on c.ref_area = m.counterpart_area
left join reference_areas as s on s.ref_area = a.parent
left join reference_areas as t on t.ref_area = c.parent
where m.lens = under and m.rank <= first
    and (a.ref_area = place or strip_accents(lower(a.name)) = strip_accents(lower(place)))
order by a.ref_area, m.rank, m.counterpart_area
