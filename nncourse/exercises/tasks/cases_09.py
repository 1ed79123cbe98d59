"""The cases of exercise 09, and what its prediction turns out to be."""

import copy
from functools import cache

import numpy as np

from nnlib.datasets import digits
from nnlib.network import Network
from nnlib.optimizers import Adam
from nnlib.training import record, train
from nncourse.exercises.cases import Case
from nncourse.exercises.tasks.examples import both_signs

SEED = 7
PIXEL = {"hidden": "tanh", "output": "logistic", "loss": "cross_entropy"}


# The code, and the two halves around it


def narrowest(sizes):
    """The layer whose output is the code, counted from the picture, which is 0."""
    return min(range(1, len(sizes) - 1), key=sizes.__getitem__)


def halves():
    """Sizes of autoencoders, and how many parameters nnlib gives each half."""
    cases = []
    for what, sizes in [
        ("one hidden layer", (7, 3, 7)),
        ("the network of the notebook", (64, 60, 30, 2, 30, 60, 64)),
        ("a code late in the network", (9, 6, 5, 2, 9)),
        ("a code right behind the picture", (8, 2, 5, 6, 8)),
        ("a code of one number", (12, 5, 1, 4, 12)),
    ]:
        at = narrowest(sizes)
        parts = Network(sizes[: at + 1]), Network(sizes[at:])
        cases.append(Case(what, {"sizes": sizes}, tuple(half.n_parameters for half in parts)))
    return cases


def decode():
    """The layers of decoders, codes, and the pictures that nnlib makes of them."""
    rng, cases = np.random.default_rng(SEED), []
    for what, sizes, n in [
        ("one layer", (2, 6), 3),
        ("two layers", (2, 3, 7), 4),
        ("three layers", (3, 4, 5, 6), 2),
        ("a single code", (2, 4, 5), 1),
        ("as many codes as numbers in them", (3, 2, 3), 3),
    ]:
        net = Network(sizes, **PIXEL)
        theta, C = (
            both_signs(rng, 0.3, 0.9, net.n_parameters),
            rng.uniform(-0.9, 0.9, (n, sizes[0])),
        )
        inputs = {"layers": net.layers(theta), "C": C}
        cases.append(Case(what, inputs, net.predict(theta, C)))
    return cases


# What is left of the error, and PCA


def _pictures(rng, n, pixels):
    """n pictures off centre, whose spread is another one along each of some slanted directions."""
    slanted = np.linalg.qr(rng.normal(size=(pixels, pixels)))[0]
    spread = 0.7 ** np.arange(pixels)
    return rng.uniform(1, 3, pixels) + rng.normal(size=(n, pixels)) * spread @ slanted


def left():
    """Reconstructions, what they were made of, pictures to learn from; the share of the error."""
    rng, cases = np.random.default_rng(SEED), []
    for what, n, held, pixels, off in [
        ("three pictures held out", 9, 3, 5, 0.5),
        ("two pictures held out", 7, 2, 4, 0.3),
        ("as many held out as not", 6, 6, 3, 0.8),
        ("more held out than not", 5, 8, 6, 0.2),
        ("reconstructions worse than the mean picture", 10, 4, 4, 2.5),
    ]:
        every = _pictures(rng, n + held, pixels)
        X, X_test = every[:n], every[n:] + 0.4  # those held out lie elsewhere, so that it shows
        P = X_test + off * rng.normal(size=X_test.shape)
        far = np.linalg.norm(X_test - sum(X) / n)
        cases.append(Case(what, {"P": P, "X_test": X_test, "X": X},
                          float((np.linalg.norm(P - X_test) / far) ** 2)))  # fmt: skip
    return cases


