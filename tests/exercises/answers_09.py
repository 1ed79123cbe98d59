"""Right and wrong answers to exercise 09, for tests/course/test_exercise_checks.py."""

import numpy as np
from sklearn.decomposition import PCA

from nnlib import Network, logistic

# Two halves


def halves_by_arrays(sizes):
    """Every layer as arrays, whose numbers are counted."""
    arrays = [np.empty((m + 1, n)) for m, n in zip(sizes, sizes[1:])]
    at = int(np.argmin(sizes))
    return [sum(array.size for array in part) for part in (arrays[:at], arrays[at:])]


def halves_by_loop(sizes):
    encoder = decoder = 0
    behind, code = False, min(sizes)
    for m, n in zip(sizes, sizes[1:]):
        behind = behind or m == code
        if behind:
            decoder += m * n + n
        else:
            encoder += m * n + n
    return encoder, decoder


def halves_by_products(sizes):
    """Weights by a scalar product, biases by a sum."""
    s = np.array(sizes)
    at = s.argmin() + 1

    def count(part):
        return part[:-1] @ part[1:] + part[1:].sum()

    return count(s[:at]), count(s[at - 1 :])


def halves_of_the_library(sizes):
    at = sizes.index(min(sizes))
    return Network(sizes[: at + 1]).n_parameters, Network(sizes[at:]).n_parameters


def halves_at(place, count=lambda m, n: m * n + n):
    def answer(sizes):
        layers = [count(m, n) for m, n in zip(sizes, sizes[1:])]
        return sum(layers[: place(sizes)]), sum(layers[place(sizes) :])

    return answer


def code_at(sizes):
    return sizes.index(min(sizes))


# What is left


def left_by_norms(P, X_test, X):
    return np.linalg.norm(P - X_test) ** 2 / np.linalg.norm(X_test - X.mean(axis=0)) ** 2


def left_by_loops(P, X_test, X):
    mine = mean = 0.0
    for back, went in zip(P, X_test):
        for j, (p, x) in enumerate(zip(back, went)):
            mine += (p - x) ** 2
            mean += (sum(X[:, j]) / len(X) - x) ** 2
    return mine / mean


def left_by_pictures(P, X_test, X):
    """The error of each picture, then the mean of those."""
    mine, mean = (((Q - X_test) ** 2).mean(axis=1) for Q in (P, X.mean(axis=0, keepdims=True)))
    return mine.mean() / mean.mean()


def left_from(middle=lambda X_test, X: X.mean(axis=0), size=np.square):
    return lambda P, X_test, X: size(P - X_test).mean() / size(middle(X_test, X) - X_test).mean()


def left_of_each_picture(P, X_test, X):
    """The mean of shares, not the share of means."""
    mine, mean = (((Q - X_test) ** 2).mean(axis=1) for Q in (P, X.mean(axis=0)[None]))
    return (mine / mean).mean()


def left_of_each_pixel(P, X_test, X):
    mine, mean = (((Q - X_test) ** 2).mean(axis=0) for Q in (P, X.mean(axis=0)[None]))
    return (mine / mean).mean()


# PCA


def squeeze_by_scikit_learn(X, X_test, k):
    pca = PCA(k, svd_solver="full").fit(X)
    return pca.inverse_transform(pca.transform(X_test))


def squeeze_by_covariance(X, X_test, k):
    """The eigenvectors of the covariance, the longest axes first."""
    mean = X.mean(axis=0)
    lengths, axes = np.linalg.eigh((X - mean).T @ (X - mean))
    best = axes[:, np.argsort(-lengths)[:k]]
    return mean + (X_test - mean) @ best @ best.T


def squeeze_by_loops(X, X_test, k):
    """A picture and a direction at a time."""
    mean = X.mean(axis=0)
    V = np.linalg.svd(X - mean)[2]
    back = []
    for x in X_test:
        drawn = mean.copy()
        for v in V[:k]:
            drawn += v * sum((x - mean) * v)
        back.append(drawn)
    return back


def squeeze_by_what_is_left_out(X, X_test, k):
    """The picture without its part along all other directions."""
    V = np.linalg.svd(X - X.mean(axis=0))[2][k:]
    return X_test - (X_test - X.mean(axis=0)) @ V.T @ V


