"""Outlines, seats, areas and locality sizes of the 2,469 municipalities of the 2020 census.

Two files compiled from INEGI's Marco Geoestadístico 2020 and census: generalised outlines (GeoJSON, longitude and
latitude) and one row per municipality with its seat, its largest locality, the number of its inhabited localities and
the residents of localities above three sizes. ``latitude`` and ``longitude`` are the seat's: the point where the town
is, not the centre of its territory. Outlines are rounded to four decimals (about 10 m) and stay valid.

Known defects. The areas were taken in INEGI's Lambert conformal conic projection (17.5 and 29.5° N), not in an
equal-area one: against the ellipsoid they are up to 1.1 % too small (near 24° N) and up to 1.5 % too large (far
north, and 1 % far south), so they are marked E and only checked against the outline within 3 %. Oceanic islands
belong to the outlines (Revillagigedo to 06007 and 06009, Guadalupe to 02006), so a centroid or an extent may lie far
out at sea; use the seat. Three largest localities (12041, 20061, 20494) lie 3 to 10 km outside their outline.

Adjacency, altitude and distances do not belong here: they are computed from these outlines and points later.
"""

import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from shapely.errors import ShapelyError

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import municipality_areas, numbers, require_within
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_counts,
    require_files,
    require_part,
    variables_of,
)

SOURCE = "inegi_geography"
TABLE = "municipal_seats_and_areas.csv"
OUTLINES = "municipios_2020.geojson"
NAMES = ["cab", "big"]
DERIVED = {"area_km2_geojson", "cent_lat", "cent_lon", "n_loc", "pob_ge2500", "pob_ge15000", "pob_ge50000"}
NESTED = ["pob", "pob_ge2500", "pob_ge15000", "pob_ge50000"]
POINTS = {"seat": ("cab_lon", "cab_lat"), "largest locality": ("big_lon", "big_lat")}
NEAR = 0.1  # degrees; territorial disputes and lost exclaves put a town outside its outline
DECIMALS = 4
AREA_TOLERANCE = 0.03
SEMI_MAJOR_AXIS, SQUARED_ECCENTRICITY = 6378.137, 0.00669438002290  # GRS 80, in kilometres


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of both files."""
    table_path, outline_path = require_files(Path(folder), TABLE, OUTLINES)
    outlines = _outlines(outline_path)
    table = read_delimited(table_path.read_bytes(), table_path)
    known = variables_of(SOURCE)
    columns = [code for code in known["publisher_code"] if code not in ("nom_mun", "geometry")]
    require_columns(table, ["cvegeo", "pob", *columns], table_path)
    table["ref_area"] = municipality_areas(table["cvegeo"], table_path, 2)
    for area in sorted(set(table["ref_area"]) ^ set(outlines["ref_area"])):
        raise SourceError(table_path, f"is in only one of {TABLE} and {OUTLINES}", column="cvegeo", value=area)
    values = numbers(table, ["pob", *(code for code in columns if code not in NAMES)], table_path, 2)
    _check(values, table_path)
    _check_places(table, values, outlines, table_path)
    place = {"source_file": TABLE, "source_row": np.arange(2, len(table) + 2), "ref_area": table["ref_area"]}
    parts = [_part(table, values, row).assign(**place) for row in known.itertuples() if row.publisher_code in columns]
    rounded = _rounded(outlines, outline_path)
    parts += [
        rounded.assign(variable="outline", obs_text=rounded["wkt"]),
        outlines.assign(variable="name", obs_text=outlines["name"]),
    ]
    return observations(
        [part.drop(columns=["geometry", "wkt"], errors="ignore").assign(time_period=int(vintage)) for part in parts]
    )


def _part(table: pd.DataFrame, values: pd.DataFrame, row) -> pd.DataFrame:
    if row.publisher_code in NAMES:
        return pd.DataFrame({"variable": row.variable, "obs_text": table[row.publisher_code]})
    number = values[row.publisher_code]
    status = np.where(number.isna(), "O", "E" if row.publisher_code in DERIVED else "A")
    return pd.DataFrame({"variable": row.variable, "obs_value": number, "obs_status": status})


def _outlines(path: Path) -> pd.DataFrame:
    """One row per feature: area, name, geometry and the line of its code."""
    try:
        content = path.read_bytes().decode("utf-8")
        features = json.loads(content)["features"]
        records = [(item["properties"]["cvegeo"], item["properties"]["nom_mun"], item["geometry"]) for item in features]
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise SourceError(path, f"is not a GeoJSON file of municipalities ({type(error).__name__}: {error})") from error
    if not records:
        raise SourceError(path, "holds no features")
    frame = pd.DataFrame(records, columns=["cvegeo", "name", "geometry"])
    frame["ref_area"] = municipality_areas(frame["cvegeo"], path, 1)
    rows = _code_rows(content)
    frame["source_row"] = frame["cvegeo"].map(rows)
    frame["geometry"] = [_shape(*item, path) for item in frame[["geometry", "source_row", "cvegeo"]].itertuples(index=False)]
    return frame.drop(columns="cvegeo").assign(source_file=path.name)


def _code_rows(content: str) -> dict[str, int]:
    """The line on which each feature's code stands."""
    found = re.compile(r'"cvegeo"\s*:\s*"(\d+)"')
    return {code: row for row, line in enumerate(content.split("\n"), start=1) for code in found.findall(line)}


