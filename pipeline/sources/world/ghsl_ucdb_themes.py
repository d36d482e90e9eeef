"""GHS Urban Centre Database R2024A: the world's urban centres of 2025, from the theme of general characteristics.

A zip with one GeoPackage, which is an SQLite database: one row per centre with its outline in the Mollweide projection
(metres). Read are name, country, area, people of 2025 and the centroid in degrees. Identifiers (ID_UC_G0) are not those of
R2019A, so the codes differ: ``UCDB2024-``. Countries are written out; one that ``countries.csv`` does not know by that name is
missing (status O). As before, a centre may join cities across a border: its outline does not tell them apart. Other themes
(climate, hazard, land use) do not belong here.
"""

import math
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from pipeline.foundation.containers import members
from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import observations, refuse_cells, require_columns, require_files, require_unique, to_numbers
from schemas.catalogue import register

ARCHIVE = "GHS_UCDB_THEME_GENERAL_CHARACTERISTICS_GLOBE_R2024A_V1_2.zip"
IDENTIFIER, NAME, COUNTRY = "ID_UC_G0", "GC_UCN_MAI_2025", "GC_CNT_GAD_2025"
AREA, PEOPLE = "GC_UCA_KM2_2025", "GC_POP_TOT_2025"
YEAR = 2025
LARGEST = 20_000  # km²
SPELLINGS = {"México": "Mexico", "Türkiye": "Turkiye", "Côte d'Ivoire": "Cote d'Ivoire"}
RADIUS = 6378137.0  # of the sphere of ESRI:54009
ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}  # bytes of the envelope in a GeoPackage's geometry


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Name, country, point, area and people of every centre."""
    (path,) = require_files(Path(folder), ARCHIVE)
    file, table = _table(path)
    rows = table["source_row"].to_numpy()
    require_unique(table, [IDENTIFIER], file, 1)
    refuse_cells(~table[IDENTIFIER].str.fullmatch(r"[1-9]\d{0,6}"), table[IDENTIFIER], file, "is not an identifier", rows)
    area, people = (to_numbers(table[name], file, rows)["obs_value"] for name in (AREA, PEOPLE))
    refuse_cells(~area.between(1, LARGEST), table[AREA], file, f"is not an area from 1 to {LARGEST:,} km²", rows)
    refuse_cells(~people.between(1, 1e8), table[PEOPLE], file, "is not a number of people", rows)
    points = _points(table, file)
    base = table[["source_row"]].assign(source_file=file, ref_area="UCDB2024-" + table[IDENTIFIER], time_period=YEAR)
    names = register("countries").set_index("name_en")["iso3"]
    country = table[COUNTRY].replace(SPELLINGS).map(names)
    name = table[NAME].mask(table[NAME].isin(["", "N/A"]))
    return observations(
        [
            base.assign(variable="name", obs_text=name, obs_status=np.where(name.isna(), "O", "A")),
            base.assign(variable="country", obs_text=country, obs_status=np.where(country.isna(), "O", "A")),
            base.assign(variable="area_km2", obs_value=area),
            base.assign(variable="population", obs_value=people.round(), obs_status="E"),
            base.assign(variable="latitude", obs_value=points["latitude"]),
            base.assign(variable="longitude", obs_value=points["longitude"]),
        ]
    )


def _table(path: Path) -> tuple[str, pd.DataFrame]:
    """The one table of features, as text, with its geometry."""
    found = [(name, content) for name, content in members(path) if name.lower().endswith(".gpkg")]
    if len(found) != 1:
        raise SourceError(path, f"holds {len(found)} members *.gpkg where it should hold one")
    file = f"{path.name}!{found[0][0]}"
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(found[0][1]())
        query = "select table_name, column_name from gpkg_geometry_columns order by table_name"
        layers = [layer for layer in connection.execute(query).fetchall() if '"' not in "".join(layer)]
        columns = {name: [row[1] for row in connection.execute(f'pragma table_info("{name}")')] for name, _ in layers}
        fitting = [layer for layer in layers if IDENTIFIER in columns[layer[0]]]
        if len(fitting) != 1:
            raise SourceError(file, f"holds {len(fitting)} tables with {IDENTIFIER} where it should hold one")
        name, geometry = fitting[0]
        wanted = [IDENTIFIER, NAME, COUNTRY, AREA, PEOPLE]
        require_columns(pd.DataFrame(columns=columns[name]), wanted, file)
        listed = ", ".join(f'cast("{column}" as text)' for column in wanted)
        rows = connection.execute(f'select {listed}, "{geometry}" from "{name}" order by rowid').fetchall()
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        raise SourceError(file, f"is no intact GeoPackage ({error})") from error
    finally:
        connection.close()
    table = pd.DataFrame(rows, columns=[*wanted, "geometry"])
    if table.empty:
        raise SourceError(file, "holds no centres")
    table[wanted] = table[wanted].fillna("").astype("str")
    return file, table.assign(source_row=np.arange(1, len(table) + 1))


def _points(table: pd.DataFrame, file: str) -> pd.DataFrame:
    """The centroid of every outline in degrees."""
    found = []
    for row, blob in zip(table["source_row"], table["geometry"], strict=True):
        try:
            flags = blob[3]
            if blob[:2] != b"GP":
                raise ValueError("no geometry of a GeoPackage")
            shape = shapely.from_wkb(blob[8 + ENVELOPES[(flags >> 1) & 7] :])
            found.append(_degrees(*shape.centroid.coords[0]))
        except (TypeError, IndexError, KeyError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
            raise SourceError(file, f"has no readable outline ({error})", row=row, column="geometry") from error
    return pd.DataFrame(found, columns=["latitude", "longitude"], index=table.index).round(5)


def _degrees(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude of a point of the Mollweide projection; an error outside its ellipse."""
    theta = math.asin(y / (RADIUS * math.sqrt(2)))
    latitude = math.degrees(math.asin((2 * theta + math.sin(2 * theta)) / math.pi))
    longitude = math.degrees(math.pi * x / (2 * RADIUS * math.sqrt(2) * math.cos(theta)))
    if abs(longitude) > 180:
        raise ValueError(f"longitude {longitude:.1f}")
    return latitude, longitude
