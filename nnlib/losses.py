"""How wrong the outputs are, in one number, and its slope at the output: delta = d loss / d z.

A loss is built for the output activation that it follows, because only the pair knows its delta.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnlib import checks, guards, plans
from nnlib.activations import ACTIVATIONS, softmax
from nnlib.notation import Array

OUTPUTS = {f.name: f.value for f in ACTIVATIONS.values()} | {"softmax": guards.unchecked(softmax)}
LOSSES = {"squared_error": [*ACTIVATIONS], "cross_entropy": ["logistic", "softmax"]}  # with outputs


class Loss(NamedTuple):
    """A loss for one kind of output; z, a = f(z) and the targets y are (..., n, n_L).

    `value` is one number for each network, a mean over the samples; `delta` has the shape of z.
    """

    value: Callable[[Array, Array, Array], Array]
    delta: Callable[[Array, Array, Array], Array]


def loss_for(loss: str, output: str) -> Loss:
    """The loss called `loss` for the output activation called `output`; for each sample it is

    squared_error (Legendre, 1805)    ½ Σ_k (a_k - y_k)²
    cross_entropy, logistic outputs   -Σ_k y_k log a_k + (1 - y_k) log(1 - a_k), k yes-or-no answers
    cross_entropy, softmax outputs    -Σ_k y_k log a_k, one class of k; each row of y sums to 1

    Cross-entropy is computed from z, so that no log meets a zero (Bridle 1990; Bishop 2006, section
    4.3). Raises ValueError for an unknown name, or a pair that does not go together.

    >>> loss, z, y = loss_for("squared_error", "identity"), np.array([[0.5], [2.0]]), 1.0
    >>> print(loss.value(z, z, y), loss.delta(z, z, y).ravel())  # (0.5² + 1²) / 2, over 2 samples
    0.3125 [-0.25  0.5 ]
    """
    checks.known(loss, LOSSES, "loss")
    plans.pair(loss, output, LOSSES)
    if loss == "squared_error":
        f = ACTIVATIONS[output]
        return Loss(
            value=lambda z, a, y: _squares(a - y) / (2 * z.shape[-2]),
            delta=lambda z, a, y: (a - y) * f.slope(z, a) / z.shape[-2],
        )
    surprise = _softmax_surprise if output == "softmax" else _logistic_surprise
    return Loss(
        value=lambda z, a, y: surprise(z, a, y) / z.shape[-2],
        delta=lambda z, a, y: (a - y) / z.shape[-2],
    )


def _squares(error: Array) -> Array:
    flat = error.reshape(*error.shape[:-2], -1)
    return np.vecdot(flat, flat)  # half the time of two sums


def _logistic_surprise(z: Array, a: Array, y: Array) -> Array:
    return (np.logaddexp(0.0, z) - y * z).sum(axis=(-2, -1))


def _softmax_surprise(z: Array, a: Array, y: Array) -> Array:
    # log Σ e^z = max z - log max a: the largest a is at least 1/k, so this log is always safe.
    return (z.max(axis=-1) - np.log(a.max(axis=-1)) - np.vecdot(y, z)).sum(axis=-1)
