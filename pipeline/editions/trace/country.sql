-- The areas of a country and level among which an area stands.
select count(*) as areas, sum(v.numerator) as total, count(*) filter (v.numerator > own.numerator) as ahead
from indicator_values as v join reference_areas as a using (ref_area)
join (from indicator_values where ref_area = $ref_area and indicator = $indicator) as own on own.level = v.level
join reference_areas as o on o.ref_area = own.ref_area and o.country = a.country
where v.indicator = $indicator
