-- g(x) of the matching indicators (methodology 3 and 4). Handbook step 5, before normalisation.
-- Shares are smoothed towards the share of the country and level, (e + kappa p) / (n + kappa), then logit; sizes take the logarithm;
-- distances take log(1 + x). Standard errors are carried over to first order, times the
-- slope of g; of a smoothed share only the own part n / (n + kappa) errs. `regional` is the share of a region that stands for an area
-- abroad (regional_figures.csv): of derived figures only these and Mexico's sector mix come with errors.
with matching as (
    select v.*, i.transform, i.scale, v.source = 'derived' and v.standard_error is not null as of_region
    from indicator_values as v join indicators as i using (indicator)
    where i.role = 'matching' and v.obs_value is not null
), nationwide as (
    select m.indicator, m.level, p.country, sum(m.numerator) / nullif(sum(m.denominator), 0) as share
    from matching as m join places as p using (ref_area) where m.transform in ('logit', 'sqrt')
    group by m.indicator, m.level, p.country
), smoothed as (
    select m.ref_area, m.indicator, m.level, p.country, m.transform, m.obs_value, m.standard_error, m.scale,
        m.of_region and p.country <> (select any_value(home) from home_country) as regional,
        (m.numerator + getvariable('kappa') * n.share) / (m.denominator + getvariable('kappa')) as share,
        m.denominator / (m.denominator + getvariable('kappa')) as own_part
    from matching as m join places as p using (ref_area)
    left join nationwide as n on n.indicator = m.indicator and n.level = m.level and n.country = p.country
)
select ref_area, indicator, level, country,
    case transform
        when 'log' then case when obs_value > 0 then ln(obs_value) end
        when 'log1p' then ln(1 + obs_value)
        when 'logit' then case when share > 0 and share < 1 then ln(share / (1 - share)) end
        when 'sqrt' then sqrt(greatest(share, 0))
        else obs_value
    end as transformed,
    standard_error * case transform
        when 'log' then 1 / nullif(obs_value, 0)
        when 'log1p' then 1 / (1 + obs_value)
        when 'logit' then own_part / scale / nullif(share * (1 - share), 0)
        when 'sqrt' then own_part / scale / nullif(2 * sqrt(greatest(share, 0)), 0)
        else 1
    end as standard_error,
    regional
from smoothed
order by ref_area, indicator
