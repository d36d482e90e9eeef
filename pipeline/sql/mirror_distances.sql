-- d^2 = sum over blocks W_b x sum over features w_k delta^2_k (methodology 4), where delta^2 is its expected value:
-- (z_i - z_j)^2 + variance_i + variance_j, the variances being 0 for what is known.
select
    p.ref_area, p.counterpart_area, a.block,
    sum(w.weight * a.weight * (pow(a.z - b.z, 2) + a.variance + b.variance) order by a.indicator, a.frame) as distance_squared,
    sum(a.weight * (a.obs_status = 'A' and b.obs_status = 'A')::int order by a.indicator, a.frame) as coverage
from pairs as p
join features as a on a.ref_area = p.ref_area
join features as b on b.ref_area = p.counterpart_area and b.block = a.block and b.indicator = a.indicator and b.frame = a.frame
join lens_blocks as w on w.block = a.block
group by p.ref_area, p.counterpart_area, a.block
order by p.ref_area, p.counterpart_area, a.block
