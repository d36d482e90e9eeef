"""The estimate of the sector mix, piece by piece: what it promises of published and confidential figures."""

import numpy as np
import pandas as pd
import pytest

from pipeline.indicators.sector_mix.mix import sector_mix
from pipeline.indicators.sector_mix.raking import by_group, by_state, fit_rows, rake
from pipeline.indicators.sector_mix.residents import split
from pipeline.indicators.sector_mix.shift_share import shift_share

GROUP = np.array([0, 0, 1])


def test_raking_meets_rows_and_columns():
    """By hand: rows 30 and 70, columns 40 and 60, from a seed of ones, give 12, 18, 28 and 42."""
    found = rake(np.ones((2, 2)), np.array([0, 0]), np.array([[30.0], [70.0]]), np.array([0, 0]), np.array([[40.0, 60.0]]), 100)
    np.testing.assert_allclose(found, [[12, 18], [28, 42]])


def test_rows_give_way_where_they_are_uncertain():
    """10 and 10 must give 110: with a multiplier of 1 and 2, t + t squared = 11, t = 2.854."""
    seed, spread = np.array([[10.0, 10.0, 5.0]]), np.array([[1.0, 2.0, 1.0]])
    found = fit_rows(seed, GROUP, np.array([[110.0, np.nan]]), spread)
    factor = (np.sqrt(45) - 1) / 2
    np.testing.assert_allclose(found, [[10 * factor, 10 * factor**2, 5]])
    np.testing.assert_allclose(fit_rows(seed, GROUP, np.array([[110.0, 7.0]]), np.ones((1, 3))), [[55, 55, 7]])
    assert (fit_rows(seed, GROUP, np.array([[0.0, 7.0]]), spread)[0, :2] == 0).all()


def test_sums():
    table = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(by_group(table, GROUP, 2), [[1, 2], [7, 5]])
    np.testing.assert_array_equal(by_state(table, np.array([1, 1]), 2), [[0, 0, 0], [3, 5, 7]])


def test_shares_and_their_variances():
    """Two jobs a and b with errors r a and r b: the variance of a share q is 2 r^2 q^2 (1 - q)^2."""
    shares, variance = split(np.array([[30.0, 70.0]]), np.array([[9.0, 49.0]]))
    np.testing.assert_allclose(shares, [[0.3, 0.7]])
    np.testing.assert_allclose(variance, np.full((1, 2), 2 * 0.01 * 0.3**2 * 0.7**2))
    assert np.isnan(split(np.zeros((1, 2)), np.zeros((1, 2)))[0]).all()


def census(rows: dict) -> pd.DataFrame:
    """Rows {(area, group, year): people}."""
    keys = pd.DataFrame(list(rows), columns=["ref_area", "group", "time_period"])
    return keys.assign(
        source="inegi_economic_census_groups", variable="census_people_" + keys.pop("group"), obs_value=list(rows.values())
    )


def test_growth_by_hand():
    """The nation doubles (200 to 400), trade triples (100 to 300), manufacturing stays (100)."""
    found = shift_share(census({
        ("MX-01001", "trade", 2013): 60, ("MX-01001", "trade", 2018): 90,
        ("MX-01002", "trade", 2013): 40, ("MX-01002", "trade", 2018): 210,
        ("MX-01001", "manufacturing", 2013): 100, ("MX-01001", "manufacturing", 2018): 100,
        ("MX-01002", "manufacturing", 2013): np.nan, ("MX-01002", "manufacturing", 2018): 5000,
    }))  # fmt: skip
    rows = found.set_index(["ref_area", "group"])[["change", "national", "mix", "local"]]
    np.testing.assert_allclose(rows.loc[("MX-01001", "trade")], [30, 60, 60, -90])
    np.testing.assert_allclose(rows.loc[("MX-01002", "trade")], [170, 40, 40, 90])
    np.testing.assert_allclose(rows.loc[("MX-01001", "manufacturing")], [0, 100, -100, 0])
    np.testing.assert_allclose(rows.loc[("MX-01001", "total")], [30, 160, -40, -90])
    assert ("MX-01002", "manufacturing") not in rows.index


