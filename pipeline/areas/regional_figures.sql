-- Figures of areas of which only the region's share is known (methodology 2, regional_figures.csv): the area's people or employed
-- times the region's share. What an area's own source says is never replaced. The standard error of the logit is (1 - f) sigma:
-- f is the area's part of the region's people, and sigma how far places lie from the rest of their region where both are known,
-- the middle one of the countries that the register names, counting places of `least_people` and smoothed by `kappa` as shares are.
with figures as (
    select source, ref_area, variable, time_period, obs_value, margin_of_error from observations where obs_value is not null
), wanted as (
    select *, coalesce(nullif(learned_numerator, ''), variable) as numerators, coalesce(nullif(learned_base, ''), base) as bases
    from regional_figures
), ways as (  -- in the countries where places are known, each way to read a share
    select w.variable, s.source, n.numerator, b.base
    from wanted as w
    cross join (select unnest(string_split(w.learned_from, ';')) as source) as s
    cross join (
        select unnest(string_split(w.numerators, '|')) as numerator, generate_subscripts(string_split(w.numerators, '|'), 1) as way
    ) as n
    join (
        select unnest(string_split(w.bases, '|')) as base, generate_subscripts(string_split(w.bases, '|'), 1) as way
    ) as b on b.way = n.way
    where w.learned_from is not null and w.learned_from <> ''
), newest as (
    select source, ref_area, variable, obs_value from figures
    qualify row_number() over (partition by source, ref_area, variable order by time_period desc) = 1
), terms as (
    select distinct numerator, unnest(string_split(numerator, '+')) as term, len(string_split(numerator, '+')) as terms from ways
), shared as (  -- numerator and base of every place of these countries
    select w.variable, w.source, p.parent, p.ref_area, n.obs_value as part, b.obs_value as whole
    from ways as w
    join (
        select t.numerator, f.source, f.ref_area, sum(f.obs_value order by f.variable) as obs_value
        from terms as t join newest as f on f.variable = t.term
        group by t.numerator, f.source, f.ref_area having count(*) = any_value(t.terms)
    ) as n on n.numerator = w.numerator and n.source = w.source
    join newest as b on b.source = w.source and b.ref_area = n.ref_area and b.variable = w.base
    join places as p on p.ref_area = n.ref_area and p.level = 'local' and p.parent is not null
    where b.obs_value > 0 and n.obs_value between 0 and b.obs_value
), rest as (
    select *, sum(part) over region - part as other_part, sum(whole) over region - whole as other_whole
    from shared
    window region as (partition by variable, source, parent order by ref_area rows between unbounded preceding and unbounded following)
), logits as (
    select variable, source,
        (part + getvariable('kappa') * other_part / other_whole) / (whole + getvariable('kappa')) as own,
        other_part / other_whole as other
    from rest where whole >= getvariable('least_people') and other_part > 0 and other_part < other_whole
), spreads as (  -- of each country, and then the middle one
    select variable, source, sqrt(favg(pow(ln(own / (1 - own)) - ln(other / (1 - other)), 2))) as sigma, count(*) as places
    from logits where own > 0 and own < 1
    group by variable, source
), spread as (
    select variable, median(sigma) as sigma from spreads where places >= getvariable('least_places') group by variable
), regions as (  -- which region an area lies in
    select ref_area, any_value(region order by way, source, region) as region
    from (
        select ref_area, source, 1 as way, regexp_extract(obs_text, '(NUTS-[A-Z]{2}[0-9A-Z]{3})$', 1) as region
        from observations
        where variable in (select unnest(string_split(region_variable, '|')) from regional_figures) and obs_text is not null
        union all
        select ref_area, '', 2, region from city_regions
    )
    group by ref_area
), people as (
    select f.ref_area, r.region, f.time_period, f.obs_value as people
    from figures as f join regions as r using (ref_area)
    join source_order as s on s.source = f.source
    where f.variable = 'population' and f.obs_value > 0
    qualify row_number() over (partition by f.ref_area order by f.time_period desc, s.position) = 1
), region_people as (
    select f.ref_area as region, f.time_period, f.obs_value as people
    from figures as f where f.variable = 'population' and f.ref_area like 'NUTS-%' and f.obs_value > 0
    qualify row_number() over (partition by f.ref_area, f.time_period order by f.source) = 1
), measured as (  -- which part of its region an area is
    select p.*, p.people / r.people as part
    from people as p join region_people as r using (region)
    qualify row_number() over (partition by p.ref_area order by abs(r.time_period - p.time_period), r.time_period desc) = 1
), parts as (  -- a city with more people than the region at its point lies in several; of a municipality, the counts differ
    select * replace (least(1, part) as part) from measured
    where part <= getvariable('largest_city') or ref_area not in (select ref_area from city_regions)
), of_regions as (  -- the share of the region in the year nearest to the area's people
    select w.variable, w.base, a.ref_area, a.part, a.people, v.time_period, v.obs_value as region_part, b.obs_value as region_whole,
        v.margin_of_error
    from wanted as w
    join figures as v on v.source = w.source and v.variable = w.variable and v.ref_area like 'NUTS-%'
    join figures as b on b.source = w.base_source and b.variable = w.base and b.ref_area = v.ref_area and b.time_period = v.time_period
    join parts as a on a.region = v.ref_area
    where b.obs_value > 0 and not exists (
        from figures as own where own.ref_area = a.ref_area and own.variable = w.variable
    )
    qualify row_number() over (partition by w.variable, a.ref_area order by abs(v.time_period - a.time_period), v.time_period desc) = 1
), bases as (  -- a base that is itself such a figure: the employed of the area
    select ref_area, variable, people * region_part / region_whole as obs_value from of_regions where base = 'population'
), estimated as (
    select o.ref_area, o.variable, o.base, o.time_period, o.part, o.region_part / o.region_whole as share, s.sigma,
        case when o.base = 'population' then o.people else b.obs_value end as whole,
        o.margin_of_error / 1.645 / o.region_whole as share_error
    from of_regions as o
    left join bases as b on b.ref_area = o.ref_area and b.variable = o.base
    left join spread as s on s.variable = o.variable
)
select ref_area, variable, time_period, whole * share as obs_value,
    case when variable not in (select variable from ways) then null  -- a base, which only divides
        when part > getvariable('whole_region') and share_error is null then null  -- the area is the region
        else 1.645 * whole * sqrt(pow((1 - part) * sigma * share * (1 - share), 2) + pow(coalesce(share_error, 0), 2))
    end as margin_of_error
from estimated
where whole is not null and (part > getvariable('whole_region') or sigma is not null or variable not in (select variable from ways))
union all
select distinct ref_area, 'population_of_regional_share', time_period, whole, null::double  -- of which the share is a part
from estimated
where base = 'population' and variable in (select variable from ways) and whole is not null
union all
select p.ref_area, 'population_series', r.time_period, r.people, null
from parts as p join region_people as r using (region)
where p.part > getvariable('whole_region')
order by ref_area, variable, time_period
