-- The scores of one level from those of its children. Handbook step 6; COINr's a_amean, a_gmean, a_hmean, a_copeland.
-- arithmetic  sum(w y) / sum(w)          geometric  exp(sum(w ln y) / sum(w)), y > 0          harmonic  sum(w) / sum(w / y), y <> 0
-- over the children that are known, so that their weights add up to 1 again; no score where too few are known.
-- copeland  duels won minus duels lost: i beats j if the weight of the children in which it is ahead, ties half, is above 1/2.
-- As in COINr, where one of the two is not known, the weight counts for the area whose code comes later; compare complete areas.
-- coverage is the share of the weight, down to the indicators, that is known.
with parents as (
    select code as parent, aggregation, least_children, least_weight, child_floor from structure where level = getvariable('level')
), children as (
    select
        s.ref_area, p.*, c.code as child, c.weight, s.coverage,
        case when s.score is not null then greatest(s.score, coalesce(p.child_floor, s.score)) end as score
    from parents as p
    join structure as c on c.parent = p.parent
    join scores as s on s.code = c.code
), duels as (
    select
        a.parent, a.ref_area, b.ref_area as counterpart_area,
        fsum(a.weight * case when a.score > b.score then 1 when a.score = b.score then 0.5 else 0 end order by a.child)
        / fsum(a.weight order by a.child) as share
    from children as a
    join children as b on b.parent = a.parent and b.child = a.child and b.ref_area > a.ref_area
    where a.aggregation = 'copeland'
    group by a.parent, a.ref_area, b.ref_area
), points as (
    select parent, ref_area, sum(point) as points
    from (
        select parent, ref_area, sign(round(share - 0.5, 9)) as point from duels
        union all
        select parent, counterpart_area, -sign(round(share - 0.5, 9)) from duels
    )
    group by parent, ref_area
), means as (
    select
        ref_area, parent, aggregation, least_children, least_weight,
        count(score) as known, count(*) as children,
        fsum(weight * if(score is null, 0, coverage) order by child) / nullif(fsum(weight order by child), 0) as coverage,
        nullif(fsum(weight order by child) filter (score is not null), 0) as known_weight,
        fsum(weight * score order by child) as weighted_sum,
        fsum(weight * ln(if(score > 0, score, null)) order by child) as weighted_logarithms,
        fsum(weight / nullif(score, 0) order by child) as weighted_reciprocals,
        min(child) filter (
            (aggregation = 'geometric' and score <= 0) or (aggregation = 'harmonic' and score = 0)
        ) as refused_child
    from children
    group by ref_area, parent, aggregation, least_children, least_weight
), enough as (
    select
        *,
        known > 0 and coverage >= least_weight - 1e-9
        and (aggregation = 'copeland' or known / children >= least_children) as scored
    from means
)
select
    ref_area, parent as code,
    case
        when not scored then null
        when aggregation = 'arithmetic' then weighted_sum / known_weight
        when aggregation = 'geometric' then exp(weighted_logarithms / known_weight)
        when aggregation = 'harmonic' then known_weight / nullif(weighted_reciprocals, 0)
        when aggregation = 'copeland' then coalesce(points, 0)
    end + 0.0 as score,
    if(scored, coverage, 0) as coverage,
    if(scored, refused_child, null) as refused_child
from enough
left join points using (ref_area, parent)
order by ref_area, code
