-- The pillars of a development score.
select s.pillar, p.weight, s.score, s.coverage from pillar_scores as s join pillars as p using (pillar)
where s.ref_area = $ref_area and s.score is not null
order by s.pillar
