"""The cases of exercise 12, and what its prediction turns out to be."""

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.datasets import xor
from nnlib.network import Network
from nncourse.exercises.cases import Case

SEED = 7


# One step of a tape


def _slope(f, x, h=1e-5):
    """A slope by nudging to both sides, with the bend of the curve taken out."""
    near, far = (f(x + h) - f(x - h)) / (2 * h), (f(x + 2 * h) - f(x - 2 * h)) / (4 * h)
    return (4 * near - far) / 3


def over():
    """Pairs of numbers, their quotient, and its two slopes, measured."""
    cases = []
    for what, a, b in [
        ("two positive numbers", 3.0, 1.25),
        ("an a below 0", -1.7, 0.6),
        ("a b below 0", 2.3, -1.4),
        ("both below 0", -0.9, -2.2),
        ("an a larger than b²", 7.5, 1.6),
    ]:
        along_a = _slope(lambda t, b=b: t / b, a)
        along_b = _slope(lambda t, a=a: a / t, b)
        cases.append(Case(what, {"a": a, "b": b}, (a / b, along_a, along_b)))
    return cases


def tanh():
    """Places z, their tanh, and its slope there."""
    bend = ACTIVATIONS["tanh"]
    return [
        Case(what, {"z": z}, (float(bend.value(z)), float(bend.slope(z, bend.value(z)))))
        for what, z in [
            ("z = 0.7", 0.7),
            ("z = −1.3", -1.3),
            ("z = 2", 2.0),
            ("z = −0.4", -0.4),
        ]
    ]


# The walk


def linear(parents, slopes):
    """The slopes of the last number: the solution of s = e + L.T s, with L the local slopes."""
    n = len(parents)
    L = np.zeros((n, n))
    for k, (ps, local) in enumerate(zip(parents, slopes)):
        np.add.at(L, (np.full(len(ps), k, dtype=int), np.array(ps, dtype=int)), local)
    return np.linalg.solve(np.eye(n) - L.T, np.eye(n)[-1])


def _grown(n, given, seed):
    """A tape by chance: each number that is made has one or two parents, perhaps the same twice."""
    rng = np.random.default_rng(seed)
    parents, slopes = [()] * given, [()] * given
    for k in range(given, n):
        count = int(rng.integers(1, 3))
        chosen = rng.integers(max(0, k - 3), k, size=count)
        parents.append(tuple(int(p) for p in chosen))
        signs = rng.choice([-1, 1], count)
        slopes.append(tuple((signs * rng.uniform(0.5, 1.5, count)).tolist()))
    return parents, slopes


def backward():
    """Tapes, as two lists, and the slope of the last number along each number."""
    unit = (
        [(), (), (0, 1), (), (2, 3), (4,), (5, 5)],
        [(), (), (2.0, 0.5), (), (1.0, 1.0), (0.71,), (0.54, 0.54)],
    )
    fork = (
        [(), (0,), (0,), (1, 2)],
        [(), (1.5,), (-0.7,), (0.6, 2.0)],
    )
    ladder = (
        [(), (), (0, 1), (2, 0), (3, 2), (4, 3)],
        [(), (), (1.2, -0.8), (0.5, 1.4), (1.3, -0.6), (0.9, 1.7)],
    )
    return [
        Case(what, {"parents": parents, "slopes": slopes}, linear(parents, slopes))
        for what, (parents, slopes) in [
            ("a chain of three", ([(), (0,), (1,)], [(), (1.5,), (-0.8,)])),
            ("a number that is used twice at once", ([(), (0, 0)], [(), (3.0, 3.0)])),
            ("a number that two others are made of", fork),
            ("one unit and its squared error", unit),
            ("a ladder", ladder),
            ("a tape of thirty numbers", _grown(30, 4, SEED)),
            ("a number that nothing is made of", ([(), (), (0,)], [(), (), (1.7,)])),
        ]
    ]


# Folds, and a grid search


def fold():
    """Samples, which of them are held out, and both parts, scaled."""
    rng, cases = np.random.default_rng(SEED), []
    for what, n, k, out in [
        ("nine rows, three of them held out", 9, 2, 3),
        ("two rows held out", 7, 3, 2),
        ("as many held out as not", 10, 4, 5),
        ("a single column", 11, 1, 4),
    ]:
        X = rng.normal(rng.uniform(1, 4, k), rng.uniform(0.5, 3, k), (n, k))
        held = np.isin(np.arange(n), rng.choice(n, out, replace=False))
        X[held] += 2.5  # those held out lie elsewhere, so that a leak shows
        learned = [column[~held] for column in X.T]
        mean = [sum(column) / len(column) for column in learned]
        root = [(sum((column - m) ** 2) / len(column)) ** 0.5 for column, m in zip(learned, mean)]
        scaled = (X - mean) / root
        cases.append(Case(what, {"X": X, "held": held}, (scaled[~held], scaled[held])))
    return cases


def read_search():
    """Scores of settings in folds; the winner, its mean and spread, and the settings level."""
    first = np.array(
        [[0.91, 0.95, 0.93], [0.96, 0.92, 0.97], [0.99, 0.88, 0.96], [0.9, 0.91, 0.94]]
    )
    cases = []
    for what, scores in [
        ("four settings in three folds", first),
        ("five folds, and a winner far ahead", _searched(6, 5, lead=0.3)),
        ("as many settings as folds", _searched(5, 5, lead=0.02)),
        ("two folds", _searched(7, 2, lead=0.01)),
        ("scores that are low", _searched(9, 4, lead=0.01) - 0.4),
    ]:
        means = [sum(row) / len(row) for row in scores]
        winner = max(range(len(means)), key=means.__getitem__)
        folds = scores.shape[1]
        spread = (sum((s - means[winner]) ** 2 for s in scores[winner]) / (folds - 1)) ** 0.5
        level = sum(mean >= means[winner] - spread for mean in means)
        cases.append(Case(what, {"scores": scores}, (winner, means[winner], spread, level)))
    return cases


def _searched(settings, folds, lead):
    rng = np.random.default_rng(SEED + settings)
    scores = rng.uniform(0.5, 0.6, (settings, 1)) + rng.normal(0, 0.02, (settings, folds))
    scores[settings // 2] += 0.08 + lead
    return scores


# The prediction


def walked_forwards():
    """How many slopes of the 2-2-1 network a walk from the first number to the last gets right.

    A number gives away what it has got; from the first on, only the last has got anything.
    """
    net, gate = Network((2, 2, 1)), xor()
    theta = np.array([1, -1, 1, -1, -0.5, 1.5, 1, 1, -1.5])
    true = net.loss_and_grad(theta, gate.X, gate.Y)[1]
    # The last entry of the tape is a sum of the loss so far and one sample's: no weight is its
    # parent, so what a walk in this order leaves for the weights is what they began with.
    right = int(np.isclose(true, np.zeros(9)).sum())
    return {0: "none", 3: "those of the last layer", 9: "all nine"}[right]
