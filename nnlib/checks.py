"""What is refused, and in which words: every check of the numerics, and of what stands on them.

A check returns what it was given, in the form that the numerics use, or raises with a sentence that
says what was given, what was expected and what to do.
"""

from __future__ import annotations  # numpy.random is loaded when it is used, not for a hint

from math import prod
from typing import NoReturn

import numpy as np

from nnlib.notation import Array

LONGEST = 60  # letters of what was given that a sentence quotes


def shown(value) -> str:
    """How a sentence quotes what was given: its repr, cut short where it is long.

    >>> print(shown("sigmoid"), shown(list(range(1000))))
    'sigmoid' [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16...
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


# Settings


def known(name, table: dict, kind: str):
    """The entry of `table` called `name`; ValueError with the names there are for any other."""
    if not isinstance(name, str) or name not in table:
        raise ValueError(f"unknown {kind} {shown(name)}: choose one of {', '.join(table)}")
    return table[name]


def generator(rng, name: str = "rng") -> np.random.Generator:
    """A numpy Generator: `rng` itself, or a new one from a whole number, its seed.

    Raises TypeError for anything else, so that no result depends on a seed nobody chose, and
    ValueError for a seed below 0.

    >>> generator(7).integers(100), generator(np.random.default_rng(7)).integers(100)
    (np.int64(94), np.int64(94))
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if not is_whole(rng):
        raise TypeError(
            f"{name}={shown(rng)}: give a whole number, say 7, or a generator,"
            " np.random.default_rng(7)"
        )
    return np.random.default_rng(whole(rng, name, least=0))


def is_whole(value) -> bool:
    """Whether `value` is one whole number, of whatever type: 3, 2.0, 1e4, np.int64(3).

    >>> [is_whole(value) for value in (3, 2.0, np.int64(3), 2.5, np.nan, "3", True, [3])]
    [True, True, True, False, False, False, False, False]
    """
    try:
        one = np.ndim(value) == 0 and not isinstance(value, bool | np.bool_)
        return one and bool(int(value) == value)
    except (TypeError, ValueError, OverflowError):  # None, nan, inf
        return False


def whole(value, name: str, least: int = 1) -> int:
    """`value` as an int; ValueError where it is no whole number, or below `least`.

    >>> whole(1e4, "steps")
    10000
    """
    if not is_whole(value) or value < least:
        raise ValueError(f"{name}={shown(value)}: it must be a whole number, at least {least}")
    return int(value)


def _is_number(value) -> bool:
    return type(value) in (float, int) or (
        np.ndim(value) == 0 and np.asarray(value).dtype.kind in "iuf"
    )


def at_least_zero(value, name: str) -> float:
    """`value` as a float; ValueError where it is not a finite number of at least 0."""
    if not (_is_number(value) and 0 <= value < np.inf):
        raise ValueError(f"{name}={shown(value)}: it must be a number, at least 0")
    return float(value)


def share(value, name: str) -> float:
    """`value` as a float; ValueError where it is not a number from 0 up to but not including 1."""
    if not (_is_number(value) and 0 <= value < 1):
        raise ValueError(f"{name}={shown(value)}: it must be at least 0 and below 1")
    return float(value)


