"""Right and wrong answers to exercise 12, for tests/course/test_exercise_checks.py."""

from math import cosh, sqrt
from statistics import mean, stdev

import numpy as np
from sklearn.preprocessing import StandardScaler

# The walk


def by_paths(parents, slopes):
    """The sum over all paths, by recursion from each number upwards."""
    n = len(parents)

    def reach(k):
        if k == n - 1:
            return 1.0
        arrows = [(c, m) for c in range(k + 1, n) for p, m in zip(parents[c], slopes[c]) if p == k]
        return sum(m * total(c) for c, m in arrows)

    known = {}

    def total(k):
        if k not in known:
            known[k] = reach(k)
        return known[k]

    return [total(k) for k in range(n)]


def by_nudging(parents, slopes):
    """Every number is nudged in turn, and the nudge carried forward."""
    n, answer = len(parents), []
    for start in range(n):
        moved = np.eye(n)[start]
        for k in range(start + 1, n):
            moved[k] += sum(moved[p] * m for p, m in zip(parents[k], slopes[k]))
        answer.append(moved[-1])
    return np.array(answer)


def by_while(parents, slopes):
    slope, k = [0.0] * len(parents), len(parents) - 1
    slope[k] = 1.0
    while k >= 0:
        for i in range(len(parents[k])):
            slope[parents[k][i]] += slopes[k][i] * slope[k]
        k -= 1
    return slope


def by_stack(parents, slopes):
    """Each path is walked by itself, without an order."""
    slope, waiting = np.zeros(len(parents)), [(len(parents) - 1, 1.0)]
    while waiting:
        k, arrived = waiting.pop()
        slope[k] += arrived
        waiting += [(p, arrived * m) for p, m in zip(parents[k], slopes[k])]
    return slope


def changed(f):
    return lambda parents, slopes: f(np.array(by_nudging(parents, slopes)))


def without_twins(parents, slopes):
    """A parent that comes twice counts once."""
    return by_while([tuple(dict.fromkeys(p)) for p in parents], slopes)


def that_empties_the_tape(parents, slopes):
    answer = by_while(parents, slopes)
    parents.clear()
    return answer


# Folds


def fold_by_scikit_learn(X, held):
    scaler = StandardScaler().fit(X[~held])
    return scaler.transform(X[~held]), scaler.transform(X[held])


def fold_by_loops(X, held):
    learned = np.array([row for row, out in zip(X, held) if not out])
    kept = np.array([row for row, out in zip(X, held) if out])
    for j in range(X.shape[1]):
        column = learned[:, j].copy()
        middle = sum(column) / len(column)
        root = sqrt(sum((column - middle) ** 2) / len(column))
        learned[:, j] = (learned[:, j] - middle) / root
        kept[:, j] = (kept[:, j] - middle) / root
    return [learned, kept]


def fold_by_moments(X, held):
    A = X[np.flatnonzero(~held)]
    m, q = np.average(A, axis=0), np.average(A**2, axis=0)
    Z = (X - m) / np.sqrt(q - m**2)
    return Z[~held], Z[held]


def fold_in_place(X, held):
    A = X[~held]
    X -= A.mean(axis=0)
    X /= A.std(axis=0)
    return X[~held], X[held]


def fold_with(rows, more=lambda A: A):
    def fold(X, held):
        A = rows(X, held)
        Z = more((X - A.mean(axis=0)) / A.std(axis=0))
        return Z[~held], Z[held]

    return fold


# A search


def search_by_statistics(scores):
    means = [mean(row) for row in scores.tolist()]
    best = means.index(max(means))
    spread = stdev(scores[best].tolist())
    return best, means[best], spread, len([m for m in means if m >= means[best] - spread])


def search_by_sorting(scores):
    means = scores.sum(axis=1) / scores.shape[1]
    order = np.argsort(-means)
    spread = np.sqrt(np.var(scores[order[0]], ddof=1))
    level = np.searchsorted(-means[order], -(means[order[0]] - spread), side="right")
    return [order[0], means[order[0]], spread, level]


def search(scores, change):
    return change(*search_by_statistics(scores))


