"""Right and wrong answers to exercise 03, for tests/test_exercise_checks.py."""

import math

import numpy as np


def loss_by_loop(A, Y):
    total = 0.0
    for answers, targets in zip(A, Y):
        for a, y in zip(answers, targets):
            total += 0.5 * (a - y) ** 2
    return total / len(A)


def step_by_array(slope_w, slope_b, w, b, rate):
    place = np.array([w, b])
    return list(place - rate * np.array([slope_w(*place), slope_b(*place)]))


def step_by_moves(slope_w, slope_b, w, b, rate):
    dw = -slope_w(w, b) * rate
    db = -slope_b(w, b) * rate
    w += dw
    b += db
    return w, b


def limit_by_bisection(slope, x):
    """Halve the space between a rate that comes nearer and one that does not.

    It starts beside x, for at the bottom nobody moves at any rate.
    """
    x, low, high = x + 1, 0.0, 1000.0
    for _ in range(80):
        rate = (low + high) / 2
        if abs(slope(x - rate * slope(x))) > abs(slope(x)):
            high = rate
        else:
            low = rate
    return low


def descend_by_while(gradient, theta, rate, enough, most):
    theta, steps = theta.copy(), 0
    g = gradient(theta)
    while np.sqrt(sum(g**2)) >= enough and steps < most:
        theta -= rate * g
        g = gradient(theta)
        steps += 1
    return theta, steps


def descend_by_recursion(gradient, theta, rate, enough, most, steps=0):
    g = gradient(theta)
    if g @ g < enough**2 or steps == most:
        return [theta, steps]
    return descend_by_recursion(gradient, theta - rate * g, rate, enough, most, steps + 1)


def descend_in_place(gradient, theta, rate, enough, most):
    for steps in range(most):
        g = gradient(theta)
        if np.linalg.norm(g) < enough:
            return theta, steps
        theta -= rate * g
    return theta, most


def descend_with(stride=1.0, less=0, start=0, resting=np.linalg.norm):
    def descend(gradient, theta, rate, enough, most):
        for steps in range(start, most):
            g = gradient(theta)
            if resting(g) < enough:
                return theta, steps - less
            theta = theta - stride * rate * g
        return theta, most

    return descend


def descend_for_ever(gradient, theta, rate, enough, most):
    while True:
        theta = theta - rate * gradient(theta)


def descend_with_no_limit(gradient, theta, rate, enough, most):
    return descend_by_while(gradient, theta, rate, enough, 10**4)


def descend_by_length_one(gradient, theta, rate, enough, most):
    """Every step as long as the rate, however steep the ground."""
    for steps in range(most):
        g = gradient(theta)
        if np.linalg.norm(g) < enough:
            return theta, steps
        theta = theta - rate * g / np.linalg.norm(g)
    return theta, most


def updates_by_counting(n, batch_size, epochs):
    steps = 0
    for _ in range(epochs):
        for _ in range(0, n, batch_size):
            steps += 1
    return steps


RIGHT = {
    "03.loss": [
        loss_by_loop,
        lambda A, Y: np.einsum("so,so->", A - Y, A - Y) / len(A) / 2,
        lambda A, Y: np.mean(np.sum((Y - A) ** 2 / 2, axis=1)),
    ],
    "03.step": [step_by_array, step_by_moves],
    "03.limit": [
        limit_by_bisection,
        lambda slope, x: 1 / ((slope(x + 1e-3) - slope(x - 1e-3)) / 4e-3),
        lambda slope, x: 2 / (slope(1) - slope(0)),
    ],
    "03.descend": [descend_by_while, descend_by_recursion],
    "03.updates": [
        updates_by_counting,
        lambda n, batch_size, epochs: math.ceil(n / batch_size) * epochs,
        lambda n, batch_size, epochs: len(range(0, n, batch_size)) * epochs,
    ],
}

