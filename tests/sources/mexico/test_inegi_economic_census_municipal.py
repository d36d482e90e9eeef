"""The economic census by municipality: the layout is INEGI's, the states' figures are those published of 2018."""

import io
import zipfile

import pytest
from prepared import prepare, zipped

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "inegi_economic_census_municipal", "2024"
read = reader_of("inegi_economic_census_municipal")


@pytest.fixture
def folder(tmp_path):
    return prepare(SOURCE, VINTAGE, tmp_path / VINTAGE)


def change(folder, old: str, new: str, state: str = "ags") -> str:
    path = folder / f"conjunto_de_datos_ce_{state}_2024_csv.zip"
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = f"conjunto_de_datos/tr_ce_{state}_2024.csv"
    assert old.encode() in parts[name]
    path.write_bytes(zipped({**parts, name: parts[name].replace(old.encode(), new.encode(), 1)}))
    return path.name


def test_reads_one_level_and_all_sizes(folder, row_of):
    """Neither the row of a size stratum, nor a subsector of services, nor a state's total is counted again."""
    table = read(folder, VINTAGE)
    state = row_of(table, "establishments_census_scian_51", "MX-01", 2023)
    assert (state["obs_value"], state["source_row"]) == (85, 2)
    assert state["source_file"] == "conjunto_de_datos_ce_ags_2024_csv.zip!conjunto_de_datos/tr_ce_ags_2024.csv"
    assert row_of(table, "people_employed_scian_31_33", "MX-01", 2023)["obs_value"] == 122_531
    hidden = row_of(table, "value_added_census_scian_51", "MX-01001", 2023)
    assert hidden["obs_status"] == "O"
    assert row_of(table, "people_employed_scian_311", "MX-01001", 2023)["obs_status"] == "O"
    assert not table["variable"].str.contains("515").any() and set(table["time_period"]) == {2023}
    assert table["ref_area"].str.fullmatch(r"MX-\d{2}").sum() == 32 * 3 * 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("01,,51,,,,,,", "01,,51,,5171,,,,", ["RAMA", "stands where SUBSECTOR is empty"]),
        ("01,001,51,,,,,,", "02,001,51,,,,,,", ["E03", "is not the state"]),
        ("01,,51,,,,,,TOTAL 51,85", "01,,51,,,,,,TOTAL 51,86", ["UE in the states of 51"]),
        ("01,001,51,,,,,,TOTAL 51,9", "01,001,51,,,,,,TOTAL 51,900", ["row 2", "UE", "more than their state"]),
        ("01,001,51,,,,,,", "01,1,51,,,,,,", ["E04", "municipality"]),
        ("01,,51,,,,,,TOTAL 51,85", "01,,51,,,,,,TOTAL 51,x", ["UE", "is not a number"]),
        ("01,,31-33,,,,,,", "01,,51,,,,,,", ["the key stands twice"]),
        ("ID_ESTRATO", "ESTRATO", ["ID_ESTRATO", "column is missing"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, refusal, old, new, words):
    change(folder, old, new)
    refusal(read, folder, VINTAGE, "_ags_", *words)


def test_all_33_files_must_be_there(folder, refusal):
    (folder / "conjunto_de_datos_ce_zac_2024_csv.zip").unlink()
    refusal(read, folder, VINTAGE, "the number of files of ce_zac adds up to 0")
