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
), levelled as (  -- how many Mexican areas and first mirrors have a level, and parts that are known, be it of the country
    select l.level, l.ref_area like 'MX-%' as mexican, (l.development_level is not null)::integer as has_level,
        (l.income_of <> 'expected' and l.schooling_of <> 'expected' and (l.health_of <> 'expected' or l.services_of <> 'expected'))::integer
            as has_parts,
        ((l.income_of = 'own')::integer + (l.schooling_of = 'own')::integer + (l.health_of = 'own')::integer
            + (l.services_of = 'own')::integer) / 4 as own
    from development_levels as l
    where l.ref_area like 'MX-%' or l.ref_area in (select counterpart_area from lists where first and lens = 'overall')
), levels_known as (
    select level, '' as lens, if(mexican, 'MEX', 'first mirrors') as subject, unnest([
        {'measure': 'areas', 'value': count(*)::double}, {'measure': 'share_with_level', 'value': avg(has_level)},
        {'measure': 'share_with_income_schooling_and_one_more', 'value': avg(has_parts)},
        {'measure': 'share_of_parts_that_are_own', 'value': avg(own)}
    ], recursive := true)
    from levelled group by level, mexican
), published_indices as (  -- of municipalities, what others published of them
    select 'human development index ' || max(time_period) over () as subject, ref_area, obs_value
    from observations where variable = 'human_development_index' and ref_area like 'BR-%'
    union all
    select 'CONAPO ' || time_period, ref_area, index_value from marginalisation
), ranked_levels as (
    select i.subject, rank() over (partition by i.subject order by l.development_level) as a,
        rank() over (partition by i.subject order by i.obs_value) as b
    from published_indices as i join development_levels as l using (ref_area) where l.development_level is not null
), level_oracles as (
    select 'local' as level, '' as lens, subject, 'rank_correlation_with_level' as measure, corr(a, b) as value
    from ranked_levels group by subject
), national_means as (  -- people of the municipalities with a figure of their own, against the country's published figure
    select a.country, p.figure, sum(p.value * v.obs_value order by p.ref_area) / sum(v.obs_value order by p.ref_area) as mean,
        sum(v.obs_value order by p.ref_area) as people
    from level_parts as p
    join development_levels as a on a.ref_area = p.ref_area and a.level = 'local'
    join indicator_values as v on v.ref_area = p.ref_area and v.indicator = 'population' and v.obs_value > 0
    group by a.country, p.figure
    having sum(v.obs_value) filter (p.known = 'own') >= sum(v.obs_value) / 2
), national_published as (
    select o.ref_area as country, g.figure, o.obs_value from observations as o
    join level_goalposts as g on g.national_variable = o.variable
    where o.source = 'world_bank' and o.obs_value is not null
    qualify row_number() over (partition by o.ref_area, g.figure order by o.time_period desc) = 1
), level_means as (
    select 'local' as level, '' as lens, country || ' ' || figure as subject, 'mean_over_published' as measure, mean / obs_value as value
    from national_means join national_published using (country, figure)
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
    union all select 'levels', * from levels_known
    union all select 'levels', * from level_oracles
    union all select 'levels', * from level_means
    union all select 'hubness', level, lens, '', measure, value from hubness
)
select topic, level, lens, subject, measure, value from everything where value is not null
order by topic, level, lens, subject, measure
