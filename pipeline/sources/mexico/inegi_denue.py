"""Establishments by Mexican municipality and SCIAN sector, 2015 and 2019, compiled from INEGI's directory (DENUE).

Forty-one codes: the 21 manufacturing subsectors with three digits, the other sectors with two. A municipality and
sector stands in the file if it had an establishment in 2015: a missing pair is a true zero in 2015 (the sums equal the
states' totals), but in 2019 it hides whatever opened since, 0.35 % of all establishments. The states' own totals are
complete in both years and are read as ``establishments``. Sector 11 is fishing and services to farms: the directory
does not list farms.
"""

from pathlib import Path

import pandas as pd

from pipeline.sources.municipal_tables import area_codes, numbers, open_csv, require_among
from pipeline.sources.reading import (
    observations,
    require_counts,
    require_files,
    require_total,
    require_unique,
    to_numbers,
    variables_of,
)

SOURCE = "inegi_denue"
COUNTS, TOTALS = "denue_mun_sector41_2015_2019.csv", "totals_by_state.csv"
COMPLETE_YEAR, LAST_YEAR = 2015, 2019
FIRST_ROW = 2
OPENED_IN_NEW_SECTORS = 0.03  # of a state's establishments; the largest was 1.9 % (Quintana Roo)


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the municipal counts and of the states' totals."""
    counts_path, totals_path = require_files(folder, COUNTS, TOTALS)
    years = (COMPLETE_YEAR, LAST_YEAR)
    counts = open_csv(counts_path, ["cve_mun", "sector", *(f"ue_{year}" for year in years)])
    totals = open_csv(totals_path, ["cve_ent", *(f"total_{year}" for year in years)])
    counts["ref_area"] = area_codes(counts["cve_mun"], counts_path, FIRST_ROW)
    totals["ref_area"] = area_codes(totals["cve_ent"], totals_path, FIRST_ROW, digits=2)
    require_unique(counts, ["cve_mun", "sector"], counts_path, FIRST_ROW)
    require_unique(totals, ["cve_ent"], totals_path, FIRST_ROW)
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    require_among(counts["sector"], names.index.drop("total"), counts_path, FIRST_ROW)
    _check_states(counts, totals, counts_path, totals_path)
    parts = [_part(counts, f"ue_{year}", counts["sector"].map(names), year, counts_path) for year in years]
    parts += [_part(totals, f"total_{year}", names["total"], year, totals_path) for year in years]
    return observations(parts)


def _part(frame: pd.DataFrame, column: str, variable, year: int, path: Path) -> pd.DataFrame:
    return to_numbers(frame[column], path, FIRST_ROW).assign(
        source_file=path.name,
        source_row=FIRST_ROW + frame.index,
        ref_area=frame["ref_area"],
        variable=variable,
        time_period=year,
    )


def _check_states(counts: pd.DataFrame, totals: pd.DataFrame, counts_path: Path, totals_path: Path) -> None:
    """The municipalities give the state's total in 2015 and at most a little less in 2019."""
    for year in (COMPLETE_YEAR, LAST_YEAR):
        values = numbers(counts, [f"ue_{year}"], counts_path, FIRST_ROW)
        printed = numbers(totals, [f"total_{year}"], totals_path, FIRST_ROW)
        require_counts(values[f"ue_{year}"], counts_path, FIRST_ROW)
        require_counts(printed[f"total_{year}"], totals_path, FIRST_ROW)
        found = values[f"ue_{year}"].groupby(counts["ref_area"].str[:5]).sum()
        published = printed.set_index(totals["ref_area"])[f"total_{year}"]
        share = OPENED_IN_NEW_SECTORS if year == LAST_YEAR else 0
        for state in published.index.union(found.index):
            total, whole = found.get(state, 0.0), published.get(state, 0.0)
            if not 0 <= whole - total <= share * whole:
                require_total(counts_path, f"establishments of {state} in {year}", total, whole)
