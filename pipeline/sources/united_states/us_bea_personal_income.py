"""Per capita personal income by metropolitan area (Bureau of Economic Analysis, table 2 of the yearly release).

One sheet: title lines, years in the fourth row, the nation and its metropolitan and other portions, then one row per
metropolitan area and footnotes. Areas are named, not coded (``area_concordance.csv``). Personal income is wages,
transfers and property income, including what employers and government pay for a person: it is more than the money
income of the Census Bureau. Puerto Rico is not in it. Counties, ranks and growth rates do not belong here.
"""

import re
from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.census_tables import declared_areas, number_observations, numbers_of, refuse
from pipeline.sources.municipal_tables import open_sheet
from pipeline.sources.reading import observations, require_files, variables_of

SOURCE = "us_bea_personal_income"
SHEET = "Table 2"
MEASURE, UNIT, HEADING = "Per capita personal income", "Dollars", "Metropolitan Statistical Areas"
MEASURE_ROW, UNIT_ROW, YEAR_ROW, METROPOLITAN_ROW = 2, 3, 4, 6
METROPOLITAN = "Metropolitan portion"
NOT_AVAILABLE = "(NA)"
FIRST = "B"


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Per capita personal income of every metropolitan area and every year of the release."""
    (path,) = require_files(Path(folder), f"lapi11{vintage[-2:]}msa.xlsx")
    rows = open_sheet(path, SHEET)
    start = _require_layout(rows, path)
    years = [str(int(cell)) for cell in _years(rows)]
    if not years:
        raise SourceError(path, "has no years", row=YEAR_ROW, column=FIRST)
    lines = [
        (number, row) for number, row in enumerate(rows[start:], start=start + 1) if any(str(cell).strip() for cell in row[1:])
    ]
    if not lines:
        raise SourceError(path, "holds no rows of metropolitan areas", row=start + 1)
    numbers = pd.Series([number for number, _ in lines])
    names = pd.Series([str(row[0]).strip() for _, row in lines], name="metropolitan area")
    areas = declared_areas(names, SOURCE, path, numbers)
    (variable,) = variables_of(SOURCE).itertuples()
    parts = []
    for position, year in enumerate(years, start=1):
        cells = pd.Series([str(row[position]) for _, row in lines], name=year)
        values = numbers_of(cells, path, numbers, missing=[NOT_AVAILABLE])
        refuse(values <= 0, cells, path, numbers, "is not an income")
        _require_between(values, rows[METROPOLITAN_ROW - 1][position], year, path)
        parts.append(number_observations(values, variable.variable, areas, path.name, numbers, int(year)))
    return observations(parts)


def _require_layout(rows: list[list], path: Path) -> int:
    """The position behind the heading of metropolitan areas; refuses another layout."""
    expected = {MEASURE_ROW: MEASURE, UNIT_ROW: UNIT, METROPOLITAN_ROW: METROPOLITAN}
    for row, text in expected.items():
        found = [str(cell).strip() for cell in rows[row - 1][:2]] if len(rows) >= row else []
        if not any(re.fullmatch(rf"{text}\d?", cell) for cell in found):
            advice = "this layout is not the one known here"
            raise SourceError(path, f"does not say {text!r}", row=row, value=", ".join(found), advice=advice)
    headings = [number for number, row in enumerate(rows, start=1) if str(row[0]).strip() == HEADING]
    if len(headings) != 1:
        raise SourceError(path, f"does not have one heading {HEADING!r}", column="A")
    return headings[0]


def _years(rows: list[list]) -> list:
    """The years in a row from the second column on, each once: behind them stand ranks and growth rates."""
    years = []
    for cell in rows[YEAR_ROW - 1][1:]:
        if not re.fullmatch(r"\d{4}(\.0)?", str(cell)) or cell in years:
            break
        years.append(cell)
    return years


def _require_between(values: pd.Series, metropolitan, year: str, path: Path) -> None:
    """The mean of all metropolitan areas lies between the lowest and the highest of them."""
    if not values.min() <= float(metropolitan) <= values.max():
        raise SourceError(
            path, f"does not lie between {values.min():,.10g} and {values.max():,.10g}, as a mean of the areas must",
            row=METROPOLITAN_ROW, column=year, value=metropolitan,
        )  # fmt: skip
