"""Wrong backward passes and wrong training loops, each named, sourced and runnable.

Do not copy from here. First comes the right code, for one hidden layer of tanh under softmax and
cross-entropy; then, one after the other, what people really wrote in its place. Every specimen is
a whole function with the difference in one line or two:

    specimen = SPECIMENS["slope_of_output"]
    specimen.difference()             the lines that differ from the right ones
    specimen.gradient_errors()        what the gradient check says, array by array
    specimen.digits(rng).accuracy     what the score says
    specimen.xor().share              how many of 40 starts learn XOR
    print(table())                    who sees what

A wrong function is called by what it does and by its specimen: `_backward_sign` is the `backward`
of "sign". `.mT` is `.T` for the last two axes, so that the same lines take one network or a stack.
"""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from nnlib import checks
from nnlib.activations import softmax
from nnlib.datasets import Dataset, digits, xor
from nnlib.gradient_check import numerical_gradient
from nnlib.losses import loss_for
from nnlib.metrics import labels
from nnlib.network import Network
from nnlib.notation import Array

RATE = 0.5  # the learning rate that suits digits, and XOR as well

# As it should be


def forward(W1, b1, W2, b2, X):
    """Z1, A1, Z2, A2 for the samples X (n, n_0): A2 (n, n_2) are probabilities.

    >>> Z1, A1, Z2, A2 = forward(*start(np.random.default_rng(7), (2, 4, 3)), xor().X)
    >>> A2.shape, A2.sum(axis=1)
    ((4, 3), array([1., 1., 1., 1.]))
    """
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2


