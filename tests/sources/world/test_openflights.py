"""The reader of airports and routes."""

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "openflights", "2014"
AIRPORTS = "airports.dat"
ROUTES = "routes.dat"
read = reader_of("openflights")


def spoil(folder, file, old, new):
    path = folder / file
    content = path.read_bytes()
    assert old.encode() in content
    path.write_bytes(content.replace(old.encode(), new.encode(), 1))


def test_reads_airports(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    monterrey = {name: row_of(table, name, "AIRPORT-MTY", 2014) for name in table["variable"].unique()}
    assert monterrey["name"]["obs_text"] == "General Mariano Escobedo International Airport"
    assert monterrey["country_name"]["obs_text"] == "Mexico"
    assert (monterrey["latitude"]["obs_value"], monterrey["longitude"]["obs_value"]) == (25.7784996033, -100.107002258)
    assert monterrey["altitude"]["obs_value"] == pytest.approx(389.5, abs=0.1)  # 1,278 ft
    assert (monterrey["latitude"]["source_file"], monterrey["latitude"]["source_row"]) == (AIRPORTS, 5)
    assert row_of(table, "name", "AIRPORT-SZZ", 2014)["obs_text"] == 'Szczecin-Goleniów "Solidarność" Airport'


def test_counts_what_leaves(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    routes = row_of(table, "routes", "AIRPORT-MTY", 2014)
    assert (routes["obs_value"], routes["source_file"], routes["source_row"]) == (14, ROUTES, 1)
    assert row_of(table, "destinations", "AIRPORT-MTY", 2014)["obs_value"] == 4  # GDL, ATL, IAH, TIJ
    assert row_of(table, "routes", "AIRPORT-IST", 2014)["source_row"] == 15
    assert not ((table["variable"] == "routes") & (table["ref_area"] == "AIRPORT-GDL")).any()


def test_airports_without_code_are_left_out_and_unknown_origins_kept(fixture_folder):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert set(table.loc[table["variable"] == "latitude", "ref_area"]) == {
        f"AIRPORT-{code}" for code in ("SZZ", "GDL", "MEX", "MTY", "TIJ", "IST", "POM")
    }
    assert set(table.loc[table["ref_area"] == "AIRPORT-INC", "variable"]) == {"routes", "destinations"}


def test_a_missing_altitude_is_missing(fixture_folder, row_of):
    folder = fixture_folder(SOURCE, VINTAGE)
    spoil(folder, AIRPORTS, ",1278,", ",\\N,")
    row = row_of(read(folder, VINTAGE), "altitude", "AIRPORT-MTY", 2014)
    assert row["obs_status"] == "O" and row.isna()["obs_value"]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (AIRPORTS, '"MTY"', '"MTYX"', ["row 5", "iata", "MTYX", "no IATA code"]),
        (AIRPORTS, '"MTY"', '""', ["row 5", "iata", "no IATA code"]),
        (AIRPORTS, '"MTY"', '"GDL"', ["row 5", "iata", "GDL", "twice"]),
        (AIRPORTS, "25.7784996033", "257.784996033", ["row 5", "latitude", "257.784996033", "90"]),
        (AIRPORTS, "25.7784996033", "25;77", ["row 5", "latitude", "25;77", "not a number"]),
        (AIRPORTS, ",1278,", ",127800,", ["row 5", "altitude", "127800"]),
        (AIRPORTS, '"Monterrey","Mexico"', '"Monterrey",\\N', ["row 5", "country", "empty"]),
        (AIRPORTS, ',"airport","OurAirports"', ',"airport"', ["row 1", "13 fields", "14"]),
        (AIRPORTS, '"Monterrey"', '"Monterrey', [AIRPORTS]),
        (ROUTES, "MTY,1825,GDL", "MMMY,1825,GDL", ["row 1", "source", "MMMY"]),
        (ROUTES, "MTY,1825,ATL", "MTY,1825,\\N", ["row 2", "destination", "no IATA code"]),
        (ROUTES, "MTY,1825,GDL,1804,,0,320", "MTY,1825,GDL,1804,,0", ["row 1", "8 fields", "9"]),
    ],
)
def test_refuses(fixture_folder, refusal, file, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    spoil(folder, file, old, new)
    refusal(read, folder, VINTAGE, file, *words)


@pytest.mark.parametrize("file", [AIRPORTS, ROUTES])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda content: b"", ["no rows"]),
        (lambda content: b"<html>", ["web page"]),
        (lambda content: content[:-25], ["fields"]),
        (lambda content: b"\xff" + content, ["not utf-8"]),
    ],
)
def test_refuses_a_damaged_file(fixture_folder, refusal, file, content, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / file).write_bytes(content((folder / file).read_bytes()))
    refusal(read, folder, VINTAGE, file, *words)


def test_refuses_a_folder_without_routes(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / ROUTES).unlink()
    refusal(read, folder, VINTAGE, ROUTES, "missing")


def test_the_published_files(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    # "As of June 2014, the database contains 67663 routes between 3321 airports": the publisher's page.
    assert table.loc[table["variable"] == "routes", "obs_value"].sum() == 67_663
    assert (table["variable"] == "latitude").sum() == 7_698 - 1_626
    feet = {"MTY": 1_278, "GDL": 5_016, "MEX": 7_316, "TIJ": 489}
    for code, altitude in feet.items():
        assert row_of(table, "altitude", f"AIRPORT-{code}", 2014)["obs_value"] == pytest.approx(altitude * 0.3048)
        assert row_of(table, "country_name", f"AIRPORT-{code}", 2014)["obs_text"] == "Mexico"
    routes = table[table["variable"] == "routes"].set_index("ref_area")["obs_value"]
    assert routes.idxmax() == "AIRPORT-ATL" and routes["AIRPORT-ATL"] == 915  # lines that grep counts
    assert (routes["AIRPORT-MEX"], routes["AIRPORT-MTY"]) == (243, 72)
    destinations = table[table["variable"] == "destinations"].set_index("ref_area")["obs_value"]
    assert (destinations <= routes[destinations.index]).all()
