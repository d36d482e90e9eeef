"""The Köppen-Geiger class of a place: that of its cell on the map of half degrees, and what its own rainfall says of it.

A cell of fifty kilometres has one class. Where a valley lies in the rain shadow of mountains of the same cell (Oaxaca,
Tehuacán), the cell is humid and the valley a steppe. So where the rainfall of a place is known, Köppen's limit decides
whether it is dry: a year's rainfall in mm below 20 T + 280 if seven tenths of it fall from April to September, below 20 T
if as much falls from October to March, else below 20 T + 140; north of the equator. T is the mean temperature in °C,
estimated from altitude and latitude (``methodology.toml``). Where its cell says otherwise, the place has the class of the
nearest cell that is dry, or that is not, if there is one within ``NEIGHBOURS`` km: the map's word for the land next to it,
with status E. How far the altitude is known does not belong here.
"""

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from pipeline.areas.points import POINT, kilometres, unit_vectors
from schemas.catalogue import methodology

CELLS_PER_DEGREE = 2
TEMPERATURE = methodology()["temperature"]
MOSTLY = 0.7  # of a year's rainfall
NEIGHBOURS = 75.0  # km from a point to the centre of a cell that touches its own, at most
NEEDED = ["seat_altitude", "rainfall_summer", "rainfall_winter"]


def climate(located: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """The class of each place and its status. ``located`` may have seat_altitude, rainfall_summer and rainfall_winter."""
    table = pd.DataFrame({"climate_class": None, "climate_status": None}, index=located.index, dtype="object")
    rows = observations[(observations["variable"] == "climate_class") & observations["ref_area"].str.startswith("CELL-")]
    if rows.empty:
        return table
    classes = rows["obs_text"].to_numpy(dtype=object)
    centres = rows["ref_area"].str.removeprefix("CELL-").str.split("_", expand=True).set_axis(POINT, axis=1).astype("float64")
    table["climate_class"], table["climate_status"] = _of_cells(located, centres, classes), "A"
    if not set(NEEDED) <= set(located.columns):
        return table
    dry, arid = _dryness(located), pd.Series([name[0] == "B" for name in classes], dtype=bool).to_numpy()
    mapped = table["climate_class"].str[0] == "B"
    for wanted in (True, False):
        here = located[(dry == wanted) & (mapped != wanted)]
        distance, cell = _nearest_cell(here, centres[arid == wanted])
        near = here.index[distance <= NEIGHBOURS]
        table.loc[near, "climate_class"] = classes[arid == wanted][cell[distance <= NEIGHBOURS]]
        table.loc[near, "climate_status"] = "E"
    return table


def temperature(located: pd.DataFrame) -> pd.Series:
    """The estimated mean temperature in °C."""
    north = located["latitude"].abs() - TEMPERATURE["latitude"]
    return TEMPERATURE["at_sea"] - TEMPERATURE["per_km"] * located["seat_altitude"] / 1000 - TEMPERATURE["per_degree"] * north


def _dryness(located: pd.DataFrame) -> pd.Series:
    """Whether each place is dry; missing where the rainfall is not known."""
    year = located["rainfall_summer"] + located["rainfall_winter"]
    share = located["rainfall_summer"] / year
    limit = 20 * temperature(located) + np.select([share >= MOSTLY, share <= 1 - MOSTLY], [280, 0], 140)
    return (year < limit).astype("object").mask((year + limit).isna())


def _of_cells(located: pd.DataFrame, centres: pd.DataFrame, classes: np.ndarray) -> np.ndarray:
    """The class of the half-degree cell that each point lies in, of the nearest cell where that one is sea."""
    position = _cells(centres).get_indexer(_cells(located[POINT]))
    sea = position < 0
    position[sea] = _nearest_cell(located[sea], centres)[1]
    return classes[position]


def _nearest_cell(located: pd.DataFrame, centres: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Distance in km to the centre of the nearest cell, and its position."""
    if located.empty or centres.empty:
        return np.full(len(located), np.inf), np.zeros(len(located), dtype=int)
    chords, cell = cKDTree(unit_vectors(*centres.to_numpy().T)).query(unit_vectors(*located[POINT].to_numpy().T))
    return kilometres(chords), cell


def _cells(points: pd.DataFrame) -> pd.MultiIndex:
    """The row and the column of the cell that each point lies in; 180 degrees east is 180 degrees west."""
    row, column = np.floor(points.to_numpy().T * CELLS_PER_DEGREE).astype("int64")
    return pd.MultiIndex.from_arrays([row, np.where(column == 180 * CELLS_PER_DEGREE, -column, column)])
