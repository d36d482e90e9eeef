"""OpenFlights: the world's airports, and how many routes left each of them in June 2014.

Two tables without header; ``\\N`` is missing. ``airports.dat`` holds names and positions, ``routes.dat`` one row per
airline, origin and destination: codeshares and both directions are rows of their own. ``routes`` counts the rows that
leave an airport, ``destinations`` the different airports they lead to, which codeshares do not inflate. An airport
that no route leaves has neither: the table does not say that it is a true zero. Altitudes are converted from feet.

The routes stopped in June 2014 and are of historical value, as their publisher says; the airports are younger (they
have Istanbul's airport of April 2019). The tables are joined by IATA code, so where a code moved to a new airport
(Istanbul, Islamabad) the new one takes over the routes of the old. Airports without a code (1,626 aerodromes) are left
out: no route can name them. Airports that only the routes know (closed since, or given another code) have routes
and destinations but no position. Airlines, aircraft and time zones are not read.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import require_within
from pipeline.sources.reading import delimited_rows, observations, require_files, require_unique, to_numbers

AIRPORTS, ROUTES = "airports.dat", "routes.dat"
AIRPORT = [
    *("airport_id", "name", "city", "country", "iata", "icao", "latitude", "longitude", "altitude"),
    *("timezone", "dst", "tz_database", "type", "source"),
]
ROUTE = [
    *("airline", "airline_id", "source", "source_id", "destination", "destination_id"),
    *("codeshare", "stops", "equipment"),
]
MISSING = "\\N"
METRES_PER_FOOT = 0.3048
TEXTS = {"name": "name", "country": "country_name"}
LIMITS = {"latitude": (-90, 90), "longitude": (-180, 180), "altitude": (-1500, 20_000)}  # the last in feet


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Name, country, position and altitude of every airport with a code, and what leaves it."""
    airports, routes = require_files(folder, AIRPORTS, ROUTES)
    parts = [*_airports(airports), *_departures(routes)]
    return observations([part.assign(time_period=int(vintage[:4])) for part in parts])


def _airports(path: Path) -> list[pd.DataFrame]:
    table = _table(path, AIRPORT)
    _require_codes(table, ["iata"], path, missing=MISSING)
    for name in TEXTS:
        _refuse(table[name].isin(["", MISSING]), table[name], path, "the cell is empty")
    numbers = {name: to_numbers(table[name], path, 1, missing=[MISSING]) for name in LIMITS}
    for name, (low, high) in LIMITS.items():
        require_within(numbers[name][["obs_value"]].set_axis([name], axis=1), path, 1, low, high)
    numbers["altitude"]["obs_value"] *= METRES_PER_FOOT
    coded = table["iata"] != MISSING
    base = pd.DataFrame({"source_file": path.name, "source_row": np.arange(1, len(table) + 1)})
    base = base.assign(ref_area="AIRPORT-" + table["iata"])
    require_unique(table["iata"].where(coded, "no code " + table["airport_id"]).to_frame(), ["iata"], path, 1)
    parts = [base.assign(variable=variable, obs_text=table[name]) for name, variable in TEXTS.items()]
    parts += [base.assign(variable=name, **part) for name, part in numbers.items()]
    return [part[coded] for part in parts]


def _departures(path: Path) -> list[pd.DataFrame]:
    """Routes and destinations by origin; the row is that of the origin's first route."""
    table = _table(path, ROUTE).assign(source_row=lambda frame: np.arange(1, len(frame) + 1))
    _require_codes(table, ["source", "destination"], path)
    counts = table.groupby("source").agg(
        source_row=("source_row", "first"), routes=("destination", "size"), destinations=("destination", "nunique")
    )
    base = counts.reset_index().assign(source_file=path.name, ref_area=lambda frame: "AIRPORT-" + frame["source"])
    base = base[["source_file", "source_row", "ref_area", "routes", "destinations"]]
    return [
        base.assign(variable=name, obs_value=base[name]).drop(columns=["routes", "destinations"])
        for name in ("routes", "destinations")
    ]


def _table(path: Path, columns: list[str]) -> pd.DataFrame:
    rows = delimited_rows(path.read_bytes(), path)
    if not rows:
        raise SourceError(path, "holds no rows", row=1)
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise SourceError(path, f"holds {len(row)} fields, not {len(columns)}", row=number, value=",".join(row))
    return pd.DataFrame(rows, columns=columns, dtype="str")


def _require_codes(table: pd.DataFrame, columns: list[str], path: Path, missing: str = "") -> None:
    for name in columns:
        known = table[name].str.fullmatch("[A-Z0-9]{3}") | ((table[name] == missing) & (missing != ""))
        _refuse(~known, table[name], path, "is no IATA code")


def _refuse(bad: pd.Series, cells: pd.Series, path: Path, problem: str) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise SourceError(path, problem, row=row + 1, column=cells.name, value=cells.iloc[row])
