"""Right and wrong answers to exercise 02, for tests/course/test_exercise_checks.py."""

import numpy as np


def neuron_by_loop(x, w, b):
    z = b
    for i in range(len(x)):
        z += x[i] * w[i]
    return z


def layer_by_loop(X, W, b):
    Z = np.zeros((len(X), W.shape[1]))
    for s in range(len(X)):
        for u in range(W.shape[1]):
            Z[s, u] = b[0, u] + sum(X[s, i] * W[i, u] for i in range(len(W)))
    return Z


def layer_by_einsum(X, W, b):
    return np.einsum("si,iu->su", X, W) + b


def forward_with(layer, feed=lambda a: a):
    def forward(W1, b1, W2, b2, X):
        Z1 = layer(X, W1, b1)
        A1 = np.tanh(Z1)
        Z2 = layer(feed(A1), W2, b2)
        return Z1, A1, Z2, Z2

    return forward


def any_depth_by_recursion(layers, X):
    (W, b), *rest = layers
    Z = layer_by_einsum(X, W, b)
    return any_depth_by_recursion(rest, np.tanh(Z)) if rest else Z


def any_depth_by_count(layers, X):
    for k in range(len(layers)):
        X = X @ layers[k][0] + layers[k][1]
        if k + 1 < len(layers):
            X = (np.exp(X) - np.exp(-X)) / (np.exp(X) + np.exp(-X))
    return X


def two_layers_only(layers, X):
    (W1, b1), (W2, b2) = layers[0], layers[-1]
    return np.tanh(X @ W1 + b1) @ W2 + b2


def reversed_layers(layers, X):
    return any_depth_by_count(layers[::-1], X) if len(layers) == 1 else X @ layers[-1][0]


def up_to_four(layers, X):
    """A separate line for one, two, three and four layers."""
    for W, b in layers[:-1][:3]:
        X = np.tanh(X @ W + b)
    W, b = layers[-1]
    return X @ W + b


def bias_gone(layers, X):
    """Without the bias of the last layer."""
    *front, (W, b) = layers
    return any_depth_by_count([*front, (W, 0 * b)], X)


def popped(layers, X):
    W, b = layers.pop()
    for V, c in layers:
        X = np.tanh(X @ V + c)
    return X @ W + b


def popped_from_a_copy(layers, X):
    layers = layers.copy()
    last = layers.pop()
    while layers:
        W, b = layers.pop(0)
        X = np.tanh(X @ W + b)
    return X @ last[0] + last[1]


def with_ones(X, W, b):
    """The bias is the weight of an input that is always 1."""
    return np.hstack([X, np.ones((len(X), 1))]) @ np.vstack([W, b])


def bent_in_place(W1, b1, W2, b2, X):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1, out=Z1)
    Z2 = A1 @ W2 + b2
    return Z1, A1, Z2, Z2


def in_place(layers, X):
    for W, b in layers:
        W *= 1.0
        b += 0.5
    return any_depth_by_count(layers, X)


RIGHT = {
    "02.neuron": [
        neuron_by_loop,
        lambda x, w, b: np.sum(x * w) + b,
        lambda x, w, b: [w @ x + b],
        lambda x, w, b: np.einsum("i,i", x, w) + b,
        lambda x, w, b: sum(map(float.__mul__, map(float, x), map(float, w)), b),
        lambda x, w, b: np.dot(np.append(x, 1.0), np.append(w, b)),
        lambda x, w, b: (x[None, :] @ w[:, None] + b)[0],
        lambda x, w, b: b + np.inner(w, x),
    ],
    "02.layer": [
        layer_by_loop,
        layer_by_einsum,
        with_ones,
        lambda X, W, b: (W.T @ X.T + b.T).T,
        lambda X, W, b: [[*row] for row in np.dot(X, W) + np.repeat(b, len(X), axis=0)],
        lambda X, W, b: np.array([x @ W + b[0] for x in X]),
        lambda X, W, b: np.stack([X @ w + c for w, c in zip(W.T, b[0])], axis=1),
        lambda X, W, b: np.tensordot(X, W, 1) + b,
    ],
    "02.forward": [
        forward_with(layer_by_loop),
        lambda *p: list(forward_with(layer_by_einsum)(*p)),
        forward_with(with_ones),
        forward_with(lambda X, W, b: (W.T @ X.T + b.T).T),
        forward_with(lambda X, W, b: (X @ W + b).tolist()),
        lambda *p: tuple(a.copy() for a in forward_with(layer_by_einsum)(*p)),
    ],
    "02.any_depth": [
        any_depth_by_recursion,
        any_depth_by_count,
        popped_from_a_copy,
        lambda layers, X: any_depth_by_recursion(tuple(layers), X).tolist(),
        lambda layers, X: np.vstack([any_depth_by_count(layers, x[None]) for x in X]),
        lambda layers, X: any_depth_by_recursion([(W.copy(), b[0]) for W, b in layers], X),
    ],
    "02.either_way": [
        [-2, 3, 2, -3, -1, -2, 5, 5, -1],
        np.array([1, -1, -1, 1, -1, -1, 1, 1, -1]),
    ],
    "02.parity": [
        [*[2, 2, 2] * 3, -1, -3, -5, 3, -3, 3, -1],
        np.array([*[1, 1, 1] * 3, -2.5, -0.5, -1.5, 1, 1, -1, -0.5]),
    ],
}

