"""Commands that build, rebuild or compare editions, and those that write what is committed: frozen tables, documents."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from assets.cli.releases import CHECKOUT, DATA, Data, Edition, release_of, releases
from assets.cli.screen import screen, shown
from schemas.catalogue import methodology, newest_edition

ATLAS = "Put the static site into the release."
EXAMPLES = (
    "select * from mirrors_of('Monterrey')",
    "select * from profile('MX-20067')",
    "select * from nearest_with('MX-19039', size := 1, vocation := 2, geography := 1, challenges := 1)",
)


def build(edition: Edition = None, data: Data = DATA, atlas: Annotated[bool, typer.Option(help=ATLAS)] = True) -> None:
    """Build an edition's release from data/raw and the archive."""
    from assets.run import build_edition

    built = build_edition(edition or newest_edition(), data, screen, atlas=atlas)
    elsewhere = "" if data == DATA else f" --data {data}"
    screen.print(f"\nThe release is in [bold]{shown(built)}[/bold]. Ask it, for example:\n", soft_wrap=True)
    for example in EXAMPLES:
        screen.print(f'  .venv/bin/mirrors query{elsewhere} "{example}"', soft_wrap=True, markup=False)


def write_atlas(
    edition: Edition = None,
    data: Data = DATA,
    serve: Annotated[bool, typer.Option("--serve", help="Serve it on this machine until interrupted.")] = False,
    port: Annotated[int, typer.Option(help="Port to serve it on; 0 takes a free one.")] = 8765,
) -> None:
    """Write the static site of a release, site/ in its folder, and serve it on this machine if asked."""
    from pipeline.release.release import add_site

    folder = release_of(edition, data)
    if not (folder / "parquet").is_dir():
        raise ValueError(f"{shown(folder)}: there is no such release; run mirrors build first")
    screen.print(f"The atlas is in [bold]{shown(add_site(folder))}[/bold]", soft_wrap=True)
    if serve:
        _serve(folder, port)


def _serve(folder: Path, port: int) -> None:
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    server = ThreadingHTTPServer(("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=folder))
    screen.print(f"Look at http://127.0.0.1:{server.server_port}/site/index.html (Ctrl+C ends it)")
    with server, suppress(KeyboardInterrupt):
        server.serve_forever()


def diff(before: str, after: str, data: Data = DATA) -> None:
    """Say what changed between two editions; what no release on disk tells is built in a temporary folder."""
    release = releases(data) / after
    if _compared_with(release) != before:
        with _rebuilt(after, data, before) as rebuilt:
            text = (rebuilt / "CHANGES.md").read_text(encoding="utf-8")
    else:
        text = (release / "CHANGES.md").read_text(encoding="utf-8")
    print(text)


def reproduce(release: Path, data: Data = DATA) -> None:
    """Rebuild a release (a folder, or an edition's code) from the inputs at hand, and say what differs."""
    from pipeline.editions import reproduction

    folder = release if release.is_dir() else releases(data) / release
    if not (folder / "parquet" / "sources.parquet").is_file():
        raise ValueError(f"{shown(folder)}: there is no such release; give its folder or the code of a built edition")
    with _rebuilt(folder.resolve().name, data, _compared_with(folder), (folder / "site").is_dir()) as rebuilt:
        inputs, outputs = reproduction.input_differences(folder, rebuilt), reproduction.differences(folder, rebuilt)
    for line in [*inputs, *outputs]:
        screen.print(line, soft_wrap=True, markup=False)
    if inputs or outputs:
        raise ValueError(f"{shown(folder)}: {len(inputs)} inputs and {len(outputs)} outputs differ from a rebuild")
    screen.print(f"{shown(folder)}: the rebuild is the same")


def record_results(edition: Edition = None, data: Data = DATA) -> None:
    """Keep an edition's published scores and mirrors, with which later editions are compared; commit the file."""
    from pipeline.editions import edition_changes

    release = release_of(edition, data)
    if not release.is_dir():
        raise ValueError(f"{shown(release)}: there is no such release; run mirrors build first")
    screen.print(f"{shown(edition_changes.record(release, data, release.name))} is written")


def freeze_parameters(data: Data = DATA) -> None:
    """Freeze the parameters of the base edition's last build as those of the method version."""
    import pandas as pd

    from pipeline.indicators import frozen

    edition = methodology()["base_edition"]
    for table in frozen.KEYS:
        path = data / "processed" / "tables" / edition / f"{table}.parquet"
        if not path.is_file():
            raise ValueError(f"{shown(path)}: build edition {edition} first")
        screen.print(f"{shown(frozen.freeze(table, pd.read_parquet(path)))} is written")


def write_documents(
    check: Annotated[bool, typer.Option("--check", help="Only say whether they are current.")] = False,
) -> None:
    """Write the generated documents in docs/, or check that they are current."""
    from pipeline.release import dictionary

    for name, text in dictionary.documents().items():
        path = CHECKOUT / "docs" / name
        if check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
            raise ValueError(f"docs/{name} is not current; run make docs")
        if not check:
            path.write_text(text, encoding="utf-8")


def _compared_with(release: Path) -> str:
    """The edition with which a release compares itself; empty if there is no release or no change in it."""
    import pandas as pd

    path = release / "parquet" / "mirror_changes.parquet"
    editions = pd.read_parquet(path, columns=["previous_edition"]) if path.is_file() else pd.DataFrame()
    return "" if editions.empty else editions.iloc[0, 0]


@contextmanager
def _rebuilt(edition: str, data: Path, compared_with: str, atlas: bool = False) -> Iterator[Path]:
    """The release of an edition, built from the inputs of ``data`` in a folder that is removed afterwards."""
    from tempfile import TemporaryDirectory

    from assets.run import build_edition

    with TemporaryDirectory() as folder:
        for name in ("raw", "published"):
            (Path(folder) / name).symlink_to((data / name).resolve())
        yield build_edition(edition, Path(folder), screen, compared_with, atlas=atlas)
