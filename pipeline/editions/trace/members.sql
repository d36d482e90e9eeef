-- The members behind a parent's value, by the indicator itself or, where it is not published of members, by one with the same
-- formula; with the people by which a value that cannot be added is weighted.
with same as (
    select j.indicator from indicators as i join indicators as j
        on j.formula = i.formula and j.numerator = i.numerator and j.denominator is not distinct from i.denominator
        and list_contains(string_split(j.levels, ';'), 'local')
    where i.indicator = $indicator
    order by j.indicator <> i.indicator, j.indicator limit 1
)
select v.ref_area, a.name, v.indicator, v.numerator, v.denominator, v.obs_value, coalesce(p.numerator, 0) as people
from area_members as m
join indicator_values as v on v.ref_area = m.ref_area and v.indicator in (from same)
join reference_areas as a on a.ref_area = m.ref_area
left join indicator_values as p on p.ref_area = m.ref_area and p.indicator = 'population'
where m.parent = $ref_area
order by v.ref_area
