"""Which counties make up which core-based area: List 1 of the delineation of the Office of Management and Budget.

One sheet, title lines, the header in its third row, one row per county of a core-based area, footnotes at the end.
Counties outside every core-based area are not in it. Connecticut has its planning regions (09110 to 09190). Combined
areas and metropolitan divisions do not belong here.
"""

from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.census_tables import KINDS, core_based_areas, county_areas, refuse, text_observations
from pipeline.sources.municipal_tables import open_sheet
from pipeline.sources.reading import observations, require_columns, require_files

SHEET = "List 1"
HEADER_ROW = 3
CODE, TITLE, KIND, COUNTY = (
    "CBSA Code",
    "CBSA Title",
    "Metropolitan/Micropolitan Statistical Area",
    "County/County Equivalent",
)
STATE_CODE, COUNTY_CODE = "FIPS State Code", "FIPS County Code"


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """The core-based area of each county, and the name and kind of each core-based area."""
    (path,) = require_files(Path(folder), f"list1_{vintage}.xlsx")
    table = delineation(path)
    year, rows = int(vintage), table["source_row"]
    metropolis = text_observations(table["core_based_area"], "metropolis", table["county"], path.name, rows, year)
    first = table.drop_duplicates(CODE)
    parts = [metropolis]
    for variable, values in (("name", first[TITLE]), ("core_based_area_kind", first[KIND].map(KINDS))):
        parts.append(text_observations(values, variable, first["core_based_area"], path.name, first["source_row"], year))
    return observations(parts)


def delineation(path: Path) -> pd.DataFrame:
    """The sheet's rows with ``county`` and ``core_based_area`` as area codes, and ``source_row``."""
    rows = open_sheet(path, SHEET)
    if len(rows) <= HEADER_ROW:
        raise SourceError(path, "holds no rows of counties", row=HEADER_ROW)
    header = [str(cell).strip() for cell in rows[HEADER_ROW - 1]]
    table = pd.DataFrame(rows[HEADER_ROW:], columns=header).astype(str)
    require_columns(table, [CODE, TITLE, KIND, COUNTY, STATE_CODE, COUNTY_CODE], path, HEADER_ROW)
    table["source_row"] = range(HEADER_ROW + 1, len(rows) + 1)
    table = table[table[COUNTY] != ""].reset_index(drop=True)  # what remains are footnotes
    if table.empty:
        raise SourceError(path, "holds no rows of counties", row=HEADER_ROW + 1)
    codes = (table[STATE_CODE] + table[COUNTY_CODE]).rename(f"{STATE_CODE}, {COUNTY_CODE}")
    table["county"] = county_areas(codes, path, table["source_row"])
    table["core_based_area"] = core_based_areas(table[CODE], path, table["source_row"])
    refuse(~table[KIND].isin(KINDS), table[KIND], path, table["source_row"], "is not a kind of core-based area")
    for column in (TITLE, KIND):
        first = table.groupby(CODE)[column].transform("first")
        refuse(table[column] != first, table[column], path, table["source_row"], "differs within one core-based area")
    return table
