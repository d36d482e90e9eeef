"""The reader of Malaysia's districts."""

import pytest

from pipeline.sources.malaysia.malaysia_dosm import read

SOURCE, VINTAGE = "malaysia_dosm", "2020"
CENSUS, POINTS, BUSINESSES = "census_district.csv", "district_points_computed.csv", "district_businesses_computed_from_dun.csv"


def test_reads_districts(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert set(table["ref_area"]) == {"MY-0101", "MY-1401"}
    assert row_of(table, "population", "MY-0101", 1970)[["obs_value", "source_row"]].tolist() == [249_596, 2]
    assert row_of(table, "name", "MY-0101", 2020)["obs_text"] == "Batu Pahat"
    businesses = row_of(table, "establishments_manufacturing", "MY-0101", 2020)
    assert businesses[["obs_value", "obs_status"]].tolist() == [1_659, "E"]
    assert row_of(table, "establishments_total", "MY-0101", 2020)["obs_value"] == 636 + 26 + 1_659 + 1_195 + 15_398


def test_businesses_of_other_people_are_missing(fixture_folder, replace, row_of):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / BUSINESSES, "100.0,1.0\n", "100.0,1.3\n")
    assert row_of(read(folder, VINTAGE), "establishments_mining", "MY-0101", 2020)["obs_status"] == "O"


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (CENSUS, ",1_1,1970,249596", ",1_1,1971,249596", ["row 2", "year", "1971"]),
        (CENSUS, ",1_1,1970,249596", ",1-1,1970,249596", ["row 2", "code_state_district", "1-1"]),
        (CENSUS, ",1_1,1970,249596", ",1_1,1970,249596.5", ["row 2", "population_total", "249596.5"]),
        (CENSUS, ",1_1,1970,249596", ",1_1,1980,249596", ["year", "twice"]),
        (CENSUS, "age_0_14", "age_0_15", ["age_0_14", "column is missing"]),
        (POINTS, "lat,", "latitude,", ["lat", "column is missing"]),
        (POINTS, "1_1,Johor,Batu Pahat,1", "1_1,Johor,Batu Pahat,91", ["lat", "91"]),
        (BUSINESSES, ",636.0,", ",-636.0,", ["row 2", "businesses_agriculture", "count"]),
    ],
)
def test_refuses(fixture_folder, refusal, replace, file, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / file, old, new)
    refusal(read, folder, VINTAGE, file, *words)