CODES = {"establishments_census": 0, "establishments_in_published_classes": 1, "people_employed": 2}


def small() -> pd.DataFrame:
    """Two places of one state: a mine whose people are hidden, shops that are counted."""
    rows = []

    def add(source, year, **values):
        for key, value in values.items():
            area, variable = key.split("__")
            rows.append((source, f"MX-{area[1:]}", variable, year, value))

    add("inegi_denue", 2019, a01001__establishments_scian_46=20, a01001__establishments_scian_93=2,
        a01002__establishments_scian_46=10, a01002__establishments_scian_21=1, a01002__establishments_scian_93=1,
        a01001__establishments_scian_311=4)  # fmt: skip
    for code, figures in (("46", (30, 30, 90)), ("21", (1, 0, np.nan)), ("311", (4, 4, 40))):
        for name, place in CODES.items():
            rows.append(("inegi_economic_census", "MX-01", f"{name}_scian_{code}", 2018, figures[place]))
    for area, group, units, people in (
        ("01001", "trade", 20, 70), ("01001", "manufacturing", 4, 40), ("01002", "trade", 10, 20),
        ("01002", "primary", 1, np.nan),
    ):  # fmt: skip
        rows.append(("inegi_economic_census_groups", f"MX-{area}", f"census_establishments_{group}", 2018, units))
        rows.append(("inegi_economic_census_groups", f"MX-{area}", f"census_people_{group}", 2018, people))
    for area, employed in (("01001", 500), ("01002", 400)):
        people = {"population": 1000, "employed": employed, "population_insured_issste": 10,
                  "population_insured_state_institute": 0, "population_insured_pemex_military": 0}  # fmt: skip
        rows += [("inegi_census", f"MX-{area}", name, 2020, value) for name, value in people.items()]
        shares = {"primary": 10, "secondary": 30, "tertiary": 60}
        rows += [("mx_labour_structure", f"MX-{area}", f"employed_{k}_share", 2020, v) for k, v in shares.items()]
        commuters = {"resident": employed, "working_here": employed, "commuting_in": 0, "commuting_out": 0}
        rows += [("inegi_commuting", f"MX-{area}", f"workers_{k}", 2020, v) for k, v in commuters.items()]
    for group in ("mining", "manufacturing", "utilities"):
        rows.append(("imss", "MX-01002", f"insured_jobs_{group}", 2020, 150 if group == "mining" else 0))
    return pd.DataFrame(rows, columns=["source", "ref_area", "variable", "time_period", "obs_value"])


@pytest.fixture(scope="module")
def mix():
    table = sector_mix(small())
    return table.set_index(["ref_area", "variable", "time_period"])


def test_published_sums_hold_and_insured_miners_are_a_floor(mix):
    assert mix.loc[("MX-01001", "jobs_trade", 2020), "obs_value"] >= 70
    assert mix.loc[("MX-01002", "jobs_mining", 2020), "obs_value"] == pytest.approx(150)
    assert mix.loc[("MX-01002", "jobs_mining", 2020), "standard_error"] > 0
    assert mix.loc[("MX-01001", "jobs_mining", 2020), "obs_value"] == 0


def test_residents_are_the_censuses(mix):
    for area, employed in (("MX-01001", 500), ("MX-01002", 400)):
        assert mix.loc[(area, "employed_total", 2020), ["obs_value", "obs_status"]].tolist() == [employed, "A"]
        assert mix.loc[(area, "employed_agriculture", 2020), "obs_value"] == pytest.approx(employed / 10)


def test_nobody_works_who_does_not_exist():
    """With 5,000 insured miners and 400 people who work there, 400 work there."""
    crowded = small()
    crowded.loc[crowded["variable"] == "insured_jobs_mining", "obs_value"] = 5000
    table = sector_mix(crowded).set_index(["ref_area", "variable", "time_period"])
    assert table.loc[("MX-01002", "jobs_total", 2020), "obs_value"] == pytest.approx(400)
