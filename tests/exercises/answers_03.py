"""Right and wrong answers to exercise 03, for tests/course/test_exercise_checks.py."""

import math

import numpy as np


def loss_by_loop(A, Y):
    total = 0.0
    for answers, targets in zip(A, Y):
        for a, y in zip(answers, targets):
            total += 0.5 * (a - y) ** 2
    return total / len(A)


def step_by_array(slope_w, slope_b, w, b, learning_rate):
    place = np.array([w, b])
    return list(place - learning_rate * np.array([slope_w(*place), slope_b(*place)]))


def step_by_moves(slope_w, slope_b, w, b, learning_rate):
    dw = -slope_w(w, b) * learning_rate
    db = -slope_b(w, b) * learning_rate
    w += dw
    b += db
    return w, b


def limit_by_bisection(slope, x):
    """Bisection between a learning rate that converges and one that does not.

    It starts beside x, since a start at the bottom never moves.
    """
    x, low, high = x + 1, 0.0, 1000.0
    for _ in range(80):
        learning_rate = (low + high) / 2
        if abs(slope(x - learning_rate * slope(x))) > abs(slope(x)):
            high = learning_rate
        else:
            low = learning_rate
    return low


def descend_by_while(gradient, theta, learning_rate, enough, most):
    theta, steps = theta.copy(), 0
    g = gradient(theta)
    while np.sqrt(sum(g**2)) >= enough and steps < most:
        theta -= learning_rate * g
        g = gradient(theta)
        steps += 1
    return theta, steps


def descend_by_recursion(gradient, theta, learning_rate, enough, most, steps=0):
    g = gradient(theta)
    if g @ g < enough**2 or steps == most:
        return [theta, steps]
    return descend_by_recursion(
        gradient, theta - learning_rate * g, learning_rate, enough, most, steps + 1
    )


def descend_in_place(gradient, theta, learning_rate, enough, most):
    for steps in range(most):
        g = gradient(theta)
        if np.linalg.norm(g) < enough:
            return theta, steps
        theta -= learning_rate * g
    return theta, most


def descend_with(stride=1.0, less=0, start=0, resting=np.linalg.norm):
    def descend(gradient, theta, learning_rate, enough, most):
        for steps in range(start, most):
            g = gradient(theta)
            if resting(g) < enough:
                return theta, steps - less
            theta = theta - stride * learning_rate * g
        return theta, most

    return descend


def descend_for_ever(gradient, theta, learning_rate, enough, most):
    while True:
        theta = theta - learning_rate * gradient(theta)


def descend_with_no_limit(gradient, theta, learning_rate, enough, most):
    return descend_by_while(gradient, theta, learning_rate, enough, 10**4)


def descend_by_length_one(gradient, theta, learning_rate, enough, most):
    """Every step has the length of the learning rate, whatever the gradient."""
    for steps in range(most):
        g = gradient(theta)
        if np.linalg.norm(g) < enough:
            return theta, steps
        theta = theta - learning_rate * g / np.linalg.norm(g)
    return theta, most


def updates_by_counting(n, batch_size, epochs):
    steps = 0
    for _ in range(epochs):
        for _ in range(0, n, batch_size):
            steps += 1
    return steps


def descend_with_history(gradient, theta, learning_rate, enough, most):
    """Keeps every theta in a list."""
    places = [np.array(theta, dtype=float)]
    while len(places) <= most and np.linalg.norm(gradient(places[-1])) >= enough:
        places.append(places[-1] - learning_rate * np.asarray(gradient(places[-1])))
    return places[-1], len(places) - 1


def descend_in_numbers(gradient, theta, learning_rate, enough, most):
    """Plain Python numbers in a list; the length is computed by hand."""
    theta, steps = [float(number) for number in theta], 0
    for _ in range(most):
        slopes = [float(g) for g in gradient(np.array(theta))]
        if math.hypot(*slopes) < enough:
            break
        theta = [t - learning_rate * g for t, g in zip(theta, slopes)]
        steps += 1
    return theta, np.float64(steps)


