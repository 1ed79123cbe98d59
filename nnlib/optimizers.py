"""From a gradient to the next theta, in order of increasing complexity.

`step(theta, gradient)` returns a *new* array; both are (..., P). What an optimizer remembers
(a velocity, an average) it keeps itself, and `reset` forgets. `learning_rate` may be changed
between any two steps, and may be (S, 1): a rate for each network of a stack.
"""

from math import sqrt

import numpy as np

from nnlib.notation import Array, known


class SGD:
    """Straight downhill: theta ← theta - rate · g (Cauchy, 1847; Robbins & Monro, 1951).

    Raises ValueError for a learning rate that is not a positive, finite number.

    >>> SGD(learning_rate=0.1).step(np.array([1.0, 2.0]), np.array([10.0, -10.0]))
    array([0., 3.])
    """

    def __init__(self, learning_rate: float):
        rate = np.asarray(learning_rate)
        if rate.dtype.kind not in "iuf" or not (np.isfinite(rate).all() and (rate > 0).all()):
            raise ValueError(f"learning_rate={learning_rate!r}: it must be above 0, say 0.1")
        self.learning_rate = learning_rate
        self.reset()

    def reset(self) -> None:
        """Come to rest: forget what was remembered of earlier steps."""

    def step(self, theta: Array, gradient: Array) -> Array:
        """The next theta, a new array."""
        return theta - self.learning_rate * gradient


class Momentum(SGD):
    """A heavy ball: v ← momentum · v - rate · g;  theta ← theta + v (Polyak, 1964).

    `momentum`, from 0 up to but not including 1, is the share of the velocity that stays; libraries
    differ in where the rate stands, here it multiplies g alone, as in scikit-learn.

    >>> ball = Momentum(learning_rate=0.1, momentum=0.5)
    >>> theta = ball.step(np.array([1.0]), np.array([1.0]))
    >>> theta, ball.step(theta, np.array([1.0]))
    (array([0.9]), array([0.75]))
    """

    def __init__(self, learning_rate: float, momentum: float = 0.9):
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum={momentum!r}: it must be at least 0 and below 1, say 0.9")
        super().__init__(learning_rate)
        self.momentum = momentum

    def reset(self) -> None:
        self.velocity = None

    def step(self, theta: Array, gradient: Array) -> Array:
        """The next theta, a new array."""
        return theta + self._roll(self.learning_rate * gradient)

    def _roll(self, push: Array) -> Array:
        if self.velocity is None:
            self.velocity = np.zeros_like(push)
        self.velocity *= self.momentum
        self.velocity -= push
        return self.velocity


class Nesterov(Momentum):
    """A ball that looks ahead: theta ← theta + momentum · v - rate · g, after v has been updated.

    v ← momentum · v - rate · g as in `Momentum`; the gradient is taken where we stand, in the form
    of Sutskever et al. (2013) that scikit-learn uses too (Nesterov, 1983).

    >>> Nesterov(learning_rate=0.1, momentum=0.5).step(np.array([1.0]), np.array([1.0]))
    array([0.85])
    """

    def step(self, theta: Array, gradient: Array) -> Array:
        """The next theta, a new array."""
        push = self.learning_rate * gradient
        return theta + self.momentum * self._roll(push) - push


class Adam(SGD):
    """Each parameter at a pace of its own: averages of g and of g², and a step of about the rate.

    m ← beta1 m + (1 - beta1) g;  v ← beta2 v + (1 - beta2) g²;  at step t
    theta ← theta - rate · √(1 - beta2ᵗ) / (1 - beta1ᵗ) · m / (√v + epsilon)
    (Kingma & Ba, 2015, the second form of section 2, as in scikit-learn).

    >>> Adam(learning_rate=0.1).step(np.array([1.0, 1.0]), np.array([1000.0, -0.001])).round(3)
    array([0.9, 1.1])
    """

    def __init__(self, learning_rate: float = 0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        for name, beta in [("beta1", beta1), ("beta2", beta2)]:
            if not 0 <= beta < 1:
                raise ValueError(f"{name}={beta!r}: it must be at least 0 and below 1")
        super().__init__(learning_rate)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def reset(self) -> None:
        self.m = self.v = 0.0
        self.t = 0

    def step(self, theta: Array, gradient: Array) -> Array:
        """The next theta, a new array."""
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * gradient
        self.v = self.beta2 * self.v + (1 - self.beta2) * gradient * gradient
        # Both averages start at zero and are too small at first: undo that.
        unbias = sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        return theta - self.learning_rate * unbias * self.m / (np.sqrt(self.v) + self.epsilon)


OPTIMIZERS = {"sgd": SGD, "momentum": Momentum, "nesterov": Nesterov, "adam": Adam}


def optimizer_for(name: str, learning_rate: float, momentum: float = 0.9) -> SGD:
    """The optimizer called `name`, at rest; `momentum` is for the two that have one.

    Raises ValueError for an unknown name, or for what the optimizer refuses.

    >>> ball = optimizer_for("nesterov", 0.1, momentum=0.5)
    >>> type(ball).__name__, ball.momentum
    ('Nesterov', 0.5)
    """
    make = known(name, OPTIMIZERS, "optimizer")
    return make(learning_rate, momentum) if issubclass(make, Momentum) else make(learning_rate)