WRONG = {
    "03.loss": {
        "zero": lambda A, Y: 0.0,
        "right with noise": lambda A, Y: loss_by_loop(A, Y) + 1e-4,
        "right only for batch 1": lambda A, Y: loss_by_loop(A[:1], Y[:1]),
        "the mean over all numbers": lambda A, Y: np.mean((A - Y) ** 2) / 2,
        "one for each sample": lambda A, Y: np.sum((A - Y) ** 2, axis=1) / 2,
        "one for each output": lambda A, Y: np.sum((A - Y) ** 2, axis=0) / 2 / len(A),
        "the slope": lambda A, Y: (A - Y) / len(A),
        "its root": lambda A, Y: np.sqrt(loss_by_loop(A, Y)),
        "of the first output": lambda A, Y: loss_by_loop(A[:, :1], Y[:, :1]),
        "it changes its input": lambda A, Y: loss_by_loop(np.subtract(A, Y, out=A), 0 * Y),
    },
    "03.step": {
        "it stays": lambda slope_w, slope_b, w, b, rate: (w, b),
        "only w moves": lambda slope_w, slope_b, w, b, rate: (w - rate * slope_w(w, b), b),
        "b goes uphill": lambda slope_w, slope_b, w, b, rate: (
            w - rate * slope_w(w, b),
            b + rate * slope_b(w, b),
        ),
        "b and w, the other way round": lambda *inputs: step_by_moves(*inputs)[::-1],
        "w alone is given": lambda *inputs: step_by_moves(*inputs)[0],
        "one slope for both": lambda slope_w, slope_b, w, b, rate: (
            w - rate * slope_w(w, b),
            b - rate * slope_w(w, b),
        ),
        "a step of length one": lambda slope_w, slope_b, w, b, rate: (
            w - rate * np.sign(slope_w(w, b)),
            b - rate * np.sign(slope_b(w, b)),
        ),
        "two steps": lambda slope_w, slope_b, w, b, rate: step_by_moves(
            slope_w, slope_b, *step_by_moves(slope_w, slope_b, w, b, rate), rate
        ),
        "the rate divides": lambda slope_w, slope_b, w, b, rate: step_by_moves(
            slope_w, slope_b, w, b, 1 / rate
        ),
        "multiplied": lambda slope_w, slope_b, w, b, rate: (
            w * (1 - rate * slope_w(w, b)),
            b * (1 - rate * slope_b(w, b)),
        ),
    },
    "03.limit": {
        "always 2": lambda slope, x: 2.0,
        "the way between is not divided by": lambda slope, x: 2 / (slope(x + 0.5) - slope(x)),
        "the sign": lambda slope, x: 2 / (slope(x) - slope(x + 1)),
        "divided by x": lambda slope, x: 2 * x / slope(x),
        "on both sides, divided once": lambda slope, x: 2 / (slope(x + 1) - slope(x - 1)),
        "a little below": lambda slope, x: 0.999 * limit_by_bisection(slope, x),
        "the curvature of the slope": lambda slope, x: (
            2 / (slope(x + 1) - 2 * slope(x) + slope(x - 1) + 1e-9)
        ),
    },
    "03.descend": {
        "it stays": lambda gradient, theta, rate, enough, most: (theta, 0),
        "it changes its input": descend_in_place,
        "one counted too few": descend_with(less=1),
        "one counted too many": descend_with(less=-1),
        "counted from one": descend_with(start=1),
        "the rate is halved": descend_with(stride=0.5),
        "the largest slope": descend_with(resting=lambda g: np.abs(g).max()),
        "the sum of the slopes": descend_with(resting=lambda g: abs(g.sum())),
        "the square of the length": descend_with(resting=lambda g: g @ g),
        "for ever": descend_for_ever,
        "no limit": descend_with_no_limit,
        "steps of one length": descend_by_length_one,
        "theta alone": lambda *inputs: descend_by_while(*inputs)[0],
    },
    "03.updates": {
        "zero": lambda n, batch_size, epochs: 0,
        "one too many": lambda n, batch_size, epochs: (n // batch_size + 1) * epochs,
        "one epoch": lambda n, batch_size, epochs: -(-n // batch_size),
        "a fraction": lambda n, batch_size, epochs: n / batch_size * epochs,
        "rounded": lambda n, batch_size, epochs: round(n / batch_size) * epochs,
        "at least one": lambda n, batch_size, epochs: max(1, n // batch_size) * epochs,
        "samples in batches": lambda n, batch_size, epochs: n * batch_size * epochs,
    },
}
