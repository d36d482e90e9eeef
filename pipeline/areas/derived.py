"""What follows from several sources together: geography as figures, ages of cities, capitals, air hubs.

Each result is an observation like those of the readers, of the source ``derived``; estimates have status E. What towns and
airports say of an area is in ``towns.py`` and ``airports.py``, the arithmetic of the Mexican sector mix in ``sector_mix.py``.
"""

import pandas as pd
import shapely

from pipeline.areas.airports import air_hubs, airports, people_of
from pipeline.areas.geography import country_outlines
from pipeline.areas.towns import capitals
from pipeline.foundation import query
from schemas.catalogue import methodology, register

NEAR = methodology()["derived"]


def derived_observations(
    observations: pd.DataFrame, places: pd.DataFrame, area_geography, sector_mix, homicide_rates, newest_midyear: int
) -> pd.DataFrame:
    """The table ``derived_observations``: ref_area, variable, time_period, obs_value, obs_status."""
    located = places.dropna(subset=["latitude", "longitude"]).query("level != 'state'")
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
        area_changes=register("area_changes"),
        area_concordance=register("area_concordance"),
        regions=_regions(observations, located),
        capitals=capitals(observations, located),
        air_hubs=air_hubs(flights, hubs, people_of(observations, places)),
    )


def _regions(observations: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The NUTS 3 region in which each European city lies: ref_area, region."""
    outlines = observations[(observations["variable"] == "outline") & observations["ref_area"].str.startswith("NUTS-")]
    cities = places[places["kind"] == "city_europe"]
    tree = shapely.STRtree(shapely.from_wkt(outlines["obs_text"].to_numpy(dtype=object)))
    points = shapely.points(cities[["longitude", "latitude"]].to_numpy())
    city, region = tree.query_nearest(points, max_distance=NEAR["region_degrees"], all_matches=False)
    return pd.DataFrame({"ref_area": cities["ref_area"].to_numpy()[city], "region": outlines["ref_area"].to_numpy()[region]})
