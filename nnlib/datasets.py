"""Small sets of samples to learn from; the same seed gives the same points."""

from __future__ import annotations  # so that a type hint does not load numpy.random

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

import numpy as np

from nnlib import checks, plans
from nnlib.classes import class_by_class, class_numbers, names, numbers, ordered, plain, read
from nnlib.notation import Array


class Dataset(NamedTuple):
    """Samples to train on, samples held out, and what they mean.

    X (n, n_0) inputs, Y (n, k) targets: 0 or 1 in one column for two classes, a row with a single 1
    for more, any number for a regression; X_test and Y_test alike, with no rows where nothing is
    held out. `class_names` is None for a regression, `image_shape` None unless a row is a picture.
    """

    name: str
    X: Array
    Y: Array
    X_test: Array
    Y_test: Array
    class_names: tuple[str, ...] | None = ("0", "1")
    image_shape: tuple[int, int] | None = None


def _gate(name: str, truth: Sequence[int]) -> Dataset:
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    Y = np.array(truth, dtype=float)[:, None]
    return Dataset(name, X, Y, X[:0], Y[:0])


def xor() -> Dataset:
    """One or the other, not both: four points that no line parts (Minsky & Papert, 1969).

    >>> print(np.hstack([xor().X, xor().Y]).astype(int).tolist())
    [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    """
    return _gate("xor", [0, 1, 1, 0])


def and_() -> Dataset:
    """Both: true only at (1, 1)."""
    return _gate("and", [0, 0, 0, 1])


def or_() -> Dataset:
    """At least one: false only at (0, 0)."""
    return _gate("or", [0, 1, 1, 1])


def blobs(rng, n: int = 200, *, classes: int = 2, noise=0.15, test_share=0.25) -> Dataset:
    """Round clouds of spread `noise`, their centres evenly on the unit circle.

    `rng` is a whole number or a Generator, `n` the number of points, X (n, 2), of which the share
    `test_share` is held out. Y is (n, 1), 0 or 1, for two classes, one-hot (n, classes) for more.
    Raises TypeError for another rng, ValueError for fewer than two classes, fewer than two points
    of each, a noise below 0, or a share outside of 0 to 1.

    >>> data = blobs(7, n=100, classes=3)
    >>> data.X.shape, data.Y.shape, data.X_test.shape
    ((75, 2), (75, 3), (25, 2))
    """
    rng, n, noise, classes = _settings(rng, n, noise, test_share, classes)
    label = np.arange(n) % classes
    angle = 2 * np.pi * label / classes
    X = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _classes("blobs", rng, X, label, noise, test_share)


def circles(rng, n: int = 200, *, noise=0.08, test_share=0.25) -> Dataset:
    """A disc of radius ½ (class 1) inside a ring of radius 1 (class 0).

    X (n, 2), Y (n, 1); arguments and errors are those of `blobs`.

    >>> data = circles(7, noise=0.0)
    >>> np.hypot(*data.X[data.Y[:, 0] == 1].T).max().round(2)
    np.float64(0.5)
    """
    rng, n, noise, _ = _settings(rng, n, noise, test_share)
    label, angle = np.arange(n) % 2, rng.uniform(0, 2 * np.pi, n)
    radius = np.where(label == 1, 0.5 * np.sqrt(rng.random(n)), 1.0)
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return _classes("circles", rng, X, label, noise, test_share)


def moons(rng, n: int = 200, *, noise=0.1, test_share=0.25) -> Dataset:
    """Two half circles of radius 1, each with one end inside the other.

    X (n, 2), Y (n, 1); arguments and errors are those of `blobs`.

    >>> moons(7, n=40).X.shape
    (30, 2)
    """
    rng, n, noise, _ = _settings(rng, n, noise, test_share)
    label, angle = np.arange(n) % 2, rng.uniform(0, np.pi, n)
    X = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    X[label == 1] *= -1
    return _classes("moons", rng, X, label, noise, test_share)