def squeeze_by_least_squares(X, X_test, k):
    mean = X.mean(axis=0)
    V = np.linalg.svd((X - mean).T, full_matrices=False)[0][:, :k]
    sent = np.linalg.lstsq(V, (X_test - mean).T, rcond=None)[0]
    return (V @ sent).T + mean


def squeeze_with(seen=lambda X, X_test: X, change=lambda V: V, k_of=lambda k: k):
    def answer(X, X_test, k):
        mean = seen(X, X_test).mean(axis=0)
        V = change(np.linalg.svd(seen(X, X_test) - mean)[2])[: k_of(k)]
        return mean + (X_test - mean) @ V.T @ V

    return answer


def squeeze_scaled(X, X_test, k):
    """Each pixel divided by its spread, and multiplied again."""
    mean, spread = X.mean(axis=0), X.std(axis=0)
    V = np.linalg.svd((X - mean) / spread)[2][:k]
    return mean + (X_test - mean) / spread @ V.T @ V * spread


def squeeze_in_place(X, X_test, k):
    back = squeeze_by_covariance(X, X_test, k)
    X_test -= X.mean(axis=0)
    return back


def squeezed(change):
    return lambda X, X_test, k: change(squeeze_by_covariance(X, X_test, k), X, X_test, k)


# A decoder


def decode_by_recursion(layers, C):
    (W, b), *rest = layers
    Z = C @ W + b
    return decode_by_recursion(rest, np.tanh(Z)) if rest else 1 / (1 + np.exp(-Z))


def decode_by_unit(layers, C):
    """Every unit of every picture by itself."""
    pictures = []
    for a in C:
        for depth, (W, b) in enumerate(layers, 1):
            z = [sum(x * w for x, w in zip(a, W[:, j])) + b[0, j] for j in range(W.shape[1])]
            a = [logistic(v) if depth == len(layers) else np.tanh(v) for v in z]
        pictures.append(a)
    return np.array(pictures)


def decode_by_halves(layers, C):
    """The logistic as a tanh, (1 + tanh(z/2)) / 2."""
    A = C
    for W, b in layers:
        Z = A @ W + b
        A = np.tanh(Z)
    return (1 + np.tanh(Z / 2)) / 2


def decode_of_the_library(layers, C):
    sizes = (C.shape[1], *(W.shape[1] for W, _ in layers))
    net = Network(sizes, output="logistic", loss="cross_entropy")
    return net.predict(np.concatenate([a.ravel() for pair in layers for a in pair]), C)


def decode_with(hidden=np.tanh, last=logistic, change=lambda W, b: (W, b)):
    def answer(layers, C):
        for depth, (W, b) in enumerate(layers, 1):
            W, b = change(W, b)
            C = (last if depth == len(layers) else hidden)(C @ W + b)
        return C

    return answer


def decode_in_place(layers, C):
    back = decode_by_recursion(layers, C)
    C *= 0
    return back


# A walk


def walk_by_steps(start, end, k):
    """Each point is the one before and a step."""
    step, points = (end - start) / (k - 1), [start]
    for _ in range(k - 1):
        points.append(points[-1] + step)
    return points


def walk_by_weights(start, end, k):
    t = np.arange(k) / (k - 1)
    return np.stack([1 - t, t], axis=1) @ np.stack([start, end])


def walk_by_columns(start, end, k):
    return np.array([np.linspace(a, b, k) for a, b in zip(start, end)]).T


def walk_after(change):
    return lambda start, end, k: change(np.linspace(start, end, k))


def walk_in_place(start, end, k):
    points = np.linspace(start, end, k)
    start += end
    return points


# Noise


def noisy_by_repeat(X, copies, scale, rng):
    """All copies of one picture below each other."""
    clean = np.repeat(X, copies, axis=0)
    return clean + scale * rng.standard_normal(clean.shape), clean


def noisy_by_loop(X, copies, scale, rng):
    inputs, targets = [], []
    for _ in range(copies):
        for x in X:
            inputs.append([v + rng.normal(0, scale) for v in x])
            targets.append(x)
    return inputs, targets


