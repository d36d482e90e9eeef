"""Twinned places from Wikidata: real pairs in the shape of the service's answer."""

import json

import pytest
from prepared import prepare

from pipeline.sources.readers import reader_of

read = reader_of("wikidata_twins")
FILE = "wikidata_p190_mexico.json"

SOURCE, VINTAGE = "wikidata_twins", "2026"


@pytest.fixture
def folder(tmp_path):
    return prepare(SOURCE, VINTAGE, tmp_path / VINTAGE)


def change(folder, edit) -> None:
    answer = json.loads((folder / FILE).read_bytes())
    edit(answer["results"]["bindings"])
    (folder / FILE).write_text(json.dumps(answer))


def test_reads_places_and_their_twins(folder, row_of):
    table = read(folder, VINTAGE)
    assert row_of(table, "twins", "WD-Q9022", 2026)["obs_text"] == "WD-Q8717;WD-Q975"
    assert row_of(table, "country", "WD-Q975", 2026)["obs_text"] == "USA"
    assert row_of(table, "name", "WD-Q8717", 2026)["obs_text"] == "Seville"
    assert row_of(table, "latitude", "WD-Q1489", 2026)["obs_value"] == pytest.approx(19.43333)
    assert (table["variable"] == "twins").sum() == 3


def test_a_second_coordinate_and_a_twin_of_itself_do_not_count(folder, row_of):
    def edit(rows):
        rows.append({**rows[0], "lat": {"type": "literal", "value": "1.5"}})
        rows.append({**rows[0], "other": rows[0]["item"], "otherIso": rows[0]["iso"]})

    before = read(folder, VINTAGE)
    change(folder, edit)
    after = read(folder, VINTAGE)
    assert len(after) == len(before)
    assert row_of(after, "twins", "WD-Q9022", 2026)["obs_text"] == "WD-Q8717;WD-Q975"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda rows: rows[0].pop("otherIso"), ["row 1", "otherIso", "is missing"]),
        (lambda rows: rows[0].update(item={"value": "Q9022"}), ["row 1", "no item of Wikidata"]),
        (lambda rows: rows[0].update(lat={"value": "91"}), ["not a coordinate"]),
        (lambda rows: rows[0].update(otherIso={"value": "XYZ"}), ["XYZ", "countries.csv"]),
        (lambda rows: rows.clear(), ["holds no rows"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, refusal, edit, words):
    change(folder, edit)
    refusal(read, folder, VINTAGE, FILE, *words)
