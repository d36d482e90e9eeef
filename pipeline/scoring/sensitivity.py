"""Global sensitivity: which choice moves a result, and how much of a result one variable explains.

Statistics only. What is varied, and what comes of it, is the caller's. References: Saltelli et al. 2010, Variance based
sensitivity analysis of model output; Paruolo, Saisana and Saltelli 2013, Ratings and rankings: voodoo or science?
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.interpolate import BSpline
from scipy.stats import qmc, sobol_indices
from threadpoolctl import threadpool_limits

DEGREE = 3  # of the regression spline
INNER_KNOTS = 4  # at quantiles of x; fewer below AREAS_PER_KNOT values each
AREAS_PER_KNOT = 20
OUTPUTS_AT_ONCE = 1000


class Design(NamedTuple):
    """Points of the unit cube: ``base`` (2 n, inputs), A above B; ``mixed`` (groups, n, inputs), A with one group from B."""

    base: np.ndarray
    mixed: np.ndarray


class Indices(NamedTuple):
    """Per group of inputs, the share of the variance of all outputs that it makes alone, and with its interactions."""

    first_order: np.ndarray
    total: np.ndarray


def design(group_of_input: Sequence[int], points: int, seed: int) -> Design:
    """Saltelli's design for groups of inputs, 0, 1, ..., on ``points`` (a power of 2) scrambled Sobol points."""
    groups = np.asarray(group_of_input)
    sample = qmc.Sobol(2 * len(groups), rng=np.random.Generator(np.random.PCG64(seed))).random(points)
    first, second = sample[:, : len(groups)], sample[:, len(groups) :]
    mixed = [np.where(groups == group, second, first) for group in range(groups.max() + 1)]
    return Design(np.concatenate([first, second]), np.array(mixed))


def indices(base: np.ndarray, mixed: np.ndarray) -> Indices:
    """Sobol indices from the outputs at a design's points: ``base`` (2 n, outputs), ``mixed`` (groups, n, outputs).

    Of several outputs the indices are means, weighted by their variances. NaN where nothing varies.
    """
    points = len(base) // 2
    parts, total = np.zeros((2, len(mixed))), 0.0
    for start in range(0, base.shape[1], OUTPUTS_AT_ONCE):
        some = slice(start, start + OUTPUTS_AT_ONCE)
        variance = base[:, some].var(axis=0)
        varies = variance > 1e-18
        if not varies.any():
            continue
        both, exchanged = base[:, some][:, varies].T, mixed[:, :, some][:, :, varies].swapaxes(1, 2)
        found = sobol_indices(func={"f_A": both[:, :points], "f_B": both[:, points:], "f_AB": exchanged}, n=points)
        weights = variance[varies, None]
        parts += np.array([(weights * found.first_order).sum(axis=0), (weights * found.total_order).sum(axis=0)])
        total += weights.sum()
    return Indices(*(parts / total if total > 0 else np.full_like(parts, np.nan)))


def correlation_ratio(x: np.ndarray, y: np.ndarray) -> float:
    """The share of the variance of y that x explains, linearly or not: Var(E[y given x]) / Var(y), 0 to 1.

    E[y given x] is a cubic regression spline with knots at quantiles of x; the share is adjusted for its parameters, so
    that it is about 0 for variables that have nothing to do with each other. 0 where x is constant, NaN where y is.
    """
    known = ~(np.isnan(x) | np.isnan(y))
    x, y = x[known], y[known]
    if len(y) <= DEGREE + 2 or np.ptp(y) == 0:
        return np.nan
    if np.ptp(x) == 0:
        return 0.0
    x = (x - x.min()) / np.ptp(x)
    inner = np.quantile(x, np.linspace(0, 1, min(INNER_KNOTS, len(x) // AREAS_PER_KNOT) + 2)[1:-1])
    inner = np.unique(inner[(inner > 0) & (inner < 1)])
    knots = np.concatenate([np.zeros(DEGREE + 1), inner, np.ones(DEGREE + 1)])
    with threadpool_limits(1):
        basis = BSpline.design_matrix(x, knots, DEGREE).toarray()
        coefficients, _, rank, _ = np.linalg.lstsq(basis, y)
        left = y - basis @ coefficients
        return max(0.0, 1 - left @ left / (len(y) - rank) / y.var(ddof=1))
