-- Tiers of pairs, among all and within their country, and how near a mirror is by what Mexico has at home (methodology 5).
-- A pair is firm if it is both stable and near: no farther than what passes as close at its level. As close passes what is no farther
-- than the quantile `distant` of the first mirrors of its level; where the level has few areas, of all levels under the lens. The position is the one order in which readers see mirrors, wherever they look.
with firsts as (
    select level, lens, distance from ranked where rank = 1
), limits as (
    select l.level, l.lens,
        case when count(f.distance) filter (f.level = l.level) >= getvariable('areas_for_limit')
            then quantile_cont(f.distance, getvariable('distant')) filter (f.level = l.level)
            else quantile_cont(f.distance, getvariable('distant')) end as distance_limit
    from (select distinct level, lens from ranked) as l join firsts as f using (lens)
    group by l.level, l.lens
), others as (
    select level, count(*) - 1 as areas from home_areas group by level
), joined as (
    select r.*, c.probability_in_country, l.distance_limit,
        case when r.inclusion_probability >= getvariable('firm') and r.distance <= l.distance_limit then 'firm'
            when r.inclusion_probability >= getvariable('likely') then 'likely'
            when r.inclusion_probability >= getvariable('possible') then 'possible' end as tier,
        case when c.probability_in_country >= getvariable('firm') and r.distance <= l.distance_limit then 'firm'
            when c.probability_in_country >= getvariable('likely') then 'likely'
            when c.probability_in_country >= getvariable('possible') then 'possible' end as tier_in_country,
        r.nearer_at_home / greatest(o.areas, 1) as share_nearer
    from ranked as r
    join limits as l using (level, lens)
    join others as o using (level)
    left join headline as h on h.lens = r.lens
    left join country_probabilities as c
        on c.ref_area = r.ref_area and c.counterpart_area = r.counterpart_area and h.lens is not null
)
select j.* exclude (share_nearer, distance_limit, probability_in_country),
    case when j.rank is not null then row_number() over (
        partition by j.lens, j.ref_area, j.rank is null
        order by case j.tier when 'firm' then 1 when 'likely' then 2 when 'possible' then 3 else 4 end,
            j.inclusion_probability desc, j.distance_squared, j.counterpart_area
    ) end as position,
    case when j.lens in (select lens from headline) then coalesce(j.probability_in_country, 0) end as probability_in_country,
    (select min(closeness) from closeness as c where j.share_nearer <= c.share) as closeness
from joined as j
order by j.ref_area, j.lens <> 'overall', j.lens, j.rank nulls last, j.counterpart_area
