"""The tasks of exercise 03: a loss, a step, the edge of a rate, the walk, and counting steps."""

import numpy as np

from nncourse.exercises.task import Case, Choice, Misconception, Task
from nnlib.gradient_check import numerical_gradient
from nnlib.losses import loss_for
from nnlib.network import Network
from nnlib.optimizers import SGD
from nnlib.training import record, train

SEED = 3


class Told:
    """A function that is handed to a learner's, and says in words what it is."""

    def __init__(self, words, f):
        self.words, self.f = words, f

    def __call__(self, *inputs):
        return self.f(*inputs)

    def __repr__(self):
        return self.words


def _loss_cases():
    rng = np.random.default_rng(SEED)
    value, cases = loss_for("squared_error", "identity").value, []
    for what, shape in [
        ("three samples and one output", (3, 1)),
        ("a single sample with two outputs", (1, 2)),
        ("five samples and three outputs", (5, 3)),
        ("as many samples as outputs", (4, 4)),
        ("a single sample with one output", (1, 1)),
        ("whole numbers as targets", (4, 2)),
        ("misses of a thousand", (2, 3)),
    ]:
        A, Y = rng.normal(0.5, 1.5, shape), rng.normal(-0.5, 1.0, shape)
        if "whole" in what:
            Y = Y.round().astype(int)
        if "thousand" in what:
            A, Y = 1000 * A, -1700 * Y
        cases.append(Case(what, {"A": A, "Y": Y}, value(A, A, Y)))
    return cases


def _loss(A, Y):
    """What the library says, for mistakes to begin with."""
    return loss_for("squared_error", "identity").value(A, A, Y)


# A valley that lies askew: moving one number changes the slope of the other


def _valley(curvatures, askew, bottom):
    """The loss over (w, b) with these curvatures along the two, and its slopes, by nudging."""
    C = np.array([[curvatures[0], askew], [askew, curvatures[1]]])

    def loss(theta):
        return (theta - bottom) @ C @ (theta - bottom) / 2, None

    def slope(i):
        return lambda w, b: numerical_gradient(loss, np.array([w, b]))[i]

    return Told("the slope along w, at (w, b)", slope(0)), Told(
        "the slope along b, at (w, b)", slope(1)
    )


def _step_cases():
    cases = []
    for what, valley, w, b, rate in [
        ("a valley that lies askew", ((1.5, 0.8), 0.7, (0.4, -0.9)), 2.01537, 1.21743, 0.31382),
        ("a place on the other side", ((0.9, 2.0), -0.6, (1.2, 0.5)), -1.71364, -1.61523, 0.21746),
        ("a rate above 1", ((0.3, 0.5), 0.2, (-4.6, 1.1)), 1.3, -0.4, 1.7),
        ("whole numbers to start from", ((1.2, 0.9), 0.5, (0.3, -0.8)), 3, -2, 0.25),
        ("the bottom, where both slopes are 0", ((1.1, 0.7), 0.4, (0.6, -1.3)), 0.6, -1.3, 0.4),
        ("w and b at the same number", ((0.8, 1.7), -0.5, (1.4, 0.2)), -0.9, -0.9, 0.35),
        ("a step of many thousands", ((1.5, 0.8), 0.7, (9000.0, -4000.0)), 2.0, 1.0, 0.9),
        (
            "a step of thousands the other way",
            ((1.5, 2.8), -0.7, (-7000.0, -6000.0)),
            2.0,
            1.0,
            0.9,
        ),
    ]:
        slope_w, slope_b = _valley(*valley)
        inputs = {"slope_w": slope_w, "slope_b": slope_b, "w": w, "b": b, "rate": rate}
        slopes = np.array([slope_w(w, b), slope_b(w, b)])
        new_w, new_b = SGD(rate).step(np.array([w, b]), slopes)
        cases.append(Case(what, inputs, (new_w, new_b)))
    return cases


