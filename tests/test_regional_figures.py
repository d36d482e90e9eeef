"""Regions' shares that stand for the areas in them: the share, its error by hand, and what is never replaced."""

import numpy as np
import pandas as pd
import pytest

from pipeline.areas import derived
from pipeline.areas.derived import regional_figures
from schemas.catalogue import methodology, register

LEARNED = [  # two countries of two regions each: (area, region, people, old people)
    ("JP-01001", "JP-01", 4000, 800), ("JP-01002", "JP-01", 6000, 2400), ("JP-02001", "JP-02", 3000, 600),
    ("JP-02002", "JP-02", 500, 300), ("BR-1100001", "BR-11", 5000, 500), ("BR-1100002", "BR-11", 5000, 1500),
]  # fmt: skip
SOURCE = {"JP": "japan", "BR": "brazil"}


def figure(source: str, area: str, variable: str, year: int, value=None, text=None, margin=None) -> dict:
    return {
        "source": source, "ref_area": area, "variable": variable, "time_period": year, "obs_value": value, "obs_text": text,
        "margin_of_error": margin,
    }  # fmt: skip


def row(variable: str, source: str, base: str, base_source: str, learned: str | None) -> dict:
    texts = {"region_variable": "region_nuts3|nuts3", "learned_from": learned, "learned_numerator": None, "learned_base": None}
    return {"variable": variable, "source": source, "base": base, "base_source": base_source, **texts}


REGISTER = pd.DataFrame([
    row("population_65_plus", "regions", "population", "regions", "japan;brazil"),
    row("employed_total", "accounts", "population", "regions", None),
    row("employed_manufacturing", "accounts", "employed_total", "accounts", "japan"),
])  # fmt: skip


@pytest.fixture
def found(monkeypatch, tmp_path):
    """``found(observations)``: the table by area, variable and year, for those and what is learned from."""

    def compute(rows: list[dict], cities=(), **constants) -> pd.DataFrame:
        own = methodology()["regional_figures"] | {"least_places": 1} | constants
        method = {"regional_figures": own, "matching": {"kappa": 50}}
        monkeypatch.setattr(derived, "register", {"regional_figures": REGISTER}.__getitem__)
        monkeypatch.setattr(derived, "methodology", lambda: method)
        learned = [
            figure(SOURCE[area[:2]], area, variable, 2020, value)
            for area, _, people, old in LEARNED
            for variable, value in (("population", people), ("population_65_plus", old))
        ]
        learned += [
            figure("japan", area, variable, 2020, value)
            for area, made in (("JP-01001", 900.0), ("JP-01002", 300.0))
            for variable, value in (("employed_total", 3000.0), ("employed_manufacturing", made))
        ]
        path = tmp_path / "observations.parquet"
        types = {"obs_value": "float64", "margin_of_error": "float64", "obs_text": "object"}
        pd.DataFrame([*learned, *rows]).astype(types).to_parquet(path)
        places = pd.DataFrame([(area, "local", region) for area, region, *_ in LEARNED], columns=["ref_area", "level", "parent"])
        order = pd.DataFrame({"source": ["list", "own", "regions", "accounts", "japan", "brazil"], "position": range(6)})
        regions = pd.DataFrame(cities, columns=["ref_area", "region"], dtype="str")
        return regional_figures(path, places, order, regions).set_index(["ref_area", "variable", "time_period"])

    return compute


REGION = [
    figure("regions", "NUTS-XX001", "population", 2017, 98_000.0),
    figure("regions", "NUTS-XX001", "population", 2018, 99_000.0),
    figure("regions", "NUTS-XX001", "population", 2019, 100_000.0),
    figure("regions", "NUTS-XX001", "population_65_plus", 2018, 19_800.0),
    figure("regions", "NUTS-XX001", "population_65_plus", 2019, 25_000.0),
    figure("accounts", "NUTS-XX001", "employed_total", 2017, 49_000.0),
    figure("accounts", "NUTS-XX001", "employed_manufacturing", 2017, 9_800.0, margin=490.0),
]


def town(people: float, *, text: str = "NUTS-XX001", variable: str = "region_nuts3", area: str = "XX-1") -> list[dict]:
    return [figure("list", area, "population", 2019, people), figure("list", area, variable, 2019, text=text)]


def logit(share: float) -> float:
    return np.log(share / (1 - share))


def test_an_area_has_the_share_of_its_region(found):
    table = found([*REGION, *town(10_000.0)])["obs_value"]
    assert table[("XX-1", "population_65_plus", 2019)] == 2_500, "of the year nearest to the area's people"
    assert table[("XX-1", "employed_total", 2017)] == 5_000
    assert table[("XX-1", "employed_manufacturing", 2017)] == 1_000


