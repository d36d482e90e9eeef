-- The areas of that code or name (accents and case do not matter; 19039 is MX-19039), Mexican ones first. A name that nobody bears is
-- an error that suggests others; so is, with home := true, one that no Mexican area bears.
create or replace macro areas_named(place, home := false) as table
with asked as (
    select strip_accents(lower(trim(place))) as name
), known as (
    select n.ref_area, n.name from place_names as n join reference_areas as a using (ref_area) where a.country = 'MEX' or not home
), found as (
    select a.ref_area from reference_areas as a, asked
    where lower(a.ref_area) in (asked.name, 'mx-' || asked.name) and (a.country = 'MEX' or not home)
    union
    select k.ref_area from known as k, asked where k.name = asked.name
), nearest as (
    select string_agg(name, ' or ' order by difference, name) as names from (
        select k.name, min(damerau_levenshtein(k.name, asked.name)) as difference from known as k, asked
        where abs(length(k.name) - length(asked.name)) <= 2 and not exists (from found)
        group by k.name order by difference, k.name limit 3
    ) where difference <= least(2, length(name) / 3)
)
select f.ref_area from found as f
union all
select error('"' || place || '": no ' || if(home, 'Mexican ', '') || 'area has this name or code'
    || coalesce('; did you mean ' || (select names from nearest) || '?', '')) as ref_area
from asked where not exists (from found)
