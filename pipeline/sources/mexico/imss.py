"""IMSS, insured jobs by municipality: permanent jobs in eight groups of activity, and all insured jobs. Compiled.

Two files: permanent jobs by month from February 2020 to January 2021, and all insured jobs (permanent and temporary) by
month from January 2019 to August 2020, whose codes lack the leading zero. Read are February, the last month before the
pandemic, and the mean of the twelve months (status E; missing where a municipality lacks a month). Jobs stand where the
employer is registered, which is often a headquarters. Mexico City is one code (09000, 09999) and is read as the state.
Codes that end in 999 are jobs of a state without municipality; 11047 is no municipality of INEGI's (Abasolo and others
of Guanajuato have no row): they are kept under those codes and join nothing. The compiler left out the permanent jobs
whose IMSS code has no municipality, 17.44 of about 17.7 million remain. In San Javier (26054) and Ixtapan del Oro
(15041) the groups exceed all insured jobs, presumably because the two files translate IMSS's own codes differently.
"""

from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import area_codes, numbers, open_csv, require_within
from pipeline.sources.reading import (
    observations,
    require_counts,
    require_files,
    require_total,
    require_unique,
    to_numbers,
    unpivot,
    variables_of,
)

SOURCE = "imss"
JOBS, INSURED = "jobs_by_municipality_sector8_202002_202101.csv", "asegurados_total_202008.csv"
TOTAL = "asegurados"
FEBRUARY, MONTHS = 2, 12
FIRST_ROW = 2
MEXICO_CITY = {"MX-09000": "MX-09", "MX-09999": "MX-09"}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of February and of the twelve-month mean."""
    jobs_path, insured_path = require_files(folder, JOBS, INSURED)
    groups = [code for code in variables_of(SOURCE)["publisher_code"] if code != TOTAL and not code.startswith("mean ")]
    jobs = _monthly(jobs_path, "anio", "mes", groups)
    insured = _monthly(insured_path, "year", "mes", [TOTAL])
    _check_months(jobs, insured, groups, jobs_path)
    return observations([*_february(jobs, jobs_path), _mean(jobs, groups, jobs_path), *_february(insured, insured_path)])


def _monthly(path: Path, year: str, month: str, columns: list[str]) -> pd.DataFrame:
    """One row per area and month, numbers checked, with their row in the file."""
    frame = open_csv(path, ["cve_mun", year, month, *columns])
    codes = frame["cve_mun"].str.zfill(5).rename("cve_mun")
    frame["ref_area"] = area_codes(codes, path, FIRST_ROW).replace(MEXICO_CITY)
    when = numbers(frame, [year, month], path, FIRST_ROW)
    require_within(when[[month]], path, FIRST_ROW, low=1, high=12)
    for name, jobs in numbers(frame, columns, path, FIRST_ROW).items():
        require_counts(jobs.rename(name), path, FIRST_ROW)
    frame = frame[["ref_area", *columns]].assign(
        year=when[year].astype("int32"), month=when[month].astype("int32"), source_row=FIRST_ROW + frame.index
    )
    require_unique(frame, ["ref_area", "year", "month"], path, FIRST_ROW)
    return frame


def _check_months(jobs: pd.DataFrame, insured: pd.DataFrame, groups: list[str], path: Path) -> None:
    """Twelve months, and in each month that both files hold no more permanent jobs than insured ones in all."""
    months = jobs[["year", "month"]].drop_duplicates()
    if len(months) != MONTHS:
        raise SourceError(path, f"holds {len(months)} months, {MONTHS} are needed for the mean", column="mes")
    found = numbers(jobs, groups, path, FIRST_ROW).sum(axis=1).groupby([jobs["year"], jobs["month"]]).sum()
    whole = numbers(insured, [TOTAL], path, FIRST_ROW)[TOTAL].groupby([insured["year"], insured["month"]]).sum()
    for when in found.index.intersection(whole.index):
        if found[when] > whole[when]:
            require_total(path, f"permanent jobs of {when[0]}-{when[1]:02}", found[when], whole[when])


def _february(frame: pd.DataFrame, path: Path) -> list[pd.DataFrame]:
    chosen = frame[frame["month"] == FEBRUARY].reset_index(drop=True)
    if chosen.empty:
        raise SourceError(path, "holds no February", column="mes")
    return [
        unpivot(part.reset_index(drop=True), SOURCE, path.name, time_period=year, first_row=FIRST_ROW)
        for year, part in chosen.groupby("year")
    ]


def _mean(jobs: pd.DataFrame, groups: list[str], path: Path) -> pd.DataFrame:
    """The twelve-month mean of each group; its row is that of the area's first month."""
    values = pd.DataFrame({group: to_numbers(jobs[group], path, FIRST_ROW)["obs_value"] for group in groups})
    means = values.groupby(jobs["ref_area"]).mean()
    complete = jobs.groupby("ref_area").size() == MONTHS
    means = means.where(complete, axis=0).rename(columns=lambda group: f"mean {group}")
    rows = jobs.groupby("ref_area")["source_row"].min()
    frame = means.assign(source_row=rows).reset_index()
    table = unpivot(frame, SOURCE, path.name, time_period=int(jobs["year"].min()), first_row=FIRST_ROW)
    return table.assign(obs_status=table["obs_status"].replace({"A": "E"}))
