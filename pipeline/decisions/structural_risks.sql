-- Structural risks (methodology 10): the percentile of an area among those of its country and level, 0 to 100, more is riskier:
-- 100 x (areas with less risk + half of the others with as much) / (areas - 1). High from the percentile `high` on.
-- A loss is max(0, -growth). Deaths are smoothed towards the state,
-- (d + kappa r) / (n + kappa), unless their figure is smoothed already (homicide_rates). Sector concentration is the sum
-- of the squared shares of the sectors (Herfindahl-Hirschman), where one source has all of them. Missing stays missing, with a reason.
with risks as (
    select indicator as risk, levels, formula, scale, direction, unit_measure from indicators where role = 'risk'
), measured as (
    select v.ref_area, r.risk, v.source, v.time_period, v.obs_status, v.numerator, v.denominator, r.scale, p.country, v.level,
        coalesce(p.parent, p.country) as pool,
        case r.formula when 'growth' then greatest(0, -v.obs_value) else v.obs_value end as obs_value,
        if(r.formula = 'growth', -1, r.direction) as direction
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
), known as (
    select ref_area, risk, country, level, obs_value, direction, source, time_period, obs_status from smoothed
    union all
    select ref_area, risk, country, level, obs_value, direction, source, time_period, obs_status from concentrations
), placed as (
    select *, count(*) over pool as pool_areas,
        rank() over (pool order by direction * obs_value desc) - 1 as less,
        count(*) over (partition by country, level, risk, obs_value) - 1 as as_much
    from known window pool as (partition by country, level, risk)
), percentiles as (
    select *, case when pool_areas >= getvariable('least_areas') then 100 * (less + as_much / 2) / (pool_areas - 1) end as percentile
    from placed
), wanted as (  -- every risk of every Mexican area of its levels, known or not
    select p.ref_area, r.risk from places as p join risks as r on list_contains(string_split(r.levels, ';'), p.level)
    where p.country = 'MEX'
    union
    select ref_area, risk from known
)
select w.ref_area, w.risk, p.level, p.country, k.obs_value, r.unit_measure, k.percentile, k.percentile >= getvariable('high') as high,
    k.pool_areas, k.source, k.time_period, k.obs_status,
    case when k.obs_value is not null and k.percentile is null
            then format('fewer than {} areas of the country and level have a figure', getvariable('least_areas')::int)
        when k.obs_value is null and exists (from known as o where o.risk = w.risk and o.country = p.country and o.level = p.level)
            then 'the source has no figure of this area'
        when k.obs_value is null then 'no source at hand measures it in this country' end as reason
from wanted as w
join places as p using (ref_area)
join risks as r using (risk)
left join percentiles as k using (ref_area, risk)
order by w.ref_area, w.risk
