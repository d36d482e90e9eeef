-- The first ten mirrors of every Mexican area under the lens overall, with names, in the order of all lists.
select m.ref_area as "clave / code", a.name as "lugar / place", s.name as "estado / state", m.level as "nivel / level", m.position as "lugar en la lista / position",
    m.counterpart_area as "clave del espejo / mirror's code", c.name as "espejo / mirror", t.name as "su estado o región / its state or region", m.country as "país / country",
    m.tier as "certeza / tier", round(m.inclusion_probability, 2) as "probabilidad / probability",
    round(m.distance, 4) as "distancia / distance", m.rank as "lugar por distancia / rank by distance",
    round(100 * m.coverage, 0) as "cobertura, % / coverage, %", m.mutual as "recíproco / mutual"
from mirrors as m
join reference_areas as a on a.ref_area = m.ref_area
join reference_areas as c on c.ref_area = m.counterpart_area
left join reference_areas as s on s.ref_area = a.parent
left join reference_areas as t on t.ref_area = c.parent
where m.lens = 'overall' and m.position <= 10
order by m.level, m.ref_area, m.position
