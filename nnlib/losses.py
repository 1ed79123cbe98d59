"""How wrong the outputs are, in one number, and the blame at the output: delta = d loss / d z.

`value(z, a, y)` is summed over the outputs and averaged over the n samples; `delta(z, a, y)` has
the shape of z. A loss is built for the output activation that it follows, because only the pair
knows its delta.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnlib.activations import ACTIVATIONS, Activation, softmax
from nnlib.notation import Array, known


class Loss(NamedTuple):
    """A loss and its delta for one kind of output; z, a and y are (..., n, n_L).

    >>> loss = LOSSES["squared_error"]("identity")
    >>> z = a = np.array([[0.5], [2.0]]); y = np.array([[0.0], [1.0]])
    >>> loss.value(z, a, y)  # (0.5² + 1²) / 2, over 2 samples
    np.float64(0.3125)
    >>> loss.delta(z, a, y).ravel()
    array([0.25, 0.5 ])
    """

    value: Callable[[Array, Array, Array], Array]
    delta: Callable[[Array, Array, Array], Array]


def squared_error(output: str) -> Loss:
    """½ Σ_k (a_k - y_k)², averaged over the samples; with any elementwise output (Legendre, 1805).

    Raises ValueError for softmax, whose outputs depend on one another.
    """
    if output not in ACTIVATIONS:
        raise ValueError(f"{PAIRS}; squared_error with {output!r} is not one of them")
    f: Activation = ACTIVATIONS[output]
    return Loss(
        value=lambda z, a, y: _squares(a - y) / (2 * z.shape[-2]),
        delta=lambda z, a, y: (a - y) * f.slope(z, a) / z.shape[-2],
    )


def _squares(error: Array) -> Array:
    """Σ error² over the samples and the outputs, in one product: summing twice takes twice as long.

    >>> _squares(np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.float64(30.0)
    """
    flat = error.reshape(*error.shape[:-2], -1)
    return np.vecdot(flat, flat)


def cross_entropy(output: str) -> Loss:
    """The surprise at the right answer, averaged over the samples; delta is (a - y) / n.

    logistic: -Σ_k y_k log a_k + (1 - y_k) log(1 - a_k), for k independent yes-or-no outputs;
    softmax: -Σ_k y_k log a_k, for one class of k, each row of y summing to 1. Both are computed
    from z, so that no log meets a zero (Bridle 1990; Bishop 2006, section 4.3). Raises ValueError
    for any other output.
    """
    if output == "logistic":
        surprise = _logistic_surprise
    elif output == "softmax":
        surprise = _softmax_surprise
    else:
        raise ValueError(f"{PAIRS}; cross_entropy with {output!r} is not one of them")
    return Loss(
        value=lambda z, a, y: surprise(z, a, y).sum(axis=-1) / z.shape[-2],
        delta=lambda z, a, y: (a - y) / z.shape[-2],
    )


def _logistic_surprise(z: Array, a: Array, y: Array) -> Array:
    return (np.logaddexp(0, z) - y * z).sum(axis=-1)


def _softmax_surprise(z: Array, a: Array, y: Array) -> Array:
    # log Σ e^z = max z - log max a: the largest a is at least 1/k, so this log is always safe.
    return z.max(axis=-1) - np.log(a.max(axis=-1)) - np.vecdot(y, z)


LOSSES = {"squared_error": squared_error, "cross_entropy": cross_entropy}
OUTPUTS = {name: f.value for name, f in ACTIVATIONS.items()} | {"softmax": softmax}
PAIRS = (
    "the pairs of loss and output that work are squared_error with any elementwise output"
    f" ({', '.join(ACTIVATIONS)}), and cross_entropy with logistic or softmax"
)


def loss_for(loss: str, output: str) -> Loss:
    """The Loss called `loss`, built for the output activation called `output`.

    Raises ValueError for an unknown name, or for a pair that does not work, naming those that do.

    >>> loss_for("cross_entropy", "tanh")
    Traceback (most recent call last):
    ...
    ValueError: the pairs of loss and output that work are squared_error with any elementwise \
output (identity, step, logistic, tanh, relu, leaky_relu, softplus, gelu), and cross_entropy with \
logistic or softmax; cross_entropy with 'tanh' is not one of them
    """
    return known(loss, LOSSES, "loss")(output)
