-- Social lag by municipality and year as CONEVAL publishes it, and how far a municipality moved among the others
-- (docs/methodology.md, the domestic axis). percentile = 100 x (rank - 1) / (areas - 1), 0 has the most lag, 100 the least.
-- A change is missing where the territory is not that of the earlier year: a new municipality, and the one it was part of,
-- in the year in which the new one is counted first.
with published as (
    select ref_area, time_period,
        max(obs_value) filter (variable = 'social_lag_index') as index_value,
        max(obs_value) filter (variable = 'social_lag_rank') as rank,
        max(obs_text) filter (variable = 'social_lag_grade') as grade
    from observations where source = 'coneval_social_lag' group by ref_area, time_period
), counted as (
    select *, count(*) over (partition by time_period) as areas, min(time_period) over (partition by ref_area) as first_period,
        lag(time_period) over (partition by ref_area order by time_period) as previous_period
    from published
), broken as (
    select ref_area, time_period from quarantined_values where source = 'coneval_social_lag'
), sound as (
    select c.* replace (
            case when b.ref_area is null then c.index_value end as index_value,
            case when b.ref_area is null then c.rank end as rank,
            case when b.ref_area is null then c.grade end as grade
        ), case when b.ref_area is null then r.index_recomputed end as index_recomputed
    from counted as c
    join recomputed as r using (ref_area, time_period)
    left join broken as b on b.ref_area = c.ref_area and coalesce(b.time_period, c.time_period) = c.time_period
), beginning as (
    select min(time_period) as time_period from published
), splits as (  -- both sides of a split, and the year in which the new municipality is counted first
    select distinct a.ref_area, a.origin, c.first_period
    from area_changes as a join counted as c using (ref_area)
    where c.first_period > (select time_period from beginning)
), placed as (
    select s.*, 100.0 * (s.rank - 1) / (s.areas - 1) as percentile,
        case
            when exists (from splits as p where p.ref_area = s.ref_area and p.first_period = s.time_period) then 'new'
            when exists (
                from splits as p
                where p.origin = s.ref_area and p.first_period > s.previous_period and p.first_period <= s.time_period
            ) then 'reduced'
            when s.previous_period is not null then 'same'
        end as territory,
        not exists (from splits as p where p.origin = s.ref_area and p.first_period <= s.time_period) as as_at_first
    from sound as s
)
select s.ref_area, s.time_period, s.index_value, s.index_recomputed, g.grade, g.label_es as grade_es, g.label_en as grade_en,
    cast(s.rank as bigint) as rank, s.areas, s.percentile, s.territory, s.previous_period,
    case when s.territory = 'same' then cast(s.rank - e.rank as bigint) end as rank_change,
    case when s.territory = 'same' then s.percentile - e.percentile end as percentile_change,
    case when s.as_at_first and s.time_period > b.time_period then s.percentile - b.percentile end as percentile_change_since_2000
from placed as s
left join grades as g on g.label_es = s.grade
left join placed as e on e.ref_area = s.ref_area and e.time_period = s.previous_period
left join placed as b on b.ref_area = s.ref_area and b.time_period = 2000
order by s.ref_area, s.time_period
