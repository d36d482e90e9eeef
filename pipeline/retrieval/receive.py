"""One answer, received whole: asked for again, gone on with where it broke off, and of the form that is expected."""

import json
import random
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import requests
import urllib3

from pipeline.retrieval import answers
from pipeline.retrieval.addresses import FetchError, Job
from pipeline.retrieval.client import Client, Patience, PermanentError, TemporaryError
from pipeline.retrieval.ledger import Received

TEMPORARY = {408, 425, 429, 500, 502, 503, 504}
PAGE_OF = re.compile(r"(?<=[?&]page=)\d+")
BLOCK = 2**16


def state_of_part(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def receive(job: Job, url: str, part: Path, client: Client, progress) -> Received:
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
            state_of_part(part).unlink(missing_ok=True)
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
        state_of_part(part).write_text(json.dumps(received._asdict()), encoding="utf-8")
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
    if not part.is_file() or not state_of_part(part).is_file() or not (size := part.stat().st_size):
        return {}, 0
    try:
        state = json.loads(state_of_part(part).read_text(encoding="utf-8"))
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
