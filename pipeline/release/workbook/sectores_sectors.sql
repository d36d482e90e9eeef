-- What every Mexican area lives on: its key sectors.
select k.ref_area as "clave / code", a.name as "lugar / place", s.name as "estado / state", a.level as "nivel / level",
    n.label_es as "sector clave", n.label_en as "key sector", round(k.share, 1) as "parte, % / share, %",
    round(k.location_quotient, 2) as "veces el país / times the country", k.basis as "base / basis", k.time_period as "año / year"
from key_sectors as k
join reference_areas as a using (ref_area)
left join reference_areas as s on s.ref_area = a.parent
join (
    select sector, label_es, label_en from sectors
    union all
    select 'manufacturing_' || branch, 'Manufactura: ' || label_es, 'Manufacturing: ' || label_en from branches
) as n on n.sector = k.sector
where k.is_key and a.country = 'MEX'
order by a.level, k.ref_area, k.rank, k.sector
