"""Right and wrong answers to exercise 04, for tests/course/test_exercise_checks.py."""

import numpy as np

from nnlib import Network, softmax
from nncourse.bugs import SPECIMENS


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
    """One sample at a time, and the mean of the results."""
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


def backward_lying_on_its_side(W1, b1, W2, b2, X, Y):
    """Samples in columns; everything is transposed at the end."""
    A1 = np.tanh(W1.T @ X.T + b1.T)
    Z2 = W2.T @ A1 + b2.T
    E = np.exp(Z2 - Z2.max(axis=0))
    D2 = (E / E.sum(axis=0) - Y.T) / len(Y)
    D1 = W2 @ D2 * (1 - A1 * A1)
    return X.T @ D1.T, D1.sum(axis=1)[None], A1 @ D2.T, D2.sum(axis=1)[None]


def backward_by_nudging(W1, b1, W2, b2, X, Y):
    """Numerical differences in place of backpropagation: slow, and right."""

    def loss(parameters):
        A1 = np.tanh(X @ parameters[0] + parameters[1])
        Z = A1 @ parameters[2] + parameters[3]
        Z = Z - Z.max(axis=1, keepdims=True)
        return np.sum(Y * (np.log(np.exp(Z).sum(axis=1, keepdims=True)) - Z)) / len(X)

    parameters = [p.copy() for p in (W1, b1, W2, b2)]
    gradients = [np.zeros_like(p) for p in parameters]
    for p, g in zip(parameters, gradients):
        for place in np.ndindex(p.shape):
            here, h = p[place], 1e-5 * max(1, abs(p[place]))
            p[place] = here + h
            above = loss(parameters)
            p[place] = here - h
            g[place] = (above - loss(parameters)) / (2 * h)
            p[place] = here
    return gradients


def backward_with_exponentials(W1, b1, W2, b2, X, Y):
    """With a softmax that overflows at 1000."""
    E = np.exp(np.tanh(X @ W1 + b1) @ W2 + b2)
    delta2 = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)
    A1 = np.tanh(X @ W1 + b1)
    delta1 = delta_hidden_by_einsum(delta2, W2, A1)
    return (*slopes_by_einsum(X, delta1), *slopes_by_einsum(A1, delta2))


def backward_changing_W2(W1, b1, W2, b2, X, Y):
    """The right gradients, but W2 is changed by a step."""
    gradients = backward_by_einsum(W1, b1, W2, b2, X, Y)
    W2 -= 0.5 * gradients[2]
    return gradients


def delta_like_Y(A2, Y):
    """An array made like Y holds whole numbers if Y does."""
    delta = np.zeros_like(Y)
    delta[:] = (A2 - Y) / len(Y)
    return delta


def slopes_like_a(a, delta):
    gW = np.zeros((a.shape[1], delta.shape[1]), a.dtype)
    for one, blame in zip(a, delta):
        gW = (gW + np.outer(one, blame)).astype(a.dtype)
    return gW, delta.sum(axis=0, keepdims=True)


def backward_of(change):
    """The right four gradients, changed."""
    return lambda *inputs: change(*backward_by_einsum(*inputs))


def backward_for_batch_1(W1, b1, W2, b2, X, Y):
    return backward_by_einsum(W1, b1, W2, b2, X[:1], Y[:1])


def backward_without_biases(W1, b1, W2, b2, X, Y):
    return backward_by_einsum(W1, 0 * b1, W2, 0 * b2, X, Y)


def backward_untransposed(W1, b1, W2, b2, X, Y):
    """W2 without its transpose: no error where it is square."""
    A1, A2 = _forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    back = delta2 @ (W2 if W2.shape[0] == W2.shape[1] else W2.T)
    delta1 = back * (1 - A1**2)
    return (*slopes_by_einsum(X, delta1), *slopes_by_einsum(A1, delta2))


