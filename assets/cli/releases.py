"""Where releases lie, how a command is told which one is meant, and opening one."""

from pathlib import Path
from typing import Annotated

import typer

from assets.cli.screen import shown
from schemas.catalogue import newest_edition

CHECKOUT = Path(__file__).resolve().parents[2]
DATA = CHECKOUT / "data"
Data = Annotated[Path, typer.Option(help="Folder with raw/ and processed/.")]
Edition = Annotated[str | None, typer.Option(help="Edition, such as 2026.1; the newest if left out.")]


def releases(data: Path) -> Path:
    """The folder of the releases."""
    return data / "processed" / "releases"


def release_of(edition: str | None, data: Path) -> Path:
    """The folder of an edition's release, the newest edition's if none is given, whether it is there or not."""
    return releases(data) / (edition or newest_edition())


def open_release(edition: str | None, data: Path):
    """A connection to a release's database, which can be read only."""
    import duckdb

    path = release_of(edition, data) / "mirror_cities.duckdb"
    if not path.is_file():
        raise ValueError(f"{shown(path)}: there is no such release; run mirrors build first")
    return duckdb.connect(path, read_only=True)
