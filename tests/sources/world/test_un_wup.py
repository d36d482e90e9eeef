"""The reader of the United Nations' World Urbanization Prospects."""

import pytest

from pipeline.sources.readers import reader_of

read = reader_of("un_wup")

SOURCE, VINTAGE = "un_wup", "2018"
FIVE_YEARLY, ANNUAL = "WUP2018-F12-Cities_Over_300K.xls", "WUP2018-F22-Cities_Over_300K_Annual.xls"


def spoiled(file, row, column, value):
    """Change one cell, named by its 1-based row and the header's word."""

    def change(sheets):
        sheets["Data"][row - 1][sheets["Data"][16].index(column)] = value

    return {file: change}


def test_reads_thousands_as_persons(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    monterrey = row_of(table, "population", "WUP-21855", 2020)
    assert (monterrey["obs_value"], monterrey["source_file"], monterrey["source_row"]) == (4_874_095, FIVE_YEARLY, 20)
    assert row_of(table, "population", "WUP-22549", 2020)["obs_value"] == 6_617_513
    assert set(table.loc[table["variable"] == "population", "obs_status"]) == {"E"}


def test_takes_the_years_between_from_the_annual_file(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    years = table[(table["variable"] == "population") & (table["ref_area"] == "WUP-21855")]
    annual = years[years["source_file"] == ANNUAL]
    assert sorted(years["time_period"]) == sorted({*range(1950, 2036, 5), *range(2000, 2027)})
    assert set(annual["time_period"]) == set(range(2000, 2027)) - set(range(2000, 2027, 5))
    low, high = (row_of(table, "population", "WUP-21855", year)["obs_value"] for year in (2015, 2020))
    assert low < row_of(table, "population", "WUP-21855", 2018)["obs_value"] < high


def test_describes_every_agglomeration(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert row_of(table, "name", "WUP-21855", 2018)["obs_text"] == "Monterrey"
    assert row_of(table, "country", "WUP-21855", 2018)["obs_text"] == "MEX"
    assert row_of(table, "country", "WUP-895000389", 2018)["obs_text"] == "TWN"
    assert row_of(table, "latitude", "WUP-22549", 2018)["obs_value"] == 40.4165
    assert row_of(table, "longitude", "WUP-22549", 2018)["obs_value"] == -3.70256


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "words"),
    [
        (FIVE_YEARLY, 18, "Country Code", 999.0, ["row 18", "Country Code", "999", "countries.csv"]),
        (FIVE_YEARLY, 19, "Latitude", 125.0, ["row 19", "Latitude", "125"]),
        (FIVE_YEARLY, 19, 1950.0, "…", ["row 19", "1950", "…"]),
        (FIVE_YEARLY, 20, 2020.0, -4.0, ["row 20", "2020", "-4.0"]),
        (FIVE_YEARLY, 20, "Index", 4.0, ["row 20", "Index", "4.0", "a row is missing"]),
        (FIVE_YEARLY, 21, "City Code", 21855.0, ["row 21", "City Code", "21855", "twice"]),
        (FIVE_YEARLY, 20, "Urban Agglomeration", "", ["row 20", "Urban Agglomeration", "missing"]),
        (FIVE_YEARLY, 17, "Latitude", "Lat", ["row 17", "Latitude", "column is missing"]),
        (FIVE_YEARLY, 17, "City Code", "Code", ["row 17", "City Code", "column is missing"]),
        (ANNUAL, 20, 2020.0, 4900.0, ["row 20", "2020", "4900", "differs from file 12"]),
        (ANNUAL, 20, "City Code", 99999.0, ["row 20", "City Code", "99999", "another agglomeration"]),
    ],
)
def test_refuses_a_spoilt_cell(fixture_folder, refusal, file, row, column, value, words):
    refusal(read, fixture_folder(SOURCE, VINTAGE, spoiled(file, row, column, value)), VINTAGE, file, *words)


def test_refuses_another_file_revision_or_unit(fixture_folder, refusal, tmp_path):
    folder = fixture_folder(SOURCE, VINTAGE)
    refusal(read, folder, "2025", FIVE_YEARLY, "row 9", "2018 Revision", "The 2025 Revision")
    (folder / FIVE_YEARLY).write_bytes((folder / ANNUAL).read_bytes())
    refusal(read, folder, VINTAGE, FIVE_YEARLY, "row 10", "File 22", "does not say", "File 12")


def test_refuses_a_file_without_rows(fixture_folder, refusal):
    def empty(sheets):
        del sheets["Data"][17:]

    refusal(read, fixture_folder(SOURCE, VINTAGE, {ANNUAL: empty}), VINTAGE, ANNUAL, "row 18", "no rows")


def test_refuses_what_is_no_workbook(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    content = (folder / ANNUAL).read_bytes()
    (folder / ANNUAL).write_bytes(content[: len(content) // 2])
    refusal(read, folder, VINTAGE, ANNUAL, "workbook")
    (folder / ANNUAL).write_text("<!DOCTYPE html><title>Not found</title>")
    refusal(read, folder, VINTAGE, ANNUAL, "web page")
    (folder / ANNUAL).unlink()
    refusal(read, folder, VINTAGE, ANNUAL, "missing")


def test_refuses_a_workbook_without_the_sheet(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE, {ANNUAL: lambda sheets: sheets.update(Notes=sheets.pop("Data"))})
    refusal(read, folder, VINTAGE, ANNUAL, "Data", "sheet is missing")


def test_the_real_files(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    names = table[table["variable"] == "name"]
    countries = table[table["variable"] == "country"].set_index("ref_area")["obs_text"]
    assert len(names) == 1860
    assert (countries == "MEX").sum() == 54
    assert round(row_of(table, "population", "WUP-21855", 2020)["obs_value"] / 1000) == 4874
    assert round(row_of(table, "population", "WUP-22549", 2020)["obs_value"] / 1000) == 6618
    tokyo = names.loc[names["obs_text"] == "Tokyo", "ref_area"].item()
    assert round(row_of(table, "population", tokyo, 2018)["obs_value"], -3) == 37_468_000
    mexico = names.loc[names["obs_text"] == "Ciudad de México (Mexico City)", "ref_area"].item()
    assert round(row_of(table, "population", mexico, 2018)["obs_value"], -3) == 21_581_000
    assert table["obs_value"].notna().sum() + table["obs_text"].notna().sum() == len(table)
