"""Real gross domestic product by county (Bureau of Economic Analysis, table 1 of the yearly release).

One sheet: the nation, then each state followed by its counties, with a blank row before each state; years in the
header's fourth row, thousands of chained dollars. Counties are named, not coded (``area_concordance.csv``, as ``name,
state``), a footnote's digit may stick to the name. ``(NA)`` is missing: Alaska's Valdez-Cordova was divided in 2019.

The Bureau joins small independent cities of Virginia, and Kalawao in Hawaii, with a neighbouring county. These 24
combinations cannot be taken apart and are not counties: their area is ``US-BEA-`` and the Bureau's own code. Nation
and states are checks, not output; chained dollars add up to them only nearly. Ranks and growth rates do not belong
here.
"""

import re
from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.census_tables import declared_areas, number_observations, numbers_of, refuse
from pipeline.sources.municipal_tables import open_sheet
from pipeline.sources.reading import observations, require_files, require_total, variables_of

SOURCE = "us_bea_gdp"
SHEET = "Table 1"
MEASURE, UNIT = "Real gross domestic product", "Thousands of chained (2017) dollars"
MEASURE_ROW, UNIT_ROW, YEAR_ROW, NATION_ROW = 2, 3, 4, 5
NATION = "United States"
NOT_AVAILABLE = "(NA)"
THOUSAND = 1000
NATION_TOLERANCE, STATE_TOLERANCE = 0.001, 0.05  # chained dollars do not add up exactly, least of all in Alaska
FOOTNOTE = re.compile(r"(?<=[A-Za-z])\d$")


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Real GDP of every county and every year of the release, in dollars."""
    (path,) = require_files(Path(folder), f"lagdp12{vintage[-2:]}.xlsx")
    rows = open_sheet(path, SHEET)
    years = _years(rows, path)
    table = _table(rows, len(years), path)
    values = {year: numbers_of(table[year], path, table["source_row"], missing=[NOT_AVAILABLE]) for year in years}
    _check_totals(values, table, rows, path)
    counties = table["county"].ne("")
    names = table.loc[counties, "county"].reset_index(drop=True)
    lines = table.loc[counties, "source_row"].reset_index(drop=True)
    areas = declared_areas(names, SOURCE, path, lines)
    (row,) = variables_of(SOURCE).itertuples()
    parts = []
    for year, numbers in values.items():
        dollars = numbers[counties].reset_index(drop=True) * THOUSAND
        parts.append(number_observations(dollars, row.variable, areas, path.name, lines, int(year)))
    return observations(parts)


def _years(rows: list[list], path: Path) -> list[str]:
    """The years of the first columns, under the measure and the unit that are known here."""
    expected = {MEASURE_ROW: MEASURE, UNIT_ROW: UNIT, NATION_ROW: NATION}
    for row, text in expected.items():
        found = [str(cell).strip() for cell in rows[row - 1][:2]] if len(rows) >= row else []
        if text not in found:
            advice = "this layout is not the one known here"
            raise SourceError(path, f"does not say {text!r}", row=row, value=", ".join(found), advice=advice)
    years = []
    for cell in rows[YEAR_ROW - 1][1:]:
        if not re.fullmatch(r"\d{4}(\.0)?", str(cell)) or str(int(cell)) in years:
            break
        years.append(str(int(cell)))
    if not years:
        raise SourceError(path, "has no years", row=YEAR_ROW, column="B")
    return years


def _table(rows: list[list], width: int, path: Path) -> pd.DataFrame:
    """One row per state and county: names, cells by year, row. A state without counties is its own county."""
    table, state, section, after_blank = [], "", "", False
    years = [str(int(cell)) for cell in rows[YEAR_ROW - 1][1 : width + 1]]
    for number, cells in enumerate(rows[NATION_ROW:], start=NATION_ROW + 1):
        name = FOOTNOTE.sub("", str(cells[0]).strip())
        figures = [str(cell).strip() for cell in cells[1 : width + 1]]
        if name and any(figures):
            if after_blank:
                state, section, county = name, "", ""
            else:
                county = f"{name} ({section}), {state}" if section else f"{name}, {state}"
            table.append({"state": state, "county": county, "source_row": number, **dict(zip(years, figures, strict=True))})
        elif name:
            section = name
        after_blank = not name
    frame = pd.DataFrame(table, columns=["state", "county", "source_row", *years])
    if frame.empty:
        raise SourceError(path, "holds no rows of counties", row=NATION_ROW + 1)
    refuse(frame["state"] == "", frame["county"], path, frame["source_row"], "stands before any state")
    alone = frame.groupby("state")["county"].transform("count") == 1
    county_of_itself = frame["state"] + ", " + frame["state"]
    return frame.assign(is_state=frame["county"] == "", county=frame["county"].where(~alone, county_of_itself))


def _check_totals(values: dict[str, pd.Series], table: pd.DataFrame, rows: list[list], path: Path) -> None:
    """States add up to the nation and counties to their state, as nearly as chained dollars do."""
    for position, (year, numbers) in enumerate(values.items(), start=1):
        nation = pd.Series(rows[NATION_ROW - 1][position : position + 1], name=year, dtype="object").astype("str")
        published = float(numbers_of(nation, path, NATION_ROW).iloc[0])
        found = numbers[table["is_state"]].sum()
        require_total(path, f"{year} of all states", found, published, NATION_TOLERANCE * published)
        counties = numbers[~table["is_state"]].groupby(table["state"]).sum()
        states = numbers[table["is_state"]].set_axis(table.loc[table["is_state"], "state"])
        for state, total in counties.items():
            require_total(path, f"{year} of the counties of {state}", total, states[state], STATE_TOLERANCE * states[state])
