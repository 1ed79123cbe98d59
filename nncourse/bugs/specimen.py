"""A specimen: the functions of one way to go wrong, and how to run and to show them."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import NamedTuple

import numpy as np

from nnlib import checks
from nnlib.classes import labels
from nnlib.datasets import Dataset, digits, xor
from nnlib.gradient_check import numerical_gradient
from nnlib.losses import loss_for
from nnlib.notation import Array
from nncourse.bugs import right

ROLES = (
    *("forward", "backward", "learn", "start", "inputs", "targets"),
    *("confusion", "judge", "mask", "predict", "split", "keep"),
)
ARRAYS = ("W1", "b1", "W2", "b2")
FEW = 800  # digits that are parted, where a specimen has a split of its own
CROSS_ENTROPY = loss_for("cross_entropy", "softmax")


class Run(NamedTuple):
    """The result of training on the digits."""

    losses: Array  # over all training digits, before the first epoch and after each
    accuracy: float  # the share of the test digits that are read, as its author reports it
    matrix: Array  # (10, 10), what `confusion` makes of those
    fresh: float  # the share of 450 digits that are read and had no part in anything


class XorRun(NamedTuple):
    """The result of training on XOR, from S starts."""

    losses: Array  # (S, K): about a hundred, the first before any step, the last after all
    solved: Array  # (S,): True where all four points come out right
    share: float  # what `judge` makes of `solved`


@dataclass(frozen=True)
class Specimen:
    """One way to go wrong, or right: its name, where it was found, and its functions.

    `number` is its place in the catalogue. `kind` is the part of the code that is wrong: slopes,
    network, training, samples or measuring; or "right". `question` is one to ask the author of the
    code, `why` explains the symptoms. `twin` is the right specimen to compare a wrong one with,
    `chapter` the notebook that they come from. A function that is not given is the right one;
    `mask` is given with dropout only, `split` and `keep` where the samples are parted by hand.
    `pictures` says that X has to be pictures, which XOR is not.

    >>> from nncourse.bugs import SPECIMENS
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
    why: str = ""
    twin: Specimen | None = None
    forward: Callable = right.forward
    backward: Callable = right.backward
    learn: Callable = right.learn
    start: Callable = right.start
    inputs: Callable = right.inputs
    targets: Callable = right.targets
    confusion: Callable = right.confusion
    judge: Callable = right.judge
    mask: Callable | None = None
    predict: Callable = right.predict
    split: Callable | None = None
    keep: Callable | None = None
    chapter: int = 7
    pictures: bool = False

    # Its source

    @property
    def right_one(self) -> Specimen:
        """The right specimen to compare this one with: its twin, or itself."""
        return self.twin or self

    def changed(self) -> list[str]:
        """The roles of the functions in which it differs from its twin.

        >>> from nncourse.bugs import SPECIMENS
        >>> SPECIMENS["sign"].changed(), SPECIMENS["right"].changed()
        (['backward'], [])
        """
        return [role for role in ROLES if getattr(self, role) is not getattr(self.right_one, role)]

    def difference(self) -> list[tuple[str, str]]:
        """The functions that differ from its twin's, line by line: (" ", "-" or "+", line).

        "-" is a line of the right one that is missing here, "+" one that has come in its place.

        >>> from nncourse.bugs import SPECIMENS
        >>> [line.strip() for mark, line in SPECIMENS["sign"].difference() if mark == "+"]
        ['delta2 = (Y - A2) / len(X)']
        """
        lines = []
        for role in self.changed():
            pair = (self._lines(getattr(specimen, role)) for specimen in (self.right_one, self))
            lines += [(line[0], line[2:]) for line in difflib.ndiff(*pair) if line[0] != "?"]
        return lines

    def code(self) -> str:
        """The functions that differ from its twin's, in which nothing gives its name away.

        >>> from nncourse.bugs import SPECIMENS
        >>> print(SPECIMENS["bad_luck"].code())
        def judge(solved):
            return solved[0]
        """
        functions = ("\n".join(self._lines(getattr(self, role))) for role in self.changed())
        return "\n\n".join(functions)

    def _lines(self, function: Callable) -> list[str]:
        """The source of a function: no docstring, `def` on one line, no specimen in its name."""
        source = inspect.getsource(function)
        if function.__doc__:
            source = re.sub(r'    """.*?"""\n', "", source, count=1, flags=re.DOTALL)
        source = re.sub(r"\(\n +(.*)\n\):", r"(\1):", source, count=1)
        roles, names = "|".join(ROLES), f"{self.name}|{self.right_one.name}"
        return re.sub(rf"\b_?({roles})_({names})\b", r"\1", source).splitlines()

    # Its slopes

    def gradient_errors(self) -> dict[str, float]:
        """For each array ‖g - n‖ / (‖g‖ + ‖n‖) of its slopes g and the numerical slopes n.

        Measured where no bug can hide: with weights and biases of size ½ to 1½ and 7 samples whose
        mean is not 0.

        >>> from nncourse.bugs import GRADIENT_WRONG, SPECIMENS
        >>> errors = SPECIMENS["slope_of_output"].gradient_errors()
        >>> [name for name, error in errors.items() if error > GRADIENT_WRONG]
        ['W1', 'b1']
        """
        g, n = self.slopes()
        return {name: _relative_error(g[name], n[name]) for name in n}

    def gradient_error(self) -> float:
        """The same for all slopes together, from 0 to 1: above 1e-4 they are wrong.

        >>> from nncourse.bugs import SPECIMENS
        >>> SPECIMENS["right"].gradient_error() < 1e-7, round(SPECIMENS["sign"].gradient_error(), 6)
        (True, 1.0)
        """
        g, n = (np.concatenate([a.ravel() for a in each.values()]) for each in self.slopes())
        return _relative_error(g, n)

    def slopes(self) -> tuple[dict, dict]:
        """The slopes that `backward` gives and the numerical ones, each {array: slopes}."""
        rng, sizes = np.random.default_rng(7), (16, 5, 4) if self.pictures else (3, 5, 4)
        shapes = [p.shape for p in self.start(np.random.default_rng(7), sizes)]
        n_parameters = sum(map(prod, shapes))
        theta = rng.choice([-1, 1], n_parameters) * rng.uniform(0.5, 1.5, n_parameters)
        X, Y = rng.normal(0.5, 1, (7, sizes[0])), right.targets(rng.integers(0, 4, 7), 4)
        if self.pictures:
            X[:, 4:] = 0  # all below the first row is blank, as the rim of a digit is
        mask = {"mask": self.mask(rng, (7, 5), 0.5)} if self.mask else {}

        def loss(theta):
            *_, Z2, A2 = self.forward(*_arrays(shapes, theta), X, **mask)
            return CROSS_ENTROPY.value(Z2, A2, Y), None

        g = self.backward(*_arrays(shapes, theta), X, Y, **mask)
        n = _arrays(shapes, numerical_gradient(loss, theta))
        return dict(zip(ARRAYS, g)), dict(zip(ARRAYS, n))

    # Its training

    def digits(self, rng, epochs: int = 20) -> Run:
        """Train 32 hidden units on 1344 digits, in batches of 32, and read 450 others.

        With a `split` FEW digits are parted by it, and half of them are learned by 8 kernels where
        they have to be `pictures`. The held-out digits are always the same; `rng`, a whole number
        or a Generator, draws the initial weights, the order of the samples and the split. Raises
        TypeError for another `rng`, ValueError for less than one epoch.

        >>> from nncourse.bugs import SPECIMENS
        >>> run = SPECIMENS["right"].digits(7, epochs=3)
        >>> len(run.losses), bool(run.losses[-1] < run.losses[0] / 2), int(run.matrix.sum())
        (4, True, 450)
        """
        rng, epochs = checks.generator(rng), checks.whole(epochs, "epochs")
        data = _digits()
        X, fresh = self.inputs(16 * data.X), (self.inputs(16 * data.X_test), data.Y_test)
        (X, true), validation, test = (X, data.Y), None, fresh
        if self.pictures:
            X, true = X[: FEW // 2], true[: FEW // 2]
        if self.split:
            (X, true), validation, test = self.split(X[:FEW], true[:FEW], rng)
        first = self.start(rng, (64, 8 if self.pictures else 32, 10))
        Y = self.targets(labels(true), 10)
        every = list(self._learning(first, X, Y, rng, epochs, 32))
        losses = [self._loss(parameters, X, true) for parameters in [first, *every]]

        def score(parameters, X, Y):
            return np.mean(self._predicted(parameters, X, rng) == labels(Y))

        kept = self.keep(every, score, validation, test) if self.keep else every[-1]
        matrix = self.confusion(labels(test[1]), self._predicted(kept, test[0], rng), 10)
        accuracy = float(matrix.trace() / matrix.sum())
        last = score(kept, *fresh) if self.split else accuracy
        return Run(np.array(losses), accuracy, matrix, float(last))

    def xor(self, seeds: int | list = 40, steps: int = 2000, hidden_units: int = 4) -> XorRun:
        """Train on XOR with two outputs, all four points at every step, from each of many starts.

        `seeds` are those of the starts, or how many there are. All are trained together, as one
        stack. Raises ValueError for no seed, less than one step or hidden unit, and for kernels.

        >>> from nncourse.bugs import SPECIMENS
        >>> SPECIMENS["right"].xor(seeds=[1, 2], steps=1000).solved
        array([ True,  True])
        """
        if self.pictures:
            raise ValueError(f"{self.name}: XOR is no picture for its kernels to look at")
        steps = checks.whole(steps, "steps")
        sizes = (2, checks.whole(hidden_units, "hidden_units"), 2)
        rngs = [np.random.default_rng(s) for s in (range(seeds) if np.ndim(seeds) == 0 else seeds)]
        if not rngs:
            raise ValueError(f"seeds={seeds!r}: give how many, at least 1, or a list of numbers")
        X, label, every = xor().X, labels(xor().Y), max(1, steps // 100)
        first = [np.stack(arrays) for arrays in zip(*(self.start(rng, sizes) for rng in rngs))]
        losses = [self._loss(first, X, right.targets(label, 2))]
        order = np.random.default_rng(0)  # any: with all four in one batch, order has no effect
        learning = self._learning(first, X, self.targets(label, 2), order, steps, 4)
        for step, parameters in enumerate(learning, start=1):
            if step % every == 0 or step == steps:
                losses.append(self._loss(parameters, X, right.targets(label, 2)))
        solved = (self._predicted(parameters, X, order) == label).all(axis=-1)
        return XorRun(np.stack(losses, axis=1), solved, float(self.judge(solved)))

    def _learning(self, parameters, X, Y, rng, epochs, batch_size) -> Iterator[list]:
        """Its `learn` with its `backward`; with dropout, a mask is drawn for each batch."""

        def with_mask(W1, b1, W2, b2, X, Y):
            mask = self.mask(rng, (len(X), W1.shape[-1]), 0.5)
            return self.backward(W1, b1, W2, b2, X, Y, mask=mask)

        slopes = with_mask if self.mask else self.backward
        with np.errstate(over="ignore", invalid="ignore"):  # some specimens diverge
            yield from self.learn(slopes, parameters, X, Y, rng, epochs, batch_size)

    def _loss(self, parameters, X, Y) -> Array:
        """The cross-entropy over X with the true targets, one number for each start."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            *_, Z2, A2 = self.forward(*parameters, X)
            return CROSS_ENTROPY.value(Z2, A2, Y)

    def _predicted(self, parameters, X, rng) -> Array:
        """The labels that the network gives to the samples X."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.predict(self.forward, parameters, X, self.mask, rng).argmax(axis=-1)


def _arrays(shapes: list[tuple], theta: Array) -> list[Array]:
    """theta (P,), cut into W1, b1, W2, b2 of these shapes."""
    parts = np.split(theta, np.cumsum([prod(shape) for shape in shapes])[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes)]


def _relative_error(g: Array, n: Array) -> float:
    return float(np.linalg.norm(g - n) / (np.linalg.norm(g) + np.linalg.norm(n)))


@cache
def _digits() -> Dataset:
    """42 batches of 32 digits; a batch of the 3 left over would undo what an epoch has learned."""
    data = digits(7)
    return data._replace(X=data.X[:1344], Y=data.Y[:1344])