def noisy_shuffled(X, copies, scale, rng):
    """Copies in an order of chance, the same in both."""
    clean = np.vstack([X] * copies)[rng.permutation(copies * len(X))]
    return rng.normal(clean, scale), clean


def noisy_evenly(X, copies, scale, rng):
    """Even noise whose reach gives it the right standard deviation."""
    clean = np.tile(X, (copies, 1))
    return clean + rng.uniform(-1, 1, clean.shape) * scale * 3**0.5, clean


def noisy_with(noise, back=lambda inputs, clean: (inputs, clean)):
    def answer(X, copies, scale, rng):
        clean = np.tile(X, (copies, 1))
        return back(clean + noise(rng, clean, scale), clean)

    return answer


def bell(rng, clean, scale):
    return rng.normal(0, scale, clean.shape)


def noisy_then_copied(X, copies, scale, rng):
    return np.tile(X + bell(rng, X, scale), (copies, 1)), np.tile(X, (copies, 1))


def noisy_in_place(X, copies, scale, rng):
    inputs, clean = noisy_by_repeat(X, copies, scale, rng)
    X += 1
    return inputs, clean


def noisy_without_copies(X, copies, scale, rng):
    return X + bell(rng, X, scale), X


def noisy_in_two_orders(X, copies, scale, rng):
    inputs, clean = noisy_by_repeat(X, copies, scale, rng)
    return inputs, np.tile(X, (copies, 1))[::-1]


def noisy_once():
    """It remembers the noise of its first call."""
    kept = {}

    def answer(X, copies, scale, rng):
        key = X.shape
        if key not in kept:
            kept[key] = noisy_by_repeat(X, copies, scale, rng)
        return kept[key]

    return answer


RIGHT = {
    "09.halves": [halves_by_arrays, halves_by_loop, halves_by_products],
    "09.left": [left_by_norms, left_by_loops, left_by_pictures, left_from()],
    "09.squeeze": [
        squeeze_by_scikit_learn,
        squeeze_by_covariance,
        squeeze_by_loops,
        squeeze_by_what_is_left_out,
        squeeze_by_least_squares,
        squeeze_with(change=lambda V: -V),
    ],
    "09.decode": [decode_by_recursion, decode_by_unit, decode_by_halves, decode_with()],
    "09.walk": [walk_by_steps, walk_by_weights, walk_by_columns, np.linspace],
    "09.noisy": [noisy_by_repeat, noisy_by_loop, noisy_shuffled, noisy_evenly],
    "09.prediction": ["worse than the mean picture", " Worse than the mean picture."],
}

BORROWED = {
    "09.halves": {"by two networks": halves_of_the_library},
    "09.decode": {"by a network": decode_of_the_library},
}

