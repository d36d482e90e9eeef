with candidates as (
    select level, count(*) as candidates from matching_coverage where ranked and country <> 'MEX' group by level
), found as (
    select ref_area, lens, count(*) as mirrors from mirrors where rank <= 10 group by ref_area, lens
)
select c.ref_area, l.lens, coalesce(f.mirrors, 0) as mirrors
from matching_coverage as c
join candidates as k using (level)
cross join (select distinct lens from mirrors) as l
left join found as f on f.ref_area = c.ref_area and f.lens = l.lens
where c.country = 'MEX' and c.takes_part and coalesce(f.mirrors, 0) < least(10, k.candidates)
order by c.ref_area
