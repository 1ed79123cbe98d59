"""Losses and their gradients with respect to the outputs."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from nnlib.losses import OUTPUTS, loss_for


@pytest.fixture
def rng():
    return np.random.default_rng(7)


PAIRS = [("squared_error", "identity"), ("squared_error", "tanh"), ("cross_entropy", "logistic"),
         ("cross_entropy", "softmax")]  # fmt: skip
each_pair = pytest.mark.parametrize("loss, output", PAIRS)


def targets(n, k):
    return np.eye(k)[np.arange(n) % k]


@each_pair
def test_a_stack_gives_each_network_its_own_loss(loss, output, rng):
    pair, Z, Y = loss_for(loss, output), rng.normal(size=(3, 5, 4)), targets(5, 4)
    A = OUTPUTS[output](Z)
    alone = [pair.value(z, a, Y) for z, a in zip(Z, A)]
    np.testing.assert_allclose(pair.value(Z, A, Y), alone, rtol=1e-14)


@each_pair
def test_the_loss_is_a_mean_so_repeating_all_samples_does_not_change_it(loss, output, rng):
    pair, Z, Y = loss_for(loss, output), rng.normal(size=(5, 4)), targets(5, 4)
    once = pair.value(Z, OUTPUTS[output](Z), Y)
    Z, Y = np.vstack([Z, Z]), np.vstack([Y, Y])
    np.testing.assert_allclose(pair.value(Z, OUTPUTS[output](Z), Y), once)


def test_squared_error_by_hand():
    z = np.array([[1.0, 2.0], [0.0, 0.0]])
    assert loss_for("squared_error", "identity").value(z, z, np.zeros((2, 2))) == 1.25  # 5 / 2 / 2


def test_cross_entropy_agrees_with_scikit_learn(rng):
    Z, label = rng.normal(size=(20, 3)), np.arange(20) % 3
    pair = loss_for("cross_entropy", "softmax")
    mine = pair.value(Z, OUTPUTS["softmax"](Z), np.eye(3)[label])
    np.testing.assert_allclose(mine, log_loss(label, OUTPUTS["softmax"](Z)), rtol=1e-12)
    z, label = rng.normal(size=(20, 1)), np.arange(20)[:, None] % 2
    a = OUTPUTS["logistic"](z)
    mine = loss_for("cross_entropy", "logistic").value(z, a, label)
    np.testing.assert_allclose(mine, log_loss(label.ravel(), a.ravel()), rtol=1e-12)


@each_pair
def test_an_error_of_1000_gives_a_large_loss_and_no_overflow(loss, output):
    z, y = np.array([[1000.0, -1000.0]]), np.array([[0.0, 1.0]])
    pair, a = loss_for(loss, output), OUTPUTS[output](z)
    with np.errstate(all="raise", under="ignore"):
        value, delta = pair.value(z, a, y), pair.delta(z, a, y)
    assert np.isfinite(value) and np.isfinite(delta).all()
    if loss == "cross_entropy":
        assert value == 2000  # exactly: cross-entropy grows like z, also where 1 - a rounds to 0


def test_a_wrong_pair_of_loss_and_output_is_refused_with_the_right_ones():
    for loss, output in [("cross_entropy", "tanh"), ("squared_error", "softmax")]:
        with pytest.raises(
            ValueError, match="go together: squared_error .*; cross_entropy with logistic, softmax"
        ):
            loss_for(loss, output)
    with pytest.raises(ValueError, match="unknown loss 'mse': choose one of squared_error, cross"):
        loss_for("mse", "tanh")
