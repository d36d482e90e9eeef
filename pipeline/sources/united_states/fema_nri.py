"""National Risk Index of the Federal Emergency Management Agency: composite scores by county.

A table cut to identifiers and composite scores. Codes have lost their leading zero. Scores run from 0 to 100 and
compare counties with each other; a higher one is more risk, loss, vulnerability or resilience. Expected annual loss
in dollars adds up over counties.

The dictionary calls ``POPULATION`` that of 2016, but in the edition of November 2021 it is that of the census of
April 2010: it adds up to 308,745,538, the census's total. ``POPULATION_YEARS`` says which census each edition uses.
Connecticut has its counties. Scores of single hazards, ratings and percentiles do not belong here.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.census_tables import KM2_PER_SQUARE_MILE, county_areas, refuse
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_counts,
    require_files,
    unpivot,
    variables_of,
)

SOURCE = "fema_nri"
FIRST_ROW = 2
CODE, STATE, COUNTY = "STCOFIPS", "STATEFIPS", "COUNTYFIPS"
POPULATION_YEARS = {"2021": 2010}
SCORES = ["RISK_SCORE", "EAL_SCORE", "SOVI_SCORE", "RESL_SCORE"]
LOSS, LOSSES = "EAL_VALT", ["EAL_VALB", "EAL_VALPE", "EAL_VALA"]
ROUNDING = 1e-6


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Scores, expected loss, population and area of every county."""
    (path,) = require_files(Path(folder), "NRI_Table_Counties_subset.csv")
    if vintage not in POPULATION_YEARS:
        raise SourceError(path, f"the census of vintage {vintage} is not known", advice="add it to POPULATION_YEARS")
    table = read_delimited(path.read_bytes(), path.name)
    codes = list(variables_of(SOURCE)["publisher_code"])
    require_columns(table, [CODE, STATE, COUNTY, *LOSSES, *codes], path)
    padded = table[CODE].str.zfill(5)
    unlike = padded != table[STATE].str.zfill(2) + table[COUNTY].str.zfill(3)
    refuse(unlike, table[CODE], path, FIRST_ROW, f"is not {STATE} and {COUNTY}")
    table["ref_area"] = county_areas(padded, path, FIRST_ROW)
    numbers = unpivot(table, SOURCE, path.name, time_period=int(vintage), first_row=FIRST_ROW)
    _check(table, path)
    is_area, is_population = (numbers["variable"] == name for name in ("area_km2", "population"))
    numbers["obs_value"] = numbers["obs_value"].where(~is_area, numbers["obs_value"] * KM2_PER_SQUARE_MILE)
    numbers["time_period"] = numbers["time_period"].where(~is_population, POPULATION_YEARS[vintage])
    return observations([numbers])


def _check(table: pd.DataFrame, path: Path) -> None:
    """Scores lie within 0 to 100, people are counted, and the losses add up."""
    numbers = table[[*SCORES, "POPULATION", "AREA", LOSS, *LOSSES]].apply(pd.to_numeric, errors="coerce")
    for score in SCORES:
        refuse(~numbers[score].fillna(0).between(0, 100), table[score], path, FIRST_ROW, "lies outside 0 to 100")
    require_counts(numbers["POPULATION"], path, FIRST_ROW)
    refuse(numbers["AREA"] <= 0, table["AREA"], path, FIRST_ROW, "is not a land area")
    refuse(numbers[LOSS] < 0, table[LOSS], path, FIRST_ROW, "is negative")
    wrong = ~np.isclose(numbers[LOSSES].sum(axis=1), numbers[LOSS], rtol=ROUNDING) & numbers[LOSS].notna()
    refuse(wrong, table[LOSS], path, FIRST_ROW, f"is not {' + '.join(LOSSES)}")
