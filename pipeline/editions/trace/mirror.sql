-- What each feature adds to the squared distance of a pair under a lens.
with weights as (
    select lens, block, weight / sum(weight) over (partition by lens) as weight from lenses
)
select m.lens, f.block, f.indicator, f.frame, w.weight * f.weight as weight, f.z, g.z as z_counterpart, f.variance, g.variance as variance_counterpart,
    w.weight * f.weight * (pow(f.z - g.z, 2) + f.variance + g.variance) as part, m.distance, m.distance_squared, m.rank, m.rank_in_country
from mirrors as m
join matching_features as f on f.ref_area = m.ref_area
join matching_features as g on g.ref_area = m.counterpart_area and g.indicator = f.indicator and g.frame = f.frame
join weights as w on w.lens = m.lens and w.block = f.block
where m.ref_area = $ref_area and m.counterpart_area = $counterpart_area
order by m.lens, part desc, f.indicator, f.frame
