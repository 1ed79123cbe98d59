"""L1, L2 and dropout."""

import numpy as np
import pytest

from nnlib import SGD, Network, dropout_mask, l1_penalty, l2_penalty, train


def test_a_mask_has_mean_1_and_the_given_share_of_zeros():
    mask = dropout_mask(np.random.default_rng(7), (1000, 1000), 0.3)
    assert abs((mask == 0).mean() - 0.3) < 0.002
    assert abs(mask.mean() - 1) < 0.003


def test_no_dropout_is_a_mask_of_ones():
    assert (dropout_mask(np.random.default_rng(7), (3, 4), 0.0) == 1).all()


def test_dropout_does_not_change_the_mean_input_of_the_next_layer():
    net = Network((3, 50, 1), hidden="relu")
    rng = np.random.default_rng(7)
    theta, X = net.init(rng), rng.normal(size=(1, 3))
    inputs = [net.forward(theta, X, net.dropout_masks(rng, 1, 0.5)).Z[1] for _ in range(4000)]
    np.testing.assert_allclose(np.mean(inputs), net.forward(theta, X).Z[1], atol=0.05)


def test_the_penalty_leaves_out_biases_and_is_one_number_per_network():
    net = Network((2, 1))
    theta = np.array([[3.0, 4.0, 100.0], [0.0, 0.0, 100.0]])
    penalty, gradient = l2_penalty(theta, net.is_weight, 0.1)
    np.testing.assert_allclose(penalty, [1.25, 0.0])
    np.testing.assert_allclose(gradient, [[0.3, 0.4, 0.0], [0.0, 0.0, 0.0]])
    penalty, gradient = l1_penalty(theta, net.is_weight, 0.1)
    np.testing.assert_allclose(penalty, [0.7, 0.0])
    np.testing.assert_allclose(gradient, [[0.1, 0.1, 0.0], [0.0, 0.0, 0.0]])


def test_l1_makes_a_useless_weight_0_and_l2_only_shrinks_it():
    X = np.array([[1.0, 0.01], [-1.0, 0.01], [2.0, -0.01], [-2.0, -0.01]])
    net, Y, start = Network((2, 1)), X[:, :1], np.array([0.5, 0.5, 0.0])
    for penalty, high in (("l1", 0.002), ("l2", 0.5)):
        rng = np.random.default_rng(7)
        *_, step = train(net, start, X, Y, SGD(0.1), rng=rng, steps=300, **{penalty: 0.02})
        small = abs(step.theta[1])
        assert (small < 0.005) == (penalty == "l1") and small < high


def test_a_share_dropped_is_from_0_to_below_1():
    for share in (1.0, -0.1):
        with pytest.raises(ValueError, match=f"dropout={share}: it must be at least 0 and below 1"):
            dropout_mask(7, (2, 4), share)
