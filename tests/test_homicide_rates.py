"""Smoothed homicide rates: the interval against the mean of five years, the counting by hand, what is folded."""

import numpy as np
import pandas as pd
import pytest

from pipeline.areas import homicide_rates as rates
from pipeline.foundation.raw_files import archive_path
from pipeline.observations.archive import read_archive
from schemas.catalogue import methodology

CONSTANTS = methodology()["homicides"]


def known(**areas) -> pd.DataFrame:
    """``name=(people, deaths of 2019, 2020, 2021, 2024)``."""
    years = (2019, 2020, 2021, 2024)
    return pd.DataFrame(
        [
            {"ref_area": name, "state": "MX-01", "time_period": year, "deaths": float(count), "years": 1.0, "people": people}
            for name, (people, *deaths) in areas.items()
            for year, count in zip(years, deaths, strict=True)
        ]
    )


def test_one_death_in_a_village_is_no_rate():
    places = {f"city{number}": (200_000, 40, 44, 38, 30 + 4 * number) for number in range(8)}
    villages = {f"village{number}": (500, 0, 0, 0, 0) for number in range(40)}
    table = rates.smoothed(known(village=(500, 0, 0, 0, 1), **places, **villages), CONSTANTS).set_index("ref_area")
    village = table.loc["village"]
    assert village["mean_rate"] == 50  # 200 per 100,000 in one year of four
    assert village["low"] < village["rate"] < village["high"] and village["rate"] < 50


def test_newer_years_count_more():
    rising = {f"r{n}": (200_000, 10, 10, 10, 60) for n in range(5)} | {f"f{n}": (200_000, 60, 10, 10, 10) for n in range(5)}
    table = rates.smoothed(known(**rising), CONSTANTS).set_index("ref_area")
    assert table.loc["r0", "mean_rate"] == table.loc["f0", "mean_rate"]
    assert table.loc["r0", "rate"] > table.loc["f0", "rate"]


def test_where_little_is_known_the_interval_starts_at_zero():
    low, high = rates.shortest_interval(np.array([0.4, 1.0, 400.0]), 0.95)
    assert (low[:2] == 0).all() and 0 < high[0] < high[1] == pytest.approx(2.9957, abs=1e-4)  # -ln 0.05
    assert low[2] == pytest.approx(361, abs=1.5) and high[2] == pytest.approx(439, abs=2)


def test_the_order_of_rows_changes_nothing():
    table = known(**{f"a{n}": (1_000 * 3**n, n, 2, 0, n) for n in range(6)})
    pd.testing.assert_frame_equal(rates.smoothed(table, CONSTANTS), rates.smoothed(table[::-1].sort_index(), CONSTANTS))


def test_no_figures_no_rates():
    assert rates.smoothed(known(), CONSTANTS).empty


@pytest.fixture(scope="module")
def real(archived):
    sources = [("mx_homicides", "2021"), ("sesnsp_crime", "2025-06"), ("conapo_projections", "2024"), ("inegi_census", "2020")]
    rows = pd.concat([read_archive(archive_path(archived, *item)) for item in sources])
    census = rows[(rows["source"] == "inegi_census") & rows["ref_area"].str.fullmatch("MX-[0-9]{5}")]["ref_area"].unique()
    places = pd.DataFrame({"ref_area": census, "kind": "municipality_mexico", "parent": [code[:5] for code in census]})
    return rates.homicide_rates(rows[rows["variable"].isin(rates.VARIABLES)], places)


def test_the_interval_holds_the_mean_of_five_years_in_nine_of_ten(real):
    """The unsmoothed mean of the rates of 2019, 2020, 2021, 2024 and the first half of 2025 lies inside."""
    assert len(real) == 2469 and real["years"].eq(4.5).all() and real["time_period"].eq(2025).all()
    inside = real["mean_rate"].between(real["low"] - 1e-9, real["high"])
    assert inside.mean() >= 0.9
    for low, high in ((0, 5_000), (5_000, 20_000), (20_000, 100_000), (100_000, 1e9)):
        assert inside[real["people"].between(low, high)].mean() >= 0.9, (low, high)


def test_no_death_is_lost_or_added(real, archived):
    """Deaths of three years, and the victims of the state files; what has no municipality is missing, 0.1 per cent."""
    assert 0.998 < real["deaths"].sum() / (34_503 + 34_825 + 33_694 + 30_046 + 852 + 12_752 + 338) <= 1
    assert real["people"].sum() == 133_367_428


def test_rates_are_of_this_world(real):
    table = real.set_index("ref_area")
    assert 1 < table.loc["MX-31050", "rate"] < 5 and 60 < table.loc["MX-02004", "rate"] < 120  # Mérida, Tijuana
    assert (real["low"] <= real["rate"]).all() and (real["rate"] <= real["high"]).all()
