"""One build of an edition at a time in one data folder.

The system holds the lock for the process and drops it when the process ends, however it ends: a lock file that is left
behind locks nothing. Builds of different editions write to different folders and may run side by side.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockedError(ValueError):
    """Another process builds the same edition in the same folder."""


@contextmanager
def locked(folder: Path, edition: str) -> Iterator[None]:
    """Hold the edition's lock below ``folder``. Raises ``LockedError`` at once if another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{edition}.lock"
    with path.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            holder = stream.read().strip() or "unknown"
            raise LockedError(f"{path}: process {holder} is building edition {edition} there; wait until it has ended") from None
        stream.truncate(0)
        stream.write(f"{os.getpid()}\n")
        stream.flush()
        yield
