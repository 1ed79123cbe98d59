"""The cases of exercise 05, and what its prediction turns out to be."""

import copy

import numpy as np

from nnlib.datasets import xor
from nnlib.metrics import accuracy, wilson_interval
from nnlib.network import Network
from nnlib.optimizers import SGD
from nnlib.training import record, train
from nncourse.exercises.cases import Case
from nncourse.exercises.tasks.examples import Example

SEED = 6


# How many are right


def count_right():
    """Outputs and targets, and how many are on the same side of one half."""
    cases = []
    for what, outputs, targets in [
        ("four sure outputs", [0.1, 0.9, 0.3, 0.8], [0, 1, 1, 0]),
        ("four unsure outputs, all above 0", [0.45, 0.6, 0.55, 0.4], [0, 1, 1, 0]),
        ("outputs of a tanh, some of them below 0", [-0.8, 1.0, 0.7, -0.6], [0, 1, 1, 0]),
        ("a single sample", [0.7], [1]),
        ("seven samples", [0.2, 0.3, 0.9, 0.1, 1.7, 0.6, 0.4], [0, 0, 0, 1, 1, 1, 0]),
    ]:
        P, Y = np.array(outputs)[:, None], np.array(targets, dtype=float)[:, None]
        cases.append(Case(what, {"P": P, "Y": Y}, round(accuracy(Y, P) * len(Y))))
    return cases


# A start


def start():
    """Generators and sizes; only the shapes of what is expected are compared."""
    cases = []
    for seed, (what, sizes) in enumerate(
        [
            ("a small network", (3, 5, 2)),
            ("a wide network", (200, 300, 100)),
            ("another wide network", (240, 100, 180)),
            ("a single output", (2, 12, 1)),
            ("a single input", (1, 11, 3)),
        ]
    ):
        n_0, n_1, n_2 = sizes
        shapes = (n_0, n_1), (1, n_1), (n_1, n_2), (1, n_2)
        inputs = {"rng": np.random.default_rng(SEED + seed), "sizes": sizes}
        cases.append(Case(what, inputs, tuple(np.ones(shape) for shape in shapes)))
    return cases


def three_starts(start):
    """Calls `start` three times: with rng, with a copy of it, and with the same rng again."""

    def three(rng, sizes):
        twin = copy.deepcopy(rng)
        return start(rng, sizes), start(twin, sizes), start(rng, sizes)

    return three


# Backpropagation, and steps


def logistic_example(sizes, n):
    """An Example with a logistic output under cross-entropy, its targets not symmetric."""
    options = {"output": "logistic", "loss": "cross_entropy", "spread": 0.8}
    example = Example(sizes, n, seed=SEED, **options)
    example.Y = (np.arange(n)[:, None] % 3 == 0).astype(float)
    return example


def backward():
    """Whole backward passes with one logistic output."""
    rows = [
        ("five samples", (2, 3, 1), 5),
        ("a single sample", (3, 2, 1), 1),
        ("seven samples and four hidden units", (2, 4, 1), 7),
        ("as many samples as inputs and hidden units", (3, 3, 1), 3),
        ("a single hidden unit", (3, 1, 1), 4),
    ]
    return [logistic_example(sizes, n).backward_case(what) for what, sizes, n in rows]


def learn():
    """Parameters, samples and numbers of steps, and where SGD on all samples arrives."""
    cases = []
    for what, sizes, n, learning_rate, steps in [
        ("a single step", (2, 4, 1), 3, 0.7, 1),
        ("a single sample and two steps", (3, 2, 1), 1, 0.5, 2),
        ("XOR with three hidden units and fifty steps", (2, 3, 1), 4, 1.5, 50),
        ("as many samples as inputs and hidden units", (3, 3, 1), 3, 0.2, 7),
        ("a single hidden unit", (2, 1, 1), 5, 0.4, 3),
    ]:
        example = logistic_example(sizes, n)
        if what.startswith("XOR"):
            example.X, example.Y = xor().X, xor().Y
        X, Y, sgd = example.X, example.Y, SGD(learning_rate)
        run = train(example.net, example.theta, X, Y, sgd, rng=SEED, steps=steps)
        arrived = example.arrays(record(run, every=steps).last.theta)
        inputs = {"parameters": example.parameters, "X": X, "Y": Y}
        inputs |= {"learning_rate": learning_rate, "steps": steps}
        cases.append(Case(what, inputs, tuple(arrived)))
    return cases


# How often it succeeds


def share():
    """How many of four points each start got; what is expected of a share is in mistakes_05."""
    rng = np.random.default_rng(SEED)
    cases = []
    for what, n, learned, first in [
        ("a hundred starts", 100, 62, False),
        ("ten starts", 10, 7, True),
        ("forty starts, few of which learn it", 40, 9, False),
        ("a thousand starts, most of which learn it", 1000, 930, True),
        ("five thousand starts", 5000, 2650, False),
        ("forty starts, none of which learns it", 40, 0, False),
        ("twenty-five starts, all of which learn it", 25, 25, True),
    ]:
        right = np.where(rng.permutation(n) < learned, 4, rng.choice([0, 1, 2, 3, 3], n))
        if 0 < learned < n:
            other = np.flatnonzero((right == 4) == first)[0]
            right[[0, other]] = right[[other, 0]]
        cases.append(Case(what, {"right": right}, (1.0, 1.0, 1.0)))
    return cases


def the_other_way_round():
    """How often 300 starts learn XOR with its answers exchanged, beside XOR itself, in words."""
    net, X, Y = Network((2, 2, 1), "tanh", "logistic", "cross_entropy"), xor().X, xor().Y
    rng = np.random.default_rng(SEED)
    starts, learned = net.init(rng, stack=(300,)), []
    for wanted in (Y, 1 - Y):
        run = train(net, starts, X, wanted, SGD(1.0), rng=rng, steps=1000)
        said = net.predict(record(run, every=1000).last.theta, X) > 0.5
        learned.append((said == wanted).all(axis=(-2, -1)))
    before, after = learned
    if (before == after).all():
        return "the very same starts"
    low, high = wilson_interval(before.sum(), 300)
    share = after.mean()
    return "fewer" if share < low else "more" if share > high else "about as many"
