"""The tasks of exercise 04: backpropagation, line by line and then whole. Nudging is the judge."""

from functools import partial

import numpy as np

from nncourse.bugs import SPECIMENS
from nncourse.exercises.task import Case, Choice, Misconception, Task, specimen, wrong_backwards
from nnlib.activations import ACTIVATIONS, logistic
from nnlib.gradient_check import numerical_gradient
from nnlib.losses import loss_for
from nnlib.network import Network

SEED = 4
tanh = ACTIVATIONS["tanh"]
SMALL = [("four samples", (2, 3, 1), 4), ("a single sample", (4, 3, 2), 1)]
SQUARE = ("three of everything", (3, 3, 3), 3)


class Lesson:
    """A network with one hidden layer, all its numbers, and every slope of its loss, measured.

    `loud` makes its second layer larger, `far` its targets; of the kind int are its samples.
    """

    def __init__(
        self, sizes, n, output="identity", loss="squared_error", loud=1.0, far=1.0, kind=float
    ):
        rng = np.random.default_rng(SEED)
        self.net = Network(sizes, output=output, loss=loss)
        size = rng.uniform(0.4, 1.2, self.net.n_parameters)
        self.theta = size * rng.choice([-1, 1], self.net.n_parameters)
        self.theta[-(sizes[1] + 1) * sizes[2] :] *= loud  # the second layer
        self.X = rng.normal(0.4, 1.0, (n, sizes[0]))
        if loss == "cross_entropy":
            self.Y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=n)]
        else:
            self.Y = rng.normal(-0.5, 1.0, (n, sizes[-1])) * far
        if kind is int:
            self.X, self.Y = (2 * self.X).round().astype(int), self.Y.round().astype(int)
            self.X[0, 0] = 0
        (self.W1, self.b1), (self.W2, self.b2) = self.net.layers(self.theta)
        _, (_, self.A1, self.A2), _ = self.net.forward(self.theta, self.X)

    def measured(self, X, Y):
        """gW1, gb1, gW2 and gb2 for these samples, by nudging every parameter."""
        slopes = numerical_gradient(lambda theta: self.net.loss_and_grad(theta, X, Y), self.theta)
        (gW1, gb1), (gW2, gb2) = self.net.layers(slopes)
        return gW1, gb1, gW2, gb2

    def blame(self, layer):
        """The slopes of the loss along Z1, for layer 1, or Z2, for layer 2.

        In a batch of one sample a bias is nudged as its z is; in one of n each counts an n-th.
        """
        n = len(self.X)
        alone = [self.measured(self.X[s : s + 1], self.Y[s : s + 1]) for s in range(n)]
        return np.concatenate([slopes[2 * layer - 1] for slopes in alone]) / n


def _delta_output_cases(output="identity"):
    cases = []
    for what, sizes, n, unusual in [
        *((*small, {}) for small in SMALL),
        ("five samples and two outputs", (4, 3, 2), 5, {}),
        (*SQUARE, {}),
        ("one sample and one output", (2, 3, 1), 1, {}),
        ("whole numbers as targets", (2, 4, 3), 5, {"kind": int}),
        ("outputs that are far out", (4, 3, 2), 6, {"loud": 15.0}),
        ("targets that are far off", (4, 2, 3), 5, {"far": 5000.0}),
        ("a sample that is right already", (2, 4, 3), 5, {}),
    ]:
        lesson = Lesson(sizes, n, output=output, **unusual)
        if "right" in what:
            lesson.Y[1] = lesson.A2[1]
        cases.append(Case(what, {"A2": lesson.A2, "Y": lesson.Y}, lesson.blame(2)))
    return cases


def _slopes_cases():
    cases = []
    for what, sizes, n in [
        *SMALL,
        ("five samples and two outputs", (3, 4, 2), 5),
        SQUARE,
        ("one input and one unit", (2, 1, 1), 4),
        ("one sample, one input and one unit", (2, 1, 1), 1),
    ]:
        lesson = Lesson(sizes, n)
        expected = lesson.measured(lesson.X, lesson.Y)[2:]
        cases.append(Case(what, {"a": lesson.A1, "delta": lesson.blame(2)}, expected))
    for what, n, kind in [("whole numbers in a", 4, int), ("a first layer", 5, float)]:
        lesson = Lesson((2, 3, 1), n, kind=kind)
        expected = lesson.measured(lesson.X, lesson.Y)[:2]
        cases.append(Case(what, {"a": lesson.X, "delta": lesson.blame(1)}, expected))
    return cases


