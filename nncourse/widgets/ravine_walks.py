"""The valley of the ravine, and how the optimizers of nnlib walk in it from one start."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nnlib import guards
from nnlib.notation import Array
from nnlib.optimizers import optimizer_for
from nncourse.widgets.base.controls import Choice

MOST_STEPS = 500
NEAR = 0.05  # who comes nearer to the bottom than this, and stays there, has arrived
GONE = 1e6  # who is further away than this is gone and not followed
LOWEST, HIGHEST = 1e-4, 10.0
# Sixteen a decade, in two digits as on the slider.
RATES = np.array([float(f"{rate:.2g}") for rate in np.geomspace(LOWEST, HIGHEST, 81)])
MOMENTA = Choice("momentum", "momentum", {0.5: "0.5", 0.9: "0.9", 0.95: "0.95", 0.99: "0.99"}, 0.9)


class Valley(NamedTuple):
    """The loss ½ (u² + narrowness² v²), u along the valley and v across it: theta is (x, y).

    It is `narrowness` times as long as it is wide, and lies `turned` degrees from the x-axis.
    """

    narrowness: float
    turned: float

    @property
    def directions(self) -> Array:
        """(2, 2): the unit vectors along the valley and across it, as rows."""
        angle = np.radians(self.turned)
        return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])

    @property
    def curvature(self) -> Array:
        """H (2, 2): the loss is ½ theta H thetaᵀ, and its gradient theta H."""
        along_and_across = np.array([[1.0], [self.narrowness**2]])
        return self.directions.T @ (along_and_across * self.directions)

    def loss(self, theta: Array) -> Array:
        """The loss at each theta (..., 2)."""
        return ((theta @ self.curvature) * theta).sum(axis=-1) / 2


class Walk(NamedTuple):
    """A walk of 500 steps: where it was, and how far from the bottom, after each of them."""

    learning_rate: float
    path: Array  # (501, 2)
    away: Array  # (501,)
    arrived: int | None  # the step from which on it is near the bottom

    @property
    def gone(self) -> bool:
        """Whether it has left for good."""
        return bool(self.away[-1] > GONE)


def walks(name: str, rates: Array, valley: Valley, start: Array, momentum: float) -> Array:
    """Where the optimizer called `name` walks from start (2,) at each of the rates: (501, S, 2)."""
    path, directions = _framed(name, rates, valley, start, momentum)
    with np.errstate(over="ignore", invalid="ignore"):  # who is gone may become inf and nan
        return path @ directions


def _framed(name: str, rates: Array, valley: Valley, start, momentum: float) -> tuple[Array, Array]:
    """The same walks, (501, S, 2), in directions (2, 2) of their own."""
    if name == "adam":
        return _walked(name, rates, valley, np.array(start), momentum), np.eye(2)
    directions = valley.directions
    with np.errstate(over="ignore", invalid="ignore"):
        shares = _shares(name, tuple(rates.tolist()), valley.narrowness, momentum)
        return shares * (directions @ start), directions


@lru_cache(64)
def _shares(name: str, rates: tuple, narrowness: float, momentum: float) -> Array:
    """What is left of u and v, (501, S, 2), of a walk from (1, 1).

    A step of all but Adam is linear, so this walk, scaled and turned, is that from any start in any
    such valley. It is stepped once, and a valley that is turned is seen in half the time.
    """
    return _walked(name, np.array(rates), Valley(narrowness, 0), np.ones(2), momentum)


def _walked(name: str, rates: Array, valley: Valley, start: Array, momentum: float) -> Array:
    """The walks of `walks`, step by step."""
    next_theta = guards.unchecked(optimizer_for(name, rates[:, None], momentum).step)
    H, theta = valley.curvature, np.tile(start, (len(rates), 1))
    path = np.empty((MOST_STEPS + 1, *theta.shape))
    path[0] = theta
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(1, MOST_STEPS + 1):
            path[step] = theta = next_theta(theta, theta @ H)
    return path


def arrivals(path: Array) -> tuple[Array, Array]:
    """How far from the bottom each of some walks is, (501, S), and when it arrives, (S,).

    It has arrived at the first step from which on it stays near; 501 is never. Who is gone is inf
    or nan away.
    """
    x, y = path[..., 0], path[..., 1]
    with np.errstate(over="ignore", invalid="ignore"):
        away = np.sqrt(x * x + y * y)  # a third of the time of np.hypot
    far = ~(away <= NEAR)
    arrived = np.where(far.any(axis=0), len(far) - far[::-1].argmax(axis=0), 0)
    return away, arrived


@lru_cache(256)
def best(name: str, valley: Valley, start: tuple, momentum: float) -> Walk:
    """The walk at the best of `RATES`: it arrives first or, if none arrives, ends the nearest.

    Of several rates that are as good, it is the smallest.
    """
    path, directions = _framed(name, RATES, valley, start, momentum)
    away, arrived = arrivals(path)
    rest = np.where(arrived > MOST_STEPS, away[-1], 0.0)  # rounding does not choose between equals
    k = np.lexsort((RATES, rest, arrived))[0]
    with np.errstate(over="ignore", invalid="ignore"):
        return _walk(RATES[k], path[:, k] @ directions, away[:, k], arrived[k])


@lru_cache(256)
def walk(name: str, rate: float, valley: Valley, start: tuple, momentum: float) -> Walk:
    """The walk at this rate."""
    path = walks(name, np.array([rate]), valley, np.array(start), momentum)
    away, arrived = arrivals(path)
    return _walk(rate, path[:, 0], away[:, 0], arrived[0])


def _walk(rate: float, path: Array, away: Array, arrived: int) -> Walk:
    """A walk, (501, 2); once it is gone it stays where it was then, far away."""
    own, far, last = path.copy(), np.nan_to_num(away, nan=np.inf), int(arrived)
    gone = far > GONE
    if gone.any():
        first = gone.argmax()
        own[first:] = np.clip(own[first], -10 * GONE, 10 * GONE)
        far[first + 1 :] = 10 * GONE
    return Walk(float(rate), own, far, last if last <= MOST_STEPS else None)
