-- What each feature adds to the squared distance of a pair under a lens.
with blocks as (
    select lens, block, weight / sum(weight) over (partition by lens) as weight from lenses
)
select m.lens, f.block, f.indicator, f.frame, w.weight * l.weight as weight, f.z, g.z as z_counterpart, f.variance, g.variance as variance_counterpart,
    w.weight * l.weight * (pow(f.z - g.z, 2) + f.variance + g.variance) as part, m.distance, m.distance_squared, m.rank, m.rank_in_country
from mirrors as m
join matching_features as f on f.ref_area = m.ref_area
join matching_features as g on g.ref_area = m.counterpart_area and g.indicator = f.indicator and g.frame = f.frame
join blocks as w on w.lens = m.lens and w.block = f.block
join lens_features as l on l.level = m.level and l.lens = m.lens and l.block = f.block and l.indicator = f.indicator and l.frame = f.frame
where m.ref_area = $ref_area and m.counterpart_area = $counterpart_area
order by m.lens, part desc, f.indicator, f.frame
