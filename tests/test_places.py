"""Where places lie, against what is known of each of them, from the archive: one place for each kind of fault there was."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.areas import places as areas
from pipeline.decisions.opportunities import sister_cities
from schemas.catalogue import register

ARCHIVE = Path(__file__).parents[1] / "data" / "raw" / "archive"
READ = [
    "geonames", "geonames_towns", "openflights", "world_port_index", "natural_earth", "koeppen_geiger", "chirps_seasons",
    "inegi_geography", "mx_terrain", "metropolises", "inegi_census", "us_census_gazetteer", "us_census_delineation",
    "us_census_acs_counties", "us_census_estimates", "us_census_acs", "sister_cities", "ign_spain",
    "turkey_tuik", "eurostat_lau_2019", "destatis_kreise", "gus_powiaty", "un_wup",
]  # fmt: skip


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Places, geography, derived observations and sister cities, of the archive's newest vintages of what they need."""
    folder = tmp_path_factory.mktemp("places")
    files = [sorted((ARCHIVE / source).glob("*.parquet"))[-1] for source in READ]
    pd.concat([pd.read_parquet(file) for file in files], ignore_index=True).to_parquet(folder / "observations.parquet")
    empty = pd.DataFrame(columns=["ref_area", "variable", "time_period", "obs_value", "obs_status"])
    kinds = {"ref_area": "str", "variable": "str", "time_period": "int64", "obs_value": "float64", "obs_status": "str"}
    empty.astype(kinds).assign(standard_error=0.0).to_parquet(folder / "sector_mix.parquet")
    rates = pd.DataFrame({"ref_area": "MX-01001", "time_period": [2025], "rate": 1.0, "people": 1.0})
    rates.to_parquet(folder / "homicide_rates.parquet")
    path = {name: folder / f"{name}.parquet" for name in ("observations", "places", "area_geography", "sector_mix")}
    areas.places(path["observations"]).to_parquet(path["places"])
    areas.area_geography(path["observations"], path["places"]).to_parquet(path["area_geography"])
    derived = areas.derived_observations(*path.values(), folder / "homicide_rates.parquet")
    return derived, sister_cities(path["observations"], path["places"])


@pytest.fixture(scope="module")
def value(tables):
    rows = tables[0].sort_values("time_period").drop_duplicates(["ref_area", "variable"], keep="last")
    values = rows.set_index(["ref_area", "variable"])
    return lambda area, variable: values.loc[(area, variable), "obs_value"]


@pytest.mark.parametrize(
    ("area", "status"),
    [
        ("MX-09015", 2),  # Cuauhtémoc, and not the municipality with the nearest seat
        ("MX-09017", 0),
        ("MX-10005", 1),  # Durango, which GeoNames does not know as a capital
        ("US-24003", 1),  # Annapolis lies in Anne Arundel
        ("US-11001", 2),
        ("US-46065", 1),  # Pierre
        ("MX-METRO-09.1.01", 2),
        ("TR-METRO-06", 2),
        ("TR-METRO-48", 1),  # Muğla, whose capital lies in the district of Menteşe
        ("WUP-22726", 1),  # Sivas is no metropolitan municipality
        ("DE-09162", 1),
        ("CZ-554782", 2),
    ],
)
def test_a_capital_is_where_it_is(value, area, status):
    assert value(area, "capital_status") == status


def test_every_state_has_its_capital(tables):
    rows = tables[0][tables[0]["variable"] == "capital_status"]
    held = rows[rows["obs_value"] > 0]["ref_area"]
    assert held[held.str.fullmatch(r"MX-\d{5}")].str[:5].nunique() == 32
    counties = held[held.str.fullmatch(r"US-\d{5}")]
    assert counties.str[:5].nunique() == len(counties) == 51


