"""The mistakes that are known in exercise 05, and what is wrong with a start or a share."""

from functools import partial

import numpy as np

from nnlib.metrics import accuracy
from nnlib.network import Network
from nncourse.bugs import SPECIMENS
from nncourse.exercises.answers import equal
from nncourse.exercises.cases import Misconception, specimen, wrong_backwards
from nncourse.exercises.tasks.common import (
    CHANGED,
    DIVIDED_TWICE,
    FIRST_SLOPES,
    FOUR_ORDER,
    UPHILL,
    in_place,
    other_orders,
    squared_errors,
)
from nncourse.exercises.tasks.intervals import dishonest_end, plain_interval

COUNT_RIGHT = (
    Misconception(
        "The threshold is 0",
        "The targets are 0 and 1. Which number is halfway between them?",
        lambda P, Y: len(Y) * accuracy(Y, P + 0.5),
    ),
    Misconception(
        "Outputs are compared with the targets as they are",
        "A logistic output never gets to 1. When is 0.97 a right answer?",
        lambda P, Y: (P == Y).sum(),
    ),
    Misconception(
        "Only an output near its target is counted",
        "Tanh may give −0.8, which is a clear no. How far is it from 0, and what does it become"
        " when it is rounded?",
        lambda P, Y: (np.round(P) == Y).sum(),
    ),
    Misconception(
        "A row is compared with a column, each output with every target",
        "What is the shape of what you add up? One of the two has lost its second axis.",
        lambda P, Y: ((P.ravel() > 0.5) == Y).sum(),
    ),
    Misconception(
        "Only the yeses are counted",
        "The target is no, and so is the answer. Is that right?",
        lambda P, Y: ((P > 0.5) * Y).sum(),
    ),
    Misconception(
        "It is the share, not the number",
        "Of four, three are right: is that 3 or 0.75?",
        lambda P, Y: accuracy(Y, P),
    ),
)


def _drawn(rng, sizes, spread=lambda n_in, n_out: n_in**-0.5, draw=None, biases=0.0):
    """A start: `draw` gives weights of spread 1; they are multiplied by `spread(n_in, n_out)`."""
    draw = draw or (lambda rng, shape: rng.normal(size=shape))
    arrays = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        arrays.append(spread(n_in, n_out) * draw(rng, (n_in, n_out)))
        arrays.append(biases * rng.normal(size=(1, n_out)))
    return arrays


def _evenly(rng, shape):
    return rng.uniform(-1, 1, shape)


_START = {
    "zero": specimen(SPECIMENS["zero_init"], SPECIMENS["zero_init"].start),
    "constant": specimen(SPECIMENS["constant_init"], SPECIMENS["constant_init"].start),
    "biases": Misconception(
        "The biases do not begin at 0",
        "Weights have to differ so that units differ. What would it help if biases did as well?",
        partial(_drawn, biases=0.5),
    ),
    "own seed": Misconception(
        "Every start is the same start",
        "A hundred starts are wanted, all from one rng. Is rng what you draw from?",
        lambda rng, sizes: _drawn(np.random.default_rng(7), sizes),
    ),
    "elsewhere": Misconception(
        "The random numbers do not come from rng",
        "With the same seed again, would you get the same start again?",
        lambda rng, sizes: _drawn(np.random.default_rng(), sizes),
    ),
    "positive": Misconception(
        "The weights are not drawn around 0",
        "`rng.random` draws from 0 to 1. Where is the middle of what you draw?",
        partial(_drawn, draw=lambda rng, shape: rng.random(shape)),
    ),
    "reach": Misconception(
        "The reach of an even draw is taken for its standard deviation",
        "Numbers drawn evenly from −r to r have the variance r²/3. How far do you have to reach?",
        partial(_drawn, draw=_evenly),
    ),
    "squared": Misconception(
        "The variance is taken for the standard deviation",
        "`rng.normal` wants a standard deviation. What is it, if the variance is 1/n_in?",
        partial(_drawn, spread=lambda n_in, n_out: 1 / n_in),
    ),
    "feeds": Misconception(
        "The weights are scaled by the number of units that they feed",
        "Which axis of W says how many terms are added up in a z?",
        partial(_drawn, spread=lambda n_in, n_out: n_out**-0.5),
    ),
    "unsized": Misconception(
        "The scale is the same however many inputs a layer has",
        "±0.25 suits 64 inputs. What does a unit with 2 inputs receive?",
        partial(_drawn, spread=lambda n_in, n_out: 0.25, draw=_evenly),
    ),
}


