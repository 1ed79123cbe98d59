"""Activation functions: what a unit sends on, a = f(z), and the slope f'(z) that learning needs.

A slope is given z *and* a = f(z), to use what is cheaper: 1 - a² for tanh, z > 0 for relu.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnlib import guards
from nnlib.notation import Array


class Activation(NamedTuple):
    """A function f applied to each number of an array, of any shape.

    `value(z)` gives a = f(z) and `slope(z, a)` gives f'(z), both in the shape of z.

    >>> tanh, z = ACTIVATIONS["tanh"], np.array([-1.0, 0.0, 2.0])
    >>> print(tanh.value(z).round(3), tanh.slope(z, tanh.value(z)).round(3))
    [-0.762  0.     0.964] [0.42  1.    0.071]
    """

    name: str
    value: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array]


@guards.first(guards.values)
def logistic(z: Array) -> Array:
    """1 / (1 + e^-z), from 0 to 1; written as a tanh, because e^-z overflows for z < -709.

    >>> logistic(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    return 0.5 + 0.5 * np.tanh(0.5 * z)


@guards.first(guards.rows)
def softmax(z: Array) -> Array:
    """e^z over the sum of e^z along the last axis: k outputs turned into probabilities.

    Each output depends on every z, so it has no slope of its own: see `losses.loss_for`.
    Subtracting the largest z first changes nothing but keeps e^z from overflowing (Bridle, 1990).

    >>> softmax(np.array([[1000.0, 1000.0, 0.0]]))
    array([[0.5, 0.5, 0. ]])
    """
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


GELU_RATE = np.sqrt(2 / np.pi).item()


def _gelu_tanh(z: Array) -> Array:
    return np.tanh(GELU_RATE * (z + 0.044715 * z * z * z))  # z**3 takes ten times as long


def _gelu_slope(z: Array, a: Array) -> Array:
    t = _gelu_tanh(z)
    return 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * GELU_RATE * (1 + 3 * 0.044715 * z**2)


_logistic = guards.unchecked(logistic)
# np.heaviside(z, 0.0) is 1 where z > 0, else 0: at its kink relu has no slope, and we say 0.
# step and logistic: Rosenblatt 1958; relu: Nair & Hinton 2010; leaky relu: Maas et al. 2013;
# softplus: Dugas et al. 2001; gelu, in its tanh form: Hendrycks & Gimpel 2016.
ACTIVATIONS = {
    f.name: f
    for f in [
        Activation("identity", lambda z: z, lambda z, a: np.ones_like(z)),
        Activation("step", lambda z: np.heaviside(z, 1), lambda z, a: np.zeros_like(z)),
        Activation("logistic", _logistic, lambda z, a: a * (1.0 - a)),
        Activation("tanh", np.tanh, lambda z, a: 1.0 - a * a),
        Activation("relu", lambda z: np.maximum(z, 0.0), lambda z, a: np.heaviside(z, 0.0)),
        Activation(
            "leaky_relu",
            lambda z: np.maximum(z, 0.01 * z),
            lambda z, a: 0.01 + 0.99 * np.heaviside(z, 0.0),
        ),
        Activation("softplus", lambda z: np.logaddexp(0.0, z), lambda z, a: _logistic(z)),
        Activation("gelu", lambda z: 0.5 * z * (1 + _gelu_tanh(z)), _gelu_slope),
    ]
}
