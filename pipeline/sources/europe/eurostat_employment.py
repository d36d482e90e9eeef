"""Employment by NUTS 3 region and economic activity (nama_10r_3empers), Eurostat's regional accounts: people by workplace.

Read from the gzipped table with tabs, or from the same data set as JSON-stat 2.0 (``nama_10r_3empers.json``), whose
``value`` holds the known cells only, keyed by their flat position. Employed persons (EMP) in thousands (THS); employees
alone (SAL) are not read. Activities are those of NACE as the accounts publish them, A to R-U; industry without
manufacturing is B-E less C. The last ten years are read. Regions are codes of NUTS 3 (five letters): countries and NUTS
1 and 2 are their sums, and are used to check them; ``...ZZ`` (extra-regio) is no region. A cell ``:`` is missing.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.containers import gunzip
from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import (
    observations,
    read_delimited,
    refuse_cells,
    require_columns,
    require_files,
    require_total,
    require_unique,
    variables_of,
)

SOURCE = "eurostat_employment"
TABLE, CUBE = "estat_nama_10r_3empers.tsv.gz", "nama_10r_3empers.json"
KEYS = ["unit", "wstatus", "nace_r2", "geo"]
CELL = r"^(:|\d+(?:\.\d+)?)\s*([a-z]*)\s*(?:@[A-Z])?$"  # @C: confidential
STATUS = {"p": "P", "e": "E", "u": "E", "b": "B"}
REGION = r"[A-Z]{2}[0-9A-Z]{3}"
YEARS_KEPT = 10
THOUSAND = 1000
ROUNDING = 0.01  # of the country, which is revised apart from its regions


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """People employed by activity in every region of NUTS 3."""
    folder = Path(folder)
    if (folder / CUBE).is_file():
        path, cells = folder / CUBE, _cube(folder / CUBE)
    else:
        (path,) = require_files(folder, TABLE)
        cells = _table(path)
    cells = cells[(cells["unit"] == "THS") & (cells["wstatus"] == "EMP")]
    years = sorted(cells["time_period"].unique())[-YEARS_KEPT:]
    cells = _parsed(cells[cells["time_period"].isin(years)], path)
    _check_countries(cells, path)
    regions = cells[cells["geo"].str.fullmatch(REGION) & ~cells["geo"].str.contains("ZZ|XX")]
    if regions.empty:
        raise SourceError(path, "holds no region of NUTS 3", advice="fetch nama_10r_3empers whole")
    return observations(_observed(regions, path.name))


def _table(path: Path) -> pd.DataFrame:
    """One row per cell of the table with tabs."""
    frame = read_delimited(gunzip(path), path, delimiter="\t")
    key = frame.columns[0]
    if not key.endswith("\\TIME_PERIOD"):
        raise SourceError(path, "the first column does not end in \\TIME_PERIOD", row=1, column=key)
    names = key.removesuffix("\\TIME_PERIOD").split(",")
    refuse_cells(frame[key].str.count(",") != len(names) - 1, frame[key], path, "lacks a dimension or has one too many")
    require_unique(frame, [key], path, 2)
    years = [name for name in frame.columns[1:] if name.strip().isdigit()]
    if len(years) != frame.shape[1] - 1:
        raise SourceError(path, "a column is not a year", row=1, value=",".join(frame.columns[1:]))
    parts = frame[key].str.split(",", expand=True).set_axis(names, axis=1)
    require_columns(parts, KEYS, path)
    wide = pd.concat([parts, frame[years]], axis=1).assign(source_row=np.arange(2, len(frame) + 2))
    cells = wide.melt([*names, "source_row"], years, var_name="time_period", value_name="text")
    return cells.assign(time_period=cells["time_period"].astype(int), text=cells["text"].str.strip())


def _cube(path: Path) -> pd.DataFrame:
    """One row per known cell of the JSON-stat data set; its row is the cell's flat position."""
    try:
        cube = json.loads(path.read_bytes())
        names, sizes = cube["id"], cube["size"]
        labels = [sorted(cube["dimension"][n]["category"]["index"].items(), key=lambda item: item[1]) for n in names]
        if [len(label) for label in labels] != sizes:
            raise SourceError(path, "a dimension has another size than it says")
        marks = cube.get("status", {})
        known = {int(position): (value, marks.get(str(position), "")) for position, value in cube["value"].items()}
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError, RecursionError) as error:
        raise SourceError(path, f"is no JSON-stat data set ({error!r})") from error
    flat = np.array(sorted(known), dtype="int64")
    if not len(flat) or flat[0] < 0 or flat[-1] >= np.prod(sizes):
        raise SourceError(path, "has no values, or one outside its dimensions")
    places = np.unravel_index(flat, sizes)
    columns = {n: np.array([key for key, _ in label])[at] for n, label, at in zip(names, labels, places, strict=True)}
    cells = pd.DataFrame(columns).rename(columns={"time": "time_period"})
    require_columns(cells, [*KEYS, "time_period"], path)
    cells["text"] = [f"{known[position][0]} {known[position][1]}".strip() for position in flat]
    refuse_cells(~cells["time_period"].str.fullmatch(r"\d{4}"), cells["time_period"], path, "is not a year", flat)
    return cells.assign(time_period=cells["time_period"].astype(int), source_row=flat)


