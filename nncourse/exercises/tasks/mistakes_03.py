"""The mistakes that are known in exercise 03."""

import numpy as np

from nnlib.gradient_check import numerical_gradient
from nnlib.losses import loss_for
from nnlib.optimizers import SGD
from nncourse.exercises.cases import Misconception
from nncourse.exercises.tasks.common import NO_RATE, OUTPUTS_TOO, in_order, in_several_ways


def _loss(A, Y):
    """The right loss, by nnlib; the mistakes below change it."""
    return loss_for("squared_error", "identity").value(A, A, Y)


def _w_first(slope_w, slope_b, w, b, learning_rate):
    """The slope of b is taken after w has moved."""
    sgd = SGD(learning_rate)
    w = sgd.step(w, slope_w(w, b))
    return w, sgd.step(b, slope_b(w, b))


def _b_first(slope_w, slope_b, w, b, learning_rate):
    """The slope of w is taken after b has moved."""
    sgd = SGD(learning_rate)
    b = sgd.step(b, slope_b(w, b))
    return sgd.step(w, slope_w(w, b)), b


def _moved(sign=1.0, fixed=None):
    """A step with this sign; or at a fixed learning rate, whatever is given."""

    def step(slope_w, slope_b, w, b, learning_rate):
        optimizer = SGD(learning_rate if fixed is None else fixed)
        slopes = sign * np.array([slope_w(w, b), slope_b(w, b)])
        return tuple(optimizer.step(np.array([w, b]), slopes))

    return step


def _differences(slope_w, slope_b, w, b, learning_rate):
    """How far w and b move, and not where they arrive."""
    new_w, new_b = _moved()(slope_w, slope_b, w, b, learning_rate)
    return new_w - w, new_b - b


def _in_whole_numbers(slope_w, slope_b, w, b, learning_rate):
    """A right step, written into an array of the dtype of w and b."""
    place = np.array([w, b])
    place[:] = _moved()(slope_w, slope_b, w, b, learning_rate)
    return tuple(place)


def _slopes_exchanged(slope_w, slope_b, *inputs):
    return _moved()(slope_b, slope_w, *inputs)


def _curvature(slope, x):
    return numerical_gradient(lambda x: (slope(x), None), float(x)).item()


def _short(g, learning_rate, enough):
    return np.linalg.norm(g) < enough


def _walk(rests=None, sign=1.0, counted=0, counted_at_most=0):
    """A descent that steps with this sign and ends where `rests(g, learning_rate, enough)`.

    It reports `counted` steps too many, or `counted_at_most` where it took as many as it may.
    """

    def descend(gradient, theta, learning_rate, enough, most):
        sgd = SGD(learning_rate)
        for steps in range(most):
            if rests and rests(gradient(theta), learning_rate, enough):
                return theta, steps + counted
            theta = sgd.step(theta, sign * gradient(theta))
        return theta, most + counted_at_most

    return descend


def _step_first(fresh, counted=1):
    """A descent that steps first and then compares the old gradient, or a fresh one."""

    def descend(gradient, theta, learning_rate, enough, most):
        sgd = SGD(learning_rate)
        for steps in range(most):
            g = gradient(theta)
            theta = sgd.step(theta, g)
            if _short(gradient(theta) if fresh else g, learning_rate, enough):
                return theta, steps + counted
        return theta, most

    return descend


def _counter_for_count(before=None):
    """A descent that reports the counter of its loop where it took as many steps as it may.

    `before` is what the counter was before the loop, if it was anything.
    """

    def descend(gradient, theta, learning_rate, enough, most):
        if most == 0 and before is None:
            raise NameError("steps")
        walk = _walk(_short, counted_at_most=-1 if most else before)
        return walk(gradient, theta, learning_rate, enough, most)

    return descend


def _slopes_once(gradient, theta, *inputs):
    """A descent that takes the gradient once, before its loop."""
    g = gradient(theta)
    return _walk(_short)(lambda theta: g, theta, *inputs)


def _in_place(gradient, theta, *inputs):
    """A right descent that moves the array that was given."""
    theta[:], steps = _walk(_short)(gradient, theta, *inputs)
    return theta, steps


UPHILL = "The slope is added, and the step goes uphill"
WHICH_WAY = "Where the slope is above 0 the ground rises to the right. Which way do you go?"

