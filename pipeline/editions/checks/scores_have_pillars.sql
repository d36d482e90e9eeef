select d.ref_area, d.score from development_scores as d
where d.score is not null and not exists (from pillar_scores as p where p.ref_area = d.ref_area and p.score is not null)
order by d.ref_area
