"""Lays opened files out as one table of the database: numbers parsed, years one below the other, every row traced.

Which columns of a file a specification needs, and which of them are numbers, is told from its formulas. What must hold
of the figures belongs to ``checking.py``.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.foundation.errors import SourceError
from pipeline.sources.opening import LAYOUT, Opened
from pipeline.sources.reading import require_columns, to_numbers
from pipeline.sources.specifications import ADVICE, Check, Long, Table

GIVEN = {"source_row", "source_file", "position"}
FLAGS = " flags"  # behind the name of a column: what stands behind its numbers


class Sheet(NamedTuple):
    """What errors need to know of a table in the database."""

    file: str
    cells: pd.DataFrame | None  # the text of each row by its position; none for a query
    headers: dict[tuple[str, str], str]  # column and year: what the header calls it


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


@cache
def columns_of(expression: str) -> tuple[str, ...]:
    """The columns that a formula mentions, in its order, subqueries left out."""
    database = duckdb.connect()
    tree = json.loads(database.execute("select json_serialize_sql(?)", [f"select {expression}"]).fetchone()[0])
    if tree["error"]:
        raise SourceError("formula", f"is no SQL ({tree['error_message']})", value=expression, advice=ADVICE)
    found = [node["column_names"][0] for node in _nodes(tree) if len(node.get("column_names", ())) == 1]
    return tuple(dict.fromkeys(found))


def _nodes(tree) -> Iterator[dict]:
    if isinstance(tree, dict):
        if tree.get("class") == "COLUMN_REF":
            yield tree
        if tree.get("class") == "SUBQUERY":
            tree = {"child": tree.get("child")}  # what stands before ``in``
    for item in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(item)


def checked(check: Check) -> list[str]:
    """The formulas that a check is about: it is made once of each."""
    return [*check.counts, *check.columns] or ([check.column] if check.column else [check.rule])


def _numbers(table: Table, readings: Iterable[Long]) -> list[str]:
    """Formulas whose columns are numbers."""
    found = [text for item in readings for text in (item.value, item.margin) if text]
    for check in table.check:
        if check.low is not None or check.high is not None or check.counts or check.part_of or check.equals:
            found += [*checked(check), *filter(None, [check.part_of, check.equals])]
    return found


def _others(table: Table, readings: Iterable[Long]) -> list[str]:
    """Formulas whose columns may be texts, what tells the rows apart first."""
    found = [table.area.code if table.area else "", table.numbers.missing_where, table.until, table.year]
    found += [item.where for item in table.leave_out]
    found += [text for item in readings for text in (item.code, item.text, item.status, item.year)]
    found += [text for check in table.check for text in [*checked(check), check.rule, str(check.tolerance)]]
    found += [text for total in table.total if not total.tables for text in (total.found, str(total.published), total.by)]
    return [text for text in found if isinstance(text, str) and text]


def number_columns(table: Table, readings: list[Long]) -> list[str]:
    """The columns that are numbers: those of figures, margins and ranges unless they are codes, and those that are listed."""
    codes = [table.area.code if table.area else "", table.numbers.missing_where, table.until]
    codes += [text for item in readings for text in (item.code, item.text)]
    codes += [text for check in table.check if check.among or check.pattern for text in checked(check)]
    texts = {column for text in codes if text for column in columns_of(text)}
    found = [column for text in _numbers(table, readings) for column in columns_of(text)]
    return [*(column for column in found if column not in texts), *table.numbers.columns]


def columns_needed(table: Table, readings: list[Long]) -> list[str]:
    """The columns that a file must have."""
    others = [column for text in _others(table, readings) for column in columns_of(text)]
    wanted = dict.fromkeys([*others, *table.columns, *number_columns(table, readings)])
    given = {*GIVEN, *(["year"] if table.wide else [])}
    return [name for name in wanted if name not in given and not (table.numbers.flags and name.endswith(FLAGS))]


def lay_out(connection, table: Table, readings: list[Long], files: list[Opened]) -> Sheet:
    """Put the rows of the files into the database as ``<name> as opened``."""
    numeric, wanted = number_columns(table, readings), columns_needed(table, readings)
    texts, parsed, headers = [], [], {}
    for opened in files:
        kept = _without_footnotes(connection, table, opened)
        names = _headers(table, kept, wanted)
        figures = {name: column for name, column in names.items() if column in numeric}
        text = kept.cells[list(names)].assign(source_file=kept.file, source_row=kept.rows)
        texts.append(_by_year(text, table, names))
        parsed.append(_by_year(_with_numbers(connection, table, kept, text, list(figures)), table, names))
        headers |= {(column, _year(table, name)): name for name, column in names.items()}
    cells = pd.concat(texts, ignore_index=True)
    rows = pd.concat(parsed, ignore_index=True)
    keep(connection, f"{table.name} as opened", rows.assign(position=np.arange(len(rows))))
    return Sheet(files[0].file, cells, headers)


def keep(connection, name: str, rows: pd.DataFrame) -> None:
    """Put rows into the database; a missing number is null."""
    named = rows.loc[:, [bool(column) for column in rows.columns]]
    connection.register(name, pa.Table.from_pandas(named, preserve_index=False))


def _flags(connection, cells: pd.DataFrame, expression: str) -> np.ndarray:
    """Where an SQL predicate holds."""
    keep(connection, "text rows", cells.assign(position=np.arange(len(cells))))
    found = connection.sql(f'select coalesce(({expression}), false) as flag from "text rows" order by position').df()["flag"]
    return found.to_numpy(dtype=bool)


def _without_footnotes(connection, table: Table, opened: Opened) -> Opened:
    if not table.until:
        return opened
    require_columns(opened.cells, columns_of(table.until), opened.file, opened.header_row)
    ends = np.flatnonzero(_flags(connection, opened.cells, table.until))
    end = int(ends[0]) if len(ends) else len(opened.cells)
    if not end:
        raise SourceError(opened.file, "holds no rows of figures", row=int(opened.rows[0]))
    return opened._replace(cells=opened.cells[:end], rows=opened.rows[:end])


def _headers(table: Table, opened: Opened, wanted: list[str]) -> dict[str, str]:
    """The columns of the header that are needed: what the header calls them, and what the formulas call them."""
    matches = {}
    if table.wide:
        found = {name: re.fullmatch(table.wide.pattern, name) for name in opened.cells.columns}
        matches = {name: match for name, match in found.items() if match and match["column"] in wanted}
    spread = {match["column"] for match in matches.values()}
    plain = [name for name in wanted if name not in spread]
    require_columns(opened.cells, _called(plain, opened, matches), opened.file, opened.header_row)
    if table.wide:
        _require_every_year(table, opened, matches)
        latest = sorted({match["year"] for match in matches.values()})[-table.wide.latest :]
        matches = {name: match for name, match in matches.items() if match["year"] in latest}
    return {**{name: name for name in plain}, **{name: match["column"] for name, match in matches.items()}}


def _called(plain: list[str], opened: Opened, matches: dict[str, re.Match]) -> list[str]:
    """What an error calls columns: one that is not there may have been meant to stand once per year."""
    for header, match in matches.items():
        before, behind = header[: match.start("column")], header[match.end("column") :]
        return [name if name in opened.cells.columns else f"{name} or {before}{name}{behind}" for name in plain]
    return plain


def _require_every_year(table: Table, opened: Opened, matches: dict[str, re.Match]) -> None:
    years = sorted({match["year"] for match in matches.values()})
    if not years:
        raise SourceError(opened.file, "has no columns of years", row=opened.header_row, advice=LAYOUT)
    last = table.wide.last or years[-1]
    if not table.wide.gaps and all(year.isdigit() for year in [*years, last]):
        first = min(int(years[0]), int(table.wide.first or years[0]))
        years = [str(year) for year in range(first, max(int(years[-1]), int(last)) + 1)]
    elif last not in years:
        years.append(last)
    if table.wide.last and years[-1] != last:
        raise SourceError(opened.file, f"has figures after {last}, the year of the vintage", column=years[-1], advice=LAYOUT)
    for column in sorted({match["column"] for match in matches.values()}):
        header, match = next((name, match) for name, match in matches.items() if match["column"] == column)
        for year in years:
            name = header[: match.start("year")] + year + header[match.end("year") :]
            if name not in opened.cells.columns:
                problem = "the column is missing" + (", which the vintage ends with" if year == table.wide.last else "")
                raise SourceError(opened.file, problem, row=opened.header_row, column=name, advice=LAYOUT)


def _year(table: Table, header: str) -> str:
    match = re.fullmatch(table.wide.pattern, header.removesuffix(FLAGS)) if table.wide else None
    return match["year"] if match else ""


def _with_numbers(connection, table: Table, opened: Opened, text: pd.DataFrame, figures: list[str]) -> pd.DataFrame:
    written = table.numbers
    how = {"missing": written.missing, "masked": written.masked, "thousands": written.thousands, "decimal": written.decimal}
    blank = _flags(connection, opened.cells, written.missing_where) if written.missing_where else np.zeros(len(text), bool)
    numbers = {}
    for name in figures:
        cells = text[name].mask(blank, "")
        if written.flags:
            parts = cells.str.strip().str.extract(rf"^(?P<number>.*[\d:])\s*(?P<flags>{written.flags})$")
            cells = parts["number"].fillna(cells).mask(cells == "", "(empty)")
            numbers[name + FLAGS] = parts["flags"].fillna("")
        plain = cells.str.strip().str.removeprefix(written.remove) if written.remove else cells
        plain = plain.mask(plain.isin(written.zero), "0") if written.zero else plain
        numbers[name] = to_numbers(plain.rename(name), opened.file, opened.rows, **how)["obs_value"]
    return pd.concat([text.drop(columns=figures), pd.DataFrame(numbers, index=text.index)], axis=1)


def _by_year(rows: pd.DataFrame, table: Table, names: dict[str, str]) -> pd.DataFrame:
    """The same rows once per year, with the years' columns under one name each."""
    years = sorted({year for name in names if (year := _year(table, name))})
    if not years:
        return rows
    others = [name for name in rows.columns if not _year(table, name)]
    parts = []
    for year in years:
        columns = {name: column for name, column in names.items() if _year(table, name) == year}
        columns |= {name + FLAGS: column + FLAGS for name, column in columns.items() if name + FLAGS in rows}
        parts.append(rows[[*others, *columns]].rename(columns=columns).assign(year=year))
    return pd.concat(parts).sort_values("source_row", kind="stable", ignore_index=True)


def as_sheet(connection, table: Table) -> Sheet:
    """Put the rows of a query over other tables into the database as ``<name> as opened``."""
    rows = connection.sql(table.query).to_arrow_table()
    for column in ("source_file", "source_row"):
        if column not in rows.column_names:
            raise SourceError(table.name, "the query does not give the column", column=column, advice=ADVICE)
    if not rows.num_rows:
        raise SourceError(table.name, "the query finds no rows", advice=LAYOUT)
    position = pa.array(np.arange(rows.num_rows))
    connection.register(f"{table.name} as opened", rows.append_column("position", position))
    return Sheet(str(rows["source_file"][0]), None, {})
