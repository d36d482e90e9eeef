"""The reader of the climate grid."""

import pytest

from pipeline.sources.readers import reader_of

read = reader_of("koeppen_geiger")
FILE = "Koeppen-Geiger-ASCII.txt"

SOURCE, VINTAGE = "koeppen_geiger", "2006"


def test_reads_cells(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 8 and set(table["variable"]) == {"climate_class"}
    monterrey = row_of(table, "climate_class", "CELL-25.75_-100.25", 2000)
    assert (monterrey["obs_text"], monterrey["source_row"], monterrey["source_file"]) == ("BSh", 6, FILE)
    assert row_of(table, "climate_class", "CELL--3.25_-60.25", 2000)["obs_text"] == "Am"


def test_knows_a_header(fixture_folder, row_of):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / FILE).write_bytes(b"  Lat     Lon  Cls\r\n" + (folder / FILE).read_bytes().replace(b"\n", b"\r\n"))
    table = read(folder, VINTAGE)
    assert len(table) == 8 and row_of(table, "climate_class", "CELL-25.75_-100.25", 2000)["source_row"] == 7


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"25.75  -100.25      BSh", b"25.75  -100.25      Bsh", ["row 6", "cls", "Bsh", "no Köppen-Geiger class"]),
        (b"25.75  -100.25      BSh", b"25.50  -100.25      BSh", ["row 6", "lat", "25.50", "half-degree"]),
        (b"25.75  -100.25      BSh", b"95.75  -100.25      BSh", ["row 6", "lat", "95.75"]),
        (b"25.75  -100.25      BSh", b"25.75  -200.25      BSh", ["row 6", "lon", "-200.25"]),
        (b"25.75  -100.25      BSh", b"25.75  -100.25", ["row 6", "2 fields"]),
        (b"25.75  -100.25      BSh", b"21.25   -86.75      BSh", ["row 6", "CELL-21.25_-86.75", "twice"]),
        (b"25.75  -100.25      BSh", b"25,75  -100,25      BSh", ["row 6", "lat", "25,75"]),
        (b"25.75  -100.25      BSh", "25.75  −100.25      BSh".encode(), ["is not ascii text"]),
        (b"     Csa\n", b"     C", ["row 4"]),
    ],
)
def test_refuses(fixture_folder, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    content = (folder / FILE).read_bytes()
    assert old in content
    (folder / FILE).write_bytes(content.replace(old, new, 1))
    refusal(read, folder, VINTAGE, FILE, *words)


@pytest.mark.parametrize(("content", "words"), [(b"", "holds no rows"), (b"Lat Lon Cls\n", "no Köppen-Geiger class")])
def test_refuses_an_empty_file(fixture_folder, refusal, content, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / FILE).write_bytes(content)
    refusal(read, folder, VINTAGE, FILE, "row 1", words)


def test_refuses_a_web_page(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / FILE).write_text("<html><body>Not found</body></html>\n")
    refusal(read, folder, VINTAGE, FILE, "row 1")


def test_the_published_grid(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 91_828
    known = {  # the middle of a desert, a rain forest, an ice sheet, a steppe, the temperate zones
        "CELL-24.75_15.25": "BWh",  # the Sahara
        "CELL--3.25_-65.25": "Af",  # the Solimões
        "CELL-72.25_-40.25": "EF",  # Greenland
        "CELL-29.75_-95.25": "Cfa",  # Houston
        "CELL-48.75_2.25": "Cfb",  # Paris
        "CELL-55.75_37.75": "Dfb",  # Moscow
        "CELL-68.75_33.25": "Dfc",  # Murmansk
        "CELL-19.25_-99.25": "Cwb",  # Mexico City
    }
    for cell, climate in known.items():
        assert row_of(table, "climate_class", cell, 2000)["obs_text"] == climate, cell
    assert table["obs_text"].nunique() == 31
