"""Opportunities, pathways and sister cities: what is said is in the columns, over all rows of a release; cases by hand."""

import re

import pandas as pd
import pytest

from pipeline.decisions import pathways as pathways_module
from pipeline.decisions import texts
from pipeline.decisions.opportunities import sister_cities
from pipeline.foundation import query
from schemas.catalogue import methodology, register

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
TEXTS = {"text_es", "text_en"}


def template_of(table: str, row) -> list[str]:
    """The templates that a row's sentences are made of, as the code chooses them, but from the row's own columns."""
    if table == "opportunities":
        first = f"opportunity_{row.type}" + (f"_{row.comparison}" if isinstance(row.comparison, str) else "")
        if pd.isna(row.start_period):
            return [first]
        return [first, "opportunity_ahead_before" if pd.isna(row.ahead_since) else "opportunity_risen"]
    verdict = row.verdict.replace(" ", "_")
    if row.verdict in ("no figure", "no target"):
        return [f"pathway_{verdict}"]
    first = [f"pathway_{row.basis}"]
    if row.verdict == "already there":
        return [*first, "pathway_already_there"]
    gap = "pathway_gap_people" if row.people > 0 else "pathway_gap"
    return [*first, gap, *(["pathway_nearest"] if isinstance(row.nearest_there, str) else []), f"pathway_{verdict}"]


def numbers_said(text: str, template: str) -> list[tuple[str, float, int]]:
    """(column, number said, decimals) for every number that the template puts into the text."""
    fields = re.findall(r"\{(\w+)(?::[^}]*)?\}", template)
    parts = re.split(r"\{\w+(?::[^}]*)?\}", template)
    found = re.fullmatch("(.*?)".join(re.escape(part) for part in parts), text)
    assert found, f"{text!r} is not made of {template!r}"
    said = []
    for field, content in zip(fields, found.groups(), strict=True):
        if NUMBER.fullmatch(content):
            digits = content.replace(",", "")
            said.append((field, float(digits), len(digits.partition(".")[2])))
    return said


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("table", ["opportunities", "pathways"])
def test_every_number_in_a_sentence_is_its_cell(released, table, language):
    """Over all rows: each number equals the column that the template names, rounded; no number stands outside a column."""
    known = register("templates").set_index("template")[f"text_{language}"]
    counted = 0
    for row in released.execute(f"from {table}").df().itertuples():
        template = " ".join(known[code] for code in template_of(table, row))
        for column, said, decimals in numbers_said(getattr(row, f"text_{language}"), template):
            cell = getattr(row, column)
            assert abs(cell - said) <= 0.5 * 10**-decimals + 1e-9, f"{table} {row.ref_area}: {column} {cell} but {said} is said"
            counted += 1
    assert counted > 50_000


def test_templates_hold_no_number_of_their_own():
    """But the hundred of "of 100", which is the end of the scale of similarity."""
    for row in register("templates").itertuples():
        for text in (row.text_es, row.text_en):
            assert set(NUMBER.findall(re.sub(r"\{[^}]*\}", "", text))) <= {"100"}, row.template


def test_both_languages_say_the_same_numbers():
    numbers = re.compile(r"\{(\w+)(?::[^}]*)\}")
    for row in register("templates").itertuples():
        assert sorted(numbers.findall(row.text_es)) == sorted(numbers.findall(row.text_en)), row.template


@pytest.mark.parametrize("table", ["opportunities", "pathways", "nominated_pairs"])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_sentences_are_whole(released, table, language):
    broken = r"\b(nan|None|null|NaT)\b|  |\(\)|[{}]"
    sql = f"""select text_{language} from {table} where regexp_matches(text_{language}, '{broken}')
        or text_{language} not like '%.' or text_{language} like '%..%' and text_{language} not like '%...%'"""
    assert released.execute(sql).fetchall() == []


