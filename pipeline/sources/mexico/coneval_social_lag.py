"""CONEVAL, index of social lag by municipality, 2000 to 2020: eleven percentages, the index, its grade and its place.

One workbook per year; in the sheet ``Municipios`` the header stands in rows 5 and 6, the municipalities from row 8 to
the first empty row, the notes behind it. The index is standardised within each year, so its level says nothing across
years. Populations are checked against the states of the sheet ``Estados``; where a note says that municipalities are
left out (2000: one of Chiapas without data; 2015: eleven that the intercensal survey could not cover), a state may fall
short of its own total. The states' own index, on another scale, is not read.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import area_codes, municipality_areas, numbers, open_sheet, require_among, require_within
from pipeline.sources.reading import observations, require_counts, require_files, require_total, unpivot, variables_of

SOURCE = "coneval_social_lag"
YEARS = (2000, 2005, 2010, 2015, 2020)
GRADES = ("Muy bajo", "Bajo", "Medio", "Alto", "Muy alto")
CODE, POPULATION = "Clave municipio", "Población total"
INDEX, GRADE, PLACE = "Índice de rezago social", "Grado de rezago social", "Lugar que ocupa en el contexto nacional"
HEADERS, FIRST_ROW, FIRST_STATE_ROW = (5, 6), 8, 7
LEFT_OUT = re.compile(r"no se cuenta con información|para los cuales la fuente de información ofrece datos")
SHORTFALL_OF_A_STATE = 0.03  # the largest was 1.8 % of Chihuahua in 2015


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of all years that one release of the index covers."""
    paths = require_files(folder, *(f"IRS_entidades_mpios_{year}.xlsx" for year in YEARS))
    return observations([_read_year(path, year) for path, year in zip(paths, YEARS, strict=True)])


def _read_year(path: Path, year: int) -> pd.DataFrame:
    rows = open_sheet(path, "Municipios")
    if len(rows) < FIRST_ROW:
        raise SourceError(path, "the sheet Municipios holds no rows", row=FIRST_ROW)
    _check_title(rows, path, year)
    frame, notes = _municipalities(rows, path)
    _check(frame, path)
    _check_states(frame, notes, path)
    table = unpivot(frame.drop(columns=GRADE), SOURCE, path.name, time_period=year, first_row=FIRST_ROW)
    grades = pd.DataFrame(
        {
            "source_file": path.name,
            "source_row": FIRST_ROW + frame.index,
            "ref_area": frame["ref_area"],
            "variable": "social_lag_grade",
            "time_period": year,
            "obs_text": frame[GRADE],
        }
    )
    return pd.concat([table, grades], ignore_index=True)


def _check_title(rows: list[list], path: Path, year: int) -> None:
    title = " ".join(str(cell) for cell in rows[0]).split()
    if not title or title[-1] != str(year):
        raise SourceError(path, f"the title does not name the year {year}", row=1, value=" ".join(title)[-60:])


def _municipalities(rows: list[list], path: Path) -> tuple[pd.DataFrame, str]:
    """The municipal rows under one header, and the text of the notes behind them."""
    upper, lower = (rows[number - 1] for number in HEADERS)
    header = [" ".join(str(below or above).split()) for above, below in zip(upper, lower, strict=True)]
    for name in (CODE, *variables_of(SOURCE)["publisher_code"]):
        if name not in header:
            raise SourceError(
                path,
                "the column is missing",
                row=HEADERS[1],
                column=name,
                advice="this layout is not the one known here",
            )
    code = header.index(CODE)
    body = rows[FIRST_ROW - 1 :]
    end = next((position for position, row in enumerate(body) if row[code] == ""), len(body))
    if not end:
        raise SourceError(path, "holds no municipalities", row=FIRST_ROW, column=CODE)
    _refuse_rows_behind(body, end, code, path)
    frame = pd.DataFrame(body[:end], columns=header)
    frame["ref_area"] = municipality_areas(frame[CODE], path, FIRST_ROW)
    return frame, " ".join(str(row[0]) for row in body[end:])


def _refuse_rows_behind(body: list[list], end: int, code: int, path: Path) -> None:
    for position, row in enumerate(body[end:], end):
        if row[code] != "":
            raise SourceError(path, "a row without a code stands above it", row=FIRST_ROW + position, value=row[code])


def _check(frame: pd.DataFrame, path: Path) -> None:
    percentages = [name for name in variables_of(SOURCE)["publisher_code"] if name not in (POPULATION, INDEX, GRADE, PLACE)]
    require_within(numbers(frame, percentages, path, FIRST_ROW), path, FIRST_ROW, high=100)
    require_counts(numbers(frame, [POPULATION], path, FIRST_ROW)[POPULATION], path, FIRST_ROW)
    require_among(frame[GRADE], GRADES, path, FIRST_ROW)
    order = numbers(frame, [INDEX, PLACE], path, FIRST_ROW).dropna().sort_values(PLACE, kind="stable")
    against = np.flatnonzero(np.diff(order[INDEX]) > 0)
    if len(against):
        row = int(order.index[against[0] + 1])
        raise SourceError(
            path, "does not follow the order of the places", row=FIRST_ROW + row, column=INDEX, value=order[INDEX][row]
        )


def _check_states(frame: pd.DataFrame, notes: str, path: Path) -> None:
    """The municipalities give the state's population, or a little less where a note says that some are left out."""
    published = _state_populations(path)
    found = numbers(frame, [POPULATION], path, FIRST_ROW)[POPULATION].groupby(frame["ref_area"].str[:5]).sum()
    share = SHORTFALL_OF_A_STATE if LEFT_OUT.search(notes) else 0
    for state in published.index.union(found.index):
        total, whole = found.get(state, 0.0), published.get(state, 0.0)
        if not 0 <= whole - total <= share * whole:
            require_total(path, f"the population of {state}", total, whole)


def _state_populations(path: Path) -> pd.Series:
    rows = [row[:3] for row in open_sheet(path, "Estados")[FIRST_STATE_ROW - 1 :]]
    frame = pd.DataFrame(rows, columns=["Clave entidad", "Entidad federativa", POPULATION])
    end = int((frame["Clave entidad"] != "").cumprod().sum())
    states = frame[:end][frame["Clave entidad"][:end] != "00"]
    if states.empty:
        raise SourceError(path, "the sheet Estados holds no states", row=FIRST_STATE_ROW, column="Clave entidad")
    row = FIRST_STATE_ROW + int(states.index[0])
    areas = area_codes(states["Clave entidad"], path, row, digits=2)
    return numbers(states, [POPULATION], path, row).set_index(areas)[POPULATION]
