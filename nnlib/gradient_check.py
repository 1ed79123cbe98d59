"""Is the gradient right? Nudge each parameter both ways and see what the loss really does."""

from collections.abc import Callable

import numpy as np

from nnlib import checks
from nnlib.notation import Array


def numerical_gradient(f: Callable, theta: Array, step: float = 1e-5) -> Array:
    """The slopes g_i ≈ (loss(theta + h e_i) - loss(theta - h e_i)) / 2h of a loss, like theta.

    `f` takes a theta (..., P) and gives (loss, gradient), of which the loss is used: a number for
    each network. The slopes are off by about h², and by 1e-16 / h from rounding; at h = `step` =
    1e-5 the two are in balance (Press et al., "Numerical Recipes", section 5.7).

    >>> f = lambda theta: ((theta**2).sum(), 2 * theta)
    >>> numerical_gradient(f, np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    theta = checks.floats(theta)
    slopes = np.empty_like(theta)
    for i in range(theta.shape[-1]):
        nudge = np.zeros_like(theta)
        nudge[..., i] = step
        slopes[..., i] = (f(theta + nudge)[0] - f(theta - nudge)[0]) / (2 * step)
    return slopes


def gradient_error(f: Callable, theta: Array, step: float = 1e-5) -> float:
    """How far f's gradient g is from the numerical n: ‖g - n‖ / (‖g‖ + ‖n‖), from 0 to 1.

    Below 1e-7 it is right, above 1e-4 it is wrong, in between look for a kink (relu) or float32.
    Where g is 0 and n no more than rounding, it is 0. Arguments as for `numerical_gradient`.

    >>> f_wrong = lambda theta: ((theta**2).sum(), theta)  # the 2 forgotten
    >>> round(gradient_error(f_wrong, np.array([1.0, -3.0])), 3)
    0.333
    """
    theta = checks.floats(theta)
    (loss, g), n = f(theta), numerical_gradient(f, theta, step)
    size_g, size_n = np.linalg.norm(g), np.linalg.norm(n)
    rounding = np.finfo(theta.dtype).eps * np.abs(loss).max() * np.sqrt(theta.size)
    if size_g <= rounding and size_n <= rounding / 1e-5:  # all slopes are 0
        return 0.0
    return float(np.linalg.norm(g - n) / (size_g + size_n))
