"""The cases of exercise 11, and what its prediction turns out to be."""

import numpy as np

from nnlib.gradient_check import numerical_gradient
from nnlib.network import Network
from nncourse.bugs import Replay
from nncourse.bugs.replay import SLOPES
from nncourse.exercises.cases import Case
from nncourse.exercises.tasks.examples import Function, both_signs

SEED = 9


def passes():
    """Steps, batch sizes and numbers of samples, and the passes that they make."""
    rows = [
        ("XOR as in the post", 10_000, 1, 4),
        ("digits as in the post", 30_000, 1, 1347),
        ("batches of 32", 1290, 32, 1344),
        ("less than a pass", 7, 5, 210),
    ]
    return [
        Case(what, {"steps": steps, "batch_size": size, "n": n}, float(np.divide(steps * size, n)))
        for what, steps, size, n in rows
    ]


def sized():
    """Even numbers from −1 to 1, and weights of which the squares add up as they should."""
    rng, cases = np.random.default_rng(SEED), []
    for what, shape in [
        ("two inputs", (2, 5)),
        ("64 inputs", (64, 10)),
        ("a single output", (12, 1)),
        ("a single input", (1, 4)),
    ]:
        U = rng.uniform(-1, 1, shape)
        # Evenly drawn, U has the variance 1/3: the weights are those with three times its squares.
        cases.append(Case(what, {"U": U}, U / np.sqrt(shape[0] / 3)))
    return cases


HANDED = {
    "1 − tanh(a)²": SLOPES["a"],
    "1 − a": lambda a: 1 - a,
    "1.3 (1 − a²)": lambda a: 1.3 * SLOPES["z"](a),
    "0.8 (1 − a²)": lambda a: 0.8 * SLOPES["z"](a),
}


def apart():
    """Slopes and places, and the largest distance from what a nudge measures."""
    cases = []
    for name, z in [
        ("1 − tanh(a)²", [0.05, -0.2, 0.25]),
        ("1 − tanh(a)²", [0.3, -2.0, 0.9, 1.1]),
        ("1 − a", [-0.7, 0.4]),
        ("1.3 (1 − a²)", [0.6]),
        ("0.8 (1 − a²)", [1.2, -0.4, 0.1]),
    ]:
        z = np.array(z)
        nudged = [numerical_gradient(_tanh, np.array([value]))[0] for value in z]
        found = Function(f"the slope {name}", HANDED[name])
        what = f"the slope {name} at {len(z)} places up to {abs(z).max():g}"
        farthest = np.linalg.norm(found(np.tanh(z)) - nudged, np.inf)
        cases.append(Case(what, {"slope": found, "z": z}, float(farthest)))
    return cases


def _tanh(theta):
    return np.tanh(theta)[0], None


def step():
    """Weights with the constant's row last, a sample and a rate; the weights after a true step."""
    rng, cases = np.random.default_rng(SEED), []
    for what, (n_0, n_1, n_2), rate in [
        ("two inputs and three hidden units", (2, 3, 1), 0.2),
        ("two outputs", (3, 4, 2), 0.5),
        ("a single hidden unit", (2, 1, 1), 1.0),
        ("as many hidden units as inputs", (3, 3, 1), 0.05),
    ]:
        net = Network((n_0, n_1, n_2), output="tanh")
        theta = both_signs(rng, 0.4, 1.2, net.n_parameters)
        x, y = rng.normal(0.5, 1, n_0), rng.normal(-0.5, 1, n_2)
        slopes = numerical_gradient(lambda t, net=net, x=x, y=y: _loss(net, t, x, y), theta)
        W1, W2 = joined(net, theta)
        inputs = {"W1": W1, "W2": W2, "x": x, "y": y, "rate": rate}
        cases.append(Case(what, inputs, joined(net, theta - rate * slopes)))
    return cases


def joined(net, theta):
    """The weights of each layer with the biases as their last row."""
    return tuple(np.vstack([W, b]) for W, b in net.layers(theta))


def _loss(net, theta, x, y):
    return net.loss_and_grad(theta, x[None], y[None])


def solved_share():
    """Outputs of networks and targets, and the share that has all of them right."""
    rng, cases = np.random.default_rng(SEED), []
    for what, networks, solved, y in [
        ("ten networks on XOR", 10, 3, [0, 1, 1, 0]),
        ("forty networks, most of which learned", 40, 31, [0, 1, 1, 0]),
        ("seven networks on three points", 7, 2, [1, 0, 1]),
        ("five networks, one of which learned", 5, 1, [0, 1, 1, 0]),
    ]:
        y = np.array(y, dtype=float)
        right = np.ones((networks, len(y)), dtype=bool)
        for row in right[solved:]:
            row[rng.choice(len(y), rng.integers(1, len(y)), replace=False)] = False
        yes = rng.permutation(right) == (y > 0.5)
        high, low = rng.uniform(0.55, 0.98, yes.shape), rng.uniform(-0.5, 0.45, yes.shape)
        outputs = np.where(yes, high, low)
        cases.append(Case(what, {"outputs": outputs, "y": y}, solved / networks))
    return cases


def large_weights():
    """Which slope learns XOR more often from a hundred starts with weights up to 4, in words."""
    shares = []
    for slope in "az":
        replay = Replay(range(100), slope=slope, scale=4.0)
        replay.advance()
        shares.append(replay.learned.mean())
    from_a, from_z = shares
    if abs(from_a - from_z) < 0.15:
        return "both about equally often"
    return "the slope from a" if from_a > from_z else "the slope from z"
