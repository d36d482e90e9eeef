"""What follows from several sources together: geography as figures, ages of cities, capitals, air hubs.

Each result is an observation like those of the readers, of the source ``derived``; estimates have status E. The arithmetic
of the Mexican sector mix is in ``sector_mix.py``.
"""

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from pipeline.areas.geography import EARTH_RADIUS, unit_vectors
from pipeline.foundation import query
from schemas.catalogue import methodology, register

NEAR = methodology()["derived"]


def derived_observations(
    observations: pd.DataFrame, places: pd.DataFrame, area_geography, sector_mix, homicide_rates, newest_midyear: int
) -> pd.DataFrame:
    """The table ``derived_observations``: ref_area, variable, time_period, obs_value, obs_status."""
    located = places.dropna(subset=["latitude", "longitude"]).query("level != 'state'")
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
        capitals=_capitals(observations, located),
        air_hubs=_air_hubs(observations, located),
        altitudes=_altitudes(observations, located),
    )


def points_of(observations: pd.DataFrame, prefix: str, *variables: str) -> pd.DataFrame:
    """One row per point whose code starts with ``prefix``: ref_area, latitude, longitude and the other variables."""
    rows = observations[observations["ref_area"].str.startswith(prefix)]
    texts = [name for name in variables if rows.loc[rows["variable"] == name, "obs_text"].notna().any()]
    wide = {
        name: rows[rows["variable"] == name].set_index("ref_area")["obs_text" if name in texts else "obs_value"]
        for name in ("latitude", "longitude", *variables)
    }
    return pd.DataFrame(wide).dropna(subset=["latitude", "longitude"]).reset_index(names="ref_area")


def _regions(observations: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The NUTS 3 region in which each European city lies: ref_area, region."""
    outlines = observations[(observations["variable"] == "outline") & observations["ref_area"].str.startswith("NUTS-")]
    cities = places[places["kind"] == "city_europe"]
    tree = shapely.STRtree(shapely.from_wkt(outlines["obs_text"].to_numpy(dtype=object)))
    points = shapely.points(cities[["longitude", "latitude"]].to_numpy())
    city, region = tree.query_nearest(points, max_distance=NEAR["region_degrees"], all_matches=False)
    return pd.DataFrame({"ref_area": cities["ref_area"].to_numpy()[city], "region": outlines["ref_area"].to_numpy()[region]})


def _capitals(observations: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Each capital of a nation (2) or of a state (1) belongs to the nearest place of each level: ref_area, capital_status."""
    towns = points_of(observations, "GEONAMES-", "settlement_class", "country")
    towns = towns[towns["settlement_class"].isin(["PPLC", "PPLA"])].rename(columns={"country": "country_of_point"})
    parts = []
    for _, level in places.groupby("level"):
        pairs = _pairs_within(level, towns, NEAR["capital_km"])
        pairs = pairs[pairs["country"] == pairs["country_of_point"]]
        parts.append(pairs.sort_values(["point", "km", "ref_area"]).drop_duplicates("point"))
    found = pd.concat(parts)
    found["capital_status"] = np.where(found["settlement_class"] == "PPLC", 2.0, 1.0)
    return found.groupby("ref_area", as_index=False)["capital_status"].max()


def _air_hubs(observations: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The most destinations that an airport near the place has: ref_area, destinations."""
    airports = points_of(observations, "AIRPORT-", "destinations").dropna(subset=["destinations"])
    pairs = _pairs_within(places, airports, NEAR["airport_km"])
    return pairs.groupby("ref_area", as_index=False)["destinations"].max()


def _altitudes(observations: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The altitude of the nearest populated place, where the area has none of its own: ref_area, altitude.

    The altitude of a Mexican municipality is the mean of its territory; a populated place at its seat says better.
    """
    towns = points_of(observations, "GEONAMES-", "altitude").dropna(subset=["altitude"])
    without = _pairs_within(places[places["altitude"].isna()], towns, NEAR["altitude_km"])
    seats = _pairs_within(places[places["kind"] == "municipality_mexico"], towns, NEAR["seat_km"])
    pairs = pd.concat([without, seats]).rename(columns={"altitude": "altitude_of_point"})
    nearest = pairs.sort_values(["ref_area", "km", "point"]).drop_duplicates("ref_area")
    return nearest.rename(columns={"altitude_of_point": "altitude"})[["ref_area", "altitude"]]


def _pairs_within(places: pd.DataFrame, points: pd.DataFrame, kilometres: float) -> pd.DataFrame:
    """Every place with every point at most so far away: the place's columns, the point's, ``point`` and ``km``."""
    chord = 2 * np.sin(kilometres / (2 * EARTH_RADIUS))
    there = unit_vectors(points["latitude"], points["longitude"])
    here = unit_vectors(places["latitude"], places["longitude"])
    found = cKDTree(there).query_ball_point(here, chord, return_sorted=True)
    left = np.repeat(np.arange(len(places)), [len(item) for item in found])
    right = np.array([item for items in found for item in items], dtype=int)
    pairs = places.iloc[left][["ref_area", "country"]].reset_index(drop=True)
    others = points.iloc[right].drop(columns=["latitude", "longitude"]).rename(columns={"ref_area": "point"})
    chords = np.linalg.norm(here[left] - there[right], axis=1)
    return pairs.join(others.reset_index(drop=True)).assign(km=(2 * EARTH_RADIUS * np.arcsin(chords / 2)).round(3))
