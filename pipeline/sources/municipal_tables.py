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
from pipeline.sources.reading import read_delimited, require_columns, require_unique, to_numbers

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
    areas = area_codes(codes, file, first_row)
    require_unique(pd.DataFrame({codes.name: areas}), [codes.name], file, first_row)
    return areas


def area_codes(codes: pd.Series, file, first_row: int, digits: int = 5) -> pd.Series:
    """``MX-`` and the code, which must have that many digits and begin with one of the 32 states."""
    text = codes.astype("string").str.strip().fillna("")
    state = pd.to_numeric(text.str[:2].where(text.str.fullmatch(rf"\d{{{digits}}}")), errors="coerce")
    bad = ~state.between(1, STATES).fillna(False)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise SourceError(
            file,
            f"is not an area code of {digits} digits",
            row=first_row + row,
            column=codes.name,
            value=text.iloc[row],
        )
    return "MX-" + text


def numbers(frame: pd.DataFrame, columns, file, first_row: int) -> pd.DataFrame:
    """The columns as numbers, missing cells as NaN."""
    return pd.DataFrame({name: to_numbers(frame[name], file, first_row)["obs_value"] for name in columns})


def require_within(values: pd.DataFrame, file, first_row: int, low: float = 0, high: float = np.inf) -> None:
    """Refuse a number outside [low, high]."""
    for name in values.columns:
        bad = (values[name] < low) | (values[name] > high)
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            problem = f"is below {low:g}" if high == np.inf else f"lies outside {low:g} to {high:g}"
            raise SourceError(
                file,
                problem,
                row=first_row + row,
                column=name,
                value=values[name].iloc[row],
                advice="correct or quarantine the cell",
            )


def require_equal(found: pd.Series, published: pd.Series, file, first_row: int, tolerance: float = 0) -> None:
    """Refuse a row whose parts do not give the figure printed beside them; missing cells are not compared."""
    bad = (found - published).abs() > tolerance
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise SourceError(
            file,
            f"does not agree with its parts, which give {found.iloc[row]:,.10g}",
            row=first_row + row,
            column=published.name,
            value=published.iloc[row],
            advice="correct or quarantine the row",
        )


def require_among(text: pd.Series, allowed, file, first_row: int) -> None:
    """Refuse a word that is not one of the known ones."""
    bad = ~text.isin(list(allowed))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise SourceError(
            file,
            f"is none of {', '.join(map(str, allowed))}",
            row=first_row + row,
            column=text.name,
            value=text.iloc[row],
        )


def _refuse_page(content: bytes, path: Path) -> None:
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise SourceError(path, "is a web page, not data", value=content[:40].decode("latin-1"))
