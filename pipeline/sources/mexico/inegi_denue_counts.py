"""Establishments by area and activity, counted by INEGI's directory service (DENUE, Cuantificar), with a token.

One answer per state (``cuantificar_14.json``): an array of ``AE`` (a node of SCIAN: sector, subsector, branch, ... to the class),
``AG`` (the area: a state's two digits or a municipality's five) and ``Total``. Activity 0 gives every node, so only the
two-digit ones are read; their sum is the total. Sectors that span two-digit codes (31 to 33, 48 and 49) stand apart, as in the
source inegi_denue. A node that is absent has no establishment, but the service also fails that way: it is no observation.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import (
    observations,
    refuse_cells,
    require_columns,
    require_counts,
    require_unique,
    to_numbers,
    variables_of,
)

SOURCE = "inegi_denue_counts"
COLUMNS = ["AE", "AG", "Total"]


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Establishments of every area and sector in the answers."""
    paths = sorted(Path(folder).glob("cuantificar_??.json"))
    if not paths:
        raise SourceError(folder, "holds no cuantificar_<state>.json")
    return observations([_counts(path).assign(time_period=int(vintage)) for path in paths])


def _counts(path: Path) -> pd.DataFrame:
    try:
        table = pd.DataFrame(json.loads(path.read_bytes()), dtype="object")
    except (ValueError, TypeError, RecursionError, AttributeError) as error:
        raise SourceError(path, f"is no array of {{AE, AG, Total}} ({error})") from error
    require_columns(table, COLUMNS, path)
    table = table[COLUMNS].map(lambda cell: "" if cell is None else str(cell))
    rows, state = np.arange(1, len(table) + 1), path.stem[-2:]
    own = table["AG"].str.fullmatch(rf"{state}(\d{{3}})?")
    refuse_cells(~own, table["AG"], path, f"is not an area of state {state}", rows)
    refuse_cells(~table["AE"].str.fullmatch(r"\d{2,6}"), table["AE"], path, "is not a code of SCIAN", rows)
    require_unique(table, ["AE", "AG"], path, 1)
    numbers = to_numbers(table["Total"], path, rows)
    require_counts(numbers["obs_value"].rename("Total"), path, rows)
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    sectors = table["AE"].str.len() == 2
    refuse_cells(sectors & ~table["AE"].isin(names.index), table["AE"], path, "is no sector of variables.csv", rows)
    table = pd.concat([table, numbers], axis=1).assign(source_row=rows)[sectors]
    if table.empty:
        raise SourceError(path, "holds no two-digit sector", column="AE")
    return table.assign(ref_area="MX-" + table["AG"], variable=table["AE"].map(names), source_file=path.name)