def _delta_hidden_cases():
    cases = []
    for what, sizes, n, loud in [
        *((*small, 1.0) for small in SMALL),
        ("as many outputs as hidden units", (2, 3, 3), 5, 1.0),
        (*SQUARE, 1.0),
        ("one hidden unit", (3, 1, 2), 4, 1.0),
        ("as many samples as hidden units", (2, 4, 3), 4, 1.0),
        ("blame by the thousand", (2, 3, 4), 5, 2000.0),
        ("a sample that is right already", (2, 4, 3), 5, 1.0),
        ("a hidden unit with weights of 0, which leads nowhere", (2, 3, 4), 5, 1.0),
    ]:
        lesson = Lesson(sizes, n, loud=loud)
        if "right" in what:
            lesson.Y[1] = lesson.A2[1]
        if "nowhere" in what:
            lesson.W2[2] = 0
        inputs = {"delta2": lesson.blame(2), "W2": lesson.W2, "A1": lesson.A1}
        cases.append(Case(what, inputs, lesson.blame(1)))
    return cases


def _backward_cases():
    cases = []
    for what, sizes, n, loud in [
        ("five samples", (2, 4, 3), 5, 1.0),
        ("a single sample", (3, 2, 4), 1, 1.0),
        ("seven samples and three hidden units", (4, 3, 2), 7, 1.0),
        ("as many outputs as hidden units", (2, 3, 3), 5, 1.0),
        (*SQUARE, 1.0),
        ("one input and one hidden unit", (1, 1, 2), 3, 1.0),
        ("outputs that are sure of themselves, with thousands in Z2", (2, 4, 3), 5, 1500.0),
    ]:
        lesson = Lesson(sizes, n, output="softmax", loss="cross_entropy", loud=loud)
        inputs = {name: getattr(lesson, name) for name in ("W1", "b1", "W2", "b2", "X", "Y")}
        cases.append(Case(what, inputs, lesson.measured(lesson.X, lesson.Y)))
    return cases


def _hidden(slope=lambda a: tanh.slope(None, a), back=lambda delta, W: delta @ W.T):
    """A delta one layer down with the slope, or the way through the weights, as given."""
    return lambda delta2, W2, A1: back(delta2, W2) * slope(A1)


def _output(A2, Y, output="identity"):
    """What the library says of the blame at an output, for mistakes to begin with."""
    return loss_for("squared_error", output).delta(A2, A2, Y)


def _layer(a, delta):
    """What the library says of the slopes of a layer, likewise."""
    net, n = Network((a.shape[1], delta.shape[1])), len(a)
    _, gradient = net.loss_and_grad(np.zeros(net.n_parameters), a, -n * delta)
    return net.layers(gradient)[0]


def _twice_over():
    """What a gradient does when every sample of the batch is there twice."""
    lesson = Lesson((2, 3, 1), 3)
    X, Y = lesson.X, lesson.Y
    once, *_ = lesson.measured(X, Y)
    twice, *_ = lesson.measured(np.repeat(X, 2, axis=0), np.repeat(Y, 2, axis=0))
    options = {"it halves": 0.5, "it stays": 1.0, "it doubles": 2.0}
    return next(words for words, c in options.items() if np.allclose(twice, c * once))


RIGHT = SPECIMENS["right"].backward
ORDER = "The gradients are right, and given in another order"
WHICH_ORDER = "In which order are they asked for, and in which do they stand after `return`?"
TANH_LEFT = "The bend is tanh, and the slope is that of the logistic"
WRONG_SIGN = "The sign is the other one: y − a in place of a − y"
IF_HIGHER = "An output is too high. If its z grows, does the loss grow or fall?"
MEAN = "The loss is a mean over the samples, and the division by their number is missing"
TWICE_THE_SAMPLES = "Give it the same batch twice over. Is every sample to weigh as much as before?"
AGAIN = "It is divided by n twice"


def _other_orders(right, *orders):
    """The mistake of giving the parts of the right answer in one of these orders."""
    return tuple(
        Misconception(
            ORDER,
            WHICH_ORDER,
            lambda *inputs, order=order: tuple(right(*inputs)[i] for i in order),
        )
        for order in orders
    )


def _changed(change):
    """The right gradients, each changed like this, which is told the gradient and Y."""
    return lambda *inputs: tuple(change(g, inputs[-1]) for g in RIGHT(*inputs))


