"""CONEVAL, income poverty and social deprivations by municipality, 2020: people and percentages, compiled.

The compiled file joins CONEVAL's model-based municipal estimates with CONAPO's deprivations; the latter are read from
CONAPO's own workbook and do not belong here. Three municipalities lack CONEVAL's estimates (``coneval_completo`` False:
Seybaplaya, Honduras de la Sierra, La Magdalena Tlaltelulco); all their cells are missing. ``population_poor`` is income
below the poverty line, not CONEVAL's multidimensional poverty, which the file does not hold. The base is CONEVAL's own
population, about one per cent above the census.
"""

from pathlib import Path

import pandas as pd

from pipeline.sources.municipal_tables import (
    municipality_areas,
    numbers,
    open_csv,
    require_among,
    require_equal,
    require_within,
)
from pipeline.sources.reading import observations, require_counts, require_files, require_part, unpivot, variables_of

SOURCE = "coneval_poverty"
FILE = "municipal_components_2020.csv"
BASE, COMPLETE = "pob_2020_coneval", "coneval_completo"
FIRST_ROW = 2
ROUNDING = 0.5 + 1e-6  # people are whole numbers, percentages are not


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the compiled file; the vintage is the year of the estimates."""
    (path,) = require_files(folder, FILE)
    codes = list(variables_of(SOURCE)["publisher_code"])
    frame = open_csv(path, ["cvegeo", COMPLETE, *codes])
    require_among(frame[COMPLETE], ("True", "False"), path, FIRST_ROW)
    frame["ref_area"] = municipality_areas(frame["cvegeo"], path, FIRST_ROW)
    frame.loc[frame[COMPLETE] == "False", codes] = ""
    _check(numbers(frame, codes, path, FIRST_ROW), path)
    return observations([unpivot(frame, SOURCE, path.name, time_period=int(vintage), first_row=FIRST_ROW)])


def _check(values: pd.DataFrame, path: Path) -> None:
    """People are not negative, percentages not above 100, and both tell the same of the same base."""
    percentages = [name for name in values if name.endswith("_pct")]
    for name in values.columns.difference(percentages):
        require_counts(values[name], path, FIRST_ROW)
    require_within(values[percentages], path, FIRST_ROW, high=100)
    for percentage in percentages:
        people = values[percentage.replace("_pct", "_num")]
        require_part(people, values[BASE], path, FIRST_ROW)
        require_equal(values[percentage] * values[BASE] / 100, people, path, FIRST_ROW, ROUNDING)
    require_part(values["lp_ingreso_ext_num"], values["lp_ingreso_num"], path, FIRST_ROW)
