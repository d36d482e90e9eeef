-- Which areas add up to which: a Mexican metropolis and every state-level area are sums of local ones.
select parent, ref_area from places where level = 'local' and parent is not null
union all
select metropolis, ref_area from places where level = 'local' and metropolis is not null
order by parent, ref_area
