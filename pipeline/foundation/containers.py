"""Zip and gzip files, opened without trusting them: nothing is unpacked to the disk, nothing is larger than it says."""

import gzip
import re
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from pipeline.foundation.errors import SourceError

LARGEST_MEMBER = 2_000_000_000  # bytes: the largest table that a publisher zips has 1.2 GB
LARGEST_ZIP = 6_000_000_000  # bytes of all members
ESCAPES = re.compile(r"^[/\\\\]|^[A-Za-z]:|(^|[/\\\\])\.\.([/\\\\]|$)|\x00")
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, MemoryError)


def members(path: Path) -> list[tuple[str, Callable[[], bytes]]]:
    """Name and a reading function of every file in a zip, in the order of the names.

    Refuses what is no zip, a name that leads out of a folder, a link, an encrypted member, and one that is larger
    than it says or than any table is. Nothing is ever unpacked to the disk under a name of the zip's choosing.
    """
    try:
        with Path(path).open("rb") as stream:
            if stream.read(1) == b"<":
                raise SourceError(path, "is no intact zip but a web page (a wrong address answers with one)")
        with zipfile.ZipFile(path) as archive:
            found = [info for info in archive.infolist() if not info.is_dir()]
    except SourceError:
        raise
    except DAMAGE as error:
        raise SourceError(path, f"is no intact zip but damaged or truncated ({error})") from error
    for info in found:
        if ESCAPES.search(info.filename) or stat.S_ISLNK(info.external_attr >> 16):
            raise SourceError(path, "holds a member that leads out of its folder", value=info.filename)
        if info.file_size > LARGEST_MEMBER:
            raise SourceError(path, f"holds a member of {info.file_size:,} bytes", value=info.filename)
    if len({info.filename for info in found}) < len(found):
        raise SourceError(path, "holds two members of the same name")
    if sum(info.file_size for info in found) > LARGEST_ZIP:
        raise SourceError(path, f"holds more than {LARGEST_ZIP:,} bytes")
    return [(info.filename, lambda info=info: _member(path, info)) for info in sorted(found, key=lambda info: info.filename)]


def _member(path: Path, info: zipfile.ZipInfo) -> bytes:
    """The content of one member; never more than the zip says that it has."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(info) as stream:
            content = stream.read(info.file_size + 1)
    except DAMAGE as error:
        raise SourceError(path, f"is no intact zip but damaged or truncated ({error})", value=info.filename) from error
    if len(content) != info.file_size:
        raise SourceError(path, "holds a member of another size than it says", value=info.filename)
    return content


def only_member(path: Path) -> tuple[str, bytes]:
    """The name (``<file>!<member>``) and the content of a zip's single member."""
    found = members(path)
    if len(found) != 1:
        raise SourceError(path, "the zip must hold exactly one file", value=", ".join(name for name, _ in found))
    name, read = found[0]
    return f"{path.name}!{name}", read()


def gunzip(path: Path) -> bytes:
    """The content of a gzip file, of at most ``LARGEST_MEMBER`` bytes."""
    try:
        with gzip.open(path) as stream:
            content = stream.read(LARGEST_MEMBER + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(path, f"is no intact gzip file ({error})") from error
    if len(content) > LARGEST_MEMBER:
        raise SourceError(path, f"holds more than {LARGEST_MEMBER:,} bytes")
    return content
