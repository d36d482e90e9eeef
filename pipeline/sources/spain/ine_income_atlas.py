"""Spain's household income atlas (Atlas de distribución de renta de los hogares) by municipality and year.

INE's tables of income, inequality, sources of income and population, in the layout of the package that serves them
(one CSV in a zip each; every municipality of every year has a row, ``NA`` where INE masks or the municipality no
longer exists). The population is that of the atlas, which leaves out people outside private dwellings. Shares by age
are turned into counts (status E). In small municipalities the sources of income do not always add up to gross income;
those that miss it by more than 1 % have status E. Means per household and per unit of consumption are left out.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.containers import only_member
from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import require_within
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_files,
    require_unique,
    stack,
    to_numbers,
    variables_of,
)
from pipeline.sources.spain.ine_census import FIRST_ROW, municipalities

SOURCE = "ine_income_atlas"
KEYS = ["mun_code", "prov_code", "year"]
INCOME, INEQUALITY = ["net_income_pc", "median_income_equiv"], ["gini", "p80p20"]
SOURCES = ["wage", "pension", "unemp_benefit", "other_benefits", "other_income"]
SHARES = {"pct_under18": "population_under_18", "pct_over65": "population_65_plus"}
FILES = {
    "income_municipality.zip": INCOME,
    "gini_p80p20_municipality.zip": INEQUALITY,
    "income_sources_municipality.zip": ["gross_income_pc", *SOURCES],
    "demographics_municipality.zip": ["population", *SHARES],
}
READ_SOURCES = ["wage", "pension", "unemp_benefit"]
GAP = 0.01  # of gross income


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the atlas; the vintage is its last year."""
    paths = require_files(folder, *FILES)
    parts = [_read_table(path, columns, int(vintage)) for path, columns in zip(paths, FILES.values(), strict=True)]
    return observations(parts)


def _read_table(path: Path, columns: list[str], last_year: int) -> pd.DataFrame:
    """The rows of one table."""
    file, content = only_member(path)
    frame = read_delimited(content, file)
    require_columns(frame, [*KEYS, *columns], file)
    areas = municipalities(frame, file)
    require_unique(frame, ["mun_code", "year"], file, FIRST_ROW)
    years = to_numbers(frame["year"], file, FIRST_ROW)["obs_value"]
    require_within(years.to_frame("year"), file, FIRST_ROW, 2015, last_year)
    if years.max() != last_year:
        raise SourceError(file, f"ends before {last_year}", column="year", value=int(years.max()))
    numbers = pd.DataFrame({name: to_numbers(frame[name], file, FIRST_ROW, masked=["NA"])["obs_value"] for name in columns})
    require_within(numbers, file, FIRST_ROW)
    require_within(numbers[[name for name in ("gini", *SHARES) if name in numbers]], file, FIRST_ROW, high=100)
    rows = np.arange(FIRST_ROW, FIRST_ROW + len(frame))
    return _observed(numbers, areas, file, rows, years.astype("int32"))


def _observed(numbers: pd.DataFrame, areas: pd.Series, file: str, rows, years: pd.Series) -> pd.DataFrame:
    """Published numbers as they are, shares as counts."""
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    if "population" in numbers:
        counts = {SHARES[name]: np.rint(numbers[name] / 100 * numbers["population"]) for name in SHARES}
        return stack(numbers[["population"]].assign(**counts), areas, file, rows, years, SHARES.values())
    if "wage" in numbers:
        table = stack(numbers[READ_SOURCES].rename(columns=names), areas, file, rows, years)
        gross = numbers["gross_income_pc"]
        apart = (numbers[SOURCES].sum(axis=1, skipna=False) - gross).abs() > GAP * gross
        doubtful = np.tile(apart, len(READ_SOURCES)) & (table["obs_status"] == "A")
        return table.assign(obs_status=table["obs_status"].mask(doubtful, "E"))
    return stack(numbers.rename(columns=names), areas, file, rows, years)
