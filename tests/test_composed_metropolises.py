"""Metropolises that are made by a rule: of local areas at an urban centre, and China's cities. From the archive."""

import duckdb
import pytest

from pipeline.areas.places import places
from schemas.catalogue import register

READ = [
    "ghsl_ucdb", "geonames", "un_wup", "japan_ssdse", "japan_localgovjp", "korea_kosis", "argentina_indec_census",
    "chile_ine_census", "colombia_municipal_panel", "colombia_coordinates", "peru_minam_population", "peru_ubigeo",
    "bolivia_ine_census", "morocco_hcp_rgph", "malaysia_dosm", "philippines_psa", "kenya_census2019", "china_census",
    "china_city_points",
]  # fmt: skip
NEEDED = """
    select source::varchar as source, ref_area, variable::varchar as variable, time_period, obs_value, obs_text from '{}'
    where variable in ('name', 'parent', 'metropolis', 'country', 'latitude', 'longitude', 'area_km2', 'altitude', 'population',
        'settlement_class')"""


@pytest.fixture(scope="module")
def listed(archived, tmp_path_factory):
    path = tmp_path_factory.mktemp("metropolises") / "observations.parquet"
    files = [sorted((archived / source).glob("*.parquet"))[-1] for source in READ]
    with duckdb.connect() as connection:
        connection.execute(f"copy ({' union all '.join(NEEDED.format(file) for file in files)}) to '{path}'")
        people = connection.execute(
            f"select ref_area, arg_max(obs_value, time_period) from '{path}' where variable = 'population' group by ref_area"
        ).fetchall()
    return places(path).assign(people=lambda table: table["ref_area"].map(dict(people)))


@pytest.fixture(scope="module")
def made(listed):
    """The metropolises with their people and the number of their members, by name and country."""
    members = listed[(listed["level"] == "local") & listed["metropolis"].notna()].groupby("metropolis")["people"]
    table = listed[listed["kind"].str.startswith("metropolis_")].drop(columns="people").set_index("ref_area")
    return table.join(members.agg(people="sum", members="size"))


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("JPN", 48), ("KOR", 21), ("CHN", 134), ("ARG", 20), ("CHL", 7), ("COL", 20), ("PER", 13), ("BOL", 3), ("MAR", 11),
        ("MYS", 20), ("PHL", 37), ("KEN", 2),
    ],
)  # fmt: skip
def test_how_many_there_are(made, country, number):
    own = made[made["country"] == country]
    assert len(own) == number and own[["name", "latitude"]].notna().all().all()
    assert own["people"].min() >= (1_000_000 if country == "CHN" else 300_000)


@pytest.mark.parametrize(
    ("country", "name", "low", "high"),
    [  # millions, beside what the country's own definition gives
        ("JPN", "Tokyo", 34, 37),  # major metropolitan area of Kanto: 36.9
        ("JPN", "Kyoto", 2.0, 2.7),
        ("KOR", "Seoul", 22, 26),  # capital area: 26.0
        ("ARG", "Buenos Aires", 13, 15),  # aglomerado: 13.9
        ("ARG", "Mar del Plata", 0.6, 0.7),
        ("CHL", "Santiago", 6.0, 7.0),
        ("COL", "Bogotá", 8.5, 10),
        ("COL", "Medellín", 3.7, 4.2),  # Valle de Aburrá: ten municipalities, 4.0
        ("PER", "Lima", 10, 11.5),  # Lima and Callao
        ("BOL", "La Paz", 1.5, 1.9),
        ("MAR", "Casablanca", 4.0, 4.6),
        ("MYS", "George Town", 0.7, 0.9),
        ("PHL", "Manila", 22, 27),
        ("KEN", "Nairobi", 4.3, 4.5),
        ("CHN", "Shanghai", 24.8, 24.9),
    ],
)
def test_known_metropolises(made, country, name, low, high):
    found = made[(made["country"] == country) & (made["name"] == name)]
    assert len(found) == 1 and low <= found["people"].iloc[0] / 1e6 <= high


def test_a_chinese_metropolis_is_one_city(made, listed):
    china = made[made["country"] == "CHN"]
    assert (china["members"] == 1).all() and china["people"].sum() == 756_443_780
    names = register("area_names").set_index("ref_area")["publisher_name"]
    assert names[china.index.str.replace("METRO-", "")].str.endswith("市").all()


def test_no_city_stands_twice(made, listed):
    """An agglomeration of the United Nations whose nearest local area belongs to a metropolis is not there."""
    left = listed[listed["kind"] == "agglomeration"].groupby("country").size()
    whole = register("countries")  # of countries without a rule all are there
    assert "IND" in set(whole["iso3"]) and left["IND"] == 181
    assert left["CHN"] == 205 and "ARG" not in left and left["JPN"] == 1
    ruled = set(made["country"]) - {"CHN"}
    twice = listed[(listed["kind"] == "agglomeration") & listed["country"].isin(ruled)]
    assert set(twice["name"]).isdisjoint(made["name"])


def test_points_of_morocco_lie_in_its_towns(listed):
    """They were computed as if latitudes were geocentric, 20 km too far north."""
    fes, marrakech = (listed.set_index("ref_area").loc[code] for code in ("MA-03.231.01.0", "MA-07.351.01.0"))
    assert fes["latitude"] == pytest.approx(34.03, abs=0.02) and marrakech["latitude"] == pytest.approx(31.63, abs=0.02)


@pytest.mark.parametrize(
    ("area", "latitude", "longitude"),
    [
        ("CO-11001", 4.61, -74.08),  # Bogotá's territory reaches into the páramo
        ("BO-020101", -16.5, -68.15),  # that of La Paz into the Yungas
        ("CN-230100", 45.75, 126.65),  # that of Harbin into the mountains
        ("CL-04102", -29.95, -71.34),  # the file has Coquimbo in the sea
        ("AR-06357", -38.0, -57.56),
    ],
)
def test_where_people_live_is_the_point(listed, area, latitude, longitude):
    place = listed.set_index("ref_area").loc[area]
    assert (place["latitude"], place["longitude"]) == pytest.approx((latitude, longitude), abs=0.06)