def test_every_municipality_with_a_published_pair_has_opportunities(released):
    sql = """select count(distinct m.ref_area), count(distinct o.ref_area) from mirrors as m
        left join opportunities as o using (ref_area) where m.lens = 'overall'"""
    paired, served = released.execute(sql).fetchone()
    assert paired == served >= 2469


def test_opportunities_are_of_published_pairs_and_ranked(released):
    sql = """select count(*) from opportunities as o anti join (from mirrors where lens = 'overall') as m
        on m.ref_area = o.ref_area and m.counterpart_area = o.counterpart_area"""
    assert released.execute(sql).fetchone()[0] == 0
    sql = """select count(*) from (select priority, lag(priority) over (partition by ref_area order by rank) as before
        from opportunities where type <> 'joint_risk') where priority > before + 1e-9"""
    assert released.execute(sql).fetchone()[0] == 0
    sql = "select count(*) from opportunities where abs(priority - similarity / 100 * size * confidence) > 1e-9 * (1 + priority)"
    assert released.execute(sql).fetchone()[0] == 0


def test_common_risks_lead_in_their_order_and_violence_nothing(released):
    """Of an area: drought, floods and the like before those of its people and economy; what is only stated is never first."""
    sql = """select count(*) filter (leads < before), count(*) filter (leads = 3), count(*) from (
            select r.leads, lag(r.leads) over (partition by o.ref_area order by o.rank) as before
            from opportunities as o join structural_risks as r on r.ref_area = o.ref_area and r.risk = o.subject
            where o.type = 'joint_risk')"""
    broken, stated, common = released.execute(sql).fetchone()
    assert broken == 0 and common > stated
    sql = """select count(*) from opportunities where subject = 'violence' and (rank = 1 or rank < (
            select max(o.rank) from opportunities as o where o.ref_area = opportunities.ref_area and o.subject <> 'violence'
                and o.rank <= 24))"""
    assert released.execute(sql).fetchone()[0] == 0


CONTRADICTIONS = """
    with levels as (select indicator, country from comparability where comparable in ('yes', 'partly')),
    shared as (  -- the outcomes whose levels compare between Mexico and the country
        select a.indicator, b.country from levels as a join levels as b using (indicator) where a.country = 'MEX'
    ), advice as (
        select o.*, i.pillar_or_block as pillar, i.direction * if(o.type = 'learn', 1, -1) as towards
        from opportunities as o join indicators as i on i.indicator = o.subject where o.type in ('learn', 'offer')
    )
    select 'own figure' as what, ref_area, counterpart_area, subject from advice where towards * (counterpart_value - value) <= 0
    union all
    select 'pillar', a.ref_area, a.counterpart_area, a.subject
    from advice as a
    join indicators as i on i.role = 'outcome' and i.pillar_or_block = a.pillar
    join shared as s on s.indicator = i.indicator and s.country = a.country
    join indicator_values as x on x.ref_area = a.ref_area and x.indicator = i.indicator
    join indicator_values as y on y.ref_area = a.counterpart_area and y.indicator = i.indicator
    where a.comparison = 'standing' and i.direction * if(a.type = 'learn', 1, -1) * (y.obs_value - x.obs_value) < 0
    union all
    select 'said by level', ref_area, counterpart_area, subject from advice
    where (comparison = 'level') <> ((subject, country) in (select (indicator, country) from shared))
    union all
    select 'another figure', a.ref_area, a.counterpart_area, a.subject
    from advice as a
    left join indicator_values as x on x.ref_area = a.ref_area and x.indicator = a.subject
    left join indicator_values as y on y.ref_area = a.counterpart_area and y.indicator = a.subject
    where x.obs_value is distinct from a.value or y.obs_value is distinct from a.counterpart_value
        or x.time_period is distinct from a.time_period or y.time_period is distinct from a.counterpart_time_period
    union all
    select 'newer by years', ref_area, counterpart_area, subject from advice
    where if(type = 'learn', 1, -1) * (counterpart_time_period - time_period) > 5
"""


