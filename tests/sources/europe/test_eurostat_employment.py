"""Employment by region and activity, from the table with tabs and from JSON-stat.

The layout is Eurostat's; of the figures those of Brussels in 2023 for all activities, J, K, M-N and O-Q are published ones,
the others are placeholders that add up.
"""

import gzip
import json

import pytest
from prepared import prepare
from standins import bodies

from pipeline.retrieval import addresses
from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "eurostat_employment", "2026"
TABLE, CUBE = "estat_nama_10r_3empers.tsv.gz", "nama_10r_3empers.json"
read = reader_of("eurostat_employment")


@pytest.fixture
def folder(tmp_path):
    return prepare(SOURCE, VINTAGE, tmp_path / VINTAGE)


@pytest.fixture
def cube(tmp_path):
    """The same figures as JSON-stat."""
    (job,) = addresses.wanted([SOURCE], alternative=True)
    folder = tmp_path / "cube" / VINTAGE
    folder.mkdir(parents=True)
    (folder / CUBE).write_bytes(bodies.body_of(job))
    return folder


def change(folder, old: str, new: str) -> None:
    path = folder / TABLE
    text = gzip.decompress(path.read_bytes()).decode()
    assert old in text
    path.write_bytes(gzip.compress(text.replace(old, new, 1).encode(), mtime=0))


def test_reads_people_by_activity(folder, row_of):
    table = read(folder, VINTAGE)
    total = row_of(table, "employed_total", "NUTS-BE100", 2023)
    assert (total["obs_value"], total["obs_status"], total["source_row"]) == (725_600, "P", 5)
    assert row_of(table, "employed_public_education_health", "NUTS-BE100", 2023)["obs_value"] == 266_500
    assert row_of(table, "employed_construction", "NUTS-BE100", 2022)["obs_status"] == "B"
    other = row_of(table, "employed_mining_utilities", "NUTS-BE100", 2023)
    assert (other["obs_value"], other["obs_status"]) == (7_000, "E")  # B-E less C
    assert set(table["ref_area"]) == {"NUTS-BE100"} and set(table["time_period"]) == {2021, 2022, 2023}


def test_activities_add_up_to_all(folder):
    table = read(folder, VINTAGE)
    year = table[table["time_period"] == 2023].set_index("variable")["obs_value"]
    assert year.drop("employed_total").sum() == year["employed_total"]


def test_a_missing_part_makes_the_sum_missing(folder, row_of):
    gone = row_of(read(folder, VINTAGE), "employed_finance_real_estate", "NUTS-BE100", 2021)
    assert gone["obs_status"] == "O" and gone["obs_value"] != gone["obs_value"]


def test_json_stat_gives_the_same(folder, cube):
    columns = ["ref_area", "variable", "time_period", "obs_value", "obs_status"]
    table, other = read(folder, VINTAGE), read(cube, VINTAGE)
    known = table[table["obs_value"].notna()]
    both = known[columns].merge(other[columns], on=columns[:3], suffixes=("", "_other"))
    assert len(both) == len(known)
    assert (both["obs_value"] == both["obs_value_other"]).all() and (both["obs_status"] == both["obs_status_other"]).all()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\\TIME_PERIOD", "\\TIME", ["TIME_PERIOD", "row 1"]),
        ("725.6 p", "725,6 p", ["is not a number", "725,6"]),
        ("A,TOTAL,EMP,THS,BE\t711.1", "A,TOTAL,EMP,THS,BE\t900.0", ["BE 2021", "adds up to", "900"]),
        ("2023 ", "last ", ["is neither a year"]),
        ("A,J,EMP,THS,BE100", "A,JX,EMP,THS,BE100", ["the activities of regions"]),
    ],
)
def test_refuses_what_it_does_not_know(folder, refusal, old, new, words):
    change(folder, old, new)
    refusal(read, folder, VINTAGE, *words)


def test_refuses_a_cube_that_is_none(cube, refusal):
    whole = json.loads((cube / CUBE).read_bytes())
    for spoilt, word in (
        ({**whole, "value": {}}, "no values"),
        ({**whole, "value": {"999999": 1}}, "outside its dimensions"),
        ({**whole, "size": [1, *whole["size"][1:], 7]}, "another size"),
        ({"error": []}, "no JSON-stat"),
    ):
        (cube / CUBE).write_text(json.dumps(spoilt))
        refusal(read, cube, VINTAGE, CUBE, word)
