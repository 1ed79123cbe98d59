"""The mistakes that are known in exercise 04."""

from functools import partial

import numpy as np

from nnlib.activations import ACTIVATIONS, logistic
from nnlib.losses import loss_for
from nnlib.network import Network
from nncourse.bugs import SPECIMENS
from nncourse.exercises.cases import Misconception, specimen, wrong_backwards
from nncourse.exercises.tasks.common import (
    OUTPUTS_TOO,
    in_several_ways,
    other_orders,
    squared_errors,
)

tanh = ACTIVATIONS["tanh"]


def _hidden(slope=lambda a: tanh.slope(None, a), back=lambda delta, W: delta @ W.T):
    """An answer to 04.delta_hidden with this slope of tanh and this way through the weights."""
    return lambda delta2, W2, A1: back(delta2, W2) * slope(A1)


def _output(A2, Y, output="identity"):
    """The right delta of an output layer, by nnlib; the mistakes below change it."""
    return loss_for("squared_error", output).delta(A2, A2, Y)


def _layer(a, delta):
    """The right gW and gb of a layer, by nnlib."""
    net, n = Network((a.shape[1], delta.shape[1])), len(a)
    _, gradient = net.loss_and_grad(np.zeros(net.n_parameters), a, -n * delta)
    return net.layers(gradient)[0]


RIGHT = SPECIMENS["right"].backward

ORDER = (
    "The gradients are right, but in another order",
    "In which order are they asked for, and in which do you return them?",
)

TANH_LEFT = "The activation function is tanh, but the slope is that of the logistic"
WRONG_SIGN = "The sign is reversed: y − a in place of a − y"
IF_HIGHER = "An output is too high. If its z grows, does the loss grow or fall?"
MEAN = "The loss is a mean over the samples, but the division by their number is missing"
TWICE_THE_SAMPLES = "Give it the same batch twice over. Should each sample count as before?"
AGAIN = "It is divided by n twice"


def _changed(change):
    """The right gradients, each replaced by `change(gradient, Y)`."""
    return lambda *inputs: tuple(change(g, inputs[-1]) for g in RIGHT(*inputs))


def _with_sums(W1, b1, W2, b2, X, Y):
    """The right gradients, but gW2 is computed from Z1 instead of A1."""
    gW1, gb1, _, gb2 = RIGHT(W1, b1, W2, b2, X, Y)
    Z1, _, _, A2 = SPECIMENS["right"].forward(W1, b1, W2, b2, X)
    return gW1, gb1, _layer(Z1, _output(A2, Y))[0], gb2


# The squared error, with or without the mean and the ½ of the loss.
SQUARED = in_several_ways(
    "Delta is the error squared",
    "What is the slope of ½ (a − y)² along a?",
    lambda A2, Y: (A2 - Y) ** 2 / 2 / len(Y),
    lambda A2, Y: (A2 - Y) ** 2 / 2,
    lambda A2, Y: (A2 - Y) ** 2 / len(Y),
    lambda A2, Y: (A2 - Y) ** 2,
    lambda A2, Y: (A2 - Y) ** 2 / 2 / Y.size,
    lambda A2, Y: (A2 - Y) ** 2 / Y.size,
)