def spirals(rng, n: int = 200, *, turns=1.25, noise=0.03, test_share=0.25) -> Dataset:
    """Two arms wound around each other, `turns` times round.

    X (n, 2), Y (n, 1); the other arguments and the errors are those of `blobs`.
    """
    rng, n, noise, _ = _settings(rng, n, noise, test_share)
    turns = checks.number(turns, "turns")
    label, t = np.arange(n) % 2, np.sqrt(rng.random(n))
    angle = 2 * np.pi * turns * t + np.pi * label
    X = np.stack([t * np.cos(angle), t * np.sin(angle)], axis=1)
    return _classes("spirals", rng, X, label, noise, test_share)


def quadrants(rng, n: int = 200, *, noise=0.0, test_share=0.25) -> Dataset:
    """XOR as a cloud: points of a square, class 1 where x1 and x2 have the same sign.

    X (n, 2), Y (n, 1); arguments and errors are those of `blobs`.
    """
    rng, n, noise, _ = _settings(rng, n, noise, test_share)
    label, X = np.arange(n) % 2, rng.uniform(0.06, 1, (n, 2)) * rng.choice([-1, 1], (n, 1))
    X[label == 0, 1] *= -1
    return _classes("quadrants", rng, X, label, noise, test_share)


def plane(rng, n: int = 200, *, noise=0.05, test_share=0.25) -> Dataset:
    """A linear regression over two inputs: y = (x1 + x2) / 2, with noise of spread `noise` on y.

    X (n, 2), Y (n, 1); arguments and errors are those of `blobs`.
    """
    rng, n, noise, _ = _settings(rng, n, noise, test_share)
    X = rng.uniform(-1, 1, (n, 2))
    Y = X.mean(axis=1, keepdims=True) + rng.normal(0, noise, (n, 1))
    return hold_out(X, Y, test_share, rng=rng, name="plane")


def hills(rng, n: int = 200, *, noise=0.05, test_share=0.25) -> Dataset:
    """A regression over two inputs that is not linear: three hills and three hollows in a ring.

    The tops are at about 1 and -1; `noise` is the spread of the noise on y. X (n, 2), Y (n, 1);
    arguments and errors are those of `blobs`.

    >>> data = hills(7, n=2000, noise=0.0)
    >>> data.Y.min().round(1), data.Y.max().round(1)
    (np.float64(-1.0), np.float64(1.0))
    """
    rng, n, noise, _ = _settings(rng, n, noise, test_share)
    X, angle = rng.uniform(-1, 1, (n, 2)), np.arange(6) * np.pi / 3
    tops = 0.65 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    near = np.exp(-((X[:, None] - tops) ** 2).sum(axis=-1) / 0.08)
    Y = near @ np.array([[1.0], [-1]] * 3) + rng.normal(0, noise, (n, 1))
    return hold_out(X, Y, test_share, rng=rng, name="hills")


def sine(rng, n: int = 100, *, noise=0.1, test_share=0.25) -> Dataset:
    """A regression: y = sin x for x from -π to π, with noise of spread `noise` on y.

    X (n, 1), Y (n, 1); arguments and errors are those of `blobs`.

    >>> data = sine(7, noise=0.0)
    >>> bool(np.allclose(data.Y, np.sin(data.X)))
    True
    """
    rng, n, noise, _ = _settings(rng, n, noise, test_share)
    x = rng.uniform(-np.pi, np.pi, (n, 1))
    return hold_out(x, np.sin(x) + rng.normal(0, noise, (n, 1)), test_share, rng=rng, name="sine")


# What a network may be fed instead of, or beside, the two coordinates of a point.
FEATURES = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1²": lambda x1, x2: x1 * x1,
    "x2²": lambda x1, x2: x2 * x2,
    "x1 x2": lambda x1, x2: x1 * x2,
    "sin π x1": lambda x1, x2: np.sin(np.pi * x1),
    "sin π x2": lambda x1, x2: np.sin(np.pi * x2),
}


