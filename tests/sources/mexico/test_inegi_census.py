"""The census reader against hand-looked-up cells, INEGI's published totals and spoiled copies of its files."""

import csv
import io
import zipfile

import pytest

from pipeline.foundation.errors import SourceError
from pipeline.sources.readers import reader_of
from schemas.catalogue import register

read = reader_of("inegi_census")
ROWS = "conjunto_de_datos_iter_00CSV20_municipios.csv"
STATES = "conjunto_de_datos_iter_00CSV20_entidades.csv"
ARCHIVE = "iter_00_cpv2020_csv.zip"
MEMBER = "conjunto_de_datos/conjunto_de_datos_iter_00CSV20.csv"


@pytest.fixture
def folder(fixture_folder):
    return fixture_folder("inegi_census", "2020")


def value(table, area, variable):
    rows = table[(table["ref_area"] == area) & (table["variable"] == variable)]
    assert len(rows) == 1
    return rows.iloc[0]


def change(path, line, column, cell, encoding="utf-8"):
    """Put ``cell`` into a column of a 1-based line."""
    with path.open(encoding=encoding, newline="") as stream:
        rows = list(csv.reader(stream))
    rows[line - 1][rows[0].index(column)] = cell
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding=encoding, newline="")


def refusal(folder):
    with pytest.raises(SourceError) as caught:
        read(folder, "2020")
    return str(caught.value)


@pytest.mark.parametrize(
    ("area", "variable", "number"),
    [
        ("MX-03003", "population", 292241),
        ("MX-03003", "households_internet", 63033),
        ("MX-03008", "labour_force", 194484),
        ("MX-03009", "population", 18052),
        ("MX-03009", "years_schooling", 9.99),
        ("MX-03002", "population_indigenous_language", 2999),
        ("MX-03001", "population_insured_base", 73021),
    ],
)
def test_numbers_of_baja_california_sur(folder, area, variable, number):
    found = value(read(folder, "2020"), area, variable)
    assert (found["obs_value"], found["obs_status"], found["time_period"]) == (number, "A", 2020)


def test_rows_files_and_names(folder):
    table = read(folder, "2020")
    assert set(table["ref_area"]) == {f"MX-03{code}" for code in ("001", "002", "003", "008", "009")}
    name = value(table, "MX-03008", "name")
    assert (name["obs_text"], name["source_row"], name["source_file"]) == ("Los Cabos", 5, ROWS)
    variables = register("variables")
    assert len(table) == 5 * len(variables[variables["source"] == "inegi_census"])


def test_sums_of_columns_are_estimated(folder):
    young = value(read(folder, "2020"), "MX-03009", "population_under_18")
    with (folder / ROWS).open(encoding="utf-8") as stream:
        loreto = next(row for row in csv.DictReader(stream) if row["MUN"] == "009")
    ages = sum(int(loreto[code]) for code in ("P_0A4", "P_5A9", "P_10A14", "P_15A17"))
    assert (young["obs_value"], young["obs_status"]) == (ages, "E")


@pytest.mark.parametrize("mask", ["*", "N/D"])
def test_masked_cell_is_missing_and_so_are_sums_with_it(folder, mask):
    change(folder / ROWS, 6, "P_15A17", mask)
    change(folder / ROWS, 6, "VPH_PC", mask)
    table = read(folder, "2020")
    for variable in ("population_15_17", "population_under_18", "households_computer"):
        found = value(table, "MX-03009", variable)
        assert found.isna()["obs_value"]
        assert found["obs_status"] == "O"
    assert value(table, "MX-03003", "households_computer")["obs_status"] == "A"


def test_extra_column_is_tolerated(folder):
    for name in (ROWS, STATES):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        lines = [f"{line},{'NEW' if row == 0 else row}" for row, line in enumerate(lines)]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert value(read(folder, "2020"), "MX-03009", "population")["obs_value"] == 18052


