"""Indicators computed by hand: which figure counts, growth, standing in the country, parents, and what is missing."""

import pandas as pd
import pytest

from pipeline.indicators import indicator_values as module
from pipeline.indicators.indicator_values import IndicatorError, indicator_values
from pipeline.observations.read_source import read_files
from schemas.catalogue import register

ROW = {
    "role": "matching", "pillar_or_block": "size", "levels": "local;metro;state", "formula": "ratio", "denominator": None,
    "span": None, "scale": 1.0, "transform": "identity", "frame": "absolute", "direction": 1.0, "weight": 1.0,
    "unit_measure": "unit", "label_es": "x", "label_en": "x",
}  # fmt: skip
PLACES = [
    ("MX-01001", "local", "MEX"), ("MX-01002", "local", "MEX"), ("MX-01003", "local", "MEX"), ("MX-01", "state", "MEX"),
    ("US-48201", "local", "USA"),
]  # fmt: skip
MEMBERS = [("MX-01", "MX-01001"), ("MX-01", "MX-01002"), ("MX-01", "MX-01003")]
PEOPLE = [("first", f"MX-0100{area}", "population", 2020, people) for area, people in ((1, 600), (2, 300), (3, 100))]


@pytest.fixture
def values(monkeypatch, tmp_path):
    """``values(indicators, observations, ...)``: the table for rows given as tuples, indexed by area and indicator."""

    def compute(rows: list[dict], observations: list[tuple], derived=(), changes=(), quarantined=()) -> pd.DataFrame:
        registers = {
            "indicators": pd.DataFrame([ROW | row for row in rows]).astype({"denominator": "str", "span": "float64"}),
            "area_changes": pd.DataFrame([(*row, 2015)[:3] for row in changes], columns=["ref_area", "origin", "since"]).astype(
                {"ref_area": "str", "origin": "str", "since": "int64"}
            ),
            "quarantined_values": pd.DataFrame(
                [(*row, None)[:4] for row in quarantined], columns=["source", "ref_area", "kept_variables", "time_period"]
            ).astype({"source": "str", "ref_area": "str", "kept_variables": "str", "time_period": "Int64"}),
        }
        monkeypatch.setattr(module, "register", registers.__getitem__)
        order = pd.DataFrame({"source": ["derived", "first", "second"], "position": range(3)})
        monkeypatch.setattr(module, "source_order", lambda: order)
        columns = ["source", "ref_area", "variable", "time_period", "obs_value", "obs_status"]
        tables = {
            "observations": frame([(*row, "A")[:6] for row in observations], columns).assign(margin_of_error=float("nan")),
            "derived": frame([(*row, "E")[:5] for row in derived], columns[1:]).assign(margin_of_error=float("nan")),
            "places": pd.DataFrame(PLACES, columns=["ref_area", "level", "country"]),
            "members": pd.DataFrame(MEMBERS, columns=["parent", "ref_area"]),
        }
        for name, table in tables.items():
            table.to_parquet(tmp_path / f"{name}.parquet")
        return indicator_values(*(tmp_path / f"{name}.parquet" for name in tables)).set_index(["ref_area", "indicator"])

    return compute


def frame(rows: list[tuple], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns).astype({"time_period": "int64", "obs_value": "float64"})


def indicator(code: str, numerator: str, denominator: str | None = None, **others) -> dict:
    return {"indicator": code, "numerator": numerator, "denominator": denominator, **others}


POPULATION = indicator("population", "population")


def test_a_ratio_is_scaled_and_keeps_its_counts(values):
    table = values(
        [indicator("rate", "a", "b", scale=100.0)], [("first", "MX-01001", v, 2020, n) for v, n in (("a", 3), ("b", 8))]
    )
    row = table.loc[("MX-01001", "rate")]
    assert (row["numerator"], row["denominator"], row["obs_value"]) == (3, 8, 37.5)
    assert (row["time_period"], row["obs_status"], row["source"], row["coverage"]) == (2020, "A", "first", 1)


