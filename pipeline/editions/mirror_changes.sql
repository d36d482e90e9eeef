-- Mirrors that are new, kept, weakened or lost (methodology 11). In the list: among the first ten. With D the distance of this edition's
-- tenth mirror, a mirror of the edition before is kept while d <= 1.25 D: `kept` in the list, `weakened` behind it, else `lost`.
-- The cause is the last step of the recomputation at which the pair enters or leaves the list; the parts of the change of d are those
-- of edition_changes, over the steps in which both areas take part.
with placed as (
    select *, if(ranked, row_number() over (partition by step, ref_area, ranked order by distance, counterpart_area), null) as position
    from distances
), listed as (
    select step, ref_area, counterpart_area, distance, position, coalesce(position <= getvariable('mirrors'), false) as inside
    from placed
    union all
    select 0, ref_area, counterpart_area, obs_value, rank, true from published
    union all
    select 0, ref_area, counterpart_area, distance, position, coalesce(position <= getvariable('mirrors'), false)
    from placed where step = 1 and not exists (from published)
), reach as (
    select ref_area, getvariable('kept_within') * max(distance) filter (inside) as reach from listed where step = 4 group by ref_area
), pairs as (
    select ref_area, counterpart_area,
        max(distance) filter (step = 0) as d0, max(distance) filter (step = 1) as d1, max(distance) filter (step = 2) as d2,
        max(distance) filter (step = 3) as d3, max(distance) filter (step = 4) as d4,
        coalesce(bool_or(inside) filter (step = 0), false) as in0, coalesce(bool_or(inside) filter (step = 1), false) as in1,
        coalesce(bool_or(inside) filter (step = 2), false) as in2, coalesce(bool_or(inside) filter (step = 3), false) as in3,
        coalesce(bool_or(inside) filter (step = 4), false) as in4,
        max(position) filter (step = 0 and inside) as rank_before, max(position) filter (step = 4 and inside) as rank_after
    from listed
    group by ref_area, counterpart_area
), filled as (
    select *, coalesce(d1, d0) as f1, coalesce(d2, d1, d0) as f2, coalesce(d3, d2, d1, d0) as f3 from pairs where in0 or in4
)
select f.ref_area, f.counterpart_area, e.lens, e.previous_edition, a.level, c.country,
    case when not in0 then 'new' when in4 then 'kept' when d4 <= r.reach then 'weakened' else 'lost' end as status,
    case
        when in0 and in4 then null
        when in3 <> in4 then 'pool'
        when in2 <> in3 then 'new data'
        when in1 <> in2 then 'revised data'
        when in0 <> in1 then 'method'
    end as cause,
    if(in0, rank_before, null) as rank_before, rank_after, d0 as distance_before, d4 as distance_after, r.reach,
    if(d4 - d0 is not null, round(f1 - d0, 9), null) as method, if(d4 - d0 is not null, round(f2 - f1, 9), null) as revised_data,
    if(d4 - d0 is not null, round(f3 - f2, 9), null) as new_data, if(d4 - d0 is not null, round(d4 - f3, 9), null) as pool
from filled as f
join areas as a on a.ref_area = f.ref_area
join areas as c on c.ref_area = f.counterpart_area
left join reach as r on r.ref_area = f.ref_area
cross join editions as e
order by f.ref_area, f.counterpart_area
