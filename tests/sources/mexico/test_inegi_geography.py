"""Outlines and places against hand-looked-up cells, general geography and spoiled copies."""

import json

import numpy as np
import pytest
import shapely

from pipeline.foundation.errors import SourceError
from pipeline.sources.mexico import inegi_geography

TABLE = "municipal_seats_and_areas.csv"
OUTLINES = "municipios_2020.geojson"


@pytest.fixture
def folder(fixture_folder):
    return fixture_folder("inegi_geography", "2020")


def rows_of(table):
    return table.set_index(["ref_area", "variable"])


def refusal(folder):
    with pytest.raises(SourceError) as caught:
        inegi_geography.read(folder, "2020")
    return str(caught.value)


def change(path, old, new, times=1):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == times
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("area", "variable", "number", "status"),
    [
        ("MX-20062", "latitude", 17.29687555555556, "A"),
        ("MX-20062", "longitude", -96.43329361111111, "A"),
        ("MX-20062", "localities", 1, "E"),
        ("MX-20062", "area_km2", 1.7454872867811997, "E"),
        ("MX-15044", "population_in_localities_2500_plus", 28217, "E"),
        ("MX-15044", "population_in_localities_15000_plus", 15432, "E"),
        ("MX-15044", "population_in_localities_50000_plus", 0, "E"),
        ("MX-15044", "largest_locality_population", 15432, "A"),
        ("MX-15044", "largest_locality_latitude", 19.662373888888887, "A"),
        ("MX-15044", "centroid_longitude", -99.08803842089193, "E"),
    ],
)
def test_numbers(folder, area, variable, number, status):
    found = rows_of(inegi_geography.read(folder, "2020")).loc[(area, variable)]
    assert (found["obs_value"], found["obs_status"], found["time_period"]) == (number, status, 2020)


def test_texts_and_their_rows(folder):
    rows = rows_of(inegi_geography.read(folder, "2020"))
    assert rows.loc[("MX-15044", "seat_name"), ["obs_text", "source_row"]].tolist() == ["Jaltenco", 2]
    assert rows.loc[("MX-15044", "largest_locality_name"), "obs_text"] == "Alborada Jaltenco"
    assert rows.loc[("MX-20375", "name"), ["obs_text", "source_row"]].tolist() == ["Santa Cruz Amilpas", 6]
    assert rows.loc[("MX-15044", "outline"), ["source_file", "source_row"]].tolist() == [OUTLINES, 8]
    assert len(rows) == 3 * 16


def test_outlines_are_the_rounded_published_ones(folder):
    rows = rows_of(inegi_geography.read(folder, "2020"))
    features = json.loads((folder / OUTLINES).read_text(encoding="utf-8"))["features"]
    for feature in features:
        published = shapely.geometry.shape(feature["geometry"])
        outline = shapely.from_wkt(rows.loc[(f"MX-{feature['properties']['cvegeo']}", "outline"), "obs_text"])
        assert outline.is_valid
        assert outline.geom_type == published.geom_type
        assert shapely.hausdorff_distance(outline, published) <= 0.0001
        coordinates = shapely.get_coordinates(outline)
        assert np.abs(coordinates - coordinates.round(4)).max() < 1e-12


