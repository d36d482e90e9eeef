"""Counts of the DENUE service: those of 2019 in the shape of its answer."""

import json

import pytest
from prepared import prepare

from pipeline.sources.readers import reader_of

read = reader_of("inegi_denue_counts")

SOURCE, VINTAGE, FILE = "inegi_denue_counts", "2026", "cuantificar_01.json"


@pytest.fixture
def folder(tmp_path):
    return prepare(SOURCE, VINTAGE, tmp_path / VINTAGE)


def change(folder, edit) -> None:
    rows = json.loads((folder / FILE).read_bytes())
    (folder / FILE).write_text(json.dumps(edit(rows) or rows))


def test_reads_two_digit_nodes_only(folder, row_of):
    table = read(folder, VINTAGE)
    assert row_of(table, "establishments_scian_72", "MX-01001", 2026)["obs_value"] == 6_533
    assert table["variable"].str.fullmatch(r"establishments_scian_\d\d").all()
    assert set(table["ref_area"]) == {"MX-01001", "MX-01002"}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda rows: ["ErrorInfo"], ["no array of objects"]),
        (lambda rows: rows[0].update(AG="14001"), ["row 1", "AG", "14001", "is not an area of the state"]),
        (lambda rows: rows[0].update(Total="-4"), ["is not a count"]),
        (lambda rows: rows[0].update(Total="four"), ["is not a number"]),
        (lambda rows: rows.append(dict(rows[0])), ["twice"]),
        (lambda rows: rows[0].update(AE="99"), ["no sector of variables.csv"]),
        (lambda rows: [row for row in rows if len(row["AE"]) > 2], ["no two-digit sector"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, refusal, edit, words):
    change(folder, edit)
    refusal(read, folder, VINTAGE, FILE, *words)
