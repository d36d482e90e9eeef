-- Totals that INEGI prints, from the census of 2020, whose people
-- are those of the density (methodology 6).
with municipalities as (
    select numerator from indicator_values
    where indicator = 'density' and level = 'local' and ref_area like 'MX-%'
        and source in ('inegi_census', 'inegi_population') and time_period = 2020
)
select total, found, printed
from (
    select 'municipalities' as total, count(*) as found, 2469 as printed from municipalities
    union all
    select 'people of Mexico', sum(numerator), 126_014_024 from municipalities
)
where found <> printed and exists (from municipalities)
order by total
