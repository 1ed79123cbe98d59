"""Training as a sequence of steps: whoever iterates decides when the next one happens.

    for step in train(net, theta, X, Y, SGD(0.1), rng=rng, epochs=10):
        ...

Of a network it asks only `loss_and_grad(theta, X, Y, ...)`, and `layers` to say where it diverged;
where there is a `loss_and_grad_like`, the same without what need not be done at every step, it
takes that.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import NamedTuple

import numpy as np

from nnlib.notation import Array, check_rng, floats


class Step(NamedTuple):
    """Where training stands: theta after `index` updates, and what the next batch says of it."""

    index: int  # updates made so far
    epoch: int  # full passes completed
    theta: Array  # (..., P)
    loss: Array  # of the batch, with its L2 penalty; one number for each network
    grad: Array  # d loss / d theta, (..., P)


class Diverged(FloatingPointError):
    """Training left the finite numbers; `step` is the last Step that was still finite."""

    def __init__(self, message: str, step: Step | None):
        super().__init__(message)
        self.step = step


def train(
    net, theta: Array, X: Array, Y: Array, optimizer, *, rng: np.random.Generator,
    epochs: int | None = None, steps: int | None = None, batch_size: int | None = None,
    l1: float = 0.0, l2: float = 0.0, dropout: float = 0.0,
) -> Iterator[Step]:  # fmt: skip
    """The steps of a training run: step 0 before any update, then one after each.

    X (n, n_0) and Y (n, n_L) are the samples, given to the network `batch_size` at a time in a new
    order each epoch (None: all at once). Say how long in `epochs` or in `steps`, not both.
    `dropout` is the share of hidden units dropped. The optimizer starts at rest. In a stack, theta
    (S, P), a network that diverges turns to nan and leaves the others alone.

    Raises ValueError or TypeError, before any work, for samples that do not fit the network or are
    not finite, and for settings out of their range. While iterating, raises Diverged when no
    network is finite any more.

    >>> from nnlib.network import Network
    >>> from nnlib.optimizers import SGD
    >>> net, rng = Network((1, 1)), np.random.default_rng(7)
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> for step in train(net, np.zeros(2), X, 2 * X + 1, SGD(0.3), rng=rng, steps=200):
    ...     pass
    >>> step.index, step.epoch, step.theta.round(3)
    (200, 200, array([2., 1.]))
    """
    (theta,) = floats(theta)
    X, Y = check_samples(theta, X), check_samples(theta, Y, "Y")
    if X.shape[-2] != Y.shape[-2]:
        raise ValueError(f"X has {X.shape[-2]} samples (shape {X.shape}) and Y has {Y.shape[-2]}"
                         f" (shape {Y.shape}): row i of Y is the target of row i of X")  # fmt: skip
    if (epochs is None) == (steps is None):
        raise ValueError(f"epochs={epochs}, steps={steps}: give one of the two")
    check_settings(epochs=epochs, steps=steps, batch_size=batch_size)
    check_brakes(l1=l1, l2=l2, dropout=dropout)
    check_rng(rng)
    n = X.shape[-2]
    batch_size = min(batch_size or n, n)
    last = steps if steps is not None else epochs * -(-n // batch_size)
    with np.errstate(all="ignore"):
        net.loss_and_grad(theta, X[..., :1, :], Y[..., :1, :])  # what does not fit is said here
    if hasattr(net, "check_targets"):
        net.check_targets(Y)
    optimizer.reset()
    # Freed at once: from then on glibc keeps freed arrays at hand, up to 32 MB, and does not fetch
    # each anew from the system. Layers of more than 128 kB train two to three times faster.
    np.empty(4_000_000)
    # A network of one's own need not know of penalties that are not asked for.
    brakes = {name: value for name, value in (("l1", l1), ("l2", l2)) if value}
    return _run(net, theta, batches(X, Y, batch_size, rng), optimizer, rng, last, brakes, dropout)


def _run(net, theta, batches, optimizer, rng, last, brakes, dropout) -> Iterator[Step]:
    step, masks = None, None
    like = getattr(net, "loss_and_grad_like", None)
    loss_and_grad = like(theta) if like else net.loss_and_grad
    for index, (epoch, X, Y) in zip(range(last + 1), batches):
        with np.errstate(over="ignore", invalid="ignore"):  # said in words below
            if step is not None:
                theta = optimizer.step(theta, step.grad)
            if dropout:
                masks = net.dropout_masks(rng, X.shape[-2], dropout, theta.dtype.type)
            loss, grad = loss_and_grad(theta, X, Y, masks=masks, **brakes)
        if not (isfinite(loss) if loss.ndim == 0 else np.isfinite(loss).any()):
            raise Diverged(what_happened(net, index, grad, optimizer.learning_rate), step)
        step = Step(index, epoch, theta, loss, grad)
        yield step


def batches(X: Array, Y: Array, batch_size: int, rng) -> Iterator[tuple[int, Array, Array]]:
    """For ever (epoch, X, Y): pass after pass, each in a new order, cut into batches."""
    n = X.shape[-2]
    for epoch in itertools.count():
        if batch_size < n:
            order = rng.permutation(n)
            # Shuffled once an epoch, a batch is a slice: five times cheaper than picking its rows.
            shuffled_X, shuffled_Y = X.take(order, axis=-2), Y.take(order, axis=-2)
        else:
            shuffled_X, shuffled_Y = X, Y
        for i in range(0, n, batch_size):
            batch = slice(i, i + batch_size)
            yield epoch, shuffled_X[..., batch, :], shuffled_Y[..., batch, :]


def check_samples(theta: Array, X: Array, name: str = "X") -> Array:
    """X as an array of theta's type; ValueError where it has no rows or a number is not finite."""
    X = np.asarray(X, dtype=theta.dtype)
    if X.ndim < 2 or X.shape[-2] == 0:
        raise ValueError(
            f"{name} has shape {X.shape}: expected (n, units), a row for each of at least one"
            " sample; a list of n numbers becomes a column by [:, None]"
        )
    if not np.isfinite(X).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(X))[0])
        raise ValueError(f"{name}[{', '.join(map(str, where))}] is {X[where]}: every number must be"
                         " finite; drop or fill such samples first")  # fmt: skip
    return X


