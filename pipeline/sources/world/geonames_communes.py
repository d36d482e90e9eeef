"""GeoNames: where the seat of each French, Italian and Portuguese municipality and of each English and Welsh district lies.

INSEE publishes no positions with its figures, ISTAT and Portugal's INE none but outlines, whose middle may be a mountain.
GeoNames keeps the municipality's official code beside each populated place: in France that of the fourth level, in Italy
of the third, in Portugal of the second. The position and altitude of a municipality are those of its seat, which has the
highest class of its places (capital, then seats of divisions from the first to the fifth level), else of its most populous place.
Of British districts GeoNames knows no code in use: ``area_concordance.csv`` names the place, the one that the district is
called after or its largest town, each checked to lie in the district's NUTS 3 region.

The file is that of ``geonames_towns``: places of 500 inhabitants and more or seats of administration, extract of 5 March 2023.
174 of the 5,372 French communes of 2,000 people and more have no place in it, most of them with an apostrophe in their
name, and remain without a position. One Italian comune (new in 2021) and six Portuguese ones have none either: theirs is
the point inside the outline. Names and people are those of the statistical offices and are not read.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import observations, read_headerless, refuse_cells, require_files, require_unique
from schemas.catalogue import register

FILE = "cities500.txt"
PLACE = (
    "geonameid name asciiname alternatenames latitude longitude feature_class feature_code country_code cc2 "
    "admin1_code admin2_code admin3_code admin4_code population elevation dem timezone modification_date"
)
NUMBERS = {  # column: variable, lowest, highest, what stands for unknown, status
    "latitude": ("latitude", -90, 90, None, "A"),
    "longitude": ("longitude", -180, 180, None, "A"),
    "dem": ("altitude", -450, 5_500, -9999, "A"),
}
COUNTRIES = {  # GeoNames keeps overseas France apart; only what INSEE's census covers
    **dict.fromkeys(("FR", "GP", "GF", "MQ", "RE"), ("FR-", "admin4_code", r"(?:\d{2}|2[AB])\d{3}")),
    "IT": ("IT-", "admin3_code", r"\d{6}"),
    "PT": ("PT-", "admin2_code", r"\d{4}"),
}
CLASSES = ["PPLC", "PPLA", "PPLA2", "PPLA3", "PPLA4", "PPLA5", "PPL"]  # others are sections of places, or given up
COLUMNS = ["latitude", "longitude", "dem"]


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Latitude, longitude and altitude of the main place of every municipality that has one."""
    (path,) = require_files(Path(folder), FILE)
    towns = read_headerless(path.read_bytes(), path.name, PLACE.split(), delimiter="\t", quoting=False)
    require_unique(towns, ["geonameid"], path.name, 1)
    require_vintage(towns, path.name, vintage)
    people = pd.to_numeric(towns["population"], errors="coerce")
    refuse_cells(people.isna(), towns["population"], path.name, "is not a number", 1)
    areas = _areas(towns, path.name)
    towns[COLUMNS] = towns[COLUMNS].where(areas.notna(), "0")  # what is not read is not checked
    base = pd.DataFrame({"source_row": np.arange(1, len(towns) + 1), "ref_area": areas, "source_file": path.name})
    base = base.assign(time_period=int(vintage[:4]))
    order = towns["feature_code"].map({kind: place for place, kind in enumerate(CLASSES)}).fillna(len(CLASSES))
    known = base.assign(order=order, people=-people)[areas.notna()]
    rows = known.sort_values(["ref_area", "order", "people"], kind="stable").drop_duplicates("ref_area").index
    return observations([numbers_in(towns, base, column, path.name).loc[rows] for column in COLUMNS])


def _areas(towns: pd.DataFrame, file: str) -> pd.Series:
    """The municipality of each place; missing where the code is not one and no register names it."""
    areas = pd.Series(np.nan, index=towns.index, dtype="object")
    for country, (prefix, column, pattern) in COUNTRIES.items():
        rows = (towns["country_code"] == country) & towns[column].str.fullmatch(pattern)
        areas[rows] = prefix + towns[column][rows]
    names = register("area_concordance").query("source == 'geonames_communes'").set_index("publisher_area")["ref_area"]
    named = towns["geonameid"].map(names)
    refuse_cells(named.notna() & (towns["country_code"] != "GB"), towns["geonameid"], file, "is no British place", 1)
    return named.fillna(areas)


def require_vintage(places: pd.DataFrame, file: str, vintage: str) -> None:
    """The newest change must be of the month of the vintage; every date must be one."""
    dates = places["modification_date"]
    refuse_cells(~dates.str.fullmatch(r"\d{4}-\d{2}-\d{2}"), dates, file, "is not a date", 1)
    if not dates.max().startswith(vintage):
        raise SourceError(
            file,
            f"the newest change is not of the vintage {vintage}",
            row=int(dates.argmax()) + 1,
            column="modification_date",
            value=dates.max(),
            advice=f"put it into the folder {dates.max()[:7]}",
        )


def numbers_in(places: pd.DataFrame, base: pd.DataFrame, column: str, file: str) -> pd.DataFrame:
    variable, low, high, unknown, status = NUMBERS[column]
    values = pd.to_numeric(places[column], errors="coerce").astype("float64")
    absent = values == unknown
    problem = f"is not a number from {low} to {high:,}"
    refuse_cells(~values.between(low, high) & ~absent, places[column], file, problem, 1)
    return base.assign(variable=variable, obs_value=values.mask(absent), obs_status=np.where(absent, "O", status))
