"""How a build gets a source's observations: from its files where they are, else from the committed archive.

Both give the same observations. Downloading does not belong here.
"""

from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.foundation.raw_files import archive_path, read_provenance, sha256_of, vintages_at
from pipeline.observations import archive
from pipeline.sources.readers import reader_of
from schemas.catalogue import register


def read_source(source: str, vintage: str, data: Path) -> pd.DataFrame:
    """The observations of one source and vintage with their provenance: from its files if they are there, else archived.

    Columns: those of ``archive.SCHEMA``. Raises ``SourceError``.
    """
    folder = data / "raw" / source / vintage
    if folder.is_dir() and any(folder.iterdir()):
        return read_files(source, vintage, folder)
    return archive.read_archive(archive_path(data / "raw" / "archive", source, vintage))


def read_files(source: str, vintage: str, folder: Path) -> pd.DataFrame:
    """The observations that the source's reader takes from the files in ``folder``, with their provenance."""
    row = _register_row(source, vintage)
    _require_whole(source, vintage, folder)
    table = reader_of(row.reader)(folder, vintage)
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
    path = archive_path(raw / "archive", source, vintage)
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


def read_newest(source: str, cut_off: str, data: Path) -> pd.DataFrame:
    """The observations of the newest vintage of a source released by ``cut_off``; no rows where there is none."""
    rows = vintages_at(cut_off).query("source == @source")
    if rows.empty:
        return archive.as_observations(pd.DataFrame(columns=archive.SCHEMA.names))
    return read_source(source, rows.iloc[0]["vintage"], data)
