"""INEGI's bank of indicators: published populations in the shape of the service's answer."""

import json

import pytest
from prepared import prepare

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "inegi_indicators", "2026"
read = reader_of("inegi_indicators")


@pytest.fixture
def folder(tmp_path):
    return prepare(SOURCE, VINTAGE, tmp_path / VINTAGE)


def change(folder, edit, file: str = "population_14.json") -> None:
    answer = json.loads((folder / file).read_bytes())
    (folder / file).write_text(json.dumps(edit(answer) or answer))


def test_reads_the_nation_and_the_states(folder, row_of):
    table = read(folder, VINTAGE)
    assert row_of(table, "population", "MEX", 2020)["obs_value"] == 126_014_024
    assert row_of(table, "population", "MX-14", 2020)["obs_value"] == 8_348_151
    assert table["ref_area"].nunique() == 33


def test_an_empty_value_is_missing(folder, row_of):
    change(folder, lambda answer: answer["Series"][0]["OBSERVATIONS"][0].update(OBS_VALUE=""))
    assert row_of(read(folder, VINTAGE), "population", "MX-14", 1990)["obs_status"] == "O"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda a: ["ErrorInfo:No se encontraron resultados"], ["is no array of objects", "No se encontraron"]),
        (lambda a: a["Series"][0].update(INDICADOR="1"), ["is no indicator of variables.csv"]),
        (lambda a: a["Series"].append(a["Series"][0]), ["number of series", "population_14.json adds up to 2"]),
        (lambda a: a["Series"][0]["OBSERVATIONS"][0].update(OBS_VALUE="x"), ["is not a number"]),
        (lambda a: a["Series"][0]["OBSERVATIONS"][0].update(TIME_PERIOD="2020"), ["the area stands twice"]),
        (lambda a: a["Series"][0]["OBSERVATIONS"][-1].update(OBS_VALUE="5"), ["adds up to"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, refusal, edit, words):
    change(folder, edit)
    refusal(read, folder, VINTAGE, *words)
