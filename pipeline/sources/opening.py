"""Opens the files that a specification names: each becomes a table of text with the row of the file of every line.

Which forms there are stands in ``OPENERS``. What the cells mean belongs to ``plain_tables.py``.
"""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from pipeline.foundation.containers import gunzip, members, only_member
from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import open_parquet, open_sheet
from pipeline.sources.reading import read_delimited, read_headerless, refuse_cells, require_columns, require_files
from pipeline.sources.specifications import Table

LAYOUT = "this layout is not the one known here"
PATTERN = re.compile(r"[*?]")  # in the name of a file: all files that match


class Opened(NamedTuple):
    """A file's cells as text under the names of its columns, and where each row stands."""

    file: str  # as source_file names it
    header_row: int
    cells: pd.DataFrame
    rows: np.ndarray  # the file's row of each row of the cells


def open_files(table: Table, folder: Path) -> list[Opened]:
    """The files of a table in the order of their names; raises ``SourceError`` for one that is not there or is no table."""
    paths = sorted(folder.glob(table.file)) if PATTERN.search(table.file) else require_files(folder, table.file)
    if not paths:
        raise SourceError(folder, f"holds no file {table.file}", advice="fetch the source again")
    return [_shaped(OPENERS[_form(table, path)](path, table), table) for path in paths]


def _form(table: Table, path: Path) -> str:
    if table.form:
        return table.form
    suffix = next((item for item in reversed(path.suffixes) if item.lower() not in (".zip", ".gz")), "").lower()
    return {".xls": "workbook", ".xlsx": "workbook", ".parquet": "parquet", ".json": "json", ".geojson": "geojson"}.get(
        suffix, "csv"
    )


def _shaped(opened: Opened, table: Table) -> Opened:
    opened = _unpacked(opened, table.packed) if table.packed else opened
    cells = opened.cells.set_axis(_names(opened.cells.columns, table), axis=1)
    if table.until_repeated and cells.columns.duplicated().any():
        cells = cells.iloc[:, : int(np.argmax(cells.columns.duplicated()))]
    if len(set(cells.columns)) < len(cells.columns):
        twice = cells.columns[cells.columns.duplicated()][0]
        if twice:
            raise SourceError(opened.file, "the column stands twice", row=opened.header_row, column=twice)
    cells = cells.apply(lambda column: column.str.strip()) if table.strip else cells
    return _without_labels(opened._replace(cells=cells), table)


def _unpacked(opened: Opened, names: list[str]) -> Opened:
    """The columns that the first one joins by commas, up to a backslash and what the header row holds: years.

    Until 2021 Eurostat called it ``time`` and put a blank behind the years.
    """
    cells = opened.cells.rename(columns=str.strip)
    key = cells.columns[0]
    if key.endswith(("\\TIME_PERIOD", "\\time")):
        joined = key.rpartition("\\")[0].split(",")
        wrong = cells[key].str.count(",") != len(joined) - 1
        refuse_cells(wrong, cells[key], opened.file, "lacks a dimension or has one too many", opened.rows)
        refuse_cells(cells[key].duplicated(), cells[key], opened.file, "the key stands twice", opened.rows)
        parts = cells[key].str.split(",", expand=True).set_axis(joined, axis=1)
        cells = pd.concat([parts, cells.drop(columns=key)], axis=1)
    for name in cells.columns:
        if name not in names and not re.fullmatch(r"\d{4}", name):
            problem = f"is neither a year nor one of {', '.join(names)} before \\TIME_PERIOD: one of them may be missing"
            raise SourceError(opened.file, problem, row=opened.header_row, column=name, advice=LAYOUT)
    require_columns(cells, names, opened.file, opened.header_row)
    return opened._replace(cells=cells)


def _names(header: pd.Index, table: Table) -> list[str]:
    """What the formulas call the columns of the header."""
    names = list(header)
    if table.first_name and not names[0]:
        names[0] = table.first_name
    if table.lower_case:
        names = [name.lower().replace("_", " ") for name in names]
    for pattern, called in table.names.items():
        names = [re.sub(rf"\A(?:{pattern})\Z", called, name) for name in names]
    return names


def _without_labels(opened: Opened, table: Table) -> Opened:
    """The rows without the first one, which must call the columns as the specification says."""
    if not table.labels:
        return opened
    require_columns(opened.cells, table.labels, opened.file, opened.header_row)
    for column, label in table.labels.items():
        found, row = opened.cells[column].iloc[0], int(opened.rows[0])
        if found != label:
            raise SourceError(opened.file, f"the label is not {label!r}", row=row, column=column, value=found, advice=LAYOUT)
    if len(opened.cells) == 1:
        raise SourceError(opened.file, "holds no rows of figures", row=int(opened.rows[0]) + 1)
    return opened._replace(cells=opened.cells[1:].reset_index(drop=True), rows=opened.rows[1:])


