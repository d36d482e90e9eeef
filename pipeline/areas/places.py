"""The areas of the index: which there are, where they lie, what they are part of."""

from pathlib import Path

import pandas as pd

from pipeline.areas import derived, geography, towns
from pipeline.areas import homicide_rates as homicides
from pipeline.foundation import query
from pipeline.foundation.tables import table
from schemas.catalogue import methodology, register

DERIVED = "derived"  # the source of what a build computes from several sources


def source_order() -> pd.DataFrame:
    """Sources in the order of ``sources.csv``: where two say the same thing of the same year, the first counts."""
    names = dict.fromkeys([DERIVED, *register("sources")["source"]])
    return pd.DataFrame({"source": list(names), "position": range(len(names))})


@table()
def places(observations: Path) -> pd.DataFrame:
    """The table ``places``."""
    registers = {name: register(name) for name in ("area_kinds", "area_concordance", "area_parents", "area_points")}
    given = {"observations": observations, "source_order": source_order(), **registers}
    wanted = ("observations", "source_order", "area_kinds", "area_points")
    constants = methodology()["metropolises"]
    composed = query.run("areas/composed_metropolises", constants=constants, **{name: given[name] for name in wanted})
    return query.run("areas/places", constants=constants, composed=composed, **given)


@table()
def area_members(places: Path) -> pd.DataFrame:
    """The table ``area_members``."""
    return query.run("areas/area_members", places=places)


@table()
def area_outlines(observations: Path) -> pd.DataFrame:
    """The table ``area_outlines``."""
    return query.run("areas/area_outlines", observations=observations)


@table()
def area_geography(observations: Path, places: Path) -> pd.DataFrame:
    """The table ``area_geography``: distances, climate and altitude of every place's point, coast and border by its outline."""
    features = pd.read_parquet(
        observations,
        filters=[("variable", "in", [*GEOGRAPHIC, *OF_TOWNS])],
        columns=["ref_area", "variable", "obs_value", "obs_text"],
    )
    located = pd.read_parquet(places)
    points = located[located["level"] != "state"].dropna(subset=["latitude"])
    heights = towns.altitudes(features, points).set_index("ref_area")
    stands_for = located["ref_area"].map(towns.main_members(located)).fillna(located["ref_area"])
    outlines = features[features["variable"] == "outline"].set_index("ref_area")["obs_text"]
    rain = {name: features[features["variable"] == name].set_index("ref_area")["obs_value"] for name in RAINFALL}
    more = {"outline": located["ref_area"].map(outlines), "seat_altitude": located["ref_area"].map(heights["altitude"])}
    more |= {name: stands_for.map(column) for name, column in rain.items()}
    table = geography.area_geography(features, located.assign(**more), methodology()["areas"]["home"])
    return table.join(heights.rename(columns={"obs_status": "altitude_status"}), on="ref_area")


@table()
def homicide_rates(observations: Path, places: Path) -> pd.DataFrame:
    """The table ``homicide_rates``: smoothed over years and by size, with an interval."""
    columns = ["source", "ref_area", "variable", "time_period", "obs_value"]
    rows = pd.read_parquet(observations, filters=[("variable", "in", homicides.VARIABLES)], columns=columns)
    return homicides.homicide_rates(rows[rows["ref_area"].str.startswith("MX-")], pd.read_parquet(places))


@table()
def derived_observations(
    observations: Path, places: Path, area_geography: Path, sector_mix: Path, homicide_rates: Path
) -> pd.DataFrame:
    """The table ``derived_observations``."""
    wanted = [*GEOGRAPHIC, *OF_TOWNS, *DERIVED_FROM]
    columns = ["source", "ref_area", "variable", "time_period", "obs_value", "obs_text"]
    rows = pd.read_parquet(observations, filters=[("variable", "in", wanted)], columns=columns)
    areas = pd.read_parquet(places)
    cities = derived.regions_of_cities(rows, derived.located_of(areas))
    regional = derived.regional_figures(observations, areas, source_order(), cities)
    midyear = newest_midyear(observations)
    return derived.derived_observations(rows, areas, area_geography, sector_mix, homicide_rates, regional, midyear)


def newest_midyear(observations: Path) -> int:
    """The year of the last 1 July before the newest publication that an edition uses."""
    newest = _newest_publication(observations)
    return int(newest[:4]) - (newest[5:] < "07-01")


def newest_year(observations: Path) -> int:
    """The year of the newest publication that an edition uses: the present of the edition."""
    return int(_newest_publication(observations)[:4])


def _newest_publication(observations: Path) -> str:
    used = query.run("areas/used_vintages", observations=observations, sources=register("sources"))
    return used["released"].dropna().max()


RAINFALL = ["rainfall_summer", "rainfall_winter"]
GEOGRAPHIC = [
    "outline",
    "name",
    "country_name",
    "latitude",
    "longitude",
    "harbour_size",
    "cargo_pier_depth",
    *geography.CARGO,
    "routes",
    "destinations",
    "climate_class",
    *RAINFALL,
]
OF_TOWNS = ["population", "altitude", "settlement_class", "area", "country", "seat_name"]
DERIVED_FROM = [
    "population_0_14", "population_65_plus", "population_15_64_share_national",
    "population_65_plus_share_national", "area_km2", "metropolis", "population_projected", "households", "household_size_mean",
    "rainfall_normal", "emissions_pm25",
]  # fmt: skip


@table()
def reference_areas(places: Path, indicator_values: Path, area_geography: Path, matching_coverage: Path) -> pd.DataFrame:
    """The table ``reference_areas``."""
    return query.run(
        "areas/reference_areas",
        places=places,
        indicator_values=indicator_values,
        area_geography=area_geography,
        matching_coverage=matching_coverage,
    )