def _one_after_the_other(slope_w, slope_b, w, b, rate):
    """w has moved already when the slope of b is taken."""
    w = SGD(rate).step(w, slope_w(w, b))
    return w, SGD(rate).step(b, slope_b(w, b))


def _other_order(slope_w, slope_b, w, b, rate):
    b, w = _one_after_the_other(lambda b, w: slope_b(w, b), lambda b, w: slope_w(w, b), b, w, rate)
    return w, b


def _moved(sign=1.0, rate=None):
    """The two places after a step with this sign, or at this rate whatever is given."""

    def step(slope_w, slope_b, w, b, given):
        optimizer = SGD(given if rate is None else rate)
        slopes = sign * np.array([slope_w(w, b), slope_b(w, b)])
        return tuple(optimizer.step(np.array([w, b]), slopes))

    return step


def _moves_alone(slope_w, slope_b, w, b, rate):
    new_w, new_b = _moved()(slope_w, slope_b, w, b, rate)
    return new_w - w, new_b - b


def _in_whole_numbers(slope_w, slope_b, w, b, rate):
    """The step of somebody who writes it into an array of the kind of w and b."""
    place = np.array([w, b])
    place[:] = _moved()(slope_w, slope_b, w, b, rate)
    return tuple(place)


def _slopes_exchanged(slope_w, slope_b, w, b, rate):
    return _moved()(slope_b, slope_w, w, b, rate)


# The edge


def _parabola(curvature, bottom):
    return Told("the slope of a parabola, at x", lambda x: curvature * (x - bottom))


def _flies_off(slope, x, rate):
    """Whether two steps at this rate from x, which is not the bottom, lead further away."""
    there = SGD(rate).step(x, slope(x))
    return abs(slope(SGD(rate).step(there, slope(there)))) > abs(slope(x))


def _limit_cases():
    cases = []
    for what, curvature, bottom, x in [
        ("the curvature of b2, which is 1", 1.0, -0.18, 1.31274),
        ("a wide parabola", 0.36527, 2.4, -1.52637),
        ("a sharp one, just beside its bottom", 14.79, 0.7, 0.69),
        ("somebody who stands at the bottom", 0.73, -1.6, -1.6),
        ("a place far from the bottom", 2.3, 300.0, -250.0),
        ("a very wide parabola, and x at 0", 0.01734, 0.4, 0.0),
        ("a very sharp one, and a whole number for x", 190.0, -0.35, 3),
    ]:
        slope = _parabola(curvature, bottom)
        lands, flies = 1e-3, 1e3
        for _ in range(100):  # halve the space between a rate that comes home and one that does not
            rate = (lands + flies) / 2
            flew = _flies_off(slope, bottom + 1, rate)
            lands, flies = (lands, rate) if flew else (rate, flies)
        cases.append(Case(what, {"slope": slope, "x": x}, flies))
    return cases


def _curvature(slope, x):
    return numerical_gradient(lambda x: (slope(x), None), np.array([float(x)])).item()


# The walk


def _ground(C, bottom):
    C, bottom = np.array(C), np.array(bottom)
    return Told("the gradient at theta", lambda theta: C @ (theta - bottom))


def _reached(C, bottom, theta, rate, enough, most):
    """Where the walk ends, and after how many steps, without walking.

    Along each axis of the valley a step multiplies the distance by 1 - rate * curvature.
    """
    curvatures, axes = np.linalg.eigh(np.array(C))
    distances = axes.T @ (np.array(theta) - bottom)
    each = distances * (1 - rate * curvatures) ** np.arange(most + 1)[:, None]
    short = np.linalg.norm(each * curvatures, axis=1) < enough
    steps = int(short.argmax()) if short.any() else most
    return np.array(bottom) + axes @ each[steps], steps


