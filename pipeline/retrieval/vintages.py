"""Which publishers offer something newer than the vintages that the register knows.

Only files that ``mirrors fetch`` brought are asked for: of them the address and the publisher's own mark of a version are
recorded. Whether what is new is a new vintage, a correction, or nothing that counts is for a person to see.
"""

import os
from pathlib import Path

from pipeline.foundation.raw_files import vintages_at
from pipeline.retrieval import retrieve

ALWAYS = "9999-12-31"


def new_vintages(data: Path) -> list[str]:
    """One line per source whose publisher now serves other files than those of its newest vintage."""
    client = retrieve.Client(stand_in=os.environ.get("MIRRORS_STANDIN"))
    newest = vintages_at(ALWAYS)
    states = [retrieve.state_of(row.source, row.vintage, data / "raw", client) for row in newest.itertuples()]
    return [
        f"{row.source}: the publisher serves files newer than vintage {row.vintage}; run mirrors fetch {row.source} and look"
        for row, state in zip(newest.itertuples(), states, strict=True)
        if state == "newer upstream"
    ]
