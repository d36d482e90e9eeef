"""The arithmetic of scales for levels: logarithms and logits, weighted means, slopes and spreads within countries.

Nothing here knows a figure or a country by name. Sums are over rows in a given order, so equal inputs give equal numbers.
"""

import numpy as np
import pandas as pd

EDGE = 0.001  # a share of nothing or of all stands so far from it, where its logit is taken
STEPS = 80  # halvings of the interval in which the shift of a mean of shares is sought


def to_scale(values, scale: str) -> np.ndarray:
    """Numbers on the scale ``log``, ``logit`` (of percentages) or ``linear``."""
    values = np.asarray(values, float)
    if scale == "log":
        return np.log(values)
    if scale == "logit":
        shares = np.clip(values / 100, EDGE, 1 - EDGE)
        return np.log(shares / (1 - shares))
    return values


def from_scale(points, scale: str) -> np.ndarray:
    """What ``to_scale`` was given."""
    points = np.asarray(points, float)
    if scale == "log":
        return np.exp(points)
    return 100 / (1 + np.exp(-points)) if scale == "logit" else points


def mean(values, weights) -> float:
    """The weighted mean."""
    values, weights = np.asarray(values, float), np.asarray(weights, float)
    return float(np.sum(values * weights) / np.sum(weights))


def each_the_same(country: pd.Series) -> pd.Series:
    """Weights of places with which each country counts the same."""
    return 1 / country.map(country.value_counts())


def shift(points, weights, target: float, scale: str) -> float:
    """What has to be added to points of the scale so that the weighted mean of their numbers is the target."""
    if scale == "log":
        return float(np.log(target / mean(np.exp(points), weights)))
    if scale == "linear":
        return target - mean(points, weights)
    low, high = -30.0, 30.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if mean(from_scale(np.asarray(points) + middle, scale), weights) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def slopes(pairs: pd.DataFrame, names: list[str], least: int) -> tuple[np.ndarray, float]:
    """Slopes of y on the named columns within countries (least squares), and the spread of what they leave.

    ``pairs``: country, y, and those. Each country with so many places counts the same; of their spreads (root mean square) the
    middle one.
    """
    groups = [rows for _, rows in pairs.groupby("country", sort=True) if len(rows) >= least]
    if not groups:
        return np.full(len(names), np.nan), float("nan")
    centred = [(rows[names] - rows[names].mean(), rows["y"] - rows["y"].mean()) for rows in groups]
    squares = sum(x.to_numpy().T @ x.to_numpy() / len(x) for x, _ in centred)
    products = sum(x.to_numpy().T @ y.to_numpy() / len(x) for x, y in centred)
    found = np.linalg.solve(squares, products)
    return found, float(np.median([np.sqrt(((y - x.to_numpy() @ found) ** 2).mean()) for x, y in centred]))


def spread(differences: pd.Series, countries: pd.Series, least: int) -> float:
    """The middle one of the countries' root mean squares, of countries with so many places."""
    groups = [rows for _, rows in differences.groupby(countries, sort=True) if len(rows) >= least]
    return float(np.median([np.sqrt((rows**2).mean()) for rows in groups])) if groups else float("nan")