def _parsed(cells: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Numbers and status of the cells' text."""
    found = cells["text"].str.extract(CELL)
    refuse_cells(found[0].isna(), cells["text"], path, "is no number from 0", cells["source_row"].to_numpy())
    status = found[1].map(lambda marks: next((STATUS[mark] for mark in "bpeu" if mark in marks), "A"))
    values = pd.to_numeric(found[0].mask(found[0] == ":"))
    return cells.assign(obs_value=values, obs_status=status.mask(values.isna(), "O"))


def _check_countries(cells: pd.DataFrame, path: Path) -> None:
    """Where every region of a country has a figure, they add up to the country's, all activities together."""
    total = cells[cells["nace_r2"] == "TOTAL"].set_index(["time_period", "geo"])["obs_value"]
    if total.empty:
        raise SourceError(path, "holds no totals of all activities", column="nace_r2", value="TOTAL")
    code = total.index.get_level_values("geo")
    regions = total[code.str.fullmatch(REGION)]
    beyond = regions.index.get_level_values("geo").str.contains("ZZ|XX")
    regions = regions.mask(beyond & regions.isna(), 0)  # nobody works beyond the regions unless a figure says so
    groups = regions.groupby([regions.index.get_level_values(0), regions.index.get_level_values(1).str[:2]])
    sums = groups.sum()[groups.count() == groups.size()]
    published = total.reindex(sums.index)
    for place in sums.index[published.notna()]:
        require_total(path, f"{place[1]} {place[0]}", sums[place], published[place], ROUNDING * published[place])


def _observed(regions: pd.DataFrame, file: str) -> list[pd.DataFrame]:
    """One part per variable: an activity, activities added, or one less another."""
    keys = ["geo", "time_period"]
    wide = regions.pivot(index=keys, columns="nace_r2", values=["obs_value", "obs_status", "source_row"])
    parts = []
    for row in variables_of(SOURCE).itertuples():
        signs = [(-1 if name.startswith("-") else 1, name.lstrip("-")) for name in row.publisher_code.split(" ")]
        if not all(("obs_value", name) in wide for _, name in signs):
            raise SourceError(file, "holds no such activity", column="nace_r2", value=row.publisher_code)
        number = sum(sign * wide["obs_value", name].astype("float64") for sign, name in signs) * THOUSAND
        own = wide["obs_status", signs[0][1]] if len(signs) == 1 else pd.Series("E", wide.index)
        rows = wide["source_row", signs[0][1]]
        part = pd.DataFrame({"obs_value": number.clip(lower=0).round(), "obs_status": own, "source_row": rows})
        part = part[rows.notna()].reset_index()
        part["obs_status"] = part["obs_status"].fillna("O").mask(part["obs_value"].isna(), "O")
        part["ref_area"] = "NUTS-" + part["geo"]
        parts.append(part.assign(variable=row.variable, source_file=file))
    return parts
