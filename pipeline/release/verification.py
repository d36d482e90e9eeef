"""Checks a release with nothing but its folder: hashes, schemas, keys, totals, and one content in three formats.

What must hold stands in the release's own datapackage.json; only the official totals stand here (``official_totals.sql``).
Every finding is one line. Whether a rebuild gives the same bytes is not asked here.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import duckdb

from pipeline.foundation import query
from pipeline.foundation.raw_files import sha256_of

HASHES = "SHA256SUMS"
THREADS = 2  # rows are compared and counted, nothing is added up but people
NAME = re.compile("[a-z][a-z0-9_]*")  # names go into queries
TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}


class Table(NamedTuple):
    """What datapackage.json says of a table."""

    name: str
    csv: str
    rows: int
    columns: dict[str, str]
    required: list[str]
    key: list[str]
    references: list[tuple[list[str], str, list[str]]]

    @property
    def parquet(self) -> str:
        return f"parquet/{self.name}.parquet"


def verify(folder: Path) -> list[str]:
    """What is wrong with the release in ``folder``, a line each; none if it is whole."""
    if not (folder / HASHES).is_file():
        return [f"{HASHES}: is missing; {folder.name} is no whole release"]
    findings = list(_files(folder))
    try:
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        described = [_table(item) for item in package["resources"] if "schema" in item]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [*findings, f"datapackage.json: cannot be read ({type(error).__name__}: {error}); no table was checked"]
    present = [table for table in described if (folder / table.parquet).is_file()]
    findings += [f"{table.parquet}: is missing" for table in described if table not in present]
    return findings + list(_tables(folder, present))


def summary(findings: list[str], shown: int) -> list[str]:
    """The findings with at most ``shown`` of each kind, and how many more of it there are; a kind is what is said of a file."""
    kinds = Counter(map(_kind, findings))
    lines, printed = [], Counter()
    for finding in findings:
        kind = _kind(finding)
        printed[kind] += 1
        if printed[kind] <= shown:
            lines.append(finding)
        elif printed[kind] == shown + 1:
            lines.append(f"and {kinds[kind] - shown:,} more: {kind}")
    return [*lines, f"{len(findings):,} findings"] if len(lines) < len(findings) else lines


def _kind(finding: str) -> str:
    """What a finding says, without the file, the table and the numbers."""
    return re.sub(r"\b\d[\d,.]*", "…", re.sub(r"[0-9a-f]{12}…", "…", finding.partition(": ")[2] or finding))


def _table(item: dict) -> Table:
    schema = item["schema"]
    columns = {field["name"]: TYPES[field["type"]] for field in schema["fields"]}
    keys = [(key["fields"], key["reference"]) for key in schema.get("foreignKeys", [])]
    references = [(fields, target["resource"] or item["name"], target["fields"]) for fields, target in keys]
    named = [item["name"], *columns, *schema["primaryKey"], *(name for one in references for name in (*one[0], one[1], *one[2]))]
    if wrong := [name for name in named if not NAME.fullmatch(name)]:
        raise ValueError(f"{wrong[0]!r} is no name of a table or column")
    required = [field["name"] for field in schema["fields"] if field.get("constraints", {}).get("required")]
    text = f"csv/{item['name']}.csv" + (".gz" if item.get("compression") == "gz" else "")
    return Table(item["name"], text, int(item["rows"]), columns, required, schema["primaryKey"], references)


def manifest(text: str) -> dict[str, str]:
    """The hash of every file that SHA256SUMS lists. Raises ``ValueError`` for a line or a path that it must not hold."""
    listed = {}
    for number, line in enumerate(text.splitlines(), 1):
        digest, _, name = line.partition("  ")
        path = PurePosixPath(name)
        if len(digest) != 64 or not name or path.is_absolute() or ".." in path.parts or "\\" in name or name in listed:
            raise ValueError(f"{HASHES}: row {number}: {line[:100]!r} is no hash and path of a file inside the release")
        listed[name] = digest
    return listed


def _files(folder: Path) -> Iterator[str]:
    try:
        listed = manifest((folder / HASHES).read_text(encoding="utf-8"))
    except ValueError as error:
        yield str(error)
        return
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {HASHES}
    yield from (f"{name}: is not listed in {HASHES}" for name in sorted(found - set(listed)))
    yield from (f"{name}: is listed in {HASHES} and missing" for name in sorted(set(listed) - found))
    for name in sorted(found & set(listed)):
        if (digest := sha256_of(folder / name)) != listed[name]:
            yield f"{name}: has the sha256 {digest[:12]}…, {HASHES} says {listed[name][:12]}…"


def _tables(folder: Path, described: list[Table]) -> Iterator[str]:
    with query.connect(threads=THREADS) as connection:
        whole = []
        for table in described:
            try:
                connection.read_parquet(str(folder / table.parquet)).create_view(table.name)
                whole.append(table)
            except duckdb.Error as error:
                yield f"{table.parquet}: cannot be read ({_line(error)})"
        for check in (_columns, _keys, _references, _totals, _texts, _database):
            try:
                yield from check(connection, folder, whole)
            except duckdb.Error as error:
                yield f"{check.__name__.strip('_')}: cannot be checked ({_line(error)})"


def _columns(connection: duckdb.DuckDBPyConnection, folder: Path, tables: list[Table]) -> Iterator[str]:
    """Columns, types, missing values and the number of rows."""
    for table in tables:
        found = dict(row[:2] for row in connection.execute(f"describe from {table.name}").fetchall())
        if list(found.items()) != list(table.columns.items()):
            yield f"{table.parquet}: has the columns {_listed(found)}; datapackage.json says {_listed(table.columns)}"
            continue
        counts = ", ".join(["count(*)", *(f"count(*) filter ({column} is null)" for column in table.required)])
        rows, *missing = connection.execute(f"select {counts} from {table.name}").fetchone()
        if rows != table.rows:
            yield f"{table.parquet}: has {rows:,} rows; datapackage.json says {table.rows:,}"
        for column, count in zip(table.required, missing, strict=True):
            if count:
                yield f"{table.parquet}: column {column} is missing in {count:,} rows and must not be"


def _listed(columns: dict[str, str]) -> str:
    return ", ".join(f"{column} {kind}" for column, kind in columns.items())


def _keys(connection: duckdb.DuckDBPyConnection, folder: Path, tables: list[Table]) -> Iterator[str]:
    """A primary key tells rows apart."""
    for table in tables:
        key = ", ".join(table.key)
        twice = f"select {key} from {table.name} group by all having count(*) > 1 order by all"
        yield from _rows(connection, twice, f"{table.parquet}: key ({key}) stands more than once")


def _references(connection: duckdb.DuckDBPyConnection, folder: Path, tables: list[Table]) -> Iterator[str]:
    """What refers to another table stands there."""
    names = {table.name for table in tables}
    for table in tables:
        for columns, target, others in table.references:
            if target in names:
                same = " and ".join(f"t.{other} = f.{column}" for column, other in zip(columns, others, strict=True))
                known = " and ".join(f"f.{column} is not null" for column in columns)
                lost = (
                    f"select distinct {', '.join(f'f.{column}' for column in columns)} from {table.name} as f "
                    f"where {known} and not exists (from {target} as t where {same}) order by all"
                )
                yield from _rows(connection, lost, f"{table.parquet}: ({', '.join(columns)}) is not in {target}")


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, problem: str) -> Iterator[str]:
    """A line with the first of the rows that are wrong, if there are any."""
    wrong = connection.execute(sql).fetchall()
    if wrong:
        yield f"{problem}: {', '.join(map(str, wrong[0]))}" + (f" and {len(wrong) - 1:,} more" if len(wrong) > 1 else "")


def _totals(connection: duckdb.DuckDBPyConnection, folder: Path, tables: list[Table]) -> Iterator[str]:
    if "indicator_values" in {table.name for table in tables}:
        sql = query.text("release/official_totals")
        for total, found, printed in connection.execute(sql).fetchall():
            yield f"parquet/indicator_values.parquet: {total} add up to {found:,.0f}; officially they are {printed:,.0f}"


def _texts(connection: duckdb.DuckDBPyConnection, folder: Path, tables: list[Table]) -> Iterator[str]:
    """The CSV files hold what the Parquet files hold; an empty text in quotes is not a missing one."""
    for table in tables:
        if (folder / table.csv).is_file():
            text = (
                f"read_csv('{folder / table.csv}', header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
                f"allow_quoted_nulls = false, auto_detect = false, columns = {table.columns})"
            )
            yield from _difference(connection, table, text, table.csv)


def _database(connection: duckdb.DuckDBPyConnection, folder: Path, tables: list[Table]) -> Iterator[str]:
    """The DuckDB file holds the same tables, columns, types and rows."""
    for path in sorted(folder.glob("*.duckdb")):
        connection.execute(f"attach '{path}' as published (read_only)")
        sql = "select table_name from duckdb_tables() where database_name = 'published' order by 1"
        found = {name for (name,) in connection.execute(sql).fetchall()}
        yield from (f"{path.name}: table {table.name} is missing" for table in tables if table.name not in found)
        yield from (
            f"{path.name}: table {name} is in no other format" for name in sorted(found - {table.name for table in tables})
        )
        for table in tables:
            if table.name in found:
                yield from _difference(connection, table, f"published.{table.name}", f"{path.name}, table {table.name}")


def _difference(connection: duckdb.DuckDBPyConnection, table: Table, other: str, place: str) -> Iterator[str]:
    """A line if a table and the same in another format differ in columns, types or rows."""
    sql = f"""
        select coalesce(sum(_side) filter (_side > 0), 0), coalesce(-sum(_side) filter (_side < 0), 0) from (
            select sum(_side) as _side from (select *, 1 as _side from {table.name} union all select *, -1 from {other})
            group by {", ".join(table.columns)}
        )
    """
    try:
        own, others = (connection.execute(f"describe from {item}").fetchall() for item in (table.name, other))
        if [row[:2] for row in own] != [row[:2] for row in others]:
            yield f"{place}: has the columns {_listed(dict(row[:2] for row in others))}, unlike {table.parquet}"
            return
        lost, more = connection.execute(sql).fetchone()
    except duckdb.Error as error:
        yield f"{place}: cannot be read ({_line(error)})"
        return
    if lost or more:
        yield f"{place}: lacks {lost:,} rows of {table.parquet} and has {more:,} others"


def _line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
