"""Census of Spain 2021 by municipality: people, schooling, work and dwellings.

INE's census indicators for municipalities, in the layout of the package that serves them (one CSV in a zip; shares
are fractions of 1). Shares are turned into counts over the base that INE states: all people, people aged 16 and over
(schooling, activity) or the labour force (unemployment); these are estimates (status E). Below 100 inhabitants INE
masks everything but the number of people: the shares are ``NA`` and the dwellings are filled with 0, which is read as
missing. Income does not belong here.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.containers import only_member
from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import require_equal, require_within
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_files,
    require_unique,
    stack,
    to_numbers,
)

SHARES = [
    "pct_female",
    "pct_male",
    "pct_under16",
    "pct_16to64",
    "pct_over64",
    "pct_foreign",
    "pct_foreign_born",
    "pct_higher_ed_completed",
    "unemployment_rate",
    "employment_rate",
    "activity_rate",
]
HOUSING = [
    "total_dwellings",
    "primary_dwellings",
    "secondary_dwellings",
    "rented_dwellings",
    "total_households",
    "hh_size1",
]
COUNTED = {
    "total_households": "households",
    "total_dwellings": "dwellings",
    "primary_dwellings": "dwellings_primary",
    "secondary_dwellings": "dwellings_secondary",
    "rented_dwellings": "dwellings_rented",
    "hh_size1": "households_one_person",
}
FIRST_ROW = 2
ROUNDING = 0.002  # the shares are given to four decimals in some rows
RATES_APART = 0.01  # activity, employment and unemployment are rounded one by one


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the census; the vintage is its year."""
    (path,) = require_files(folder, f"census_{vintage}_municipality.zip")
    file, content = only_member(path)
    frame = read_delimited(content, file)
    require_columns(frame, ["prov_code", "mun_code", "total_pop", *HOUSING, *SHARES], file)
    areas = municipalities(frame, file)
    require_unique(frame, ["mun_code"], file, FIRST_ROW)
    numbers = _numbers(frame, file)
    rows = np.arange(FIRST_ROW, FIRST_ROW + len(frame))
    counted = numbers[["total_pop", *COUNTED]].rename(columns={"total_pop": "population", **COUNTED})
    derived = _derived(numbers)
    return observations(
        [
            stack(counted, areas, file, rows, int(vintage)),
            stack(derived, areas, file, rows, int(vintage), derived.columns),
        ]
    )


def municipalities(frame: pd.DataFrame, file: str) -> pd.Series:
    """``ES-`` and INE's five digits, the first two of which are the province."""
    code = frame["mun_code"]
    bad = ~code.str.fullmatch(r"(0[1-9]|[1-4]\d|5[0-2])\d{3}") | (code.str[:2] != frame["prov_code"])
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise SourceError(
            file,
            "is not a municipality code of its province",
            row=FIRST_ROW + row,
            column="mun_code",
            value=code.iloc[row],
        )
    return "ES-" + code


def _numbers(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """All numbers, checked against each other; the zeros that stand for masked dwellings are missing."""
    columns = ["total_pop", *HOUSING, *SHARES]
    numbers = pd.DataFrame({name: to_numbers(frame[name], file, FIRST_ROW, masked=["NA"])["obs_value"] for name in columns})
    require_within(numbers[["total_pop", *HOUSING]], file, FIRST_ROW)
    require_within(numbers[SHARES], file, FIRST_ROW, high=1)
    masked = numbers[SHARES].isna().all(axis=1) & (numbers[HOUSING] == 0).all(axis=1)
    numbers[HOUSING] = numbers[HOUSING].mask(masked)
    dwellings = numbers["primary_dwellings"] + numbers["secondary_dwellings"]
    require_equal(dwellings, numbers["total_dwellings"], file, FIRST_ROW)
    one = pd.Series(1.0, index=numbers.index)
    for parts in (["pct_female", "pct_male"], ["pct_under16", "pct_16to64", "pct_over64"]):
        require_equal(one, numbers[parts].sum(axis=1, min_count=1).rename(" + ".join(parts)), file, FIRST_ROW, ROUNDING)
    working = numbers["activity_rate"] * (1 - numbers["unemployment_rate"])
    require_equal(working, numbers["employment_rate"], file, FIRST_ROW, RATES_APART)
    return numbers


def _derived(numbers: pd.DataFrame) -> pd.DataFrame:
    """Counts from shares and their bases, rounded to whole people."""
    people = numbers["total_pop"]
    young = np.rint(people * numbers["pct_under16"])
    adults = people - young
    labour_force = np.rint(adults * numbers["activity_rate"])
    unemployed = np.rint(labour_force * numbers["unemployment_rate"])
    return pd.DataFrame(
        {
            "population_female": np.rint(people * numbers["pct_female"]),
            "population_under_16": young,
            "population_16_plus": adults,
            "population_65_plus": np.rint(people * numbers["pct_over64"]),
            "population_foreign": np.rint(people * numbers["pct_foreign"]),
            "population_foreign_born": np.rint(people * numbers["pct_foreign_born"]),
            "adults_tertiary": np.rint(adults * numbers["pct_higher_ed_completed"]),
            "adults_tertiary_base": adults,
            "population_working_age": adults,
            "labour_force": labour_force,
            "unemployed": unemployed,
            "employed": labour_force - unemployed,
        }
    )