def _descend_cases():
    cases = []
    for what, C, bottom, theta, rate, enough, most in [
        ("a parabola", [[1.5]], [0.6], [3.0], 0.3, 0.01, 100),
        ("a rate that leaps over the bottom", [[1.5]], [0.6], [-2.0], 1.2, 0.2, 100),
        ("a walk that need not come close", [[1.5]], [0.6], [9.0], 0.11527, 0.97, 100),
        ("a valley that lies askew", [[2.0, 0.9], [0.9, 1.0]], [1.0, -0.5], [-1.5, 2.0], 0.4,
         0.05, 200),
        ("a rate that flies off", [[2.0, 0.9], [0.9, 1.0]], [1.0, -0.5], [-1.5, 2.0], 0.91357, 0.05,
         31),
        ("three numbers", [[3.0, 0.5, 0.2], [0.5, 1.0, -0.3], [0.2, -0.3, 0.8]], [0.5, -1.0, 0.8],
         [2.0, 0.5, -0.6], 0.5, 0.02, 300),
        ("a start at rest, at the bottom", [[2.0, 0.9], [0.9, 1.0]], [1.0, -0.5], [1.0, -0.5], 0.4,
         0.05, 50),
        ("a start near the bottom, where the gradient is short enough", [[1.5, 0.4], [0.4, 0.8]],
         [0.7, -1.2], [0.73, -1.23], 0.3, 0.05, 50),
        ("no step that may be taken", [[1.5, 0.4], [0.4, 0.8]], [0.7, -1.2], [-2.01537, 1.01234],
         0.3, 0.05, 0),
        ("a single step that may be taken", [[1.5, 0.4], [0.4, 0.8]], [0.7, -1.2], [2.0, 1.0], 0.3,
         0.05, 1),
        # Powers of 2, which no computer rounds.
        ("a gradient that comes to be exactly as long as `enough`", [[1.0]], [0.0], [8.0], 0.5,
         0.25, 40),
        ("a far start, and a limit that is fine", [[2.0, 0.9], [0.9, 1.0]], [1.0, -0.5],
         [-4000.0, 900.0], 0.4, 1e-4, 500),
    ]:  # fmt: skip
        inputs = {"gradient": _ground(C, bottom), "theta": np.array(theta), "rate": rate}
        inputs |= {"enough": enough, "most": most}
        cases.append(Case(what, inputs, _reached(C, bottom, theta, rate, enough, most)))
    return cases


def _short(g, rate, enough):
    return np.linalg.norm(g) < enough


def _walk(rests=None, sign=1.0, counted=0, counted_at_most=0):
    """A walk that goes the way of this sign and rests where `rests` says so of slopes and rate.

    It tells as many steps too many as `counted` says, or `counted_at_most` when it gives up.
    """

    def descend(gradient, theta, rate, enough, most):
        for steps in range(most):
            if rests and rests(gradient(theta), rate, enough):
                return theta, steps + counted
            theta = SGD(rate).step(theta, sign * gradient(theta))
        return theta, most + counted_at_most

    return descend


def _step_first(fresh, counted=1):
    """A walk that steps before it asks, of the slopes at the new place if they are fresh."""

    def descend(gradient, theta, rate, enough, most):
        for steps in range(most):
            g = gradient(theta)
            theta = SGD(rate).step(theta, g)
            if _short(gradient(theta) if fresh else g, rate, enough):
                return theta, steps + counted
        return theta, most

    return descend


def _counter_for_count(before=None):
    """A walk that tells its loop's counter when it gives up; `before` the loop it held this."""

    def descend(gradient, theta, rate, enough, most):
        if most == 0 and before is None:
            raise NameError("steps")
        given_up = -1 if most else before
        return _walk(_short, counted_at_most=given_up)(gradient, theta, rate, enough, most)

    return descend


def _slopes_once(gradient, theta, rate, enough, most):
    """A walk that has taken the gradient before its loop, and never again."""
    g = gradient(theta)
    return _walk(_short)(lambda theta: g, theta, rate, enough, most)


def _in_place(gradient, theta, rate, enough, most):
    """A right walk of somebody who moves the array that was given."""
    theta[:], steps = _walk(_short)(gradient, theta, rate, enough, most)
    return theta, steps


