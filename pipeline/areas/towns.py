"""What the towns of an area say of it: how high its people live, and whether it holds a capital.

Distances to coasts, borders, ports and airports do not belong here: ``geography.py``, ``airports.py``.
"""

import numpy as np
import pandas as pd
import shapely

from pipeline.areas.points import pairs_within, plain, points_of
from schemas.catalogue import methodology, register

NEAR = methodology()["derived"]
CAPITALS = {"PPLC": 2.0, "PPLA": 1.0}


def altitudes(observations: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Metres above the sea of where people live, and the status: ref_area, altitude, obs_status.

    In the order of preference: the town at the seat of a Mexican municipality, the altitude of the publisher's own seat,
    the area's most populous town, the nearest town (E), the mean of the territory (E). A Mexican metropolis has that of
    the member in which its point lies.
    """
    towns = points_of(observations, "TOWN-", "name", "area", "population", "altitude").dropna(subset=["altitude"])
    others = points_of(observations, "GEONAMES-", "altitude").dropna(subset=["altitude"])
    mexican, known = places["kind"] == "municipality_mexico", places["altitude"].notna()
    own = places[known & ~mexican & (places["kind"] != "metropolis_mexico")].assign(obs_status="A")
    means = places[mexican & known].assign(obs_status="E")
    ways = [_at_seats(observations, places[mexican], towns), own, _largest(places[~known], towns)]
    ways += [_nearest(places[~known], pd.concat([towns, others])), means]
    found = pd.concat([way[["ref_area", "altitude", "obs_status"]] for way in ways]).drop_duplicates("ref_area")
    members = main_members(places)
    of_metropolises = found.set_index("ref_area").reindex(members).set_index(members.index).dropna()
    of_metropolises = of_metropolises.reset_index(names="ref_area")
    return pd.concat([of_metropolises, found]).drop_duplicates("ref_area", ignore_index=True)


def main_members(places: pd.DataFrame) -> pd.Series:
    """The municipality in which the point of each Mexican metropolis lies: its most populous member."""
    members = places[places["kind"] == "municipality_mexico"].dropna(subset=["metropolis"])
    metropolises = places.loc[places["kind"] == "metropolis_mexico", ["ref_area", "latitude", "longitude"]]
    same = metropolises.rename(columns={"ref_area": "metropolis"}).merge(members, on=["metropolis", "latitude", "longitude"])
    return same.drop_duplicates("metropolis").set_index("metropolis")["ref_area"]


def capitals(observations: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The local area and the metropolis of each capital of a nation (2) or of a state (1): ref_area, capital_status."""
    variables = ("name", "settlement_class", "area", "country")
    towns = points_of(observations, "TOWN-", *variables)
    world = points_of(observations, "GEONAMES-", *variables)
    if towns.empty and world.empty:  # an edition from before the first of both: nothing is known of capitals
        return pd.DataFrame({"ref_area": pd.Series(dtype="str"), "capital_status": pd.Series(dtype="int64")})
    if not towns.empty:
        towns["country"] = towns["area"].str[:3].map({"MX-": "MEX", "US-": "USA"}).fillna(_country(places, towns))
    towns = pd.concat([towns, world[~world["country"].isin(towns["country"])]])
    towns = towns[towns["settlement_class"].isin(list(CAPITALS))].reset_index(drop=True)
    towns["capital_status"] = towns["settlement_class"].map(CAPITALS)
    local = places[places["level"] == "local"]
    inside = _inside(observations, local, towns)
    declared = register("capitals")[["ref_area", "capital_status"]]
    declared = declared[declared["ref_area"].isin(local["ref_area"])]
    found = pd.concat([inside[["ref_area", "capital_status"]], declared])
    metro = places[places["level"] == "metro"]
    by_member = found.merge(local[["ref_area", "metropolis"]], on="ref_area").dropna(subset=["metropolis"])
    by_member = by_member[["metropolis", "capital_status"]].rename(columns={"metropolis": "ref_area"})
    composed = local.loc[local["metropolis"].notna(), "country"].unique()
    alone = ~metro["country"].isin(composed) | (metro["kind"] == "agglomeration")  # an agglomeration has no members
    rest = _bearers(metro[alone], towns)
    found = pd.concat([found, by_member, rest[["ref_area", "capital_status"]]])
    return found.groupby("ref_area", as_index=False)["capital_status"].max()


def _country(places: pd.DataFrame, towns: pd.DataFrame) -> pd.Series:
    """The country of the place nearest to each town, where its area is not known."""
    near = pairs_within(towns.drop(columns="country"), places.dropna(subset=["latitude"]), NEAR["capital_km"])
    near = near.sort_values(["ref_area", "km", "point"]).drop_duplicates("ref_area")
    return towns["ref_area"].map(near.set_index("ref_area")["country"])


def _inside(observations: pd.DataFrame, local: pd.DataFrame, towns: pd.DataFrame) -> pd.DataFrame:
    """Each town with the area that holds it: by its own code, by outlines, else by name or nearness."""
    known = towns[towns["area"].isin(local["ref_area"])]
    rest = towns[~towns["ref_area"].isin(known["ref_area"])]
    drawn = observations[(observations["variable"] == "outline") & observations["ref_area"].isin(local["ref_area"])]
    tree = shapely.STRtree(shapely.from_wkt(drawn["obs_text"].to_numpy(dtype=object)))
    town, outline = tree.query(shapely.points(rest[["longitude", "latitude"]].to_numpy()), predicate="within")
    covered = rest.iloc[town].assign(area=drawn["ref_area"].to_numpy()[outline])
    near = _bearers(local, rest[~rest["ref_area"].isin(covered["ref_area"])])
    held = pd.concat([known, covered])[["area", "capital_status"]].rename(columns={"area": "ref_area"})
    return pd.concat([held, near[["ref_area", "capital_status"]]])


def _bearers(places: pd.DataFrame, towns: pd.DataFrame) -> pd.DataFrame:
    """For each town the place of its country that bears its name within ``capital_km``, else the nearest."""
    towns = towns.rename(columns={"name": "town", "country": "country_of_point"})
    pairs = pairs_within(places, towns.drop(columns="area"), NEAR["capital_km"], "country", "name")
    pairs = pairs[pairs["country"] == pairs["country_of_point"]]
    pairs["other"] = plain(pairs["town"]) != plain(pairs["name"])
    return pairs.sort_values(["point", "other", "km", "ref_area"]).drop_duplicates("point")


def _at_seats(observations: pd.DataFrame, municipalities: pd.DataFrame, towns: pd.DataFrame) -> pd.DataFrame:
    """The town of the municipality that bears the seat's or the municipality's name, else one at its seat, else near it (E)."""
    seats = observations[observations["variable"] == "seat_name"].set_index("ref_area")["obs_text"]
    named = municipalities.assign(seat=municipalities["ref_area"].map(seats))
    pairs = pairs_within(named, towns.rename(columns={"name": "town"}), NEAR["seat_reach_km"], "name", "seat")
    inside = pairs["area"].isna() | (pairs["area"] == pairs["ref_area"])
    town = plain(pairs["town"])
    same = (town == plain(pairs["seat"])) | (town == plain(pairs["name"]))
    at_seat = pairs["km"] <= NEAR["seat_km"]
    pairs["way"] = np.select([at_seat & same, inside & same, at_seat, inside], [0, 1, 2, 3], 4)
    nearest = pairs[pairs["way"] < 4].sort_values(["ref_area", "way", "km", "point"]).drop_duplicates("ref_area")
    return nearest.assign(obs_status=np.where(nearest["way"] < 3, "A", "E"))


def _largest(places: pd.DataFrame, towns: pd.DataFrame) -> pd.DataFrame:
    """The most populous town of each area."""
    order = towns.assign(people=towns["population"].fillna(0)).sort_values(["area", "people", "ref_area"], ascending=[1, 0, 1])
    largest = order.dropna(subset=["area"]).drop_duplicates("area").drop(columns="ref_area").rename(columns={"area": "ref_area"})
    return largest[largest["ref_area"].isin(places["ref_area"])].assign(obs_status="A")


def _nearest(places: pd.DataFrame, towns: pd.DataFrame) -> pd.DataFrame:
    """The town nearest to each place, within ``altitude_km``."""
    pairs = pairs_within(places, towns[["ref_area", "latitude", "longitude", "altitude"]], NEAR["altitude_km"])
    return pairs.sort_values(["ref_area", "km", "point"]).drop_duplicates("ref_area").assign(obs_status="E")
