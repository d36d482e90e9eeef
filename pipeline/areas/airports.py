"""Which airports there are, whose they are, and where their flights lead.

An airport counts if scheduled flights leave it. It belongs to the country that its publisher names and to the one whose
outline holds it: the two differ for overseas territories. Towns do not belong here (``towns.py``), distances neither.
"""

import numpy as np
import pandas as pd
import shapely

from pipeline.areas.points import pairs_within, points_of
from schemas.catalogue import methodology, register

NEAR = methodology()["derived"]


def airports(observations: pd.DataFrame, outlines: pd.Series) -> pd.DataFrame:
    """Every airport with flights, once per country that it belongs to: ref_area, latitude, longitude, destinations, country."""
    table = points_of(observations, "AIRPORT-", "destinations", "country_name").dropna(subset=["destinations"])
    codes = register("countries").drop_duplicates("name_en").set_index("name_en")["iso3"]
    named = table.assign(country=table["country_name"].map(codes))
    tree = shapely.STRtree(outlines.to_numpy(dtype=object))
    airport, outline = tree.query_nearest(shapely.points(table[["longitude", "latitude"]].to_numpy()), all_matches=False)
    drawn = table.iloc[airport].assign(country=outlines.index.to_numpy(dtype=object)[outline])
    both = pd.concat([named.dropna(subset=["country"]), drawn]).drop_duplicates(["ref_area", "country"])
    return both.sort_values(["ref_area", "country"], ignore_index=True).drop(columns="country_name")


def air_hubs(flights: pd.DataFrame, metropolises: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """The most destinations of an airport that serves each metropolis: ref_area, destinations.

    It serves one of its own country within ``airport_km``, unless a more populous one of that country lies nearer to it.
    """
    flights = flights.rename(columns={"country": "country_of_point"})
    pairs = pairs_within(metropolises, flights, NEAR["airport_km"], "country")
    pairs = pairs[pairs["country"] == pairs["country_of_point"]]
    pairs["people"] = pairs["ref_area"].map(people).fillna(0).astype("float64")
    pairs = pairs.sort_values(["point", "country", "km", "ref_area"])
    nearer = pairs.groupby(["point", "country"])["people"].cummax()
    ours = pairs[pairs["people"] >= nearer]
    return ours.groupby("ref_area", as_index=False)["destinations"].max()


def people_of(observations: pd.DataFrame, places: pd.DataFrame) -> pd.Series:
    """The newest population of each place that is no projection, of a metropolis without one that of its members."""
    rows = observations[(observations["variable"] == "population") & observations["obs_value"].notna()]
    rows = rows[(rows["source"] != "un_wup") | (rows["time_period"] <= NEAR["agglomeration_year"])]
    own = rows.sort_values(["time_period", "source"]).drop_duplicates("ref_area", keep="last").set_index("ref_area")["obs_value"]
    members = places.dropna(subset=["metropolis"])
    sums = members["ref_area"].map(own).groupby(members["metropolis"]).sum()
    return own.combine_first(sums[~np.isin(sums.index, own.index)])
