-- The level of development of every Mexican area, on one scale for the world, and its standing in the country.
select d.ref_area as "clave / code", a.name as "lugar / place", d.level as "nivel / level", a.population as "población / population",
    round(l.development_level, 1) as "nivel de desarrollo / level of development", round(l.development_level_low, 1) as "desde / from",
    round(l.development_level_high, 1) as "hasta / to", round(d.score, 2) as "lugar en el país / standing in the country", d.rank_in_country as "lugar en México / rank in Mexico",
    d.areas_in_country as "de / of", round(100 * d.coverage, 0) as "cobertura, % / coverage, %"
from development_scores as d join reference_areas as a using (ref_area) left join development_levels as l using (ref_area)
where d.country = 'MEX'
order by d.level, d.ref_area
