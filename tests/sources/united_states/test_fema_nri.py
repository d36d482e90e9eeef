"""The reader of the National Risk Index."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "fema_nri", "2021", "NRI_Table_Counties_subset.csv"
read = reader_of(SOURCE)
HARRIS = "US-48201"


def test_reads_scores(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    risk = row_of(table, "risk_score", HARRIS, 2021)
    assert (risk["obs_value"], risk["obs_status"], risk["source_file"], risk["source_row"]) == (
        80.61853596,
        "A",
        FILE,
        4,
    )
    assert row_of(table, "social_vulnerability_score", HARRIS, 2021)["obs_value"] == 38.90421758
    assert row_of(table, "community_resilience_score", "US-01001", 2021)["obs_value"] == 55.5298
    assert row_of(table, "expected_annual_loss", HARRIS, 2021)["obs_value"] == 1_181_227_049
    assert row_of(table, "area_km2", HARRIS, 2021)["obs_value"] == pytest.approx(1704.918916 * 2.589988, rel=1e-6)
    assert row_of(table, "population", HARRIS, 2010)["obs_value"] == 4_092_459


def test_an_empty_score_is_missing(fixture_folder, replace, row_of):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / FILE, ",80.61853596,", ",,")
    missing = row_of(read(folder, VINTAGE), "risk_score", HARRIS, 2021)
    assert pd.isna(missing["obs_value"]) and missing["obs_status"] == "O"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("80.61853596", "180.6", ["row 4", "RISK_SCORE", "180.6", "outside 0 to 100"]),
        ("80.61853596", "-1", ["row 4", "RISK_SCORE", "-1", "outside"]),
        ("80.61853596", "high", ["row 4", "RISK_SCORE", "high", "not a number"]),
        ("4092459", "-4092459", ["row 4", "POPULATION", "-4092459", "not a count"]),
        ("1704.918916", "0", ["row 4", "AREA", "'0'", "not a land area"]),
        ("1181227049", "1281227049", ["row 4", "EAL_VALT", "1281227049", "EAL_VALB + EAL_VALPE + EAL_VALA"]),
        (",201,48201,", ",201,48203,", ["row 4", "STCOFIPS", "48203", "STATEFIPS and COUNTYFIPS"]),
        ("TX,48,Harris,County,201,48201", "AL,1,Harris,County,1,1001", ["row 4", "STCOFIPS", "01001", "twice"]),
        ("RESL_SCORE", "RESILIENCE", ["row 1", "RESL_SCORE", "missing"]),
        (",Harris,", ",Harris,Texas,", ["row 4", "37 fields"]),
    ],
)
def test_refuses(fixture_folder, replace, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / FILE, old, new)
    refusal(read, folder, VINTAGE, FILE, *words)


def test_refuses_another_edition_a_page_and_a_missing_file(fixture_folder, refusal, refuses_what_is_no_table):
    folder = fixture_folder(SOURCE, VINTAGE)
    refusal(read, folder, "2023", FILE, "2023", "years")
    refuses_what_is_no_table(read, folder, VINTAGE, FILE)


def test_the_cut_table(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 3_142
    assert round(row_of(table, "risk_score", HARRIS, 2021)["obs_value"], 1) == 80.6
    riskiest = table[table["variable"] == "risk_score"].sort_values("obs_value").iloc[-1]
    assert (riskiest["ref_area"], riskiest["obs_value"]) == ("US-06037", 100)  # Los Angeles County
    # the resident population of the census of 1 April 2010
    assert table.loc[table["variable"] == "population", "obs_value"].sum() == 308_745_538
