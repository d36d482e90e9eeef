-- The structural risks that are high in a Mexican area.
select r.ref_area as "clave / code", a.name as "lugar / place", s.name as "estado / state", a.level as "nivel / level",
    i.label_es as "riesgo alto", i.label_en as "high risk", round(r.obs_value, 3) as "valor / value", r.unit_measure as "unidad / unit",
    round(r.percentile, 0) as "percentil en México / percentile in Mexico", r.time_period as "año / year", r.source as "fuente / source"
from structural_risks as r
join reference_areas as a using (ref_area)
left join reference_areas as s on s.ref_area = a.parent
join indicators as i on i.indicator = r.risk
where r.high and a.country = 'MEX'
order by a.level, r.ref_area, r.percentile desc nulls last, r.risk
