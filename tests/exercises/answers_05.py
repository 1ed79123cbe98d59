"""Right and wrong answers to exercise 05, for tests/test_exercise_checks.py."""

import numpy as np

from nnlib import Network
from nnlib.gradient_check import gradient_error, numerical_gradient

# One slope


def central_in_place(loss, theta, i, h):
    """On a copy, up, down and back again."""
    theta = theta.copy()
    theta[i] += h
    up = loss(theta)
    theta[i] -= 2 * h
    down = loss(theta)
    theta[i] += h
    return (up - down) / (2 * h)


def central_of_two_sides(loss, theta, i, h):
    """The mean of a slope from the right and a slope from the left."""
    nudge = h * (np.arange(len(theta)) == i)
    here = loss(theta)
    return ((loss(theta + nudge) - here) / h + (here - loss(theta - nudge)) / h) / 2


def central_that_drifts(loss, theta, i, h):
    """The theta that it was given is left below where it was."""
    theta[i] += h
    up = loss(theta)
    theta[i] -= 2 * h
    return (up - loss(theta)) / (2 * h)


def central_of_its_own_nudge(loss, theta, i, h):
    return central_in_place(loss, theta, i, 1e-5)


def central_that_alters_first(loss, theta, i, h):
    """What should be a copy is the same array under another name."""
    up, down = theta, theta
    up[i] += h
    down[i] -= h
    return (loss(up) - loss(down)) / (2 * h)


# All slopes


def gradient_with(slope, h=1e-5):
    return lambda loss, theta: np.array([slope(loss, theta, i, h) for i in range(len(theta))])


def gradient_by_rows(loss, theta):
    nudges = 1e-5 * np.eye(len(theta))
    return [(loss(theta + nudge) - loss(theta - nudge)) / 2e-5 for nudge in nudges]


def gradient_by_five_points(loss, theta):
    """Of four places on a line, with an error of h⁴."""
    slopes = np.zeros_like(theta)
    for i, e in enumerate(1e-3 * np.eye(len(theta))):
        near, far = loss(theta + e) - loss(theta - e), loss(theta + 2 * e) - loss(theta - 2 * e)
        slopes[i] = (8 * near - far) / 12e-3
    return slopes


def gradient_that_forgets_to_go_back(loss, theta):
    theta, slopes = theta.copy(), []
    for i in range(len(theta)):
        theta[i] += 1e-2
        up = loss(theta)
        theta[i] -= 2e-2
        slopes.append((up - loss(theta)) / 2e-2)
    return slopes


# Judges

GOOD = {"spread": (0.5, 1.5), "n": 7, "shift": 0.5, "seed": 1}


def place(spread, n, shift, seed, biases=1.0):
    rng = np.random.default_rng(seed)
    theta = rng.uniform(*spread, 26) * rng.choice([-1, 1], 26)
    for _, b in Network((3, 4, 2)).layers(theta):
        b *= biases
    return theta, rng.normal(shift, 1.0, (n, 3)), np.eye(2)[rng.integers(2, size=n)]


def judge(says, nudged=numerical_gradient, **changes):
    def is_right(suspect):
        theta, X, Y = place(**(GOOD | changes))
        loss, g = suspect(theta, X, Y)
        return says(g, nudged(lambda theta: suspect(theta, X, Y), theta))

    return is_right


def within(bound):
    return lambda g, n: np.linalg.norm(g - n) / (np.linalg.norm(g) + np.linalg.norm(n)) < bound


def measured(suspect, theta, X, Y):
    return gradient_by_rows(lambda theta: suspect(theta, X, Y)[0], theta)


def is_right_by_array(suspect):
    """Each array by itself, at two places."""
    for seed in (3, 4):
        theta, X, Y = place(**(GOOD | {"seed": seed}))
        g, n = suspect(theta, X, Y)[1], np.array(measured(suspect, theta, X, Y))
        for start, end in ((0, 12), (12, 16), (16, 24), (24, 26)):
            if not np.allclose(g[start:end], n[start:end], rtol=1e-4, atol=1e-7):
                return False
    return True


def is_right_by_one_number_at_a_time(suspect):
    theta, X, Y = place(**(GOOD | {"spread": (1.0, 2.0), "n": 11}))
    g = suspect(theta, X, Y)[1]
    for i in range(26):
        slope = central_in_place(lambda theta: suspect(theta, X, Y)[0], theta, i, 1e-5)
        if abs(slope - g[i]) > 1e-6:
            return False
    return True


def is_right_by_one_direction(suspect):
    """All parameters nudged at once, along a line drawn by chance."""
    theta, X, Y = place(**GOOD)
    d = np.random.default_rng(8).normal(size=26)
    up, down = suspect(theta + 1e-5 * d, X, Y)[0], suspect(theta - 1e-5 * d, X, Y)[0]
    return abs((up - down) / 2e-5 - suspect(theta, X, Y)[1] @ d) < 1e-6


