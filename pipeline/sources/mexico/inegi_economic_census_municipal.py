"""INEGI's economic census by municipality and sector: the open data, one zip per state and one for the nation.

A zip holds ``conjunto_de_datos/tr_ce_<state>_<edition>.csv`` (latin-1), in which rows of every level are mixed: areas (E03 a
state, E04 a municipality, empty for the whole), activities (SECTOR to CLASE, the finer ones empty in a sum; CODIGO says
the same in words) and size strata (ID_ESTRATO, empty for all sizes). Read are all sizes together, by sector and by
subsector of manufacturing, of municipalities and states; what counts twice is left out that way. A cell that is empty,
``NA``, ``N/A``, ``NC`` or ``C`` is missing: hidden to protect establishments. Establishments (UE) are never hidden where
their row is. A sum of a state's municipalities may lie below the state's figure, never above it; the states must give the
nation. The year is that before the edition. Money is in millions of pesos.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.containers import members
from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import (
    observations,
    read_delimited,
    refuse_cells,
    require_columns,
    require_counts,
    require_total,
    require_unique,
    to_numbers,
    variables_of,
)

SOURCE = "inegi_economic_census_municipal"
STATES = (
    "ags", "bc", "bcs", "camp", "coah", "col", "chis", "chih", "cdmx", "dgo", "gto", "gro", "hgo", "jal", "mex", "mich", "mor",
    "nay", "nl", "oax", "pue", "qro", "qroo", "slp", "sin", "son", "tab", "tamps", "tlax", "ver", "yuc", "zac",
)  # in the order of their codes  # fmt: skip
NATION = "nac"
KEYS = ["E03", "E04", "SECTOR", "SUBSECTOR", "RAMA", "SUBRAMA", "CLASE", "ID_ESTRATO"]
MEASURES = ["UE", "H001A", "A131A"]
HIDDEN = ["NA", "N/A", "NC", "C", "*"]
MANUFACTURING = "31-33"
FIRST_ROW = 2
MILLION = 1e6


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Establishments, people employed and value added by sector of every state and municipality."""
    folder = Path(folder)
    paths = {name: folder / f"conjunto_de_datos_ce_{name}_{vintage}_csv.zip" for name in (*STATES, NATION)}
    there = {name: path for name, path in paths.items() if path.is_file()}
    if missing := [path.name for name, path in paths.items() if name not in there]:
        raise SourceError(folder, "a state's file is missing", value=", ".join(missing[:3]), advice="run mirrors fetch again")
    tables = {name: _table(path, name, vintage) for name, path in there.items()}
    states = pd.concat([table[table["E04"] == ""] for name, table in tables.items() if name != NATION])
    _check_nation(states, tables[NATION])
    for name, table in tables.items():
        if name != NATION:
            _check_state(table, there[name].name)
    wanted = pd.concat([table for name, table in tables.items() if name != NATION], ignore_index=True)
    return observations(_observed(wanted, int(vintage) - 1))


def _table(path: Path, name: str, vintage: str) -> pd.DataFrame:
    """The rows of all sizes by sector, and by subsector of manufacturing, as text and numbers."""
    wanted = f"tr_ce_{name}_{vintage}.csv"
    found = [(member, content) for member, content in members(path) if member.rsplit("/", 1)[-1].lower() == wanted]
    if len(found) != 1:
        raise SourceError(path, f"holds {len(found)} members {wanted} where it should hold one")
    file = f"{path.name}!{found[0][0]}"
    table = read_delimited(found[0][1](), file, encoding="latin-1")
    require_columns(table, [*KEYS, *MEASURES], file)
    table["source_row"], table["source_file"] = np.arange(FIRST_ROW, len(table) + FIRST_ROW), file
    for key in KEYS:
        table[key] = table[key].str.strip().replace({code: "" for code in ("NA", "N/A")})
    state = "" if name == NATION else f"{STATES.index(name) + 1:02}"
    refuse_cells(table["E03"] != state, table["E03"], file, f"is not the state {state or 'of the nation (empty)'}")
    refuse_cells(~table["E04"].str.fullmatch(r"(\d{3})?"), table["E04"], file, "is not a municipality's code")
    _check_levels(table, file)
    whole = (table[["RAMA", "SUBRAMA", "CLASE", "ID_ESTRATO"]] == "").all(axis=1) & (table["SECTOR"] != "")
    kept = table[whole & ((table["SUBSECTOR"] == "") | (table["SECTOR"] == MANUFACTURING))].reset_index(drop=True)
    if kept.empty:
        raise SourceError(file, "holds no sector of all sizes", column="SECTOR")
    return _numbers(kept, file)


