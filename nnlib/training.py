"""Training as a sequence of steps: whoever iterates decides when the next one happens.

    >>> from nnlib import SGD, Network
    >>> net, X = Network((1, 1)), np.array([[0.0], [1.0], [2.0]])
    >>> for step in train(net, net.init(7), X, 2 * X + 1, SGD(0.3), rng=7, steps=200):
    ...     pass
    >>> step.index, step.epoch, step.theta.round(3)
    (200, 200, array([2., 1.]))

Of a network it asks `loss_and_grad(theta, X, Y)`, with l1, l2 and masks where they are used,
`dropout_masks` where there is dropout, and `layers`, if it has them, to say where it diverged.
"""

import itertools
import warnings
from collections.abc import Iterable, Iterator
from contextvars import copy_context
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

import numpy as np

from nnlib import checks, guards
from nnlib.notation import Array


class Step(NamedTuple):
    """Where training stands: theta after `index` updates, and what the next batch says of it."""

    index: int  # updates made so far
    epoch: int  # full passes completed
    theta: Array  # (..., P)
    loss: Array  # of the batch, with its penalties; one number for each network
    grad: Array  # d loss / d theta, (..., P)


class Diverged(FloatingPointError):
    """Training left the finite numbers at step `index`; as a string, it says what to try.

    `step` is the last finite Step, or None; `layer`, counted from 1, the one with the largest
    slopes; `learning_rate` the optimizer's, (S, 1) where each network of a stack has its own.
    """

    def __init__(self, step: Step | None, index: int, layer: int, learning_rate):
        super().__init__(step, index, layer, learning_rate)
        self.step, self.index, self.layer, self.learning_rate = step, index, layer, learning_rate

    def __str__(self) -> str:
        return guards.left_the_finite(self.step, self.index, self.layer, self.learning_rate)


@guards.first(guards.run)
def train(
    net, theta: Array, X: Array, Y: Array, optimizer, *, rng, epochs: int | None = None,
    steps: int | None = None, batch_size: int | None = None, l1=0.0, l2=0.0, dropout=0.0,
) -> Iterator[Step]:  # fmt: skip
    """The steps of a training run: step 0 before any update, then one after each.

    X (n, n_0) and Y (n, n_L) are given to the network `batch_size` at a time (None: all at once),
    in a new order each epoch that `rng`, a whole number or a Generator, draws. Say how long in
    `epochs` or in `steps`, not both. `dropout` is the share of hidden units dropped. The optimizer
    starts at rest; it serves one run. A network of a stack, theta (S, P), may diverge alone.

    Raises ValueError or TypeError, before any work, for samples that do not fit or are not finite
    and settings out of their range; Diverged, while iterating, when no network is finite any more.
    """
    optimizer.reset()
    np.empty(4_000_000)  # 32 MB, freed at once: then glibc keeps what is freed, and is faster
    settings = {name: value for name, value in (("l1", l1), ("l2", l2)) if value}
    some = guards.unchecked(batches)(X, Y, batch_size, rng)
    return _run(net, theta, some, optimizer, rng, steps, dropout, settings)


def _run(net, theta, batches, optimizer, rng, last, dropout, settings) -> Iterator[Step]:
    step, quiet = None, copy_context()
    downhill, slopes = guards.unchecked(optimizer.step), guards.unchecked(net.loss_and_grad)
    draw = guards.unchecked(getattr(net, "dropout_masks", None))
    quiet.run(np.seterr, over="ignore", invalid="ignore")  # np.errstate at each step takes longer
    for index, (epoch, X, Y) in zip(range(last + 1), batches):
        if step is not None:
            theta = quiet.run(downhill, theta, step.grad).astype(theta.dtype, copy=False)
        if dropout:
            settings["masks"] = draw(rng, X.shape[-2], dropout, theta.dtype.type)
        loss, grad = quiet.run(slopes, theta, X, Y, **settings)
        if not (isfinite(loss) if np.ndim(loss) == 0 else np.isfinite(loss).any()):
            raise Diverged(step, index, *guards.whence(net, grad, optimizer))
        step = Step(index, epoch, theta, loss, grad)
        yield step


@guards.first(guards.drawn)
def batches(X: Array, Y: Array, batch_size: int, rng) -> Iterator[tuple[int, Array, Array]]:
    """(epoch, X, Y) for ever: pass after pass, each in a new order, cut into batches."""
    n = X.shape[-2]
    for epoch in itertools.count():
        if batch_size >= n:
            yield epoch, X, Y
            continue
        order = rng.permutation(n)
        # Shuffled once an epoch, a batch is a slice: five times cheaper than picking its rows.
        shuffled_X, shuffled_Y = X.take(order, axis=-2), Y.take(order, axis=-2)
        for i in range(0, n, batch_size):
            batch = slice(i, i + batch_size)
            yield epoch, shuffled_X[..., batch, :], shuffled_Y[..., batch, :]


@dataclass
class History:
    """Some or all Steps of a run in order; `diverged` is None, or the sentence that says where.

    >>> history = History([Step(0, 0, None, 0.5, None), Step(1, 1, None, 0.25, None)])
    >>> history.series("loss"), history.last.index
    (array([0.5 , 0.25]), 1)
    """

    steps: list[Step]
    diverged: str | None = None

    @property
    def last(self) -> Step:
        """The newest Step."""
        return self.steps[-1]

    def series(self, name: str) -> Array:
        """One field of every Step kept ("index", "epoch", "theta", "loss" or "grad"), stacked."""
        name = checks.known(name, dict(zip(Step._fields, Step._fields)), "field of a Step")
        return np.array([getattr(step, name) for step in self.steps])

    def __len__(self) -> int:
        return len(self.steps)


def record(steps: Iterable[Step], every: int = 1) -> History:
    """Run through `steps` and keep every `every`-th, and always the last.

    A run that diverges is kept up to its last finite step, with a RuntimeWarning.

    >>> record([Step(i, 0, None, 0.5, None) for i in range(26)], every=10).series("index")
    array([ 0, 10, 20, 25])
    """
    every = checks.whole(every, "every")
    kept, step, diverged = [], None, None
    try:
        for step in guards.steps(steps, Step):
            if step.index % every == 0:
                kept.append(step)
    except Diverged as error:
        diverged = str(error)
        warnings.warn(diverged, RuntimeWarning, stacklevel=2)
    if step is not None and step.index % every:
        kept.append(step)
    return History(kept, diverged)
