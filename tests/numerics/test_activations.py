"""Activations and their slopes."""

import numpy as np
import pytest

from nnlib.activations import ACTIVATIONS, logistic, softmax

z = np.linspace(-5, 5, 402)  # no point on the kinks at 0
each = pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=list(ACTIVATIONS))


@each
def test_the_slope_agrees_with_finite_differences(f):
    secant = (f.value(z + 1e-6) - f.value(z - 1e-6)) / 2e-6
    np.testing.assert_allclose(f.slope(z, f.value(z)), secant, atol=1e-8)


@each
def test_value_and_slope_are_finite_at_plus_and_minus_1000(f):
    far = np.array([-1000.0, 1000.0])
    with np.errstate(all="raise", under="ignore"):
        a = f.value(far)
        assert np.isfinite(a).all() and np.isfinite(f.slope(far, a)).all()


@each
def test_shape_and_type_are_kept(f):
    z32 = np.zeros((3, 1, 2), np.float32)
    a = f.value(z32)
    for array in (a, f.slope(z32, a)):
        assert array.shape == z32.shape and array.dtype == np.float32


@each
def test_the_input_is_left_alone(f):
    mine = z.copy()
    f.slope(mine, f.value(mine))
    assert (mine == z).all()


def test_hand_computed_values():
    at = lambda name, x: ACTIVATIONS[name].value(np.array(x)).round(4)  # noqa: E731
    assert at("logistic", 0.0) == 0.5 and at("logistic", np.log(3)) == 0.75
    assert at("tanh", np.log(2)) == 0.6  # (2 - ½) / (2 + ½)
    assert (at("relu", [-2.0, 3.0]) == [0, 3]).all()
    assert (at("leaky_relu", [-2.0, 3.0]) == [-0.02, 3]).all()
    assert (at("step", [-0.1, 0.0, 0.1]) == [0, 1, 1]).all()
    assert at("softplus", 0.0) == 0.6931  # log 2
    assert abs(at("gelu", 1.0) - 0.8413) < 5e-4  # P(normal < 1), approximated by tanh


def test_the_logistic_agrees_with_its_formula():
    np.testing.assert_allclose(logistic(z), 1 / (1 + np.exp(-z)), rtol=1e-12)


def test_slopes_have_their_known_maximum_at_0():
    for name, top in (("logistic", 0.25), ("tanh", 1.0)):
        f, zero = ACTIVATIONS[name], np.array(0.0)
        assert f.slope(zero, f.value(zero)) == top > f.slope(z, f.value(z)).max()


@pytest.mark.parametrize("name, slope", [("relu", 0.0), ("leaky_relu", 0.01)])
def test_at_its_kink_the_slope_is_that_of_the_left_side(name, slope):
    f, kink = ACTIVATIONS[name], np.array(0.0)
    assert f.slope(kink, f.value(kink)) == slope == f.slope(kink - 1, f.value(kink - 1))


def test_softmax_gives_probabilities_and_does_not_change_under_a_shift():
    Z = np.random.default_rng(7).normal(size=(4, 5, 3))
    np.testing.assert_allclose(softmax(Z).sum(axis=-1), 1.0)
    np.testing.assert_allclose(softmax(Z + 700.0), softmax(Z))
    np.testing.assert_allclose(softmax(np.log([[1.0, 3.0]])), [[0.25, 0.75]])
    # Each row is scaled by itself: a large one must not turn another into zeros.
    np.testing.assert_array_equal(softmax(np.array([[1e3, 0], [-1e3, -1e3]])), [[1, 0], [0.5, 0.5]])
