-- The first ten mirrors of every Mexican area under the lens overall, with names.
select m.ref_area as "clave / code", a.name as "lugar / place", m.level as "nivel / level", m.rank as "lugar en la lista / rank",
    m.counterpart_area as "clave del espejo / mirror's code", c.name as "espejo / mirror", m.country as "país / country",
    round(m.similarity, 1) as "parecido, % / similarity, %", round(m.distance, 4) as "distancia / distance",
    round(100 * m.coverage, 0) as "cobertura, % / coverage, %", round(m.inclusion_probability, 2) as "probabilidad / probability",
    m.tier as "certeza / tier", m.mutual as "recíproco / mutual"
from mirrors as m
join reference_areas as a on a.ref_area = m.ref_area
join reference_areas as c on c.ref_area = m.counterpart_area
where m.lens = 'overall' and m.rank <= 10
order by m.level, m.ref_area, m.rank
