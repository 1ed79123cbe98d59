"""What races in the optimizer race: stacks of networks on digits, one stack for each optimizer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nnlib.classes import class_numbers
from nnlib.datasets import Dataset, digits
from nnlib.network import Network
from nnlib.notation import Array
from nnlib.optimizers import optimizer_for
from nnlib.training import Diverged, Step, train

NET = Network((64, 32, 10), hidden="tanh", output="softmax", loss="cross_entropy")
ALL = 1347  # all training samples in one batch
# The best learning rate of each at each batch size, of 0.0005, 0.001, 0.002, 0.005, ... 5: measured
# by `validation_scores` with five starts and 20 passes, so without a look at the held-out digits.
BEST_RATES = {
    8: {"sgd": 0.5, "momentum": 0.05, "nesterov": 0.05, "adam": 0.01},
    32: {"sgd": 0.5, "momentum": 0.2, "nesterov": 0.2, "adam": 0.02},
    128: {"sgd": 1.0, "momentum": 1.0, "nesterov": 0.5, "adam": 0.05},
    ALL: {"sgd": 1.0, "momentum": 1.0, "nesterov": 0.5, "adam": 0.05},
}
ORDER = 0  # the seed of the order of the samples: all see the same batches


@lru_cache
def the_digits() -> Dataset:
    """The digits of the race, a quarter of them held out."""
    return digits(0)


def starts(first_seed: int, seeds: int) -> Array:
    """The first weights (seeds, P), each drawn from its own seed."""
    return np.stack([NET.init(np.random.default_rng(first_seed + k)) for k in range(seeds)])


def training(name: str, rates, thetas: Array, X: Array, Y: Array, batch_size: int, steps: int):
    """The steps of a stack with the optimizer called `name`, at one rate or at rates (S, 1)."""
    return train(NET, thetas, X, Y, optimizer_for(name, rates), rng=np.random.default_rng(ORDER),
                 steps=steps, batch_size=min(batch_size, len(X)))  # fmt: skip


class Scores(NamedTuple):
    """How well each network of a stack (S,) does on digits; nan where it has diverged."""

    accuracy: Array
    loss: Array


def scores(thetas: Array, X: Array, Y: Array) -> Scores:
    """The share of X that is read correctly by each network of a stack, and its loss."""
    with np.errstate(over="ignore", invalid="ignore"):
        trace = NET.forward(thetas, X)
        loss = NET.loss_function.value(trace.Z[-1], trace.A[-1], Y)
    right = (class_numbers(trace.A[-1]) == class_numbers(Y)).mean(axis=-1)
    return Scores(np.where(np.isfinite(loss), right, np.nan), loss)


class Racer:
    """One optimizer with its stack of networks, and the seconds that its updates have taken."""

    def __init__(self, name: str, rate: float, thetas: Array, batch_size: int, steps: int):
        data = the_digits()
        self.thetas, self.seconds, self.index = thetas, 0.0, -1
        self._steps: Iterator[Step] = training(
            name, rate, thetas, data.X, data.Y, batch_size, steps
        )

    def to(self, index: int) -> None:
        """Train on to step `index`, by a clock that stops while others use the processor."""
        begun = time.thread_time()
        try:
            while self.index < index:
                step = next(self._steps)
                self.index, self.thetas = step.index, step.theta
        except (Diverged, StopIteration):  # none of the stack is finite any more
            self.index, self.thetas = index, np.full_like(self.thetas, np.nan)
        self.seconds += time.thread_time() - begun

    def scores(self) -> Scores:
        """How well its networks do on the held-out digits."""
        data = the_digits()
        return scores(self.thetas, data.X_test, data.Y_test)


def validation_scores(name: str, rates: list, batch_size: int, *, seeds=5, passes=20) -> Array:
    """(R,) the accuracy of each rate on a quarter of the training samples, the mean over a run.

    The networks are trained on the other three quarters. The mean is over seeds and forty moments:
    a rate that is good early and late is better than one that is good late.
    """
    data, thetas = the_digits(), np.tile(starts(0, seeds), (len(rates), 1))
    cut = 3 * len(data.X) // 4
    X, Y = data.X[:cut], data.Y[:cut]
    steps = passes * -(-cut // batch_size)
    every, right = max(1, steps // 40), []
    run = training(name, np.repeat(rates, seeds)[:, None], thetas, X, Y, batch_size, steps)
    for step in run:
        if step.index % every == 0:
            right.append(scores(step.theta, data.X[cut:], data.Y[cut:]).accuracy)
    return np.nan_to_num(right).mean(axis=0).reshape(len(rates), seeds).mean(axis=1)
