-- Structural risks (methodology 10): the percentile of an area among those of its country and level, 0 to 100, more is riskier:
-- 100 x (areas with less risk + half of the others with as much) / (areas - 1). High from the percentile `high` on.
-- A loss is max(0, -growth). Deaths are smoothed towards the state: (d + kappa r) / (n + kappa), unless smoothed already. Sector concentration is the sum
-- of the squared shares of the sectors (Herfindahl-Hirschman), where one source has all of them; dependence on a branch is the
-- largest share among the branches of manufacturing and the other single sectors that sell elsewhere, without agriculture.
-- Missing stays missing, with a reason. How a risk is shown stands in risks.csv: where its source gives classes, they say what is high.
-- The trend is the slope of the newest years of a series over the base of the value; deaths vary by chance (sqrt(mean / sxx)).
with risks as (
    select i.indicator as risk, i.levels, i.formula, i.scale, i.direction, i.unit_measure, coalesce(u.leads, 2) as leads,
        u.theme, u.high_from, u.history::varchar as history, u.increase::varchar as increase
    from indicators as i left join risk_rules as u on u.risk = i.indicator where i.role = 'risk'
), measured as (
    select v.ref_area, r.risk, v.source, v.time_period, v.obs_status, v.numerator, v.denominator, r.scale, p.country, v.level,
        coalesce(p.parent, p.country) as pool,
        v.obs_value, r.direction
    from indicator_values as v
    join risks as r on r.risk = v.indicator
    join places as p using (ref_area)
    where v.obs_value is not null
), rates as (  -- of rare events; the pool of a municipality is its state, that of a state or metropolis its country
    select risk, pool, level, fsum(numerator order by ref_area) / fsum(denominator order by ref_area) as rate
    from measured where scale >= 100000 group by risk, pool, level
), smoothed as (
    select m.* replace (case when r.rate is null or m.source = 'derived' then m.obs_value
        else (m.numerator + getvariable('death_kappa') * r.rate) / (m.denominator + getvariable('death_kappa')) * m.scale end as obs_value,
        if(r.rate is null or m.source = 'derived', m.obs_status, 'E') as obs_status)
    from measured as m left join rates as r using (risk, pool, level)
), concentrations as (
    select k.ref_area, r.risk, k.source, max(k.time_period) as time_period, max(k.obs_status) as obs_status,
        any_value(k.country) as country, any_value(k.level) as level,
        any_value(r.scale) * fsum(pow(k.share / 100, 2) order by k.sector) as obs_value, any_value(r.direction) as direction
    from key_sectors as k join risks as r on r.formula = 'concentration'
    where k.sector in (select sector from sectors) and k.basis = 'employment'
    group by k.ref_area, r.risk, k.source
    having abs(fsum(k.share order by k.sector) - 100) <= getvariable('whole')
), branches as (  -- of areas of which the branches of manufacturing are known
    select k.ref_area, r.risk, k.source, k.time_period, k.obs_status, k.country, k.level, r.scale * k.share as obs_value,
        r.direction, k.sector
    from key_sectors as k join risks as r on r.formula = 'largest_branch' left join sectors as s using (sector)
    where k.basis = 'employment' and (starts_with(k.sector, 'manufacturing_')
            or s.tradable and k.sector not in ('agriculture', 'manufacturing') and not contains(s.scian, '+'))
        and exists (from concentrations as c where c.ref_area = k.ref_area)
    qualify bool_or(starts_with(k.sector, 'manufacturing_')) over (partition by k.ref_area)
        and row_number() over (partition by k.ref_area, r.risk order by k.share desc, k.sector) = 1
), known as (
    select ref_area, risk, country, level, obs_value, direction, source, time_period, obs_status, scale / denominator as per,
        null as sector
    from smoothed
    union all
    select ref_area, risk, country, level, obs_value, direction, source, time_period, obs_status, null, null from concentrations
    union all
    select ref_area, risk, country, level, obs_value, direction, source, time_period, obs_status, null, sector from branches
), placed as (
    select *, count(*) over pool as pool_areas,
        rank() over (pool order by direction * obs_value desc) - 1 as less,
        count(*) over (partition by country, level, risk, obs_value) - 1 as as_much
    from known window pool as (partition by country, level, risk)
), percentiles as (
    select *, case when pool_areas >= getvariable('least_areas') then 100 * (less + as_much / 2) / (pool_areas - 1) end as percentile
    from placed
), histories as (  -- of several sources the one with the most years
    select o.ref_area, r.risk, o.source, o.time_period, o.obs_value
    from observations as o join risks as r on r.history = o.variable
    where o.obs_value is not null
    qualify o.time_period > max(o.time_period) over (partition by o.ref_area, r.risk, o.source) - getvariable('trend_years')
), longest as (
    select ref_area, risk, source from histories group by ref_area, risk, source
    qualify row_number() over (partition by ref_area, risk order by count(*) desc, max(time_period) desc, source) = 1
), own_years as (
    select h.* from histories as h join longest using (ref_area, risk, source)
), years as (  -- a parent has the years that all its members with a history have, of one source
    select ref_area, risk, time_period, obs_value from own_years
    union all
    select m.parent, h.risk, h.time_period, fsum(h.obs_value order by h.ref_area)
    from area_members as m join own_years as h using (ref_area)
    where m.parent not in (select ref_area from own_years)
    group by m.parent, h.risk, h.time_period
    qualify count(*) = max(count(*)) over (partition by m.parent, h.risk) and min(h.source) = max(h.source)
), middles as (
    select ref_area, risk, fsum(time_period order by time_period) / count(*) as middle,
        fsum(obs_value order by time_period) / count(*) as mean
    from years group by ref_area, risk having count(*) >= getvariable('trend_least')
), slopes as (
    select y.ref_area, y.risk, any_value(m.mean) as mean, min(y.time_period) as trend_from, max(y.time_period) as trend_to,
        fsum(pow(y.time_period - m.middle, 2) order by y.time_period) as sxx,
        fsum((y.time_period - m.middle) * y.obs_value order by y.time_period) / sxx as slope
    from years as y join middles as m using (ref_area, risk) group by y.ref_area, y.risk
), trends as (
    select s.*, greatest(getvariable('trend_steady') * s.mean,
            if(r.scale >= 100000, getvariable('trend_z') * sqrt(s.mean / s.sxx), 0)) as least
    from slopes as s join risks as r using (risk)
), increases as (
    select o.ref_area, r.risk from observations as o join risks as r on r.increase = o.variable where o.obs_value = 1
), wanted as (  -- every risk of every Mexican area of its levels, known or not
    select p.ref_area, r.risk from places as p join risks as r on list_contains(string_split(r.levels, ';'), p.level)
    where p.country = 'MEX'
    union
    select ref_area, risk from known
)
select w.ref_area, w.risk, p.level, p.country, k.obs_value, r.unit_measure, k.percentile,
    coalesce(k.direction * k.obs_value <= k.direction * r.high_from, k.percentile >= getvariable('high')) as high,
    k.pool_areas, k.sector, t.slope * k.per as trend, case when k.obs_value is null then null
        when i.risk is not null then 'expected to rise'
        when abs(t.slope) <= t.least then 'steady'
        when t.slope * k.direction < 0 then 'rising' when t.slope * k.direction > 0 then 'falling' end as trend_sign,
    if(k.obs_value is null, null, t.trend_from) as trend_from, if(k.obs_value is null, null, t.trend_to) as trend_to,
    case when k.obs_value is null or t.slope is not null or i.risk is not null then null
        when r.formula = 'growth' then 'it is a change over years itself'
        when r.increase is not null then 'the source does not say that it will rise'
        when r.history is null then 'no yearly series at hand'
        else format('fewer than {} years at hand', getvariable('trend_least')::int) end as trend_reason,
    r.theme, r.leads, k.source, k.time_period, k.obs_status,
    case when k.obs_value is not null and k.percentile is null
            then format('fewer than {} areas of the country and level have a figure', getvariable('least_areas')::int)
        when k.obs_value is null and exists (from known as o where o.risk = w.risk and o.country = p.country and o.level = p.level)
            then 'the source has no figure of this area'
        when k.obs_value is null then 'no source at hand measures it in this country' end as reason
from wanted as w
join places as p using (ref_area)
join risks as r using (risk)
left join percentiles as k using (ref_area, risk)
left join trends as t using (ref_area, risk)
left join increases as i using (ref_area, risk)
order by w.ref_area, w.risk
