-- The parts of a level: the mean of its figures, where all are known. What is known of a part is what is known of the figure with the
-- largest error: people with electricity are nearly all, wherever it is counted.
with figures as (
    select part, count(*) as figures from level_goalposts group by part
)
select p.ref_area, a.country, p.part, avg(p.score order by p.figure) as score,
    sqrt(sum(pow(p.score_error, 2) order by p.figure)) / count(*) as error, arg_max(p.known, p.score_error) as known
from level_parts as p
join places as a using (ref_area)
join figures as f using (part)
group by p.ref_area, a.country, p.part, f.figures
having count(*) = f.figures
order by p.ref_area, p.part
