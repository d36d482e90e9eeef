"""The reader of the Gini index of counties."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "us_census_gini", "2021", "ACSDT5Y2021.B19083-Data_counties.csv"
read = reader_of(SOURCE)


def test_reads_the_index_with_its_margin(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    harris = row_of(table, "gini", "US-48201", 2021)
    assert (harris["obs_value"], harris["margin_of_error"], harris["obs_status"]) == (0.4968, 0.0034, "A")
    assert (harris["source_file"], harris["source_row"], len(table)) == (FILE, 5, 4)


@pytest.mark.parametrize("cell", ['"-666666666"', '"-"', '"null"', '""'])
def test_what_is_not_estimated_is_missing(fixture_folder, replace, row_of, cell):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / FILE, '"0.4968"', cell)
    missing = row_of(read(folder, VINTAGE), "gini", "US-48201", 2021)
    assert pd.isna(missing["obs_value"]) and missing["obs_status"] == "O"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"0.4968"', '"49.68"', ["row 5", "B19083_001E", "49.68", "outside 0 to 1"]),
        ('"0.4968"', '"high"', ["row 5", "B19083_001E", "high", "not a number"]),
        ('"0.0034"', '"-0.5"', ["row 5", "B19083_001M", "-0.5", "outside"]),
        ("US48201", "US35013", ["row 5", "GEO_ID", "35013", "twice"]),
        ("0500000US48201", "0400000US48", ["row 5", "GEO_ID", "0400000US48", "not a county"]),
        ('"B19083_001E"', '"B19013_001E"', ["row 1", "B19083_001E", "missing"]),
        ("Estimate!!Gini Index", "Estimate!!Median", ["row 2", "B19083_001E", "Estimate!!Median"]),
        ('"0.4968",', "", ["row 5", "fields"]),
    ],
)
def test_refuses(fixture_folder, replace, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / FILE, old, new)
    refusal(read, folder, VINTAGE, FILE, *words)


def test_refuses_files_without_counties(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    lines = (folder / FILE).read_bytes().splitlines(keepends=True)
    for content, words in ((b"<html>", "web page"), (lines[0] + lines[1], "row 3"), (lines[0], "no rows")):
        (folder / FILE).write_bytes(content)
        refusal(read, folder, VINTAGE, FILE, words)
    (folder / FILE).unlink()
    refusal(read, folder, VINTAGE, FILE, "missing")


def test_the_published_table(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 3_221 and table["obs_value"].notna().all()
    assert row_of(table, "gini", "US-36061", 2021)["obs_value"] == pytest.approx(0.59, abs=0.02)  # New York County
    assert row_of(table, "gini", "US-48201", 2021)["obs_value"] == 0.4968
