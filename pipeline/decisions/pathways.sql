-- Pathways (methodology 10): how far each Mexican area is, in each outcome, from where its peers are, and how fast it went. A median of
-- three kinds is known: of the values of its firm and likely mirrors (`sure`), or of its first ten where these are too few, where levels
-- may be compared; else the value that stands in the area's own pool where the mirrors stand in theirs, at the median of their
-- percentiles; and that of the Mexican areas most like it. The more demanding of the mirrors' and theirs counts: who is as good as the
-- one may be behind the other. gap = direction x (median - value), in the outcome's unit; what is less than the least step is none.
-- pace = direction x change a year, of the same figure by CONEVAL; the year of arrival = that of the figure + gap / pace, counted
-- from the edition. gain: points that the development score would rise by. The first steps are those of different pillars that gain most.
with measured as (
    select distinct indicator, level from standings where country = 'MEX'
), wanted as (
    select p.ref_area, p.level, m.indicator, i.direction, i.numerator, i.scale
    from places as p join measured as m using (level) join indicators as i using (indicator)
    where p.country = 'MEX'
), levels as (
    select indicator, country from comparability where comparable in ('yes', 'partly')
), mirror_values as (
    select w.ref_area, w.indicator, m.counterpart_area, m.distance, s.obs_value, s.percentile,
        h.indicator is not null and f.indicator is not null as by_level, unnest(case when m.tier in ('firm', 'likely')
            then if(m.rank <= getvariable('first'), [true, false], [true]) else [false] end) as sure
    from wanted as w
    join mirrors as m
        on m.ref_area = w.ref_area and m.lens = 'overall' and (m.tier in ('firm', 'likely') or m.rank <= getvariable('first'))
    join standings as s on s.ref_area = m.counterpart_area and s.indicator = w.indicator
    left join levels as h on h.indicator = w.indicator and h.country = 'MEX'
    left join levels as f on f.indicator = w.indicator and f.country = m.country
    where w.indicator not in (select indicator from not_exchanged)
), peers as (
    select ref_area, indicator, counterpart_area, distance, obs_value, null::double as percentile, 'levels' as basis, sure,
        if(sure, 1, 3) as preference
    from mirror_values where by_level
    union all
    select ref_area, indicator, counterpart_area, distance, obs_value, percentile, 'standings', sure, if(sure, 2, 4)
    from mirror_values where percentile is not null
    union all
    select w.ref_area, w.indicator, a.counterpart_area, a.distance, s.obs_value, null, 'similar', null, 5
    from wanted as w join alike as a using (ref_area)
    join standings as s on s.ref_area = a.counterpart_area and s.indicator = w.indicator
), medians as (
    select ref_area, indicator, basis, sure, preference, count(*) as peers, quantile_cont(obs_value, 0.5) as of_values,
        quantile_cont(percentile, 0.5) as target_percentile
    from peers group by ref_area, indicator, basis, sure, preference
    having count(*) >= getvariable('least_peers')
    qualify row_number() over (partition by ref_area, indicator, basis = 'similar' order by preference) = 1
), pools as (
    select indicator, level, size_class, list(direction * obs_value order by direction * obs_value) as sorted
    from standings where country = 'MEX' group by indicator, level, size_class
), carried as (
    select m.*, w.direction, p.sorted, 1 + m.target_percentile / 100 * (len(p.sorted) - 1) as position,
        case m.basis when 'standings' then w.direction * (p.sorted[floor(position)::int]
            + (position - floor(position)) * (p.sorted[ceil(position)::int] - p.sorted[floor(position)::int])) else m.of_values end as median
    from medians as m
    join wanted as w using (ref_area, indicator)
    join standings as s using (ref_area, indicator)
    left join pools as p on p.indicator = m.indicator and p.level = w.level and p.size_class = s.size_class
), targets as (  -- the more demanding of the two
    from carried
    qualify row_number() over (partition by ref_area, indicator order by direction * median desc nulls last, preference) = 1
), posts as (
    select w.ref_area, w.indicator, g.lower, g.upper
    from wanted as w join indicators as i using (indicator)
    join goalposts as g on g.indicator = w.indicator and g.level = w.level and g.country = if(i.frame = 'national', 'MEX', '')
), placed as (
    select w.*, s.obs_value as value, s.time_period, s.percentile, s.denominator, t.basis, t.sure, t.preference, t.peers,
        t.target_percentile, t.median, g.lower, g.upper,
        greatest(if(w.scale = 100, getvariable('least_gap'), getvariable('least_part') * coalesce(g.upper - g.lower, 0)),
            -- the chance error of a share of so many: few people or dwellings differ by nothing that lasts
            if(w.scale = 100 and s.denominator > 0, getvariable('error_z')
                * sqrt(greatest(0, s.obs_value * (100 - s.obs_value)) / s.denominator), 0)) as least
    from wanted as w
    left join standings as s using (ref_area, indicator)
    left join targets as t using (ref_area, indicator)
    left join posts as g using (ref_area, indicator)
), nearest as (  -- the nearest peer that is already at the target
    select p.ref_area, p.indicator, arg_min(p.counterpart_area, (p.distance, p.counterpart_area)) as nearest_there
    from peers as p join placed as t using (ref_area, indicator, preference)
    where if(t.basis = 'standings', p.percentile >= t.target_percentile, t.direction * (p.obs_value - t.median) >= 0)
    group by p.ref_area, p.indicator
), components (indicator, variable, whole) as (
    values ('illiteracy', 'social_lag_illiterate', 0), ('insured', 'social_lag_no_health_insurance', 100),
        ('piped_water', 'social_lag_no_piped_water', 100), ('drainage', 'social_lag_no_drainage', 100),
        ('dirt_floor', 'social_lag_earth_floor', 0)
), history as (
    select o.ref_area, c.indicator, o.time_period, abs(c.whole - o.obs_value) as obs_value
    from observations as o join components as c using (variable)
    where o.source = 'coneval_social_lag' and o.obs_value is not null
), ends as (
    select ref_area, indicator, max(time_period) as last, arg_max(obs_value, time_period) as last_value,
        min(time_period) as first, arg_min(obs_value, time_period) as first_value
    from history group by ref_area, indicator
), spans as (
    select e.*, b.time_period as base, b.obs_value as base_value
    from ends as e join history as b using (ref_area, indicator) where b.time_period = e.last - getvariable('span')
), changed as (
    select ref_area, max(since) as since from (
        select ref_area, since from area_changes union all select origin, since from area_changes
    ) group by ref_area
), paces as (
    select w.ref_area, w.indicator, s.base as pace_from, s.last as pace_to, s.first as long_pace_from, c.since > s.base as moved,
        w.direction * (s.last_value - s.base_value) / (s.last - s.base) as pace,
        case when coalesce(c.since <= s.first, true) then w.direction * (s.last_value - s.first_value) / (s.last - s.first) end
            as long_pace
    from wanted as w join spans as s using (ref_area, indicator) left join changed as c using (ref_area)
), gaps as (
    select t.*, t.direction * (t.median - t.value) as gap, n.nearest_there, p.* exclude (ref_area, indicator),
        exists (from changed as c where c.ref_area = t.ref_area) as has_changed,
        ceil(t.time_period + gap / p.pace - getvariable('edition_year')) as years
    from placed as t
    left join nearest as n using (ref_area, indicator)
    left join paces as p using (ref_area, indicator)
), judged as (
    select *, case
        when value is null then 'no figure'
        when gap is null then 'no target'
        when gap < least then 'already there'
        when moved or pace is null and has_changed then 'territory changed'
        when pace is null then 'no history'
        when pace <= 0 then 'not approaching'
        when years < 1 then 'due'
        when years > getvariable('longest') then 'too slow' else 'approaching' end as verdict,
        verdict not in ('no figure', 'no target', 'already there') as behind
    from gaps
), known_weights as (
    select v.ref_area, i.pillar_or_block as pillar, sum(i.weight order by i.indicator) as weight
    from normalised_values as v join indicators as i using (indicator)
    where v.score is not null group by v.ref_area, pillar
), present as (
    select s.ref_area, sum(p.weight order by p.pillar) as weight
    from pillar_scores as s join pillars as p using (pillar) where s.score is not null group by s.ref_area
), gained as (  -- the score is a geometric mean of pillars, a pillar the mean of its outcomes between their goalposts
    select j.*, i.pillar_or_block as pillar, s.score as pillar_score,
        100 * least(1, greatest(0, if(j.direction > 0, j.median - j.lower, j.upper - j.median) / (j.upper - j.lower))) as aim,
        s.score + i.weight / k.weight * (aim - v.score) as pillar_aim,
        case when behind then d.score * (pow(greatest(pillar_aim, getvariable('floor')) / greatest(s.score, getvariable('floor')),
            p.weight / w.weight) - 1) end as gain
    from judged as j
    join indicators as i using (indicator)
    left join normalised_values as v using (ref_area, indicator)
    left join pillar_scores as s on s.ref_area = j.ref_area and s.pillar = i.pillar_or_block
    left join pillars as p on p.pillar = i.pillar_or_block
    left join known_weights as k on k.ref_area = j.ref_area and k.pillar = i.pillar_or_block
    left join present as w on w.ref_area = j.ref_area
    left join development_scores as d on d.ref_area = j.ref_area
), candidates as (  -- the best of each pillar
    select ref_area, indicator, gain from gained
    where gain > 0 and verdict <> 'due' and indicator not in (select indicator from no_steps)
    qualify row_number() over (partition by ref_area, pillar order by gain desc, indicator) = 1
), steps as (
    select ref_area, indicator, row_number() over (partition by ref_area order by gain desc, indicator) as first_step from candidates
    qualify first_step <= getvariable('steps')
)
select j.ref_area, j.indicator, j.level, j.value, j.time_period, j.percentile, j.basis, j.sure, j.peers, j.median, j.target_percentile,
    if(j.behind, j.median, null) as target, j.gap,
    case when j.behind and j.scale = 100 then round(j.denominator * j.gap / 100) end as people,
    case when j.scale = 100 then if(starts_with(j.numerator, 'households'), 'households', 'persons') end as people_unit,
    j.gain, s.first_step, if(j.gap is null, null, j.nearest_there) as nearest_there,
    if(j.moved, null, j.pace) as pace, if(j.moved, null, j.pace_from) as pace_from, if(j.moved, null, j.pace_to) as pace_to,
    j.long_pace, if(j.long_pace is null, null, j.long_pace_from) as long_pace_from,
    case when verdict = 'approaching' then j.years::int end as years,
    case when verdict = 'approaching' then getvariable('edition_year') + j.years::int end as arrival, verdict
from gained as j
left join steps as s using (ref_area, indicator)
order by j.ref_area, j.indicator
