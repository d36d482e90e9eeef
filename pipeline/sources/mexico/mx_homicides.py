"""Homicides by Mexican municipality and year, compiled from INEGI's registered deaths.

Deaths presumed to be homicides, by the municipality where they occurred, and the same by cause of death (ICD-10
X85–Y09), which differs in a single death. Deaths whose municipality is unknown are left out: the municipalities hold 94
to 95 % of the national total (2020: 34,825 of 36,773). The file's three-year sums are checked and its rates are not
read.
"""

import re
from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import municipality_areas, numbers, open_parquet, require_equal
from pipeline.sources.reading import observations, require_counts, require_files, unpivot

SOURCE = "mx_homicides"
FILE = "homicidios_mun_2019_2021.parquet"
SERIES = {"hom": "hom_3a", "hom_icd": "hom_icd_3a"}
FIRST_ROW = 1


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the compiled file, one per municipality and year."""
    (path,) = require_files(folder, FILE)
    frame = open_parquet(path, ["cvegeo", *SERIES.values()])
    years = [int(name[4:]) for name in frame.columns if re.fullmatch(r"hom_\d{4}", str(name))]
    for series in SERIES:
        for year in years:
            if f"{series}_{year}" not in frame.columns:
                raise SourceError(path, "the column is missing", row=1, column=f"{series}_{year}")
    if str(max(years, default=0)) != vintage:
        raise SourceError(path, "the last year is not that of the vintage", column=f"hom_{vintage}", value=years)
    frame["ref_area"] = municipality_areas(frame["cvegeo"], path, FIRST_ROW)
    _check(frame, years, path)
    return observations([_year(frame, year, path) for year in years])


def _check(frame: pd.DataFrame, years: list[int], path: Path) -> None:
    for series, total in SERIES.items():
        values = numbers(frame, [f"{series}_{year}" for year in years], path, FIRST_ROW)
        for name in values:
            require_counts(values[name], path, FIRST_ROW)
        require_equal(values.sum(axis=1), numbers(frame, [total], path, FIRST_ROW)[total], path, FIRST_ROW)


def _year(frame: pd.DataFrame, year: int, path: Path) -> pd.DataFrame:
    columns = {f"{series}_{year}": series for series in SERIES}
    return unpivot(
        frame[["ref_area", *columns]].rename(columns=columns), SOURCE, path.name, time_period=year, first_row=FIRST_ROW
    )
