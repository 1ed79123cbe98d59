"""The tasks of exercise 06: a start, a training loop of one's own, and how often it succeeds."""

import copy
from functools import partial

import numpy as np

from nncourse.bugs import SPECIMENS
from nncourse.exercises.intervals import dishonest_end, plain_interval
from nncourse.exercises.judged import Judged
from nncourse.exercises.task import Case, Choice, Misconception, Task, equal, specimen
from nnlib.datasets import xor
from nnlib.gradient_check import numerical_gradient
from nnlib.metrics import accuracy, wilson_interval
from nnlib.network import Network
from nnlib.optimizers import SGD
from nnlib.training import record, train

SEED = 6
PARAMETERS = ("W1", "b1", "W2", "b2")


# How many are right


def _count_cases():
    cases = []
    for what, outputs, targets in [
        ("four sure outputs", [0.1, 0.9, 0.3, 0.8], [0, 1, 1, 0]),
        ("four unsure outputs, all above 0", [0.45, 0.6, 0.55, 0.4], [0, 1, 1, 0]),
        ("outputs of a tanh, some of them below 0", [-0.8, 1.0, 0.7, -0.6], [0, 1, 1, 0]),
        ("a single sample", [0.7], [1]),
        ("seven samples", [0.2, 0.3, 0.9, 0.1, 1.7, 0.6, 0.4], [0, 0, 0, 1, 1, 1, 0]),
    ]:
        P, Y = np.array(outputs)[:, None], np.array(targets, dtype=float)[:, None]
        cases.append(Case(what, {"P": P, "Y": Y}, round(accuracy(Y, P) * len(Y))))
    return cases


def _border_at_0(P, Y):
    return len(Y) * accuracy(Y, P + 0.5)


COUNT_MISTAKES = (
    Misconception(
        "The border lies at 0",
        "The targets are 0 and 1. Which number lies halfway?",
        _border_at_0,
    ),
    Misconception(
        "Outputs are compared with the targets as they are",
        "A logistic output never gets to 1. When is 0.97 a right answer?",
        lambda P, Y: (P == Y).sum(),
    ),
    Misconception(
        "Only an output near its target is counted",
        "A tanh may say −0.8, which is a clear no. How far is it from 0, and what does it become"
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
        "A no that was to be a no: is it right?",
        lambda P, Y: ((P > 0.5) * Y).sum(),
    ),
    Misconception(
        "It is the share, not the number",
        "Of four, three are right: is that 3 or 0.75?",
        lambda P, Y: accuracy(Y, P),
    ),
)


# A start


def _start_cases():
    cases = []
    for seed, (what, sizes) in enumerate(
        [
            ("a small network", (3, 5, 2)),
            ("a wide network", (200, 300, 100)),
            ("another wide network", (240, 100, 180)),
            ("a single output", (2, 12, 1)),
            ("a single input", (1, 11, 3)),
        ]
    ):
        n_0, n_1, n_2 = sizes
        shapes = (n_0, n_1), (1, n_1), (n_1, n_2), (1, n_2)
        inputs = {"rng": np.random.default_rng(SEED + seed), "sizes": sizes}
        cases.append(Case(what, inputs, tuple(np.ones(shape) for shape in shapes)))
    return cases


def _three_starts(start):
    """A start, one from the same seed, and the next one from the same rng."""

    def three(rng, sizes):
        twin = copy.deepcopy(rng)
        return start(rng, sizes), start(twin, sizes), start(rng, sizes)

    return three


def _drawn(rng, sizes, spread=lambda n_in, n_out: n_in**-0.5, draw=None, biases=0.0):
    """Weights of the spread given, by a draw of spread 1, with biases of that spread."""
    draw = draw or (lambda rng, shape: rng.normal(size=shape))
    arrays = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        arrays.append(spread(n_in, n_out) * draw(rng, (n_in, n_out)))
        arrays.append(biases * rng.normal(size=(1, n_out)))
    return arrays


def _evenly(rng, shape):
    return rng.uniform(-1, 1, shape)


