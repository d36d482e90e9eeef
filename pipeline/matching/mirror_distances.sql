-- d^2 = sum over blocks W_b x sum over features w_k delta^2_k (methodology 4), where delta^2 is its expected value:
-- (z_i - z_j)^2 + variance_i + variance_j, the variances being 0 for what is known. Per block, an area is a vector of sqrt(w) z
-- and the constant sum of w x variance; coverage is the weight of what is known of both. W_b and w_k are those of the pair's lens.
with compared as (
    select ref_area from pairs union select counterpart_area from pairs
), vectors as materialized (
    select
        f.ref_area, l.lens, f.block,
        list(sqrt(l.weight) * f.z order by f.indicator, f.frame) as vector,
        list(case when f.obs_status = 'A' then sqrt(l.weight) else 0 end order by f.indicator, f.frame) as known,
        sum(l.weight * f.variance order by f.indicator, f.frame) as constant
    from features as f join lens_features as l using (block, indicator, frame)
    where l.weight > 0 and f.ref_area in (from compared)
    group by f.ref_area, l.lens, f.block
)
select
    p.ref_area, p.counterpart_area, p.lens, a.block,
    w.weight * (pow(list_distance(a.vector, b.vector), 2) + a.constant + b.constant) as distance_squared,
    list_inner_product(a.known, b.known) as coverage
from pairs as p
join vectors as a on a.ref_area = p.ref_area and a.lens = p.lens
join vectors as b on b.ref_area = p.counterpart_area and b.lens = p.lens and b.block = a.block
join lens_blocks as w on w.lens = p.lens and w.block = a.block
order by p.lens <> 'overall', p.lens, p.ref_area, p.counterpart_area, a.block