def _with_sums(W1, b1, W2, b2, X, Y):
    """The right gradients, but gW2 made with Z1 for A1."""
    gW1, gb1, _, gb2 = RIGHT(W1, b1, W2, b2, X, Y)
    Z1, _, _, A2 = SPECIMENS["right"].forward(W1, b1, W2, b2, X)
    return gW1, gb1, _layer(Z1, _output(A2, Y))[0], gb2


# Neither the mean nor the ½ of the loss need be right for the blame to be the square of the error.
SQUARED = tuple(
    Misconception(
        "The blame is the error squared",
        "What is the slope of ½ (a − y)² along a?",
        lambda A2, Y, share=share: (A2 - Y) ** 2 * share(Y),
    )
    for share in (
        lambda Y: 0.5 / len(Y),
        lambda Y: 0.5,
        lambda Y: 1 / len(Y),
        lambda Y: 1,
        lambda Y: 0.5 / Y.size,
        lambda Y: 1 / Y.size,
    )
)
DELTA_MISTAKES = (
    Misconception(WRONG_SIGN, IF_HIGHER, lambda A2, Y: -_output(A2, Y)),
    Misconception(MEAN, TWICE_THE_SAMPLES, lambda A2, Y: A2 - Y),
    Misconception(
        "The sign is the other one, and the division by n is missing",
        "An output is too high. If its z grows, does the loss grow or fall? And over how many"
        " samples is the loss a mean?",
        lambda A2, Y: Y - A2,
    ),
    Misconception(
        "The mean is taken over the outputs too",
        "The loss adds up over the outputs and is averaged over the samples. By which number do you"
        " divide?",
        lambda A2, Y: (A2 - Y) / Y.size,
    ),
    *SQUARED,
    Misconception(
        "The two of the square is left standing",
        "What does the ½ in front of the square do to its slope?",
        lambda A2, Y: 2 * _output(A2, Y),
    ),
    Misconception(
        "The two of the square is left standing, and the division by n is missing",
        "What does the ½ in front of the square do to its slope? And over how many samples is the"
        " loss a mean?",
        lambda A2, Y: 2 * (A2 - Y),
    ),
    Misconception(
        "It is the slope of the mean of the squares over all numbers",
        "The loss adds up over the outputs, is averaged over the samples, and has a ½ in front."
        " What is left of the 2, and by which number do you divide?",
        lambda A2, Y: 2 * (A2 - Y) / Y.size,
    ),
    Misconception(
        AGAIN,
        "A mean over n samples: how often is each of them divided by n?",
        lambda A2, Y: _output(A2, Y) / len(Y),
    ),
    Misconception(
        "The errors are averaged over the samples",
        "Delta has a row for each sample. What does a sample know of the errors of the others?",
        lambda A2, Y: np.mean(A2 - Y, axis=0, keepdims=True),
    ),
    Misconception(
        "It is cut to whole numbers",
        "Which of your arrays was made like Y, and can hold whole numbers only if Y does?",
        lambda A2, Y: _output(A2, Y).astype(Y.dtype),
    ),
)

