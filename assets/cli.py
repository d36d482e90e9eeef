"""The command line: ``mirrors``. Exit codes: 0 done, 1 bad input or a failed build, 2 wrong usage."""

import csv
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from pipeline.decisions import brief, nominations, texts
from pipeline.editions import edition_changes, reproduction, tracing
from pipeline.foundation import raw_files
from pipeline.indicators import frozen
from pipeline.observations import read_source
from pipeline.release import dictionary, publishing, verification
from pipeline.release.release import add_site
from pipeline.scoring import engine, weight_draws
from schemas.catalogue import methodology, register

CHECKOUT = Path(__file__).resolve().parent.parent
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Mirror Cities Index.")
screen = Console(highlight=False)

Data = Annotated[Path, typer.Option(help="Folder with raw/ and processed/.")]
Edition = Annotated[str | None, typer.Option(help="Edition, such as 2026.1; the newest if left out.")]
DATA = CHECKOUT / "data"
ATLAS = "Put the static site into the release."


def newest_edition() -> str:
    """The edition that stands last in ``editions.csv``."""
    return register("editions")["edition"].iloc[-1]


@app.command()
def build(edition: Edition = None, data: Data = DATA, atlas: Annotated[bool, typer.Option(help=ATLAS)] = True) -> None:
    """Build an edition's release from data/raw and the archive."""
    from assets.run import build_edition  # Dagster takes a second to load; the other commands do not need it

    built = build_edition(edition or newest_edition(), data, screen, atlas=atlas)
    elsewhere = "" if data == DATA else f" --data {data}"
    screen.print(f"\nThe release is in [bold]{_shown(built)}[/bold]. Ask it, for example:\n", soft_wrap=True)
    for example in EXAMPLES:
        screen.print(f'  .venv/bin/mirrors query{elsewhere} "{example}"', soft_wrap=True, markup=False)


@app.command("atlas")
def write_atlas(
    edition: Edition = None,
    data: Data = DATA,
    serve: Annotated[bool, typer.Option("--serve", help="Serve it on this machine until interrupted.")] = False,
    port: Annotated[int, typer.Option(help="Port to serve it on; 0 takes a free one.")] = 8765,
) -> None:
    """Write the static site of a release, site/ in its folder, and serve it on this machine if asked."""
    folder = releases(data) / (edition or newest_edition())
    if not (folder / "parquet").is_dir():
        raise ValueError(f"{_shown(folder)}: there is no such release; run mirrors build first")
    screen.print(f"The atlas is in [bold]{_shown(add_site(folder))}[/bold]", soft_wrap=True)
    if serve:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=folder))
        screen.print(f"Look at http://127.0.0.1:{server.server_port}/site/index.html (Ctrl+C ends it)")
        with server, suppress(KeyboardInterrupt):
            server.serve_forever()


EXAMPLES = (
    "select * from mirrors_of('Monterrey')",
    "select * from profile('MX-20067')",
    "select * from nearest_with('MX-19039', size := 1, vocation := 2, geography := 1, challenges := 1)",
)


@app.command("query")
def query_release(sql: str, edition: Edition = None, data: Data = DATA) -> None:
    """Ask a release in SQL and print the answer."""
    import duckdb

    with open_release(edition, data) as connection:
        try:
            print_table(connection.execute(sql))
        except duckdb.Error as error:
            raise ValueError(str(error)) from error


@app.command()
def diff(before: str, after: str, data: Data = DATA) -> None:
    """Say what changed between two editions; what no release on disk tells is built in a temporary folder."""
    release = releases(data) / after
    if _compared_with(release) != before:
        with _rebuilt(after, data, before) as rebuilt:
            text = (rebuilt / "CHANGES.md").read_text(encoding="utf-8")
    else:
        text = (release / "CHANGES.md").read_text(encoding="utf-8")
    print(text)


@app.command()
def reproduce(release: Path, data: Data = DATA) -> None:
    """Rebuild a release (a folder, or an edition's code) from the inputs at hand, and say what differs."""
    folder = release if release.is_dir() else releases(data) / release
    if not (folder / "parquet" / "sources.parquet").is_file():
        raise ValueError(f"{_shown(folder)}: there is no such release; give its folder or the code of a built edition")
    with _rebuilt(folder.resolve().name, data, _compared_with(folder), (folder / "site").is_dir()) as rebuilt:
        inputs, outputs = reproduction.input_differences(folder, rebuilt), reproduction.differences(folder, rebuilt)
    for line in [*inputs, *outputs]:
        screen.print(line, soft_wrap=True, markup=False)
    if inputs or outputs:
        raise ValueError(f"{_shown(folder)}: {len(inputs)} inputs and {len(outputs)} outputs differ from a rebuild")
    screen.print(f"{_shown(folder)}: the rebuild is the same")


