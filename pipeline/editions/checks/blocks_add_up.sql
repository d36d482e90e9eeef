select m.ref_area, m.counterpart_area, m.lens, any_value(m.distance_squared) as distance_squared, sum(b.distance_squared) as blocks
from mirrors as m left join mirror_blocks as b using (ref_area, counterpart_area, lens)
group by m.ref_area, m.counterpart_area, m.lens
having not abs(any_value(m.distance_squared) - sum(b.distance_squared)) <= 1e-9
order by m.ref_area, m.counterpart_area