def _check_levels(table: pd.DataFrame, file: str) -> None:
    """A finer activity stands only where the broader ones do, so that a shifted row is not taken for a sum."""
    levels = ["SECTOR", "SUBSECTOR", "RAMA", "SUBRAMA", "CLASE"]
    for broad, fine in pairwise(levels):
        odd = (table[fine] != "") & (table[broad] == "")
        refuse_cells(odd, table[fine], file, f"stands where {broad} is empty")
    shapes = {"SECTOR": r"(\d{2}(-\d{2})?)?", "SUBSECTOR": r"(\d{3})?", "RAMA": r"(\d{4})?", "CLASE": r"(\d{6})?"}
    for level, shape in shapes.items():
        refuse_cells(~table[level].str.fullmatch(shape), table[level], file, "is not a code of SCIAN at its level")


def _numbers(kept: pd.DataFrame, file: str) -> pd.DataFrame:
    rows = kept["source_row"].to_numpy()
    kept["code"] = kept["SUBSECTOR"].where(kept["SUBSECTOR"] != "", kept["SECTOR"])
    doubled = kept.duplicated(["E04", "code"])
    refuse_cells(doubled, (kept["E04"] + " " + kept["code"]).rename("E04, code"), file, "the key stands twice", rows)
    for name in MEASURES:
        numbers = to_numbers(kept[name], file, rows, masked=HIDDEN)["obs_value"].rename(name)
        if name != "A131A":
            require_counts(numbers, file, rows)
        kept[name] = numbers
    refuse_cells(kept["UE"].isna(), kept["UE"].astype("string"), file, "has no number of establishments", rows)
    return kept


def _check_state(table: pd.DataFrame, file: str) -> None:
    """Municipalities have no more than their state; of establishments, which are never hidden, exactly as many."""
    inside, whole = table[table["E04"] != ""], table[table["E04"] == ""].set_index("code")
    sums = inside.groupby("code")[MEASURES[:2]].sum()
    for code, row in sums.iterrows():
        if code not in whole.index:
            raise SourceError(file, "a sector of municipalities has no row of the state", column="SECTOR", value=code)
        if row["UE"] > whole.loc[code, "UE"]:
            require_total(file, f"UE of {code} in the municipalities", row["UE"], whole.loc[code, "UE"])
        if row["H001A"] > whole["H001A"].fillna(np.inf)[code]:
            require_total(file, f"H001A of {code} in the municipalities", row["H001A"], whole.loc[code, "H001A"])


def _check_nation(states: pd.DataFrame, nation: pd.DataFrame) -> None:
    """The establishments of the states are those of the nation in every sector."""
    file = nation["source_file"].iloc[0]
    require_unique(nation, ["E04", "code"], file, FIRST_ROW)
    published = nation[nation["E04"] == ""].set_index("code")["UE"]
    found = states.groupby("code")["UE"].sum()
    for code in published.index.union(found.index):
        require_total(file, f"UE of {code} in the states", found.get(code, 0), published.get(code, 0))


def _observed(table: pd.DataFrame, year: int) -> list[pd.DataFrame]:
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    area = "MX-" + table["E03"] + table["E04"]
    parts = []
    for measure in MEASURES:
        code = measure + " " + table["code"]
        unknown = ~code.isin(names.index)
        refuse_cells(unknown, code.rename("SECTOR"), table["source_file"].iloc[0], "is no sector of variables.csv")
        values = table[measure] * (MILLION if measure == "A131A" else 1)
        part = table[["source_file", "source_row"]].assign(ref_area=area, time_period=year, variable=code.map(names))
        parts.append(part.assign(obs_value=values, obs_status=np.where(values.isna(), "O", "A")))
    return parts
