"""INEGI's current catalogue of states and municipalities (AGEEML): codes, official names, and the state of each.

Read from INEGI's zip (``catun_municipio.zip``, the same table in several forms: the comma-separated one in UTF-8 counts,
else the one in cp1252) or from a CSV file of its first columns. It lists what exists today, with the municipalities
created since the 2020 census; what they were part of stands in ``schemas/area_changes.csv``.
Localities and their coordinates do not belong here.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.containers import members
from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import municipality_areas
from pipeline.sources.reading import observations, read_delimited, require_columns, require_files

FILE, ARCHIVE = "ageeml_catalog.csv", "catun_municipio.zip"
COLUMNS = ["CVEGEO", "CVE_ENT", "NOM_ENT", "CVE_MUN", "NOM_MUN"]


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Names of states and municipalities, and each municipality's state."""
    path, table = _open(Path(folder))
    require_columns(table, COLUMNS, path)
    table["ref_area"] = municipality_areas(table["CVEGEO"], path, 2)
    table["source_row"] = np.arange(2, len(table) + 2)
    _check(table, path)
    table = table.assign(source_file=Path(path).name, time_period=int(vintage), parent="MX-" + table["CVE_ENT"])
    states = table.drop_duplicates("CVE_ENT")
    return observations(
        [
            table.assign(variable="name", obs_text=table["NOM_MUN"]),
            table.assign(variable="parent", obs_text=table["parent"]),
            states.assign(variable="name", ref_area=states["parent"], obs_text=states["NOM_ENT"]),
        ]
    )


def _open(folder: Path) -> tuple[Path | str, pd.DataFrame]:
    """The table and what its file is called."""
    if not (folder / ARCHIVE).is_file():
        (path,) = require_files(folder, FILE)
        return path, read_delimited(path.read_bytes(), path)
    tables = [(name, read) for name, read in members(folder / ARCHIVE) if name.lower().endswith(".csv")]
    if not tables:
        raise SourceError(folder / ARCHIVE, "holds no member *.csv")
    name, read = min(tables, key=lambda item: ("utf" not in item[0].lower(), item[0]))
    content = read()
    try:
        content.decode("utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "cp1252"
    file = f"{ARCHIVE}!{name}"
    return file, read_delimited(content, file, encoding=encoding)


def _check(table: pd.DataFrame, path: Path) -> None:
    """The code is made of its parts, no name is empty, and a state has one name."""
    first_name = table.groupby("CVE_ENT")["NOM_ENT"].transform("first")
    faults = {
        "CVEGEO": (table["CVEGEO"] != table["CVE_ENT"] + table["CVE_MUN"], "is not CVE_ENT followed by CVE_MUN"),
        "NOM_MUN": (table["NOM_MUN"].str.strip() == "", "is empty"),
        "NOM_ENT": ((first_name != table["NOM_ENT"]) | (first_name.str.strip() == ""), "is not the name of that state"),
    }
    for column, (bad, problem) in faults.items():
        if bad.any():
            row = table[bad].iloc[0]
            value = f"{row['CVEGEO']} {row[column]}"
            raise SourceError(path, problem, row=row["source_row"], column=column, value=value)
