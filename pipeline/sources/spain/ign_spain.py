"""Municipalities of Spain in IGN's Nomenclátor: name, seat's coordinates and altitude, area, people, province and
community.

``MUNICIPIOS.csv`` is Latin-1 text with semicolons and decimal commas. Coordinates (ETRS89) and altitude are those of
the capital of the municipality; the area is in hectares and counts inland water; people are those of the official
register (Padrón) of 1 January of the year before the edition. An area of 0 means not yet measured and is read as
missing. The autonomous community is not in the file: it follows from the province by ``area_parents.csv``.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.sources.municipal_tables import require_within
from pipeline.sources.reading import (
    observations,
    read_delimited,
    refuse_cells,
    require_columns,
    require_counts,
    require_files,
    require_unique,
    stack,
    to_numbers,
)
from schemas.catalogue import register

FILE = "MUNICIPIOS.csv"
NUMBERS = {
    "LATITUD_ETRS89": "latitude",
    "LONGITUD_ETRS89": "longitude",
    "ALTITUD": "altitude",
    "SUPERFICIE": "area_km2",
    "POBLACION_MUNI": "population",
}
RANGES = {
    "LATITUD_ETRS89": (27, 44.5),
    "LONGITUD_ETRS89": (-18.5, 4.6),
    "ALTITUD": (-10, 3718),
    "SUPERFICIE": (0, 250_000),
    "POBLACION_MUNI": (0, np.inf),
}
HECTARES_PER_KM2 = 100
FIRST_ROW = 2


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the Nomenclátor; the vintage is the year of the edition."""
    (path,) = require_files(folder, FILE)
    frame = read_delimited(path.read_bytes(), path, encoding="latin-1", delimiter=";")
    require_columns(frame, ["COD_INE", "COD_PROV", "PROVINCIA", "NOMBRE_ACTUAL", *NUMBERS], path)
    frame["COD_INE"] = _codes(frame, path)
    require_unique(frame, ["COD_INE"], path, FIRST_ROW)
    areas, rows = "ES-" + frame["COD_INE"], np.arange(FIRST_ROW, FIRST_ROW + len(frame))
    values = _values(frame, path)
    people = stack(values[["population"]], areas, FILE, rows, int(vintage) - 1)
    places = stack(values.drop(columns="population"), areas, FILE, rows, int(vintage))
    texts = {
        "name": frame["NOMBRE_ACTUAL"].str.strip(),
        "province": frame["PROVINCIA"].str.strip(),
        "parent": _communities(areas),
    }
    words = [
        pd.DataFrame({"ref_area": areas, "variable": name, "obs_text": text, "source_row": rows}) for name, text in texts.items()
    ]
    return observations([people, places, *(part.assign(source_file=FILE, time_period=int(vintage)) for part in words)])


def _codes(frame: pd.DataFrame, path: Path) -> pd.Series:
    """INE's five digits, from eleven that end in zeros for a whole municipality."""
    code = frame["COD_INE"]
    bad = ~code.str.fullmatch(r"(0[1-9]|[1-4]\d|5[0-2])\d{3}0{6}") | (code.str[:2] != frame["COD_PROV"])
    refuse_cells(bad, code, path, "is not the code of a municipality of its province")
    refuse_cells(frame["NOMBRE_ACTUAL"].str.strip() == "", frame["NOMBRE_ACTUAL"], path, "the municipality has no name")
    return code.str[:5]


def _values(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The numbers in our units."""
    numbers = pd.DataFrame({name: to_numbers(frame[name], path, FIRST_ROW, decimal=",")["obs_value"] for name in NUMBERS})
    for name, (low, high) in RANGES.items():
        require_within(numbers[[name]], path, FIRST_ROW, low, high)
    require_counts(numbers["POBLACION_MUNI"], path, FIRST_ROW)
    values = numbers.rename(columns=NUMBERS)
    values["area_km2"] = (values["area_km2"].where(values["area_km2"] > 0) / HECTARES_PER_KM2).round(8)
    return values


def _communities(areas: pd.Series) -> pd.Series:
    parents = register("area_parents").set_index("child_prefix")["parent"]
    return areas.str[:5].map(parents)
