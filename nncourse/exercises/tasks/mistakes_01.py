"""The mistakes that are known in exercise 01."""

import numpy as np

from nnlib.activations import ACTIVATIONS, logistic
from nncourse.bugs import SPECIMENS
from nncourse.exercises.cases import Misconception, specimen
from nncourse.exercises.tasks.common import in_several_ways

tanh = ACTIVATIONS["tanh"]


def _through(slope=lambda z, a: tanh.slope(z, a), weigh=np.prod, join=np.prod, biased=True):
    """An answer to 01.through with another slope of z and a, or other ways to combine.

    `weigh` makes one number of the weights and `join` one of the slopes.
    """

    def through(z, w, b):
        heights, sums = [np.tanh(z)], [z]
        for weight, bias in zip(w, b):
            sums.append(weight * heights[-1] + bias * biased)
            heights.append(np.tanh(sums[-1]))
        return weigh(w) * join([slope(*pair) for pair in zip(sums, heights)])

    return through


SLIP = SPECIMENS["slope_of_output"]
ON_INPUT = SPECIMENS["output_formula_on_input"]

LOGISTIC_SLOPE = (
    Misconception(
        "The slope of the logistic is taken at a, as if a were z",
        "a has come out of the logistic already. Does your formula put it in once more?",
        lambda a: logistic(a) * (1 - logistic(a)),
    ),
    Misconception(
        "It is the slope of tanh, not that of the logistic",
        "Which of the two curves is flat at a = 0, and which at a = −1?",
        lambda a: tanh.slope(None, a),
    ),
    Misconception(
        "It is the slope of tanh, and taken at a, as if a were z",
        "Whose slope is asked for? And has a come out of the activation function already?",
        lambda a: 1 - np.tanh(a) ** 2,
    ),
    Misconception(
        "One of the two factors is missing",
        "At a = 0 the logistic is flat. What does your formula say there?",
        lambda a: 1 - a,
    ),
    *in_several_ways(
        "A square stands in place of the product",
        "The logistic is flat at a = 0 and at a = 1. What does your formula say there?",
        lambda a: (1 - a) ** 2,
        lambda a: a**2,
    ),
)

TANH_SLOPE = (
    specimen(SLIP, lambda a: 1 - np.tanh(a) ** 2),
    Misconception(
        "It is the slope of the logistic, not that of tanh",
        "Which of the two curves is flat at a = 0, and which at a = −1?",
        lambda a: ACTIVATIONS["logistic"].slope(None, a),
    ),
    specimen(ON_INPUT, lambda a: 1 - np.arctanh(a) ** 2),
    Misconception(
        "The square is forgotten",
        "At a = −1 tanh is flat. What does your formula say there?",
        lambda a: 1 - a,
    ),
    Misconception(
        "The difference is squared, and not a alone",
        "At a = −1 tanh is flat. What does your formula say there?",
        lambda a: (1 - a) ** 2,
    ),
)

RELU_SLOPE = (
    Misconception(
        "It says 1 on both sides of 0",
        "Left of 0 relu is flat. Which comparison tells the two sides apart: one of z, or"
        " one of a, which is never below 0?",
        lambda z: np.maximum(z, 0) >= 0,
    ),
    Misconception(
        "The height is used in place of the slope",
        "At z = 2.5 relu stands at 2.5. How far does it move if z moves by 0.1?",
        lambda z: np.maximum(z, 0),
    ),
    Misconception(
        "The two sides are swapped",
        "On which side is relu flat?",
        lambda z: np.where(z > 0, 0, 1),
    ),
    Misconception(
        "On the left the slope is −1 in place of 0",
        "Go a little to the left from z = −2. How far does relu fall?",
        np.sign,
    ),
    Misconception(
        "It is the slope of leaky relu",
        "Left of 0, how much of a nudge comes through relu?",
        lambda z: ACTIVATIONS["leaky_relu"].slope(z, None),
    ),
)

THROUGH = (
    Misconception(
        "The weights are forgotten",
        "With a weight of 2 between two neurons, how far does the second z move when the"
        " first a moves by 0.1?",
        _through(weigh=lambda w: 1),
    ),
    Misconception(
        "The slopes are added",
        "Two machines in a row, each halves what it is given: what is left, a quarter or a whole?",
        _through(join=np.sum),
    ),
    Misconception(
        "The activation functions are forgotten",
        "A nudge goes through a weight, and then through what?",
        _through(lambda z, a: 1),
    ),
    specimen(SLIP, _through(lambda z, a: 1 - np.tanh(a) ** 2)),
    specimen(ON_INPUT, _through(lambda z, a: 1 - z**2)),
    Misconception(
        "The activation function is tanh, but the slope is that of the logistic",
        "Whose slope is a (1 − a), and which activation function does the signal go through?",
        _through(lambda z, a: ACTIVATIONS["logistic"].slope(z, a)),
    ),
    Misconception(
        "The biases are forgotten on the way",
        "A bias does not weaken a nudge. But does it move the place where the next slope is taken?",
        _through(biased=False),
    ),
    Misconception(
        "Only the last slope counts",
        "How many tanhs has the nudge gone through by the end?",
        _through(weigh=lambda w: 1, join=lambda slopes: slopes[-1]),
    ),
    Misconception(
        "The slope of the first tanh is left out of the product",
        "The nudge goes to the first z. What stands between it and the first a?",
        _through(join=lambda slopes: np.prod(slopes[1:])),
    ),
)

REACH = (
    Misconception(
        "The size of the weights stands in place of their reach",
        "Numbers drawn evenly from −r to r have the size r/√3. Which of the two did you"
        " give, the size or the r?",
        lambda n: 1 / n**0.5,
    ),
    Misconception(
        "The root is forgotten",
        "√n · r / √3 is to be 1. What is r, then, and what is its square?",
        lambda n: 3 / n,
    ),
    *in_several_ways(
        "It is divided by n in place of √n",
        "A sum of n numbers, some up and some down: does it grow like n or like √n?",
        lambda n: 3**0.5 / n,
        lambda n: 1 / n,
    ),
    Misconception(
        "The fraction is upside down",
        "With more inputs, can the weights be larger, or must they be smaller?",
        lambda n: (n / 3) ** 0.5,
    ),
    Misconception(
        "It is the reach that suits relu",
        "Relu lets through one half. What does tanh let through of a small signal?",
        lambda n: (6 / n) ** 0.5,
    ),
)
