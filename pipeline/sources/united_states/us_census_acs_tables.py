"""American Community Survey, detailed tables of metropolitan and micropolitan areas and counties, five-year estimates.

Read from the table-based summary files, which need no key: one file per table, fields separated by ``|``, a line per
area of every level, ``B01003_E001`` an estimate and ``B01003_M001`` the half-width of its 90 % interval. Or from the
answer of the keyed service for the data profiles of metropolitan areas (``acs5_profile_<year>.json``), an array of arrays
whose first row is the header. Only areas of the levels 310 and 050 are read. A negative annotation value (−666666666 and
its kind) is missing. A figure that is the sum of several lines has status E and no interval: theirs may not be added.

A ``publisher_code`` of ``variables.csv`` is the column of the file: ``B23025_E005``, several joined by ``+``, or the
profile's ``DP03_0005E``. The years of an estimate are the five up to the vintage.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.census_tables import ANNOTATIONS, numbers_of, summary_table
from pipeline.sources.reading import observations, require_columns, require_counts, require_unique, variables_of

SOURCE = "us_census_acs_tables"
AREAS = {"050": r"0500000US(?P<area>\d{5})", "310": r"310[A-Z0-9]{4}US(?P<area>\d{5})"}
PREFIXES = {"050": "US-", "310": "US-CBSA-"}
SERVICE = "metropolitan statistical area/micropolitan statistical area"
COUNTED = {"people", "households", "dwellings"}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of every area in the folder's tables."""
    folder, known = Path(folder), variables_of(SOURCE)
    answer = folder / f"acs5_profile_{vintage}.json"
    if answer.is_file():
        frame = _answer(answer)
        return observations(_observed(frame, known, answer.name, int(vintage), lambda code: code))
    parts, areas = [], set()
    for path in sorted(folder.glob(f"acsdt5y{vintage}-*.dat")):
        table = path.stem.rsplit("-", 1)[1].upper()
        mine = known[known["publisher_code"].str.startswith(f"{table}_")]
        codes = {code for joined in mine["publisher_code"] for code in joined.split("+")}
        frame = summary_table(path, AREAS, PREFIXES, sorted(codes))
        found = set(frame["ref_area"])
        if areas and found != areas:
            value = ", ".join(sorted(found ^ areas)[:3])
            raise SourceError(path, "holds other areas than the tables before it", column="GEO_ID", value=value)
        areas = found
        parts += _observed(frame, mine, path.name, int(vintage), lambda code: code.replace("_E", "_M", 1))
    read_already = {part["variable"].iloc[0] for part in parts}
    missing = known[~known["variable"].isin(read_already) & ~known["publisher_code"].str.startswith("DP")]
    if len(missing):
        raise SourceError(folder, "lacks the tables of", value=", ".join(missing["publisher_code"]))
    return observations(parts)


def _observed(frame: pd.DataFrame, known: pd.DataFrame, file: str, year: int, margin_of) -> list[pd.DataFrame]:
    """One part per variable whose columns the frame has."""
    parts = []
    for row in known.itertuples():
        codes = row.publisher_code.split("+")
        if not set(codes) <= set(frame.columns):
            continue
        numbers = [numbers_of(frame[code], file, frame["source_row"], missing=["null", *ANNOTATIONS]) for code in codes]
        if row.unit_measure in COUNTED:
            for values in numbers:
                require_counts(values, file, frame["source_row"])
        total = sum(numbers[1:], start=numbers[0])
        status = np.where(total.isna(), "O", "A" if len(codes) == 1 else "E")
        part = pd.DataFrame({"ref_area": frame["ref_area"], "source_row": frame["source_row"], "obs_value": total})
        margin = margin_of(codes[0])
        if len(codes) == 1 and margin != codes[0] and margin in frame:
            limits = numbers_of(frame[margin], file, frame["source_row"], missing=["null", "-1", *ANNOTATIONS])
            part["margin_of_error"] = limits
        parts.append(part.assign(variable=row.variable, obs_status=status, source_file=file, time_period=year))
    return parts


def _answer(path: Path) -> pd.DataFrame:
    """The service's table: one row per metropolitan area."""
    try:
        header, *rows = json.loads(path.read_bytes())
        frame = pd.DataFrame(rows, columns=header, dtype="object")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SourceError(path, f"is no array of arrays of equal length ({error})") from error
    if frame.empty:
        raise SourceError(path, "holds no rows")
    frame = frame.astype("string").fillna("").astype("str")
    require_columns(frame, [SERVICE, "NAME"], path)
    require_unique(frame, [SERVICE], path, 2)
    odd = ~frame[SERVICE].str.fullmatch(r"\d{5}")
    if odd.any():
        row = int(np.flatnonzero(odd)[0])
        raise SourceError(path, "is not the code of an area", row=row + 2, column=SERVICE, value=frame[SERVICE].iloc[row])
    wanted = {code for code in variables_of(SOURCE)["publisher_code"] if code.startswith("DP")}
    require_columns(frame, sorted(wanted), path)
    return frame.assign(ref_area="US-CBSA-" + frame[SERVICE], source_row=np.arange(2, len(frame) + 2))
