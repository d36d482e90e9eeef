"""What there is of every source: archived, on disk, and the way to its files. No file of a publisher is opened here."""

from pathlib import Path

from pipeline.foundation.raw_files import archive_path, newest, read_provenance
from schemas.catalogue import rows

INVENTORY = ("source", "vintage", "released", "archived", "on_disk", "retrieved", "door")


def inventory(raw: Path) -> list[tuple[str, ...]]:
    """One row per source and vintage: what is archived, what is on disk, and how to get the files."""
    found = []
    for row in rows("sources"):
        source, vintage = row["source"], row["vintage"]
        known = read_provenance(raw, source, vintage).values()
        days = sorted(item["retrieved_at"][:10] for item in known if item["sha256"])
        archived = "yes" if archive_path(raw / "archive", source, vintage).is_file() else ""
        on_disk = _on_disk(raw / source / vintage, expected=any(not item["sha256"] for item in known))
        found.append((source, vintage, row["released"], archived, on_disk, days[-1] if days else "", _door(source, vintage)))
    return found


def _on_disk(folder: Path, expected: bool) -> str:
    """How many files a folder has; that it is unfinished if files are expected or one is a part."""
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    if expected or any(".part" in path.name for path in files):
        return "unfinished"
    return f"{len(files)} files" if files else ""


def _door(source: str, vintage: str) -> str:
    """How the files of a vintage are got: fetched, fetched with a key, or put there by hand."""
    vintages = (vintage, "") if vintage == newest(source) else (vintage,)  # an address without a vintage has the newest
    ways = [row for row in rows("downloads") if row["source"] == source and row["way"] == "default"]
    ways = [row for row in ways if row["vintage"] in vintages]
    if not ways:
        return "by hand"
    keys = dict.fromkeys(row["credential"] for row in ways if row["credential"])
    return f"fetch, with {', '.join(keys)}" if keys else "fetch"