def test_no_advice_contradicts_a_figure(released):
    """Over all rows: who is learnt from is ahead in the figure, and behind in none of the pillar whose levels compare."""
    assert released.execute(CONTRADICTIONS).fetchall() == []
    sql = "select count(*) filter (type = 'learn'), count(*) filter (type = 'offer') from opportunities"
    learn, offer = released.execute(sql).fetchone()
    assert learn > 5_000 and offer > 5_000
    sql = "select count(distinct ref_area) from opportunities where type = 'learn' and level = 'local'"
    assert released.execute(sql).fetchone()[0] >= 1_900, "three of four municipalities have somebody to learn from"


def test_only_the_first_give_advice(released):
    """But for a tie that exists, which is no advice."""
    sql = """select count(*) from opportunities as o anti join (from mirrors where lens = 'overall' and rank <= 25) as m
        using (ref_area, counterpart_area) where o.type <> 'deepen'"""
    assert released.execute(sql).fetchone()[0] == 0


def test_the_way_since_a_start_counts(released):
    """Of partners with a history: what they have won since they were where the area is; no more than the lead."""
    sql = """select count(*), count(*) filter (ahead_since is not null), count(*) filter (
            abs(size - greatest(0, counterpart_standing - greatest(standing, start_standing)) * sqrt(12) / 100) > 1e-9
            or (ahead_since is not null) <> (start_standing <= standing) or ahead_since <= start_period
            or start_period >= counterpart_time_period or type <> 'learn' or comparison <> 'standing')
        from opportunities where start_period is not null"""
    known, risen, wrong = released.execute(sql).fetchone()
    assert known > 500 and risen > 50 and wrong == 0


def test_earlier_standings_are_those_of_the_year():
    """Three counties and Mexico: 40, 20 and 30 % in 2000 are the percentiles 100, 0 and 50; the newest year is none."""
    areas = ["US-1", "US-2", "US-3", "MX-1"]
    standings = pd.DataFrame({"ref_area": areas, "country": ["USA"] * 3 + ["MEX"], "indicator": "x", "level": "local",
                              "size_class": 0.0, "direction": 1.0, "time_period": 2020, "obs_value": 50.0})  # fmt: skip
    shares = dict(zip(areas, (40.0, 20.0, 30.0, 1.0), strict=True))
    figures = [(area, year, variable, value) for year in (2000, 2020) for area, share in shares.items()
               for variable, value in (("graduates", share), ("adults", 100.0))]  # fmt: skip
    observations = pd.DataFrame(figures, columns=["ref_area", "time_period", "variable", "obs_value"]).assign(source="s")
    indicators = pd.DataFrame({"indicator": ["x"], "role": "outcome", "formula": "ratio", "numerator": "leavers|graduates",
                               "denominator": "adults", "scale": 100.0})  # fmt: skip
    found = query.run(
        "decisions/earlier_standings", constants={"least_areas": 3}, standings=standings, observations=observations,
        indicators=indicators, not_exchanged=pd.DataFrame({"indicator": ["y"]}),
    )  # fmt: skip
    assert found["time_period"].eq(2000).all() and list(found["obs_value"]) == [40, 20, 30]
    assert list(found["percentile"]) == [100, 0, 50]


def test_types_mean_what_they_say(released):
    """learn: ahead by half a deviation of the percentiles and well placed at home; offer: the reverse; both key; both high."""
    gap = methodology()["opportunities"]["gap"] * 100 / 12**0.5
    sql = f"""select count(*) filter (type = 'learn' and not (counterpart_standing - standing >= {gap} - 1e-6 and
            counterpart_standing >= 60)), count(*) filter (type = 'offer' and not (standing - counterpart_standing >= {gap} - 1e-6
            and standing >= 60)) from opportunities where comparison = 'standing'"""
    assert released.execute(sql).fetchone() == (0, 0)
    sql = """select count(*) from opportunities as o
        join key_sectors as a on a.ref_area = o.ref_area and a.sector = o.subject
        join key_sectors as b on b.ref_area = o.counterpart_area and b.sector = o.subject
        where type = 'co_specialise' and not (a.is_key and b.is_key and abs(a.share - value) < 1e-9)"""
    assert released.execute(sql).fetchone()[0] == 0
    sql = """select count(*) from opportunities as o
        join structural_risks as a on a.ref_area = o.ref_area and a.risk = o.subject
        join structural_risks as b on b.ref_area = o.counterpart_area and b.risk = o.subject
        where type = 'joint_risk' and not (a.high and b.high)"""
    assert released.execute(sql).fetchone()[0] == 0


