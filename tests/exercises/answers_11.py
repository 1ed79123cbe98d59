"""Right and wrong answers to exercise 11, for tests/course/test_exercise_checks.py."""

import numpy as np

# Passes


def passes_by_seen(steps, batch_size, n):
    seen = 0
    for _ in range(steps):
        seen += batch_size
    return seen / n


# First weights


def sized_by_variance(U):
    """Any even draw, brought to the variance that is wanted."""
    wanted, has = 1 / len(U), 1 / 3
    return U * (wanted / has) ** 0.5


def sized_by_rows(U):
    return np.array([[u * 3**0.5 * U.shape[0] ** -0.5 for u in row] for row in U])


def sized_in_place(U):
    U *= np.sqrt(3 / len(U))
    return U


# A slope, measured


def apart_one_by_one(slope, z):
    worst = 0.0
    for value in z:
        nudged = (np.tanh(value + 1e-5) - np.tanh(value - 1e-5)) / 2e-5
        worst = max(worst, abs(slope(np.tanh(value)) - nudged))
    return worst


def apart_by_gradient(slope, z):
    h = 1e-5
    ends = np.tanh([z - h, z + h])
    return np.max(np.abs(np.diff(ends, axis=0)[0] / (2 * h) - slope(np.tanh(z))))


# A step


def step_by_loops(W1, W2, x, y, rate):
    a0 = [*x, 1.0]
    a1 = [np.tanh(sum(a * w for a, w in zip(a0, column))) for column in W1.T] + [1.0]
    a2 = [np.tanh(sum(a * w for a, w in zip(a1, column))) for column in W2.T]
    d2 = [(a - t) * (1 - a * a) for a, t in zip(a2, y)]
    d1 = [(1 - a1[j] ** 2) * sum(w * d for w, d in zip(W2[j], d2)) for j in range(W1.shape[1])]
    new1 = [[w - rate * a * d for w, d in zip(row, d1)] for row, a in zip(W1, a0)]
    new2 = [[w - rate * a * d for w, d in zip(row, d2)] for row, a in zip(W2, a1)]
    return np.array(new1), np.array(new2)


def step_by_biases(W1, W2, x, y, rate):
    """The constant's rows as biases."""
    V1, b1, V2, b2 = W1[:-1], W1[-1], W2[:-1], W2[-1]
    a1 = np.tanh(x @ V1 + b1)
    a2 = np.tanh(a1 @ V2 + b2)
    d2 = (a2 - y) * (1 - a2**2)
    d1 = V2 @ d2 * (1 - a1**2)
    return (
        np.vstack([V1 - rate * x[:, None] * d1, b1 - rate * d1]),
        np.vstack([V2 - rate * a1[:, None] * d2, b2 - rate * d2]),
    )


def step_like_the_post(W1, W2, x, y, rate, slope=lambda a: 1 - a**2):
    """The sign of the error turned round, and the step added."""
    a0 = np.append(x, 1)
    a1 = np.append(np.tanh(a0 @ W1), 1)
    a2 = np.tanh(a1 @ W2)
    d2 = (y - a2) * slope(a2)
    d1 = (d2 @ W2.T * slope(a1))[:-1]
    return W1 + rate * np.outer(a0, d1), W2 + rate * np.outer(a1, d2)


def step_from_z(W1, W2, x, y, rate):
    """The slope computed from z, 1/cosh²."""
    a0 = np.hstack([x, 1])
    z1 = a0 @ W1
    a1 = np.hstack([np.tanh(z1), 1])
    z2 = a1 @ W2
    d2 = (np.tanh(z2) - y) / np.cosh(z2) ** 2
    d1 = W2[:-1] @ d2 / np.cosh(z1) ** 2
    return [W1 - rate * np.outer(a0, d1), W2 - rate * np.outer(a1, d2)]


def step_in_place(W1, W2, *rest):
    new1, new2 = step_by_biases(W1, W2, *rest)
    W1[:], W2[:] = new1, new2
    return W1, W2


def step_of(*parts):
    return lambda *inputs: [step_by_biases(*inputs)[k] for k in parts]


# A count


def share_by_counting(outputs, y):
    learned = 0
    for row in outputs:
        learned += all((a > 0.5) == (t > 0.5) for a, t in zip(row, y))
    return learned / len(outputs)


def share_by_minimum(outputs, y):
    return np.mean(np.where(y == 1, outputs, 1 - outputs).min(axis=1) > 0.5)


def share_by_sums(outputs, y):
    return (np.sum((outputs > 0.5) == y, axis=1) == len(y)).sum() / outputs.shape[0]


RIGHT = {
    "11.passes": [
        passes_by_seen,
        lambda steps, batch_size, n: steps / (n / batch_size),
        lambda steps, batch_size, n: np.float64(batch_size) / n * steps,
    ],
    "11.sized": [
        sized_by_variance,
        sized_by_rows,
        lambda U: np.sqrt(3) * U / np.sqrt(U.shape[0]),
        lambda U: U / np.sqrt(np.shape(U)[0] / 3),
    ],
    "11.apart": [
        apart_one_by_one,
        apart_by_gradient,
        lambda slope, z: max(abs(slope(np.tanh(z)) - np.cosh(z) ** -2.0)),
    ],
    "11.step": [step_by_loops, step_by_biases, step_like_the_post, step_from_z],
    "11.solved_share": [share_by_counting, share_by_minimum, share_by_sums],
    "11.prediction": ["the slope from a", " The slope from a"],
}

