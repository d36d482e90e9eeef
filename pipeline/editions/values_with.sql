-- The indicator values of the edition before, with the changes that have one of the causes.
with taken as (
    select ref_area, indicator from indicator_changes where cause in (select cause from causes)
)
select * from (
    select b.* from before as b anti join taken as t on t.ref_area = b.ref_area and t.indicator = b.indicator
    union all by name
    select a.* from after as a semi join taken as t on t.ref_area = a.ref_area and t.indicator = a.indicator
)
order by ref_area, indicator
