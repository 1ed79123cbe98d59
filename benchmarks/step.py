"""One training step beside scikit-learn's and beside the floor, and what importing nnlib costs.

Digits 64-100-10, tanh + softmax with cross-entropy, momentum, float64. The floor is the same matrix
products, tanh, exp and one momentum update into arrays made beforehand: less than any training.
Everything is timed in turn, round after round, and the best round of each counts: the ratios hold
when the machine's speed drifts. Run it with one BLAS thread (`make bench` does).
"""

import platform
import subprocess
import sys
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from nnlib import Momentum, Network, NeuralNetwork, digits, train, xor

SIZES, ROUNDS = (64, 100, 10), 5
BATCHES = {1: 1500, 8: 1500, 32: 1000, 200: 300}  # batch: steps a round
GOALS = {1: (4, 3), 8: (3, 2.4), 32: (2.4, 1.8), 200: (1.5, 1.35)}  # over sklearn, under the floor


def ours(data, batch, steps):
    """Microseconds a step of `train`."""
    net, rng = Network(SIZES, "tanh", "softmax", "cross_entropy"), np.random.default_rng(7)
    run = train(net, net.init(rng), data.X, data.Y, Momentum(0.01, 0.9), rng=rng, steps=steps,
                batch_size=batch)  # fmt: skip
    return timed(lambda: [None for _ in run], steps)


def sklearn(data, batch, steps):
    """Microseconds a step of MLPClassifier.fit, its whole fit divided by its steps."""
    per_epoch = -(-len(data.X) // batch)
    epochs = max(1, round(steps / per_epoch))
    mlp = MLPClassifier(
        SIZES[1:-1], activation="tanh", solver="sgd", alpha=0.0, batch_size=batch,
        learning_rate_init=0.01, momentum=0.9, nesterovs_momentum=False, max_iter=epochs, tol=0.0,
        n_iter_no_change=epochs, random_state=7,
    )  # fmt: skip
    label = data.Y.argmax(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return timed(lambda: mlp.fit(data.X, label), epochs * per_epoch)


def floor(data, batch, steps):
    """Microseconds a step of the bare products, tanh, exp and update."""
    X, Y = data.X[:batch].copy(), data.Y[:batch].copy()
    rng, (n0, n1, n2) = np.random.default_rng(7), SIZES
    W1, W2 = rng.normal(0, 0.1, (n0, n1)), rng.normal(0, 0.1, (n1, n2))
    A1, A2, D1 = np.empty((batch, n1)), np.empty((batch, n2)), np.empty((batch, n1))
    theta, velocity, gradient, push = (np.zeros(n0 * n1 + n1 + n1 * n2 + n2) for _ in range(4))
    g1 = gradient[: n0 * n1].reshape(n0, n1)
    g2 = gradient[n0 * n1 : n0 * n1 + n1 * n2].reshape(n1, n2)

    def loop():
        for _ in range(steps):
            np.dot(X, W1, out=A1)
            np.tanh(A1, out=A1)
            np.dot(A1, W2, out=A2)
            np.exp(A2, out=A2)
            np.dot(A1.T, Y, out=g2)
            np.dot(Y, W2.T, out=D1)
            np.dot(X.T, D1, out=g1)
            np.multiply(velocity, 0.9, out=velocity)
            np.multiply(gradient, 1e-6, out=push)
            np.subtract(velocity, push, out=velocity)
            np.add(theta, velocity, out=theta)

    return timed(loop, steps)


def the_post(layers, X, y, steps, rate):
    """Microseconds a step of a loop of the 2013 post's kind: one sample, bias as a constant 1."""
    rng = np.random.default_rng(7)
    W = [rng.uniform(-0.25, 0.25, (m + 1, n)) for m, n in zip(layers, layers[1:])]
    X = np.hstack([X, np.ones((len(X), 1))])

    def loop():
        for _ in range(steps):
            i = np.random.randint(len(X))  # noqa: NPY002 - the post's generator, and its cost
            A = [X[i]]
            for w in W:
                a = np.ones(w.shape[1] + 1)
                a[:-1] = np.tanh(A[-1] @ w)
                A.append(a)
            delta = (y[i] - A[-1][:-1]) * (1 - np.tanh(A[-1][:-1]) ** 2)
            deltas = [delta]
            for w, a in zip(W[:0:-1], A[-2:0:-1]):
                deltas.append((deltas[-1] @ w.T * (1 - np.tanh(a) ** 2))[:-1])
            for w, a, delta in zip(W, A, reversed(deltas)):
                w += rate * np.atleast_2d(a).T.dot(np.atleast_2d(delta))

    return timed(loop, steps)


def facade(layers, X, y, steps, rate):
    """Microseconds a step of NeuralNetwork.fit on single samples."""
    nn = NeuralNetwork(layers, "tanh", rng=7)
    return timed(lambda: nn.fit(X, y, rate, steps=steps, progress=False), steps)


def timed(call, steps):
    """Microseconds a step."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) / steps * 1e6


def best(calls, *arguments):
    """The best round of each call, taken in turn, all with the same arguments."""
    return np.min([[call(*arguments) for call in calls] for _ in range(ROUNDS)], axis=0)


def import_ms(module):
    """Milliseconds that a fresh Python takes to import a module."""
    call = [sys.executable, "-c", f"import {module}"]
    return timed(lambda: subprocess.run(call, check=True), 1) / 1000


def main():
    data = digits(np.random.default_rng(7))
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}")
    print("\none training step, digits 64-100-10, µs")
    print("batch  nnlib  scikit-learn  floor | sklearn / nnlib (goal) | nnlib / floor (goal)")
    for batch, steps in BATCHES.items():
        a, b, c = best([ours, sklearn, floor], data, batch, steps)
        over, under = GOALS[batch]
        print(f"{batch:5d}{a:7.1f}{b:14.1f}{c:7.1f} | {b / a:12.2f} (≥ {over:4.2f})   |"
              f" {a / c:10.2f} (≤ {under:4.2f})")  # fmt: skip

    print("\nNeuralNetwork.fit, single samples, µs a step")
    print("                      nnlib  the post's loop | nnlib / post (goal ≤ 1)")
    y = xor().Y.ravel()
    for name, layers, X, Y, steps, rate in [
        ("XOR [2,2,1]", [2, 2, 1], xor().X, y, 10_000, 0.2),
        ("digits [64,100,10]", list(SIZES), data.X, data.Y, 30_000, 0.02),
    ]:
        a, b = best([facade, the_post], layers, X, Y, steps, rate)
        print(f"{name:20s}{a:7.1f}{b:17.1f} | {a / b:8.2f}")

    a, b = best([lambda: import_ms("nnlib"), lambda: import_ms("numpy")])
    print(f"\nimport nnlib {a:.0f} ms, import numpy {b:.0f} ms: {a - b:.0f} ms more (goal ≤ 20)")


if __name__ == "__main__":
    main()
