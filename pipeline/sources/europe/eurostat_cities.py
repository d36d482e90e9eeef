"""Cities and greater cities of Europe in Eurostat's Urban Audit: people, students, work, tourism and cars by year.

Seven linear SDMX-CSV files with one indicator each, and the list of cities (URAU 2021: area, NUTS 3 region) for the
part of Europe that it covers, as a CSV file or as GISCO's GeoJSON of their points, which can be fetched. Eurostat
merged its codes for cities and greater cities: each real city stands once,
always with a code that ends in C, at the scope that its label says. No city stands at both scopes, and the cities of
the files do not overlap; ``city_scope`` keeps which one it is (ES001C is greater Madrid, 5.1 million). Rows of
countries are left out, coordinates are not in the files. The area is that of the outline of 2021, inland water
included.

Defects of the files, found by comparing each value with the median of the same city's years:
- a country's figures of a year that are scattered over the wrong cities (Germany: people 2024, foreign-born 2021) are
  missing;
- a country's figures of a year that are given in thousands (Netherlands: unemployed 2021 and 2022) are multiplied,
  status E;
- a car rate that is more than twice or less than half of the city's own median is missing;
- where a city's people change by a fourth or more from one year to the next given, its delimitation changed: status
  B.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import require_within
from pipeline.sources.reading import (
    observations,
    read_delimited,
    refuse_cells,
    require_columns,
    require_files,
    require_unique,
    to_numbers,
    variables_of,
)
from schemas.catalogue import register

SOURCE = "eurostat_cities"
FILES = {
    "urb_cpop1_linear_2_0.csv": "DE1001V",
    "urb_cpopcb_linear_2_0.csv": "DE2009V",
    "urb_ceduc_linear_2_0.csv": "TE1026V",
    "urb_clma_linear_2_0.csv": "EC1010V",
    "urb_clma_employed_linear_2_0.csv": "EC1177V",
    "urb_ctour_linear_2_0.csv": "CR2001V",
    "urb_ctran_linear_2_0.csv": "TT1057I",
}
PEOPLE, UNEMPLOYED, EMPLOYED, CAR_RATE = "DE1001V", "EC1010V", "EC1177V", "TT1057I"
CITIES, POINTS = "URAU_LB_2021_3035_CITIES_within_frame.csv", "URAU_LB_2021_4326_CITIES.geojson"
CITIES_YEAR = 2021
LABEL = "Geopolitical entity (declaring)"
COLUMNS = ["freq", "indic_ur", "cities", LABEL, "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]
GREATER = "(greater city)"
ISO2 = {"EL": "GR", "UK": "GB"}  # Eurostat's own codes
FLAGS = {"b": "B", "e": "E", "p": "P", "u": "E"}  # the first that applies; u: of low reliability
OTHER_FLAGS = "cdfinrsz"
FIRST_ROW = 2
ENOUGH_YEARS = 3  # of a city, for a verdict on one of them
ENOUGH_CITIES = 20  # with enough years, for a verdict on a country's year
SCATTER = np.log(1.5)  # median deviation; the largest of an honest country and year is log(1.25)
CAR_RATE_APART = np.log(2)
NEW_DELIMITATION = np.log(1.25)


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of all files; the vintage is the year in which they were fetched."""
    paths = require_files(folder, *FILES, POINTS if (Path(folder) / POINTS).is_file() else CITIES)
    series = [_read_series(path, FILES[path.name], int(vintage)) for path in paths[:-1]]
    cells = _repaired(pd.concat(series, ignore_index=True))
    cells = pd.concat([cells, _labour_force(cells)], ignore_index=True)
    cells = _with_cars(cells)
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    numbers = cells.assign(variable=cells["indicator"].map(names))
    return observations([numbers, *_texts(cells, int(vintage)), *_city_list(paths[-1], cells)])