@pytest.mark.parametrize(
    ("line", "column", "cell", "words"),
    [
        (4, "POBTOT", "292242", ["POBTOT of 03", "798,447", "798,448"]),
        (4, "POBTOT", "many", [ROWS, "row 4", "POBTOT", "many"]),
        (4, "PEA", "-5", [ROWS, "row 4", "PEA", "-5"]),
        (4, "PEA", "12.5", [ROWS, "row 4", "PEA", "12.5"]),
        (4, "VPH_INTER", "9999999", [ROWS, "row 4", "VPH_INTER", "9999999", "VIVPARH_CV"]),
        (4, "GRAPROES", "95", [ROWS, "row 4", "GRAPROES", "95"]),
        (4, "PROM_OCUP", "9.5", [ROWS, "row 4", "PROM_OCUP", "9.5"]),
        (4, "MUN", "008", [ROWS, "row 5", "MUN", "MX-03008", "twice"]),
        (4, "MUN", "3", [ROWS, "row 4", "MUN", "'3'"]),
        (4, "MUN", "000", [ROWS, "row 4", "MUN", "state's total"]),
        (4, "LOC", "0001", [ROWS, "row 4", "LOC", "0001"]),
        (4, "ENTIDAD", "33", [ROWS, "row 4", "ENTIDAD", "33"]),
        (4, "ENTIDAD", "04", ["of 03", "published total"]),
        (4, "NOM_MUN", "", [ROWS, "row 4", "NOM_MUN", "is empty"]),
        (1, "VPH_INTER", "VPH_NET", [ROWS, "row 1", "VPH_INTER", "missing"]),
        (1, "VPH_INTER", "VPH_PC", [ROWS, "row 1", "VPH_PC", "twice"]),
    ],
)
def test_refuses_what_it_cannot_trust(folder, line, column, cell, words):
    change(folder / ROWS, line, column, cell)
    message = refusal(folder)
    assert all(word in message for word in words), message


def test_error_in_the_states_names_their_file(folder):
    change(folder / STATES, 2, "PEA", "x")
    message = refusal(folder)
    assert all(word in message for word in (STATES, "row 2", "PEA", "'x'")), message


def test_refuses_missing_empty_cut_and_foreign_files(folder):
    content = (folder / ROWS).read_bytes()
    (folder / ROWS).write_bytes(content[:-300])
    assert all(word in refusal(folder) for word in (ROWS, "row 6", "fields"))
    (folder / ROWS).write_bytes(content.splitlines(keepends=True)[0])
    assert all(word in refusal(folder) for word in (ROWS, "no rows"))
    (folder / ROWS).write_bytes(b"<!DOCTYPE html><title>INEGI</title>")
    assert all(word in refusal(folder) for word in (ROWS, "web page"))
    (folder / ROWS).unlink()
    assert all(word in refusal(folder) for word in ("the sum of the municipalities", "adds up to 0"))


def table_as_served(folder):
    """The layout of INEGI's zip from the fixture: nation, state, municipalities, and a locality below each."""
    lines = (folder / ROWS).read_text(encoding="utf-8").splitlines()
    state = (folder / STATES).read_text(encoding="utf-8").splitlines()[1]
    nation = state.replace("03,Baja California Sur,000,", "00,Total nacional,000,", 1)
    place = '"110°18\'37.000"" W","24°08\'32.000"" N",0027'
    below = [line.replace(",0000,", ",0001,", 1).replace(",,,,", f",{place},", 1) for line in lines[1:]]
    pairs = [line for both in zip(lines[1:], below, strict=True) for line in both]
    return [lines[0], nation, state, *pairs]


def save_zip(folder, lines, member=MEMBER, encoding="utf-8-sig"):
    for name in (ROWS, STATES):
        (folder / name).unlink(missing_ok=True)
    with zipfile.ZipFile(folder / ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, ("\r\n".join(lines) + "\r\n").encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "latin-1"])
def test_zip_gives_the_same_as_the_cut_files(folder, encoding):
    cut = read(folder, "2020")
    save_zip(folder, table_as_served(folder), encoding=encoding)
    whole = read(folder, "2020")
    columns = ["ref_area", "variable", "time_period", "obs_value", "obs_text", "obs_status"]
    assert whole[columns].equals(cut[columns])
    loreto = value(whole, "MX-03009", "population")
    assert (loreto["source_file"], loreto["source_row"]) == (f"{ARCHIVE}!{MEMBER}", 12)


