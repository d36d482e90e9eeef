"""Municipal totals of INEGI's Population and Housing Census 2020, product ITER (main results by locality).

Reads either the file as INEGI serves it (``iter_00_cpv2020_csv.zip``: national, state, municipal and locality rows of
one table) or its municipal rows and its state rows as two CSV files of the same 286 columns. Only municipalities are
returned: states and nation are their sums, and are used to check them. ``*`` and ``N/D`` are masked cells: missing,
never 0.

A ``publisher_code`` of ``variables.csv`` that joins columns with ``+`` is the sum of these columns, with status E.
Household amenities are counted among the dwellings whose characteristics were recorded (``VIVPARH_CV``), not among
all occupied ones (``TVIVPARHAB``). People of unknown age are in the total and in no age group. Localities, blocks and
the extended questionnaire (income, tertiary education, commuting) do not belong here.
"""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.containers import members
from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_counts,
    require_files,
    require_part,
    to_numbers,
    variables_of,
)

SOURCE = "inegi_census"
ARCHIVE = "iter_00_cpv2020_csv.zip"
MEMBER = "conjunto_de_datos/conjunto_de_datos_iter_00CSV20.csv"
MUNICIPALITIES = "conjunto_de_datos_iter_00CSV20_municipios.csv"
STATES = "conjunto_de_datos_iter_00CSV20_entidades.csv"
MASKED = ("*", "N/D")
KEYS = {"ENTIDAD": r"\d{2}", "MUN": r"\d{3}", "LOC": "0000"}
NAME = "NOM_MUN"
NATIONAL, WHOLE_STATE = "00", "000"

WHOLES = {
    "POBTOT": r"POBFEM|POB0_14|POB15_64|POB65_MAS|P_\w*YMAS|PNACENT|PNACOE|PHOG_IND|POB_AFRO|PCON_DISC|PCON_LIMI"
    r"|PSINDER|PDER_\w+|PAFIL_\w+|OCUPVIVPAR",
    "P_3YMAS": "P3YM_HLI|P3HLINHE",
    "P3YM_HLI": "P3HLINHE",
    "P_5YMAS": "PRES2015|PRESOE15",
    "P_3A5": "P3A5_NOA",
    "P_6A11": "P6A11_NOA",
    "P_8A14": "P8A14AN",
    "P_12A14": "P12A14NOA",
    "P_15A17": "P15A17A",
    "P_18A24": "P18A24A",
    "P_12YMAS": "PEA|PE_INAC|P_12YMAS_F",
    "P_12YMAS_F": "PEA_F",
    "PEA": "PEA_F|POCUPADA|PDESOCUP",
    "P_15YMAS": r"P15YM_AN|P15YM_SE|P15(PRI|SEC)_\w+",
    "P_18YMAS": "P18YM_PB|P_18A24",
    "P_60YMAS": "POB65_MAS",
    "VIVTOT": "TVIVHAB|TVIVPAR",
    "TVIVPAR": "VIVPAR_DES|VIVPAR_UT",
    "TVIVPARHAB": "VIVPARH_CV|HOGJEF_F",
    "VIVPARH_CV": r"VPH_\w+",
}  # base: pattern of the columns that are a part of it
HIGHEST_MEANS = {"GRAPROES": 24, "GRAPROES_F": 24, "GRAPROES_M": 24, "PROM_OCUP": 25, "PRO_OCUP_C": 25, "PROM_HNV": 25}
ROUNDING = 0.011  # PROM_OCUP is printed with two decimals


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of all municipalities, with the municipality's name."""
    known = variables_of(SOURCE)
    rows, states, nation = _open(Path(folder))
    values, state_values = _values(rows), _values(states)
    additive = sorted({code for codes in known.loc[known["additive"], "publisher_code"] for code in codes.split("+")})
    file = rows["source_file"].iloc[0]
    _check_rows(values, file, rows["source_row"])
    _check_sums(values[additive].groupby(rows["ENTIDAD"]), states, state_values[additive], "municipalities")
    if len(nation):
        _check_sums(state_values[additive].groupby(lambda _: NATIONAL), nation, _values(nation)[additive], "states")
    place = {
        "source_file": file,
        "source_row": rows["source_row"],
        "time_period": int(vintage),
        "ref_area": "MX-" + rows["ENTIDAD"] + rows["MUN"],
    }
    numbers = [_observed(values, row).assign(**place) for row in known[known["publisher_code"] != NAME].itertuples()]
    names = pd.DataFrame({"variable": "name", "obs_text": rows[NAME]}, index=rows.index).assign(**place)
    return observations([*numbers, names])


