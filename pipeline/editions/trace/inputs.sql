-- The figures of an area, its state or its country that went into a derived observation: of the same year, else the newest.
with inputs as (
    select split_part(input, '.', 1) as input_source, split_part(split_part(input, '.', 2), '@', 1) as input_variable,
        split_part(input, '@', 2) as place
    from (select unnest(string_split($inputs, ';')) as input)
), sought as (
    select i.*, case i.place when '' then a.ref_area when 'state' then a.parent else a.country end as ref_area
    from inputs as i cross join (from reference_areas where ref_area = $ref_area) as a
    where i.place <> 'map'
)
select distinct on (o.source, o.ref_area, o.variable) o.*, s.vintage, s.sha256, (
        select string_agg(publisher_code, ' or ' order by publisher_code) from variables as v
        where v.source = o.source and v.variable = o.variable
    ) as publisher_code
from used_observations as o
join sought as i on i.ref_area = o.ref_area and o.source glob i.input_source and o.variable glob i.input_variable
left join sources as s on s.source = o.source and s.source_file = o.source_file
where o.source <> 'derived'
order by o.source, o.ref_area, o.variable, o.time_period = $time_period desc, o.time_period desc