def test_the_error_is_the_spread_of_places_about_the_rest_of_their_region(found):
    """Of places of 2,000 and more; of two countries the middle of both; less the part of the region that the area is."""
    table = found([*REGION, *town(10_000.0)])["margin_of_error"]

    def gap(own: float, of: float, other: float) -> float:
        return logit((own + 50 * other) / (of + 50)) - logit(other)

    japan = [gap(800, 4000, 2400 / 6000), gap(2400, 6000, 800 / 4000), gap(600, 3000, 300 / 500)]
    brazil = [gap(500, 5000, 0.3), gap(1500, 5000, 0.1)]
    sigma = (np.sqrt(np.mean(np.square(japan))) + np.sqrt(np.mean(np.square(brazil)))) / 2
    assert table[("XX-1", "population_65_plus", 2019)] == pytest.approx(1.645 * 10_000 * 0.9 * sigma * 0.25 * 0.75)
    sigma = np.sqrt((gap(900, 3000, 0.1) ** 2 + gap(300, 3000, 0.3) ** 2) / 2)
    own, region = 0.9 * sigma * 0.2 * 0.8, 490 / 1.645 / 49_000
    assert table[("XX-1", "employed_manufacturing", 2017)] == pytest.approx(1.645 * 5_000 * np.hypot(own, region))
    assert np.isnan(table[("XX-1", "employed_total", 2017)]), "a base only divides"


def test_an_area_that_is_its_region_has_its_figures_and_its_history(found):
    table = found([*REGION, *town(99_500.0)])
    assert np.isnan(table.loc[("XX-1", "population_65_plus", 2019), "margin_of_error"])
    share_error = table.loc[("XX-1", "employed_manufacturing", 2017), "margin_of_error"]
    assert share_error == pytest.approx(490 / 49_000 * 49_750, rel=0.05), "what the region itself is not sure of stays"
    series = table.xs("population_series", level="variable")["obs_value"]
    assert series.to_dict() == {("XX-1", 2017): 98_000, ("XX-1", 2018): 99_000, ("XX-1", 2019): 100_000}
    assert "population_series" not in found([*REGION, *town(90_000.0)]).index.get_level_values("variable")


def test_what_an_area_knows_of_itself_is_not_replaced(found):
    own = figure("own", "XX-1", "population_65_plus", 2011, 1_234.0)
    table = found([*REGION, *town(10_000.0), own])
    assert table.index.get_level_values("variable").tolist() == ["employed_manufacturing", "employed_total"]


@pytest.mark.parametrize("text", ["EU-NUTS-XX001", "NUTS-XX001"])
@pytest.mark.parametrize("variable", ["region_nuts3", "nuts3"])
def test_a_region_is_known_by_its_code(found, text, variable):
    assert ("XX-1", "population_65_plus", 2019) in found([*REGION, *town(10_000.0, text=text, variable=variable)]).index


def test_a_city_lies_where_its_point_lies(found):
    city = figure("list", "EU-XX001C", "population", 2019, 10_000.0)
    table = found([*REGION, city], cities=[("EU-XX001C", "NUTS-XX001")])
    assert table.loc[("EU-XX001C", "population_65_plus", 2019), "obs_value"] == 2_500


@pytest.mark.parametrize(("people", "known"), [(104_000.0, True), (106_000.0, False)])
def test_a_city_that_is_larger_than_the_region_at_its_point_lies_in_several(found, people, known):
    city = figure("list", "EU-XX001C", "population", 2019, people)
    table = found([*REGION, city], cities=[("EU-XX001C", "NUTS-XX001")])
    assert (("EU-XX001C", "population_65_plus", 2019) in table.index) == known
    assert ("XX-1", "population_65_plus", 2019) in found([*REGION, *town(people)]).index, "a municipality lies in its region"


@pytest.mark.parametrize("text", ["NUTS-XX002", "XX001", "NUTS-XX0"])
def test_without_its_region_nothing_is_known(found, text):
    assert found([*REGION, *town(10_000.0, text=text)]).empty


def test_without_a_country_to_learn_from_there_is_no_figure(found):
    """An area that is its region needs none."""
    assert list(found([*REGION, *town(10_000.0)], least_places=4).index.get_level_values("variable")) == [
        "employed_total", "population_of_regional_share",
    ]  # fmt: skip
    assert ("XX-1", "population_65_plus", 2019) in found([*REGION, *town(99_500.0)], least_places=4).index


def test_the_register_learns_from_what_is_read():
    """Every variable of a region is read by its source, and so is every one that a country is known by."""
    read = set(zip(register("variables")["source"], register("variables")["variable"], strict=True))
    rows = register("regional_figures").fillna("")
    for item in rows.itertuples():
        assert {(item.source, item.variable), (item.base_source, item.base)} <= read
        assert item.base == "population" or item.base in set(rows["variable"])
        for source in filter(None, item.learned_from.split(";")):
            parts, bases = item.learned_numerator or item.variable, item.learned_base or item.base
            ways = zip(parts.split("|"), bases.split("|"), strict=True)
            known = [all((source, term) in read for term in [*part.split("+"), base]) for part, base in ways]
            assert known.count(True) == 1, f"{item.variable} of {source}"
