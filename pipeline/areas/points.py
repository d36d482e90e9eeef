"""Points of the observations (towns, airports, ports) and which of them lie near which places.

What such a point says of a place does not belong here: ``towns.py``, ``airports.py``, ``geography.py``.
"""

import unicodedata

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

EARTH_RADIUS = 6371.0088  # km, the mean radius of the IUGG
POINT = ["latitude", "longitude"]


def unit_vectors(latitude, longitude) -> np.ndarray:
    """Points on the unit sphere, (n, 3), from degrees."""
    north, east = np.radians(np.asarray(latitude, dtype="float64")), np.radians(np.asarray(longitude, dtype="float64"))
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def kilometres(chords) -> np.ndarray:
    """Great-circle distances from straight ones on the unit sphere."""
    return 2 * EARTH_RADIUS * np.arcsin(np.minimum(np.asarray(chords) / 2, 1))


def points_of(observations: pd.DataFrame, prefix: str, *variables: str) -> pd.DataFrame:
    """One row per point whose code starts with ``prefix``: ref_area, latitude, longitude and the other variables."""
    rows = observations[observations["ref_area"].str.startswith(prefix)]
    texts = [name for name in variables if rows.loc[rows["variable"] == name, "obs_text"].notna().any()]
    wide = {
        name: rows[rows["variable"] == name].set_index("ref_area")["obs_text" if name in texts else "obs_value"]
        for name in (*POINT, *variables)
    }
    return pd.DataFrame(wide).dropna(subset=POINT).reset_index(names="ref_area")


def pairs_within(places: pd.DataFrame, points: pd.DataFrame, reach: float, *columns: str) -> pd.DataFrame:
    """Every place with every point at most ``reach`` km away: ``columns`` of the place, the point's, ``point`` and ``km``."""
    there, here = unit_vectors(points["latitude"], points["longitude"]), unit_vectors(places["latitude"], places["longitude"])
    if not (len(here) and len(there)):
        found = [[] for _ in here]
    else:
        found = cKDTree(there).query_ball_point(here, 2 * np.sin(reach / (2 * EARTH_RADIUS)), return_sorted=True)
    left = np.repeat(np.arange(len(places)), [len(item) for item in found])
    right = np.array([item for items in found for item in items], dtype=int)
    pairs = places.iloc[left][["ref_area", *columns]].reset_index(drop=True)
    others = points.iloc[right].drop(columns=POINT).rename(columns={"ref_area": "point"})
    chords = np.linalg.norm(here[left] - there[right], axis=1)
    return pairs.join(others.reset_index(drop=True)).assign(km=kilometres(chords).round(3))


def plain(names: pd.Series) -> pd.Series:
    """Names without accents, capitals and what follows a comma, to be compared."""
    letters = names.astype("str").map(lambda name: unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
    return letters.str.lower().str.replace(r",.*$", "", regex=True).str.strip()
