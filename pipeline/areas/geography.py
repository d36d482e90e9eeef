"""Where a place lies: coast, land border, port and airport, from its point and, where given, its outline.

Distances are great-circle distances on the sphere of the earth's mean radius. Their errors, to be added together:

- the lines are sampled at most ``SPACING`` apart, so a distance is too long by at most half of it on the line itself
  and by less than ``SPACING``² / 8 of the distance farther away;
- the sphere stands for the ellipsoid: at most 0.6 % of the distance;
- the outlines are those of Natural Earth at 1:50 million. Half of the sea front of Mexican municipal outlines lies
  within 1.5 km of its coast, half of their land border within 0.9 km of its border, nine tenths within 3 km; what is
  farther off is lagoons, bays and islands that this scale does not draw.

A land border is an edge that two countries share, a coast one that a single country has: the outlines share vertices
exactly. Lakes are land there (Chicago's coast is the Atlantic); the Caspian Sea and wide estuaries are sea (the
Amazon's up to 52.7° W, so Manaus is 840 km from the coast and not 1,100). A point that no country covers
is a place on an island or a spit that is not drawn, so its distance to the coast is 0. A point in another country's
outline, ``MISPLACED`` or more from its own country, is an exclave that is not drawn (Ceuta, Melilla): its distance
to the border is 0. Gibraltar is not drawn at all. A country without neighbours on land has no distance to the border.

Nothing here knows where the observations come from, nor which of these numbers the index uses.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from pipeline.areas.airports import airports
from pipeline.areas.climate import climate
from pipeline.areas.points import EARTH_RADIUS, POINT, kilometres, points_of, unit_vectors

SPACING = 1.0  # km
MISPLACED = 10.0  # km: generalisation moves a border by less; Ceuta lies 26 km from the rest of Spain

# A port is where cargo is landed: harbours from Small on, and of the others those with a cargo pier whose depth is stated
# or that handle dry cargo. Altamira, Progreso, Dos Bocas, Ciudad del Carmen, Cozumel and Puerto Madero are Very Small, or
# have no size; what drops out is anchorages, piers for passengers and oil terminals at sea.
PORT_SIZES = ("Large", "Medium", "Small")
CARGO = ("handles_containers", "handles_solid_bulk", "handles_breakbulk", "handles_ro_ro")

# km. Of the outlines of Mexican municipalities, 164 come this close to the coast, where the outer edge of all of them
# together runs along 157 (5 missed, 12 more, most of those on lagoons), and 61 to the land border: the official number.
TOUCH = 2.0

# A place without an outline counts as a disc of its area, widened because places are not round; without an area, as a
# disc of 20 km. Both were chosen to agree best with what the outlines of Mexican municipalities say.
ROUNDNESS = 1.25
REACH = 20.0  # km

ENDS = ["west", "south", "east", "north"]
VERTEX = 1e4  # vertices are equal to four decimals of a degree


@dataclass(frozen=True)
class Line:
    """A coast or a border: points along it, none farther from the next than ``SPACING``, and what each belongs to."""

    tree: cKDTree
    edges: pd.DataFrame
    edge: np.ndarray

    @classmethod
    def along(cls, edges: pd.DataFrame) -> "Line":
        """The line that consists of these edges."""
        vectors, edge = sample(edges)
        return cls(cKDTree(vectors), edges, edge)

    def distance(self, points: np.ndarray) -> tuple[np.ndarray, pd.DataFrame]:
        """Each point's distance in km, and the edge that it is nearest to."""
        chords, position = self.tree.query(points)
        return kilometres(chords), self.edges.iloc[self.edge[position]]

    def within(self, points: np.ndarray, reach: float) -> np.ndarray:
        """Whether each point is within ``reach`` km."""
        chord = 2 * np.sin(reach / 2 / EARTH_RADIUS)
        return np.isfinite(self.tree.query(points, distance_upper_bound=chord)[0])


