-- The pillars of every Mexican area's standing in the country.
select p.ref_area as "clave / code", a.name as "lugar / place", s.name as "estado / state", a.level as "nivel / level", i.label_es as "pilar", i.label_en as "pillar",
    round(p.score, 2) as "puntaje / score", round(100 * p.coverage, 0) as "cobertura, % / coverage, %"
from pillar_scores as p join reference_areas as a using (ref_area) join pillars as i using (pillar)
left join reference_areas as s on s.ref_area = a.parent
where a.country = 'MEX'
order by a.level, p.ref_area, p.pillar