TASKS = [
    Task(
        "04.delta_output",
        asked="the blame of every output, delta2, from what came out and what was wanted",
        cases=_delta_output_cases,
        hints=(
            "The loss is the mean over the samples of ½ (a − y)², added up over the outputs. Which"
            " slope has one such square along its a?",
            "A mean of n squares: by which number is each of them divided? Where do you get n"
            " from?",
            "How far the answers are above the targets, over the number of rows.",
        ),
        misconceptions=DELTA_MISTAKES,
    ),
    Task(
        "04.slopes",
        asked="the slopes gW and gb of a layer, from what went into it, a, and the blame delta",
        cases=_slopes_cases,
        parts=("gW", "gb"),
        hints=(
            "A weight is used once for each sample: its slope is a sum of products, what went in"
            " times the blame. A bias is multiplied by 1.",
            "gW has the shape of W, (n_in, n_out). a is (n, n_in) and delta is (n, n_out): only one"
            " product of the two comes out like that.",
            "Transpose a. And for gb add up delta over the rows: `axis=0`, and `keepdims=True` so"
            " that it stays a row.",
        ),
        misconceptions=(
            Misconception(
                SPECIMENS["bias_averaged"].title,
                "How often is gb divided by n, if delta has been divided by it already?",
                lambda a, delta: (_layer(a, delta)[0], delta.mean(axis=0, keepdims=True)),
            ),
            Misconception(
                "The bias gets no slope",
                "How much does the loss change if you nudge a bias by a little?",
                lambda a, delta: (_layer(a, delta)[0], 0 * delta[:1]),
            ),
            Misconception(
                "It is n times as much as it should be",
                "delta has been divided by n already. Does anything have to be undone?",
                lambda a, delta: _layer(a, len(a) * delta),
            ),
            *(
                Misconception(
                    AGAIN,
                    "delta has been divided by n already: does a sum over the samples need it"
                    " again?",
                    lambda a, delta, both=both: (
                        _layer(a, delta / len(a))[0],
                        _layer(a, delta / len(a) if both else delta)[1],
                    ),
                )
                for both in (True, False)
            ),
            *_other_orders(_layer, (1, 0)),
            Misconception(
                "gb is added up over the units",
                "Which axis of delta are the samples, and which the units, which have a bias each?",
                lambda a, delta: (_layer(a, delta)[0], delta.sum(axis=1, keepdims=True)),
            ),
            Misconception(
                "gb is one number for all units",
                "How many biases has the layer?",
                lambda a, delta: (_layer(a, delta)[0], delta.sum() + 0 * delta[:1]),
            ),
            Misconception(
                "gb is delta as it is, not added up",
                "In how many samples is a bias used, and how many biases has the layer?",
                lambda a, delta: (_layer(a, delta)[0], delta),
            ),
            Misconception(
                "gW is cut to whole numbers",
                "Which of your arrays was made like a, and can hold whole numbers only if a does?",
                lambda a, delta: (_layer(a, delta)[0].astype(a.dtype), _layer(a, delta)[1]),
            ),
            Misconception(
                "The bias gets the blame of the first sample alone",
                "In how many samples is a bias used?",
                lambda a, delta: (_layer(a, delta)[0], delta[:1]),
            ),
        ),
    ),
    Task(
        "04.delta_hidden",
        asked="the blame one layer down, delta1, from delta2, W2 and A1",
        cases=_delta_hidden_cases,
        hints=(
            "Two lines of the chain did this: one took the blame through the weight, the other"
            " through the bend.",
            "A hidden unit gets from each output the delta of that output times the weight that"
            " leads there: (n, n_2) and (n_1, n_2) have to make (n, n_1).",
            "Transpose W2; then multiply number by number with the slope of tanh, written in what"
            " you have, which is A1.",
        ),
        misconceptions=(
            specimen(SPECIMENS["slope_of_output"], _hidden(lambda a: 1 - np.tanh(a) ** 2)),
            specimen(
                SPECIMENS["output_formula_on_input"], _hidden(lambda a: 1 - np.arctanh(a) ** 2)
            ),
            Misconception(
                TANH_LEFT,
                SPECIMENS["logistic_slope_left_in"].question,
                _hidden(lambda a: ACTIVATIONS["logistic"].slope(None, a)),
            ),
            specimen(SPECIMENS["hidden_slope_forgotten"], _hidden(lambda a: 1)),
            Misconception(
                "The sign is the other one",
                "Tanh rises everywhere. Which sign has its slope?",
                _hidden(lambda a: -tanh.slope(None, a)),
            ),
            specimen(SPECIMENS["hidden_never_trained"], _hidden(lambda a: 0)),
            Misconception(
                "The square is forgotten in the slope of tanh",
                "At a = −1 tanh is flat. What does your formula say there?",
                _hidden(lambda a: 1 - a),
            ),
            Misconception(
                "It is divided by n again",
                "delta2 has been divided by n already. Is delta1 a mean over the samples?",
                lambda delta2, W2, A1: _hidden()(delta2 / len(A1), W2, A1),
            ),
            Misconception(
                "The blame is not weighed, and all hidden units get that of the first output",
                "A hidden unit whose weight is 0 had no part in the mistake. Does it get blame?",
                _hidden(back=lambda delta, W: delta[:, :1]),
            ),
            Misconception(
                "The height stands in place of the slope",
                "Learning passes through slopes, not heights: which of the two is A1?",
                _hidden(lambda a: a),
            ),
            Misconception(
                "The weights are taken the way they point forwards",
                "W2[i, k] leads from hidden unit i to output k. Along which of the two do you add"
                " up?",
                _hidden(back=lambda delta, W: delta @ W),
            ),
            Misconception(
                "All outputs' blame goes to every hidden unit alike",
                "A hidden unit whose weight is 0 had no part in the mistake. Does it get blame?",
                _hidden(back=lambda delta, W: delta.sum(axis=1, keepdims=True)),
            ),
        ),
    ),
    Task(
        "04.backward",
        asked="gW1, gb1, gW2 and gb2, the slopes of the loss along all the parameters",
        cases=_backward_cases,
        parts=("gW1", "gb1", "gW2", "gb2"),
        hints=(
            "First the forward pass, for its Z1, A1, Z2, A2. Then your three functions, from the"
            " output down.",
            "Your first function makes delta2; your second makes gW2 and gb2 of it and of what went"
            " into the second layer.",
            "Your third function makes delta1 of delta2, W2 and A1; then the second once more, for"
            " what went into the first layer.",
        ),
        misconceptions=(
            *wrong_backwards(),
            Misconception(
                AGAIN,
                "delta at the output has been divided by n already: does a sum over the samples"
                " need it again?",
                _changed(lambda g, Y: g / len(Y)),
            ),
            Misconception(
                "The mean is taken over the outputs too",
                "The loss adds up over the outputs and is averaged over the samples. By which"
                " number do you divide?",
                _changed(lambda g, Y: g / Y.shape[1]),
            ),
            Misconception(
                "gW2 is made with Z1, and not with A1",
                "What went into the second layer, Z1 or A1?",
                _with_sums,
            ),
            *_other_orders(RIGHT, (1, 0, 3, 2), (2, 3, 0, 1), (0, 2, 1, 3), (3, 2, 1, 0)),
        ),
    ),
    Task(
        "04.delta_logistic",
        asked="delta2 of logistic outputs, still under squared error",
        cases=partial(_delta_output_cases, output="logistic"),
        hints=(
            "Between a2 and z2 there is a bend now, so a slope more.",
            "The slope of the logistic written in a: you have worked it out in exercise 01.",
            "Your first line, times a slope that is 0 at 0 and at 1, and a quarter at one half.",
        ),
        misconceptions=(
            Misconception(
                "The slope of the bend is missing",
                "How far does a2 move if z2 moves by 0.1?",
                _output,
            ),
            Misconception(
                "It is the slope of tanh",
                "Which of the two bends is flat at 0?",
                partial(_output, output="tanh"),
            ),
            Misconception(
                "The slope of the logistic is taken at a, as if a were z",
                "A2 has come out of the bend already. Does your formula bend it once more?",
                lambda A2, Y: (A2 - Y) * logistic(A2) * (1 - logistic(A2)) / len(Y),
            ),
            Misconception(WRONG_SIGN, IF_HIGHER, lambda A2, Y: -_output(A2, Y, "logistic")),
            Misconception(
                MEAN, TWICE_THE_SAMPLES, lambda A2, Y: len(Y) * _output(A2, Y, "logistic")
            ),
            Misconception(
                AGAIN,
                "A mean over n samples: how often is each of them divided by n?",
                lambda A2, Y: _output(A2, Y, "logistic") / len(Y),
            ),
            Misconception(
                "The mean is taken over the outputs too",
                "The loss adds up over the outputs and is averaged over the samples. By which"
                " number do you divide?",
                lambda A2, Y: _output(A2, Y, "logistic") / Y.shape[1],
            ),
            Misconception(
                "The two of the square is left standing",
                "What does the ½ in front of the square do to its slope?",
                lambda A2, Y: 2 * _output(A2, Y, "logistic"),
            ),
            Misconception(
                "The error is multiplied with the height, and the slope has a second factor",
                "The slope of the logistic is 0 at a = 0 and at a = 1. What is yours at a = 1?",
                lambda A2, Y: _output(A2, Y) * A2,
            ),
            Misconception(
                "The slope stands alone, without the error",
                "An output that is right: is there blame for it?",
                lambda A2, Y: ACTIVATIONS["logistic"].slope(None, A2) / len(Y),
            ),
            Misconception(
                "It is cut to whole numbers",
                "Which of your arrays was made like Y, and can hold whole numbers only if Y does?",
                lambda A2, Y: _output(A2, Y, "logistic").astype(Y.dtype),
            ),
        ),
    ),
    Choice(
        "04.prediction",
        asked="every sample of a batch is put in twice: what does the gradient do?",
        truth=_twice_over,
        says={
            "it halves": "delta is divided by twice the number. But over how many samples is it"
            " added up?",
            "it stays": "Twice as many samples are added up, and each counts half. That is what a"
            " mean is for: a rate that suits one size of batch suits another.",
            "it doubles": "That would be a loss that adds up the samples. Ours takes their mean.",
        },
    ),
]
