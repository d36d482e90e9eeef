-- What an edition says of scores and mirrors, kept for the comparison with later ones: the scores, the first mirrors, and those of
-- the edition before that are kept though weakened.
select ref_area, 'development' as measure, '' as counterpart_area, score as obs_value, rank_in_country as rank from development_scores where score is not null
union all
select ref_area, pillar, '', score, null from pillar_scores where score is not null
union all
select ref_area, 'mirror', counterpart_area, distance, rank from mirrors where lens = 'overall' and rank <= getvariable('mirrors')
union all
select ref_area, 'mirror', counterpart_area, distance_after, null from mirror_changes where status = 'weakened'
order by ref_area, measure, counterpart_area