def _shape(geometry: dict, row: int, code: str, path: Path):
    try:
        with np.errstate(invalid="ignore"):  # a coordinate that is no number makes the shape invalid, which is refused below
            shape = shapely.geometry.shape(geometry)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, ShapelyError) as error:
        raise SourceError(path, f"cannot be read ({error})", row=row, column="geometry", value=code) from error
    if shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon") or not shape.is_valid:
        raise SourceError(path, f"is not a valid area but {shape.geom_type}", row=row, column="geometry", value=code)
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise SourceError(path, "is not in degrees", row=row, column="geometry", value=f"{code} {shape.bounds}")
    return shape


def _rounded(outlines: pd.DataFrame, path: Path) -> pd.DataFrame:
    shapes = shapely.set_precision(outlines["geometry"].to_numpy(), 10.0**-DECIMALS)
    lost = shapely.is_empty(shapes) | ~shapely.is_valid(shapes)
    if lost.any():
        row = outlines[lost].iloc[0]
        raise SourceError(path, "is too small to be rounded", row=row["source_row"], column="geometry", value=row["ref_area"])
    return outlines.assign(wkt=shapely.to_wkt(shapes, rounding_precision=DECIMALS, trim=True))


def _check(values: pd.DataFrame, path: Path) -> None:
    """Counts are counts, and each size of locality is a part of the next smaller size."""
    for code in ("n_loc", "pob_max", *NESTED):
        require_counts(values[code], path, 2)
    for whole, part in pairwise(NESTED):
        require_part(values[part], values[whole], path, 2)
    require_part(values["pob_max"], values["pob"], path, 2)
    for lon, lat in (*POINTS.values(), ("cent_lon", "cent_lat")):
        require_within(values[[lon]], path, 2, -180, 180)
        require_within(values[[lat]], path, 2, -90, 90)


def _check_places(table: pd.DataFrame, values: pd.DataFrame, outlines: pd.DataFrame, path: Path) -> None:
    """Points lie in or near the outline; the area is the outline's."""
    shapes = outlines.set_index("ref_area")["geometry"].loc[table["ref_area"]].to_numpy()
    for what, (lon, lat) in POINTS.items():
        _refuse(values[[lon, lat]].isna().any(axis=1).to_numpy(), f"the {what} is missing", table, f"{lon}, {lat}", path)
        far = shapely.distance(shapes, shapely.points(values[lon], values[lat])) > NEAR
        _refuse(far, f"the {what} lies far outside the municipality's outline", table, f"{lon}, {lat}", path)
    areas = shapely.area(shapely.transform(shapes, _equal_area))
    wrong = (values["area_km2_geojson"] / areas - 1).abs().to_numpy() > AREA_TOLERANCE
    _refuse(wrong, "is not the area of the municipality's outline in square kilometres", table, "area_km2_geojson", path)


def _refuse(bad: np.ndarray, problem: str, table: pd.DataFrame, column: str, path: Path) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        value = ", ".join(table.iloc[row][["cvegeo", *column.split(", ")]])
        raise SourceError(path, problem, row=row + 2, column=column, value=value, advice="correct or quarantine the row")


def _equal_area(degrees: np.ndarray) -> np.ndarray:
    """Kilometres in the cylindrical equal-area projection of the ellipsoid."""
    eccentricity = np.sqrt(SQUARED_ECCENTRICITY)
    sine = np.sin(np.radians(degrees[:, 1]))
    authalic = (1 - SQUARED_ECCENTRICITY) * (
        sine / (1 - SQUARED_ECCENTRICITY * sine**2) + np.arctanh(eccentricity * sine) / eccentricity
    )
    return SEMI_MAJOR_AXIS * np.column_stack([np.radians(degrees[:, 0]), authalic / 2])
