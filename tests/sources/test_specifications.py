"""Every specification of a plain table, by the fixture of its source: it reads, and it refuses what is spoilt.

The cells are spoilt between the file and the specification, so that one test does for every form of file.
"""

import random
import re
from collections.abc import Iterator
from functools import cache, partial
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from prepared import fixture_of, prepare

from pipeline.foundation.errors import SourceError
from pipeline.sources import laid_out, plain_tables, specifications
from pipeline.sources.laid_out import checked, columns_of
from pipeline.sources.opening import open_files
from pipeline.sources.readers import FOLDER, reader_of
from pipeline.sources.reading import OBSERVATION_COLUMNS, variables_of
from schemas.catalogue import register

SPOILT = ["1e12", "-7", "0.5", "junk", "", "0", "101", "00", "-1e9", "1", "99999", "Z", "total"]
PATHS = {path.stem: path for path in sorted(FOLDER.rglob("*.toml"))}


def _cases() -> list[tuple[str, str]]:
    """Reader and vintage of every specification that has a fixture."""
    rows = register("sources").itertuples()
    return [(row.reader, row.vintage) for row in rows if row.reader in PATHS and fixture_of(row.source, row.vintage).is_dir()]


CASES = _cases()


@cache
def source_of(reader: str) -> str:
    return plain_tables._source_of(reader)


@pytest.fixture
def folder(request, tmp_path) -> Path:
    reader, vintage = request.getfixturevalue("reader"), request.getfixturevalue("vintage")
    return prepare(source_of(reader), vintage, tmp_path / vintage)


@pytest.fixture
def spoilt(monkeypatch, folder, reader, vintage):
    """``spoilt(table, change)``: what is read, or the refusal, if ``change(opened)`` changes the table's first file."""

    def read(table: str, change):
        def opened(wanted, place):
            files = open_files(wanted, place)
            return [change(files[0]), *files[1:]] if wanted.name == table else files

        with monkeypatch.context() as patch:
            patch.setattr(plain_tables, "open_files", opened)
            try:
                return reader_of(reader)(folder, vintage)
            except SourceError as error:
                return error

    return read


def test_every_specification_has_a_fixture():
    assert {reader for reader, _ in CASES} == set(PATHS)


def there(reader: str, vintage: str, folder: Path) -> list[specifications.Table]:
    """The tables that are read from files of this folder."""
    chosen = plain_tables._chosen(specifications.load(PATHS[reader], vintage).table, folder)
    return [table for table in chosen if table.file]


def put(column: str, row: int, value: str, opened):
    cells = opened.cells.copy()
    cells.iloc[row, cells.columns.get_loc(column)] = value
    return opened._replace(cells=cells)


def alone(row: int, opened):
    """The file with this row only."""
    return opened._replace(cells=opened.cells.iloc[[row]].reset_index(drop=True), rows=opened.rows[[row]])


def needed(table: specifications.Table, opened, mentioned: set[str]) -> list[str]:
    """The columns of the file that a table's formulas mention, each year's own if they stand side by side."""
    pattern = table.wide.pattern if table.wide else "(?P<column>(?!))"
    names = {name: (match["column"] if (match := re.fullmatch(pattern, name)) else name) for name in opened.cells.columns}
    found = [name for name, column in names.items() if name and column in mentioned]
    if not table.wide or not table.wide.latest:
        return found
    latest = sorted(year for name in found if (year := laid_out._year(table, name)))[-table.wide.latest :]
    return [name for name in found if laid_out._year(table, name) in ["", *latest]]


