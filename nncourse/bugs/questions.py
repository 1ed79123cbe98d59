"""Questions of meaning: what is asked of a specimen's own functions, without training anything."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnlib.datasets import digits, shifted_copies
from nncourse.bugs.specimen import FEW, Specimen

RATE = 0.01  # of the steps that are asked for
SHAPES = ((3, 2), (1, 2), (2, 2), (1, 2))  # of W1, b1, W2 and b2


def mask_mean(specimen: Specimen) -> float:
    """The mean of 10,000 numbers of a dropout mask at one half."""
    return float(specimen.mask(np.random.default_rng(7), (100, 100), 0.5).mean())


def same_twice(specimen: Specimen) -> bool:
    """Whether the trained network says the same of the same pictures when it is asked again."""
    rng = np.random.default_rng(7)
    parameters, X = specimen.start(rng, (64, 32, 10)), rng.random((20, 64))
    once, again = (
        specimen.predict(specimen.forward, parameters, X, specimen.mask, rng) for _ in range(2)
    )
    return bool((once == again).all())


class Steps(NamedTuple):
    """The steps that known slopes make; see `steps_of`."""

    first: float  # the first step with slopes of 1, in learning rates: 1
    pulled: bool  # whether a bias moves though its slope is 0: it should not
    felt: bool  # whether the second step is another one if an epoch begins with it: it should not

    @property
    def as_told(self) -> bool:
        """Whether all three are as they should be."""
        return abs(self.first - 1) < 1e-3 and not self.pulled and not self.felt

    def __str__(self) -> str:
        said = [f"first × {self.first:.1f}"] * (abs(self.first - 1) > 1e-3)
        said += ["biases pulled"] * self.pulled + ["epochs felt"] * self.felt
        return ", ".join(said) or "as told"


def steps_of(specimen: Specimen) -> Steps:
    """The steps of its `learn`, with slopes that are known beforehand in place of its `backward`.

    >>> from nncourse.bugs import EVERY
    >>> print(steps_of(EVERY["right_adam"]), steps_of(EVERY["adam_uncorrected"]), sep="; ")
    as told; first × 3.2
    """
    W1, *_ = _after(specimen, at=0.0, slope=1.0)
    _, b1, _, b2 = _after(specimen, at=1.0, slope=0.0)
    together, apart = (
        _after(specimen, at=0.0, slope=1.0, **two) for two in ({"samples": 2}, {"epochs": 2})
    )
    felt = not all(map(np.allclose, together, apart))
    return Steps(float(W1[0, 0] / -RATE), bool((b1 != 1).any() or (b2 != 1).any()), felt)


def _after(specimen: Specimen, at: float, slope: float, samples: int = 1, epochs: int = 1) -> list:
    """The parameters, all `at` at first, after a step for each sample; every slope is `slope`."""
    parameters, nothing = [np.full(shape, at) for shape in SHAPES], np.zeros((samples, 1))

    def backward(*_):
        return [np.full(shape, slope) for shape in SHAPES]

    rng, settings = np.random.default_rng(7), {"batch_size": 1, "learning_rate": RATE}
    *_, last = specimen.learn(backward, parameters, nothing, nothing, rng, epochs, **settings)
    return last


def leak_of(specimen: Specimen) -> str:
    """Which part the test pictures had in the training, or "" if they had none.

    Either one of them, or a copy shifted by a pixel, stands among those to train on; or they are
    asked which epoch to stop at.

    >>> from nncourse.bugs import EVERY
    >>> [leak_of(EVERY[name]) for name in ("right_split", "stop_on_test", "copies_before_split")]
    ['', 'the stop', 'copies']
    """
    data, asked = digits(7), []
    (X, _), _, (X_test, Y_test) = specimen.split(
        data.X[:FEW], data.Y[:FEW], np.random.default_rng(7)
    )
    trained = {row.tobytes() for row in X}
    copies = shifted_copies(X_test, Y_test)[0]
    specimen.keep([0, 1], lambda _, X, Y: asked.append(X) or 0, ("to choose", 0), ("to test", 0))
    found = ["copies"] * any(row.tobytes() in trained for row in copies)
    return " and ".join(found + ["the stop"] * ("to test" in asked))
