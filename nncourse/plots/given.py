"""What a picture is given: the checks, which raise ValueError, and how sentences quote numbers."""

from __future__ import annotations

import numpy as np

from nnlib.datasets import Dataset
from nnlib.network import Network
from nnlib.notation import Array
from nncourse.words import fixed, short


def expect(condition, sentence: str) -> None:
    """Raise ValueError with this sentence unless the condition holds."""
    if not condition:
        raise ValueError(sentence)


def numbers(name: str, values, axes: int = 1) -> Array:
    """`values` as an array of numbers with so many axes, and at least one number."""
    values, given = np.asarray(values), f"{name} has shape {np.shape(values)}"
    expect(values.dtype.kind in "biuf", f"{name} holds {values.dtype}: expected numbers")
    shape = ("(n,)", "(n, k)")[axes - 1]
    expect(values.ndim == axes, f"{given}, expected {shape}")
    expect(values.size, f"{given}: there is nothing in it to draw")
    return values


def labelled(name: str, series: dict, like: Array, above: float = -np.inf) -> dict:
    """`series` as {label: floats (n,)}, each as long as `like` and with a number above `above`."""
    expect(isinstance(series, dict) and series, f"{name}={series!r}: expected {{label: numbers}}")
    series = {label: numbers(repr(label), y).astype(float) for label, y in series.items()}
    for label, y in series.items():
        expect(len(y) == len(like), f"{label!r} has {len(y)} numbers, the other axis {len(like)}")
        expect((y > above).any(), f"{label!r} has no number above {above}: nothing to draw")
    return series


def parameters_of_one(net: Network, theta) -> Array:
    """`theta` as an array (P,), the parameters of one network and not of a stack."""
    theta = np.asarray(theta)
    expect(
        theta.shape == (net.n_parameters,),
        f"theta has shape {theta.shape}, expected ({net.n_parameters},): the parameters of one"
        f" {net.sizes} network; of a stack pass one, theta[0]",
    )
    return theta


def samples(data: Dataset, test: bool = False) -> tuple[Array, Array]:
    """X and Y of the training set or of the test set, with at least one sample."""
    X, Y = (data.X_test, data.Y_test) if test else (data.X, data.Y)
    expect(len(X), f"{data.name} has no {'test' if test else 'training'} points to draw")
    return X, Y


def expect_fit(net: Network, data: Dataset, inputs: int) -> None:
    """Raise ValueError unless network and data have so many inputs, and go together.

    A picture of 1 input shows a regression, a picture of 2 inputs shows classes.
    """
    kind = "classes, see decision_boundary" if inputs == 1 else "numbers, see plots.regression"
    expect((data.class_names is None) == (inputs == 1), f"the targets of {data.name} are {kind}")
    expect(
        net.sizes[0] == data.X.shape[1] == inputs,
        f"the network has {net.sizes[0]} inputs and {data.name} has {data.X.shape[1]}: this"
        f" picture shows {inputs} of each",
    )
    expect(
        net.sizes[-1] == data.Y.shape[1],
        f"the network has {net.sizes[-1]} outputs and {data.name} has {data.Y.shape[1]} columns of"
        " targets: they must be as many",
    )


def about(number: float, largest: float = 0.0, digits: int = 2) -> str:
    """A number in so many significant digits; 0 where it is rounding noise beside `largest`.

    >>> about(0.0347), about(1e-17, largest=1.0)
    ('0.035', '0')
    """
    return "0" if abs(number) <= 1e-9 * abs(largest) else short(number, digits)


def span(values: Array) -> str:
    """The smallest and the largest of some numbers.

    >>> span(np.array([0.5, -1, 2]))
    'from −1.00 to 2.00'
    """
    return f"from {fixed(values.min())} to {fixed(values.max())}"


def written(number: float) -> str:
    """A number with two decimals, or with none from 10 on."""
    return fixed(number, 2 if abs(number) < 10 else 0)


def row(values: Array) -> str:
    """Numbers in a row; of more than 8 the smallest and the largest."""
    return ", ".join(map(written, values.ravel())) if values.size <= 8 else span(values)
