-- The short list of each area, by the nearest-neighbour kernel (pipeline/matching/nearest.py), with what the draws make possible.
with also as (
    select p.ref_area, list(c.position::integer order by c.position) as positions
    from possible as p join candidates as c on c.ref_area = p.counterpart_area
    group by p.ref_area
), found as (
    select q.ref_area, unnest(nearest_areas(q.vector, coalesce(a.positions, []::integer[])), recursive := true)
    from queries as q left join also as a using (ref_area)
)
select found.ref_area, candidates.ref_area as counterpart_area, candidates.country, candidates.ranked, found.nearer,
    found.nearer_in_country
from found join candidates using (position)
order by found.ref_area, counterpart_area