def test_a_sum_needs_all_its_terms(values):
    rows = [("first", "MX-01001", "a", 2020, 3), ("first", "MX-01001", "b", 2020, 4), ("first", "MX-01002", "a", 2020, 3)]
    table = values([indicator("total", "a+b")], rows)
    assert table.loc[("MX-01001", "total"), "obs_value"] == 7
    assert ("MX-01002", "total") not in table.index, "a sum of which a part is missing is missing, never less"


def test_a_sum_is_of_one_source_and_one_year(values):
    rows = [("first", "MX-01001", "a", 2020, 3), ("second", "MX-01001", "b", 2020, 4), ("first", "MX-01001", "b", 2019, 5)]
    assert values([indicator("total", "a+b")], rows).empty


def test_of_two_ways_the_first_counts_and_the_second_where_it_is_the_only_one(values):
    rows = [
        ("first", "MX-01001", "whole", 2018, 9), ("first", "MX-01001", "a", 2020, 3), ("first", "MX-01001", "b", 2020, 4),
        ("first", "MX-01002", "a", 2020, 1), ("first", "MX-01002", "b", 2020, 1),
    ]  # fmt: skip
    table = values([indicator("total", "whole|a+b")], rows)
    assert table["obs_value"].to_dict() == {("MX-01001", "total"): 9, ("MX-01002", "total"): 2}


def test_the_newest_year_counts_then_the_source_that_stands_first(values):
    rows = [("first", "MX-01001", "a", 2019, 1), ("second", "MX-01001", "a", 2020, 2), ("first", "MX-01002", "a", 2020, 3)]
    table = values([indicator("total", "a")], [*rows, ("second", "MX-01002", "a", 2020, 4)])
    assert table["obs_value"].to_dict() == {("MX-01001", "total"): 2, ("MX-01002", "total"): 3}
    assert table["source"].to_list() == ["second", "first"]


def test_the_denominator_is_the_nearest_in_time(values):
    rows = [("first", "MX-01001", "a", 2020, 6), ("first", "MX-01001", "b", 2010, 10), ("second", "MX-01001", "b", 2018, 12)]
    row = values([indicator("rate", "a", "b")], rows).loc[("MX-01001", "rate")]
    assert (row["denominator"], row["obs_value"], row["time_period"], row["source"]) == (12, 0.5, 2020, "first")


def test_of_denominators_of_one_year_that_of_the_same_source_counts(values):
    rows = [("second", "MX-01001", "a", 2020, 6), ("first", "MX-01001", "b", 2020, 10), ("second", "MX-01001", "b", 2020, 12)]
    assert values([indicator("rate", "a", "b")], rows).loc[("MX-01001", "rate"), "obs_value"] == 0.5


def test_a_numerator_of_a_year_with_a_base_comes_before_a_newer_one(values):
    """People of 2023 over households of 2020 would be a household size that no year had."""
    rows = [("first", "MX-01001", "a", 2023, 90), ("second", "MX-01001", "a", 2020, 60), ("second", "MX-01001", "b", 2020, 20)]
    row = values([indicator("rate", "a", "b")], rows).loc[("MX-01001", "rate")]
    assert (row["obs_value"], row["time_period"]) == (3, 2020)


@pytest.mark.parametrize("base", [0, None])
def test_no_base_gives_no_ratio(values, base):
    rows = [("first", "MX-01001", "a", 2020, 6), ("first", "MX-01001", "b", 2020, base)]
    assert values([indicator("rate", "a", "b")], rows).empty


def test_what_is_estimated_says_so(values):
    rows = [("first", "MX-01001", "a", 2020, 6), ("first", "MX-01001", "b", 2020, 10, "E")]
    rows += [("first", "MX-01002", "a", 2020, 6, "P"), ("first", "MX-01002", "b", 2020, 10)]
    table = values([indicator("rate", "a", "b")], rows, derived=[("MX-01003", "a", 2020, 1), ("MX-01003", "b", 2020, 2)])
    assert table["obs_status"].to_list() == ["E", "P", "E"]
    assert table.loc[("MX-01003", "rate"), "source"] == "derived"


