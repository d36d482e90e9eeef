-- The vintages that an edition uses and the days on which they were published.
select u.source, u.vintage, s.released
from (select distinct source, vintage from observations) as u join sources as s using (source, vintage)
order by u.source, u.vintage
