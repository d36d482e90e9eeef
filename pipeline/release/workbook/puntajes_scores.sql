-- The level of development of every Mexican area, on one scale for the world, and its standing in the country, with intervals.
select d.ref_area as "clave / code", a.name as "lugar / place", s.name as "estado / state", d.level as "nivel / level", a.population as "población / population",
    round(l.development_level, 1) as "nivel de desarrollo / level of development", round(l.development_level_low, 1) as "nivel, de / level, from",
    round(l.development_level_high, 1) as "nivel, a / level, to", round(d.score, 2) as "lugar en el país / standing in the country",
    round(d.score_low, 2) as "de / from", round(d.score_high, 2) as "a / to", d.rank_in_country as "lugar en México / rank in Mexico",
    d.rank_in_country_low as "lugar, de / rank, from", d.rank_in_country_high as "lugar, a / rank, to",
    d.areas_in_country as "de cuántos / of how many", round(100 * d.coverage, 0) as "cobertura, % / coverage, %"
from development_scores as d
join reference_areas as a using (ref_area)
left join development_levels as l using (ref_area)
left join reference_areas as s on s.ref_area = a.parent
where d.country = 'MEX'
order by d.level, d.ref_area
