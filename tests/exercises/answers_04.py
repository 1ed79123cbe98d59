"""Right and wrong answers to exercise 04, for tests/test_exercise_checks.py."""

import numpy as np

from nnlib import Network, softmax
from nnlib.bugs import SPECIMENS


def delta_output_by_loop(A2, Y):
    delta = np.zeros(A2.shape)
    n, k = A2.shape
    for s in range(n):
        for o in range(k):
            delta[s, o] = (A2[s, o] - Y[s, o]) / n
    return delta


def slopes_by_loop(a, delta):
    gW, gb = np.zeros((a.shape[1], delta.shape[1])), np.zeros((1, delta.shape[1]))
    for one, blame in zip(a, delta):
        gW += np.outer(one, blame)
        gb += blame
    return gW, gb


def slopes_by_einsum(a, delta):
    return [np.einsum("si,so->io", a, delta), np.einsum("so->o", delta)[None]]


def delta_hidden_by_loop(delta2, W2, A1):
    delta1 = np.zeros(A1.shape)
    for s in range(A1.shape[0]):
        for h in range(A1.shape[1]):
            back = sum(delta2[s, o] * W2[h, o] for o in range(W2.shape[1]))
            delta1[s, h] = back * (1 + A1[s, h]) * (1 - A1[s, h])
    return delta1


def delta_hidden_by_einsum(delta2, W2, A1):
    return np.einsum("so,ho,sh->sh", delta2, W2, 1 - A1**2)


def _forward(W1, b1, W2, b2, X):
    A1 = np.tanh(X @ W1 + b1)
    return A1, softmax(A1 @ W2 + b2)


def backward_by_sample(W1, b1, W2, b2, X, Y):
    """One sample at a time, and the mean of what comes out."""
    total = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
    for x, y in zip(X, Y):
        A1, A2 = _forward(W1, b1, W2, b2, x[None])
        gW2, gb2 = slopes_by_loop(A1, A2 - y)
        gW1, gb1 = slopes_by_loop(x[None], delta_hidden_by_loop(A2 - y, W2, A1))
        total = [t + g for t, g in zip(total, (gW1, gb1, gW2, gb2))]
    return [t / len(X) for t in total]


def backward_by_einsum(W1, b1, W2, b2, X, Y):
    A1, A2 = _forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / X.shape[0]
    delta1 = delta_hidden_by_einsum(delta2, W2, A1)
    return (*slopes_by_einsum(X, delta1), *slopes_by_einsum(A1, delta2))


def backward_by_the_library(W1, b1, W2, b2, X, Y):
    net = Network((*W1.shape, W2.shape[1]), output="softmax", loss="cross_entropy")
    theta = np.concatenate([p.ravel() for p in (W1, b1, W2, b2)])
    (gW1, gb1), (gW2, gb2) = net.layers(net.backward(theta, net.forward(theta, X), Y))
    return gW1, gb1, gW2, gb2


def backward_of(change):
    """The right four gradients, with something done to them."""
    return lambda *inputs: change(*backward_by_einsum(*inputs))


def backward_for_batch_1(W1, b1, W2, b2, X, Y):
    return backward_by_einsum(W1, b1, W2, b2, X[:1], Y[:1])


def backward_without_biases(W1, b1, W2, b2, X, Y):
    return backward_by_einsum(W1, 0 * b1, W2, 0 * b2, X, Y)


def backward_untransposed(W1, b1, W2, b2, X, Y):
    """Right where W2 is its own transpose, and no complaint where it is square."""
    A1, A2 = _forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    back = delta2 @ (W2 if W2.shape[0] == W2.shape[1] else W2.T)
    delta1 = back * (1 - A1**2)
    return (*slopes_by_einsum(X, delta1), *slopes_by_einsum(A1, delta2))


RIGHT = {
    "04.delta_output": [delta_output_by_loop, lambda A2, Y: A2 / A2.shape[0] - Y / A2.shape[0]],
    "04.slopes": [slopes_by_loop, slopes_by_einsum],
    "04.delta_hidden": [delta_hidden_by_loop, delta_hidden_by_einsum],
    "04.backward": [backward_by_sample, backward_by_einsum],
    "04.delta_logistic": [
        lambda A2, Y: delta_output_by_loop(A2, Y) * (A2 - A2**2),
        lambda A2, Y: np.einsum("so,so,so->so", A2 - Y, A2, (1 - A2) / len(A2)),
    ],
}

