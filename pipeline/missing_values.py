"""What is expected of a value that is not known, given what is known of the area.

A multivariate normal is fitted to all areas by expectation-maximisation (Little and Rubin 2002, *Statistical Analysis
with Missing Data*, 11.2); a missing value gets its conditional mean and its conditional variance (Eirola et al. 2013,
*Distance estimation in numerical data sets with missing values*). Nothing is ever filled with a median or a zero.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits


class Normal(NamedTuple):
    """A multivariate normal: mean (k,), covariance (k, k)."""

    mean: np.ndarray
    covariance: np.ndarray


class Expected(NamedTuple):
    """Per area and feature: the value or its conditional mean, and the conditional variance (0 where known); (n, k) each."""

    mean: np.ndarray
    variance: np.ndarray


def fit_normal(values: np.ndarray, *, ridge: float, tolerance: float, iterations: int) -> Normal:
    """The normal that fits (n, k) values with NaN for what is missing, by EM; ``ridge`` is added to every variance.

    Stops when no entry of the covariance moves by more than ``tolerance``. Raises ``ValueError`` for a feature that
    is known nowhere.
    """
    known = ~np.isnan(values)
    if not known.any(axis=0).all():
        raise ValueError(f"feature {int(np.flatnonzero(~known.any(axis=0))[0])} is known for no area")
    mean = np.nanmean(values, axis=0)
    normal = Normal(mean, np.diag(np.nanvar(values, axis=0) + ridge))
    with threadpool_limits(limits=1, user_api="blas"):
        for _ in range(iterations):
            update = _maximise(values, normal, ridge)
            step = float(np.abs(update.covariance - normal.covariance).max())
            normal = update
            if step <= tolerance:
                break
    return normal


def expect(values: np.ndarray, normal: Normal) -> Expected:
    """Conditional mean and variance of every missing entry of (n, k) values under ``normal``."""
    mean, variance = values.copy(), np.zeros_like(values)
    with threadpool_limits(limits=1, user_api="blas"):
        for rows, missing, conditional, residual in _patterns(values, normal):
            mean[np.ix_(rows, missing)] = conditional
            variance[np.ix_(rows, missing)] = np.diag(residual)
    return Expected(mean, variance)


def _maximise(values: np.ndarray, normal: Normal, ridge: float) -> Normal:
    filled = values.copy()
    uncertainty = np.zeros_like(normal.covariance)
    for rows, missing, conditional, residual in _patterns(values, normal):
        filled[np.ix_(rows, missing)] = conditional
        uncertainty[np.ix_(missing, missing)] += len(rows) * residual
    mean = filled.mean(axis=0)
    centred = filled - mean
    covariance = (centred.T @ centred + uncertainty) / len(values)
    return Normal(mean, covariance + ridge * np.eye(len(mean)))


def _patterns(values: np.ndarray, normal: Normal) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Per pattern of missing features: its rows, the missing features, their conditional means and residual covariance."""
    absent = np.isnan(values)
    patterns, which = np.unique(absent, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        missing, known = np.flatnonzero(pattern), np.flatnonzero(~pattern)
        if len(missing) == 0:
            continue
        rows = np.flatnonzero(which.ravel() == number)
        within = normal.covariance[np.ix_(known, known)]
        across = normal.covariance[np.ix_(missing, known)]
        slopes = np.linalg.solve(within, across.T).T if len(known) else np.zeros((len(missing), 0))
        conditional = normal.mean[missing] + (values[np.ix_(rows, known)] - normal.mean[known]) @ slopes.T
        yield rows, missing, conditional, normal.covariance[np.ix_(missing, missing)] - slopes @ across.T
