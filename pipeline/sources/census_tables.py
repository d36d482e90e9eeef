"""What several readers of United States tables share: codes of counties and core-based areas, publishers' own names.

Here stand the checks that do not depend on one product. What a column means belongs to the reader of its product.
"""

import re

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import file_row, read_delimited, require_columns, to_numbers
from schemas.catalogue import register

COUNTY = r"\d{5}"
CORE_BASED_AREA = r"\d{5}"
GEO_ID = re.compile(rb"\d{3}[0-9A-Z]{4}US[0-9A-Z]*\|")  # level, version, area: the first field of a summary file
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


def summary_table(path, areas: dict[str, str], prefixes: dict[str, str], codes: list[str]) -> pd.DataFrame:
    """The lines of a table-based summary file that are areas of the levels in ``areas``, with ``ref_area`` and ``source_row``.

    ``areas`` gives the pattern of GEO_ID by level and ``prefixes`` the beginning of our code. The file has a line for each
    of half a million areas, so the lines are picked before they are split.
    """
    starts, picked = tuple(level.encode() for level in areas), []
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if number > 1 and not GEO_ID.match(line):
                raise SourceError(path, "is not the code of an area", row=number, column="GEO_ID", value=line[:40])
            if number == 1 or line.startswith(starts):
                picked.append((number, line))
    frame = read_delimited(b"".join(line for _, line in picked), path, delimiter="|", lines=[number for number, _ in picked])
    frame["source_row"] = [number for number, _ in picked[1:]][: len(frame)]
    margins = [code.replace("_E", "_M", 1) for code in codes]
    require_columns(frame, ["GEO_ID", *codes, *margins], path)
    known = pd.Series(pd.NA, frame.index, dtype="string")
    for level, pattern in areas.items():
        found = frame["GEO_ID"].str.extract(f"^{pattern}$")["area"]
        known = known.fillna(prefixes[level] + found)
    rows = frame["source_row"]
    refuse(known.isna(), frame["GEO_ID"], path, rows, "is not the code of an area of its level")
    refuse(known.duplicated(), frame["GEO_ID"], path, rows, "the area stands twice")
    return frame.assign(ref_area=known.astype("str"))
