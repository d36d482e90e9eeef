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
        return [f"opportunity_{row.type}" + (f"_{row.comparison}" if isinstance(row.comparison, str) else "")]
    verdict = row.verdict.replace(" ", "_")
    if row.verdict in ("no figure", "no target"):
        return [f"pathway_{verdict}"]
    first = [f"pathway_{row.basis}"]
    if row.verdict == "already there":
        return [*first, "pathway_already_there"]
    gap = "pathway_gap_people" if isinstance(row.people_unit, str) and row.people > 0 else "pathway_gap"
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


def test_types_mean_what_they_say(released):
    """learn: ahead by half a deviation of the percentiles and well placed at home; offer: the reverse; both key; both high."""
    gap = methodology()["opportunities"]["gap"] * 100 / 12**0.5
    sql = f"""select count(*) filter (type = 'learn' and not (counterpart_standing - standing >= {gap} - 1e-6 and
            counterpart_standing >= 60)), count(*) filter (type = 'offer' and not (standing - counterpart_standing >= {gap} - 1e-6
            and standing >= 60)) from opportunities where comparison = 'standing'"""
    assert released.execute(sql).fetchone() == (0, 0)
    sql = """select count(*) from opportunities as o join indicators as i on i.indicator = o.subject
        where comparison = 'level' and (type = 'learn') <> (i.direction * (counterpart_value - value) > 0)"""
    assert released.execute(sql).fetchone()[0] == 0
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


def test_informal_work_is_not_offered_as_low_unemployment(released):
    sql = "select count(*) from opportunities where subject in ('unemployment', 'income_poverty')"
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


def test_years_follow_from_gap_and_pace(released):
    sql = "select count(*) from pathways where verdict = 'approaching' and (years <> ceil(gap / pace) or years > 50 or gap <= 0)"
    assert released.execute(sql).fetchone()[0] == 0
    sql = "select count(*) from pathways where (years is null) = (verdict = 'approaching')"
    assert released.execute(sql).fetchone()[0] == 0
    sql = "select verdict, count(*) from pathways where (pace <= 0 and years is not null) group by all"
    assert released.execute(sql).fetchall() == []


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


PATHWAY = ["mirrors", "standings", "observations", "places", "alike", "indicators", "comparability", "area_changes"]


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
        "indicators": pd.DataFrame({"indicator": ["x"], "direction": [1.0], "numerator": ["people"], "scale": [100.0]}),
        "comparability": pd.DataFrame({"indicator": ["x", "x"], "country": ["MEX", "USA"], "comparable": ["yes", "partly"]}),
        "not_exchanged": pd.DataFrame({"indicator": ["unemployment"]}),
        "area_changes": pd.DataFrame({"ref_area": ["MX-09999"], "origin": ["MX-09998"], "since": [2015]}),
    }  # fmt: skip


def pathway(**changes) -> pd.Series:
    tables = pathway_tables() | changes
    found = query.run("decisions/pathways", constants=methodology()["pathways"], **tables)
    return found.set_index("ref_area").loc["MX-01001"]


def test_the_target_is_the_median_of_the_mirrors():
    row = pathway()
    assert (row["basis"], row["target"], row["gap"], row["people"], row["peers"]) == ("levels", 50, 20, 200, 3)
    assert row["nearest_there"] == "US-00002" and row["verdict"] == "no history"


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
    [((90, 85), "approaching", 40), ((90, 80), "approaching", 20), ((85, 85), "not approaching", None),
     ((80, 85), "not approaching", None), ((90, 87), "too slow", None)],
)  # fmt: skip
def test_years_or_a_refusal(ends, verdict, years):
    """Illiteracy of 70 % with a target of 50 %: 20 points at half a point a year are 40 years."""
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
    assert pd.isna(row["years"]) if years is None else row["years"] == years


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
