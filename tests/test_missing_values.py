"""Expected values of what is not known, against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.matching.missing_values import Normal, expect, fit_normal

EXACT = {"ridge": 0.0, "tolerance": 1e-12, "iterations": 500}


def test_complete_data_give_the_sample_moments():
    values = np.random.default_rng(1).normal(size=(50, 3))
    normal = fit_normal(values, **EXACT)
    np.testing.assert_allclose(normal.mean, values.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(normal.covariance, np.cov(values.T, bias=True), atol=1e-12)


def test_two_features_follow_the_regression_line():
    """With a normal of correlation 0.8, the mean given x is 0.8 x and the variance 1 - 0.64."""
    normal = Normal(np.zeros(2), np.array([[1.0, 0.8], [0.8, 1.0]]))
    expected = expect(np.array([[2.0, np.nan], [np.nan, -1.0], [0.5, 0.5]]), normal)
    np.testing.assert_allclose(expected.mean, [[2.0, 1.6], [-0.8, -1.0], [0.5, 0.5]])
    np.testing.assert_allclose(expected.variance, [[0, 0.36], [0.36, 0], [0, 0]])


def test_an_area_of_which_nothing_is_known_gets_the_unconditional_moments():
    normal = Normal(np.array([1.0, 2.0]), np.array([[4.0, 1.0], [1.0, 9.0]]))
    expected = expect(np.array([[np.nan, np.nan]]), normal)
    np.testing.assert_allclose(expected.mean, [[1, 2]])
    np.testing.assert_allclose(expected.variance, [[4, 9]])


def test_monotone_missing_data_have_a_closed_form():
    """y missing for some areas: the maximum-likelihood mean of y is ybar + b (mean of all x - mean of complete x)
    (Anderson 1957)."""
    random = np.random.default_rng(2)
    x = random.normal(size=200)
    y = 1 + 2 * x + random.normal(size=200)
    y[120:] = np.nan
    slope = np.cov(x[:120], y[:120])[0, 1] / np.var(x[:120], ddof=1)
    normal = fit_normal(np.column_stack([x, y]), **EXACT)
    assert normal.mean[1] == pytest.approx(y[:120].mean() + slope * (x.mean() - x[:120].mean()), abs=1e-8)


def test_a_feature_known_nowhere_is_refused():
    with pytest.raises(ValueError, match="feature 1 is known for no area"):
        fit_normal(np.array([[1.0, np.nan], [2.0, np.nan]]), **EXACT)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_known_values_stay_and_variances_are_never_negative(seed):
    random = np.random.default_rng(seed)
    values = random.normal(size=(40, 4)) @ random.normal(size=(4, 4))
    values[random.random(values.shape) < 0.3] = np.nan
    values[0] = 0.0
    expected = expect(values, fit_normal(values, ridge=1e-6, tolerance=1e-8, iterations=200))
    known = ~np.isnan(values)
    np.testing.assert_array_equal(expected.mean[known], values[known])
    assert (expected.variance[known] == 0).all() and (expected.variance >= -1e-12).all()
    assert np.isfinite(expected.mean).all()
