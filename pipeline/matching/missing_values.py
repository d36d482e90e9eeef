"""What is expected of a value that is not known, given what is known of the area.

A multivariate normal is fitted to all areas by expectation-maximisation (Little and Rubin 2002, *Statistical Analysis
with Missing Data*, 11.2); a missing value gets its conditional mean and its conditional variance (Eirola et al. 2013,
*Distance estimation in numerical data sets with missing values*). Nothing is ever filled with a median or a zero.
"""

from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits


class Normal(NamedTuple):
    """A multivariate normal: mean (k,), covariance (k, k)."""

    mean: np.ndarray
    covariance: np.ndarray


class Residual(NamedTuple):
    """What is left open of the areas of which the same features are missing: with e standard normal, ``root @ e`` is a draw."""

    rows: np.ndarray
    missing: np.ndarray  # features
    root: np.ndarray  # Cholesky factor of their conditional covariance


class Expected(NamedTuple):
    """Per area and feature: the value or its conditional mean, and the conditional variance (0 where known); (n, k) each."""

    mean: np.ndarray
    variance: np.ndarray
    residuals: list[Residual]


class Pattern(NamedTuple):
    """The areas of which the same features are known, and what a fit needs of them."""

    rows: np.ndarray
    known: np.ndarray  # features
    missing: np.ndarray  # features
    mean: np.ndarray  # of the known features
    scatter: np.ndarray  # sum of products of the known features about that mean
    within: tuple  # where a (k, k) matrix holds known by known features
    across: tuple  # missing by known
    without: tuple  # missing by missing


def fit_normal(values: np.ndarray, *, ridge: float, tolerance: float, iterations: int) -> Normal:
    """The normal that fits (n, k) values with NaN for what is missing, by EM; ``ridge`` is added to every variance.

    Stops when no entry of the covariance moves by more than ``tolerance``. Raises ``ValueError`` for a feature that
    is known nowhere.
    """
    known = ~np.isnan(values)
    if not known.any(axis=0).all():
        raise ValueError(f"feature {int(np.flatnonzero(~known.any(axis=0))[0])} is known for no area")
    normal = Normal(np.nanmean(values, axis=0), np.diag(np.nanvar(values, axis=0) + ridge))
    with threadpool_limits(limits=1, user_api="blas"):
        patterns = _patterns(values)
        for _ in range(iterations):
            update = _maximise(patterns, normal, ridge)
            step = float(np.abs(update.covariance - normal.covariance).max())
            normal = update
            if step <= tolerance:
                break
    return normal


def expect(values: np.ndarray, normal: Normal) -> Expected:
    """Conditional mean and variance of every missing entry of (n, k) values under ``normal``."""
    mean, variance, residuals = values.copy(), np.zeros_like(values), []
    with threadpool_limits(limits=1, user_api="blas"):
        for pattern in _patterns(values):
            slopes, residual = _regression(pattern, normal)
            centred = values[np.ix_(pattern.rows, pattern.known)] - normal.mean[pattern.known]
            mean[np.ix_(pattern.rows, pattern.missing)] = normal.mean[pattern.missing] + centred @ slopes.T
            variance[np.ix_(pattern.rows, pattern.missing)] = np.diag(residual)
            if len(pattern.missing):
                residuals.append(Residual(pattern.rows, pattern.missing, np.linalg.cholesky((residual + residual.T) / 2)))
    return Expected(mean, variance, residuals)


def _maximise(patterns: list[Pattern], normal: Normal, ridge: float) -> Normal:
    """One step of EM from the patterns' moments: expected sums and products about the mean, then mean and covariance."""
    size = len(normal.mean)
    areas, shift, products = 0, np.zeros(size), np.zeros((size, size))
    for pattern in patterns:
        count = len(pattern.rows)
        slopes, residual = _regression(pattern, normal)
        gap = pattern.mean - normal.mean[pattern.known]
        scatter = pattern.scatter + count * np.outer(gap, gap)
        filled = slopes @ scatter
        areas += count
        shift[pattern.known] += count * gap
        shift[pattern.missing] += count * (slopes @ gap)
        products[pattern.within] += scatter
        products[pattern.across] += filled
        products[pattern.across[::-1]] += filled
        products[pattern.without] += filled @ slopes.T + count * residual
    shift /= areas
    covariance = products / areas - np.outer(shift, shift)
    return Normal(normal.mean + shift, (covariance + covariance.T) / 2 + ridge * np.eye(size))


def _regression(pattern: Pattern, normal: Normal) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of the missing features on the known ones, and the covariance that remains."""
    across = normal.covariance[pattern.across]
    solvable = len(pattern.known) and len(pattern.missing)
    slopes = np.linalg.solve(normal.covariance[pattern.within], across.T).T if solvable else across
    return slopes, normal.covariance[pattern.without] - slopes @ across.T


def _patterns(values: np.ndarray) -> list[Pattern]:
    absent = np.isnan(values)
    shapes, which = np.unique(absent, axis=0, return_inverse=True)
    found = []
    for number, shape in enumerate(shapes):
        rows, known, missing = np.flatnonzero(which.ravel() == number), np.flatnonzero(~shape), np.flatnonzero(shape)
        block = values[np.ix_(rows, known)]
        centred = block - block.mean(axis=0)
        places = np.ix_(known, known), np.ix_(missing, known), np.ix_(missing, missing)
        found.append(Pattern(rows, known, missing, block.mean(axis=0), centred.T @ centred, *places))
    return found
