"""Decide whether noisy pictures and clean ones make the pairs that exercise 09 asks for.

The noise is random, so it is judged by what it has to be: on the inputs alone, fresh for every
pixel of every copy, around 0 with the right spread, and drawn from the generator that was given.
"""

import numpy as np

from nncourse.exercises.cases import Misconception
from nncourse.exercises.tasks.common import in_order


def _noised(noise=lambda rng, X, scale: scale * rng.normal(size=X.shape), rng=None, stack=None):
    """Noisy pictures and clean ones; `stack(X, copies)` copies those that get the noise."""

    def answer(X, copies, scale, given):
        clean = np.concatenate([X] * copies)
        inputs = clean if stack is None else stack(X, copies)
        return inputs + noise(rng() if rng else given, inputs, scale), clean

    return answer


def _same_for_each_copy(X, copies, scale, rng):
    X = np.concatenate([X] * max(copies, 2))[: copies * len(X)]
    noise = scale * rng.normal(size=X[: len(X) // copies].shape)
    return X + np.concatenate([noise] * copies), X


def _noisy_targets(*given):
    inputs = _noised()(*given)[0]
    return inputs, inputs


def _noise_alone(*given):
    inputs, clean = _noised()(*given)
    return inputs - clean, clean


def _clipped(*given):
    inputs, clean = _noised()(*given)
    return inputs.clip(0, 1), clean


_NOISY = {
    "both": Misconception(
        "The targets are as noisy as the inputs",
        "A network rewarded for giving the noise back: what does it learn?",
        _noisy_targets,
    ),
    "swapped": Misconception(
        "The inputs are clean and the targets noisy",
        "Somebody wants a picture cleaned. Which of the two does she have?",
        in_order(_noised(), (1, 0)),
    ),
    "pairs": Misconception(
        "Noisy pictures and clean ones are in different orders",
        "`np.tile` and `np.repeat` make the same copies. Do they put them in the same order?",
        _noised(stack=lambda X, copies: X.repeat(copies, axis=0)),
    ),
    "alone": Misconception(
        "The inputs are noise alone",
        "Could you clean that? What is the noise added to?",
        _noise_alone,
    ),
    "once": Misconception(
        "All copies of a picture have the same noise",
        "If the noise comes with the picture every time, how is the network to tell it from ink?",
        _same_for_each_copy,
    ),
    "one picture": Misconception(
        "All pictures have the same noise",
        "Which `size` makes a number for each pixel of each picture?",
        _noised(lambda rng, X, scale: scale * rng.normal(size=X[:1].shape)),
    ),
    "one number": Misconception(
        "All pixels of a picture have the same noise",
        "A picture that is darker all over is not a noisy one. How many numbers do you draw?",
        _noised(lambda rng, X, scale: scale * rng.normal(size=(len(X), 1))),
    ),
    "clipped": Misconception(
        "The noisy pictures are cut off",
        "Below 0 there is noise as well. On white paper, what is the mean of what you leave?",
        _clipped,
    ),
    "one side": Misconception(
        "The noise is not drawn around 0",
        "`rng.random` draws from 0 to 1. Do your pictures only get darker?",
        _noised(lambda rng, X, scale: scale * rng.random(X.shape)),
    ),
    "variance": Misconception(
        "The scale is taken for the variance",
        "`rng.normal` wants a standard deviation, and so does the task. Where is the root?",
        _noised(lambda rng, X, scale: scale**0.5 * rng.normal(size=X.shape)),
    ),
    "squared": Misconception(
        "The scale is squared",
        "Twice the scale: does your noise become twice as large?",
        _noised(lambda rng, X, scale: scale**2 * rng.normal(size=X.shape)),
    ),
    "reach": Misconception(
        "The reach of an even draw is taken for its standard deviation",
        "Numbers drawn evenly from −r to r have the variance r²/3. How far do you have to reach?",
        _noised(lambda rng, X, scale: rng.uniform(-scale, scale, X.shape)),
    ),
    "unsized": Misconception(
        "The scale is forgotten",
        "Ask for a scale of 0.1, then of 0.5. Which of your lines notices?",
        _noised(lambda rng, X, scale: rng.normal(size=X.shape)),
    ),
    "own seed": Misconception(
        "Every call draws the same noise",
        "A second call on the same rng should give fresh noise. Is rng what you draw from?",
        _noised(rng=lambda: np.random.default_rng(7)),
    ),
    "elsewhere": Misconception(
        "The noise does not come from rng",
        "With the same seed again, would you get the same noise again?",
        _noised(rng=np.random.default_rng),
    ),
}
NOISY = tuple(_NOISY.values())


def noisy_fault(case, answer, again, following):
    """What is wrong with noisy pictures, drawn again from an equal rng, then from the same rng."""
    X, copies, scale = (case.inputs[name] for name in ("X", "copies", "scale"))
    if fault := _pairs_fault(X, copies, scale, *answer):
        return fault
    inputs, clean = answer
    noise = inputs - clean
    if not noise.any():
        return "the inputs are as clean as the targets."
    if np.ptp(noise, axis=1).max() < 1e-9:
        return _NOISY["one number"]
    if np.ptp(noise, axis=0).max() < 1e-9:
        return _NOISY["one picture"]
    ordered = noise[np.lexsort(clean.T)].reshape(len(X), copies, -1)
    if copies > 1 and np.ptp(ordered, axis=1).max() < 1e-9:
        return _NOISY["once"]
    if (inputs == inputs.min()).mean() > 0.01:  # what has been cut off lies on the edge
        return _NOISY["clipped"]
    if fault := _size_fault(noise, scale):
        return fault
    if np.array_equal(inputs, following[0]):
        return _NOISY["own seed"]
    return None if np.array_equal(inputs, again[0]) else _NOISY["elsewhere"]


def _pairs_fault(X, copies, scale, inputs, targets):
    """What is wrong with the targets, or with what the inputs are paired with; or None."""
    wanted = _sorted(np.concatenate([X] * copies))
    if not np.allclose(_sorted(targets), wanted):
        if np.allclose(_sorted(inputs), wanted):
            return _NOISY["swapped"]
        if np.allclose(inputs, targets):
            return _NOISY["both"]
        return f"the targets are not the pictures of X, each of them {copies} times."
    if abs(inputs.mean()) < 0.08 * scale and abs(inputs.std() - scale) < 0.04 * scale:
        return _NOISY["alone"]
    off = (inputs - targets).std()
    near = min((inputs - one).std() for one in (np.tile(X, (copies, 1)), X.repeat(copies, axis=0)))
    return _NOISY["pairs"] if near < 0.9 * off else None


def _sorted(rows):
    return rows[np.lexsort(rows.T)]


def _size_fault(noise, scale):
    """What is wrong with the mean and the spread of noise, known from thousands of numbers."""
    spread = noise.std()
    if abs(noise.mean()) > 0.08 * spread:
        return _NOISY["one side"]
    for fault, expected in [
        (None, scale),
        (_NOISY["variance"], scale**0.5),
        (_NOISY["squared"], scale**2),
        (_NOISY["reach"], scale / 3**0.5),
        (_NOISY["unsized"], 1.0),
    ]:
        if abs(spread - expected) < 0.04 * expected:
            return fault
    return f"the noise has the standard deviation {spread:.3g}, and should have {scale}."