def start_fault(case, answer, again, following):
    """What is wrong with a start, drawn again from an equal rng, and then from the same rng."""
    first, again, following = (_four(start) for start in (answer, again, following))
    if again is None or following is None:
        return "called a second time, it does not give four such arrays."
    weights = first[0], first[2]
    if not any(W.any() for W in weights):
        return _START["zero"]
    if any(np.ptp(W) == 0 for W in weights):
        return _START["constant"]
    if first[1].any() or first[3].any():
        return _START["biases"]
    if any(np.array_equal(first[i], following[i]) for i in (0, 2)):
        return _START["own seed"]
    if any(not np.array_equal(a, b) for a, b in zip(first, again)):
        return _START["elsewhere"]
    return None if max(case.inputs["sizes"]) < 100 else _spread_fault(weights)


def _four(start):
    """The four arrays of a start, which may be lists; None if it is something else."""
    try:
        arrays = [np.asarray(array, dtype=float) for array in start]
    except (TypeError, ValueError):
        return None
    return arrays if len(arrays) == 4 else None


def _spread_fault(weights):
    """What is wrong with the spread of weights; they are enough to measure it within 5 %."""
    n_in, n_out = np.array([W.shape for W in weights]).T
    spread = np.array([W.std() for W in weights])
    if any((W == W[:1]).all() or (W == W[:, :1]).all() for W in weights):
        return "units of one layer have the same weights, so they will always do the same thing."
    if any(abs(W.mean()) > 0.1 * W.std() for W in weights):
        return _START["positive"]
    for fault, expected in [
        (None, n_in**-0.5),
        (_START["reach"], (3 * n_in) ** -0.5),
        (_START["squared"], 1 / n_in),
        (_START["feeds"], n_out**-0.5),
        (_START["unsized"], spread[:1]),
    ]:
        if np.allclose(spread, expected, rtol=0.03):
            return fault
    told = " and ".join(f"{v:.3g}" for v in n_in * spread**2)
    return f"the variance of W1 and of W2, each times its n_in, is {told}. Both should be 1."


def _with_one_output(backward):
    """A backward pass for one logistic output, made of one for two softmax outputs.

    Softmax of (0, z) is the logistic of z, and its second output has the same slopes.
    """

    def single(W1, b1, W2, b2, X, Y):
        W2, b2 = np.hstack([0 * W2, W2]), np.hstack([0 * b2, b2])
        gW1, gb1, gW2, gb2 = backward(W1, b1, W2, b2, X, np.hstack([1 - Y, Y]))
        return gW1, gb1, gW2[:, 1:], gb2[:, 1:]

    return single


_right = _with_one_output(SPECIMENS["right"].backward)


def _logistic_outputs(W1, b1, W2, b2, X):
    net = Network((len(W1), len(W2), 1), output="logistic", loss="cross_entropy")
    return net.predict(np.concatenate([np.ravel(p) for p in (W1, b1, W2, b2)]), X)


BACKWARD = (
    # updated_too_early steps before all slopes are known, so the second output would matter.
    *wrong_backwards(_with_one_output, without=("updated_too_early",)),
    Misconception(*DIVIDED_TWICE, lambda *inputs: [g / len(inputs[4]) for g in _right(*inputs)]),
    *squared_errors(_right, _logistic_outputs),
    *other_orders(*FOUR_ORDER, _right, (1, 0, 3, 2), (2, 3, 0, 1), (0, 2, 1, 3)),
)


def _one_by_one(X, Y):
    return [(X[s : s + 1], Y[s : s + 1]) for s in range(len(X))]


def _trained(step_of=lambda past: past[-1], parts=None, more=0, fixed=None, hidden=1.0):
    """A way to learn that makes the step `step_of(past)`, where `past` are all right steps so far.

    There are `more` steps than asked for, a `fixed` learning rate if one is given, a step for each
    of `parts(X, Y)`, and the steps of W1 and b1 are `hidden` times as long.
    """

    def learn(parameters, X, Y, learning_rate, steps):
        W1, b1, W2, b2 = parameters
        net = Network((len(W1), len(W2), 1), output="logistic", loss="cross_entropy")
        theta, past = np.concatenate([p.ravel() for p in parameters]), []
        size = np.ones(len(theta))
        size[: W1.size + b1.size] = hidden
        for _ in range(steps + more):
            for part in parts(X, Y) if parts else [(X, Y)]:
                gradient = net.loss_and_grad(theta, *part)[1]
                past.append(-(fixed or learning_rate) * size * gradient)
                theta = theta + step_of(past)
        return tuple(array for pair in net.layers(theta) for array in pair)

    return learn


def _summed(parameters, X, Y, learning_rate, steps):
    return _trained()(parameters, X, Y, learning_rate * len(X), steps)


def _divided(parameters, X, Y, learning_rate, steps):
    return _trained()(parameters, X, Y, learning_rate / len(X), steps)


