-- Key sectors (methodology 10): location quotient = share of the sector in the area / share in its country, of smoothed shares
-- (e + kappa p) / (n + kappa). Of several bases the first counts: people who work there, value added (not smoothed; before people who
-- worked there more than five years earlier), establishments.
-- The country's share p is that of its local areas where they have figures of the same source, else that of the level.
with figures as (
    select v.ref_area, v.level, p.country, v.source, v.time_period, v.obs_status, v.numerator, v.denominator,
        regexp_extract(v.indicator, '^sector_(employment|value_added|establishments)_(.+)$', ['basis', 'sector']) as parts
    from indicator_values as v join places as p using (ref_area)
    where v.indicator like 'sector\_%' escape '\' and v.numerator is not null and v.denominator > 0
        and not (v.source = 'derived' and v.standard_error is not null and v.ref_area not like 'MX-%')  -- the share of its region
), dated as (
    select * exclude (parts), parts.basis as basis, parts.sector as sector,
        max(time_period) filter (parts.basis = 'employment') over (partition by ref_area, parts.sector) as counted_in
    from figures where parts.sector <> ''
), chosen as (
    select * exclude (counted_in) from dated
    qualify row_number() over (
        partition by ref_area, sector
        order by case
            when basis = 'value_added' and time_period > counted_in + 5 then 0
            when basis = 'employment' then 1
            when basis = 'value_added' then 2
            else 3
        end
    ) = 1
), countries as (
    select country, level, sector, basis, source, fsum(numerator order by ref_area) / fsum(denominator order by ref_area) as share
    from chosen group by country, level, sector, basis, source
), compared as (
    select c.*, c.numerator / c.denominator as share, coalesce(l.share, o.share) as national_share,
        if(c.basis = 'value_added', 0, getvariable('kappa')) as added,
        starts_with(c.sector, 'manufacturing_') as is_branch
    from chosen as c
    join countries as o using (country, level, sector, basis, source)
    left join countries as l
        on l.country = c.country and l.level = 'local' and l.sector = c.sector and l.basis = c.basis and l.source = c.source
), quotients as (
    select *, (numerator + added * national_share) / (denominator + added) / national_share as location_quotient
    from compared where national_share > 0
)
select ref_area, sector, level, country, basis, numerator as obs_value, 100 * share as share, 100 * national_share as national_share,
    location_quotient,
    rank() over (partition by ref_area, is_branch order by location_quotient desc) as rank,
    location_quotient >= getvariable('quotient') and share >= getvariable('share') as is_key,
    case when sector = 'transport' and source = 'us_ers_rural_atlas' then 'utilities' end as holds,
    source, time_period, obs_status
from quotients
order by ref_area, sector