def check_settings(**settings) -> None:
    """ValueError for a setting, None left out, that is not above 0 or, unless a rate, not whole."""
    for name, value in settings.items():
        whole = name != "learning_rate"
        if value is not None and not (0 < value < np.inf and (not whole or value == int(value))):
            kind = "a whole number, at least 1" if whole else "a number above 0, say 0.1"
            raise ValueError(f"{name}={value!r}: it must be {kind}")


def check_brakes(l1: float = 0.0, l2: float = 0.0, dropout: float = 0.0) -> None:
    """ValueError for penalties below 0, or a dropout that is not a share below 1."""
    if not 0 <= l1 < np.inf or not 0 <= l2 < np.inf or not 0 <= dropout < 1:
        raise ValueError(f"l1={l1}, l2={l2}, dropout={dropout}: l1 and l2 are at least 0, dropout"
                         " from 0 to below 1")  # fmt: skip


def what_happened(net, index: int, grad: Array, learning_rate) -> str:
    """The sentence that says where training diverged, and what to try."""
    largest = [
        max(np.nan_to_num(abs(g), nan=np.inf).max() for g in pair) for pair in net.layers(grad)
    ]
    return (
        f"training left the finite numbers at step {index}, where the slopes of layer"
        f" {np.argmax(largest) + 1} are the largest; the last finite step is kept. Try a smaller"
        f" learning rate than {np.max(learning_rate):g}, or smaller inputs or initial weights"
    )


class History:
    """Some or all Steps of a run, kept in order.

    `diverged` is None, or the sentence that says what happened.

    >>> history = History([Step(0, 0, None, 0.5, None), Step(1, 1, None, 0.25, None)])
    >>> history.series("loss"), history.last.index
    (array([0.5 , 0.25]), 1)
    """

    def __init__(self, steps: list[Step], diverged: str | None = None):
        self.steps, self.diverged = steps, diverged

    @property
    def last(self) -> Step:
        """The newest Step."""
        return self.steps[-1]

    def series(self, name: str) -> Array:
        """One field of every Step kept ("index", "epoch", "theta", "loss" or "grad"), stacked."""
        return np.array([getattr(step, name) for step in self.steps])

    def __len__(self) -> int:
        return len(self.steps)


def record(steps: Iterable[Step], every: int = 1) -> History:
    """Run through `steps` and keep every `every`-th, and always the last.

    A run that diverges is kept up to its last finite step, with a RuntimeWarning.

    >>> from nnlib.network import Network
    >>> from nnlib.optimizers import SGD
    >>> run = train(Network((1, 1)), np.zeros(2), [[1.0]], [[1.0]], SGD(0.1),
    ...             rng=np.random.default_rng(7), steps=25)
    >>> record(run, every=10).series("index")
    array([ 0, 10, 20, 25])
    """
    check_settings(every=every)
    kept, step, diverged = [], None, None
    try:
        for step in steps:
            if step.index % every == 0:
                kept.append(step)
    except Diverged as error:
        diverged = str(error)
        warnings.warn(diverged, RuntimeWarning, stacklevel=2)
    if step is not None and (not kept or kept[-1] is not step):
        kept.append(step)
    return History(kept, diverged)
