"""From what places publish to a figure on the world's scale: own concepts, slopes, regions, states, nations (``levels.py``).

An estimate is a row per area: ``point`` on the figure's scale, ``error`` (its standard error there), ``known`` (own, region,
state or country), of which area and year it is, by which concept, and the number as published.
"""

import numpy as np
import pandas as pd

from pipeline.scoring import level_scales as scales
from schemas.catalogue import methodology, register

TEXTS = ("source", "concept", "of_area", "obs_status", "known")
COLUMNS = ["point", "error", "source", "concept", "published_value", "time_period", "of_area", "obs_status", "known"]


def constants() -> dict:
    """The constants of levels."""
    return methodology()["levels"]


def concepts_of(figure: str) -> list:
    """The ways in which the figure is published, the best first."""
    rows = register("level_concepts")
    return list(rows[rows["figure"] == figure].itertuples())


def large(areas: pd.DataFrame) -> pd.Index:
    """Areas with enough people for slopes and spreads to be learned from them."""
    return areas.index[areas["people"] >= constants()["least_people"]]


def own_points(figure, newest: dict[str, pd.DataFrame], known, nations: pd.DataFrame, schooling) -> pd.DataFrame:
    """Every area with a figure of its own, by the best concept that it has, on the scale of its country's figure."""
    concepts = concepts_of(figure.figure)
    direct = direct_points(concepts, newest)
    found = [
        points_of(figure, concept, allowed(newest[concept.concept], concept), direct, known, nations, schooling)
        for concept in concepts
        if concept.concept in newest
    ]
    return first_of(found)


