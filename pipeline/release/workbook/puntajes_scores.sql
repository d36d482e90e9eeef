-- The development score of every Mexican area.
select d.ref_area as "clave / code", a.name as "lugar / place", s.name as "estado / state", d.level as "nivel / level", a.population as "población / population",
    round(d.score, 2) as "puntaje / score", round(d.score_low, 2) as "de / from", round(d.score_high, 2) as "a / to",
    d.rank_in_country as "lugar en México / rank in Mexico", d.rank_in_country_low as "lugar, de / rank, from",
    d.rank_in_country_high as "lugar, a / rank, to",
    d.areas_in_country as "de cuántos / of how many", round(100 * d.coverage, 0) as "cobertura, % / coverage, %"
from development_scores as d join reference_areas as a using (ref_area) left join reference_areas as s on s.ref_area = a.parent
where d.country = 'MEX'
order by d.level, d.ref_area