def squeeze():
    """Pictures to learn from and held out, numbers to keep, and what comes back."""
    rng, cases = np.random.default_rng(SEED), []
    for what, n, held, pixels, k in [
        ("two numbers", 9, 3, 5, 2),
        ("one number", 12, 4, 4, 1),
        ("a single picture held out", 8, 1, 6, 3),
        ("as many pictures as pixels", 6, 4, 6, 2),
        ("fewer pictures than pixels", 4, 5, 7, 2),
        ("nearly as many numbers as pixels", 11, 6, 5, 4),
    ]:
        every = _pictures(rng, n + held, pixels)
        X, X_test = every[:n], every[n:] + 0.4
        # The axes of the ellipsoid of X: those of the covariance, the longest last.
        axes = np.linalg.eigh(np.cov(X, rowvar=False))[1]
        kept = axes[:, pixels - k :]
        onto = kept @ kept.swapaxes(0, 1)
        back = sum(X) / n @ (np.eye(pixels) - onto) + X_test @ onto
        cases.append(Case(what, {"X": X, "X_test": X_test, "k": k}, back))
    return cases


# A walk


def walk():
    """Two codes and a number of points; the points of the straight walk, both ends with them."""
    cases = []
    for what, start, end, k in [
        ("five points", [0.5, -0.3], [-0.7, 0.9], 5),
        ("the two ends alone", [0.2, 0.8], [0.6, -0.4], 2),
        ("four points and codes of three numbers", [0.1, -0.9, 0.4], [0.7, 0.3, -0.6], 4),
        ("codes of one number", [-0.8], [0.5], 3),
        ("as many points as numbers", [0.3, 0.6, -0.2], [-0.5, 0.9, 0.8], 3),
    ]:
        rows = [[(a * (k - 1 - i) + b * i) / (k - 1) for a, b in zip(start, end)] for i in range(k)]
        inputs = {"start": np.array(start), "end": np.array(end), "k": k}
        cases.append(Case(what, inputs, np.array(rows)))
    return cases


# Noise


def noisy():
    """Clean pictures, copies, a scale and an rng; what is expected of noise is in noise.py."""
    rng, cases = np.random.default_rng(SEED), []
    for seed, (what, n, pixels, copies, scale) in enumerate([
        ("forty pictures, five copies of each", 40, 64, 5, 0.3),
        ("a single copy of each", 150, 64, 1, 0.5),
        ("twenty-five pictures, sixteen copies of each", 25, 30, 16, 0.1),
    ]):  # fmt: skip
        X = np.clip(rng.normal(0.3, 0.4, (n, pixels)), 0, 1)  # much of it is paper, as in digits
        inputs = {"X": X, "copies": copies, "scale": scale, "rng": np.random.default_rng(seed)}
        shape = np.ones((copies * n, pixels))
        cases.append(Case(what, inputs, (shape, shape)))
    return cases


def three_calls(noisy):
    """Calls `noisy` three times: with rng, with a copy of it, and with the same rng again."""

    def three(X, copies, scale, rng):
        twin = copy.deepcopy(rng)
        given = X, copies, scale
        return noisy(*given, rng), noisy(*given, twin), noisy(*given, rng)

    return three


# The prediction


@cache
def by_a_stranger():
    """The error of codes of one network that another one decodes, in words."""
    data = digits(np.random.default_rng(SEED))
    X, X_test = data.X, data.X_test
    net = Network((64, 30, 2, 30, 64), **PIXEL)
    rng = np.random.default_rng(SEED)
    run = train(net, net.init(rng, stack=(2,)), X, X, Adam(0.01), rng=rng, epochs=20, batch_size=32)
    two = record(run, every=1000).last.theta
    own = _error(net.predict(two, X_test), X_test)
    codes = net.forward(two, X_test).A[2]
    decoder = Network((2, 30, 64), **PIXEL)
    stranger = decoder.predict(two[::-1, -decoder.n_parameters :], codes)
    crossed, mean = _error(stranger, X_test).mean(), _error(X.mean(axis=0), X_test)
    if crossed > mean:
        return "worse than the mean picture"
    return "about as good as its own" if crossed < 1.2 * own.mean() else "somewhere in between"


def _error(P, X):
    return np.square(P - X).mean(axis=(-2, -1))