def test_informal_work_and_telephones_are_not_exchanged(released):
    refused = "'unemployment', 'income_poverty', 'participation', 'insured', 'computer_households'"
    sql = f"select count(*) from opportunities where subject in ({refused})"
    assert released.execute(sql).fetchone()[0] == 0


def test_the_twins_of_the_border_are_deepened(released):
    sql = (
        "select label, type from (select counterpart_area as label, type from opportunities where ref_area = 'MX-METRO-02.1.01')"
    )
    assert ("US-CBSA-41740", "deepen") in released.execute(sql).fetchall(), "Tijuana and San Diego"


def test_every_municipality_has_pathways(released):
    outcomes = released.execute(
        "select count(distinct indicator) from standings where country = 'MEX' and level = 'local'"
    ).fetchone()
    sql = "select count(distinct ref_area), count(*) from pathways where level = 'local'"
    assert released.execute(sql).fetchone() == (2469, 2469 * outcomes[0])
    assert outcomes[0] >= 12


def test_years_count_from_the_edition(released):
    """The figure's year, the gap and the pace say when; what would be past by now has no year."""
    sql = """select count(*), count(*) filter (arrival <> ceil(time_period + gap / pace) or years <> arrival - 2026 or years < 1
            or years > 50) from pathways where verdict = 'approaching'"""
    approaching, wrong = released.execute(sql).fetchone()
    assert approaching > 1_000 and wrong == 0
    sql = """select count(*) from pathways
        where (years is null) = (verdict = 'approaching') or (arrival is null) <> (years is null)"""
    assert released.execute(sql).fetchone()[0] == 0
    sql = """select count(*) from pathways where verdict = 'due' and ceil(time_period + gap / pace) > 2026
        or pace <= 0 and years is not null"""
    assert released.execute(sql).fetchone()[0] == 0


def test_targets_lie_ahead_of_the_area_and_of_nobody_alike(released, stored):
    """No target behind what the area has, none nearer than a point, none behind the median of the Mexican areas most like it."""
    sql = """select count(*), count(*) filter (i.direction * (target - value) < if(i.scale = 100, 1, 1e-9) or target <> median)
        from pathways join indicators as i using (indicator) where target is not null"""
    [(targets, wrong)] = released.execute(sql).fetchall()
    assert targets > 10_000 and wrong == 0
    alike = pathways_module.most_alike(stored / "matching_features.parquet", stored / "matching_coverage.parquet")
    released.register("alike", alike)
    sql = """with peers as (
            select a.ref_area, s.indicator, any_value(s.direction) as direction, median(s.obs_value) as theirs
            from alike as a join standings as s on s.ref_area = a.counterpart_area
            group by a.ref_area, s.indicator having count(*) >= 3
        ) select count(*), count(*) filter (direction * (p.median - theirs) < -1e-9 * abs(theirs)) from pathways as p join peers
            using (ref_area, indicator) where p.value is not null"""
    compared, behind = released.execute(sql).fetchone()
    assert compared > 30_000 and behind == 0


def test_first_steps_are_three_at_most_of_different_pillars_and_gain_most(released):
    sql = """with steps as (select p.*, i.pillar_or_block as pillar, count(*) over (partition by ref_area) as steps,
            count(*) over (partition by ref_area, i.pillar_or_block) as of_pillar,
            lag(gain) over (partition by ref_area order by first_step) as before
        from pathways as p join indicators as i using (indicator) where first_step is not null)
        select count(distinct ref_area) filter (level = 'local'), count(*) filter (steps > 3 or of_pillar > 1 or gain > before
            or gain <= 0 or target is null or verdict = 'due' or pillar = 'income') from steps"""
    areas, wrong = released.execute(sql).fetchone()
    assert areas >= 2_200 and wrong == 0


