"""Both delimitations of metropolises against their lines, published counts and spoiled copies."""

import pytest

from pipeline.foundation.errors import SourceError
from pipeline.sources.readers import reader_of

read_folder = reader_of("metropolises")

FILES = {"2018": "Base_SUN_2018.csv", "2020": "metropolis2020_municipios.csv"}
ENCODINGS = {"2018": "latin-1", "2020": "utf-8"}


@pytest.fixture
def read(fixture_folder):
    return lambda vintage: read_folder(fixture_folder("metropolises", vintage), vintage)


def refusal(folder, vintage):
    with pytest.raises(SourceError) as caught:
        read_folder(folder, vintage)
    return str(caught.value)


@pytest.mark.parametrize(
    ("vintage", "area", "variable", "text", "row"),
    [
        ("2020", "MX-02004", "metropolis", "MX-METRO-02.1.01", 3),
        ("2020", "MX-11023", "metropolis", "MX-METRO-16.1.01", 11),
        ("2020", "MX-METRO-02.1.01", "name", "Tijuana", 3),
        ("2020", "MX-METRO-02.1.01", "metropolis_type", "Zona metropolitana", 3),
        ("2020", "MX-METRO-02.2.02", "official_name", "Metrópoli municipal de Ensenada", 2),
        ("2020", "MX-METRO-05.3.05", "metropolis_type", "Zona conurbada", 5),
        ("2018", "MX-02003", "metropolis", "MX-METRO-02.03", 3),
        ("2018", "MX-METRO-31.01", "name", "Mérida", 5),
    ],
)
def test_members_and_names(read, vintage, area, variable, text, row):
    found = read(vintage).set_index(["ref_area", "variable"]).loc[(area, variable)]
    assert (found["obs_text"], found["source_row"]) == (text, row)
    assert (found["source_file"], found["time_period"]) == (FILES[vintage], int(vintage))


@pytest.mark.parametrize(
    ("vintage", "area", "number", "status"),
    [("2020", "MX-02004", 1922523, "A"), ("2018", "MX-02004", 1798741, "E"), ("2018", "MX-31050", 929642, "E")],
)
def test_people(read, vintage, area, number, status):
    found = read(vintage).set_index(["ref_area", "variable"]).loc[(area, "population")]
    assert (found["obs_value"], found["obs_status"]) == (number, status)


def test_localities_of_2018_are_no_metropolis(read):
    table = read("2018")
    assert not table["ref_area"].str.startswith("MX-03").any()
    assert set(table["ref_area"].str[:8]) == {"MX-02003", "MX-02004", "MX-02005", "MX-METRO", *members_of_merida()}


def members_of_merida():
    return {f"MX-31{code}" for code in ("002", "013", "038", "041", "050", "063", "090", "093", "095", "100", "101")}


def test_masked_population_is_missing(fixture_folder):
    folder = fixture_folder("metropolises", "2018")
    spoil(folder, "2018", ",1798741", ",")
    found = read_folder(folder, "2018").set_index(["ref_area", "variable"]).loc[("MX-02004", "population")]
    assert found.isna()["obs_value"]
    assert found["obs_status"] == "O"


def spoil(folder, vintage, old, new):
    path = folder / FILES[vintage]
    text = path.read_bytes().decode(ENCODINGS[vintage])
    assert text.count(old) == 1
    path.write_bytes(text.replace(old, new).encode(ENCODINGS[vintage]))