LOSS = (
    Misconception(*OUTPUTS_TOO, lambda A, Y: _loss(A, Y) / Y.shape[1]),
    Misconception(
        "The loss is added up over the samples",
        "Give it the same batch twice over. Has the network become twice as wrong?",
        lambda A, Y: _loss(A, Y) * len(Y),
    ),
    Misconception(
        "The ½ is missing",
        "What is one half of a square, and what is its slope?",
        lambda A, Y: 2 * _loss(A, Y),
    ),
    Misconception(
        "It is the mean of the squares over all numbers, and the ½ is missing",
        "The loss adds up over the outputs and is averaged over the samples. By which"
        " number do you divide, and where is the ½?",
        lambda A, Y: 2 * _loss(A, Y) / Y.shape[1],
    ),
    Misconception(
        "The squares are added up, and neither halved nor averaged",
        "Give it the same batch twice over. Has the network become twice as wrong? And"
        " where is the ½?",
        lambda A, Y: 2 * _loss(A, Y) * len(Y),
    ),
    *in_several_ways(
        "A root is taken at the end",
        "A miss of 4, alone, has a loss of 8. What does your function say?",
        lambda A, Y: np.sqrt(_loss(A, Y)),
        lambda A, Y: np.sqrt(2 * _loss(A, Y) / Y.shape[1]),
        lambda A, Y: np.linalg.norm(A - Y),
    ),
    Misconception(
        "It is divided by n twice",
        "The same miss in one sample or in ten of ten: is the loss different?",
        lambda A, Y: _loss(A, Y) / len(Y),
    ),
    Misconception(
        "There is a loss for each sample, and not one for the batch",
        "How many numbers is the loss of a batch?",
        lambda A, Y: np.array([_loss(a[None], y[None]) for a, y in zip(A, Y)]),
    ),
    Misconception(
        "There is a loss for each output, and not one for the batch",
        "How many numbers is the loss of a batch?",
        lambda A, Y: np.array([_loss(a[:, None], y[:, None]) for a, y in zip(A.T, Y.T)]),
    ),
    Misconception(
        "The misses are added before they are squared",
        "One answer is too high by 1 and another too low by 1. What does your loss say?",
        lambda A, Y: (A - Y).sum() ** 2 / 2 / len(Y),
    ),
    *in_several_ways(
        "The misses are not squared",
        "A miss twice as large should count for more than twice as much. Does it?",
        lambda A, Y: np.abs(A - Y).sum() / len(Y) / 2,
        lambda A, Y: np.abs(A - Y).sum() / len(Y),
        lambda A, Y: np.abs(A - Y).mean(),
    ),
)

STEP = (
    Misconception(
        "w has moved before the slope along b is taken",
        "At which w do you ask for the slope along b, the old one or the new one?",
        _w_first,
    ),
    Misconception(
        "b has moved before the slope along w is taken",
        "At which b do you ask for the slope along w, the old one or the new one?",
        _b_first,
    ),
    Misconception(UPHILL, WHICH_WAY, _moved(sign=-1.0)),
    Misconception(*NO_RATE, _moved(fixed=1.0)),
    Misconception(
        "It gives how far to go, not where you arrive",
        "You stand at w = 2 and go 0.3 to the left. Where are you?",
        _differences,
    ),
    Misconception(
        "Each number goes along the other one's slope",
        "Which slope tells you whether w should grow?",
        _slopes_exchanged,
    ),
    Misconception(
        "b is given before w",
        "In which order are w and b asked for?",
        in_order(_moved(), (1, 0)),
    ),
    Misconception(
        "It is cut to whole numbers",
        "`np.array([3, -2])` holds whole numbers only. What becomes of 2.6 in it?",
        _in_whole_numbers,
    ),
    Misconception(
        "It divides by the learning rate",
        "Halve the learning rate. Does your step become shorter?",
        lambda *inputs: _moved(fixed=1 / inputs[-1])(*inputs),
    ),
    Misconception(
        "Only w moves",
        "Which of your lines gives b a new place?",
        lambda slope_w, slope_b, w, b, learning_rate: (
            _moved()(slope_w, slope_b, w, b, learning_rate)[0],
            b,
        ),
    ),
)

LIMIT = (
    Misconception(
        "It is the learning rate that lands in one step",
        "A step multiplies your distance from the bottom by a factor. At which factor does it stop"
        " shrinking: 0, or −1?",
        lambda slope, x: 1 / _curvature(slope, x),
    ),
    Misconception(
        "It is the curvature",
        "On the sharper parabola the limit is lower. Is yours?",
        _curvature,
    ),
    *in_several_ways(
        "The slope is taken for the curvature",
        "The slope is different at every x. Is the limit?",
        lambda slope, x: 2 / abs(slope(x)),
        lambda slope, x: 2 / slope(x),
    ),
    Misconception(
        "The curvature stands on the wrong side of the fraction",
        "On the sharper parabola the limit is lower. Is yours?",
        lambda slope, x: 2 * _curvature(slope, x),
    ),
)

