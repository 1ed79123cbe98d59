"""The cases of exercise 07, and what its prediction turns out to be."""

import numpy as np

from nnlib.gradient_check import gradient_error, numerical_gradient
from nnlib.network import Network
from nncourse.bugs import SPECIMENS
from nncourse.exercises.cases import Case
from nncourse.exercises.tasks.examples import Function, both_signs
from nncourse.exercises.tasks.suspects import SIZES, SLOPES, suspect

SEED = 5


# Losses to be nudged


def _network_loss(sizes, n):
    """The loss of a network as a function of theta, and a theta at which no slope is near 0."""
    rng = np.random.default_rng(SEED)
    net = Network(sizes)
    X, Y = rng.normal(0.4, 1.0, (n, sizes[0])), rng.normal(-0.5, 1.0, (n, sizes[-1]))
    theta = both_signs(rng, 0.5, 1.5, net.n_parameters)
    loss = Function(
        f"the loss of a {sizes} network at theta",
        lambda theta: net.loss_and_grad(np.asarray(theta), X, Y)[0],
    )
    return loss, theta


def _steep():
    """A loss whose curvature is large beside its slopes, so that one-sided differences are off."""
    bottom = np.array([0.3, -0.7, 1.1])
    loss = Function("a steep valley, at theta", lambda theta: 50 * ((theta - bottom) ** 2).sum())
    return loss, bottom + [0.103, -0.124, 0.0735]  # no slope is a whole number


def measured(loss, theta, h=1e-5):
    """The numerical gradient of nnlib, for a loss that is a function of theta alone."""
    return numerical_gradient(lambda theta: (loss(theta), None), theta, h)


def central():
    """Losses, parameters and nudges, and the slope along one of the parameters."""
    cases = []
    for what, (loss, theta), i, h in [
        ("the nudge of 1e-5", _network_loss((2, 3, 1), 5), 0, 1e-5),
        ("the last of 13 parameters", _network_loss((2, 3, 1), 5), 12, 1e-4),
        ("a nudge so large that the loss curves", _network_loss((3, 2, 2), 5), 4, 0.3),
        ("a steep valley", _steep(), 1, 0.01),
        ("a single parameter", _one_number(), 0, 0.1),
    ]:
        inputs = {"loss": loss, "theta": theta, "i": i, "h": h}
        cases.append(Case(what, inputs, measured(loss, theta, h)[i]))
    return cases


def gradient():
    """Losses and places, and all slopes."""
    cases = []
    for what, (loss, theta) in [
        ("a network with one output", _network_loss((2, 2, 1), 3)),
        ("a steep valley", _steep()),
        ("a single parameter", _one_number()),
        ("a network with three outputs", _network_loss((2, 4, 3), 7)),
    ]:
        cases.append(Case(what, {"loss": loss, "theta": theta}, measured(loss, theta)))
    return cases


def _one_number():
    loss = Function("the loss at theta", lambda theta: np.exp(theta[0]) + theta[0] ** 2)
    return loss, np.array([0.7])


# How far one gradient is from another


def error():
    """Pairs of gradients, and how far they are apart."""
    rng = np.random.default_rng(SEED)
    cases = []
    for what, size, change, scale in [
        ("slopes that are a little off", 5, 0.1, 1.0),
        ("slopes that have nothing to do with each other", 7, 2.0, 1.0),
        ("small slopes", 4, 0.3, 1e-3),
        ("a single slope", 1, 0.6, 10.0),
    ]:
        n = scale * both_signs(rng, 0.5, 1.5, size)
        g = n + scale * change * rng.normal(size=size)
        cases.append(Case(what, {"g": g, "n": n}, error_of(g, n)))
    n = np.array([0.8, -1.3, 0.4])
    cases.append(Case("a gradient that points the other way", {"g": -n, "n": n}, error_of(-n, n)))
    return cases


def error_of(g, n):
    """nnlib's gradient error of g where n is right: the loss is linear, with the slopes n."""
    return gradient_error(lambda theta: (theta @ n, g), np.zeros(len(n)))


# Which array, and how many times


def times():
    """The gradients of wrong backward passes, those of a right one, and the four factors."""
    rng, cases = np.random.default_rng(SEED), []
    for what, name, sizes, n in [
        ("a bias that was averaged", "bias_averaged", (3, 5, 4), 7),
        ("a first layer that is off", "slope_of_output", (2, 3, 4), 5),
        ("a first layer that goes the wrong way", "output_formula_on_input", (3, 2, 4), 7),
        ("a single sample", "extra_p_1_minus_p", (2, 4, 3), 1),
        ("slopes that were summed over nine samples", "sum_for_mean", (4, 3, 2), 9),
    ]:
        theta, X, Y = place(rng, sizes, n)
        parameters = [array for pair in Network(sizes).layers(theta) for array in pair]
        g = list(SPECIMENS[name].backward(*parameters, X, Y))
        right = list(SPECIMENS["right"].backward(*parameters, X, Y))
        times = [fit(claimed, true) for claimed, true in zip(g, right)]
        cases.append(Case(what, {"g": g, "n": right}, np.array(times)))
    return cases


def place(rng, sizes, n, reach=(0.5, 1.5)):
    """theta, with parameters of a size within this reach, X off centre, and Y of classes."""
    theta = both_signs(rng, *reach, Network(sizes).n_parameters)
    X, Y = rng.normal(0.5, 1, (n, sizes[0])), np.eye(sizes[-1])[rng.integers(sizes[-1], size=n)]
    return theta, X, Y


def fit(g, n):
    """The factor c for which c * n is nearest to g."""
    return np.linalg.lstsq(n.reshape(-1, 1), g.ravel())[0].item()


def at_zero():
    """How many of the wrong backward passes a check sees where all 26 parameters are 0."""
    theta, X, Y = place(np.random.default_rng(SEED), SIZES, n=7, reach=(0.0, 0.0))
    seen = 0
    for found in SLOPES:
        claims = suspect(found.title, "", False, found.forward, found.backward).f
        seen += gradient_error(lambda theta, f=claims: f(theta, X, Y), theta) > 1e-4
    return {0: "none", 5: "five", len(SLOPES): "all twelve"}.get(seen, seen)
