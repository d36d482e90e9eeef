-- Establishments of the directory by Mexican municipality and sector, every year (methodology 2). A sector without a row
-- had none in the directory's first year, and may have opened since: status E. The directory does not list farms.
with codes as (  -- which SCIAN codes a sector holds: '43+46' are two, '31-33' is a range
    select sector, broad_sector, split_part(span, '-', 1) as first, split_part(span, '-', -1) as last
    from (select sector, broad_sector, unnest(string_split(scian, '+')) as span from sectors)
), directory as (
    select ref_area, sector, time_period, obs_value as establishments, code
    from (
        select ref_area, time_period, obs_value, replace(variable, 'establishments_scian_', '') as code from observations
        where source = 'inegi_denue' and variable like 'establishments_scian_%' and obs_value is not null
    ) join codes on left(code, 2) between first and last
    where broad_sector <> 'primary'
), counted as (
    select a.ref_area, s.sector, a.time_period, coalesce(sum(d.establishments), 0) as establishments,
        case when count(d.code) > 0 or a.time_period = any_value(f.first_year) then 'A' else 'E' end as obs_status
    from (select distinct ref_area, time_period from directory) as a
    cross join (select sector from sectors where broad_sector <> 'primary') as s
    cross join (select min(time_period) as first_year from directory) as f
    left join directory as d on d.ref_area = a.ref_area and d.time_period = a.time_period and d.sector = s.sector
    group by a.ref_area, s.sector, a.time_period
)
select ref_area, 'establishments_' || sector as variable, time_period::integer as time_period, establishments as obs_value,
    obs_status
from counted
union all
select ref_area, 'establishments_total', time_period::integer, sum(establishments), 'A' from counted
group by ref_area, time_period
order by ref_area, variable, time_period
