"""County-level data sets of the USDA Economic Research Service: education, poverty, unemployment.

Three files, each with four title lines and the header in line 5; figures come from the censuses, the American
Community Survey, SAIPE and the Local Area Unemployment Statistics. Rows of the nation and of states (codes that end
in 000) are checks, not output.

- Education: adults of 25 and over in four classes of schooling, 1970 to 2014–18 (stored as 2018); these are also the
  only people of all counties over so long a time. County codes of their time remain (Alaska's former census areas,
  51515, 51560). The row of Puerto Rico as a whole repeats its figures of 1990 under 2000: it is no check there; its
  municipalities are right.
- Poverty: model-based estimates of one year. The people whose poverty status is modelled are not printed: they are
  the number of poor people divided by its rounded percentage, status E.
- Unemployment: labour force, employed and unemployed, yearly averages since 2007.

Rural–urban codes and percentages that follow from the counts do not belong here.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.census_tables import county_areas, number_observations, numbers_of, refuse
from pipeline.sources.reading import delimited_rows, observations, require_columns, require_counts, require_files, variables_of

SOURCE = "us_ers_county_data"
EDUCATION, POVERTY, UNEMPLOYMENT = "ers_Education.csv", "ers_PovertyEstimates.csv", "ers_Unemployment.csv"
HEADER_ROW = 5
FIRST_ROW = HEADER_ROW + 1
NATION = "00000"
WRONG_TOTALS = {("72000", "2000")}  # state and year, see above
CLASSES = {
    "Less than a high school diploma": "Less than a high school diploma",
    "High school diploma only": "High school diploma only",
    "Some college": r"Some college (\(1-3 years\)|or associate's degree)",
    "Bachelor": r"(Four years of college|Bachelor's degree) or higher",
}
LABOUR = ["Civilian_labor_force", "Employed", "Unemployed"]
POOR, POOR_RATE, INCOME = "POVALL", "PCTPOVALL", "MEDHHINC"
INTERVALS = {POOR: ("CI90LBAll", "CI90UBALL"), INCOME: ("CI90LBINC", "CI90UBINC")}
ROUNDING = {EDUCATION: 0, POVERTY: 15, UNEMPLOYMENT: 50}  # people by which rounded counties may miss their state,
SHARE_OF_ROUNDING = {EDUCATION: 0, POVERTY: 0, UNEMPLOYMENT: 5e-5}  # and the share of them that is allowed on top


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of all counties from the three files."""
    education, poverty, unemployment = require_files(Path(folder), EDUCATION, POVERTY, UNEMPLOYMENT)
    return observations([*_education(education), *_poverty(poverty), *_unemployment(unemployment)])


def _table(path: Path, code: str) -> pd.DataFrame:
    """The file's rows as text, ``code`` first, without the empty columns at its right end."""
    rows = delimited_rows(path.read_bytes(), path.name)
    if len(rows) <= HEADER_ROW:
        raise SourceError(path, "holds no rows of figures", row=len(rows))
    header = [name.strip() for name in rows[HEADER_ROW - 1]]
    width = max((position for position, name in enumerate(header, start=1) if name), default=0)
    for number, row in enumerate(rows[HEADER_ROW:], start=FIRST_ROW):
        if len(row) < width or any(row[width:]):
            raise SourceError(path, f"does not have the {width} fields of the header", row=number, value=",".join(row))
    table = pd.DataFrame([row[:width] for row in rows[HEADER_ROW:]], columns=header[:width], dtype="str")
    require_columns(table, [code], path, HEADER_ROW)
    refuse(~table[code].str.fullmatch(r"\d{5}"), table[code], path, FIRST_ROW, "is not a code of five digits")
    refuse(table[code].duplicated(), table[code], path, FIRST_ROW, "the area stands twice")
    return table.rename(columns={code: "code"})


def _numbers(table: pd.DataFrame, column: str, path: Path) -> pd.Series:
    cells = table[column].str.strip().str.removeprefix("$").rename(column)
    return numbers_of(cells, path, FIRST_ROW, thousands=",")


def _counts(table: pd.DataFrame, column: str, path: Path) -> pd.Series:
    """A column of counts whose counties add up to their states and whose states add up to the nation."""
    numbers = _numbers(table, column, path)
    require_counts(numbers, path, FIRST_ROW)
    is_nation, is_state = table["code"] == NATION, table["code"].str.endswith("000")
    wrong = table["code"].isin([code for code, year in WRONG_TOTALS if column.endswith(f", {year}")])
    own = is_state & ~is_nation & ~wrong
    state = table["code"].str[:2]
    _check(numbers[own], numbers[~is_state].groupby(state).sum(min_count=1).reindex(state[own]), path, column)
    if is_nation.any() and numbers[is_nation].notna().all():
        total = numbers[own & (state != "72")].sum()
        _check(numbers[is_nation], pd.Series([total]), path, column)
    return numbers


