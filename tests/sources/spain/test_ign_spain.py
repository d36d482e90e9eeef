"""IGN's Nomenclátor of Spanish municipalities and the register of what state-level area they belong to."""

import shutil

import pandas as pd
import pytest

from pipeline.foundation.errors import SourceError
from pipeline.sources.readers import reader_of
from schemas.catalogue import RegisterError, read_register, register

read = reader_of("ign_spain")
FILE = "MUNICIPIOS.csv"


@pytest.fixture
def folder(fixtures, tmp_path):
    def make(old: str = "", new: str = ""):
        path = tmp_path / "ign_spain" / "2024"
        shutil.copytree(fixtures("ign_spain", "2024"), path)
        file = path / FILE
        text = file.read_bytes().decode("latin-1")
        assert old in text
        file.write_bytes(text.replace(old, new, 1).encode("latin-1"))
        return path

    return make


def value(table, area, variable, column="obs_value"):
    rows = table[(table["ref_area"] == area) & (table["variable"] == variable)]
    assert len(rows) == 1
    return rows.iloc[0][column]


def test_places_are_as_published_and_traceable(folder):
    table = read(folder(), "2024")
    assert value(table, "ES-28079", "name", "obs_text") == "Madrid"
    assert value(table, "ES-28079", "population") == 3_332_035
    assert value(table, "ES-28079", "population", "time_period") == 2023
    assert value(table, "ES-28079", "latitude") == 40.40841191
    assert value(table, "ES-28079", "longitude") == -3.68760088
    assert value(table, "ES-28079", "altitude") == 657
    assert value(table, "ES-28079", "area_km2") == pytest.approx(605.772354)
    assert value(table, "ES-28079", "area_km2", "source_row") == 4
    assert value(table, "ES-01001", "province", "obs_text") == "Araba/Álava"


def test_provinces_belong_to_communities(folder):
    table = read(folder(), "2024")
    expected = {"ES-28079": "13", "ES-08019": "09", "ES-35016": "05", "ES-48916": "16", "ES-52001": "19"}
    for area, community in expected.items():
        assert value(table, area, "parent", "obs_text") == f"ES-CCAA-{community}"


def test_unmeasured_area_is_missing(folder):
    table = read(folder(), "2024")
    assert value(table, "ES-48916", "area_km2", "obs_status") == "O"
    assert pd.isna(value(table, "ES-48916", "area_km2"))


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("SUPERFICIE", "AREA", ["row 1", "SUPERFICIE", "missing"]),
        ("28079000000;1280796", "28079000101;1280796", ["row 4", "COD_INE", "28079000101"]),
        (";28001;28;", ";28001;29;", ["row 4", "COD_INE", "28079000000"]),
        ("08019000000;1080193;08001;08", "28079000000;1080193;28001;28", ["twice", "28079"]),
        ("40,40841191", "4040841191", ["row 4", "LATITUD_ETRS89", "4040841191"]),
        ("-3,68760088", "oeste", ["row 4", "LONGITUD_ETRS89", "oeste"]),
        (";60577,2354;", ";-60577,2354;", ["row 4", "SUPERFICIE", "-60577"]),
        ("Madrid;3332035", "Madrid;3332035,5", ["row 4", "POBLACION_MUNI", "3332035,5"]),
        (";Madrid;Madrid;3332035", ";Madrid;;3332035", ["row 4", "NOMBRE_ACTUAL"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, old, new, words):
    with pytest.raises(SourceError) as caught:
        read(folder(old, new), "2024")
    message = str(caught.value)
    for word in [FILE, *words]:
        assert word in message


def test_refuses_pages_and_missing_rows(folder):
    path = folder()
    (path / FILE).write_text("<html><body>mantenimiento</body></html>")
    with pytest.raises(SourceError, match="web page"):
        read(path, "2024")
    (path / FILE).write_text("COD_INE;COD_PROV\n")
    with pytest.raises(SourceError, match="no rows"):
        read(path, "2024")


def test_real_nomenclator(real_folder):
    table = read(real_folder("ign_spain", "2024"), "2024")
    parents = table[table["variable"] == "parent"]
    assert len(parents) == 8132
    sizes = parents["obs_text"].value_counts()
    assert len(sizes) == 19
    published = {"01": 785, "07": 2248, "09": 947, "13": 179, "15": 272, "16": 252, "18": 1, "19": 1}
    assert {code: sizes[f"ES-CCAA-{code}"] for code in published} == published
    area = table[table["variable"] == "area_km2"]["obs_value"].sum()
    assert area == pytest.approx(505_990, rel=0.003)  # Spain's area; commons of several municipalities lack
    people = table[table["variable"] == "population"]["obs_value"].sum()
    assert people == pytest.approx(48_085_361, rel=0.002)  # Padrón of 1 January 2023


def test_every_state_level_area_has_its_name():
    parents = register("area_parents")
    kinds = parents.drop_duplicates("parent")["parent"].str.replace(r"-?\d+$", "", regex=True).value_counts()
    assert kinds[["ES-CCAA", "BR", "US", "MX"]].to_dict() == {"ES-CCAA": 19, "BR": 27, "US": 52, "MX": 32}
    names = parents.set_index("child_prefix")
    assert names.loc["MX-19", "name_es"] == "Nuevo León"
    assert names.loc["MX-09", ["name_es", "name_en"]].tolist() == ["Ciudad de México", "Mexico City"]
    assert names.loc["MX-05", "name_es"] == "Coahuila" and names.loc["MX-07", "name_es"] == "Chiapas"
    assert names.loc["US-48", "name_en"] == "Texas" and names.loc["US-72", "name_en"] == "Puerto Rico"
    assert names.loc["BR-35", "name_en"] == "São Paulo" and names.loc["BR-53", "name_en"] == "Federal District"
    assert names.loc["ES-41", ["parent", "name_en"]].tolist() == ["ES-CCAA-01", "Andalusia"]


def test_register_of_parents_is_validated(tmp_path):
    head = "child_prefix,parent,name_es,name_en\n"
    for row, column in (
        ("ES-53,CCAA-16,País Vasco,Basque Country", "parent"),
        ("France-01,FR-01,Ain,Ain", "child_prefix"),
        ("ES-01,ES-CCAA-16,,Basque Country", "name_es"),
        ("ES-01,ES-CCAA-16,País Vasco,Basque Country\nES-20,ES-CCAA-16,Euskadi,Basque Country", "one_name_per_parent"),
    ):
        (tmp_path / "area_parents.csv").write_text(head + row + "\n", encoding="utf-8")
        with pytest.raises(RegisterError, match=column):
            read_register("area_parents", tmp_path)
