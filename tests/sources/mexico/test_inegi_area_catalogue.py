"""The catalogue of areas against its own lines, the municipalities known to be new, and spoiled copies."""

import pytest

from pipeline.foundation.errors import SourceError
from pipeline.sources.readers import reader_of

read = reader_of("inegi_area_catalogue")

FILE = "ageeml_catalog.csv"
CREATED_SINCE_2020 = {"02007", "04013", "12082", "12083", "12084", "12085", "24059", "25019", "25020"}


@pytest.fixture
def folder(fixture_folder):
    return fixture_folder("inegi_area_catalogue", "2026")


def refusal(folder):
    with pytest.raises(SourceError) as caught:
        read(folder, "2026")
    return str(caught.value)


@pytest.mark.parametrize(
    ("area", "variable", "text", "row"),
    [
        ("MX-02006", "name", "San Quintín", 3),
        ("MX-02006", "parent", "MX-02", 3),
        ("MX-20549", "name", "Heroica Villa Tezoatlán de Segura y Luna, Cuna de la Independencia de Oaxaca", 7),
        ("MX-15", "name", "México", 5),
        ("MX-25020", "name", "Juan José Ríos", 8),
    ],
)
def test_names_and_states(folder, area, variable, text, row):
    found = read(folder, "2026").set_index(["ref_area", "variable"]).loc[(area, variable)]
    assert (found["obs_text"], found["source_row"], found["time_period"]) == (text, row, 2026)
    assert (found["obs_status"], found["source_file"]) == ("A", FILE)


def test_one_row_per_name_and_state(folder):
    assert len(read(folder, "2026")) == 7 * 2 + 5


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("02006,02,Baja California,006", "02006,02,Baja California,007", ["row 3", "CVEGEO", "02006"]),
        ("02006,02,Baja California,006", "02001,02,Baja California,001", ["row 3", "CVEGEO", "02001", "twice"]),
        ("02006,02,Baja California,006", "2006,02,Baja California,006", ["row 3", "CVEGEO", "2006"]),
        ("02006,02,Baja California,006", "02006,02,Sonora,006", ["row 3", "NOM_ENT", "Sonora"]),
        (",San Quintín", ",", ["row 3", "NOM_MUN", "empty"]),
        (",San Quintín", "", ["row 3", "fields"]),
        ("CVE_MUN,NOM_MUN", "CVE_MUN,NOMBRE", ["row 1", "NOM_MUN", "missing"]),
    ],
)
def test_refuses_what_it_cannot_trust(folder, old, new, words):
    text = (folder / FILE).read_bytes().decode()
    assert text.count(old) == 1
    (folder / FILE).write_bytes(text.replace(old, new).encode())
    message = refusal(folder)
    assert all(word in message for word in [FILE, *words]), message


def test_refuses_foreign_latin_empty_and_missing_files(folder):
    content = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(content.decode().encode("latin-1"))
    assert all(word in refusal(folder) for word in (FILE, "row 3", "utf-8"))
    (folder / FILE).write_bytes(content.splitlines(keepends=True)[0])
    assert all(word in refusal(folder) for word in (FILE, "no rows"))
    (folder / FILE).write_bytes(b"<html>")
    assert all(word in refusal(folder) for word in (FILE, "web page"))
    (folder / FILE).unlink()
    assert all(word in refusal(folder) for word in (FILE, "missing"))


def test_municipalities_of_today(real_folder, shared):
    table = read(real_folder("inegi_area_catalogue", "2026"), "2026")
    municipalities = set(table.loc[table["variable"] == "parent", "ref_area"])
    assert len(municipalities) == 2478
    assert table.loc[table["variable"] == "parent", "obs_text"].nunique() == 32
    history = (shared / "raw" / "inegi_population_history" / "2020.csv").read_text(encoding="latin-1")
    of_2020 = {f"MX-{line[2:4]}{line[5:8]}" for line in history.splitlines() if line[:2] == '" ' and line[2:4].isdigit()}
    assert len(of_2020) == 2469
    assert municipalities - of_2020 == {f"MX-{code}" for code in CREATED_SINCE_2020}
    assert of_2020 <= municipalities