def _content(path: Path, table: Table) -> tuple[str, bytes]:
    """What ``source_file`` says and the bytes, out of a zip or gzip if it is one."""
    if path.suffix.lower() == ".gz":
        return path.name, gunzip(path)
    if path.suffix.lower() != ".zip":
        return path.name, path.read_bytes()
    if not table.member:
        return only_member(path)
    inside = members(path)
    for pattern in _several(table.member):
        found = [(name, read) for name, read in inside if re.fullmatch(pattern, name)]
        if found:
            break
    if len(found) != 1:
        raise SourceError(path, f"holds {len(found)} members {pattern} where it should hold one")
    return f"{path.name}!{found[0][0]}", found[0][1]()


def _several(key: str | list[str]) -> list[str]:
    return key if isinstance(key, list) else [key]


def _encoding(content: bytes, table: Table) -> str:
    """The first of the table's encodings in which the bytes are text, or the last of them."""
    *first, last = _several(table.encoding)
    for encoding in first:
        try:
            content.decode(encoding)
            return encoding
        except UnicodeDecodeError:
            continue
    return last


def _delimited(path: Path, table: Table) -> Opened:
    file, content = _content(path, table)
    text = {"encoding": _encoding(content, table), "delimiter": table.delimiter, "quoting": table.quoting}
    if table.skip_lines:
        numbers, content = _picked(content, table)
        return Opened(file, numbers[0], read_delimited(content, file, lines=numbers, **text), np.array(numbers[1:]))
    if not table.header:
        lines = read_delimited(content, file, header_row=table.header_row, first_name=table.first_name, **text)
        return _from(file, lines, table)
    lines = read_headerless(content, file, table.header, **text)
    return Opened(file, 1, lines, np.arange(1, len(lines) + 1))


def _picked(content: bytes, table: Table) -> tuple[list[int], bytes]:
    """The lines that are taken apart, and their rows: all that do not begin as ``skip_lines`` says, the header first."""
    skipped = re.compile(table.skip_lines.encode()).match
    *lines, last = content.splitlines(keepends=True) or [b""]
    lines += [last] if last.strip() else []
    found = [(number, line) for number, line in enumerate(lines, 1) if not skipped(line)]
    return [number for number, _ in found] or [1], b"".join(line for _, line in found)


def _from(file: str, cells: pd.DataFrame, table: Table) -> Opened:
    """The rows from ``first_row`` on, for a header that stands in ``header_row``."""
    first = table.first_row or table.header_row + 1
    cells = cells.iloc[first - table.header_row - 1 :].reset_index(drop=True)
    if cells.empty:
        raise SourceError(file, "holds no rows of figures", row=first)
    return Opened(file, table.header_row, cells, np.arange(first, first + len(cells)))


def _workbook(path: Path, table: Table) -> Opened:
    rows = open_sheet(path, table.sheet)
    for title in table.says:
        found = " ".join(str(cell) for cell in rows[title.row - 1]).strip() if len(rows) >= title.row else ""
        pattern = title.pattern.replace("{year}", *re.findall(r"\d{4}", path.name)[:1] or ["{year}"])
        if not re.search(pattern, found):
            raise SourceError(path, f"does not say {pattern!r}", row=title.row, value=found, advice=LAYOUT)
    if len(rows) <= table.header_row:
        raise SourceError(path, "the sheet holds no rows", row=table.header_row + 1)
    upper, lower = (rows[number - 1] for number in (table.header_above or table.header_row, table.header_row))
    header = [" ".join(str(_whole(own if own != "" else above)).split()) for above, own in zip(upper, lower, strict=True)]
    cells = pd.DataFrame(rows[table.header_row :], columns=header).map(str).astype("str")
    return _from(path.name, cells, table)


