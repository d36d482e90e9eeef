"""Sobol indices against functions whose indices are known, and the correlation ratio against hand-made cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scoring.sensitivity import correlation_ratio, design, indices


def found(function, groups, points=2**15, seed=1):
    """The indices of a function of points (n, inputs) with results (n, outputs)."""
    made = design(groups, points, seed)
    return indices(function(made.base), np.array([function(part) for part in made.mixed]))


# Ishigami and Homma 1990: y = sin x1 + a sin² x2 + b x3⁴ sin x1, x even on (-pi, pi)
A, B = 7, 0.1
V1, V2, V13 = (1 + B * np.pi**4 / 5) ** 2 / 2, A**2 / 8, B**2 * np.pi**8 * (1 / 18 - 1 / 50)
V = V1 + V2 + V13


def ishigami(points):
    x1, x2, x3 = (np.pi * (2 * points - 1)).T
    return (np.sin(x1) + A * np.sin(x2) ** 2 + B * x3**4 * np.sin(x1))[:, None]


def test_ishigami():
    result = found(ishigami, [0, 1, 2])
    np.testing.assert_allclose(result.first_order, [V1 / V, V2 / V, 0], atol=0.01)
    np.testing.assert_allclose(result.total, [(V1 + V13) / V, V2 / V, V13 / V], atol=0.01)


def test_ishigami_with_two_inputs_as_one_group():
    """Together x1 and x3 make what they make alone and with each other, and nothing with x2."""
    result = found(ishigami, [0, 1, 0])
    np.testing.assert_allclose(result.first_order, [(V1 + V13) / V, V2 / V], atol=0.01)
    np.testing.assert_allclose(result.total, [(V1 + V13) / V, V2 / V], atol=0.01)


def test_a_choice_between_two_methods_that_only_matters_with_another():
    """y = 1 if both choices are taken, else 0: V = 3/16, each alone 1/16, together 1/16."""
    result = found(lambda points: ((points[:, [0]] >= 0.5) & (points[:, [1]] >= 0.5)).astype(float), [0, 1])
    np.testing.assert_allclose(result.first_order, [1 / 3, 1 / 3], atol=0.01)
    np.testing.assert_allclose(result.total, [2 / 3, 2 / 3], atol=0.01)


def test_several_outputs_count_by_their_variance():
    """Variances 9/12 and 1/12, and one output that does not vary."""
    result = found(lambda points: np.column_stack([3 * points[:, 0], points[:, 1], np.full(len(points), 0.1)]), [0, 1])
    np.testing.assert_allclose(result.first_order, [0.9, 0.1], atol=0.01)
    np.testing.assert_allclose(result.total, [0.9, 0.1], atol=0.01)


def test_many_outputs_are_taken_together():
    """More than fit at once: the same as their common indices."""
    result = found(lambda points: np.repeat(points[:, [0]] + 2 * points[:, [1]], 2300, axis=1), [0, 1], points=256)
    np.testing.assert_allclose(result.total, [0.2, 0.8], atol=0.02)


def test_what_does_not_vary_has_no_indices():
    assert np.isnan(found(lambda points: np.ones((len(points), 2)), [0, 1])).all()


def test_the_design_exchanges_one_group_at_a_time_and_depends_on_the_seed_only():
    made, again, other = design([0, 1, 1], 64, 5), design([0, 1, 1], 64, 5), design([0, 1, 1], 64, 6)
    first, second = made.base[:64], made.base[64:]
    assert (made.mixed[0] == np.column_stack([second[:, 0], first[:, 1:]])).all()
    assert (made.mixed[1] == np.column_stack([first[:, 0], second[:, 1:]])).all()
    assert (made.base == again.base).all() and not (made.base == other.base).any()
    assert abs(np.corrcoef(first.T, second.T)[:3, 3:]).max() < 0.3, "A and B are independent"


# The correlation ratio

RANDOM = np.random.default_rng(1)
X = RANDOM.uniform(size=5000)
NOISE = RANDOM.normal(size=5000)


def test_a_line_without_noise_is_explained_wholly():
    assert correlation_ratio(X, 3 - 2 * X) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("shape", [lambda x: (x - 0.5) ** 2, lambda x: np.sin(2 * np.pi * x), np.exp])
def test_a_curve_without_noise_is_explained_though_it_is_not_linear(shape):
    assert correlation_ratio(X, shape(X)) > 0.999


def test_a_parabola_with_noise():
    """Var((x - 1/2)²) = 1/180 for even x; noise of the same variance halves the share."""
    y = (X - 0.5) ** 2 + NOISE * np.sqrt(1 / 180)
    assert abs(np.corrcoef(X, y)[0, 1]) < 0.05
    assert correlation_ratio(X, y) == pytest.approx(0.5, abs=0.03)


def test_a_line_with_noise_is_explained_as_much_as_by_correlation():
    y = X + NOISE / np.sqrt(12)
    assert correlation_ratio(X, y) == pytest.approx(np.corrcoef(X, y)[0, 1] ** 2, abs=0.01)


@pytest.mark.parametrize("size", [30, 300])
def test_unrelated_variables_explain_nothing_even_in_small_samples(size):
    """Without the adjustment a spline of 5 to 8 parameters would explain 4 / size to 7 / size."""
    random = np.random.default_rng(size)
    ratios = [correlation_ratio(random.normal(size=size), random.normal(size=size)) for _ in range(200)]
    assert np.mean(ratios) < 3 / size
    assert np.median(ratios) < 1 / size


def test_what_does_not_vary_explains_nothing_and_is_not_explained():
    assert correlation_ratio(np.ones(100), NOISE[:100]) == 0
    assert np.isnan(correlation_ratio(NOISE[:100], np.ones(100)))


def test_pairs_with_a_missing_value_do_not_count():
    x, y = np.append(X, [np.nan, 0.5]), np.append(X**2, [9, np.nan])
    assert correlation_ratio(x, y) == correlation_ratio(X, X**2)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), size=st.integers(6, 60), values=st.integers(2, 8))
def test_few_distinct_values_and_small_samples_stay_between_0_and_1(seed, size, values):
    random = np.random.default_rng(seed)
    x, y = random.integers(0, values, size).astype(float), random.normal(size=size)
    assert 0 <= correlation_ratio(x, y) <= 1
