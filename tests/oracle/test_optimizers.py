"""Fifty steps of every optimizer, beside those of PyTorch and of scikit-learn."""

import numpy as np
import peer
import pytest
import torch
from sklearn.neural_network import MLPClassifier, MLPRegressor

from nnlib import Network, train
from nnlib.optimizers import OPTIMIZERS, SGD, Adam, Momentum, Nesterov

STEPS, CASES = 50, 20


def pairs(rng):
    """Each of our optimizers with random settings, and PyTorch's with the same."""
    rate, share = 10 ** rng.uniform(-3, -1), rng.uniform(0, 0.99)
    betas, epsilon = (rng.uniform(0, 0.99), rng.uniform(0.5, 0.9999)), 10 ** rng.uniform(-12, -2)
    return {
        "sgd": (SGD(rate), lambda p: torch.optim.SGD(p, rate)),
        "momentum": (Momentum(rate, share), lambda p: torch.optim.SGD(p, rate, share)),
        "nesterov": (
            Nesterov(rate, share),
            lambda p: torch.optim.SGD(p, rate, share, nesterov=True),
        ),
        "adam": (
            Adam(rate, *betas, epsilon),
            lambda p: torch.optim.Adam(p, rate, betas, epsilon),
        ),
    }


def take_step(theirs, t, beta2=None, epsilon=None):
    """One step of PyTorch's.

    Its Adam is the first form of the paper, which adds epsilon to a √v that was corrected for its
    start at 0. Ours, and scikit-learn's, is the second, with a plain √v: the two are the same step
    where the first form's epsilon is corrected as well.
    """
    if beta2 is not None:
        theirs.param_groups[0]["eps"] = epsilon / np.sqrt(1 - beta2**t)
    theirs.step()


def test_every_optimizer_has_a_peer():
    assert set(pairs(np.random.default_rng(7))) == set(OPTIMIZERS)


def off(ours, theirs):
    return np.abs(ours - theirs).max() / np.abs(theirs).max()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_same_gradients_lead_to_where_pytorch_arrives(name):
    rng = np.random.default_rng(7)
    for case in range(CASES):
        ours, make = pairs(rng)[name]
        adam = {"beta2": ours.beta2, "epsilon": ours.epsilon} if name == "adam" else {}
        theta, size = rng.normal(size=9), 10 ** rng.uniform(-3, 3)
        there = peer.tensor(theta).requires_grad_()
        theirs = make([there])
        for t in range(1, STEPS + 1):
            gradient = size * rng.normal(size=9)
            theta, there.grad = ours.step(theta, gradient), peer.tensor(gradient)
            take_step(theirs, t, **adam)
            assert off(theta, there.detach().numpy()) < 1e-10, (case, t, vars(ours))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_fifty_steps_of_training_end_at_the_weights_that_pytorch_learns(name):
    """Each side goes by its own gradients, of its own weights."""
    rng = np.random.default_rng(7)
    for case in range(CASES):
        net = Network(
            (3, 5, 2),
            "tanh",
            *[("identity", "squared_error"), ("softmax", "cross_entropy")][case % 2],
        )
        X, Y = rng.normal(size=(12, 3)), np.eye(2)[rng.integers(2, size=12)]
        ours, make = pairs(rng)[name]
        adam = {"beta2": ours.beta2, "epsilon": ours.epsilon} if name == "adam" else {}
        there = peer.tensor(net.init(case)).requires_grad_()
        theirs = make([there])
        for step in train(net, net.init(case), X, Y, ours, rng=1, steps=STEPS, l2=0.01):
            here = there.detach().numpy()
            assert off(step.theta, here) < 1e-10, (case, step.index, vars(ours))
            there.grad = peer.tensor(peer.loss_and_grad(net, here, X, Y, l2=0.01)[2])
            take_step(theirs, step.index + 1, **adam)
        assert step.index == STEPS


SOLVERS = {
    "sgd": dict(solver="sgd", momentum=0.0, nesterovs_momentum=False),
    "momentum": dict(solver="sgd", momentum=0.9, nesterovs_momentum=False),
    "nesterov": dict(solver="sgd", momentum=0.9, nesterovs_momentum=True),
    "adam": dict(solver="adam"),
}


def as_theta(net, learned):
    theta = np.empty(net.n_parameters)
    for (W, b), theirs, bias in zip(net.layers(theta), learned.coefs_, learned.intercepts_):
        W[...], b[...] = theirs, bias
    return theta


@pytest.mark.parametrize(
    "output, loss",
    [("identity", "squared_error"), ("logistic", "cross_entropy"), ("softmax", "cross_entropy")],
)
@pytest.mark.parametrize("hidden", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_fifty_steps_of_training_end_at_the_weights_that_scikit_learn_learns(
    name, hidden, output, loss
):
    rng, n = np.random.default_rng(7), 12
    X, labels = rng.normal(size=(n, 3)), np.arange(n) % (2 if output == "logistic" else 3)
    Y = labels[:, None].astype(float) if output == "logistic" else np.eye(3)[labels]
    given, rate, penalty = (Y if output == "identity" else labels), 0.01, 0.03

    def theirs(rate):
        kind = MLPRegressor if output == "identity" else MLPClassifier
        settings = SOLVERS[name] | {"alpha": penalty * n, "learning_rate_init": rate}
        return kind(hidden_layer_sizes=[4], activation=hidden, batch_size=n, random_state=7,
                    shuffle=False, **settings)  # fmt: skip

    def once(learned):  # one pass through all samples, in one batch
        classes = {} if output == "identity" else {"classes": np.unique(labels)}
        return learned.partial_fit(X, given, **classes)

    net = Network((3, 4, Y.shape[1]), hidden, output, loss)
    start = as_theta(net, once(theirs(1e-300)))  # a rate at which no weight moves
    ours, learned = OPTIMIZERS[name](rate), theirs(rate)
    for step in train(net, start, X, Y, ours, rng=1, steps=STEPS, l2=penalty):
        if step.index > 0:
            assert off(step.theta, as_theta(net, once(learned))) < 1e-10, step.index
    assert step.index == STEPS