@app.command("record")
def record_results(edition: Edition = None, data: Data = DATA) -> None:
    """Keep an edition's published scores and mirrors, with which later editions are compared; commit the file."""
    release = releases(data) / (edition or newest_edition())
    if not release.is_dir():
        raise ValueError(f"{_shown(release)}: there is no such release; run mirrors build first")
    screen.print(f"{_shown(edition_changes.record(release, data, release.name))} is written")


def _compared_with(release: Path) -> str:
    """The edition with which a release compares itself; empty if there is no release or no change in it."""
    path = release / "parquet" / "mirror_changes.parquet"
    editions = pd.read_parquet(path, columns=["previous_edition"]) if path.is_file() else pd.DataFrame()
    return "" if editions.empty else editions.iloc[0, 0]


@contextmanager
def _rebuilt(edition: str, data: Path, compared_with: str, atlas: bool = False) -> Iterator[Path]:
    """The release of an edition, built from the inputs of ``data`` in a folder that is removed afterwards."""
    from assets.run import build_edition

    with TemporaryDirectory() as folder:
        for name in ("raw", "published"):
            (Path(folder) / name).symlink_to((data / name).resolve())
        yield build_edition(edition, Path(folder), screen, compared_with, atlas=atlas)


@app.command("fetch")
def fetch_files(
    source: Annotated[list[str] | None, typer.Argument(help="Sources; all if left out.")] = None,
    edition: Annotated[str | None, typer.Option(help="Fetch what this edition uses; the newest vintages if left out.")] = None,
    alternative: Annotated[bool, typer.Option("--alternative", help="Where a source has a second way, take that one.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Ask for files that are there, too.")] = False,
    data: Data = DATA,
) -> None:
    """Download publishers' files into data/raw and verify them."""
    from pipeline.retrieval import addresses, retrieve  # the one module that uses the network
    from pipeline.retrieval.client import Client

    cut_off = None if edition is None else _cut_off(edition)
    jobs = addresses.wanted(source, cut_off, alternative)
    by_hand = [name for name in dict.fromkeys(source or []) if name not in {job.source for job in jobs}]
    if by_hand:
        raise ValueError(f"{', '.join(by_hand)}: no address to fetch it from; see docs/sources.md and mirrors import")
    client = Client(addresses.credentials(CHECKOUT / "credentials.toml"), stand_in=os.environ.get("MIRRORS_STANDIN"))
    report = retrieve.Report()
    with _bars(report) as progress:
        retrieve.fetch(jobs, data / "raw", client, report, progress, again)
    screen.print(
        f"{len(report.fetched)} files fetched, {len(report.kept)} were there, {len(report.skipped)} sources need a key, "
        f"{len(report.failed)} failed; they are below {_shown(data / 'raw')}"
    )
    if report.failed or (source and report.skipped):
        raise ValueError(f"{len(report.failed)} downloads failed, {len(report.skipped)} sources need a key (see above)")


@contextmanager
def _bars(report):
    """A bar per file on a terminal, a plain line per file elsewhere; the function that moves the bars."""
    report.said = lambda line: screen.print(line, markup=False, soft_wrap=True)
    if not screen.is_terminal:
        yield None
        return
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=screen, transient=True) as bars:
        tasks = {}

        def move(name: str, size: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=size, total=total, visible=size != total)

        yield move


def _cut_off(edition: str) -> str:
    editions = register("editions").set_index("edition")["cut_off"]
    if edition not in editions:
        raise ValueError(f"there is no edition {edition}; schemas/editions.csv knows {', '.join(editions.index)}")
    return editions[edition]


@app.command("sources")
def show_sources(
    check: Annotated[bool, typer.Option("--check", help="Ask the publishers whether fetched files have changed.")] = False,
    data: Data = DATA,
) -> None:
    """Show what is archived, what is on disk, what can be fetched and what needs a key."""
    from pipeline.retrieval import addresses, vintages
    from pipeline.retrieval.client import Client

    client = None
    if check:
        client = Client(addresses.credentials(CHECKOUT / "credentials.toml"), stand_in=os.environ.get("MIRRORS_STANDIN"))
    header, rows = read_source.INVENTORY, read_source.inventory(data / "raw")
    if check:
        header = (*header, "upstream")
        rows = [(*row, vintages.state_of(row[0], row[1], data / "raw", client)) for row in rows]
    print_rows(header, rows)


