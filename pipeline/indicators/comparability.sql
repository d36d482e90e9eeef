-- How each country defines an indicator, with its frame; a row that ends in * stands for all indicators that begin like it and
-- have no row of their own for that country.
select i.indicator, c.country, i.frame, c.comparable, c.definition_es, c.definition_en, c.effect_es, c.effect_en
from indicators as i
join comparability as c on c.indicator = i.indicator or (
    c.indicator like '%*' and starts_with(i.indicator, rtrim(c.indicator, '*'))
    and not exists (from comparability as own where own.indicator = i.indicator and own.country in (c.country, 'ALL'))
)
order by i.indicator, c.country
