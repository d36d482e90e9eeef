"""What a downloaded file must look like, by its form: first bytes, whole, and the publisher's own way of saying no.

Many publishers answer HTTP 200 with a web page or with an array that holds an error. ``problem_of`` says what is wrong and
may be better next time (a web page, half a file); ``Refusal`` is what asking again does not change (an unknown code, a
missing key). Nothing here reads a figure: that belongs to the readers in ``pipeline/sources``.
"""

import csv
import gzip
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine

from pipeline.foundation.containers import members
from pipeline.foundation.errors import SourceError

MOST_PAGES = 500
LONGEST_LINES = 2**20  # bytes: more than two lines of any table
HEAD = 512
TEXT_LIMIT = 4  # a gzip may hold this many times the register's limit for the file
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")


class Refusal(Exception):
    """An answer that says no; the same question will get the same answer."""


class Form(NamedTuple):
    """One form of file: what is expected in words, the first bytes, the check of the whole, and which page of how many."""

    expected: str
    magic: tuple[bytes, ...]
    check: Callable[[Path, int], str | None]
    pages: Callable[[bytes], tuple[int, int]] | None = None


def problem_of(form: str, path: Path, largest: int) -> str | None:
    """What is wrong with the file at ``path``, or nothing."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not head:
        return "an empty file"
    if re.match(rb"<(!doctype html|html|head|body|script|meta|!--)", text):
        return f"a web page ({shown(head)})"
    magic = FORMS[form].magic
    if magic and not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(magic):
        return f"something else ({shown(head)})"
    return FORMS[form].check(path, largest)


def shown(content: bytes) -> str:
    """The beginning of an answer, in one line."""
    return " ".join(re.sub(r"<[^>]*>|[^\x20-\x7e\u00a1-\uffff]", " ", content.decode("utf-8", "replace")).split())[:80]


def _whole_zip(path: Path, largest: int) -> str | None:
    """Every member has the checksum that the zip says."""
    try:
        for _, read in members(path):
            read()
    except SourceError as error:
        return str(error)
    return None


def _whole_gzip(path: Path, largest: int) -> str | None:
    limit = largest * TEXT_LIMIT
    try:
        with gzip.open(path) as stream:
            size = 0
            while block := stream.read(2**20):
                size += len(block)
                if size > limit:
                    raise Refusal(f"expected a gzip file of at most {limit:,} bytes, got a larger one")
    except (OSError, EOFError, zlib.error) as error:
        return f"a damaged gzip file ({error})"
    return None


def _text(path: Path, largest: int) -> str | None:
    """Lines of text, no markup, no binary; the last line is whole."""
    content = path.read_bytes()
    if content.lstrip()[:1] == b"<":
        return f"markup ({shown(content[:HEAD])})"
    if b"\x00" in content[:HEAD] or BINARY.search(content[:HEAD]):
        return f"binary data ({shown(content[:HEAD])})"
    if b"\n" not in content and b"\r" not in content:
        return f"a single line ({shown(content[:HEAD])})"
    return "a file that ends within a line" if _is_cut(content) else None


def _is_cut(content: bytes) -> bool:
    """Whether the last line is not ended and shorter than the one before."""
    if content.endswith((b"\n", b"\r")):
        return False
    *_, before, last = content[-LONGEST_LINES:].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    delimiter = max(b",;\t|", key=before.count)
    fields = [len(next(csv.reader([line.decode("latin-1")], delimiter=chr(delimiter)))) for line in (before, last)]
    return fields[0] != fields[1]


def _workbook(path: Path, largest: int) -> str | None:
    """A workbook opens and has a sheet."""
    if path.read_bytes()[:2] == b"PK" and (problem := _whole_zip(path, largest)):
        return problem
    try:
        with path.open("rb") as stream:
            names = python_calamine.CalamineWorkbook.from_filelike(stream).sheet_names
    except (python_calamine.CalamineError, OSError) as error:
        return f"a damaged workbook ({error})"
    return None if names else "a workbook without sheets"


def _parquet(path: Path, largest: int) -> str | None:
    try:
        pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        return f"a damaged Parquet file ({error})"
    return None


def _sqlite(path: Path, largest: int) -> str | None:
    """A GeoPackage is an SQLite file whose header says how many pages it has."""
    with path.open("rb") as stream:
        head = stream.read(100)
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big")
    size = path.stat().st_size
    expected = (65536 if page == 1 else page) * pages
    return None if size == expected else f"{size:,} of {expected:,} bytes of a GeoPackage"


def _json(judge: Callable) -> Callable[[Path, int], str | None]:
    """A check of a whole JSON answer by ``judge``, which says what is wrong or raises ``Refusal``."""

    def check(path: Path, largest: int) -> str | None:
        try:
            answer = json.loads(path.read_bytes())
        except (ValueError, RecursionError) as error:
            return f"damaged or truncated JSON ({error})"
        try:
            return judge(answer)
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            return f"JSON of another shape ({error!r})"

    return check


def _geojson(answer) -> str | None:
    if answer["type"] != "FeatureCollection" or not answer["features"]:
        return "no collection of features"
    return None


def _world_bank(answer) -> str | None:
    """``[{page, pages, total, ...}, [...]]``; an error is ``[{"message": [...]}]``; ``pages`` 0 is no data."""
    if "message" in answer[0]:
        first = answer[0]["message"][0]
        raise Refusal(f"expected figures, got the service's error {first['id']} ({first['key']} {first['value']})")
    head, rows = answer
    if int(head["pages"]) < 1 or not rows:
        raise Refusal("expected figures, got an answer without data (pages 0)")
    if not 1 <= int(head["page"]) <= int(head["pages"]):
        return f"page {head['page']} of {head['pages']}"
    last = int(head["page"]) == int(head["pages"])
    expected = int(head["total"]) - int(head["per_page"]) * (int(head["page"]) - 1) if last else int(head["per_page"])
    return None if len(rows) == expected else f"{len(rows)} rows on a page of {expected}"


def _world_bank_pages(content: bytes) -> tuple[int, int]:
    head = json.loads(content)[0]
    return int(head["page"]), int(head["pages"])


def _census(answer) -> str | None:
    """An array of arrays of text, the header first."""
    if not isinstance(answer, list) or not all(isinstance(row, list) and len(row) == len(answer[0]) for row in answer):
        return "no table of rows of equal length"
    return None if len(answer) > 1 else "a header without rows"


def _inegi_series(answer) -> str | None:
    """``{"Series": [{"INDICADOR", "OBSERVATIONS": [...]}]}``; an error is a flat array of text."""
    if isinstance(answer, list):
        raise Refusal(f"expected series, got the service's error {' '.join(str(item) for item in answer)[:120]}")
    return None if all(series["OBSERVATIONS"] for series in answer["Series"]) and answer["Series"] else "series without data"


def _denue(answer) -> str | None:
    """``[{"AE", "AG", "Total"}, ...]``; an error is an array of text."""
    if answer and all(isinstance(item, str) for item in answer):
        raise Refusal(f"expected counts, got the service's error {' '.join(answer)[:120]}")
    return None if answer and all({"AE", "AG", "Total"} <= set(row) for row in answer) else "no counts"


def _sidra(answer) -> str | None:
    """An array of objects, the first of which names the columns."""
    if not {"V", "D1C"} <= set(answer[0]) or answer[0]["V"] != "Valor":
        return "no table of SIDRA"
    return None if len(answer) > 1 else "a header without rows"


def _sparql(answer) -> str | None:
    names, rows = answer["head"]["vars"], answer["results"]["bindings"]
    return None if names and rows else "an answer without rows"


def _json_stat(answer) -> str | None:
    """JSON-stat 2.0: ``size`` says how many cells there are, ``value`` holds those that are known."""
    if "error" in answer or "warning" in answer:
        raise Refusal(f"expected a data set, got the service's error {json.dumps(answer)[:120]}")
    cells = 1
    for size in answer["size"]:
        cells *= size
    if not answer["value"]:
        raise Refusal("expected figures, got a data set without values")
    return None if len(answer["id"]) == len(answer["size"]) and len(answer["value"]) <= cells else "no whole data set"


ZIP = (b"PK\x03\x04",)
OBJECT, ARRAY = (b"{",), (b"[",)
FORMS = {
    "zip": Form("a zip file", ZIP, _whole_zip),
    "workbook": Form("a workbook", (*ZIP, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), _workbook),
    "gzip": Form("a gzip file", (b"\x1f\x8b",), _whole_gzip),
    "text": Form("a text file", (), _text),
    "parquet": Form("a Parquet file", (b"PAR1",), _parquet),
    "geopackage": Form("a GeoPackage", (b"SQLite format 3\x00",), _sqlite),
    "geojson": Form("GeoJSON", OBJECT, _json(_geojson)),
    "world_bank_pages": Form("a page of [{page, pages, ...}, [...]]", ARRAY, _json(_world_bank), _world_bank_pages),
    "census_array": Form("an array of arrays, the header first", ARRAY, _json(_census)),
    "inegi_series": Form("an object with Series", (*OBJECT, *ARRAY), _json(_inegi_series)),
    "denue_counts": Form("an array of {AE, AG, Total}", ARRAY, _json(_denue)),
    "sidra_rows": Form("an array of objects, the header first", ARRAY, _json(_sidra)),
    "sparql_results": Form("results of SPARQL", OBJECT, _json(_sparql)),
    "json_stat": Form("a JSON-stat data set", OBJECT, _json(_json_stat)),
}