LEARN = (
    Misconception(
        "The updates are lost",
        "`p = p - ...` in a loop gives the name p to a new array. Who keeps it?",
        _trained(lambda past: 0),
    ),
    Misconception(*UPHILL, _trained(lambda past: -past[-1])),
    Misconception(
        "The loop ends after one step",
        "How far to the right does your `return` stand?",
        lambda *inputs: _trained()(*inputs[:-1], 1),
    ),
    Misconception(*FIRST_SLOPES, _trained(lambda past: past[0])),
    Misconception(*CHANGED, in_place(_trained(), 0)),
    Misconception(
        "It makes one step too many",
        "`range(3)` holds 0, 1 and 2: how often does its loop run?",
        _trained(more=1),
    ),
    Misconception(
        "The learning rate is not used",
        "What should differ between a learning rate of 0.2 and one of 1.5?",
        _trained(fixed=1.0),
    ),
    specimen(SPECIMENS["never_zeroed"], _trained(lambda past: np.sum(past, axis=0))),
    specimen(SPECIMENS["hidden_never_trained"], _trained(hidden=0.0)),
    specimen(SPECIMENS["sum_for_mean"], _summed),
    Misconception(*DIVIDED_TWICE, _divided),
    Misconception(
        "It steps after every single sample",
        "A step should use all the samples at once. How many steps does a pass take in yours?",
        _trained(parts=_one_by_one),
    ),
    *other_orders(*FOUR_ORDER, _trained(), (1, 0, 3, 2), (2, 3, 0, 1), (0, 2, 1, 3)),
)


def _around(share, reach=1.96):
    """An answer with this share, and a right interval, or one of another reach."""
    return lambda right: (share(right), *plain_interval(_learned(right), len(right), reach))


def _learned(right):
    return int((right == 4).sum())


def _share(right):
    return _learned(right) / len(right)


_SHARES = (
    specimen(
        SPECIMENS["bad_luck"], _around(lambda right: float(SPECIMENS["bad_luck"].judge(right == 4)))
    ),
    Misconception(
        "The best start, or another that learned it, stands for all",
        "If you throw a hundred dice, what does the highest one say about dice?",
        _around(lambda right: float(np.max(right == 4))),
    ),
    Misconception(
        "It is the share of points, not of starts",
        "A start that gets three of four points has not learned XOR. How much should it add?",
        _around(lambda right: right.mean() / 4),
    ),
    Misconception(
        "It is the share of starts that get more than half of the points",
        "How many points does a single line get right, without any learning of XOR?",
        _around(lambda right: (right > 2).mean()),
    ),
)

_INTERVALS = (
    Misconception(
        "The interval reaches one standard deviation to either side",
        "One standard deviation holds the truth in 68 of 100 experiments. How many hold it in 95?",
        _around(_share, reach=1),
    ),
    Misconception(
        "The interval is that of a single start",
        "With a hundred times as many starts, how much narrower should the interval get?",
        lambda right: (_share(right), *plain_interval(_share(right), 1)),
    ),
    Misconception(
        "The interval forgets the root",
        "p (1 − p) / n is the variance of a share. Of what is an interval made?",
        lambda right: _squared(_share(right), len(right)),
    ),
    Misconception(
        "The interval is one of 90 %",
        "1.64 standard deviations to either side hold the truth in 90 of 100 experiments. How many"
        " hold it in 95?",
        _around(_share, reach=1.645),
    ),
    Misconception(
        "The interval is one of 99 %",
        "2.58 standard deviations to either side hold the truth in 99 of 100 experiments. How many"
        " hold it in 95?",
        _around(_share, reach=2.576),
    ),
)

_SHARE_LATER = Misconception(
    "The three are in another order",
    "A share lies between the ends of its interval. Which of your three numbers comes first?",
    lambda right: (*_around(_share)(right)[1:], _share(right)),
)


def _squared(share, n):
    half = 1.96 * (share * (1 - share) / n)
    return share, share - half, share + half


def share_fault(case, answer):
    """What is wrong with a share and its interval."""
    share, low, high = (float(np.ravel(piece)[0]) for piece in answer)
    right = case.inputs["right"]
    k, n, p = _learned(right), len(right), _share(right)
    dishonest = dishonest_end(k, n, low, high)
    if abs(p - share) < 1e-6 and dishonest is None:
        return None
    for other, *ends in ((high, share, low), (low, share, high)):
        if abs(p - other) < 1e-6 and dishonest_end(k, n, *ends) is None:
            return _SHARE_LATER
    for known in _INTERVALS:
        if equal((share, low, high), known.answer(right)):
            return known
    for known in _SHARES:
        theirs = known.answer(right)[0]
        if abs(p - theirs) > 1e-6 and np.isclose(share, theirs):
            return known
    return (
        dishonest if abs(p - share) < 1e-6 else f"the share is {share:.4g}, and should be {p:.4g}."
    )


START = tuple(_START.values())
SHARE = (*_SHARES, *_INTERVALS, _SHARE_LATER)
