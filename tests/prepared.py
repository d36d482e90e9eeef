"""A folder of a source's files made of its fixture: text becomes the zip, gzip or workbook that the publisher serves."""

import csv
import gzip
import io
import json
import math
import sqlite3
import tempfile
import zipfile
from collections import defaultdict
from functools import cache
from pathlib import Path

import duckdb
import openpyxl
import shapely

from pipeline.sources.readers import FOLDER
from schemas.catalogue import register

FIXTURES = Path(__file__).parent / "fixtures"
ZIPPED = {"cities15000.txt": "cities15000.zip"}  # GeoNames serves this list zipped, the two others as text
GZIPPED = {"cbp_cbsa_naics_emp_2019.csv": "cbp_cbsa_naics_emp_2019.csv.gz"}


def prepare(source: str, vintage: str, folder: Path) -> Path:
    """Fill ``folder`` with the files of the fixture, each as its reader expects it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files_of(source, vintage).items():
        (folder / name).write_bytes(content)
    return folder


def ask(sql: str, *parts, **names) -> tuple:
    """The first row of DuckDB's answer to a question whose placeholders are filled as those of a format."""
    with duckdb.connect() as connection:
        return connection.execute(sql.format(*parts, **names)).fetchone()


@cache
def country_of(source: str) -> str:
    """The folder of ``pipeline/sources`` in which the source's reader stands."""
    sources = register("sources")
    readers = sources.loc[sources["source"] == source, "reader"]
    (country,) = {path.parent.name for name in readers for path in FOLDER.glob(f"*/{name}.*")}
    return country


def fixture_of(source: str, vintage: str) -> Path:
    """A few real lines of a source: ``fixtures/<country>/<source>/<vintage>``."""
    return FIXTURES / country_of(source) / source / vintage


@cache
def files_of(source: str, vintage: str) -> dict[str, bytes]:
    """The files that a fixture stands for, by name."""
    folder = fixture_of(source, vintage)
    if source in SHAPED and (source, vintage) != ("ghsl_ucdb", "2019"):
        return SHAPED[source](folder)
    return dict(as_served(path) for path in sorted(folder.iterdir()))


def as_served(path: Path) -> tuple[str, bytes]:
    """Name and bytes of the publisher's file that a fixture stands for."""
    content = path.read_bytes()
    if path.name in ZIPPED:
        return ZIPPED[path.name], zipped({path.name: content})
    if path.name in GZIPPED:
        return GZIPPED[path.name], gzip.compress(content, mtime=0)
    if path.name.endswith(".gz.txt"):
        return path.stem, gzip.compress(content, mtime=0)
    if path.name.endswith(".zip.csv"):
        return path.stem, zipped({f"{Path(path.stem).stem}.csv": content})
    if path.suffix == ".json" and ".xls" in path.name:
        return path.stem, workbook(json.loads(content))
    return path.name, content