@pytest.mark.parametrize(
    ("vintage", "old", "new", "words"),
    [
        ("2020", "02005,Baja", "02004,Baja", ["row 4", "CVEGEO", "02004", "twice"]),
        ("2020", "02005,Baja", "2005,Baja", ["row 4", "CVEGEO", "2005"]),
        ("2020", "Rosarito,126890", "Rosarito,-126890", ["row 4", "POB1", "-126890"]),
        ("2020", "Rosarito,126890", "Rosarito,mucha", ["row 4", "POB1", "mucha"]),
        ("2020", "Rosarito,126890", "Rosarito", ["row 4", "fields"]),
        ("2020", ",Metrópoli municipal,", ",Metrópoli,", ["row 2", "TIPOMET", "Metrópoli"]),
        ("2020", ",Metrópoli municipal,", ",Zona conurbada,", ["row 2", "TIPOMET", "Zona conurbada"]),
        ("2020", "02.2.02,", "2.2.02,", ["row 2", "CVE_ZONA", "2.2.02"]),
        (
            "2020",
            "La Laguna,Zona metropolitana,10012",
            "Torreón,Zona metropolitana,10012",
            ["row 10", "NOMGEO_COR", "Torreón"],
        ),
        ("2020", "TIPOMET", "TIPO", ["row 1", "TIPOMET", "missing"]),
        ("2018", "02003,Tecate", "02004,Tecate", ["row 4", "CVE_MUN", "02004"]),
        ("2018", ",Tecate,,,M02.03", ",Tecate,020030001,Tecate,M02.03", ["row 3", "CVE_LOC", "020030001"]),
        ("2018", ",Tecate,,,M02.03", ",Tecate,,,M2.3", ["row 3", "CVE_SUN", "M2.3"]),
        ("2018", "M02.03,Tijuana,115570", "M02.03,Tecate,115570", ["row 3", "NOM_SUN", "Tecate"]),
        ("2018", "115570", "115570.5", ["row 3", "POB_2018", "115570.5"]),
        ("2018", "CVE_SUN", "CLAVE", ["row 1", "CVE_SUN", "missing"]),
    ],
)
def test_refuses_what_it_cannot_trust(fixture_folder, vintage, old, new, words):
    folder = fixture_folder("metropolises", vintage)
    spoil(folder, vintage, old, new)
    message = refusal(folder, vintage)
    assert all(word in message for word in [FILES[vintage], *words]), message


def test_refuses_a_second_municipality_in_a_municipal_metropolis(fixture_folder):
    folder = fixture_folder("metropolises", "2020")
    with (folder / FILES["2020"]).open("a", encoding="utf-8") as stream:
        stream.write("02.2.02,Metrópoli municipal de Ensenada,Ensenada,Metrópoli municipal,")
        stream.write("02006,Baja California,San Quintín,117568\n")
    message = refusal(folder, "2020")
    assert all(word in message for word in (FILES["2020"], "row 13", "CVE_ZONA", "02.2.02")), message


@pytest.mark.parametrize("vintage", ["2018", "2020"])
def test_refuses_foreign_and_empty_files(fixture_folder, vintage):
    folder = fixture_folder("metropolises", vintage)
    path = folder / FILES[vintage]
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert all(word in refusal(folder, vintage) for word in (FILES[vintage], "no rows"))
    path.write_bytes(b"<html>")
    assert all(word in refusal(folder, vintage) for word in (FILES[vintage], "web page"))
    path.unlink()
    assert "missing" in refusal(folder, vintage)


def test_metropolises_of_2020(real_folder):
    table = read_folder(real_folder("metropolises", "2020"), "2020")
    people = table[table["variable"] == "population"].set_index("ref_area")["obs_value"]
    assert (len(people), people.sum()) == (421, 82_512_215)
    kinds = table.loc[table["variable"] == "metropolis_type", "obs_text"].value_counts().to_dict()
    assert kinds == {"Zona metropolitana": 48, "Metrópoli municipal": 22, "Zona conurbada": 22}
    members = table[table["variable"] == "metropolis"].set_index("ref_area")["obs_text"]
    assert people.groupby(members).sum()["MX-METRO-19.1.01"] == 5_322_117
    assert members["MX-14039"] == "MX-METRO-14.1.01"


def test_metropolitan_zones_of_2018(real_folder):
    table = read_folder(real_folder("metropolises", "2018"), "2018")
    assert (table["variable"] == "metropolis").sum() == 417
    assert table["ref_area"].str.startswith("MX-METRO-").sum() == 74
    assert table["obs_value"].sum() == 78_290_408
