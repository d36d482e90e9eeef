"""What several readers of United States tables share: codes of counties and core-based areas, publishers' own names.

Here stand the checks that do not depend on one product. What a column means belongs to the reader of its product.
"""

import numpy as np
import pandas as pd

from pipeline.reading import SourceError, file_row
from schemas.catalogue import register

COUNTY = r"\d{5}"
CORE_BASED_AREA = r"\d{5}"
KM2_PER_SQUARE_MILE = 2.589988110336
ANNOTATIONS = [
    "-999999999", "-888888888", "-666666666", "-555555555", "-333333333", "-222222222",
]  # what the Census Bureau writes where it has no estimate  # fmt: skip


def refuse(bad, values: pd.Series, file, first_row, problem: str, advice: str = "correct or quarantine the cell") -> None:
    """Raise ``SourceError`` for the first cell of the column ``values`` where ``bad`` holds."""
    marked = np.asarray(bad, dtype=bool)
    if marked.any():
        position = int(np.flatnonzero(marked)[0])
        raise SourceError(
            file, problem, row=file_row(first_row, position), column=values.name, value=values.iloc[position],
            advice=advice,
        )  # fmt: skip


def county_areas(codes: pd.Series, file, first_row) -> pd.Series:
    """``US-`` and the five digits of a county; refuses anything else, a state's code, and a code that stands twice."""
    refuse(~codes.str.fullmatch(COUNTY) | codes.str.endswith("000"), codes, file, first_row, "is not a county's code")
    refuse(codes.duplicated(), codes, file, first_row, "the county stands twice")
    return "US-" + codes


def core_based_areas(codes: pd.Series, file, first_row) -> pd.Series:
    """``US-CBSA-`` and the five digits of a metropolitan or micropolitan area; refuses anything else."""
    refuse(~codes.str.fullmatch(CORE_BASED_AREA), codes, file, first_row, "is not the code of a core-based area")
    return "US-CBSA-" + codes


def declared_areas(names: pd.Series, source: str, file, first_row, otherwise: pd.Series | None = None) -> pd.Series:
    """Areas that ``area_concordance.csv`` gives for the publisher's names; a name it lacks becomes ``otherwise``.

    Without ``otherwise`` an unknown name is refused, and so is one that stands twice.
    """
    rows = register("area_concordance")
    known = rows[rows["source"] == source].set_index("publisher_area")["ref_area"]
    areas = names.map(known)
    if otherwise is not None:
        return areas.fillna(otherwise)
    advice = f"add it to schemas/area_concordance.csv for {source}"
    refuse(areas.isna(), names, file, first_row, "is not an area known here", advice)
    refuse(areas.duplicated(), names, file, first_row, "the area stands twice")
    return areas
