-- Metropolises of countries without a list of their own (methodology 1): the local areas at an urban centre (GHSL).
-- A country is one of these if area_kinds has a metropolis of it whose code holds -UCDB-. A local area belongs to the centre
-- whose reach it lies deepest in; the reach is `reach_factor` radii of a circle of the centre's area and `reach_km` more. A metropolis has
-- `least_people`, and where local areas are districts (median above `district_km2`), at least `agglomerated` of them live in
-- agglomerations of the United Nations. It bears the name, and has the point, of the nation's capital if that lies in one of its areas,
-- else of a state's, else of the most populous town there; a town lies in the area whose point is nearest, if that is in the reach.
with ruled as (
    select distinct country, split_part(pattern, '-UCDB-', 1) || '-UCDB-' as prefix from area_kinds where contains(pattern, '-UCDB-')
), people as (
    select ref_area, arg_max(obs_value, struct_pack(t := time_period, p := -position)) as people, max(time_period) as time_period
    from observations join source_order using (source)
    where variable = 'population' and obs_value is not null
    group by ref_area
), numbers as (
    select ref_area, variable, arg_min(obs_value, struct_pack(p := position, t := -time_period)) as obs_value
    from observations join source_order using (source)
    where obs_value is not null and variable in ('latitude', 'longitude', 'area_km2')
    group by ref_area, variable
), points as (
    select y.ref_area, y.obs_value as latitude, x.obs_value as longitude, s.obs_value as area_km2
    from numbers as y
    join numbers as x on x.ref_area = y.ref_area and x.variable = 'longitude'
    left join numbers as s on s.ref_area = y.ref_area and s.variable = 'area_km2'
    where y.variable = 'latitude'
), countries as (
    select ref_area, any_value(obs_text) as country from observations where variable = 'country' and obs_text is not null group by ref_area
), centres as (
    select p.ref_area as centre, c.country, r.prefix, p.latitude, p.longitude,
        getvariable('reach_factor') * sqrt(p.area_km2 / pi()) + getvariable('reach_km') as reach
    from points as p join countries as c using (ref_area) join ruled as r using (country)
    where regexp_full_match(p.ref_area, 'UCDB-[0-9]+') and p.area_km2 > 0
), areas as (
    select l.ref_area, k.country, coalesce(t.latitude, o.latitude) as latitude, coalesce(t.longitude, o.longitude) as longitude,
        l.people, l.time_period, o.area_km2
    from people as l
    join (from area_kinds where level = 'local' and country in (select country from ruled)) as k on regexp_full_match(l.ref_area, k.pattern)
    left join points as o using (ref_area)
    left join area_points as a using (ref_area)
    left join points as t on t.ref_area = a.point
), pairs as (
    select a.ref_area, c.centre, c.prefix, great_circle_km(c.latitude, c.longitude, a.latitude, a.longitude) / c.reach as depth
    from areas as a join centres as c using (country)
    where abs(a.latitude - c.latitude) < 1 and abs(a.longitude - c.longitude) < 2
), given as (
    select ref_area, prefix || replace(centre, 'UCDB-', '') as metropolis from pairs where depth <= 1
    qualify row_number() over (partition by ref_area order by depth, centre) = 1
), districts as (
    select country from areas group by country having median(area_km2) > getvariable('district_km2')
), nearest as (  -- of each town and agglomeration, the local area of its country whose point is nearest
    select t.ref_area as town, t.latitude, t.longitude, a.ref_area, a.time_period
    from points as t join countries as c using (ref_area) join areas as a using (country)
    where regexp_matches(t.ref_area, '^(WUP|GEONAMES)-') and abs(t.latitude - a.latitude) < 1 and abs(t.longitude - a.longitude) < 1
    qualify row_number() over (
        partition by t.ref_area order by pow(t.latitude - a.latitude, 2)
            + pow((t.longitude - a.longitude) * cos(radians(t.latitude)), 2), a.ref_area
    ) = 1
), agglomerated as (  -- people in them, in the year of the area's own people
    select a.ref_area, sum(o.obs_value) as people
    from nearest as a
    join observations as o on o.ref_area = a.town and o.variable = 'population' and o.time_period = a.time_period
    where a.town like 'WUP-%'
    group by a.ref_area
), metropolises as (
    select g.metropolis
    from given as g join areas as a using (ref_area) left join agglomerated as u using (ref_area)
    group by g.metropolis
    having sum(a.people) >= getvariable('least_people')
        and (any_value(a.country) not in (from districts)
            or coalesce(sum(u.people), 0) >= getvariable('agglomerated') * sum(a.people))
), towns as (
    select g.metropolis, n.town, n.latitude, n.longitude
    from nearest as n
    join given as g using (ref_area)
    join people as p on p.ref_area = n.town
    join centres as u on u.prefix || replace(u.centre, 'UCDB-', '') = g.metropolis
    left join observations as c on c.ref_area = n.town and c.variable = 'settlement_class'
    where n.town like 'GEONAMES-%' and great_circle_km(u.latitude, u.longitude, n.latitude, n.longitude) <= u.reach
    qualify row_number() over (
        partition by g.metropolis order by case c.obs_text when 'PPLC' then 1 when 'PPLA' then 2 else 3 end, p.people desc, n.town
    ) = 1
)
select g.ref_area, g.metropolis, n.obs_text as name, t.latitude, t.longitude
from given as g
join metropolises as m using (metropolis)
left join towns as t using (metropolis)
left join observations as n on n.ref_area = t.town and n.variable = 'name'
order by g.ref_area
