"""The cases of exercise 03, and what its prediction turns out to be."""

import numpy as np

from nnlib.gradient_check import numerical_gradient
from nnlib.losses import loss_for
from nnlib.network import Network
from nnlib.optimizers import SGD
from nnlib.training import record, train
from nncourse.exercises.cases import Case
from nncourse.exercises.tasks.examples import Function

SEED = 3


def loss():
    """Outputs and targets, and their squared-error loss."""
    rng = np.random.default_rng(SEED)
    value, cases = loss_for("squared_error", "identity").value, []
    for what, shape in [
        ("three samples and one output", (3, 1)),
        ("a single sample with two outputs", (1, 2)),
        ("five samples and three outputs", (5, 3)),
        ("as many samples as outputs", (4, 4)),
        ("a single sample with one output", (1, 1)),
        ("whole numbers as targets", (4, 2)),
        ("misses of a thousand", (2, 3)),
    ]:
        A, Y = rng.normal(0.5, 1.5, shape), rng.normal(-0.5, 1.0, shape)
        if "whole" in what:
            Y = Y.round().astype(int)
        if "thousand" in what:
            A, Y = 1000 * A, -1700 * Y
        cases.append(Case(what, {"A": A, "Y": Y}, value(A, A, Y)))
    return cases


# A valley that is not parallel to the axes: moving one number changes the slope of the other


def _valley(curvatures, askew, bottom):
    """The slope functions along w and b of a quadratic loss, by nudging.

    Its second derivatives are the two curvatures and, mixed, `askew`.
    """
    C = np.array([[curvatures[0], askew], [askew, curvatures[1]]])

    def loss(theta):
        return (theta - bottom) @ C @ (theta - bottom) / 2, None

    def slope(i):
        return lambda w, b: numerical_gradient(loss, np.array([w, b]))[i]

    return [Function(f"the slope along {p}, at (w, b)", slope(i)) for i, p in enumerate("wb")]


def step():
    """Places w, b in such valleys, and where one step leads."""
    cases = []
    for what, valley, w, b, learning_rate in [
        ("a valley that lies askew", ((1.5, 0.8), 0.7, (0.4, -0.9)), 2.01537, 1.21743, 0.31382),
        ("a place on the other side", ((0.9, 2.0), -0.6, (1.2, 0.5)), -1.71364, -1.61523, 0.21746),
        ("a rate above 1", ((0.3, 0.5), 0.2, (-4.6, 1.1)), 1.3, -0.4, 1.7),
        ("whole numbers to start from", ((1.2, 0.9), 0.5, (0.3, -0.8)), 3, -2, 0.25),
        ("the bottom, where both slopes are 0", ((1.1, 0.7), 0.4, (0.6, -1.3)), 0.6, -1.3, 0.4),
        ("w and b at the same number", ((0.8, 1.7), -0.5, (1.4, 0.2)), -0.9, -0.9, 0.35),
        ("a step of many thousands", ((1.5, 0.8), 0.7, (9000.0, -4000.0)), 2.0, 1.0, 0.9),
        (
            "a step of thousands the other way",
            ((1.5, 2.8), -0.7, (-7000.0, -6000.0)),
            2.0,
            1.0,
            0.9,
        ),
    ]:
        slope_w, slope_b = _valley(*valley)
        inputs = {"slope_w": slope_w, "slope_b": slope_b, "w": w, "b": b}
        inputs |= {"learning_rate": learning_rate}
        slopes = np.array([slope_w(w, b), slope_b(w, b)])
        new_w, new_b = SGD(learning_rate).step(np.array([w, b]), slopes)
        cases.append(Case(what, inputs, (new_w, new_b)))
    return cases


# The largest learning rate


def _parabola(curvature, bottom):
    return Function("the slope of a parabola, at x", lambda x: curvature * (x - bottom))


def _diverges(slope, x, learning_rate):
    """Whether two steps from x, which is not the bottom, lead further away from it."""
    sgd = SGD(learning_rate)
    there = sgd.step(x, slope(x))
    return abs(slope(sgd.step(there, slope(there)))) > abs(slope(x))


def limit():
    """Parabolas, and the learning rate at which descent begins to diverge, by bisection."""
    cases = []
    for what, curvature, bottom, x in [
        ("the curvature of b2, which is 1", 1.0, -0.18, 1.31274),
        ("a wide parabola", 0.36527, 2.4, -1.52637),
        ("a sharp one, just beside its bottom", 14.79, 0.7, 0.69),
        ("somebody who stands at the bottom", 0.73, -1.6, -1.6),
        ("a place far from the bottom", 2.3, 300.0, -250.0),
        ("a very wide parabola, and x at 0", 0.01734, 0.4, 0.0),
        ("a very sharp one, and a whole number for x", 190.0, -0.35, 3),
    ]:
        slope = _parabola(curvature, bottom)
        low, high = 1e-3, 1e3
        for _ in range(100):
            middle = (low + high) / 2
            diverges = _diverges(slope, bottom + 1, middle)
            low, high = (low, middle) if diverges else (middle, high)
        cases.append(Case(what, {"slope": slope, "x": x}, high))
    return cases


