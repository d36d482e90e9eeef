-- The percentages behind marginalisation and social lag, as published, without those that are known to be broken.
-- CONEVAL's note for 2005: dwellings without information are in the base; so where it subtracts those that have, they lack.
select o.ref_area, o.variable, o.time_period, o.obs_value,
    case
        when o.source = 'coneval_social_lag' and o.time_period = 2005 and d.base = 'dwellings' then 'B'
        when o.source = 'coneval_social_lag' and o.time_period = 2015 then 'E'
        else 'A'
    end as obs_status
from observations as o join deprivations as d using (variable)
where o.source in ('conapo_marginalisation', 'coneval_social_lag') and o.obs_value is not null
    and not exists (
        from quarantined_values as q
        where q.source = o.source and q.ref_area = o.ref_area and coalesce(q.time_period, o.time_period) = o.time_period
            and not coalesce(list_contains(string_split(q.kept_variables, ';'), o.variable), false)
    )
order by o.ref_area, o.variable, o.time_period
