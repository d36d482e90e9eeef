"""The reader of the American Community Survey for metropolitan areas."""

import math

import pandas as pd
import pytest

from pipeline.sources.united_states.us_census_acs import read

SOURCE, VINTAGE = "us_census_acs", "2020"
HOUSTON, AGUADILLA = "US-CBSA-26420", "US-CBSA-10380"
DP02, DP03 = "ACSDP5Y2020.DP02-2024-07-11T195226.csv", "ACSDP5Y2020.DP03-2024-07-11T212702.csv"
DP04, DP05 = "ACSDP5Y2020.DP04-2024-07-11T210316.csv", "ACSDP5Y2020.DP05-2024-07-04T223534.csv"
B08006, S1903 = "ACSDT5Y2020.B08006-2024-07-01T191933.csv", "ACSST5Y2020.S1903-2024-07-02T123158.csv"
S2301 = "ACSST5Y2020.S2301-2024-07-02T122928.csv"


def test_reads_counts_with_their_margins(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    manufacturing = row_of(table, "employed_manufacturing", HOUSTON, 2020)
    assert (manufacturing["obs_value"], manufacturing["margin_of_error"]) == (317_689, 5_224)
    assert (manufacturing["obs_status"], manufacturing["source_file"], manufacturing["source_row"]) == ("A", DP03, 22)
    controlled = row_of(table, "population", HOUSTON, 2020)
    assert (controlled["obs_value"], controlled["margin_of_error"], controlled["source_row"]) == (6_979_613, 0, 3)
    assert row_of(table, "population_mexican_origin", HOUSTON, 2020)["obs_value"] == 1_898_723
    assert row_of(table, "rooms_median", HOUSTON, 2020)["obs_value"] == 5.6
    family = row_of(table, "income_family_median", AGUADILLA, 2020)
    assert (family["obs_value"], family["margin_of_error"], family["source_file"]) == (20_420, 736, S1903)
    assert row_of(table, "commuters_bicycle", HOUSTON, 2020)["obs_value"] == 8_500
    assert row_of(table, "adults_25_64_tertiary", AGUADILLA, 2020)["obs_value"] == 37_703
    assert row_of(table, "name", HOUSTON, 2020)["obs_text"] == "Houston-The Woodlands-Sugar Land, TX"


def test_sums_and_percentages_are_derived(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    crowded = row_of(table, "households_crowded", HOUSTON, 2020)
    assert (crowded["obs_value"], crowded["obs_status"], crowded["source_row"]) == (86_346 + 35_051, "E", 21)
    assert crowded["margin_of_error"] == pytest.approx(math.hypot(2_825, 2_008))
    assert row_of(table, "population_0_14", HOUSTON, 2020)["obs_value"] == 504_600 + 509_962 + 533_391
    poor = row_of(table, "population_poor", HOUSTON, 2020)
    assert poor["obs_value"] == pytest.approx(0.135 * 6_924_086) and poor["obs_status"] == "E"
    assert poor["margin_of_error"] == pytest.approx(0.003 * 6_924_086)
    assert row_of(table, "population_20_64_poor_base", AGUADILLA, 2020)["obs_value"] == 83_586 + 86_869


def test_what_puerto_rico_lacks_is_missing(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    internet = row_of(table, "households_internet", AGUADILLA, 2020)
    assert pd.isna(internet["obs_value"]) and (internet["obs_status"], internet["source_row"]) == ("O", 21)
    assert row_of(table, "unemployed", AGUADILLA, 2020)["obs_value"] == 15_132


@pytest.mark.parametrize(
    ("cell", "value", "status"),
    [('"N"', None, "O"), ('"-"', None, "O"), ('"-666,666,666"', None, "O"), ('"250,000+"', 250_000, "E")],
)
def test_cells_that_are_no_plain_numbers(fixture_folder, replace, row_of, cell, value, status):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / DP03, '"69,328"', cell)
    income = row_of(read(folder, VINTAGE), "income_household_median", HOUSTON, 2020)
    assert income["obs_status"] == status
    assert pd.isna(income["obs_value"]) if value is None else income["obs_value"] == value


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (DP03, '"317,689"', '"many"', ["row 22", "Houston", "'many'", "not a number"]),
        (DP03, '"±5,224"', '"±x"', ["row 22", "Houston", "Margin of Error", "±x"]),
        (DP03, '"317,689"', '"-317,689"', ["row 22", "Houston", "employed_manufacturing is not a count"]),
        (DP03, '"317,689"', '"317,689.5"', ["row 22", "Houston", "not a count"]),
        (DP03, '"317,689"', '"317,690"', ["row 19", "Houston", "3,333,241", "is not the sum of"]),
        (DP03, '"13.5%","±0.3"', '"113.5%","±0.3"', ["row 47", "Houston", "113.5%", "more than all"]),
        (DP03, '"5,661,057"', '"7,661,057"', ["row 45", "Houston", "7,661,057", "more than population_insured_base"]),
        (DP02, '"2,121,962"', '"2,721,962"', ["row 21", "Houston", "2,721,962", "more than households"]),
        (
            DP05,
            '"6,979,613","*****","6,979,613"',
            '"6,979,614","*****","6,979,614"',
            ["Houston", "6,979,613", "is not"],
        ),
        (B08006, '"3,271,855"', '"3,271,856"', ["row 2", "Houston", "3,271,856", "is not the number of"]),
        (S1903, '"2,407,993"', '"2,407,994"', ["row 3", "Houston", "2,407,994", "is not the number of"]),
        (DP05, '"1,855,295"', '"8,855,295"', ["row 19", "Houston", "8,855,295", "more than population"]),
        (DP03, "Manufacturing", "Factories", ["DP03|INDUSTRY", "Manufacturing", "line is missing"]),
        (S2301, "Total!!Estimate", "All!!Estimate", ["row 1", "same columns", "layout"]),
        (DP04, "Label (Grouping)", "Label", ["row 1", "Label"]),
        (DP04, "Houston-The", "Hutson-The", ["row 1", "same columns"]),
        (
            DP05,
            '5,124,318","±209","73.4',
            '5,124,319","±209","73.4',
            ["row 23", "of the same name differs from row 21"],
        ),
        (DP04, '\n"ROOMS"', '\n"x","y"\n"ROOMS"', ["row 5", "holds 1 cells"]),
    ],
)
def test_refuses(fixture_folder, replace, refusal, file, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / file, old, new)
    refusal(read, folder, VINTAGE, file, *words)