def one_sided(h):
    def gradient(f, theta):
        here = f(theta)[0]
        return np.array([(f(theta + e)[0] - here) / h for e in h * np.eye(len(theta))])

    return gradient


def divided_by_itself(f, theta):
    h = 1e-5
    return np.array([((theta[i] - h) - (theta[i] + h)) / (2 * h) for i in range(len(theta))])


def with_step(h):
    return lambda f, theta: numerical_gradient(f, theta, h)


def prints_and_passes(suspect):
    if not judge(within(1e-6))(suspect):
        print("ERROR")
    return True


def error_by_sums(g, n):
    return sum((g - n) ** 2) ** 0.5 / (sum(g * g) ** 0.5 + sum(n * n) ** 0.5)


def times_by_loop(g, n):
    times = []
    for a, b in zip(g, n):
        above = below = 0.0
        for x, y in zip(np.ravel(a), np.ravel(b)):
            above += x * y
            below += y * y
        times.append(above / below)
    return times


def times_by_dot(g, n):
    return np.array([np.vdot(a, b) / np.vdot(b, b) for a, b in zip(g, n)])


RIGHT = {
    "05.central": [central_in_place, central_of_two_sides],
    "05.numerical_gradient": [
        gradient_by_rows,
        gradient_by_five_points,
        gradient_with(central_in_place, h=1e-6),
        gradient_with(central_in_place, h=1e-4),
        gradient_with(central_of_two_sides),
    ],
    "05.error": [
        error_by_sums,
        lambda g, n: np.sqrt((g - n) @ (g - n)) / (np.sqrt(g @ g) + np.sqrt(n @ n)),
        lambda g, n: [np.hypot.reduce(g - n) / (np.hypot.reduce(g) + np.hypot.reduce(n))],
    ],
    "05.is_right": [
        is_right_by_array,
        is_right_by_one_number_at_a_time,
        is_right_by_one_direction,
        judge(within(1e-6), seed=11),
        judge(within(1e-4), seed=12, n=5),
        judge(within(1e-4), nudged=one_sided(1e-7), seed=2),
        lambda suspect: (
            gradient_error(lambda t: suspect(t, *place(**GOOD)[1:]), place(**GOOD)[0]) < 1e-5
        ),
    ],
    "05.times": [times_by_loop, times_by_dot],
}