WRONG = {
    "11.passes": {
        "zero": lambda steps, batch_size, n: 0.0,
        "steps": lambda steps, batch_size, n: steps,
        "steps over n": lambda steps, batch_size, n: steps / n,
        "over the batch": lambda steps, batch_size, n: steps / batch_size / n,
        "complete ones": lambda steps, batch_size, n: steps * batch_size // n,
        "rounded": lambda steps, batch_size, n: round(steps * batch_size / n),
        "samples seen": lambda steps, batch_size, n: steps * batch_size,
        "one over it": lambda steps, batch_size, n: n / steps / batch_size,
        "one too many": lambda steps, batch_size, n: steps * batch_size / n + 1,
    },
    "11.sized": {
        "as drawn": lambda U: U,
        "0.25": lambda U: 0.25 * U,
        "no 3": lambda U: U / np.sqrt(len(U)),
        "the other axis": lambda U: U * np.sqrt(3 / U.shape[1]),
        "no root": lambda U: U * 3 / len(U),
        "a root of 3": lambda U: U * np.sqrt(3) / len(U),
        "for relu": lambda U: U * np.sqrt(6 / len(U)),
        "both axes": lambda U: U * np.sqrt(6 / sum(U.shape)),
        "the size of the array": lambda U: U * np.sqrt(3 / U.size),
        "by its own spread": lambda U: U / U.std() / np.sqrt(len(U)),
        "drawn anew": lambda U: np.random.default_rng(7).uniform(-1, 1, U.shape) * 3**0.5,
        "transposed": lambda U: (U * np.sqrt(3 / len(U))).T,
        "what was given is changed": sized_in_place,
    },
    "11.apart": {
        "zero": lambda slope, z: 0.0,
        "slope of z": lambda slope, z: abs(slope(z) - np.cosh(z) ** -2.0).max(),
        "nudged in a": lambda slope, z: abs(slope(np.tanh(z)) - np.cosh(np.tanh(z)) ** -2.0).max(),
        "mean": lambda slope, z: abs(slope(np.tanh(z)) - np.cosh(z) ** -2.0).mean(),
        "with its sign": lambda slope, z: (slope(np.tanh(z)) - np.cosh(z) ** -2.0).max(),
        "over h": lambda slope, z: abs(slope(np.tanh(z)) - 2 * np.cosh(z) ** -2.0).max(),
        "the formula": lambda slope, z: abs(
            (1 - np.tanh(np.tanh(z)) ** 2) - np.cosh(z) ** -2.0
        ).max(),
        "one distance a place": lambda slope, z: abs(slope(np.tanh(z)) - np.cosh(z) ** -2.0),
        "the first place": lambda slope, z: abs(slope(np.tanh(z)) - np.cosh(z) ** -2.0)[0],
        "the largest slope": lambda slope, z: slope(np.tanh(z)).max(),
        "squared": lambda slope, z: ((slope(np.tanh(z)) - np.cosh(z) ** -2.0) ** 2).max(),
        "the sum": lambda slope, z: abs(slope(np.tanh(z)) - np.cosh(z) ** -2.0).sum(),
    },
    "11.step": {
        "unchanged": lambda W1, W2, x, y, rate: (W1, W2),
        "the post's slope": lambda *inputs: step_like_the_post(
            *inputs, slope=lambda a: 1 - np.tanh(a) ** 2
        ),
        "no slope": lambda *inputs: step_like_the_post(*inputs, slope=np.ones_like),
        "uphill": lambda W1, W2, x, y, rate: step_by_biases(W1, W2, x, y, -rate),
        "twice the rate": lambda W1, W2, x, y, rate: step_by_biases(W1, W2, x, y, 2 * rate),
        "no rate": lambda W1, W2, x, y, rate: step_by_biases(W1, W2, x, y, 1.5),
        "W1 alone": lambda W1, W2, *rest: (step_by_biases(W1, W2, *rest)[0], W2),
        "W2 alone": lambda W1, W2, *rest: (W1, step_by_biases(W1, W2, *rest)[1]),
        "W2 first": step_of(1, 0),
        "one of two": step_of(0),
        "the steps alone": lambda W1, W2, *rest: [
            new - old for new, old in zip(step_by_biases(W1, W2, *rest), (W1, W2))
        ],
        "without the constants": lambda W1, W2, *rest: [
            np.vstack([new[:-1], old[-1:]])
            for new, old in zip(step_by_biases(W1, W2, *rest), (W1, W2))
        ],
        "what was given is changed": step_in_place,
    },
    "11.solved_share": {
        "none": lambda outputs, y: 0.0,
        "points": lambda outputs, y: ((outputs > 0.5) == y).mean(),
        "any": lambda outputs, y: ((outputs > 0.5) == y).any(axis=1).mean(),
        "how many": lambda outputs, y: ((outputs > 0.5) == y).all(axis=1).sum(),
        "above 0": lambda outputs, y: ((outputs > 0) == y).all(axis=1).mean(),
        "rounded": lambda outputs, y: (outputs.round(1) == y).all(axis=1).mean(),
        "the other axis": lambda outputs, y: ((outputs > 0.5) == y).all(axis=0).mean(),
        "which": lambda outputs, y: ((outputs > 0.5) == y).all(axis=1),
        "those that failed": lambda outputs, y: 1 - ((outputs > 0.5) == y).all(axis=1).mean(),
        "percent": lambda outputs, y: 100 * ((outputs > 0.5) == y).all(axis=1).mean(),
        "the yeses": lambda outputs, y: (outputs[:, y == 1] > 0.5).all(axis=1).mean(),
        "near enough": lambda outputs, y: (abs(outputs - y) < 0.1).all(axis=1).mean(),
    },
    "11.prediction": {
        "the right one": "the slope from z",
        "both": "both about equally often",
    },
}
