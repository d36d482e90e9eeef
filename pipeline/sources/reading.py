"""What every reader of a publisher's file needs: checks, numbers, and the observations table.

A reader is a module in ``pipeline/sources`` with ``read(folder, vintage) -> DataFrame`` that returns
``OBSERVATION_COLUMNS``. No knowledge of any one publisher belongs here.
"""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from schemas.catalogue import register

OBSERVATION_COLUMNS = [
    "source_file",  # path below data/raw/<source>/<vintage>/, with "!member" behind it for a zip's member
    "source_row",  # 1-based line (or row of the sheet) in that file
    "ref_area",
    "variable",
    "time_period",  # year
    "obs_value",
    "obs_text",  # for what is not a number: a name, an outline, a class
    "obs_status",  # SDMX CL_OBS_STATUS: A normal, E estimated, I imputed, P provisional, B break, O missing
    "margin_of_error",  # half-width of the 90 % interval where the publisher gives one, in the unit of obs_value
]


def require_files(folder: Path, *names: str) -> list[Path]:
    """The named files of ``folder``; an error names the first that is missing."""
    paths = [Path(folder) / name for name in names]
    for path in paths:
        if not path.is_file():
            raise SourceError(path, "the file is missing", advice=f"put it into {folder.parent.name}/{folder.name}")
    return paths


SINGLE_BYTE = {"latin-1", "cp1252"}  # in which any bytes are text, so that a publisher's change to UTF-8 would go unseen


def read_delimited(
    content: bytes,
    file,
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
    header_row: int = 1,
    lines=None,
    first_name: str = "",
    quoting: bool = True,
) -> pd.DataFrame:
    """A delimited text file as a table of text: one row per line, all lines as long as the header line.

    The row of the file is ``header_row + 1`` plus the position; for some lines of a file, ``lines`` says their rows,
    the header's first. Blank lines are refused except at the end. A header that is one field short lacks ``first_name``.
    """
    rows = delimited_rows(content, file, encoding=encoding, delimiter=delimiter, quoting=quoting)[header_row - 1 :]
    while rows and not rows[-1]:
        rows.pop()
    if len(rows) < 2:
        raise SourceError(file, "holds no rows of figures", row=header_row)
    if first_name and len(rows[0]) == len(rows[1]) - 1:
        rows[0] = [first_name, *rows[0]]
    header = [name.strip() for name in rows[0]]
    for position, row in enumerate(rows):
        if len(row) != len(header):
            problem = f"holds {len(row)} fields where the header has {len(header)}"
            at = file_row(header_row if lines is None else lines, position)
            raise SourceError(file, problem, row=at, value=delimiter.join(row))
    found = _without_empty_end(pd.DataFrame(rows[1:], columns=header, dtype="str"))
    if found.columns.has_duplicates:
        twice = found.columns[found.columns.duplicated()][0]
        raise SourceError(file, "the column stands twice", row=header_row, column=twice)
    return found


def read_headerless(content: bytes, file, columns, **text) -> pd.DataFrame:
    """A delimited text file without a header line as text, a cell for each of ``columns``; ``text`` as of ``delimited_rows``."""
    lines = delimited_rows(content, file, **text)
    if not lines:
        raise SourceError(file, "holds no rows", row=1)
    for number, line in enumerate(lines, 1):
        if len(line) != len(columns):
            problem = f"holds {len(line)} fields, not {len(columns)}"
            raise SourceError(file, problem, row=number, value=text.get("delimiter", ",").join(line))
    return pd.DataFrame(lines, columns=columns, dtype="str")


def _without_empty_end(table: pd.DataFrame) -> pd.DataFrame:
    """The columns up to the last one that has a name or a cell."""
    width = table.shape[1]
    while width > 1 and not table.columns[width - 1] and table.iloc[:, width - 1].eq("").all():
        width -= 1
    return table.iloc[:, :width]


def delimited_rows(content: bytes, file, *, encoding="utf-8-sig", delimiter=",", quoting=True) -> list[list[str]]:
    """The fields of each line of a delimited text file, title lines and footnotes included; blanks delimit as one.

    Without quoting a quotation mark is a letter, so that only the end of the last line tells whether the file is whole.
    """
    if content.lstrip()[:1] == b"<":
        raise SourceError(file, "holds a web page, not a table", row=1, value=content.lstrip()[:40].decode("latin-1"))
    if not quoting and not content.endswith(b"\n"):
        raise SourceError(file, "is empty or ends within a line: it is truncated", row=content.count(b"\n") + 1)
    try:
        text = content.decode("utf-8-sig" if encoding in SINGLE_BYTE and _is_unicode(content) else encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        value = content[error.start : error.start + 20]
        raise SourceError(file, f"is not {encoding} text", row=row, value=value) from error
    quotes = csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE
    blanks = delimiter == " "
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quotes, strict=True, skipinitialspace=blanks)
    try:
        return list(lines)
    except csv.Error as error:
        raise SourceError(file, f"is not a delimited text file ({error})", row=lines.line_num) from error


def _is_unicode(content: bytes) -> bool:
    """Whether letters beyond ASCII are UTF-8: hardly any text of another encoding happens to be that."""
    try:
        return not content.decode("utf-8-sig").isascii()
    except UnicodeDecodeError:
        return False


def file_row(first_row, position: int) -> int:
    """The file's row of a position: ``first_row`` is the row of the first position, or one row per position."""
    if not np.ndim(first_row):
        return first_row + position
    return int(np.asarray(first_row)[min(position, len(first_row) - 1)])


CELL = "correct or quarantine the cell"


