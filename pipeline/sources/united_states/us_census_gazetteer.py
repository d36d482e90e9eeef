"""Gazetteer files of the Census Bureau: code, name, land area and internal point of counties and core-based areas.

Tab-separated, the last header padded with spaces. The files of 2021 have the 392 metropolitan areas of March 2020,
and the eight counties that Connecticut had until 2022, not its planning regions. ``ALAND`` is land, in square metres;
water is left out. Membership of counties in core-based areas and population do not belong here.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.sources.census_tables import (
    KM2_PER_SQUARE_MILE,
    STATES,
    core_based_areas,
    county_areas,
    numbers_of,
    refuse,
    text_observations,
)
from pipeline.sources.reading import observations, read_delimited, require_columns, require_files, unpivot

SOURCE = "us_census_gazetteer"
FIRST_ROW = 2
NUMBERS = ["ALAND", "ALAND_SQMI", "INTPTLAT", "INTPTLONG"]
KINDS = {"1": ("metropolitan", " Metro Area"), "2": ("micropolitan", " Micro Area")}
SQUARE_METRES_PER_KM2 = 1_000_000
ROUNDING_KM2, ROUNDING = 0.002, 1e-6  # three decimals of a square mile, and a conversion factor of six digits
MAXIMA = {"INTPTLAT": 90, "INTPTLONG": 180}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Name, point and land area of every county and core-based area, and the kind of each core-based area."""
    core_based, counties = require_files(Path(folder), f"{vintage}_Gaz_cbsa_national.txt", f"{vintage}_Gaz_counties_national.txt")
    year = int(vintage)
    return observations([*_core_based(core_based, year), *_counties(counties, year)])


def _core_based(path: Path, year: int) -> list[pd.DataFrame]:
    table = _table(path, ["CBSA_TYPE"])
    kinds = table["CBSA_TYPE"].map(lambda kind: KINDS.get(kind, ("", ""))[0])
    suffixes = table["CBSA_TYPE"].map(lambda kind: KINDS.get(kind, ("", "?"))[1])
    unlike = [not name.endswith(suffix) for name, suffix in zip(table["NAME"], suffixes, strict=True)]
    refuse(unlike, table["CBSA_TYPE"], path, FIRST_ROW, "is not the type that the name has")
    refuse(table["GEOID"].duplicated(), table["GEOID"], path, FIRST_ROW, "the area stands twice")
    areas = core_based_areas(table["GEOID"], path, FIRST_ROW)
    names = table["NAME"].str.replace(r" M(etro|icro) Area$", "", regex=True)
    kind_of = text_observations(kinds, "core_based_area_kind", areas, path.name, table["source_row"], year)
    return [*_places(table, areas, names, path, year), kind_of]


def _counties(path: Path, year: int) -> list[pd.DataFrame]:
    table = _table(path, ["USPS"])
    areas = county_areas(table["GEOID"], path, FIRST_ROW)
    wrong = table["USPS"].map(STATES) != table["GEOID"].str[:2]
    refuse(wrong, table["USPS"], path, FIRST_ROW, "is not the state of the code")
    return _places(table, areas, table["NAME"] + ", " + table["USPS"], path, year)


def _table(path: Path, columns: list[str]) -> pd.DataFrame:
    table = read_delimited(path.read_bytes(), path.name, encoding="utf-8", delimiter="\t")
    require_columns(table, ["GEOID", "NAME", *NUMBERS, *columns], path)
    table = table.apply(lambda column: column.str.strip())
    refuse(table["NAME"] == "", table["NAME"], path, FIRST_ROW, "has no name")
    return table.assign(source_row=np.arange(FIRST_ROW, len(table) + FIRST_ROW))


def _places(table: pd.DataFrame, areas: pd.Series, names: pd.Series, path: Path, year: int) -> list[pd.DataFrame]:
    numbers = unpivot(
        table.assign(ref_area=areas), SOURCE, path.name, time_period=year, first_row=FIRST_ROW
    )  # refuses what is not a number
    land = pd.to_numeric(table["ALAND"])
    difference = land / SQUARE_METRES_PER_KM2 - numbers_of(table["ALAND_SQMI"], path, FIRST_ROW) * KM2_PER_SQUARE_MILE
    refuse(~(land > 0), table["ALAND"], path, FIRST_ROW, "is not a land area")
    refuse(
        difference.abs() > ROUNDING_KM2 + ROUNDING * land / SQUARE_METRES_PER_KM2,
        table["ALAND_SQMI"],
        path,
        FIRST_ROW,
        "is not the area in ALAND",
    )
    for name, limit in MAXIMA.items():
        refuse(~(pd.to_numeric(table[name]).abs() <= limit), table[name], path, FIRST_ROW, "is not a coordinate")
    square = numbers["variable"] == "area_km2"
    numbers["obs_value"] = numbers["obs_value"].where(~square, numbers["obs_value"] / SQUARE_METRES_PER_KM2)
    return [numbers, text_observations(names, "name", areas, path.name, table["source_row"], year)]