DESCEND = (
    Misconception(UPHILL, WHICH_WAY, _walk(sign=-1.0)),
    Misconception(
        "A slope below 0 is taken for a small one",
        "Which is the smaller number, −5 or 0.01, and which is the flatter slope?",
        _walk(lambda g, learning_rate, enough: g.max() < enough),
    ),
    Misconception(
        "It stops when the step is short, not when the slope is",
        "With a learning rate of 0.000001 every step is short. Have you arrived?",
        _walk(lambda g, learning_rate, enough: np.linalg.norm(learning_rate * g) < enough),
    ),
    Misconception(
        "It stops as soon as one of the slopes is small",
        "Along the floor of a valley the ground can be flat to one side. Is it the bottom?",
        _walk(lambda g, learning_rate, enough: np.abs(g).min() < enough),
    ),
    Misconception(
        "The largest slope is taken for the length",
        "How long is a gradient of (0.3, 0.4), and which is the larger of the two?",
        _walk(lambda g, learning_rate, enough: np.abs(g).max() < enough),
    ),
    Misconception(
        "The square of the length is compared with `enough`",
        "How long is a gradient of (0.3, 0.4), and what is the sum of its squares?",
        _walk(lambda g, learning_rate, enough: g @ g < enough),
    ),
    Misconception(
        "It stops where the gradient is exactly as long as `enough`",
        "It should be shorter than `enough`. Is 0.25 shorter than 0.25?",
        _walk(lambda g, learning_rate, enough: np.linalg.norm(g) <= enough),
    ),
    *in_several_ways(
        "It steps first and asks afterwards",
        "A walk that begins at the bottom: how many steps does it take?",
        *(_step_first(*how) for how in ((True,), (False,), (False, 0), (True, 0))),
    ),
    Misconception(
        "The gradient is taken once, before the loop",
        "After the first step you stand somewhere else. Which line asks for the gradient there?",
        _slopes_once,
    ),
    *in_several_ways(
        "It counts one step more than it takes",
        "A walk that begins at the bottom takes no step. What does your counter say?",
        *(_walk(_short, counted=1, counted_at_most=extra) for extra in (0, 1)),
    ),
    *in_several_ways(
        "It counts one step fewer than it takes when it gives up",
        "`for steps in range(3)` goes round three times. What is `steps` at the end?",
        *(_counter_for_count(before) for before in (None, 0)),
    ),
    Misconception(
        "The number of steps is given before theta",
        "In which order are the two asked for?",
        in_order(_walk(_short), (1, 0)),
    ),
    Misconception(
        "The walk is right, but the theta that was given has moved with it",
        "Somebody else starts from the same theta after you. Where does she start?"
        " `mine = theta` makes no new array, and for an array neither does `theta[:]`.",
        _in_place,
    ),
    Misconception(
        "It never stops early and takes all the steps it may",
        "Which line asks how long the gradient is?",
        _walk(),
    ),
    Misconception(
        "It takes one step and counts it",
        "Is `return` inside the loop, where the first round meets it?",
        lambda *inputs: _walk()(*inputs[:-1], 1),
    ),
)

UPDATES = (
    Misconception(
        "The last, smaller batch is left out",
        "Ten samples in batches of four: how many of the ten have been used after a pass?",
        lambda n, batch_size, epochs: n // batch_size * epochs,
    ),
    Misconception(
        "One batch is always added for what is left over",
        "Twelve samples in batches of four: how many are left over?",
        lambda n, batch_size, epochs: (n // batch_size + 1) * epochs,
    ),
    Misconception(
        "It is rounded to the nearest whole number",
        "Nine samples in batches of four: in which batch is the ninth?",
        lambda n, batch_size, epochs: round(n / batch_size) * epochs,
    ),
    Misconception(
        "It is not a whole number",
        "A last batch that is half as large: is it half a step?",
        lambda n, batch_size, epochs: n / batch_size * epochs,
    ),
    Misconception(
        "It is the number of batches in one pass",
        "How many passes are there?",
        lambda n, batch_size, epochs: int(np.ceil(n / batch_size)),
    ),
    Misconception(
        "Every sample counts as a step",
        "A batch of 32 digits: how often does theta move?",
        lambda n, batch_size, epochs: n * epochs,
    ),
    Misconception(
        "Every epoch counts as a step",
        "How often does theta move in one pass through the samples?",
        lambda n, batch_size, epochs: epochs,
    ),
    Misconception(
        "The batches are counted through all epochs, and rounded once",
        "When a pass ends, does its last batch wait for the first samples of the next?",
        lambda n, batch_size, epochs: int(np.ceil(n * epochs / batch_size)),
    ),
)
