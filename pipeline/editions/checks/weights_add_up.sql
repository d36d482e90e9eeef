select ref_area, block, sum(weight) as weight from matching_features
group by ref_area, block having not abs(sum(weight) - 1) <= 1e-9
order by ref_area, block
