-- Outlines of Mexican municipalities and of the world's countries, as their publishers generalise them: for maps, not for measures.
select ref_area, source, obs_text as outline
from observations
where variable = 'outline' and obs_text is not null and source in ('inegi_geography', 'natural_earth')
order by ref_area
