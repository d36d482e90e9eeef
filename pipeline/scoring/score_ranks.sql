-- rank = 1 + the number of areas with a higher score, over all areas (grouping `all`) and within each group: 1 is best, ties take
-- the least, on unrounded scores; an area without a score, or in no group, has no rank. Handbook step 9, COINr's rank_df.
with members as (
    select distinct ref_area, 'all' as grouping, 'all' as group_code from scores
    union all
    select ref_area, grouping, group_code from groups where group_code is not null
)
select
    m.grouping, m.group_code, s.code, s.ref_area, s.score,
    case when s.score is not null then
        rank() over (partition by m.grouping, m.group_code, s.code order by s.score desc nulls last)
    end as rank
from scores as s
join members as m using (ref_area)
order by m.grouping, m.group_code, s.code, s.ref_area