RIGHT = {
    "12.over": [
        lambda a, b: [a / b, b**-1, -a * b**-2],
        lambda a, b: (a * (1 / b), 1 / b, -(a / b) / b),
        lambda a, b: np.array([a / b, 1 / b, -np.divide(a, b) / b]),
    ],
    "12.tanh": [
        lambda z: (np.tanh(z), 1 / cosh(z) ** 2),
        lambda z: (2 / (1 + np.exp(-2 * z)) - 1, 1 - np.tanh(z) ** 2),
        lambda z: (lambda a: [a, (1 - a) * (1 + a)])(np.tanh(z)),
    ],
    "12.backward": [by_paths, by_nudging, by_while, by_stack],
    "12.fold": [fold_by_scikit_learn, fold_by_loops, fold_by_moments],
    "12.read_search": [search_by_statistics, search_by_sorting],
}

WRONG = {
    "12.over": {
        "the value alone": lambda a, b: a / b,
        "a product": lambda a, b: (a * b, b, a),
        "zeros": lambda a, b: (0.0, 0.0, 0.0),
        "floor": lambda a, b: (a // b, 1 / b, -a / b**2),
        "upside down": lambda a, b: (b / a, 1 / a, -b / a**2),
        "sizes": lambda a, b: (a / b, abs(1 / b), -abs(a) / b**2),
        "without a in front and behind": lambda a, b: (a / b, 1, -1 / b**2),
        "the slopes of a difference": lambda a, b: (a / b, 1.0, -1.0),
        "both divided by a": lambda a, b: (a / b, 1 / b, -1 / b),
        "rounded": lambda a, b: (round(a / b, 2), round(1 / b, 2), round(-a / b**2, 2)),
        "a coarse nudge": lambda a, b: (a / b, 1 / b, (a / (b + 0.01) - a / b) / 0.01),
        "in a dict": lambda a, b: {"value": a / b, "a": 1 / b, "b": -a / b**2},
        "the slope along a twice": lambda a, b: (a / b, 1 / b, 1 / b),
    },
    "12.tanh": {
        "the slope alone": lambda z: 1 - np.tanh(z) ** 2,
        "the value alone": np.tanh,
        "the other way round": lambda z: (1 - np.tanh(z) ** 2, np.tanh(z)),
        "relu": lambda z: (max(z, 0.0), float(z > 0)),
        "plus": lambda z: (np.tanh(z), 1 + np.tanh(z) ** 2),
        "a line": lambda z: (z, 1.0),
        "minus": lambda z: (np.tanh(z), np.tanh(z) ** 2 - 1),
        "its own value": lambda z: (np.tanh(z), np.tanh(z)),
        "the logistic function": lambda z: (
            1 / (1 + np.exp(-z)), np.exp(-z) / (1 + np.exp(-z)) ** 2
        ),
        "not squared, but doubled": lambda z: (np.tanh(z), 1 - 2 * np.tanh(z)),
        "the slope of a square": lambda z: (np.tanh(z), 2 * np.tanh(z)),
        "halved": lambda z: (np.tanh(z), (1 - np.tanh(z) ** 2) / 2),
        "for positive z": lambda z: (np.tanh(abs(z)), 1 - np.tanh(z) ** 2),
    },
    "12.backward": {
        "zeros": changed(np.zeros_like),
        "ones": changed(np.ones_like),
        "without the last": changed(lambda s: s[:-1]),
        "the given ones only": changed(lambda s: s[:1]),
        "sizes": changed(np.abs),
        "signs": changed(np.sign),
        "squares": changed(np.square),
        "rounded": changed(lambda s: s.round(1)),
        "minus": changed(np.negative),
        "their sum": changed(np.sum),
        "divided by their number": changed(lambda s: s / len(s)),
        "one place too far": changed(lambda s: np.roll(s, 1)),
        "whole numbers": changed(lambda s: s.astype(int)),
        "a parent that comes twice counts once": without_twins,
        "it empties the tape": that_empties_the_tape,
        "right with noise": changed(lambda s: s + 1e-3),
        "a column": changed(lambda s: s[:, None]),
        "in a dict": lambda p, s: dict(enumerate(by_while(p, s))),
        "forward, from the first": lambda p, s: [float(k == 0) for k in range(len(p))],
        "local slopes only": lambda p, s: [sum(m) for m in s],
        "how often each is used": lambda p, s: [sum(ps.count(k) for ps in p)
                                                for k in range(len(p))],
        "only two steps deep": lambda p, s: [
            v if k >= len(p) - 3 else 0 for k, v in enumerate(by_while(p, s))
        ],
    },
    "12.fold": {
        "not scaled": lambda X, held: (X[~held], X[held]),
        "zeros": lambda X, held: (0 * X[~held], 0 * X[held]),
        "of all rows": fold_with(lambda X, held: X),
        "of those held out": fold_with(lambda X, held: np.vstack([X[held], X[~held][:1]])),
        "of the first rows": fold_with(lambda X, held: X[: (~held).sum()]),
        "one row less": fold_with(lambda X, held: X[~held][:-1]),
        "clipped": fold_with(lambda X, held: X[~held], lambda Z: np.clip(Z, -1, 1)),
        "rounded": fold_with(lambda X, held: X[~held], lambda Z: Z.round(1)),
        "doubled": fold_with(lambda X, held: X[~held], lambda Z: 2 * Z),
        "in one array": lambda X, held: (X - X[~held].mean(axis=0)) / X[~held].std(axis=0),
        "one after the other": lambda X, held: np.vstack(fold_by_moments(X, held)),
        "from 0 to 1": lambda X, held: tuple(
            (X[rows] - X[~held].min(axis=0)) / np.ptp(X[~held], axis=0) for rows in (~held, held)
        ),
        "by the variance": lambda X, held: tuple(
            (X[rows] - X[~held].mean(axis=0)) / X[~held].var(axis=0) for rows in (~held, held)
        ),
        "by one less": lambda X, held: tuple(
            (X[rows] - X[~held].mean(axis=0)) / X[~held].std(axis=0, ddof=1)
            for rows in (~held, held)
        ),
        "by the median": lambda X, held: tuple(
            (X[rows] - np.median(X[~held], axis=0)) / X[~held].std(axis=0)
            for rows in (~held, held)
        ),
        "in place": fold_in_place,
        "the mean only": lambda X, held: tuple(
            X[rows] - X[~held].mean(axis=0) for rows in (~held, held)
        ),
    },
    "12.read_search": {
        "always the first": lambda s: (0, s[0].mean(), s[0].std(ddof=1), 1),
        "zeros": lambda s: (0, 0.0, 0.0, 0),
        "counted from 1": lambda s: search(s, lambda b, m, d, n: (b + 1, m, d, n)),
        "the best score of all": lambda s: search(s, lambda b, m, d, n: (b, s.max(), d, n)),
        "the spread of all scores": lambda s: search(
            s, lambda b, m, d, n: (b, m, s.std(ddof=1), n)
        ),
        "the spread of the mean": lambda s: search(
            s, lambda b, m, d, n: (b, m, d / s.shape[1] ** 0.5, n)
        ),
        "the variance": lambda s: search(s, lambda b, m, d, n: (b, m, d * d, n)),
        "from the worst to the best": lambda s: search(
            s, lambda b, m, d, n: (b, m, np.ptp(s[b]), n)
        ),
        "all are level": lambda s: search(s, lambda b, m, d, n: (b, m, d, len(s))),
        "one is level": lambda s: search(s, lambda b, m, d, n: (b, m, d, 1)),
        "two spreads away": lambda s: search(
            s, lambda b, m, d, n: (b, m, d, int((s.mean(axis=1) >= m - 2 * d).sum()))
        ),
        "whose best fold is level": lambda s: search(
            s, lambda b, m, d, n: (b, m, d, int((s.max(axis=1) >= m - d).sum()))
        ),
        "three of four": lambda s: search_by_statistics(s)[:3],
        "spread and mean exchanged": lambda s: search(s, lambda b, m, d, n: (b, d, m, n)),
        "rounded": lambda s: search(s, lambda b, m, d, n: (b, round(m, 2), round(d, 2), n)),
        "the median": lambda s: search(s, lambda b, m, d, n: (b, np.median(s[b]), d, n)),
    },
}  # fmt: skip