def test_the_pace_is_conevals(released, stored):
    """Tijuana's dwellings with a dirt floor, and San Juan Cancuc's illiterate, by CONEVAL in 2010 and 2020."""
    for area, indicator, variable in (("MX-02004", "dirt_floor", "earth_floor"), ("MX-07112", "illiteracy", "illiterate")):
        rows = pd.read_parquet(
            stored / "observations_coneval_social_lag.parquet",
            filters=[("ref_area", "==", area), ("variable", "==", f"social_lag_{variable}")],
        ).set_index("time_period")["obs_value"]
        pace = released.execute("select pace from pathways where ref_area = ? and indicator = ?", [area, indicator]).fetchone()
        assert pace[0] == pytest.approx((rows[2010] - rows[2020]) / 10)


def test_people_are_the_base_times_the_gap(released):
    sql = """select count(*), max(abs(p.people - v.denominator * p.gap / 100)) from pathways as p
        join indicator_values as v using (ref_area, indicator) where p.people is not null"""
    count, most = released.execute(sql).fetchone()
    assert count > 5000 and most <= 0.5 + 1e-6


def pathway_tables() -> dict[str, pd.DataFrame]:
    """Two Mexican areas, three mirrors at 40, 50 and 90 %, of the percentiles 20, 50 and 90 in their country."""
    foreign = ["US-00001", "US-00002", "US-00003"]
    standings = [("MX-01001", "MEX", 30.0, 0.0), ("MX-01002", "MEX", 70.0, 100.0)]
    standings += [
        (area, "USA", value, percentile) for area, value, percentile in zip(foreign, (40, 50, 90), (20, 50, 90), strict=True)
    ]
    table = pd.DataFrame(standings, columns=["ref_area", "country", "obs_value", "percentile"]).assign(
        indicator="x", level="local", size_class=0.0, time_period=2020, denominator=1000.0, direction=1.0
    )
    return {
        "mirrors": pd.DataFrame({"ref_area": "MX-01001", "counterpart_area": foreign, "lens": "overall", "country": "USA",
                                 "tier": ["firm", "likely", "likely"], "distance": [0.1, 0.2, 0.3], "rank": [1, 2, 3]}),
        "standings": table,
        "observations": pd.DataFrame({"ref_area": ["MX-01001"] * 2, "variable": "social_lag_illiterate",
                                      "source": "coneval_social_lag", "time_period": [2010, 2020], "obs_value": [90.0, 85.0]}),
        "places": pd.DataFrame({"ref_area": ["MX-01001", "MX-01002", *foreign], "level": "local",
                                "country": ["MEX"] * 2 + ["USA"] * 3}),
        "alike": pd.DataFrame({"ref_area": ["MX-01001"], "counterpart_area": ["MX-01002"], "distance": [0.1]}),
        "indicators": pd.DataFrame({"indicator": ["x"], "direction": [1.0], "numerator": ["people"], "scale": [100.0],
                                    "frame": ["national"], "pillar_or_block": ["schooling"], "weight": [1.0]}),
        "goalposts": pd.DataFrame({"level": ["local"], "indicator": ["x"], "country": ["MEX"], "lower": [0.0], "upper": [80.0]}),
        "normalised_values": pd.DataFrame({"ref_area": ["MX-01001"], "indicator": ["x"], "score": [37.5]}),
        "pillar_scores": pd.DataFrame({"ref_area": ["MX-01001"] * 2, "pillar": ["schooling", "work"], "score": [37.5, 60.0]}),
        "development_scores": pd.DataFrame({"ref_area": ["MX-01001"], "score": [37.5**0.5 * 60**0.5]}),
        "pillars": pd.DataFrame({"pillar": ["schooling", "work"], "weight": [0.5, 0.5]}),
        "no_steps": pd.DataFrame({"indicator": ["unemployment"]}),
        "comparability": pd.DataFrame({"indicator": ["x", "x"], "country": ["MEX", "USA"], "comparable": ["yes", "partly"]}),
        "not_exchanged": pd.DataFrame({"indicator": ["unemployment"]}),
        "area_changes": pd.DataFrame({"ref_area": ["MX-09999"], "origin": ["MX-09998"], "since": [2015]}),
    }  # fmt: skip


