"""ISTAT: people of the Italian comuni by age on 1 January 2022, and how many have a tertiary degree.

The table has one row per comune and 202 columns, of women and men by year of age (100 is 100 and over). The share with
a degree, a higher technical diploma or one of an academy of arts (permanent census of 2021, from registers and a sample)
is of people of 9 and over, so that its people are reckoned here (status E). Comuni under 2,000 people are in the sums of
their regions alone, as ``istat_municipalities`` says; a comune belongs to the region of its province, the first three
digits of its code. Three comuni that got their codes in 2021 are not in the table. The vintage is the year.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.containers import gunzip
from pipeline.sources.municipal_tables import open_csv, require_within
from pipeline.sources.reading import (
    observations,
    read_delimited,
    refuse_cells,
    require_columns,
    require_counts,
    require_files,
    require_unique,
    stack,
    to_numbers,
)

AGES, DEGREES, PLACES = (
    "posas_{}_sesso_eta_wide.csv.gz", "censimento_istruzione_terziaria_1821.csv", "comuni_2023_centroidi.csv",
)  # fmt: skip
CODE, SHARE, CENSUS = "codice_istat", "ist3_21", 2021
OLDEST, SMALLEST = 100, 2000
GROUPS = {  # from this age to that
    "population_0_14": (0, 14),
    "population_under_18": (0, 17),
    "population_15_64": (15, 64),
    "population_60_plus": (60, OLDEST),
    "population_65_plus": (65, OLDEST),
}
GROUPS_OF_CENSUS = {"population_working_age": (15, OLDEST), "adults_tertiary_base": (9, OLDEST)}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Age groups and people with a degree of every comune of 2,000 people and more, and of the regions."""
    ages, degrees, places = require_files(Path(folder), AGES.format(vintage), DEGREES, PLACES)
    people = _people(ages)
    groups = {name: people.loc[:, low:high].sum(axis=1) for name, (low, high) in {**GROUPS, **GROUPS_OF_CENSUS}.items()}
    table = pd.DataFrame(groups).assign(rows=np.arange(2, len(people) + 2))
    table["adults_tertiary"] = _shares(degrees).reindex(table.index) * table["adults_tertiary_base"]
    regions = "R" + table.index.str[:3].to_series(index=table.index).map(_regions(places))
    lost = regions.isna().reset_index(drop=True)
    refuse_cells(lost, pd.Series(table.index, name=CODE), ages.name, f"is in no province of {PLACES}")
    large = table[people.sum(axis=1) >= SMALLEST]
    sums = table.drop(columns="rows").groupby(regions).sum().assign(rows=table["rows"].groupby(regions).min())
    parts = [_observed(part, ages.name, int(vintage)) for part in (large, sums)]
    return observations([item for part in parts for item in part])


def _people(path: Path) -> pd.DataFrame:
    """People by code and age, women and men together."""
    frame = read_delimited(gunzip(path), path.name)
    names = {sex: [f"{sex}_{age}" for age in range(OLDEST + 1)] for sex in "FM"}
    require_columns(frame, [CODE, *names["F"], *names["M"]], path.name)
    _require_codes(frame[CODE], path.name)
    counts = {name: to_numbers(frame[name], path.name, 2)["obs_value"].rename(name) for sex in "FM" for name in names[sex]}
    for name, column in counts.items():
        require_counts(column, path.name, 2)
        refuse_cells(column.isna(), frame[name], path.name, "is missing")
    both = {age: counts[f"F_{age}"] + counts[f"M_{age}"] for age in range(OLDEST + 1)}
    return pd.DataFrame(both).set_axis(frame[CODE])


def _require_codes(codes: pd.Series, file: str) -> None:
    refuse_cells(~codes.str.fullmatch(r"(0\d{2}|10\d|11[01])\d{3}"), codes, file, "is not a comune's code")
    require_unique(codes.to_frame(), [codes.name], file, 2)


def _shares(path: Path) -> pd.Series:
    """The share with a tertiary degree by code; old codes are in the table too."""
    frame = read_delimited(path.read_bytes(), path.name, delimiter=";")
    require_columns(frame, ["CODICE_ISTAT", SHARE], path.name)
    codes = frame["CODICE_ISTAT"].str.zfill(6)
    _require_codes(codes, path.name)
    shares = to_numbers(frame[SHARE], path.name, 2, decimal=",")["obs_value"].rename(SHARE)
    require_within(shares.to_frame(), path.name, 2, 0, 1)
    return shares.set_axis(codes)


def _regions(path: Path) -> dict[str, str]:
    """The region's two digits by the province's three."""
    frame = open_csv(path, [CODE, "region_code"])
    refuse_cells(~frame["region_code"].str.fullmatch(r"[1-9]|1\d|20"), frame["region_code"], path.name, "is not a region")
    pairs = pd.DataFrame({"province": frame[CODE].str[:3], "region": frame["region_code"].str.zfill(2)}).drop_duplicates()
    require_unique(pairs, ["province"], path.name, 2)
    return dict(zip(pairs["province"], pairs["region"], strict=True))


def _observed(table: pd.DataFrame, file: str, year: int) -> list[pd.DataFrame]:
    areas, rows = pd.Series("IT-" + table.index), table["rows"].reset_index(drop=True)
    values = table.reset_index(drop=True)
    of_census = values[[*GROUPS_OF_CENSUS, "adults_tertiary"]]
    return [
        stack(values[list(GROUPS)], areas, file, rows, year),
        stack(of_census, areas, file, rows, CENSUS, estimated=["adults_tertiary"]),
    ]