def features(X: Array, names: Sequence[str]) -> Array:
    """(n, len(names)) inputs made of the points X (n, 2), a column for each name in `FEATURES`.

    It is sin π x, not sin x, which is almost x itself for points between -1 and 1. Raises
    ValueError for an unknown name, none at all, or points that do not lie in a plane.

    >>> features(np.array([[0.5, 2.0]]), ["x2", "x1 x2", "sin π x1"])
    array([[2., 1., 1.]])
    """
    X, given, names = checks.floats(X, "X"), names, checks.entries(names)
    if X.ndim != 2 or X.shape[1] != 2 or not names:
        raise ValueError(
            f"X has shape {checks.shown(X.shape)}, names={checks.shown(given)}: expected points"
            " (n, 2) and at least one name"
        )
    columns = [checks.known(name, FEATURES, "feature")(X[:, 0], X[:, 1]) for name in names]
    return np.stack(columns, axis=1)


def digits(rng, *, test_share: float = 0.25) -> Dataset:
    """1797 handwritten digits of 8 x 8 pixels, from 0 (paper) to 1 (ink), ten one-hot targets.

    scikit-learn's bundled copy of the UCI set (Alpaydin & Kaynak, 1998). Every digit is held out in
    the same share, so that the test set is as mixed as the training set; `rng`, a whole number or a
    Generator, decides which. Raises TypeError for another rng, ValueError for a share that is none,
    ModuleNotFoundError without scikit-learn.

    >>> data = digits(7)
    >>> data.X.shape, data.Y.shape, data.X_test.shape, float(data.X.max())
    ((1347, 64), (1347, 10), (450, 64), 1.0)
    """
    try:
        from sklearn.datasets import load_digits  # here, so that importing nnlib costs numpy only
    except ModuleNotFoundError as error:
        raise checks.missing("digits()", "scikit-learn") from error

    pixels, label = load_digits(return_X_y=True)
    names = tuple("0123456789")
    return hold_out(pixels / 16, np.eye(10)[label], test_share, rng=rng, name="digits",
                    class_names=names, image_shape=(8, 8))  # fmt: skip


def shifted_copies(
    X: Array, Y: Array, image_shape: tuple[int, ...] = (8, 8)
) -> tuple[Array, Array]:
    """Each picture at nine places, moved by up to a pixel both ways: (9n, n_0) and (9n, k).

    X (n, n_0) are pictures laid out in rows of pixels, `image_shape` their rows and columns, and
    channels if there are any; what moves in is 0, what moves out is lost. The first n are the
    pictures as they were; Y (n, k) comes nine times. A moved digit is the same digit, so a network
    is told by examples what it cannot know (Simard, Steinkraus & Platt, "Best practices", 2003).
    Copies are for training: split first, or a test picture has its like among them. Raises
    ValueError for X and Y of different lengths or not finite, or pictures of another shape.

    >>> X, Y = shifted_copies(np.array([[1.0, 2, 3, 4]]), np.array([[1.0]]), image_shape=(2, 2))
    >>> X.shape, Y.shape, X[:3].tolist()  # as it was, then up and left, then up
    ((9, 4), (9, 1), [[1.0, 2.0, 3.0, 4.0], [4.0, 0.0, 0.0, 0.0], [3.0, 4.0, 0.0, 0.0]])
    """
    X, Y = checks.samples(X, "X", None), checks.samples(Y, "Y", None)
    checks.pairs(X, Y)
    shape = plans.image_shape(image_shape, X)
    rows, columns = shape[:2]
    padded = np.pad(X.reshape(-1, *shape), [(0, 0), (1, 1), (1, 1)] + [(0, 0)] * len(shape[2:]))
    # A window cut at (1, 1) of the padded picture is the picture, at (2, 2) it is up and left.
    moves = [(1, 1)] + [(i, j) for i in (2, 1, 0) for j in (2, 1, 0) if (i, j) != (1, 1)]
    copies = [padded[:, i : i + rows, j : j + columns].reshape(X.shape) for i, j in moves]
    return np.concatenate(copies), np.concatenate([Y] * 9)