# Counting


def _updates_cases():
    cases = []
    for what, n, batch_size, epochs in [
        ("twelve samples in batches of four", 12, 4, 3),
        ("a last batch that is smaller", 10, 4, 3),
        ("single samples", 7, 1, 2),
        ("the digits of this course", 1347, 32, 10),
        ("a batch larger than there are samples", 5, 8, 6),
        ("a batch of all samples", 6, 6, 5),
        ("one sample more than a large batch", 401, 400, 3),
        ("a single sample", 1, 4, 7),
        ("a single epoch", 11, 3, 1),
    ]:
        net, rng, samples = Network((1, 1)), np.random.default_rng(SEED), np.zeros((n, 1))
        steps = train(net, np.zeros(2), samples, samples, SGD(0.1), rng=rng, epochs=epochs,
                      batch_size=batch_size)  # fmt: skip
        inputs = {"n": n, "batch_size": batch_size, "epochs": epochs}
        cases.append(Case(what, inputs, record(steps, every=10**6).last.index))
    return cases


def _nearer():
    """How far from the bottom of a parabola of curvature 1 ten steps at two rates come to rest."""
    ends = {}
    for rate in (0.1, 1.9):
        x = 1.0
        for _ in range(10):
            x = SGD(rate).step(x, x)
        ends[rate] = abs(x)
    if np.isclose(ends[0.1], ends[1.9]):
        return "both as near"
    return "0.1" if ends[0.1] < ends[1.9] else "1.9"


UPHILL = "The slope is added, and the step goes uphill"
WHICH_WAY = "Where the slope is above 0 the ground rises to the right. To which side do you go?"

