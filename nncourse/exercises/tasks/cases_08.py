"""The cases of exercise 08, and what its prediction turns out to be."""

import numpy as np

from nnlib.network import Network
from nnlib.optimizers import Adam, Momentum
from nncourse.exercises.cases import Case
from nncourse.exercises.tasks.examples import PARAMETERS, both_signs

SEED = 14


# One step


def momentum():
    """Places, velocities and slopes, and where the ball of nnlib is after a step."""
    rng, cases = np.random.default_rng(SEED), []
    for what, shape, rate, keep in [
        ("three numbers, in full swing", (3,), 0.1, 0.9),
        ("half of the velocity kept", (5,), 0.3, 0.5),
        ("a first step, from rest", (4,), 0.2, 0.9),
        ("nothing kept", (2,), 0.7, 0.0),
        ("a stack of three networks", (3, 4), 0.05, 0.8),
    ]:
        theta, velocity, gradient = (both_signs(rng, 0.5, 2, shape) for _ in range(3))
        velocity *= 0 if "rest" in what else 3
        ball = Momentum(rate, keep)
        ball.velocity = -rate * velocity  # nnlib's has the rate in it
        arrived = ball.step(theta, gradient)
        inputs = {"theta": theta, "velocity": velocity, "gradient": gradient}
        inputs |= {"rate": rate, "keep": keep}
        cases.append(Case(what, inputs, (arrived, ball.velocity / -rate)))
    return cases


def adam():
    """Places, both averages, numbers of the step and slopes, and where nnlib's Adam goes."""
    rng, cases = np.random.default_rng(SEED), []
    for what, shape, t, rate in [
        ("a third step", (3,), 3, 0.1),
        ("a first step", (4,), 1, 0.3),
        ("a first step with a slope of 0", (3,), 1, 0.2),
        ("a hundredth step", (2,), 100, 0.05),
        ("a second step of a stack of three networks", (3, 5), 2, 0.7),
    ]:
        theta, gradient = both_signs(rng, 0.5, 2, shape), both_signs(rng, 0.5, 2, shape)
        m, v = both_signs(rng, 0.1, 0.3, shape), rng.uniform(0.001, 0.02, shape)
        if t == 1:
            m, v = 0 * m, 0 * v
        if "slope of 0" in what:
            gradient[1] = 0
        own = Adam(rate)
        own.m, own.v, own.t = m, v, t - 1
        arrived = own.step(theta, gradient)
        inputs = {"theta": theta, "m": m, "v": v, "t": t, "gradient": gradient, "rate": rate}
        cases.append(Case(what, inputs, (arrived, own.m, own.v)))
    return cases


# Dropout


def forward():
    """Parameters, samples, rates and even draws, and the outputs of nnlib with such masks."""
    rng, cases = np.random.default_rng(SEED), []
    for what, (n_0, n_1, n_2), n, rate, on in [
        ("five samples, a fifth switched off", (3, 8, 2), 5, 0.2, True),
        ("predicting, nobody switched off", (3, 7, 2), 4, 0.3, False),
        ("a single sample, three quarters switched off", (2, 12, 3), 1, 0.75, True),
        ("four samples, a rate of 0.4", (4, 6, 3), 4, 0.4, True),
        ("predicting a single sample", (2, 5, 3), 1, 0.75, False),
    ]:
        net = network((n_0, n_1, n_2))
        theta = both_signs(rng, 0.2, 0.9, net.n_parameters)
        X, U = rng.normal(0.6, 1, (n, n_0)), rng.random((n, n_1))
        masks = [np.where(U < rate, 0, 1 / (1 - rate))] if on else None
        arrays = [array for pair in net.layers(theta) for array in pair]
        inputs = dict(zip(PARAMETERS, arrays)) | {"X": X, "rate": rate, "U": U if on else None}
        cases.append(Case(what, inputs, net.forward(theta, X, masks).A[2]))
    return cases


def network(sizes):
    """The network of the task: relu, softmax, cross-entropy."""
    return Network(sizes, hidden="relu", output="softmax", loss="cross_entropy")


# Stop, and judge


def early_stop():
    """Losses on digits that were held out, and patiences; which pass is kept, and how many made."""
    rows = [
        ("a lower loss after the end", 2, [0.9, 0.5, 0.6, 0.7, 0.8, 0.3, 0.2], 1, 4),
        ("no end before the last pass", 3, [0.8, 0.7, 0.75, 0.6, 0.65, 0.5, 0.55], 5, 7),
        ("a loss that is equal to the best", 3, [0.9, 0.4, 0.6, 0.4, 0.5, 0.1], 1, 5),
        ("losses that fall, but above the best", 3, [0.7, 0.2, 0.6, 0.5, 0.4, 0.1], 1, 5),
        ("a patience of 1", 1, [0.6, 0.5, 0.4, 0.45, 0.3], 2, 4),
        ("nothing better than the first", 4, [0.3, 0.5, 0.6, 0.4, 0.35, 0.2, 0.1], 0, 5),
        ("a patience that is just enough", 3, [0.9, 0.6, 0.8, 0.7, 0.5, 0.6, 0.6, 0.6, 0.4], 4, 8),
    ]  # fmt: skip
    return [
        Case(what, {"losses": np.array(losses), "patience": patience}, (kept, made))
        for what, patience, losses, kept, made in rows
    ]


def gain():
    """Scores on the same splits, whose differences have a mean and a spread that are known."""
    rng, cases = np.random.default_rng(SEED), []
    for what, n, mean, spread, hard in [
        ("ten splits, some much harder than others", 10, 0.8, 0.3, 1.5),
        ("three splits", 3, 0.5, 0.9, 0.7),
        ("a loss on most splits", 12, -0.6, 0.4, 0.8),
        ("seven splits, ups and downs", 7, 0.1, 0.7, 1.1),
    ]:
        drawn = rng.normal(size=n)
        drawn -= drawn.mean()
        drawn *= spread / np.sqrt((drawn**2).sum() / (n - 1))
        scores = rng.normal(94, hard, n)
        cases.append(Case(what, {"before": scores, "after": scores + mean + drawn}, (mean, spread)))
    return cases


def the_best_of_ten():
    """How far the best of ten equal networks is above the truth, in words."""
    right = np.random.default_rng(SEED).binomial(450, 0.97, size=(4000, 10))
    above = (100 * right.max(axis=1) / 450).mean() - 97
    words = {0.0: "not at all", 0.1: "a tenth of a point", 1.0: "a whole point", 5.0: "five points"}
    return words[min(words, key=lambda points: abs(points - above))]