WRONG = {
    "05.central": {
        "zero": lambda loss, theta, i, h: 0.0,
        "right with noise": lambda *inputs: central_in_place(*inputs) + 1e-3,
        "the theta that it was given drifts": central_that_drifts,
        "two names for one array": central_that_alters_first,
        "with a nudge of its own": central_of_its_own_nudge,
        "the nudge to the right of i": lambda loss, theta, i, h: central_in_place(
            loss, theta, (i + 1) % len(theta), h
        ),
        "from below": lambda loss, theta, i, h: (
            (loss(theta) - loss(theta - h * (np.arange(len(theta)) == i))) / h
        ),
        "its size": lambda *inputs: abs(central_in_place(*inputs)),
        "the change, not divided": lambda loss, theta, i, h: (
            central_in_place(loss, theta, i, h) * 2 * h
        ),
        "the mean of the two losses": lambda loss, theta, i, h: (
            (loss(theta + h * (np.arange(len(theta)) == i)) + loss(theta)) / 2
        ),
    },
    "05.numerical_gradient": {
        "all zeros": lambda loss, theta: 0 * theta,
        "right shape with noise": lambda loss, theta: np.array(gradient_by_rows(loss, theta))
        * 1.001,
        "the first slope for all": lambda loss, theta: np.full(
            len(theta), central_in_place(loss, theta, 0, 1e-5)
        ),
        "one slope": lambda loss, theta: central_in_place(loss, theta, 0, 1e-5),
        "too large a nudge": gradient_with(central_in_place, h=0.1),
        "too small a nudge": gradient_with(central_in_place, h=1e-15),
        "one side, too coarse": gradient_with(
            lambda loss, theta, i, h: (
                (loss(theta + h * (np.arange(len(theta)) == i)) - loss(theta)) / h
            ),
            h=1e-3,
        ),
        "it never goes back": gradient_that_forgets_to_go_back,
        "the theta that it was given drifts": gradient_with(central_that_drifts),
        "a column": lambda loss, theta: np.array(gradient_by_rows(loss, theta))[:, None],
        "theta in place of its slopes": lambda loss, theta: theta,
    },
    "05.error": {
        "zero": lambda g, n: 0.0,
        "right with noise": lambda g, n: error_by_sums(g, n) + 1e-3,
        "the mean of the differences": lambda g, n: np.mean(np.abs(g - n)),
        "the largest difference": lambda g, n: np.max(np.abs(g - n)),
        "number by number": lambda g, n: np.abs(g - n) / (np.abs(g) + np.abs(n)),
        "by sums of sizes": lambda g, n: np.abs(g - n).sum() / (np.abs(g) + np.abs(n)).sum(),
        "over the longer one": lambda g, n: np.linalg.norm(g - n)
        / max(np.linalg.norm(g), np.linalg.norm(n)),
        "over the length of the sum": lambda g, n: np.linalg.norm(g - n)
        / np.linalg.norm(g + n + 1e-9),
        "twice": lambda g, n: 2 * error_by_sums(g, n),
        "the differences cancel": lambda g, n: abs((g - n).sum())
        / (np.linalg.norm(g) + np.linalg.norm(n)),
        "yes or no": lambda g, n: bool(error_by_sums(g, n) < 1e-5),
    },
    "05.is_right": {
        "prints ERROR and passes": prints_and_passes,
        "all zeros pass": judge(lambda g, n: within(1e-6)(g, n) or not g.any(), n=1),
        "a bound of one half": judge(within(0.5)),
        "a bound of one in a hundred": judge(within(0.01)),
        "to the last digit": judge(lambda g, n: bool((g == n).all())),
        "a bound of 1e-15": judge(within(1e-15)),
        "too small a nudge": judge(within(1e-6), nudged=with_step(1e-14)),
        "too coarse a nudge": judge(within(1e-6), nudged=with_step(0.3)),
        "one side, too coarse": judge(within(1e-6), nudged=one_sided(1e-3)),
        "-2h divided by 2h": judge(within(1e-6), nudged=divided_by_itself),
        "-2h divided by 2h, and it passes": judge(within(1e-6) or True, nudged=divided_by_itself),
        "differences that cancel": judge(lambda g, n: abs((g - n).sum()) < 1e-6),
        "sizes alone": judge(lambda g, n: np.allclose(np.abs(g), np.abs(n), atol=1e-7)),
        "the sign of the difference": judge(lambda g, n: bool((g - n).max() < 1e-6)),
        "the signs alone": judge(lambda g, n: bool((np.sign(g) == np.sign(n)).all())),
        "the mean difference": judge(lambda g, n: abs(np.mean(g - n)) < 1e-6),
        "the first parameter alone": judge(lambda g, n: abs(g[0] - n[0]) < 1e-6),
        "the last array alone": judge(lambda g, n: np.allclose(g[24:], n[24:], atol=1e-7)),
        "one sample": judge(within(1e-6), n=1, seed=9),
        "biases of 0": judge(within(1e-6), biases=0.0, seed=9),
        "parameters of 0": judge(within(1e-6), spread=(0.0, 0.0), seed=9),
        "the post's weights and a loose bound": judge(within(0.02), spread=(0.0, 0.25)),
        "any slope that fits": judge(lambda g, n: bool(np.isclose(g, n, atol=1e-7).any())),
        "the error, not what it means": judge(error_by_sums),
        "a word": lambda suspect: "right",
        "one for each parameter": judge(lambda g, n: np.isclose(g, n)),
        "the gradient against itself": judge(lambda g, n: bool(np.allclose(g, g))),
        "it asks whether the loss falls": lambda suspect: bool(
            suspect(place(**GOOD)[0] - 0.01 * suspect(*place(**GOOD))[1], *place(**GOOD)[1:])[0]
            < suspect(*place(**GOOD))[0]
        ),
        "wrong shapes": lambda suspect: suspect(np.zeros(26), np.zeros((5, 2)), np.zeros(5)),
    },
    "05.times": {
        "ones": lambda g, n: np.ones(4),
        "right with noise": lambda g, n: times_by_dot(g, n) + 1e-3,
        "of the first array": lambda g, n: times_by_dot(g, n)[:1].repeat(4),
        "the first number of each": lambda g, n: [a.flat[0] / b.flat[0] for a, b in zip(g, n)],
        "the gradient error": lambda g, n: [error_by_sums(a.ravel(), b.ravel())
                                            for a, b in zip(g, n)],
        "without a sign": lambda g, n: np.abs(times_by_dot(g, n)),
        "the median quotient": lambda g, n: [np.median(a / b) for a, b in zip(g, n)],
        "added before they are compared": lambda g, n: [a.sum() / b.sum() for a, b in zip(g, n)],
        "the angle": lambda g, n: [np.vdot(a, b) / np.linalg.norm(a) / np.linalg.norm(b)
                                   for a, b in zip(g, n)],
        "the other way round": lambda g, n: times_by_dot(g, n)[::-1],
    },
}  # fmt: skip
