"""Is the gradient right? Nudge each parameter both ways and see what the loss really does."""

from collections.abc import Callable

import numpy as np

from nnlib import nudges
from nnlib.notation import Array


def numerical_gradient(f: Callable, theta: Array, step: float = 1e-5) -> Array:
    """The slopes g_i ≈ (loss(theta + h e_i) - loss(theta - h e_i)) / 2h of a loss, like theta.

    `f` takes a theta of any shape and gives (loss, gradient), of which the loss is used: a number,
    or, of a stack (S, ...), one for each network, (S,). The slopes are off by about h², and by
    1e-16 / h from rounding, in balance at h = `step` = 1e-5 (Press et al., "Numerical Recipes",
    section 5.7). Raises ValueError or TypeError where theta, step or a loss is no finite number.

    >>> numerical_gradient(lambda theta: ((theta**2).sum(), 2 * theta), [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    loss, theta, step = nudges.nudged(f, theta, step)
    slopes = np.empty_like(theta)
    for i in np.ndindex(theta.shape[loss(theta).ndim :]):  # all networks of a stack at once
        nudge = np.zeros_like(theta)
        nudge[..., *i] = step
        slopes[..., *i] = (loss(theta + nudge) - loss(theta - nudge)) / (2 * step)
    return slopes


def gradient_error(f: Callable, theta: Array, step: float = 1e-5) -> float:
    """How far f's gradient g is from the numerical n: ‖g - n‖ / (‖g‖ + ‖n‖), from 0 to 1.

    Below 1e-7 it is right, above 1e-4 it is wrong, in between look for a kink (relu) or float32.
    Where g is 0 and n is rounding, it is 0; of a stack, the worst network's. n is in float64.

    >>> f_wrong = lambda theta: ((theta**2).sum(), theta)  # the 2 forgotten
    >>> round(gradient_error(f_wrong, np.array([1.0, -3.0])), 3)
    0.333
    """
    theta, loss, g = nudges.claimed(f, theta, step)
    n = numerical_gradient(f, theta.astype(float), step)
    rounding, worst = 10 * np.finfo(theta.dtype).eps * np.abs(loss), 0.0
    for g_i, n_i, tiny in zip(*(a.reshape(loss.size, -1) for a in (g, n, rounding))):
        largest_g, largest_n = np.abs(g_i).max(), np.abs(n_i).max()
        if largest_g > tiny or largest_n > tiny / 1e-5:  # else all slopes are 0
            g_i, n_i = np.array([g_i, n_i]) / max(largest_g, largest_n)  # so no square overflows
            miss, lengths = np.linalg.norm(g_i - n_i), np.linalg.norm(g_i) + np.linalg.norm(n_i)
            worst = max(worst, miss / lengths)
    return min(1.0, float(worst))