def pathway(**changes) -> pd.Series:
    tables = pathway_tables() | changes
    constants = methodology()["pathways"] | {"floor": 1, "edition_year": 2026}
    found = query.run("decisions/pathways", constants=constants, **tables)
    return found.set_index("ref_area").loc["MX-01001"]


def test_the_target_is_the_median_of_the_mirrors():
    row = pathway()
    assert (row["basis"], row["target"], row["gap"], row["people"], row["peers"]) == ("levels", 50, 20, 200, 3)
    assert row["nearest_there"] == "US-00002" and row["verdict"] == "no history"
    # From 30 to 50 of 0 to 80 the pillar rises from 37.5 to 62.5; the score is its geometric mean with 60.
    assert row["first_step"] == 1 and row["gain"] == pytest.approx((62.5 * 60) ** 0.5 - (37.5 * 60) ** 0.5)
    assert pd.isna(pathway(no_steps=pd.DataFrame({"indicator": ["x"]}))["first_step"])


@pytest.mark.parametrize(
    ("value", "people", "verdict"),
    [(49.5, 1e9, "already there"), (48.5, 1e9, "no history"), (30.0, 10.0, "already there"), (60.0, 1000.0, "already there")],
)
def test_less_than_a_point_or_than_chance_is_no_step(value, people, verdict):
    """Of ten people 30 % may be 54 %: 1.645 times the root of 30 x 70 / 10; who is ahead has no target."""
    standings = pathway_tables()["standings"]
    here = standings["ref_area"] == "MX-01001"
    row = pathway(standings=standings.assign(obs_value=standings["obs_value"].mask(here, value), denominator=people))
    assert row["verdict"] == verdict and row["median"] == 50
    assert pd.isna(row["target"]) == pd.isna(row["people"]) == (verdict == "already there")


def test_mirrors_that_are_behind_the_areas_alike_set_no_target():
    tables = pathway_tables()
    rows = tables["standings"].query("ref_area == 'MX-01002'")
    others = [rows.assign(ref_area=area, obs_value=70.0) for area in ("MX-01003", "MX-01004")]
    alike = pd.DataFrame(
        {"ref_area": "MX-01001", "counterpart_area": ["MX-01002", "MX-01003", "MX-01004"], "distance": [0.3, 0.2, 0.1]}
    )
    row = pathway(standings=pd.concat([tables["standings"], *others]), alike=alike)
    assert (row["basis"], row["target"], row["nearest_there"]) == ("similar", 70, "MX-01004")


def test_levels_that_do_not_compare_are_carried_over_by_their_place():
    """The median percentile is 50: half way between the two Mexican areas, 30 and 70 %."""
    row = pathway(comparability=pathway_tables()["comparability"].assign(comparable="no"))
    assert (row["basis"], row["target_percentile"], row["target"]) == ("standings", 50, 50)
    assert row["nearest_there"] == "US-00002"


def test_the_first_ten_count_where_too_few_are_sure():
    row = pathway(mirrors=pathway_tables()["mirrors"].assign(tier=["firm", "possible", None], rank=[1, 10, 4]))
    assert (row["basis"], row["sure"], row["target"]) == ("levels", False, 50)
    few = pathway(mirrors=pathway_tables()["mirrors"].assign(tier=["firm", "possible", None], rank=[1, 11, 4]))
    assert few["basis"] != "levels", "the eleventh is neither"


