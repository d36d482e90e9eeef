-- The change of every score and indicator, split by sequential recomputation (methodology 11): with s_0 what was published, s_1 the
-- same by today's method, s_2 with revised data, s_3 with new data too, s_4 this edition,
--   method = s_1 - s_0, revised data = s_2 - s_1, new data = s_3 - s_2, pool = s_4 - s_3.
-- A score that one step cannot give keeps the value of the step before. A change is beyond the interval if the value before lies
-- outside the 90 % interval of this edition. Where only the rank moved, others did, and the change is 0.
-- Ranks are those within the country: areas of other countries come and go with their censuses.
with areas as (
    select ref_area, level from places_after union select ref_area, level from places_before
), level_of as (
    select ref_area, min(level) as level from areas group by ref_area
), known as (
    select ref_area, measure,
        max(obs_value) filter (step = 0) as s0, max(obs_value) filter (step = 1) as s1, max(obs_value) filter (step = 2) as s2,
        max(obs_value) filter (step = 3) as s3, max(obs_value) filter (step = 4) as s4,
        max(rank) filter (step = 0) as rank_before, max(rank) filter (step = 4) as rank_after
    from steps
    group by ref_area, measure
), filled as (
    select *, coalesce(s1, s0) as f1, coalesce(s2, s1, s0) as f2, coalesce(s3, s2, s1, s0) as f3 from known
), scores as (
    select ref_area, if(measure = 'development', 'score', 'pillar') as kind, measure, s0 as before, s4 as after,
        round(f1 - s0, 9) as method, round(f2 - f1, 9) as revised_data, round(f3 - f2, 9) as new_data, round(s4 - f3, 9) as pool,
        case
            when (s3 is null) <> (s4 is null) then 'pool'
            when (s2 is null) <> (s3 is null) then 'new data'
            when (s1 is null) <> (s2 is null) then 'revised data'
            else 'method'
        end as last_flip,
        rank_before, rank_after
    from filled
), indicator_parts as (
    select ref_area, 'indicator' as kind, indicator as measure, before, after,
        0.0 as method, if(cause = 'revised data', after - before, 0.0) as revised_data,
        if(cause = 'new data', after - before, 0.0) as new_data, if(cause = 'pool', after - before, 0.0) as pool,
        cause, time_period_before, time_period_after
    from indicator_changes
), caused as (
    select *,
        case
            when before is null or after is null then last_flip
            when abs(after - before) <= 1e-9 then 'others'
            when abs(new_data) >= greatest(abs(method), abs(revised_data), abs(pool)) then 'new data'
            when abs(revised_data) >= greatest(abs(method), abs(pool)) then 'revised data'
            when abs(method) >= abs(pool) then 'method'
            else 'pool'
        end as cause
    from scores
    where (before is not null or after is not null)
        and (abs(after - before) > 1e-9 or before is null or after is null or rank_before <> rank_after)
), changes as (
    select ref_area, kind, measure, before, after, method, revised_data, new_data, pool, cause,
        null as time_period_before, null as time_period_after, rank_before, rank_after
    from caused
    union all
    select ref_area, kind, measure, before, after, method, revised_data, new_data, pool, cause,
        time_period_before, time_period_after, null, null
    from indicator_parts
)
select c.ref_area, c.kind, c.measure, e.previous_edition, l.level, c.before, c.after,
    if(c.cause = 'others', 0.0, c.after - c.before) as change,
    if(c.after - c.before is not null, c.method, null) as method, if(c.after - c.before is not null, c.revised_data, null) as revised_data,
    if(c.after - c.before is not null, c.new_data, null) as new_data, if(c.after - c.before is not null, c.pool, null) as pool,
    c.cause, c.time_period_before, c.time_period_after, c.rank_before, c.rank_after,
    if(c.kind = 'score', c.before not between i.score_low and i.score_high, null) as beyond_interval,
    if(c.kind = 'score', c.rank_before not between i.rank_in_country_low and i.rank_in_country_high, null) as rank_beyond_interval
from changes as c
join level_of as l using (ref_area)
left join intervals as i using (ref_area)
cross join editions as e
order by c.ref_area, c.kind, c.measure