def test_zip_is_checked_against_the_nation_and_its_rows_are_named(folder):
    lines = table_as_served(folder)
    save_zip(folder, [lines[0], lines[1].replace(",798447,", ",798449,", 1), *lines[2:]])
    assert all(word in refusal(folder) for word in ("POBTOT", "798,449", "798,447"))
    save_zip(folder, [*lines[:11], lines[11].replace(",18052,", ",x,", 1), lines[12]])
    assert all(word in refusal(folder) for word in ("row 12", "POBTOT", "'x'"))
    save_zip(folder, [*lines[:11], lines[11].rsplit(",", 3)[0], lines[12]])
    assert all(word in refusal(folder) for word in ("row 12", "fields"))
    save_zip(folder, [lines[0], *lines[2:]])
    assert all(word in refusal(folder) for word in ("national", "ENTIDAD"))


def test_refuses_a_zip_that_is_none_or_damaged(folder):
    save_zip(folder, table_as_served(folder))
    content = (folder / ARCHIVE).read_bytes()
    for spoiled in (content[: len(content) // 2], content[:200] + b"\0" * 40 + content[240:]):
        (folder / ARCHIVE).write_bytes(spoiled)
        assert all(word in refusal(folder) for word in (ARCHIVE, "damaged"))
    (folder / ARCHIVE).write_bytes(b"<html><body>Error</body></html>")
    assert all(word in refusal(folder) for word in (ARCHIVE, "no intact zip but a web page"))
    save_zip(folder, ["a,b"], member="readme.csv")
    assert all(word in refusal(folder) for word in (ARCHIVE, MEMBER.removesuffix(".csv")))


REAL = {}


@pytest.fixture
def real(real_folder):
    """The observations of the real files, read once for all tests."""
    if not REAL:
        REAL["table"] = read(real_folder("inegi_census", "2020"), "2020")
    return REAL["table"]


def test_the_whole_country(real):
    totals = real.groupby("variable")["obs_value"].sum()
    published = {
        "population": 126_014_024,
        "population_female": 64_540_634,
        "households": 35_219_141,
        "dwellings": 43_903_443,
        "population_indigenous_language": 7_364_645,
        "population_afrodescendant": 2_576_213,
        "population_disability": 6_179_890,
        "population_3_plus": 119_976_584,
        "population_illiterate": 4_456_431,
        "labour_force": 62_281_634,
        "household_population": 125_514_839,
    }
    assert {name: totals[name] for name in published} == published
    assert real["ref_area"].nunique() == 2469
    assert set(real.groupby("variable").size()) == {2469}
    assert not (real["obs_status"] == "O").any()


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        ("households_internet", "households_characteristics_base", 52.1),
        ("households_computer", "households_characteristics_base", 37.6),
        ("households_mobile_phone", "households_characteristics_base", 87.5),
        ("households_electricity", "households_characteristics_base", 99.0),
        ("households_dirt_floor", "households_characteristics_base", 3.5),
        ("population_insured", "population_insured_base", 73.5),
        ("labour_force", "population_working_age", 62.0),
        ("population_illiterate", "population_literacy_base", 4.7),
        ("population_indigenous_language", "population_3_plus", 6.1),
        ("population_60_plus", "population", 12.0),
    ],
)
def test_percentages_that_inegi_published(real, part, whole, percent):
    totals = real.groupby("variable")["obs_value"].sum()
    assert round(100 * totals[part] / totals[whole], 1) == percent


def test_well_known_municipalities(real):
    assert value(real, "MX-14039", "population")["obs_value"] == 1_385_629
    assert value(real, "MX-02004", "population")["obs_value"] == 1_922_523
    assert value(real, "MX-19039", "name")["obs_text"] == "Monterrey"
    assert value(real, "MX-01001", "population")["source_row"] == 2