def test_without_mirrors_the_areas_most_alike_count():
    refused = pd.DataFrame({"indicator": ["x"]})
    few = pathway(not_exchanged=refused)
    assert few["verdict"] == "no target", "one such area is fewer than three"
    tables = pathway_tables()
    more = pd.concat([tables["places"], pd.DataFrame({"ref_area": ["MX-01003", "MX-01004"], "level": "local", "country": "MEX"})])
    rows = tables["standings"].query("ref_area == 'MX-01002'")
    others = [rows.assign(ref_area=area, obs_value=value) for area, value in (("MX-01003", 60.0), ("MX-01004", 20.0))]
    alike = pd.DataFrame(
        {"ref_area": "MX-01001", "counterpart_area": ["MX-01002", "MX-01003", "MX-01004"], "distance": [0.3, 0.2, 0.1]}
    )
    row = pathway(not_exchanged=refused, places=more, standings=pd.concat([tables["standings"], *others]), alike=alike)
    assert (row["basis"], row["target"], row["nearest_there"]) == ("similar", 60, "MX-01003")


@pytest.mark.parametrize(
    ("ends", "verdict", "years"),
    [((90, 85), "approaching", 34), ((90, 80), "approaching", 14), ((85, 85), "not approaching", None),
     ((80, 85), "not approaching", None), ((90, 87), "too slow", None), ((90, 50), "due", None)],
)  # fmt: skip
def test_years_or_a_refusal(ends, verdict, years):
    """Illiteracy of 70 % in 2020, to be 50 %: at half a point a year in 2060, 34 years after 2026; at four points in 2025."""
    tables = pathway_tables()
    illiterate = tables["standings"].assign(indicator="illiteracy", direction=-1.0)
    illiterate.loc[illiterate["ref_area"] == "MX-01001", "obs_value"] = 70.0
    row = pathway(
        standings=illiterate,
        indicators=tables["indicators"].assign(indicator="illiteracy", direction=-1.0),
        comparability=tables["comparability"].assign(indicator="illiteracy"),
        observations=tables["observations"].assign(obs_value=[float(end) for end in ends]),
    )
    assert row["target"] == 50 and row["gap"] == 20 and row["verdict"] == verdict
    assert pd.isna(row["years"]) if years is None else (row["years"], row["arrival"]) == (years, 2026 + years)


def test_a_changed_territory_has_no_pace():
    tables = pathway_tables()
    changed = pd.DataFrame({"ref_area": ["MX-01009"], "origin": ["MX-01001"], "since": [2015]})
    row = pathway(
        standings=tables["standings"].assign(indicator="insured"),
        indicators=tables["indicators"].assign(indicator="insured"),
        comparability=tables["comparability"].assign(indicator="insured"),
        observations=tables["observations"].assign(variable="social_lag_no_health_insurance"),
        area_changes=changed,
    )
    assert row["verdict"] == "territory changed" and pd.isna(row["pace"])


def test_most_alike_are_the_nearest_by_the_published_features(stored):
    """Against distances computed one by one from the features of Monterrey."""
    found = pathways_module.most_alike(stored / "matching_features.parquet", stored / "matching_coverage.parquet")
    alike = found[found["ref_area"] == "MX-19039"]
    features = pd.read_parquet(stored / "matching_features.parquet", filters=[("level", "==", "local")])
    features = features[features["ref_area"].str.startswith("MX-")]
    weights = register("lenses").query("lens == 'overall'").set_index("block")["weight"]
    weight = features["weight"] * features["block"].map(weights / weights.sum()).fillna(0)
    here = features[features["ref_area"] == "MX-19039"].set_index(["indicator", "frame"])
    keys = pd.MultiIndex.from_frame(features[["indicator", "frame"]])
    squares = (features["z"] - here["z"].reindex(keys).to_numpy()) ** 2
    squares += features["variance"] + here["variance"].reindex(keys).to_numpy()
    distances = (weight * squares).groupby(features["ref_area"]).sum().drop("MX-19039").nsmallest(10)
    assert list(alike["counterpart_area"]) == list(distances.index)
    assert alike["distance"].to_numpy() == pytest.approx(distances.to_numpy() ** 0.5, abs=1e-6)