START_MISTAKES = {
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
        "The chance comes from somewhere else than rng",
        "With the same seed again, would you get the same start again?",
        lambda rng, sizes: _drawn(np.random.default_rng(), sizes),
    ),
    "positive": Misconception(
        "The weights are not drawn around 0",
        "`rng.random` draws from 0 to 1. Where is the middle of what you draw?",
        partial(_drawn, draw=lambda rng, shape: rng.random(shape)),
    ),
    "width": Misconception(
        "The reach of an even draw is taken for its spread",
        "Numbers drawn evenly from −r to r have the variance r²/3. How far do you have to reach?",
        partial(_drawn, draw=_evenly),
    ),
    "squared": Misconception(
        "The variance is taken for the standard deviation",
        "`rng.normal` wants a standard deviation. What is it, if the variance is 1/n_in?",
        partial(_drawn, spread=lambda n_in, n_out: 1 / n_in),
    ),
    "feeds": Misconception(
        "The weights are sized to what they feed",
        "Which of the two sizes of W says how many terms are added up in a z?",
        partial(_drawn, spread=lambda n_in, n_out: n_out**-0.5),
    ),
    "unsized": Misconception(
        "The spread is the same whatever feeds the layer",
        "±0.25 suits 64 inputs. What does a unit get to hear that has 2 of them?",
        partial(_drawn, spread=lambda n_in, n_out: 0.25, draw=_evenly),
    ),
}


def _start_fault(case, answer, again, following):
    first, again, following = (_four(start) for start in (answer, again, following))
    if again is None or following is None:
        return "called a second time, it does not give four such arrays."
    weights = first[0], first[2]
    if not any(W.any() for W in weights):
        return START_MISTAKES["zero"]
    if any(np.ptp(W) == 0 for W in weights):
        return START_MISTAKES["constant"]
    if first[1].any() or first[3].any():
        return START_MISTAKES["biases"]
    if any(np.array_equal(first[i], following[i]) for i in (0, 2)):
        return START_MISTAKES["own seed"]
    if any(not np.array_equal(a, b) for a, b in zip(first, again)):
        return START_MISTAKES["elsewhere"]
    return None if max(case.inputs["sizes"]) < 100 else _spread_fault(weights)


def _four(start):
    """The four arrays of a start, which may be lists, or None if it is something else."""
    try:
        arrays = [np.asarray(array, dtype=float) for array in start]
    except (TypeError, ValueError):
        return None
    return arrays if len(arrays) == 4 else None


def _spread_fault(weights):
    """What is wrong with the spread of weights, where there are enough to measure it within 5 %."""
    n_in, n_out = np.array([W.shape for W in weights]).T
    spread = np.array([W.std() for W in weights])
    if any((W == W[:1]).all() or (W == W[:, :1]).all() for W in weights):
        return "units of one layer have the same weights, and so they will always do the same."
    if any(abs(W.mean()) > 0.1 * W.std() for W in weights):
        return START_MISTAKES["positive"]
    for fault, expected in [
        (None, n_in**-0.5),
        (START_MISTAKES["width"], (3 * n_in) ** -0.5),
        (START_MISTAKES["squared"], 1 / n_in),
        (START_MISTAKES["feeds"], n_out**-0.5),
        (START_MISTAKES["unsized"], spread[:1]),
    ]:
        if np.allclose(spread, expected, rtol=0.03):
            return fault
    told = " and ".join(f"{v:.3g}" for v in n_in * spread**2)
    return f"the variance of W1 and of W2, each times its n_in, is {told}. Both should be 1."


# Backpropagation, and steps


class Lesson:
    """A network with one hidden layer and a logistic output, and samples for it."""

    def __init__(self, sizes, n):
        rng = np.random.default_rng(SEED)
        self.net = Network(sizes, output="logistic", loss="cross_entropy")
        size = rng.uniform(0.4, 1.2, self.net.n_parameters)
        self.theta = size * rng.choice([-1, 1], self.net.n_parameters)
        self.X = rng.normal(0.4, 0.8, (n, sizes[0]))
        self.Y = (np.arange(n)[:, None] % 3 == 0).astype(float)  # turned round it is another

    def measured(self):
        """gW1, gb1, gW2 and gb2, by nudging every parameter."""
        loss = lambda theta: self.net.loss_and_grad(theta, self.X, self.Y)  # noqa: E731
        return tuple(self.arrays(numerical_gradient(loss, self.theta)))

    def arrays(self, theta):
        """W1, b1, W2 and b2, or what else is laid out like theta."""
        return [array.copy() for pair in self.net.layers(theta) for array in pair]


def _backward_cases():
    cases = []
    for what, sizes, n in [
        ("five samples", (2, 3, 1), 5),
        ("a single sample", (3, 2, 1), 1),
        ("seven samples and four hidden units", (2, 4, 1), 7),
        ("as many samples as inputs and hidden units", (3, 3, 1), 3),
        ("a single hidden unit", (3, 1, 1), 4),
    ]:
        lesson = Lesson(sizes, n)
        inputs = dict(zip(PARAMETERS, lesson.arrays(lesson.theta)))
        inputs |= {"X": lesson.X, "Y": lesson.Y}
        cases.append(Case(what, inputs, lesson.measured()))
    return cases


