"""Against learning the noise: penalties on the size of weights, and dropout."""

import numpy as np

from nnlib import guards
from nnlib.notation import Array


@guards.first(guards.l1)
def l1_penalty(theta: Array, is_weight: Array, l1: float) -> tuple[Array, Array]:
    """l1 Σ |w|, added to the loss, and its gradient l1 sign(w); biases are left alone.

    Shapes as in `l2_penalty`. Weights without use end near 0 ("the lasso", Tibshirani, 1996).

    >>> penalty, gradient = l1_penalty(np.array([3.0, -4.0, 9.0]), np.array([1, 1, 0]), l1=0.1)
    >>> penalty.round(6), gradient.round(6)
    (np.float64(0.7), array([ 0.1, -0.1,  0. ]))
    """
    w = theta * is_weight
    return np.abs(w).sum(axis=-1) * l1, np.sign(w) * l1


@guards.first(guards.l2)
def l2_penalty(theta: Array, is_weight: Array, l2: float) -> tuple[Array, Array]:
    """½ l2 Σ w², added to the loss, and its gradient l2 w: weight decay (Krogh & Hertz, 1992).

    theta is (..., P), the mask `is_weight` (P,); gives one number for each network, and (..., P).

    >>> penalty, gradient = l2_penalty(np.array([3.0, 4.0, 9.0]), np.array([1, 1, 0]), l2=0.1)
    >>> penalty.round(6), gradient.round(6)
    (np.float64(1.25), array([0.3, 0.4, 0. ]))
    """
    w = theta * is_weight
    return (w * w).sum(axis=-1) * (l2 / 2), w * l2


@guards.first(guards.mask)
def dropout_mask(rng, shape: tuple, dropout: float, dtype=float) -> Array:
    """What to multiply activations by: 0 with probability `dropout`, else 1 / (1 - dropout).

    `dropout` is the share *dropped*, from 0 to below 1; the factor keeps the mean of what is sent
    on, so that nothing changes when predicting ("inverted" dropout, Srivastava et al., 2014).
    Raises ValueError for another share, TypeError if `rng` is no whole number and no Generator.

    >>> dropout_mask(7, (2, 4), dropout=0.5)
    array([[2., 2., 2., 0.],
           [0., 2., 0., 2.]])
    """
    return (rng.random(shape) >= dropout).astype(dtype) / dtype(1 - dropout)