def _whole(cell):
    """A year in a header is a whole number, which a workbook holds as 2019.0."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _parquet(path: Path, table: Table) -> Opened:
    frame = open_parquet(path, [])
    cells = frame.set_axis([str(name) for name in frame.columns], axis=1).astype("string").fillna("").astype("str")
    return Opened(path.name, 1, cells.reset_index(drop=True), np.arange(1, len(cells) + 1))


def _records(content: bytes, table: Table) -> tuple[list[dict], int]:
    """The objects of an array, and which of its items is the first of them: an array of arrays has its header first."""
    found = json.load(io.BytesIO(content))
    for key in filter(None, table.records.split(".")):
        found = found[int(key) if isinstance(found, list) else key]
    if found and isinstance(found[0], list):
        return [dict(zip(found[0], record, strict=True)) for record in found[1:]], 2
    return [dict(record) for record in found], 1


def _json(path: Path, table: Table) -> Opened:
    file, content = _data(path, table)
    try:
        records, first = _records(content, table)
        cells = pd.DataFrame(records, dtype="object")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SourceError(file, f"is no array of objects in JSON ({error!r})", value=content[:80]) from error
    if cells.empty:
        raise SourceError(file, "holds no rows", row=1)
    text = _as_text(cells.map(lambda cell: cell["value"] if isinstance(cell, dict) and "value" in cell else cell))
    return _from(file, text, table) if table.first_row else Opened(file, 1, text, np.arange(first, len(text) + first))


def _data(path: Path, table: Table) -> tuple[str, bytes]:
    """What ``source_file`` says and the bytes, which are no web page."""
    file, content = _content(path, table)
    if content.lstrip()[:1] == b"<":
        raise SourceError(file, "holds a web page, not a table", row=1, value=content.lstrip()[:40])
    return file, content


def _as_text(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells of JSON as text, a missing one empty."""
    named = cells.set_axis([str(name) for name in cells.columns], axis=1)
    return named.map(lambda cell: "" if cell is None or cell != cell else str(cell)).astype("str")


def _geojson(path: Path, table: Table) -> Opened:
    """One row per feature: its properties and, under ``geometry``, its outline as text."""
    file, content = _data(path, table)
    try:
        features = json.loads(content)["features"]
        cells = _as_text(pd.DataFrame([dict(feature["properties"]) for feature in features], dtype="object"))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise SourceError(file, f"is no complete GeoJSON ({error!r})") from error
    if cells.empty:
        raise SourceError(file, "holds no features", column="features")
    if table.decimals >= 0:
        cells["geometry"] = [_outline(feature, row, table, file) for row, feature in enumerate(features, 1)]
    return Opened(file, 1, cells, np.arange(1, len(cells) + 1))


def _outline(feature: dict, row: int, table: Table, file: str) -> str:
    """An area in degrees, rounded and still valid."""
    try:
        with np.errstate(invalid="ignore"):  # a coordinate that is no number makes the shape invalid, which is refused below
            shape = shapely.geometry.shape(feature["geometry"])
        rounded = shapely.transform(shape, lambda vertices: np.round(vertices, table.decimals))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise SourceError(file, f"the outline cannot be read ({error})", row=row, column="geometry") from error
    west, south, east, north = shape.bounds
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty or not rounded.is_valid:
        problem = f"the outline is no valid area but {shape.geom_type}"
        raise SourceError(file, problem, row=row, column="geometry", value=shape.wkt)
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise SourceError(file, "the outline is not in degrees", row=row, column="geometry", value=shape.bounds)
    return shapely.to_wkt(shape, rounding_precision=table.decimals)


def _cube(path: Path, table: Table) -> Opened:
    """One row per known cell of a JSON-stat data set, with its status behind the figure; its row is the flat position."""
    file, content = _data(path, table)
    try:
        cube = json.loads(content)
        names, sizes, marks = cube["id"], cube["size"], cube.get("status", {})
        labels = [sorted((index := cube["dimension"][name]["category"]["index"]), key=index.get) for name in names]
        known = {int(position): f"{value} {marks.get(position, '')}".strip() for position, value in cube["value"].items()}
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise SourceError(file, f"is no JSON-stat data set ({error!r})") from error
    if [len(label) for label in labels] != sizes:
        raise SourceError(file, "a dimension has another size than it says")
    flat = np.array(sorted(known), dtype="int64")
    if not len(flat) or flat[0] < 0 or flat[-1] >= np.prod(sizes):
        raise SourceError(file, "has no values, or one outside its dimensions")
    places = zip(names, labels, np.unravel_index(flat, sizes), strict=True)
    cells = pd.DataFrame({name: np.array(label)[at] for name, label, at in places}).astype("str")
    return Opened(file, 1, cells.assign(value=[known[position] for position in flat]), flat)


OPENERS: dict[str, Callable[[Path, Table], Opened]] = {
    "csv": _delimited,
    "workbook": _workbook,
    "parquet": _parquet,
    "json": _json,
    "geojson": _geojson,
    "cube": _cube,
}
