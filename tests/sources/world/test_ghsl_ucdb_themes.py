"""Urban centres of R2024A: a GeoPackage made as the JRC lays it out, with real names, points and areas of three centres."""

import io
import sqlite3
import zipfile

import pytest
from prepared import mollweide, prepare, zipped

from pipeline.sources.world.ghsl_ucdb_themes import ARCHIVE, _degrees, read

SOURCE, VINTAGE = "ghsl_ucdb", "2024"
TABLE = "GHS_UCDB_THEME_GENERAL_CHARACTERISTICS_GLOBE_R2024A"


@pytest.fixture
def folder(tmp_path):
    return prepare(SOURCE, VINTAGE, tmp_path / VINTAGE)


def change(folder, tmp_path, statement: str) -> None:
    with zipfile.ZipFile(io.BytesIO((folder / ARCHIVE).read_bytes())) as archive:
        ((name, content),) = [(name, archive.read(name)) for name in archive.namelist()]
    path = tmp_path / "a.gpkg"
    path.write_bytes(content)
    connection = sqlite3.connect(path)
    connection.execute(statement.format(table=f'"{TABLE}"'))
    connection.commit()
    connection.close()
    (folder / ARCHIVE).write_bytes(zipped({name: path.read_bytes()}))


def test_reads_centres(folder, row_of):
    table = read(folder, VINTAGE)
    assert row_of(table, "name", "UCDB2024-154", 2025)["obs_text"] == "Mexico City"
    assert row_of(table, "country", "UCDB2024-350", 2025)["obs_text"] == "MEX"
    assert row_of(table, "area_km2", "UCDB2024-154", 2025)["obs_value"] == 2114
    assert row_of(table, "population", "UCDB2024-15", 2025)["obs_status"] == "E"
    point = row_of(table, "latitude", "UCDB2024-154", 2025), row_of(table, "longitude", "UCDB2024-154", 2025)
    assert [one["obs_value"] for one in point] == pytest.approx([19.45159, -99.1056], abs=0.001)


@pytest.mark.parametrize("place", [(0, 0), (45, 90), (-33.9, 151.2), (64.1, -21.9), (25.7, -100.3), (-54.8, -68.3)])
def test_the_projection_is_undone(place):
    assert _degrees(*mollweide(*place)) == pytest.approx(place, abs=1e-9)


def test_a_country_of_unknown_name_is_missing(folder, tmp_path, row_of):
    change(folder, tmp_path, "update {table} set GC_CNT_GAD_2025 = 'Atlantis' where ID_UC_G0 = 15")
    assert row_of(read(folder, VINTAGE), "country", "UCDB2024-15", 2025)["obs_status"] == "O"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("alter table {table} rename column GC_UCA_KM2_2025 to km2", ["GC_UCA_KM2_2025", "column is missing"]),
        ("update {table} set GC_UCA_KM2_2025 = 'large'", ["is not a number"]),
        ("update {table} set GC_POP_TOT_2025 = 0", ["not a number of people"]),
        ("update {table} set ID_UC_G0 = 15", ["twice"]),
        ("update {table} set geom = x'00'", ["no readable outline"]),
        ("update {table} set geom = null", ["no readable outline"]),
        ("delete from {table}", ["holds no centres"]),
        ("delete from gpkg_geometry_columns", ["holds 0 tables"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, tmp_path, refusal, statement, words):
    change(folder, tmp_path, statement)
    refusal(read, folder, VINTAGE, ARCHIVE, *words)


def test_refuses_what_is_no_database(folder, refusal):
    (folder / ARCHIVE).write_bytes(zipped({f"{TABLE}.gpkg": b"SQLite format 3\x00" + b"\x01" * 5000}))
    refusal(read, folder, VINTAGE, "no intact GeoPackage")
    (folder / ARCHIVE).write_bytes(zipped({"a.csv": b"x"}))
    refusal(read, folder, VINTAGE, "holds 0 members *.gpkg")
