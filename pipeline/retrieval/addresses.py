"""Which files are fetched from which address: the jobs of a source, made from ``schemas/downloads.csv``."""

import os
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from pipeline.foundation.raw_files import newest
from schemas.catalogue import register


class FetchError(ValueError):
    """A download that did not succeed: names the source, the address, what was expected and what came."""


class Job(NamedTuple):
    """One address and what is kept of it: a file, or members of a zip as a file each."""

    source: str
    vintage: str
    url: str
    form: str
    files: tuple[tuple[str, str | None], ...]  # file, pattern of the zip's member
    credential: str | None
    largest: int
    pins: Mapping[str, str]


def wanted(sources: Iterable[str] | None, cut_off: str | None = None, alternative: bool = False) -> list[Job]:
    """The jobs of the named sources, or of all: the newest vintage of each, or the newest by ``cut_off``."""
    known, rows = register("sources"), register("downloads")
    names = list(dict.fromkeys(sources or known["source"]))
    for name in names:
        if name not in set(known["source"]):
            raise FetchError(f"{name}: there is no such source; schemas/sources.csv lists them")
    jobs = []
    for name in names:
        vintage = newest(name, cut_off)
        mine = rows[(rows["source"] == name) & (rows["vintage"].isna() | (rows["vintage"] == vintage))]
        mine = mine[mine["way"] == ("alternative" if alternative and "alternative" in set(mine["way"]) else "default")]
        if vintage is not None:
            jobs += [job for row in mine.itertuples() for job in _expand(row, vintage)]
    return _together(jobs)


def _expand(row, vintage: str) -> list[Job]:
    """One job per value of ``each``."""
    values = [""]
    if isinstance(row.each, str):
        values = row.each.split(";")
    if row.each == "variables":
        codes = register("variables").query("source == @row.source")["publisher_code"]
        values = list(dict.fromkeys(code for code in codes))
    pins = register("source_files").query("source == @row.source and vintage == @vintage").set_index("file")["sha256"]
    jobs = []
    for value in values:
        file = row.file.replace("{each}", value)
        url = row.url.replace("{each}", quote(value, safe=".,")).replace("{vintage}", vintage)
        url = url.replace("{year}", vintage[:4])
        pin = {file: row.sha256} if isinstance(row.sha256, str) else {file: pins[file]} if file in pins else {}
        member = row.member if isinstance(row.member, str) else None
        credential = row.credential if isinstance(row.credential, str) else None
        size = int(row.largest_mb * 1e6)
        jobs.append(Job(row.source, vintage, url, row.form, ((file, member),), credential, size, pin))
    return jobs


def _together(jobs: list[Job]) -> list[Job]:
    """Members of the same zip are one job."""
    groups = defaultdict(list)
    for job in jobs:
        groups[job.source, job.vintage, job.url].append(job)
    return [
        group[0]._replace(files=sum((job.files for job in group), ()), pins={k: v for job in group for k, v in job.pins.items()})
        for group in groups.values()
    ]


def credentials(file: Path) -> dict[str, str]:
    """Keys by the name of their environment variable: from the environment, else from ``file`` (TOML)."""
    kept = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    names = register("downloads")["credential"].dropna().unique()
    return {name: str(value) for name in names if (value := os.environ.get(name) or kept.get(name))}