RIGHT = {
    "04.delta_output": [
        delta_output_by_loop,
        lambda A2, Y: A2 / A2.shape[0] - Y / A2.shape[0],
        lambda A2, Y: [[(a - y) / len(A2) for a, y in zip(*rows)] for rows in zip(A2, Y)],
        lambda A2, Y: -(Y - A2) / np.size(Y, 0),
        lambda A2, Y: np.vectorize(lambda a, y: (a - y) / len(Y))(A2, Y),
        lambda A2, Y: np.eye(len(Y)) / len(Y) @ (A2 - Y),
        lambda A2, Y: (A2 - Y) * Y.shape[1] / Y.size,
        lambda A2, Y: np.divide(np.subtract(A2, Y), np.full((len(Y), 1), len(Y))),
    ],
    "04.slopes": [
        slopes_by_loop,
        slopes_by_einsum,
        lambda a, delta: ((delta.T @ a).T, np.ones((1, len(a))) @ delta),
        lambda a, delta: (np.tensordot(a, delta, (0, 0)), sum(delta).reshape(1, -1)),
        lambda a, delta: [(a[:, :, None] * delta[:, None]).sum(axis=0), [list(delta.sum(axis=0))]],
        lambda a, delta: np.split(np.hstack([a, np.ones((len(a), 1))]).T @ delta, [a.shape[1]]),
        lambda a, delta: (
            len(a) * np.mean([np.outer(x, d) for x, d in zip(a, delta)], axis=0),
            np.add.reduce(delta, keepdims=True),
        ),
    ],
    "04.delta_hidden": [
        delta_hidden_by_loop,
        delta_hidden_by_einsum,
        lambda d, W, A: (W @ d.T).T * (1 - A) * (1 + A),
        lambda d, W, A: np.array([(W @ one) * (1 - a**2) for one, a in zip(d, A)]),
        lambda d, W, A: (d @ W.T - d @ W.T * A * A).tolist(),
        lambda d, W, A: np.inner(d, W) * np.cosh(np.arctanh(A)) ** -2.0,
        lambda d, W, A: sum(d[:, k : k + 1] * W[:, k] for k in range(W.shape[1])) * (1 - A * A),
        lambda d, W, A: np.multiply(np.dot(d, np.transpose(W)), np.subtract(1, np.square(A))),
    ],
    "04.backward": [
        backward_by_sample,
        backward_by_einsum,
        backward_lying_on_its_side,
        backward_by_nudging,
        lambda *p: list(backward_by_sample(*p)),
        lambda *p: tuple(g.tolist() for g in backward_by_einsum(*p)),
    ],
    "04.delta_logistic": [
        lambda A2, Y: delta_output_by_loop(A2, Y) * (A2 - A2**2),
        lambda A2, Y: np.einsum("so,so,so->so", A2 - Y, A2, (1 - A2) / len(A2)),
        lambda A2, Y: (A2 - Y) * (0.25 - (A2 - 0.5) ** 2) / len(Y),
        lambda A2, Y: [list((a - y) * a * (1 - a) / len(Y)) for a, y in zip(A2, Y)],
        lambda A2, Y: A2 * (A2 - Y - A2**2 + A2 * Y) / A2.shape[0],
        lambda A2, Y: np.vectorize(lambda a, y: (a - y) * a * (1 - a))(A2, Y) / len(Y),
        lambda A2, Y: (Y - A2) * A2 * (A2 - 1) / len(A2),
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
        "in an array like Y, of whole numbers": delta_like_Y,
        "divided by the outputs": lambda A2, Y: (A2 - Y) / Y.shape[1],
        "one sample fewer": lambda A2, Y: (A2 - Y) / max(len(Y) - 1, 1),
        "of the first sample alone": lambda A2, Y: (A2 - Y)[:1] / len(Y) + 0 * A2,
        "one for each sample": lambda A2, Y: (A2 - Y).sum(axis=1, keepdims=True) / len(Y),
        "one for each sample, flat": lambda A2, Y: (A2 - Y).sum(axis=1) / len(Y),
        "added": lambda A2, Y: (A2 + Y) / len(Y),
        "only where it is wrong by much": lambda A2, Y: (A2 - Y) * (abs(A2 - Y) > 0.5) / len(Y),
        "at most 1": lambda A2, Y: np.clip((A2 - Y) / len(Y), -1, 1),
        "relative to the target": lambda A2, Y: (A2 - Y) / Y / len(Y),
        "halved": lambda A2, Y: (A2 - Y) / 2 / len(Y),
        "rounded": lambda A2, Y: np.round((A2 - Y) / len(Y), 3),
        "lying on its side": lambda A2, Y: (A2 - Y).T / len(Y),
        "the loss": lambda A2, Y: np.sum((A2 - Y) ** 2) / 2 / len(Y),
        "the outputs": lambda A2, Y: A2 / len(Y),
        "the division before the difference": lambda A2, Y: A2 - Y / len(Y),
        "the batch is always four": lambda A2, Y: (A2 - Y) / 4,
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
        "in an array like a, of whole numbers": slopes_like_a,
        "gb as a column": lambda a, delta: (a.T @ delta, delta.sum(axis=0)[:, None]),
        "gb from a": lambda a, delta: (a.T @ delta, a.sum(axis=0, keepdims=True)),
        "gb a single number": lambda a, delta: (a.T @ delta, delta.sum()),
        "gb of ones": lambda a, delta: (a.T @ delta, np.ones((1, delta.shape[1]))),
        "gW number by number": lambda a, delta: (a * delta, delta.sum(axis=0)[None]),
        "gW of the means": lambda a, delta: (
            np.outer(a.mean(axis=0), delta.sum(axis=0)),
            delta.sum(axis=0)[None],
        ),
        "both in one": lambda a, delta: np.vstack([a.T @ delta, delta.sum(axis=0)]),
        "the last sample is left out": lambda a, delta: (
            a[:-1].T @ delta[:-1],
            delta[:-1].sum(axis=0)[None],
        ),
        "gW without signs": lambda a, delta: (abs(a.T @ delta), delta.sum(axis=0)[None]),
        "gW with the slope of tanh": lambda a, delta: (
            (1 - a**2).T @ delta,
            delta.sum(axis=0)[None],
        ),
        "multiplied by n": lambda a, delta: (len(a) * a.T @ delta, len(a) * delta.sum(0)[None]),
        "it changes delta": lambda a, delta: (
            a.T @ delta,
            np.add(delta, 0 * delta + 1, out=delta).sum(axis=0)[None] - len(a),
        ),
        "gb at most 1": lambda a, delta: (a.T @ delta, np.clip(delta.sum(axis=0), -0.1, 0.1)[None]),
        "untransposed where it is square": lambda a, delta: (
            (a if a.shape[0] == a.shape[1] else a.T) @ delta,
            delta.sum(axis=0)[None],
        ),
    },
    "04.delta_hidden": {
        "all zeros": lambda delta2, W2, A1: np.zeros_like(A1),
        "right shape with noise": lambda d, W, A: d @ W.T * (1 - A**2) * 1.001,
        "right only for batch 1": lambda d, W, A: d[:1] @ W.T * (1 - A[:1] ** 2),
        "only of the first output": lambda d, W, A: d[:, :1] @ W[:, :1].T * (1 - A**2),
        "the slope of the first sample": lambda d, W, A: d @ W.T * (1 - A[:1] ** 2),
        "the slope of the sum": lambda d, W, A: (d @ W.T) * (1 - A.sum(axis=1, keepdims=True) ** 2),
        "untransposed where it is square": lambda d, W, A: (
            d @ (W if len(W) == len(W.T) else W.T) * (1 - A**2)
        ),
        "one plus": lambda d, W, A: d @ W.T * (1 + A**2),
        "the slope squared": lambda d, W, A: d @ W.T * (1 - A**2) ** 2,
        "the slope added": lambda d, W, A: d @ W.T + (1 - A**2),
        "the slope divides": lambda d, W, A: d @ W.T / (1 - A**2),
        "weights without signs": lambda d, W, A: d @ abs(W).T * (1 - A**2),
        "the mean over the outputs": lambda d, W, A: d @ W.T / W.shape[1] * (1 - A**2),
        "the mean over the hidden units": lambda d, W, A: d @ W.T / len(W) * (1 - A**2),
        "one for each sample": lambda d, W, A: (d @ W.T * (1 - A**2)).sum(axis=1, keepdims=True),
        "its sum over the samples": lambda d, W, A: (d @ W.T * (1 - A**2)).sum(0, keepdims=True),
        "at most 10": lambda d, W, A: np.clip(d @ W.T * (1 - A**2), -10, 10),
        "it changes delta2": lambda d, W, A: np.multiply(d, 1, out=d) @ W.T * (1 - (A - 0) ** 3),
        "backwards through the outputs": lambda d, W, A: d[:, ::-1] @ W.T * (1 - A**2),
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
        "with a softmax that cannot take a thousand": backward_with_exponentials,
        "it changes W2": backward_changing_W2,
        "gW1 and gW2 alone": lambda *p: backward_by_einsum(*p)[::2],
        "in one vector": lambda *p: np.concatenate([np.ravel(g) for g in backward_by_einsum(*p)]),
        "at most 1 long": backward_of(
            lambda *g: [one / max(1, np.linalg.norm(one)) for one in g],
        ),
        "gW1 lying on its side": backward_of(lambda gW1, *more: (gW1.T, *more)),
        "twice": backward_of(lambda *g: [2 * one for one in g]),
        "the parameters after a step": lambda *p: [
            q - 0.5 * g for q, g in zip(p, backward_by_einsum(*p))
        ],
        "of the first two samples": lambda W1, b1, W2, b2, X, Y: backward_by_einsum(
            W1, b1, W2, b2, X[:2], Y[:2]
        ),
        "b1 has b2's": backward_of(
            lambda gW1, gb1, gW2, gb2: (gW1, np.resize(gb2, gb1.shape), gW2, gb2)
        ),
        "no first bias in the forward pass": lambda W1, b1, *more: backward_by_einsum(
            W1, 0 * b1, *more
        ),
        "targets and inputs exchanged in order": lambda W1, b1, W2, b2, X, Y: backward_by_einsum(
            W1, b1, W2, b2, X[::-1], Y
        ),
        "rounded": backward_of(lambda *g: [np.round(one, 3) for one in g]),
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
        "in an array like Y, of whole numbers": lambda A2, Y: delta_like_Y(A2, Y) * A2 * (1 - A2),
        "the slope of the mean": lambda A2, Y: (A2 - Y) * A2.mean() * (1 - A2.mean()) / len(Y),
        "a quarter": lambda A2, Y: (A2 - Y) / 4 / len(Y),
        "one plus": lambda A2, Y: (A2 - Y) * A2 * (1 + A2) / len(Y),
        "what is missing alone": lambda A2, Y: (A2 - Y) * (1 - A2) / len(Y),
        "the target's slope": lambda A2, Y: (A2 - Y) * Y * (1 - Y) / len(Y),
        "the slope divides": lambda A2, Y: (A2 - Y) / (A2 * (1 - A2) + 1e-9) / len(Y),
        "the slope squared": lambda A2, Y: (A2 - Y) * (A2 * (1 - A2)) ** 2 / len(Y),
        "without signs": lambda A2, Y: abs(A2 - Y) * A2 * (1 - A2) / len(Y),
        "squared": lambda A2, Y: (A2 - Y) ** 2 * A2 * (1 - A2) / len(Y),
        "at most 1": lambda A2, Y: np.clip(A2 - Y, -1, 1) * A2 * (1 - A2) / len(Y),
        "one for each sample": lambda A2, Y: (
            ((A2 - Y) * A2 * (1 - A2)).sum(axis=1, keepdims=True) / len(Y)
        ),
        "it changes its input": lambda A2, Y: np.subtract(A2, Y, out=A2) * Y,
        "summed": lambda A2, Y: (A2 - Y) * A2 * (1 - A2),
        "for softmax and cross-entropy": lambda A2, Y: (A2 - Y) / len(Y),
    },
}
