-- How each country defines an indicator, with its frame; a row that ends in * stands for all indicators that begin like it and
-- have no rows of their own.
select i.indicator, c.country, i.frame, c.comparable, c.definition_es, c.definition_en, c.effect_es, c.effect_en
from indicators as i
join comparability as c on c.indicator = i.indicator or (
    c.indicator like '%*' and starts_with(i.indicator, rtrim(c.indicator, '*'))
    and i.indicator not in (select indicator from comparability)
)
order by i.indicator, c.country
