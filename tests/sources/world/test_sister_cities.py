"""The reader of sister cities."""

import pytest

from pipeline.sources.readers import reader_of

read = reader_of("sister_cities")
FILE = "twin_cities.csv"

SOURCE, VINTAGE = "sister_cities", "2026"


def test_reads_both_ends_of_the_pairs_that_touch_mexico(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].str[:-2].nunique() == 4, "not Rosario and Turin, Ningbo and Varna, Nienburg and itself"
    names = table[table["variable"] == "name"].set_index("ref_area")["obs_text"]
    pairs = {frozenset((names[f"{pair}-1"], names[f"{pair}-2"])) for pair in {area[:-2] for area in names.index}}
    assert pairs == {
        frozenset(pair)
        for pair in (
            ("Rosario", "Monterrey"),
            ("Curitiba", "Guadalajara"),
            ("Guadalajara", "San Antonio"),
            ("Mexico City", "Madrid"),
        )
    }
    curitiba = names[names == "Curitiba"].index[0]
    assert row_of(table, "country_name", curitiba, 2026)["obs_text"] == "Brazil"
    latitude = row_of(table, "latitude", curitiba, 2026)
    assert latitude["obs_value"] == -25.4297 and curitiba == f"TWIN-{latitude['source_row']}-1"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Curitiba,Brazil,-25.4297", "Curitiba,Brazil,south", ["lat1", "'south'", "not a number"]),
        ("Curitiba,Brazil,-25.4297", "Curitiba,Brazil,-95", ["lat1", "-95", "-90"]),
        ("Curitiba,Brazil", "Curitiba,", ["country1", "empty"]),
        ("Curitiba,Brazil", ",Brazil", ["city1", "empty"]),
        ("city1,country1", "town,country1", [FILE, "city1", "missing"]),
        (",Mexico,", ",México,", ["no pair"]),
    ],
)
def test_refuses_what_it_cannot_use(fixture_folder, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new), encoding="utf-8")
    refusal(read, folder, VINTAGE, FILE, *words)


def test_the_real_file(real_folder):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 2 * 626
    countries = table[table["variable"] == "country_name"]["obs_text"]
    assert (countries == "Mexico").sum() >= 626 and (countries == "United States").sum() == 281
