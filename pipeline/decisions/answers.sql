-- What brings an area and its first mirror together, and what keeps them apart, against what is usual among the first mirrors of the
-- level (the median): the blocks by the ratio of their part of d^2 to the usual one, and within the two nearest blocks and the farthest one the
-- features that lie most below or above what is usual for them. Only what is known of both is named, and nothing that separates
-- hardly any pair. A feature of a national frame is told by its percentile among the areas of its own country.
with lens_weights as (
    select block, weight / sum(weight) over () as weight from lenses where lens = 'overall'
), pairs as (
    select ref_area, counterpart_area, level, position from mirrors where lens = 'overall' and position <= getvariable('mirrors')
), block_parts as (
    select p.ref_area, p.level, p.position, b.block, b.distance_squared as part
    from pairs as p join mirror_blocks as b on b.ref_area = p.ref_area and b.counterpart_area = p.counterpart_area and b.lens = 'overall'
    where b.block in (select block from lens_weights where weight > 0)
), usual_blocks as (
    select level, block, median(part) as usual from block_parts group by level, block
), ordered_blocks as (
    select ref_area, block, row_number() over (partition by ref_area order by part / usual, block) as nearest,
        row_number() over (partition by ref_area order by part / usual desc, block desc) as farthest
    from block_parts join usual_blocks using (level, block) where position = 1
), features as materialized (
    select f.ref_area, f.indicator, f.frame, f.block, w.weight * l.weight as weight, f.z, f.variance, f.obs_status = 'A' as known
    from matching_features as f
    join lens_features as l using (level, block, indicator, frame)
    join lens_weights as w using (block)
    where l.lens = 'overall' and w.weight > 0
), asked as materialized (  -- one side first: joined at once, features would be paired before areas are
    select p.counterpart_area, p.level, p.position, a.* from pairs as p join features as a using (ref_area)
), parts as materialized (
    select a.ref_area, a.counterpart_area, a.level, a.position, a.block, a.indicator, a.frame, a.known and b.known as known,
        a.weight * (pow(a.z - b.z, 2) + a.variance + b.variance) as part
    from asked as a
    join features as b on b.ref_area = a.counterpart_area and b.indicator = a.indicator and b.frame = a.frame
), against_usual as (
    select p.*, u.usual
    from parts as p join (select level, indicator, frame, median(part) as usual from parts group by all) as u using (level, indicator, frame)
    where p.position = 1
), percentiles as (
    select f.ref_area, f.indicator, 100 * percent_rank() over (
        partition by c.level, c.country, f.indicator order by f.z
    ) as percentile
    from features as f join matching_coverage as c using (ref_area)
    where f.frame = 'national' and f.known
), sided as (
    select u.ref_area, u.counterpart_area, u.indicator, u.frame, o.nearest, o.farthest, o.nearest <= getvariable('blocks_alike') as alike,
        abs(u.usual - u.part) as difference
    from against_usual as u join ordered_blocks as o on o.ref_area = u.ref_area and o.block = u.block
    where u.known and u.usual > 0 and u.indicator not in (select indicator from repeated)
        and ((o.nearest <= getvariable('blocks_alike') and u.part <= getvariable('clearly_closer') * u.usual) or (o.farthest = 1 and u.part > u.usual))
    qualify row_number() over (partition by u.ref_area, u.indicator order by difference desc, u.frame) = 1
), chosen as (
    select *, row_number() over (partition by ref_area, alike order by difference desc, indicator) as number from sided
    qualify number <= if(alike, getvariable('features_alike'), 1)
)
select o.ref_area, o.block, o.nearest, o.farthest, null as counterpart_area, null as indicator, null as alike, null as number,
    null as national, null::double as value, null::double as counterpart_value
from ordered_blocks as o
union all
select c.ref_area, null, null, null, c.counterpart_area, c.indicator, c.alike, c.number, c.frame = 'national',
    if(c.frame = 'national', p.percentile, v.obs_value), if(c.frame = 'national', q.percentile, w.obs_value)
from chosen as c
left join percentiles as p on p.ref_area = c.ref_area and p.indicator = c.indicator
left join percentiles as q on q.ref_area = c.counterpart_area and q.indicator = c.indicator
left join indicator_values as v on v.ref_area = c.ref_area and v.indicator = c.indicator
left join indicator_values as w on w.ref_area = c.counterpart_area and w.indicator = c.indicator
order by ref_area, block nulls last, alike desc, number
