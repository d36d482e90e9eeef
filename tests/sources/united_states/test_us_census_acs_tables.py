"""Detailed tables of the American Community Survey: the summary files and the keyed service.

The layout is the Bureau's; the figures of the two metropolitan areas are those of 2016 to 2020, the parts of B15003 are
made up so that they give the published sum.
"""

import json

import pytest
from prepared import prepare
from standins import bodies

from pipeline.retrieval import addresses
from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "us_census_acs_tables", "2024"
read = reader_of(SOURCE)
SERVICE = "metropolitan statistical area/micropolitan statistical area"


@pytest.fixture
def folder(tmp_path):
    return prepare(SOURCE, VINTAGE, tmp_path / VINTAGE)


@pytest.fixture
def answer(tmp_path):
    (job,) = addresses.wanted([SOURCE], alternative=True)
    path = tmp_path / "keyed" / VINTAGE / "acs5_profile_2024.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(bodies.body_of(job))
    return path


def test_reads_metropolitan_areas_and_counties(folder, row_of):
    table = read(folder, VINTAGE)
    houston = row_of(table, "population_foreign_born", "US-CBSA-26420", 2024)
    assert (houston["obs_value"], houston["margin_of_error"], houston["source_row"]) == (1_623_239, 13_513, 3)
    assert row_of(table, "unemployed", "US-CBSA-26420", 2024)["obs_value"] == 209_253
    tertiary = row_of(table, "adults_tertiary", "US-CBSA-26420", 2024)
    assert (tertiary["obs_value"], tertiary["obs_status"]) == (1_508_624, "E") and tertiary["margin_of_error"] != 0
    assert set(table["ref_area"]) == {"US-CBSA-26420", "US-CBSA-12420", "US-48201"}


def test_an_annotation_is_missing_and_no_margin(folder, row_of):
    income = row_of(read(folder, VINTAGE), "income_household_median", "US-48201", 2024)
    assert income["obs_status"] == "O" and income["obs_value"] != income["obs_value"]
    assert income["margin_of_error"] != income["margin_of_error"]


def test_the_keyed_service_gives_the_same_figures(answer, folder, row_of):
    keyed, table = read(answer.parent, VINTAGE), read(folder, VINTAGE)
    for variable in ("population", "income_household_median", "adults_tertiary"):
        own = row_of(keyed, variable, "US-CBSA-26420", 2024)
        assert own["obs_value"] == row_of(table, variable, "US-CBSA-26420", 2024)["obs_value"]
    assert row_of(keyed, "unemployed", "US-CBSA-26420", 2024)["obs_status"] == "O"  # −888888888


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("b01003", "B01003_E001", "B01003_E002", ["B01003_E001", "column is missing"]),
        ("b01003", "310C600US26420", "310C600US2642", ["row 3", "not the code of an area"]),
        ("b01003", "310C600US12420", "310C600US26420", ["row 4", "the area stands twice"]),
        ("b01003", "6979613", "6979613.5", ["is not a count"]),
        ("b19013", "69328", "many", ["is not a number", "many"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, refusal, replace, file, old, new, words):
    replace(folder / f"acsdt5y2024-{file}.dat", old, new)
    refusal(read, folder, VINTAGE, f"acsdt5y2024-{file}.dat", *words)


def test_refuses_a_missing_table_and_a_broken_answer(folder, answer, refusal):
    (folder / "acsdt5y2024-b23025.dat").unlink()
    refusal(read, folder, VINTAGE, "acsdt5y2024-b23025.dat", "missing")
    header, row = json.loads(answer.read_bytes())
    short = [header[:-1], row[:-1]]
    for spoilt, word in (([header], "holds no rows"), ([header, row[:-1]], "no array of objects"), (short, SERVICE)):
        answer.write_text(json.dumps(spoilt))
        refusal(read, answer.parent, VINTAGE, answer.name, word)
