"""Is the gradient right? Nudge each parameter both ways and see what the loss really does.

In the formulas: g_i ≈ (loss(theta + h e_i) - loss(theta - h e_i)) / 2h, which is off by about h²
because we step to both sides, and by about 1e-16 / h because numbers have 16 digits. At h = 1e-5
the two are in balance (Press et al., "Numerical Recipes", section 5.7).
"""

from collections.abc import Callable

import numpy as np

from nnlib.notation import Array, floats


def numerical_gradient(f: Callable, theta: Array, step: float = 1e-5) -> Array:
    """The slopes of a loss by central differences: 2 P evaluations, one pair a parameter.

    `f` takes a theta (..., P) and gives (loss, gradient), of which only the loss is used; in a
    stack each network has its own loss. Gives an array like theta.

    >>> f = lambda theta: ((theta**2).sum(), 2 * theta)
    >>> numerical_gradient(f, np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    (theta,) = floats(theta)
    slopes = np.empty_like(theta)
    for i in range(theta.shape[-1]):
        nudge = np.zeros_like(theta)
        nudge[..., i] = step
        slopes[..., i] = (f(theta + nudge)[0] - f(theta - nudge)[0]) / (2 * step)
    return slopes


def gradient_error(f: Callable, theta: Array, step: float = 1e-5) -> float:
    """How far f's gradient g is from the numerical n: ‖g - n‖ / (‖g‖ + ‖n‖), from 0 to 1.

    Below 1e-7 it is right, above 1e-4 it is wrong, in between look for a kink (relu) or a too
    small number (float32). Where g is 0 and n no more than rounding, it is 0. `f` and theta are
    those of `numerical_gradient`.

    >>> f_wrong = lambda theta: ((theta**2).sum(), theta)  # the 2 forgotten
    >>> round(gradient_error(f_wrong, np.array([1.0, -3.0])), 3)
    0.333
    """
    (theta,) = floats(theta)
    loss, g = f(theta)
    n = numerical_gradient(f, theta, step)
    size_g, size_n = np.linalg.norm(g), np.linalg.norm(n)
    dust = np.finfo(theta.dtype).eps * np.abs(loss).max() * np.sqrt(theta.size)
    if size_g <= dust and size_n <= dust / 1e-5:  # all slopes 0: what n holds is rounding
        return 0.0
    return float(np.linalg.norm(g - n) / (size_g + size_n))
