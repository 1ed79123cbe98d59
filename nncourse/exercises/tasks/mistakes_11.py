"""The mistakes that are known in exercise 11."""

import numpy as np

from nnlib.network import Network
from nncourse.bugs.replay import SLOPES
from nncourse.exercises.cases import Misconception
from nncourse.exercises.tasks.common import UPHILL, in_order

PASSES = (
    Misconception(
        "Steps are taken for passes",
        "A step of the post sees one sample. How many has a pass?",
        lambda steps, batch_size, n: float(steps),
    ),
    Misconception(
        "The batch size is forgotten",
        "With 32 samples in a step, how many steps does one pass take?",
        lambda steps, batch_size, n: steps / n,
    ),
    Misconception(
        "Divided by the batch size",
        "Larger batches: are more samples seen in a step, or fewer?",
        lambda steps, batch_size, n: steps / batch_size / n,
    ),
    Misconception(
        "Only complete passes are counted",
        "7 steps of 5 are 35 of 210 samples. Is that no training at all?",
        lambda steps, batch_size, n: steps * batch_size // n,
    ),
    Misconception(
        "One over the number of passes",
        "Twice as many steps: does your number grow?",
        lambda steps, batch_size, n: n / (steps * batch_size),
    ),
)


def _times(factor):
    """Weights that are U times factor(n_in, n_out)."""
    return lambda U: U * factor(*U.shape)


SIZED = (
    Misconception(
        "All are within ±0.25, whatever feeds them",
        "±0.25 suits 64 inputs. What does a unit with 2 inputs receive?",
        _times(lambda n_in, n_out: 0.25),
    ),
    Misconception(
        "The reach of an even draw is taken for its standard deviation",
        "Numbers drawn evenly from −r to r have the variance r²/3. How far do you have to reach?",
        _times(lambda n_in, n_out: n_in**-0.5),
    ),
    Misconception(
        "The weights are scaled by the number of units that they feed",
        "Which axis of U says how many terms are added up in a z?",
        _times(lambda n_in, n_out: (3 / n_out) ** 0.5),
    ),
    Misconception(
        "The root is forgotten",
        "A variance is a square. What do you multiply by to get nine times the variance?",
        _times(lambda n_in, n_out: 3 / n_in),
    ),
    Misconception(
        "The root is taken of the 3 alone",
        "r² = 3/n_in. What is the root of all of it?",
        _times(lambda n_in, n_out: 3**0.5 / n_in),
    ),
    Misconception(
        "There is a 2 that belongs to relu",
        "relu lets half through, and wants twice the variance. What does tanh do with a small z?",
        _times(lambda n_in, n_out: (6 / n_in) ** 0.5),
    ),
)


def _true(z):
    """The slope of tanh at z, as the nudge measures it to ten digits."""
    return np.cosh(z) ** -2.0


APART = (
    Misconception(
        "The slope is handed z",
        "`slope` was written in a. What has come out of tanh?",
        lambda slope, z: np.abs(slope(z) - _true(z)).max(),
    ),
    Misconception(
        "The nudge is made in a",
        "Whose slope is wanted: that of tanh at z, or that at what came out?",
        lambda slope, z: np.abs(slope(np.tanh(z)) - _true(np.tanh(z))).max(),
    ),
    Misconception(
        "The mean is taken, and not the largest",
        "One place in a hundred is wrong. Does your number tell?",
        lambda slope, z: np.abs(slope(np.tanh(z)) - _true(z)).mean(),
    ),
    Misconception(
        "A distance below 0 is passed over",
        "The slope is too small by 0.3. What does the largest of the differences say?",
        lambda slope, z: (slope(np.tanh(z)) - _true(z)).max(),
    ),
    Misconception(
        "The difference is divided by h",
        "How far apart are the two places?",
        lambda slope, z: np.abs(slope(np.tanh(z)) - 2 * _true(z)).max(),
    ),
)