def descend_and_break(gradient, theta, learning_rate, enough, most):
    steps, g = 0, gradient(theta)
    while True:
        if (g**2).sum() ** 0.5 < enough or steps >= most:
            break
        theta, steps = theta - learning_rate * g, steps + 1
        g = gradient(theta)
    return (theta, steps)


def descend_step_first(gradient, theta, learning_rate, enough, most):
    """Compares only after a step: wrong for a start at the bottom, and where no step is allowed."""
    steps = 0
    while True:
        theta = theta - learning_rate * gradient(theta)
        steps += 1
        if np.linalg.norm(gradient(theta)) < enough or steps >= most:
            return theta, steps


def descend_never_gives_up_below_two(gradient, theta, learning_rate, enough, most):
    return descend_by_while(gradient, theta, learning_rate, enough, max(most, 2))


def descend_on_a_view(gradient, theta, learning_rate, enough, most):
    """Works on a slice, which is no copy."""
    mine = theta[:]
    for steps in range(most):
        g = gradient(mine)
        if np.linalg.norm(g) < enough:
            return mine, steps
        mine -= learning_rate * g
    return mine, most


def descend_gradient_once(gradient, theta, learning_rate, enough, most):
    g = gradient(theta)
    for steps in range(most):
        if np.linalg.norm(g) < enough:
            return theta, steps
        theta = theta - learning_rate * g
    return theta, most


def step_in_an_array(slope_w, slope_b, w, b, learning_rate):
    """An array of whole numbers truncates what is assigned to it."""
    place = np.array([w, b])
    gw, gb = slope_w(w, b), slope_b(w, b)
    place[0] = w - learning_rate * gw
    place[1] = b - learning_rate * gb
    return place[0], place[1]


def step_by_slice(slope_w, slope_b, w, b, learning_rate):
    place = np.array([w, b], dtype=float)
    place -= learning_rate * np.array([slope_w(w, b), slope_b(w, b)])
    return tuple(place)