def _with_one_output(backward):
    """A backward pass under softmax, for one logistic output: of two outputs, one has no weights.

    Softmax of (0, z) is the logistic of z, and so are the slopes of its second output.
    """

    def single(W1, b1, W2, b2, X, Y):
        W2, b2 = np.hstack([0 * W2, W2]), np.hstack([0 * b2, b2])
        gW1, gb1, gW2, gb2 = backward(W1, b1, W2, b2, X, np.hstack([1 - Y, Y]))
        return gW1, gb1, gW2[:, 1:], gb2[:, 1:]

    return single


def _elsewhere(backward):
    """A backward pass as _with_one_output makes it, its four arrays in the order of `places`."""
    return lambda *places: lambda *inputs: [backward(*inputs)[i] for i in places]


ORDER = "The four stand in another order", "W1, b1, W2, b2: in which order do you give them?"
TWICE = (
    "The slopes are divided by the number of samples twice",
    "The mean over n samples is the sum divided by n, once. Which of your lines divide by n?",
)
_right_with_one_output = _with_one_output(SPECIMENS["right"].backward)
BACKWARD_MISTAKES = (
    *(
        specimen(found, _with_one_output(found.backward))
        for found in SPECIMENS.values()
        # Of a step in the middle of the slopes it would matter that there were two outputs.
        if found.kind == "slopes" and found.twin is SPECIMENS["right"]
        if found.name != "updated_too_early"
    ),
    Misconception(
        *TWICE,
        lambda *inputs: [g / len(inputs[4]) for g in _right_with_one_output(*inputs)],
    ),
    Misconception(*ORDER, _elsewhere(_right_with_one_output)(1, 0, 3, 2)),
    Misconception(*ORDER, _elsewhere(_right_with_one_output)(2, 3, 0, 1)),
    Misconception(*ORDER, _elsewhere(_right_with_one_output)(0, 2, 1, 3)),
)


def _learn_cases():
    cases = []
    for what, sizes, n, rate, steps in [
        ("a single step", (2, 4, 1), 3, 0.7, 1),
        ("a single sample and two steps", (3, 2, 1), 1, 0.5, 2),
        ("XOR with three hidden units and fifty steps", (2, 3, 1), 4, 1.5, 50),
        ("as many samples as inputs and hidden units", (3, 3, 1), 3, 0.2, 7),
        ("a single hidden unit", (2, 1, 1), 5, 0.4, 3),
    ]:
        lesson = Lesson(sizes, n)
        if what.startswith("XOR"):
            lesson.X, lesson.Y = xor().X, xor().Y
        run = train(
            lesson.net, lesson.theta, lesson.X, lesson.Y, SGD(rate),
            rng=np.random.default_rng(SEED), steps=steps,
        )  # fmt: skip
        arrived = lesson.arrays(record(run, every=steps).last.theta)
        inputs = {"parameters": lesson.arrays(lesson.theta), "X": lesson.X, "Y": lesson.Y}
        cases.append(Case(what, inputs | {"rate": rate, "steps": steps}, tuple(arrived)))
    return cases


def _one_by_one(X, Y):
    return [(X[s : s + 1], Y[s : s + 1]) for s in range(len(X))]


def _trained(step_of=lambda past: past[-1], parts=None, more=0, fixed=None, hidden=1.0):
    """A way to learn; the steps asked for so far are `past`, and `step_of` says which is made.

    `parts` cuts up what is looked at, and steps of W1 and b1 are `hidden` times as long.
    """

    def learn(parameters, X, Y, rate, steps):
        W1, b1, W2, b2 = parameters
        net = Network((len(W1), len(W2), 1), output="logistic", loss="cross_entropy")
        theta, past = np.concatenate([p.ravel() for p in parameters]), []
        size = np.ones(len(theta))
        size[: W1.size + b1.size] = hidden
        for _ in range(steps + more):
            for part in parts(X, Y) if parts else [(X, Y)]:
                past.append(-(fixed or rate) * size * net.loss_and_grad(theta, *part)[1])
                theta = theta + step_of(past)
        return tuple(array for pair in net.layers(theta) for array in pair)

    return learn


def _summed(parameters, X, Y, rate, steps):
    return _trained()(parameters, X, Y, rate * len(X), steps)


def _divided(parameters, X, Y, rate, steps):
    return _trained()(parameters, X, Y, rate / len(X), steps)


def _on_what_was_given(parameters, X, Y, rate, steps):
    for given, arrived in zip(parameters, _trained()(parameters, X, Y, rate, steps)):
        given[:] = arrived
    return parameters


