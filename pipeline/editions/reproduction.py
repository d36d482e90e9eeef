"""Whether two releases are the same: every file byte by byte, the database by its content.

DuckDB does not write equal files for equal content; tables, columns, comments and macros of the two are compared instead.
"""

from pathlib import Path

import duckdb
import pandas as pd

from pipeline.foundation.raw_files import sha256_of

DATABASE = "mirror_cities.duckdb"
HASHES = "SHA256SUMS"
INPUT = ["source", "vintage", "source_file", "sha256"]


def input_differences(release: Path, rebuilt: Path) -> list[str]:
    """The inputs that a release records and a rebuild did not have, and the reverse: one line each."""
    recorded, used = (pd.read_parquet(folder / "parquet" / "sources.parquet", columns=INPUT) for folder in (release, rebuilt))
    both = recorded.merge(used, how="outer", on=INPUT[:3], suffixes=("_recorded", "_here"))
    other = both[both["sha256_recorded"].fillna("") != both["sha256_here"].fillna("")]
    return [
        f"input {row.source} {row.vintage} {row.source_file}: "
        f"recorded {_short(row.sha256_recorded)}, here {_short(row.sha256_here)}"
        for row in other.itertuples()
    ]


def differences(left: Path, right: Path) -> list[str]:
    """What differs between two release folders: one line per file or table; none if they are the same."""
    files = [
        {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()} for folder in (left, right)
    ]
    found = [f"{name}: only in {left if name in files[0] else right}" for name in sorted(files[0].keys() ^ files[1].keys())]
    for name in sorted(files[0].keys() & files[1].keys()):
        pair = [folder[name] for folder in files]
        if name == DATABASE:
            found += [f"{name}: {line}" for line in database_differences(*pair)]
        elif name == HASHES:
            found += [f"{name}: {line}" for line in _other_lines(*pair)]
        elif sha256_of(pair[0]) != sha256_of(pair[1]):
            found.append(f"{name}: {_how(*pair)}")
    return found


def _files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def database_differences(left: Path, right: Path) -> list[str]:
    """Tables, columns, comments, macros and rows that the two databases do not share."""
    found = []
    with duckdb.connect() as connection:
        for name, path in (("left", left), ("right", right)):
            connection.execute(f"attach '{path}' as {name}_database (read_only)")
        tables = []
        for kind, sql in CATALOGUE.items():
            sides = [set(connection.execute(sql, [f"{name}_database"]).fetchall()) for name in ("left", "right")]
            found += [f"{kind} {row[0]}" for row in sorted(sides[0] ^ sides[1], key=str)]
            tables = sorted({row[0] for row in sides[0] & sides[1]}) if kind == "table" else tables
        for table in tables:
            rows = connection.execute(OTHER_ROWS.format(table=table)).fetchone()[0]
            found += [f"table {table}: {rows} rows differ"] if rows else []
    return found


CATALOGUE = {
    "table": "select table_name, comment from duckdb_tables() where database_name = ?",
    "column": """select table_name || '.' || column_name, data_type, is_nullable, comment from duckdb_columns()
        where database_name = ?""",
    "macro": "select function_name, macro_definition from duckdb_functions() where database_name = ?",
}
OTHER_ROWS = """
    select (select count(*) from (from left_database.{table} except all from right_database.{table}))
        + (select count(*) from (from right_database.{table} except all from left_database.{table}))
"""


def _how(left: Path, right: Path) -> str:
    if left.suffix != ".parquet":
        return "the bytes differ"
    sides = [pd.read_parquet(path) for path in (left, right)]
    if list(sides[0].columns) != list(sides[1].columns) or len(sides[0]) != len(sides[1]):
        return f"{sides[0].shape} rows and columns against {sides[1].shape}"
    equal = (sides[0] == sides[1]).astype("boolean").fillna(False).astype(bool)  # a missing value equals none, not even another
    same = equal | (sides[0].isna() & sides[1].isna())
    if same.to_numpy().all():
        return "the bytes differ, the rows do not"
    columns = ", ".join(name for name in same if not same[name].all())
    return f"{int((~same.all(axis=1)).sum())} of {len(same)} rows differ, in {columns}"


def _other_lines(left: Path, right: Path) -> list[str]:
    """Lines of the lists of hashes that differ for files which must be equal byte by byte; those of the database may differ."""
    sides = [{line for line in path.read_text(encoding="utf-8").splitlines() if DATABASE not in line} for path in (left, right)]
    return sorted({line.split("  ")[1] for line in sides[0] ^ sides[1]})


def _short(sha256: object) -> str:
    return sha256[:12] if isinstance(sha256, str) else "none"
