"""GHSL Urban Centre Database R2019A: the world's 13,135 urban centres of 2015, by one definition everywhere.

An urban centre is a cluster of grid cells of 1 km² with 1,500 inhabitants per km² or half built up, and 50,000
inhabitants in all. From the list of identifiers come name, country and the representative point; from the list of
centroids the area, which counts those cells. Its other columns are an author's own computations, and are not read.

A centre across a border has a name in each country ("San Diego [USA]; Tijuana [MEX]"): both are kept, the country is
the first. Centres without a name ("N/A[IND]") have a missing one. Kosovo's code here is XKO. The representative
point of a few large centres (San Francisco, Guangzhou) is that of another part of the centre than its centroid.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import observations, read_delimited, require_columns, require_files, require_unique, to_numbers
from schemas.catalogue import register

NAMES, AREAS = "GHS-UCDB-IDS.csv", "UCDB_R2019A_centroids_area_13135.csv"
IDENTIFIER, NAME, LATITUDE, LONGITUDE = "ID_HDC_G0", "UC_NM_MN", "GCPNT_LAT", "GCPNT_LON"
AREA, BOX = "AREA_km2", {LATITUDE: ("miny", "maxy"), LONGITUDE: ("minx", "maxx")}
FIRST_ROW = 2
EPOCH = 2015
LARGEST = 10_000  # km²: the largest centre, Guangzhou, has 6,622
UNNAMED = "N/A"
CODES = {"XKO": "XKX"}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """The observations of every urban centre, as it was in 2015; the vintage is the year of the release."""
    names_path, areas_path = require_files(folder, NAMES, AREAS)
    names = _table(names_path, [IDENTIFIER, NAME, LATITUDE, LONGITUDE])
    areas = _table(areas_path, [IDENTIFIER, AREA, *BOX[LATITUDE], *BOX[LONGITUDE]])
    _require_same_centres(names, areas)
    _require_inside_box(names, areas)
    return observations([*_texts(names), *_numbers(names, areas)])


def _table(path: Path, columns: list[str]) -> pd.DataFrame:
    """The known columns as text, with the place of every row, ordered by identifier."""
    table = read_delimited(path.read_bytes(), path.name)
    require_columns(table, columns, path.name)
    require_unique(table, [IDENTIFIER], path.name, FIRST_ROW)
    table = table[columns].assign(source_file=path.name, source_row=FIRST_ROW + np.arange(len(table)))
    table["ref_area"] = "UCDB-" + table[IDENTIFIER]
    return table.sort_values(IDENTIFIER, ignore_index=True)


def _require_same_centres(names: pd.DataFrame, areas: pd.DataFrame) -> None:
    for table, other in ((names, areas), (areas, names)):
        alone = ~table[IDENTIFIER].isin(other[IDENTIFIER])
        _refuse(alone, table, IDENTIFIER, f"is missing in {other['source_file'].iloc[0]}")


def _refuse(bad: pd.Series, table: pd.DataFrame, column: str, problem: str) -> None:
    if bad.any():
        place = table[bad].sort_values("source_row").iloc[0]
        raise SourceError(place["source_file"], problem, row=place["source_row"], column=column, value=place[column])


def _require_inside_box(names: pd.DataFrame, areas: pd.DataFrame) -> None:
    """The representative point lies within the box around the centre: the two files speak of the same place."""
    for column, (low, high) in BOX.items():
        edges = [_values(areas, edge) for edge in (low, high)]
        _refuse(~_values(names, column).between(*edges), names, column, f"lies outside the centre's box in {AREAS}")


def _values(table: pd.DataFrame, column: str) -> pd.Series:
    return to_numbers(table[column], table["source_file"].iloc[0], table["source_row"])["obs_value"]


def _texts(names: pd.DataFrame) -> list[pd.DataFrame]:
    """Name and country of each centre, from "Umm Qasr [IRQ]; N/A[KWT]"."""
    parts = names[NAME].str.extractall(r"(?:^|; )(?P<name>[^;]*?) ?\[(?P<country>[A-Z]{3})\](?=;|$)")
    first = parts["country"].groupby(level=0).first().replace(CODES).reindex(names.index)
    _refuse(~first.isin(register("countries")["iso3"]), names, NAME, "has no [country] that countries.csv knows")
    known = parts.loc[parts["name"] != UNNAMED, "name"]
    name = known.groupby(level=0).agg("; ".join).reindex(names.index)
    base = names[["source_file", "source_row", "ref_area"]].assign(time_period=EPOCH)
    return [
        base.assign(variable="name", obs_text=name, obs_status=np.where(name.isna(), "O", "A")),
        base.assign(variable="country", obs_text=first),
    ]


def _numbers(names: pd.DataFrame, areas: pd.DataFrame) -> list[pd.DataFrame]:
    """Representative point and area."""
    area = _values(areas, AREA)
    _refuse(~area.between(1, LARGEST), areas, AREA, f"is not an area from 1 to {LARGEST:,} km²")
    columns = ["source_file", "source_row", "ref_area"]
    points = names[columns].assign(time_period=EPOCH)
    return [
        points.assign(variable="latitude", obs_value=_values(names, LATITUDE).round(5)),
        points.assign(variable="longitude", obs_value=_values(names, LONGITUDE).round(5)),
        areas[columns].assign(time_period=EPOCH, variable="area_km2", obs_value=area),
    ]
