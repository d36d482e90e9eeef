"""Natural Earth, Admin 0 countries at 1:50 million: the outline and the name of every country and territory.

The outlines share their vertices along common borders, and rounding to four decimals (about 10 m) keeps that so: an
edge that two countries have is a land border, an edge that only one has is coast (``pipeline/areas/geography.py``). At this
scale a coastline or border lies within a few kilometres of the real one; lagoons, small islands, Ceuta, Melilla and
Gibraltar are not drawn, lakes belong to their countries, and the Caspian Sea is open water. Borders are de facto.

The code of a country is ISO_A3; where that is -99 (France, Norway, places without a code of their own) it is Natural
Earth's ADM0_A3. ISO_A3_EH is not used: it names six territories after the country that is responsible for them, so it
is not a key. Kosovo gets the code that the World Bank uses. French overseas departments are part of France.

``source_row`` is the position of the country in ``features``. ``time_period`` is the year to which the publisher
brought its populations, the newest POP_YEAR, because the file states no date and no version. Populations, products
and the other attributes are not read: better sources have them. States, lakes and disputed lines are other files.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from shapely.errors import ShapelyError

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import require_within
from pipeline.sources.reading import observations, require_columns, require_files, require_unique, to_numbers

FILE = "ne_50m_admin_0_countries.json"
COLUMNS = ["ADM0_A3", "ISO_A3", "NAME_LONG", "POP_YEAR"]
NO_CODE = "-99"
OWN_CODES = {"KOS": "XKX"}
DECIMALS = 4


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """The observations ``name`` and ``outline`` of every country."""
    (path,) = require_files(folder, FILE)
    features = _features(path)
    table = _attributes(features, path)
    base = pd.DataFrame({"source_file": path.name, "source_row": np.arange(1, len(table) + 1), "ref_area": _codes(table, path)})
    require_unique(base, ["ref_area"], path, 1)
    base["time_period"] = _year(table, path)
    outlines = [_outline(feature, row, path) for row, feature in enumerate(features, 1)]
    return observations(
        [
            base.assign(variable="name", obs_text=table["NAME_LONG"]),
            base.assign(variable="outline", obs_text=shapely.to_wkt(outlines, rounding_precision=DECIMALS)),
        ]
    )


def _features(path: Path) -> list[dict]:
    content = path.read_bytes()
    if content.lstrip()[:1] == b"<":
        raise SourceError(path, "is a web page, not GeoJSON", row=1, value=content.lstrip()[:40])
    try:
        collection = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SourceError(path, f"is not complete GeoJSON ({error})") from error
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise SourceError(path, "is no collection of features", column="features")
    if not collection["features"]:
        raise SourceError(path, "holds no countries", column="features")
    return collection["features"]


def _attributes(features: list[dict], path: Path) -> pd.DataFrame:
    """The columns that are read, as text; every country must have them."""
    records = [feature.get("properties") if isinstance(feature, dict) else None for feature in features]
    for row, record in enumerate(records, 1):
        if not isinstance(record, dict):
            raise SourceError(path, "the country has no attributes", row=row, column="properties", value=record)
        require_columns(pd.DataFrame(columns=list(record)), COLUMNS, path, row)
        for name in COLUMNS:
            if record[name] in (None, ""):
                raise SourceError(path, "the cell is empty", row=row, column=name)
    return pd.DataFrame([[str(record[name]) for name in COLUMNS] for record in records], columns=COLUMNS, dtype="str")


def _codes(table: pd.DataFrame, path: Path) -> pd.Series:
    codes = table["ISO_A3"].where(table["ISO_A3"] != NO_CODE, table["ADM0_A3"]).replace(OWN_CODES)
    bad = ~codes.str.fullmatch("[A-Z]{3}")
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise SourceError(path, "is no country code", row=row + 1, column="ISO_A3, ADM0_A3", value=codes.iloc[row])
    return codes


def _year(table: pd.DataFrame, path: Path) -> int:
    years = to_numbers(table["POP_YEAR"], path, 1)[["obs_value"]].rename(columns={"obs_value": "POP_YEAR"})
    require_within(years, path, 1, 1900, 2100)
    return int(years["POP_YEAR"].max())


def _outline(feature: dict, row: int, path: Path) -> shapely.Geometry:
    """The country's area, rounded: valid, not empty, in degrees."""
    try:
        with np.errstate(invalid="ignore"):  # a coordinate that is no number makes the shape invalid, which is refused below
            shape = shapely.geometry.shape(feature["geometry"])
        shape = shapely.transform(shape, lambda vertices: np.round(vertices, DECIMALS))
    except (AttributeError, IndexError, KeyError, ShapelyError, TypeError, ValueError) as error:
        raise SourceError(path, f"the outline cannot be read ({error})", row=row, column="geometry") from error
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty or not shape.is_valid:
        problem = f"the outline is no valid area but {shape.geom_type}"
        raise SourceError(path, problem, row=row, column="geometry", value=shape.wkt)
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise SourceError(path, "the outline is not in degrees", row=row, column="geometry", value=shape.bounds)
    return shape