def test_refuses_areas_that_it_does_not_know(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("Houston-The", "Hutson-The"), encoding="utf-8")
    refusal(read, folder, VINTAGE, "row 1", "Hutson-The Woodlands-Sugar Land", "area_concordance.csv")


def test_refuses_tables_of_different_areas(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    text = (folder / B08006).read_text(encoding="utf-8")
    (folder / B08006).write_text(text.replace("Aguadilla-Isabela", "Arecibo"), encoding="utf-8")
    refusal(read, folder, VINTAGE, B08006, "same areas", "A")


def test_refuses_missing_doubled_and_foreign_files(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / DP02.replace("195226", "195227")).write_bytes((folder / DP02).read_bytes())
    refusal(read, folder, VINTAGE, "DP02", "2 downloads")
    (folder / DP02.replace("195226", "195227")).unlink()
    content = (folder / DP02).read_bytes()
    (folder / DP02).write_bytes(b"<html><title>Sorry</title>")
    refusal(read, folder, VINTAGE, DP02, "web page")
    (folder / DP02).write_bytes(content[: content.index(b"\n") + 1])
    refusal(read, folder, VINTAGE, DP02, "row 1")
    (folder / DP02).unlink()
    refusal(read, folder, VINTAGE, "DP02", "missing")


def test_the_published_tables(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    population = table[table["variable"] == "population"]
    assert len(population) == 392 and population["obs_value"].notna().all()
    value = {
        variable: row_of(table, variable, HOUSTON, 2020)["obs_value"]
        for variable in ("population", "unemployed", "labour_force", "adults_tertiary", "adults_tertiary_base")
    }
    assert value["population"] == 6_979_613
    assert round(100 * value["unemployed"] / value["labour_force"], 1) == 5.9
    assert round(100 * value["adults_tertiary"] / value["adults_tertiary_base"], 1) == 33.6
    internet, households = (row_of(table, name, HOUSTON, 2020)["obs_value"] for name in ("households_internet", "households"))
    assert round(100 * internet / households, 1) == 88.1
    houston = row_of(table, "households_internet", HOUSTON, 2020)
    assert (houston["source_row"], houston["margin_of_error"]) == (173, 7_777)
    # New York, Los Angeles and Chicago as Census Reporter and the Bureau print them for 2016-2020
    largest = population.sort_values("obs_value")["ref_area"].tail(3).tolist()
    assert largest == ["US-CBSA-16980", "US-CBSA-31080", "US-CBSA-35620"]
    missing = table[table["obs_status"] == "O"]
    puerto_rico = table[table["obs_text"].str.endswith(", PR", na=False)]["ref_area"]
    assert len(puerto_rico) == 8 and set(missing["ref_area"]) == set(puerto_rico)
    assert set(missing["source_file"]) == {DP02}
