"""The reader of CONAPO's index of marginalisation."""

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "conapo_marginalisation", "2020", "IMM_2020.xls"
read = reader_of(SOURCE)


def spoiled(sheet, row, column, value):
    """Change one cell, named by its 1-based row and the header's code."""

    def change(sheets):
        header = next(cells for cells in sheets[sheet] if "CVE_MUN" in cells)
        sheets[sheet][row - 1][header.index(column)] = value

    return {FILE: change}


def test_reads_every_number_with_all_its_digits(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 5 * 13
    los_cabos = row_of(table, "deprivation_overcrowded_dwellings", "MX-03008", 2020)
    assert (los_cabos["obs_value"], los_cabos["source_row"], los_cabos["obs_status"]) == (24.588451385498, 5, "A")
    assert los_cabos["source_file"] == FILE
    assert row_of(table, "marginalisation_index_normalised", "MX-03003", 2020)["obs_value"] == 0.937218644289365
    assert row_of(table, "population", "MX-03009", 2020)["obs_value"] == 18052
    grade = row_of(table, "marginalisation_grade", "MX-03001", 2020)
    assert (grade["obs_text"], grade["source_row"]) == ("Muy bajo", 2)


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "words"),
    [
        ("IMM_2020", 3, "ANALF", 104.2, ["row 3", "ANALF", "104.2", "0 to 100"]),
        ("IMM_2020", 4, "POB_TOT", -5, ["row 4", "POB_TOT", "-5"]),
        ("IMM_2020", 4, "POB_TOT", 292242.0, ["798,448", "798,447"]),
        ("IMM_2020", 3, "CVE_MUN", "03001", ["row 3", "CVE_MUN", "03001", "twice"]),
        ("IMM_2020", 6, "CVE_MUN", "3009", ["row 6", "CVE_MUN", "3009"]),
        ("IMM_2020", 2, "GM_2020", "Bajísimo", ["row 2", "GM_2020", "Bajísimo"]),
        ("IMM_2020", 2, "SBASC", "n.d.", ["row 2", "SBASC", "n.d.", "not a number"]),
        ("IMM_2020", 2, "IMN_2020", 1.2, ["row 2", "IMN_2020", "1.2"]),
        ("IMM_2020", 1, "OVPT", "PISO", ["OVPT", "column is missing"]),
        ("Base de marginación 2020", 6, "POB_TOT", "POB", ["row 6", "POB_TOT", "column is missing"]),
        ("Base de marginación 2020", 8, "CVE_ENT", "Total", ["national row"]),
    ],
)
def test_refuses(fixture_folder, refusal, sheet, row, column, value, words):
    folder = fixture_folder(SOURCE, VINTAGE, spoiled(sheet, row, column, value))
    refusal(read, folder, VINTAGE, FILE, *words)


def test_refuses_other_files(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE, {FILE: lambda sheets: sheets.pop("IMM_2020")})
    refusal(read, folder, VINTAGE, FILE, "IMM_2020", "sheet is missing")
    content = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(content[: len(content) // 2])
    refusal(read, folder, VINTAGE, FILE, "cannot be read as a workbook")
    (folder / FILE).write_text("<!DOCTYPE html><title>Aviso</title>")
    refusal(read, folder, VINTAGE, FILE, "web page")
    (folder / FILE).unlink()
    refusal(read, folder, VINTAGE, FILE, "missing")


def test_refuses_a_sheet_without_rows(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE, {FILE: lambda sheets: sheets.update(IMM_2020=sheets["IMM_2020"][:1])})
    refusal(read, folder, VINTAGE, FILE, "no rows")


def test_the_published_workbook(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 2469
    assert table[table["variable"] == "population"]["obs_value"].sum() == 126_014_024
    grades = table[table["variable"] == "marginalisation_grade"]["obs_text"].value_counts()
    assert grades.to_dict() == {"Muy bajo": 655, "Bajo": 530, "Medio": 494, "Alto": 586, "Muy alto": 204}
    assert row_of(table, "deprivation_illiterate", "MX-01001", 2020)["obs_value"] == 1.64473777347411
    assert row_of(table, "marginalisation_index", "MX-02004", 2020)["obs_value"] == 59.1402868170204
    highest = table.sort_values("obs_value").groupby("variable").tail(1).set_index("variable")["obs_value"]
    assert highest["deprivation_small_localities"] == 100
    assert table["obs_status"].eq("A").all()
