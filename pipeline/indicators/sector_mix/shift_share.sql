-- People, production, value added and investment of the economic censuses by municipality and group, where they are shown.
select ref_area::varchar as ref_area,
    regexp_replace(regexp_replace(variable::varchar, '^census_', ''),
        '_(primary|construction|manufacturing|trade|services)$', '') as variable,
    regexp_extract(variable::varchar, '_(primary|construction|manufacturing|trade|services)$', 1) as "group",
    time_period::integer as time_period, obs_value
from observations
where source = 'inegi_economic_census_groups' and obs_value is not null
    and regexp_matches(variable, '^census_(people|production|value_added|capital_formation)_')
order by variable, "group", time_period, ref_area
