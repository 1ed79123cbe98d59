"""Right and wrong answers to exercise 07, for tests/course/test_exercise_checks.py."""

from math import dist, hypot

import numpy as np

from nnlib import Network
from nnlib.gradient_check import gradient_error, numerical_gradient

# One slope


def central_in_place(loss, theta, i, h):
    """Moves a copy up, down and back."""
    theta = theta.copy()
    theta[i] += h
    up = loss(theta)
    theta[i] -= 2 * h
    down = loss(theta)
    theta[i] += h
    return (up - down) / (2 * h)


def central_of_two_sides(loss, theta, i, h):
    """The mean of a forward and a backward difference."""
    nudge = h * (np.arange(len(theta)) == i)
    here = loss(theta)
    return ((loss(theta + nudge) - here) / h + (here - loss(theta - nudge)) / h) / 2


def central_with_lists(loss, theta, i, h):
    """In plain Python, without a new array."""
    up, down = list(theta), list(theta)
    up[i], down[i] = up[i] + h, down[i] - h
    return (loss(np.array(up)) - loss(np.array(down))) / (2 * h)


def central_by_where(loss, theta, i, h):
    here = np.arange(theta.size) == i
    return (loss(np.where(here, theta + h, theta)) - loss(np.where(here, theta - h, theta))) / 2 / h


def central_that_puts_back(loss, theta, i, h):
    """On theta itself; the old number is put back."""
    old, losses = theta[i], []
    for sign in (1, -1):
        theta[i] = old + sign * h
        losses.append(loss(theta))
    theta[i] = old
    return np.subtract(*losses) / (2 * h)


def central_along_a_line(loss, theta, i, h):
    """The loss as a function of one number, and the slope of its chord."""

    def along(t):
        return loss(theta + t * np.identity(len(theta))[i])

    return np.diff([along(-h), along(h)]) / (h + h)


def central_of_odd_part(loss, theta, i, h):
    e = np.eye(1, len(theta), i).ravel()
    return np.dot([0.5, -0.5], [loss(theta + s * h * e) for s in (1, -1)]) / h


def central_by_fit(loss, theta, i, h):
    """The derivative of the parabola through three points."""
    e = h * np.eye(len(theta))[i]
    return np.polyfit([-1, 0, 1], [loss(theta + t * e) for t in (-1, 0, 1)], 2)[1] / h


def sided(up, down, over):
    """The difference of the losses `up` and `down` times h from theta, divided by `over(h)`."""

    def slope(loss, theta, i, h):
        e = h * (np.arange(len(theta)) == i)
        return (loss(theta + up * e) - loss(theta + down * e)) / over(h)

    return slope


def central_of_whole_numbers(loss, theta, i, h):
    """The nudge is in an array of whole numbers, so h becomes 0."""
    nudge = np.zeros(len(theta), dtype=int)
    nudge[i] = h
    return (loss(theta + nudge) - loss(theta - nudge)) / (2 * h)


def central_that_drifts(loss, theta, i, h):
    """The theta that was given is not put back."""
    theta[i] += h
    up = loss(theta)
    theta[i] -= 2 * h
    return (up - loss(theta)) / (2 * h)


def central_of_its_own_nudge(loss, theta, i, h):
    return central_in_place(loss, theta, i, 1e-5)


def central_that_alters_first(loss, theta, i, h):
    """The copy is the same array under another name."""
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
    """A difference of four points, with an error of h⁴."""
    slopes = np.zeros_like(theta)
    for i, e in enumerate(1e-3 * np.eye(len(theta))):
        near, far = loss(theta + e) - loss(theta - e), loss(theta + 2 * e) - loss(theta - 2 * e)
        slopes[i] = (8 * near - far) / 12e-3
    return slopes


def gradient_by_recursion(loss, theta, i=0):
    """By recursion: the first parameter, then the others."""
    if i == len(theta):
        return []
    return [central_in_place(loss, theta, i, 1e-6), *gradient_by_recursion(loss, theta, i + 1)]