# The descent


def _ground(C, bottom):
    C, bottom = np.array(C), np.array(bottom)
    return Function("the gradient at theta", lambda theta: C @ (theta - bottom))


def _reached(C, bottom, theta, learning_rate, enough, most):
    """Where the descent ends and after how many steps, in closed form.

    Along each eigenvector of C a step multiplies the distance by 1 - learning_rate * curvature.
    """
    curvatures, axes = np.linalg.eigh(np.array(C))
    distances = axes.T @ (np.array(theta) - bottom)
    each = distances * (1 - learning_rate * curvatures) ** np.arange(most + 1)[:, None]
    short = np.linalg.norm(each * curvatures, axis=1) < enough
    steps = int(short.argmax()) if short.any() else most
    return np.array(bottom) + axes @ each[steps], steps


def descend():
    """Valleys with starts near and far, and where the descent ends."""
    cases = []
    for what, C, bottom, theta, learning_rate, enough, most in [
        ("a parabola", [[1.5]], [0.6], [3.0], 0.3, 0.01, 100),
        ("a rate that leaps over the bottom", [[1.5]], [0.6], [-2.0], 1.2, 0.2, 100),
        ("a walk that need not come close", [[1.5]], [0.6], [9.0], 0.11527, 0.97, 100),
        ("a valley that lies askew", [[2.0, 0.9], [0.9, 1.0]], [1.0, -0.5], [-1.5, 2.0], 0.4,
         0.05, 200),
        ("a rate that flies off", [[2.0, 0.9], [0.9, 1.0]], [1.0, -0.5], [-1.5, 2.0], 0.91357, 0.05,
         31),
        ("three numbers", [[3.0, 0.5, 0.2], [0.5, 1.0, -0.3], [0.2, -0.3, 0.8]], [0.5, -1.0, 0.8],
         [2.0, 0.5, -0.6], 0.5, 0.02, 300),
        ("a start at rest, at the bottom", [[2.0, 0.9], [0.9, 1.0]], [1.0, -0.5], [1.0, -0.5], 0.4,
         0.05, 50),
        ("a start near the bottom, where the gradient is short enough", [[1.5, 0.4], [0.4, 0.8]],
         [0.7, -1.2], [0.73, -1.23], 0.3, 0.05, 50),
        ("no step that may be taken", [[1.5, 0.4], [0.4, 0.8]], [0.7, -1.2], [-2.01537, 1.01234],
         0.3, 0.05, 0),
        ("a single step that may be taken", [[1.5, 0.4], [0.4, 0.8]], [0.7, -1.2], [2.0, 1.0], 0.3,
         0.05, 1),
        # Powers of 2 are not rounded, so the two lengths are exactly equal.
        ("a gradient that comes to be exactly as long as `enough`", [[1.0]], [0.0], [8.0], 0.5,
         0.25, 40),
        ("a far start, and a limit that is fine", [[2.0, 0.9], [0.9, 1.0]], [1.0, -0.5],
         [-4000.0, 900.0], 0.4, 1e-4, 500),
    ]:  # fmt: skip
        inputs = {"gradient": _ground(C, bottom), "theta": np.array(theta)}
        inputs |= {"learning_rate": learning_rate, "enough": enough, "most": most}
        expected = _reached(C, bottom, theta, learning_rate, enough, most)
        cases.append(Case(what, inputs, expected))
    return cases


# The number of steps


def updates():
    """Numbers of samples, sizes of batches and epochs, and the steps that `train` takes."""
    cases = []
    for what, n, batch_size, epochs in [
        ("twelve samples in batches of four", 12, 4, 3),
        ("a last batch that is smaller", 10, 4, 3),
        ("single samples", 7, 1, 2),
        ("the digits of this course", 1347, 32, 10),
        ("a batch larger than there are samples", 5, 8, 6),
        ("a batch of all samples", 6, 6, 5),
        ("one sample more than a large batch", 401, 400, 3),
        ("a single sample", 1, 4, 7),
        ("a single epoch", 11, 3, 1),
    ]:
        net, rng, samples = Network((1, 1)), np.random.default_rng(SEED), np.zeros((n, 1))
        steps = train(net, np.zeros(2), samples, samples, SGD(0.1), rng=rng, epochs=epochs,
                      batch_size=batch_size)  # fmt: skip
        inputs = {"n": n, "batch_size": batch_size, "epochs": epochs}
        cases.append(Case(what, inputs, record(steps, every=10**6).last.index))
    return cases


def nearer():
    """Which of two learning rates ends nearer to the bottom of a parabola after ten steps."""
    ends = {}
    for learning_rate in (0.1, 1.9):
        x = 1.0
        for _ in range(10):
            x = SGD(learning_rate).step(x, x)
        ends[learning_rate] = abs(x)
    if np.isclose(ends[0.1], ends[1.9]):
        return "both as near"
    return "0.1" if ends[0.1] < ends[1.9] else "1.9"
