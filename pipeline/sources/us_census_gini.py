"""Gini index of household income by county: table B19083 of the American Community Survey, five-year estimates.

As data.census.gov serves it: all fields quoted, a trailing comma, a second header line with labels. Areas are the
counties of the vintage's year: until 2021 Connecticut has its eight counties. Other tables do not belong here.
"""

from pathlib import Path

import pandas as pd

from pipeline.census_tables import ANNOTATIONS, county_areas, refuse
from pipeline.reading import (
    SourceError,
    observations,
    read_delimited,
    require_columns,
    require_files,
    to_numbers,
    variables_of,
)

SOURCE = "us_census_gini"
ESTIMATE, MARGIN = "B19083_001E", "B19083_001M"
LABELS = {ESTIMATE: "Estimate!!Gini Index", MARGIN: "Margin of Error!!Gini Index"}
COUNTY_PREFIX = "0500000US"
LABEL_ROW, FIRST_ROW = 2, 3
MISSING = ["null", "(X)", "N", "-", "**", *ANNOTATIONS]


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """The Gini index of every county, with its margin of error."""
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
    index, margin = (to_numbers(table[name], path, FIRST_ROW, missing=MISSING) for name in LABELS)
    for numbers, column in ((index, ESTIMATE), (margin, MARGIN)):
        refuse(~numbers["obs_value"].fillna(0).between(0, 1), table[column], path, FIRST_ROW, "lies outside 0 to 1")
    (row,) = variables_of(SOURCE).itertuples()
    return observations(
        [
            index.assign(
                variable=row.variable,
                ref_area=areas,
                margin_of_error=margin["obs_value"],
                time_period=int(vintage),
                source_file=path.name,
                source_row=table.index + FIRST_ROW,
            )
        ]
    )
