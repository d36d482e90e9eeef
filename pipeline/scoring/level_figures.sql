-- What is published by place and can be put on the scale of a level (methodology 6, level_concepts.csv): for every concept, source and
-- year constant + the sum of coefficient x numerator / denominator. A numerator is any variable of its list; a denominator that of
-- the same source nearest in year, else of any. A concept counts where all its terms are known.
with figures as (
    select source, ref_area, variable, time_period, obs_value, obs_status
    from observations
    where obs_value is not null and (ref_area in (select ref_area from places where level = 'local') or ref_area like 'NUTS-%')
        and not exists (
            from quarantined_values as q
            where q.source = observations.source and q.ref_area = observations.ref_area
                and coalesce(q.time_period, observations.time_period) = observations.time_period
                and not coalesce(list_contains(string_split(q.kept_variables, ';'), observations.variable), false)
        )
), numerators as (
    select t.concept, t.term, t.coefficient, t.denominator, f.source, f.ref_area, f.time_period, f.obs_value, f.obs_status
    from terms as t
    join (select concept, term, unnest(string_split(numerator, '|')) as variable from terms) as n using (concept, term)
    join figures as f using (variable)
), bases as (
    select n.concept, n.term, n.source, n.ref_area, n.time_period, d.obs_value
    from numerators as n
    join figures as d on d.ref_area = n.ref_area and list_contains(string_split(n.denominator, '|'), d.variable) and d.obs_value > 0
    left join source_order as s on s.source = d.source
    where n.denominator <> ''
    qualify row_number() over (
        partition by n.concept, n.term, n.source, n.ref_area, n.time_period
        order by d.source <> n.source, list_position(string_split(n.denominator, '|'), d.variable), abs(d.time_period - n.time_period),
            d.time_period desc, s.position
    ) = 1
), parts as (
    select n.concept, n.term, n.source, n.ref_area, n.time_period, n.coefficient * n.obs_value / coalesce(b.obs_value, 1) as value,
        n.obs_status
    from numerators as n left join bases as b using (concept, term, source, ref_area, time_period)
    where n.denominator = '' or b.obs_value is not null
), joined as (  -- the other terms are those of the year nearest to the first one's
    select f.concept, f.source, f.ref_area, f.time_period, p.term, p.value, p.obs_status
    from parts as f
    join parts as p using (concept, ref_area)
    left join source_order as s on s.source = p.source
    where f.term = 0 and (p.term > 0 or (p.source = f.source and p.time_period = f.time_period))
    qualify row_number() over (
        partition by f.concept, f.source, f.ref_area, f.time_period, p.term
        order by abs(p.time_period - f.time_period), p.source <> f.source, s.position
    ) = 1
)
select c.concept, c.figure, j.ref_area, j.time_period, j.source, any_value(c.constant) + sum(j.value order by j.term) as value,
    if(bool_or(j.obs_status not in ('A', 'P', 'B')), 'E', 'A') as obs_status
from joined as j
join concepts as c using (concept)
left join source_order as s on s.source = j.source
group by c.concept, c.figure, c.terms, j.ref_area, j.time_period, j.source, s.position
having count(*) = c.terms
qualify row_number() over (partition by c.concept, j.ref_area, j.time_period order by s.position, j.source) = 1
order by c.concept, j.ref_area, j.time_period
