-- The areas as they are published: identity, point, people, geography, and whether they take part in matching. A local area abroad whose
-- name another one of its country bears has the parent's name behind it: there are eleven called Capital in Argentina.
select
    p.ref_area, p.level, p.kind, p.country, p.parent, p.metropolis,
    if(p.level = 'local' and p.country <> 'MEX' and p.name not like '%,%' and count(*) over (partition by p.country, p.level, p.name) > 1,
        p.name || coalesce(', ' || s.name, ''), p.name) as name,
    p.latitude, p.longitude, p.area_km2,
    v.obs_value as population, v.time_period as population_year, h.obs_value as altitude, g.climate_class, g.distance_coast_km,
    g.distance_border_km, g.border_country, g.distance_port_km, g.distance_airport_km, g.coastal, g.on_border, c.coverage as matching_coverage, c.takes_part, c.ranked, c.reason
from places as p
left join places as s on s.ref_area = p.parent
left join indicator_values as v on v.ref_area = p.ref_area and v.indicator = 'population'
left join indicator_values as h on h.ref_area = p.ref_area and h.indicator = 'altitude'
left join area_geography as g on g.ref_area = p.ref_area
left join matching_coverage as c on c.ref_area = p.ref_area
order by p.ref_area
