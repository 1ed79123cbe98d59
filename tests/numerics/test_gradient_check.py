"""The gradient check must find a wrong gradient and pass a right one."""

import numpy as np
import pytest

from nnlib import Network, gradient_error, numerical_gradient, xor

rng = np.random.default_rng(7)


def bowl(theta):
    return (theta**4).sum(axis=-1), 4 * theta**3


def test_the_numerical_gradient_is_the_slope_also_in_a_stack():
    for theta in (rng.normal(size=6), rng.normal(size=(3, 6))):
        np.testing.assert_allclose(numerical_gradient(bowl, theta), 4 * theta**3, atol=1e-8)


def test_theta_is_not_changed():
    theta = rng.normal(size=6)
    before = theta.copy()
    gradient_error(bowl, theta)
    assert (theta == before).all()


def wrong(change):
    return lambda theta: (bowl(theta)[0], change(bowl(theta)[1].copy()))


def only_last(g):
    g[..., -1] *= 1.001
    return g


@pytest.mark.parametrize(
    "change, at_least",
    [
        (lambda g: -g, 0.999),
        (lambda g: 0 * g, 0.999),
        (lambda g: 2 * g, 0.333),
        (lambda g: g[..., ::-1], 0.1),
        (only_last, 1e-6),
    ],
)
def test_a_wrong_gradient_is_found(change, at_least):
    theta = np.array([0.5, 1.0, -1.5, 2.0])
    assert gradient_error(bowl, theta) < 1e-9
    assert at_least < gradient_error(wrong(change), theta) <= 1


def test_slopes_too_small_to_measure_are_not_called_wrong():
    net = Network((2, 4, 1), output="logistic", loss="cross_entropy")
    zeros = np.zeros(net.n_parameters)  # all slopes are 0, all differences rounding
    assert gradient_error(lambda t: net.loss_and_grad(t, xor().X, xor().Y), zeros) == 0


@pytest.mark.parametrize("dtype, step", [(float, 1e-16), (float, 1e-9), (np.float32, 1e-8)])
def test_a_wrong_gradient_is_found_with_a_very_small_step_too(dtype, step):
    theta = np.array([0.5, 1.0, -1.5, 2.0], dtype)
    assert gradient_error(wrong(lambda g: -g), theta, step) > 0.5


def test_too_large_and_too_small_a_step_both_give_large_errors():
    theta = rng.normal(size=6)
    errors = [gradient_error(bowl, theta, step) for step in (1e-1, 1e-5, 1e-13)]
    assert errors[1] < 1e-6 * errors[0] and errors[1] < 1e-6 * errors[2]


def test_the_posts_slip_hides_at_small_weights_and_shows_at_large_ones():
    """1 - tanh(a)² with a already activated: the derivative of the 2013 post."""
    net, X, Y = Network((2, 3, 1)), rng.normal(size=(9, 2)), rng.normal(size=(9, 1))

    def slip(theta):
        (Z1, Z2), (_, A1, A2), _ = net.forward(theta, X)
        W2 = net.layers(theta)[1][0]
        delta2 = (A2 - Y) / len(X)
        delta1 = (delta2 @ W2.T) * (1 - np.tanh(A1) ** 2)
        parts = [X.T @ delta1, delta1.sum(axis=0), A1.T @ delta2, delta2.sum(axis=0)]
        gradient = np.concatenate([part.ravel() for part in parts])
        return net.loss_and_grad(theta, X, Y)[0], gradient

    small, large = (net.init(np.random.default_rng(7), scale=scale) for scale in (0.25, 2.0))
    assert gradient_error(slip, small) < 0.02 < 0.1 < gradient_error(slip, large)
