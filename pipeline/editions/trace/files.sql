-- The files of the sources whose points and outlines went in.
select distinct s.source, s.vintage, s.source_file, s.sha256
from (select split_part(unnest(string_split($inputs, ';')), '.', 1) as source, unnest(string_split($inputs, ';')) like '%@map' as of_map) as i
join sources as s using (source)
where i.of_map
order by all