RIGHT = {
    "03.loss": [
        loss_by_loop,
        lambda A, Y: np.einsum("so,so->", A - Y, A - Y) / len(A) / 2,
        lambda A, Y: np.mean(np.sum((Y - A) ** 2 / 2, axis=1)),
        lambda A, Y: 0.5 * np.linalg.norm(A - Y) ** 2 / A.shape[0],
        lambda A, Y: np.mean((A - Y) ** 2) * A.shape[1] / 2,
        lambda A, Y: np.trace((A - Y) @ (A - Y).T) / 2 / len(Y),
        lambda A, Y: [np.vdot(A - Y, A - Y) / (len(A) + len(A))],
        lambda A, Y: np.average([0.5 * sum((a - y) ** 2) for a, y in zip(A, Y)]),
        lambda A, Y: sum(np.var(a - y) + np.mean(a - y) ** 2 for a, y in zip(A.T, Y.T)) / 2,
    ],
    "03.step": [
        step_by_array,
        step_by_moves,
        step_by_slice,
        lambda slope_w, slope_b, w, b, learning_rate: (
            np.array([w, b]) - learning_rate * np.array([slope_w(w, b), slope_b(w, b)])
        ),
        lambda slope_w, slope_b, w, b, learning_rate: [
            x - learning_rate * slope(w, b) for x, slope in [(w, slope_w), (b, slope_b)]
        ],
        lambda slope_w, slope_b, w, b, learning_rate: (
            np.subtract(w, np.multiply(learning_rate, slope_w(w, b))),
            -learning_rate * slope_b(w, b) + b,
        ),
    ],
    "03.limit": [
        limit_by_bisection,
        lambda slope, x: 1 / ((slope(x + 1e-3) - slope(x - 1e-3)) / 4e-3),
        lambda slope, x: 2 / (slope(1) - slope(0)),
        lambda slope, x: -2 / (slope(-1) - slope(0)),
        lambda slope, x: 2 / np.polyfit([0, 1, 2], [slope(0), slope(1), slope(2)], 1)[0],
        lambda slope, x: 4 / (slope(x + 1) - slope(x - 1)),
        lambda slope, x: 200 / np.diff([slope(x), slope(x + 100)]),
        lambda slope, x: np.float64(2) * 7 / (slope(x + 7.0) - slope(x)),
        lambda slope, x: 2 / np.gradient([slope(k) for k in range(3)])[1],
    ],
    "03.descend": [
        descend_by_while,
        descend_by_recursion,
        descend_with_history,
        descend_in_numbers,
        descend_and_break,
    ],
    "03.updates": [
        updates_by_counting,
        lambda n, batch_size, epochs: math.ceil(n / batch_size) * epochs,
        lambda n, batch_size, epochs: len(range(0, n, batch_size)) * epochs,
        lambda n, batch_size, epochs: epochs * np.ceil(n / batch_size),
        lambda n, batch_size, epochs: (n // batch_size + (n % batch_size > 0)) * epochs,
        lambda n, batch_size, epochs: (n + batch_size - 1) // batch_size * epochs,
        lambda n, batch_size, epochs: ((n - 1) // batch_size + 1) * epochs,
        lambda n, batch_size, epochs: sum(
            len(np.array_split(np.arange(n), np.arange(batch_size, n, batch_size)))
            for _ in range(epochs)
        ),
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
        "cubed": lambda A, Y: np.sum((A - Y) ** 3) / 2 / len(A),
        "a half of the miss, squared": lambda A, Y: np.sum(((A - Y) / 2) ** 2) / len(A),
        "halved twice": lambda A, Y: loss_by_loop(A, Y) / 2,
        "divided by the outputs": lambda A, Y: np.sum((A - Y) ** 2) / (2 * A.shape[1]),
        "one sample fewer": lambda A, Y: np.sum((A - Y) ** 2) / (2 * max(len(A) - 1, 1)),
        "the largest": lambda A, Y: np.max((A - Y) ** 2) / 2,
        "the first sample's": lambda A, Y: np.sum((A[0] - Y[0]) ** 2) / 2,
        "the difference of the squares": lambda A, Y: np.sum(A**2 - Y**2) / 2 / len(A),
        "the sum squared": lambda A, Y: np.sum((A + Y) ** 2) / 2 / len(A),
        "a sign": lambda A, Y: -loss_by_loop(A, Y),
        "always three samples": lambda A, Y: np.sum((A - Y) ** 2) / 6,
        "at most one hundred": lambda A, Y: min(loss_by_loop(A, Y), 100),
        "a matrix product": lambda A, Y: (A - Y).T @ (A - Y) / 2 / len(A),
        "of what was rounded": lambda A, Y: loss_by_loop(A.round(), Y),
        "two times in place of squared": lambda A, Y: np.sum(2 * (A - Y)) / 2 / len(A),
    },
    "03.step": {
        "it stays": lambda slope_w, slope_b, w, b, learning_rate: (w, b),
        "only w moves": lambda slope_w, slope_b, w, b, learning_rate: (
            w - learning_rate * slope_w(w, b),
            b,
        ),
        "b goes uphill": lambda slope_w, slope_b, w, b, learning_rate: (
            w - learning_rate * slope_w(w, b),
            b + learning_rate * slope_b(w, b),
        ),
        "b and w, the other way round": lambda *inputs: step_by_moves(*inputs)[::-1],
        "w alone is given": lambda *inputs: step_by_moves(*inputs)[0],
        "one slope for both": lambda slope_w, slope_b, w, b, learning_rate: (
            w - learning_rate * slope_w(w, b),
            b - learning_rate * slope_w(w, b),
        ),
        "a step of length one": lambda slope_w, slope_b, w, b, learning_rate: (
            w - learning_rate * np.sign(slope_w(w, b)),
            b - learning_rate * np.sign(slope_b(w, b)),
        ),
        "whole numbers in an array": step_in_an_array,
        "both slopes asked for at (w, w)": lambda slope_w, slope_b, w, b, learning_rate: (
            w - learning_rate * slope_w(w, w),
            b - learning_rate * slope_b(w, w),
        ),
        "b and w exchanged in the call": lambda slope_w, slope_b, w, b, learning_rate: (
            w - learning_rate * slope_w(b, w),
            b - learning_rate * slope_b(b, w),
        ),
        "slopes at 0": lambda slope_w, slope_b, w, b, learning_rate: (
            w - learning_rate * slope_w(0, 0),
            b - learning_rate * slope_b(0, 0),
        ),
        "the rate taken away": lambda slope_w, slope_b, w, b, learning_rate: (
            w - learning_rate - slope_w(w, b),
            b - learning_rate - slope_b(w, b),
        ),
        "the functions themselves": lambda slope_w, slope_b, w, b, learning_rate: (
            slope_w,
            slope_b,
        ),
        "the slopes": lambda slope_w, slope_b, w, b, learning_rate: (slope_w(w, b), slope_b(w, b)),
        "three things": lambda *inputs: (*step_by_moves(*inputs), inputs[-1]),
        "added up": lambda *inputs: sum(step_by_moves(*inputs)),
        "never further than 100": lambda *inputs: tuple(np.clip(step_by_moves(*inputs), -100, 100)),
        "rounded": lambda *inputs: tuple(np.round(step_by_moves(*inputs), 3)),
        "the rate squared": lambda slope_w, slope_b, w, b, learning_rate: step_by_moves(
            slope_w, slope_b, w, b, learning_rate**2
        ),
        "half a step": lambda slope_w, slope_b, w, b, learning_rate: step_by_moves(
            slope_w, slope_b, w, b, learning_rate / 2
        ),
        "only b moves": lambda slope_w, slope_b, w, b, learning_rate: (
            w,
            b - learning_rate * slope_b(w, b),
        ),
        "two steps": lambda slope_w, slope_b, w, b, learning_rate: step_by_moves(
            slope_w, slope_b, *step_by_moves(slope_w, slope_b, w, b, learning_rate), learning_rate
        ),
        "the rate divides": lambda slope_w, slope_b, w, b, learning_rate: step_by_moves(
            slope_w, slope_b, w, b, 1 / learning_rate
        ),
        "multiplied": lambda slope_w, slope_b, w, b, learning_rate: (
            w * (1 - learning_rate * slope_w(w, b)),
            b * (1 - learning_rate * slope_b(w, b)),
        ),
    },
    "03.limit": {
        "always 2": lambda slope, x: 2.0,
        "the way between is not divided by": lambda slope, x: 2 / (slope(x + 0.5) - slope(x)),
        "the sign": lambda slope, x: 2 / (slope(x) - slope(x + 1)),
        "divided by x": lambda slope, x: 2 * x / slope(x),
        "on both sides, divided once": lambda slope, x: 2 / (slope(x + 1) - slope(x - 1)),
        "of the slope where one stands": lambda slope, x: 2 * abs(slope(x)),
        "by the distance to 0": lambda slope, x: 2 * x / (slope(x) - slope(0) or 1),
        "to where one step leads, and stuck at the bottom": lambda slope, x: (
            2 * slope(x) / (slope(x + slope(x)) - slope(x) or 1)
        ),
        "always positive, always below 10": lambda slope, x: min(10, 2 / (slope(1) - slope(0))),
        "the first rate of a list that leaps": lambda slope, x: next(
            learning_rate
            for learning_rate in np.arange(0.01, 200, 0.01)
            if abs(slope(x + 1 - learning_rate * slope(x + 1))) > abs(slope(x + 1))
        ),
        "its square": lambda slope, x: 4 / (slope(1) - slope(0)) ** 2,
        "a step that is rounded away": lambda slope, x: (
            2e-17 / (slope(x + 1e-17) - slope(x) + 1e-30)
        ),
        "the function": lambda slope, x: slope,
        "half of the change": lambda slope, x: (slope(x + 1) - slope(x)) / 2,
        "three over the curvature": lambda slope, x: 3 / (slope(x + 1) - slope(x)),
        "rounded": lambda slope, x: round(2 / (slope(1) - slope(0)), 2),
        "a little below": lambda slope, x: 0.999 * limit_by_bisection(slope, x),
        "the curvature of the slope": lambda slope, x: (
            2 / (slope(x + 1) - 2 * slope(x) + slope(x - 1) + 1e-9)
        ),
    },
    "03.descend": {
        "it stays": lambda gradient, theta, learning_rate, enough, most: (theta, 0),
        "it changes its input": descend_in_place,
        "one counted too few": descend_with(less=1),
        "one counted too many": descend_with(less=-1),
        "counted from one": descend_with(start=1),
        "the rate is halved": descend_with(stride=0.5),
        "the largest slope": descend_with(resting=lambda g: np.abs(g).max()),
        "the sum of the slopes": descend_with(resting=lambda g: abs(g.sum())),
        "the square of the length": descend_with(resting=lambda g: g @ g),
        "at least one step": descend_step_first,
        "at least two steps may be taken": descend_never_gives_up_below_two,
        "it moves a slice of what it was given": descend_on_a_view,
        "the gradient before the loop": descend_gradient_once,
        "at most ten steps": lambda gradient, theta, learning_rate, enough, most: descend_by_while(
            gradient, theta, learning_rate, enough, min(most, 10)
        ),
        "one step more when it gives up": lambda gradient, theta, learning_rate, enough, most: (
            descend_by_while(gradient, theta, learning_rate, enough, most + 1)
        ),
        "one step less when it gives up": lambda gradient, theta, learning_rate, enough, most: (
            descend_by_while(gradient, theta, learning_rate, enough, most - 1)
        ),
        "a limit of its own": lambda gradient, theta, learning_rate, enough, most: descend_by_while(
            gradient, theta, learning_rate, 1e-6, most
        ),
        "the gradient where it rests": lambda gradient, theta, learning_rate, enough, most: (
            gradient(descend_by_while(gradient, theta, learning_rate, enough, most)[0]),
            descend_by_while(gradient, theta, learning_rate, enough, most)[1],
        ),
        "the mean of the squares": descend_with(resting=lambda g: np.sqrt(np.mean(g**2))),
        "the sum of the sizes": descend_with(resting=lambda g: np.abs(g).sum()),
        "just as long": descend_with(resting=lambda g: np.linalg.norm(g) - 1e-12),
        "an error when it does not rest": lambda gradient, theta, learning_rate, enough, most: (
            descend_by_while(gradient, theta, learning_rate, enough, most)[0],
            next(
                k
                for k in range(most)
                if descend_by_while(gradient, theta, learning_rate, enough, most)[1] == k
            ),
        ),
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
        "almost rounded up": lambda n, batch_size, epochs: int(n / batch_size + 0.99) * epochs,
        "rounded up for odd numbers": lambda n, batch_size, epochs: (
            (n + n % 2) // batch_size * epochs
        ),
        "what is left over makes single steps": lambda n, batch_size, epochs: (
            (n // batch_size + n % batch_size) * epochs
        ),
        "the last batch once": lambda n, batch_size, epochs: (
            n // batch_size * epochs + (n % batch_size > 0)
        ),
        "a rest in the first epoch": lambda n, batch_size, epochs: (
            math.ceil(n / batch_size) + n // batch_size * (epochs - 1)
        ),
        "one epoch too many": lambda n, batch_size, epochs: -(-n // batch_size) * (epochs + 1),
        "one epoch too few": lambda n, batch_size, epochs: -(-n // batch_size) * (epochs - 1),
        "upside down": lambda n, batch_size, epochs: math.ceil(batch_size / n) * epochs,
        "the size of the last batch": lambda n, batch_size, epochs: n % batch_size,
        "a list of them": lambda n, batch_size, epochs: [-(-n // batch_size)] * epochs,
        "a text": lambda n, batch_size, epochs: f"{-(-n // batch_size) * epochs} steps",
        "added": lambda n, batch_size, epochs: -(-n // batch_size) + epochs,
        "to the power": lambda n, batch_size, epochs: (-(-n // batch_size)) ** epochs,
    },
}
