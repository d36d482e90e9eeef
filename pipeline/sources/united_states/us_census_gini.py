"""Gini index of household income by county: table B19083 of the American Community Survey, five-year estimates.

From the table-based summary file (``acsdt5y<year>-b19083.dat``), which can be fetched, or as data.census.gov serves it:
all fields quoted, a trailing comma, a second header line with labels. Areas are the
counties of the vintage's year: until 2021 Connecticut has its eight counties. Other tables do not belong here.
"""

from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.census_tables import ANNOTATIONS, county_areas, refuse, summary_table
from pipeline.sources.reading import observations, read_delimited, require_columns, require_files, to_numbers, variables_of

SOURCE = "us_census_gini"
ESTIMATE, MARGIN = "B19083_001E", "B19083_001M"
SUMMARY = "B19083_E001"
LABELS = {ESTIMATE: "Estimate!!Gini Index", MARGIN: "Margin of Error!!Gini Index"}
COUNTY_PREFIX = "0500000US"
LABEL_ROW, FIRST_ROW = 2, 3
MISSING = ["null", "(X)", "N", "-", "**", *ANNOTATIONS]


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """The Gini index of every county, with its margin of error."""
    fetched = Path(folder) / f"acsdt5y{vintage}-b19083.dat"
    if fetched.is_file():
        table = summary_table(fetched, {"050": r"0500000US(?P<area>\d{5})"}, {"050": "US-"}, [SUMMARY])
        columns = [table[SUMMARY].rename(ESTIMATE), table[SUMMARY.replace("_E", "_M")].rename(MARGIN)]
        return _observed(columns, table["ref_area"], table["source_row"], fetched, vintage)
    (path,) = require_files(Path(folder), f"ACSDT5Y{vintage}.B19083-Data_counties.csv")
    table = read_delimited(path.read_bytes(), path.name)
    require_columns(table, ["GEO_ID", *LABELS], path)
    for column, label in LABELS.items():
        if table[column].iloc[0] != label:
            raise SourceError(path, f"the label is not {label!r}", row=LABEL_ROW, column=column, value=table[column].iloc[0])
    table = table.iloc[1:].reset_index(drop=True)
    if table.empty:
        raise SourceError(path, "holds no rows of counties", row=FIRST_ROW)
    prefixed = table["GEO_ID"].str.startswith(COUNTY_PREFIX)
    refuse(~prefixed, table["GEO_ID"], path, FIRST_ROW, "is not a county")
    areas = county_areas(table["GEO_ID"].str.removeprefix(COUNTY_PREFIX), path, FIRST_ROW)
    return _observed([table[name] for name in LABELS], areas, table.index + FIRST_ROW, path, vintage)


def _observed(columns: list[pd.Series], areas: pd.Series, rows, path: Path, vintage: str) -> pd.DataFrame:
    """The observations from the columns of the estimate and its margin."""
    index, margin = (to_numbers(column, path, rows, missing=MISSING) for column in columns)
    for numbers, column in zip((index, margin), columns, strict=True):
        refuse(~numbers["obs_value"].fillna(0).between(0, 1), column, path, rows, "lies outside 0 to 1")
    (row,) = variables_of(SOURCE).itertuples()
    return observations(
        [
            index.assign(
                variable=row.variable,
                ref_area=areas,
                margin_of_error=margin["obs_value"],
                time_period=int(vintage),
                source_file=path.name,
                source_row=rows,
            )
        ]
    )