def lengths(n: int, epochs, steps, batch_size) -> tuple[int, int]:
    """(samples in a batch, updates in all) of a training run; ValueError where they make none."""
    if (epochs is None) == (steps is None):
        raise ValueError(f"epochs={shown(epochs)}, steps={shown(steps)}: give one of the two")
    size = n if batch_size is None else min(whole(batch_size, "batch_size"), n)
    if steps is not None:
        return size, whole(steps, "steps")
    return size, whole(epochs, "epochs") * -(-n // size)


def penalties(l1=0.0, l2=0.0, dropout=0.0) -> None:
    """ValueError for penalties that are not at least 0, or a dropout that is not a share."""
    at_least_zero(l1, "l1")
    at_least_zero(l2, "l2")
    share(dropout, "dropout")


def learning_rate(value):
    """`value`; ValueError unless it is above 0 and finite, one number or an array of them."""
    rate = np.asarray(value)
    if rate.dtype.kind not in "iuf" or not (np.isfinite(rate).all() and (rate > 0).all()):
        raise ValueError(f"learning_rate={shown(value)}: it must be a number above 0, say 0.1")
    return (
        value if rate.ndim else float(rate)
    )  # which leaves float32 what it is: np.float64 does not


def scale(value):
    """`value`, a scale of initial weights; ValueError unless it is "auto" or a number r."""
    if isinstance(value, str) and value == "auto":
        return value
    if not (_is_number(value) and 0 <= value < np.inf):
        raise ValueError(f"scale={shown(value)}: give 'auto', or a number r for weights in [-r, r]")
    return value


# Networks


def sizes(given) -> tuple[int, ...]:
    """The units of each layer as whole numbers; ValueError where they describe no network."""
    units = tuple(given) if np.iterable(given) else (given,)
    if len(units) < 2:
        raise ValueError(
            f"sizes={shown(given)}: a network has at least 2 layers, say input and output: (2, 1)"
        )
    if not all(is_whole(n) and n >= 1 for n in units):
        raise ValueError(
            f"sizes={shown(given)}: every layer has a whole number of units, at least 1"
        )
    return tuple(int(n) for n in units)


def pair(loss: str, output: str, pairs: dict[str, list[str]]) -> None:
    """ValueError where a loss and an output activation do not go together.

    >>> pair("cross_entropy", "tanh", {"cross_entropy": ["logistic", "softmax"]})
    Traceback (most recent call last):
    ...
    ValueError: cross_entropy does not go with the output 'tanh'; these go together: \
cross_entropy with logistic, softmax
    """
    if output not in pairs[loss]:
        works = "; ".join(f"{name} with {', '.join(outputs)}" for name, outputs in pairs.items())
        raise ValueError(
            f"{loss} does not go with the output {shown(output)}; these go together: {works}"
        )


def trainable(hidden: str, output: str) -> None:
    """ValueError where an activation is the step, through whose slope of 0 nothing is learned."""
    if "step" in (hidden, output):
        raise ValueError(
            "a step is flat on both sides: its slope is 0 and nothing is learned; train with"
            " logistic or tanh, and take the step when predicting"
        )


def parts(given, *kinds: type) -> tuple:
    """The layers of a convolutional network: `kinds`, and whole numbers; the last is a number."""
    layers = tuple(given) if np.iterable(given) else (given,)
    for layer in layers:
        if not isinstance(layer, kinds) and not (is_whole(layer) and layer >= 1):
            raise ValueError(
                f"layers={shown(given)}: {shown(layer)} is no layer; give Convolution(16),"
                " Pooling(2), or a whole number for a dense layer of so many units"
            )
    if not layers or isinstance(layers[-1], kinds):
        raise ValueError(
            f"layers={shown(given)}: the last layer is dense, a whole number: how many outputs"
        )
    return tuple(layer if isinstance(layer, kinds) else int(layer) for layer in layers)


def left_out(*defaults: bool) -> None:
    """ValueError where, beside a network, settings were given that the network has itself."""
    if not all(defaults):
        raise ValueError(
            "a network names its own activations and loss: leave out activation, output and loss"
        )


def padding(padding: int, size: int) -> None:
    """ValueError where a window of `size` could lie in the padding alone, and see nothing."""
    if padding >= size:
        raise ValueError(
            f"padding={padding}: it must be below size={size}, or some windows hold nothing of the"
            " picture"
        )


def window(layer, shape: tuple) -> None:
    """ValueError where a window of the convolution `layer` does not fit into `shape`."""
    _pictures(layer, shape)
    if layer.size > min(shape[:2]) + 2 * layer.padding:
        raise ValueError(
            f"{layer}: a window of {layer.size} x {layer.size} does not fit into the picture it is"
            f" given, {shape[0]} x {shape[1]} with padding {layer.padding}; make it smaller"
        )


def blocks(layer, shape: tuple) -> None:
    """ValueError where the blocks of the pooling `layer` do not fill pictures of `shape`."""
    _pictures(layer, shape)
    if shape[0] % layer.size or shape[1] % layer.size:
        raise ValueError(
            f"{layer}: blocks of {layer.size} x {layer.size} do not fill the picture it is given,"
            f" {shape[0]} x {shape[1]}, and its last rows would never be seen; choose another size,"
            " or another padding of the convolution before it"
        )


def _pictures(layer, shape: tuple) -> None:
    if len(shape) != 3:
        raise ValueError(
            f"{layer} comes after a dense layer, which has lost the picture: put it before"
        )


# Samples


def floats(theta) -> Array:
    """theta as an array of floats: whole numbers and lists will do."""
    theta = np.asarray(theta)
    return theta if theta.dtype.kind == "f" else theta.astype(float)


def samples(X, name: str = "X", dtype=float) -> Array:
    """X as an array (..., n, units) of `dtype`, or of its own where that is None.

    Raises ValueError where there are no rows, or a number is not finite.

    >>> samples([[1, 2], [3, np.nan]])
    Traceback (most recent call last):
    ...
    ValueError: X[1, 1] is nan: every number must be finite; drop or fill such samples first
    """
    X = np.asarray(X, dtype)
    if X.ndim < 2 or X.shape[-2] == 0:
        raise ValueError(
            f"{name} has shape {X.shape}: expected (n, units), a row for each of at least one"
            " sample; a list of n numbers becomes a column by [:, None]"
        )
    return finite(X, name)


def finite(X: Array, name: str) -> Array:
    """X (any shape) itself; ValueError where a number is not finite."""
    if not np.isfinite(X).all():
        index = place(~np.isfinite(X))
        raise ValueError(
            f"{name}[{index}] is {X[~np.isfinite(X)][0]}: every number must be finite;"
            " drop or fill such samples first"
        )
    return X


def place(where: Array) -> str:
    """The index of the first True, as it is written between brackets.

    >>> place(np.array([[False, False], [False, True]]))
    '1, 1'
    """
    return ", ".join(str(i) for i in np.argwhere(where)[0])


def pairs(X: Array, Y: Array, name: str = "Y") -> None:
    """ValueError where X and the targets Y do not have as many samples."""
    n, m = X.shape[-2], Y.shape[-2] if Y.ndim > 1 else len(Y)
    if n != m:
        raise ValueError(
            f"X has {n} samples (shape {X.shape}) and {name} has {m}"
            f" (shape {Y.shape}): row i of {name} is the target of row i of X"
        )


def parameters(net, theta) -> Array:
    """theta (..., P) as floats; ValueError if it does not fit."""
    theta = floats(theta)
    if theta.shape[-1:] != (net.n_parameters,):
        raise ValueError(
            f"a {net.sizes} network has {net.n_parameters} parameters; theta has shape"
            f" {theta.shape}: make one with net.init(rng)"
        )
    return theta


def inputs(net, theta, X) -> tuple[Array, Array]:
    """theta (..., P) and X (..., n, n_0) as floats of one type; ValueError if one does not fit."""
    theta = parameters(net, theta)
    X = np.asarray(X, theta.dtype)
    if X.ndim < 2 or X.shape[-1] != net.sizes[0]:
        raise ValueError(
            f"X has shape {X.shape}, expected (n, {net.sizes[0]}): a row for each sample, a"
            f" column for each of the network's {net.sizes[0]} inputs; one sample x is x[None]"
        )
    if theta.ndim > 1:  # one network answers samples of any number of axes
        _stack("X", X, theta)
    return theta, X


def targets(net, theta: Array, X: Array, Y) -> Array:
    """Y (..., n, n_L) as floats of theta's type; ValueError if it does not fit."""
    Y = np.asarray(Y, theta.dtype)
    if Y.shape[-2:] != (X.shape[-2], net.sizes[-1]):
        _refuse_targets(net, X, Y)
    if X.ndim > 2 or Y.ndim > 2:
        _stack("X", X, theta)
        _stack("Y", Y, theta)
    return Y


def _stack(name: str, given: Array, theta: Array) -> None:
    if given.ndim > 2 and given.shape[:-2] != theta.shape[:-1]:
        raise ValueError(
            f"{name} has shape {given.shape}, own samples for a stack of {given.shape[:-2]}, and"
            f" theta has shape {theta.shape}, a stack of {theta.shape[:-1]}: share one {name} of 2"
            " axes, or give each network its own"
        )


def _refuse_targets(net, X: Array, Y: Array) -> NoReturn:
    hint = ""
    if Y.ndim == 1:
        one_hot = f"Labels become targets by np.eye({net.sizes[-1]})[Y]"
        hint = one_hot if net.sizes[-1] > 1 else "A list becomes a column by Y[:, None]"
    raise ValueError(
        f"Y has shape {Y.shape}, expected {(X.shape[-2], net.sizes[-1])}: a row for each sample of"
        f" X, a column for each of the network's {net.sizes[-1]} outputs. {hint}".rstrip()
    )


def image_shape(given, X: Array | None = None) -> tuple[int, ...]:
    """Rows and columns, and channels if named, of the pictures X (n, n_0), as whole numbers.

    Raises ValueError where X, if given, has other axes, or its rows do not fill such a picture.

    >>> image_shape([8, 8.0], np.zeros((5, 64)))
    (8, 8)
    """
    shape = tuple(given) if np.iterable(given) else (given,)
    if len(shape) not in (2, 3) or not all(is_whole(n) and n >= 1 for n in shape):
        raise ValueError(
            f"image_shape={shown(given)}: give rows and columns, say (8, 8), or rows, columns and"
            " channels"
        )
    shape = tuple(int(n) for n in shape)
    if X is not None and (X.ndim != 2 or X.shape[1] != prod(shape)):
        raise ValueError(
            f"X has shape {X.shape}: expected (n, {prod(shape)}), a row for each picture of"
            f" {' x '.join(map(str, shape))} numbers; say another image_shape if they have one"
        )
    return shape


def missing(what: str, package: str) -> ModuleNotFoundError:
    """What to raise where a package is not installed that only `what` needs.

    >>> raise missing("digits()", "scikit-learn")
    Traceback (most recent call last):
    ModuleNotFoundError: digits() needs scikit-learn, not installed here: pip install scikit-learn
    """
    return ModuleNotFoundError(f"{what} needs {package}, not installed here: pip install {package}")


def probabilities(net, Y: Array) -> None:
    """ValueError where targets are not what the loss of `net` is about.

    For cross-entropy they are probabilities, from 0 to 1; with softmax each row sums to 1. A
    network that names no `loss` and no `output` takes any targets.
    """
    if getattr(net, "loss", None) == "cross_entropy" and not ((Y >= 0) & (Y <= 1)).all():
        raise ValueError(
            f"Y runs from {Y.min():g} to {Y.max():g}: for cross_entropy targets are from 0 to 1"
        )
    if getattr(net, "output", None) == "softmax" and not np.allclose(Y.sum(axis=-1), 1, atol=1e-3):
        raise ValueError(
            "with softmax each row of Y sums to 1, a single 1 for the right class: of labels"
            f" make np.eye({net.sizes[-1]})[labels]"
        )