WRONG = {
    "02.neuron": {
        "zero": lambda x, w, b: 0.0,
        "the products, not added": lambda x, w, b: x * w,
        "right for one input": lambda x, w, b: x[0] * w[0] + b,
        "the bias taken away": lambda x, w, b: x @ w - b,
        "it changes its input": lambda x, w, b: np.multiply(x, w, out=x).sum() + b,
        "a mean": lambda x, w, b: np.mean(x * w) + b,
        "always three inputs": lambda x, w, b: x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + b,
        "the last input is left out": lambda x, w, b: x[:-1] @ w[:-1] + b,
        "the weights backwards": lambda x, w, b: x @ w[::-1] + b,
        "weights in whole numbers": lambda x, w, b: x @ w.astype(int) + b,
        "summed without its weights": lambda x, w, b: x.sum() + b,
        "the bias weighed": lambda x, w, b: x @ w + b * w.sum(),
        "a relu": lambda x, w, b: max(0.0, x @ w + b),
        "a step": lambda x, w, b: float(x @ w + b >= 0),
        "a logistic": lambda x, w, b: 1 / (1 + np.exp(-(x @ w + b))),
        "the outer product": lambda x, w, b: np.outer(x, w) + b,
        "without signs": lambda x, w, b: abs(x @ w + b),
        "rounded": lambda x, w, b: round(x @ w + b, 1),
        "the largest": lambda x, w, b: (x * w).max() + b,
        "divided by the inputs": lambda x, w, b: (x @ w + b) / len(x),
    },
    "02.layer": {
        "all zeros": lambda X, W, b: np.zeros((len(X), W.shape[1])),
        "right shape with noise": lambda X, W, b: X @ W + b + 1e-3,
        "right only for batch 1": lambda X, W, b: X[:1] @ W + b,
        "the bias added for each input": lambda X, W, b: X @ W + len(W) * b,
        "lying on its side": lambda X, W, b: (X @ W + b).T,
        "every unit gets the first bias": lambda X, W, b: X @ W + b[0, 0],
        "the biases added up": lambda X, W, b: X @ W + b.sum(),
        "the mean of the biases": lambda X, W, b: X @ W + b.mean(),
        "the bias in the first row alone": lambda X, W, b: np.vstack([(X @ W + b)[:1], X[1:] @ W]),
        "in whole numbers": lambda X, W, b: (X @ W + b).round(),
        "number by number": lambda X, W, b: X * W + b,
        "transposed where it is square": lambda X, W, b: X @ (W.T if len(W) == len(W.T) else W) + b,
        "without its axis for one sample": lambda X, W, b: np.squeeze(X @ W + b),
        "the other product": lambda X, W, b: W.T @ X.T + b.T,
        "without the last input": lambda X, W, b: X[:, :-1] @ W[:-1] + b,
        "a mean over the inputs": lambda X, W, b: X @ W / len(W) + b,
        "units backwards": lambda X, W, b: (X @ W + b)[:, ::-1],
        "samples backwards": lambda X, W, b: (X @ W + b)[::-1],
        "a relu": lambda X, W, b: np.maximum(X @ W + b, 0),
        "the bias before the product": lambda X, W, b: (X + b[0, 0]) @ W,
        "at most a hundred": lambda X, W, b: np.clip(X @ W + b, -100, 100),
    },
    "02.forward": {
        "all zeros": lambda *p: tuple(0 * a for a in forward_with(layer_by_einsum)(*p)),
        "the bend is written into Z1": bent_in_place,
        "the first two alone": lambda *p: forward_with(layer_by_einsum)(*p)[:2],
        "in a dict": lambda *p: dict(zip("abcd", forward_with(layer_by_einsum)(*p))),
        "bent twice": forward_with(layer_by_einsum, feed=np.tanh),
        "A2 bent": lambda *p: (
            *forward_with(layer_by_einsum)(*p)[:3],
            np.tanh(forward_with(layer_by_einsum)(*p)[3]),
        ),
        "no bias in the first layer": lambda W1, b1, *more: forward_with(layer_by_einsum)(
            W1, 0 * b1, *more
        ),
        "one bias for all units": forward_with(lambda X, W, b: X @ W + b[0, 0]),
        "a hard bend": lambda *p: (
            *forward_with(layer_by_einsum)(*p)[:1],
            np.clip(forward_with(layer_by_einsum)(*p)[0], -1, 1),
            *forward_with(layer_by_einsum)(*p)[2:],
        ),
        "the mean of the inputs": lambda W1, b1, W2, b2, X: forward_with(layer_by_einsum)(
            W1, b1, W2, b2, X.mean(axis=0, keepdims=True) + 0 * X
        ),
        "A2 alone": lambda *p: forward_with(layer_by_einsum)(*p)[-1],
        "another order": lambda *p: forward_with(layer_by_einsum)(*p)[::-1],
        "right only for batch 1": forward_with(layer_by_einsum, feed=lambda A1: A1[:1]),
        "no bias in the second layer": lambda W1, b1, W2, b2, X: forward_with(layer_by_einsum)(
            W1, b1, W2, 0 * b2, X
        ),
        "a relu": lambda W1, b1, W2, b2, X: (
            X @ W1 + b1,
            np.maximum(X @ W1 + b1, 0),
            np.maximum(X @ W1 + b1, 0) @ W2 + b2,
            np.maximum(X @ W1 + b1, 0) @ W2 + b2,
        ),
    },
    "02.any_depth": {
        "all zeros": lambda layers, X: np.zeros((len(X), layers[-1][0].shape[1])),
        "right only for two layers": two_layers_only,
        "right only for batch 1": lambda layers, X: any_depth_by_count(layers, X[:1]),
        "without biases": lambda layers, X: any_depth_by_count([(W, 0 * b) for W, b in layers], X),
        "right shape with noise": lambda layers, X: 1.01 * any_depth_by_count(layers, X),
        "it changes its input": in_place,
        "it takes the last layer from the list": popped,
        "up to four layers": up_to_four,
        "the last bias is gone": bias_gone,
        "bent twice": lambda layers, X: np.tanh(any_depth_by_count(layers, X)),
        "a list of all layers": lambda layers, X: [any_depth_by_count(layers, X)] * len(layers),
        "the first layer is left out": lambda layers, X: any_depth_by_count(layers[1:], X),
        "without its axis for one unit": lambda layers, X: any_depth_by_count(layers, X).squeeze(),
        "the layers backwards": reversed_layers,
        "a relu": lambda layers, X: any_depth_by_count(layers, np.maximum(X, 0)),
        "the inputs are bent too": lambda layers, X: any_depth_by_count(layers, np.tanh(X)),
        "the sum over the samples": lambda layers, X: any_depth_by_count(layers, X).sum(0)[None],
    },
    "02.either_way": {
        "OR and NAND": [1, -1, 1, -1, -0.5, 1.5, 1, 1, -1.5],
        "all zeros": np.zeros(9),
        "two neurons alike": [1, 1, -1, -1, -0.5, -0.5, 1, 1, -0.5],
        "on the edge: a step says yes at 0": [1, -1, -1, 1, 0, 0, 1, 1, -0.5],
        "one of them also for (0, 0)": [1, -1, -1, 1, 0.5, -0.5, 1, 1, -0.5],
        "column by column": [1, 1, -1, -1, -0.5, -0.5, 1, 1, -0.5],
        "AND at the end": [1, -1, -1, 1, -0.5, -0.5, 1, 1, -1.5],
        "in three rows": [[1, -1, -1], [1, -0.5, -0.5], [1, 1, -0.5]],
        "OR": [1, -1, -1, 1, -0.5, -0.5, 1, 1, 5],
        "eight of them": [1, -1, -1, 1, -0.5, -0.5, 1, 1],
        "nan": [np.nan] * 9,
        "texts": ["one"] * 9,
    },
    "02.parity": {
        "all zeros": np.zeros(16),
        "all one, for an odd number": [*[1, 1, 1] * 3, -0.5, -1.5, -2.5, 1, 0, 0, -0.5],
        "one of them, and not three": [*[1, 1, 1] * 3, -0.5, -1.5, -2.5, 1, -1, 0, -0.5],
        "on the edge: a step says yes at 0": [*[1, 1, 1] * 3, 0, -1.5, -2.5, 1, -1, 1, -0.5],
        "upside down": [*[1, 1, 1] * 3, -0.5, -1.5, -2.5, -1, 1, -1, 0.5],
        "the last neuron only adds": [*[1, 1, 1] * 3, -0.5, -1.5, -2.5, 1, 1, 1, -0.5],
        "a table": np.ones((4, 4)),
        "nine": [1, -1, 1, -1, -0.5, 1.5, 1, 1, -1.5],
        "a number": 3,
    },
}
