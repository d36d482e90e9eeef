-- Areas (methodology 1): every area of the three levels, with its name, its parent and its point.
-- A kind of area is listed by one source (area_kinds.csv) or exists through its members. An agglomeration that is a city of
-- another publisher (area_concordance.csv) is no area of its own; nor is one whose nearest local area belongs to a metropolis that
-- is made by a rule (composed_metropolises.sql, China's cities). The point of an area is its seat or its largest town
-- (area_points.csv), that of a parent is its most populous member's; its area is what its publisher says, else the sum of its
-- members. A parent is what the source says, else the beginning of the code.
with texts as (
    select ref_area, variable, arg_min(obs_text, struct_pack(p := position, t := -time_period)) as obs_text
    from observations join source_order using (source)
    where obs_text is not null and variable in ('name', 'parent', 'metropolis', 'country')
    group by ref_area, variable
), numbers as (
    select ref_area, variable, arg_min(obs_value, struct_pack(p := position, t := -time_period)) as obs_value
    from observations join source_order using (source)
    where obs_value is not null and variable in ('latitude', 'longitude', 'area_km2', 'altitude')
    group by ref_area, variable
), people as (
    select ref_area, arg_max(obs_value, struct_pack(t := time_period, p := -position)) as people
    from observations join source_order using (source)
    where variable = 'population' and obs_value is not null
    group by ref_area
), listed as (
    select distinct o.ref_area, k.kind, k.level, k.country
    from observations as o join area_kinds as k on o.source = k.listed_by and regexp_full_match(o.ref_area, k.pattern)
    where o.variable = 'population'
        and not exists (from area_concordance as a where a.publisher_area = o.ref_area and a.ref_area <> o.ref_area)
), own as (
    select l.ref_area, l.kind, l.level,
        case when l.ref_area like 'US-72%' or n.obs_text like '%, PR%' then 'PRI' else coalesce(l.country, c.obs_text) end as country,
        coalesce(p.obs_text, left(l.ref_area, 5)) as parent,
        coalesce(m.obs_text, cm.metropolis) as metropolis, regexp_replace(n.obs_text, ' +', ' ', 'g') as name,
        coalesce(py.obs_value, y.obs_value) as latitude, coalesce(px.obs_value, x.obs_value) as longitude,
        s.obs_value as area_km2, coalesce(h.obs_value, ph.obs_value) as altitude
    from listed as l
    left join area_points as ap on ap.ref_area = l.ref_area
    left join numbers as py on py.ref_area = ap.point and py.variable = 'latitude'
    left join numbers as px on px.ref_area = ap.point and px.variable = 'longitude'
    left join numbers as ph on ph.ref_area = ap.point and ph.variable = 'altitude'
    left join texts as n on n.ref_area = l.ref_area and n.variable = 'name'
    left join texts as c on c.ref_area = l.ref_area and c.variable = 'country'
    left join texts as p on p.ref_area = l.ref_area and p.variable = 'parent'
    left join texts as m on m.ref_area = l.ref_area and m.variable = 'metropolis'
    left join composed as cm on cm.ref_area = l.ref_area
    left join numbers as y on y.ref_area = l.ref_area and y.variable = 'latitude'
    left join numbers as x on x.ref_area = l.ref_area and x.variable = 'longitude'
    left join numbers as s on s.ref_area = l.ref_area and s.variable = 'area_km2'
    left join numbers as h on h.ref_area = l.ref_area and h.variable = 'altitude'
), nearest as (  -- of each agglomeration, the local area of its country
    select a.ref_area, l.metropolis, l.area_km2, great_circle_km(a.latitude, a.longitude, l.latitude, l.longitude) as km
    from own as a join own as l on l.country = a.country and l.level = 'local' and l.latitude is not null
    where a.kind = 'agglomeration'
    qualify row_number() over (partition by a.ref_area order by km, l.ref_area) = 1
), located as (
    select * replace (case level when 'local' then parent end as parent) from own
    where ref_area not in (
        select ref_area from nearest
        where km <= greatest(getvariable('double_km'), coalesce(getvariable('double_factor') * sqrt(area_km2 / pi()), 0))
            and regexp_matches(metropolis, '^CN-METRO-|-UCDB-')
    )
), members as (
    select metropolis as parent, l.* exclude (parent, metropolis) from located as l where metropolis is not null
    union all
    select parent, l.* exclude (parent, metropolis) from located as l where parent is not null
), parents as (
    select m.parent as ref_area,
        arg_max(latitude, coalesce(people, 0)) as latitude, arg_max(longitude, coalesce(people, 0)) as longitude,
        sum(area_km2) as area_km2, arg_max(altitude, coalesce(people, 0)) as altitude, any_value(m.country) as country,
        arg_max(m.name, coalesce(people, 0)) as largest
    from members as m left join people using (ref_area)
    group by m.parent
)
select * from located
union all
select p.ref_area, k.kind, k.level, p.country, null, null,
    coalesce(n.obs_text, a.name_es, c.name, if(k.level = 'metro', p.largest, null)),
    coalesce(c.latitude, p.latitude), coalesce(c.longitude, p.longitude), coalesce(s.obs_value, p.area_km2), p.altitude
from parents as p
join area_kinds as k on k.listed_by is null and regexp_full_match(p.ref_area, k.pattern)
left join texts as n on n.ref_area = p.ref_area and n.variable = 'name'
left join numbers as s on s.ref_area = p.ref_area and s.variable = 'area_km2'
left join (select distinct parent, name_es from area_parents) as a on a.parent = p.ref_area
left join (select distinct metropolis, name, latitude, longitude from composed) as c on c.metropolis = p.ref_area
order by ref_area