def gradient_in_place(loss, theta):
    slopes = np.empty(theta.shape)
    for i in np.ndindex(theta.shape):
        old = theta[i]
        theta[i] = old * (1 + 1e-6) + 1e-7
        up, far = loss(theta), theta[i]
        theta[i] = 2 * old - far
        slopes[i] = (up - loss(theta)) / (2 * (far - old))
        theta[i] = old
    return slopes


def gradient_by_map(loss, theta):
    return np.fromiter(
        (central_of_two_sides(loss, theta, i, 1e-5) for i, _ in enumerate(theta)),
        dtype=float,
    )


def gradient_of_whole_numbers(loss, theta):
    slopes = np.zeros(len(theta), dtype=int)
    for i in range(len(theta)):
        slopes[i] = central_in_place(loss, theta, i, 1e-5)
    return slopes


def gradient_of_the_first(stop):
    """Only one slope is filled in, the others stay 0."""

    def gradient(loss, theta):
        slopes = np.zeros_like(theta)
        for i in range(*stop(len(theta))):
            slopes[i] = central_in_place(loss, theta, i, 1e-5)
        return slopes

    return gradient


def gradient_with_a_change(change):
    return lambda loss, theta: change(np.array(gradient_by_rows(loss, theta)))


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
    """Compares each array by itself, at two places."""
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
    """The slope along a random direction."""
    theta, X, Y = place(**GOOD)
    d = np.random.default_rng(8).normal(size=26)
    up, down = suspect(theta + 1e-5 * d, X, Y)[0], suspect(theta - 1e-5 * d, X, Y)[0]
    return abs((up - down) / 2e-5 - suspect(theta, X, Y)[1] @ d) < 1e-6


def is_right_of(change):
    """A right check at a changed place."""

    def is_right(suspect):
        theta, X, Y = change(*place(**GOOD))
        g = suspect(theta, X, Y)[1]
        return within(1e-6)(g, numerical_gradient(lambda theta: suspect(theta, X, Y), theta))

    return is_right


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


def length(v):
    return np.sqrt(np.einsum("i,i", v, v))


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
    "07.central": [
        central_in_place,
        central_of_two_sides,
        central_with_lists,
        central_by_where,
        central_that_puts_back,
        central_along_a_line,
        central_of_odd_part,
        central_by_fit,
    ],
    "07.numerical_gradient": [
        gradient_by_rows,
        gradient_by_five_points,
        gradient_with(central_in_place, h=1e-6),
        gradient_with(central_in_place, h=1e-4),
        gradient_with(central_of_two_sides),
        gradient_by_recursion,
        gradient_in_place,
        gradient_by_map,
        gradient_with(central_that_puts_back),
        lambda loss, theta: [central_with_lists(loss, theta, i, 2e-5) for i in range(theta.size)],
    ],
    "07.error": [
        error_by_sums,
        lambda g, n: np.sqrt((g - n) @ (g - n)) / (np.sqrt(g @ g) + np.sqrt(n @ n)),
        lambda g, n: [np.hypot.reduce(g - n) / (np.hypot.reduce(g) + np.hypot.reduce(n))],
        lambda g, n: dist(g, n) / (hypot(*g) + hypot(*n)),
        lambda g, n: 1 / ((length(g) + length(n)) / length(np.subtract(n, g))),
        lambda g, n: np.array([[length(g - n) / sum(map(length, (g, n)))]]),
        lambda g, n: length(g / (length(g) + length(n)) - n / (length(g) + length(n))),
        lambda g, n: length(g - n) / (length(g) + length(n) + 1e-12),
    ],
    "07.is_right": [
        is_right_by_array,
        is_right_by_one_number_at_a_time,
        is_right_by_one_direction,
        judge(within(1e-6), seed=11),
        judge(within(1e-4), seed=12, n=5),
        judge(within(1e-4), nudged=one_sided(1e-7), seed=2),
    ],
    "07.times": [
        times_by_loop,
        times_by_dot,
        lambda g, n: [np.linalg.lstsq(b.reshape(-1, 1), a.ravel())[0][0] for a, b in zip(g, n)],
        lambda g, n: tuple(
            np.einsum("ij,ij", a, b) / np.einsum("ij,ij", b, b) for a, b in zip(g, n)
        ),
        lambda g, n: np.divide(*([np.trace(a.T @ b) for a, b in zip(c, n)] for c in (g, n))),
        lambda g, n: list(map(lambda a, b: np.average(a / b, weights=b * b), g, n)),
        lambda g, n: [np.tensordot(a, b) / np.linalg.norm(b) ** 2 for a, b in zip(g, n)],
        lambda g, n: times_by_dot(g[:1], n[:1]).tolist() + (times_by_loop(g[1:], n[1:])),
    ],
}

