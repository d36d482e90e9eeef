-- The sector mix of Mexican municipalities, for which no census is at hand (methodology 2). Handbook step 2.
-- jobs = establishments of the directory x mean size (economic census: state and code, else the nation's code), plus
-- those who work without an establishment: what the labour force survey counts beyond them, spread by residents.
-- people employed = residents employed x the census sample's share of the broad sector x jobs / jobs of the broad
-- sector; agriculture is its share. So the total and the broad sectors are where people live, the rest is where
-- they work. jobs_ are people where they work, in establishments and in the fields, without those spread by residents.
with known as materialized (
    select source, ref_area, variable, time_period, obs_value from observations
    where obs_value is not null
        and source in ('inegi_denue', 'inegi_economic_census', 'imss', 'inegi_census', 'mx_labour_structure')
), codes as (  -- which SCIAN codes a sector holds: '43+46' are two, '31-33' is a range
    select sector, broad_sector, split_part(span, '-', 1) as first, split_part(span, '-', -1) as last
    from (select sector, broad_sector, unnest(string_split(scian, '+')) as span from sectors)
), branch_codes as (
    select branch, unnest(string_split(scian, '+')) as code from branches
), directory as (
    select ref_area, left(ref_area, 5) as state, code, sector, broad_sector, time_period, obs_value as establishments
    from (
        select *, replace(variable, 'establishments_scian_', '') as code from known
        where source = 'inegi_denue' and variable like 'establishments_scian_%'
    ) join codes on left(code, 2) between first and last
    where broad_sector <> 'primary'  -- SCIAN 11 is fishing and services here: the directory does not list farms
), census as (
    select ref_area as state, string_split(variable, '_scian_')[2] as code,
        max(obs_value) filter (variable like 'establishments_census_%') as establishments,
        max(obs_value) filter (variable like 'establishments_in_published_%') as published,
        max(obs_value) filter (variable like 'people_employed_%') as people
    from known
    where source = 'inegi_economic_census' and variable like '%_scian_%'
        and time_period = (select max(time_period) from known where source = 'inegi_economic_census')
    group by all
), national as (
    select code, sum(people) / nullif(sum(published), 0) as size from census group by code
), newest as (
    from directory where time_period = (select max(time_period) from directory)
), listed as (
    select state, code, sum(establishments) as establishments from newest group by all
), sizes as (
    -- The directory lists more than the census counts: a firm's branches, which the census counts once in the sectors
    -- of firms (power, building, transport, media, banks), and public schools and hospitals, temples and unions.
    select state, code, coalesce(c.people / nullif(c.published, 0), n.size) as size,
        coalesce(least(1, nullif(c.establishments, 0) / nullif(l.establishments, 0)), 1) as counted
    from listed as l left join census as c using (state, code) left join national as n using (code)
), clusters as (  -- offices are larger where there are many of them, n x (n / N)^g, and the state's people stay the same
    select ref_area, code, coalesce(establishments * pow(density, g) * sum(establishments) over whole
        / nullif(sum(establishments * pow(density, g)) over whole, 0), 0) as establishments
    from (
        select *, coalesce(establishments / nullif(sum(establishments) over (partition by ref_area), 0), 0) as density,
            if(code between '51' and '56' and code <> '55', getvariable('office_clustering'), 0) as g
        from newest
    ) window whole as (partition by state, code)
), jobs as (
    select ref_area, state, code, sector, broad_sector, c.establishments * case code
        when '93' then getvariable('size_government')
        when '61' then counted * size + (1 - counted) * getvariable('size_public_school')
        when '62' then counted * size + (1 - counted) * getvariable('size_public_clinic')
        else counted * size end as jobs
    from newest join sizes using (state, code) join clusters as c using (ref_area, code)
), insured as (
    select ref_area, replace(variable, 'insured_jobs_', '') as sector, obs_value as insured
    from known
    where source = 'imss' and variable in (
        'insured_jobs_mining', 'insured_jobs_utilities', 'insured_jobs_construction', 'insured_jobs_manufacturing',
        'insured_jobs_transport'
    )
    qualify time_period = max(time_period) over (partition by variable)
), estimated as (
    select ref_area, state, sector, sum(jobs) as jobs,
        case when sector in ('mining', 'manufacturing') then getvariable('insured_cap_plants')
            else getvariable('insured_cap') end as cap
    from jobs group by ref_area, state, sector
), floors as (  -- how far the insured jobs raise a sector: they are the least that works there, or is registered there
    select ref_area, state, sector, jobs, greatest(1, least(coalesce(insured / nullif(jobs, 0), 1), cap)) as raised,
        least(coalesce(insured, 0), cap * jobs) as floor
    from estimated left join insured using (ref_area, sector)
), raises as (  -- and the state's total stays that of the economic census, unless more are insured
    select ref_area, sector,
        coalesce(raised / nullif(sum(jobs * raised) over whole, 0)
            * greatest(sum(jobs) over whole, sum(floor) over whole), 1) as raised
    from floors window whole as (partition by state, sector)
), workplaces as (
    select ref_area, code, sector, broad_sector, jobs * raised as jobs from jobs join raises using (ref_area, sector)
), residents as (
    select ref_area, max(time_period) as time_period, max(obs_value) filter (variable = 'employed') as employed,
        max(obs_value) filter (variable = 'employed_primary_share') / 100 as primary_share,
        max(obs_value) filter (variable = 'employed_secondary_share') / 100 as secondary_share,
        max(obs_value) filter (variable = 'employed_tertiary_share') / 100 as tertiary_share
    from known
    where source = 'inegi_census' and variable = 'employed' or source = 'mx_labour_structure' and variable in (
        'employed_primary_share', 'employed_secondary_share', 'employed_tertiary_share'
    )
    group by ref_area
    having employed is not null and primary_share is not null and ref_area in (select ref_area from workplaces)
), groups as (
    select outside as sector, greatest(0, any_value(people) - sum(jobs)) as people
    from (select outside, people, unnest(string_split(sectors, '+')) as sector from survey)
    join workplaces using (sector)
    group by outside
), outside as (  -- they live everywhere: builders, drivers, domestic workers, pedlars, home workers
    select ref_area, sector, people * others / sum(others) over (partition by sector) as jobs
    from (select ref_area, employed * (secondary_share + tertiary_share) as others from residents) cross join groups
), sums as (
    select ref_area, sector, sum(jobs) as jobs from (
        select ref_area, sector, jobs from workplaces union all select ref_area, sector, jobs from outside
    ) group by all
), filled as (
    select r.*, s.sector, s.broad_sector, coalesce(w.jobs, 0) as jobs,
        sum(coalesce(w.jobs, 0)) over (partition by r.ref_area, s.broad_sector) as broad_jobs
    from residents as r cross join sectors as s left join sums as w on w.ref_area = r.ref_area and w.sector = s.sector
), mixed as (
    select ref_area, sector, time_period, employed, case broad_sector
        when 'primary' then employed * primary_share
        when 'secondary' then employed * secondary_share * jobs / broad_jobs
        else employed * tertiary_share * jobs / broad_jobs end as people
    from filled
    qualify bool_and(broad_jobs > 0 or broad_sector = 'primary') over (partition by ref_area)
), crafts as (  -- home workers make what the nation's workshops make, most of which are small
    select code, sum(establishments) / sum(sum(establishments)) over () as share
    from newest where sector = 'manufacturing' group by code
), factories as (
    select ref_area, branch, sum(jobs) as jobs from (
        select ref_area, code, jobs from workplaces where sector = 'manufacturing'
        union all
        select ref_area, code, jobs * share from outside cross join crafts where sector = 'manufacturing'
    ) join branch_codes using (code) group by all
), made as (
    select ref_area, branch, m.time_period,
        coalesce(m.people * f.jobs / nullif(sum(f.jobs) over (partition by ref_area), 0), 0) as people
    from (from mixed where sector = 'manufacturing') as m cross join (select branch from branches)
    left join factories as f using (ref_area, branch)
), counted as (  -- a sector without a row had none in the directory's first year, and may have opened since
    select a.ref_area, s.sector, a.time_period, coalesce(sum(d.establishments), 0) as establishments,
        case when count(d.code) > 0 or a.time_period = any_value(f.first_year) then 'A' else 'E' end as obs_status
    from (select distinct ref_area, time_period from directory) as a
    cross join (select sector from sectors where broad_sector <> 'primary') as s
    cross join (select min(time_period) as first_year from directory) as f
    left join directory as d on d.ref_area = a.ref_area and d.time_period = a.time_period and d.sector = s.sector
    group by a.ref_area, s.sector, a.time_period
), posts as (  -- where people work: posts in establishments, and the fields
    select ref_area, sector, sum(jobs) as jobs from workplaces where ref_area in (select ref_area from mixed) group by all
    union all
    select ref_area, 'manufacturing_' || branch, sum(jobs) from workplaces join branch_codes using (code)
    where sector = 'manufacturing' and ref_area in (select ref_area from mixed) group by all
    union all
    select ref_area, sector, people from mixed where sector = 'agriculture'
), everywhere as (
    select m.ref_area, s.sector, m.time_period, coalesce(p.jobs, 0) as jobs
    from (select distinct ref_area, time_period from mixed) as m
    cross join (select sector from sectors union all select 'manufacturing_' || branch from branches) as s
    left join posts as p using (ref_area, sector)
), results as (
    select ref_area, 'jobs_' || sector as variable, time_period, jobs as obs_value, 'E' as obs_status from everywhere
    union all
    select ref_area, 'jobs_total', time_period, sum(jobs), 'E' from everywhere
    where sector in (select sector from sectors) group by ref_area, time_period
    union all
    select ref_area, 'employed_' || sector as variable, time_period, people as obs_value, 'E' as obs_status from mixed
    union all
    select ref_area, 'employed_total', time_period, any_value(employed), 'A' from mixed group by ref_area, time_period
    union all
    select ref_area, 'employed_manufacturing_' || branch, time_period, people, 'E' from made
    union all
    select ref_area, 'establishments_' || sector, time_period, establishments, obs_status from counted
    union all
    select ref_area, 'establishments_total', time_period, sum(establishments), 'A' from counted
    group by ref_area, time_period
)
select ref_area, variable, time_period::integer as time_period, obs_value, obs_status
from results
order by ref_area, variable, time_period
