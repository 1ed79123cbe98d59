"""What is refused, and in which words: the checks that more than one module needs.

A check returns what it was given, in the form that the numerics use, or raises with a sentence that
says what was given, what was expected and what to do.
"""

from __future__ import annotations  # so that a type hint does not load numpy.random

from contextlib import suppress
from math import isfinite, prod
from numbers import Real
from reprlib import Repr

import numpy as np

from nnlib.notation import Array

LONGEST = 60  # letters of what was given that a sentence quotes
MOST = 50_000_000  # numbers in one array, 400 MB: what is larger was hardly meant


class _Brief(Repr):
    def repr_instance(self, value, level: int) -> str:
        return repr(value)


_short = _Brief()  # leaves out what is in the middle of a long text or number, or deep inside
_short.maxstring = _short.maxlong = LONGEST + 10
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxdict = LONGEST
_short.maxlevel = 4


def shown(value) -> str:
    """How a sentence quotes what was given: its repr, cut short where it is long.

    A number of numpy is written like any other; where the repr fails, the type is named.

    >>> print(shown("sigmoid"), shown(np.int64(3)), shown(list(range(1000))))
    'sigmoid' 3 [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16...
    """
    try:
        value = value.item() if isinstance(value, np.number | np.bool_) else value
        text = " ".join(_short.repr(value)[: 10 * LONGEST].split())
    except Exception:  # whatever the repr of somebody's own class does
        text = f"<{type(value).__name__}>"
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


# Settings


def known(name, table: dict, kind: str):
    """The entry of `table` called `name`; for another name, ValueError with all the names."""
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


def _real(value):
    """`value` as a number of Python, where it is one real number of whatever type, else None."""
    if type(value) in (float, int):
        return value
    if isinstance(value, np.ndarray | np.generic):
        if value.ndim or value.dtype.kind not in "iufO" or _masked(value):
            return None
        value = value.item()
    return value if isinstance(value, Real) and not isinstance(value, bool) else None


def _masked(value) -> bool:
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.getmaskarray(value).any())


def is_whole(value) -> bool:
    """Whether `value` is one whole number, of whatever type: 3, 2.0, 1e4, np.int64(3).

    >>> [is_whole(value) for value in (3, 2.0, np.int64(3), 2.5, np.nan, "3", True, [3])]
    [True, True, True, False, False, False, False, False]
    """
    value = _real(value)
    try:
        return value is not None and bool(int(value) == value)
    except Exception:  # nan, inf, and numbers of somebody's own making
        return False


def whole(value, name: str, least: int = 1, most: int | None = None) -> int:
    """`value` as an int; ValueError where it is no whole number, below `least` or above `most`.

    >>> whole(1e4, "steps")
    10000
    """
    number = int(_real(value)) if is_whole(value) else None
    if number is None or number < least or (most is not None and number > most):
        ends = f"at least {least}" + ("" if most is None else f" and at most {most:,}")
        raise ValueError(f"{name}={shown(value)}: it must be a whole number, {ends}")
    return number


def _float(value) -> float:
    """`value` as a float: nan where it is not one real number, inf where it is too large."""
    value = _real(value)
    try:
        return np.nan if value is None else float(value)
    except OverflowError:
        return np.inf
    except Exception:  # numbers of somebody's own making
        return np.nan


def number(value, name: str) -> float:
    """`value` as a float; ValueError where it is not one finite number."""
    if not isfinite(_float(value)):
        raise ValueError(f"{name}={shown(value)}: it must be a finite number, say 0.5")
    return _float(value)


def above_zero(value, name: str, example: str) -> float:
    """`value` as a float; ValueError where it is not a finite number above 0."""
    if not 0 < _float(value) < np.inf:
        raise ValueError(f"{name}={shown(value)}: it must be a number above 0, say {example}")
    return _float(value)


def at_least_zero(value, name: str) -> float:
    """`value` as a float; ValueError where it is not a finite number of at least 0."""
    if not 0 <= _float(value) < np.inf:
        raise ValueError(f"{name}={shown(value)}: it must be a number, at least 0")
    return _float(value)


def share(value, name: str) -> float:
    """`value` as a float; ValueError where it is not a number from 0 up to but not including 1."""
    if not 0 <= _float(value) < 1:
        raise ValueError(f"{name}={shown(value)}: it must be at least 0 and below 1")
    return _float(value)


def flag(value, name: str) -> bool:
    """`value` as a bool; TypeError where it is neither True nor False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name}={shown(value)}: give True or False")
    return bool(value)


def entries(given) -> tuple:
    """The entries of a list, a tuple, a range or an array; anything else is one entry.

    >>> entries([2, 1]), entries(np.array([2, 1])), entries(2), entries("21")
    ((2, 1), (2, 1), (2,), ('21',))
    """
    with suppress(Exception):  # no tolist, or somebody's own
        # tolist: arrays, and the columns of a data frame.
        listed = given if isinstance(given, list | tuple | range) else given.tolist()
        if isinstance(listed, list | tuple | range):
            return tuple(listed)
    return (given,)


def float_type(given, name: str = "dtype") -> type:
    """One of numpy's types of floats, from the type, its dtype or its name; TypeError otherwise."""
    given = given.type if isinstance(given, np.dtype) else given
    for kind in (np.float64, np.float32, np.float16, np.longdouble):
        if given is kind or (isinstance(given, str) and given == kind.__name__):
            return kind
    if given is float or given is None:
        return np.float64
    raise TypeError(f"{name}={shown(given)}: give a type of floats, say float or np.float32")


