-- The observations that indicator values rest on: those that the keys in indicator_values name, and of the derived ones the
-- figures of the area, its state or its country that went in (derivations.csv): of the same year, else the newest.
with origins as (  -- growth is that of a territory: a municipality and those that were split off from it
    select ref_area, coalesce(origin, ref_area) as origin from places
    left join (from area_changes where since > getvariable('constant_territory_since')) using (ref_area)
), territories as (
    select o.ref_area, m.ref_area as member from origins as o join origins as m using (origin)
), sides as (
    select ref_area, indicator, source, time_period, numerator_variables as variables
    from indicator_values where numerator_variables is not null
    union all
    select ref_area, indicator, denominator_source, denominator_period, denominator_variables
    from indicator_values where denominator_variables is not null
), keys as (
    select distinct
        case when i.formula = 'country_value' then p.country when i.formula in ('growth', 'loss') then t.member else s.ref_area end as ref_area,
        s.source, unnest(string_split(s.variables, '+')) as variable, s.time_period
    from sides as s join indicators as i using (indicator) join places as p using (ref_area)
    join territories as t using (ref_area)
    where i.formula in ('growth', 'loss') or t.member = t.ref_area
), derived as (
    select o.* from derived_observations as o
    where (ref_area, variable, time_period) in (select (ref_area, variable, time_period) from keys where source = 'derived')
), formulas as (  -- the longest that fits
    select v.variable, f.inputs from (select distinct variable from derived) as v
    join derivations as f on v.variable glob f.derived
    qualify row_number() over (partition by v.variable order by len(f.derived) desc) = 1
), inputs as (
    select variable, split_part(input, '.', 1) as input_source, split_part(split_part(input, '.', 2), '@', 1) as input_variable,
        split_part(input, '@', 2) as place
    from (select variable, unnest(string_split(inputs, ';')) as input from formulas)
), sought as (
    select distinct case i.place when '' then d.ref_area when 'state' then p.parent else p.country end as ref_area,
        i.input_source, i.input_variable, d.time_period as derived_period
    from derived as d join inputs as i using (variable) join places as p using (ref_area)
    where i.place <> 'map'
    union  -- what stands with a municipality that the index does not list yet
    select distinct c.ref_area, i.input_source, i.input_variable, d.time_period
    from derived as d join inputs as i using (variable) join area_changes as c on c.origin = d.ref_area
    where i.place = '' and c.ref_area not in (select ref_area from places) and d.variable in ('homicides_smoothed', 'population_midyear')
), entered as (
    select distinct on (o.source, o.ref_area, o.variable, s.derived_period) o.source, o.ref_area, o.variable, o.time_period
    from observations as o join sought as s
        on s.ref_area = o.ref_area and o.source glob s.input_source and o.variable glob s.input_variable
    where o.obs_value is not null
    order by o.source, o.ref_area, o.variable, s.derived_period, o.time_period = s.derived_period desc, o.time_period desc
), wanted as (
    select source, ref_area, variable, time_period from keys union select * from entered
)
select source, ref_area, variable, time_period, obs_value, obs_status, source_file, source_row
from observations join wanted using (source, ref_area, variable, time_period)
where obs_value is not null
union all
select 'derived', ref_area, variable, time_period, obs_value, obs_status, null, null from derived
order by ref_area, source, variable, time_period
