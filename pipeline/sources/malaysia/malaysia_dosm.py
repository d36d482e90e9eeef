"""Malaysia's 160 administrative districts in the censuses of 1970 to 2020, with points and businesses, compiled.

The publisher's table of districts (Kawasanku) has one row per district and year, and empty columns at its end. The code
is two digits of the state and two of the district; the three federal territories are districts. Ages and
households are those of 2020, because in the earlier years some ages do not add up. Businesses of five sectors are
known by constituency; a compiler gave each constituency to the district that holds most of its area (status E), and where
the people of these constituencies are not within a quarter of the district's own, the figure is missing. Points are computed
from outlines. Incomes and constituencies do not belong here. The vintage is the year of the newest census.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.sources.municipal_tables import numbers, open_csv, require_among, require_equal, require_within
from pipeline.sources.reading import (
    observations,
    read_delimited,
    refuse_cells,
    require_columns,
    require_counts,
    require_files,
    require_unique,
    stack,
)

CENSUS, POINTS, BUSINESSES = "census_district.csv", "district_points_computed.csv", "district_businesses_computed_from_dun.csv"
KEY, FIRST_ROW = "code_state_district", 2
YEARS = ["1970", "1980", "1991", "2000", "2010", "2020"]
AGES = {"age_0_14": "population_0_14", "age_15_64": "population_15_64", "age_65_above": "population_65_plus"}
NEWEST = {"area_km2": "area_km2", "household_total": "households", **AGES}
PLACE = {"lat": "latitude", "lon": "longitude"}
SECTORS = ["agriculture", "mining", "manufacturing", "construction", "services"]
NEAR = 0.25  # how far the people of a district's constituencies may be from its own


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """People of six censuses, and what else is known of the newest."""
    census, points, businesses = require_files(folder, CENSUS, POINTS, BUSINESSES)
    return observations([*_census(census, vintage), _points(points, vintage), _businesses(businesses, vintage)])


def _areas(frame: pd.DataFrame, path: Path) -> pd.Series:
    """``MY-`` and four digits, of codes such as 1_10."""
    refuse_cells(~frame[KEY].str.fullmatch(r"([1-9]|1[0-6])_\d{1,2}"), frame[KEY], path, "is not the code of a district")
    return frame[KEY].str.split("_").map(lambda parts: f"MY-{int(parts[0]):02}{int(parts[1]):02}")


def _rows(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(np.arange(FIRST_ROW, FIRST_ROW + len(frame)), index=frame.index)


def _census(path: Path, vintage: str) -> list[pd.DataFrame]:
    content = re.sub(rb",+(?=\r?\n|$)", b"", path.read_bytes().splitlines(keepends=True)[0])
    width = content.count(b",") + 1
    lines = [b",".join(line.rstrip(b"\r\n").split(b",")[:width]) for line in path.read_bytes().splitlines()]
    frame = read_delimited(b"\n".join(lines), path)
    require_columns(frame, [KEY, "district", "year", "population_total", *NEWEST], path)
    require_among(frame["year"], YEARS, path, FIRST_ROW)
    areas, rows, years = _areas(frame, path), _rows(frame), frame["year"].astype(int)
    require_unique(frame, [KEY, "year"], path, FIRST_ROW)
    figures = numbers(frame, ["population_total", *NEWEST], path, FIRST_ROW)
    require_counts(figures["population_total"], path, FIRST_ROW)
    now = frame["year"] == vintage
    require_equal(figures[list(AGES)].sum(axis=1), figures["population_total"].where(now), path, FIRST_ROW)
    people = figures[["population_total"]].set_axis(["population"], axis=1)
    told = {"source_file": path.name, "source_row": rows[now], "ref_area": areas[now], "time_period": int(vintage)}
    return [
        stack(people, areas, path.name, rows, years),
        stack(figures.loc[now, list(NEWEST)].rename(columns=NEWEST), areas[now], path.name, rows[now], int(vintage)),
        pd.DataFrame({**told, "variable": "name", "obs_text": frame.loc[now, "district"]}),
    ]


def _points(path: Path, vintage: str) -> pd.DataFrame:
    frame = open_csv(path, [KEY, *PLACE])
    figures = numbers(frame, PLACE, path, FIRST_ROW)
    require_within(figures[["lat"]], path, FIRST_ROW, 0.8, 7.4)
    require_within(figures[["lon"]], path, FIRST_ROW, 99.5, 119.5)
    return stack(figures.rename(columns=PLACE), _areas(frame, path), path.name, _rows(frame), int(vintage))


def _businesses(path: Path, vintage: str) -> pd.DataFrame:
    columns = [f"businesses_{sector}" for sector in SECTORS]
    frame = open_csv(path, [KEY, "population_ratio", *columns])
    figures = numbers(frame, ["population_ratio", *columns], path, FIRST_ROW)
    for column in columns:
        require_counts(figures[column], path, FIRST_ROW)
    ratio = figures["population_ratio"]
    near = (ratio <= 1 + NEAR) & (ratio >= 1 / (1 + NEAR))
    table = figures[columns].where(near).set_axis([f"establishments_{sector}" for sector in SECTORS], axis=1)
    table["establishments_total"] = table.sum(axis=1, skipna=False)
    return stack(table, _areas(frame, path), path.name, _rows(frame), int(vintage), estimated=list(table))
