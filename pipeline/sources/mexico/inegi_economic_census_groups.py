"""INEGI's economic censuses of 1998 to 2018 by municipality in five groups of activity, compiled.

One row per edition, municipality and group (``pri`` is SCIAN 11 and 21, ``con`` 23, ``man`` 31 to 33, ``com`` 43 and 46,
``ser`` the rest), seven figures each; money in thousands of current pesos. An edition describes the year before it.
Confidential cells stand as 0 in the file: where there are establishments and nobody works in them, every figure but the
establishments is missing (status O). In the 2019 edition all establishments are counted, and a group without any has true
zeros. Earlier editions hide establishments too: rows with people and no establishments, where the establishments are
missing, and rows of zeros only, which mix none with confidential and are missing altogether (Cananea's mine in 2013).
Published figures are sums of the three-digit subsectors that INEGI shows, so a figure is the least that the group holds.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.containers import gunzip
from pipeline.sources.municipal_tables import area_codes, numbers, require_among
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_counts,
    require_files,
    require_unique,
    variables_of,
)

SOURCE = "inegi_economic_census_groups"
FILE = "ZMTN_1999_2019_municipality_x_5groups.csv.gz"
UNITS, PEOPLE = "ue", "po"
EDITIONS = ("1999", "2004", "2009", "2014", "2019")
COMPLETE = "2019"
GROUPS = ("pri", "con", "man", "com", "ser")
FIGURES = (UNITS, PEOPLE, "pb", "va", "re", "af", "fb")
FIRST_ROW = 2


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of every edition up to the vintage's."""
    (path,) = require_files(folder, FILE)
    frame = read_delimited(gunzip(path), path)
    require_columns(frame, ["census_edition", "cvegeo", "sect", *FIGURES], path)
    require_among(frame["census_edition"], EDITIONS, path, FIRST_ROW)
    require_among(frame["sect"], GROUPS, path, FIRST_ROW)
    require_unique(frame, ["census_edition", "cvegeo", "sect"], path, FIRST_ROW)
    values = _unhide(numbers(frame, list(FIGURES), path, FIRST_ROW), frame["census_edition"] >= COMPLETE, path)
    keys = pd.DataFrame(
        {
            "source_file": path.name,
            "source_row": FIRST_ROW + frame.index,
            "ref_area": area_codes(frame["cvegeo"], path, FIRST_ROW),
            "time_period": frame["census_edition"].astype("int32") - 1,
        }
    )
    kept = frame["census_edition"] <= vintage
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    parts = [_part(values[name], keys, (name + "_" + frame["sect"]).map(names))[kept] for name in FIGURES]
    return observations(parts)


def _part(values: pd.Series, keys: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    return keys.assign(variable=names, obs_value=values, obs_status=np.where(values.isna(), "O", "A"))


def _unhide(values: pd.DataFrame, complete: pd.Series, path: Path) -> pd.DataFrame:
    """Missing instead of the zeros that stand for confidential figures; ``complete``: establishments are never hidden."""
    for name in (UNITS, PEOPLE):
        require_counts(values[name], path, FIRST_ROW)
    money = [name for name in FIGURES if name not in (UNITS, PEOPLE)]
    empty = (values[UNITS] == 0) & ~complete
    nothing = empty & (values[PEOPLE] == 0) & (values[money] == 0).all(axis=1)
    hidden = (values[UNITS] > 0) & (values[PEOPLE] == 0)
    values = values.mask(hidden.to_numpy()[:, None] & (values.columns != UNITS)[None, :])
    values = values.mask(nothing.to_numpy()[:, None] & np.ones(len(FIGURES), dtype=bool)[None, :])
    return values.assign(**{UNITS: values[UNITS].mask(empty)})