def _step(hidden=None, output=None, sign=1, late=False):
    """A step with these slopes, of A1 and A2; `late`: W2 has been changed when it carries back."""

    def answer(W1, W2, x, y, rate):
        net = Network((len(W1) - 1, len(W2) - 1, len(y)), output="tanh")
        X, A1, A2 = net.forward(np.concatenate([W1.ravel(), W2.ravel()]), x[None]).A
        f1, f2 = hidden or SLOPES["z"], output or SLOPES["z"]
        at_output = (A2 - y) * f2(A2)
        new2 = W2 - sign * rate * (_with_one(A1).T @ at_output)
        back = at_output @ (new2 if late else W2)[:-1].T * f1(A1)
        return W1 - sign * rate * (_with_one(X).T @ back), new2

    return answer


def _with_one(A):
    return np.pad(A, ((0, 0), (0, 1)), constant_values=1.0)


def _constant_not_learned(W1, W2, *rest):
    """The weights of the constant 1 stay."""
    after = _step()(W1, W2, *rest)
    return tuple(np.vstack([new[:-1], old[-1:]]) for new, old in zip(after, (W1, W2)))


STEP = (
    Misconception(
        "Both slopes are those of the post",
        "`1 - np.tanh(a) ** 2` sends a through tanh once more. How is the slope written in a?",
        _step(SLOPES["a"], SLOPES["a"]),
    ),
    Misconception(
        "The slope of the hidden layer is that of the post",
        "At the output you have it right. What has a1 been through already?",
        _step(hidden=SLOPES["a"]),
    ),
    Misconception(
        "The slope at the output is that of the post",
        "In the hidden layer you have it right. What has a2 been through already?",
        _step(output=SLOPES["a"]),
    ),
    Misconception(
        "The slope at the output is left out",
        "The output is a tanh with the error squared. Does delta2 know how flat it is there?",
        _step(output=np.ones_like),
    ),
    Misconception(
        "The slope of the hidden layer is left out",
        "Through which function does z1 act on a1, and how steep is it there?",
        _step(hidden=np.ones_like),
    ),
    Misconception(*UPHILL, _step(sign=-1)),
    Misconception(
        "W2 has made its step before delta goes back through it",
        "Through which W2 did the forward pass go?",
        _step(late=True),
    ),
    Misconception(
        "The weights of the constant 1 are not learned",
        "Every row of W is a weight like the others. Which does your update leave out?",
        _constant_not_learned,
    ),
    Misconception(
        "W2 is given before W1",
        "W1 and then W2: in which order do you give them?",
        in_order(_step(), (1, 0)),
    ),
)


def _right(outputs, y, threshold=0.5):
    return (outputs > threshold) == (y > 0.5)


SOLVED_SHARE = (
    Misconception(
        "Points are counted, not networks",
        "Three of four points right: has that network learned XOR?",
        lambda outputs, y: _right(outputs, y).mean(),
    ),
    Misconception(
        "One right point is enough",
        "`any` asks for one. How many of its points does a network that has learned get right?",
        lambda outputs, y: _right(outputs, y).any(axis=1).mean(),
    ),
    Misconception(
        "It is the number, not the share",
        "Of 40 networks 31 have learned: is that 31 or 0.775?",
        lambda outputs, y: _right(outputs, y).all(axis=1).sum(),
    ),
    Misconception(
        "The threshold is 0",
        "The targets are 0 and 1. Which number is halfway between them?",
        lambda outputs, y: _right(outputs, y, 0).all(axis=1).mean(),
    ),
    Misconception(
        "It is asked of each point whether all networks get it",
        "Which axis are the points, and which the networks?",
        lambda outputs, y: _right(outputs, y).all(axis=0).mean(),
    ),
    Misconception(
        "It is the share that failed",
        "Nearly all have learned: is your number near 1?",
        lambda outputs, y: 1 - _right(outputs, y).all(axis=1).mean(),
    ),
)