def area_geography(observations: pd.DataFrame, places: pd.DataFrame, home: str = "") -> pd.DataFrame:
    """One row per place: distances in km, the climate class, and whether it touches the coast or its land border.

    ``places`` has ref_area, country (ISO 3166-1 alpha-3), latitude, longitude, and may have area_km2, outline (WKT) and what
    tells a dry climate (``climate.py``). ``observations`` holds the outlines of countries and what is known of ports
    (``PORT-``), airports (``AIRPORT-``) and climate cells (``CELL-``). What cannot be said of a place is missing.
    ``distance_border_km`` is that to the nearest land border of the place's country; ``distance_home_border_km`` counts,
    in a country that borders ``home``, that border alone.
    """
    _require_countries(places)
    places = places.reset_index(drop=True)
    outlines = country_outlines(observations)
    if outlines.empty:
        raise ValueError("observations: there is no outline of a country; the source natural_earth is missing")
    edges = outline_edges(outlines)
    coast = Line.along(coast_edges(edges))
    shared = border_edges(edges)
    shared = shared[shared["owner"].isin(places["country"].unique())]
    borders = {country: Line.along(part) for country, part in shared.groupby("owner")}
    located = places[places[POINT].notna().all(axis=1)]
    points = unit_vectors(*located[POINT].to_numpy().T)
    host = _host(located, outlines)
    table = pd.DataFrame(index=located.index)
    table["distance_coast_km"] = np.where(host == "", 0, coast.distance(points)[0])
    table[["distance_border_km", "border_country"]] = _borders(located, points, host, edges, borders)
    table["distance_home_border_km"] = _home_border(located, points, shared, table["distance_border_km"], home)
    table["distance_port_km"] = _nearest(points, _ports(observations))[0]
    table["distance_airport_km"] = _airport_distances(located, points, airports(observations, outlines))
    table[["climate_class", "climate_status"]] = climate(located, observations)
    table = places[["ref_area"]].join(table)
    table["coastal"] = _touches(places, table["distance_coast_km"], dict.fromkeys(places["country"], coast))
    table["on_border"] = _touches(places, table["distance_border_km"], borders)
    return table.round(3)


def great_circle(latitude, longitude, other_latitude, other_longitude) -> np.ndarray:
    """Distances in km between points given in degrees, pair by pair."""
    chords = unit_vectors(latitude, longitude) - unit_vectors(other_latitude, other_longitude)
    return kilometres(np.linalg.norm(chords, axis=1))


def country_outlines(observations: pd.DataFrame) -> pd.Series:
    """The countries' outlines by ISO code, in the order of the codes."""
    rows = observations[(observations["variable"] == "outline") & (observations["ref_area"].str.len() == 3)]
    return _shapes(rows.set_index("ref_area")["obs_text"].sort_index())


