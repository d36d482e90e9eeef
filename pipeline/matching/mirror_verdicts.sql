-- Whether an area has a close mirror (methodology 5): it has none where its first mirror is more distant than nearly all first
-- mirrors of the level are (of all levels, where the level has few areas), or where no counterpart is among the first ten in half of the draws.
with firsts as (
    select ref_area, lens, min(distance) filter (rank = 1) as nearest_distance,
        max(inclusion_probability) as highest_probability,
        count(*) filter (tier = 'firm') as firm, count(*) filter (tier = 'likely') as likely,
        count(*) filter (tier = 'possible') as possible,
        avg(mutual::integer) filter (rank <= getvariable('mirrors')) as mutual_share
    from mirrors group by ref_area, lens
), limits as (
    select l.level, l.lens,
        case when count(f.nearest_distance) filter (c.level = l.level) >= getvariable('areas_for_limit')
            then quantile_cont(f.nearest_distance, getvariable('distant')) filter (c.level = l.level)
            else quantile_cont(f.nearest_distance, getvariable('distant')) end as distance_limit
    from (select distinct c.level, f.lens from firsts as f join matching_coverage as c using (ref_area)) as l
    join firsts as f using (lens)
    join matching_coverage as c on c.ref_area = f.ref_area
    group by l.level, l.lens
), judged as (
    select f.*, c.level, l.distance_limit,
        case when f.nearest_distance > l.distance_limit then 'distant' when f.firm + f.likely = 0 then 'undecided' end as reason
    from firsts as f join matching_coverage as c using (ref_area) join limits as l on l.level = c.level and l.lens = f.lens
)
select ref_area, lens, level, nearest_distance, distance_limit, highest_probability, firm, likely, possible, mutual_share,
    reason is not null as no_close_mirror, reason
from judged
order by ref_area, lens
