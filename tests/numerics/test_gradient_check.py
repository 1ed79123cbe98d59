"""The gradient check must find a wrong gradient and pass a right one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from thorough import cases

from nnlib import Network, gradient_error, numerical_gradient, xor


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def bowl(theta):
    return (theta**4).sum(axis=-1), 4 * theta**3


def test_the_numerical_gradient_is_the_slope_also_in_a_stack(rng):
    for theta in (rng.normal(size=6), rng.normal(size=(3, 6))):
        np.testing.assert_allclose(numerical_gradient(bowl, theta), 4 * theta**3, atol=1e-8)


@pytest.mark.parametrize("measure", [numerical_gradient, gradient_error])
def test_the_step_is_where_both_errors_balance(measure):
    theta = np.random.default_rng(7).normal(size=6)
    assert np.array_equal(measure(bowl, theta), measure(bowl, theta, step=1e-5))
    assert not np.array_equal(measure(bowl, theta), measure(bowl, theta, step=2e-5))


def test_one_wrong_network_of_a_stack_is_found_whatever_the_others_are():
    scales = np.array([1e7, 1.0, 0.0, 1e-7])

    def stack(theta, wrong=1.0):
        loss, gradient = bowl(theta)
        return loss * scales, gradient * scales[:, None] * np.array([[1], [wrong], [1], [1]])

    theta = np.random.default_rng(7).normal(size=(4, 6))
    assert gradient_error(stack, theta) < 1e-7
    assert gradient_error(lambda theta: stack(theta, 2.0), theta) == pytest.approx(1 / 3)


def test_theta_is_not_changed(rng):
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


def test_too_large_and_too_small_a_step_both_give_large_errors(rng):
    theta = rng.normal(size=6)
    errors = [gradient_error(bowl, theta, step) for step in (1e-1, 1e-5, 1e-13)]
    assert errors[1] < 1e-6 * errors[0] and errors[1] < 1e-6 * errors[2]


def test_the_posts_slip_hides_at_small_weights_and_shows_at_large_ones(rng):
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


# Any shape, any size


class Hills:
    """A loss whose slopes are all above 0, for numbers of size `t`; `s` stretches the loss.

    Of x = theta / t it is s (Σ c e^x + e^(Σ d x / P)), so each slope depends on every other number.
    Along the first `stack` axes are networks of their own, each with a loss of its own.
    """

    def __init__(self, seed, shape, s, t, stack=0):
        draw = np.random.default_rng(seed)
        self.theta, self.c, self.d = (
            t * draw.uniform(-1, 1, shape),
            *draw.uniform(0.5, 1.5, (2, *shape)),
        )
        self.s, self.t, self.axes = s, t, tuple(range(stack, len(shape)))
        self.P = self.theta[(0,) * stack].size

    def __call__(self, theta):
        x = np.asarray(theta) / self.t
        shared = np.exp((self.d * x).sum(axis=self.axes, keepdims=True) / self.P)
        loss = (self.c * np.exp(x)).sum(axis=self.axes) + shared.reshape(
            x.shape[: x.ndim - len(self.axes)]
        )
        return self.s * loss, self.s / self.t * (self.c * np.exp(x) + self.d * shared / self.P)


seeds, sizes = st.integers(0, 10**9), st.floats(-200, 200).map(lambda power: 10.0**power)
units = st.floats(-9, 9).map(lambda power: 10.0**power)
shapes = array_shapes(min_dims=0, max_dims=3, max_side=3)
many = settings(max_examples=cases(1000, 60), derandomize=True, deadline=None)


@pytest.mark.doors
@given(seeds, shapes, sizes, units)
@many
def test_a_right_gradient_passes_whatever_shape_and_size_theta_has(seed, shape, s, t):
    hills = Hills(seed, shape, s, t)
    slopes = numerical_gradient(hills, hills.theta, 1e-5 * t)
    assert slopes.shape == shape
    np.testing.assert_allclose(slopes, hills(hills.theta)[1], rtol=1e-7)
    assert gradient_error(hills, hills.theta, 1e-5 * t) < 1e-8


WRONG = {
    "the sign": lambda g: -g,
    "a factor": lambda g: 2 * g,
    "zeros": lambda g: 0 * g,
    "one slope": lambda g: g * np.where(np.arange(g.size) == g.size - 1, 1.5, 1).reshape(g.shape),
    "the order": lambda g: g.ravel()[::-1].reshape(g.shape),
}


@pytest.mark.doors
@given(seeds, shapes, sizes, units, st.sampled_from([*WRONG]))
@many
def test_a_wrong_gradient_is_as_far_off_as_arithmetic_says(seed, shape, s, t, slip):
    hills = Hills(seed, shape, s, t)
    right, wrong = (change(hills(hills.theta)[1] / (s / t)) for change in (np.copy, WRONG[slip]))
    norm = np.linalg.norm
    expected = norm(wrong - right) / (norm(wrong) + norm(right))
    found = gradient_error(lambda theta: (hills(theta)[0], wrong * (s / t)), hills.theta, 1e-5 * t)
    assert found == pytest.approx(expected, abs=1e-7) and 0 <= found <= 1


@pytest.mark.doors
@given(seeds, shapes.filter(lambda shape: len(shape) > 1), st.data())
@many
def test_a_matrix_is_a_stack_only_if_the_loss_is_one_for_each_network(seed, shape, data):
    stack = data.draw(st.integers(1, len(shape) - 1))
    hills = Hills(seed, shape, 1.0, 1.0, stack)
    theta, g = hills.theta, hills(hills.theta)[1]
    together = numerical_gradient(hills, theta)
    np.testing.assert_allclose(together, g, rtol=1e-7)
    one_number = numerical_gradient(lambda theta: (hills(theta)[0].sum(), None), theta)
    np.testing.assert_allclose(one_number, g, rtol=1e-7)
    calls = []
    numerical_gradient(lambda theta: calls.append(theta) or hills(theta), theta)
    assert len(calls) == 1 + 2 * hills.P  # all networks of a stack are nudged at once
    assert gradient_error(hills, theta) < 1e-8 < 0.3 < gradient_error(
        lambda theta: (hills(theta)[0], 2 * g), theta
    )  # fmt: skip


@pytest.mark.parametrize("shape", [(2, 2), (3, 1), (1, 3), (1, 1), (5, 3), (2, 3, 4), ()])
def test_one_matrix_of_weights_is_measured_number_by_number(shape, rng):
    W = rng.normal(size=shape)
    np.testing.assert_allclose(
        numerical_gradient(lambda W: ((W**2).sum(), None), W), 2 * W, atol=1e-9
    )
    assert gradient_error(lambda W: ((W**2).sum(), 2 * W), W) < 1e-9
    assert gradient_error(lambda W: ((W**2).sum(), W), W) == pytest.approx(1 / 3)


reals = st.floats(-1e280, 1e280)


@pytest.mark.doors
@given(
    shapes.flatmap(
        lambda shape: st.tuples(arrays(float, shape, elements=reals), arrays(float, shape))
    )
)
@many
def test_the_error_is_from_0_to_1_for_any_two_gradients(slopes):
    n, g = slopes
    if np.isfinite(g).all():
        assert 0 <= gradient_error(lambda theta: ((theta * n).sum(), g), np.zeros(n.shape)) <= 1
    else:
        with pytest.raises(ValueError, match="a gradient that is not finite"):
            gradient_error(lambda theta: ((theta * n).sum(), g), np.zeros(n.shape))


def test_in_float32_the_slopes_it_is_measured_by_are_those_of_float64():
    net, data = Network((2, 4, 1)), xor()
    theta = net.init(7, dtype=np.float32)
    assert gradient_error(lambda theta: net.loss_and_grad(theta, data.X, data.Y), theta) < 1e-6


def test_a_function_may_write_into_its_theta_and_return_the_same_buffer_again(rng):
    loss, g, theta = np.empty(2), np.empty((2, 3)), rng.normal(size=(2, 3))
    before = theta.copy()

    def careless(theta):
        loss[:], g[:] = (theta**4).sum(axis=1), 4 * theta**3
        theta[:] = 0
        return loss, g

    assert gradient_error(careless, theta) < 1e-9
    assert (theta == before).all()


# What is refused


def told(call, *arguments):
    """The sentence that refuses; it is short, and speaks of what was given."""
    with pytest.raises((ValueError, TypeError)) as caught:
        call(*arguments)
    assert len(str(caught.value)) <= 300
    return str(caught.value)


@pytest.mark.doors
@given(shapes, shapes)
@many
def test_a_loss_or_a_gradient_of_another_shape_is_refused_by_naming_both(shape, other):
    theta, found = np.ones(shape), np.ones(other)
    both = f"of shape {other} where theta has shape {shape}"
    if len(other) >= max(1, len(shape)) or shape[: len(other)] != other:
        for check in (numerical_gradient, gradient_error):
            assert f"a loss {both}" in told(check, lambda theta: (found, theta), theta)
    if other != shape:
        assert f"a gradient {both}" in told(gradient_error, lambda t: (t.sum(), found), theta)


@pytest.mark.parametrize(
    "answer, sentence",
    [
        (3.5, "f returned 3.5: it must return the two things"),
        (np.ones(2), "it must return the two things"),
        (None, "it must return the two things"),
        ((1.0, np.ones(2), 3), "it must return the two things"),
        ("ab", "it must return the two things"),
        ((None, np.ones(2)), "f gives the loss None: it must be made of real numbers"),
        (("one", np.ones(2)), "f gives the loss 'one'"),
        ((1j, np.ones(2)), "f gives the loss 1j"),
        ((True, np.ones(2)), "f gives the loss True"),
        (([[1], [2, 3]], np.ones(2)), "it must be made of real numbers"),
        ((np.nan, np.ones(2)), "a loss of size nan, at theta or a step beside: it must be finite"),
        ((-np.inf, np.ones(2)), "a loss of size inf"),
        ((1e300, np.ones(2)), "a loss of size 1e+300"),
        ((np.float32(1e30), np.ones(2)), "a loss of size 1e+30"),
    ],
)  # fmt: skip
def test_what_is_no_loss_is_refused(answer, sentence):
    for check in (numerical_gradient, gradient_error):
        assert sentence in told(check, lambda theta: answer, np.ones(2))


@pytest.mark.parametrize(
    "gradient, sentence",
    [
        (None, "f gives the gradient None: it must be made of real numbers"),
        ([1.0, np.nan], "a gradient that is not finite"),
        ([np.inf, 1.0], "a gradient that is not finite"),
        ([[1.0, 2.0]], "of shape (1, 2) where theta has shape (2,)"),
        (["a", "b"], "it must be made of real numbers"),
    ],
)
def test_what_is_no_gradient_is_refused(gradient, sentence):
    assert sentence in told(gradient_error, lambda theta: (theta.sum(), gradient), np.ones(2))
    np.testing.assert_allclose(
        numerical_gradient(lambda theta: (theta.sum(), gradient), np.ones(2)), 1
    )


@pytest.mark.parametrize("check", [numerical_gradient, gradient_error])
def test_where_no_slope_can_be_measured_the_reason_is_said(check):
    assert "f=3: give a function" in told(check, 3, np.ones(2))
    for theta in ([], np.ones((0, 3)), [1.0, np.nan], [np.inf], -np.inf):
        assert "give at least one number, all of them finite" in told(check, bowl, theta)
    for step in (0, -1e-5, np.nan, np.inf, 1e-30, 1e30, "small", None, True, [1e-5]):
        assert told(check, bowl, np.ones(2), step).startswith("step=")

    def edge(theta):
        with np.errstate(invalid="ignore"):
            return np.log(theta).sum(), 1 / theta

    assert "a step beside" in told(check, edge, [1.0, 1e-6])
    expected = {numerical_gradient: [1, 1e4], gradient_error: 0}[check]
    np.testing.assert_allclose(check(edge, [1.0, 1e-4], 1e-7), expected, rtol=1e-5, atol=1e-6)
