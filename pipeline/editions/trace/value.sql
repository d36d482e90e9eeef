-- One indicator value with what its formula needs.
select v.*, i.formula, i.scale, i.unit_measure, i.label_en, i.label_es, i.numerator as numerator_formula, a.name, a.country
from indicator_values as v join indicators as i using (indicator) join reference_areas as a using (ref_area)
where ref_area = $ref_area and indicator = $indicator