BORROWED = {
    "07.is_right": {
        "by the library": lambda suspect: (
            gradient_error(lambda t: suspect(t, *place(**GOOD)[1:]), place(**GOOD)[0]) < 1e-6
        ),
    },
    "07.numerical_gradient": {
        "by the library": lambda loss, theta: numerical_gradient(lambda t: (loss(t), None), theta),
    },
}

WRONG = {
    "07.central": {
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
        "from above": sided(1, 0, lambda h: h),
        "over h": sided(1, -1, lambda h: h),
        "over h squared": sided(1, -1, lambda h: h * h),
        "over 4 h": sided(1, -1, lambda h: 4 * h),
        "over h, halved and halved": sided(0.5, -0.5, lambda h: 2 * h),
        "the lower less the upper": sided(-1, 1, lambda h: 2 * h),
        "twice above and once below": sided(2, -1, lambda h: 3 * h),
        "twice as far": sided(2, -2, lambda h: 4 * h),
        "both above": sided(2, 1, lambda h: h),
        "times h": sided(1, -1, lambda h: 1 / (2 * h)),
        "over 2, then times h": sided(1, -1, lambda h: 2 / h),
        "the second slope": lambda loss, theta, i, h: (
            sided(1, 0, lambda h: h)(loss, theta, i, h)
            - sided(0, -1, lambda h: h)(loss, theta, i, h)
        ) / h,
        "a nudge of whole numbers": central_of_whole_numbers,
        "the last parameter": lambda loss, theta, i, h: central_in_place(loss, theta, -1, h),
        "the first parameter": lambda loss, theta, i, h: central_in_place(loss, theta, 0, h),
        "the nudge to the left of i": lambda loss, theta, i, h: central_in_place(
            loss, theta, i - 1, h
        ),
        "one less than the last": lambda loss, theta, i, h: central_in_place(
            loss, theta, min(i, max(0, len(theta) - 2)), h
        ),
        "all of them": lambda loss, theta, i, h: (loss(theta + h) - loss(theta - h)) / (2 * h),
        "the others": lambda loss, theta, i, h: (
            loss(theta + h * (np.arange(len(theta)) != i))
            - loss(theta - h * (np.arange(len(theta)) != i))
        ) / (2 * h),
        "i and the one beside it": lambda loss, theta, i, h: central_in_place(loss, theta, i, h)
        + central_in_place(loss, theta, i - 1, h),
        "theta i in place of its nudge": lambda loss, theta, i, h: (
            loss(theta * (1 + h * (np.arange(len(theta)) == i)))
            - loss(theta * (1 - h * (np.arange(len(theta)) == i)))
        ) / (2 * h),
        "rounded": lambda *inputs: round(central_in_place(*inputs), 3),
        "in single precision": lambda loss, theta, i, h: central_in_place(
            lambda t: np.float32(loss(t)), theta, i, h
        ),
        "the loss itself": lambda loss, theta, i, h: loss(theta),
        "three numbers": lambda *inputs: [central_in_place(*inputs)] * 3,
        "the parameter": lambda loss, theta, i, h: theta[i],
        "the mean of the two losses": lambda loss, theta, i, h: (
            (loss(theta + h * (np.arange(len(theta)) == i)) + loss(theta)) / 2
        ),
    },
    "07.numerical_gradient": {
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
        "in an array of whole numbers": gradient_of_whole_numbers,
        "rounded down": gradient_with_a_change(np.floor),
        "all but the last": gradient_of_the_first(lambda n: (n - 1,)),
        "all but the first": gradient_of_the_first(lambda n: (1, n)),
        "every other": gradient_of_the_first(lambda n: (0, n, 2)),
        "three of them": gradient_of_the_first(lambda n: (min(3, n),)),
        "in the opposite order": gradient_with_a_change(lambda g: g[::-1]),
        "one place too far": gradient_with_a_change(lambda g: np.roll(g, 1)),
        "sizes": gradient_with_a_change(np.abs),
        "signs": gradient_with_a_change(np.sign),
        "squares": gradient_with_a_change(np.square),
        "minus": gradient_with_a_change(np.negative),
        "of length 1": gradient_with_a_change(lambda g: g / np.linalg.norm(g)),
        "rounded to two places": gradient_with_a_change(lambda g: np.round(g, 2)),
        "added up": gradient_with_a_change(np.cumsum),
        "their sum": gradient_with_a_change(np.sum),
        "their mean": gradient_with_a_change(np.mean),
        "divided by their number": gradient_with_a_change(lambda g: g / len(g)),
        "times theta": lambda loss, theta: theta * gradient_by_rows(loss, theta),
        "theta less the slopes": lambda loss, theta: theta - gradient_by_rows(loss, theta),
        "the largest only": gradient_with_a_change(lambda g: np.where(g == g.max(), g, 0)),
        "none above 5": gradient_with_a_change(lambda g: np.clip(g, -5, 5)),
        "one more": gradient_with_a_change(lambda g: np.append(g, 0)),
        "a nudge that grows": lambda loss, theta: [
            central_in_place(loss, theta, i, 0.02 * (i + 1)) for i in range(len(theta))
        ],
        "all at once for each": lambda loss, theta: np.full(
            len(theta), (loss(theta + 1e-5) - loss(theta - 1e-5)) / 2e-5
        ),
        "over h": gradient_with(sided(1, -1, lambda h: h)),
        "losses in single precision": gradient_with(
            lambda loss, theta, i, h: central_in_place(lambda t: np.float32(loss(t)), theta, i, h)
        ),
        "it never goes back": gradient_that_forgets_to_go_back,
        "the theta that it was given drifts": gradient_with(central_that_drifts),
        "a column": lambda loss, theta: np.array(gradient_by_rows(loss, theta))[:, None],
        "theta in place of its slopes": lambda loss, theta: theta,
    },
    "07.error": {
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
        "over the shorter one": lambda g, n: length(g - n) / min(length(g), length(n)),
        "over twice the one": lambda g, n: length(g - n) / (2 * length(n)),
        "over the product": lambda g, n: length(g - n) / (length(g) * length(n)),
        "over the root of the product": lambda g, n: length(g - n)
        / np.sqrt(length(g) * length(n)),
        "over both squared": lambda g, n: length(g - n) / np.hypot(length(g), length(n)),
        "over the sum of the squares": lambda g, n: (g - n) @ (g - n) / (g @ g + n @ n),
        "squared": lambda g, n: error_by_sums(g, n) ** 2,
        "its root": lambda g, n: error_by_sums(g, n) ** 0.5,
        "halved": lambda g, n: error_by_sums(g, n) / 2,
        "one less it": lambda g, n: 1 - error_by_sums(g, n),
        "the length of the sum": lambda g, n: length(g + n) / (length(g) + length(n)),
        "the angle": lambda g, n: (1 - g @ n / length(g) / length(n)) / 2,
        "over the mean of the two": lambda g, n: 2 * length(g - n) / (length(g) + length(n)),
        "over the root of their number": lambda g, n: error_by_sums(g, n) / len(g) ** 0.5,
        "times their number": lambda g, n: error_by_sums(g, n) * len(g),
        "the largest of each": lambda g, n: np.abs(g - n).max()
        / (np.abs(g).max() + np.abs(n).max()),
        "of the first": lambda g, n: abs(g[0] - n[0]) / (abs(g[0]) + abs(n[0])),
        "the mean, number by number": lambda g, n: np.mean(
            np.abs(g - n) / (np.abs(g) + np.abs(n))
        ),
        "the largest, number by number": lambda g, n: np.max(
            np.abs(g - n) / (np.abs(g) + np.abs(n))
        ),
        "never above a half": lambda g, n: min(0.5, error_by_sums(g, n)),
        "a thousandth in the denominator": lambda g, n: length(g - n)
        / (length(g) + length(n) + 1e-3),
        "brackets forgotten": lambda g, n: length(g - n) / length(g) + length(n),
        "rounded": lambda g, n: round(error_by_sums(g, n), 2),
        "in per cent": lambda g, n: 100 * error_by_sums(g, n),
        "it changes g": lambda g, n: (
            lambda below: length(np.subtract(g, n, out=g)) / below
        )(length(g) + length(n)),
        "with a sign": lambda g, n: error_by_sums(g, n) * np.sign((g - n).sum()),
        "three lengths": lambda g, n: (length(g - n), length(g), length(n)),
        "yes or no": lambda g, n: bool(error_by_sums(g, n) < 1e-5),
    },
    "07.is_right": {
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
        "a bound of one in a thousand": judge(within(1e-3)),
        "all but the last": judge(lambda g, n: np.allclose(g[:-1], n[:-1], atol=1e-7)),
        "all but the first": judge(lambda g, n: np.allclose(g[1:], n[1:], atol=1e-7)),
        "every other": judge(lambda g, n: np.allclose(g[::2], n[::2], atol=1e-7)),
        "the weights of each layer alone": judge(
            lambda g, n: np.allclose(g[:12], n[:12], atol=1e-7)
            and np.allclose(g[16:24], n[16:24], atol=1e-7)
        ),
        "W1 alone": judge(lambda g, n: np.allclose(g[:12], n[:12], atol=1e-7)),
        "the largest of each": judge(lambda g, n: np.isclose(g.max(), n.max())),
        "the sums": judge(lambda g, n: np.isclose(g.sum(), n.sum())),
        "sorted": judge(lambda g, n: np.allclose(np.sort(g), np.sort(n), atol=1e-7)),
        "each to one in a hundred": judge(lambda g, n: np.allclose(g, n, rtol=1e-2, atol=1e-3)),
        "most of them": judge(lambda g, n: bool(np.isclose(g, n, atol=1e-7).mean() > 0.9)),
        "rounded to two places": judge(
            lambda g, n: bool((np.round(g, 2) == np.round(n, 2)).all())
        ),
        "whichever sign": judge(
            lambda g, n: np.allclose(g, n, atol=1e-7) or np.allclose(g, -n, atol=1e-7)
        ),
        "whichever multiple": judge(
            lambda g, n: np.linalg.norm(g - n * (g @ n) / (n @ n)) < 1e-5
        ),
        "one class": is_right_of(lambda theta, X, Y: (theta, X, np.eye(2)[np.zeros(7, int)])),
        "all samples alike": is_right_of(lambda theta, X, Y: (theta, X[:1].repeat(7, 0), Y)),
        "all samples and targets alike": is_right_of(
            lambda theta, X, Y: (theta, X[:1].repeat(7, 0), Y[:1].repeat(7, 0))
        ),
        "inputs of 0": is_right_of(lambda theta, X, Y: (theta, 0 * X, Y)),
        "inputs of 1": is_right_of(lambda theta, X, Y: (theta, 0 * X + 1, Y)),
        "parameters of 1": is_right_of(lambda theta, X, Y: (0 * theta + 1, X, Y)),
        "huge parameters": is_right_of(lambda theta, X, Y: (1e4 * theta, X, Y)),
        "only the loss is asked": lambda suspect: bool(suspect(*place(**GOOD))[0] > 0),
        "nothing is 0": lambda suspect: bool(suspect(*place(**GOOD))[1].all()),
        "right and wrong exchanged": judge(lambda g, n: not within(1e-6)(g, n)),
        "of a fixed bound on the sum of squares": judge(
            lambda g, n: bool(((g - n) ** 2).sum() < 1e-4)
        ),
        "an error without a bound": judge(lambda g, n: within(1e-6)(g, n) or 0.5),
        "wrong shapes": lambda suspect: suspect(np.zeros(26), np.zeros((5, 2)), np.zeros(5)),
    },
    "07.times": {
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
        "biases first": lambda g, n: times_by_dot(g, n)[[1, 0, 3, 2]],
        "rounded": lambda g, n: np.round(times_by_dot(g, n), 1),
        "whole numbers": lambda g, n: times_by_dot(g, n).astype(int),
        "over g times g": lambda g, n: [np.vdot(a, b) / np.vdot(a, a) for a, b in zip(g, n)],
        "not divided": lambda g, n: [np.vdot(a, b) for a, b in zip(g, n)],
        "over the length": lambda g, n: [np.vdot(a, b) / np.linalg.norm(b) for a, b in zip(g, n)],
        "squares over squares": lambda g, n: [np.vdot(a, a) / np.vdot(b, b) for a, b in zip(g, n)],
        "the mean quotient": lambda g, n: [(a / b).mean() for a, b in zip(g, n)],
        "the largest quotient": lambda g, n: [(a / b).max() for a, b in zip(g, n)],
        "the last number of each": lambda g, n: [a.flat[-1] / b.flat[-1] for a, b in zip(g, n)],
        "of the means": lambda g, n: [a.mean() / b.mean() for a, b in zip(g, n)],
        "of the sizes added up": lambda g, n: [
            np.abs(a).sum() / np.abs(b).sum() for a, b in zip(g, n)
        ],
        "of the spreads": lambda g, n: [np.ptp(a) / max(1e-9, np.ptp(b)) for a, b in zip(g, n)],
        "how much too large": lambda g, n: times_by_dot(g, n) - 1,
        "one over it": lambda g, n: 1 / times_by_dot(g, n),
        "along the first axis": lambda g, n: [
            ((a * b).sum(axis=0) / (b * b).sum(axis=0)).mean() for a, b in zip(g, n)
        ],
        "one for each column": lambda g, n: [
            (a * b).sum(axis=0) / (b * b).sum(axis=0) for a, b in zip(g, n)
        ],
        "of all in a row": lambda g, n: [
            np.vdot(np.hstack([a.ravel() for a in g]), np.hstack([b.ravel() for b in n]))
            / sum(np.vdot(b, b) for b in n)
        ] * 4,
        "three of four": lambda g, n: times_by_dot(g, n)[:3],
        "the mean of the four": lambda g, n: times_by_dot(g, n).mean(),
        "a column": lambda g, n: times_by_dot(g, n)[:, None],
        "it changes g": lambda g, n: [
            np.multiply(a, b, out=a).sum() / np.vdot(b, b) for a, b in zip(g, n)
        ],
        "in a dict": lambda g, n: dict(zip(("W1", "b1", "W2", "b2"), times_by_dot(g, n))),
        "none above 5": lambda g, n: np.minimum(times_by_dot(g, n), 5),
        "the weights twice": lambda g, n: times_by_dot(g, n)[[0, 0, 2, 2]],
        "with a square forgotten": lambda g, n: [
            np.vdot(a, b) / np.abs(b).sum() for a, b in zip(g, n)
        ],
    },
}  # fmt: skip
