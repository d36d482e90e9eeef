"""County Business Patterns: paid employees and establishments of core-based areas by industry (NAICS).

A converted file, or the Bureau's own (``cbp19msa.zip``: codes padded with ``-`` and ``/``, cells of fewer than three
establishments left out), one line per area and industry at every level of detail: ``naics_level`` is the length of the code;
two-digit sectors and the three-digit subsectors of manufacturing are read. Employment is counted where the work is;
farms, railways, government and the self-employed are not covered.

The Bureau publishes no cell with fewer than three establishments, and the file has no line for it: such a number is
missing (status O, traced to the line of the area's total), not 0. A range such as 31-33 that has no line of its own
is the sum of its three-digit lines, status E. Areas are of a delineation older than the Gazetteer's: two metropolitan
areas that only changed their code are given the later one (``area_concordance.csv``). Counties and finer industries
do not belong here.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.containers import gunzip, only_member
from pipeline.foundation.errors import SourceError
from pipeline.sources.census_tables import core_based_areas, declared_areas, number_observations, numbers_of, refuse
from pipeline.sources.reading import (
    delimited_rows,
    observations,
    require_columns,
    require_counts,
    require_files,
    require_part,
    variables_of,
)

SOURCE = "us_census_cbp"
COLUMNS = ["cbsa_code", "naics_code", "naics_level", "EMP", "ESTAB"]
OWN = ["msa", "naics", "emp", "est"]
MEASURES = ["EMP", "ESTAB"]
TOTAL = "00"
RANGES = {"31-33": ["31", "32", "33"], "44-45": ["44", "45"], "48-49": ["48", "49"]}
FIRST_ROW = 2


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of all core-based areas; an industry without a line is missing."""
    own = Path(folder) / f"cbp{vintage[2:]}msa.zip"
    if own.is_file():
        path, header, lines = _own_lines(own)
    else:
        (path,) = require_files(Path(folder), f"cbp_cbsa_naics_emp_{vintage}.csv.gz")
        header, *lines = delimited_rows(gunzip(path), path.name) or [[]]
    table = _table(path, header, lines)
    values = {measure: _wide(table, measure) for measure in MEASURES}
    _check_parts(values, table, path)
    totals = table[table["naics_code"] == TOTAL].set_index("cbsa_code")
    codes = pd.Series(values["EMP"].index, name="cbsa_code")
    first = table.drop_duplicates("cbsa_code").set_index("cbsa_code")["source_row"].reindex(codes)
    refuse(~codes.isin(totals.index), codes, path, first, "has no line of its total (00)")
    areas = declared_areas(codes, SOURCE, path, first, otherwise="US-CBSA-" + codes)
    lines = _wide(table, "source_row").reindex(codes)
    parts = []
    for row in variables_of(SOURCE).itertuples():
        number, status, at = _variable(row.publisher_code, values, lines)
        rows = at.fillna(totals["source_row"].reindex(codes)).astype("int32")
        part = number_observations(number, row.variable, areas.to_numpy(), path.name, rows, int(vintage), status)
        parts.append(part)
    return observations(parts)


def _own_lines(path: Path) -> tuple[Path, list[str], list[list[str]]]:
    """The Bureau's file in the columns of the converted one."""
    name, content = only_member(path)
    header, *lines = delimited_rows(content, name) or [[]]
    require_columns(pd.DataFrame(columns=header), OWN, name)
    places = [header.index(column) for column in OWN]
    found = []
    for number, line in enumerate(lines, start=FIRST_ROW):
        if len(line) != len(header):
            raise SourceError(name, f"holds {len(line)} fields, the header {len(header)}", row=number, value=",".join(line))
        area, code, *numbers = (line[place] for place in places)
        code = code.rstrip("-/") or TOTAL
        code = {"31": "31-33", "44": "44-45", "48": "48-49"}.get(code, code)
        found.append([area, code, str(len(code)), *numbers])
    return Path(name), COLUMNS, found


def _table(path: Path, header: list[str], lines: list[list[str]]) -> pd.DataFrame:
    """The lines of sectors and subsectors, checked, with numbers and ``source_row``."""
    require_columns(pd.DataFrame(columns=header), COLUMNS, path)
    code = header.index("naics_code")
    for number, line in enumerate(lines, start=FIRST_ROW):
        if len(line) != len(header):
            raise SourceError(path, f"holds {len(line)} fields, the header {len(header)}", row=number, value=",".join(line))
    if not lines:
        raise SourceError(path, "holds no rows of figures", row=1)
    kept = [number for number, line in enumerate(lines) if len(line[code]) <= 3 or line[code] in RANGES]
    table = pd.DataFrame([lines[number] for number in kept], columns=header, dtype="str")
    table["source_row"] = np.array(kept, dtype=int) + FIRST_ROW
    unlike = table["naics_level"] != table["naics_code"].str.len().astype(str)
    refuse(unlike, table["naics_level"], path, table["source_row"], "is not the length of the industry's code")
    core_based_areas(table["cbsa_code"], path, table["source_row"])
    for measure in MEASURES:
        table[measure] = numbers_of(table[measure], path, table["source_row"])
        require_counts(table[measure], path, table["source_row"])
    twice = table.duplicated(["cbsa_code", "naics_code"])
    refuse(twice, table["cbsa_code"] + " " + table["naics_code"], path, table["source_row"], "the key stands twice")
    return table


def _wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table.pivot(index="cbsa_code", columns="naics_code", values=column)


def _check_parts(values: dict[str, pd.DataFrame], table: pd.DataFrame, path: Path) -> None:
    """Sectors add up to no more than the total of the area, subsectors to no more than their sector."""
    at = table[table["naics_code"] == TOTAL].set_index("cbsa_code")["source_row"]
    for measure, wide in values.items():
        sectors = [code for code in wide.columns if code != TOTAL and (len(code) == 2 or code in RANGES)]
        for whole in [TOTAL, *sectors]:
            starts = tuple(RANGES.get(whole, [whole]))
            members = sectors if whole == TOTAL else [c for c in wide if len(c) == 3 and c.startswith(starts)]
            part = wide[members].sum(axis=1).rename(f"{measure} of {'+'.join(members)}")
            if whole in wide:
                require_part(part, wide[whole].rename(f"{measure} {whole}"), path, at.reindex(wide.index).fillna(0))


def _variable(expression: str, values: dict[str, pd.DataFrame], lines: pd.DataFrame):
    """Number, status and line of one variable of all areas: an industry, or the sum of several."""
    found = [_industry(*code.split("|"), values) for code in expression.split("+")]
    number = sum(number for number, _ in found)
    derived = np.logical_or.reduce([derived for _, derived in found]) | (len(found) > 1)
    first = expression.split("+")[0].split("|")[1]
    at = lines[first] if first in lines else pd.Series(np.nan, lines.index)
    return number, np.where(derived, "E", "A"), at


def _industry(measure: str, code: str, values: dict[str, pd.DataFrame]) -> tuple[pd.Series, np.ndarray]:
    """The numbers of one industry, and where they are sums of three-digit lines because a range has no line."""
    wide = values[measure]
    own = wide[code] if code in wide else pd.Series(np.nan, wide.index)
    if code not in RANGES:
        return own, np.zeros(len(own), bool)
    members = [name for name in wide if len(name) == 3 and name.startswith(tuple(RANGES[code]))]
    total = wide[members].sum(axis=1, min_count=1)
    return own.fillna(total), (own.isna() & total.notna()).to_numpy()
