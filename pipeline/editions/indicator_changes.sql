-- Every indicator value that is another one than in the edition before, of the areas that both have, and its cause (methodology 11):
--   new data       another period or source, or a value where there was none, or none where there was one
--   revised data   the same period of the same source, another figure
--   pool           the area's members are others, or only the others changed whom a rank or a share is among
with versions as (
    select coalesce(a.ref_area, b.ref_area) as ref_area, coalesce(a.indicator, b.indicator) as indicator,
        coalesce(a.level, b.level) as level, i.formula, i.numerator as base,
        b.obs_value as before, a.obs_value as after, b.time_period as time_period_before, a.time_period as time_period_after,
        b.source as source_before, a.source as source_after, b.ref_area is null or a.ref_area is null as came_or_went,
        not coalesce(a.numerator = b.numerator and a.denominator = b.denominator or (
            abs(a.numerator - b.numerator) <= 1e-9 * greatest(abs(a.numerator), abs(b.numerator))
            and abs(a.denominator - b.denominator) <= 1e-9 * greatest(abs(a.denominator), abs(b.denominator))
        ), a.obs_value is null and b.obs_value is null) as moved
    from before as b
    full join after as a on a.ref_area = b.ref_area and a.indicator = b.indicator
    join indicators as i on i.indicator = coalesce(a.indicator, b.indicator)
), other_members as (
    select coalesce(a.parent, b.parent) as ref_area
    from (select parent, list(ref_area order by ref_area) as members from members_after group by parent) as a
    full join (select parent, list(ref_area order by ref_area) as members from members_before group by parent) as b using (parent)
    where a.members is distinct from b.members
), changed as (
    select *,
        case
            when came_or_went or time_period_before <> time_period_after or source_before <> source_after then 'new data'
            when ref_area in (from other_members) then 'pool'
            else 'revised data'
        end as cause
    from versions
    where ref_area in (select ref_area from places_before) and ref_area in (select ref_area from places_after)
        and (moved or time_period_before <> time_period_after or source_before <> source_after)
)
select c.ref_area, c.indicator, c.level, c.before, c.after, c.time_period_before, c.time_period_after,
    case when c.formula in ('country_share', 'country_rank') then coalesce(b.cause, 'pool') else c.cause end as cause
from changed as c
left join changed as b on b.ref_area = c.ref_area and b.indicator = c.base and c.formula in ('country_share', 'country_rank')
order by c.ref_area, c.indicator
