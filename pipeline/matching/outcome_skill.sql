-- Held-out skill of each outcome (methodology 9): 1 - E(mirrors) / E(areas abroad of the same size), E the mean absolute difference
-- in the outcome between a Mexican area and others. Outcomes take no part in matching, so nothing is fitted to them.
-- Values are standardised in the outcome's frame: within the country where definitions are national. Instead of one random area,
-- the mean over the nearest in size is taken (same_size of them). Skill "in_country" compares with areas of the mirror's own country.
with outcomes as (
    select v.ref_area, v.level, v.indicator, p.country, case i.frame when 'national' then p.country else '' end as frame, v.obs_value
    from indicator_values as v join indicators as i using (indicator) join matching_coverage as p using (ref_area)
    where i.role = 'outcome' and i.formula <> 'country_value' and v.obs_value is not null
), frames as (
    select level, indicator, frame, favg(obs_value order by ref_area) as mean,
        stddev_samp(obs_value order by ref_area) as standard_deviation
    from outcomes group by level, indicator, frame
), standardised as (
    select o.*, (o.obs_value - f.mean) / nullif(f.standard_deviation, 0) as y
    from outcomes as o join frames as f using (level, indicator, frame)
), people as (
    select ref_area, obs_value as people from indicator_values where indicator = 'population' and obs_value > 0
), abroad as (
    select s.level, s.indicator, g.scope, s.ref_area, s.country, s.y,
        row_number() over (partition by s.level, s.indicator, g.scope order by p.people, s.ref_area) as position,
        count(*) over (partition by s.level, s.indicator, g.scope) as areas, p.people
    from standardised as s
    join matching_coverage as c using (ref_area)
    join people as p using (ref_area)
    cross join (select unnest([s.country, '']) as scope) as g
    where c.country <> 'MEX' and c.ranked and s.y is not null
), home as (
    select s.level, s.indicator, s.ref_area, s.y, p.people
    from standardised as s join people as p using (ref_area) where s.country = 'MEX' and s.y is not null
), sizes as (
    select level, indicator, scope, people, max(position) as position
    from abroad group by level, indicator, scope, people
), scopes as (
    select distinct level, indicator, scope, areas from abroad
), placed as (
    select h.level, h.indicator, h.ref_area, h.y, s.scope, s.areas, coalesce(n.position, 0) as smaller
    from home as h join scopes as s using (level, indicator)
    asof left join sizes as n
        on n.level = h.level and n.indicator = h.indicator and n.scope = s.scope and h.people > n.people
), windows as (
    select *, greatest(0, least(smaller - getvariable('same_size') / 2, areas - getvariable('same_size')))::bigint as start from placed
), within as (
    select level, indicator, scope, ref_area, y, unnest(range(start + 1, start + getvariable('same_size')::bigint + 1)) as position
    from windows
), usual as (
    select w.level, w.indicator, w.scope, w.ref_area, favg(abs(w.y - a.y) order by a.position) as difference
    from within as w join abroad as a using (level, indicator, scope, position)
    group by w.level, w.indicator, w.scope, w.ref_area
), matched as (
    select h.level, h.indicator, m.ref_area, m.counterpart_area, m.country, abs(h.y - a.y) as difference
    from mirrors as m
    join home as h on h.ref_area = m.ref_area
    join abroad as a on a.ref_area = m.counterpart_area and a.indicator = h.indicator and a.level = h.level and a.scope = ''
    where m.lens = 'overall'
), compared as (
    select m.*, u.difference as usual, c.difference as usual_in_country
    from matched as m
    join usual as u on u.level = m.level and u.indicator = m.indicator and u.ref_area = m.ref_area and u.scope = ''
    join usual as c on c.level = m.level and c.indicator = m.indicator and c.ref_area = m.ref_area and c.scope = m.country
)
select level, indicator, pairs, 1 - difference / usual as skill, 1 - difference / usual_in_country as skill_in_country
from (
    select level, indicator, count(*) as pairs, fsum(difference order by ref_area, counterpart_area) as difference,
        fsum(usual order by ref_area, counterpart_area) as usual,
        fsum(usual_in_country order by ref_area, counterpart_area) as usual_in_country
    from compared group by level, indicator
)
order by level, indicator
