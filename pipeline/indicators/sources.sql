-- The files behind the edition: what was read from each, and what the register says of its source.
select o.source, o.vintage, o.source_file, o.sha256, coalesce(bool_or(f.sha256 = o.sha256), false) as known_file,
    count(*) as observations, count(*) filter (o.obs_status = 'O') as missing,
    s.publisher, s.title, s.url, s.licence, s.citation, s.released, s.official
from observations as o
join sources as s using (source, vintage)
left join source_files as f on f.source = o.source and f.vintage = o.vintage and f.file = string_split(o.source_file, '!')[1]
group by all
order by o.source, o.source_file