def _read_series(path: Path, indicator: str, last_year: int) -> pd.DataFrame:
    """The rows of cities of one file: its one indicator by city and year."""
    frame = read_delimited(path.read_bytes(), path)
    require_columns(frame, COLUMNS, path)
    refuse_cells((frame["freq"] != "A") | (frame["indic_ur"] != indicator), frame["indic_ur"], path, f"is not annual {indicator}")
    known = frame["cities"].str.fullmatch(r"[A-Z]{2}(\d{3}[CK]\d?)?")
    refuse_cells(~known, frame["cities"], path, "is no code of a city or a country")
    require_unique(frame, ["cities", "TIME_PERIOD"], path, FIRST_ROW)
    years = to_numbers(frame["TIME_PERIOD"], path, FIRST_ROW)["obs_value"]
    require_within(years.to_frame("TIME_PERIOD"), path, FIRST_ROW, 1990, last_year)
    numbers = to_numbers(frame["OBS_VALUE"], path, FIRST_ROW, missing=[":"])
    require_within(numbers[["obs_value"]].rename(columns={"obs_value": "OBS_VALUE"}), path, FIRST_ROW)
    cells = pd.DataFrame(
        {
            "source_file": path.name,
            "source_row": np.arange(FIRST_ROW, FIRST_ROW + len(frame)),
            "city": frame["cities"],
            "label": frame[LABEL].str.split().str.join(" "),
            "indicator": indicator,
            "time_period": years.astype("int32"),
            "obs_value": numbers["obs_value"],
            "obs_status": _statuses(frame["OBS_FLAG"], path, numbers["obs_value"].isna()),
        }
    )
    cells["ref_area"] = "EU-" + cells["city"]
    return cells[cells["city"].str.len() > 2]


def _statuses(flags: pd.Series, path: Path, missing: pd.Series) -> pd.Series:
    """Our status of Eurostat's flags, which may be several letters."""
    known = flags.str.fullmatch(f"[{''.join(FLAGS)}{OTHER_FLAGS}]*")
    refuse_cells(~known, flags, path, "is no flag known here")
    status = pd.Series("A", index=flags.index)
    for letter, code in reversed(FLAGS.items()):
        status = status.mask(flags.str.contains(letter, regex=False), code)
    return status.mask(missing, "O")


