"""Right and wrong answers to exercise 02, for tests/test_exercise_checks.py."""

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


def in_place(layers, X):
    for W, b in layers:
        W *= 1.0
        b += 0.5
    return any_depth_by_count(layers, X)


RIGHT = {
    "02.neuron": [neuron_by_loop, lambda x, w, b: np.sum(x * w) + b, lambda x, w, b: [w @ x + b]],
    "02.layer": [layer_by_loop, layer_by_einsum],
    "02.forward": [forward_with(layer_by_loop), lambda *p: list(forward_with(layer_by_einsum)(*p))],
    "02.any_depth": [any_depth_by_recursion, any_depth_by_count],
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
    },
    "02.layer": {
        "all zeros": lambda X, W, b: np.zeros((len(X), W.shape[1])),
        "right shape with noise": lambda X, W, b: X @ W + b + 1e-3,
        "right only for batch 1": lambda X, W, b: X[:1] @ W + b,
        "the bias added for each input": lambda X, W, b: X @ W + len(W) * b,
        "lying on its side": lambda X, W, b: (X @ W + b).T,
        "every unit gets the first bias": lambda X, W, b: X @ W + b[0, 0],
    },
    "02.forward": {
        "all zeros": lambda *p: tuple(0 * a for a in forward_with(layer_by_einsum)(*p)),
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
    },
    "02.either_way": {
        "OR and NAND": [1, -1, 1, -1, -0.5, 1.5, 1, 1, -1.5],
        "all zeros": np.zeros(9),
        "OR": [1, -1, -1, 1, -0.5, -0.5, 1, 1, 5],
        "eight of them": [1, -1, -1, 1, -0.5, -0.5, 1, 1],
        "nan": [np.nan] * 9,
        "texts": ["one"] * 9,
    },
    "02.parity": {
        "all zeros": np.zeros(16),
        "all one, for an odd number": [*[1, 1, 1] * 3, -0.5, -1.5, -2.5, 1, 0, 0, -0.5],
        "one of them, and not three": [*[1, 1, 1] * 3, -0.5, -1.5, -2.5, 1, -1, 0, -0.5],
        "nine": [1, -1, 1, -1, -0.5, 1.5, 1, 1, -1.5],
        "a number": 3,
    },
}