def shape(given, name: str, least: int = 1) -> tuple[int, ...]:
    """The axes of an array as whole numbers; ValueError for others, or for too large an array."""
    axes = entries(given)
    if len(axes) > 32 or not all(is_whole(n) and n >= least for n in axes):
        raise ValueError(f"{name}={shown(given)}: give whole numbers, at least {least}, say (2, 3)")
    axes = tuple(int(n) for n in axes)
    memory(prod(axes), **{name: given})
    return axes


def memory(count: int, **given) -> None:
    """ValueError where an array of `count` numbers would be too large.

    `given`, by name, are the arguments that ask for it.
    """
    if count > MOST:
        what = ", ".join(f"{name}={shown(value)}" for name, value in given.items())
        raise ValueError(f"{what}: that makes more than {MOST:,} numbers in one array; try fewer")


def lengths(n: int, epochs, steps, batch_size) -> tuple[int, int]:
    """(samples in a batch, updates in all) of a training run; ValueError where they make none."""
    if (epochs is None) == (steps is None):
        raise ValueError(f"epochs={shown(epochs)}, steps={shown(steps)}: give one of the two")
    size = n if batch_size is None else min(whole(batch_size, "batch_size"), n)
    if steps is not None:
        return size, whole(steps, "steps")
    return size, whole(epochs, "epochs") * -(-n // size)


def penalties(l1=0.0, l2=0.0, dropout=0.0) -> tuple[float, float, float]:
    """The three as floats; ValueError for penalties below 0, or a dropout that is not a share."""
    return at_least_zero(l1, "l1"), at_least_zero(l2, "l2"), share(dropout, "dropout")


def learning_rate(value):
    """`value`; ValueError unless it is a number above 0, or a column (S, 1) of them."""
    if 0 < _float(value) < np.inf:
        return _float(value)
    try:
        rate = numbers(value, "learning_rate")
    except ValueError:
        rate = np.zeros(1)
    if (
        rate.shape[-1:] != (1,)
        or rate.dtype.kind == "b"
        or not ((rate > 0) & (rate < np.inf)).all()
    ):
        raise ValueError(
            f"learning_rate={shown(value)}: it must be a number above 0, say 0.1; for a stack of"
            " networks an array (S, 1)"
        )
    return rate


def scale(value):
    """`value`, a scale of initial weights; ValueError unless it is "auto" or a number r."""
    if isinstance(value, str) and value == "auto":
        return value
    if not 0 <= _float(value) < 1e300:  # from -r to r: 2 r is a float too
        raise ValueError(f"scale={shown(value)}: give 'auto', or a number r for weights in [-r, r]")
    return abs(_float(value))  # -0.0 is 0


# Samples


def dense(values, name: str = "X") -> Array:
    """`values` as an array; ValueError where numpy would misread them, or would drop a mask."""
    if type(values) is np.ndarray:
        return values
    if hasattr(type(values), "toarray"):
        raise ValueError(
            f"{name} is a sparse {type(values).__name__} of shape {np.shape(values)}: give an array"
            f" with all its zeros, {name}.toarray()"
        )
    if _masked(values):
        raise ValueError(
            f"{name} is a masked array, and {np.ma.count_masked(values)} of {values.size} entries"
            " are masked: drop or fill such samples first"
        )
    try:
        return np.asarray(values)
    except Exception:  # a list of lists, or the __array__ of somebody's own class
        raise ValueError(
            f"{name}={shown(values)}: its rows are not of one length; give every sample as"
            " many numbers"
        ) from None


def numbers(given, name: str, dtype=None) -> Array:
    """`given` as an array of real numbers, of `dtype` where one is named.

    Raises ValueError for what are no numbers, numbers written as text, a mask, a sparse matrix, or
    rows of different lengths.

    >>> numbers([["1", "2"]], "X")
    Traceback (most recent call last):
    ...
    ValueError: X=[['1', '2']]: expected an array of numbers; text becomes numbers by \
np.array(X, float)
    """
    A = dense(given, name)
    if A.dtype.kind == "O" and all(isinstance(a, Real | np.bool_) for a in A.flat):
        with suppress(Exception):  # a column of a data frame, of numbers all the same
            A = A.astype(float)
    if A.dtype.kind not in "biuf":
        raise ValueError(
            f"{name}={shown(given)}: expected an array of numbers; {_what_to_do(A, name)}"
        )
    dtype = np.dtype(dtype or A.dtype).newbyteorder("=")
    if A.dtype == dtype:
        return A
    with np.errstate(all="ignore"):  # too large for the type: infinite
        return A.astype(dtype)


def _what_to_do(A: Array, name: str) -> str:
    if A.dtype.kind in "US":
        return f"text becomes numbers by np.array({name}, float)"
    if A.dtype.kind == "c":
        return f"complex ones are not understood: take {name}.real"
    return "each row a list of as many, with nothing missing"


def floats(theta, name: str = "theta") -> Array:
    """theta as an array of floats: whole numbers and lists will do.

    Half precision becomes single: the smallest numbers of the optimizers would be 0 in it.
    """
    theta = numbers(theta, name)
    if theta.dtype == np.float16:
        return theta.astype(np.float32)
    return theta if theta.dtype.kind == "f" else theta.astype(float)


def samples(X, name: str = "X", dtype=float) -> Array:
    """X as an array (..., n, units) of `dtype`, or of its own where that is None.

    Raises ValueError where there are no rows, or a number is not finite.

    >>> samples([[1, 2], [3, np.nan]])
    Traceback (most recent call last):
    ...
    ValueError: X[1, 1] is nan: every number must be finite; drop or fill such samples first
    """
    X = numbers(X, name, dtype)
    if X.ndim < 2 or 0 in X.shape:
        raise ValueError(
            f"{name} has shape {shown(X.shape)}: expected (n, units), a row for each of at least"
            " one sample; a list of n numbers becomes a column by [:, None]"
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
