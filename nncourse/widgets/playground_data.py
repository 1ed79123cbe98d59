"""The points of the playground: those of nnlib's data sets, and points of one's own."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnlib import checks, classes
from nnlib.datasets import (
    Dataset,
    blobs,
    circles,
    hills,
    hold_out,
    plane,
    quadrants,
    spirals,
    xor,
)
from nnlib.notation import Array
from nncourse.widgets.base.controls import is_number
from nncourse.widgets.base.payloads import heat

MAKERS = {"quadrants": quadrants, "circles": circles, "blobs": blobs, "spirals": spirals,
          "plane": plane, "hills": hills}  # fmt: skip
TITLES = {"xor": "4 points", "quadrants": "XOR", "circles": "circles", "blobs": "gauss",
          "spirals": "spiral", "plane": "plane", "hills": "hills", "own": "your own"}  # fmt: skip
# A setting for each feature, and what nnlib.features calls it.
FEATURES = {"x1": "x1", "x2": "x2", "x1_squared": "x1²", "x2_squared": "x2²", "x1_x2": "x1 x2",
            "sin_x1": "sin π x1", "sin_x2": "sin π x2"}  # fmt: skip
# The axes of the hidden space: the unit that counts most, or one by its number.
AXES = {"auto": "auto"} | {k: f"unit {k}" for k in range(1, 17)}
MOST_POINTS = 2000
CARD_SIDE = 24  # pixels of the small map that a data set is chosen by
Window = tuple[float, float, float, float]  # of the map: x0, x1, y0, y1


def dataset(settings: dict, own: Dataset | None) -> Dataset:
    """The points that the settings ask for; `own` are those of one's own, without a test set.

    Raises ValueError for data="own" where there are none.
    """
    name, test_share = settings["data"], _test_share(settings)
    rng = np.random.default_rng(settings["data_seed"])
    if name == "xor":
        return xor()
    if name != "own":
        return MAKERS[name](rng, settings["n"], noise=settings["noise"], test_share=test_share)
    if own is None:
        raise ValueError("there are no points of your own: widgets.Playground(X, y)")
    try:
        return hold_out(own.X, own.Y, test_share, rng=rng, class_names=own.class_names)
    except ValueError:
        raise ValueError(
            f"train_share={settings['train_share']}: of {len(own.X)} points that leaves none to"
            " train on, or not one of each class; choose a larger share, or give more points"
        ) from None


def dataset_lines(settings: dict, own: Dataset | None) -> list[str]:
    """The lines that make the same points as `dataset`."""
    name, test_share = settings["data"], _test_share(settings)
    rng = f"np.random.default_rng({settings['data_seed']})"
    if name == "xor":
        return ["data = xor()"]
    if name != "own":
        return [f"data = {name}({rng}, n={settings['n']}, noise={settings['noise']!r},"
                f" test_share={test_share!r})"]  # fmt: skip
    return [f"X = np.array({own.X.tolist()})",
            f"Y = np.array({own.Y.tolist()})",
            f"data = hold_out(X, Y, {test_share!r}, rng={rng},"
            f" class_names={own.class_names})"]  # fmt: skip


def _test_share(settings: dict) -> float:
    return 1 - settings["train_share"] / 100


def window_of(data: Dataset) -> Window:
    """The window of the map: all points, and a margin to move them in."""
    X = np.concatenate([data.X, data.X_test])
    low, high = X.min(axis=0), X.max(axis=0)
    if data.name not in ("own", "xor"):  # these lie around the origin
        reach = np.ceil(11 * np.abs(X).max()) / 10
        low, high = np.array([-reach] * 2), np.array([reach] * 2)
    else:
        margin = np.where(high > low, 0.3 * (high - low), 1.0)
        low, high = low - margin, high + margin
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])


# The cards that a data set is chosen by


@cache
def cards() -> dict[str, bytes]:
    """A small map of what each data set asks for, by its name."""
    side = np.linspace(1.1, -1.1, CARD_SIDE)
    places = np.stack(np.meshgrid(-side, side), axis=-1).reshape(-1, 2)
    maps = {"xor": heat(np.kron([[1, -1], [-1, 1]], np.ones((CARD_SIDE // 2,) * 2)))}
    for name, maker in MAKERS.items():
        data = maker(np.random.default_rng(7), 600, noise=0.0, test_share=0)
        nearest = ((places[:, None] - data.X) ** 2).sum(axis=-1).argmin(axis=1)
        y = data.Y[nearest, 0]
        maps[name] = heat(y if data.class_names is None else 2 * y - 1)
    return maps


def own_card(own: Dataset) -> bytes:
    """The same of points of one's own, a pixel each."""
    x0, x1, y0, y1 = window_of(own)
    card = np.zeros((CARD_SIDE, CARD_SIDE))
    X, Y = own.X, own.Y[:, 0]
    values = np.where(Y > 0.5, 1, -1) if own.class_names else Y / (np.abs(Y).max() or 1)
    column = ((X[:, 0] - x0) / (x1 - x0) * (CARD_SIDE - 0.01)).astype(int)
    row = ((y1 - X[:, 1]) / (y1 - y0) * (CARD_SIDE - 0.01)).astype(int)
    card[row, column] = values
    return heat(card)


