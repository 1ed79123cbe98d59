"""Networks, samples and functions that the cases of several exercises hand to an answer."""

import numpy as np

from nnlib.gradient_check import numerical_gradient
from nnlib.network import Network
from nncourse.exercises.cases import Case

PARAMETERS = ("W1", "b1", "W2", "b2")
GRADIENTS = ("gW1", "gb1", "gW2", "gb2")


def both_signs(rng, low: float, high: float, n: int) -> np.ndarray:
    """n numbers whose sizes are from low to high, each with a random sign.

    >>> bool((abs(both_signs(np.random.default_rng(1), 0.5, 1.5, 100)) >= 0.5).all())
    True
    """
    return rng.uniform(low, high, n) * rng.choice([-1, 1], n)


class Function:
    """A function that is handed to an answer; in a verdict it is shown as `words`."""

    def __init__(self, words, f):
        self.words, self.f = words, f

    def __call__(self, *inputs):
        return self.f(*inputs)

    def __repr__(self):
        return self.words


class Example:
    """A network with one hidden layer, its parameters, n samples, and its gradients, measured.

    The parameters are from 0.4 to 1.2 in size, those of the second layer `loud` times as large. The
    inputs have the mean 0.4 and this `spread`. The targets are classes under cross-entropy, and
    numbers otherwise.
    """

    def __init__(
        self, sizes, n, *, seed, output="identity", loss="squared_error", spread=1.0, loud=1.0
    ):
        rng = np.random.default_rng(seed)
        self.net = Network(sizes, output=output, loss=loss)
        self.theta = both_signs(rng, 0.4, 1.2, self.net.n_parameters)
        self.theta[-(sizes[1] + 1) * sizes[2] :] *= loud  # the second layer
        self.X = rng.normal(0.4, spread, (n, sizes[0]))
        if loss == "cross_entropy":
            self.Y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=n)]
        else:
            self.Y = rng.normal(-0.5, 1.0, (n, sizes[-1]))

    def rounded(self) -> "Example":
        """This example with whole numbers as samples, the first of them 0."""
        self.X, self.Y = (2 * self.X).round().astype(int), self.Y.round().astype(int)
        self.X[0, 0] = 0
        return self

    @property
    def parameters(self) -> list[np.ndarray]:
        """W1, b1, W2 and b2, views of theta."""
        return self.arrays(self.theta)

    @property
    def A1(self) -> np.ndarray:
        """What the hidden layer puts out, (n, n_1)."""
        return self.net.forward(self.theta, self.X).A[1]

    @property
    def A2(self) -> np.ndarray:
        """What the output layer puts out, (n, n_2)."""
        return self.net.forward(self.theta, self.X).A[2]

    def arrays(self, theta) -> list[np.ndarray]:
        """The four arrays in theta, or in anything laid out like it."""
        return [array for pair in self.net.layers(theta) for array in pair]

    def measured(self, rows=slice(None)) -> tuple[np.ndarray, ...]:
        """gW1, gb1, gW2 and gb2 for these samples, by nudging every parameter."""
        X, Y = self.X[rows], self.Y[rows]
        slopes = numerical_gradient(lambda theta: self.net.loss_and_grad(theta, X, Y), self.theta)
        return tuple(self.arrays(slopes))

    def delta(self, layer: int) -> np.ndarray:
        """The slopes of the loss along Z1, for layer 1, or along Z2, for layer 2.

        In a batch of one sample, b has the slope that z has; a batch of n is a mean of n of them.
        """
        n = len(self.X)
        alone = [self.measured(slice(s, s + 1))[2 * layer - 1] for s in range(n)]
        return np.concatenate(alone) / n

    def backward_case(self, what: str) -> Case:
        """The case of a whole backward pass: the parameters and samples, and the gradients."""
        inputs = {**dict(zip(PARAMETERS, self.parameters)), "X": self.X, "Y": self.Y}
        return Case(what, inputs, self.measured())