def twins(tmp_path, *ends: tuple) -> pd.DataFrame:
    """sister_cities for pairs of (name, country, latitude, longitude), Mexican first."""
    rows = []
    for number, (name, country, latitude, longitude) in enumerate(ends):
        point = {"ref_area": f"TWIN-{number // 2 + 2}-{number % 2 + 1}", "source": "sister_cities", "time_period": 2026}
        rows += [point | {"variable": "name", "obs_text": name}, point | {"variable": "country_name", "obs_text": country}]
        rows += [
            point | {"variable": "latitude", "obs_value": latitude},
            point | {"variable": "longitude", "obs_value": longitude},
        ]
    rows.append({"ref_area": "GEONAMES-1", "source": "geonames", "time_period": 2026, "variable": "name", "obs_text": "Houston"})
    pd.DataFrame(rows).astype({"obs_value": "float64"}).to_parquet(tmp_path / "observations.parquet")
    places = [
        ("MX-19039", "municipality_mexico", "local", "MEX", "Monterrey", 25.67, -100.31),
        ("MX-METRO-19.1.01", "metropolis_mexico", "metro", "MEX", "Monterrey", 25.67, -100.31),
        ("MX-08037", "municipality_mexico", "local", "MEX", "Juárez", 31.74, -106.49),
        ("MX-07048", "municipality_mexico", "local", "MEX", "Juárez", 17.60, -93.19),
        ("US-48201", "county_united_states", "local", "USA", "Harris County, TX", 29.76, -95.37),
        ("US-CBSA-26420", "metropolis_united_states", "metro", "USA", "Houston-The Woodlands-Sugar Land, TX", 29.76, -95.36),
        ("ES-28079", "municipality_spain", "local", "ESP", "Madrid", 40.41, -3.69),
    ]
    columns = ["ref_area", "kind", "level", "country", "name", "latitude", "longitude"]
    pd.DataFrame(places, columns=columns).assign(metropolis="").to_parquet(tmp_path / "places.parquet")
    return sister_cities(tmp_path / "observations.parquet", tmp_path / "places.parquet")


def test_twins_are_found_by_name_and_position(tmp_path):
    monterrey = ("Monterrey", "Mexico", 25.6844, -100.3181)
    found = twins(
        tmp_path, monterrey, ("Houston", "United States", 29.75, -95.4),
        ("Ciudad Juárez", "Mexico", 31.7, -106.4), ("Madrid", "Spain", 40.4, -3.7),
        ("Monterrey", "Mexico", -33.4, -70.6), ("Madrid", "Spain", 40.4, -3.7),
        monterrey, ("Madrid", "Spain", 43.0, -8.0),
        monterrey, ("Suva", "Fiji", -18.1, 178.4),
    ).set_index("pair")  # fmt: skip
    areas = ["local_area", "metropolis", "counterpart_local_area", "counterpart_metropolis"]
    assert list(found.loc[2, areas]) == ["MX-19039", "MX-METRO-19.1.01", found.loc[2, areas[2]], "US-CBSA-26420"]
    assert found.loc[2, "counterpart_local_area"] == "US-48201", "within 8 km of the county's point"
    assert found.loc[3, "local_area"] == "MX-08037", "not the namesake in Chiapas"
    assert found.loc[4, "reason"] == "no Mexican area of that name is near the position given"
    assert found.loc[5, "reason"] == "no area of that country bears the name near the position given"
    assert found.loc[6, "reason"] == "the index has no areas of that country"


def test_ties_are_found_or_say_why(released):
    sql = """select count(*), count(*) filter (reason is null), count(*) filter (reason is null and
        (coalesce(local_area, metropolis) is null or coalesce(counterpart_local_area, counterpart_metropolis) is null))
        from sister_cities"""
    assert released.execute(sql).fetchone() == (626, 472, 0)