def _in_order(*places):
    return lambda *inputs: [_trained()(*inputs)[i] for i in places]


LEARN_MISTAKES = (
    Misconception(
        "The updates are lost",
        "`p = p - ...` in a loop gives the name p to a new array. Who keeps it?",
        _trained(lambda past: 0),
    ),
    Misconception(
        "The steps go uphill",
        "The gradient points to where the loss grows. Which way do you want to go?",
        _trained(lambda past: -past[-1]),
    ),
    Misconception(
        "The loop ends after one step",
        "How far to the right does your `return` stand?",
        lambda parameters, X, Y, rate, steps: _trained()(parameters, X, Y, rate, 1),
    ),
    Misconception(
        "Every step takes the slopes of the start",
        "After a step the slopes are others. Where in your lines are they asked for again?",
        _trained(lambda past: past[0]),
    ),
    Misconception(
        "The arrays that were given are changed",
        "`list(parameters)` is a new list with the same four arrays in it. Which line would make"
        " new arrays?",
        _on_what_was_given,
    ),
    Misconception(
        "It makes one step too many",
        "`range(3)` holds 0, 1 and 2: how often does its loop run?",
        _trained(more=1),
    ),
    Misconception(
        "The rate has no say",
        "What should be different with a rate of 0.2 and with one of 1.5?",
        _trained(fixed=1.0),
    ),
    specimen(SPECIMENS["never_zeroed"], _trained(lambda past: np.sum(past, axis=0))),
    specimen(SPECIMENS["hidden_never_trained"], _trained(hidden=0.0)),
    specimen(SPECIMENS["sum_for_mean"], _summed),
    Misconception(*TWICE, _divided),
    Misconception(
        "It steps after every single sample",
        "A step is to look at all the samples at once. How many steps does a pass take in yours?",
        _trained(parts=_one_by_one),
    ),
    Misconception(*ORDER, _in_order(1, 0, 3, 2)),
    Misconception(*ORDER, _in_order(2, 3, 0, 1)),
    Misconception(*ORDER, _in_order(0, 2, 1, 3)),
)


# How often it succeeds


def _share_cases():
    rng = np.random.default_rng(SEED)
    cases = []
    for what, n, learned, first in [
        ("a hundred starts", 100, 62, False),
        ("ten starts", 10, 7, True),
        ("forty starts, few of which learn it", 40, 9, False),
        ("a thousand starts, most of which learn it", 1000, 930, True),
        ("five thousand starts", 5000, 2650, False),
        ("forty starts, none of which learns it", 40, 0, False),
        ("twenty-five starts, all of which learn it", 25, 25, True),
    ]:
        right = np.where(rng.permutation(n) < learned, 4, rng.choice([0, 1, 2, 3, 3], n))
        if 0 < learned < n:
            other = np.flatnonzero((right == 4) == first)[0]
            right[[0, other]] = right[[other, 0]]
        cases.append(Case(what, {"right": right}, (1.0, 1.0, 1.0)))
    return cases


def _around(share, reach=1.96):
    """What is said of an interval, for mistakes about the share alone."""
    return lambda right: (share(right), *plain_interval(_learned(right), len(right), reach))


def _learned(right):
    return int((right == 4).sum())


def _share(right):
    return _learned(right) / len(right)


