"""CONAPO, index of marginalisation by municipality: nine deprivations in percent, the index and its grade.

The workbook's sheet ``IMM_<year>`` holds the municipalities under a header of codes; the first sheet prints the same
figures for readers, with the national row that the population is checked against. Percentages keep every digit of the
file, because the index is computed again from them. The index itself is not computed here. The place of each
municipality, printed in the first sheet only, follows from the index and is not read.
"""

from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import (
    municipality_areas,
    numbers,
    open_sheet,
    require_among,
    require_within,
)
from pipeline.sources.reading import observations, require_columns, require_counts, require_files, require_total, unpivot

SOURCE = "conapo_marginalisation"
DEPRIVATIONS = ("ANALF", "SBASC", "OVSDE", "OVSEE", "OVSAE", "OVPT", "VHAC", "PL.5000", "PO2SM")
GRADES = ("Muy bajo", "Bajo", "Medio", "Alto", "Muy alto")
FIRST_ROW = 2
HEADER_OF_PRINTED_SHEET = 6


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of ``IMM_<vintage>.xls``; the vintage is the year of the index."""
    (path,) = require_files(folder, f"IMM_{vintage}.xls")
    frame = _municipalities(path, vintage)
    _check(frame, path, vintage)
    grade = f"GM_{vintage}"
    table = unpivot(frame.drop(columns=grade), SOURCE, path.name, time_period=int(vintage), first_row=FIRST_ROW)
    grades = pd.DataFrame(
        {
            "source_file": path.name,
            "source_row": FIRST_ROW + frame.index,
            "ref_area": frame["ref_area"],
            "variable": "marginalisation_grade",
            "time_period": int(vintage),
            "obs_text": frame[grade],
        }
    )
    return observations([table, grades])


def _municipalities(path: Path, vintage: str) -> pd.DataFrame:
    rows = open_sheet(path, f"IMM_{vintage}")
    if len(rows) < FIRST_ROW:
        raise SourceError(path, "the sheet holds no rows", row=FIRST_ROW)
    frame = pd.DataFrame(rows[1:], columns=rows[0])
    wanted = ["CVE_MUN", "POB_TOT", *DEPRIVATIONS, f"IM_{vintage}", f"GM_{vintage}", f"IMN_{vintage}"]
    require_columns(frame, wanted, path)
    return frame.assign(ref_area=municipality_areas(frame["CVE_MUN"], path, FIRST_ROW))


def _check(frame: pd.DataFrame, path: Path, vintage: str) -> None:
    require_within(numbers(frame, DEPRIVATIONS, path, FIRST_ROW), path, FIRST_ROW, high=100)
    require_within(numbers(frame, [f"IMN_{vintage}"], path, FIRST_ROW), path, FIRST_ROW, high=1)
    population = numbers(frame, ["POB_TOT"], path, FIRST_ROW)["POB_TOT"]
    require_counts(population, path, FIRST_ROW)
    require_among(frame[f"GM_{vintage}"], GRADES, path, FIRST_ROW)
    require_total(path, "the population of the municipalities", population.sum(), _national_population(path, vintage))


def _national_population(path: Path, vintage: str) -> float:
    """The population in the national row of the printed sheet."""
    rows = open_sheet(path, f"Base de marginación {vintage}")
    if len(rows) < HEADER_OF_PRINTED_SHEET or "POB_TOT" not in rows[HEADER_OF_PRINTED_SHEET - 1]:
        raise SourceError(
            path,
            "the column is missing",
            row=HEADER_OF_PRINTED_SHEET,
            column="POB_TOT",
            advice="this layout is not the one known here",
        )
    column = rows[HEADER_OF_PRINTED_SHEET - 1].index("POB_TOT")
    for position, row in enumerate(rows):
        if row[0] == "Nacional":
            cell = pd.DataFrame({"POB_TOT": [row[column]]})
            return numbers(cell, ["POB_TOT"], path, position + 1)["POB_TOT"].iloc[0]
    raise SourceError(path, "the national row is missing from the printed sheet", column="CVE_ENT", value="Nacional")
