-- How a variable is derived: the longest row of derivations that fits.
select * from derivations where $variable glob derived order by len(derived) desc limit 1
