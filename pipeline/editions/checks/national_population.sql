-- Mexico's people by municipality against the total that the publisher prints for the same year: INEGI's of the census, which the
-- reader of the population history checked, or that of CONAPO's states.
with counted as (
    select sum(numerator) as people, any_value(time_period) as year from indicator_values
    where indicator = 'population' and level = 'local' and ref_area like 'MX-%'
), printed as (
    select sum(obs_value) filter (source = 'inegi_population') as census,
        sum(obs_value) filter (variable = 'population_projected' and length(ref_area) = 5) as projected
    from observations
    where source = 'inegi_population' and variable = 'population' and time_period = 2020
        and (select year from counted) = 2020
        or variable = 'population_projected' and time_period = (select year from counted)
)
select counted.people, coalesce(printed.census, printed.projected) as printed from counted, printed
where abs(counted.people - coalesce(printed.census, printed.projected)) > 0.5
    or counted.people is null and coalesce(printed.census, printed.projected) is not null
