"""The parameters that a method version has frozen, so that no edition moves a place merely by rescaling.

``schemas/frozen/<table>.csv`` holds what was estimated from the base edition, each row with a fingerprint of the
indicator's definition and of the method's constants: what changes no longer matches, and is estimated anew.
"""

import hashlib
from pathlib import Path

import pandas as pd

from schemas.catalogue import FOLDER, methodology, register

DEFINES = ["levels", "formula", "numerator", "denominator", "span", "scale", "transform", "frame"]
KEYS = {"normalisation_parameters": ["level", "indicator", "frame", "country"], "goalposts": ["level", "indicator", "country"]}
VALUES = {
    "normalisation_parameters": ["mean", "standard_deviation", "areas"],
    "goalposts": ["lower", "upper", "mean", "standard_deviation", "areas"],
}


def definitions() -> pd.DataFrame:
    """Per indicator, a fingerprint of what its values mean: indicator, definition."""
    rows = register("indicators")
    method = {key: methodology()[key] for key in ("version", "matching", "development")}
    texts = rows[DEFINES].astype("object").fillna("").astype("str").agg("|".join, axis=1)
    marks = [hashlib.sha256(f"{method}|{text}".encode()).hexdigest()[:12] for text in texts]
    return pd.DataFrame({"indicator": rows["indicator"], "definition": marks})


def frozen(table: str) -> pd.DataFrame:
    """The frozen rows of a table of parameters; none where nothing is frozen yet."""
    path = FOLDER / "frozen" / f"{table}.csv"
    columns = [*KEYS[table], *VALUES[table], "definition"]
    if not path.is_file():
        return pd.DataFrame(
            {name: pd.Series(dtype="str" if name in [*KEYS[table], "definition"] else "float64") for name in columns}
        )
    texts = dict.fromkeys([*KEYS[table], "definition"], "str")
    return pd.read_csv(path, dtype=texts, keep_default_na=False)[columns]


def freeze(table: str, parameters: pd.DataFrame) -> Path:
    """Write a table of parameters as the method version's own; the path written."""
    path = FOLDER / "frozen" / f"{table}.csv"
    path.parent.mkdir(exist_ok=True)
    rows = parameters.merge(definitions())[[*KEYS[table], *VALUES[table], "definition"]]
    rows.to_csv(path, index=False, float_format="%.12g", lineterminator="\n")
    return path