@app.command("verify")
def verify_release(release: Path) -> None:
    """Check a release's folder offline: hashes, schemas, keys, totals, and one content in three formats; a line per finding."""
    if not release.is_dir():
        raise ValueError(f"{release}: there is no such folder")
    findings = verification.verify(release)
    for finding in findings:
        print(finding)
    if findings:
        raise typer.Exit(1)
    screen.print(f"{_shown(release)} is whole: hashes, schemas, keys, totals and formats agree", soft_wrap=True)


@app.command("trace")
def trace_value(
    ref_area: str,
    name: Annotated[str, typer.Argument(help="An indicator, a pillar, development_score, or the code of a mirror.")],
    release: Annotated[Path | None, typer.Option(help="Folder of a release, in place of one below --data.")] = None,
    edition: Edition = None,
    data: Data = DATA,
) -> None:
    """Walk a published value back to its formula and to the file, hash and row of every figure in it."""
    folder = release or releases(data) / (edition or newest_edition())
    if not (folder / "parquet").is_dir():
        raise ValueError(f"{_shown(folder)}: there is no such release; run mirrors build or mirrors download first")
    for depth, line in tracing.trace(folder, ref_area, name):
        print("  " * depth + line)


@app.command("publish")
def publish_release(target: str, edition: Edition = None, data: Data = DATA) -> None:
    """Publish a release to TARGET, a folder or s3://bucket/..., all or nothing; what is there already is not sent again."""
    folder = releases(data) / (edition or newest_edition())
    if not folder.is_dir():
        raise ValueError(f"{_shown(folder)}: there is no such release; run mirrors build first")
    path = publishing.publish(folder, target, print)
    print(f"{publishing.shown(target)}/{path} is published")


@app.command("download")
def download_release(
    address: str,
    edition: Edition = None,
    to: Annotated[Path, typer.Option(help="Folder in which the edition's folder is made.")] = Path(),
) -> None:
    """Fetch a published release from ADDRESS (a folder, s3://, https://) and verify it; goes on where it broke off."""
    print(f"{_shown(publishing.download(address, edition, to.resolve(), print))} is whole")


@app.command("archive")
def write_archive(
    source: Annotated[list[str] | None, typer.Argument()] = None,
    accept_loss: Annotated[str, typer.Option(help="Why rows may be lost.")] = "",
    data: Data = DATA,
) -> None:
    """Write what the readers take from the files in data/raw to the archive, and say what that changes."""
    sources = register("sources")
    for name in source or []:
        if name not in set(sources["source"]):
            raise ValueError(f"{name}: there is no such source; schemas/sources.csv lists them")
    for row in sources[sources["source"].isin(source or sources["source"])].itertuples():
        folder = data / "raw" / row.source / row.vintage
        if not folder.is_dir():
            screen.print(f"{row.source} {row.vintage}: no files in {_shown(folder)}; the archive stays as it is")
            continue
        first, *rest = read_source.refresh_archive(row.source, row.vintage, data / "raw", accept_loss)
        screen.print(f"{row.source} {row.vintage}: {first}", markup=False, soft_wrap=True)
        for line in rest:
            screen.print(f"  {line}", markup=False, soft_wrap=True)
        if accept_loss and rest:
            screen.print(f"  loss accepted: {accept_loss}", markup=False, soft_wrap=True)


@app.command("import")
def import_files(folder: Path, data: Data = DATA) -> None:
    """Copy every file below FOLDER that the register of files knows by its hash to its place in data/raw."""
    places = raw_files.place_known_files(folder, data / "raw")
    screen.print(
        f"{len(places)} files of {len(register('source_files'))} known ones are in their places below {_shown(data / 'raw')}"
    )


@app.command("freeze")
def freeze_parameters(data: Data = DATA) -> None:
    """Freeze the parameters of the base edition's last build as those of the method version."""
    edition = methodology()["base_edition"]
    for table in frozen.KEYS:
        path = data / "processed" / "tables" / edition / f"{table}.parquet"
        if not path.is_file():
            raise ValueError(f"{_shown(path)}: build edition {edition} first")
        screen.print(f"{_shown(frozen.freeze(table, pd.read_parquet(path)))} is written")


@app.command("docs")
def write_documents(
    check: Annotated[bool, typer.Option("--check", help="Only say whether they are current.")] = False,
) -> None:
    """Write the generated documents in docs/, or check that they are current."""
    for name, text in dictionary.documents().items():
        path = CHECKOUT / "docs" / name
        if check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
            raise ValueError(f"docs/{name} is not current; run make docs")
        if not check:
            path.write_text(text, encoding="utf-8")


