"""Where a source's files lie, which of them are known, and how a build gets a source's observations.

A build uses the files in ``data/raw/<source>/<vintage>/`` where they are, else the committed archive; both give
the same observations. Downloading does not belong here.
"""

import hashlib
import importlib
import shutil
from pathlib import Path

import pandas as pd

from pipeline import archive
from pipeline.reading import SourceError
from schemas.catalogue import register


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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


def read_source(source: str, vintage: str, data: Path) -> pd.DataFrame:
    """The observations of one source and vintage with their provenance: from its files if they are there, else archived.

    Columns: those of ``archive.SCHEMA``. Raises ``SourceError``.
    """
    folder = data / "raw" / source / vintage
    if folder.is_dir() and any(folder.iterdir()):
        return read_files(source, vintage, folder)
    return archive.read_archive(archive.archive_path(data / "raw" / "archive", source, vintage))


def read_files(source: str, vintage: str, folder: Path) -> pd.DataFrame:
    """The observations that the source's reader takes from the files in ``folder``, with their provenance."""
    row = _register_row(source, vintage)
    reader = importlib.import_module(f"pipeline.sources.{row.reader}")
    table = reader.read(folder, vintage)
    if table.empty:
        raise SourceError(folder, f"the reader {row.reader} found no observations")
    files = {name: name.split("!")[0] for name in table["source_file"].unique()}
    hashes = {name: sha256_of(folder / file) for name, file in files.items()}
    provenance = {"source": source, "vintage": vintage, "licence": row.licence}
    return archive.as_observations(table.assign(**provenance, sha256=table["source_file"].map(hashes)))


def _register_row(source: str, vintage: str):
    sources = register("sources")
    rows = sources[(sources["source"] == source) & (sources["vintage"] == vintage)]
    if rows.empty:
        raise SourceError("sources.csv", f"knows no vintage {vintage} of {source}", advice="add a row for it")
    return next(rows.itertuples())


def vintages_at(cut_off: str) -> pd.DataFrame:
    """Per source, the row of ``sources.csv`` with the newest vintage released by ``cut_off`` (ISO date)."""
    sources = register("sources")
    released = sources[sources["released"] <= cut_off].sort_values(["source", "released", "vintage"])
    return released.drop_duplicates("source", keep="last", ignore_index=True)


def read_newest(source: str, cut_off: str, data: Path) -> pd.DataFrame:
    """The observations of the newest vintage of a source released by ``cut_off``; no rows where there is none."""
    rows = vintages_at(cut_off).query("source == @source")
    if rows.empty:
        return archive.as_observations(pd.DataFrame(columns=archive.SCHEMA.names))
    return read_source(source, rows.iloc[0]["vintage"], data)
