-- Mexico's people by municipality against the total of the population history of the same year, which its reader checked.
with printed as (
    select sum(obs_value) as people from observations
    where source = 'inegi_population' and variable = 'population' and time_period = 2020
), counted as (
    select sum(numerator) as people from indicator_values
    where indicator = 'population' and level = 'local' and ref_area like 'MX-%'
)
select counted.people, printed.people as printed from counted, printed
where counted.people is distinct from printed.people and printed.people is not null
