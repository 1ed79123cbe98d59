"""The backward passes that a checker of exercise 07 has to judge, four right ones and the others.

All are for a network of 3 inputs, 4 hidden units and 2 outputs, which has 26 parameters.
"""

import numpy as np

from nnlib.network import Network
from nncourse.bugs import CROSS_ENTROPY, SPECIMENS
from nncourse.exercises.kinds import Suspect
from nncourse.exercises.tasks.examples import Function

SIZES = (3, 4, 2)  # no two alike, so that no transposed array fits
NET = Network(SIZES)
SLOPES = [found for found in SPECIMENS.values() if found.kind == "slopes"]
RIGHT = SPECIMENS["right"].backward


def suspect(what: str, question: str, right: bool, forward, backward) -> Suspect:
    """The Suspect made of a forward and a backward pass of four arrays.

    It raises ValueError for samples or targets of other shapes.
    """

    def f(theta, X, Y):
        theta, X, Y = (np.asarray(array, dtype=float) for array in (theta, X, Y))
        if X.ndim != 2 or Y.ndim != 2 or X.shape[1] != 3 or Y.shape != (len(X), 2):
            raise ValueError(f"X has to be (n, 3) and Y (n, 2); they are {X.shape} and {Y.shape}")
        if not np.allclose(Y.sum(axis=1), 1):
            raise ValueError("a row of Y holds a single 1, where the class is, and a 0")
        parameters = [array for pair in NET.layers(theta) for array in pair]
        *_, Z2, A2 = forward(*parameters, X)
        gradient = np.concatenate([np.ravel(g) for g in backward(*parameters, X, Y)])
        return float(CROSS_ENTROPY.value(Z2, A2, Y)), gradient

    return Suspect(what, question, right, Function("a suspect: theta, X, Y to loss, gradient", f))


def suspects() -> list[Suspect]:
    """Right backward passes, then the specimens with wrong slopes, then other wrong ones."""
    tanh, relu, line = (SPECIMENS[name] for name in ("right", "right_relu", "no_bend"))
    rounding = "Do its numbers differ from those you measured by more than rounding?"
    return [
        suspect("the right one", rounding, True, tanh.forward, tanh.backward),
        suspect("the right one, sample by sample", rounding,
                True, tanh.forward, _sample_by_sample),
        suspect("the right one for relu", "Its loss has corners. Do you nudge across one?", True,
                relu.forward, relu.backward),
        suspect("the right one for a network without an activation function",
                "The slopes are those of its own loss. What else does a gradient check ask?",
                True, line.forward, line.backward),
        *(suspect(found.title, found.question, False, found.forward, found.backward)
          for found in SLOPES),
        *(suspect(what, question, False, tanh.forward, backward)
          for what, question, backward in _wrong_by_hand()),
    ]  # fmt: skip


def places(theta, X) -> set[str]:
    """The names of the poor places, where some bugs are not seen, that theta and X are.

    One parameter may differ, since it is being nudged.

    >>> sorted(places(np.zeros(26), np.ones((1, 3))))
    ['all parameters 0', 'one sample']
    """
    found = {"one sample"} if np.shape(X)[:1] == (1,) else set()
    if np.shape(theta) == (26,):
        if np.count_nonzero(theta) <= 1:
            found.add("all parameters 0")
        elif np.count_nonzero(np.asarray(theta)[~NET.is_weight]) <= 1:
            found.add("all biases 0")
    return found


# Backward passes that are wrong only at some places, or only a little


def _sample_by_sample(W1, b1, W2, b2, X, Y):
    each = [RIGHT(W1, b1, W2, b2, X[s : s + 1], Y[s : s + 1]) for s in range(len(X))]
    return [np.mean(pieces, axis=0) for pieces in zip(*each)]


def _changed(change):
    """The right four arrays, changed."""
    return lambda *inputs: change(*RIGHT(*inputs))


def _given(change):
    """The right four arrays for changed arguments."""
    return lambda *inputs: RIGHT(*change(*inputs))


def _first_class(W1, b1, W2, b2, X, Y):
    return W1, b1, W2, b2, X, np.eye(2)[np.zeros(len(Y), dtype=int)]


def _mean_sample(W1, b1, W2, b2, X, Y):
    return W1, b1, W2, b2, *(array.mean(axis=0, keepdims=True) for array in (X, Y))


def _one_slope_off(i):
    """The right 26 slopes, but the ith is half as large again."""

    def backward(*inputs):
        gradient = np.concatenate([np.ravel(g) for g in RIGHT(*inputs)])
        gradient[i] *= 1.5
        return [array for pair in NET.layers(gradient) for array in pair]

    return backward


def _wrong_by_hand():
    """Those that a poor place or a poor comparison does not notice: what, question, backward."""
    how_far = "How far apart may two gradients be, for rounding alone to explain it?"
    how_many = "Of 26 slopes, how many do you compare?"
    return [
        ("It uses the first sample of the batch and no other", "How many samples are in X?",
         _given(lambda *p: (*p[:4], p[4][:1], p[5][:1]))),
        ("It leaves out the last sample of the batch", "How many samples are in X?",
         _given(lambda *p: (*p[:4], p[4][: max(1, len(p[4]) - 1)], p[5][: max(1, len(p[5]) - 1)]))),
        ("It takes the mean of the samples for a sample", "Do two rows of X look alike?",
         _given(_mean_sample)),
        ("It takes every sample for one of the first class", "Which classes are in your Y?",
         _given(_first_class)),
        ("It is right only while the biases are 0", "Are there biases of 0 in your theta?",
         _given(lambda W1, b1, W2, b2, X, Y: (W1, 0 * b1, W2, 0 * b2, X, Y))),
        ("The rows of gW1 are exchanged", "Do two of your inputs look alike?",
         _changed(lambda gW1, gb1, gW2, gb2: (gW1[::-1], gb1, gW2, gb2))),
        ("The slopes of b1 are in the opposite order", "Do two of your hidden units look alike?",
         _changed(lambda gW1, gb1, gW2, gb2: (gW1, gb1[:, ::-1], gW2, gb2))),
        ("The first of its 26 slopes is wrong", how_many, _one_slope_off(0)),
        ("A slope in the middle is wrong, the 18th of 26", how_many, _one_slope_off(17)),
        ("The last of its 26 slopes is wrong", how_many, _one_slope_off(25)),
        ("The slopes of W1 are too large by two in a hundred", how_far,
         _changed(lambda gW1, gb1, gW2, gb2: (1.02 * gW1, gb1, gW2, gb2))),
        ("All slopes are too large by one in two thousand", how_far,
         _changed(lambda *gradients: [1.0005 * g for g in gradients])),
    ]  # fmt: skip
