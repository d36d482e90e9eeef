-- The figures behind levels (methodology 6): those of local areas and of others that are no sum, and of metropolises and states the mean
-- of their local areas by people, where at least `least_share` of the people live in areas that have one. Score: 0 to 100 between the
-- goalposts, on logarithms for income. Errors of what is an area's own add in squares, those of what members share add up.
with estimated as (
    select r.*, g.part, g.scale, g.lower, g.upper, p.people,
        r.error * case g.scale when 'log' then r.value when 'logit' then r.value * (100 - r.value) / 100 else 1 end as standard_error
    from rows as r join level_goalposts as g using (figure) join people as p using (ref_area)
), membership as (
    select m.ref_area, m.whole  -- a small metropolitan area that is no area here has no level
    from (select ref_area, unnest([parent, metropolis]) as whole from places where level = 'local') as m
    join places as w on w.ref_area = m.whole
), wholes as (
    select m.whole, sum(p.people order by m.ref_area) as people
    from membership as m join people as p using (ref_area) group by m.whole
), joined as (
    select m.whole as ref_area, e.figure, any_value(e.part) as part, any_value(e.scale) as scale, any_value(e.lower) as lower,
        any_value(e.upper) as upper, arg_max(e.concept, e.people) as concept, arg_max(e.source, e.people) as source,
        sum(e.value * e.people order by e.ref_area) / sum(e.people order by e.ref_area) as value,
        sqrt(
            coalesce(sum(pow(e.standard_error * e.people, 2) order by e.ref_area) filter (e.known = 'own'), 0)
            + pow(coalesce(sum(e.standard_error * e.people order by e.ref_area) filter (e.known <> 'own'), 0), 2)
        ) / sum(e.people order by e.ref_area) as standard_error,
        arg_max(e.time_period, e.people) as time_period, arg_max(e.of_area, e.people) as of_area,
        if(sum(e.people order by e.ref_area) filter (e.known = 'own') >= sum(e.people order by e.ref_area) / 2, 'own',
            arg_max(e.known, e.people) filter (e.known <> 'own')) as known,
        sum(e.people order by e.ref_area) as people
    from membership as m join estimated as e using (ref_area)
    where e.people > 0
    group by m.whole, e.figure
), every as (
    select ref_area, figure, part, scale, lower, upper, source, concept, value, standard_error, published_value, time_period, of_area,
        known, obs_status
    from estimated
    union all
    select j.ref_area, j.figure, j.part, j.scale, j.lower, j.upper, j.source, j.concept, j.value, j.standard_error, null, j.time_period,
        if(j.known = 'own', j.ref_area, j.of_area), j.known, 'E'
    from joined as j join wholes as w on w.whole = j.ref_area
    where j.people >= getvariable('least_share') * w.people and j.ref_area not in (select ref_area from estimated)
)
select ref_area, figure, part, concept, value, standard_error,
    least(100, greatest(0, 100 * case scale when 'log' then ln(value / lower) / ln(upper / lower) else (value - lower) / (upper - lower) end))
        as score,
    100 * case scale when 'log' then standard_error / value / ln(upper / lower) else standard_error / (upper - lower) end as score_error,
    published_value, cast(time_period as bigint) as time_period, source, of_area, known, obs_status
from every
order by ref_area, figure
