-- The outcomes of a pillar: value, goalposts and score.
select i.indicator, i.weight, i.direction, n.value, n.score, g.lower, g.upper
from indicators as i
join normalised_values as n on n.indicator = i.indicator and n.ref_area = $ref_area
join reference_areas as a on a.ref_area = n.ref_area
join goalposts as g on g.indicator = i.indicator and g.level = a.level and g.country in ('', a.country)
where i.role = 'outcome' and i.pillar_or_block = $pillar
order by i.indicator
