"""The registers: what the numbers mean, read from the CSV and TOML files beside this module.

Each register is validated when it is read; an error names the file, the row and the column and says
what to do. Nothing here computes a statistic. Pandas and pandera are loaded when a register is validated, so that
what needs only ``rows`` or ``methodology`` starts at once.
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

FOLDER = Path(__file__).parent


class RegisterError(ValueError):
    """A register that breaks its own schema: names the file, the row and the column."""


def read_register(name: str, folder: Path = FOLDER) -> pd.DataFrame:
    """The register ``<folder>/<name>.csv``, text kept as text, validated by ``registers.<Name>``."""
    import pandas as pd

    from schemas import registers

    path = folder / f"{name}.csv"
    if not path.is_file():
        raise RegisterError(f"{path.name}: the register is missing; restore it from version control")
    model = registers.MODELS[name]
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    expected = list(model.to_schema().columns)
    if list(frame.columns) != expected:
        raise RegisterError(f"{path.name}: row 1: the columns are {list(frame.columns)}; they must be {expected}")
    _refuse_twice(frame, model.to_schema().unique, path.name)
    return _validated(_typed(frame, model, path.name), model, path.name)


@cache
def register(name: str) -> pd.DataFrame:
    """The project's own register of that name, read once. Copy it before changing it."""
    return read_register(name)


@cache
def rows(name: str) -> list[dict[str, str]]:
    """The rows of the project's own register of that name, all text, empty where a cell is empty; not validated.

    For commands that must start at once. What computes takes ``register``; a test validates every register.
    """
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{column: text.strip() for column, text in row.items()} for row in csv.DictReader(file)]


def newest_edition() -> str:
    """The edition that stands last in ``editions.csv``."""
    return rows("editions")[-1]["edition"]


@cache
def methodology() -> dict:
    """Every constant of the method (``methodology.toml``)."""
    return tomllib.loads((FOLDER / "methodology.toml").read_text(encoding="utf-8"))


def _typed(frame: pd.DataFrame, model: type[pa.DataFrameModel], file: str) -> pd.DataFrame:
    """Empty cells become missing, columns take the model's types; the first bad cell is named."""
    import pandas as pd

    typed = frame.copy()
    for name, column in model.to_schema().columns.items():
        kind = str(column.dtype)
        text = frame[name].str.strip()
        if kind in ("float64", "int64", "Int64"):
            numbers = pd.to_numeric(text.mask(text == ""), errors="coerce")
            bad = numbers.isna() & (text != "") if column.nullable else numbers.isna()
            _refuse(bad, text, file, name, "is not a number")
            typed[name] = numbers.astype("float64" if kind == "int64" and numbers.isna().any() else kind)
        elif kind == "bool":
            _refuse(~text.isin(["yes", "no"]), text, file, name, "is neither yes nor no")
            typed[name] = text == "yes"
        else:
            typed[name] = text.mask(text == "") if column.nullable else text
            _refuse((text == "") & (not column.nullable), text, file, name, "is empty and must not be")
    return typed


def _refuse(bad: pd.Series, text: pd.Series, file: str, column: str, problem: str) -> None:
    if bad.any():
        row = int(bad.idxmax())
        raise RegisterError(f"{file}: row {row + 2}, column {column}: {text[row]!r} {problem}; correct the register")


def _refuse_twice(frame: pd.DataFrame, keys: list[str], file: str) -> None:
    twice = frame.duplicated(keys)
    if twice.any():
        row = int(twice.idxmax())
        key = ", ".join(frame.loc[row, keys])
        raise RegisterError(f"{file}: row {row + 2}, column {', '.join(keys)}: {key!r} stands twice; correct the register")


def _validated(frame: pd.DataFrame, model: type[pa.DataFrameModel], file: str) -> pd.DataFrame:
    import pandas as pd
    import pandera.errors

    try:
        return model.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        case = error.failure_cases.iloc[0]
        row = f"row {int(case['index']) + 2}, " if pd.notna(case["index"]) else ""
        raise RegisterError(
            f"{file}: {row}column {case['column']}: {case['failure_case']!r} breaks the rule {case['check']}; "
            "correct the register"
        ) from error