def put(row: int, column: str, value):
    """A change of a table: ``value`` in the cell of that row, counted from 1."""

    def change(frame):
        frame.loc[row - 1, column] = value
        return frame

    return change


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip with these members, always the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def workbook(sheets: dict[str, list[list]]) -> bytes:
    """A workbook with these rows; an empty text is an empty cell."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells, 1):
                if cell != "":
                    sheet.cell(row, column, cell)
    book.save(stream)
    return stream.getvalue()


STATES = (
    "ags", "bc", "bcs", "camp", "coah", "col", "chis", "chih", "cdmx", "dgo", "gto", "gro", "hgo", "jal", "mex", "mich", "mor",
    "nay", "nl", "oax", "pue", "qro", "qroo", "slp", "sin", "son", "tab", "tamps", "tlax", "ver", "yuc", "zac",
)  # in the order of their codes  # fmt: skip


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def economic_census(folder: Path) -> dict[str, bytes]:
    """The zips of the states and the nation, each with its rows and a catalogue that nobody reads."""
    header, *rows = _rows(folder / "tr_ce_2024.csv")
    groups = defaultdict(list)
    for row in rows:
        groups["nac" if row[0] == "" else STATES[int(row[0]) - 1]].append(row)
    files = {}
    for name, lines in groups.items():
        text = "".join(",".join(line) + "\r\n" for line in [header, *lines])
        members = {
            "catalogos/tc_estrato_ce2024.csv": b"ID_ESTRATO,DESC_ESTRATO\r\n1,De 0 a 10 personas\r\n",
            f"conjunto_de_datos/tr_ce_{name}_2024.csv": text.encode("latin-1"),
        }
        files[f"conjunto_de_datos_ce_{name}_2024_csv.zip"] = zipped(members)
    return files


def bank_of_indicators(folder: Path) -> dict[str, bytes]:
    """An answer per area."""
    (_, *years), *rows = _rows(folder / "population.csv")
    return {
        f"population_{area}.json": json.dumps(
            {
                "Header": {"Name": "Datos compactos BISE", "Email": "atencion.usuarios@inegi.org.mx"},
                "Series": [
                    {
                        "INDICADOR": "1002000001", "FREQ": "7", "TOPIC": "123", "UNIT": "96", "LASTUPDATE": "28/05/2021",
                        "OBSERVATIONS": [
                            {"TIME_PERIOD": year, "OBS_VALUE": f"{figure}.0000000000", "OBS_STATUS": "3", "COBER_GEO": area}
                            for year, figure in zip(years, figures, strict=True)
                        ],
                    }
                ],
            }
        ).encode()
        for area, *figures in rows
    }  # fmt: skip


def directory(folder: Path) -> dict[str, bytes]:
    """The counts of one state, with a finer node that must not be added."""
    header, *rows = _rows(folder / "cuantificar_01.csv")
    counts = [dict(zip(header, row, strict=True)) for row in [*rows, ["3111", "01001", "9"], ["311110", "01001", "2"]]]
    return {"cuantificar_01.json": json.dumps(counts).encode()}


RADIUS = 6378137.0


def mollweide(latitude: float, longitude: float) -> tuple[float, float]:
    """Metres of a point in degrees, by Newton's method; the reader goes the other way."""
    theta = phi = math.radians(latitude)
    for _ in range(50):
        theta -= (2 * theta + math.sin(2 * theta) - math.pi * math.sin(phi)) / (2 + 2 * math.cos(2 * theta))
    x = 2 * math.sqrt(2) / math.pi * RADIUS * math.radians(longitude) * math.cos(theta)
    return x, math.sqrt(2) * RADIUS * math.sin(theta)


def urban_centres(folder: Path) -> dict[str, bytes]:
    """The zip with a GeoPackage of one theme: a square of the right size around each centre."""
    _, *rows = _rows(folder / "centres.csv")
    table = "GHS_UCDB_THEME_GENERAL_CHARACTERISTICS_GLOBE_R2024A"
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "a.gpkg"
        connection = sqlite3.connect(path)
        connection.execute("create table gpkg_geometry_columns (table_name text, column_name text)")
        connection.execute("insert into gpkg_geometry_columns values (?, 'geom')", (table,))
        connection.execute(
            f'create table "{table}" (fid integer primary key, geom blob, ID_UC_G0 integer, GC_UCN_MAI_2025 text, '
            "GC_CNT_GAD_2025 text, GC_UCA_KM2_2025 real, GC_POP_TOT_2025 real)"
        )
        for identifier, name, country, area, people, latitude, longitude in rows:
            (x, y), half = mollweide(float(latitude), float(longitude)), math.sqrt(float(area)) * 500
            shape = b"GP\x00\x01" + (54009).to_bytes(4, "little") + shapely.box(x - half, y - half, x + half, y + half).wkb
            values = (shape, int(identifier), name, country, float(area), float(people))
            connection.execute(f'insert into "{table}" values (null, ?, ?, ?, ?, ?, ?)', values)
        connection.commit()
        connection.close()
        content = path.read_bytes()
    return {f"{table}_V1_2.zip": zipped({f"{table}.gpkg": content})}


SHAPED = {
    "inegi_economic_census_municipal": economic_census,
    "inegi_indicators": bank_of_indicators,
    "inegi_denue_counts": directory,
    "ghsl_ucdb": urban_centres,
}
