"""Sister cities of Mexico: pairs of towns that call each other twins, compiled from Wikipedia's lists in 2026.

One line per pair, with names, countries and positions; each pair stands once, in either order. Only the pairs of which one
town lies in Mexico are read, and only their facts: the two ends of line n are the points ``TWIN-n-1`` and ``TWIN-n-2``, as
they stand. Volunteers wrote the lists: ties are missing, some ended, and a position may be that of a state, or of
a namesake on another continent. Lines without the second country (dependencies, and one name that holds it) and pairs of a
town with itself stand among the others and are left out with them.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import require_within
from pipeline.sources.reading import observations, read_delimited, refuse_cells, require_columns, require_files, to_numbers

FILE = "twin_cities.csv"
ENDS = ("1", "2")
TEXTS = {"city": "name", "country": "country_name"}
NUMBERS = {"lat": ("latitude", -90, 90), "lng": ("longitude", -180, 180)}
HOME = "Mexico"
FIRST_ROW = 2


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Name, country and position of both ends of every pair that touches Mexico."""
    (path,) = require_files(Path(folder), FILE)
    table = read_delimited(path.read_bytes(), path)
    require_columns(table, [f"{name}{end}" for end in ENDS for name in (*TEXTS, *NUMBERS)], path)
    ours = (table[[f"country{end}" for end in ENDS]] == HOME).any(axis=1)
    if not ours.any():
        raise SourceError(path, f"holds no pair with a town in {HOME}", column="country1, country2")
    parts = [part[ours] for end in ENDS for part in _end(table, end, ours, path)]
    return observations([part.assign(source_file=path.name, time_period=int(vintage)) for part in parts])


def _end(table: pd.DataFrame, end: str, ours: pd.Series, path: Path) -> list[pd.DataFrame]:
    rows = pd.Series(np.arange(FIRST_ROW, len(table) + FIRST_ROW))
    base = pd.DataFrame({"source_row": rows, "ref_area": "TWIN-" + rows.astype("str") + f"-{end}"})
    parts = []
    for name, variable in TEXTS.items():
        text = table[f"{name}{end}"].str.strip()
        refuse_cells(ours & (text == ""), text, path, "the cell is empty", FIRST_ROW)
        parts.append(base.assign(variable=variable, obs_text=text))
    for name, (variable, low, high) in NUMBERS.items():
        numbers = to_numbers(table[f"{name}{end}"], path, FIRST_ROW)
        require_within(numbers[["obs_value"]].set_axis([f"{name}{end}"], axis=1), path, FIRST_ROW, low, high)
        parts.append(base.assign(variable=variable, **numbers))
    return parts
