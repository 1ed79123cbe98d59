"""Questions of meaning: what is asked of a specimen's own functions, without training anything."""

from __future__ import annotations

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


def steps_as_told(specimen: Specimen) -> bool:
    """Whether known slopes make the steps that they should, whatever remembers and shrinks them.

    From 0, with slopes of 1, the first step takes the rate. With slopes of 0 a bias stays where it
    is. And two steps are the same two, whether or not a new epoch begins between them.
    """
    _, b1, _, b2 = _after(specimen, at=1.0, slope=0.0)
    return (
        all(np.allclose(p, -RATE, rtol=1e-3) for p in _after(specimen, at=0.0, slope=1.0))
        and bool((b1 == 1).all() and (b2 == 1).all())
        and all(map(np.allclose, _after(specimen, 0.0, 1.0, samples=2),
                    _after(specimen, 0.0, 1.0, epochs=2)))
    )  # fmt: skip


def _after(specimen: Specimen, at: float, slope: float, samples: int = 1, epochs: int = 1) -> list:
    """The parameters, all `at` one number before, after a step a sample with slopes all alike."""
    parameters, nothing = [np.full(shape, at) for shape in SHAPES], np.zeros((samples, 1))

    def backward(*_):
        return [np.full(shape, slope) for shape in SHAPES]

    rng, settings = np.random.default_rng(7), {"batch_size": 1, "learning_rate": RATE}
    *_, last = specimen.learn(backward, parameters, nothing, nothing, rng, epochs, **settings)
    return last


def leaks(specimen: Specimen) -> bool:
    """Whether the test pictures had a part in the training.

    That is, whether one of them, or a copy shifted by a pixel, stands among those to train on, or
    the stop is chosen by them.
    """
    data, asked = digits(7), []
    (X, _), _, (X_test, Y_test) = specimen.split(
        data.X[:FEW], data.Y[:FEW], np.random.default_rng(7)
    )
    trained = {row.tobytes() for row in X}
    copies = shifted_copies(X_test, Y_test)[0]
    specimen.keep([0, 1], lambda _, X, Y: asked.append(X) or 0, ("to choose", 0), ("to test", 0))
    return "to test" in asked or any(row.tobytes() in trained for row in copies)
