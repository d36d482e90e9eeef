"""What several readers of United States tables share: codes of counties and core-based areas, publishers' own names.

Here stand the checks that do not depend on one product. What a column means belongs to the reader of its product.
"""

import numpy as np
import pandas as pd

from pipeline.reading import SourceError, file_row, to_numbers
from schemas.catalogue import register

COUNTY = r"\d{5}"
CORE_BASED_AREA = r"\d{5}"
STATES = {
    "AL": "01", "AK": "02", "AZ": "04", "AR": "05", "CA": "06", "CO": "08", "CT": "09", "DE": "10", "DC": "11",
    "FL": "12", "GA": "13", "HI": "15", "ID": "16", "IL": "17", "IN": "18", "IA": "19", "KS": "20", "KY": "21",
    "LA": "22", "ME": "23", "MD": "24", "MA": "25", "MI": "26", "MN": "27", "MS": "28", "MO": "29", "MT": "30",
    "NE": "31", "NV": "32", "NH": "33", "NJ": "34", "NM": "35", "NY": "36", "NC": "37", "ND": "38", "OH": "39",
    "OK": "40", "OR": "41", "PA": "42", "RI": "44", "SC": "45", "SD": "46", "TN": "47", "TX": "48", "UT": "49",
    "VT": "50", "VA": "51", "WA": "53", "WV": "54", "WI": "55", "WY": "56", "PR": "72",
}  # postal abbreviation: code of the state  # fmt: skip
KINDS = {"Metropolitan Statistical Area": "metropolitan", "Micropolitan Statistical Area": "micropolitan"}
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


def numbers_of(cells: pd.Series, file, first_row, **numbers) -> pd.Series:
    """The numbers of a column of text under the column's name, missing where the text says so; see ``to_numbers``."""
    return to_numbers(cells, file, first_row, **numbers)["obs_value"].rename(cells.name)


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


def text_observations(values: pd.Series, variable: str, areas: pd.Series, file: str, rows, year: int) -> pd.DataFrame:
    """One part of an observations table whose values are texts: names, kinds, memberships."""
    return pd.DataFrame(
        {
            "variable": variable,
            "obs_text": values,
            "ref_area": areas,
            "source_file": file,
            "source_row": rows,
            "time_period": year,
        }
    )


def number_observations(
    values: pd.Series, variable: str, areas: pd.Series, file: str, rows, year: int, status="A"
) -> pd.DataFrame:
    """One part of an observations table whose values are numbers; a missing one has status O."""
    return pd.DataFrame(
        {
            "variable": variable,
            "obs_value": values,
            "obs_status": np.where(values.isna(), "O", status),
            "ref_area": areas,
            "source_file": file,
            "source_row": rows,
            "time_period": year,
        }
    )
