"""Spoil the table inside a body in the ways that no download can see: the reader must notice, or it must not matter.

Each function takes the name and the bytes of a file and gives the spoilt bytes, or nothing where the file has no such thing.
"""

import csv
import gzip
import io
import zipfile

import python_calamine
from prepared import workbook, zipped

TABLES = (".csv", ".txt", ".dat", ".tsv")


def charset(name: str, content: bytes) -> bytes | None:
    return _tables(name, content, lambda text: _other_charset(text))


def _other_charset(content: bytes) -> bytes | None:
    """UTF-8 as UTF-16; latin-1 as UTF-16; plain ASCII as UTF-16 too."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.encode("utf-16")


def latin(name: str, content: bytes) -> bytes | None:
    """UTF-8 as latin-1 and the other way round: letters become others, or it is refused."""

    def swap(text: bytes) -> bytes | None:
        try:
            letters = text.decode("utf-8-sig")
            return letters.encode("latin-1") if not letters.isascii() else None
        except UnicodeDecodeError:
            return text.decode("latin-1").encode("utf-8")
        except UnicodeEncodeError:
            return None

    return _tables(name, content, swap)


def masked(name: str, content: bytes) -> bytes | None:
    """The last figure of the third row from the end is hidden."""

    def hide(rows: list[list]) -> list[list]:
        row = rows[-min(3, len(rows) - 1)]
        for place in range(len(row) - 1, -1, -1):
            if isinstance(row[place], float | int) or str(row[place]).replace(".", "").strip().isdigit():
                row[place] = "*"
                break
        return rows

    return _rows(name, content, hide)


def added_column(name: str, content: bytes) -> bytes | None:
    return _rows(name, content, lambda rows: [[*row, "NEW" if n == 0 else "7"] if row else row for n, row in enumerate(rows)])


def renamed_column(name: str, content: bytes) -> bytes | None:
    """The longest header line gets another name in its second half."""

    def rename(rows: list[list]) -> list[list]:
        header = next(row for row in rows if len(row) == max(len(row) for row in rows) and any(str(cell).strip() for cell in row))
        header[len(header) * 2 // 3] = "RENAMED"
        return rows

    return _rows(name, content, rename)


def missing_sheet(name: str, content: bytes) -> bytes | None:
    if not name.endswith((".xls", ".xlsx")):
        return None
    return workbook({f"{sheet} (2)": rows for sheet, rows in _sheets(content).items()})


def _sheets(content: bytes) -> dict[str, list[list]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _rows(name: str, content: bytes, change) -> bytes | None:
    """Apply a change to the rows of a table, whatever it is wrapped in."""
    if name.endswith((".xls", ".xlsx")):
        return workbook({sheet: change(rows) if rows else rows for sheet, rows in _sheets(content).items()})
    return _tables(name, content, lambda text: _text(text, change))


def _text(content: bytes, change) -> bytes | None:
    text = content.decode("latin-1")
    ends = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    delimiter = max(",;\t|", key=lines[-1].count)
    if not lines[-1].count(delimiter):
        return None
    stream = io.StringIO()
    rows = change(list(csv.reader(lines, delimiter=delimiter)))
    csv.writer(stream, delimiter=delimiter, lineterminator=ends).writerows(rows)
    return stream.getvalue().encode("latin-1")


def _tables(name: str, content: bytes, change) -> bytes | None:
    """Apply a change to the text inside a zip, a gzip or nothing."""
    if content[:2] == b"\x1f\x8b":
        spoilt = change(gzip.decompress(content))
        return None if spoilt is None else gzip.compress(spoilt, mtime=0)
    if content[:2] == b"PK" and name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {member: archive.read(member) for member in archive.namelist()}
        spoilt = {member: change(text) if member.endswith(TABLES) else None for member, text in members.items()}
        changed = {member: text for member, text in spoilt.items() if text is not None}
        return zipped({**members, **changed}) if changed else None
    if name.endswith(TABLES) and content.lstrip()[:1] not in b"[{":
        return change(content)
    return None


WAYS = {
    "charset": charset, "masked": masked, "added_column": added_column, "renamed_column": renamed_column,
    "missing_sheet": missing_sheet,
}  # fmt: skip