@app.command("nominate")
def nominate_pair(
    home: Annotated[str, typer.Argument(help="Mexican area: code, name, or name, state.")],
    abroad: Annotated[str, typer.Argument(help="Area abroad: code, name, or name, state or country.")],
    note: Annotated[str | None, typer.Option(help="Why; the two names if left out.")] = None,
    by: Annotated[str, typer.Option(help="Who proposes it: editorial or reader.")] = "reader",
    level: Annotated[str | None, typer.Option(help="local, metro or state, where a name is several.")] = None,
    edition: Edition = None,
    data: Data = DATA,
) -> None:
    """Add a pair to schemas/nominated_pairs.csv, or list what an ambiguous name can mean."""
    with open_release(edition, data) as release:
        areas = release.execute("select ref_area, name, level, country, parent from reference_areas order by ref_area").df()
    pairs = nominations.pairs_named(home, abroad, areas, level)
    if len(pairs) > 1:
        screen.print(f"{home} and {abroad} can mean {len(pairs)} pairs; say the codes, the state behind a comma, or --level:")
        for row in pairs.itertuples():
            screen.print(
                f"  mirrors nominate {row.ref_area} {row.counterpart_area}   # {row.level}: {row.name} ({row.state}), "
                f"{row.name_abroad} ({row.state_abroad})",
                soft_wrap=True,
                markup=False,
            )
        raise typer.Exit(2)
    pair = pairs.iloc[0]
    path = nominations.nominate(pair, by, note or f"{pair['name']} and {pair['name_abroad']}")
    screen.print(
        f"{_shown(path)}: {pair['name']} ({pair['ref_area']}) and {pair['name_abroad']} ({pair['counterpart_area']}), "
        f"level {pair['level']}; the next build tells what the data say",
        soft_wrap=True,
    )


@app.command("brief")
def write_brief(
    area: Annotated[str, typer.Argument(help="Mexican area: code such as 19039, name, or name, state.")],
    lang: Annotated[str, typer.Option(help="es or en.")] = "es",
    edition: Edition = None,
    data: Data = DATA,
) -> None:
    """Print a page on a Mexican area, in Markdown, from a release."""
    if lang not in texts.LANGUAGES:
        raise typer.BadParameter(f"{lang} is none of {', '.join(texts.LANGUAGES)}", param_hint="--lang")
    with open_release(edition, data) as release:
        found = brief.area_of(release, area)
        if len(found) > 1:
            screen.print(f"{area} can mean {len(found)} areas; say the code, or the state behind a comma:")
            for row in found:
                screen.print(f"  mirrors brief {row['ref_area']}   # {row['name']}, {row['state']}", markup=False)
            raise typer.Exit(2)
        print(brief.brief(release, found[0]["ref_area"], lang, edition or newest_edition()), end="")


@app.command("score")
def score_folder(folder: Path, output: Path) -> None:
    """Score a composite index described by files in FOLDER (see pipeline/scoring/engine.py); CSV tables go to OUTPUT."""
    output.mkdir(parents=True, exist_ok=True)
    tables = engine.score_registers(folder)._asdict() | weight_draws.draw_registers(folder)
    for name, table in tables.items():
        table.to_csv(output / f"{name}.csv", index=False, float_format="%.17g")
    screen.print(f"{', '.join(f'{name}.csv' for name in tables)} are in {_shown(output)}")


def open_release(edition: str | None, data: Path):
    """A connection to a release's database, which can be read only."""
    import duckdb

    path = releases(data) / (edition or newest_edition()) / "mirror_cities.duckdb"
    if not path.is_file():
        raise ValueError(f"{_shown(path)}: there is no such release; run mirrors build first")
    return duckdb.connect(path, read_only=True)


def releases(data: Path) -> Path:
    """The folder of the releases."""
    return data / "processed" / "releases"


def print_table(cursor) -> None:
    """Print a query's result: a table on a terminal, CSV elsewhere."""
    header = [column[0] for column in cursor.description]
    rows = [
        ["" if cell is None else f"{cell:.10g}" if isinstance(cell, float) else str(cell) for cell in row]
        for row in cursor.fetchall()
    ]
    print_rows(header, rows)


def print_rows(header, rows) -> None:
    """Print rows: a table on a terminal, CSV elsewhere."""
    if not sys.stdout.isatty():
        csv.writer(sys.stdout).writerows([header, *rows])
        return
    table = Table(*header, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    screen.print(table)


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def main() -> None:
    """Run the command line; an error that the user can act on is one line."""
    logging.captureWarnings(True)
    try:
        app()
    except (ValueError, OSError) as error:
        Console(stderr=True, highlight=False).print(f"error: {error}", markup=False, soft_wrap=True)
        sys.exit(1)
