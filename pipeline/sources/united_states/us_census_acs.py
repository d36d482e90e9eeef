"""American Community Survey, five-year estimates for metropolitan statistical areas, as data.census.gov serves them.

Seven tables: the data profiles DP02 to DP05, the subject tables S1903 and S2301 and the detailed table B08006. A
download is transposed: lines are rows of the table, nested by non-breaking spaces, and every area has a group of
columns (estimate, margin of error, ...). Its name ends in the time of the download. Figures are averages of the five
years that end with the vintage.

A ``publisher_code`` is the table, the labels down to the line, and the measure where it is not the plain estimate,
joined by ``|``. ``a+b`` is the sum of lines; ``a×b`` is the percentage a of the base b. Both are derived: status E,
the margin of error by the Census Bureau's approximation (root of the sum of squares).

- ``*****`` in the place of a margin: the estimate is controlled, its margin is 0.
- DP02 is empty for the metropolitan areas of Puerto Rico, which have a profile of their own (DP02PR): schooling,
  internet and origin are missing there.
- DP03 gives poverty in percent only and not the people whose poverty status was determined; the civilian population
  outside institutions stands for them.

Areas are named, not coded: ``area_concordance.csv`` gives the code. Counties and micropolitan areas do not belong
here.
"""

import math
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import delimited_rows, observations, refuse_cells, variables_of
from schemas.catalogue import register

SOURCE = "us_census_acs"
TABLES = {"DP02": "DP", "DP03": "DP", "DP04": "DP", "DP05": "DP", "S1903": "ST", "S2301": "ST", "B08006": "DT"}
CORNER = "Label (Grouping)"
ESTIMATE, MARGIN = "Estimate", "Margin of Error"
INDENT = 4
ANNOTATIONS = {"-999999999", "-888888888", "-666666666", "-555555555", "-333333333", "-222222222"}  # there is no estimate
MISSING = {"", "(X)", "N", "-", "**", "***", "null", *ANNOTATIONS}
CONTROLLED = "*****"
NUMBER = re.compile(r"-?\d+(\.\d+)?[-+]?")  # a sign behind it: the median lies in the open class at the end
SUM, PERCENTAGE = "+", "×"
NAMES_TABLE = "DP05"

SAME = [
    ("DP05|SEX AND AGE|Total population", "DP05|HISPANIC OR LATINO AND RACE|Total population"),
    ("DP05|SEX AND AGE|Total population", "DP02|PLACE OF BIRTH|Total population"),
    ("DP05|SEX AND AGE|Total population|16 years and over", "DP03|EMPLOYMENT STATUS|Population 16 years and over"),
    ("DP05|SEX AND AGE|Total population|16 years and over", "S2301|Population 16 years and over|Total"),
    ("DP05|Total housing units", "DP04|HOUSING OCCUPANCY|Total housing units"),
    (
        "DP04|HOUSING OCCUPANCY|Total housing units|Occupied housing units",
        "DP03|INCOME AND BENEFITS|Total households",
    ),
    (
        "DP04|HOUSING OCCUPANCY|Total housing units|Occupied housing units",
        "S1903|HOUSEHOLD INCOME BY RACE AND HISPANIC OR LATINO ORIGIN OF HOUSEHOLDER|Households|Number",
    ),
    (
        "DP04|HOUSING OCCUPANCY|Total housing units|Occupied housing units",
        "DP02|COMPUTERS AND INTERNET USE|Total households",
    ),
    ("DP03|COMMUTING TO WORK|Workers 16 years and over", "B08006|Total:"),
]  # one number in two tables: a column that has slipped, or a table of another year, shows here

PARTS = {
    "population": [
        "population_female", "population_under_18", "population_foreign_born", "population_hispanic",
        "population_mexican_origin", "population_25_plus", "household_population", "population_insured_base",
        "population_disability_base",
    ],
    "population_insured_base": ["population_insured"],
    "population_disability_base": ["population_with_disability"],
    "adults_education_base": ["adults_upper_secondary_or_more"],
    "adults_upper_secondary_or_more": ["adults_tertiary", "adults_associate_degree"],
    "dwellings": ["households"],
    "households": [
        "households_internet", "households_computer", "households_owner", "households_renter", "households_crowded",
        "households_lacking_plumbing", "households_lacking_kitchen", "households_without_vehicle",
    ],
    "population_working_age": ["labour_force", "population_working_age_female"],
    "population_working_age_female": ["labour_force_female"],
    "employed_total": ["self_employed", "employed_by_government", "unpaid_family_workers"],
    "workers_commuting_base": [
        "commuters_public_transport", "commuters_bicycle", "commuters_walking", "workers_at_home",
    ],
    "population_20_64_poor_base": ["population_20_64_poor"],
    "population_25_64": ["adults_25_64_tertiary"],
}  # fmt: skip
TOTALS = {
    "employed_total": [
        "employed_agriculture_mining", "employed_construction", "employed_manufacturing", "employed_wholesale_trade",
        "employed_retail_trade", "employed_transport_utilities", "employed_information", "employed_finance_real_estate",
        "employed_professional_administrative", "employed_education_health", "employed_arts_lodging_food",
        "employed_other_services", "employed_public_administration",
    ],
    "labour_force": ["employed", "unemployed"],
    "population": ["population_0_14", "population_15_64", "population_65_plus"],
    "households": ["households_owner", "households_renter"],
}  # fmt: skip


