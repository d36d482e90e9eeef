-- What the sector mix of Mexican municipalities is estimated from: the newest year of each variable of its sources, with
-- the figures that are not published (methodology 2).
select source::varchar as source, ref_area::varchar as ref_area, variable::varchar as variable,
    time_period::integer as time_period, obs_value, obs_text::varchar as obs_text
from observations
where source in (
    'inegi_denue', 'inegi_economic_census', 'inegi_economic_census_groups', 'inegi_economic_census_metropolitan', 'imss',
    'inegi_census', 'inegi_commuting', 'mx_labour_structure', 'inegi_state_gdp'
)
    and (source <> 'inegi_state_gdp' or variable in ('gdp_21_1', 'gdp_total') and time_period = 2018)
qualify time_period = max(time_period) over (partition by source, variable)
order by source, variable, ref_area
