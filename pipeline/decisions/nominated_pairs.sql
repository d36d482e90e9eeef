-- What the data say of each nominated pair: its distance, its rank among all candidates and among those of its country, and from
-- both whether they support it, or it is near: within a share of the candidates, or among the first of its country, of which half
-- at most count as first.
with lens_weights as (
    select lens, block, weight / sum(weight) over (partition by lens) as weight from lenses
), candidates as (
    select n.ref_area, c.ref_area as counterpart_area, c.country, c.ranked, l.lens
    from (select distinct ref_area from nominated_pairs) as n
    join matching_coverage as a on a.ref_area = n.ref_area and a.takes_part
    join matching_coverage as c on c.level = a.level and c.country <> a.country and c.takes_part
    cross join (select distinct lens from lens_weights) as l
), vectors as materialized (
    select f.ref_area, l.lens, f.block, list(sqrt(l.weight) * f.z order by f.indicator, f.frame) as vector,
        sum(l.weight * f.variance order by f.indicator, f.frame) as constant
    from matching_features as f join lens_features as l using (level, block, indicator, frame)
    where f.ref_area in (select ref_area from candidates union select counterpart_area from candidates)
    group by f.ref_area, l.lens, f.block
), block_distances as (
    select p.ref_area, p.counterpart_area, p.country, p.ranked, p.lens, a.block,
        w.weight * (pow(list_distance(a.vector, b.vector), 2) + a.constant + b.constant) as distance_squared
    from candidates as p
    join vectors as a on a.ref_area = p.ref_area and a.lens = p.lens
    join vectors as b on b.ref_area = p.counterpart_area and b.lens = p.lens and b.block = a.block
    join lens_weights as w on w.lens = p.lens and w.block = a.block
), totals as (
    select ref_area, counterpart_area, country, ranked, lens, sum(distance_squared order by block) as distance_squared,
        map(list(block order by block), list(distance_squared order by block)) as blocks
    from block_distances group by ref_area, counterpart_area, country, ranked, lens
), ranked as (
    select *, case when ranked then rank() over (partition by ref_area, lens, ranked order by distance_squared) end as rank,
        count(*) filter (ranked) over (partition by ref_area, lens) as candidates,
        rank() over (partition by ref_area, lens, country order by distance_squared) as rank_in_country,
        count(*) over (partition by ref_area, lens, country) as candidates_in_country
    from totals
)
select n.ref_area, n.counterpart_area, l.lens, n.proposed_by, n.note, r.rank, r.candidates, r.rank_in_country, r.candidates_in_country,
    sqrt(r.distance_squared) as distance, r.distance_squared,
    r.blocks['size'] as size, r.blocks['vocation'] as vocation, r.blocks['geography'] as geography,
    r.blocks['challenges'] as challenges, r.blocks['country_context'] as country_context,
    case when r.distance_squared is null then 'not evaluated' when r.rank <= getvariable('mirrors') then 'supported'
        when r.rank <= getvariable('near_share') * r.candidates then 'near'
        when r.rank_in_country <= least(getvariable('near_in_country'), r.candidates_in_country / 2) then 'near'
        else 'not near' end as verdict
from nominated_pairs as n
cross join (select distinct lens from lens_weights) as l
left join ranked as r on r.ref_area = n.ref_area and r.counterpart_area = n.counterpart_area and r.lens = l.lens
order by n.ref_area, n.counterpart_area, l.lens
