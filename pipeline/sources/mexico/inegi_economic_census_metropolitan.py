"""INEGI's economic census of 2018 by metropolitan municipality and three-digit subsector, compiled.

One workbook, 417 municipalities of the metropolises of 2018 by 88 subsectors; read are establishments (``ue``) and people
employed (``po``). Confidential cells stand as 0 in the file: people are missing (status O) where there are establishments
and nobody works in them. INEGI hides every cell of one or two establishments and others in which one dominates.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import municipality_areas, numbers, open_sheet
from pipeline.sources.reading import observations, require_columns, require_counts, require_files, stack, variables_of

SOURCE = "inegi_economic_census_metropolitan"
FILE, SHEET = "zm19.xlsx", "zm19"
FIRST_ROW = 2


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the workbook; the vintage is the edition, one year after the year it describes."""
    (path,) = require_files(folder, FILE)
    frame = _table(path)
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    require_columns(frame, names.index, path)
    areas = municipality_areas(frame["cvegeo"].str.zfill(5), path, FIRST_ROW)
    values = numbers(frame, list(names.index), path, FIRST_ROW)
    for name in values:
        require_counts(values[name], path, FIRST_ROW)
    for code in [name.removeprefix("po_") for name in names.index if name.startswith("po_")]:
        units, people = values[f"ue_{code}"], values[f"po_{code}"]
        _refuse_ghosts(units, people, path)
        values[f"po_{code}"] = people.mask((units > 0) & (people == 0))
    rows = FIRST_ROW + np.arange(len(frame))
    return observations([stack(values.rename(columns=names), areas, path.name, rows, int(vintage) - 1)])


def _table(path: Path) -> pd.DataFrame:
    """The sheet as text, whole numbers without a decimal point."""
    header, *rows = open_sheet(path, SHEET)
    text = [[str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell) for cell in row] for row in rows]
    frame = pd.DataFrame(text, columns=header, dtype="str")
    require_columns(frame, ["cvegeo"], path)
    return frame


def _refuse_ghosts(units: pd.Series, people: pd.Series, path: Path) -> None:
    """People without an establishment: the columns are not those known here."""
    bad = (units == 0) & (people > 0)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise SourceError(
            path,
            "people without an establishment",
            row=FIRST_ROW + row,
            column=people.name,
            value=people.iloc[row],
            advice="correct or quarantine the row",
        )
