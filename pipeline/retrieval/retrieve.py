"""Downloads the files of a source into ``data/raw`` and verifies them: the only network and the only clock.

What is fetched, from where and in which form stands in ``schemas/downloads.csv``. A file is streamed to ``<file>.part``,
goes on where it was cut off if the publisher allows it, and gets its name when its length, first bytes, inner checksums
and form are right and its sha256 is the pinned one, if one is pinned. What a publisher does wrong for a while (429, 5xx, a
dropped connection, a slow drip, a web page in place of a file) is tried again a bounded number of times; what stays
wrong is one ``FetchError``. Keys are hidden in every text that leaves this module. What a table means belongs to its
reader, the shape of an answer to ``pipeline/retrieval/answers.py``.
"""

import fnmatch
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from pipeline.foundation.containers import members
from pipeline.foundation.errors import SourceError
from pipeline.foundation.raw_files import sha256_of
from pipeline.retrieval import answers
from pipeline.retrieval.addresses import FetchError, Job
from pipeline.retrieval.client import Client
from pipeline.retrieval.ledger import Ledger
from pipeline.retrieval.receive import PAGE_OF, receive, state_of_part


@dataclass
class Report:
    """What became of the files; ``said`` is called with one line per file."""

    said: Callable[[str], None] = lambda line: None
    fetched: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def fetch(jobs: list[Job], raw: Path, client: Client, report: Report, progress=None, again: bool = False) -> Report:
    """Fetch every job, some at a time; what fails is reported and does not stop the others."""
    keyless = {job.source: job.credential for job in jobs if job.credential and job.credential not in client.keys}
    for source, key in keyless.items():
        _note(report, report.skipped, f"{source}: needs a key, set {key} (docs/sources.md says how to get it)")
    jobs = [job for job in jobs if job.source not in keyless]
    ledger = Ledger(raw, jobs)

    def one(job: Job) -> None:
        try:
            _fetch_job(job, raw, client, ledger, report, progress, again)
        except (FetchError, SourceError, OSError) as error:
            _note(report, report.failed, client.mask(error))

    with client.silent(), ThreadPoolExecutor(client.patience.at_once) as pool:
        try:
            for result in [pool.submit(one, job) for job in _mixed(jobs)]:
                result.result()
        except BaseException:  # an interrupt as well: what has not begun does not begin
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return report


def _mixed(jobs: list[Job]) -> list[Job]:
    """The jobs in an order in which the hosts take turns, so that none keeps all the others waiting."""
    turns, seen = [], defaultdict(int)
    for position, job in enumerate(jobs):
        host = urlsplit(job.url).hostname
        turns.append((seen[host], position, job))
        seen[host] += 1
    return [job for _, _, job in sorted(turns, key=lambda turn: turn[:2])]


def _note(report: Report, kind: list[str], line: str) -> None:
    kind.append(line)
    report.said(line)


def _fetch_job(job: Job, raw: Path, client: Client, ledger: Ledger, report: Report, progress, again: bool) -> None:
    folder = raw / job.source / job.vintage
    folder.mkdir(parents=True, exist_ok=True)
    pages = answers.FORMS[job.form].pages
    file, url = job.files[0][0], job.url
    for following in range(2, answers.MOST_PAGES + 1):
        one = job._replace(url=url, files=((file, None),)) if pages else job
        ledger.expect(one, file)
        _fetch_file(one, folder, client, ledger, report, progress, again)
        if not pages or pages((folder / file).read_bytes())[1] < following:
            return
        url = PAGE_OF.sub(str(following), job.url)
        file = f"{Path(job.files[0][0]).stem}_page{following}{Path(job.files[0][0]).suffix}"
    raise FetchError(f"{job.source} {job.vintage}: {client.mask(job.url)}: more than {answers.MOST_PAGES} pages")


def _fetch_file(job: Job, folder: Path, client: Client, ledger: Ledger, report: Report, progress, again: bool) -> None:
    names = [file for file, _ in job.files]
    there = all((folder / file).is_file() for file in names)
    if there and not again:
        _require_as_recorded(job, folder, ledger, client)
        _note(report, report.kept, f"{job.source} {job.vintage} {', '.join(names)}: is there")
        return
    part = folder / f"{names[0]}.part"
    key = client.keys.get(job.credential or "", "")
    url = job.url.replace("{key}", quote(key, safe=""))
    received = receive(job, url, part, client, progress)
    for file, member in job.files:
        target = _taken(part, file, member) if member else part
        _require_pin(job, file, target, folder, ledger, client)
        target.replace(folder / file)
        ledger.record(job, file, client.mask(url), folder / file, received)
    part.unlink(missing_ok=True)
    state_of_part(part).unlink(missing_ok=True)
    size = sum((folder / file).stat().st_size for file in names)
    _note(report, report.fetched, f"{job.source} {job.vintage} {', '.join(names)}: {size / 1e6:,.2f} MB")


def _require_as_recorded(job: Job, folder: Path, ledger: Ledger, client: Client) -> None:
    """What is on disk is what was fetched or what is pinned; a file put there by hand without either may be anything."""
    for file, _ in job.files:
        expected = ledger.get(job, file).get("sha256") or job.pins.get(file)
        if expected and (found := sha256_of(folder / file)) != expected:
            _changed(job, file, expected, found, client, "the file on disk was changed; remove it and fetch it again")


def _require_pin(job: Job, file: str, path: Path, folder: Path, ledger: Ledger, client: Client) -> None:
    """The hash that the register pins, else that of the file that was fetched before: history is not overwritten."""
    expected = job.pins.get(file) or ((folder / file).is_file() and ledger.get(job, file).get("sha256"))
    if expected and (found := sha256_of(path)) != expected:
        for leftover in {path, folder / f"{job.files[0][0]}.part"}:
            leftover.unlink(missing_ok=True)
        state_of_part(folder / f"{job.files[0][0]}.part").unlink(missing_ok=True)
        advice = "the publisher changed the file: give it a vintage of its own in schemas/sources.csv (docs/operating.md)"
        _changed(job, file, expected, found, client, advice)


def _changed(job: Job, file: str, expected: str, found: str, client: Client, advice: str) -> None:
    raise FetchError(
        f"{job.source} {job.vintage} {file}: {client.mask(job.url)}: expected the sha256 {expected}, got {found}; {advice}"
    )


def _taken(part: Path, file: str, pattern: str) -> Path:
    """The one member of a zip that fits the pattern, as a file of its own."""
    found = [(name, read) for name, read in members(part) if fnmatch.fnmatchcase(name, pattern)]
    if len(found) != 1:
        raise SourceError(part.stem, f"holds {len(found)} members {pattern} where it should hold one")
    target = part.with_name(f"{file}.member.part")
    target.write_bytes(found[0][1]())
    return target
