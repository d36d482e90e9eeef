"""Where a source's files lie, which of them are known, and how a build gets a source's observations.

A build uses the files in ``data/raw/<source>/<vintage>/`` where they are, else the committed archive; both give
the same observations. Beside a folder of fetched files stands its
provenance, ``<vintage>.provenance.csv``. Downloading does not belong here.
"""

import csv
import hashlib
import shutil
from pathlib import Path

import pandas as pd

from pipeline import archive
from pipeline.reading import SourceError
from pipeline.sources.plain_tables import reader
from schemas.catalogue import register


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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
        rows = list(csv.DictReader(stream))
    if any(list(row) != PROVENANCE_COLUMNS or None in row.values() for row in rows):
        raise SourceError(path, "is damaged", advice="remove it and fetch again")
    return {row["file"]: row for row in rows}


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
    _require_whole(source, vintage, folder)
    table = reader(row.reader)(folder, vintage)
    if table.empty:
        raise SourceError(folder, f"the reader {row.reader} found no observations")
    files = {name: name.split("!")[0] for name in table["source_file"].unique()}
    hashes = {name: sha256_of(folder / file) for name, file in files.items()}
    provenance = {"source": source, "vintage": vintage, "licence": row.licence}
    return archive.as_observations(table.assign(**provenance, sha256=table["source_file"].map(hashes)))


def refresh_archive(source: str, vintage: str, raw: Path, accepted_loss: str = "") -> list[str]:
    """Write what the reader takes from the files of a vintage to the archive; what that changes, in words.

    Compared are the rows of the same vintage, or the series of the vintage before if this one is new: a vintage never
    overwrites another. Raises ``SourceError`` if rows are lost and nobody says why.
    """
    new = read_files(source, vintage, raw / source / vintage)
    path = archive.archive_path(raw / "archive", source, vintage)
    against, keys, lines = path, archive.KEYS, []
    if not path.is_file():
        earlier = [item for item in sorted(path.parent.glob("*.parquet")) if item.stem < vintage]
        against, keys = (earlier[-1] if earlier else None), archive.KEYS[:2]
    if against is not None:
        found = archive.difference(archive.read_archive(against), new, keys)
        lines = [f"against the archived {against.stem}: {found.lines()[0]}", *found.lines()[1:]]
        if found.removed and not accepted_loss:
            what = "; ".join([f"{found.removed:,} rows of the archived {against.stem} would be lost", *found.lost])
            raise SourceError(
                f"{source} {vintage}", what, advice='look at the files, or say why: mirrors archive --accept-loss "reason"'
            )
    archive.write_archive(path, new)
    return [f"{len(new):,} observations, {path.stat().st_size / 1e6:.2f} MB", *lines]


def _require_whole(source: str, vintage: str, folder: Path) -> None:
    """Refuse a folder that a fetch has not finished."""
    known = read_provenance(folder.parents[1], source, vintage)
    expected = [name for name, row in known.items() if not row["sha256"] and not (folder / name).is_file()]
    unfinished = [path.name for path in sorted(folder.rglob("*.part*"))]
    if expected or unfinished:
        value = ", ".join([*expected, *unfinished])
        advice = f"run mirrors fetch {source} again, or remove the folder and its provenance file to use the archive"
        raise SourceError(folder, "the download is not finished", value=value, advice=advice)


def _register_row(source: str, vintage: str):
    sources = register("sources")
    rows = sources[(sources["source"] == source) & (sources["vintage"] == vintage)]
    if rows.empty:
        raise SourceError("sources.csv", f"knows no vintage {vintage} of {source}", advice="add a row for it")
    return next(rows.itertuples())


INVENTORY = ("source", "vintage", "released", "archived", "on_disk", "retrieved", "door")


def inventory(raw: Path) -> list[tuple[str, ...]]:
    """One row per source and vintage: what is archived, what is on disk, and how to get the files."""
    rows = []
    for row in register("sources").itertuples():
        folder, known = raw / row.source / row.vintage, read_provenance(raw, row.source, row.vintage)
        files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
        days = sorted(item["retrieved_at"][:10] for item in known.values() if item["sha256"])
        state = f"{len(files)} files" if files else ""
        if any(".part" in path.name for path in files) or any(not item["sha256"] for item in known.values()):
            state = "unfinished"
        archived = archive.archive_path(raw / "archive", row.source, row.vintage).is_file()
        released = row.released if isinstance(row.released, str) else ""
        door = _door(row.source, row.vintage)
        rows.append((row.source, row.vintage, released, "yes" if archived else "", state, days[-1] if days else "", door))
    return rows


def _door(source: str, vintage: str) -> str:
    """How the files of a vintage are got: fetched, fetched with a key, or put there by hand."""
    downloads = register("downloads").query("source == @source and way == 'default'")
    living = downloads["vintage"].isna() & (vintage == newest(source))
    downloads = downloads[living | (downloads["vintage"] == vintage)]
    if downloads.empty:
        return "by hand"
    keys = downloads["credential"].dropna().unique()
    return f"fetch, with {', '.join(keys)}" if len(keys) else "fetch"


def newest(source: str, cut_off: str | None = None) -> str | None:
    """The newest vintage of a source, by ``cut_off`` if one is given; one without a day of publication is newer still."""
    rows = register("sources")
    rows = rows[rows["source"] == source]
    if cut_off is not None:
        rows = rows[rows["released"].fillna("9999") <= cut_off]
    rows = rows.assign(released=rows["released"].fillna("9999")).sort_values(["released", "vintage"])
    return None if rows.empty else rows["vintage"].iloc[-1]


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
