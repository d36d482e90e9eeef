"""The reader of the American Community Survey for counties."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "us_census_acs_counties", "2024", "acs5y2024_dp02_dp03_dp05_counties.csv"
read = reader_of(SOURCE)
HARRIS = "US-48201"


def test_reads_counties(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    population = row_of(table, "population", HARRIS, 2024)
    assert (population["obs_value"], population["obs_status"]) == (4_838_303, "A")
    assert (population["source_file"], population["source_row"]) == (FILE, 6)
    assert row_of(table, "households", HARRIS, 2024)["obs_value"] == 1_757_164
    assert row_of(table, "households_internet", HARRIS, 2024)["obs_value"] == 1_617_598
    assert row_of(table, "household_size_mean", "US-01001", 2024)["obs_value"] == 2.59
    assert row_of(table, "population", "US-09110", 2024)["obs_value"] == 977_290


def test_bases_are_sums(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    adults = row_of(table, "adults_education_base", HARRIS, 2024)
    assert adults["obs_value"] == 320_781 + 226_480 + 712_544 + 578_258 + 221_009 + 660_816 + 411_312
    assert adults["obs_status"] == "E"
    assert row_of(table, "population_insured_base", HARRIS, 2024)["obs_value"] == 3_805_156 + 1_005_342


def test_what_is_not_available_is_missing(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    for area, variable in (
        ("US-35013", "population"),
        ("US-35011", "income_household_median"),
        ("US-51760", "employed"),
    ):
        missing = row_of(table, variable, area, 2024)
        assert pd.isna(missing["obs_value"]) and missing["obs_status"] == "O"
    assert row_of(table, "population", "US-35011", 2024)["obs_value"] == 1_576


def test_corrects_codes_and_names(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert row_of(table, "name", "US-51760", 2024)["obs_text"] == "Richmond, VA"
    assert row_of(table, "name", "US-51159", 2024)["obs_text"] == "Richmond County, VA"
    assert row_of(table, "population", "US-51159", 2024)["obs_value"] == 9_095
    assert row_of(table, "name", "US-35013", 2024)["obs_text"] == "Doña Ana County, NM"
    assert row_of(table, "name", "US-01001", 2024)["source_row"] == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"4,838,303"', '"many"', ["row 6", "population", "many", "not a number"]),
        ('"4,838,303"', '"-4,838,303"', ["row 6", "population", "-4,838,303", "not a count"]),
        ('"4,838,303"', '"4,838,304"', ["row 6", "population", "4,838,304", "population_male + population_female"]),
        ('"1,072,128"', '"1,072,129"', ["row 6", "educational_attainment_bachelor_or_higher", "is not"]),
        ('"1,617,598"', '"2,617,598"', ["row 6", "households_with_internet", "2,617,598", "more than total_households"]),
        ('"169,115"', '"169,116"', ["row 6", "labor_force_civilian", "2,512,311", "is not"]),
        ('"TX",48,48201', '"OK",48,48201', ["row 6", "full_fips", "48201", "state"]),
        ('"TX",48,48201', '"TX",48,1099', ["row 6", "full_fips", "1099", "state"]),
        ('"NM",35,35011', '"NM",35,35013', ["row 5", "full_fips", "35013", "twice"]),
        ('"Richmond, Virginia"', '"Richmond city, Virginia"', ["row 8", "full_fips", "51159", "twice"]),
        ('"population",', '"people",', ["row 1", "population", "missing"]),
        ('"2573","Harris', '"2573","Harris","', ["row 6", "fields"]),
    ],
)
def test_refuses(fixture_folder, replace, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / FILE, old, new)
    refusal(read, folder, VINTAGE, FILE, *words)


def test_refuses_a_page_a_header_alone_and_a_missing_file(fixture_folder, refuses_what_is_no_table):
    refuses_what_is_no_table(read, fixture_folder(SOURCE, VINTAGE), VINTAGE, FILE)


def test_a_file_that_names_its_first_field_reads_the_same(fixture_folder, replace):
    folder = fixture_folder(SOURCE, VINTAGE)
    table = read(folder, VINTAGE)
    replace(folder / FILE, '"name",', '"","name",')
    pd.testing.assert_frame_equal(read(folder, VINTAGE), table)


def test_the_compiled_file(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    population = table[table["variable"] == "population"]
    assert len(population) == 3_144 and population["ref_area"].is_unique
    assert (population["obs_status"] == "O").sum() == 82
    assert row_of(table, "population", HARRIS, 2024)["obs_value"] == 4_838_303
    assert {"US-24510", "US-51600", "US-51620", "US-51760", "US-51770"} <= set(population["ref_area"])
    # 334.9 million in the fifty states and DC on average of 2020-2024, less the 82 areas that are empty
    assert population["obs_value"].sum() == 324_504_343
    connecticut = population["ref_area"][population["ref_area"].str.startswith("US-09")]
    assert connecticut.tolist() == [f"US-09{code}" for code in range(110, 200, 10)]
    names = table.loc[table["variable"] == "name", "obs_text"]
    assert not names.str.contains("Ã|Ê").any() and "Hawaiʻi County, HI" in set(names)
