"""The population history against the printed figures of Baja California Sur, published totals and spoiled copies."""

import pytest

from pipeline.foundation.errors import SourceError
from pipeline.sources.mexico import inegi_population

PUBLISHED = {
    1990: 81_249_645,
    1995: 91_158_290,
    2000: 97_483_412,
    2005: 103_263_388,
    2010: 112_336_538,
    2020: 126_014_024,
}
MUNICIPALITIES = {1990: 2403, 1995: 2414, 2000: 2443, 2005: 2454, 2010: 2456, 2020: 2469}


@pytest.fixture
def folder(fixture_folder):
    return fixture_folder("inegi_population", "2020")


def change(path, old, new):
    text = path.read_bytes().decode("latin-1")
    assert text.count(old) == 1
    path.write_bytes(text.replace(old, new).encode("latin-1"))


def refusal(folder):
    with pytest.raises(SourceError) as caught:
        inegi_population.read(folder, "2020")
    return str(caught.value)


@pytest.mark.parametrize(
    ("year", "area", "variable", "number", "row"),
    [
        (1990, "MX-03001", "population", 74346, 7),
        (1995, "MX-03009", "population", 9986, 11),
        (2000, "MX-03008", "population_female", 49713, 11),
        (2005, "MX-03002", "population", 52743, 11),
        (2010, "MX-03003", "population_female", 125474, 10),
        (2020, "MX-03003", "population", 292241, 8),
    ],
)
def test_figures_of_baja_california_sur(folder, year, area, variable, number, row):
    table = inegi_population.read(folder, "2020").set_index(["time_period", "ref_area", "variable"])
    found = table.loc[(year, area, variable)]
    assert (found["obs_value"], found["obs_status"]) == (number, "A")
    assert (found["source_file"], found["source_row"]) == (f"{year}.csv", row)


def test_only_municipalities_that_existed(folder):
    table = inegi_population.read(folder, "2020")
    assert len(table) == 2 * (4 + 5 * 5)
    assert set(table["ref_area"]) == {f"MX-03{code}" for code in ("001", "002", "003", "008", "009")}
    assert 1990 not in set(table.loc[table["ref_area"] == "MX-03009", "time_period"])


@pytest.mark.parametrize("mask", ["*", "N/D", ""])
def test_masked_cell_is_missing(folder, mask):
    change(folder / "1990.csv", '"Comondú","74,346"', f'"Comondú","{mask}"')
    table = inegi_population.read(folder, "2020").set_index(["time_period", "ref_area", "variable"])
    found = table.loc[(1990, "MX-03001", "population")]
    assert found.isna()["obs_value"]
    assert found["obs_status"] == "O"
    assert table.loc[(1990, "MX-03001", "population_female"), "obs_value"] == 36703


def test_columns_are_told_by_their_labels(folder):
    change(folder / "1990.csv", '"Hombres","Mujeres"', '"Mujeres","Hombres"')
    table = inegi_population.read(folder, "2020").set_index(["time_period", "ref_area", "variable"])
    assert table.loc[(1990, "MX-03001", "population_female"), "obs_value"] == 37643


def test_keys_of_states_with_and_without_leading_zero(folder):
    change(folder / "1990.csv", '"=CONCATENAR(0,03) "', '"=CONCATENAR( ,10) "')
    text = (folder / "1990.csv").read_bytes()
    (folder / "1990.csv").write_bytes(text.replace(b'" 03 ', b'" 10 '))
    assert "MX-10001" in set(inegi_population.read(folder, "2020")["ref_area"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"Comondú","74,346","37,643"', '"Comondú","74,347","37,644"', ["state 03", "row 6", "317,765", "317,764"]),
        ('"Comondú","74,346"', '"Comondú","74,345"', ["row 7", "Total", "74345", "women and men"]),
        ('"Comondú","74,346"', '"Comondú","74 mil"', ["row 7", "Total", "74 mil"]),
        ('"Comondú","74,346"', '"Comondú","-74,346"', ["row 7", "Total", "-74346"]),
        ('"Comondú","74,346"', '"Comondú"', ["row 7", "4 fields"]),
        ('" 03 002 "', '" 03 001 "', ["row 8", "twice", "03 001"]),
        ('" 03 002 "', '" 02 002 "', ["row 8", "key", "02 002", "state 03"]),
        ('" 03 002 "', '" 03 2 "', ["row 8", "key", "03 2"]),
        (
            '" ","Total","317,764","161,833"',
            '" ","Total","317,765","161,834"',
            ["nation", "row 5", "317,764", "317,765"],
        ),
        ('" ","Total","317,764","161,833","155,931"\r\n', "", ["row 5", "national line"]),
        ('"Hombres"', '"Varones"', ["Hombres", "labels"]),
        ("Población total (con", "Viviendas (con", ["row 1", "Viviendas"]),
        ("Vivienda 1990", "Vivienda 2000", ["row 12", "2000", "year"]),
        ('"Fuente: Censo General de Población y Vivienda 1990"', "", ["row 10", "year"]),
        ('"Fuente: Censo', '"Fuente: Censo "abierto', ["row 12", "delimited"]),
    ],
)
def test_refuses_what_it_cannot_trust(folder, old, new, words):
    change(folder / "1990.csv", old, new)
    message = refusal(folder)
    assert all(word in message for word in ["1990.csv", *words]), message


def test_refuses_missing_foreign_and_empty_files(folder):
    path = folder / "2005.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:4], *lines[-2:]]))
    assert all(word in refusal(folder) for word in ("2005.csv", "row 4", "no rows"))
    path.write_bytes(b"<!DOCTYPE html><title>INEGI</title>")
    assert all(word in refusal(folder) for word in ("2005.csv", "row 1", "web page"))
    path.write_bytes(b"")
    assert all(word in refusal(folder) for word in ("2005.csv", "row 1"))
    path.unlink()
    assert all(word in refusal(folder) for word in ("2005.csv", "missing"))


def test_refuses_a_vintage_without_registered_files(folder):
    with pytest.raises(SourceError, match=r"source_files\.csv"):
        inegi_population.read(folder, "2030")


def test_all_years_of_the_country(real_folder):
    table = inegi_population.read(real_folder("inegi_population", "2020"), "2020")
    people = table[table["variable"] == "population"].groupby("time_period")["obs_value"]
    assert people.sum().to_dict() == PUBLISHED
    assert people.size().to_dict() == MUNICIPALITIES
    assert table["obs_value"].notna().all()
    rows = table.set_index(["time_period", "ref_area", "variable"])["obs_value"]
    assert rows[(2020, "MX-14039", "population")] == 1_385_629
    assert rows[(2010, "MX-09007", "population")] == 1_815_786
    assert rows[(2005, "MX-23005", "population")] == 572_973
