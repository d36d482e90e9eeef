"""The reader of real gross domestic product by county."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "us_bea_gdp", "2023", "lagdp1223.xlsx"
read = reader_of(SOURCE)


def spoiling(row, column, value):
    def spoil(sheets):
        sheets["Table 1"][row - 1][column - 1] = value

    return {FILE: spoil}


def test_reads_counties_in_dollars(fixture_folder, row_of):
    """The fixture's nation is the sum of its three states; every other line is the publisher's."""
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    kent = row_of(table, "gdp_real", "US-10001", 2019)
    assert (kent["obs_value"], kent["obs_status"]) == (8_384_005_000, "A")
    assert (kent["source_file"], kent["source_row"]) == (FILE, 8)
    assert row_of(table, "gdp_real", "US-11001", 2022)["obs_value"] == 144_029_597_000
    assert row_of(table, "gdp_real", "US-15001", 2022)["obs_value"] == 8_497_948_000  # the county, not the state
    assert row_of(table, "gdp_real", "US-BEA-15901", 2022)["obs_value"] == 9_692_556_000
    assert len(table) == 4 * 8


def test_what_is_not_available_is_missing(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE, spoiling(17, 2, "(NA)")), VINTAGE)
    missing = row_of(table, "gdp_real", "US-15007", 2019)
    assert pd.isna(missing["obs_value"]) and (missing["obs_status"], missing["source_row"]) == ("O", 17)


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        (8, 2, "many", ["row 8", "2019", "many", "not a number"]),
        (8, 2, 18_384_005, ["2019", "counties of Delaware", "published total"]),
        (5, 2, 312_410_040, ["2019", "all states", "312,410,040"]),
        (8, 1, "Kint", ["row 8", "Kint, Delaware", "area_concordance.csv"]),
        (8, 1, "Sussex", ["row 10", "Sussex, Delaware", "twice"]),
        (2, 2, "Nominal gross domestic product", ["row 2", "Real gross domestic product"]),
        (3, 2, "Millions of dollars", ["row 3", "Thousands of chained", "Millions of dollars"]),
        (4, 2, "all years", ["row 4", "years"]),
        (5, 1, "Delaware", ["row 5", "United States"]),
    ],
)
def test_refuses(fixture_folder, refusal, row, column, value, words):
    refusal(read, fixture_folder(SOURCE, VINTAGE, spoiling(row, column, value)), VINTAGE, FILE, *words)


def test_refuses_another_sheet_a_page_and_a_missing_file(fixture_folder, refusal):
    def rename(sheets):
        sheets["Table 2"] = sheets.pop("Table 1")

    folder = fixture_folder(SOURCE, VINTAGE, {FILE: rename})
    refusal(read, folder, VINTAGE, FILE, "Table 1", "missing")
    (folder / FILE).write_text("<html>")
    refusal(read, folder, VINTAGE, FILE, "web page")
    (folder / FILE).unlink()
    refusal(read, folder, VINTAGE, FILE, "missing")


def test_refuses_a_nation_alone(fixture_folder, refusal):
    def cut(sheets):
        sheets["Table 1"][5:] = []

    refusal(read, fixture_folder(SOURCE, VINTAGE, {FILE: cut}), VINTAGE, FILE, "no rows")


def test_the_published_release(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 3_115 and sorted(table["time_period"].unique()) == [2019, 2020, 2021, 2022]
    assert table["ref_area"].str.startswith("US-BEA-").groupby(table["time_period"]).sum().eq(24).all()
    # Los Angeles County had the largest economy of 2022, 790 billion chained dollars; Loving County among the smallest
    largest = table[table["time_period"] == 2022].dropna(subset="obs_value").sort_values("obs_value").iloc[-1]
    assert largest["ref_area"] == "US-06037" and largest["obs_value"] == pytest.approx(790.0e9, rel=1e-3)
    missing = table[table["obs_status"] == "O"]
    assert set(missing["ref_area"]) == {"US-02063", "US-02066", "US-02261"} and len(missing) == 5
    assert row_of(table, "gdp_real", "US-51760", 2022)["source_row"] > row_of(table, "gdp_real", "US-51159", 2022)["source_row"]
