"""United Nations World Urbanization Prospects, 2018 revision: population of agglomerations, 1950-2035.

Every agglomeration that had 300,000 inhabitants in 2018: file 12 by five years, file 22 by year, in thousands. All
figures are the publisher's estimates, from 2019 on its projections, so all are marked as estimated. File 12 gives the
five-yearly figures from 1950 to 2035, file 22 the years between them from 2000 to 2026. File 14 (growth rates) is not
read: it follows from the others. The concept differs by country: the column Note, which is not read, says whether a
figure counts an agglomeration, a metropolitan area or a city proper.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import open_sheet
from pipeline.sources.reading import observations, require_columns, require_files, require_unique
from schemas.catalogue import register

FILES = {12: "WUP2018-F12-Cities_Over_300K.xls", 22: "WUP2018-F22-Cities_Over_300K_Annual.xls"}
TITLE_ROW, HEADER_ROW = 10, 17
COLUMNS = ["Index", "Country Code", "City Code", "Urban Agglomeration", "Latitude", "Longitude"]
ANNUAL = range(2000, 2027)
YEARS = {12: range(1950, 2036, 5), 22: range(1950, 2036)}
THOUSAND = 1000
ROUNDING = 0.0005  # thousands: both files are rounded to persons


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of files 12 and 22 of the revision ``vintage``."""
    paths = require_files(folder, *FILES.values())
    five_yearly, annual = (_cities(path, number, vintage) for path, number in zip(paths, FILES, strict=True))
    _require_same(five_yearly, annual, paths[1])
    known = _years(five_yearly)
    between = [year for year in _years(annual) if year in ANNUAL and year not in known]
    return observations(
        [
            _populations(five_yearly, known, paths[0]),
            _populations(annual, between, paths[1]),
            *_descriptions(five_yearly, paths[0], int(vintage)),
        ]
    )


def _cities(path: Path, number: int, vintage: str) -> pd.DataFrame:
    """The sheet Data as a table: one row per agglomeration, years as whole numbers, checked."""
    rows = _sheet(path)
    title = " ".join(str(cell) for row in rows[TITLE_ROW - 2 : TITLE_ROW] for cell in row[:1])
    if not (
        f"The {vintage} Revision" in title
        and f"File {number}: " in title
        and "Population of Urban" in title
        and "(thousands)" in title
    ):
        raise SourceError(
            path,
            f"is not file {number} of the {vintage} revision, in thousands",
            row=TITLE_ROW,
            value=title,
            advice="put this file into its place",
        )
    header = [int(cell) if isinstance(cell, float) else cell for cell in rows[HEADER_ROW - 1]]
    cities = pd.DataFrame(rows[HEADER_ROW:], columns=header)
    require_columns(cities, [*COLUMNS, *YEARS[number]], path, HEADER_ROW)
    if cities.empty:
        raise SourceError(path, "has no rows below the header", row=HEADER_ROW)
    _require_numbers(cities, path)
    require_unique(cities, ["City Code"], path, HEADER_ROW + 1)
    cities["source_row"] = HEADER_ROW + 1 + np.arange(len(cities))
    cities["ref_area"] = "WUP-" + cities["City Code"].astype(int).astype(str)
    return cities


def _sheet(path: Path) -> list[list]:
    """The rows of the sheet Data, whose header must stand where it stood."""
    rows = open_sheet(path, "Data")
    if len(rows) < HEADER_ROW or "City Code" not in rows[HEADER_ROW - 1]:
        raise SourceError(path, "the header is not where it should be", row=HEADER_ROW, advice="this layout is unknown")
    return rows


def _require_numbers(cities: pd.DataFrame, path: Path) -> None:
    """Every code, coordinate and population a possible number; the index without a gap."""
    limits = {"Latitude": (-90, 90), "Longitude": (-180, 180), **{year: (0, 100_000) for year in _years(cities)}}
    for column in ["Index", "Country Code", "City Code", *limits]:
        numbers = pd.to_numeric(cities[column], errors="coerce")
        low, high = limits.get(column, (1, 999_999_999))
        _refuse(~numbers.between(low, high), cities, column, path, f"is not a number from {low} to {high:,}")
    _refuse(cities["Index"] != np.arange(1, len(cities) + 1), cities, "Index", path, "a row is missing before this one")
    _refuse(cities["Urban Agglomeration"] == "", cities, "Urban Agglomeration", path, "the name is missing")


def _refuse(bad: pd.Series, cities: pd.DataFrame, column, path: Path, problem: str) -> None:
    if bad.any():
        position = int(np.flatnonzero(bad)[0])
        value = cities[column].iloc[position]
        raise SourceError(path, problem, row=HEADER_ROW + 1 + position, column=column, value=value)


def _years(cities: pd.DataFrame) -> list[int]:
    return [name for name in cities.columns if isinstance(name, int)]


def _require_same(five_yearly: pd.DataFrame, annual: pd.DataFrame, path: Path) -> None:
    """The two files must name the same agglomerations and agree in the years that both give."""
    if list(five_yearly["City Code"]) != list(annual["City Code"]):
        raise SourceError(path, "names other agglomerations than file 12", column="City Code")
    for year in sorted(set(_years(five_yearly)) & set(_years(annual))):
        differs = (annual[year].astype(float) - five_yearly[year].astype(float)).abs() > ROUNDING
        _refuse(differs, annual, year, path, "differs from file 12")


def _populations(cities: pd.DataFrame, years: list[int], path: Path) -> pd.DataFrame:
    parts = cities.melt(["ref_area", "source_row"], years, var_name="time_period", value_name="thousands")
    parts["obs_value"] = (parts["thousands"].astype(float) * THOUSAND).round()
    return parts.assign(source_file=path.name, variable="population", obs_status="E")


def _descriptions(cities: pd.DataFrame, path: Path, year: int) -> list[pd.DataFrame]:
    """Name, country and position of each agglomeration."""
    base = cities[["ref_area", "source_row"]].assign(source_file=path.name, time_period=year)
    return [
        base.assign(variable="name", obs_text=cities["Urban Agglomeration"].str.strip()),
        base.assign(variable="country", obs_text=_countries(cities, path)),
        base.assign(variable="latitude", obs_value=cities["Latitude"]),
        base.assign(variable="longitude", obs_value=cities["Longitude"]),
    ]


def _countries(cities: pd.DataFrame, path: Path) -> pd.Series:
    """The ISO code of the country whose number the publisher gives."""
    countries = register("countries").dropna(subset="un_code")
    codes = dict(zip(countries["un_code"].astype(int), countries["iso3"], strict=True))
    found = cities["Country Code"].astype(int).map(codes)
    _refuse(found.isna(), cities, "Country Code", path, "is no un_code of countries.csv")
    return found
