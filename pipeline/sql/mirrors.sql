-- The first mirrors of each area and the best of each country (methodology 5), ranked by d^2, ties by code.
with pair_distances as (
    select b.ref_area, b.counterpart_area,
        sum(b.distance_squared order by b.block) as distance_squared,
        sum(w.weight * b.coverage order by b.block) as coverage
    from block_distances as b join lens_blocks as w using (block)
    group by b.ref_area, b.counterpart_area
), ordered as (
    select d.*, p.country, p.nearer, p.ranked,
        row_number() over (partition by d.ref_area, p.ranked order by distance_squared, d.counterpart_area) as position,
        row_number() over (partition by d.ref_area, p.country order by distance_squared, d.counterpart_area) as rank_in_country
    from pair_distances as d join pairs as p using (ref_area, counterpart_area)
)
select ref_area, counterpart_area, country,
    case when not ranked then null when position <= getvariable('mirrors') then position else nearer + 1 end as rank,
    rank_in_country, sqrt(distance_squared) as distance, distance_squared, coverage
from ordered
where (ranked and position <= getvariable('mirrors')) or rank_in_country <= getvariable('mirrors_of_each_country')
order by ref_area, rank nulls last, counterpart_area
