-- The development score of every Mexican area.
select d.ref_area as "clave / code", a.name as "lugar / place", d.level as "nivel / level", a.population as "población / population",
    round(d.score, 2) as "puntaje / score", d.rank_in_country as "lugar en México / rank in Mexico",
    d.areas_in_country as "de / of", round(100 * d.coverage, 0) as "cobertura, % / coverage, %"
from development_scores as d join reference_areas as a using (ref_area)
where d.country = 'MEX'
order by d.level, d.ref_area
