-- The short list of each area, by the nearest-neighbour kernel (pipeline/nearest.py).
with found as (
    select ref_area, unnest(nearest_areas(vector), recursive := true) from queries
)
select found.ref_area, candidates.ref_area as counterpart_area, candidates.country, candidates.ranked, found.nearer
from found join candidates using (position)
order by found.ref_area, counterpart_area
