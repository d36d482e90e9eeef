"""CONAPO's index of marginalisation: the DP2 distance, its grades, and the table ``marginalisation``.

DP2 (Pena Trapero, *Problemas de la medición del bienestar y conceptos afines*, 1977; CONAPO, *Índice de marginación por
entidad federativa y municipio 2020. Nota técnico-metodológica*, 2021): how far an area is from the worst that was
observed, each input counting for what the inputs before it do not already say.

    x_j = -deprivation_j           r_j = -worst_j        s_j = standard deviation of x_j over the areas (n)
    d_j = |x_j - r_j| / s_j        DP2 = sum_j w_j d_j   w_1 = 1, w_j = 1 - R2 of d_j on the inputs before it

The inputs stand in the order of |corr(d_j, F)|, first with F = sum_j d_j, then with F = DP2, until DP2 moves by no more
than the tolerance on average. Higher is less marginalised. Divided by sum_j w_j |r_j| / s_j, the DP2 of a place without
any deprivation, it lies between 0 and 1.

Grades are strata of least variance by Dalenius and Hodges (1959): the range is cut into classes of equal width, and the
square roots of their frequencies are cumulated; each stratum takes an equal part of the sum, as nearly as whole classes
allow. CONAPO's script uses 21 classes and R's ``stratification::strata.cumrootf``, whose choice of cuts is followed.
Nothing here knows which deprivations they are.
"""

from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from pipeline.foundation import query
from pipeline.foundation.tables import table
from schemas.catalogue import methodology, register

SOURCE = "conapo_marginalisation"
NOTHING = pd.DataFrame({"ref_area": [], "time_period": [], "index_value": [], "index_normalised": [], "stratum": []}).astype(
    {"ref_area": "str", "time_period": "int64", "stratum": "int64"}
)
DIGITS = 9  # of a correlation: below it two inputs are tied, and the one that is named first comes first
EXCESS = 1e-9  # of a deprivation over its worst value: rounding of the published figures


class CompositeError(ValueError):
    """Data of which no index can be made: names the input, the area, the value, and says what to do."""


class Distances(NamedTuple):
    """DP2 of every area, the same as a share of what no deprivation would give, and the weight of each input."""

    distance: pd.Series
    normalised: pd.Series
    weights: pd.Series


@table()
def marginalisation(observations: Path) -> pd.DataFrame:
    """The table ``marginalisation``; empty where the edition has no figures of CONAPO."""
    deprivations = register("deprivations").query("part_of == 'marginalisation'")["variable"]
    chosen = [("source", "==", SOURCE), ("variable", "in", list(deprivations))]
    rows = pd.read_parquet(observations, filters=chosen)
    years = [_recomputed(values, year) for year, values in rows.groupby("time_period")]
    return query.run(
        "scoring/marginalisation",
        computed=pd.concat([NOTHING, *years], ignore_index=True),
        observations=observations,
        grades=register("grades"),
    )


