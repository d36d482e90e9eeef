"""The reader of country outlines."""

import json

import pytest
import shapely

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE = "natural_earth", "4-0"
FILE = "ne_50m_admin_0_countries.json"
read = reader_of("natural_earth")


def spoil(folder, change):
    """Change the features of the fixture."""
    path = folder / FILE
    collection = json.loads(path.read_text(encoding="utf-8"))
    change(collection["features"])
    path.write_text(json.dumps(collection), encoding="utf-8")


def attribute(position, name, value):
    return lambda features: features[position]["properties"].update({name: value})


def geometry(position, value):
    return lambda features: features[position].update(geometry=value)


def test_reads_names_and_outlines(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert sorted(table["ref_area"].unique()) == ["AND", "MAF", "SXM", "XKX"]
    assert set(table["variable"]) == {"name", "outline"} and set(table["obs_status"]) == {"A"}
    andorra = row_of(table, "name", "AND", 2017)
    assert (andorra["obs_text"], andorra["source_row"], andorra["source_file"]) == ("Andorra", 1, FILE)
    assert row_of(table, "name", "XKX", 2017)["obs_text"] == "Kosovo"
    assert row_of(table, "outline", "MAF", 2017)["obs_text"] == (
        "POLYGON ((-63.0112 18.0689, -63.123 18.0689, -63.115 18.0907, -63.0631 18.1153, -63.0248 18.1131, "
        "-63.0094 18.1043, -63.0112 18.0689))"
    )


def test_a_country_without_iso_code_gets_the_publishers(fixture_folder):
    folder = fixture_folder(SOURCE, VINTAGE)
    spoil(folder, lambda features: features[0]["properties"].update(ISO_A3="-99", ADM0_A3="FRA", ISO_A3_EH="-99"))
    assert "FRA" in set(read(folder, VINTAGE)["ref_area"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (attribute(1, "ADM0_A3", "K1"), ["row 2", "ADM0_A3", "'K1'", "no country code"]),
        (attribute(2, "ISO_A3", "AND"), ["row 3", "ISO_A3", "AND", "twice"]),
        (attribute(3, "NAME_LONG", None), ["row 4", "NAME_LONG", "empty"]),
        (attribute(3, "POP_YEAR", "later"), ["row 4", "POP_YEAR", "later", "not a number"]),
        (attribute(3, "POP_YEAR", 20170), ["row 4", "POP_YEAR", "20170", "2100"]),
        (lambda features: features[0]["properties"].pop("ISO_A3"), ["row 1", "ISO_A3", "no country code"]),
        (lambda features: features.__setitem__(1, "Andorra"), ["no complete GeoJSON"]),
        (lambda features: features.clear(), ["features", "no features"]),
        (geometry(2, None), ["row 3", "geometry", "cannot be read"]),
        (geometry(2, {"type": "Polygon"}), ["row 3", "geometry", "cannot be read"]),
        (geometry(2, {"type": "Point", "coordinates": [1, 2]}), ["row 3", "no valid area", "Point"]),
        (
            geometry(2, {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}),
            ["no valid area"],
        ),
        (
            geometry(2, {"type": "Polygon", "coordinates": [[[5e5, 0], [5e5, 9], [4e5, 9], [5e5, 0]]]}),
            ["row 3", "geometry", "not in degrees", "500000"],
        ),
    ],
)
def test_refuses(fixture_folder, refusal, change, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    spoil(folder, change)
    refusal(read, folder, VINTAGE, FILE, *words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda content: content[:-400], ["no complete GeoJSON"]),
        (lambda content: b"<!doctype html><p>Not found", ["web page", "<!doctype"]),
        (lambda content: b"[]", ["no complete GeoJSON"]),
        (lambda content: b"\xff\xfe" + content, ["no complete GeoJSON"]),
    ],
)
def test_refuses_what_is_no_geojson(fixture_folder, refusal, content, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / FILE).write_bytes(content((folder / FILE).read_bytes()))
    refusal(read, folder, VINTAGE, FILE, *words)


def test_refuses_an_empty_folder(tmp_path, refusal):
    refusal(read, tmp_path, VINTAGE, FILE, "missing")


def test_the_published_file(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    assert table["ref_area"].nunique() == 241 and table["obs_text"].notna().all()
    names = {"FRA": "France", "NOR": "Norway", "SSD": "South Sudan", "PSE": "Palestine", "ESH": "Western Sahara"}
    for code, name in names.items():
        assert row_of(table, "name", code, 2017)["obs_text"] == name
    mexico = shapely.from_wkt(row_of(table, "outline", "MEX", 2017)["obs_text"])
    _, south, east, north = mexico.bounds
    assert north == pytest.approx(32.72, abs=0.05)  # Los Algodones, 32° 43' N
    assert south == pytest.approx(14.53, abs=0.05)  # the mouth of the Suchiate, 14° 32' N
    assert east == pytest.approx(-86.7, abs=0.1)  # Isla Mujeres, 86° 42' W
    assert sum(len(text) for text in table["obs_text"]) < 2_000_000