def _check(published: pd.Series, found: pd.Series, path: Path, column: str) -> None:
    missed = np.abs(found.to_numpy() - published.to_numpy())
    allowed = ROUNDING[path.name] + SHARE_OF_ROUNDING[path.name] * published.to_numpy()
    if (missed > allowed).any():
        worst = int(np.argmax(missed > allowed))
        raise SourceError(
            path,
            f"the areas add up to {found.iloc[worst]:,.10g}",
            row=published.index[worst] + FIRST_ROW,
            column=column,
            value=f"{published.iloc[worst]:,.10g}",
        )


def _observed(values, variable: str, table: pd.DataFrame, path: Path, year: int, status="A") -> pd.DataFrame:
    """One variable of one year, counties only."""
    counties = ~table["code"].str.endswith("000")
    areas = county_areas(table.loc[counties, "code"], path, table.index[counties] + FIRST_ROW)
    rows = areas.index + FIRST_ROW
    return number_observations(values[counties], variable, areas, path.name, rows, year, status)


def _education(path: Path) -> list[pd.DataFrame]:
    table = _table(path, "FIPS Code")
    periods = {name.rpartition(", ")[2] for name in table.columns if name.startswith("Less than")}
    parts = []
    for period in sorted(periods):
        classes = {name: _counts(table, _class_column(table, name, period, path), path) for name in CLASSES}
        year = int(period[:2] + period[-2:])
        for row in variables_of(SOURCE).itertuples():
            codes = row.publisher_code.split("+")
            if set(codes) <= set(CLASSES):
                values = sum(classes[code] for code in codes)
                parts.append(_observed(values, row.variable, table, path, year, "A" if len(codes) == 1 else "E"))
    if not parts:
        raise SourceError(path, "has no column of schooling", row=HEADER_ROW)
    return parts


def _class_column(table: pd.DataFrame, name: str, period: str, path: Path) -> str:
    found = [column for column in table.columns if re.fullmatch(f"{CLASSES[name]}, {re.escape(period)}", column)]
    if len(found) != 1:
        raise SourceError(path, "the column is missing", row=HEADER_ROW, column=f"{name}, {period}")
    return found[0]


def _poverty(path: Path) -> list[pd.DataFrame]:
    table = _table(path, "FIPStxt")
    years = [name[-4:] for name in table.columns if re.fullmatch(rf"{POOR}_\d{{4}}", name)]
    if len(years) != 1:
        raise SourceError(path, "has not one column of poor people", row=HEADER_ROW, column=f"{POOR}_2018")
    (year,) = years
    require_columns(table, [f"{name}_{year}" for name in (POOR_RATE, INCOME, *sum(INTERVALS.values(), ()))], path, HEADER_ROW)
    poor, rate = _counts(table, f"{POOR}_{year}", path), _numbers(table, f"{POOR_RATE}_{year}", path)
    refuse(~rate.fillna(50).between(0, 100, inclusive="right"), rate, path, FIRST_ROW, "is not a percentage")
    found = {POOR: poor, INCOME: _numbers(table, f"{INCOME}_{year}", path), f"{POOR}/{POOR_RATE}": poor / rate * 100}
    parts = []
    for row in variables_of(SOURCE).itertuples():
        if row.publisher_code in found:
            status = "E" if "/" in row.publisher_code else "A"
            part = _observed(found[row.publisher_code], row.variable, table, path, int(year), status)
            if row.publisher_code in INTERVALS:
                part["margin_of_error"] = _half_width(table, found[row.publisher_code], row.publisher_code, year, path)
            parts.append(part)
    return parts


def _half_width(table: pd.DataFrame, values: pd.Series, code: str, year: str, path: Path) -> pd.Series:
    """Half the 90 % interval, which must hold the estimate."""
    low, high = (_numbers(table, f"{name}_{year}", path) for name in INTERVALS[code])
    refuse((low > values) | (high < values), values, path, FIRST_ROW, "lies outside its own interval")
    return (high - low) / 2


def _unemployment(path: Path) -> list[pd.DataFrame]:
    table = _table(path, "FIPS")
    years = sorted(name[-4:] for name in table.columns if re.fullmatch(rf"{LABOUR[0]}_\d{{4}}", name))
    if not years:
        raise SourceError(path, "the column is missing", row=HEADER_ROW, column=f"{LABOUR[0]}_2018")
    variables = variables_of(SOURCE).set_index("publisher_code")["variable"]
    parts = []
    for year in years:
        require_columns(table, [f"{name}_{year}" for name in LABOUR], path, HEADER_ROW)
        force, *sides = (_counts(table, f"{name}_{year}", path) for name in LABOUR)
        refuse((sum(sides) - force).abs() > 0, force, path, FIRST_ROW, "is not employed plus unemployed")
        for name, values in zip(LABOUR, [force, *sides], strict=True):
            parts.append(_observed(values, variables[name], table, path, int(year)))
    return parts