def _recomputed(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    constants, worst = methodology()["marginalisation"], register("deprivations").set_index("variable")["worst_value"]
    values = rows.pivot(index="ref_area", columns="variable", values="obs_value").sort_index()
    found = p2_distance(values, worst, constants["tolerance"], constants["iterations"])
    return pd.DataFrame(
        {
            "ref_area": values.index,
            "time_period": year,
            "index_value": found.distance.to_numpy(),
            "index_normalised": found.normalised.to_numpy(),
            "stratum": stratify(found.distance, len(register("grades")), constants["classes"]).to_numpy(),
        }
    )


def p2_distance(deprivations: pd.DataFrame, worst: pd.Series, tolerance: float, iterations: int) -> Distances:
    """DP2 of areas (rows) from deprivations (columns) and the worst value of each. Raises ``CompositeError``."""
    worst = worst.reindex(deprivations.columns)
    require_complete(deprivations)
    _require_within(deprivations, worst)
    values = deprivations.to_numpy(dtype="float64")
    deviation = values.std(axis=0)
    distance = np.abs(values - worst.to_numpy()) / deviation
    with threadpool_limits(1):
        weights = _correction_factors(distance, tolerance, iterations)
        index = (distance * weights).sum(axis=1)
    without = (weights * np.abs(worst.to_numpy()) / deviation).sum()
    return Distances(
        pd.Series(index, deprivations.index),
        pd.Series(index / without, deprivations.index),
        pd.Series(weights, deprivations.columns),
    )


def _correction_factors(distance: np.ndarray, tolerance: float, iterations: int) -> np.ndarray:
    """w_j: the diagonal of a QR decomposition holds what an input says beyond those before it."""
    centred = distance - distance.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    index = distance.sum(axis=1)
    for _ in range(iterations):
        correlation = np.abs(centred.T @ (index - index.mean())) / length / (index.std() or 1)
        order = np.argsort(-correlation.round(DIGITS), kind="stable")
        beyond = np.diag(np.linalg.qr(centred[:, order], mode="r"))
        weights = np.empty(len(order))
        weights[order] = (beyond / length[order]) ** 2
        before, index = index, (distance * weights).sum(axis=1)
        if np.abs(index - before).mean() <= tolerance:
            return weights
    raise CompositeError(
        f"DP2 still moves after {iterations} iterations: two inputs change places; leave one out, or raise the tolerance"
    )


def stratify(values: pd.Series, strata: int, classes: int) -> pd.Series:
    """The stratum of every value, 0 for the lowest, by Dalenius and Hodges. Raises ``CompositeError``."""
    require_complete(values.to_frame(values.name or "value"))
    lowest, highest = values.min(), values.max()
    if not lowest < highest or classes < strata:
        raise CompositeError(f"{strata} strata of {classes} classes cannot be made of values from {lowest:.6g} to {highest:.6g}")
    edges = lowest + (highest - lowest) * np.arange(classes + 1) / classes
    roots = np.concatenate([[0.0], np.cumsum(np.sqrt(np.histogram(values, edges)[0]))])
    part = roots[-1] / strata
    cuts = {_cuts(roots, part, choice) for choice in product((0, 1), repeat=strata - 1)}
    cuts = [cut for cut in sorted(cuts) if cut[-1] < classes]
    spread = [((np.diff(roots[[0, *cut, classes]]) - part) ** 2).sum() for cut in cuts]
    return pd.Series(np.searchsorted(edges[list(cuts[int(np.argmin(spread))])], values, side="right"), values.index)


def _cuts(roots: np.ndarray, part: float, choice: tuple[int, ...]) -> tuple[int, ...]:
    """Cuts, each at the last class that falls short of its part (0) or at the next one (1)."""
    cuts, start = [], 0
    for further in choice:
        short = int(np.searchsorted(roots - roots[min(start, len(roots) - 1)], part)) - 1
        start = max(short, start) + further
        cuts.append(start)
    return tuple(cuts)


def require_complete(values: pd.DataFrame) -> None:
    """Every input is known of every area and differs between areas. Raises ``CompositeError``."""
    if values.empty:
        raise CompositeError("there is no area with any input")
    for name, column in values.items():
        if column.isna().any():
            raise CompositeError(f"{name} of {column.isna().idxmax()} is missing; leave the area or the input out")
        if column.nunique() == 1:
            raise CompositeError(f"{name} is {column.iloc[0]:.6g} in every area and tells none apart; leave the input out")


def _require_within(deprivations: pd.DataFrame, worst: pd.Series) -> None:
    for name, column in deprivations.items():
        if pd.isna(worst[name]):
            raise CompositeError(f"{name} has no worst value; give one")
        if column.max() > worst[name] + EXCESS:
            raise CompositeError(
                f"{name} of {column.idxmax()} is {column.max():.10g}, worse than the worst value {worst[name]:.10g}: "
                "its distance would count as an advantage; correct one of them"
            )
