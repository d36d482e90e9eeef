-- Development scores with what stands behind them (methodology 6). A score needs two thirds of the weight of the pillars; within
-- a pillar, coverage is the share of what the area's country measures. Ranks are on unrounded scores; ties take the least.
with weights as (
    select p.ref_area, sum(w.weight * p.coverage order by w.pillar) as coverage,
        sum(w.weight order by w.pillar) as present, sum(w.weight) filter (p.pillar = 'national_context') as context
    from pillar_scores as p join pillars as w using (pillar) where p.score is not null
    group by p.ref_area
), scored as (
    select a.ref_area, a.level, a.country, coalesce(w.coverage, 0) / (select sum(weight) from pillars) as coverage,
        coalesce(w.context, 0) / w.present as national_context_share,
        case when coalesce(w.coverage, 0) / (select sum(weight) from pillars) >= getvariable('least_weight') - 1e-9 then s.score end as score
    from places as a
    left join weights as w using (ref_area)
    left join scores as s using (ref_area)
)
select
    ref_area, level, country, score, coverage, case when score is not null then national_context_share end as national_context_share,
    case when score is not null then rank() over (partition by level order by score desc nulls last) end as rank,
    count(score) over (partition by level) as areas,
    case when score is not null then rank() over (partition by level, country order by score desc nulls last) end as rank_in_country,
    count(score) over (partition by level, country) as areas_in_country,
    case when score is null then format('{:.0f} % of the weight is known, {:.0f} % is needed', 100 * coverage,
        100 * getvariable('least_weight')) end as reason
from scored
order by ref_area