SHARE_MISTAKES = (
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
INTERVAL_MISTAKES = (
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
SHARE_LATER = Misconception(
    "The three stand in another order",
    "A share lies between the ends of its interval. Which of your three numbers comes first?",
    lambda right: (*_around(_share)(right)[1:], _share(right)),
)


def _squared(share, n):
    half = 1.96 * (share * (1 - share) / n)
    return share, share - half, share + half


def _share_fault(case, answer):
    share, low, high = (float(np.ravel(piece)[0]) for piece in answer)
    right = case.inputs["right"]
    k, n, p = _learned(right), len(right), _share(right)
    dishonest = dishonest_end(k, n, low, high)
    if abs(p - share) < 1e-6 and dishonest is None:
        return None
    for other, *ends in ((high, share, low), (low, share, high)):
        if abs(p - other) < 1e-6 and dishonest_end(k, n, *ends) is None:
            return SHARE_LATER
    for known in INTERVAL_MISTAKES:
        if equal((share, low, high), known.answer(right)):
            return known
    for known in SHARE_MISTAKES:
        theirs = known.answer(right)[0]
        if abs(p - theirs) > 1e-6 and np.isclose(share, theirs):
            return known
    return (
        dishonest if abs(p - share) < 1e-6 else f"the share is {share:.4g}, and should be {p:.4g}."
    )


def _the_other_way_round():
    """Whether the same 300 starts learn XOR with its answers exchanged as often as XOR."""
    net, X, Y = Network((2, 2, 1), "tanh", "logistic", "cross_entropy"), xor().X, xor().Y
    rng = np.random.default_rng(SEED)
    starts, learned = net.init(rng, stack=(300,)), []
    for wanted in (Y, 1 - Y):
        run = train(net, starts, X, wanted, SGD(1.0), rng=rng, steps=1000)
        said = net.predict(record(run, every=1000).last.theta, X) > 0.5
        learned.append((said == wanted).all(axis=(-2, -1)))
    before, after = learned
    if (before == after).all():
        return "the very same starts"
    low, high = wilson_interval(before.sum(), 300)
    share = after.mean()
    return "fewer" if share < low else "more" if share > high else "about as many"


TASKS = [
    Task(
        "06.count_right",
        asked="how many outputs P, a column, are on the same side of one half as their targets Y",
        cases=_count_cases,
        hints=(
            "First make a yes or a no of every output. Where is the border between 0 and 1?",
            "`P > 0.5` is True where the network says yes. What does Y hold in the same place?",
            "`True == 1.0` in numpy as elsewhere. Compare the two columns and add up.",
        ),
        misconceptions=COUNT_MISTAKES,
    ),
    Judged(
        "06.start",
        asked="W1, b1, W2 and b2 to start from, for a network of three sizes, drawn from rng",
        cases=_start_cases,
        parts=PARAMETERS,
        asking=_three_starts,
        fault=_start_fault,
        hints=(
            "W1 is (n_0, n_1) and W2 is (n_1, n_2). How many numbers feed a unit of each?",
            "`rng.normal(size=(n, m))` has the variance 1. What happens to a variance if all the"
            " numbers are divided by c?",
            "Divide by the root of the first of the two sizes. Biases are `np.zeros`, each with one"
            " row.",
        ),
        misconceptions=tuple(START_MISTAKES.values()),
    ),
    Task(
        "06.backward",
        asked="gW1, gb1, gW2 and gb2 for a network with one logistic output",
        cases=_backward_cases,
        parts=("gW1", "gb1", "gW2", "gb2"),
        hints=(
            "It is the function of exercise 04. Which of its lines knows how the output was bent?",
            "Cross-entropy goes with logistic as it does with softmax: delta at the output is (A2 −"
            " Y)/n once more.",
            "delta2, then gW2 and gb2 from it and A1; delta1 from delta2, W2 and A1; then gW1 and"
            " gb1 from delta1 and X.",
        ),
        misconceptions=BACKWARD_MISTAKES,
    ),
    Task(
        "06.learn",
        asked="where the parameters arrive after so many steps, all samples in each",
        cases=_learn_cases,
        parts=PARAMETERS,
        hints=(
            "A step: ask `backward` for the four slopes, and take rate times each from its"
            " parameter.",
            "The next step begins where this one ended. What does it hand to `backward`?",
            "A list comprehension over `zip(parameters, gradients)` makes the four new arrays. Give"
            " it the name `parameters` again, inside the loop, and return it after the loop.",
        ),
        misconceptions=LEARN_MISTAKES,
    ),
    Judged(
        "06.share",
        asked="the share of starts that got all four right, and the two ends of its interval",
        cases=_share_cases,
        parts=("share", "low", "high"),
        fault=_share_fault,
        hints=(
            "`right == 4` is True for each start that has learned it. What is its mean?",
            "How many starts are there, and how many of them have learned it? `wilson_interval` is"
            " told these two numbers.",
            "Give the mean, and then the two ends that `wilson_interval(how_many, of_how_many)`"
            " gives.",
        ),
        misconceptions=(*SHARE_MISTAKES, *INTERVAL_MISTAKES, SHARE_LATER),
    ),
    Choice(
        "06.prediction",
        asked="the same starts learn XOR with all its answers exchanged: how many succeed?",
        truth=_the_other_way_round,
        says={
            "fewer": "Turn the signs of W2 and b2 at a start: the network says 1 − a where it said"
            " a. Is the one start drawn less often than the other?",
            "about as many": "A start with the signs of W2 and b2 turned round does with the one"
            " task what it did with the other, and it is drawn just as often. But for a single"
            " start the two tasks are two throws of the coin: others learn it now.",
            "the very same starts": "The points that should lie together are others now. From one"
            " start, does the hidden layer move the same way for both?",
            "more": "Has a yes to (0, 0) and (1, 1) anything that makes it easier than a no? Turn"
            " the signs of W2 and b2, and see what the network says then.",
        },
    ),
]
