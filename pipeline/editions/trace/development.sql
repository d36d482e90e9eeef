-- A development score.
select d.score, d.coverage, a.name from development_scores as d join reference_areas as a using (ref_area)
where ref_area = $ref_area and d.score is not null
