"""Homicides per 100,000 people and year of Mexico's municipalities, smoothed over years and by size, with an interval.

One death in a village is no rate. A municipality's deaths are Poisson about a rate of its own, which is gamma distributed
about that of the municipalities of its state and size; older years count less, and where years differ by more than chance
they count less too. Which deaths of which year there are says ``homicide_years.sql``; the risk made of it belongs to
``decisions/``.
"""

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.foundation import query
from schemas.catalogue import methodology, register

VARIABLES = [
    "homicides", "homicide_cases", "homicide_cases_half_year", "homicide_cases_state", "homicide_victims",
    "femicide_cases", "femicide_cases_half_year", "femicide_cases_state", "femicide_victims",
    "population", "population_projected",
]  # fmt: skip
COLUMNS = ["ref_area", "time_period", "years", "deaths", "people", "mean_rate", "rate", "low", "high"]
PER = 100_000
STEPS = 41  # lower ends among which the shortest interval is sought


def homicide_rates(observations: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """One row per municipality: the plain mean rate of its years, the smoothed rate and its interval (``COLUMNS``)."""
    known = query.run("areas/homicide_years", observations=observations, places=places, area_changes=register("area_changes"))
    return smoothed(known, methodology()["homicides"])


def smoothed(known: pd.DataFrame, constants: dict) -> pd.DataFrame:
    """The rates of municipalities from their ``deaths``, ``years`` and ``people``, one row each and year."""
    if known.empty:
        return pd.DataFrame(columns=COLUMNS)
    known = known.assign(exposure=known["people"] * known["years"] / PER)
    weight = constants["discount"] ** (known["time_period"].max() - known["time_period"])
    table = _by_area(known, weight.to_numpy() / dispersion(known))
    size = np.digitize(table["people"], constants["sizes"])
    expected = _expected(table, size)
    shape = _shape(table, size, expected)
    below = (shape + table["deaths_weighted"]).to_numpy(), (shape / expected + table["exposure_weighted"]).to_numpy()
    table["rate"] = below[0] / below[1]
    low, high = shortest_interval(below[0], constants["inside"])
    table["low"], table["high"] = low / below[1], high / below[1]
    return table.reset_index()[COLUMNS]


def dispersion(known: pd.DataFrame) -> np.ndarray:
    """By how much the variance of each row's deaths exceeds that of chance: 1 + v x its mean deaths.

    v is the variance of a year's rate about its municipality's, by moments: little where there are few deaths, where
    chance rules, and most of the variance of a city.
    """
    sums = known.groupby("ref_area")[["deaths", "exposure"]].transform("sum")
    mean = known["exposure"] * sums["deaths"] / sums["exposure"]
    beyond = ((known["deaths"] - mean) ** 2 - mean).sum()
    variance = max(0.0, float(beyond / (mean**2).sum())) if mean.sum() else 0.0
    return (1 + variance * mean).to_numpy()


def shortest_interval(shape: np.ndarray, inside: float) -> tuple[np.ndarray, np.ndarray]:
    """The shortest interval that holds this probability of a gamma of scale 1; it starts at 0 where little was seen."""
    below = np.linspace(0, 1 - inside, STEPS)[:, None]
    low, high = stats.gamma.ppf(below, shape), stats.gamma.ppf(np.minimum(below + inside, 1 - 1e-9), shape)
    best = np.argmin(high - low, axis=0), np.arange(len(shape))
    return low[best], high[best]


def _by_area(known: pd.DataFrame, weight: np.ndarray) -> pd.DataFrame:
    weighted = known.assign(deaths_weighted=known["deaths"] * weight, exposure_weighted=known["exposure"] * weight)
    weighted["yearly_rate"] = known["deaths"] / known["exposure"]
    groups = weighted.sort_values(["ref_area", "time_period"]).groupby("ref_area")
    table = groups[["deaths", "years", "exposure", "deaths_weighted", "exposure_weighted"]].sum()
    newest = groups[["state", "people", "time_period"]].last()
    return table.join(newest).assign(mean_rate=groups["yearly_rate"].mean())


def _rates(table: pd.DataFrame, by) -> pd.Series:
    sums = table.groupby(by)[["deaths_weighted", "exposure_weighted"]].transform("sum")
    return sums["deaths_weighted"] / sums["exposure_weighted"]


def _expected(table: pd.DataFrame, size: np.ndarray) -> pd.Series:
    """The rate of the state times what municipalities of this size have of their states' rates."""
    state = _rates(table, table["state"])
    sums = (
        table.assign(expected=state * table["exposure_weighted"]).groupby(size)[["deaths_weighted", "expected"]].transform("sum")
    )
    return (state * sums["deaths_weighted"] / sums["expected"]).clip(lower=1e-3)


def _shape(table: pd.DataFrame, size: np.ndarray, expected: pd.Series) -> pd.Series:
    """The gamma's shape of each size: the inverse of the squared coefficient of variation beyond chance, by moments."""
    mean = expected * table["exposure_weighted"]
    beyond = (table["deaths_weighted"] - mean) ** 2 - mean
    sums = pd.DataFrame({"beyond": beyond, "square": mean**2}).groupby(size).transform("sum")
    return (sums["square"] / sums["beyond"].clip(lower=sums["square"] / 100)).rename("shape")
