"""The reader of the population estimates of core-based areas and their counties."""

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "us_census_estimates", "2023"
read = reader_of(SOURCE)
FILE, LIST = "cbsa-est2023-alldata.csv", "list1_2023.xlsx"


def test_reads_areas_and_counties(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    abilene = row_of(table, "population_estimate", "US-CBSA-10180", 2023)
    assert (abilene["obs_value"], abilene["obs_status"]) == (181_591, "A")
    assert (abilene["source_file"], abilene["source_row"]) == (FILE, 2)
    assert row_of(table, "population_estimate", "US-48441", 2020)["obs_value"] == 143_454
    assert row_of(table, "population_estimate", "US-35013", 2022)["obs_value"] == 223_530  # written Dona Ana
    assert row_of(table, "population_estimate", "US-09120", 2021)["obs_value"] == 326_752
    assert len(table) == 4 * 11


def test_leaves_out_metropolitan_divisions(fixture_folder, replace):
    folder = fixture_folder(SOURCE, VINTAGE)
    division = '10180,"Abilene, TX",1,2,3,4,5,Metropolitan Division\r\n'
    replace(folder / FILE, '10180,"Callahan', division + '10180,"Callahan')
    table = read(folder, VINTAGE)
    assert len(table) == 4 * 11 and 2 not in table["obs_value"].to_list()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("143454", "143455", ["row 2", "POPESTIMATE2020", "176883", "sum of its counties"]),
        ("143454", "-143454", ["row 5", "POPESTIMATE2020", "-143454", "not a count"]),
        ("143454", "many", ["row 5", "POPESTIMATE2020", "many", "not a number"]),
        ("Taylor County", "Tailor County", ["row 5", "NAME", "Tailor County, TX", "delineation"]),
        ("Taylor County, TX", "Taylor County, OK", ["row 5", "NAME", "Taylor County, OK"]),
        ("Metropolitan Statistical", "Metropolitan", ["row 2", "LSAD", "Metropolitan Area"]),
        ('49820,"Zapata, TX"', '4982,"Zapata, TX"', ["row 11", "CBSA-4982"]),
        ("LSAD", "KIND", ["row 1", "LSAD", "missing"]),
        ("POPESTIMATE", "POPULATION", ["row 2", "sum of its counties"]),
    ],
)
def test_refuses(fixture_folder, replace, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / FILE, old, new)
    if old == "POPESTIMATE":  # a renamed year is one year less, all renamed is none
        text = (folder / FILE).read_text().replace("POPESTIMATE", "POPULATION")
        (folder / FILE).write_text(text)
        words = ["row 1", "POPESTIMATE", "missing"]
    refusal(read, folder, VINTAGE, FILE, *words)


def test_refuses_an_area_that_stands_twice(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    lines = (folder / FILE).read_bytes().splitlines(keepends=True)
    (folder / FILE).write_bytes(b"".join([*lines, lines[10], lines[11]]))
    refusal(read, folder, VINTAGE, FILE, "row 13", "CBSA", "49820", "twice")
    (folder / LIST).unlink()
    refusal(read, folder, VINTAGE, LIST, "missing")


def test_the_published_estimates(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    metros = table["ref_area"].str.startswith("US-CBSA-")
    assert table.loc[metros, "ref_area"].nunique() == 387 + 538
    assert table.loc[~metros, "ref_area"].nunique() == 1_844
    assert row_of(table, "population_estimate", "US-CBSA-26420", 2023)["obs_value"] == 7_510_253
    assert row_of(table, "population_estimate", "US-48201", 2023)["obs_value"] == 4_835_125
