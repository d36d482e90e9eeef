"""The areas of the index: which there are, where they lie, what they are part of."""

from pathlib import Path

import pandas as pd

from pipeline.areas import derived, geography
from pipeline.areas import homicide_rates as homicides
from pipeline.foundation import query
from pipeline.foundation.tables import table
from schemas.catalogue import register

DERIVED = "derived"  # the source of what a build computes from several sources


def source_order() -> pd.DataFrame:
    """Sources in the order of ``sources.csv``: where two say the same thing of the same year, the first counts."""
    names = dict.fromkeys([DERIVED, *register("sources")["source"]])
    return pd.DataFrame({"source": list(names), "position": range(len(names))})


@table()
def places(observations: Path) -> pd.DataFrame:
    """The table ``places``."""
    registers = {name: register(name) for name in ("area_kinds", "area_concordance", "area_parents", "area_points")}
    return query.run("areas/places", observations=observations, source_order=source_order(), **registers)


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
    """The table ``area_geography``: distances and climate of every place's point, coast and border by its outline."""
    features = pd.read_parquet(
        observations,
        filters=[("variable", "in", GEOGRAPHIC)],
        columns=["ref_area", "variable", "obs_value", "obs_text"],
    )
    outlines = features[features["variable"] == "outline"].set_index("ref_area")["obs_text"]
    located = pd.read_parquet(places)
    return geography.area_geography(features, located.assign(outline=located["ref_area"].map(outlines)))


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
    wanted = [*GEOGRAPHIC, *DERIVED_FROM]
    columns = ["source", "ref_area", "variable", "time_period", "obs_value", "obs_text"]
    rows = pd.read_parquet(observations, filters=[("variable", "in", wanted)], columns=columns)
    midyear = newest_midyear(observations)
    return derived.derived_observations(rows, pd.read_parquet(places), area_geography, sector_mix, homicide_rates, midyear)


def newest_midyear(observations: Path) -> int:
    """The year of the last 1 July before the newest publication that an edition uses."""
    used = query.run("areas/used_vintages", observations=observations, sources=register("sources"))
    newest = used["released"].dropna().max()
    return int(newest[:4]) - (newest[5:] < "07-01")


GEOGRAPHIC = [
    "outline",
    "name",
    "country_name",
    "latitude",
    "longitude",
    "harbour_size",
    "routes",
    "destinations",
    "climate_class",
]
DERIVED_FROM = [
    "population", "population_0_14", "population_65_plus", "population_15_64_share_national",
    "population_65_plus_share_national", "area_km2", "altitude", "settlement_class",
    "metropolis", "country", "population_projected",
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