WRONG = {
    "09.halves": {
        "zeros": lambda sizes: (0, 0),
        "weights alone": halves_at(code_at, lambda m, n: m * n),
        "a bias too many": halves_at(code_at, lambda m, n: (m + 1) * (n + 1)),
        "in the middle": halves_at(lambda sizes: len(sizes) // 2),
        "one layer too early": halves_at(lambda sizes: code_at(sizes) - 1),
        "one layer too late": halves_at(lambda sizes: code_at(sizes) + 1),
        "at the widest": halves_at(lambda sizes: sizes.index(max(sizes))),
        "decoder first": lambda sizes: halves_by_loop(sizes)[::-1],
        "together": lambda sizes: sum(halves_by_loop(sizes)),
        "half of all": lambda sizes: (sum(halves_by_loop(sizes)) / 2,) * 2,
        "the encoder twice": lambda sizes: (halves_by_loop(sizes)[0],) * 2,
        "the decoder twice": lambda sizes: (halves_by_loop(sizes)[1],) * 2,
        "units": halves_at(code_at, lambda m, n: n),
        "as shares": lambda sizes: tuple(
            part / sum(halves_by_loop(sizes)) for part in halves_by_loop(sizes)
        ),
        "the first and the last layer": lambda sizes: (
            (sizes[0] + 1) * sizes[1], (sizes[-2] + 1) * sizes[-1]
        ),
    },
    "09.left": {
        "zero": lambda P, X_test, X: 0.0,
        "the error alone": lambda P, X_test, X: ((P - X_test) ** 2).mean(),
        "the mean of X_test": left_from(lambda X_test, X: X_test.mean(axis=0)),
        "the mean of both": left_from(lambda X_test, X: np.vstack([X, X_test]).mean(axis=0)),
        "one grey": left_from(lambda X_test, X: X.mean()),
        "the middle picture": left_from(lambda X_test, X: np.median(X, axis=0)),
        "white paper": left_from(lambda X_test, X: 0),
        "not squared": left_from(size=np.abs),
        "neither squared nor sizes": left_from(size=np.array),
        "the root": lambda *given: left_by_norms(*given) ** 0.5,
        "what has gone": lambda *given: 1 - left_by_norms(*given),
        "upside down": lambda *given: 1 / left_by_norms(*given),
        "in per cent": lambda *given: 100 * left_by_norms(*given),
        "at most 1": lambda *given: min(1.0, left_by_norms(*given)),
        "of each picture": left_of_each_picture,
        "of each pixel": left_of_each_pixel,
        "one for each picture": lambda P, X_test, X: ((P - X_test) ** 2).mean(axis=1),
        "on X": lambda P, X_test, X: (
            ((P - X_test) ** 2).mean() / ((X - X.mean(axis=0)) ** 2).mean()
        ),
        "squared after the mean": lambda P, X_test, X: (
            (P - X_test).mean() ** 2 / (X.mean(axis=0) - X_test).mean() ** 2
        ),
    },
    "09.squeeze": {
        "nothing is lost": lambda X, X_test, k: X_test.copy(),
        "the mean picture": lambda X, X_test, k: np.tile(X.mean(axis=0), (len(X_test), 1)),
        "zeros": squeezed(lambda back, *_: 0 * back),
        "learned from X_test": squeeze_with(lambda X, X_test: X_test),
        "learned from both": squeeze_with(lambda X, X_test: np.vstack([X, X_test])),
        "the last directions": squeeze_with(change=lambda V: V[::-1]),
        "the columns": squeeze_with(change=np.transpose),
        "one too many": squeeze_with(k_of=lambda k: k + 1),
        "one too few": squeeze_with(k_of=lambda k: k - 1),
        "the first pixels": squeeze_with(change=lambda V: np.eye(len(V))),
        "twice as long": squeeze_with(change=lambda V: 2 * V),
        "no mean at all": lambda X, X_test, k: (
            X_test @ (V := np.linalg.svd(X)[2][:k]).T @ V
        ),
        "the mean stays away": squeezed(lambda back, X, *_: back - X.mean(axis=0)),
        "the numbers sent": lambda X, X_test, k: (
            (X_test - X.mean(axis=0)) @ np.linalg.svd(X - X.mean(axis=0))[2][:k].T
        ),
        "of X": lambda X, X_test, k: squeeze_by_covariance(X, X, k),
        "scaled by the spread of each pixel": squeeze_scaled,
        "the mean over the pixels": lambda X, X_test, k: squeeze_by_covariance(
            X - X.mean(axis=1, keepdims=True), X_test, k
        ),
        "clipped": squeezed(lambda back, *_: back.clip(0, 1)),
        "rounded": squeezed(lambda back, *_: back.round(1)),
        "transposed": squeezed(lambda back, *_: back.T),
        "in place": squeeze_in_place,
    },
    "09.decode": {
        "zeros": lambda layers, C: np.zeros((len(C), layers[-1][0].shape[1])),
        "the codes": lambda layers, C: C,
        "tanh at the output": decode_with(last=np.tanh),
        "nothing at the output": decode_with(last=np.array),
        "logistic throughout": decode_with(hidden=logistic),
        "relu": decode_with(hidden=lambda Z: np.maximum(Z, 0)),
        "no bend before the output": decode_with(hidden=np.array),
        "the wrong way round": decode_with(hidden=logistic, last=np.tanh),
        "no biases": decode_with(change=lambda W, b: (W, 0 * b)),
        "biases taken off": decode_with(change=lambda W, b: (W, -b)),
        "from the back": lambda layers, C: decode_by_recursion(layers[::-1], C),
        "the first layer": lambda layers, C: decode_by_recursion(layers[:1], C),
        "without the last": lambda layers, C: decode_by_recursion(layers[:-1] or layers, C) * 0.5,
        "logistic twice": lambda layers, C: logistic(decode_by_recursion(layers, C)),
        "tanh before": lambda layers, C: decode_by_recursion(layers, np.tanh(C)),
        "black and white": lambda layers, C: decode_by_recursion(layers, C).round(),
        "the first code": lambda layers, C: decode_by_recursion(layers, C[:1]),
        "turned": lambda layers, C: decode_by_recursion(layers, C).T,
        "in place": decode_in_place,
    },
    "09.walk": {
        "zeros": walk_after(np.zeros_like),
        "the end again and again": lambda start, end, k: np.tile(end, (k, 1)),
        "the two ends": lambda start, end, k: np.stack([start, end]),
        "without the end": lambda start, end, k: np.linspace(start, end, k, endpoint=False),
        "without the start": lambda start, end, k: np.linspace(start, end, k + 1)[1:],
        "without both": lambda start, end, k: np.linspace(start, end, k + 2)[1:-1],
        "one too many": lambda start, end, k: np.linspace(start, end, k + 1),
        "one too few": lambda start, end, k: np.linspace(start, end, k)[:-1],
        "backwards": walk_after(lambda points: points[::-1]),
        "a column for each point": walk_after(np.transpose),
        "in one row": walk_after(np.ravel),
        "not evenly": lambda start, end, k: (
            start + np.linspace(0, 1, k)[:, None] ** 2 * (end - start)
        ),
        "from the middle of the plane": lambda start, end, k: np.linspace(0 * start, end, k),
        "the way itself": lambda start, end, k: np.linspace(0 * start, end - start, k),
        "end added": lambda start, end, k: start + np.linspace(0, 1, k)[:, None] * end,
        "the mean": lambda start, end, k: (start + end) / 2,
        "in place": walk_in_place,
    },
    "09.noisy": {
        "no noise": noisy_with(lambda rng, clean, scale: 0),
        "noisy targets": noisy_with(bell, lambda inputs, clean: (inputs, inputs)),
        "targets first": noisy_with(bell, lambda inputs, clean: (clean, inputs)),
        "other noise on the targets": lambda X, copies, scale, rng: (
            noisy_by_repeat(X, copies, scale, rng)[0], noisy_by_repeat(X, copies, scale, rng)[0]
        ),
        "inputs alone": noisy_with(bell, lambda inputs, clean: inputs),
        "noise alone": noisy_with(bell, lambda inputs, clean: (inputs - clean, clean)),
        "noisy and then copied": noisy_then_copied,
        "no copies": noisy_without_copies,
        "in two orders": noisy_in_two_orders,
        "the variance": noisy_with(lambda rng, clean, scale: bell(rng, clean, scale**0.5)),
        "a scale of 1": noisy_with(lambda rng, clean, scale: bell(rng, clean, 1)),
        "half the scale": noisy_with(lambda rng, clean, scale: bell(rng, clean, scale / 2)),
        "a tenth more": noisy_with(lambda rng, clean, scale: bell(rng, clean, 1.1 * scale)),
        "upwards": noisy_with(lambda rng, clean, scale: abs(bell(rng, clean, scale))),
        "evenly": noisy_with(lambda rng, clean, scale: rng.uniform(-scale, scale, clean.shape)),
        "multiplied": noisy_with(lambda rng, clean, scale: clean * bell(rng, clean, scale)),
        "one number": noisy_with(lambda rng, clean, scale: rng.normal(0, scale)),
        "one number a picture": noisy_with(lambda rng, c, scale: bell(rng, c[:, :1], scale)),
        "one number a pixel": noisy_with(lambda rng, c, scale: bell(rng, c[:1], scale)),
        "cut off": noisy_with(bell, lambda inputs, clean: (inputs.clip(0, 1), clean)),
        "cut off below": noisy_with(bell, lambda inputs, clean: (inputs.clip(0), clean)),
        "its own seed": noisy_with(
            lambda rng, clean, scale: bell(np.random.default_rng(0), clean, scale)
        ),
        "no seed": noisy_with(lambda rng, clean, scale: bell(np.random, clean, scale)),
        "in place": noisy_in_place,
        "it remembers": noisy_once(),
    },
}  # fmt: skip
