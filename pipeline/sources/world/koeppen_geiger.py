"""World map of the Köppen-Geiger climate classification, updated (Kottek and others 2006): a class per half degree.

Three columns separated by spaces: latitude and longitude of the cell's centre, and the class. Only land has cells.
The climate is that of 1951 to 2000; ``time_period`` is the last year. The cell's centre stands in its code
(``CELL-19.25_-99.25``), so it is not repeated as a number.

What to know before using a class: the map's criteria compare the driest months of the summer and the winter half-year,
and April counts as summer. In much of Mexico April is as dry as winter, so places with wet summers are classed as
dry in summer: As (Veracruz) where others say Aw, Csa and Csb (Guadalajara) where others say Cwa and Cwb. The classes
are kept as published.
Some cells of large lakes and small islands are absent. Maps of other periods and scenarios are other files.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import observations, require_files, require_unique

FILE = "Koeppen-Geiger-ASCII.txt"
HEADER = ["lat", "lon", "cls"]
LAST_YEAR = 2000
CLASSES = frozenset(
    [
        *("Af", "Am", "As", "Aw", "BSh", "BSk", "BWh", "BWk", "EF", "ET"),
        *("Cfa", "Cfb", "Cfc", "Csa", "Csb", "Csc", "Cwa", "Cwb", "Cwc"),
        *("Dfa", "Dfb", "Dfc", "Dfd", "Dsa", "Dsb", "Dsc", "Dsd", "Dwa", "Dwb", "Dwc", "Dwd"),
    ]
)
CENTRE = r"-?\d{1,3}\.[27]5"  # the centre of a half-degree cell
LIMITS = {"lat": 90, "lon": 180}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """The observation ``climate_class`` of every cell of land."""
    (path,) = require_files(folder, FILE)
    cells = _cells(path)
    for name, limit in LIMITS.items():
        text = cells[name].where(cells[name].str.fullmatch(CENTRE))
        _refuse(~pd.to_numeric(text).abs().lt(limit), cells, name, path, "is not the centre of a half-degree cell")
    _refuse(~cells["cls"].isin(CLASSES), cells, "cls", path, "is no Köppen-Geiger class")
    require_unique(cells, ["lat", "lon"], path, int(cells["source_row"].iloc[0]))
    return observations(
        [
            pd.DataFrame(
                {
                    "source_file": path.name,
                    "source_row": cells["source_row"],
                    "ref_area": "CELL-" + cells["lat"] + "_" + cells["lon"],
                    "variable": "climate_class",
                    "time_period": LAST_YEAR,
                    "obs_text": cells["cls"],
                }
            )
        ]
    )


def _cells(path: Path) -> pd.DataFrame:
    """One row per line, as text; a line of column names may stand first."""
    try:
        lines = path.read_bytes().decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise SourceError(path, "is not plain text", value=error.object[error.start : error.start + 20]) from error
    rows = [line.split() for line in lines]
    first = 1 if rows and [word.lower() for word in rows[0]] == HEADER else 0
    if len(rows) == first:
        raise SourceError(path, "holds no cells", row=first + 1)
    for number, row in enumerate(rows[first:], first + 1):
        if len(row) != len(HEADER):
            raise SourceError(path, f"holds {len(row)} fields, not {len(HEADER)}", row=number, value=lines[number - 1])
    cells = pd.DataFrame(rows[first:], columns=HEADER, dtype="str")
    return cells.assign(source_row=np.arange(first + 1, len(rows) + 1))


def _refuse(bad: pd.Series, cells: pd.DataFrame, column: str, path: Path, problem: str) -> None:
    if bad.any():
        cell = cells[bad].iloc[0]
        raise SourceError(path, problem, row=int(cell["source_row"]), column=column, value=cell[column])
