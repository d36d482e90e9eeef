"""The reader of the economic census by metropolitan municipality and subsector."""

import pandas as pd

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "inegi_economic_census_metropolitan", "2019"
FILE = "zm19.xlsx"
read = reader_of("inegi_economic_census_metropolitan")


def test_reads_shown_and_confidential_cells(fixture_folder, row_of):
    """Salina Cruz has two establishments of refining, whose people are hidden, and 2,427 people in restaurants."""
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    food = row_of(table, "census_people_scian_722", "MX-20079", 2018)
    assert (food["obs_value"], food["obs_status"], food["source_file"], food["source_row"]) == (2_427, "A", FILE, 3)
    assert row_of(table, "census_establishments_scian_324", "MX-20079", 2018)["obs_value"] == 2
    refining = row_of(table, "census_people_scian_324", "MX-20079", 2018)
    assert pd.isna(refining["obs_value"]) and refining["obs_status"] == "O"
    assert row_of(table, "census_people_scian_331", "MX-20079", 2018)["obs_value"] == 0


def test_refuses_another_workbook(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / FILE).write_bytes(b"<html>not found</html>")
    refusal(read, folder, VINTAGE, FILE)


def test_real_totals(real_folder):
    """417 municipalities; the sums are those of the file of five groups: 3,127,622 establishments, 20,046,125 people."""
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 417
    units = table["variable"].str.startswith("census_establishments_")
    assert table.loc[units, "obs_value"].sum() == 3_127_622
    assert table.loc[~units, "obs_value"].sum() == 20_046_125
    assert (table["variable"].nunique(), (table["obs_status"] == "O").sum()) == (2 * 88, 7_194)