DELTA = (
    Misconception(WRONG_SIGN, IF_HIGHER, lambda A2, Y: -_output(A2, Y)),
    Misconception(MEAN, TWICE_THE_SAMPLES, lambda A2, Y: A2 - Y),
    Misconception(
        "The sign is reversed, and the division by n is missing",
        "An output is too high. If its z grows, does the loss grow or fall? And over how many"
        " samples is the loss a mean?",
        lambda A2, Y: Y - A2,
    ),
    Misconception(*OUTPUTS_TOO, lambda A2, Y: (A2 - Y) / Y.size),
    *SQUARED,
    Misconception(
        "The 2 of the square is still there",
        "What does the ½ in front of the square do to its slope?",
        lambda A2, Y: 2 * _output(A2, Y),
    ),
    Misconception(
        "The 2 of the square is still there, and the division by n is missing",
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

SLOPES = (
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
        "It is n times as large as it should be",
        "delta has been divided by n already. Does anything have to be undone?",
        lambda a, delta: _layer(a, len(a) * delta),
    ),
    *in_several_ways(
        AGAIN,
        "delta has been divided by n already: does a sum over the samples need it again?",
        lambda a, delta: _layer(a, delta / len(a)),
        lambda a, delta: (_layer(a, delta / len(a))[0], _layer(a, delta)[1]),
    ),
    *other_orders(*ORDER, _layer, (1, 0)),
    Misconception(
        "gb is added up over the units",
        "Which axis of delta are the samples, and which the units, which have a bias each?",
        lambda a, delta: (_layer(a, delta)[0], delta.sum(axis=1, keepdims=True)),
    ),
    Misconception(
        "gb is one number for all units",
        "How many biases does the layer have?",
        lambda a, delta: (_layer(a, delta)[0], delta.sum() + 0 * delta[:1]),
    ),
    Misconception(
        "gb is delta as it is, not added up",
        "In how many samples is a bias used, and how many biases does the layer have?",
        lambda a, delta: (_layer(a, delta)[0], delta),
    ),
    Misconception(
        "gW is cut to whole numbers",
        "Which of your arrays was made like a, and can hold whole numbers only if a does?",
        lambda a, delta: (_layer(a, delta)[0].astype(a.dtype), _layer(a, delta)[1]),
    ),
    Misconception(
        "The bias gets the delta of the first sample only",
        "In how many samples is a bias used?",
        lambda a, delta: (_layer(a, delta)[0], delta[:1]),
    ),
)

DELTA_HIDDEN = (
    specimen(SPECIMENS["slope_of_output"], _hidden(lambda a: 1 - np.tanh(a) ** 2)),
    specimen(SPECIMENS["output_formula_on_input"], _hidden(lambda a: 1 - np.arctanh(a) ** 2)),
    Misconception(
        TANH_LEFT,
        SPECIMENS["logistic_slope_left_in"].question,
        _hidden(lambda a: ACTIVATIONS["logistic"].slope(None, a)),
    ),
    specimen(SPECIMENS["hidden_slope_forgotten"], _hidden(lambda a: 1)),
    Misconception(
        "The sign is reversed",
        "Tanh rises everywhere. Which sign does its slope have?",
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
        "All hidden units get the delta of the first output, without the weights",
        "A hidden unit whose weight is 0 had no part in the error. Is its delta 0?",
        _hidden(back=lambda delta, W: delta[:, :1]),
    ),
    Misconception(
        "The height is used in place of the slope",
        "Learning passes through slopes, not heights: which of the two is A1?",
        _hidden(lambda a: a),
    ),
    Misconception(
        "The weights are taken the way they point forwards",
        "W2[i, k] leads from hidden unit i to output k. Along which of the two do you add up?",
        _hidden(back=lambda delta, W: delta @ W),
    ),
    Misconception(
        "The deltas of the outputs are added up without the weights",
        "A hidden unit whose weight is 0 had no part in the error. Is its delta 0?",
        _hidden(back=lambda delta, W: delta.sum(axis=1, keepdims=True)),
    ),
)

BACKWARD = (
    *wrong_backwards(),
    Misconception(
        AGAIN,
        "delta at the output has been divided by n already: does a sum over the samples"
        " need it again?",
        _changed(lambda g, Y: g / len(Y)),
    ),
    Misconception(*OUTPUTS_TOO, _changed(lambda g, Y: g / Y.shape[1])),
    Misconception(
        "gW2 is made from Z1, not from A1",
        "What went into the second layer, Z1 or A1?",
        _with_sums,
    ),
    *squared_errors(RIGHT, lambda *inputs: SPECIMENS["right"].forward(*inputs)[-1]),
    *other_orders(*ORDER, RIGHT, (1, 0, 3, 2), (2, 3, 0, 1), (0, 2, 1, 3), (3, 2, 1, 0)),
)

DELTA_LOGISTIC = (
    Misconception(
        "The slope of the activation function is missing",
        "How far does a2 move if z2 moves by 0.1?",
        _output,
    ),
    *SQUARED,
    *in_several_ways(
        "The error is squared, as in the loss",
        "What is the slope of ½ (a − y)² along a?",
        *(
            lambda A2, Y, c=c: (
                (A2 - Y) * _output(A2, Y, "logistic") * (len(Y) if c < 0 else 1) * abs(c)
            )
            for c in (0.5, 1.0, -0.5, -1.0)
        ),
    ),
    Misconception(
        "It is the slope of tanh",
        "Which of the two activation functions is flat where a is 0?",
        partial(_output, output="tanh"),
    ),
    Misconception(
        "The slope of the logistic is taken at a, as if a were z",
        "A2 has come out of the logistic already. Does your formula put it in once more?",
        lambda A2, Y: (A2 - Y) * logistic(A2) * (1 - logistic(A2)) / len(Y),
    ),
    Misconception(WRONG_SIGN, IF_HIGHER, lambda A2, Y: -_output(A2, Y, "logistic")),
    Misconception(MEAN, TWICE_THE_SAMPLES, lambda A2, Y: len(Y) * _output(A2, Y, "logistic")),
    Misconception(
        AGAIN,
        "A mean over n samples: how often is each of them divided by n?",
        lambda A2, Y: _output(A2, Y, "logistic") / len(Y),
    ),
    Misconception(*OUTPUTS_TOO, lambda A2, Y: _output(A2, Y, "logistic") / Y.shape[1]),
    Misconception(
        "The 2 of the square is still there",
        "What does the ½ in front of the square do to its slope?",
        lambda A2, Y: 2 * _output(A2, Y, "logistic"),
    ),
    Misconception(
        "The error is multiplied by the height alone, but the slope has a second factor",
        "The slope of the logistic is 0 at a = 0 and at a = 1. What is yours at a = 1?",
        lambda A2, Y: _output(A2, Y) * A2,
    ),
    Misconception(
        "The slope stands alone, without the error",
        "What should delta be for an output that is exactly right?",
        lambda A2, Y: ACTIVATIONS["logistic"].slope(None, A2) / len(Y),
    ),
    Misconception(
        "It is cut to whole numbers",
        "Which of your arrays was made like Y, and can hold whole numbers only if Y does?",
        lambda A2, Y: _output(A2, Y, "logistic").astype(Y.dtype),
    ),
)
