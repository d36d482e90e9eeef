"""What the tests of the readers share: one row of a table, a refusal, a spoilt file."""

from pathlib import Path

import pytest

from pipeline.foundation.errors import SourceError


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
def refuses_what_is_no_table(refusal):
    """``refuses_what_is_no_table(read, folder, vintage, file)``: a page, a header alone and no file at all are refused."""

    def check(read, folder: Path, vintage: str, file: str) -> None:
        header = (folder / file).read_bytes().splitlines(keepends=True)[0]
        for content, words in ((b"<html>", "web page"), (header, "no rows")):
            (folder / file).write_bytes(content)
            refusal(read, folder, vintage, file, words)
        (folder / file).unlink()
        refusal(read, folder, vintage, file, "missing")

    return check


@pytest.fixture
def replace():
    """``replace(path, old, new)``: puts ``new`` for the first ``old`` in the file, which must hold it."""

    def change(path: Path, old: str, new: str) -> None:
        content = path.read_bytes()
        assert old.encode() in content, f"{path.name} does not hold {old!r}"
        path.write_bytes(content.replace(old.encode(), new.encode(), 1))

    return change