def refuse_cells(bad: pd.Series, text: pd.Series, file, problem: str, first_row=2, advice: str = CELL) -> None:
    """Refuse the first cell of ``text`` where ``bad`` is true, with its row, column and value."""
    if bad.any():
        position = int(np.flatnonzero(bad)[0])
        raise SourceError(
            file,
            problem,
            row=file_row(first_row, position),
            column=text.name,
            value=text.iloc[position],
            advice=advice,
        )


def require_counts(values: pd.Series, file, first_row) -> None:
    """Refuse a negative or broken number where the publisher counts; missing values pass."""
    bad = (values < 0) | (values.notna() & (values % 1 != 0))
    refuse_cells(bad, values, file, "is not a count", first_row)


def require_part(part: pd.Series, whole: pd.Series, file, first_row) -> None:
    """Refuse a part that is larger than its whole; missing values pass."""
    bad = part > whole
    if bad.any():
        refuse_cells(bad, part, file, f"is more than {whole.name}, {whole[bad].iloc[0]:,.10g}", first_row)


def require_columns(frame: pd.DataFrame, columns, file, row: int = 1) -> None:
    """Refuse a file that lacks a column that the reader knows."""
    for column in columns:
        if column not in frame.columns:
            raise SourceError(
                file, "the column is missing", row=row, column=column, advice="this layout is not the one known here"
            )


def require_total(file, what: str, found: float, published: float, tolerance: float = 0) -> None:
    """Refuse figures that do not add up to the publisher's own total."""
    if not abs(found - published) <= tolerance:
        raise SourceError(file, f"{what} adds up to {found:,.10g}, the published total is {published:,.10g}")


def require_unique(frame: pd.DataFrame, keys: list[str], file, first_row: int) -> None:
    """Refuse a key that stands twice; ``first_row`` is the file's row of the frame's first row."""
    twice = frame.duplicated(keys)
    if twice.any():
        position = int(np.flatnonzero(twice)[0])
        value = ", ".join(str(item) for item in frame.iloc[position][keys])
        raise SourceError(file, "the key stands twice", row=first_row + position, column=", ".join(keys), value=value)


def to_numbers(text: pd.Series, file, first_row: int, *, missing=(), masked=(), thousands="", decimal=".") -> pd.DataFrame:
    """Numbers from published text: columns ``obs_value`` and ``obs_status``, same index.

    Cells in ``missing`` (and empty ones) are missing; cells in ``masked`` are missing because the publisher hides
    them, which is the same status O; anything else that is not a number raises ``SourceError`` with its row.
    """
    cells = text.astype("string").str.strip().fillna("")
    absent = cells.isin(["", *missing, *masked])
    plain = cells.str.replace(thousands, "", regex=False) if thousands else cells
    plain = plain.str.replace(decimal, ".", regex=False) if decimal != "." else plain
    values = pd.to_numeric(plain.mask(absent), errors="coerce").astype("float64")
    bad = (values.isna() & ~absent) | np.isinf(values)
    refuse_cells(bad, cells, file, "is not a number", first_row)
    return pd.DataFrame({"obs_value": values, "obs_status": np.where(absent, "O", "A")}, index=text.index)


def variables_of(source: str) -> pd.DataFrame:
    """The rows of ``variables.csv`` that belong to a source."""
    rows = register("variables")
    return rows[rows["source"] == source]


def stack(values: pd.DataFrame, areas: pd.Series, file: str, rows, time_period, estimated=()) -> pd.DataFrame:
    """Rows for ``observations`` from computed numbers: one column per variable, one row per area.

    A missing number has status O; the variables in ``estimated`` have status E.
    """
    parts = []
    for name, numbers in values.items():
        status = np.where(numbers.isna(), "O", "E" if name in estimated else "A")
        parts.append(
            pd.DataFrame(
                {
                    "source_file": file,
                    "source_row": rows,
                    "ref_area": areas,
                    "variable": name,
                    "time_period": time_period,
                    "obs_value": numbers,
                    "obs_status": status,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


AREA = r"[A-Z][A-Za-z0-9._-]{1,39}"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
LARGEST_FIGURE = 1e17  # the largest that any publisher here counts is a country's product in its currency


def _refuse_impossible(table: pd.DataFrame) -> None:
    """What no reader may let through: an area that is no code, letters that nobody can see, a figure beyond all counts."""
    faults = {
        "ref_area": (~table["ref_area"].str.fullmatch(AREA).fillna(False).astype(bool), "is not a code of an area"),
        "obs_text": (table["obs_text"].str.contains(CONTROL).fillna(False).astype(bool), "holds control characters"),
        "obs_value": (table["obs_value"].abs() > LARGEST_FIGURE, "is too large for a figure"),
    }
    for column, (bad, problem) in faults.items():
        if bad.any():
            row = table[bad].iloc[0]
            place = {"row": row["source_row"], "column": f"{column} of {row['variable']}"}
            raise SourceError(row["source_file"], problem, value=repr(row[column])[1:-1][:80], **place)


def observations(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """One observations table from its parts: columns completed, typed and in a fixed order of rows."""
    table = pd.concat(parts, ignore_index=True).reindex(columns=OBSERVATION_COLUMNS)
    for name in ("source_file", "ref_area", "variable", "obs_text", "obs_status"):
        table[name] = table[name].astype("string")
    table["obs_status"] = table["obs_status"].fillna("A")
    for name in ("source_row", "time_period"):
        table[name] = table[name].astype("int32")
    for name in ("obs_value", "margin_of_error"):
        table[name] = table[name].astype("float64")
    _refuse_impossible(table)
    keys = ["variable", "time_period", "ref_area"]
    table = table.sort_values(["source_file", *keys], kind="stable", ignore_index=True)
    require_unique(table, keys, table["source_file"].iloc[0] if len(table) else "", 1)
    return table
