"""The cases of exercise 02, what is wrong with numbers chosen by hand, and its prediction."""

import numpy as np

from nnlib.datasets import xor
from nnlib.network import Network
from nncourse.exercises.cases import Case
from nncourse.exercises.tasks.examples import both_signs

SEED = 2  # draws no two numbers alike, no bias near 0, and no tanh near 0


def neuron():
    """A single neuron, without an activation."""
    cases = []
    for what, x, w, b in [
        ("three inputs", [0.50731, -1.51923, 2.03467], [1.21859, 0.71234, -1.20761], 1.41337),
        ("other signs", [-2.0, 1.5, -0.5], [1.2, 0.7, -0.8], -1.1),
        ("one input", [0.5], [1.2], -2.0),
        ("inputs that are all 0", [0.0, 0.0], [1.3, -0.9], 0.7),
        ("whole numbers as inputs", [1, 0, -2, 3], [0.65, 1.15, -0.85, 1.4], 0.25),
        ("large inputs", [2500.0, -1000.0], [1.2, 0.7], 0.4),
    ]:
        x, w = np.array(x), np.array(w)
        z = Network((len(x), 1)).predict(np.array([*w, b]), x[None]).item()
        cases.append(Case(what, {"x": x, "w": w, "b": b}, z))
    return cases


def _drawn(sizes, n, spread=1.0):
    """A network of these sizes, its layers, n samples off centre, and theta.

    The samples are multiplied by `spread`; for a spread of 0 they are integers, one of them 0.
    """
    rng = np.random.default_rng(SEED)
    net = Network(sizes)
    theta = both_signs(rng, 0.5, 1.5, net.n_parameters)
    X = rng.normal(0.7, 1.0, (n, sizes[0])) * spread
    if not spread:
        X = rng.integers(-2, 4, (n, sizes[0]))
        X[1] = 0
    return net, net.layers(theta), X, theta


def layer():
    """A layer without an activation."""
    cases = []
    for what, sizes, n, spread in [
        ("four samples", (2, 3), 4, 1.0),
        ("a single sample", (3, 2), 1, 1.0),
        ("as many samples as units", (2, 3), 3, 1.0),
        ("as many samples as inputs and as units", (3, 3), 3, 1.0),
        ("one input and one unit", (1, 1), 4, 1.0),
        ("whole numbers in X", (3, 2), 5, 0),
        ("large inputs", (4, 2), 3, 1000.0),
    ]:
        net, ((W, b),), X, theta = _drawn(sizes, n, spread)
        cases.append(Case(what, {"X": X, "W": W, "b": b}, net.forward(theta, X).Z[0]))
    return cases


def forward():
    """A network with one hidden layer of tanh."""
    cases = []
    for what, sizes, n, spread in [
        ("three samples", (2, 4, 1), 3, 1.0),
        ("a single sample", (3, 2, 4), 1, 1.0),
        ("as many samples as units", (3, 5, 2), 5, 1.0),
        ("three of everything", (3, 3, 3), 3, 1.0),
        ("one hidden unit", (2, 1, 3), 4, 1.0),
        ("whole numbers in X", (2, 3, 1), 5, 0),
        ("large inputs", (4, 2, 1), 3, 40.0),
    ]:
        net, ((W1, b1), (W2, b2)), X, theta = _drawn(sizes, n, spread)
        (Z1, Z2), (_, A1, A2), _ = net.forward(theta, X)
        inputs = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "X": X}
        cases.append(Case(what, inputs, (Z1, A1, Z2, A2)))
    return cases


def any_depth():
    """Networks of tanh with none to six hidden layers."""
    cases = []
    for what, sizes, n, spread in [
        ("one hidden layer", (2, 3, 1), 4, 1.0),
        ("no hidden layer", (3, 2), 5, 1.0),
        ("three hidden layers", (3, 5, 2, 4, 1), 7, 1.0),
        ("a single sample", (2, 4, 3), 1, 1.0),
        ("three of everything", (3, 3, 3), 3, 1.0),
        ("one unit in every layer", (1, 1, 1, 1), 3, 1.0),
        ("six hidden layers", (2, 3, 5, 4, 2, 3, 4, 1), 6, 1.0),
        ("whole numbers in X", (3, 2, 1), 4, 0),
        ("large inputs", (4, 2, 3), 5, 20.0),
        ("large inputs and a single layer", (2, 3), 4, 1000.0),
    ]:
        net, layers, X, theta = _drawn(sizes, n, spread)
        cases.append(Case(what, {"layers": layers, "X": X}, net.predict(theta, X)))
    return cases


def either_way_fault(theta):
    """What is wrong with these numbers as XOR with one hidden neuron for each yes, or None."""
    net, X = Network((2, 2, 1), hidden="step", output="step"), xor().X
    _, A, _ = net.forward(theta, X)
    for x, said, wanted in zip(X, A[2].ravel(), xor().Y.ravel()):
        if said != wanted:
            return f"for the switches {x.astype(int)} it says {said:.0f}, and XOR is {wanted:.0f}."
    fired = {tuple(column) for column in A[1].T.astype(int).tolist()}
    if fired != {(0, 0, 1, 0), (0, 1, 0, 0)}:
        return (
            "it is XOR, by another sentence. One hidden neuron is to say yes to (1, 0) and to"
            f" nothing else, the other to (0, 1). Yours say, for the four samples, {sorted(fired)}."
        )
    return None


def parity_fault(theta):
    """What is wrong with these numbers as the parity of three switches, or None."""
    net = Network((3, 3, 1), hidden="step", output="step")
    X = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)], dtype=float)
    wrong = [x for x, a in zip(X, net.predict(theta, X)) if a != x.sum() % 2]
    if wrong:
        x = wrong[0]
        said = net.predict(theta, x[None]).item()
        return (
            f"right for {8 - len(wrong)} of the 8 ways to set the switches; for {x.astype(int)},"
            f" with {x.sum():.0f} on, it says {said:.0f}."
        )
    return None


def louder():
    """How many of XOR's four answers change if the last neuron's numbers are ten times as large."""
    net = Network((2, 2, 1), hidden="step", output="step")
    theta = np.array([1, -1, 1, -1, -0.5, 1.5, 1, 1, -1.5])  # XOR
    loud = theta.copy()
    loud[6:] *= 10
    return int((net.predict(theta, xor().X) != net.predict(loud, xor().X)).sum())