def a_sample(columns: list[str]) -> list[str]:
    """All of them, or forty of a hundred that are alike."""
    return columns[:: 1 + len(columns) // 40]


def readings_of(reader: str, table: specifications.Table, folder: Path, vintage: str) -> list[specifications.Long]:
    wanted = specifications.load(PATHS[reader], vintage)
    chosen = plain_tables._chosen(wanted.table, folder)
    return plain_tables._readings(wanted, chosen, source_of(reader), PATHS[reader])[table.name]


@pytest.mark.parametrize(("reader", "vintage"), CASES)
def test_it_reads_every_variable_of_its_source(folder, reader, vintage):
    wanted = specifications.load(PATHS[reader], vintage)
    found = reader_of(reader)(folder, vintage)
    assert list(found.columns) == OBSERVATION_COLUMNS
    known = set(variables_of(source_of(reader))["variable"]) - set(wanted.not_read)
    by_code = any(table.long for table in wanted.table)  # a fixture need not have a row of every code
    assert set(found["variable"]) <= known if by_code else set(found["variable"]) == known
    assert not found.duplicated(["variable", "time_period", "ref_area"]).any()
    assert found["source_row"].ge(1).all()
    nothing = found["obs_value"].isna() & found["obs_text"].isna()
    assert found["obs_status"].eq("O").eq(nothing).all()


@pytest.mark.parametrize(("reader", "vintage"), CASES)
def test_it_refuses_a_removed_column(folder, spoilt, reader, vintage):
    for table in there(reader, vintage, folder):
        opened = open_files(table, folder)[0]
        columns = needed(table, opened, set(laid_out.columns_needed(table, readings_of(reader, table, folder, vintage))))
        assert columns or table.header
        if table.wide and table.wide.latest:  # the table grows: without its oldest or newest year it is another of its kind
            years = sorted(column for column in columns if laid_out._year(table, column))
            columns = [column for column in columns if column not in (years[0], years[-1])]
        for column in a_sample(columns):
            error = spoilt(table.name, lambda found, column=column: found._replace(cells=found.cells.drop(columns=column)))
            assert isinstance(error, SourceError) and column in str(error), f"{table.name} without {column}: {error}"


@pytest.mark.parametrize(("reader", "vintage"), CASES)
def test_it_refuses_junk_in_every_column_of_numbers(folder, spoilt, reader, vintage):
    for table in there(reader, vintage, folder):
        opened = open_files(table, folder)[0]
        numeric = set(laid_out.number_columns(table, readings_of(reader, table, folder, vintage)))
        for column in a_sample(needed(table, opened, numeric)):
            error = spoilt(table.name, partial(put, column, 0, "junk"))
            assert all(word in str(error) for word in (f"row {opened.rows[0]}, column {column}", "not a number")), str(error)


@pytest.mark.parametrize(("reader", "vintage"), CASES)
def test_every_check_can_fail(folder, spoilt, reader, vintage):
    """Some value in some cell that the check is about makes it refuse, and its message says what is wrong."""
    for table in there(reader, vintage, folder):
        opened = open_files(table, folder)[0]
        numeric = set(laid_out.number_columns(table, readings_of(reader, table, folder, vintage)))

        @cache
        def refusal(column, row, value, table=table):
            return spoilt(table.name, partial(put, column, row, value) if column else partial(alone, row))

        for check in table.check:
            cells = _spoilt(table, check, opened, numeric)
            assert any(_refused_by(check, refusal(*cell)) for cell in cells), f"{table.name}: {check}"


def _spoilt(table, check, opened, numeric) -> Iterator[tuple[str, int, str]]:
    """Cells of the columns that the check is about with what may stand there instead, the likeliest to be refused first;
    without a column: the row alone."""
    texts = [*filter(None, [check.rule]), *checked(check), *filter(None, [check.part_of, check.equals])]
    mentioned = {name for text in texts for name in columns_of(text)}
    columns = needed(table, opened, mentioned)
    figures = set(needed(table, opened, mentioned & numeric))
    rows = range(min(len(opened.cells), 6))
    rows = sorted(rows, key=lambda row: sum(opened.cells[columns].iloc[row] == ""))
    if "over (" in check.rule:
        yield from (("", row, "") for row in rows)
    for row, values in product(rows, (_likely(check), None)):
        for column in columns:
            cell = opened.cells[column].iloc[row]
            another = next((other for other in opened.cells[column] if other not in ("", cell)), "")
            wanted = _spoilt_cells(cell, another)
            wanted = wanted if values is None else [*values, *wanted[:6]]
            yield from (
                (column, row, value) for value in wanted if column not in figures or value == "" or _number(value) is not None
            )
        yield "", row, ""


def _likely(check: specifications.Check) -> list[str]:
    """Values that this kind of check hardly lets through."""
    if check.counts:
        return ["0.5"]
    if check.low is not None or check.high is not None:
        return ["-1e9" if check.high is None else "1e12", "-7"]
    if check.among or check.pattern:
        return ["Z"]
    return ["1e12", "0"] if check.part_of else []


def _refused_by(check: specifications.Check, error) -> bool:
    return isinstance(error, SourceError) and _said(check) in str(error)


def _spoilt_cells(cell: str, another: str) -> list[str]:
    """What may stand in a cell instead of what stands there."""
    number = _number(cell) or 0.0
    return [
        str(number + 1),
        str(number + 0.001),
        another,
        *SPOILT,
        str(number * 3 + 1),
        str(number / 3),
        str(-number),
        "".join(reversed(cell)),
    ]


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _said(check: specifications.Check) -> str:
    """What the message of this check says and no other's."""
    if check.problem:
        return check.problem.split("{")[0].replace('"', "")
    if check.counts:
        return "is not a count"
    if check.among:
        return "is none of"
    if check.pattern:
        return "is not as expected"
    if check.part_of:
        return "is more than"
    if check.equals:
        return "does not agree with its parts"
    return "is below" if check.high is None else "is above" if check.low is None else "lies outside"


@pytest.mark.parametrize(("reader", "vintage"), CASES)
def test_it_refuses_a_row_that_stands_twice(folder, spoilt, reader, vintage):
    for table in there(reader, vintage, folder):
        if table.area and not table.long and not table.leave_out:
            opened = open_files(table, folder)[0]
            twice = np.array([0, *range(len(opened.cells))])  # not behind footnotes
            rows = np.append(opened.rows, opened.rows[-1] + 1)
            error = spoilt(
                table.name,
                lambda found, twice=twice, rows=rows: found._replace(
                    cells=found.cells.iloc[twice].reset_index(drop=True), rows=rows
                ),
            )
            assert isinstance(error, SourceError), table.name


@pytest.mark.parametrize(("reader", "vintage"), CASES)
def test_it_refuses_a_page_half_a_file_and_no_file(folder, reader, vintage):
    read = reader_of(reader)
    names = sorted({path.name for table in there(reader, vintage, folder) for path in folder.glob(table.file)})
    for name in names:
        path = folder / name
        content = path.read_bytes()
        for spoiled in (b"<!DOCTYPE html><html><body>Aviso</body></html>", b"", content[: random.Random(name).randrange(1, 9)]):
            path.write_bytes(spoiled)
            with pytest.raises(SourceError):
                read(folder, vintage)
        path.write_bytes(content)
    path.unlink()
    with pytest.raises(SourceError):
        read(folder, vintage)


GOOD = 'about = "a"\n[[table]]\nfile = "a.csv"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("about = ", ["is no TOML"]),
        ("[[table]]\nfile = 'a'\n", ["about", "missing"]),
        ("about = 'a'\n", ["table", "has no table"]),
        (GOOD + "colour = 1\n", ["table[1].colour", "no key"]),
        (GOOD + "header_row = 'x'\n", ["header_row", "is not int"]),
        (GOOD + "query = 'select 1'\n", ["a file or a query"]),
        (GOOD + "[table.area]\nprefix = 'MX-'\n", ["area.code", "missing"]),
        (GOOD + "[[table.check]]\nlow = 0\ncounts = ['a']\n", ["not one check"]),
        (GOOD + "[[table]]\nfile = 'b.csv'\n", ["same name"]),
    ],
)
def test_a_wrong_specification_says_which_key(tmp_path, text, words):
    path = tmp_path / "some.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as error:
        specifications.load(path, "2020")
    assert all(word in str(error.value) for word in ["some.toml", *words]), str(error.value)
