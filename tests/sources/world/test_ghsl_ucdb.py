"""The reader of the GHSL Urban Centre Database."""

import pytest

from pipeline.sources.readers import reader_of

read = reader_of("ghsl_ucdb")

SOURCE, VINTAGE = "ghsl_ucdb", "2019"
NAMES, AREAS = "GHS-UCDB-IDS.csv", "UCDB_R2019A_centroids_area_13135.csv"


def change(path, old, new):
    """Replace a text that stands once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old} stands {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_reads_an_urban_centre(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    area = row_of(table, "area_km2", "UCDB-200", 2015)
    assert (area["obs_value"], area["source_file"], area["source_row"]) == (667, AREAS, 4)
    latitude = row_of(table, "latitude", "UCDB-200", 2015)
    assert (latitude["obs_value"], latitude["source_file"], latitude["source_row"]) == (25.71167, NAMES, 7)
    assert row_of(table, "longitude", "UCDB-200", 2015)["obs_value"] == -100.27833
    assert len(table) == 7 * 5


@pytest.mark.parametrize(
    ("area", "name", "country"),
    [
        ("UCDB-200", "Monterrey", "MEX"),
        ("UCDB-154", "Ciudad de Mexico (Mexico City)", "MEX"),
        ("UCDB-21", "San Diego; Tijuana", "USA"),
        ("UCDB-5695", "Umm Qasr", "IRQ"),
        ("UCDB-3312", "Kosovska Mitrovica", "XKX"),
        ("UCDB-6506", None, "IND"),
    ],
)
def test_takes_names_and_country_apart(fixture_folder, row_of, area, name, country):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    row = row_of(table, "name", area, 2015)
    assert row["obs_status"] == ("O" if name is None else "A")
    assert row.isna()["obs_text"] if name is None else row["obs_text"] == name
    assert row_of(table, "country", area, 2015)["obs_text"] == country


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (NAMES, "Madrid [ESP]", "Madrid", ["row 3", "UC_NM_MN", "Madrid"]),
        (NAMES, "Madrid [ESP]", "Madrid [QQQ]", ["row 3", "UC_NM_MN", "QQQ", "countries.csv"]),
        (NAMES, "40.404046648228785", "-40.4", ["row 3", "GCPNT_LAT", "-40.4", "outside"]),
        (NAMES, "40.404046648228785", "north", ["row 3", "GCPNT_LAT", "north", "not a number"]),
        (NAMES, "UC_NM_MN", "NAME", ["row 1", "UC_NM_MN", "column is missing"]),
        (NAMES, "\n1701,", "\n154,", ["ID_HDC_G0", "154", "twice"]),
        (NAMES, "\n1701,", "\n1702,", ["row 3", "ID_HDC_G0", "1702", "missing in UCDB_R2019A"]),
        (AREAS, ",781.0,", ",-781.0,", ["row 5", "AREA_km2", "-781.0"]),
        (AREAS, ",781.0,", ",,", ["row 5", "AREA_km2"]),
        (AREAS, "AREA_km2", "AREA", ["row 1", "AREA_km2", "column is missing"]),
        (AREAS, ",781.0,", ",", ["row 5", "12 fields", "13"]),
    ],
)
def test_refuses_a_spoilt_file(fixture_folder, refusal, file, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    change(folder / file, old, new)
    refusal(read, folder, VINTAGE, file, *words)


def test_refuses_a_centre_without_an_area(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    change(folder / AREAS, "\n1701,", "\n1702,")
    refusal(read, folder, VINTAGE, NAMES, "row 3", "ID_HDC_G0", "1701", "missing in UCDB_R2019A")


def test_refuses_what_is_no_table(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / AREAS).write_text("<!DOCTYPE html>")
    refusal(read, folder, VINTAGE, AREAS, "web page")
    (folder / AREAS).unlink()
    refusal(read, folder, VINTAGE, AREAS, "missing")


def test_the_real_files(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    countries = table[table["variable"] == "country"]
    assert len(countries) == 13_135
    assert (countries["obs_text"] == "IND").sum() == 3248
    assert row_of(table, "area_km2", "UCDB-1701", 2015)["obs_value"] == 781
    assert row_of(table, "name", "UCDB-21", 2015)["obs_text"] == "San Diego; Tijuana"
    assert table.loc[table["variable"] == "area_km2", "obs_value"].max() == 6622
    assert table.loc[table["obs_status"] == "O", "variable"].unique().tolist() == ["name"]
