"""One edition's release: the same tables as Parquet, CSV and DuckDB, with dictionary, method, sources and hashes.

A release appears under its name only when it is whole. Nothing is computed here that a table does not hold.
"""

import ctypes
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from pipeline.editions import change_report
from pipeline.foundation import query
from pipeline.foundation.raw_files import sha256_of
from pipeline.release import dictionary, metadata, workbook
from pipeline.site import build as site
from schemas import models

STORAGE = "v1.1.0"  # the oldest DuckDB that must open the file
THREADS = 2  # tables are copied in their order; nothing is added up here
DOCUMENTS = ("methodology.md",)
OF_THE_CODE = "architecture.md"  # says how the code is laid out, which whoever has a release does not have
RENAME_EXCHANGE, RENAME_SWAP, AT_FDCWD = 2, 2, -100  # of renameat2(2) and renamex_np(2)
FORMULA = r"('=', '+', '-', '@', chr(9), chr(13))"  # what a spreadsheet takes for the beginning of a formula
REWRITTEN = ("SHA256SUMS", *metadata.NAMES)  # what names the other files, with their hashes
COMPRESSION = {".csv": "compression none", ".gz": "compression gzip"}
BYTE_ORDER_MARK = "\ufeff"  # opens a CSV file, or Excel takes its accents for something else


def write_release(stored: Mapping[str, Path], folder: Path, edition: str, docs: Path, *, atlas: bool = False) -> Path:
    """Write the release of ``edition`` below ``folder`` from the stored tables, all or nothing; the path of the release."""
    target, partial = folder / edition, folder / f".{edition}.part"
    recover(folder, edition)
    shutil.rmtree(partial, ignore_errors=True)
    for kind in ("parquet", "csv"):
        (partial / kind).mkdir(parents=True)
    for name, path in sorted(stored.items()):
        _write_table(name, path, partial)
    _write_database(stored, partial / "mirror_cities.duckdb")
    workbook.write_workbook(partial, partial / "mirror_cities.xlsx", metadata.day_of(edition))
    _write_documents(partial, docs)
    (partial / "CHANGES.md").write_text(change_report.report(stored, edition), encoding="utf-8")
    if atlas:
        site.write_site(partial, edition)
    _write_metadata(partial, edition)
    _swap(partial, target)
    return target


def add_site(release: Path) -> Path:
    """Write the site of a release that is there, and its hashes anew; the path of the site."""
    path = site.write_site(release, release.name)
    _write_metadata(release, release.name)
    return path


def _write_table(name: str, path: Path, folder: Path) -> None:
    _refuse_formulas(name, path)
    shutil.copyfile(path, folder / "parquet" / f"{name}.parquet")
    with query.connect(threads=THREADS) as connection:
        target = folder / "csv" / models.csv_file(name)
        first, *others = models.arrow_schema(name).names
        marked = ", ".join([f'{first} as "{BYTE_ORDER_MARK}{first}"', *others])
        form = f"format csv, header, delimiter ',', {COMPRESSION[target.suffix]}"
        connection.execute(f"copy (select {marked} from read_parquet('{path}')) to '{target}' ({form})")


def _refuse_formulas(name: str, path: Path) -> None:
    """Refuse a text that a spreadsheet would run as a formula when it opens the CSV: no name and no code begins that way.

    The text is not altered, so that all formats say the same; a publisher's cell that begins so is to be quarantined.
    """
    texts = [field.name for field in models.arrow_schema(name) if str(field.type) == "string"]
    if not texts:
        return
    lowest = ", ".join(f"min({column}) filter ({column}[1] in {FORMULA})" for column in texts)
    with query.connect(threads=THREADS) as connection:
        found = connection.execute(f"select {lowest} from read_parquet('{path}')").fetchone()
    for column, text in zip(texts, found, strict=True):
        if text is not None:
            raise ValueError(f"{name}, column {column}: {text!r} begins like a spreadsheet's formula; quarantine the cell")


def _write_database(stored: Mapping[str, Path], path: Path) -> None:
    with query.connect(threads=THREADS) as connection:
        connection.execute(f"attach '{path}' as release (storage_version '{STORAGE}')")
        connection.execute("use release")
        for name, parquet in sorted(stored.items()):
            connection.execute(_table_definition(name))
            connection.execute(f"insert into {name} from read_parquet('{parquet}')")
            for statement in _comments(name):
                connection.execute(statement)
        for macro in sorted((query.ROOMS / "release" / "macros").glob("*.sql")):
            connection.execute(macro.read_text(encoding="utf-8"))
        connection.execute("checkpoint release")


def _table_definition(name: str) -> str:
    """Its columns. No key: the checks prove it and the comment states it, and its index would be most of the file."""
    columns = ", ".join(
        f"{field.name} {SQL_TYPES[str(field.type)]}{'' if field.nullable else ' not null'}" for field in models.arrow_schema(name)
    )
    return f"create table {name} ({columns})"


def _comments(name: str) -> list[str]:
    schema = models.arrow_schema(name)
    said = f"{schema.metadata[b'description'].decode()} [key: {', '.join(models.primary_key(name))}]"
    described = [f"comment on table {name} is {_quoted(said)}"]
    for field in schema:
        unit = models.unit_of(name, field.name)
        text = field.metadata[b"description"].decode() + (f" [{unit}]" if unit else "")
        described.append(f"comment on column {name}.{field.name} is {_quoted(text)}")
    return described


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


SQL_TYPES = {"string": "varchar", "int64": "bigint", "double": "double", "bool": "boolean"}


def _write_documents(folder: Path, docs: Path) -> None:
    for name in DOCUMENTS:
        shutil.copyfile(docs / name, folder / name)
    for name, text in dictionary.documents().items():
        if name == OF_THE_CODE:
            continue
        (folder / name).write_text(text, encoding="utf-8")


def _write_metadata(folder: Path, edition: str) -> None:
    """The metadata files, which name the others with their hashes, and then the hashes of all."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in REWRITTEN)
    hashes = _hashes(folder, files)
    written = metadata.documents(folder, edition, hashes)
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    hashes |= _hashes(folder, [folder / name for name in written])
    lines = [f"{digest}  {name}\n" for name, digest in sorted(hashes.items())]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _hashes(folder: Path, files: list[Path]) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}


def _swap(partial: Path, target: Path) -> None:
    """Put the finished folder in the place of the old one, in one step where the system can (Linux, macOS).

    Elsewhere there is a moment with neither under its name; ``recover`` puts the old one back if a build dies in it.
    """
    if target.exists() and not _exchange(partial, target):
        shutil.rmtree(_old(target), ignore_errors=True)
        target.rename(_old(target))
    if partial.exists() and not target.exists():
        partial.rename(target)
    for leftover in (partial, _old(target)):
        shutil.rmtree(leftover, ignore_errors=True)


def _exchange(left: Path, right: Path) -> bool:
    """Swap two names at once; false where the system or the file system has no such call."""
    library = ctypes.CDLL(None, use_errno=True)
    names = [os.fsencode(left), os.fsencode(right)]
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return library.renamex_np(*names, RENAME_SWAP) == 0
    if hasattr(library, "renameat2"):
        return library.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0
    return False


def recover(folder: Path, edition: str) -> None:
    """Put back the release of an edition whose replacement died between two renames (see ``_swap``)."""
    target = folder / edition
    if not target.exists() and _old(target).exists():
        _old(target).rename(target)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")