def number(value, name: str, low: float, high: float) -> float:
    """`value` as a number between two ends; ValueError, which calls it by `name`, for others."""
    if not is_number(value) or not low <= value <= high:
        raise ValueError(f"{name}: {checks.shown(value)} given, expected {low:.3g} to {high:.3g}")
    return float(value)


# Points of one's own


def own_dataset(X, y) -> Dataset:
    """Points X (n, 2) and targets y (n,) of one's own, all of them training points.

    Two different values are two classes, real numbers a regression; rows with a single 1 are
    classes. Raises ValueError for what the playground cannot show or learn.
    """
    X, y = _own_points(X, y)
    values = np.unique(y)
    if len(values) == 2:
        return _all_training(X, (y == values[1]).astype(float), classes.names(values))
    if y.dtype.kind != "f" or (len(values) <= 20 and (values == np.round(values)).all()):
        raise ValueError(
            f"y has {len(values)} different values, {', '.join(map(str, values.tolist()[:5]))} ...:"
            " the playground parts two classes, say y == y[0], or fits numbers that are not whole"
        )
    return _all_training(X, y, None)


def _own_points(X, y) -> tuple[Array, Array]:
    """X and y as arrays (n, 2) and (n,); ValueError for other shapes, or X that does not train."""
    if X is None or y is None:
        raise ValueError("give both: Playground(X, y), points (n, 2) and targets (n,)")
    X, y = checks.dense(X, "X"), classes.plain(y, "y")
    if X.ndim == 2 and X.shape[1] > 2:
        raise ValueError(
            f"X has shape {X.shape}: the map has two axes, so choose two columns, X[:, [0, 1]]"
        )
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"X has shape {X.shape}, expected (n, 2): a row for each point")
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    elif y.ndim == 2 and y.dtype.kind in "biuf" and np.isin(y, (0, 1)).all():
        y = y.argmax(axis=1) if (y.sum(axis=1) == 1).all() else y
    if y.dtype.kind == "f":
        checks.finite(y, "y")
    if y.shape != (len(X),):
        raise ValueError(f"X has {len(X)} points and y has shape {y.shape}: expected ({len(X)},)")
    if not 2 <= len(X) <= MOST_POINTS:
        raise ValueError(
            f"{len(X):,} points: expected 2 to {MOST_POINTS:,}; take some of them at random,"
            f" rng.permutation(len(X))[:{MOST_POINTS}]"
        )
    X = checks.samples(X)
    if np.abs(X).max() > 100:
        raise ValueError(
            f"X reaches {np.abs(X).max():.3g}: inputs of about 1 train best, so scale them,"
            " (X - X.mean(axis=0)) / X.std(axis=0)"
        )
    return X, y


def _all_training(X: Array, y: Array, class_names: tuple | None) -> Dataset:
    Y = np.asarray(y, float)[:, None]
    return Dataset("own", np.asarray(X, float), Y, X[:0], Y[:0], class_names)


def own_in_recipe(own: Dataset) -> dict:
    """Points of one's own as a recipe holds them."""
    names = list(own.class_names) if own.class_names else None
    return {"X": own.X.tolist(), "Y": own.Y[:, 0].tolist(), "names": names}


def own_of_recipe(given) -> Dataset:
    """The points that `own_in_recipe` wrote down; ValueError for anything else."""
    try:
        X, Y, names = (given[name] for name in ("X", "Y", "names"))
        if len(X) > MOST_POINTS or len(Y) > MOST_POINTS:
            raise ValueError(f"more than {MOST_POINTS:,} points")
        data = own_dataset(np.array(X, float), np.array(Y, float))
        if (names is None) != (data.class_names is None):
            raise ValueError("two classes have two names, numbers have none")
        names = names and tuple(str(name)[:40] for name in names)
        if names and len(names) != 2:
            raise ValueError(f"{len(names)} names for two classes")
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"the points of this recipe can't be used: {error}") from error
    return data._replace(class_names=names)
