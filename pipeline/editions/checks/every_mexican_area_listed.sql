select distinct o.ref_area from observations as o
where o.source = 'inegi_census' and not exists (from places as p where p.ref_area = o.ref_area)
order by o.ref_area
