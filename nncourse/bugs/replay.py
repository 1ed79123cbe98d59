"""The program of the 2013 post on XOR, replayed for many seeds at once, each choice of it a switch.

A network is drawn and trained as that program does after `np.random.seed(seed)`: by the same random
numbers in the same order, so that it ends at the same weights as the program run alone. Every array
has one more axis, the last: the networks.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from nnlib.datasets import xor
from nnlib.notation import Array

AS_PRINTED = {"slope": "a", "scale": 0.25, "bias": "one", "learning_rate": 0.2, "batch_size": 1}
SAMPLES = 10_000  # that a network sees, if the call of the post is as printed
# What tanh'(z) is computed from a = tanh(z). The post wrote the formula for z and gave it a.
SLOPES = {"a": lambda a: 1 - np.tanh(a) ** 2, "z": lambda a: 1 - a * a}
UNITS = {"one": 2, "zero": 2, "unit": 3}  # tanh units that are fed by the inputs, by kind of bias


class Replay:
    """A 2-2-1 network of tanh units on XOR, for each of the seeds.

    `slope` is what the slope of tanh is computed from, "a" or "z"; `scale` the r of weights drawn
    from -r to r, or "auto", where r² = 3 / n_in as in `Network.init`. `bias="one"` is a weight of
    a constant input 1, drawn like the others; "zero" is the same, begun at 0; "unit" is what an
    older version of the program has: the 1 is an input only, and there is a third hidden unit, with
    weights of its own, where the hidden layer's 1 would be. `batch_size` is 1, a sample by chance
    in each step, or 4: the sum of all four, in a quarter of the steps.

    >>> replay = Replay(range(100))
    >>> replay.advance()
    >>> replay.learned.sum()
    np.int64(12)
    """

    def __init__(
        self, seeds, *, slope="a", scale=0.25, bias="one", learning_rate=0.2, batch_size=1
    ):
        self.slope, self.rate, self.batch_size = SLOPES[slope], learning_rate, batch_size
        self.seeds, self.units, self.seen = tuple(seeds), UNITS[bias], 0
        drawn, self.picks = _draws(self.seeds, self.units)
        self.W1, self.W2 = (
            u * (scale if scale != "auto" else np.sqrt(3 / n_in))
            for u, n_in in zip(drawn, (2, self.units))
        )
        if bias == "zero":
            self.W1[-1], self.W2[-1] = 0, 0

    def advance(self, samples: int = SAMPLES) -> None:
        """Go on until each network has seen so many samples more, or all there are."""
        end = min(self.seen + samples, SAMPLES)
        X, y = _with_one()
        if self.batch_size == 1:
            picks = self.picks[self.seen : end]
            for x, target in zip(X[picks].mT, y[picks]):
                self._step(x[:, None], target[None])
        else:
            for _ in range(self.seen // 4, end // 4):
                self._step(X.T[:, :, None], y[:, None])
        self.seen = end

    def _step(self, x: Array, y: Array) -> None:
        """One update of all networks: x (3, n, S or 1) and y (n, S or 1) are their n samples."""
        a1, a2 = self._forward(x)
        delta2 = self.rate * (y - a2) * self.slope(a2)
        delta1 = delta2 * self.W2[: self.units, None] * self.slope(a1[: self.units])
        self.W1 += (x[:, None] * delta1).sum(axis=2)
        self.W2 += (a1 * delta2).sum(axis=1)

    def _forward(self, x: Array) -> tuple[Array, Array]:
        """a1 (3, n, S), its last row a constant 1 or the third unit, and a2 (n, S)."""
        a1 = np.ones((3, x.shape[1], len(self.seeds)))
        np.tanh((x[:, None] * self.W1[:, :, None]).sum(axis=0), out=a1[: self.units])
        return a1, np.tanh((a1 * self.W2[:, None]).sum(axis=0))

    @property
    def outputs(self) -> Array:
        """(S, 4) what each network says of (0, 0), (0, 1), (1, 0) and (1, 1)."""
        return self._forward(_with_one()[0].T[:, :, None])[1].T

    @property
    def learned(self) -> Array:
        """(S,) which networks have all four on the right side of one half."""
        return ((self.outputs > 0.5) == (_with_one()[1] > 0.5)).all(axis=1)

    @property
    def largest(self) -> Array:
        """(S,) the largest weight of each network, without the biases."""
        inner = abs(self.W1[:2]).reshape(-1, len(self.seeds))
        return np.maximum(inner.max(axis=0), abs(self.W2[: self.units]).max(axis=0))


def drawn(seed: int) -> tuple[Array, Array, Array]:
    """What the program draws after `np.random.seed(seed)`.

    W1 (3, 2) and W2 (3, 1), from -1 to 1, and the samples that it picks, (SAMPLES,).

    >>> W1, W2, picks = drawn(0)
    >>> W1.shape, W2.shape, picks[:5].tolist()
    ((3, 2), (3, 1), [2, 1, 2, 3, 3])
    """
    (W1, W2), picks = _draws((seed,), 2)
    return W1[..., 0], W2, picks[:, 0]


@lru_cache(maxsize=16)
def _draws(seeds: tuple, units: int) -> tuple[tuple[Array, Array], Array]:
    """W1 (3, units, S) and W2 (3, S) from -1 to 1, and the samples picked, (SAMPLES, S)."""
    W1, W2 = np.empty((3, units, len(seeds))), np.empty((3, len(seeds)))
    picks = np.empty((SAMPLES, len(seeds)), dtype=np.int8)
    for k, seed in enumerate(seeds):
        rng = np.random.RandomState(seed)  # noqa: NPY002 - the generator of 2013
        W1[..., k] = 2 * rng.random_sample((3, units)) - 1
        W2[..., k] = 2 * rng.random_sample(3) - 1
        picks[:, k] = rng.randint(4, size=SAMPLES)
    return (W1, W2), picks


@lru_cache(maxsize=1)
def _with_one() -> tuple[Array, Array]:
    """The four inputs with a third that is always 1, (4, 3), and the targets, (4,)."""
    gate = xor()
    return np.hstack([gate.X, np.ones((4, 1))]), gate.Y.ravel()
