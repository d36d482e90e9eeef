"""The reader of the points and populations of China's prefectures."""

import pytest

from pipeline.sources.china.china_city_points import read

SOURCE, VINTAGE, FILE = "china_city_points", "2020", "city_population_2010_2020_points.csv"


def test_reads_two_censuses_and_names(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    names = table[table["variable"] == "name"].set_index("ref_area")["obs_text"].to_dict()
    assert names == {"CN-110100": "Beijing", "CN-500100": "Chongqing", "CN-540100": "Lhasa", "CN-659001": "Shihezi"}
    assert row_of(table, "population", "CN-110100", 2010)["obs_value"] == 19_612_368
    assert row_of(table, "population", "CN-110100", 2020)["obs_value"] == 21_893_095
    assert row_of(table, "population", "CN-659001", 2020)["obs_status"] == "O"
    assert row_of(table, "latitude", "CN-110100", 2020)[["obs_value", "source_row"]].tolist() == [40.2487, 2]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",110100,", ",1101,", ["row 2", "city_code", "1101", "6 digits"]),
        (",110100,", ",500100,", ["city_code", "500100", "twice"]),
        ("北京市,", "南京市,", ["row 2", "city", "area_names.csv"]),
        ("40.2487", "400.2487", ["row 2", "lat", "400.2487"]),
        ("21893095.0", "21893095.5", ["row 2", "popu_2020", "21893095.5", "count"]),
        ("outline_km2", "km2", ["outline_km2", "column is missing"]),
    ],
)
def test_refuses(fixture_folder, refusal, replace, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    replace(folder / FILE, old, new)
    refusal(read, folder, VINTAGE, FILE, *words)
