"""Seeded ways to spoil a file: what the internet, a spreadsheet or a careless hand does to it.

``mutate`` spoils one file of a folder. It works on the text inside a zip, gzip or workbook as well as on the bytes
around it, and says what it did and whether every row is still there (``keeps_rows``), so that a test can tell a lost row
from a removed one.
"""

import gzip
import io
import json
import random
import zipfile
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import python_calamine
from prepared import workbook, zipped

JUNK = [
    "", " ", "*", ":", "-", "N/A", "NaN", "nan", "inf", "-inf", "1e999", "-1", "99999999999999999999", "1,5", "1.234,5",
    "=1+1", "+1", "@SUM(A1)", "x", "Ñandú", "\u00a0", "\u2212 5", "0x10", "1_000", "٣", "１２", "None", "true", "\x00", "\ufffd",
    "a" * 5000, '"', "'; drop table x; --", "<b>1</b>", "2020-01-01", "1e5", "00", "0.1", "100.0001", "-0",
]  # fmt: skip
PAGE = b"<!DOCTYPE html><html><body>El recurso no existe</body></html>"


class Mutation(NamedTuple):
    """What was done to which file."""

    file: str
    what: str
    keeps_rows: bool


def mutate(folder: Path, rng: random.Random) -> Mutation:
    """Spoil one file of ``folder``."""
    path = rng.choice(sorted(item for item in folder.iterdir() if item.is_file()))
    ways = [_bytes, _bytes, *[_content] * 5]
    content, what, keeps = rng.choice(ways)(path, rng)
    path.write_bytes(content)
    return Mutation(path.name, what, keeps)


def _bytes(path: Path, rng: random.Random) -> tuple[bytes, str, bool]:
    content = bytearray(path.read_bytes())
    way = rng.choice(["flip", "cut", "empty", "page", "append", "hole", "twice", "null"])
    at = rng.randrange(max(1, len(content)))
    if way == "flip":
        for _ in range(rng.choice([1, 1, 5, 50])):
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    elif way == "hole":
        del content[at : at + rng.randrange(1, 200)]
    spoilt = {
        "cut": content[:at], "empty": b"", "page": PAGE, "append": content + rng.randbytes(20), "twice": content + content,
        "null": content[:at] + b"\x00" * 8 + content[at:],
    }.get(way, content)  # fmt: skip
    return bytes(spoilt), f"bytes: {way} at {at}", False


def _content(path: Path, rng: random.Random) -> tuple[bytes, str, bool]:
    """Spoil the table inside the file."""
    content = path.read_bytes()
    if content[:4] == b"PAR1":
        return _parquet(path, rng)
    if content[:2] == b"\x1f\x8b":
        text, what, keeps = _text(gzip.decompress(content), rng)
        return gzip.compress(text, mtime=0), what, keeps
    if ".xls" in path.name:
        return _workbook(content, rng)
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = rng.choice(sorted(members))
        members[name], what, keeps = _text(members[name], rng)
        return zipped(members), f"{name}: {what}", keeps
    if content.lstrip()[:1] in b"[{":
        return _json(content, rng)
    return _text(content, rng)


def _text(content: bytes, rng: random.Random) -> tuple[bytes, str, bool]:
    text = content.decode("latin-1")  # every byte has a letter, and the letter its byte
    lines = text.splitlines(keepends=True) or [""]
    delimiter = max(",;\t|", key=lines[len(lines) // 2].count)
    row = rng.randrange(len(lines))
    way = rng.choice(
        ["cell", "cell", "cell", "cell", "drop", "twice", "swap", "header", "column", "recode", "delimiter", "short"]
    )
    cells = lines[row].rstrip("\r\n").split(delimiter)
    column = rng.randrange(len(cells))
    if way == "cell":
        junk = rng.choice(JUNK)
        cells[column] = junk.encode("utf-8").decode("latin-1")
        lines[row] = delimiter.join(cells) + "\n"
        return "".join(lines).encode("latin-1"), f"row {row + 1}, field {column + 1}: {junk[:20]!r}", '"' not in junk
    if way == "drop":
        del lines[row]
    elif way == "twice":
        lines.insert(row, lines[row])
    elif way == "swap":
        other = rng.randrange(len(lines))
        lines[row], lines[other] = lines[other], lines[row]
    elif way == "header":
        lines[0] = lines[0].replace(lines[0].split(delimiter)[min(column, lines[0].count(delimiter))], "renamed", 1)
    elif way == "column":
        lines = [delimiter.join(["x", line]) for line in lines]
    elif way == "recode":
        coding = rng.choice(["utf-16", "utf-8", "utf-8-sig", "cp037"])
        return text.encode(coding), f"recoded as {coding}", False
    elif way == "delimiter":
        lines = [line.replace(delimiter, rng.choice(";\t|")) for line in lines]
    else:
        lines[row] = delimiter.join(cells[:-1]) + "\n"
    return "".join(lines).encode("latin-1"), f"{way}, row {row + 1}, field {column + 1}", way in ("twice", "swap", "column")


def _workbook(content: bytes, rng: random.Random) -> tuple[bytes, str, bool]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    name = rng.choice(sorted(sheets))
    rows, way = sheets[name], rng.choice(["cell", "cell", "cell", "drop", "twice", "sheet", "number"])
    row = rng.randrange(max(1, len(rows)))
    column, what = rng.randrange(max(1, len(rows[row]))) if rows else 0, f"{name}: {way} in row {row + 1}"
    if way == "sheet":
        sheets = {("renamed" if key == name else key): value for key, value in sheets.items()}
    elif rows and way in ("cell", "number") and rows[row]:
        junk = rng.choice([item for item in JUNK if "\x00" not in item]) if way == "cell" else rng.choice([-1, 1e300, 0.5, True])
        rows[row][column] = junk
        what += f", column {column + 1}: {str(junk)[:20]!r}"
    elif rows and way == "drop":
        del rows[row]
    elif rows:
        rows.insert(row, list(rows[row]))
    return workbook(sheets), what, way in ("cell", "number", "twice")


def _parquet(path: Path, rng: random.Random) -> tuple[bytes, str, bool]:
    table = pd.read_parquet(path)
    row, column = rng.randrange(len(table)), rng.choice(list(table.columns))
    way, stream = rng.choice(["cell", "cell", "number", "drop", "rename"]), io.BytesIO()
    if way == "drop":
        table = table.drop(index=table.index[row])
    elif way == "rename":
        table = table.rename(columns={column: "renamed"})
    else:
        value = rng.choice([-1.0, 1e300, float("inf"), float("nan"), 0.5, 101.0]) if way == "number" else rng.choice(JUNK)
        numeric = pd.api.types.is_numeric_dtype(table[column]) and way == "number"
        table[column] = table[column].astype("float64" if numeric else object)
        table.iloc[row, table.columns.get_loc(column)] = value
        if not numeric:
            table[column] = table[column].astype(str)
    table.to_parquet(stream)
    return stream.getvalue(), f"{way}: row {row + 1}, {column}", way in ("cell", "number")


def _json(content: bytes, rng: random.Random) -> tuple[bytes, str, bool]:
    """Put junk for one value somewhere in the tree, or remove it."""
    tree = json.loads(content)
    places = []

    def walk(node) -> None:
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(tree)
    node, key = rng.choice(places)
    if rng.random() < 0.3:
        del node[key]
        return json.dumps(tree).encode(), f"removed {key!r}", False
    node[key] = rng.choice([*JUNK, None, -1, 1e300, [], {}, True])
    return json.dumps(tree).encode(), f"{key!r}: {str(node[key])[:20]!r}", True
