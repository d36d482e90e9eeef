"""Folders for readers to read: copies of the fixtures that a test may spoil, and the real files if at hand."""

import hashlib
import json
import shutil
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from pipeline.reading import SourceError
from schemas.catalogue import register


@cache
def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _find(raw: Path, file: str, sha256: str) -> Path:
    """The file below ``raw`` with that hash; files of the same name are looked at first."""
    files = sorted((path for path in raw.rglob("*") if path.is_file()), key=lambda path: path.name != Path(file).name)
    return next(path for path in files if _sha256(path) == sha256)


@pytest.fixture
def real_folder(shared, tmp_path):
    """``real_folder(source, vintage)``: a folder of links to the real files that source_files.csv lists."""

    def make(source: str, vintage: str) -> Path:
        folder = tmp_path / source / vintage
        files = register("source_files")
        rows = files[(files["source"] == source) & (files["vintage"] == vintage)]
        for row in rows.itertuples():
            target = folder / row.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(_find(shared / "raw", row.file, row.sha256))
        return folder

    return make


def save_workbook(path: Path, sheets: dict[str, list[list]]) -> None:
    """A workbook with these rows; an empty text is an empty cell."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells, 1):
                if cell != "":
                    sheet.cell(row, column, cell)
    workbook.save(path)


@pytest.fixture
def fixture_folder(fixtures, tmp_path):
    """``fixture_folder(source, vintage)``: a copy of a fixture; ``<file>.json`` becomes the workbook ``<file>``.

    ``spoil`` maps the name of a workbook to a function that changes its sheets before it is saved.
    """

    def make(source: str, vintage: str, spoil: dict | None = None) -> Path:
        folder = tmp_path / source / vintage
        shutil.copytree(fixtures / source / vintage, folder)
        for text in folder.glob("*.xls*.json"):
            sheets = json.loads(text.read_text(encoding="utf-8"))
            (spoil or {}).get(text.stem, lambda _: None)(sheets)
            save_workbook(text.with_suffix(""), sheets)
            text.unlink()
        return folder

    return make


@pytest.fixture
def row_of():
    """``row_of(table, variable, ref_area, time_period)``: the one observation with that key."""

    def find(table, variable: str, ref_area: str, time_period: int):
        keys = (table["variable"] == variable) & (table["ref_area"] == ref_area) & (table["time_period"] == time_period)
        assert keys.sum() == 1, f"{keys.sum()} rows of {variable} {ref_area} {time_period}"
        return table[keys].iloc[0]

    return find


@pytest.fixture
def refusal():
    """``refusal(read, folder, vintage, *words)``: it refuses with a SourceError that says all the words."""

    def check(read, folder: Path, vintage: str, *words: str) -> None:
        with pytest.raises(SourceError) as error:
            read(folder, vintage)
        missing = [word for word in words if word not in str(error.value)]
        assert not missing, f"{error.value} does not say {missing}"

    return check


@pytest.fixture
def replace():
    """``replace(path, old, new)``: puts ``new`` for the first ``old`` in the file, which must hold it."""

    def change(path: Path, old: str, new: str) -> None:
        content = path.read_bytes()
        assert old.encode() in content, f"{path.name} does not hold {old!r}"
        path.write_bytes(content.replace(old.encode(), new.encode(), 1))

    return change
