-- Everything the release says of one area, one line a figure; of several of one name, the Mexican ones first.
create or replace macro profile(place) as table
with area as (
    select a.* from areas_named(place) as n join reference_areas as a using (ref_area)
), facts as (
    select a.ref_area, 1 as part, 'area' as section, f.k as item, f.v as value, cast(null as varchar) as unit_measure,
        cast(null as bigint) as time_period, cast(null as varchar) as source
    from area as a, unnest([
        {'k': 'name', 'v': a.name}, {'k': 'level', 'v': a.level}, {'k': 'country', 'v': a.country},
        {'k': 'population', 'v': cast(cast(a.population as bigint) as varchar)}
    ]) as t (f)
), sentences as (
    select w.ref_area, 0, 'answer', f.k, f.v, null, null, null
    from answers as w join area using (ref_area), unnest([{'k': 'es', 'v': w.lead_es || ' ' || w.why_es}, {'k': 'en', 'v': w.lead_en || ' ' || w.why_en}]) as t (f)
), figures as (
    select v.ref_area, 2, i.role || coalesce(' ' || i.pillar_or_block, ''), i.label_es || ' / ' || i.label_en,
        cast(round(v.obs_value, 3) as varchar), i.unit_measure, v.time_period, v.source
    from indicator_values as v join area using (ref_area) join indicators as i using (indicator)
), scores as (
    select s.ref_area, 3, 'score', s.pillar, cast(round(s.score, 1) as varchar), '0 to 100', null, null
    from pillar_scores as s join area using (ref_area)
    union all
    select s.ref_area, 4, 'score', 'lugar en el país / standing in the country', cast(round(s.score, 1) as varchar), '0 to 100', null, null
    from development_scores as s join area using (ref_area)
    union all
    select s.ref_area, 4, 'level', 'nivel de desarrollo / level of development', cast(round(s.development_level, 1) as varchar),
        '0 to 100, one scale for the world', null, null
    from development_levels as s join area using (ref_area)
), domestic as (
    select m.ref_area, 5, 'marginalisation ' || m.time_period, f.k, f.v, f.u, m.time_period, 'conapo_marginalisation'
    from marginalisation as m join area using (ref_area), unnest([
        {'k': 'grado / grade', 'v': m.grade_es || ' / ' || m.grade_en, 'u': cast(null as varchar)},
        {'k': 'lugar / rank', 'v': cast(m.rank as varchar), 'u': '1 the most of ' || m.areas}
    ]) as t (f)
    union all
    select s.ref_area, 5, 'social lag ' || s.time_period, f.k, f.v, f.u, s.time_period, 'coneval_social_lag'
    from social_lag as s join area using (ref_area), unnest([
        {'k': 'grado / grade', 'v': s.grade_es || ' / ' || s.grade_en, 'u': cast(null as varchar)},
        {'k': 'lugar / rank', 'v': cast(s.rank as varchar), 'u': '1 the most of ' || s.areas}
    ]) as t (f)
    where s.time_period in (2000, 2020)
), counterparts as (
    select m.ref_area, 6, 'mirror ' || lpad(cast(m.position as varchar), 2, '0'), c.name || ' (' || c.country || ')',
        round(m.inclusion_probability, 2) || coalesce(' ' || m.tier, ''), 'probability', null, null
    from mirrors as m join area using (ref_area) join reference_areas as c on c.ref_area = m.counterpart_area
    where m.lens = 'overall' and m.position <= 10
)
select ref_area, section, item, value, unit_measure, time_period, source
from (from facts union all from sentences union all from figures union all from scores union all from domestic union all from counterparts)
join (select ref_area, country, level from area) using (ref_area)
order by country <> 'MEX', case level when 'local' then 1 when 'metro' then 2 else 3 end, ref_area, part, section, item