TASKS = [
    Task(
        "03.loss",
        asked="the loss of a batch, one number, from the answers A and the targets Y",
        cases=_loss_cases,
        hints=(
            "Every number of A has a miss of its own. What makes all of them count as positive?",
            "Added up over the outputs, which are columns, and the mean taken over the samples,"
            " which are rows. By which number do you divide?",
            "The sum of all squared misses, over twice the number of rows.",
        ),
        misconceptions=(
            Misconception(
                "The mean is taken over the outputs too",
                "The loss adds up over the outputs and is averaged over the samples. By which"
                " number do you divide?",
                lambda A, Y: _loss(A, Y) / Y.shape[1],
            ),
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
            Misconception(
                "A root is taken at the end",
                "A miss of 4, alone, has a loss of 8. What does your function say?",
                lambda A, Y: np.sqrt(_loss(A, Y)),
            ),
            Misconception(
                "A root is taken at the end",
                "A miss of 4, alone, has a loss of 8. What does your function say?",
                lambda A, Y: np.sqrt(2 * _loss(A, Y) / Y.shape[1]),
            ),
            Misconception(
                "A root is taken at the end",
                "A miss of 4, alone, has a loss of 8. What does your function say?",
                lambda A, Y: np.linalg.norm(A - Y),
            ),
            Misconception(
                "It is divided by n twice",
                "The same miss in one sample or in ten of ten: is the loss another one?",
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
            *(
                Misconception(
                    "The size of a miss stands in place of its square",
                    "A miss twice as large is to count for more than twice as much. Does it?",
                    lambda A, Y, share=share: np.abs(A - Y).mean() * share(Y),
                )
                for share in (lambda Y: Y.shape[1] / 2, lambda Y: Y.shape[1], lambda Y: 1)
            ),
        ),
    ),
    Task(
        "03.step",
        asked="w and b after one step of gradient descent",
        cases=_step_cases,
        parts=("w", "b"),
        hints=(
            "Each number goes against its own slope, a rate times as far as the slope is long.",
            "Both slopes belong to the place where you stand. Is w still there when you take the"
            " slope along b?",
            "Take the two slopes first and keep them; only then move w, and b.",
        ),
        misconceptions=(
            Misconception(
                "w has moved before the slope along b is taken",
                "At which w do you ask for the slope along b, the old one or the new one?",
                _one_after_the_other,
            ),
            Misconception(
                "b has moved before the slope along w is taken",
                "At which b do you ask for the slope along w, the old one or the new one?",
                _other_order,
            ),
            Misconception(UPHILL, WHICH_WAY, _moved(sign=-1.0)),
            Misconception(
                "The rate is forgotten",
                "Halve the rate. By how much does your step become shorter?",
                _moved(rate=1.0),
            ),
            Misconception(
                "It gives how far to go, and not where one arrives",
                "You stand at w = 2 and go 0.3 to the left. Where are you?",
                _moves_alone,
            ),
            Misconception(
                "Each number goes along the other one's slope",
                "Which slope tells you whether w should grow?",
                _slopes_exchanged,
            ),
            Misconception(
                "b is given before w",
                "In which order are w and b asked for?",
                lambda *inputs: _moved()(*inputs)[::-1],
            ),
            Misconception(
                "It is cut to whole numbers",
                "`np.array([3, -2])` holds whole numbers only. What becomes of 2.6 in it?",
                _in_whole_numbers,
            ),
            Misconception(
                "The rate divides",
                "Halve the rate. Does your step become shorter?",
                lambda slope_w, slope_b, w, b, rate: _moved(rate=1 / rate)(
                    slope_w, slope_b, w, b, rate
                ),
            ),
            Misconception(
                "Only w moves",
                "Which of your lines gives b a new place?",
                lambda slope_w, slope_b, w, b, rate: (
                    _moved()(slope_w, slope_b, w, b, rate)[0],
                    b,
                ),
            ),
        ),
    ),
    Task(
        "03.limit",
        asked="the largest rate at which nobody flies off a parabola, from its slope function",
        cases=_limit_cases,
        hints=(
            "A limit is measured against the curvature, and the curvature is how fast the slope"
            " changes. You can ask for the slope wherever you like.",
            "The slope of a parabola is a straight line: ask for it at two places, and divide the"
            " change of the slope by the way between them.",
            "At a rate of one over the curvature you land. How many times this rate is the one that"
            " bounces for ever?",
        ),
        misconceptions=(
            Misconception(
                "It is the rate that lands in one step",
                "At which factor per step do you still not fly off: 0, or −1?",
                lambda slope, x: 1 / _curvature(slope, x),
            ),
            Misconception(
                "It is the curvature",
                "On the sharper parabola the limit is lower. Is yours?",
                _curvature,
            ),
            Misconception(
                "The slope is taken for the curvature",
                "The slope is another one at every x. Is the limit?",
                lambda slope, x: 2 / abs(slope(x)),
            ),
            Misconception(
                "The slope is taken for the curvature",
                "The slope is another one at every x. Is the limit?",
                lambda slope, x: 2 / slope(x),
            ),
            Misconception(
                "The curvature stands on the wrong side of the fraction",
                "On the sharper parabola the limit is lower. Is yours?",
                lambda slope, x: 2 * _curvature(slope, x),
            ),
        ),
    ),
    Task(
        "03.descend",
        asked="theta where the walk rests, and the number of steps that it took",
        cases=_descend_cases,
        parts=("theta", "steps"),
        hints=(
            "Three things go round: take the gradient, ask whether it is short enough to rest, and"
            " if not, step and count.",
            "How long a gradient is, `np.linalg.norm` says. It is asked before each step, so that a"
            " walk that begins at the bottom takes none.",
            "A `for` loop over `range(most)` that returns theta and its counter as soon as the"
            " gradient is short; and a last line for the walk that never comes to rest.",
        ),
        misconceptions=(
            Misconception(UPHILL, WHICH_WAY, _walk(sign=-1.0)),
            Misconception(
                "A slope below 0 is taken for a small one",
                "Which is the smaller number, −5 or 0.01, and which is the flatter slope?",
                _walk(lambda g, rate, enough: g.max() < enough),
            ),
            Misconception(
                "It rests when the step is short, and not when the slope is",
                "With a rate of 0.000001 every step is short. Have you arrived?",
                _walk(lambda g, rate, enough: np.linalg.norm(rate * g) < enough),
            ),
            Misconception(
                "It rests as soon as one of the slopes is small",
                "Along the floor of a valley the ground can be flat to one side. Is it the bottom?",
                _walk(lambda g, rate, enough: np.abs(g).min() < enough),
            ),
            Misconception(
                "The largest slope stands in place of the length",
                "How long is a gradient of (0.3, 0.4), and which is the larger of the two?",
                _walk(lambda g, rate, enough: np.abs(g).max() < enough),
            ),
            Misconception(
                "The square of the length is held against `enough`",
                "How long is a gradient of (0.3, 0.4), and what is the sum of its squares?",
                _walk(lambda g, rate, enough: g @ g < enough),
            ),
            Misconception(
                "It rests where the gradient is just as long as `enough`",
                "It is to be shorter than `enough`. Is 0.25 shorter than 0.25?",
                _walk(lambda g, rate, enough: np.linalg.norm(g) <= enough),
            ),
            *(
                Misconception(
                    "It steps first and asks afterwards",
                    "A walk that begins at the bottom: how many steps does it take?",
                    _step_first(*how),
                )
                for how in ((True,), (False,), (False, 0), (True, 0))
            ),
            Misconception(
                "The gradient is taken once, before the loop",
                "After the first step you stand somewhere else. Which line asks for the gradient"
                " there?",
                _slopes_once,
            ),
            *(
                Misconception(
                    "One step more is counted than is taken",
                    "A walk that begins at the bottom takes no step. What does your counter say?",
                    _walk(_short, counted=1, counted_at_most=extra),
                )
                for extra in (0, 1)
            ),
            *(
                Misconception(
                    "One step less is counted than is taken when it gives up",
                    "`for steps in range(3)` goes round three times. What is `steps` at the end?",
                    _counter_for_count(before),
                )
                for before in (None, 0)
            ),
            Misconception(
                "The number of steps is given before theta",
                "In which order are the two asked for?",
                lambda *inputs: _walk(_short)(*inputs)[::-1],
            ),
            Misconception(
                "The walk is right, and the theta that was given has moved with it",
                "Somebody else starts from the same theta after you. Where does she start?"
                " `mine = theta` makes no new array, and for an array neither does `theta[:]`.",
                _in_place,
            ),
            Misconception(
                "It never rests and takes all the steps it may",
                "Which line asks how long the gradient is?",
                _walk(),
            ),
            Misconception(
                "It takes one step and counts it",
                "Is `return` inside the loop, where the first round meets it?",
                lambda gradient, theta, rate, enough, most: _walk()(
                    gradient, theta, rate, enough, 1
                ),
            ),
        ),
    ),
    Task(
        "03.updates",
        asked="the number of steps in so many epochs",
        cases=_updates_cases,
        hints=(
            "A step is one update, made from one batch; an epoch is a pass through all samples. How"
            " many batches make a pass?",
            "Ten samples in batches of four: 4, 4, and what becomes of the last two?",
            "Divide n by the size of a batch, and round up.",
        ),
        misconceptions=(
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
        ),
    ),
    Choice(
        "03.prediction",
        asked="on a parabola of curvature 1, which rate is nearer to the bottom after ten steps,"
        " 0.1 or 1.9?",
        truth=_nearer,
        says={
            "0.1": "It creeps, and that looks safe. By which factor does one of its steps shrink"
            " the distance?",
            "1.9": "Its steps are long, but most of a step goes to the other side. By which factor"
            " does it shrink the distance?",
            "both as near": "One factor is 0.9, the other −0.9. The one creeps, the other leaps"
            " from side to side, and after ten steps both are 0.35 of the way from the bottom.",
        },
    ),
]