def _repaired(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells with the defects that the module's docstring lists taken out."""
    cells = cells.copy()
    cells["apart"] = _deviation(cells)
    groups = cells.groupby(["indicator", cells["city"].str[:2], "time_period"])["apart"]
    middle = groups.transform("median")
    scatter = (cells["apart"] - middle).abs().groupby([cells["indicator"], cells["city"].str[:2], cells["time_period"]])
    enough = groups.transform("count") >= ENOUGH_CITIES
    thousands = enough & ((middle + np.log(1000)).abs() < SCATTER) & cells["obs_value"].notna()
    cells.loc[thousands, "obs_value"] *= 1000
    cells.loc[thousands, "obs_status"] = "E"
    wrong_cities = enough & (scatter.transform("median") > SCATTER)
    wrong_rate = (cells["indicator"] == CAR_RATE) & (cells["apart"].abs() > CAR_RATE_APART)
    cells.loc[wrong_cities | wrong_rate, ["obs_value", "obs_status"]] = [np.nan, "O"]
    breaks = _breaks(cells[(cells["indicator"] == PEOPLE) & cells["obs_value"].notna()])
    cells.loc[breaks, "obs_status"] = "B"
    return cells.drop(columns="apart")


def _deviation(cells: pd.DataFrame) -> pd.Series:
    """Logarithm of each value over the median of the same city's years; missing where these are too few to tell."""
    logs = np.log(cells["obs_value"].where(cells["obs_value"] > 0))
    series = logs.groupby([cells["indicator"], cells["city"]])
    return (logs - series.transform("median")).where(series.transform("count") >= ENOUGH_YEARS)


def _breaks(people: pd.DataFrame) -> pd.Index:
    """The cells whose city changed its delimitation since the year given before."""
    ordered = people.sort_values(["city", "time_period"])
    change = np.log(ordered["obs_value"]).groupby(ordered["city"]).diff().abs()
    return ordered.index[(change >= NEW_DELIMITATION) & (ordered["obs_status"] == "A")]


def _labour_force(cells: pd.DataFrame) -> pd.DataFrame:
    """Employed (aged 20 to 64) and unemployed together, where both have a row; traced to the row of the unemployed."""
    keys = ["city", "time_period"]
    employed = cells[cells["indicator"] == EMPLOYED].set_index(keys)["obs_value"].rename("employed")
    force = cells[cells["indicator"] == UNEMPLOYED].join(employed, on=keys, how="inner")
    total = force["obs_value"] + force["employed"]
    status = np.where(total.isna(), "O", "E")
    return force.drop(columns="employed").assign(indicator=f"{EMPLOYED} + {UNEMPLOYED}", obs_value=total, obs_status=status)


def _with_cars(cells: pd.DataFrame) -> pd.DataFrame:
    """The rate of cars per 1,000 people replaced by the number of cars."""
    people = cells[cells["indicator"] == PEOPLE].set_index(["city", "time_period"])["obs_value"].rename("people")
    rate = cells["indicator"] == CAR_RATE
    cars = cells[rate].join(people, on=["city", "time_period"])
    number = np.rint(cars["obs_value"] * cars["people"] / 1000)
    status = np.where(number.isna(), "O", "E")
    return pd.concat([cells[~rate], cars.drop(columns="people").assign(obs_value=number, obs_status=status)])


def _texts(cells: pd.DataFrame, year: int) -> list[pd.DataFrame]:
    """Name, scope and country of every city of the series, from the row where it stands first."""
    first = cells.drop_duplicates("city")[["source_file", "source_row", "ref_area", "city", "label"]].assign(time_period=year)
    greater = first["label"].str.contains(GREATER, regex=False) | (first["city"].str[5] == "K")
    texts = {
        "name": first["label"].str.replace(GREATER, "", regex=False).str.strip(),
        "city_scope": np.where(greater, "greater_city", "city"),
        "country": countries(first["city"].str[:2], first["source_file"].iloc[0], first["source_row"]),
    }
    return [first.assign(variable=name, obs_text=text) for name, text in texts.items()]


def countries(codes: pd.Series, file, rows) -> pd.Series:
    """ISO 3166-1 alpha-3 of Eurostat's codes of countries; refuses an unknown one."""
    iso3 = register("countries").dropna(subset=["iso2"]).set_index("iso2")["iso3"]
    found = codes.replace(ISO2).map(iso3)
    refuse_cells(found.isna(), codes, file, "is no code of a country", rows)
    return found


def _city_list(path: Path, cells: pd.DataFrame) -> list[pd.DataFrame]:
    """Area and NUTS 3 region of the cities that URAU lists; name and country of those without a series."""
    frame, first = _open_list(path)
    require_columns(frame, ["URAU_CODE", "URAU_CATG", "CNTR_CODE", "URAU_NAME", "AREA_SQM", "NUTS3_2021"], path)
    require_unique(frame, ["URAU_CODE"], path, first)
    odd = ~frame["URAU_CODE"].str.fullmatch(r"[A-Z]{2}\d{3}[CK]\d?")
    refuse_cells(odd, frame["URAU_CODE"], path, "is no code of a city", first)
    area = to_numbers(frame["AREA_SQM"], path, first)["obs_value"]
    require_within(area.to_frame("AREA_SQM"), path, first, 1e5, 2e10)
    base = pd.DataFrame(
        {
            "source_file": path.name,
            "source_row": np.arange(first, first + len(frame)),
            "ref_area": "EU-" + frame["URAU_CODE"],
            "time_period": CITIES_YEAR,
        }
    )
    rest = ~frame["URAU_CODE"].isin(cells["city"])
    return [
        base.assign(variable="area_km2", obs_value=(area / 1e6).round(6)),
        base.assign(variable="nuts3", obs_text="NUTS-" + frame["NUTS3_2021"]),
        base[rest].assign(variable="name", obs_text=frame["URAU_NAME"]),
        base[rest].assign(variable="country", obs_text=countries(frame["CNTR_CODE"], path, first)),
    ]


def _open_list(path: Path) -> tuple[pd.DataFrame, int]:
    """The list as text, and the row of its first city: a line of the CSV file, or the number of a GeoJSON feature."""
    if path.suffix == ".csv":
        return read_delimited(path.read_bytes(), path), FIRST_ROW
    try:
        features = json.loads(path.read_bytes())["features"]
        frame = pd.DataFrame([feature["properties"] for feature in features], dtype="object")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SourceError(path, f"is no GeoJSON of cities ({error!r})") from error
    return frame.map(lambda cell: "" if cell is None else str(cell)), 1
