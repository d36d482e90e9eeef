"""The reader of the Gazetteer files."""

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "us_census_gazetteer", "2021"
read = reader_of(SOURCE)
CORE_BASED, COUNTIES = "2021_Gaz_cbsa_national.txt", "2021_Gaz_counties_national.txt"


def test_reads_places(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    area = row_of(table, "area_km2", "US-48201", 2021)
    assert (area["obs_value"], area["obs_status"]) == (pytest.approx(4_421.068052), "A")
    assert (area["source_file"], area["source_row"]) == (COUNTIES, 5)
    assert row_of(table, "latitude", "US-48201", 2021)["obs_value"] == 29.857273
    assert row_of(table, "longitude", "US-CBSA-26420", 2021)["obs_value"] == -95.353642
    assert row_of(table, "name", "US-35013", 2021)["obs_text"] == "Doña Ana County, NM"
    assert row_of(table, "name", "US-CBSA-41980", 2021)["obs_text"] == "San Juan-Bayamón-Caguas, PR"
    kinds = {code: row_of(table, "core_based_area_kind", f"US-CBSA-{code}", 2021)["obs_text"] for code in ("26420", "10300")}
    assert kinds == {"26420": "metropolitan", "10300": "micropolitan"}


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (COUNTIES, "\t48201\t", "\t01001\t", ["row 5", "GEOID", "01001", "twice"]),
        (COUNTIES, "TX\t48201", "OK\t48201", ["row 5", "USPS", "OK", "not the state"]),
        (COUNTIES, "\t48201\t", "\t4820\t", ["row 5", "GEOID", "4820", "not a county"]),
        (COUNTIES, "4421068052", "4.4e", ["row 5", "ALAND", "4.4e", "not a number"]),
        (COUNTIES, "4421068052", "442106805", ["row 5", "ALAND_SQMI", "1706.984", "not the area"]),
        (COUNTIES, "29.857273", "299.85727", ["row 5", "INTPTLAT", "299.85727", "not a coordinate"]),
        (COUNTIES, "4421068052", "-421068052", ["row 5", "ALAND", "-421068052", "not a land area"]),
        (COUNTIES, "ALAND_SQMI", "LAND_SQMI", ["row 1", "ALAND_SQMI", "missing"]),
        (CORE_BASED, "Micro Area\t2", "Micro Area\t1", ["row 2", "CBSA_TYPE", "1"]),
        (CORE_BASED, "\t41980\t", "\t26420\t", ["row 4", "GEOID", "26420", "twice"]),
        (CORE_BASED, "\t41980\t", "\tC1980\t", ["row 4", "GEOID", "C1980"]),
        (CORE_BASED, "3724955835\t", "3724955835\t\t", ["row 4", "11 fields"]),
    ],
)
def test_refuses(fixture_folder, replace, refusal, file, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / file, old, new)
    refusal(read, folder, VINTAGE, file, *words)


def test_refuses_a_page_and_a_missing_file(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / CORE_BASED).write_text("<html>")
    refusal(read, folder, VINTAGE, CORE_BASED, "web page")
    (folder / COUNTIES).unlink()
    refusal(read, folder, VINTAGE, COUNTIES, "missing")


def test_the_published_files(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    areas = table[table["variable"] == "area_km2"]
    counties = areas[~areas["ref_area"].str.startswith("US-CBSA-")]
    assert (len(counties), len(areas) - len(counties)) == (3_221, 939)
    kinds = table[table["variable"] == "core_based_area_kind"]["obs_text"].value_counts()
    assert (kinds["metropolitan"], kinds["micropolitan"]) == (392, 547)
    assert row_of(table, "area_km2", "US-48201", 2021)["obs_value"] / 2.589988 == pytest.approx(1_706.98, abs=0.01)
    mainland = counties[~counties["ref_area"].str.startswith("US-72")]["obs_value"].sum()
    assert mainland == pytest.approx(9_148_000, rel=1e-3)  # land area of the United States, in square kilometres
