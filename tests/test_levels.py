"""Levels of development: scales, slopes, errors, intervals by hand; known places; standings of two countries nowhere together."""

import math
import re

import numpy as np
import pandas as pd
import pytest

from pipeline.decisions import brief
from pipeline.foundation import query
from pipeline.scoring import level_estimates as estimates
from pipeline.scoring import level_scales as scales
from pipeline.scoring import levels
from schemas.catalogue import methodology, register

CONSTANTS = methodology()["levels"]
PARTS = ["income", "schooling", "health", "services"]
STANDINGS = ("development_scores", "pillar_scores")


@pytest.mark.parametrize(
    ("points", "people", "target", "scale", "expected"),
    [
        ([math.log(100), math.log(300)], [1, 1], 400, "log", math.log(2)),  # a mean of 200 doubles
        ([8.0, 12.0], [3, 1], 10, "linear", 1.0),  # a mean of 9 by people
        ([0.0, 0.0], [1, 5], 80, "logit", math.log(4)),  # 50 % is odds of 1, 80 % of 4
    ],
)
def test_places_are_moved_until_their_mean_is_the_countrys(points, people, target, scale, expected):
    moved = scales.shift(np.array(points), np.array(people), target, scale)
    assert moved == pytest.approx(expected)
    assert scales.mean(scales.from_scale(np.array(points) + moved, scale), people) == pytest.approx(target)


def test_a_share_of_nothing_or_all_has_a_logit():
    assert scales.to_scale([0, 50, 100], "logit") == pytest.approx([-math.log(999), 0, math.log(999)])


def test_slopes_are_those_within_countries_each_counting_the_same():
    # in A y falls with x between countries and rises by 2 within; B has slope 1 and twice as many places, all squares 1
    rows = [("A", 0, 0.0), ("A", 2, 4.0), ("B", 10, 1.0), ("B", 12, 3.0), ("B", 10, 1.0), ("B", 12, 3.0), ("C", 0, 100.0)]
    pairs = pd.DataFrame(rows, columns=["country", "x", "y"])
    (found,), left = scales.slopes(pairs, ["x"], least=2)
    assert found == pytest.approx(1.5)
    assert left == pytest.approx(0.5)  # each country lies 0.5 off at every place


def test_an_older_figure_moves_as_the_places_with_both_years_moved():
    rows = [("XX-1", 2020, 100.0), ("XX-1", 2022, 110.0), ("XX-2", 2020, 200.0), ("XX-3", 2022, 50.0)]
    figures = pd.DataFrame(rows, columns=["ref_area", "time_period", "value"])
    found = levels.latest(figures, "log", pd.Series({"XX-1": "XXX", "XX-2": "XXX", "XX-3": "XXX"}))
    assert np.exp(found["x"]).to_dict() == pytest.approx({"XX-1": 110, "XX-2": 220, "XX-3": 50})
    assert found["time_period"].to_dict() == {"XX-1": 2022, "XX-2": 2020, "XX-3": 2022}


def test_the_terms_of_concepts_are_read_from_the_register():
    terms = levels._terms().query("concept == 'years_of_levels_and_literacy'")
    assert terms["coefficient"].tolist() == [5.8, 4, -6.2]
    assert terms["numerator"].tolist() == ["adults_upper_secondary_or_more", "adults_tertiary", "population_illiterate"]
    # who reads and has no upper secondary school has 6.2 years, who has it 12, with a degree 16, who cannot read none
    assert 6.2 + 5.8 == 12 and 6.2 + 5.8 + 4 == 16 and 6.2 - 6.2 == 0


def test_goalposts_are_those_of_the_united_nations():
    posts = register("level_goalposts").set_index("figure")[["lower", "upper"]]
    assert posts.loc["income"].tolist() == [100, 75_000]
    assert posts.loc["schooling"].tolist() == [0, 15]
    assert posts.loc["life_expectancy"].tolist() == [20, 85]


