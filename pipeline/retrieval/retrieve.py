"""Downloads the files of a source into ``data/raw`` and verifies them: the only network and the only clock.

What is fetched, from where and in which form stands in ``schemas/downloads.csv``. A file is streamed to ``<file>.part``,
goes on where it was cut off if the publisher allows it, and gets its name when its length, first bytes, inner checksums
and form are right and its sha256 is the pinned one, if one is pinned. What a publisher does wrong for a while (429, 5xx, a
dropped connection, a slow drip, a web page in place of a file) is tried again a bounded number of times; what stays
wrong is one ``FetchError``. Keys are hidden in every text that leaves this module. What a table means belongs to its
reader, the shape of an answer to ``pipeline/retrieval/answers.py``.
"""

import csv
import fnmatch
import json
import logging
import os
import random
import re
import threading
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, quote_plus, urljoin, urlsplit

import requests
import urllib3

from pipeline.foundation.containers import members
from pipeline.foundation.errors import SourceError
from pipeline.foundation.raw_files import PROVENANCE_COLUMNS, newest, provenance_path, read_provenance, sha256_of
from pipeline.retrieval import answers
from schemas.catalogue import register

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"  # INEGI and NGA refuse scripts
TEMPORARY = {408, 425, 429, 500, 502, 503, 504}
REDIRECTS = {301, 302, 303, 307, 308}
KEY_PAGE = re.compile(r"key[^/]*\.html?$|\.html?$", re.IGNORECASE)
PAGE_OF = re.compile(r"(?<=[?&]page=)\d+")
BLOCK = 2**16
MOST_REDIRECTS = 5


class FetchError(ValueError):
    """A download that did not succeed: names the source, the address, what was expected and what came."""


class TemporaryError(Exception):
    """What a publisher may do better when asked again; ``wait`` is the delay it asks for, in seconds."""

    def __init__(self, problem: str, wait: float = 0, restart: bool = False):
        super().__init__(problem)
        self.wait, self.restart = wait, restart


