"""Where a source's files and their archive lie, what is known of them, and which vintage counts at a day.

Beside a folder of fetched files, ``data/raw/<source>/<vintage>/``, stands its provenance, ``<vintage>.provenance.csv``.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.foundation.errors import SourceError
from schemas.catalogue import register, rows

if TYPE_CHECKING:
    import pandas as pd


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def archive_path(folder: Path, source: str, vintage: str) -> Path:
    """``<folder>/<source>/<vintage>.parquet``, ``folder`` being ``data/raw/archive`` or one like it."""
    return folder / source / f"{vintage}.parquet"


PROVENANCE_COLUMNS = ["file", "url", "retrieved_at", "bytes", "sha256", "etag", "last_modified", "licence"]


def provenance_path(raw: Path, source: str, vintage: str) -> Path:
    """``<raw>/<source>/<vintage>.provenance.csv``, beside the folder of the files."""
    return raw / source / f"{vintage}.provenance.csv"


def read_provenance(raw: Path, source: str, vintage: str) -> dict[str, dict[str, str]]:
    """What is known of the fetched files of a vintage, by file; a file without sha256 is expected but not yet there."""
    path = provenance_path(raw, source, vintage)
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        known = list(csv.DictReader(stream))
    if any(list(row) != PROVENANCE_COLUMNS or None in row.values() for row in known):
        raise SourceError(path, "is damaged", advice="remove it and fetch again")
    return {row["file"]: row for row in known}


def place_known_files(folder: Path, raw: Path) -> list[Path]:
    """Copy every file below ``folder`` whose sha256 the register knows to its place below ``raw``; the places, sorted."""
    known = register("source_files")
    places = []
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        for row in known[known["sha256"] == sha256_of(path)].itertuples():
            place = raw / row.source / row.vintage / row.file
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
            places.append(place)
    return sorted(places)


def newest(source: str, cut_off: str | None = None) -> str | None:
    """The newest vintage of a source, by ``cut_off`` if one is given; one without a day of publication is newer still."""
    found = [(row["released"] or "9999", row["vintage"]) for row in rows("sources") if row["source"] == source]
    by_then = [vintage for day, vintage in sorted(found) if cut_off is None or day <= cut_off]
    return by_then[-1] if by_then else None


def vintages_at(cut_off: str) -> pd.DataFrame:
    """Per source, the row of ``sources.csv`` with the newest vintage released by ``cut_off`` (ISO date)."""
    sources = register("sources")
    released = sources[sources["released"] <= cut_off].sort_values(["source", "released", "vintage"])
    return released.drop_duplicates("source", keep="last", ignore_index=True)
