"""Which publishers offer something newer than the vintages that the register knows.

Only files that ``mirrors fetch`` brought are asked for: of them the address and the publisher's own mark of a version are
recorded. Whether what is new is a new vintage, a correction, or nothing that counts is for a person to see.
"""

import os
from pathlib import Path

from pipeline.foundation.raw_files import read_provenance, vintages_at
from pipeline.retrieval.client import Client, PermanentError, TemporaryError

ALWAYS = "9999-12-31"


def new_vintages(data: Path) -> list[str]:
    """One line per source whose publisher now serves other files than those of its newest vintage."""
    client = Client(stand_in=os.environ.get("MIRRORS_STANDIN"))
    newest = vintages_at(ALWAYS)
    states = [state_of(row.source, row.vintage, data / "raw", client) for row in newest.itertuples()]
    return [
        f"{row.source}: the publisher serves files newer than vintage {row.vintage}; run mirrors fetch {row.source} and look"
        for row, state in zip(newest.itertuples(), states, strict=True)
        if state == "newer upstream"
    ]


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
