"""GeoNames: the world's populated places with 15,000 inhabitants or more, or seats of administration.

One zip with a table without header and without quoting ("NA" is Namibia), and two lists that name its codes. The
population is that of the city proper as contributors entered it, of no stated year, so it is marked as estimated;
0 stands for unknown, and so does an altitude of -9999. The altitude is that of a terrain model (SRTM, GTOPO30), not
the sparse column of surveyed elevations. Alternate names, time zones and lower administrative levels are not read.
Some places (2026: 203, most in Viet Nam and Singapore) name a region that the list of regions lacks: it is missing.
The vintage is the month of the newest change in the table.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.containers import members
from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import observations, refuse_cells, require_files, require_unique

ARCHIVE, MEMBER = "cities15000.zip", "cities15000.txt"
COUNTRIES, REGIONS = "countryInfo.txt", "admin1CodesASCII.txt"
PLACE = (
    "geonameid name asciiname alternatenames latitude longitude feature_class feature_code country_code cc2 "
    "admin1_code admin2_code admin3_code admin4_code population elevation dem timezone modification_date"
)
REGION = ["code", "name", "asciiname", "geonameid"]
COUNTRY_HEADER = ["#ISO", "ISO3", "ISO-Numeric"]
NUMBERS = {  # column: variable, lowest, highest, what stands for unknown, status
    "latitude": ("latitude", -90, 90, None, "A"),
    "longitude": ("longitude", -180, 180, None, "A"),
    "population": ("population", 0, 50_000_000, 0, "E"),
    "dem": ("altitude", -450, 5_500, -9999, "A"),
}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """The observations of every place in the archive."""
    archive, country_list, region_list = require_files(folder, ARCHIVE, COUNTRIES, REGIONS)
    file = f"{ARCHIVE}!{MEMBER}"
    places = table_of(_member(archive), file, PLACE.split())
    require_unique(places, ["geonameid"], file, 1)
    refuse_cells(~places["geonameid"].str.fullmatch(r"[1-9]\d{0,9}"), places["geonameid"], file, "is not an identifier", 1)
    require_vintage(places, file, vintage)
    base = pd.DataFrame({"source_row": np.arange(1, len(places) + 1), "ref_area": "GEONAMES-" + places["geonameid"]})
    base = base.assign(source_file=file, time_period=int(vintage[:4]))
    regions = _regions(region_list)
    texts = {
        "name": places["name"],
        "country": _countries(places, file, country_list),
        "region_name": (places["country_code"] + "." + places["admin1_code"]).map(regions),
        "settlement_class": places["feature_code"],
    }
    parts = [texts_of(base, variable, text) for variable, text in texts.items()]
    return observations([*parts, *(numbers_in(places, base, column, file) for column in NUMBERS)])


def _member(path: Path) -> bytes:
    found = dict(members(path))
    if MEMBER not in found:
        raise SourceError(path, f"is no intact zip with a member {MEMBER}", value=", ".join(found))
    return found[MEMBER]()


def table_of(content: bytes, file: str, columns: list[str]) -> pd.DataFrame:
    """A tab-separated table without header or quoting, as text."""
    if not content.endswith(b"\n"):
        raise SourceError(file, "is empty or ends within a line: it is truncated", row=content.count(b"\n") + 1)
    rows = [line.split("\t") for line in text_of(content, file).removesuffix("\n").split("\n")]
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise SourceError(file, f"the line has {len(row)} fields, not {len(columns)}", row=number, value=row[0])
    return pd.DataFrame(rows, columns=columns, dtype="str")


def text_of(content: bytes, file: str) -> str:
    if content.lstrip()[:1] == b"<":
        raise SourceError(file, "is a web page, not a table", row=1, value=content[:40])
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise SourceError(file, "is not UTF-8", row=row, value=content[error.start : error.start + 20]) from error


def require_vintage(places: pd.DataFrame, file: str, vintage: str) -> None:
    """The newest change must be of the month of the vintage; every date must be one."""
    dates = places["modification_date"]
    _refuse(~dates.str.fullmatch(r"\d{4}-\d{2}-\d{2}"), places, "modification_date", file, "is not a date")
    if not dates.max().startswith(vintage):
        raise SourceError(
            file,
            f"the newest change is not of the vintage {vintage}",
            row=int(dates.argmax()) + 1,
            column="modification_date",
            value=dates.max(),
            advice=f"put it into the folder {dates.max()[:7]}",
        )


def _refuse(bad: pd.Series, places: pd.DataFrame, column: str, file: str, problem: str) -> None:
    if bad.any():
        position = int(np.flatnonzero(bad)[0])
        value = places[column].iloc[position]
        raise SourceError(file, problem, row=position + 1, column=column, value=value, advice="correct the row")


def _countries(places: pd.DataFrame, file: str, path: Path) -> pd.Series:
    """The ISO code of three letters of each place's country, from the list of countries."""
    lines = [line.split("\t") for line in text_of(path.read_bytes(), path.name).split("\n") if line]
    if not any(line[:3] == COUNTRY_HEADER for line in lines):
        raise SourceError(path, "the header #ISO, ISO3, ISO-Numeric is missing", advice="this layout is unknown")
    codes = {line[0]: line[1] for line in lines if not line[0].startswith("#") and len(line) > 1}
    found = places["country_code"].map(codes)
    _refuse(found.isna(), places, "country_code", file, f"is no country of {path.name}")
    return found


def _regions(path: Path) -> dict[str, str]:
    """The names of first-level regions by country and code."""
    regions = table_of(path.read_bytes(), path.name, REGION)
    require_unique(regions, ["code"], path.name, 1)
    return dict(zip(regions["code"], regions["name"], strict=True))


def texts_of(base: pd.DataFrame, variable: str, text: pd.Series) -> pd.DataFrame:
    return base.assign(variable=variable, obs_text=text, obs_status=np.where(text.isna() | (text == ""), "O", "A"))


def numbers_in(places: pd.DataFrame, base: pd.DataFrame, column: str, file: str) -> pd.DataFrame:
    variable, low, high, unknown, status = NUMBERS[column]
    values = pd.to_numeric(places[column], errors="coerce").astype("float64")
    absent = values == unknown
    problem = f"is not a number from {low} to {high:,}"
    _refuse(~values.between(low, high) & ~absent, places, column, file, problem)
    return base.assign(variable=variable, obs_value=values.mask(absent), obs_status=np.where(absent, "O", status))
