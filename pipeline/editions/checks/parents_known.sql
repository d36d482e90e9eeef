select ref_area, parent, metropolis from places as p
where (parent is not null and not exists (from places as q where q.ref_area = p.parent))
    or (metropolis is not null and metropolis not like 'US-%' and not exists (from places as q where q.ref_area = p.metropolis))
order by ref_area