class Line(NamedTuple):
    """One line of a table: where it stands and its cells, areas by measures."""

    file: str
    row: int
    cells: list[str]


class Table(NamedTuple):
    """One download: its areas, the measures of each area, and its lines by path."""

    file: str
    areas: list[str]
    measures: list[str]
    lines: dict[str, list[Line]]


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of all metropolitan areas in the tables, with their names."""
    tables = {name: _table(_file(Path(folder), name, vintage), name) for name in TABLES}
    names = tables[NAMES_TABLE].areas
    for table in tables.values():
        if sorted(table.areas) != sorted(names):
            odd = sorted(set(table.areas) ^ set(names))[0]
            raise SourceError(table.file, f"does not list the same areas as {tables[NAMES_TABLE].file}", row=1, value=odd)
    place = {"ref_area": _areas(tables[NAMES_TABLE]), "time_period": int(vintage)}
    numbers = [_observed(tables, row, names) for row in variables_of(SOURCE).itertuples()]
    _check(numbers, tables, names)
    named = pd.DataFrame(
        {
            "variable": "name",
            "obs_text": [name.removesuffix(" Metro Area") for name in names],
            "source_file": tables[NAMES_TABLE].file,
            "source_row": 1,
        },
        index=names,
    )
    return observations([part.assign(**place) for part in [*numbers, named]])


def _file(folder: Path, name: str, vintage: str) -> Path:
    """The one download of a table; its name ends in the time of the download."""
    pattern = f"ACS{TABLES[name]}5Y{vintage}.{name}-*.csv"
    paths = sorted(folder.glob(pattern))
    if len(paths) != 1:
        problem = "the file is missing" if not paths else f"there are {len(paths)} downloads of one table"
        raise SourceError(pattern, problem, advice=f"put one into {folder.parent.name}/{folder.name}")
    return paths[0]


def _areas(table: Table) -> np.ndarray:
    """The areas that ``area_concordance.csv`` gives for the publisher's names, which stand in the header."""
    names, rows = pd.Series(table.areas, name="area"), register("area_concordance")
    areas = names.map(rows[rows["source"] == SOURCE].set_index("publisher_area")["ref_area"])
    header = np.ones(len(names), int)
    refuse_cells(areas.isna(), names, table.file, "is not an area known here (schemas/area_concordance.csv)", header)
    refuse_cells(areas.duplicated(), names, table.file, "the area stands twice", header)
    return areas.to_numpy()


def _table(path: Path, name: str) -> Table:
    rows = delimited_rows(path.read_bytes(), path.name)
    if len(rows) < 2 or rows[0][:1] != [CORNER]:
        raise SourceError(path, f"does not begin with {CORNER!r}", row=1, value=rows[0][:1] if rows else "")
    areas, measures = _columns(rows[0][1:], path)
    lines: dict[str, list[Line]] = {}
    labels: list[str] = []
    for number, (label, *cells) in enumerate(rows[1:], start=2):
        if len(cells) != len(rows[0]) - 1:
            raise SourceError(path, f"holds {len(cells)} cells, the header {len(rows[0]) - 1}", row=number, column=label.strip())
        depth = (len(label) - len(label.lstrip("\xa0"))) // INDENT
        labels = [*labels[:depth], label.strip("\xa0 ")]
        code = "|".join([name, *labels]).replace(f" (IN {_year(path)} INFLATION-ADJUSTED DOLLARS)", "")
        lines.setdefault(code, []).append(Line(path.name, number, cells))
    return Table(path.name, areas, measures, lines)


def _year(path: Path) -> str:
    return path.name.split("5Y")[1][:4]


def _columns(header: list[str], path: Path) -> tuple[list[str], list[str]]:
    """The areas and the measures of each; every area has the same measures in the same order."""
    split = [column.split("!!", 1) for column in header]
    areas = list(dict.fromkeys(area for area, *_ in split))
    measures = [rest[0] if rest else "" for area, *rest in split if area == areas[0]]
    expected = [f"{area}!!{measure}" for area in areas for measure in measures]
    margins = [measure.replace(ESTIMATE, MARGIN) if ESTIMATE in measure else f"{measure} {MARGIN}" for measure in measures[::2]]
    if header != expected or measures[1::2] != margins:
        odd = next((a for a, b in zip(header, expected, strict=False) if a != b), header[-1])
        raise SourceError(
            path, "the areas do not all have the same columns, estimate and margin in turn", row=1, value=odd,
            advice="this layout is not the one known here",
        )  # fmt: skip
    return areas, measures