def test_missing_number_stays_missing(folder):
    change(folder / TABLE, ",13200,2.4006752129764184,", ",,2.4006752129764184,")
    found = rows_of(inegi_geography.read(folder, "2020")).loc[("MX-20375", "largest_locality_population")]
    assert found.isna()["obs_value"]
    assert found["obs_status"] == "O"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2.4006752129764184", "240.06752129764184", ["row 4", "area_km2_geojson", "20375", "240.0"]),
        (",-96.68401722222222,17.0587,Santa", ",17.0587,-96.68401722222222,Santa", ["row 4", "cab_lat", "-96.68"]),
        (
            ",-96.68401722222222,17.0587,Santa",
            ",-98.68401722222222,17.0587,Santa",
            ["row 4", "cab_lon", "-98.68", "outline"],
        ),
        (",498,Natividad,-96.43", ",498,Natividad,-x96.43", ["row 3", "cab_lon", "-x96.43"]),
        (",2,28217,15432,", ",2,28218,15432,", ["row 2", "pob_ge2500", "28218", "pob"]),
        (",2,28217,15432,", ",2,28217,28218,", ["row 2", "pob_ge15000", "28218", "pob_ge2500"]),
        (",2,28217,15432,", ",-2,28217,15432,", ["row 2", "n_loc", "-2"]),
        ("20062,498", "20375,498", ["row 4", "cvegeo", "20375", "twice"]),
        ("20062,498", "20063,498", ["cvegeo", "20062", OUTLINES]),
        ("20062,498", "2062,498", ["row 3", "cvegeo", "2062"]),
        ("n_loc", "localidades", ["row 1", "n_loc", "missing"]),
        ("2.4006752129764184,-96.68522546255724,17.048960401978803", "2.4", ["row 4", "fields"]),
    ],
)
def test_refuses_a_table_it_cannot_trust(folder, old, new, words):
    change(folder / TABLE, old, new)
    message = refusal(folder)
    assert all(word in message for word in [TABLE, *words]), message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"cvegeo":"20062"', '"cvegeo":"20375"', ["cvegeo", "20375", "twice"]),
        ('"cvegeo":"20062"', '"clave":"20062"', ["GeoJSON", "cvegeo"]),
        ('{"type":"MultiPolygon"', '{"type":"LineString"', ["row 8", "geometry", "15044"]),
        ('"type":"MultiPolygon","coordinates":', '"type":"MultiPolygon","points":', ["row 8", "geometry", "15044"]),
        ("[-99.10283182,19.74608068]", "[2803182.5,819746.1]", ["row 8", "geometry", "15044", "degrees"]),
        (
            "[-99.10283182,19.74608068],[-99.09870563,19.76407112]",
            "[-99.09870563,19.76407112],[-99.10283182,19.74608068]",
            ["row 8", "geometry", "15044", "valid"],
        ),
        ("]\n}\n", "", ["GeoJSON", "JSONDecodeError"]),
    ],
)
def test_refuses_outlines_it_cannot_trust(folder, old, new, words):
    change(folder / OUTLINES, old, new)
    message = refusal(folder)
    assert all(word in message for word in [OUTLINES, *words]), message


def test_refuses_foreign_empty_and_missing_files(folder):
    (folder / OUTLINES).write_text('{"type": "FeatureCollection", "features": []}')
    assert all(word in refusal(folder) for word in (OUTLINES, "no features"))
    (folder / OUTLINES).write_text("<html>moved</html>")
    assert all(word in refusal(folder) for word in (OUTLINES, "GeoJSON"))
    (folder / OUTLINES).unlink()
    assert all(word in refusal(folder) for word in (OUTLINES, "missing"))


REAL = {}


@pytest.fixture
def real(real_folder):
    """The observations of the real files, read once for all tests."""
    if not REAL:
        REAL["table"] = inegi_geography.read(real_folder("inegi_geography", "2020"), "2020")
    return REAL["table"]


def test_the_whole_country(real):
    assert set(real.groupby("variable").size()) == {2469}
    totals = real.groupby("variable")["obs_value"].sum()
    assert round(totals["area_km2"]) == 1_941_333
    assert totals["localities"] == 189_432
    outlines = shapely.from_wkt(real.loc[real["variable"] == "outline", "obs_text"].to_numpy(dtype=object))
    assert shapely.is_valid(outlines).all()
    assert list(shapely.total_bounds(outlines).round(1)) == pytest.approx([-118.4, 14.5, -86.7, 32.7], abs=0.15)


def test_known_places(real):
    rows = rows_of(real)
    assert rows.loc[("MX-19039", "latitude"), "obs_value"] == pytest.approx(25.67, abs=0.03)
    assert rows.loc[("MX-19039", "longitude"), "obs_value"] == pytest.approx(-100.31, abs=0.03)
    assert rows.loc[("MX-02001", "name"), "obs_text"] == "Ensenada"
    tijuana = shapely.from_wkt(rows.loc[("MX-02004", "outline"), "obs_text"])
    assert tijuana.contains(shapely.Point(-117.00, 32.50))
    assert not tijuana.contains(shapely.Point(-117.16, 32.72))
