"""The optimizers."""

import numpy as np
import pytest
import sklearn.neural_network._stochastic_optimizers as peer

from nnlib import SGD, Adam, Momentum, Nesterov


@pytest.fixture
def rng():
    return np.random.default_rng(7)


MAKERS = {
    "sgd": lambda rate: SGD(rate),
    "momentum": lambda rate: Momentum(rate, 0.9),
    "nesterov": lambda rate: Nesterov(rate, 0.9),
    "adam": lambda rate: Adam(rate),
}
each = pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))


@each
def test_a_step_returns_a_new_array_and_does_not_change_its_arguments(make, rng):
    theta, gradient = rng.normal(size=5), rng.normal(size=5)
    before = theta.copy(), gradient.copy()
    optimizer = make(0.1)
    kept = [theta]
    for _ in range(3):
        kept.append(optimizer.step(kept[-1], gradient))
    assert (theta == before[0]).all() and (gradient == before[1]).all()
    assert not any(np.shares_memory(a, b) for a, b in zip(kept, kept[1:]))
    assert not np.shares_memory(kept[1], kept[3])


@each
def test_every_optimizer_finds_the_minimum_of_a_bowl(make):
    theta, curvature = np.array([3.0, -2.0]), np.array([1.0, 10.0])
    optimizer = make(0.05)
    for _ in range(2000):
        theta = optimizer.step(theta, curvature * theta)
    np.testing.assert_allclose(theta, 0, atol=1e-3)


@each
def test_after_reset_the_same_run_gives_the_same_bits(make, rng):
    optimizer, gradients = make(0.1), rng.normal(size=(4, 3))

    def run():
        optimizer.reset()
        theta = np.zeros(3)
        for gradient in gradients:
            theta = optimizer.step(theta, gradient)
        return theta

    assert (run() == run()).all()


@each
def test_each_network_of_a_stack_can_have_its_own_learning_rate(make, rng):
    rates, theta, gradients = [0.1, 0.2, 0.4], rng.normal(size=(3, 5)), rng.normal(size=(4, 3, 5))
    together, alone = make(np.array(rates)[:, None]), [make(rate) for rate in rates]
    rows = list(theta)
    for g in gradients:
        theta = together.step(theta, g)
        rows = [one.step(row, slope) for one, row, slope in zip(alone, rows, g)]
    np.testing.assert_array_equal(theta, rows)


@each
def test_the_learning_rate_can_change_between_steps(make):
    slow, fast = make(0.1), make(0.1)
    fast.learning_rate = 0.2
    g = np.ones(2)
    np.testing.assert_allclose(fast.step(np.zeros(2), g), 2 * slow.step(np.zeros(2), g))


def test_settings_of_another_type_leave_theta_the_type_that_it_has():
    half, one = np.float64(0.5), np.ones(3, np.float32)
    optimizers = [
        SGD(half),
        Momentum(half, half),
        Nesterov(half, half),
        Adam(half, half, half, half),
    ]
    for optimizer in optimizers:
        assert optimizer.step(one, one).dtype == np.float32, optimizer


@pytest.mark.parametrize(
    "ours, theirs",
    [
        ("sgd", lambda p: peer.SGDOptimizer(p, 0.1, momentum=0.0, nesterov=False)),
        ("momentum", lambda p: peer.SGDOptimizer(p, 0.1, momentum=0.9, nesterov=False)),
        ("nesterov", lambda p: peer.SGDOptimizer(p, 0.1, momentum=0.9, nesterov=True)),
        ("adam", lambda p: peer.AdamOptimizer(p, 0.1)),
    ],
)
def test_the_formulas_are_those_of_scikit_learn(ours, theirs, rng):
    theta = rng.normal(size=6)
    params = [theta.copy()]
    optimizer, reference = MAKERS[ours](0.1), theirs(params)
    for gradient in rng.normal(size=(20, 6)):
        theta = optimizer.step(theta, gradient)
        reference.update_params(params, [gradient])
    np.testing.assert_allclose(theta, params[0], rtol=1e-12)


@pytest.mark.parametrize("rate", [0, -0.1, np.nan, np.inf, "fast", [0.1, 0.0]])
@each
def test_an_impossible_learning_rate_is_refused(make, rate):
    with pytest.raises(ValueError, match="it must be a number above 0, say 0.1"):
        make(rate)


def test_a_decay_of_1_or_more_is_refused():
    with pytest.raises(ValueError, match="momentum=1.0: it must be at least 0 and below 1"):
        Momentum(0.1, 1.0)
    with pytest.raises(ValueError, match="beta2=1.5"):
        Adam(0.1, beta2=1.5)


@pytest.mark.parametrize(
    "settings, sentence",
    [
        ({"beta1": 1}, "beta1=1: it must be at least 0 and below 1"),
        ({"beta1": -0.1}, "beta1=-0.1: it must be at least 0 and below 1"),
        ({"beta2": 1.5}, "beta2=1.5: it must be at least 0 and below 1"),
        ({"epsilon": 0}, "epsilon=0: it must be a number above 0"),
        ({"epsilon": -1e-8}, "epsilon=-1e-08: it must be a number above 0"),
    ],
)
def test_what_adam_cannot_average_with_is_refused(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Adam(0.1, **settings)
