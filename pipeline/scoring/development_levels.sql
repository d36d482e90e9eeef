-- The level of development (methodology 6): L = exp(mean of ln s_p) over income, schooling, health and services, none taken below
-- `part_floor`; the part that is not known of an area with three is what goes with the others. The interval is that of 90 % of
--   ln L: sum (e_p / 4 s_p)^2, errors of the figures; u^2 / 3 sum ((ln s_p - ln L) / 4)^2, weights within 1 -+ u;
--   ((ln A - ln L) / 2)^2, the arithmetic mean A instead; ((ln L_3 - ln L) / 2)^2, without services, as in UNDP's index.
with parts_of as (
    select *, greatest(score, getvariable('part_floor')) as kept from parts
), levels as (
    select ref_area, exp(avg(ln(kept) order by part)) as value, avg(kept order by part) as arithmetic,
        exp(avg(ln(kept) order by part) filter (part <> 'services')) as three,
        sum(pow(error / kept / 4, 2) order by part) as of_figures, count(*) filter (known <> 'expected') as parts_known,
        count(*) filter (known = 'own') as parts_own,
        max(score) filter (part = 'income') as income, max(score) filter (part = 'schooling') as schooling,
        max(score) filter (part = 'health') as health, max(score) filter (part = 'services') as services,
        max(known) filter (part = 'income') as income_of, max(known) filter (part = 'schooling') as schooling_of,
        max(known) filter (part = 'health') as health_of, max(known) filter (part = 'services') as services_of
    from parts_of group by ref_area
), spread as (
    select p.ref_area, sum(pow((ln(p.kept) - ln(l.value)) / 4, 2) order by p.part) as of_weights
    from parts_of as p join levels as l using (ref_area) group by p.ref_area
), found as (
    select a.ref_area, a.level, a.country, l.* exclude (ref_area),
        l.parts_known >= getvariable('least_parts') and l.income is not null and l.schooling is not null and l.health is not null
            and l.services is not null as complete,
        1.645 * sqrt(
            l.of_figures + pow(getvariable('weight_spread'), 2) / 3 * s.of_weights
            + pow((ln(l.arithmetic) - ln(l.value)) / 2, 2) + pow((ln(l.three) - ln(l.value)) / 2, 2)
        ) as half
    from places as a left join levels as l using (ref_area) left join spread as s using (ref_area)
)
select
    ref_area, level, country,
    case when complete then value end as development_level,
    case when complete then value / exp(half) end as development_level_low,
    case when complete then least(100, value * exp(half)) end as development_level_high,
    case when complete then rank() over (partition by level order by case when complete then value end desc nulls last) end as rank,
    count(*) filter (complete) over (partition by level) as areas,
    income, schooling, health, services, income_of, schooling_of, health_of, services_of,
    coalesce(parts_known, 0) as parts_known, coalesce(parts_own, 0) as parts_own,
    case when not coalesce(complete, false) then format('{} of 4 parts are known, {} are needed', coalesce(parts_known, 0),
        cast(getvariable('least_parts') as integer)) end as reason
from found
order by ref_area
