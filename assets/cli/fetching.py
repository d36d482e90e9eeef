"""Commands about publishers' files: fetching them, saying what there is, copying them to their place, archiving them."""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assets.cli.releases import CHECKOUT, DATA, Data
from assets.cli.screen import print_rows, screen, shown
from schemas.catalogue import rows as rows_of


def fetch_files(
    source: Annotated[list[str] | None, typer.Argument(help="Sources; all if left out.")] = None,
    edition: Annotated[str | None, typer.Option(help="Fetch what this edition uses; the newest vintages if left out.")] = None,
    alternative: Annotated[bool, typer.Option("--alternative", help="Where a source has a second way, take that one.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Ask for files that are there, too.")] = False,
    data: Data = DATA,
) -> None:
    """Download publishers' files into data/raw and verify them."""
    from pipeline.retrieval import addresses, retrieve

    cut_off = None if edition is None else _cut_off(edition)
    jobs = addresses.wanted(source, cut_off, alternative)
    by_hand = [name for name in dict.fromkeys(source or []) if name not in {job.source for job in jobs}]
    if by_hand:
        raise ValueError(f"{', '.join(by_hand)}: no address to fetch it from; see docs/sources.md and mirrors import")
    client, report = _client(), retrieve.Report()
    with _bars(report) as progress:
        retrieve.fetch(jobs, data / "raw", client, report, progress, again)
    screen.print(
        f"{len(report.fetched)} files fetched, {len(report.kept)} were there, {len(report.skipped)} sources need a key, "
        f"{len(report.failed)} failed; they are below {shown(data / 'raw')}"
    )
    if report.failed or (source and report.skipped):
        raise ValueError(f"{len(report.failed)} downloads failed, {len(report.skipped)} sources need a key (see above)")


def show_sources(
    check: Annotated[bool, typer.Option("--check", help="Ask the publishers whether fetched files have changed.")] = False,
    data: Data = DATA,
) -> None:
    """Show what is archived, what is on disk, what can be fetched and what needs a key."""
    from pipeline.observations.inventory import INVENTORY, inventory

    client = _client() if check else None
    header, rows = INVENTORY, inventory(data / "raw")
    if check:
        from pipeline.retrieval import vintages

        header = (*header, "upstream")
        rows = [(*row, vintages.state_of(row[0], row[1], data / "raw", client)) for row in rows]
    print_rows(header, rows)


def write_archive(
    source: Annotated[list[str] | None, typer.Argument()] = None,
    accept_loss: Annotated[str, typer.Option(help="Why rows may be lost.")] = "",
    data: Data = DATA,
) -> None:
    """Write what the readers take from the files in data/raw to the archive, and say what that changes."""
    from pipeline.observations import read_source

    known = {row["source"] for row in rows_of("sources")}
    for name in source or []:
        if name not in known:
            raise ValueError(f"{name}: there is no such source; schemas/sources.csv lists them")
    for product, vintage in [(row["source"], row["vintage"]) for row in rows_of("sources") if row["source"] in (source or known)]:
        folder = data / "raw" / product / vintage
        if not folder.is_dir():
            screen.print(f"{product} {vintage}: no files in {shown(folder)}; the archive stays as it is")
            continue
        first, *rest = read_source.refresh_archive(product, vintage, data / "raw", accept_loss)
        screen.print(f"{product} {vintage}: {first}", markup=False, soft_wrap=True)
        for line in rest:
            screen.print(f"  {line}", markup=False, soft_wrap=True)
        if accept_loss and rest:
            screen.print(f"  loss accepted: {accept_loss}", markup=False, soft_wrap=True)


def import_files(folder: Path, data: Data = DATA) -> None:
    """Copy every file below FOLDER that the register of files knows by its hash to its place in data/raw."""
    from pipeline.foundation import raw_files

    places = raw_files.place_known_files(folder, data / "raw")
    screen.print(
        f"{len(places)} files of {len(rows_of('source_files'))} known ones are in their places below {shown(data / 'raw')}"
    )


def _client():
    """The one thing that asks publishers: with the keys of this machine, or a stand-in for them on loopback."""
    from pipeline.retrieval import addresses
    from pipeline.retrieval.client import Client

    return Client(addresses.credentials(CHECKOUT / "credentials.toml"), stand_in=os.environ.get("MIRRORS_STANDIN"))


@contextmanager
def _bars(report):
    """A bar per file on a terminal, a plain line per file elsewhere; the function that moves the bars."""
    report.said = lambda line: screen.print(line, markup=False, soft_wrap=True)
    if not screen.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=screen, transient=True) as bars:
        tasks = {}

        def move(name: str, size: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=size, total=total, visible=size != total)

        yield move


def _cut_off(edition: str) -> str:
    editions = {row["edition"]: row["cut_off"] for row in rows_of("editions")}
    if edition not in editions:
        raise ValueError(f"there is no edition {edition}; schemas/editions.csv knows {', '.join(editions)}")
    return editions[edition]
