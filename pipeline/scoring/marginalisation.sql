-- Grade, rank and CONAPO's own figures beside the recomputed index (docs/methodology.md, the domestic axis). A low index is a high grade:
-- grade = number of grades - stratum of DP2; rank 1 has the lowest index.
with published as (
    select ref_area, time_period,
        max(obs_value) filter (variable = 'marginalisation_index') as published_index,
        max(obs_value) filter (variable = 'marginalisation_index_normalised') as published_index_normalised,
        max(obs_text) filter (variable = 'marginalisation_grade') as published_grade
    from observations where source = 'conapo_marginalisation' group by ref_area, time_period
), graded as (
    select *, (select count(*) from grades) - stratum as grade from computed
)
select g.ref_area, g.time_period, g.index_value, g.index_normalised, g.grade, l.label_es as grade_es, l.label_en as grade_en,
    rank() over (partition by g.time_period order by g.index_value) as rank,
    count(*) over (partition by g.time_period) as areas,
    p.published_index, p.published_index_normalised, w.grade as published_grade
from graded as g
join grades as l using (grade)
left join published as p using (ref_area, time_period)
left join grades as w on w.label_es = p.published_grade
order by g.ref_area, g.time_period
