-- Observations that follow from several sources together; what is estimated has status E.
with latest as (
    select ref_area, variable, obs_value, time_period
    from observations
    where obs_value is not null and variable in ('population', 'population_0_14', 'population_65_plus')
        and (ref_area like 'NUTS-%' or ref_area like 'EU-%' or ref_area like 'WUP-%')
    qualify row_number() over (partition by ref_area, variable order by time_period desc) = 1
), people as (  -- of an agglomeration, the estimate of the year of the newest statistics of the others
    select p.ref_area, p.country, p.kind, o.obs_value as people, o.time_period
    from places as p join observations as o on o.ref_area = p.ref_area and o.variable = 'population' and o.obs_value is not null
    where p.kind in ('city_europe', 'agglomeration')
    qualify row_number() over (
        partition by p.ref_area
        order by (p.kind = 'agglomeration' and o.time_period > getvariable('agglomeration_year')), o.time_period desc
    ) = 1
), region_shares as (
    select b.ref_area as region, b.variable, b.obs_value / t.obs_value as share
    from latest as b join latest as t on t.ref_area = b.ref_area and t.variable = 'population'
    where b.variable <> 'population' and t.obs_value > 0 and t.time_period = b.time_period
), national as (
    select ref_area as country, arg_max(obs_value, time_period) filter (variable = 'population_15_64_share_national') as middle,
        arg_max(obs_value, time_period) filter (variable = 'population_65_plus_share_national') as old
    from observations
    where variable in ('population_15_64_share_national', 'population_65_plus_share_national') and obs_value is not null
        and time_period <= getvariable('agglomeration_year')
    group by ref_area
), composed as (  -- whose metropolises have ages of their own: the country's share would stand among them as if it were one
    select distinct country from places where regexp_matches(ref_area, '^CN-METRO-|-UCDB-')
), ages as (
    select p.ref_area, s.variable, p.time_period, p.people * s.share as obs_value
    from people as p join regions as r using (ref_area) join region_shares as s using (region)
    union all
    select p.ref_area, 'population_65_plus', p.time_period, p.people * n.old / 100
    from people as p join national as n using (country) where p.kind = 'agglomeration' and p.country not in (from composed)
    union all
    select p.ref_area, 'population_0_14', p.time_period, p.people * (100 - n.middle - n.old) / 100
    from people as p join national as n using (country) where p.kind = 'agglomeration' and p.country not in (from composed)
), series as (  -- the agglomeration's history stands for a city that has none of its own
    select a.ref_area, 'population_agglomeration' as variable, o.time_period, max(o.obs_value) as obs_value
    from area_concordance as a
    join observations as o on o.ref_area = a.publisher_area and o.variable = 'population' and o.source = 'un_wup'
    where a.source = 'un_wup' and regexp_matches(a.ref_area, '^(EU|US|CA)-') and o.time_period <= getvariable('agglomeration_year')
    group by a.ref_area, o.time_period
), counties as (  -- 2010 stands in one source and the newest year in another
    select ref_area, 'population_series' as variable, time_period, obs_value
    from observations
    where variable = 'population' and source in ('fema_nri', 'us_census_acs_counties', 'us_census_acs_county_tables') and obs_value is not null
    qualify row_number() over (partition by ref_area, time_period order by source) = 1
), county_metros as (  -- and a metropolitan area is the sum of the counties that have both years
    select m.obs_text as ref_area, c.variable, c.time_period, sum(c.obs_value order by c.ref_area) as obs_value
    from counties as c
    join observations as m on m.ref_area = c.ref_area and m.variable = 'metropolis' and m.ref_area like 'US-%'
    where (select count(*) from counties as d where d.ref_area = c.ref_area) = 2
    group by m.obs_text, c.variable, c.time_period
), homicides as (  -- deaths a year at the smoothed rate, so that members add up to their state
    select ref_area, 'homicides_smoothed' as variable, time_period, rate * people / 100000 as obs_value from homicide_rates
), people_of_today as (  -- on the index's list of areas, until the mid-year before the newest publication
    select coalesce(if(p.ref_area is null, c.origin, null), o.ref_area) as ref_area, 'population_midyear' as variable, o.time_period,
        sum(o.obs_value) as obs_value
    from observations as o left join places as p using (ref_area) left join area_changes as c using (ref_area)
    where o.variable = 'population_projected' and o.obs_value is not null
        and o.time_period between getvariable('geography_year') and getvariable('newest_midyear')
    group by 1, o.time_period
), territories as (
    select ref_area, obs_value as area_km2 from observations
    where variable = 'area_km2' and regexp_full_match(ref_area, 'MX-[0-9]{5}') and obs_value > 0
    qualify row_number() over (partition by ref_area order by time_period desc, source) = 1
), of_territories as (  -- millimetres on square kilometres are thousands of cubic metres
    select o.ref_area, 'rainfall_volume' as variable, getvariable('geography_year') as time_period,
        1000 * o.obs_value * t.area_km2 as obs_value
    from observations as o join territories as t using (ref_area) where o.variable = 'rainfall_normal'
    union all
    select o.ref_area, 'emissions_pm25_density', o.time_period, o.obs_value / t.area_km2
    from observations as o join territories as t using (ref_area) where o.variable = 'emissions_pm25'
), in_households as (  -- people in households of a county: the publisher's average size, with two decimals, times the households
    select s.ref_area, 'household_population' as variable, s.time_period, round(s.obs_value * h.obs_value) as obs_value
    from observations as s join observations as h using (ref_area, source, time_period)
    where s.variable = 'household_size_mean' and h.variable = 'households' and s.ref_area like 'US-%'
), borders as (  -- a country without land borders has none nearer than this
    select g.ref_area, coalesce(g.distance_home_border_km,
        if(count(g.distance_border_km) over (partition by p.country) = 0, getvariable('no_border_km'), null)) as distance_km
    from area_geography as g join places as p using (ref_area) where p.latitude is not null
), natural_features as (
    select g.ref_area, g.altitude_status, g.climate_status, unnest([
        {'variable': 'distance_coast_km', 'obs_value': g.distance_coast_km},
        {'variable': 'distance_border_km', 'obs_value': b.distance_km},
        {'variable': 'distance_port_km', 'obs_value': g.distance_port_km},
        {'variable': 'distance_airport_km', 'obs_value': g.distance_airport_km},
        {'variable': 'absolute_latitude', 'obs_value': abs(p.latitude)},
        {'variable': 'altitude', 'obs_value': g.altitude},
        {'variable': 'climate_tropical', 'obs_value': (g.climate_class[1] = 'A')::int},
        {'variable': 'climate_arid', 'obs_value': (g.climate_class[1] = 'B')::int},
        {'variable': 'climate_temperate', 'obs_value': (g.climate_class[1] = 'C')::int},
        {'variable': 'climate_cold', 'obs_value': (g.climate_class[1] in ('D', 'E'))::int},
        {'variable': 'climate_dryness', 'obs_value': case g.climate_class[:2] when 'BW' then 2 when 'BS' then 1
            else if(g.climate_class is null, null, 0) end},
        {'variable': 'climate_heat', 'obs_value': case when g.climate_class = 'BWh' then 3
            when g.climate_class[1] = 'A' or g.climate_class = 'BSh' then 2 when g.climate_class[3] = 'a' then 1
            else if(g.climate_class is null, null, 0) end},
        {'variable': 'capital_status', 'obs_value': coalesce(c.capital_status, if(exists(from capitals), 0, null))},
        {'variable': 'air_destinations', 'obs_value': if(p.level = 'metro', coalesce(h.destinations, if(exists(from air_hubs), 0, null)), null)}
    ], recursive := true)
    from area_geography as g
    join places as p using (ref_area)
    left join borders as b using (ref_area)
    left join capitals as c using (ref_area)
    left join air_hubs as h using (ref_area)
    where p.level <> 'state' and p.latitude is not null
)
select ref_area, variable, time_period, obs_value, obs_status, margin_of_error
from (
    select ref_area, variable, getvariable('geography_year') as time_period, obs_value,
        case when variable = 'altitude' then altitude_status when starts_with(variable, 'climate_') then climate_status else 'A' end
            as obs_status,
        null::double as margin_of_error
    from natural_features
    union all
    select *, 'A', null from counties
    union all
    select *, 'E', null from (
        from ages union all from series union all from county_metros union all from homicides
        union all from people_of_today union all from in_households union all from of_territories
    )
    union all
    select ref_area, variable, time_period, obs_value, obs_status, 1.645 * standard_error from sector_mix
    union all
    select ref_area, variable, time_period, obs_value, 'E', margin_of_error from regional_figures as r
    where not exists (from ages as a where a.ref_area = r.ref_area and a.variable = r.variable)  -- cities have theirs without
)
where obs_value is not null
order by ref_area, variable, time_period
