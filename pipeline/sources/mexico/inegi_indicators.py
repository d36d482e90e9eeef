"""INEGI's bank of indicators: the population of the nation and of every state, from the service with a token.

One answer per area (``population_14.json``): ``Series`` with the indicator's number and its observations, whose values are text
and may be empty. The area is that of the file's name. An error of the service is a flat array of texts. The states must
add up to the nation in every year that all have.
"""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import (
    observations,
    refuse_cells,
    require_columns,
    require_counts,
    require_total,
    to_numbers,
    variables_of,
)

SOURCE = "inegi_indicators"
NATION, STATES = "00", 32


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """The observations of every area."""
    paths = sorted(Path(folder).glob("population_??.json"))
    if not paths:
        raise SourceError(folder, "holds no population_<area>.json")
    parts = [_series(path) for path in paths]
    _check(pd.concat(parts), Path(folder))
    return observations(parts)


def _series(path: Path) -> pd.DataFrame:
    area = path.stem[-2:]
    if not re.fullmatch(r"0\d|[12]\d|3[0-2]", area):
        raise SourceError(path, "is not named for a state", value=area)
    try:
        answer = json.loads(path.read_bytes())
        if isinstance(answer, list):
            raise SourceError(path, "the service answered with an error", value=" ".join(map(str, answer)))
        ((code, found),) = [(series["INDICADOR"], series["OBSERVATIONS"]) for series in answer["Series"]]
        table = pd.DataFrame(found, dtype="object")
    except (json.JSONDecodeError, KeyError, TypeError, RecursionError, UnicodeDecodeError) as error:
        raise SourceError(path, f"is no answer of the bank of indicators ({error!r})") from error
    except ValueError as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(path, "holds several series, or none") from error
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    if str(code) not in names.index:
        raise SourceError(path, "is no indicator of variables.csv", column="INDICADOR", value=code)
    require_columns(table, ["TIME_PERIOD", "OBS_VALUE"], path)
    table = table.map(lambda cell: "" if cell is None else str(cell))
    rows = np.arange(1, len(table) + 1)
    refuse_cells(~table["TIME_PERIOD"].str.fullmatch(r"(19|20)\d\d"), table["TIME_PERIOD"], path, "is not a year", rows)
    refuse_cells(table["TIME_PERIOD"].duplicated(), table["TIME_PERIOD"], path, "the year stands twice", rows)
    numbers = to_numbers(table["OBS_VALUE"], path, rows)
    require_counts(numbers["obs_value"].rename("OBS_VALUE"), path, rows)
    place = {"source_file": path.name, "source_row": rows, "variable": names[str(code)]}
    place["ref_area"] = "MEX" if area == NATION else f"MX-{area}"
    return numbers.assign(time_period=table["TIME_PERIOD"].astype(int), **place)


def _check(table: pd.DataFrame, folder: Path) -> None:
    nation = table[table["ref_area"] == "MEX"].set_index("time_period")["obs_value"].dropna()
    states = table[table["ref_area"] != "MEX"].groupby("time_period")["obs_value"].agg(["count", "sum"])
    for year, total in nation.items():
        if year in states.index and states.loc[year, "count"] == STATES:
            require_total(folder, f"the population of the states in {year}", states.loc[year, "sum"], total)
