-- Where CONAPO's own index is among the observations, it is there for every municipality, and the recomputed one is the same.
select ref_area, index_value, published_index, index_normalised, published_index_normalised, grade, published_grade from marginalisation
where exists (from marginalisation where published_index is not null) and not coalesce(
    abs(index_value - published_index) <= 1e-9 and abs(index_normalised - published_index_normalised) <= 1e-9
        and grade = published_grade, false
)
order by ref_area, time_period