@pytest.mark.parametrize(
    ("area", "variable", "low", "high"),
    [
        ("MX-03008", "distance_airport_km", 0, 30),  # Los Cabos: its own
        ("MX-20067", "distance_airport_km", 0, 15),
        ("MX-02004", "distance_airport_km", 0, 10),
        ("MX-31059", "distance_port_km", 0, 5),  # Progreso
        ("MX-04003", "distance_port_km", 0, 10),  # Ciudad del Carmen
        ("MX-27014", "distance_port_km", 0, 10),  # Dos Bocas, Paraíso
        ("MX-23001", "distance_port_km", 0, 10),  # Cozumel
        ("MX-07089", "distance_port_km", 0, 35),  # Tapachula: Puerto Chiapas, formerly Puerto Madero
        ("MX-06007", "altitude", 0, 40),  # Manzanillo
        ("MX-12021", "altitude", 0, 60),  # Coyuca de Benítez
        ("MX-08008", "altitude", 480, 700),  # Batopilas, at the bottom of its canyon
        ("MX-METRO-02.2.03", "altitude", -5, 15),  # Mexicali
        ("MX-20067", "climate_dryness", 1, 1),
        ("MX-21156", "climate_dryness", 1, 1),
        ("MX-METRO-20.1.01", "climate_arid", 1, 1),
        ("MX-METRO-21.1.03", "climate_arid", 1, 1),
        ("MX-14039", "climate_arid", 0, 0),  # Guadalajara, Mexico City and Acapulco are not
        ("MX-09015", "climate_arid", 0, 0),
        ("MX-12001", "climate_arid", 0, 0),
        ("MX-02002", "distance_border_km", 0, 5),  # Mexicali and El Centro look at each other
        ("US-06025", "distance_border_km", 0, 20),
        ("US-CBSA-29620", "distance_border_km", 1_900, 2_300),  # Lansing is not on this border
        ("US-26163", "distance_border_km", 1_900, 2_400),  # nor is Detroit
        ("MX-METRO-02.1.01", "air_destinations", 32, 32),  # Tijuana without San Diego
        ("MX-METRO-15.3.02", "air_destinations", 0, 0),  # Ozumba without Mexico City
        ("MX-METRO-09.1.01", "air_destinations", 94, 94),
        ("MX-METRO-08.2.03", "air_destinations", 6, 6),  # Ciudad Juárez without El Paso
    ],
)
def test_known_places(value, area, variable, low, high):
    assert low <= value(area, variable) <= high


def test_few_municipalities_carry_the_mean_of_their_territory_and_they_say_so(tables):
    rows = tables[0][(tables[0]["variable"] == "altitude") & tables[0]["ref_area"].str.fullmatch(r"MX-\d{5}")]
    assert len(rows) == 2_469 and (rows["obs_status"] == "E").sum() == 81


def test_households_of_counties_leave_out_group_quarters(value):
    """Chattahoochee has Fort Moore and Brazos a university: the publisher's own averages."""
    counties = pd.read_parquet(ARCHIVE / "us_census_acs_counties" / "2024.parquet")
    published = counties[counties["variable"].isin(["households", "household_size_mean"])]
    wide = published.pivot(index="ref_area", columns="variable", values="obs_value")
    for area in ("US-13053", "US-48041", "US-06037"):
        assert value(area, "household_population") / wide.loc[area, "households"] == pytest.approx(
            wide.loc[area, "household_size_mean"], abs=0.001
        )


@pytest.mark.parametrize(
    ("pair", "county"), [(17458, "US-04003"), (17502, "US-04003"), (17472, "US-48251"), (17204, "US-06073"), (17223, "US-06025")]
)
def test_a_twin_is_the_town_and_no_namesake(tables, pair, county):
    """Douglas in Arizona, Cleburne in Texas, San Ysidro in San Diego, Calexico."""
    assert tables[1].set_index("pair").loc[pair, "counterpart_local_area"] == county


def test_where_several_towns_bear_the_name_and_none_is_there_no_county_is_named(tables):
    assert pd.isna(tables[1].set_index("pair").loc[17485, "counterpart_local_area"])  # Livingston


def test_dependency_divides_by_the_ages_that_it_says():
    rows = register("indicators").set_index("indicator")
    for name in ("youth_dependency", "old_age_dependency"):
        assert rows.loc[name, "denominator"] == "population_15_64"
    assert rows.loc["population_loss", "formula"] == "loss"
