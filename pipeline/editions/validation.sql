-- What the release says about itself (methodology 9), one figure a row, each computed from the tables of this edition.
with lists as (
    select m.*, m.rank <= getvariable('mirrors') as first from mirrors as m
), tiers as (
    select level, lens, count(*) as areas, count(*) filter (firm > 0) as firm, count(*) filter (firm + likely > 0) as likely,
        count(*) filter (no_close_mirror) as without, count(*) filter (reason = 'distant') as distant,
        count(*) filter (reason = 'undecided') as undecided, median(highest_probability) as highest
    from mirror_verdicts group by level, lens
), confidence as (
    select level, lens, '' as subject, unnest([
        {'measure': 'areas', 'value': areas::double}, {'measure': 'share_with_firm_mirror', 'value': firm / areas},
        {'measure': 'share_with_likely_mirror', 'value': likely / areas},
        {'measure': 'share_without_close_mirror', 'value': without / areas},
        {'measure': 'share_too_distant', 'value': distant / areas}, {'measure': 'share_undecided', 'value': undecided / areas},
        {'measure': 'median_of_highest_probability', 'value': highest}
    ], recursive := true) from tiers
), reciprocity as (
    select level, lens, '' as subject, 'share_of_first_mirrors_that_are_mutual' as measure, avg(mutual::integer) as value
    from lists where first group by level, lens
), countries as (
    select level, lens, country as subject, 'share_of_first_mirrors' as measure,
        count(*) / sum(count(*)) over (partition by level, lens) as value
    from lists where first group by level, lens, country
), kept as (
    select level, 'overall' as lens, perturbation as subject, 'share_of_first_mirrors_kept' as measure, overlap as value from list_overlaps
), skill as (
    select level, 'overall' as lens, indicator as subject, unnest([
        {'measure': 'skill', 'value': skill}, {'measure': 'skill_in_country', 'value': skill_in_country},
        {'measure': 'pairs', 'value': pairs::double}
    ], recursive := true) from outcome_skill
), nominated as (
    select coalesce(c.level, '') as level, n.lens, n.ref_area || ' ' || n.counterpart_area as subject, unnest([
        {'measure': 'rank', 'value': n.rank::double}, {'measure': 'rank_in_country', 'value': n.rank_in_country::double},
        {'measure': 'similarity', 'value': n.similarity}
    ], recursive := true)
    from nominated_pairs as n left join matching_coverage as c using (ref_area)
), covered as (
    select level, '' as lens, country as subject, unnest([
        {'measure': 'areas', 'value': count(*)::double}, {'measure': 'share_taking_part', 'value': avg(takes_part::integer)},
        {'measure': 'share_ranked', 'value': avg(ranked::integer)}, {'measure': 'mean_coverage', 'value': favg(coverage order by ref_area)}
    ], recursive := true) from matching_coverage group by level, country
), poorest as (  -- of the municipalities, the tenth with the most people below the poverty line
    select ref_area from indicator_values
    where indicator = 'income_poverty' and level = 'local' and ref_area like 'MX-%' and obs_value is not null
    qualify percent_rank() over (order by obs_value) >= 0.9
), context as (
    select 'local' as level, l.lens, 'poorest tenth of municipalities' as subject,
        'mean_gdp_per_capita_of_the_countries_of_first_mirrors' as measure, favg(v.obs_value order by l.ref_area, l.counterpart_area) as value
    from lists as l join poorest using (ref_area)
    join indicator_values as v on v.ref_area = l.counterpart_area and v.indicator = 'national_gdp_per_capita'
    where l.first group by l.lens
), totals as (
    select level, '' as lens, 'MEX' as subject, unnest([
        {'measure': 'areas', 'value': count(*)::double}, {'measure': 'population', 'value': sum(numerator)}
    ], recursive := true)
    from indicator_values where indicator = 'population' and ref_area like 'MX-%' group by level
), oracles as (
    select 'local' as level, '' as lens, 'CONAPO ' || time_period as subject, unnest([
        {'measure': 'areas', 'value': count(*)::double},
        {'measure': 'largest_difference_of_index', 'value': max(abs(index_value - published_index))},
        {'measure': 'largest_difference_of_normalised_index', 'value': max(abs(index_normalised - published_index_normalised))},
        {'measure': 'grades_that_differ', 'value': count(*) filter (grade is distinct from published_grade)::double}
    ], recursive := true) from marginalisation group by time_period
    union all
    select 'local', '', 'CONEVAL ' || time_period, 'correlation_of_index', corr(index_value, index_recomputed)
    from social_lag where index_recomputed is not null and index_value is not null group by time_period
), everything as (
    select 'confidence' as topic, * from confidence
    union all select 'reciprocity', * from reciprocity
    union all select 'countries', * from countries
    union all select 'overlap', * from kept
    union all select 'outcome_skill', * from skill
    union all select 'nominated_pairs', * from nominated
    union all select 'coverage', * from covered
    union all select 'lens_income', * from context
    union all select 'totals', * from totals
    union all select 'oracles', * from oracles
    union all select 'hubness', level, lens, '', measure, value from hubness
)
select topic, level, lens, subject, measure, value from everything where value is not null
order by topic, level, lens, subject, measure
