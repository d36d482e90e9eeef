"""The reader of per capita personal income by metropolitan area."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "us_bea_personal_income", "2023", "lapi1123msa.xlsx"
read = reader_of(SOURCE)
VARIABLE, HOUSTON = "personal_income_per_capita", "US-CBSA-26420"


def spoiling(row, column, value):
    def spoil(sheets):
        sheets["Table 2"][row - 1][column - 1] = value

    return {FILE: spoil}


def test_reads_metropolitan_areas(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    houston = row_of(table, VARIABLE, HOUSTON, 2022)
    assert (houston["obs_value"], houston["obs_status"], houston["source_row"]) == (68_344, "A", 10)
    assert row_of(table, VARIABLE, "US-CBSA-10180", 2020)["obs_value"] == 48_195
    assert len(table) == 9


def test_what_is_not_available_is_missing(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE, spoiling(10, 2, "(NA)")), VINTAGE)
    missing = row_of(table, VARIABLE, HOUSTON, 2020)
    assert pd.isna(missing["obs_value"]) and missing["obs_status"] == "O"


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        (10, 2, "many", ["row 10", "2020", "many", "not a number"]),
        (10, 2, -5, ["row 10", "2020", "-5", "not an income"]),
        (6, 2, 612_020, ["row 6", "2020", "612020", "mean"]),
        (10, 1, "Hutson, TX", ["row 10", "Hutson, TX", "area_concordance.csv"]),
        (10, 1, "Abilene, TX", ["row 10", "Abilene, TX", "twice"]),
        (2, 2, "Personal income", ["row 2", "Per capita personal income"]),
        (3, 2, "Thousands of dollars", ["row 3", "Dollars"]),
        (4, 2, "all years", ["row 4", "years"]),
        (6, 1, "Cities", ["row 6", "Metropolitan portion"]),
        (8, 1, "Cities", ["Metropolitan Statistical Areas"]),
    ],
)
def test_refuses(fixture_folder, refusal, row, column, value, words):
    refusal(read, fixture_folder(SOURCE, VINTAGE, spoiling(row, column, value)), VINTAGE, FILE, *words)


def test_refuses_files_that_are_no_such_workbook(fixture_folder, refusal):
    def cut(sheets):
        sheets["Table 2"][8:] = []

    folder = fixture_folder(SOURCE, VINTAGE, {FILE: cut})
    refusal(read, folder, VINTAGE, FILE, "no rows")
    (folder / FILE).write_text("<html>")
    refusal(read, folder, VINTAGE, FILE, "web page")
    (folder / FILE).unlink()
    refusal(read, folder, VINTAGE, FILE, "missing")


def test_the_published_release(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 384 and table["obs_value"].notna().all()
    newest = table[table["time_period"] == 2022].sort_values("obs_value")
    # the release of November 2023 names Midland, Texas, as the highest and McAllen, Texas, as the lowest
    assert (newest.iloc[0]["ref_area"], newest.iloc[-1]["ref_area"]) == ("US-CBSA-32580", "US-CBSA-33260")
    assert row_of(table, VARIABLE, HOUSTON, 2022)["obs_value"] == 68_344
