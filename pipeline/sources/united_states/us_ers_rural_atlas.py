"""Atlas of Rural and Small-Town America (USDA Economic Research Service): jobs, income and classes of counties.

- Jobs: shares of industries among employed residents, ACS 2013–17. The shares were made of whole numbers of people,
  so that share times employed gives these numbers back (status E). ``PctEmpServices`` joins everything between
  finance and government.
- Income: per-capita income and deep poverty, ACS 2013–17. Poverty and median income of 2017 (SAIPE) are left to the
  county-level data sets, which have 2018 with margins of error.
- Classes: rural–urban continuum, urban influence and typology, editions of 2013 and 2015.

Rows of the nation and of states (codes that end in 000) are checks, not output. ``UnempRate2015`` disagrees with the
counts beside it in most counties (a column of another series); unemployment is read from the county-level data sets,
which have the same counts. Former counties of Alaska and Virginia are in the file with empty cells.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.census_tables import county_areas, number_observations, numbers_of, refuse
from pipeline.sources.reading import observations, read_delimited, require_columns, require_counts, require_files, variables_of

SOURCE = "us_ers_rural_atlas"
JOBS, INCOME, CLASSES = "ruralatlas_jobs.csv", "ruralatlas_income.csv", "ruralatlas_county_classifications.csv"
CODES = {JOBS: "FIPS", INCOME: "FIPS", CLASSES: "FIPStxt"}
YEARS = {JOBS: {"2019": 2017}, INCOME: {"2019": 2017}, CLASSES: {"2019": 2015}}  # file: vintage: year of its figures
FIRST_ROW = 2
EMPLOYED, SHARE = "NumCivEmployed", "×"
ROUNDING = 0.01  # people by which a share may miss a whole number, and percent by which shares may miss 100
HIGHEST = {"Deep_Pov_All": 100, "RuralUrbanContinuumCode2013": 9, "UrbanInfluenceCode2013": 12, "Type_2015_Update": 5}


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of all counties from the three files."""
    parts = []
    for path in require_files(Path(folder), JOBS, INCOME, CLASSES):
        if vintage not in YEARS[path.name]:
            raise SourceError(path, f"the year of its figures is not known for vintage {vintage}", advice="add it to YEARS")
        parts += _file(path, YEARS[path.name][vintage])
    return observations(parts)


def _file(path: Path, year: int) -> list[pd.DataFrame]:
    table = read_delimited(path.read_bytes(), path.name)
    code = CODES[path.name]
    require_columns(table, [code], path)
    variables = _variables(path)
    columns = sorted({column for expression in variables["publisher_code"] for column in expression.split(SHARE)})
    require_columns(table, columns, path)
    values = {column: numbers_of(table[column], path, FIRST_ROW) for column in columns}
    for column, numbers in values.items():
        limit = HIGHEST.get(column, 100 if column.startswith("PctEmp") else np.inf)
        refuse((numbers < 0) | (numbers > limit), table[column], path, FIRST_ROW, f"lies outside 0 to {limit:g}")
    if path.name == JOBS:
        _check_jobs(table, values, path)
    counties = ~table[code].str.endswith("000")
    areas = county_areas(table.loc[counties, code], path, table.index[counties] + FIRST_ROW)
    place = {"areas": areas, "file": path.name, "rows": areas.index + FIRST_ROW, "year": year}
    parts = []
    for row in variables.itertuples():
        share, _, base = row.publisher_code.partition(SHARE)
        number = (values[share] / 100 * values[base]).round() if base else values[share]
        parts.append(number_observations(number[counties], row.variable, **place, status="E" if base else "A"))
    return parts


def _variables(path: Path) -> pd.DataFrame:
    """The rows of ``variables.csv`` read from this file: classes are a unit of their own, incomes are not counts."""
    variables = variables_of(SOURCE)
    kind = np.select([variables["unit_measure"] == "class", variables["additive"]], [CLASSES, JOBS], INCOME)
    return variables[kind == path.name]


def _check_jobs(table: pd.DataFrame, values: dict[str, pd.Series], path: Path) -> None:
    """Shares add up to 100 and give whole people; counties add up to their states, states to the nation."""
    employed = values[EMPLOYED]
    require_counts(employed, path, FIRST_ROW)
    is_state, state = table["FIPS"].str.endswith("000"), table["FIPS"].str[:2]
    sums = state.map(employed[~is_state].groupby(state).sum())
    states = is_state & (state != "00")
    nation = employed[states & (state != "72")].sum()
    wrong = (states & (employed != sums)) | ((is_state & ~states) & (employed != nation))
    refuse(wrong, table[EMPLOYED], path, FIRST_ROW, "is not the sum of its areas")
    shares = {column: numbers for column, numbers in values.items() if column != EMPLOYED}
    total = sum(shares.values())
    refuse((total - 100).abs() > ROUNDING, employed, path, FIRST_ROW, "has shares of industries that do not add up to 100")
    for column, numbers in shares.items():
        people = numbers / 100 * employed
        broken = (people - people.round()).abs() > ROUNDING
        refuse(broken, table[column], path, FIRST_ROW, f"is not the share of a whole number of people in {EMPLOYED}")