class PermanentError(Exception):
    """What will not change by asking again."""


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to ask; tests shrink it."""

    attempts: int = 6
    pause: float = 1.0  # seconds before the second attempt; doubles, with jitter
    longest_pause: float = 120.0
    connect: float = 20.0
    silence: float = 60.0  # longest silence within an answer, and longest wait for its beginning
    total: float = 3600.0  # for one attempt at one file
    slow_after: float = 30.0  # from here on an attempt must reach ``slowest``
    slowest: float = 1000.0  # bytes per second
    per_host: int = 2
    at_once: int = 6


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


class Received(NamedTuple):
    """The headers of an answer that are kept."""

    etag: str
    last_modified: str


@dataclass
class Report:
    """What became of the files; ``said`` is called with one line per file."""

    said: Callable[[str], None] = lambda line: None
    fetched: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


# --- which files -----------------------------------------------------------------------------------------------------


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


# --- fetching --------------------------------------------------------------------------------------------------------


class Client:
    """A browser's manners: one session, a limit per host, patience, and no word of a key.

    ``stand_in`` is the address on loopback that answers in every publisher's place; only tests give one.
    """

    def __init__(self, keys: Mapping[str, str] | None = None, patience: Patience = Patience(), stand_in: str | None = None):
        if stand_in and urlsplit(stand_in).hostname != "127.0.0.1":
            raise FetchError("a stand-in must be at http://127.0.0.1, so that no key leaves this machine")
        self.keys, self.patience, self.stand_in = dict(keys or {}), patience, stand_in
        self.session = requests.Session()
        self.session.trust_env = stand_in is None  # a proxy of the environment is no way to loopback
        self.session.headers.update({"User-Agent": BROWSER, "Accept": "*/*", "Accept-Encoding": "identity"})
        self.hosts = defaultdict(lambda: threading.Semaphore(patience.per_host))
        self.lock = threading.Lock()

    def mask(self, text: object) -> str:
        """The text without any key."""
        hidden = str(text)
        for key in self.keys.values():
            for form in {key, quote(key, safe=""), quote_plus(key)}:
                hidden = hidden.replace(form, "***")
        return hidden

    @contextmanager
    def silent(self):
        """Hide the keys in what the libraries below write to the log."""

        def hide(record: logging.LogRecord) -> bool:
            record.msg, record.args = self.mask(record.getMessage()), ()
            return True

        loggers = [logging.getLogger(name) for name in ("urllib3.connectionpool", "urllib3.util.retry", "requests")]
        for logger in loggers:
            logger.addFilter(hide)
        try:
            yield self
        finally:
            for logger in loggers:
                logger.removeFilter(hide)

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str] | None = None):
        """The answer at an address, redirects followed unless they lead to a page that asks for a key."""
        host = urlsplit(url).hostname
        with self.lock:
            gate = self.hosts[host]
        with gate:
            for _ in range(MOST_REDIRECTS):
                response = self._begin(self._address(url), headers)
                try:
                    if response.status_code not in REDIRECTS:
                        yield response
                        return
                    url = self._redirected(url, response)
                finally:
                    response.close()
            raise PermanentError(f"more than {MOST_REDIRECTS} redirects")

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        if not self.stand_in or parts.hostname == "127.0.0.1":
            return url
        return f"{self.stand_in}/{parts.hostname}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def _begin(self, address: str, headers: Mapping[str, str] | None) -> requests.Response:
        """The beginning of an answer; not even one whose headers drip in byte by byte takes longer than ``silence``."""
        patience, box = self.patience, []

        def ask() -> None:
            try:
                timeouts = (patience.connect, patience.silence)
                box.append(self.session.get(address, headers=headers, stream=True, timeout=timeouts, allow_redirects=False))
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                box.append(error)

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(patience.connect + patience.silence)
        if not box:
            raise TemporaryError("no answer in time")
        if isinstance(box[0], Exception):
            raise TemporaryError(f"no connection ({type(box[0]).__name__})")
        return box[0]

    def _redirected(self, url: str, response: requests.Response) -> str:
        target = urljoin(url, response.headers.get("Location", ""))
        if "X-DataWebAPI-KeyError" in response.headers or KEY_PAGE.search(urlsplit(target).path):
            raise PermanentError(f"expected data, got a redirect to a web page ({target}): the key is missing or not valid")
        scheme = urlsplit(target).scheme
        if scheme not in ("http", "https") or (scheme == "http" and self.mask(target) != target):
            raise PermanentError(f"expected data, got a redirect to {target}")
        return target


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


class Ledger:
    """The provenance files beside the folders of raw files: every file that a fetch expects, and what came."""

    def __init__(self, raw: Path, jobs: list[Job]):
        self.raw, self.lock, self.rows = raw, threading.Lock(), {}
        for job in jobs:
            place = (job.source, job.vintage)
            known = self.rows.setdefault(place, read_provenance(raw, *place))
            for file, _ in job.files:
                known.setdefault(file, dict.fromkeys(PROVENANCE_COLUMNS, "") | {"file": file})

    def get(self, job: Job, file: str) -> dict[str, str]:
        return self.rows[job.source, job.vintage].get(file, {})

    def expect(self, job: Job, file: str) -> None:
        with self.lock:
            self.rows[job.source, job.vintage].setdefault(file, dict.fromkeys(PROVENANCE_COLUMNS, "") | {"file": file})
            self._write(job)

    def record(self, job: Job, file: str, url: str, path: Path, received: Received) -> None:
        licences = register("sources").set_index(["source", "vintage"])["licence"]
        row = {
            "file": file,
            "url": url,
            "retrieved_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "bytes": str(path.stat().st_size),
            "sha256": sha256_of(path),
            "etag": received.etag,
            "last_modified": received.last_modified,
            "licence": licences[job.source, job.vintage],
        }
        with self.lock:
            self.rows[job.source, job.vintage][file] = row
            self._write(job)

    def _write(self, job: Job) -> None:
        path = provenance_path(self.raw, job.source, job.vintage)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        with partial.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, PROVENANCE_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for _, row in sorted(self.rows[job.source, job.vintage].items()))
        partial.replace(path)


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
    received = _attempts(job, url, part, client, progress)
    for file, member in job.files:
        target = _taken(part, file, member) if member else part
        _require_pin(job, file, target, folder, ledger, client)
        target.replace(folder / file)
        ledger.record(job, file, client.mask(url), folder / file, received)
    part.unlink(missing_ok=True)
    _state(part).unlink(missing_ok=True)
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
        _state(folder / f"{job.files[0][0]}.part").unlink(missing_ok=True)
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


def _state(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _attempts(job: Job, url: str, part: Path, client: Client, progress) -> Received:
    """Ask until the file is whole and right, or the attempts are used up."""
    patience, problem = client.patience, None
    for attempt in range(patience.attempts):
        if attempt:
            pause = min(patience.pause * 2 ** (attempt - 1) * random.uniform(0.5, 1.5), patience.longest_pause)
            time.sleep(min(max(pause, problem.wait), patience.longest_pause))
        try:
            received = _receive(job, url, part, client, progress)
            _verify(job, part)
            return received
        except TemporaryError as error:
            problem = error
            if error.restart:
                part.unlink(missing_ok=True)
        except PermanentError as error:
            part.unlink(missing_ok=True)
            _state(part).unlink(missing_ok=True)
            raise FetchError(_sentence(job, client, str(error))) from None
    said = f"expected {answers.FORMS[job.form].expected}, got {problem} ({patience.attempts} attempts)"
    raise FetchError(_sentence(job, client, said)) from None


def _sentence(job: Job, client: Client, problem: str) -> str:
    names = ", ".join(file for file, _ in job.files)
    text = f"{job.source} {job.vintage} {names}: {job.url}: {problem}"
    return client.mask(" ".join(text.split()))


def _receive(job: Job, url: str, part: Path, client: Client, progress) -> Received:
    """Stream one answer to ``part``, going on where an earlier one was cut off."""
    headers, offset = _resumption(part)
    with client.get(url, headers) as response:
        _require_status(response, offset, part)
        if offset and response.status_code == 200:
            offset = 0
        received = Received(response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
        _state(part).write_text(json.dumps(received._asdict()), encoding="utf-8")
        length = response.headers.get("Content-Length", "")
        total = offset + int(length) if length.isdigit() else None
        if total and total > job.largest:
            raise PermanentError(f"expected at most {job.largest:,} bytes, got {total:,}")
        with part.open("r+b" if offset else "wb") as stream:
            stream.seek(offset)
            stream.truncate()
            for size in _blocks(response, stream, offset, job.largest, client.patience):
                if progress:
                    progress(f"{job.source} {job.files[0][0]}", size, total)
    if total is not None and part.stat().st_size != total:
        raise TemporaryError(f"{part.stat().st_size:,} of {total:,} bytes")
    return received


def _resumption(part: Path) -> tuple[dict[str, str], int]:
    """The headers that ask for the rest of a file, if the publisher said how to tell whether it is still the same."""
    if not part.is_file() or not _state(part).is_file() or not (size := part.stat().st_size):
        return {}, 0
    try:
        state = json.loads(_state(part).read_text(encoding="utf-8"))
    except ValueError:
        return {}, 0
    etag = state.get("etag", "")
    validator = etag if etag and not etag.startswith("W/") else state.get("last_modified", "")
    return ({"Range": f"bytes={size}-", "If-Range": validator}, size) if validator else ({}, 0)


def _require_status(response: requests.Response, offset: int, part: Path) -> None:
    status = response.status_code
    if status in TEMPORARY:
        raise TemporaryError(f"HTTP {status}", wait=_retry_after(response))
    if status == 416:
        raise TemporaryError("HTTP 416, no such part of the file", restart=True)
    if status == 206:
        begins = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        if not offset or not begins or int(begins[1]) != offset:
            raise TemporaryError("another part of the file than was asked for", restart=True)
        return
    if status == 204:
        raise PermanentError("expected data, got HTTP 204, an empty answer")
    if status != 200:
        said = response.raw.read(300, decode_content=True).decode("utf-8", "replace") if response.raw else ""
        raise PermanentError(f"expected HTTP 200, got {status}: {_plain(said)}")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>|[^\x20-\x7e\u00a1-\uffff]", " ", text).split())[:120]


def _retry_after(response: requests.Response) -> float:
    """Seconds to wait, as the publisher asks: a number or a date."""
    text = response.headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    try:
        return max(
            0.0, (datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds()
        )
    except ValueError:
        return 0.0


def _blocks(response: requests.Response, stream, offset: int, largest: int, patience: Patience):
    """Write the answer as it comes; the sizes so far. Refuses what is too large, and what drips."""
    began, size = time.monotonic(), offset
    try:
        while block := response.raw.read1(BLOCK, decode_content=False):
            stream.write(block)
            size += len(block)
            spent = time.monotonic() - began
            if size > largest:
                raise PermanentError(f"expected at most {largest:,} bytes, got more")
            if spent > patience.total or (spent > patience.slow_after and size - offset < spent * patience.slowest):
                raise TemporaryError(f"{size - offset:,} bytes in {spent:.0f} s, too slow")
            yield size
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise TemporaryError(f"a connection cut off after {size:,} bytes ({type(error).__name__})") from None


def _verify(job: Job, part: Path) -> None:
    """The form of the whole file; what is not of the form is asked for again from its beginning."""
    try:
        problem = answers.problem_of(job.form, part, job.largest)
    except answers.Refusal as error:
        raise PermanentError(str(error)) from None
    asked, pages = PAGE_OF.search(job.url), answers.FORMS[job.form].pages
    if not problem and asked and pages and (found := pages(part.read_bytes())[0]) != int(asked[0]):
        problem = f"page {found} instead of page {asked[0]}"
    if problem:
        raise TemporaryError(problem, restart=True)


# --- what is newer ---------------------------------------------------------------------------------------------------


def state_of(source: str, vintage: str, raw: Path, client: Client | None) -> str:
    """``newer upstream``, ``current`` or ``unknown``, by asking for the headers of the files that were fetched."""
    rows = [row for row in read_provenance(raw, source, vintage).values() if row["sha256"] and "***" not in row["url"]]
    asked = [row for row in rows if row["etag"] or row["last_modified"]]
    if client is None or not asked:
        return "unknown"
    for row in asked:
        conditions = {"If-None-Match": row["etag"]} if row["etag"] else {"If-Modified-Since": row["last_modified"]}
        try:
            with client.silent(), client.get(row["url"], conditions) as response:
                same = (response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
                if response.status_code == 200 and same != (row["etag"], row["last_modified"]):
                    return "newer upstream"
                if response.status_code not in (200, 304):
                    return f"HTTP {response.status_code}"
        except (TemporaryError, PermanentError) as error:
            return client.mask(error)
    return "current"