def test_a_figure_of_a_place_is_constant_and_terms(tmp_path):
    def row(source, variable, year, value):
        texts = {"obs_text": None, "obs_status": "A"}
        return {"source": source, "ref_area": "XX-1", "variable": variable, "time_period": year, "obs_value": value, **texts}

    rows = [
        row("a", "upper", 2022, 40.0), row("a", "adults", 2022, 100.0), row("b", "illiterate", 2010, 10.0),
        row("b", "readers", 2010, 50.0), row("b", "illiterate", 2000, 25.0), row("b", "readers", 2000, 50.0),
    ]  # fmt: skip
    terms = pd.DataFrame({"concept": "years", "term": [0, 1], "coefficient": [5.8, -6.2], "numerator": ["upper", "illiterate"],
        "denominator": ["adults", "readers"]})  # fmt: skip
    found = query.run(
        "scoring/level_figures",
        observations=pd.DataFrame(rows),
        places=pd.DataFrame({"ref_area": ["XX-1"], "level": ["local"]}),
        terms=terms,
        concepts=pd.DataFrame({"concept": ["years"], "figure": ["schooling"], "constant": [6.2], "terms": [2]}),
        quarantined_values=register("quarantined_values"),
        source_order=pd.DataFrame({"source": ["a", "b"], "position": [0, 1]}),
    )
    assert found[["ref_area", "time_period"]].values.tolist() == [["XX-1", 2022]]
    assert found["value"].tolist() == pytest.approx([6.2 + 5.8 * 0.4 - 6.2 * 0.2])  # literacy of the year nearest to 2022


def test_a_state_has_the_mean_of_its_people():
    rows = pd.DataFrame(
        [
            ("XX-1", "income", "household_income", 10_000.0, 0.1, "own"),
            ("XX-2", "income", "household_income", 30_000.0, 0.1, "own"),
            ("XX-4", "income", "gdp", 20_000.0, 0.3, "country"),
        ],
        columns=["ref_area", "figure", "concept", "value", "error", "known"],
    ).assign(published_value=1.0, time_period=2020, of_area="XX-1", obs_status="A", source="a")
    places = pd.DataFrame(
        [
            ("XX-1", "local", "XX"),
            ("XX-2", "local", "XX"),
            ("XX-3", "local", "XY"),
            ("XX-4", "local", "XY"),
            ("XX", "state", None),
            ("XY", "state", None),
        ],
        columns=["ref_area", "level", "parent"],
    ).assign(metropolis=None)
    found = query.run(
        "scoring/level_parts",
        constants=CONSTANTS,
        rows=rows,
        people=pd.DataFrame({"ref_area": ["XX-1", "XX-2", "XX-3", "XX-4"], "people": [1.0, 3.0, 9.0, 1.0]}),
        places=places,
        level_goalposts=register("level_goalposts"),
    ).set_index("ref_area")
    assert set(found.index) == {"XX-1", "XX-2", "XX-4", "XX"}  # of XY a tenth of the people is known
    assert found.loc["XX", "value"] == pytest.approx(25_000)
    assert found.loc["XX", "standard_error"] == pytest.approx(math.hypot(1_000, 3 * 3_000) / 4)
    assert found.loc["XX", "score"] == pytest.approx(100 * math.log(250) / math.log(750))
    assert found.loc["XX-1", "score_error"] == pytest.approx(100 * 0.1 / math.log(750))
    assert found.loc["XX", ["known", "of_area", "obs_status"]].tolist() == ["own", "XX", "E"]


