"""Annual population estimates of core-based areas and of the counties in them (CBSA-EST).

One row per core-based area, followed by its metropolitan divisions and counties. Counties are named, not coded: the
delineation of the same year, which lies beside the estimates, gives their codes. Puerto Rico is not in the estimates.
``ESTIMATESBASE2020`` (April) and the divisions are not read; the sums of counties are checked.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.census_tables import KINDS, STATES, core_based_areas, number_observations, numbers_of, refuse
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_counts,
    require_files,
    require_years,
    variables_of,
)
from pipeline.sources.united_states.us_census_delineation import COUNTY, STATE_CODE, delineation

SOURCE = "us_census_estimates"
FIRST_ROW = 2
COUNTY_ROW, DIVISION_ROW = "County or equivalent", "Metropolitan Division"


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Population on 1 July of every core-based area and every county in one."""
    path, list_1 = require_files(Path(folder), f"cbsa-est{vintage}-alldata.csv", f"list1_{vintage}.xlsx")
    (variable,) = variables_of(SOURCE).itertuples()
    table = read_delimited(path.read_bytes(), path.name)
    require_columns(table, ["CBSA", "NAME", "LSAD"], path)
    years = [name for name in table.columns if re.fullmatch(rf"{variable.publisher_code}\d{{4}}", name)]
    if not years:
        raise SourceError(path, "has no column of estimates", row=1, column=f"{variable.publisher_code}2020")
    require_years([year[-4:] for year in years], path, 1, int(vintage))
    table["source_row"] = np.arange(FIRST_ROW, len(table) + FIRST_ROW)
    known = table["LSAD"].isin([*KINDS, COUNTY_ROW, DIVISION_ROW])
    refuse(~known, table["LSAD"], path, FIRST_ROW, "is not a kind of row known here")
    values = pd.DataFrame({year: numbers_of(table[year], path, FIRST_ROW) for year in years})
    for year in years:
        require_counts(values[year], path, FIRST_ROW)
    _check_sums(table, values, path)
    areas = _areas(table, path, delineation(list_1))
    kept, rows = areas.notna(), table["source_row"]
    return observations(
        [
            number_observations(values.loc[kept, year], variable.variable, areas[kept], path.name, rows[kept], int(year[-4:]))
            for year in years
        ]
    )


def _check_sums(table: pd.DataFrame, values: pd.DataFrame, path: Path) -> None:
    """The counties of each core-based area add up to it, every year."""
    whole, part = table["LSAD"].isin(KINDS), table["LSAD"] == COUNTY_ROW
    refuse(whole & table.duplicated(["CBSA", "LSAD"]), table["CBSA"], path, FIRST_ROW, "the area stands twice")
    for year in values.columns:
        sums = table["CBSA"].map(values.loc[part, year].groupby(table["CBSA"]).sum())
        bad = whole & (sums != values[year])
        refuse(bad, values[year], path, FIRST_ROW, "is not the sum of its counties", "download the file again")


def _areas(table: pd.DataFrame, path: Path, counties: pd.DataFrame) -> pd.Series:
    """The area of each row; missing for metropolitan divisions."""
    core_based = core_based_areas(table["CBSA"], path, FIRST_ROW)
    listed = counties["core_based_area"] + "|" + counties[STATE_CODE] + "|" + _plain(counties[COUNTY])
    known = counties.set_index(listed)["county"]
    parts = table["NAME"].str.rpartition(", ")
    keys = core_based + "|" + parts[2].map(STATES).fillna("") + "|" + _plain(parts[0])
    named = keys.map(known)
    is_county = table["LSAD"] == COUNTY_ROW
    refuse(
        is_county & named.isna(), table["NAME"], path, FIRST_ROW, "is not a county of this core-based area",
        "use the delineation of the same year",
    )  # fmt: skip
    return named.where(is_county, core_based.where(table["LSAD"] != DIVISION_ROW))


def _plain(names: pd.Series) -> pd.Series:
    """Names without accents: the estimates write Dona Ana, the delineation Doña Ana."""
    return names.str.normalize("NFKD").str.replace(r"[\u0300-\u036f]", "", regex=True)
