"""What is refused of a gradient check: its theta and step, and what f returns."""

from collections.abc import Callable

import numpy as np

from nnlib import checks
from nnlib.checks import shown
from nnlib.notation import Array

STEPS = (1e-18, 1e18)  # no difference of two losses leaves the range of floats when divided by it


def nudged(f, theta, step) -> tuple[Callable, Array, float]:
    """(the loss of f as a function of theta, theta as floats, the step), from which to measure.

    The loss of what f(theta) returns, (loss, gradient), is a number, or one for each network of a
    stack. Raises TypeError or ValueError for anything else.

    >>> loss, *_ = nudged(lambda theta: (theta**2, 2 * theta), np.ones(3), 1e-5)
    >>> loss(np.ones(3))
    Traceback (most recent call last):
    ...
    ValueError: f gives a loss of shape (3,) where theta has shape (3,): give one number, by \
.sum() or .mean(); only a stack (S, ...) of networks may give (S,)
    """
    if not callable(f):
        raise TypeError(f"f={shown(f)}: give a function of theta that returns (loss, gradient)")
    theta, step = _point(theta), checks.at_least_zero(step, "step")
    if not STEPS[0] <= step <= STEPS[1]:
        raise ValueError(f"step={step:g}: it must be from 1e-18 to 1e18, say 1e-5")
    # A copy for f, and of what it returns, as it may write into its theta and use a buffer again.
    return lambda beside: _loss(f(beside.copy()), theta), theta, step


def claimed(f, theta, step) -> tuple[Array, Array, Array]:
    """theta as floats, and the loss and gradient that f claims there, a slope for each parameter.

    >>> claimed(lambda theta: ((theta**2).sum(), theta.sum()), np.ones((2, 2)), 1e-5)
    Traceback (most recent call last):
    ...
    ValueError: f gives a gradient of shape () where theta has shape (2, 2): it must be a slope \
for each number of theta, in the same shape
    """
    _, theta, _ = nudged(f, theta, step)
    answer = f(theta.copy())
    loss, gradient = _loss(answer, theta), _numbers(answer[1], "gradient")
    if gradient.shape != theta.shape:
        raise ValueError(
            f"f gives a gradient of shape {gradient.shape} where theta has shape {theta.shape}: it"
            " must be a slope for each number of theta, in the same shape"
        )
    if not np.isfinite(gradient).all():
        raise ValueError("f gives a gradient that is not finite: choose another theta")
    return theta, loss, gradient


def _point(given) -> Array:
    theta = checks.floats(given)
    if theta.size == 0 or not (np.abs(theta) <= np.finfo(float).max).all():
        raise ValueError(f"theta={shown(given)}: give at least one number, all of them finite")
    return _of_32_bits(theta)


def _loss(answer, theta: Array) -> Array:
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise TypeError(
            f"f returned {shown(answer)}: it must return the two things (loss, gradient), as"
            " net.loss_and_grad does"
        )
    loss = _numbers(answer[0], "loss")
    if loss.shape != theta.shape[: loss.ndim] or loss.ndim >= max(1, theta.ndim):
        raise ValueError(
            f"f gives a loss of shape {loss.shape} where theta has shape {theta.shape}: give one"
            " number, by .sum() or .mean(); only a stack (S, ...) of networks may give (S,)"
        )
    most = STEPS[0] * min(float(np.finfo(array.dtype).max) for array in (loss, theta))
    if not (np.abs(loss) <= most).all():
        raise ValueError(
            f"f gives a loss of size {np.abs(loss).max():g}, at theta or a step beside: it must be"
            f" finite, and at most {most:.0e}; choose another theta, or another step"
        )
    return loss


def _numbers(given, name: str) -> Array:
    try:
        array = np.array(given)
    except Exception:  # rows of several lengths, a tensor that is still on its tape
        array = np.empty(0, object)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"f gives the {name} {shown(given)}: it must be made of real numbers")
    return _of_32_bits(array)


def _of_32_bits(array: Array) -> Array:
    """The array as floats of 32 bits or more: in 16 no slope can be measured."""
    return array.astype(np.promote_types(array.dtype, np.float32), copy=False)
