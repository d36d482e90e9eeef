"""The reader of CONEVAL's index of social lag."""

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "coneval_social_lag", "2020"
YEARS = (2000, 2005, 2010, 2015, 2020)
read = reader_of("coneval_social_lag")
CELLS = {"code": 2, "population": 4, "illiterate": 5, "index": 16, "grade": 17, "place": 18}


def file(year):
    return f"IRS_entidades_mpios_{year}.xlsx"


def spoiled(year, row, column, value, sheet="Municipios"):
    """Change one cell, named by its 1-based row and column."""

    def change(sheets):
        sheets[sheet][row - 1][CELLS.get(column, column)] = value

    return {file(year): change}


def test_reads_five_years(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert table.groupby("time_period")["ref_area"].nunique().to_dict() == dict.fromkeys(YEARS, 5)
    assert len(table) == 5 * 5 * 15
    washing = row_of(table, "social_lag_no_washing_machine", "MX-03002", 2015)
    assert (washing["obs_value"], washing["source_row"], washing["source_file"]) == (35.948, 9, file(2015))
    assert row_of(table, "social_lag_index", "MX-03003", 2015)["obs_value"] == -1.235326
    assert row_of(table, "social_lag_rank", "MX-03008", 2015)["obs_value"] == 2008
    assert row_of(table, "population", "MX-03001", 2015)["obs_value"] == 72564
    grade = row_of(table, "social_lag_grade", "MX-03009", 2015)
    assert (grade["obs_text"], grade["source_row"], grade["obs_status"]) == ("Bajo", 12, "A")


@pytest.mark.parametrize(
    ("year", "row", "column", "value", "words"),
    [
        (2010, 8, "illiterate", 120.5, ["row 8", "analfabeta", "120.5", "0 to 100"]),
        (2005, 9, "illiterate", "s.d.", ["row 9", "analfabeta", "s.d.", "not a number"]),
        (2000, 10, "population", -1, ["row 10", "Población total", "-1"]),
        (2020, 10, "code", "03001", ["row 10", "Clave municipio", "03001", "twice"]),
        (2020, 10, "code", 3003, ["row 10", "Clave municipio", "3003"]),
        (2020, 11, "grade", "Regular", ["row 11", "Grado de rezago social", "Regular"]),
        (2020, 8, "index", 3.5, ["Índice de rezago social", "places"]),
        (2015, 5, "grade", "Grado", ["row 6", "Grado de rezago social", "column is missing"]),
        (2015, 1, 2, "Población total, según municipio, 2010", ["row 1", "2015", "2010"]),
        (2010, 8, "code", "", ["row 8", "no rows of figures"]),
        (2010, 9, "code", "", ["row 10", "03003", "without a code"]),
    ],
)
def test_refuses(fixture_folder, refusal, year, row, column, value, words):
    folder = fixture_folder(SOURCE, VINTAGE, spoiled(year, row, column, value))
    refusal(read, folder, VINTAGE, file(year), *words)


def test_a_state_must_have_its_population(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE, spoiled(2010, 10, "population", 251870.0))
    refusal(read, folder, VINTAGE, file(2000), "MX-03, 2010", "published total is 637,026")


def test_a_shortfall_needs_a_note(fixture_folder, refusal, row_of):
    """Loreto left out: 2.7 % of the state in 2015, whose notes speak of missing municipalities."""

    def leave_out_loreto(sheets):
        del sheets["Municipios"][11]

    table = read(fixture_folder(SOURCE, VINTAGE, {file(2015): leave_out_loreto}), VINTAGE)
    assert "MX-03009" not in set(table[table["time_period"] == 2015]["ref_area"])
    assert row_of(table, "population", "MX-03008", 2015)["obs_value"] == 287671


def test_no_shortfall_without_a_note(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE, {file(2020): lambda sheets: sheets["Municipios"].pop(11)})
    refusal(read, folder, VINTAGE, file(2000), "MX-03, 2020", "780,395", "798,447")


def test_a_large_shortfall_even_with_a_note(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE, {file(2015): lambda sheets: sheets["Municipios"].pop(8)})
    refusal(read, folder, VINTAGE, file(2000), "MX-03, 2015", "712,029")


def test_refuses_other_files(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE, {file(2005): lambda sheets: sheets.pop("Municipios")})
    refusal(read, folder, VINTAGE, file(2005), "Municipios", "sheet is missing")
    (folder / file(2000)).write_text("<html>")
    refusal(read, folder, VINTAGE, file(2000), "web page")
    (folder / file(2000)).write_bytes(b"PK\x03\x04 cut")
    refusal(read, folder, VINTAGE, file(2000), "cannot be read as a workbook")
    (folder / file(2000)).unlink()
    (folder / file(2005)).unlink()
    refusal(read, folder, VINTAGE, "the number of workbooks", "adds up to 3")


def test_the_published_workbooks(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    areas = table.groupby("time_period")["ref_area"].nunique().to_dict()
    assert areas == {2000: 2442, 2005: 2454, 2010: 2456, 2015: 2446, 2020: 2469}
    people = table[table["variable"] == "population"].groupby("time_period")["obs_value"].sum()
    assert (people[2005], people[2010], people[2020]) == (103_263_388, 112_336_538, 126_014_024)
    assert people[2000] == 97_483_412 - 3_135
    grades = table[(table["variable"] == "social_lag_grade") & (table["time_period"] == 2020)]
    assert grades["obs_text"].value_counts()[["Muy alto", "Muy bajo"]].to_list() == [152, 677]
    first = [row_of(table, "social_lag_rank", area, 2020)["obs_value"] for area in ("MX-08008", "MX-10014", "MX-18009")]
    assert first == [1, 2, 3]
    assert row_of(table, "social_lag_rank", "MX-09014", 2020)["obs_value"] == 2469
    assert row_of(table, "social_lag_illiterate", "MX-01001", 2020)["obs_value"] == 1.642183
    assert row_of(table, "social_lag_illiterate", "MX-01001", 2020)["source_row"] == 8
