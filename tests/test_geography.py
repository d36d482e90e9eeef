"""Distances and climate of places, against distances known from elsewhere."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.areas import geography
from pipeline.areas.geography import area_geography, great_circle
from pipeline.sources.readers import reader_of

DEGREE = np.pi * geography.EARTH_RADIUS / 180  # km along a meridian

# Three squares of 2 degrees at the equator: AAA in the west, BBB in the east beside it, CCC an island of its own.
OUTLINES = {
    "AAA": "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))",
    "BBB": "POLYGON ((2 0, 4 0, 4 2, 2 2, 2 0))",
    "CCC": "POLYGON ((10 0, 12 0, 12 2, 10 2, 10 0))",
}


def rows(variable, values, column):
    return pd.DataFrame({"ref_area": list(values), "variable": variable, column: list(values.values())})


@pytest.fixture
def world():
    """A world of three countries, five ports, four airports and four climate cells."""
    ports = {"PORT-1": (0, 0), "PORT-2": (0.5, 1), "PORT-3": (1, 1.2), "PORT-4": (0, 4), "PORT-5": (2, 0)}
    airports = {"AIRPORT-BIG": (1, 2.1), "AIRPORT-TOO": (1, 0.5), "AIRPORT-OFF": (None, None), "AIRPORT-NIL": (1, 1.1)}
    points = {**ports, **airports}
    return pd.concat(
        [
            rows("outline", OUTLINES | {"MX-01001": "POLYGON ((0 0, 1 0, 1 1, 0 0))"}, "obs_text"),
            rows("latitude", {code: point[0] for code, point in points.items()}, "obs_value"),
            rows("longitude", {code: point[1] for code, point in points.items()}, "obs_value"),
            rows(
                "harbour_size",
                {"PORT-1": "Small", "PORT-2": "Very Small", "PORT-3": None, "PORT-4": "Large", "PORT-5": "Very Small"},
                "obs_text",
            ),
            rows("cargo_pier_depth", {"PORT-1": 0, "PORT-2": 0, "PORT-3": 0, "PORT-4": 9, "PORT-5": 4.9}, "obs_value"),
            rows("destinations", {"AIRPORT-BIG": 25, "AIRPORT-TOO": 1, "AIRPORT-OFF": 90}, "obs_value"),
            rows(
                "climate_class",
                {"CELL-0.75_0.75": "Af", "CELL-1.25_3.25": "Aw", "CELL-0.75_10.25": "Am", "CELL--0.25_-179.75": "BWh"},
                "obs_text",
            ),
        ],
        ignore_index=True,
    )


def places(**points):
    """One place per keyword: (country, latitude, longitude)."""
    table = pd.DataFrame.from_dict(points, orient="index", columns=["country", "latitude", "longitude"])
    return table.reset_index(names="ref_area")


def place(world, country, latitude, longitude, **more):
    return area_geography(world, places(here=(country, latitude, longitude)).assign(**more)).iloc[0]


def test_coast_and_border_are_told_apart(world):
    here = place(world, "AAA", 1, 1.7)
    assert here["distance_border_km"] == pytest.approx(0.3 * DEGREE, abs=0.5)  # the shared edge at 2° E
    assert here["distance_coast_km"] == pytest.approx(DEGREE, abs=0.5)  # the free edges at 0° and 2° N
    assert here["border_country"] == "BBB"
    there = place(world, "BBB", 1, 2.3)
    assert there["distance_border_km"] == pytest.approx(here["distance_border_km"], abs=0.01)
    assert there["border_country"] == "AAA"


def test_the_line_counts_and_not_only_its_corners(world):
    assert place(world, "AAA", 1, 0)["distance_coast_km"] <= geography.SPACING / 2
    assert place(world, "AAA", 1, 0.01)["distance_coast_km"] == pytest.approx(0.01 * DEGREE, abs=0.1)


def test_an_island_state_has_no_border(world):
    here = place(world, "CCC", 1, 11)
    assert here[["distance_border_km", "border_country"]].isna().all() and not here["on_border"]
    assert here["distance_coast_km"] == pytest.approx(DEGREE, abs=0.5)


def test_a_country_without_outline_has_no_border(world):
    here = place(world, "XKX", 1, 1)
    assert here[["distance_border_km", "border_country"]].isna().all()
    assert here["distance_coast_km"] == pytest.approx(DEGREE, abs=0.5)


def test_a_point_in_the_sea_lies_on_the_coast(world):
    here = place(world, "AAA", -3, 1)
    assert here["distance_coast_km"] == 0 and here["coastal"]


def test_an_undrawn_exclave_lies_on_the_border(world):
    inside = place(world, "AAA", 1, 3)
    assert (inside["distance_border_km"], inside["border_country"]) == (0, "BBB") and inside["on_border"]
    island = place(world, "AAA", 1, 11)
    assert (island["distance_border_km"], island["border_country"]) == (0, "CCC")
    slip = place(world, "AAA", 1, 2.05)  # 5.6 km beyond the line: only drawn a little off
    assert slip["distance_border_km"] == pytest.approx(0.05 * DEGREE, abs=0.2)


def test_a_port_is_small_or_larger_or_lands_cargo(world):
    here = place(world, "AAA", 0.5, 0.9)
    assert here["distance_port_km"] == pytest.approx(great_circle([0.5], [0.9], [0], [0])[0], abs=0.001)
    pier = place(world, "AAA", 1.9, 0.1)
    assert pier["distance_port_km"] == pytest.approx(great_circle([1.9], [0.1], [2], [0])[0], abs=0.001)
    with_bulk = pd.concat([world, rows("handles_solid_bulk", {"PORT-3": "Yes", "PORT-2": "Unknown"}, "obs_text")])
    landed = place(with_bulk, "AAA", 0.5, 0.9)["distance_port_km"]
    assert landed == pytest.approx(great_circle([0.5], [0.9], [1], [1.2])[0], abs=0.001)


def test_an_airport_has_flights_and_is_of_the_own_country(world):
    here = place(world, "AAA", 1, 1.9)
    assert here["distance_airport_km"] == pytest.approx(great_circle([1], [1.9], [1], [0.5])[0], abs=0.001)
    there = place(world, "BBB", 1, 2.3)
    assert there["distance_airport_km"] == pytest.approx(great_circle([1], [2.3], [1], [2.1])[0], abs=0.001)
    island = place(world, "CCC", 1, 11)  # which has none: its people fly from abroad
    assert island["distance_airport_km"] == pytest.approx(great_circle([1], [11], [1], [2.1])[0], abs=0.001)


def test_the_border_with_home_counts_where_a_country_has_one(world):
    outlines = {"DDD": "POLYGON ((4 0, 6 0, 6 2, 4 2, 4 0))"}
    wide = pd.concat([world, rows("outline", outlines, "obs_text")], ignore_index=True)
    table = places(twin=("BBB", 1, 2.1), north=("BBB", 1, 3.9), home=("AAA", 1, 1.9), far=("DDD", 1, 4.1))
    found = area_geography(wide, table, home="AAA").set_index("ref_area")
    assert found.loc["north", "border_country"] == "DDD" and found.loc["north", "distance_border_km"] < 12
    border = found["distance_home_border_km"] / DEGREE
    assert border.to_dict() == pytest.approx({"twin": 0.1, "north": 1.9, "home": 0.1, "far": 0.1}, abs=0.01)
    assert area_geography(wide, table)["distance_home_border_km"].equals(area_geography(wide, table)["distance_border_km"])


def test_climate_is_that_of_the_cell_or_of_the_nearest_land(world):
    assert place(world, "AAA", 0.51, 0.99)["climate_class"] == "Af"  # inside the cell, in its corner
    assert place(world, "AAA", 1.49, 3.01)["climate_class"] == "Aw"
    assert place(world, "CCC", 1.9, 11.9)["climate_class"] == "Am"
    assert place(world, "CCC", -0.1, 180)["climate_class"] == "BWh"  # 180° E is 180° W
    assert pd.isna(place(world[world["variable"] != "climate_class"], "AAA", 1, 1)["climate_class"])


def test_flags_of_a_point_follow_its_area(world):
    assert not place(world, "AAA", 1, 1)["coastal"]  # 111 km away, no area: a disc of 20 km
    assert place(world, "AAA", 0.15, 1)["coastal"]
    assert not place(world, "AAA", 0.15, 1, area_km2=10.0)["coastal"]
    assert place(world, "AAA", 1, 1, area_km2=40_000.0)["coastal"]
    assert place(world, "AAA", 1, 1.85)["on_border"] and not place(world, "AAA", 1, 1.7)["on_border"]


def test_flags_of_an_outline_follow_the_outline(world):
    table = places(inland=("AAA", 1, 1), shore=("AAA", 1, 1), border=("AAA", 1, 1), near=("AAA", 0.02, 1))
    table["outline"] = [
        "POLYGON ((0.5 0.5, 1.5 0.5, 1.5 1.5, 0.5 1.5, 0.5 0.5))",
        "POLYGON ((0.5 0.01, 1.5 0.01, 1.5 1.5, 0.5 1.5, 0.5 0.01))",  # 1.1 km from the coast
        "MULTIPOLYGON (((0.5 0.5, 1.5 0.5, 1.5 1.5, 0.5 0.5)), ((1.7 0.5, 2 0.5, 2 0.6, 1.7 0.5)))",
        "POLYGON ((0.5 0.1, 1.5 0.1, 1.5 1.5, 0.5 1.5, 0.5 0.1))",  # its point would say otherwise
    ]
    flags = area_geography(world, table).set_index("ref_area")[["coastal", "on_border"]]
    assert flags["coastal"].to_dict() == {"inland": False, "shore": True, "border": False, "near": False}
    assert flags["on_border"].to_dict() == {"inland": False, "shore": False, "border": True, "near": False}


def test_a_place_without_point_is_missing_and_keeps_its_row(world):
    table = places(known=("AAA", 1, 1), unknown=("AAA", None, None))
    result = area_geography(world, table)
    assert result["ref_area"].tolist() == ["known", "unknown"]
    assert result.iloc[1].drop("ref_area").isna().all() and result.iloc[0].notna().all()
    nowhere = area_geography(world, table[1:])
    assert len(nowhere) == 1 and nowhere.drop(columns="ref_area").isna().all(axis=None)


def test_order_and_index_of_the_places_do_not_matter(world):
    table = places(a=("AAA", 1, 1), b=("BBB", 0.5, 2.5), c=("CCC", 1.2, 11), d=("AAA", -1, 0))
    straight = area_geography(world, table)
    turned = area_geography(world.sample(frac=1, random_state=1), table[::-1])
    pd.testing.assert_frame_equal(straight, turned[::-1].reset_index(drop=True))


def test_no_ports_is_no_distance(world):
    few = world[~world["ref_area"].str.startswith("PORT-")]
    assert pd.isna(place(few, "AAA", 1, 1)["distance_port_km"])


@pytest.mark.parametrize("country", ["MX", "mex", None])
def test_refuses_a_country_that_is_no_iso_code(world, country):
    with pytest.raises(ValueError, match=r"here: the country .* three letters"):
        place(world, country, 1, 1)


def test_refuses_a_world_without_outlines(world):
    with pytest.raises(ValueError, match="natural_earth"):
        place(world[world["variable"] != "outline"], "AAA", 1, 1)


def test_the_date_line_is_no_coast(world):
    halves = {"EEE": "MULTIPOLYGON (((178 0, 180 0, 180 4, 178 4, 178 0)), ((-180 0, -178 0, -178 4, -180 4, -180 0)))"}
    wide = pd.concat([world, rows("outline", halves, "obs_text")], ignore_index=True)
    assert place(wide, "EEE", 2, 179.9)["distance_coast_km"] == pytest.approx(1.9 * DEGREE, rel=0.01)


def test_saint_martin_is_one_island_of_two_countries(fixtures):
    """The published outlines: a border of about 12 km between two free shores, nowhere more than 5 km from the sea."""
    world = reader_of("natural_earth")(fixtures("natural_earth", "4-0"), "4-0")
    table = area_geography(world, places(marigot=("MAF", 18.07, -63.08), philipsburg=("SXM", 18.03, -63.05)))
    assert table["border_country"].tolist() == ["SXM", "MAF"]
    assert table["distance_coast_km"].between(0, 5).all() and table["distance_border_km"].between(0, 6).all()
    border = geography.border_edges(geography.outline_edges(geography.country_outlines(world)))
    assert set(border["owner"]) == {"MAF", "SXM"} and len(border) == 2


latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.tuples(latitudes, longitudes)


def distance(one, other):
    return great_circle([one[0]], [one[1]], [other[0]], [other[1]])[0]


@given(points, points)
def test_distance_is_symmetric_and_at_most_half_the_earth(one, other):
    assert distance(one, other) == distance(other, one)
    assert 0 <= distance(one, other) <= np.pi * geography.EARTH_RADIUS + 1e-6


@given(points, points, points)
def test_no_detour_is_shorter(one, other, third):
    assert distance(one, third) <= distance(one, other) + distance(other, third) + 1e-6


@given(points)
def test_distance_to_oneself_is_nothing(one):
    assert distance(one, one) == 0
    assert distance(one, (one[0], one[1] + 360)) == pytest.approx(0, abs=1e-6)


@given(latitudes, latitudes, longitudes)
def test_distance_along_a_meridian_is_the_difference_of_latitudes(south, north, longitude):
    # abs: near the antipode the arc sine turns the last bit of a chord into some tens of metres
    assert distance((south, longitude), (north, longitude)) == pytest.approx(abs(north - south) * DEGREE, abs=0.3)


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ((19.4326, -99.1332), (40.4168, -3.7038), 9_060),  # Mexico City – Madrid
        ((40.6413, -73.7781), (51.4700, -0.4543), 5_540),  # New York JFK – London Heathrow
        ((48.8566, 2.3522), (51.5074, -0.1278), 344),  # Paris – London
        ((-33.8688, 151.2093), (-34.6037, -58.3816), 11_800),  # Sydney – Buenos Aires
        ((0, 0), (0, 180), 20_015),  # half the earth
    ],
)
def test_known_distances_between_cities(one, other, kilometres):
    assert distance(one, other) == pytest.approx(kilometres, rel=0.006)


@given(st.floats(-60, 60), st.floats(-179, 170), st.floats(0.01, 8), st.floats(-8, 8))
def test_samples_lie_on_the_edge_and_close_together(latitude, longitude, east, north):
    edge = pd.DataFrame([[longitude, latitude, longitude + east, latitude + north]], columns=geography.ENDS)
    vectors, _ = geography.sample(edge)
    steps = geography.kilometres(np.linalg.norm(np.diff(vectors, axis=0), axis=1))
    assert (steps <= geography.SPACING * 1.15).all()  # an edge is straight in degrees, not on the sphere
    ends = geography.unit_vectors([latitude, latitude + north], [longitude, longitude + east])
    assert (geography.kilometres(np.linalg.norm(vectors[[0, -1]] - ends, axis=1)) <= geography.SPACING * 0.6).all()


CITIES = {
    # ref_area: (country, latitude, longitude)
    "Guadalajara": ("MEX", 20.6767, -103.3475),
    "Ciudad de México": ("MEX", 19.4326, -99.1332),
    "Monterrey": ("MEX", 25.6714, -100.3090),
    "Tijuana": ("MEX", 32.5331, -117.0190),
    "Ciudad Juárez": ("MEX", 31.7386, -106.4870),
    "Nuevo Laredo": ("MEX", 27.4763, -99.5164),
    "Veracruz": ("MEX", 19.1903, -96.1533),
    "Cancún": ("MEX", 21.1606, -86.8475),
    "Isla Mujeres": ("MEX", 21.2580, -86.7490),
    "Chetumal": ("MEX", 18.5036, -88.3053),
    "Mexicali": ("MEX", 32.6633, -115.4678),
    "Acapulco": ("MEX", 16.8494, -99.9089),
    "Houston": ("USA", 29.7604, -95.3698),
    "El Paso": ("USA", 31.7587, -106.4869),
    "Chicago": ("USA", 41.8781, -87.6298),
    "Denver": ("USA", 39.7392, -104.9903),
    "Detroit": ("USA", 42.3314, -83.0458),
    "Honolulu": ("USA", 21.3069, -157.8583),
    "Madrid": ("ESP", 40.4168, -3.7038),
    "Zaragoza": ("ESP", 41.6488, -0.8891),
    "Barcelona": ("ESP", 41.3874, 2.1686),
    "Badajoz": ("ESP", 38.8794, -6.9707),
    "Ceuta": ("ESP", 35.8889, -5.3167),
    "Melilla": ("ESP", 35.2923, -2.9381),
    "Las Palmas": ("ESP", 28.1248, -15.4300),
    "Manaus": ("BRA", -3.1190, -60.0217),
    "Brasília": ("BRA", -15.7939, -47.8828),
    "Foz do Iguaçu": ("BRA", -25.5163, -54.5854),
    "Rio de Janeiro": ("BRA", -22.9068, -43.1729),
    "La Habana": ("CUB", 23.1136, -82.3666),
}


@pytest.fixture(scope="module")
def real_world(shared):
    """The observations of the four sources, from the real files."""
    import shutil
    import tempfile
    from pathlib import Path

    from pipeline.sources.readers import reader_of

    files = {
        ("natural_earth", "4-0"): {"ne_50m_admin_0_countries.json": "ne_50m_admin_0_countries.json"},
        ("world_port_index", "2024"): {"UpdatedPub150.csv": "UpdatedPub150.csv"},
        ("openflights", "2014"): {"airports.dat": "openflights_airports.dat", "routes.dat": "openflights_routes.dat"},
        ("koeppen_geiger", "2006"): {"Koeppen-Geiger-ASCII.txt": "Koeppen-Geiger-ASCII.txt"},
    }
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        for (source, vintage), names in files.items():
            for name, original in names.items():
                shutil.copyfile(shared / "raw" / source / original, Path(folder) / name)
            parts.append(reader_of(source)(Path(folder), vintage))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def cities(real_world):
    return area_geography(real_world, places(**CITIES)).set_index("ref_area")


@pytest.mark.parametrize(
    ("city", "low", "high"),
    [
        ("Guadalajara", 170, 230),
        ("Ciudad de México", 230, 300),  # Tecolutla and the Costa Grande
        ("Monterrey", 260, 310),
        ("Tijuana", 0, 12),
        ("Ciudad Juárez", 500, 620),  # the head of the Gulf of California
        ("Veracruz", 0, 5),
        ("Cancún", 0, 10),
        ("Isla Mujeres", 0, 5),
        ("Acapulco", 0, 5),
        ("Mexicali", 90, 180),
        ("Houston", 25, 85),  # Galveston Bay, the Gulf
        ("Chicago", 900, 1_100),  # lakes are no coast
        ("Denver", 1_150, 1_350),
        ("Honolulu", 0, 10),
        ("Madrid", 290, 320),
        ("Zaragoza", 150, 200),
        ("Barcelona", 0, 6),
        ("Ceuta", 0, 5),
        ("Brasília", 830, 950),
        ("Manaus", 800, 1_200),  # the estuary of the Amazon is sea on this map
        ("Rio de Janeiro", 0, 8),
    ],
)
def test_known_distances_to_the_coast(cities, city, low, high):
    assert low <= cities.loc[city, "distance_coast_km"] <= high


@pytest.mark.parametrize(
    ("city", "low", "high", "neighbour"),
    [
        ("Tijuana", 0, 10, "USA"),
        ("Ciudad Juárez", 0, 10, "USA"),
        ("Nuevo Laredo", 0, 6, "USA"),
        ("Mexicali", 0, 8, "USA"),
        ("Chetumal", 0, 15, "BLZ"),
        ("Monterrey", 140, 220, "USA"),  # Roma and Laredo
        ("Ciudad de México", 680, 800, "USA"),
        ("El Paso", 0, 8, "MEX"),
        ("Detroit", 0, 10, "CAN"),
        ("Chicago", 330, 420, "CAN"),
        ("Houston", 430, 500, "MEX"),
        ("Madrid", 220, 280, "PRT"),
        ("Badajoz", 0, 10, "PRT"),
        ("Ceuta", 0, 0, "MAR"),
        ("Melilla", 0, 0, "MAR"),
        ("Las Palmas", 1_000, 1_500, "PRT"),
    ],
)
def test_known_distances_to_the_border(cities, city, low, high, neighbour):
    assert low <= cities.loc[city, "distance_border_km"] <= high
    assert cities.loc[city, "border_country"] == neighbour


def test_at_a_tripoint_either_neighbour_will_do(cities):
    assert cities.loc["Foz do Iguaçu", "distance_border_km"] <= 10
    assert cities.loc["Foz do Iguaçu", "border_country"] in ("PRY", "ARG")


def test_an_island_state_has_no_border_in_the_real_world(cities):
    assert pd.isna(cities.loc["La Habana", "distance_border_km"]) and cities.loc["La Habana", "coastal"]


@pytest.mark.parametrize(
    ("city", "climates"),
    [
        ("Monterrey", ["BSh"]),
        ("Cancún", ["Aw", "Am"]),
        ("Isla Mujeres", ["Aw", "Am"]),
        ("Ciudad de México", ["Cwb"]),
        ("Madrid", ["Csa", "BSk"]),
        ("Houston", ["Cfa"]),
        ("Acapulco", ["Aw"]),
        ("Mexicali", ["BWh"]),
        ("Ciudad Juárez", ["BWk", "BSk"]),
        ("Chicago", ["Dfa"]),
        ("Manaus", ["Af", "Am"]),
        ("Barcelona", ["Csa", "Csb"]),
    ],
)
def test_known_climates(cities, city, climates):
    assert cities.loc[city, "climate_class"] in climates


@pytest.mark.parametrize(
    ("city", "low", "high"),
    [
        ("Monterrey", 20, 30),  # the airport in Apodaca
        ("Guadalajara", 14, 22),
        ("Tijuana", 2, 8),
        ("Ciudad de México", 4, 9),
        ("Madrid", 8, 16),
        ("Cancún", 10, 20),
        ("Barcelona", 8, 16),
        ("Nuevo Laredo", 5, 12),  # its own, not Laredo's across the river
        ("Mexicali", 15, 25),
        ("Acapulco", 15, 25),
    ],
)
def test_known_distances_to_airports(cities, city, low, high):
    assert low <= cities.loc[city, "distance_airport_km"] <= high


def test_known_distances_to_ports(cities):
    port = cities["distance_port_km"]
    assert port["Veracruz"] < 6 and port["Barcelona"] < 6 and port["Houston"] < 15 and port["Acapulco"] < 6
    assert port["Guadalajara"] == pytest.approx(200, abs=10)  # Puerto Vallarta
    assert port["Tijuana"] == pytest.approx(20, abs=5)  # Rosarito
    assert port["Madrid"] > 290


@pytest.fixture(scope="module")
def municipalities(shared, real_world):
    """Every Mexican municipality with its seat and its outline."""
    import json

    import shapely

    folder = shared / "raw" / "inegi_geography"
    seats = pd.read_csv(folder / "municipal_seats_and_areas.csv", dtype={"cvegeo": str}).set_index("cvegeo")
    features = json.loads((folder / "municipios_2020.geojson").read_text(encoding="utf-8"))["features"]
    outlines = {item["properties"]["cvegeo"]: shapely.geometry.shape(item["geometry"]).wkt for item in features}
    table = pd.DataFrame({"country": "MEX", "latitude": seats["cab_lat"], "longitude": seats["cab_lon"]})
    table["outline"] = table.index.map(outlines)
    return area_geography(real_world, table.reset_index(names="ref_area")).set_index("ref_area")


def test_mexican_municipalities_on_the_border(municipalities):
    """38 municipalities touch the USA, 23 Guatemala or Belize: the official numbers."""
    border = municipalities[municipalities["on_border"]]
    assert (border["border_country"] == "USA").sum() == 38
    assert border["border_country"].isin(["GTM", "BLZ"]).sum() == 23
    assert set(border.index.str[:2]) == {"02", "26", "08", "05", "19", "28", "07", "27", "04", "23"}


def test_mexican_municipalities_on_the_coast(municipalities):
    """17 states have a coast; about 150 municipalities have beaches, some twenty more only lagoons or marshes."""
    coast = municipalities[municipalities["coastal"]]
    states = "02 03 04 06 07 12 14 16 18 20 23 25 26 27 28 30 31"
    assert set(coast.index.str[:2]) == set(states.split())
    assert 150 <= len(coast) <= 175
    assert coast.loc[["02004", "23005", "23003", "30193", "12001", "25012", "28009", "06007"]].shape[0] == 8
    # All of Baja California and Baja California Sur, all of Quintana Roo but two inland municipalities
    assert municipalities.filter(regex="^03", axis=0)["coastal"].all()


def test_twenty_thousand_places_take_seconds(real_world):
    import time

    generator = np.random.default_rng(1)
    table = pd.DataFrame({"ref_area": [f"P{number}" for number in range(20_000)], "country": "MEX"})
    table["latitude"] = generator.uniform(15, 32, len(table))
    table["longitude"] = generator.uniform(-115, -88, len(table))
    start = time.perf_counter()
    first = area_geography(real_world, table)
    assert time.perf_counter() - start < 30  # a few seconds when nothing else runs
    pd.testing.assert_frame_equal(first, area_geography(real_world, table))
    assert (first["distance_coast_km"] == first["distance_coast_km"].round(3)).all()
