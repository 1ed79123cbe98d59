"""Backpropagation, forward and backward through the layers [(W[0], b[0]), (W[1], b[1]), ...].

Rumelhart, Hinton & Williams, "Learning representations by back-propagating errors", 1986.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nnlib.guards import first, layered, layered_back
from nnlib.losses import Loss
from nnlib.notation import Array


class Trace(NamedTuple):
    """What a forward pass leaves for the backward pass, layer by layer."""

    Z: list[Array]  # Z[l] = A[l] W[l] + b[l]
    A: list[Array]  # A[0] = X, A[l+1] = f(Z[l])
    masks: list[Array] | None  # one for each hidden layer, (n, n_l); None without dropout


def forward(layers: list, X: Array, activations: list[Callable], masks=None) -> Trace:
    """From A[0] = X to the outputs: Z[l] = A[l] W[l] + b[l] and A[l+1] = f(Z[l]) of each layer."""
    product = np.dot if X.ndim == layers[0][0].ndim == 2 else np.matmul  # dot is faster, if small
    Z, A, sent = [], [X], X
    for layer, ((W, b), f) in enumerate(zip(layers, activations)):
        z = product(sent, W)
        z += b
        sent = a = f(z)
        if masks is not None and layer < len(masks):
            sent = a * masks[layer]  # dropout
        Z.append(z)
        A.append(a)
    return Trace(Z, A, masks)


def backward(layers: list, gradients: list, trace: Trace, Y: Array, loss: Loss, slope) -> None:
    """The slopes d loss / d W[l] = gW[l] and gb[l], written into `gradients`, shaped as `layers`.

    With delta = d loss / d Z[l] and f' = `slope`, from the last layer to the first:

        delta at the output  = what the loss says
        gW[l]                = A[l]ᵀ delta
        gb[l]                = delta, summed over the samples
        delta one layer down = (delta W[l]ᵀ) * f'(Z[l-1])
    """
    Z, A, masks = trace
    product = np.dot if A[-1].ndim == layers[0][0].ndim == 2 else np.matmul
    delta = loss.delta(Z[-1], A[-1], Y)
    ones = _ones(delta.shape[-2], delta.dtype)
    for layer in reversed(range(len(layers))):
        (W, _), (gW, gb) = layers[layer], gradients[layer]
        mask = masks[layer - 1] if masks is not None and layer > 0 else None
        sent = A[layer] if mask is None else A[layer] * mask
        product(sent.mT, delta, out=gW)
        product(ones, delta, out=gb)  # delta.sum(axis=-2), in half the time
        if layer > 0:
            delta = product(delta, W.mT) * slope(Z[layer - 1], A[layer])
            delta = delta if mask is None else delta * mask


forward, backward = first(layered)(forward), first(layered_back)(backward)  # with checks


@lru_cache(maxsize=8)
def _ones(n: int, dtype) -> Array:
    return np.ones((1, n), dtype)
