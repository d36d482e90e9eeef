-- Homicides of Mexico's municipalities by year on the list of areas of the index: deaths registered by INEGI, and case files of
-- the SESNSP brought to victims by the state's ratio of the same year, femicides among both; and the people of each year.
-- What stands with a municipality that the index does not list yet is added to the one that it was part of (area_changes).
with areas as (
    select o.ref_area as publisher_area, coalesce(c.origin, o.ref_area) as ref_area
    from (select distinct ref_area from observations) as o
    left join area_changes as c on c.ref_area = o.ref_area and o.ref_area not in (select ref_area from places)
), municipalities as (
    select ref_area, parent as state from places where kind = 'municipality_mexico'
), found as (
    select a.ref_area, o.source, o.variable, o.time_period, sum(o.obs_value) as obs_value
    from observations as o join areas as a on a.publisher_area = o.ref_area
    where o.obs_value is not null group by a.ref_area, o.source, o.variable, o.time_period
), ratios as (  -- victims per case file in the state
    select v.ref_area as state, v.time_period, v.variable = 'femicide_victims' as femicide, v.obs_value / c.obs_value as victims
    from found as v join found as c on c.ref_area = v.ref_area and c.time_period = v.time_period
        and c.variable = replace(v.variable, 'victims', 'cases_state')
    where v.variable in ('homicide_victims', 'femicide_victims') and c.obs_value > 0
), cases as (
    select f.ref_area, f.time_period, starts_with(f.variable, 'femicide') as femicide, f.obs_value,
        if(f.variable like '%half_year', 0.5, 1.0) as years
    from found as f
    where f.variable in ('homicide_cases', 'femicide_cases', 'homicide_cases_half_year', 'femicide_cases_half_year')
), deaths as (
    select f.ref_area, f.time_period, f.obs_value as deaths, 1.0 as years
    from found as f where f.variable = 'homicides' and f.source = 'mx_homicides'
    union all
    select c.ref_area, c.time_period, sum(c.obs_value * coalesce(r.victims, 1)), any_value(c.years)
    from cases as c join municipalities as m using (ref_area)
    left join ratios as r on r.state = m.state and r.time_period = c.time_period and r.femicide = c.femicide
    group by c.ref_area, c.time_period having count(*) = 2
), people as (
    select ref_area, time_period, obs_value as people, variable from found
    where variable = 'population_projected' or (variable = 'population' and source = 'inegi_census')
)
select d.ref_area, m.state, d.time_period, d.deaths, d.years, p.people
from deaths as d join municipalities as m using (ref_area) join people as p using (ref_area)
qualify row_number() over (
    partition by d.ref_area, d.time_period order by abs(p.time_period - d.time_period), p.variable desc
) = 1
order by d.ref_area, d.time_period
