"""Sectors of employment, precarious employment and remittances by Mexican municipality, 2020, compiled.

The shares come from the census's sample questionnaire with its expansion factors, the remittances from the Banco de
México, four quarters added up. A share's base, the employed, stands in the census's own file and not here, so the
shares stay percentages. Precarious means on one's own account, without pay, day labourer or helper: it is not the
official rate of informality. Remittances flagged as matched with low confidence to a municipality get status E; all
municipalities together come to 103 % of the national total that the Banco de México publishes. What the compiled file
repeats from the census (dependency, participation, urban share) is read from the census and does not belong here.
"""

from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import (
    municipality_areas,
    numbers,
    open_parquet,
    require_equal,
    require_within,
)
from pipeline.sources.reading import observations, require_files, unpivot

SOURCE = "mx_labour_structure"
FILE = "vistaD_v1.parquet"
SHARES = ["pct_primario", "pct_secundario", "pct_terciario"]
PRECARIOUS, FLAG = "empleo_precario_pct", "remesas_low_conf"
FIRST_ROW = 1
DOLLARS_PER_MILLION = 1_000_000
ROUNDING = 1e-6


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the compiled file; the vintage is the year of the census."""
    (path,) = require_files(folder, FILE)
    amounts = [f"remesas_{vintage}_musd", "remesas_pc_usd"]
    frame = open_parquet(path, ["cvegeo", "pob_tot", *SHARES, PRECARIOUS, *amounts, FLAG])
    frame["ref_area"] = municipality_areas(frame["cvegeo"], path, FIRST_ROW)
    values = numbers(frame, [*SHARES, PRECARIOUS, *amounts, "pob_tot"], path, FIRST_ROW)
    _check(values, amounts, path)
    frame[amounts[0]] = (values[amounts[0]] * DOLLARS_PER_MILLION).round(2)
    table = unpivot(frame, SOURCE, path.name, time_period=int(vintage), first_row=FIRST_ROW)
    doubtful = frame["ref_area"][_low_confidence(frame, path)]
    known = table["variable"].str.startswith("remittances") & table["ref_area"].isin(doubtful)
    table.loc[known & table["obs_value"].notna(), "obs_status"] = "E"
    return observations([table])


def _check(values: pd.DataFrame, amounts: list[str], path: Path) -> None:
    require_within(values[[*SHARES, PRECARIOUS]], path, FIRST_ROW, high=100)
    require_within(values[amounts], path, FIRST_ROW)
    whole = pd.Series(100.0, index=values.index, name=" + ".join(SHARES)).where(values[SHARES].notna().all(axis=1))
    require_equal(whole, values[SHARES].sum(axis=1).rename(whole.name), path, FIRST_ROW, ROUNDING)
    per_head = values[amounts[0]] * DOLLARS_PER_MILLION / values["pob_tot"]
    require_equal(per_head, values[amounts[1]], path, FIRST_ROW, ROUNDING)


def _low_confidence(frame: pd.DataFrame, path: Path) -> pd.Series:
    """The rows whose match is flagged; the flag is empty where there are no remittances."""
    flag = frame[FLAG].astype("object")
    bad = ~flag.map(lambda value: value is None or value is True or value is False or value != value)
    if bad.any():
        row = int(bad.to_numpy().argmax())
        raise SourceError(path, "is neither true, false nor empty", row=FIRST_ROW + row, column=FLAG, value=flag.iloc[row])
    return flag.map(lambda value: value is True)
