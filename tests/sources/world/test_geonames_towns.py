"""The reader of GeoNames' towns of Mexico and the United States."""

import pandas as pd
import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "geonames_towns", "2023-03"
FILE = "cities500.txt"
read = reader_of("geonames_towns")


def test_reads_towns_of_two_countries_with_the_area_that_holds_them(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 9 and len(table) == 9 * 7, "Andorra and Croatia are not read"
    monterrey = row_of(table, "altitude", "TOWN-3995465", 2023)
    assert (monterrey["obs_value"], monterrey["source_row"], monterrey["source_file"]) == (543, 4, FILE)
    areas = table[table["variable"] == "area"].set_index("ref_area")["obs_text"]
    assert areas["TOWN-3995465"] == "MX-19039" and areas["TOWN-4347242"] == "US-24003" and areas["TOWN-5293083"] == "US-04003"
    assert row_of(table, "settlement_class", "TOWN-4347242", 2023)["obs_text"] == "PPLA"


def test_a_town_whose_codes_are_those_of_no_area_has_none(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    for town in ("TOWN-3530597", "TOWN-4017270"):  # Mexico City, Batopilas
        row = row_of(table, "area", town, 2023)
        assert pd.isna(row["obs_text"]) and row["obs_status"] == "O"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\t543\t", "\tfar up\t", ["row 4", "dem", "far up"]),
        ("\t25.67507\t", "\t225.67507\t", ["row 4", "latitude", "225.67507"]),
        ("\n3995465\t", "\n3530597\t", ["3530597", "twice"]),
        ("2023-03-05", "2023-04-05", ["2023-04-05", "2023-03"]),
    ],
)
def test_refuses(fixture_folder, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    content = (folder / FILE).read_text(encoding="utf-8")
    assert old in content
    (folder / FILE).write_text(content.replace(old, new), encoding="utf-8", newline="")
    refusal(read, folder, VINTAGE, FILE, *words)
