"""What follows from several sources together: geography as figures, ages of cities, capitals, air hubs.

Each result is an observation like those of the readers, of the source ``derived``; estimates have status E. What towns and
airports say of an area is in ``towns.py`` and ``airports.py``, the arithmetic of the Mexican sector mix in ``sector_mix.py``.
"""

import re
from pathlib import Path

import pandas as pd
import shapely

from pipeline.areas.airports import air_hubs, airports, people_of
from pipeline.areas.geography import country_outlines
from pipeline.areas.towns import capitals
from pipeline.foundation import query
from schemas.catalogue import methodology, register

NEAR = methodology()["derived"]


def derived_observations(
    observations: pd.DataFrame,
    places: pd.DataFrame,
    area_geography,
    sector_mix,
    homicide_rates,
    regional_figures: pd.DataFrame,
    newest_midyear: int,
) -> pd.DataFrame:
    """The table ``derived_observations``: ref_area, variable, time_period, obs_value, obs_status."""
    located = located_of(places)
    flights = airports(observations, country_outlines(observations))
    hubs = located[located["level"] == "metro"]
    return query.run(
        "areas/derived_observations",
        constants=NEAR | {"newest_midyear": newest_midyear},
        observations=observations,
        places=places,
        area_geography=area_geography,
        sector_mix=sector_mix,
        homicide_rates=homicide_rates,
        regional_figures=regional_figures,
        area_changes=register("area_changes"),
        area_concordance=register("area_concordance"),
        regions=regions_of_cities(observations, located),
        capitals=capitals(observations, located),
        air_hubs=air_hubs(flights, hubs, people_of(observations, places)),
    )


def regional_figures(
    observations: Path, places: pd.DataFrame, source_order: pd.DataFrame, city_regions: pd.DataFrame
) -> pd.DataFrame:
    """What is known of an area's region only: ref_area, variable, time_period, obs_value, margin_of_error.

    ``city_regions``: the region of each city, by its point.
    """
    wanted = register("regional_figures").fillna("").astype("str")
    names = {"population", *wanted["variable"], *wanted["base"]}
    for column in ("region_variable", "learned_numerator", "learned_base"):
        names |= {name for cell in wanted[column] for name in re.split(r"[|+]", cell) if name}
    columns = ["source", "ref_area", "variable", "time_period", "obs_value", "obs_text", "margin_of_error"]
    rows = pd.read_parquet(observations, filters=[("variable", "in", sorted(names))], columns=columns)
    return query.run(
        "areas/regional_figures",
        constants=methodology()["regional_figures"] | {"kappa": methodology()["matching"]["kappa"]},
        observations=rows,
        places=places,
        source_order=source_order,
        regional_figures=wanted,
        city_regions=city_regions,
    )


def located_of(places: pd.DataFrame) -> pd.DataFrame:
    """The places with a point of their own."""
    return places.dropna(subset=["latitude", "longitude"]).query("level != 'state'")


def regions_of_cities(observations: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The NUTS 3 region in which each European city lies: ref_area, region."""
    outlines = observations[(observations["variable"] == "outline") & observations["ref_area"].str.startswith("NUTS-")]
    cities = places[places["kind"] == "city_europe"]
    tree = shapely.STRtree(shapely.from_wkt(outlines["obs_text"].to_numpy(dtype=object)))
    points = shapely.points(cities[["longitude", "latitude"]].to_numpy())
    city, region = tree.query_nearest(points, max_distance=NEAR["region_degrees"], all_matches=False)
    return pd.DataFrame({"ref_area": cities["ref_area"].to_numpy()[city], "region": outlines["ref_area"].to_numpy()[region]})
