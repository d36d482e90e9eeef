-- Which areas add up to which: a metropolis and every state-level area are sums of local ones; only the United States'
-- metropolitan areas have figures of their own.
select parent, ref_area from places where level = 'local' and parent is not null
union all
select metropolis, ref_area from places where level = 'local' and metropolis is not null and metropolis not like 'US-%'
order by parent, ref_area