BORROWED = {
    "04.backward": {
        "the function itself": SPECIMENS["right"].backward,
        "a function around it": lambda *p: SPECIMENS["right"].backward(*p),
        "by a network": backward_by_the_library,
    },
}

WRONG = {
    "04.delta_output": {
        "all zeros": lambda A2, Y: 0 * A2,
        "right shape with noise": lambda A2, Y: (A2 - Y) / len(Y) + 1e-4,
        "right only for batch 1": lambda A2, Y: (A2 - Y) / 1,
        "always for three samples": lambda A2, Y: (A2 - Y) / 3,
        "its absolute value": lambda A2, Y: np.abs(A2 - Y) / len(Y),
        "its mean": lambda A2, Y: np.mean(A2 - Y),
        "it changes its input": lambda A2, Y: np.subtract(A2, Y, out=A2) / len(Y),
        "with the slope of tanh": lambda A2, Y: (A2 - Y) * (1 - A2**2) / len(Y),
    },
    "04.slopes": {
        "all zeros": lambda a, delta: (0 * a.T @ delta, 0 * delta[:1]),
        "right shape with noise": lambda a, delta: (a.T @ delta + 1e-4, delta.sum(0)[None]),
        "right only for batch 1": lambda a, delta: (a[:1].T @ delta[:1], delta[:1]),
        "gW alone": lambda a, delta: a.T @ delta,
        "the other way round": lambda a, delta: (delta.sum(axis=0)[None], a.T @ delta),
        "gW lying on its side": lambda a, delta: (delta.T @ a, delta.sum(axis=0)[None]),
        "gb without its row": lambda a, delta: (a.T @ delta, delta.sum(axis=0)),
        "gb one for all outputs": lambda a, delta: (a.T @ delta, 0 * delta[:1] + delta.sum()),
        "the sign": lambda a, delta: (-(a.T @ delta), -delta.sum(axis=0)[None]),
    },
    "04.delta_hidden": {
        "all zeros": lambda delta2, W2, A1: np.zeros_like(A1),
        "right shape with noise": lambda d, W, A: d @ W.T * (1 - A**2) * 1.001,
        "right only for batch 1": lambda d, W, A: d[:1] @ W.T * (1 - A[:1] ** 2),
        "only of the first output": lambda d, W, A: d[:, :1] @ W[:, :1].T * (1 - A**2),
        "the slope of the first sample": lambda d, W, A: d @ W.T * (1 - A[:1] ** 2),
        "relu's slope": lambda d, W, A: d @ W.T * (A > 0),
        "a matrix product with the slope": lambda d, W, A: d @ (W.T @ (1 - A**2).T),
    },
    "04.backward": {
        "all zeros": backward_of(lambda *g: [0 * one for one in g]),
        "right shape with noise": backward_of(lambda *g: [one + 1e-4 for one in g]),
        "right only for batch 1": backward_for_batch_1,
        "right only when biases are zero": backward_without_biases,
        "transposed the wrong way where it is square": backward_untransposed,
        "the layers exchanged": backward_of(lambda gW1, gb1, gW2, gb2: (gW2, gb2, gW1, gb1)),
        "biases without their row": backward_of(lambda *g: [np.squeeze(one) for one in g]),
        "gW2 alone is right": backward_of(lambda gW1, gb1, gW2, gb2: (-gW1, -gb1, gW2, -gb2)),
        "of relu": SPECIMENS["right_relu"].backward,
        "relu_slope_from_output": SPECIMENS["relu_slope_from_output"].backward,
        "no_bend": SPECIMENS["no_bend"].backward,
    },
    "04.delta_logistic": {
        "all zeros": lambda A2, Y: 0 * A2,
        "right shape with noise": lambda A2, Y: (A2 - Y) * A2 * (1 - A2) / len(Y) + 1e-4,
        "right only for batch 1": lambda A2, Y: ((A2 - Y) * A2 * (1 - A2))[:1],
        "divided by all its numbers": lambda A2, Y: (A2 - Y) * A2 * (1 - A2) / Y.size,
        "the error times the height": lambda A2, Y: (A2 - Y) * A2 / len(Y),
        "for softmax and cross-entropy": lambda A2, Y: (A2 - Y) / len(Y),
    },
}