def test_the_level_and_its_interval_by_hand():
    scores = dict(zip(PARTS, (80.0, 60.0, 90.0, 70.0), strict=True))
    rows = [("XX-1", part, score, 2.0, "own") for part, score in scores.items()]
    rows += [("XX-2", "income", 50.0, 1.0, "own"), ("XX-2", "health", 50.0, 1.0, "country")]
    parts = pd.DataFrame(rows, columns=["ref_area", "part", "score", "error", "known"]).assign(country="XXX")
    places = pd.DataFrame({"ref_area": ["XX-1", "XX-2"], "level": "local", "country": "XXX"})
    found = query.run("scoring/development_levels", constants=CONSTANTS, parts=parts, places=places).set_index("ref_area")
    level = (80 * 60 * 90 * 70) ** 0.25
    three = (80 * 60 * 90) ** (1 / 3)
    variance = sum((2 / score / 4) ** 2 for score in scores.values())
    variance += 0.25**2 / 3 * sum((math.log(score / level) / 4) ** 2 for score in scores.values())
    variance += (math.log(75 / level) / 2) ** 2 + (math.log(three / level) / 2) ** 2
    assert found.loc["XX-1", "development_level"] == pytest.approx(level) == pytest.approx(74.156, abs=0.001)
    assert found.loc["XX-1", "development_level_low"] == pytest.approx(level / math.exp(1.645 * math.sqrt(variance)))
    assert found.loc["XX-1", "development_level_high"] == pytest.approx(level * math.exp(1.645 * math.sqrt(variance)))
    assert (found.loc["XX-1", "rank"], found.loc["XX-1", "areas"], found.loc["XX-1", "parts_own"]) == (1, 1, 4)
    assert found.loc["XX-2", "reason"] == "2 of 4 parts are known, 3 are needed"
    assert pd.isna(found.loc["XX-2", "development_level"])


def test_a_part_that_is_not_known_is_what_goes_with_the_others(monkeypatch):
    monkeypatch.setattr(levels, "methodology", lambda: {"levels": {"least_places": 3}})
    generator = np.random.default_rng(1)
    rows = []
    for number in range(20):
        income, health, services = generator.uniform(40, 90, 3)
        scores = {"income": income, "health": health, "services": services, "schooling": 0.5 * income + 0.2 * health + 10}
        rows += [(f"XX-{number:02}", part, score, 1.0, "own") for part, score in scores.items()]
    rows += [("YY-1", "income", 60.0, 1.0, "own"), ("YY-1", "health", 80.0, 1.0, "own"), ("YY-1", "services", 50.0, 1.0, "own")]
    parts = pd.DataFrame(rows, columns=["ref_area", "part", "score", "error", "known"])
    parts["country"] = parts["ref_area"].str[:2]
    found = levels.expected_parts(parts)
    assert found[["ref_area", "part", "known"]].values.tolist() == [["YY-1", "schooling", "expected"]]
    assert found["score"].tolist() == pytest.approx([0.5 * 60 + 0.2 * 80 + 10])
    assert found["error"].iloc[0] == pytest.approx(0, abs=1e-6)


def test_a_member_of_a_region_has_its_figure_and_the_part_that_it_is_not_as_error():
    class Known:
        areas = pd.DataFrame({"people": [20.0, 80.0]}, index=["XX-1", "XX-2"])
        region_of = pd.Series({"XX-1": "NUTS-XX111", "XX-2": "NUTS-XX999"})
        region_people = pd.Series({"NUTS-XX111": 100.0, "NUTS-XX9": 80.0})

    regional = pd.DataFrame({"point": [1.0, 2.0], "error": [0.3, 0.3]}, index=["NUTS-XX111", "NUTS-XX9"])
    found = estimates.of_regions(regional, Known, spread=0.5)
    assert found["point"].to_dict() == {"XX-1": 1.0, "XX-2": 2.0}  # the second has the smallest larger region that has one
    assert found["error"].to_dict() == pytest.approx({"XX-1": math.hypot(0.3, 0.8 * 0.5), "XX-2": 0.3})


# What the build says


@pytest.fixture
def level(released):
    """``level(area)``: its level with the ends of its interval."""
    columns = "development_level, development_level_low, development_level_high"

    def of(area: str) -> tuple[float, float, float]:
        return released.execute(f"select {columns} from development_levels where ref_area = ?", [area]).fetchone()

    return of


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("MX-METRO-19.1.01", "US-CBSA-38060"),  # Monterrey, Phoenix
        ("MX-19039", "US-04013"),  # and its municipality, Maricopa County
        ("MX-METRO-02.1.01", "US-CBSA-41740"),  # Tijuana, San Diego
        ("MX-02004", "US-06073"),
        ("MX-METRO-09.1.01", "EU-ES001C"),  # Mexico City, Madrid
    ],
)
def test_mexican_cities_lie_below_richer_ones_for_sure(level, here, there):
    (own, _, own_high), (other, other_low, _) = level(here), level(there)
    assert math.log(other / own) > math.hypot(math.log(own_high / own), math.log(other / other_low))  # 90 % of the difference