def test_quarantined_figures_do_not_count(values):
    rows = [("first", "MX-01001", "a", 2020, 6), ("second", "MX-01001", "a", 2019, 5), ("first", "MX-01001", "b", 2020, 4)]
    table = values([indicator("a", "a"), indicator("b", "b")], rows, quarantined=[("first", "MX-01001", "b")])
    assert table["obs_value"].to_dict() == {("MX-01001", "a"): 5, ("MX-01001", "b"): 4}


def test_a_quarantine_may_be_of_one_year_and_of_every_variable(values):
    rows = [("first", "MX-01001", "a", 2020, 6), ("first", "MX-01001", "a", 2019, 5)]
    table = values([indicator("a", "a")], rows, quarantined=[("first", "MX-01001", None, 2020)])
    assert table["obs_value"].to_dict() == {("MX-01001", "a"): 5}


def test_territory_is_taken_together_only_if_it_was_split_off_within_the_span(values):
    rows = [
        ("first", area, "population", year, people)
        for area, year, people in (
            ("MX-01001", 2010, 100),
            ("MX-01001", 2020, 121),
            ("MX-01002", 2010, 50),
            ("MX-01002", 2020, 50),
        )
    ]
    table = values([GROWTH], rows, changes=[("MX-01002", "MX-01001", 2008)])
    assert table.loc[("MX-01001", "growth"), "numerator"] == 121 and table.loc[("MX-01002", "growth"), "obs_value"] == 0


GROWTH = indicator("growth", "population|series", formula="growth", span=10.0, scale=100.0)


def test_growth_is_the_yearly_rate_between_the_years_nearest_to_the_span(values):
    rows = [
        ("first", "MX-01001", "population", year, people) for year, people in ((2000, 50), (2010, 100), (2015, 190), (2021, 121))
    ]
    row = values([GROWTH], rows).loc[("MX-01001", "growth")]
    assert (row["numerator"], row["denominator"], row["time_period"]) == (100, 50, 2010)
    assert row["obs_value"] == pytest.approx(100 * (2 ** (1 / 10) - 1))


def test_growth_is_within_one_source_and_half_a_span(values):
    rows = [("first", "MX-01001", "population", 2020, 121), ("second", "MX-01001", "population", 2010, 100)]
    rows += [("first", "MX-01002", "population", 2020, 121), ("first", "MX-01002", "population", 2016, 100)]
    rows += [("first", "MX-01003", "population", 2020, 121), ("first", "MX-01003", "population", 2015, 100)]
    table = values([GROWTH], rows)
    assert [area for area, _ in table.index] == ["MX-01003"]
    assert table.loc[("MX-01003", "growth"), "obs_value"] == pytest.approx(100 * (1.21 ** (1 / 5) - 1))


def test_a_municipality_that_was_split_grows_with_its_offspring(values):
    """100 people of 2010 are 90 in the origin and 31 in the new municipality in 2020: 121, never a fall to 90."""
    rows = [("first", area, "population", year, n) for area, year, n in (
        ("MX-01001", 2010, 100), ("MX-01001", 2020, 90), ("MX-01002", 2020, 31))]  # fmt: skip
    table = values([GROWTH], rows, changes=[("MX-01002", "MX-01001")])
    rates = table["obs_value"]
    assert rates.to_dict() == pytest.approx(dict.fromkeys(rates.index, 100 * (1.21**0.1 - 1)))
    assert sorted(rates.index.get_level_values("ref_area")) == ["MX-01001", "MX-01002"]
    without = values([GROWTH], rows)["obs_value"]
    assert without.to_dict() == pytest.approx({("MX-01001", "growth"): 100 * (0.9**0.1 - 1)})


def test_a_loss_is_never_a_gain(values):
    rows = [("first", area, "population", year, people) for area, year, people in (
        ("MX-01001", 2010, 100), ("MX-01001", 2020, 121), ("MX-01002", 2010, 100), ("MX-01002", 2020, 81))]  # fmt: skip
    losses = values([GROWTH | {"indicator": "loss", "formula": "loss"}], rows)["obs_value"]
    assert losses[("MX-01001", "loss")] == 0
    assert losses[("MX-01002", "loss")] == pytest.approx(100 * (1 - 0.81**0.1))


