"""One edition's release: the same tables as Parquet, CSV and DuckDB, with dictionary, method, sources and hashes.

A release appears under its name only when it is whole. Nothing is computed here that a table does not hold.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from pipeline import dictionary, query
from pipeline.raw_files import sha256_of
from schemas import tables

STORAGE = "v1.1.0"  # the oldest DuckDB that must open the file
THREADS = 2  # tables are copied in their order; nothing is added up here
DOCUMENTS = ("methodology.md",)


def write_release(stored: Mapping[str, Path], folder: Path, edition: str, docs: Path) -> Path:
    """Write the release of ``edition`` below ``folder`` from the stored tables, all or nothing; the path of the release."""
    target, partial = folder / edition, folder / f".{edition}.part"
    shutil.rmtree(partial, ignore_errors=True)
    for kind in ("parquet", "csv"):
        (partial / kind).mkdir(parents=True)
    for name, path in sorted(stored.items()):
        _write_table(name, path, partial)
    _write_database(stored, partial / "mirror_cities.duckdb")
    _write_documents(partial, docs)
    _write_hashes(partial)
    _swap(partial, target)
    return target


def _write_table(name: str, path: Path, folder: Path) -> None:
    shutil.copyfile(path, folder / "parquet" / f"{name}.parquet")
    with query.connect(threads=THREADS) as connection:
        target = folder / "csv" / f"{name}.csv"
        connection.execute(f"copy (from read_parquet('{path}')) to '{target}' (format csv, header, delimiter ',')")


def _write_database(stored: Mapping[str, Path], path: Path) -> None:
    with query.connect(threads=THREADS) as connection:
        connection.execute(f"attach '{path}' as release (storage_version '{STORAGE}')")
        connection.execute("use release")
        for name, parquet in sorted(stored.items()):
            connection.execute(_table_definition(name))
            connection.execute(f"insert into {name} from read_parquet('{parquet}')")
            for statement in _comments(name):
                connection.execute(statement)
        for macro in sorted((query.SQL / "macros").glob("*.sql")):
            connection.execute(macro.read_text(encoding="utf-8"))
        connection.execute("checkpoint release")


def _table_definition(name: str) -> str:
    columns = ", ".join(
        f"{field.name} {SQL_TYPES[str(field.type)]}{'' if field.nullable else ' not null'}" for field in tables.arrow_schema(name)
    )
    return f"create table {name} ({columns}, primary key ({', '.join(tables.primary_key(name))}))"


def _comments(name: str) -> list[str]:
    schema = tables.arrow_schema(name)
    described = [f"comment on table {name} is {_quoted(schema.metadata[b'description'].decode())}"]
    for field in schema:
        text = field.metadata[b"description"].decode()
        described.append(f"comment on column {name}.{field.name} is {_quoted(text)}")
    return described


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


SQL_TYPES = {"string": "varchar", "int64": "bigint", "double": "double", "bool": "boolean"}


def _write_documents(folder: Path, docs: Path) -> None:
    for name in DOCUMENTS:
        shutil.copyfile(docs / name, folder / name)
    for name, text in dictionary.documents().items():
        (folder / name).write_text(text, encoding="utf-8")


def _write_hashes(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _swap(partial: Path, target: Path) -> None:
    """Put the finished folder in the place of the old one; the old one is out of sight before it is removed."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    partial.rename(target)
    shutil.rmtree(old, ignore_errors=True)