def outline_edges(outlines: pd.Series) -> pd.DataFrame:
    """Every edge of every outline: its owner (the outline's label) and its ends in degrees, the western one first."""
    parts, owners = shapely.get_parts(outlines.to_numpy(), return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    vertices, ring_of = shapely.get_coordinates(rings, return_index=True)
    same = ring_of[1:] == ring_of[:-1]
    start, end = vertices[:-1][same], vertices[1:][same]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    first, last = np.where(swap[:, None], end, start), np.where(swap[:, None], start, end)
    edges = pd.DataFrame(np.hstack([first, last]), columns=ENDS)
    return edges.assign(owner=outlines.index.to_numpy()[owners[part_of[ring_of[:-1][same]]]])


def coast_edges(edges: pd.DataFrame) -> pd.DataFrame:
    """The edges that only one outline has, but for those that cut an outline at the date line."""
    date_line = (edges[["west", "east"]].abs() > 180 - 1 / VERTEX).all(axis=1)
    return edges[~_vertices(edges).duplicated(keep=False) & ~date_line]


def border_edges(edges: pd.DataFrame) -> pd.DataFrame:
    """The edges that two outlines share, once for each of them, with the other as ``neighbour``."""
    keys = _vertices(edges).assign(owner=edges["owner"])
    shared = keys[keys.duplicated(ENDS, keep=False)]
    pairs = shared.reset_index(names="edge").merge(shared.rename(columns={"owner": "neighbour"}), on=ENDS)
    pairs = pairs[pairs["owner"] != pairs["neighbour"]].sort_values(["owner", "neighbour", "edge"])
    return edges.loc[pairs["edge"]].assign(neighbour=pairs["neighbour"].to_numpy())


def sample(edges: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Points on the unit sphere along the edges, none farther from the next than ``SPACING``, and each one's edge."""
    ends = edges[ENDS].to_numpy()
    lengths = great_circle(ends[:, 1], ends[:, 0], ends[:, 3], ends[:, 2])
    counts = np.maximum(np.ceil(lengths / SPACING), 1).astype("int64")
    edge = np.repeat(np.arange(len(edges)), counts)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = ((step + 0.5) / counts[edge])[:, None]
    degrees = ends[edge, :2] * (1 - share) + ends[edge, 2:] * share
    return unit_vectors(degrees[:, 1], degrees[:, 0]), edge


def _shapes(wkt: pd.Series) -> pd.Series:
    return pd.Series(shapely.from_wkt(wkt.to_numpy(dtype=object)), index=wkt.index, dtype=object)


def _vertices(edges: pd.DataFrame) -> pd.DataFrame:
    return (edges[ENDS] * VERTEX).round().astype("int64")


def _require_countries(places: pd.DataFrame) -> None:
    bad = ~places["country"].astype("string").str.fullmatch("[A-Z]{3}").fillna(False)
    if bad.any():
        row = places[bad].iloc[0]
        raise ValueError(f"places: {row['ref_area']}: the country {row['country']!r} is no ISO code of three letters")


def _nearest(points: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance in km to the nearest target, and its position; missing and -1 where there are no targets."""
    if not len(targets):
        return np.full(len(points), np.nan), np.full(len(points), -1)
    chords, positions = cKDTree(targets).query(points)
    return kilometres(chords), positions


def _host(located: pd.DataFrame, outlines: pd.Series) -> np.ndarray:
    """The country whose outline each point lies in, '' where none; its own country first."""
    tree = shapely.STRtree(shapely.points(located["longitude"], located["latitude"]))
    outline, point = tree.query(outlines.to_numpy(), predicate="intersects")
    found = outlines.index.to_numpy(dtype=object)[outline]
    own = found == located["country"].to_numpy(dtype=object)[point]
    host = np.full(len(located), "", dtype=object)
    for chosen in (~own, own):
        host[point[chosen]] = found[chosen]
    return host


def _borders(
    located: pd.DataFrame, points: np.ndarray, host: np.ndarray, edges: pd.DataFrame, borders: dict[str, Line]
) -> pd.DataFrame:
    """Distance to the nearest land border of each place's own country, and the country behind it."""
    distance, neighbour = np.full(len(located), np.nan), np.full(len(located), None, dtype=object)
    country = located["country"].to_numpy(dtype=object)
    for code, line in borders.items():
        own = np.flatnonzero(country == code)
        distance[own], edge = line.distance(points[own])
        neighbour[own] = edge["neighbour"]
        abroad = own[(host[own] != "") & (host[own] != code)]
        if len(abroad):
            outline = Line.along(edges[edges["owner"] == code])
            exclave = abroad[outline.distance(points[abroad])[0] >= MISPLACED]
            distance[exclave], neighbour[exclave] = 0, host[exclave]
    return pd.DataFrame({"distance": distance, "neighbour": neighbour}, index=located.index)


def _home_border(located: pd.DataFrame, points: np.ndarray, shared: pd.DataFrame, distance: pd.Series, home: str) -> np.ndarray:
    """The distance to the border with ``home`` where a place's country has one, else that to the nearest border."""
    found = distance.to_numpy(copy=True)
    for code, edges in shared[shared["neighbour"] == home].groupby("owner"):
        here = (located["country"] == code).to_numpy()
        found[here] = Line.along(edges).distance(points[here])[0]
    return found


def _ports(observations: pd.DataFrame) -> np.ndarray:
    ports = points_of(observations, "PORT-", "harbour_size", "cargo_pier_depth", *CARGO)
    counts = ports["harbour_size"].isin(PORT_SIZES) | (ports["cargo_pier_depth"] > 0) | (ports[list(CARGO)] == "Yes").any(axis=1)
    return unit_vectors(*ports.loc[counts, POINT].to_numpy().T)


def _airport_distances(located: pd.DataFrame, points: np.ndarray, flights: pd.DataFrame) -> np.ndarray:
    """Distance to the nearest airport of each place's own country; in a country that has none, to the nearest of all."""
    distance = _nearest(points, unit_vectors(*flights[POINT].to_numpy().T))[0]
    country = located["country"].to_numpy(dtype=object)
    for code, own in flights.groupby("country"):
        here = country == code
        distance[here] = _nearest(points[here], unit_vectors(*own[POINT].to_numpy().T))[0]
    return distance


def _touches(places: pd.DataFrame, distance: pd.Series, lines: dict[str, Line]) -> pd.Series:
    """Whether each place touches its country's line: by its outline, else by its point and its area."""
    area = places["area_km2"].astype("float64") if "area_km2" in places else pd.Series(np.nan, index=places.index)
    reach = (TOUCH + ROUNDNESS * np.sqrt(area / np.pi)).fillna(REACH)
    touches = (distance <= reach).astype("boolean").mask(places[POINT].isna().any(axis=1))
    drawn = places[places["outline"].notna()] if "outline" in places else places[:0]
    for country, part in drawn.groupby("country"):
        edges = outline_edges(_shapes(part["outline"]))
        vectors, edge = sample(edges)
        near = lines[country].within(vectors, TOUCH) if country in lines else np.zeros(len(edge), dtype=bool)
        touches[part.index] = part.index.isin(edges["owner"].to_numpy()[edge[near]]) | (distance[part.index] == 0)
    return touches