def test_standing_in_the_country(values):
    rows = [POPULATION, indicator("share", "population", formula="country_share", scale=100.0)]
    rows += [indicator("rank", "population", formula="country_rank")]
    table = values(rows, [*PEOPLE, ("first", "US-48201", "population", 2024, 50)])
    shares = table.xs("share", level="indicator")["obs_value"]
    assert shares.to_dict() == {"MX-01001": 60, "MX-01002": 30, "MX-01003": 10, "MX-01": 100, "US-48201": 100}
    ranks = table.xs("rank", level="indicator")["obs_value"]
    assert ranks.to_dict() == {"MX-01001": 1, "MX-01002": 2, "MX-01003": 3, "MX-01": 1, "US-48201": 1}


def test_ties_share_the_better_rank(values):
    people = [("first", f"MX-0100{area}", "population", 2020, n) for area, n in ((1, 5), (2, 9), (3, 5))]
    ranks = values([POPULATION, indicator("rank", "population", formula="country_rank")], people)
    assert ranks.xs("rank", level="indicator")["obs_value"].to_list() == [1, 2, 1, 2]  # the state, then its three


def test_the_countrys_own_figure_is_that_of_all_its_areas(values):
    rows = [("first", "MEX", "gdp", 2022, 20), ("second", "MEX", "gdp", 2024, 26), ("first", "USA", "gdp", 2024, 86)]
    table = values([indicator("context", "gdp", formula="country_value")], rows)
    assert table["obs_value"].droplevel("indicator").to_dict() == {
        "MX-01": 26, "MX-01001": 26, "MX-01002": 26, "MX-01003": 26, "US-48201": 86,
    }  # fmt: skip


def test_a_parent_is_a_sum_over_a_sum(values):
    counts = [("first", f"MX-0100{area}", name, 2020, n) for area, a, b in ((1, 10, 20), (2, 1, 10), (3, 0, 10))
              for name, n in (("a", a), ("b", b))]  # fmt: skip
    table = values([POPULATION, indicator("rate", "a", "b", scale=100.0)], [*PEOPLE, *counts])
    row = table.loc[("MX-01", "rate")]
    assert (row["numerator"], row["denominator"], row["coverage"]) == (11, 40, 1)
    assert row["obs_value"] == pytest.approx(27.5)
    assert row["obs_status"] == "A"
    assert table.loc[("MX-01", "population"), "obs_value"] == 1000


def test_a_parents_own_figure_comes_before_the_sum(values):
    table = values([POPULATION], [*PEOPLE, ("first", "MX-01", "population", 2020, 1001)])
    assert table.loc[("MX-01", "population"), "obs_value"] == 1001


def test_what_cannot_be_added_is_a_mean_by_people(values):
    rows = [*PEOPLE, ("first", "MX-01001", "gini", 2020, 0.4), ("first", "MX-01002", "gini", 2020, 0.5)]
    row = values([POPULATION, indicator("gini", "gini", formula="value")], rows).loc[("MX-01", "gini")]
    assert row["obs_value"] == pytest.approx((600 * 0.4 + 300 * 0.5) / 900)
    assert (row["obs_status"], row["coverage"]) == ("E", 0.9)


def test_masked_values_lower_coverage_and_are_no_zeros(values):
    counts = [("first", f"MX-0100{area}", name, 2020, n) for area, a in ((1, 3), (2, None), (3, 9))
              for name, n in (("a", a), ("b", 10))]  # fmt: skip
    table = values([POPULATION, indicator("rate", "a", "b")], [*PEOPLE, *counts])
    assert ("MX-01002", "rate") not in table.index
    row = table.loc[("MX-01", "rate")]
    assert (row["numerator"], row["denominator"], row["coverage"]) == (12, 20, 0.7)


def test_a_parent_of_which_too_little_is_known_has_no_value(values):
    rows = [POPULATION, indicator("rate", "a", "b")]
    figures = [("first", area, name, 2020, 1) for area in ("MX-01002", "MX-01003") for name in ("a", "b")]
    assert ("MX-01", "rate") not in values(rows, [*PEOPLE, *figures]).index, "40 % of the people are known"
    figures = [("first", "MX-01001", name, 2020, 1) for name in ("a", "b")]
    assert values(rows, [*PEOPLE, *figures]).loc[("MX-01", "rate"), "coverage"] == 0.6


