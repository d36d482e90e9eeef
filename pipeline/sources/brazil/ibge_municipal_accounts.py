"""Municipal accounts of Brazil (SIDRA table 5938): product and value added by sector of every municipality, one year.

The answer of SIDRA is an array of objects whose first one names the columns: ``V`` is the value, ``D1C`` the code of the
municipality, ``D2C`` of the variable, ``D3C`` of the year, in the order of the query's territory, variable and period.
Values are thousands of reais at current prices. ``-`` is zero by IBGE's convention, ``..`` and ``...`` are missing,
``X`` is hidden. Every municipality has every variable; the sectors do not add up to half as much again as the product.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import (
    observations,
    refuse_cells,
    require_files,
    require_part,
    require_unique,
    to_numbers,
    variables_of,
)

SOURCE = "ibge_municipal_accounts"
COLUMNS = {"V": "text", "D1C": "area", "D2C": "code", "D3C": "year", "MC": "unit"}
HEADER = {"V": "Valor", "D1C": "Município (Código)", "D2C": "Variável (Código)", "D3C": "Ano (Código)"}
THOUSANDS_OF_REAIS = "40"  # the code of the unit
THOUSAND = 1000
MISSING, ZERO = ["..", "...", "X", "x"], "-"
PRODUCT, SECTORS = "37", ["513", "517", "6575", "525"]
MUNICIPALITIES = 5570


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Product and value added of every municipality in the year of the vintage."""
    (path,) = require_files(Path(folder), f"sidra_5938_{vintage}.json")
    table = _table(path)
    rows = table["source_row"].to_numpy()
    refuse_cells(table["year"] != vintage, table["year"], path, f"is not the year {vintage}", rows)
    refuse_cells(~table["area"].str.fullmatch(r"[1-5]\d{6}"), table["area"], path, "is not a municipality's code", rows)
    refuse_cells(table["unit"] != THOUSANDS_OF_REAIS, table["unit"], path, "is not thousands of reais (40)", rows)
    require_unique(table, ["area", "code"], path, 2)
    numbers = to_numbers(table["text"].replace(ZERO, "0"), path, rows, missing=MISSING)
    table = table.assign(obs_value=numbers["obs_value"] * THOUSAND, obs_status=numbers["obs_status"])
    _check(table, path)
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    refuse_cells(~table["code"].isin(names.index), table["code"], path, "is no variable of variables.csv", rows)
    table["variable"] = table["code"].map(names)
    return observations([table.assign(ref_area="BR-" + table["area"], time_period=int(vintage), source_file=path.name)])


def _table(path: Path) -> pd.DataFrame:
    """The rows as text, with the position of each."""
    try:
        header, *rows = json.loads(path.read_bytes())
        frame = pd.DataFrame([[row[name] for name in COLUMNS] for row in rows], columns=list(COLUMNS.values()), dtype="object")
        wrong = next((name for name, label in HEADER.items() if header[name] != label), None)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SourceError(path, f"is no answer of SIDRA ({error!r})") from error
    if wrong:
        raise SourceError(path, f"is not {HEADER[wrong]!r}", row=1, column=wrong, value=header[wrong])
    if frame.empty:
        raise SourceError(path, "holds no rows", row=1)
    frame = frame.map(lambda cell: cell if isinstance(cell, str) else str(cell))
    return frame.assign(source_row=np.arange(2, len(frame) + 2))


def _check(table: pd.DataFrame, path: Path) -> None:
    """Every municipality has every variable; the sectors are no more than the product, and neither is below zero."""
    wide = table.pivot(index="area", columns="code", values="obs_value")
    first = table.groupby("area")["source_row"].min().reindex(wide.index)
    for code in (PRODUCT, *SECTORS):
        lacks = ~wide.index.isin(table.loc[table["code"] == code, "area"])
        areas = wide.index.to_series().rename("D1C")
        refuse_cells(pd.Series(lacks), areas, path, f"has no row of variable {code}", first.to_numpy())
    total = wide[SECTORS].sum(axis=1).rename("value added by sector") * (1 - 1e-9)
    product = wide[PRODUCT].rename("the product and the subsidies on it") * 1.5
    require_part(total, product, path, first.to_numpy())
