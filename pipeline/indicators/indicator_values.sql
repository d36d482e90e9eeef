-- Indicator = numerator / denominator x scale (methodology 1, 2). Handbook step 2, data selection.
-- A side of an indicator is a sum of variables; of several ways to read it, one of which the base is known in
-- the same year counts, then the way named first, the newest year, and the source that stands first in sources.csv. The
-- denominator is the one nearest in time, of the same source where there is a choice.
-- A parent is the sum of its members' numerators over the sum of their denominators; what cannot be added is
-- the mean weighted by population, and then the status is E. Coverage is the share of the population that is known.
-- The variables, source and year of both sides are kept as keys of used_observations; a sum of members has none of its own.
-- An `alternative` is the indicator of several that a country has, one for all its areas, compared through its own frame only.
-- The standard error of what is published with margins of error (90 %, so 1.645 standard errors) follows the Census Bureau's
-- formulas: of a sum the root of the squares; of a proportion sqrt(e_n^2 - p^2 e_d^2) / d, with + where that has no root.
with ways as (
    select indicator, side, unnest(string_split(expression, '|')) as expression,
        generate_subscripts(string_split(expression, '|'), 1) as way
    from (
        select indicator, 'numerator' as side, numerator as expression from indicators
        union all
        select indicator, 'denominator', denominator from indicators where denominator is not null
    )
), terms as (
    select expression, unnest(string_split(expression, '+')) as variable, len(string_split(expression, '+')) as terms
    from (select distinct expression from ways)
), wanted as (
    select o.ref_area, o.variable, o.time_period, o.source, o.obs_value, o.obs_status, o.margin_of_error, s.position
    from (
        select ref_area, variable, time_period, source, obs_value, obs_status, margin_of_error from observations
        union all
        select ref_area, variable, time_period, 'derived', obs_value, obs_status, margin_of_error from derived_observations
    ) as o
    join source_order as s using (source)
    where o.obs_value is not null and o.variable in (select variable from terms)
        and not (o.source = 'un_wup' and o.time_period > getvariable('agglomeration_year'))  -- projections
        and not exists (
            from quarantined_values as q
            where q.source = o.source and q.ref_area = o.ref_area and coalesce(q.time_period, o.time_period) = o.time_period
                and not coalesce(list_contains(string_split(q.kept_variables, ';'), o.variable), false)
        )
), areas as (
    select ref_area from places union select distinct country from places
), sums as (
    select expression, ref_area, source, position, time_period, sum(obs_value) as obs_value,
        case when bool_and(obs_status = 'A') then 'A' else max(obs_status) filter (obs_status <> 'A') end as obs_status,
        case when count(margin_of_error) = count(*) then sqrt(sum(pow(margin_of_error / 1.645, 2))) end as error
    from terms join wanted using (variable)
    where ref_area in (from areas)
    group by expression, ref_area, source, position, time_period
    having count(*) = any_value(terms)
), numerators as (
    select w.indicator, w.way, n.*, i.formula, i.span, i.denominator is not null as is_ratio
    from ways as w join sums as n using (expression) join indicators as i using (indicator) where w.side = 'numerator'
), bases as (
    select w.indicator, w.way, d.*
    from ways as w join sums as d using (expression) where w.side = 'denominator' and d.obs_value > 0
), dated as (
    select n.*, not is_ratio or exists (
        from bases as d where d.indicator = n.indicator and d.ref_area = n.ref_area and d.time_period = n.time_period
    ) as dated
    from numerators as n where formula in ('ratio', 'value')
), newest as (
    select * from dated
    qualify row_number() over (
        partition by indicator, ref_area order by dated desc, way, time_period desc, position
    ) = 1
), ratios as (
    select n.indicator, n.ref_area, n.source, n.time_period, n.obs_value as numerator, d.obs_value as denominator,
        case when n.obs_status = 'A' then d.obs_status else n.obs_status end as obs_status, n.error / d.obs_value as error_of_numerator,
        coalesce(d.error, 0) * n.obs_value / pow(d.obs_value, 2) as error_of_base,
        n.expression as numerator_variables, d.expression as denominator_variables, d.source as denominator_source,
        d.time_period as denominator_period
    from newest as n join bases as d on d.indicator = n.indicator and d.ref_area = n.ref_area
    where n.is_ratio
    qualify row_number() over (
        partition by n.indicator, n.ref_area
        order by abs(n.time_period - d.time_period), d.source <> n.source, d.position, d.way
    ) = 1
), totals as (
    select indicator, ref_area, source, time_period, obs_value as numerator, 1.0 as denominator, obs_status, error,
        expression as numerator_variables
    from newest where not is_ratio
), territory as (  -- a municipality and those that were split off from it, taken together so that the area stays the same
    select ref_area, coalesce(origin, ref_area) as territory from (select distinct ref_area from wanted)
    left join (from area_changes where since > getvariable('constant_territory_since')) using (ref_area)
), constant as (
    select n.indicator, n.way, n.expression, t.territory, n.source, n.position, n.time_period, sum(n.obs_value) as obs_value,
        count(*) as members, any_value(n.span) as span
    from numerators as n join territory as t using (ref_area) where n.formula in ('growth', 'loss')
    group by n.indicator, n.way, n.expression, t.territory, n.source, n.position, n.time_period
), growth as (
    select c.indicator, c.territory, c.source, c.time_period, c.obs_value as later, b.obs_value as earlier, c.members,
        c.time_period - b.time_period as years, c.expression, b.time_period as base_period
    from constant as c join constant as b using (indicator, way, expression, territory, source)
    where b.obs_value > 0 and c.obs_value > 0 and abs(c.time_period - b.time_period - c.span) <= c.span / 2
    qualify row_number() over (
        partition by c.indicator, c.territory
        order by c.way, abs(c.time_period - b.time_period - c.span), c.time_period desc, c.position
    ) = 1
), grown as (
    select g.indicator, t.ref_area, g.source, g.time_period, g.later / g.members as numerator, g.earlier / g.members as denominator,
        case when g.members = 1 then 'A' else 'E' end as obs_status, g.years, g.expression, g.source as base_source, g.base_period
    from growth as g join territory as t using (territory)
), own as (
    select indicator, ref_area, source, time_period, numerator, denominator, obs_status, null as years,
        sqrt(pow(error_of_numerator, 2)
            + pow(error_of_base, 2) * if(error_of_numerator > error_of_base, -1, 1)) as error,
        numerator_variables, denominator_variables, denominator_source, denominator_period
    from ratios
    union all
    select indicator, ref_area, source, time_period, numerator, denominator, obs_status, null, error,
        numerator_variables, null, null, null
    from totals
    union all
    select indicator, ref_area, source, time_period, numerator, denominator, obs_status, years, null,
        expression, expression, base_source, base_period
    from grown
), placed as (
    select o.*, p.level, p.country, 1.0 as coverage from own as o join places as p using (ref_area)
), weights as (
    select ref_area, numerator as people from placed where indicator = 'population'
), members as (
    select m.parent as ref_area, m.ref_area as member, coalesce(w.people, 0) as people
    from area_members as m left join weights as w using (ref_area)
), peoples as (
    select ref_area, sum(people) as people from members group by ref_area
), added as (
    select
        o.indicator, m.ref_area, min(o.source) as source, max(o.time_period) as time_period,
        sum(case when i.formula = 'value' then m.people * o.numerator else o.numerator end) as numerator,
        case
            when i.formula = 'value' then sum(m.people)
            when any_value(i.denominator) is null and i.formula = 'ratio' then 1.0
            else sum(o.denominator)
        end as denominator,
        case when i.formula = 'value' then 'E' when bool_and(o.obs_status = 'A') then 'A' else 'E' end as obs_status,
        max(o.years) as years, sum(m.people) / nullif(any_value(p.people), 0) as coverage
    from members as m
    join placed as o on o.ref_area = m.member
    join indicators as i using (indicator)
    join peoples as p on p.ref_area = m.ref_area
    group by o.indicator, m.ref_area, i.formula
), everywhere as (
    select indicator, ref_area, level, country, source, time_period, numerator, denominator, obs_status, years, coverage, error,
        numerator_variables, denominator_variables, denominator_source, denominator_period
    from placed
    union all
    select a.indicator, a.ref_area, p.level, p.country, a.source, a.time_period, a.numerator, a.denominator, a.obs_status, a.years,
        a.coverage, null, null, null, null, null
    from added as a join places as p using (ref_area)
    where a.coverage >= getvariable('aggregate_coverage')
        and not exists (from placed as own where own.ref_area = a.ref_area and own.indicator = a.indicator)
), countries as (
    select * from numerators where formula = 'country_value'
    qualify row_number() over (partition by indicator, ref_area order by time_period desc, position) = 1
), national as (  -- a country's own figure, the same for each of its areas
    select n.indicator, p.ref_area, p.level, p.country, n.source, n.time_period, n.obs_value as numerator, 1.0 as denominator,
        n.obs_status, null as years, 1.0 as coverage, null as error, n.expression as numerator_variables, null, null, null
    from countries as n join places as p on p.country = n.ref_area
), standing as (  -- the place of an area among those of its country and level
    select i.indicator, e.ref_area, e.level, e.country, e.source, e.time_period,
        case i.formula when 'country_share' then e.numerator
            else rank() over (partition by i.indicator, e.level, e.country order by e.numerator desc) end as numerator,
        case i.formula when 'country_share' then sum(e.numerator) over (partition by i.indicator, e.level, e.country) else 1.0 end
            as denominator,
        'A' as obs_status, null as years, e.coverage, null as error, null, null, null, null
    from everywhere as e join indicators as i on i.formula in ('country_share', 'country_rank') and e.indicator = i.numerator
), alternatives as (
    select indicator, unnest(string_split(numerator, '|')) as alternative, generate_subscripts(string_split(numerator, '|'), 1) as way
    from indicators where formula = 'alternative'
), kinds as (  -- which of several indicators stands for all areas of a country and level: the first that half of those have that any has;
    -- a figure of the area's own comes before the share of its region
    select indicator, level, country, arg_min(alternative, way) as alternative
    from (
        select a.indicator, e.level, e.country, a.alternative, a.way,
            count(*) filter (e.source <> 'derived' or e.error is null or e.country = getvariable('home')) + 0.001 * count(*) as known,
            max(known) over (partition by a.indicator, e.level, e.country) as most
        from alternatives as a join everywhere as e on e.indicator = a.alternative
        group by a.indicator, e.level, e.country, a.alternative, a.way
    )
    where known >= most / 2
    group by indicator, level, country
), chosen as (
    select k.indicator, e.* exclude (indicator)
    from everywhere as e join kinds as k on k.alternative = e.indicator and k.level = e.level and k.country = e.country
), complete as (
    select * from everywhere union all select * from national union all select * from standing union all select * from chosen
)
select
    c.ref_area, c.indicator, c.level, c.time_period, c.numerator, c.denominator,
    case i.formula when 'growth' then pow(c.numerator / c.denominator, 1.0 / c.years) - 1
        when 'loss' then greatest(0, 1 - pow(c.numerator / c.denominator, 1.0 / c.years))
        else c.numerator / c.denominator end * i.scale as obs_value,
    c.obs_status, c.error * i.scale as standard_error, c.coverage, c.source,
    c.numerator_variables, c.denominator_variables, c.denominator_source, c.denominator_period
from complete as c join indicators as i using (indicator)
where list_contains(string_split(i.levels, ';'), c.level)
order by c.ref_area, c.indicator
