"""Counties of the United States in three more tables: the 82 that the compiled profiles lack, ages, education and health."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

TABLES, AGES, JOBS = ("us_census_acs_county_tables", "2024"), ("us_census_acs_county_ages", "2023"), ("us_oeps_counties", "2023")


def of_archive(archived, source: str, vintage: str) -> pd.DataFrame:
    return pd.read_parquet(archived / source / f"{vintage}.parquet")


def sums(table: pd.DataFrame) -> pd.Series:
    """Of the fifty states and the District of Columbia."""
    return table[~table["ref_area"].str.startswith("US-72")].groupby("variable")["obs_value"].sum()


def test_estimates_come_with_their_margins(fixture_folder, row_of):
    table = reader_of(TABLES[0])(fixture_folder(*TABLES), TABLES[1])
    autauga = row_of(table, "employed", "US-01001", 2024)
    assert (autauga["obs_value"], autauga["margin_of_error"], autauga["obs_status"]) == (26_122, 1_010, "A")
    assert (autauga["source_file"], autauga["source_row"]) == ("ACSDT5Y2024.B23025-Data.csv", 3)
    people = row_of(table, "population", "US-01001", 2024)  # an official count has no margin
    assert people["obs_value"] == 59_947 and pd.isna(people["margin_of_error"])
    hidden = row_of(table, "income_household_median", "US-35011", 2024)
    assert pd.isna(hidden["obs_value"]) and hidden["obs_status"] == "O"


def test_the_last_band_of_ages_is_not_the_last(fixture_folder, row_of):
    """`a80p` is 80 to 84: Autauga has 1,018 there."""
    table = reader_of(AGES[0])(fixture_folder(*AGES), AGES[1])
    people, young, middle, old = (
        row_of(table, name, "US-01001", 2023)["obs_value"]
        for name in ("population", "population_0_14", "population_15_64", "population_65_plus")
    )
    assert (people, young, old) == (59_285, 3_430 + 3_411 + 4_338, 9_474)
    assert young + middle + old == people


def test_shares_of_the_employed_become_people(fixture_folder, row_of):
    table = reader_of(JOBS[0])(fixture_folder(*JOBS), JOBS[1])
    both = row_of(table, "employed_education_health", "US-01001", 2018)
    assert (both["obs_value"], both["obs_status"]) == (round((0.0928 + 0.108) * 24_124), "E")
    assert pd.isna(row_of(table, "employed_total", "US-35039", 2018)["obs_value"])  # Rio Arriba
    assert row_of(table, "household_population", "US-01001", 2023)["obs_value"] == 58_782


def test_what_the_bureau_prints_for_the_nation(archived):
    tables = sums(of_archive(archived, *TABLES))
    assert tables["population"] == 334_922_499
    assert tables["labour_force"] == tables["employed"] + tables["unemployed"]
    ages = sums(of_archive(archived, *AGES))
    assert (ages["population"], ages["households"]) == (332_387_540, 127_482_865)  # DP05 and DP02, 2019-23
    assert ages["population_0_14"] + ages["population_15_64"] + ages["population_65_plus"] == ages["population"]
    jobs = sums(of_archive(archived, *JOBS))
    assert jobs["households"] == 127_482_865
    assert 100 * jobs["employed_education_health"] / jobs["employed_total"] == pytest.approx(23.1, abs=0.05)  # DP03, 2014-18


def test_where_two_tables_have_a_figure_it_is_the_same(archived):
    profiles = of_archive(archived, "us_census_acs_counties", "2024")
    both = profiles.merge(of_archive(archived, *TABLES), on=["ref_area", "variable", "time_period"], suffixes=("", "_table"))
    known = both.dropna(subset=["obs_value", "obs_value_table"])
    assert len(known) > 39_000 and (known["obs_value"] == known["obs_value_table"]).all()
    lacking = both[(both["variable"] == "population") & both["obs_value"].isna()]
    assert len(lacking) == 82 and lacking["obs_value_table"].notna().all()


def test_education_and_health_are_no_more_than_the_services_that_join_them(archived):
    """Of the Rural Atlas a year earlier: two counties with a handful of people are beyond it by chance."""
    jobs = (
        of_archive(archived, *JOBS).query("time_period == 2018").pivot(index="ref_area", columns="variable", values="obs_value")
    )
    atlas = of_archive(archived, "us_ers_rural_atlas", "2019")
    lump = atlas[atlas["variable"].isin(["employed_services", "employed_total"])]
    lump = lump.pivot(index="ref_area", columns="variable", values="obs_value").reindex(jobs.index)
    part = jobs["employed_education_health"] / jobs["employed_total"]
    assert (part > lump["employed_services"] / lump["employed_total"]).sum() <= 2


@pytest.mark.parametrize(
    ("area", "low", "high"),
    [
        ("US-27109", 44, 48),  # Rochester has a clinic of the world
        ("US-36109", 43, 46),  # Ithaca a university
        ("US-06085", 18, 20),  # Silicon Valley has other things
        ("US-08031", 20, 21),
    ],
)
def test_known_places(archived, area, low, high):
    jobs = of_archive(archived, *JOBS)
    jobs = jobs[(jobs["ref_area"] == area) & (jobs["time_period"] == 2018)].set_index("variable")["obs_value"]
    assert low <= 100 * jobs["employed_education_health"] / jobs["employed_total"] <= high
