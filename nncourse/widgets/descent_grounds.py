"""What the ball of the descent lies on: a parabola, or the loss of a network along a direction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nnlib.datasets import xor
from nnlib.notation import Array
from nncourse.widgets.base.nine_numbers import NET, NINE

XOR = xor()


@dataclass(frozen=True)
class Parabola:
    """The loss c x² / 2, whose slope is c x and whose curvature is c."""

    c: float = 1.0
    label = "a parabola"
    place = "x"  # the name of the horizontal axis
    start = -1.5  # x, where the ball starts at first
    window = (-3, 3)  # of x
    top = 2.4  # of the window
    same_curvature = True  # at every x
    bottom = 0.0  # the least loss

    def loss(self, x: Array) -> Array:
        """The loss at each x (...): the height of the ball."""
        return self.c * np.square(x) / 2

    def slope(self, x: Array) -> Array:
        """The slope of the loss at each x (...)."""
        return self.c * np.asarray(x)

    def curvature(self, x: float) -> float:
        """How fast the slope changes at x."""
        return self.c

    def python(self) -> list[str]:
        """The lines that define f(x), which gives the loss and its slope."""
        return [
            f"c = {self.c!r}",
            "",
            "",
            "def f(x):",
            "    return c * x**2 / 2, c * x  # the loss, and its slope",
        ]


@dataclass(frozen=True)
class Section:
    """The loss on XOR of the 2-2-1 network with theta = NINE + (x - start) * direction."""

    label: str
    place: str
    start: float
    window: tuple[float, float]
    direction: Array  # (9,), of length 1
    top: float = 2.4
    same_curvature: bool = True

    def _loss_and_grad(self, x) -> tuple[Array, Array]:
        theta = NINE + np.expand_dims(np.asarray(x, float) - self.start, -1) * self.direction
        return NET.loss_and_grad(theta, XOR.X, XOR.Y)

    def loss(self, x: Array) -> Array:
        """The loss at each x (...): the height of the ball."""
        return self._loss_and_grad(x)[0]

    def slope(self, x: Array) -> Array:
        """The slope of the loss at each x (...)."""
        return self._loss_and_grad(x)[1] @ self.direction

    def curvature(self, x: float, nudge: float = 1e-3) -> float:
        """How fast the slope changes at x, measured between x - nudge and x + nudge."""
        below, above = self.slope(np.array([x - nudge, x + nudge]))
        return float((above - below) / (2 * nudge))

    @cached_property
    def bottom(self) -> float:
        """The least loss in the window."""
        x = np.linspace(*self.window, 81)
        x = float(x[np.argmin(self.loss(x))])
        for _ in range(3):  # Newton's method: to where the slope is 0
            c = self.curvature(x)
            x = x - float(self.slope(x)) / c if c > 0.01 else x
        return float(self.loss(x))

    def python(self) -> list[str]:
        """The lines that define f(x), which gives the loss and its slope."""
        return [
            "import numpy as np",
            "",
            "from nnlib import Network, xor",
            "",
            "net, data = Network((2, 2, 1)), xor()",
            f"nine = np.array({NINE.tolist()})",
            f"direction = np.array({self.direction.tolist()})",
            "",
            "",
            "def f(x):",
            f"    theta = nine + (x - {self.start!r}) * direction",
            "    loss, gradient = net.loss_and_grad(theta, data.X, data.Y)",
            "    return loss, gradient @ direction  # the loss, and its slope",
        ]


def _downhill() -> Array:
    """The direction against the gradient at NINE."""
    gradient = NET.loss_and_grad(NINE, XOR.X, XOR.Y)[1]
    return -gradient / np.linalg.norm(gradient)


ALONG = np.eye(9)  # the directions that change one number of theta alone
GROUNDS = {
    "parabola": Parabola(),
    "b2": Section("the loss along b2", "b2", -1.5, (-3, 2.6), ALONG[8]),
    "W2_1": Section("the loss along W2, from OR", "W2, from OR", 1.0, (-2, 6.5), ALONG[6]),
    "W1_11": Section("the loss along W1, x1 to OR", "W1, x1 to OR", 1.0, (-4, 5), ALONG[0],
                     top=3.0, same_curvature=False),
    "gradient": Section("the loss down its gradient", "way, against the gradient", 0.0, (-1, 2.6),
                        _downhill(), same_curvature=False),
}  # fmt: skip
