-- Sister-city ties of Mexican towns, each end found among the areas by name and position (methodology 10).
-- A town is the local area, or the metropolis, of its country that bears its name within `twin_home_km` (`twin_abroad_km`); a
-- metropolis bears the names it is made of. Towns of other names stand in area_concordance. What is not found says why.
-- Of a town of the United States the county is that of the town of its name at the position given; where none stands there, the
-- position is that of a namesake (a county of Illinois for Douglas, Arizona): then that of the town nearest to its twin, within
-- `twin_home_km`, or of the only one. Where no town bears the name, a county whose point is within `twin_near_km` holds it.
with points as (
    select ref_area as point, regexp_extract(ref_area, '^TWIN-(\d+)-', 1)::int as pair,
        max(obs_text) filter (variable = 'name') as name, max(obs_text) filter (variable = 'country_name') as country_name,
        max(obs_value) filter (variable = 'latitude') as latitude, max(obs_value) filter (variable = 'longitude') as longitude,
        max(time_period) as time_period
    from observations where source = 'sister_cities' group by ref_area
), named as (
    select p.*, c.iso3 as country, a.ref_area as given,
        trim(regexp_replace(strip_accents(lower(p.name)), '(^ciudad )|( city$)|( \(.*$)|(,.*$)|(^mexico city – )', '', 'g')) as plain
    from points as p
    left join countries as c on c.name_en = case
        when p.country_name in ('England', 'Scotland', 'Wales', 'Northern Ireland') or p.country_name like '%United Kingdom'
            then 'United Kingdom'
        when p.country_name = 'Republic of Ireland' then 'Ireland' else p.country_name end
    left join area_concordance as a on a.source = 'sister_cities' and a.publisher_area = p.name
), bearers as (  -- the names that an area bears
    select ref_area, level, country, latitude, longitude,
        unnest(list_distinct(case
            when kind = 'county_united_states' then [t.town, regexp_replace(p.name, ',.*$', '')]
            when level = 'metro' then string_split(regexp_replace(p.name, ',.*$', ''), '-') || [p.name]
            else [p.name, regexp_replace(p.name, '( de | del ).*$', '')] end)) as bears
    from places as p left join towns as t using (ref_area)
    where level <> 'state' and latitude is not null
), spelled as (
    select * exclude (bears), trim(regexp_replace(strip_accents(lower(bears)), '(^ciudad )|( city$)', '', 'g')) as plain
    from bearers where bears is not null
), town_names as (
    select ref_area, area, latitude, longitude,
        trim(regexp_replace(strip_accents(lower(name)), '(^ciudad )|( city$)', '', 'g')) as plain
    from us_towns
), distances as (
    select n.point, n.country, s.ref_area, s.level, bool_or(s.plain = n.plain) as same,
        any_value(great_circle_km(s.latitude, s.longitude, n.latitude, n.longitude)) as km
    from named as n join spelled as s on s.country = n.country
    where (n.given is null or s.level = 'metro') and (s.plain = n.plain or abs(s.latitude - n.latitude) < 1)
    group by n.point, n.country, s.ref_area, s.level
), bearing as (  -- towns of the United States that bear the name: km from the position given, and from the twin
    select n.point, t.area, t.town_id, t.km, t.from_twin, count(*) over (partition by n.point) as towns
    from named as n join named as m on m.pair = n.pair and m.point <> n.point
    join lateral (
        select u.area, u.ref_area as town_id,
            great_circle_km(u.latitude, u.longitude, n.latitude, n.longitude) as km,
            great_circle_km(u.latitude, u.longitude, m.latitude, m.longitude) as from_twin
        from town_names as u where u.plain = n.plain
    ) as t on true
    where n.country = 'USA' and n.given is null
        and (n.name not like '%(%' or t.km <= getvariable('twin_abroad_km'))  -- of a part of a city, the city counts
), counties as (
    select point, area, p.metropolis from bearing as b join places as p on p.ref_area = b.area
    where km <= getvariable('twin_abroad_km') or from_twin <= getvariable('twin_home_km') or towns = 1
    qualify row_number() over (
        partition by point order by km > getvariable('twin_abroad_km'), if(km > getvariable('twin_abroad_km'), from_twin, km), town_id
    ) = 1
), found as (
    select * from distances
    where (same and km <= if(country = 'MEX', getvariable('twin_home_km'), getvariable('twin_abroad_km')))
        or (country = 'USA' and level = 'local' and km <= getvariable('twin_near_km') and point not in (select point from bearing))
    qualify row_number() over (partition by point, level order by same desc, km, ref_area) = 1
), ends as (
    select n.point, n.pair, n.name, n.country_name, n.country, n.time_period,
        coalesce(max(c.area), max(f.ref_area) filter (f.level = 'local'), max(n.given) filter (g.level = 'local')) as local_area,
        if(max(c.area) is not null, max(c.metropolis),
            coalesce(max(f.ref_area) filter (f.level = 'metro'), max(n.given) filter (g.level = 'metro'))) as metropolis
    from named as n
    left join counties as c using (point)
    left join found as f using (point)
    left join places as g on g.ref_area = n.given
    group by n.point, n.pair, n.name, n.country_name, n.country, n.time_period
), pairs as (
    select a.pair, a.name, b.name as counterpart, b.country_name as counterpart_country_name, b.country as counterpart_country,
        a.local_area, a.metropolis, b.local_area as counterpart_local_area, b.metropolis as counterpart_metropolis, a.time_period
    from ends as a join ends as b on b.pair = a.pair and b.point <> a.point
    where a.country = 'MEX' and (b.country is distinct from 'MEX' or a.point < b.point)
)
select pair, name, counterpart, counterpart_country_name, counterpart_country, local_area, metropolis,
    counterpart_local_area, counterpart_metropolis, time_period,
    case when counterpart_country = 'MEX' then 'both ends are in Mexico'
        when local_area is null and metropolis is null then 'no Mexican area of that name is near the position given'
        when counterpart_country is null then 'the country is not in the register'
        when counterpart_local_area is null and counterpart_metropolis is null
            and not exists (from places as p where p.country = counterpart_country and p.level <> 'state')
            then 'the index has no areas of that country'
        when counterpart_local_area is null and counterpart_metropolis is null
            then 'no area of that country bears the name near the position given' end as reason
from pairs
order by pair