def _open(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The municipal rows, the state rows, and the national row where there is one."""
    if not (folder / ARCHIVE).is_file():
        paths = require_files(folder, MUNICIPALITIES, STATES)
        rows, states = (_table(path.read_bytes(), path.name) for path in paths)
        _require_codes(rows, MUNICIPALITIES, "MUN", rows["MUN"] == WHOLE_STATE, "is not a municipality")
        _require_codes(states, STATES, "MUN", states["MUN"] != WHOLE_STATE, "is not a state's total")
        return rows, states, states.iloc[:0]
    content, lines = _totals_of_zip(folder / ARCHIVE)
    file = f"{ARCHIVE}!{MEMBER}"
    table = _table(content, file, lines)
    nation = table["ENTIDAD"] == NATIONAL
    whole = table["MUN"] == WHOLE_STATE
    if nation.sum() != 1:
        raise SourceError(file, f"holds {nation.sum()} national rows instead of one", column="ENTIDAD", value=NATIONAL)
    parts = [table[mask].reset_index(drop=True) for mask in (~nation & ~whole, ~nation & whole, nation)]
    if parts[0].empty:
        raise SourceError(file, "holds no municipal rows", column="MUN")
    return tuple(parts)


def _totals_of_zip(path: Path) -> tuple[bytes, list[int]]:
    """The header line and the lines that can be totals (LOC 0000) of the zip's table, and the line number of each."""
    found, lines, numbers = dict(members(path)), [], []
    if MEMBER not in found:
        raise SourceError(path, "the zip lacks the member", value=MEMBER)
    for number, line in enumerate(io.BytesIO(found[MEMBER]()), start=1):
        if number == 1 or b",0000," in line or b',"0000",' in line:
            lines.append(line)
            numbers.append(number)
    if len(lines) < 2:
        raise SourceError(f"{path.name}!{MEMBER}", "holds no row of totals", column="LOC", value="0000")
    return b"".join(lines), numbers


def _table(content: bytes, file: str, lines: list[int] | None = None) -> pd.DataFrame:
    """The rows of totals as text, with ``source_row``; a row of a locality is refused, or left out of a zip's lines."""
    try:
        content.decode("utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "latin-1"
    table = read_delimited(content, file, encoding=encoding, lines=lines)
    require_columns(table, [*KEYS, NAME, *_columns()], file)
    table["source_row"] = lines[1:] if lines else np.arange(2, len(table) + 2)
    table["source_file"] = file
    if lines:
        table = table[table["LOC"] == KEYS["LOC"]].reset_index(drop=True)
    for column, pattern in KEYS.items():
        _require_codes(table, file, column, ~table[column].str.fullmatch(pattern), "is not a code of this table's totals")
    states = table["ENTIDAD"].where(table["ENTIDAD"] != NATIONAL, "01").astype(int)
    _require_codes(table, file, "ENTIDAD", ~states.between(1, 32), "is not a state")
    _require_codes(table, file, NAME, table[NAME].str.strip() == "", "is empty")
    _require_codes(table, file, "MUN", table.duplicated(["ENTIDAD", "MUN"]), "stands twice in its state")
    return table


def _require_codes(table: pd.DataFrame, file: str, column: str, bad: pd.Series, problem: str) -> None:
    if bad.any():
        row = table[bad].iloc[0]
        value = f"{row['ENTIDAD']} {row['MUN']} {row['LOC']}"
        raise SourceError(file, problem, row=row["source_row"], column=column, value=value)


def _columns() -> list[str]:
    """The columns that ``variables.csv`` asks for, sums taken apart."""
    codes = variables_of(SOURCE)["publisher_code"]
    return sorted({code for joined in codes if joined != NAME for code in joined.split("+")})


def _values(rows: pd.DataFrame) -> pd.DataFrame:
    """All numbers of the rows, masked cells missing."""
    file = rows["source_file"].iloc[0]
    columns = {code: to_numbers(rows[code], file, rows["source_row"], masked=MASKED)["obs_value"] for code in _columns()}
    return pd.DataFrame(columns)


def _check_rows(values: pd.DataFrame, file: str, source_rows: pd.Series) -> None:
    """Counts are whole and not negative, parts within their wholes, means within reason and equal to their quotient."""
    for code in values.columns.difference(list(HIGHEST_MEANS)):
        require_counts(values[code], file, source_rows)
    for whole, pattern in WHOLES.items():
        for part in (code for code in values.columns if re.fullmatch(pattern, code) and code != whole):
            require_part(values[part], values[whole], file, source_rows)
    occupants = values["OCUPVIVPAR"] / values["TVIVPARHAB"]
    wrong = {code: (values[code] < 0) | (values[code] > limit) for code, limit in HIGHEST_MEANS.items()}
    wrong["PROM_OCUP"] |= (values["PROM_OCUP"] - occupants).abs() > ROUNDING
    for code, bad in wrong.items():
        if bad.any():
            position = int(np.flatnonzero(bad)[0])
            raise SourceError(
                file,
                "is not a possible mean",
                row=source_rows.iloc[position],
                column=code,
                value=values[code].iloc[position],
                advice="correct or quarantine the cell",
            )


def _check_sums(groups, wholes: pd.DataFrame, values: pd.DataFrame, parts: str) -> None:
    """Each column's sum over its areas is the total printed; with masked areas, no more than it."""
    sums, masked = groups.sum(), groups.count().lt(groups.size(), axis=0)
    file, codes = wholes["source_file"].iloc[0], wholes["ENTIDAD"]
    for area in sums.index.symmetric_difference(codes):
        raise SourceError(file, f"has a row of totals or {parts}, but not both", column="ENTIDAD", value=area)
    sums, masked = sums.loc[codes].reset_index(drop=True), masked.loc[codes].reset_index(drop=True)
    bad = ((sums > values) | ((sums < values) & ~masked)).to_numpy()
    if bad.any():
        row, column = (int(item[0]) for item in np.nonzero(bad))
        raise SourceError(
            file,
            f"the {parts} add up to {sums.iat[row, column]:,.10g}",
            row=wholes["source_row"].iloc[row],
            column=values.columns[column],
            value=values.iat[row, column],
        )


def _observed(values: pd.DataFrame, row) -> pd.DataFrame:
    """One variable of all municipalities: the column's numbers, or the sum of several columns."""
    codes = row.publisher_code.split("+")
    numbers = values[codes].sum(axis=1, skipna=False)
    status = np.where(numbers.isna(), "O", "A" if len(codes) == 1 else "E")
    return pd.DataFrame({"variable": row.variable, "obs_value": numbers, "obs_status": status})