def _line(tables: dict[str, Table], code: str) -> tuple[Table, Line, int]:
    """The line that a code names and the position of its measure."""
    table = tables[code.split("|")[0]]
    path, measure = code, ESTIMATE
    if path not in table.lines:
        path, _, label = code.rpartition("|")
        measure = label if label in table.measures else f"{label}!!{ESTIMATE}"
    if path not in table.lines or measure not in table.measures:
        raise SourceError(table.file, "the line is missing", column=code, advice="this layout is not the one known here")
    first, *others = table.lines[path]
    position, width = table.measures.index(measure), len(table.measures)
    if any(line.cells[position::width] != first.cells[position::width] for line in others):
        raise SourceError(table.file, f"a line of the same name differs from row {first.row}", row=others[0].row, column=path)
    return table, first, position


def _numbers(tables: dict[str, Table], code: str, names: list[str]) -> pd.DataFrame:
    """One line's estimates and margins, indexed by the area's name."""
    table, line, position = _line(tables, code)
    width = len(table.measures)
    part = pd.DataFrame(index=table.areas)
    part["obs_value"], part["obs_status"] = _parsed(line.cells[position::width], table, line, position)
    part["margin_of_error"], _ = _parsed(line.cells[position + 1 :: width], table, line, position + 1)
    return part.assign(source_file=table.file, source_row=line.row).loc[names]


def _parsed(cells: list[str], table: Table, line: Line, position: int) -> tuple[list[float], list[str]]:
    """Numbers and statuses of cells such as 5,328,736, 9.5%, ±1,234, (X) and the open-ended 2,500-."""
    measure = table.measures[position]
    numbers = [_number(cell.strip(), MARGIN in measure) for cell in cells]
    for area, (value, status) in enumerate(numbers):
        problem = "is not a number" if not status else "is more than all" if cells[area].endswith("%") and value > 100 else ""
        if problem:
            raise SourceError(
                table.file, problem, row=line.row, column=f"{table.areas[area]}!!{measure}", value=cells[area],
                advice="correct or quarantine the cell",
            )  # fmt: skip
    return [value for value, _ in numbers], [status for _, status in numbers]


def _number(cell: str, is_margin: bool) -> tuple[float, str]:
    """The number and its status; no status for a cell that is not understood."""
    if is_margin and cell == CONTROLLED:
        return 0.0, "A"
    plain = cell.replace(",", "").removeprefix("±").removesuffix("%")
    if plain in MISSING:
        return math.nan, "O"
    if not NUMBER.fullmatch(plain):
        return math.nan, ""
    return (float(plain[:-1]), "E") if plain[-1] in "+-" else (float(plain), "A")


def _observed(tables: dict[str, Table], row, names: list[str]) -> pd.DataFrame:
    """One variable of all areas: a line, a sum of lines, or a percentage of a base."""
    operator = PERCENTAGE if PERCENTAGE in row.publisher_code else SUM
    parts = [_numbers(tables, code, names) for code in row.publisher_code.split(operator)]
    first = parts[0].assign(variable=row.variable)
    if row.additive and operator != PERCENTAGE:
        _require_counts(first, parts)
    if len(parts) == 1:
        return first
    values = np.column_stack([part["obs_value"] for part in parts])
    margins = np.column_stack([part["margin_of_error"] for part in parts])
    if operator == PERCENTAGE:
        value, margin = values[:, 0] / 100 * values[:, 1], margins[:, 0] / 100 * values[:, 1]
    else:
        value, margin = values.sum(axis=1), np.sqrt((margins**2).sum(axis=1))
    return first.assign(obs_value=value, margin_of_error=margin, obs_status=np.where(np.isnan(value), "O", "E"))


def _require_counts(first: pd.DataFrame, parts: list[pd.DataFrame]) -> None:
    for part in parts:
        bad = (part["obs_value"] < 0) | (part["obs_value"] % 1 > 0)
        _refuse_where(part, bad, first["variable"].iloc[0], "is not a count")


def _check(numbers: list[pd.DataFrame], tables: dict[str, Table], names: list[str]) -> None:
    """One number printed twice is the same, no part is larger than its whole, and what should add up does."""
    for one, other in SAME:
        values, again = _numbers(tables, one, names), _numbers(tables, other, names)
        _refuse_where(again, (again["obs_value"] - values["obs_value"]).abs() > 0, other, f"is not the number of {one}")
    by_variable = {part["variable"].iloc[0]: part for part in numbers}
    for whole, members in PARTS.items():
        for member in members:
            part = by_variable[member]
            _refuse_where(part, part["obs_value"] > by_variable[whole]["obs_value"], member, f"is more than {whole}")
    for whole, members in TOTALS.items():
        found = sum(by_variable[member]["obs_value"] for member in members)
        part = by_variable[whole]
        _refuse_where(part, (found - part["obs_value"]).abs() > 0, whole, f"is not the sum of {', '.join(members)}")


def _refuse_where(part: pd.DataFrame, bad: pd.Series, what: str, problem: str) -> None:
    """Raise ``SourceError`` for the first area where ``bad`` holds; ``part`` knows file, row and value."""
    if bad.any():
        area = bad.idxmax()
        raise SourceError(
            part.at[area, "source_file"], f"{what} {problem}", row=part.at[area, "source_row"], column=area,
            value=f"{part.at[area, 'obs_value']:,.10g}", advice="correct or quarantine the cell",
        )  # fmt: skip
