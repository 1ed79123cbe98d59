"""From a gradient to the next theta, in order of increasing complexity.

`step(theta, gradient)` returns a *new* array; both are (..., P). `learning_rate` may be changed
between any two steps, and may be (S, 1): one for each network of a stack.
"""

from math import sqrt

import numpy as np

from nnlib import checks, guards
from nnlib.notation import Array


class SGD:
    """Straight downhill: theta ← theta - learning_rate · g (Robbins & Monro, 1951).

    Raises ValueError for a learning rate that is not a positive, finite number.

    >>> SGD(learning_rate=0.1).step(np.array([1.0, 2.0]), np.array([10.0, -10.0]))
    array([0., 3.])
    """

    def __init__(self, learning_rate: float):
        self.learning_rate = checks.learning_rate(learning_rate)
        self.reset()

    def reset(self) -> None:
        """Forget what was remembered of earlier steps, a velocity or an average."""

    def step(self, theta: Array, gradient: Array) -> Array:
        """The next theta (..., P), a new array."""
        return theta - self.learning_rate * gradient


class Momentum(SGD):
    """A heavy ball: v ← momentum · v - learning_rate · g;  theta ← theta + v (Polyak, 1964).

    `momentum` is the share of the velocity v (..., P) that stays; the learning rate multiplies g
    alone, as in scikit-learn. Raises ValueError as SGD does, and for a momentum not in [0, 1).

    >>> ball = Momentum(learning_rate=0.1, momentum=0.5)
    >>> theta = ball.step(np.array([1.0]), np.array([1.0]))
    >>> theta, ball.step(theta, np.array([1.0]))
    (array([0.9]), array([0.75]))
    """

    def __init__(self, learning_rate: float, momentum: float = 0.9):
        super().__init__(learning_rate)
        self.momentum = checks.share(momentum, "momentum")

    def reset(self) -> None:
        self.velocity = 0.0

    def step(self, theta: Array, gradient: Array) -> Array:
        self.velocity = self.momentum * self.velocity
        self.velocity -= self.learning_rate * gradient
        return theta + self.velocity


class Nesterov(Momentum):
    """A ball that looks ahead: v as in `Momentum`, then theta ← theta + momentum · v - push.

    push = learning_rate · g, with the gradient where we stand: the form of Sutskever et al. (2013)
    that scikit-learn uses too (Nesterov, 1983). Shapes and errors are those of `Momentum`.

    >>> Nesterov(learning_rate=0.1, momentum=0.5).step(np.array([1.0]), np.array([1.0]))
    array([0.85])
    """

    def step(self, theta: Array, gradient: Array) -> Array:
        push = self.learning_rate * gradient
        self.velocity = self.momentum * self.velocity - push
        return theta + self.momentum * self.velocity - push


class Adam(SGD):
    """A step of about the learning rate for each parameter, from averages m of g and v of g².

    m ← beta1 m + (1 - beta1) g;  v ← beta2 v + (1 - beta2) g², both (..., P);  at step t
    theta ← theta - learning_rate · √(1 - beta2ᵗ) / (1 - beta1ᵗ) · m / (√v + epsilon)
    (Kingma & Ba, 2015, the second form of section 2, as in scikit-learn). Raises ValueError as SGD
    does, and for a beta not in [0, 1) or an epsilon of 0 or less.

    >>> Adam(learning_rate=0.1).step(np.array([1.0, 1.0]), np.array([1000.0, -0.001])).round(3)
    array([0.9, 1.1])
    """

    def __init__(self, learning_rate: float = 0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        super().__init__(learning_rate)
        self.beta1, self.beta2 = checks.share(beta1, "beta1"), checks.share(beta2, "beta2")
        self.epsilon = checks.above_zero(epsilon, "epsilon", "1e-8")

    def reset(self) -> None:
        self.m = self.v = self.t = 0

    def step(self, theta: Array, gradient: Array) -> Array:
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * gradient
        self.v = self.beta2 * self.v + (1 - self.beta2) * gradient * gradient
        # Both averages start at zero and are too small at first: undo that.
        unbias = sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        return theta - self.learning_rate * unbias * self.m / (np.sqrt(self.v) + self.epsilon)


OPTIMIZERS = {"sgd": SGD, "momentum": Momentum, "nesterov": Nesterov, "adam": Adam}
for _optimizer in OPTIMIZERS.values():  # checked from outside: above are only the formulas
    _optimizer.step = guards.first(guards.downhill)(_optimizer.step)


def optimizer_for(name: str, learning_rate: float, momentum: float = 0.9) -> SGD:
    """The optimizer called `name`, or ValueError; `momentum` is for the two that have it."""
    make = checks.known(name, OPTIMIZERS, "optimizer")
    return make(learning_rate, momentum) if issubclass(make, Momentum) else make(learning_rate)