def test_an_indicator_stands_at_its_levels_only(values):
    table = values([POPULATION | {"levels": "state"}], PEOPLE)
    assert list(table.index) == [("MX-01", "population")]


def test_a_share_above_100_percent_is_refused(values):
    rows = [("second", "MX-01002", "a", 2019, 150), ("second", "MX-01002", "b", 2019, 120)]
    with pytest.raises(IndicatorError) as caught:
        values([indicator("literate", "a", "b", scale=100.0, unit_measure="%")], [*PEOPLE, *rows])
    for word in ("literate", "MX-01002", "2019", "125", "150 of 120", "above 100 %", "second"):
        assert word in str(caught.value)


def test_a_share_of_exactly_100_percent_passes(values):
    rows = [("first", "MX-01002", "a", 2019, 120), ("first", "MX-01002", "b", 2019, 120)]
    table = values([indicator("literate", "a", "b", scale=100.0, unit_measure="%")], rows)
    assert table.loc[("MX-01002", "literate"), "obs_value"] == 100


def test_a_masked_cell_of_the_census_lowers_the_coverage_of_its_state(tmp_path, fixture_folder):
    """The census masks the internet of La Paz (MX-03003) and Loreto: Baja California Sur is known without their people."""
    folder = fixture_folder("inegi_census", "2020")
    masked = ("003", "009")
    mask_column(folder / "conjunto_de_datos_iter_00CSV20_municipios.csv", "VPH_INTER", masked)
    census = read_files("inegi_census", "2020", folder)
    hidden = census[(census["variable"] == "households_internet") & census["obs_value"].isna()]
    assert sorted(hidden["ref_area"]) == ["MX-03003", "MX-03009"] and set(hidden["obs_status"]) == {"O"}
    table = baja_california_sur(census, tmp_path)
    internet = table.xs("internet_households", level="indicator")
    people = table.xs("population", level="indicator")["obs_value"]
    assert sorted(internet.index) == ["MX-03", "MX-03001", "MX-03002", "MX-03008"]
    assert internet.loc["MX-03", "coverage"] == pytest.approx(1 - people[["MX-03003", "MX-03009"]].sum() / people["MX-03"])
    assert 0.5 < internet.loc["MX-03", "coverage"] < 0.7
    rest = internet.drop("MX-03")
    assert internet.loc["MX-03", "obs_value"] == pytest.approx(100 * rest["numerator"].sum() / rest["denominator"].sum())
    computers = table.xs("computer_households", level="indicator")
    assert computers.loc["MX-03", "coverage"] == 1 and len(computers) == 6


def mask_column(path, column: str, municipalities: tuple[str, ...]) -> None:
    """Put ``*`` into a column of some municipalities, as the publisher does."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert table["MUN"].isin(municipalities).sum() == len(municipalities)
    table.loc[table["MUN"].isin(municipalities), column] = "*"
    table.to_csv(path, index=False, lineterminator="\n")


def baja_california_sur(census: pd.DataFrame, folder) -> pd.DataFrame:
    """The indicators of the state and its five municipalities, from the census alone and the project's own registers."""
    codes = sorted(census["ref_area"].unique())
    columns = ["ref_area", "variable", "time_period", "obs_value", "obs_status"]
    tables = {
        "observations": census,
        "derived": frame([("MX-03001", "altitude", 2020, 10.0, "A")], columns).assign(margin_of_error=float("nan")),
        "places": pd.DataFrame({"ref_area": [*codes, "MX-03"], "level": ["local"] * 5 + ["state"], "country": "MEX"}),
        "members": pd.DataFrame({"parent": "MX-03", "ref_area": codes}),
    }
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    return indicator_values(*(folder / f"{name}.parquet" for name in tables)).set_index(["ref_area", "indicator"])


def test_every_percentage_of_counts_is_checked():
    """What the register calls a percentage of counts is a share, whatever its transform."""
    rows = register("indicators")
    assert set(rows.query("transform == 'logit'")["unit_measure"]) == {"%"}
    assert set(rows.query("unit_measure == '%' and formula == 'ratio'")["scale"]) == {100}
