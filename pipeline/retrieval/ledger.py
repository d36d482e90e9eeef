"""The provenance files beside the folders of raw files: what a fetch expects, and what came when from where."""

import csv
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.foundation.raw_files import PROVENANCE_COLUMNS, provenance_path, read_provenance, sha256_of
from pipeline.retrieval.addresses import Job
from schemas.catalogue import register


class Received(NamedTuple):
    """The headers of an answer that are kept."""

    etag: str
    last_modified: str


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