def backward(W1, b1, W2, b2, X, Y):
    """gW1, gb1, gW2, gb2, the slopes of the cross-entropy of samples X (n, n_0), Y (n, n_2).

    >>> parameters = start(np.random.default_rng(7), (2, 4, 2))
    >>> [g.shape for g in backward(*parameters, xor().X, targets([0, 1, 1, 0], 2))]
    [(2, 4), (1, 4), (4, 2), (1, 2)]
    """
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def learn(backward, parameters, X, Y, rng, epochs, batch_size=32, rate=RATE):
    """W1, b1, W2, b2 after each epoch: a step downhill for every batch, in a new order each time.

    >>> parameters, Y = start(np.random.default_rng(1), (2, 4, 2)), targets([0, 1, 1, 0], 2)
    >>> *_, last = learn(backward, parameters, xor().X, Y, np.random.default_rng(1), epochs=2000)
    >>> forward(*last, xor().X)[-1].argmax(axis=1)
    array([0, 1, 1, 0])
    """
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            parameters = [p - rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def start(rng, sizes):
    """W1, b1, W2, b2 to start from: weights of variance 1 / n_in drawn by chance, biases 0.

    >>> W1, b1, W2, b2 = start(np.random.default_rng(7), (64, 32, 10))
    >>> W1.shape, bool(abs(W1.var() - 1 / 64) < 0.001), b1.any()
    ((64, 32), True, np.False_)
    """
    n_0, n_1, n_2 = sizes
    W1 = rng.uniform(-1, 1, (n_0, n_1)) * np.sqrt(3 / n_0)
    W2 = rng.uniform(-1, 1, (n_1, n_2)) * np.sqrt(3 / n_1)
    return W1, np.zeros((1, n_1)), W2, np.zeros((1, n_2))


def inputs(pixels):
    """The inputs (n, 64), from 0 to 1, that are made of pixels from 0 to 16.

    >>> inputs(np.array([0.0, 8.0, 16.0]))
    array([0. , 0.5, 1. ])
    """
    return pixels / 16


def targets(label, k):
    """The targets (n, k) that are made of labels (n,): a single 1 in each row.

    >>> targets(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    return np.eye(k)[label]


def confusion(true, said, k):
    """(k, k): how many samples of each class, a row, were taken for each class, a column.

    >>> confusion([0, 1, 1], [0, 0, 1], 2)
    array([[1, 0],
           [1, 1]])
    """
    matrix = np.zeros((k, k), dtype=int)
    for t, s in zip(true, said):
        matrix[t, s] += 1
    return matrix


def judge(solved):
    """The share of starts that learned it, from one True or False for each start.

    >>> float(judge(np.array([False, True, True, True])))
    0.75
    """
    return np.mean(solved)


# Wrong slopes


def _backward_slope_of_output(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - np.tanh(A1) ** 2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_output_formula_on_input(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - Z1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_logistic_slope_left_in(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * A1 * (1 - A1)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_hidden_slope_forgotten(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = delta2 @ W2.mT
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_extra_p_1_minus_p(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) * A2 * (1 - A2) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_updated_too_early(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    W2 = W2 - RATE * gW2
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_sign(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (Y - A2) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_biases_never_updated(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = np.zeros_like(b2)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = np.zeros_like(b1)
    return gW1, gb1, gW2, gb2


def _backward_bias_averaged(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.mean(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.mean(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_sum_for_mean(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = A2 - Y
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_hidden_never_trained(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    gW1 = np.zeros_like(W1)
    gb1 = np.zeros_like(b1)
    return gW1, gb1, gW2, gb2


# With relu: first the right one, to compare with


def _forward_right_relu(W1, b1, W2, b2, X):
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ W2 + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2


def _backward_right_relu(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = _forward_right_relu(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (A1 > 0)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_relu_slope_from_output(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = _forward_right_relu(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (A1 >= 0)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


# A wrong network, with the right slopes for it


def _forward_no_bend(W1, b1, W2, b2, X):
    Z1 = X @ W1 + b1
    A1 = Z1
    Z2 = A1 @ W2 + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2


def _backward_no_bend(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = _forward_no_bend(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = delta2 @ W2.mT
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


# Dropout: first the right one. The mask is 1 when nobody gives one, as when predicting


def _mask_right_dropout(rng, shape, rate):
    return (rng.random(shape) >= rate) / (1 - rate)


def _mask_dropout_not_rescaled(rng, shape, rate):
    return rng.random(shape) >= rate


def _forward_right_dropout(W1, b1, W2, b2, X, mask=1.0):
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1) * mask
    Z2 = A1 @ W2 + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2


def _backward_right_dropout(W1, b1, W2, b2, X, Y, mask=1.0):
    Z1, A1, Z2, A2 = _forward_right_dropout(W1, b1, W2, b2, X, mask)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * mask * (1 - np.tanh(Z1) ** 2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


# Wrong ways to learn


def _learn_never_zeroed(backward, parameters, X, Y, rng, epochs, batch_size=32, rate=RATE):
    gradients = [np.zeros_like(p) for p in parameters]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            new = backward(*parameters, X[batch], Y[batch])
            gradients = [g + more for g, more in zip(gradients, new)]
            parameters = [p - rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def _learn_rate_too_large(backward, parameters, X, Y, rng, epochs, batch_size=32, rate=40 * RATE):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            parameters = [p - rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def _learn_rate_too_small(backward, parameters, X, Y, rng, epochs, batch_size=32, rate=RATE / 1000):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            parameters = [p - rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def _learn_shuffled_apart(backward, parameters, X, Y, rng, epochs, batch_size=32, rate=RATE):
    for _ in range(epochs):
        X, Y = rng.permutation(X), rng.permutation(Y)
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            parameters = [p - rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def _start_zero_init(rng, sizes):
    n_0, n_1, n_2 = sizes
    W1 = np.zeros((n_0, n_1))
    W2 = np.zeros((n_1, n_2))
    return W1, np.zeros((1, n_1)), W2, np.zeros((1, n_2))


def _start_constant_init(rng, sizes):
    n_0, n_1, n_2 = sizes
    W1 = np.full((n_0, n_1), 0.1)
    W2 = np.full((n_1, n_2), 0.1)
    return W1, np.zeros((1, n_1)), W2, np.zeros((1, n_2))


# Wrong samples


def _inputs_raw_pixels(pixels):
    return pixels


def _targets_labels_broadcast(label, k):
    return np.reshape(label, (-1, 1))


# Wrong measuring


def _confusion_axes_swapped(true, said, k):
    matrix = np.zeros((k, k), dtype=int)
    for t, s in zip(true, said):
        matrix[s, t] += 1
    return matrix


def _judge_bad_luck(solved):
    return solved[0]


# Specimens


class Run(NamedTuple):
    """How it went with the digits."""

    losses: Array  # over all training digits, before the first epoch and after each
    accuracy: float  # the share of 450 held-out digits that are read
    matrix: Array  # (10, 10), what `confusion` makes of those 450


class XorRun(NamedTuple):
    """How it went with XOR, from S starts."""

    losses: Array  # (S, K), about a hundred looks: the first before any step, the last at the end
    solved: Array  # (S,), True where all four points come out right
    share: float  # what `judge` makes of `solved`


@dataclass(frozen=True)
class Specimen:
    """One way to go wrong, or right: its name, where it was met, and its functions.

    `number` is its place in the catalogue and `kind` the room it is in: slopes, network, training,
    samples or measuring, or "right". `question` is what to ask whoever wrote it. The functions are
    the right ones where nothing else is given, and `mask` is there with dropout only. `twin` names
    the right specimen that this one is compared with.

    >>> specimen = SPECIMENS["bias_averaged"]
    >>> for mark, line in specimen.difference():
    ...     if mark != " ":
    ...         print(mark, line.strip())
    - gb2 = delta2.sum(axis=-2, keepdims=True)
    + gb2 = delta2.mean(axis=-2, keepdims=True)
    - gb1 = delta1.sum(axis=-2, keepdims=True)
    + gb1 = delta1.mean(axis=-2, keepdims=True)
    >>> specimen.digits(np.random.default_rng(7)).accuracy > 0.9
    True
    """

    name: str
    number: int
    kind: str
    title: str
    source: str
    question: str
    twin: str = "right"
    forward: Callable = forward
    backward: Callable = backward
    learn: Callable = learn
    start: Callable = start
    inputs: Callable = inputs
    targets: Callable = targets
    confusion: Callable = confusion
    judge: Callable = judge
    mask: Callable | None = None

    def difference(self) -> list[tuple[str, str]]:
        """The functions in which it differs from its twin: (" ", "-" or "+", line) line by line.

        "-" is a line of the right one that is missing here, "+" one that has come in its place.

        >>> [line.strip() for mark, line in SPECIMENS["sign"].difference() if mark == "+"]
        ['delta2 = (Y - A2) / len(X)']
        """
        lines = []
        for role in ROLES:
            right, ours = getattr(SPECIMENS[self.twin], role), getattr(self, role)
            if ours is not right:
                compared = difflib.ndiff(self._lines(right), self._lines(ours))
                lines += [(line[0], line[2:]) for line in compared if line[0] != "?"]
        return lines

    def _lines(self, function: Callable) -> list[str]:
        """Its source without docstring, and without the specimen's name in those of functions."""
        source = inspect.getsource(function)
        if function.__doc__:
            source = re.sub(r'    """.*?"""\n', "", source, count=1, flags=re.DOTALL)
        return re.sub(rf"\b_([a-z]+)_({self.name}|{self.twin})\b", r"\1", source).splitlines()

    def gradient_errors(self) -> dict[str, float]:
        """For each array ‖g - n‖ / (‖g‖ + ‖n‖), its slopes g against the numerical n.

        At a place where bugs cannot hide: weights and biases of size ½ to 1½, 7 samples off centre.

        >>> errors = SPECIMENS["slope_of_output"].gradient_errors()
        >>> [name for name, error in errors.items() if error > GRADIENT_WRONG]
        ['W1', 'b1']
        """
        g, n = self.slopes()
        return {name: _miss(g[name], n[name]) for name in n}

    def gradient_error(self) -> float:
        """The same for all slopes together, from 0 to 1: above 1e-4 they are wrong.

        >>> SPECIMENS["right"].gradient_error() < 1e-7, round(SPECIMENS["sign"].gradient_error(), 6)
        (True, 1.0)
        """
        g, n = self.slopes()
        return _miss(*(np.concatenate([a.ravel() for a in each.values()]) for each in (g, n)))

    def slopes(self) -> tuple[dict, dict]:
        """What `backward` says and what nudging says, array by array."""
        rng, net = np.random.default_rng(7), Network((3, 5, 4))  # to cut theta, and no more
        theta = rng.choice([-1, 1], net.n_parameters) * rng.uniform(0.5, 1.5, net.n_parameters)
        X, Y = rng.normal(0.5, 1, (7, 3)), targets(rng.integers(0, 4, 7), 4)
        mask = {"mask": self.mask(rng, (7, 5), 0.5)} if self.mask else {}

        def loss(theta):
            *_, Z2, A2 = self.forward(*_four(net, theta), X, **mask)
            return CROSS_ENTROPY.value(Z2, A2, Y), None

        g = self.backward(*_four(net, theta), X, Y, **mask)
        n = _four(net, numerical_gradient(loss, theta))
        return dict(zip(ARRAYS, g)), dict(zip(ARRAYS, n))

    def digits(self, rng: np.random.Generator, epochs: int = 20) -> Run:
        """Learn 1344 digits with 32 hidden units, in batches of 32, and read 450 others.

        The same digits are held out each time; the start and the order come from `rng`.

        >>> run = SPECIMENS["right"].digits(np.random.default_rng(7), epochs=3)
        >>> len(run.losses), bool(run.losses[-1] < run.losses[0] / 2), int(run.matrix.sum())
        (4, True, 450)
        """
        rng, epochs = checks.generator(rng), checks.whole(epochs, "epochs")
        data = _digits()
        X, X_test = self.inputs(16 * data.X), self.inputs(16 * data.X_test)
        label, true = labels(data.Y), labels(data.Y_test)
        first, Y = self.start(rng, (64, 32, 10)), self.targets(label, 10)
        losses = [self._loss(first, X, data.Y)]
        for parameters in self._learning(first, X, Y, rng, epochs, 32):
            losses.append(self._loss(parameters, X, data.Y))
        with np.errstate(over="ignore", invalid="ignore"):
            said = self.forward(*parameters, X_test)[-1].argmax(axis=-1)
        matrix = self.confusion(true, said, 10)
        return Run(np.array(losses), float(matrix.trace() / matrix.sum()), matrix)

    def xor(self, seeds: int | list = 40, steps: int = 2000, width: int = 4) -> XorRun:
        """Learn XOR with two outputs, all four points at every step, from each of many starts.

        `seeds` are those of the starts, or how many; all are trained together, as one stack.

        >>> SPECIMENS["right"].xor(seeds=[1, 2], steps=1000).solved
        array([ True,  True])
        """
        steps, width = checks.whole(steps, "steps"), checks.whole(width, "width")
        rngs = [np.random.default_rng(s) for s in (range(seeds) if np.ndim(seeds) == 0 else seeds)]
        if not rngs:
            raise ValueError(f"seeds={seeds!r}: give how many, at least 1, or a list of numbers")
        X, label, every = xor().X, labels(xor().Y), max(1, steps // 100)
        first = [np.stack(a) for a in zip(*(self.start(rng, (2, width, 2)) for rng in rngs))]
        losses = [self._loss(first, X, targets(label, 2))]
        order = np.random.default_rng(0)  # all four at once: their order does not matter
        learning = self._learning(first, X, self.targets(label, 2), order, steps, 4)
        for step, parameters in enumerate(learning, start=1):
            if step % every == 0 or step == steps:
                losses.append(self._loss(parameters, X, targets(label, 2)))
        with np.errstate(over="ignore", invalid="ignore"):
            said = self.forward(*parameters, X)[-1].argmax(axis=-1)
        solved = (said == label).all(axis=-1)
        return XorRun(np.stack(losses, axis=1), solved, float(self.judge(solved)))

    def _learning(self, parameters, X, Y, rng, epochs, batch_size) -> Iterator[list]:
        """Its `learn` with its `backward`; with dropout a mask is drawn for each batch."""

        def with_mask(W1, b1, W2, b2, X, Y):
            mask = self.mask(rng, (len(X), W1.shape[-1]), 0.5)
            return self.backward(W1, b1, W2, b2, X, Y, mask=mask)

        slopes = with_mask if self.mask else self.backward
        with np.errstate(over="ignore", invalid="ignore"):  # some of them do diverge
            yield from self.learn(slopes, parameters, X, Y, rng, epochs, batch_size)

    def _loss(self, parameters, X, Y) -> Array:
        """The cross-entropy over X with the true targets, one number for each start."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            *_, Z2, A2 = self.forward(*parameters, X)
            return CROSS_ENTROPY.value(Z2, A2, Y)


ROLES = (
    *("forward", "backward", "learn", "start", "inputs", "targets"),
    *("confusion", "judge", "mask"),
)
ARRAYS = ("W1", "b1", "W2", "b2")
CROSS_ENTROPY = loss_for("cross_entropy", "softmax")


def _four(net: Network, theta: Array) -> list[Array]:
    return [array for pair in net.layers(theta) for array in pair]


def _miss(g: Array, n: Array) -> float:
    return float(np.linalg.norm(g - n) / (np.linalg.norm(g) + np.linalg.norm(n)))


@cache
def _digits() -> Dataset:
    """42 batches of 32 digits: a step along the last 3 would undo what an epoch has learned."""
    data = digits(np.random.default_rng(7))
    return data._replace(X=data.X[:1344], Y=data.Y[:1344])


_RELU = dict(forward=_forward_right_relu)
_DROPOUT = dict(forward=_forward_right_dropout, backward=_backward_right_dropout)

SPECIMENS = {
    specimen.name: specimen
    for specimen in [
        Specimen(
            "right", 0, "right",
            title="As it should be",
            source="Rumelhart, Hinton & Williams, 1986; with softmax: Bridle, 1990",
            question="Which number of the forward pass does each line need again?",
        ),
        Specimen(
            "right_relu", 0, "right",
            title="As it should be, with relu",
            source="Nair & Hinton, 2010",
            question="What is the slope of a unit that sends on 0?",
            twin="right_relu", backward=_backward_right_relu, **_RELU,
        ),
        Specimen(
            "right_dropout", 0, "right",
            title="As it should be, with dropout",
            source="Srivastava et al., 2014",
            question="What does the next layer get on average, with the mask and without?",
            twin="right_dropout", mask=_mask_right_dropout, **_DROPOUT,
        ),
        Specimen(
            "slope_of_output", 1, "slopes",
            title="The slope of tanh is taken at a, as if a were z",
            source="the 2013 post; Toy-Neural-Network-JS pull/56",
            question="You differentiated the output: what is it a function of?",
            backward=_backward_slope_of_output,
        ),
        Specimen(
            "output_formula_on_input", 2, "slopes",
            title="The slope written in a is given z",
            source="scikit-learn issues/14244; Neural-Network-p5 issues/22",
            question="In which letter is your formula written, and which one did you hand it?",
            backward=_backward_output_formula_on_input,
        ),
        Specimen(
            "relu_slope_from_output", 3, "slopes",
            title="The slope of relu asks whether a is 0 or more, and it always is",
            source="Grokking-Deep-Learning issues/9; NumPy's MNIST tutorial",
            question="Which values can a take behind a relu, and for which of them is the slope 0?",
            twin="right_relu", backward=_backward_relu_slope_from_output, **_RELU,
        ),
        Specimen(
            "logistic_slope_left_in", 4, "slopes",
            title="The bend was changed to tanh, and the slope is still that of the logistic",
            source="skynet pull/1",
            question="Which bend does your forward pass use, and whose slope is a (1 - a)?",
            backward=_backward_logistic_slope_left_in,
        ),
        Specimen(
            "hidden_slope_forgotten", 5, "slopes",
            title="The blame comes back through W2, and not through the bend",
            source="Neural-Network-with-Python issues/1",
            question="Between Z1 and Z2 stand two steps. Where in your list is the other one?",
            backward=_backward_hidden_slope_forgotten,
        ),
        Specimen(
            "extra_p_1_minus_p", 6, "slopes",
            title="The slope of a logistic output is put behind softmax and cross-entropy",
            source="neural-networks-and-deep-learning issues/45",
            question="Differentiate this loss along z: what has p (1 - p) become there?",
            backward=_backward_extra_p_1_minus_p,
        ),
        Specimen(
            "updated_too_early", 7, "slopes",
            title="W2 takes its step before the blame is sent back through it",
            source="Toy-Neural-Network-JS issues/72; data-science-from-scratch issues/31",
            question="With which W2 was the mistake made for which you share out the blame?",
            backward=_backward_updated_too_early,
        ),
        Specimen(
            "sign", 8, "slopes",
            title="The blame is y - a, and the step still subtracts",
            source="deep-learning-v2-pytorch issues/24",
            question="An output is too high: which sign has its delta, and where does the step go?",
            backward=_backward_sign,
        ),
        Specimen(
            "biases_never_updated", 9, "slopes",
            title="The biases get no slope and stay where they started",
            source="makeyourownneuralnetwork issues/31",
            question="How much does the loss change if you nudge b2 by a little?",
            backward=_backward_biases_never_updated,
        ),
        Specimen(
            "bias_averaged", 10, "slopes",
            title="The slopes of the biases are averaged where those of the weights are summed",
            source="kvfrans/notes issues/5; deeplearning4j pull/366",
            question="How often is gb2 divided by n, if delta has been divided by it already?",
            backward=_backward_bias_averaged,
        ),
        Specimen(
            "sum_for_mean", 11, "slopes",
            title="The slopes are summed over the batch, at a rate that suits their mean",
            source="nn.h issues/4",
            question="Give it the same batch twice over. Should the step be twice as long?",
            backward=_backward_sum_for_mean,
        ),
        Specimen(
            "never_zeroed", 12, "training",
            title="Every batch adds to the slopes of all the batches before",
            source="micrograd issues/53",
            question="What is in the gradient before the second batch begins?",
            learn=_learn_never_zeroed,
        ),
        Specimen(
            "zero_init", 13, "training",
            title="All weights start at zero",
            source="Dive into Deep Learning, section 5.4, Breaking the Symmetry",
            question="What comes back through W2 if W2 is 0?",
            start=_start_zero_init,
        ),
        Specimen(
            "constant_init", 14, "training",
            title="All weights start at the same number",
            source="Dive into Deep Learning, section 5.4, Breaking the Symmetry",
            question="Two hidden units with the same weights: what could ever make them differ?",
            start=_start_constant_init,
        ),
        Specimen(
            "no_bend", 15, "network",
            title="The hidden units do not bend",
            source="fastbook, chapter 17",
            question="Multiply your two matrices: how many layers has the network?",
            forward=_forward_no_bend, backward=_backward_no_bend,
        ),
        Specimen(
            "hidden_never_trained", 16, "slopes",
            title="Only the output learns, the hidden layer stays as chance made it",
            source="done on purpose by Huang, Zhu & Siew, Extreme learning machine, 2006",
            question="Hold W1 before training against W1 after it: what has changed?",
            backward=_backward_hidden_never_trained,
        ),
        Specimen(
            "raw_pixels", 17, "samples",
            title="The pixels come as they are, from 0 to 16",
            source="python-machine-learning-book-2nd-edition issues/68",
            question="How large is a typical z of your hidden units, and how steep is tanh there?",
            inputs=_inputs_raw_pixels,
        ),
        Specimen(
            "labels_broadcast", 18, "samples",
            title="A column of labels is subtracted from ten outputs, and numpy does not complain",
            source="pytorch issues/19991, the same with one output",
            question="What are the shapes of A2 and of Y, and which numbers are in a row of Y?",
            targets=_targets_labels_broadcast,
        ),
        Specimen(
            "rate_too_large", 19, "training",
            title="The learning rate is forty times too large",
            source="mlx issues/188",
            question="What does the loss do in the first ten steps?",
            learn=_learn_rate_too_large,
        ),
        Specimen(
            "rate_too_small", 19, "training",
            title="The learning rate is a thousand times too small",
            source="keras-retinanet pull/843",
            question="How far has a weight moved in an epoch, and how far has it to go?",
            learn=_learn_rate_too_small,
        ),
        Specimen(
            "shuffled_apart", 20, "training",
            title="Inputs and targets are shuffled, each in an order of its own",
            source="GaNDLF pull/870; DrexelChatbot issues/15",
            question="Draw the first digit of your second epoch. Is the target below it its own?",
            learn=_learn_shuffled_apart,
        ),
        Specimen(
            "axes_swapped", 21, "measuring",
            title="The confusion matrix has its axes swapped",
            source="PythonDataScienceHandbook issues/130",
            question="Add up row 3: are these all the threes, or all that was called a three?",
            confusion=_confusion_axes_swapped,
        ),
        Specimen(
            "dropout_not_rescaled", 22, "network",
            title="Dropout takes units away, and those that stay do not make up for them",
            source="tinygrad pull/170",
            question="With half of the units gone, what does the next layer get, and what later?",
            twin="right_dropout", mask=_mask_dropout_not_rescaled, **_DROPOUT,
        ),
        Specimen(
            "bad_luck", 23, "measuring",
            title="Nothing is wrong, and one start is taken for all of them",
            source="theanets issues/67",
            question="From how many starts did you try?",
            judge=_judge_bad_luck,
        ),
    ]
}  # fmt: skip


# Instruments: each finds some of them, and none finds all

# Each bound lies in a wide gap: some of the wrong ones train so wildly that their numbers differ
# from machine to machine, and what is said of them must not.
GRADIENT_WRONG = 1e-4  # a gradient error above this is noticed; the right ones stay below 1e-9
LOSS_FALLEN = 0.18  # a loss that ends above this share of where it began; right ones end near 0.02
DIGITS_READ = 0.85  # fewer digits read than this; the right ones read 0.96 of them or more
XOR_SOLVED = 0.5  # XOR learned less than this times as often as by the twin


def instruments(specimen: Specimen, starts: int = 5) -> dict[str, str]:
    """What each instrument says: of a wrong specimen "caught" or "blind", of a right one "passes".

    gradient: the check of `gradient_error`; loss, digits: the curve and the score, means of some
    `starts`; XOR: the starts that are solved, of 40, beside the twin's. Then three that ask for the
    meaning: mask: is its mean 1 ("-" where there is none); rows: does a row of the confusion matrix
    hold all samples of its class; order: is the verdict on many starts the same in any order?

    >>> instruments(SPECIMENS["hidden_slope_forgotten"])
    {'gradient': 'caught', 'loss': 'blind', 'digits': 'blind', 'XOR': 'caught', 'mask': '-', \
'rows': 'blind', 'order': 'blind'}
    """
    starts = checks.whole(starts, "starts")
    runs = [run_of(specimen, start) for start in range(starts)]
    first, last = (np.mean([run.losses[i] for run in runs]) for i in (0, -1))
    solved = np.arange(40) < 20
    noticed = {
        "gradient": specimen.gradient_error() > GRADIENT_WRONG,
        "loss": not last < LOSS_FALLEN * first,  # nan has not fallen either
        "digits": np.mean([run.accuracy for run in runs]) < DIGITS_READ,
        "XOR": solved_of(specimen) < XOR_SOLVED * solved_of(SPECIMENS[specimen.twin]),
        "mask": specimen.mask and abs(_mask_mean(specimen) - 1) > 0.1,
        "rows": specimen.confusion([0, 0, 1], [0, 1, 1], 2).sum(axis=1).tolist() != [2, 1],
        "order": specimen.judge(solved) != specimen.judge(solved[::-1]),
    }
    yes, no = ("false alarm", "passes") if specimen.kind == "right" else ("caught", "blind")
    return {name: "-" if it is None else yes if it else no for name, it in noticed.items()}


@cache
def run_of(specimen: Specimen, start: int) -> Run:
    """How it went with the digits from the start of this seed; trained once, and remembered."""
    return specimen.digits(np.random.default_rng(start))


@cache
def solved_of(specimen: Specimen) -> int:
    """How many of 40 starts learn XOR; counted once, and remembered."""
    return int(specimen.xor().solved.sum())


def _mask_mean(specimen: Specimen) -> float:
    return float(specimen.mask(np.random.default_rng(7), (100, 100), 0.5).mean())


class Table(dict):
    """What `instruments` says of each specimen, by its name; printed, a line for each."""

    def __str__(self) -> str:
        width = max(map(len, self))
        columns = [*dict.fromkeys(column for row in self.values() for column in row)]
        lines = [" " * width + "".join(f"  {column:<8}" for column in columns)]
        for name, row in self.items():
            lines.append(f"{name:<{width}}" + "".join(f"  {row[c]:<8}" for c in columns))
        return "\n".join(line.rstrip() for line in lines)


def table(*names: str, starts: int = 5) -> Table:
    """`instruments` for the specimens called `names`, or for all of them.

    Raises ValueError for a name that is not in SPECIMENS.

    >>> print(table("right", "slope_of_output", "zero_init"))
                     gradient  loss      digits    XOR       mask      rows      order
    right            passes    passes    passes    passes    -         passes    passes
    slope_of_output  caught    blind     blind     blind     -         blind     blind
    zero_init        blind     caught    caught    caught    -         blind     blind
    """
    chosen = [checks.known(name, SPECIMENS, "specimen") for name in names or SPECIMENS]
    return Table({specimen.name: instruments(specimen, starts) for specimen in chosen})