def _settings(rng, n, noise, test_share, classes=2):
    classes, noise = checks.whole(classes, "classes", 2, 1000), checks.at_least_zero(noise, "noise")
    checks.share(test_share, "test_share")
    n = checks.whole(n, "n", 2 * classes, checks.MOST // max(10, classes))
    return checks.generator(rng), n, abs(noise), classes


def _classes(name, rng, X, label, noise, test_share) -> Dataset:
    k = label.max() + 1
    X = X + rng.normal(0, noise, X.shape)
    Y = np.eye(k)[label] if k > 2 else label[:, None].astype(float)
    names = tuple(map(str, range(k)))
    return hold_out(X, Y, test_share, rng=rng, name=name, class_names=names)


def hold_out(
    X: Array, Y: Array, test_share: float = 0.25, *, rng, name: str = "own",
    class_names: tuple[str, ...] | None = None, image_shape: tuple[int, int] | None = None,
) -> Dataset:  # fmt: skip
    """The Dataset of samples X (n, n_0) and targets or labels Y, `test_share` of them held out.

    Y is (n, k) targets; or labels, (n,) or (n, 1): strings, booleans, or numbers if `class_names`
    are given; or other numbers, for a regression. Y of the Dataset has one column of 0 and 1 for
    two classes, one for each class of more than two. Where classes are known, by labels or
    `class_names`, each is held out in the same share, but keeps one sample to train on. The
    order is shuffled by `rng`, a whole number or a Generator. Raises TypeError for another rng,
    ValueError for X and Y of different lengths or with numbers that are not finite, for labels that
    are not one for each name, and for a share that leaves no sample to train on, or fewer than
    there are classes.

    >>> X, Y = np.arange(8.0)[:, None], ["no"] * 4 + ["yes"] * 4
    >>> data = hold_out(X, Y, rng=7)
    >>> data.X.shape, data.Y_test.ravel(), data.class_names
    ((6, 1), array([0., 1.]), ('no', 'yes'))
    """
    rng, X = checks.generator(rng), checks.samples(X, "X", None)
    if image_shape is not None:
        image_shape = plans.image_shape(image_shape, X)
    Y, label, class_names = _targets(Y, class_names)
    Y = Y.astype(float) if Y.dtype.kind == "b" else Y
    checks.pairs(X, Y)
    n_test = ceil(len(X) * checks.share(test_share, "test_share"))
    least = 1 if label is None else len(np.unique(label))
    if len(X) - n_test < least:
        few = "none" if n_test == len(X) else f"{len(X) - n_test} for {least} classes"
        raise ValueError(
            f"test_share={test_share:g} of {len(X)} samples leaves {few} to train on: hold out"
            " fewer"
        )
    order = by_chance = rng.permutation(len(X))
    if label is not None:
        order = class_by_class(order, label, n_test)
    held, rest = np.split(order, [n_test])
    held, rest = by_chance[np.isin(by_chance, held)], rng.permutation(rest)
    return Dataset(name, X[rest], Y[rest], X[held], Y[held], class_names, image_shape)


def _targets(given, class_names) -> tuple[Array, Array | None, tuple[str, ...] | None]:
    """Targets (n, k); and where there are classes the number of each sample's, and their names."""
    Y = plain(given, "Y")
    in_a_column = Y.ndim == 1 or Y.shape[1:] == (1,)
    Y = Y if in_a_column else read(Y, "Y")
    if class_names is None and (not in_a_column or Y.dtype.kind in "iuf"):
        checks.finite(Y, "Y")
        return checks.samples(Y[:, None] if Y.ndim == 1 else Y, "Y", None), None, None
    written = None if class_names is None else names(class_names)
    if not in_a_column:
        if Y.shape[1] != len(written):
            raise ValueError(
                f"Y has shape {Y.shape} and there are {len(written)} class names: give a column for"
                " each, or labels (n,)"
            )
        return Y, class_numbers(Y), written
    found = read(Y, "Y")
    if found.ndim == 2:
        raise ValueError(
            f"Y holds {checks.shown(found[found != np.round(found)][0].item())}: the labels of"
            " classes are whole; without class_names Y is a regression"
        )
    each = ordered(found, len(written) if written else 2 if found.dtype.kind == "b" else None)
    label = numbers(found, each)
    Y = np.eye(len(each))[label] if len(each) > 2 else label[:, None].astype(float)
    return Y, label, written or names(each)
