-- The mirrors of each area under each lens (methodology 5): the first by d^2, ties by code; the best of each country; and the most
-- probable of those that are among the first in enough draws. An area abroad that is not ranked takes part as best of its country
-- only. mutual: the Mexican area is also among the first of the counterpart. own_position and counterpart_position are the place of
-- the distance among all distances of either side, in standard deviations from their mean (mutual proximity, Schnitzer et al. 2012).
with pair_distances as (
    select b.ref_area, b.counterpart_area, b.lens,
        sum(b.distance_squared order by b.block) as distance_squared,
        sum(w.weight * b.coverage order by b.block) as coverage
    from block_distances as b join lens_blocks as w using (lens, block)
    group by b.ref_area, b.counterpart_area, b.lens
), ordered as (
    select d.*, p.country, p.nearer, p.nearer_in_country, p.ranked,
        case when p.ranked then coalesce(i.inclusion_probability, 0) end as inclusion_probability,
        row_number() over (partition by d.lens, d.ref_area, p.ranked order by distance_squared, d.counterpart_area) as position,
        row_number() over (partition by d.lens, d.ref_area, p.country order by distance_squared, d.counterpart_area) as position_in_country,
        row_number() over (
            partition by d.lens, d.ref_area order by i.inclusion_probability desc nulls last, distance_squared, d.counterpart_area
        ) as position_by_probability
    from pair_distances as d
    join pairs as p using (lens, ref_area, counterpart_area)
    left join included as i using (lens, ref_area, counterpart_area)
), shown as (
    select * exclude (of_each),
        case when not ranked then null when position <= getvariable('mirrors') then position else nearer + 1 end as rank,
        case when position_in_country <= of_each then position_in_country
            else nearer_in_country + 1 end as rank_in_country
    from ordered join lens_countries using (lens)
    where (ranked and position <= getvariable('mirrors')) or position_in_country <= of_each
        or (inclusion_probability >= getvariable('possible') and position_by_probability <= getvariable('published'))
)
select s.ref_area, s.counterpart_area, s.lens, s.country, s.rank, s.rank_in_country, s.inclusion_probability,
    case when s.ranked then s.distance_squared <= c.reach + 1e-9 end as mutual,
    count(*) filter (s.rank <= getvariable('mirrors')) over (partition by s.lens, s.counterpart_area) as in_degree,
    sqrt(s.distance_squared) as distance, s.distance_squared, s.coverage,
    (sqrt(s.distance_squared) - o.mean) / o.standard_deviation as own_position,
    (sqrt(s.distance_squared) - c.mean) / c.standard_deviation as counterpart_position
from shown as s
join neighbourhoods as o on o.lens = s.lens and o.ref_area = s.ref_area
left join neighbourhoods as c on c.lens = s.lens and c.ref_area = s.counterpart_area
order by s.lens <> 'overall', s.lens, s.ref_area, s.rank nulls last, s.counterpart_area
