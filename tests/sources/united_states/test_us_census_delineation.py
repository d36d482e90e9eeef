"""The reader of the delineation of core-based areas."""

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "us_census_delineation", "2023", "list1_2023.xlsx"
read = reader_of(SOURCE)


def test_reads_memberships(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    taylor = row_of(table, "metropolis", "US-48441", 2023)
    assert (taylor["obs_text"], taylor["source_row"], taylor["source_file"]) == ("US-CBSA-10180", 6, FILE)
    assert row_of(table, "metropolis", "US-09190", 2023)["obs_text"] == "US-CBSA-14860"
    assert row_of(table, "name", "US-CBSA-29740", 2023)["obs_text"] == "Las Cruces, NM"
    assert row_of(table, "core_based_area_kind", "US-CBSA-49820", 2023)["obs_text"] == "micropolitan"
    assert (table["variable"] == "metropolis").sum() == 7


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        (6, 11, "253", ["row 6", "FIPS County Code", "48253", "twice"]),
        (6, 10, "4", ["row 6", "FIPS State Code", "4441", "not a county"]),
        (6, 1, "1018", ["row 6", "CBSA Code", "1018"]),
        (6, 4, "Abilene", ["row 6", "CBSA Title", "Abilene", "differs"]),
        (6, 5, "City", ["row 6", "City", "not a kind"]),
        (3, 8, "County", ["row 3", "County/County Equivalent", "missing"]),
    ],
)
def test_refuses(fixture_folder, refusal, row, column, value, words):
    def spoil(sheets):
        sheets["List 1"][row - 1][column - 1] = value

    refusal(read, fixture_folder(SOURCE, VINTAGE, {FILE: spoil}), VINTAGE, FILE, *words)


def test_refuses_another_sheet_no_rows_and_no_workbook(fixture_folder, tmp_path, refusal):
    def rename(sheets):
        sheets["List 2"] = sheets.pop("List 1")

    folder = fixture_folder(SOURCE, VINTAGE, {FILE: rename})
    refusal(read, folder, VINTAGE, FILE, "List 1", "missing")
    content = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(content[:500])
    refusal(read, folder, VINTAGE, FILE, "workbook")
    (folder / FILE).write_bytes(b"<!DOCTYPE html>")
    refusal(read, folder, VINTAGE, FILE, "web page")
    (folder / FILE).unlink()
    refusal(read, folder, VINTAGE, FILE, "missing")


def test_refuses_a_list_of_footnotes_only(fixture_folder, refusal):
    def cut(sheets):
        sheets["List 1"][3:-2] = []

    refusal(read, fixture_folder(SOURCE, VINTAGE, {FILE: cut}), VINTAGE, FILE, "row 4", "no rows")


def test_the_published_list(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    # OMB Bulletin 23-01: 393 metropolitan and 542 micropolitan areas, Puerto Rico included
    kinds = table[table["variable"] == "core_based_area_kind"]["obs_text"].value_counts()
    assert (kinds["metropolitan"], kinds["micropolitan"]) == (393, 542)
    assert (table["variable"] == "metropolis").sum() == 1_915
    assert row_of(table, "metropolis", "US-48201", 2023)["obs_text"] == "US-CBSA-26420"
    assert row_of(table, "name", "US-CBSA-26420", 2023)["obs_text"] == "Houston-Pasadena-The Woodlands, TX"
