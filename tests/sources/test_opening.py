"""What a specification may say of a file's header and lines: names, repeated columns, lines that are skipped."""

import json

import pytest
from prepared import workbook

from pipeline.foundation.errors import SourceError
from pipeline.sources import plain_tables
from pipeline.sources.opening import open_files
from pipeline.sources.specifications import Table


@pytest.fixture
def opened(tmp_path):
    """``opened(text, keys)``: the text as the one file of a table with these keys."""

    def make(text: str, name: str = "a.csv", **keys):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (found,) = open_files(Table(file=name, **keys), tmp_path)
        return found

    return make


@pytest.mark.parametrize("text", [",b\n1,2\n", "b\n1,2\n", "place,b\n1,2\n"])
def test_the_first_column_gets_a_name_if_it_has_none(opened, text):
    assert list(opened(text, first_name="place").cells.columns) == ["place", "b"]


def test_columns_are_called_otherwise_and_end_where_one_stands_twice(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(workbook({"S": [["", 2019.0, 2020.0, 2020.0], ["x", 1.0, 2.0, 3.0]]}))
    keys = {"file": "a.xlsx", "sheet": "S", "first_name": "place", "names": {r"(\d{4})": r"v \1"}}
    (found,) = open_files(Table(**keys, until_repeated=True), tmp_path)
    assert found.cells.to_dict("records") == [{"place": "x", "v 2019": "1.0", "v 2020": "2.0"}]
    with pytest.raises(SourceError, match="v 2020"):
        open_files(Table(**keys), tmp_path)


def test_lines_are_skipped_and_the_others_keep_their_rows(opened):
    found = opened("id|n\n010US|1\n050US1|2\n010US|3\n050US2|4\n", delimiter="|", skip_lines="010")
    assert found.cells["n"].to_list() == ["2", "4"] and found.rows.tolist() == [3, 5]
    with pytest.raises(SourceError, match="row 5"):
        opened("id|n\n010US|1\n050US1|2\n010US|3\n050US2|4|5\n", delimiter="|", skip_lines="010")


def test_unnamed_empty_columns_at_the_end_are_nothing(opened):
    assert list(opened("a,b,,\n1,2,,\n").cells.columns) == ["a", "b"]
    with pytest.raises(SourceError, match="twice"):
        opened("a,b,,\n1,2,,3\n", names={"": "c"})


def test_an_array_of_arrays_has_its_header_first(opened):
    found = opened(json.dumps([["a", "b"], ["1", None]]), "a.json")
    assert found.cells.to_dict("records") == [{"a": "1", "b": ""}] and found.rows.tolist() == [2]
    with pytest.raises(SourceError, match="no array"):
        opened(json.dumps([["a", "b"], ["1"]]), "a.json")


@pytest.mark.parametrize(("text", "repaired"), [("DoÃ±a", "Doña"), ("Doña", "Doña"), ("Hawaiʻi", "Hawaiʻi"), ("", "")])
def test_a_text_that_was_encoded_twice_is_repaired(text, repaired):
    connection = plain_tables._connect("us_bea_gdp")
    assert connection.execute("select decoded_again(?)", [text]).fetchone()[0] == repaired
