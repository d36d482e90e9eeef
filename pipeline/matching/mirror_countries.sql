-- How many of the ten nearest lie in each country (methodology 5): the sum of the inclusion probabilities of its areas, beside what
-- its mere number of candidates would give.
with candidates as (
    select level, country, count(*) as candidates from matching_coverage where ranked and country <> 'MEX' group by level, country
), numbers as (
    select *, least(getvariable('mirrors'), sum(candidates) over (partition by level)) * candidates
        / sum(candidates) over (partition by level) as expected_by_numbers
    from candidates
)
select i.ref_area, i.lens, i.level, c.country, fsum(i.inclusion_probability order by i.counterpart_area) as expected,
    any_value(n.candidates) as candidates, any_value(n.expected_by_numbers) as expected_by_numbers
from inclusion_probabilities as i
join matching_coverage as c on c.ref_area = i.counterpart_area
join numbers as n on n.level = i.level and n.country = c.country
group by i.ref_area, i.lens, i.level, c.country
order by i.lens <> 'overall', i.lens, i.ref_area, expected desc, c.country
