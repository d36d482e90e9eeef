-- Opportunities of each published pair of the lens overall (methodology 10), ranked by similarity x size x confidence. But for a tie
-- that exists, only the first `partners` of an area count.
-- learn, offer: an outcome is ahead or behind by `gap` standard deviations, of the levels where they may be compared, else of the
-- percentiles within the countries (100 / sqrt(12) points), and the one ahead stands at `good` or above. Where only the places are
-- compared, the figures must not say the reverse: neither those of the outcome nor those of its pillar whose levels compare. Of a
-- partner whose earlier places are known, what counts is the way that it has come since it was where the area is, else the lead.
-- co_specialise: key in both, size log2 of the lesser quotient. joint_risk: high in both, size (lesser percentile
-- - 50) / 25, at least 0. deepen, formalise: a sister-city tie exists (size 1) or none is listed (0.5). The best of each pair, subject, area and
-- country are kept. In which order common risks lead stands in risks.csv: they take the places of their priorities in that order,
-- and what is only to be stated (leads = 3) stands behind all else and nowhere alone.
with pairs as (
    select m.ref_area, m.counterpart_area, m.similarity, m.nearer_at_home, coalesce(m.inclusion_probability, getvariable('least_confidence')) as confidence,
        coalesce(m.rank <= getvariable('partners'), false) as of_the_first,
        a.level, a.name, c.name as counterpart, c.country, k.others_es, k.others_en, n.name_es as country_es, n.name_en as country_en,
        o.others_es as counterpart_others_es, o.others_en as counterpart_others_en
    from mirrors as m
    join places as a on a.ref_area = m.ref_area
    join places as c on c.ref_area = m.counterpart_area
    join area_kinds as k on k.kind = a.kind
    join area_kinds as o on o.kind = c.kind
    join countries as n on n.iso3 = c.country
    where m.lens = 'overall'
), comparable as (
    select indicator, country from comparability where comparable in ('yes', 'partly')
), compared as (
    select p.*, i.indicator as subject, i.pillar_or_block as pillar, i.label_es, i.label_en, i.unit_measure, i.direction, x.obs_value as value,
        y.obs_value as counterpart_value, x.s_level, x.percentile as standing, y.percentile as counterpart_standing, x.time_period,
        y.time_period as counterpart_time_period, h.indicator is not null and f.indicator is not null as by_level,
        i.direction * (y.obs_value - x.obs_value) as lead,
        if(by_level, lead / x.s_level, (y.percentile - x.percentile) / (100 / sqrt(12))) as ahead
    from pairs as p
    join standings as x on x.ref_area = p.ref_area
    join standings as y on y.ref_area = p.counterpart_area and y.indicator = x.indicator
    join indicators as i on i.indicator = x.indicator
    left join comparable as h on h.indicator = x.indicator and h.country = 'MEX'
    left join comparable as f on f.indicator = x.indicator and f.country = p.country
    where p.of_the_first and x.indicator not in (select indicator from not_exchanged)
), pillar_leads as (  -- the least and the greatest lead of the partner in what compares in level
    select ref_area, counterpart_area, pillar, min(lead) as least_lead, max(lead) as greatest_lead
    from compared where by_level group by ref_area, counterpart_area, pillar
), consistent as (
    select c.*
    from compared as c left join pillar_leads as l using (ref_area, counterpart_area, pillar)
    where abs(ahead) >= getvariable('gap') and if(ahead > 0, counterpart_standing, standing) >= getvariable('good')
        and (by_level or if(ahead > 0, lead >= getvariable('least_lead') * s_level and coalesce(l.least_lead, 0) >= 0,
            -lead >= getvariable('least_lead') * s_level and coalesce(l.greatest_lead, 0) <= 0))
        and if(ahead > 0, 1, -1) * (counterpart_time_period - time_period) <= getvariable('years_apart')
), starts as (  -- of each partner that is ahead: the newest year in which it was where the area is or behind, else the first
    select c.ref_area, c.counterpart_area, c.subject, e.time_period as start_period, e.percentile as start_standing,
        e.percentile <= c.standing as was_alike, coalesce(min(e.time_period) over later, c.counterpart_time_period) as next_period
    from consistent as c
    join earlier_standings as e on e.ref_area = c.counterpart_area and e.indicator = c.subject
        and e.time_period < c.counterpart_time_period and e.percentile is not null
    where c.ahead > 0 and not c.by_level
    window later as (
        partition by c.ref_area, c.counterpart_area, c.subject order by e.time_period rows between 1 following and unbounded following
    )
    qualify row_number() over (
        partition by c.ref_area, c.counterpart_area, c.subject
        order by was_alike desc, if(was_alike, -e.time_period, e.time_period)
    ) = 1
), outcomes as (
    select c.* exclude (ahead, by_level, lead, pillar, s_level, direction), if(ahead > 0, 'learn', 'offer') as type,
        coalesce(greatest(0, counterpart_standing - greatest(standing, start_standing)) / (100 / sqrt(12)), abs(ahead)) as size,
        if(by_level, 'level', 'standing') as comparison, s.start_period, s.start_standing,
        case when was_alike then next_period end as ahead_since,
        if(by_level, abs(counterpart_value - value), abs(counterpart_standing - standing)) as gap
    from consistent as c left join starts as s using (ref_area, counterpart_area, subject)
), sector_names as (
    select sector, label_es, label_en from sectors where tradable
    union all
    select 'manufacturing_' || branch, 'Manufactura (' || lower(label_es) || ')',
        'Manufacturing (' || lower(label_en) || ')' from branches
), specialities as (
    select p.*, s.sector as subject, s.label_es, s.label_en, x.share as value, y.share as counterpart_value,
        x.location_quotient as standing, y.location_quotient as counterpart_standing, x.time_period,
        y.time_period as counterpart_time_period, 'co_specialise' as type,
        log2(least(x.location_quotient, y.location_quotient)) as size, x.basis, y.basis as counterpart_basis
    from pairs as p
    join key_sectors as x on x.ref_area = p.ref_area and x.is_key
    join key_sectors as y on y.ref_area = p.counterpart_area and y.sector = x.sector and y.is_key
    join sector_names as s on s.sector = x.sector
    where p.of_the_first
), common_risks as (
    select p.*, x.risk as subject, i.label_es, i.label_en, x.obs_value as value, y.obs_value as counterpart_value,
        x.percentile as standing, y.percentile as counterpart_standing, x.time_period, y.time_period as counterpart_time_period,
        'joint_risk' as type, greatest(0, (least(x.percentile, y.percentile) - 50) / 25) as size, x.leads
    from pairs as p
    join structural_risks as x on x.ref_area = p.ref_area and x.high
    join structural_risks as y on y.ref_area = p.counterpart_area and y.risk = x.risk and y.high
    join indicators as i on i.indicator = x.risk
    where p.of_the_first and round(abs(x.obs_value), 1) > 0 and round(abs(y.obs_value), 1) > 0
), ties as (
    select pair, name, counterpart, time_period, unnest([local_area, metropolis]) as ref_area,
        unnest([counterpart_local_area, counterpart_metropolis]) as counterpart_area
    from sister_cities
), sister_pairs as (
    select p.*, 'sister_city' as subject, p.nearer_at_home as value,
        if(t.pair is null, 'formalise', 'deepen') as type, if(t.pair is null, 0.5, 1) as size,
        t.name || ' y ' || t.counterpart as label_es, t.name || ' and ' || t.counterpart as label_en,
        coalesce(t.time_period, (select max(time_period) from ties)) as time_period
    from pairs as p
    left join ties as t using (ref_area, counterpart_area)
    where exists (from ties) and (p.of_the_first or t.pair is not null)
    qualify row_number() over (partition by p.ref_area, p.counterpart_area order by t.pair) = 1
), everything as (
    from outcomes union all by name from specialities union all by name from common_risks union all by name from sister_pairs
), weighed as (
    select * replace (coalesce(leads, 1) as leads), coalesce(leads, 1) = 3 as behind,
        similarity / 100 * size * confidence as priority
    from everything
), best_of_pairs as (
    from weighed
    qualify row_number() over (
        partition by ref_area, counterpart_area order by behind, priority desc, type, subject
    ) <= getvariable('per_pair')
), best_of_subjects as (
    from best_of_pairs
    qualify row_number() over (
        partition by ref_area, type, subject order by priority desc, counterpart_area
    ) <= getvariable('per_subject')
), placed as (
    select *, row_number() over (partition by ref_area order by behind, priority desc, counterpart_area, type, subject) as place
    from best_of_subjects
    qualify bool_or(not behind) over (partition by ref_area)
), turns as (
    select *, row_number() over (partition by ref_area, type order by place) as free,
        row_number() over (partition by ref_area, type order by leads, place) as taken
    from placed
), ordered as (
    select t.* exclude (place), p.place as rank,
        row_number() over (partition by t.ref_area, t.country order by p.place) as rank_in_country
    from turns as t join turns as p on p.ref_area = t.ref_area and p.type = t.type and p.free = t.taken
)
select ref_area, counterpart_area, type, subject, level, country, rank, priority, similarity, confidence, size, comparison, value,
    counterpart_value, standing, counterpart_standing, gap, start_period, start_standing, ahead_since,
    basis, counterpart_basis, time_period, counterpart_time_period, unit_measure, name, counterpart, label_es, label_en, country_es, country_en, others_es, others_en, counterpart_others_es, counterpart_others_en
from ordered
where rank <= getvariable('per_area') or rank_in_country <= getvariable('per_country')
order by ref_area, rank
