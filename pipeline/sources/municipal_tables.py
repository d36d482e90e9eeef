"""Opening and checking the tables that hold one row per Mexican municipality or state.

Here stand the checks that several Mexican readers share: a file that is no table, area codes, values out of range,
figures that disagree with their parts. What a column means belongs to the reader of its product.
"""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import python_calamine

from pipeline.foundation.containers import members
from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import read_delimited, refuse_cells, require_columns, require_unique, to_numbers

STATES = 32


def open_csv(path: Path, columns) -> pd.DataFrame:
    """A comma-separated UTF-8 file as text, one row per line behind the header; it must have ``columns``."""
    frame = read_delimited(path.read_bytes(), path)
    require_columns(frame, columns, path)
    return frame


def open_parquet(path: Path, columns) -> pd.DataFrame:
    """A Parquet table; it must have ``columns``."""
    _refuse_page(path.read_bytes()[:64], path)
    try:
        frame = pd.read_parquet(path)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(path, "cannot be read as Parquet", value=error) from error
    require_columns(frame, columns, path)
    if frame.empty:
        raise SourceError(path, "holds no rows", row=1)
    return frame


def open_sheet(path: Path, sheet: str) -> list[list]:
    """The rows of one sheet of a workbook (.xls or .xlsx, told by its content), empty cells as ''."""
    content = path.read_bytes()
    _refuse_page(content, path)
    if zipfile.is_zipfile(path):
        members(path)  # refuses what unpacks to more than any workbook holds
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        if sheet not in workbook.sheet_names:
            raise SourceError(path, "the sheet is missing", value=sheet, advice="this layout is not the one known here")
        return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError) as error:
        raise SourceError(path, "cannot be read as a workbook", value=error) from error


def municipality_areas(codes: pd.Series, file, first_row: int) -> pd.Series:
    """``MX-`` and the five digits of INEGI's municipality code; refuses anything else and a code that stands twice."""
    text = codes.astype("string").str.strip().fillna("")
    state = pd.to_numeric(text.str[:2].where(text.str.fullmatch(r"\d{5}")), errors="coerce")
    bad = ~state.between(1, STATES).fillna(False)
    refuse_cells(bad, text, file, "is not an area code of 5 digits", first_row, advice="download the file again")
    areas = "MX-" + text
    require_unique(pd.DataFrame({codes.name: areas}), [codes.name], file, first_row)
    return areas


def numbers(frame: pd.DataFrame, columns, file, first_row: int) -> pd.DataFrame:
    """The columns as numbers, missing cells as NaN."""
    return pd.DataFrame({name: to_numbers(frame[name], file, first_row)["obs_value"] for name in columns})


def require_within(values: pd.DataFrame, file, first_row: int, low: float = 0, high: float = np.inf) -> None:
    """Refuse a number outside [low, high]."""
    for name in values.columns:
        problem = f"is below {low:g}" if high == np.inf else f"lies outside {low:g} to {high:g}"
        refuse_cells((values[name] < low) | (values[name] > high), values[name], file, problem, first_row)


def require_equal(found: pd.Series, published: pd.Series, file, first_row: int, tolerance: float = 0) -> None:
    """Refuse a row whose parts do not give the figure printed beside them; missing cells are not compared."""
    bad = (found - published).abs() > tolerance
    if bad.any():
        problem = f"does not agree with its parts, which give {found[bad].iloc[0]:,.10g}"
        refuse_cells(bad, published, file, problem, first_row, advice="correct or quarantine the row")


def require_among(text: pd.Series, allowed, file, first_row: int) -> None:
    """Refuse a word that is not one of the known ones."""
    refuse_cells(~text.isin(list(allowed)), text, file, f"is none of {', '.join(map(str, allowed))}", first_row)


def _refuse_page(content: bytes, path: Path) -> None:
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise SourceError(path, "is a web page, not data", value=content[:40].decode("latin-1"))