def first_of(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Every area by the first of the tables that has it."""
    rows = pd.concat([rows for rows in tables if len(rows)]) if any(len(rows) for rows in tables) else nothing()
    return rows[~rows.index.duplicated()].sort_index()


def nothing() -> pd.DataFrame:
    """No area with an estimate: where what is needed for its error is not known, there is none."""
    index = pd.Index([], dtype="str", name="ref_area")
    return pd.DataFrame({name: pd.Series(dtype="str" if name in TEXTS else float, index=index) for name in COLUMNS})


def allowed(rows: pd.DataFrame, concept) -> pd.DataFrame:
    """The rows without countries where the concept means something else."""
    return rows[~rows["country"].isin(str(concept.except_countries).split(";"))]


def points_of(figure, concept, rows: pd.DataFrame, direct: pd.Series, known, nations, schooling) -> pd.DataFrame:
    """A concept of places on the scale of the figure: as it is, or by its slope and that of schooling where it counts too."""
    if concept.way == "direct":
        points = rows.assign(point=rows["x"], error=concept.error)
    else:
        names = ["x"] if concept.way == "proxy" else []
        if concept.beside_schooling:
            rows = rows.assign(schooling=schooling.loc[schooling["known"] == "own", "point"].reindex(rows.index))
            names = [*names, "schooling"]
        rows = rows.dropna(subset=names)
        pairs = rows.assign(y=direct.reindex(rows.index)).dropna(subset="y")
        factors, left = scales.slopes(pairs[pairs.index.isin(large(known.areas))], names, constants()["least_places"])
        if not np.isfinite(left):
            return nothing()
        error = np.hypot(left, concept.error * abs(factors[0]))
        points = rows.assign(point=rows[names].to_numpy() @ factors, error=error, obs_status="E")
    points = anchored(points, figure, known.areas, nations, concept.way)
    own = "country" if concept.way == "expected" else "own"  # the country's figure, spread over its places
    return points.assign(concept=concept.concept, published_value=points["value"], of_area=points.index, known=own)[COLUMNS]


def direct_points(concepts: list, newest: dict[str, pd.DataFrame]) -> pd.Series:
    """The figure itself where it is published as such, not yet on the country's scale."""
    found = pd.Series(dtype=float)
    for concept in concepts:
        rows = newest.get(concept.concept)
        if concept.way == "direct" and rows is not None:
            points = allowed(rows, concept)["x"]
            found = points if found.empty else found.combine_first(points)
    return found


def anchored(rows: pd.DataFrame, figure, areas: pd.DataFrame, nations: pd.DataFrame, way: str) -> pd.DataFrame:
    """Points moved, country by country, so that the people of the areas have the country's own figure on average.

    A country without a figure keeps direct points and has no others; so does one whose figure is the ``mean_of_places``.
    """
    parts = []
    for country, places in rows.groupby("country", sort=True):
        people = areas["people"].reindex(places.index)
        if country in nations.index and people.sum() > 0:
            nation = nations.loc[country]
            moved = 0.0
            if nation["of"] != "mean_of_places" or way != "direct":
                moved = scales.shift(places["point"], people, nation["value"], figure.scale)
            parts.append(places.assign(point=places["point"] + moved))
        elif way == "direct":
            parts.append(places)
    return pd.concat(parts) if parts else rows.iloc[:0]


def regional_points(figure, concept, rows: pd.DataFrame, own: pd.DataFrame, known, nations: pd.DataFrame) -> pd.DataFrame:
    """What is known of regions, on the scale of their countries: index region; point, error and the rest.

    ``rows``: the concept's newest figures of regions. A proxy's slope is learned from the regions' means of known places.
    """
    country = region_countries()
    rows = rows.assign(country=[country.get(code[5:7]) for code in rows.index]).dropna(subset="country")
    factor, left = 1.0, 0.0
    if concept.way == "proxy":
        places = own[own["known"] == "own"]
        region, people = known.region_of.reindex(places.index), known.areas["people"].reindex(places.index)
        weighted = (places["point"] * people).groupby(region).sum() / people.groupby(region).sum()
        pairs = rows.assign(y=weighted.reindex(rows.index)).dropna(subset="y")
        (factor,), left = scales.slopes(pairs, ["x"], constants()["least_regions"])
    parts = []
    for nation, places in rows.groupby("country", sort=True):
        people = known.region_people.reindex(places.index).fillna(0)
        point = factor * places["x"]
        if concept.way == "proxy":
            smallest = places.index.str.len() == 10
            if nation not in nations.index or people[smallest].sum() == 0:
                continue
            point = point + scales.shift(point[smallest], people[smallest], nations.loc[nation, "value"], figure.scale)
        parts.append(places.assign(point=point, error=np.hypot(concept.error, left)))
    if not parts or not np.isfinite(left):
        return nothing()
    found = pd.concat(parts)
    return found.assign(
        concept=concept.concept, published_value=found["value"], of_area=found.index, obs_status="E", known="region"
    )[COLUMNS]


def region_countries() -> dict[str, str]:
    """The country of the two letters of NUTS: those of ISO but for Greece and the United Kingdom."""
    letters = register("countries").set_index("iso2")["iso3"].to_dict()
    return letters | {"EL": letters["GR"], "UK": letters["GB"]}


def of_regions(regional: pd.DataFrame, known, spread: float) -> pd.DataFrame:
    """The figure of the smallest region that has one, for every area in it, with the error of a member about its region."""
    if regional.empty or not np.isfinite(spread):
        return nothing()
    region = known.region_of.dropna()
    found = pd.Series(index=region.index, dtype=object)
    for size in (10, 9, 8, 7):
        code = region.str[:size]
        found = found.where(found.notna(), code.where(code.isin(regional.index)))
    found = found.dropna()
    rows = regional.loc[found].set_axis(found.index)
    part = known.areas["people"].reindex(rows.index) / known.region_people.reindex(found.to_numpy()).to_numpy()
    return rows.assign(error=np.hypot(rows["error"], (1 - part.clip(0, 1).fillna(0)) * spread))


def of_states(own: pd.DataFrame, areas: pd.DataFrame, spread: float, figure) -> pd.DataFrame:
    """The mean of the known places of the state, where they hold most of its people."""
    if own.empty or not np.isfinite(spread):
        return nothing()
    people = areas["people"]
    members = own.assign(people=people.reindex(own.index), state=areas["parent"].reindex(own.index)).dropna(subset="state")
    members = members.assign(product=scales.from_scale(members["point"], figure.scale) * members["people"])
    sums = members.groupby("state")[["people", "product"]].sum()
    sums = sums[sums["people"] >= constants()["least_share"] * people.groupby(areas["parent"]).sum().reindex(sums.index)]
    last = members.groupby("state")[["time_period", "concept", "source"]].max()
    rows = areas[areas["parent"].isin(sums.index)]
    return pd.DataFrame(
        {
            "point": scales.to_scale(sums["product"] / sums["people"], figure.scale)[sums.index.get_indexer(rows["parent"])],
            "error": spread,
            "source": last["source"].reindex(rows["parent"]).to_numpy(),
            "concept": last["concept"].reindex(rows["parent"]).to_numpy(),
            "published_value": np.nan,
            "time_period": last["time_period"].reindex(rows["parent"]).to_numpy(),
            "of_area": rows["parent"],
            "obs_status": "E",
            "known": "state",
        },
        index=rows.index,
    )


def of_nations(figure, areas: pd.DataFrame, nations: pd.DataFrame, spread: float) -> pd.DataFrame:
    """The country's figure for each of its areas, with the error of a place about its country."""
    if not np.isfinite(spread):
        return nothing()
    rows = areas[areas["country"].isin(nations.index)]
    nation = nations.loc[rows["country"]].set_axis(rows.index)
    return pd.DataFrame(
        {
            "point": scales.to_scale(nation["value"].to_numpy(), figure.scale),
            "error": np.hypot(spread, nation["error"]),
            "source": nation["source"],
            "concept": nation["of"],
            "published_value": nation["value"],
            "time_period": nation["time_period"],
            "of_area": rows["country"],
            "obs_status": "E",
            "known": "country",
        },
        index=rows.index,
    )


def by_schooling(figure, newest: dict[str, pd.DataFrame], known, nations: pd.DataFrame, schooling: pd.DataFrame) -> pd.DataFrame:
    """What goes with the schooling of the place itself: the slope is learned within countries where the figure is published."""
    concepts = concepts_of(figure.figure)
    places = schooling[schooling["known"] == "own"]
    rows = places.assign(x=places["point"], value=places["point"], country=known.areas["country"].reindex(places.index))
    found = [
        points_of(figure, concept, rows, direct_points(concepts, newest), known, nations, schooling)
        for concept in concepts
        if concept.way == "expected"
    ]
    return first_of(found)


def spreads(own: pd.DataFrame, areas: pd.DataFrame, nations: pd.DataFrame, figure) -> tuple[float, float]:
    """How far places lie from the rest of their state, and from their country: root mean squares, of the middle country."""
    if own.empty:
        return float("nan"), float("nan")
    rows = own[own.index.isin(large(areas))]
    rows = rows.assign(number=scales.from_scale(rows["point"], figure.scale), people=areas["people"].reindex(rows.index))
    rows = rows.assign(state=areas["parent"].reindex(rows.index), country=areas["country"].reindex(rows.index))
    sums = rows.assign(product=rows["number"] * rows["people"]).groupby("state")[["product", "people"]].transform("sum")
    others = (sums["product"] - rows["number"] * rows["people"]) / (sums["people"] - rows["people"]).where(lambda rest: rest > 0)
    least = constants()["least_places"]
    about_state = (rows["point"] - scales.to_scale(others, figure.scale)).dropna()
    target = scales.to_scale(rows["country"].map(nations["value"]), figure.scale)
    about_nation = (rows["point"] - target).dropna()
    return (
        scales.spread(about_state, rows["country"].reindex(about_state.index), least),
        scales.spread(about_nation, rows["country"].reindex(about_nation.index), least),
    )