def test_san_pedro_is_near_the_top_of_latin_america_and_the_poorest_villages_near_the_bottom_of_the_world(released):
    rows = released.execute("""select ref_area from development_levels where level = 'local' and development_level is not null
        and country in ('MEX', 'BRA', 'ARG', 'CHL', 'COL', 'PER', 'BOL') order by development_level desc limit 10""").fetchall()
    assert ("MX-19019",) in rows
    sql = """select ref_area from development_levels where level = 'local' and development_level is not null
        qualify percent_rank() over (order by development_level) < 0.005"""
    lowest = {area for (area,) in released.execute(sql).fetchall()}
    assert {"MX-12078", "MX-07056", "MX-20352"} <= lowest  # Cochoapa el Grande, Mitontic, San Simón Zahuatlán


def test_enough_is_known_and_the_level_agrees_with_what_others_published(released):
    rows = released.execute("select level, subject, measure, value from validation where topic = 'levels'").fetchall()
    for _, subject, measure, value in rows:
        if measure == "share_with_level":
            assert value >= 0.95, subject
        if measure == "share_with_income_schooling_and_one_more":
            assert value >= 0.9, subject
        if measure == "mean_over_published":
            assert value == pytest.approx(1, abs=0.03), subject
    agreed = {subject: value for _, subject, measure, value in rows if measure == "rank_correlation_with_level"}
    assert agreed["human development index 2010"] >= 0.95
    assert agreed["CONAPO 2020"] >= 0.9
    means = {subject for _, subject, measure, _ in rows if measure == "mean_over_published"}
    assert {"MEX income", "USA income", "BRA income", "MEX life_expectancy", "BRA life_expectancy"} <= means


def test_few_places_lie_beyond_a_goalpost(released):
    sql = "select figure, avg((score in (0, 100))::integer) from level_parts group by figure"
    assert all(share < 0.1 for _, share in released.execute(sql).fetchall())


def test_every_part_says_whose_figure_it_is(released):
    sql = """select count(*) from level_parts where (known = 'own') <> (of_area = ref_area)
        and concept not in ('income_by_schooling', 'internet_by_schooling')"""
    assert released.execute(sql).fetchone() == (0,)
    answer = released.execute("select figure, score from level_of('MX-19039')").fetchall()
    assert [row[0] for row in answer] == [
        "development level",
        "electricity",
        "income",
        "internet",
        "life_expectancy",
        "schooling",
    ]


# Two countries' standings stand side by side nowhere


def blocks_of(sql: str) -> list[str]:
    """The single selects of a query."""
    return re.split(r"\bunion all\b|\n\), |\n\)\n", sql)


@pytest.mark.parametrize("room", ["release/macros", "release/workbook", "decisions"])
def test_no_query_for_readers_joins_standings_to_counterparts(room):
    queries = [path.read_text(encoding="utf-8") for path in sorted((query.ROOMS / room).glob("*.sql"))]
    if room == "decisions":
        queries = list(brief.QUERIES.values())
    for block in (block for sql in queries for block in blocks_of(sql)):
        if any(table in block for table in STANDINGS):
            assert "counterpart" not in block and "mirrors" not in block


def test_the_scripts_of_two_places_read_no_standing():
    script = (query.ROOMS / "site" / "static" / "pair.js").read_text(encoding="utf-8")
    assert not re.findall(r"\.(?:ps|sc)\b|\"(?:ps|sc|rk|nc)\"", script)


def test_the_data_of_a_place_abroad_have_its_level_and_no_standing(small_release):
    from pipeline.site import scripts
    from pipeline.site.content import Content

    content = Content(small_release, small_release.name)
    for ref, area in content.areas.items():
        assert area["country"] == "MEX" or not {"ps", "sc"} & set(scripts._place(content, area)), ref
    assert len(scripts._place(content, content.areas["MX-19039"])["dl"]) == len(scripts.LEVELS)
