"""The tasks of exercise 01: slopes of bends, a nudge through a row of them, sized weights."""

from functools import partial

import numpy as np

from nncourse.bugs import SPECIMENS
from nncourse.exercises.task import Case, Choice, Misconception, Task, specimen
from nnlib.activations import ACTIVATIONS, logistic
from nnlib.network import Network

NUDGE = 1e-5
tanh = ACTIVATIONS["tanh"]
# Far from 0, on both sides, none the opposite of another, and none where relu has its corner.
Z = np.array([[-2.2, -0.9, -0.3], [0.4, 1.3, 2.5]])


def measured(f, z):
    """The slope of f at each z, by nudging it to both sides."""
    return (f(z + NUDGE) - f(z - NUDGE)) / (2 * NUDGE)


def _slopes_from(letter, name, far, beside=()):
    """Cases that give z, or a, and want the slope of the bend called `name`.

    `far` is a z on its plateau; `beside` are more cases, of z.
    """
    f = ACTIVATIONS[name].value

    def cases():
        many = [
            ("several numbers", Z),
            ("a single number", Z[1, :1]),
            ("none near 0", 1.1 * Z),
            ("a column that is not in order", np.array([[1.4], [-0.6], [0.2], [-1.7]])),
            ("numbers far out on both sides", np.array([-far, 0.5, far])),
            *beside,
        ]
        return [
            Case(what, {letter: z if letter == "z" else f(z)}, measured(f, z)) for what, z in many
        ]

    return cases


def _through_cases():
    cases = []
    for what, z, w, b in [
        ("one neuron, and nothing after it", -1.21734, [], []),
        ("two neurons", 1.41672, [-1.56327], [1.61754]),
        ("four neurons", -0.61258, [1.72849, -1.19413, 0.93637], [0.34123, -1.52764, 0.86351]),
        ("a first z of 0", 0.0, [0.874, 1.236], [-0.358, 0.219]),
        ("a nudge that grows on its way", 0.1, [2.541, -2.263], [-0.247, 0.312]),
        ("a weight through which little comes", 0.7, [1.482, 0.013], [0.276, 0.614]),
        ("whole numbers", 1, [2, -1], [-1, 1]),
        ("six neurons", 0.3, [1.353, -1.271, 1.438, 1.166, -1.387],
         [-0.234, -1.472, -0.419, 1.153, 0.228]),
    ]:  # fmt: skip
        row = Network([1] * (len(w) + 2), output="tanh")
        theta = np.array([1.0, 0.0, *np.ravel(list(zip(w, b)))])  # the first z as it is given
        end = partial(lambda net, theta, z: net.predict(theta, [[z]]).item(), row, theta)
        cases.append(Case(what, {"z": z, "w": w, "b": b}, measured(end, z)))
    return cases


def _through(slope=lambda z, a: tanh.slope(z, a), weigh=np.prod, join=np.prod, biased=True):
    """What comes through for somebody who takes this slope of z and a, and joins them like this."""

    def through(z, w, b):
        heights, sums = [np.tanh(z)], [z]
        for weight, bias in zip(w, b):
            sums.append(weight * heights[-1] + bias * biased)
            heights.append(np.tanh(sums[-1]))
        return weigh(w) * join([slope(*pair) for pair in zip(sums, heights)])

    return through


def _reach_cases():
    size = np.linspace(-1, 1, 1_000_001).std()  # of numbers spread evenly from -1 to 1
    return [
        Case("a single input" if n == 1 else f"{n} inputs", {"n": n}, 1 / (size * n**0.5))
        for n in (2, 10, 64, 300, 1, 3, 7000)
    ]


def _ten_tanh():
    f = ACTIVATIONS["tanh"].value

    def row(z):
        for _ in range(10):
            z = 0.5 * f(z)
        return z

    share = measured(row, 0.0)
    return min(SHARES, key=lambda words: abs(np.log(SHARES[words] / share)))


STEEPEST = (("a z of 0 among others", np.array([[0.0, 1.1, -0.7, 0.0]])),)
RELU = (
    ("whole numbers", np.array([-3, 2, 5, -1])),
    ("numbers close to the corner", np.array([[-0.00003, 0.00004], [0.01, -0.02]])),
)
SHARES = {"a half": 0.5, "a thousandth": 1e-3, "a millionth": 1e-6}
SLIP = SPECIMENS["slope_of_output"]
ON_INPUT = SPECIMENS["output_formula_on_input"]

TASKS = [
    Task(
        "01.logistic_slope",
        asked="the slope of the logistic curve, written in a",
        cases=_slopes_from("a", "logistic", far=1000.0, beside=STEEPEST),
        hints=(
            "What is given is a, what came out of the bend: no exponential is needed any more.",
            "At a = 0.5 the curve is steepest, with a slope of a quarter, and at a = 0 and a = 1 it"
            " is flat. Which product of two factors does that?",
            "The two factors are the height a, and what is missing to the top.",
        ),
        misconceptions=(
            Misconception(
                "The slope of the logistic is taken at a, as if a were z",
                "a has come out of the bend already. Does your formula bend it once more?",
                lambda a: logistic(a) * (1 - logistic(a)),
            ),
            Misconception(
                "The slope of tanh stands in place of the logistic's",
                "Which of the two curves is flat at a = 0, and which at a = −1?",
                lambda a: tanh.slope(None, a),
            ),
            Misconception(
                "It is what is missing to the top, without the height",
                "At a = 0 the logistic lies flat. What does your formula say there?",
                lambda a: 1 - a,
            ),
            Misconception(
                "A square stands in place of the product",
                "At a = 0 the logistic lies flat, and at a = 1. What does your formula say there?",
                lambda a: (1 - a) ** 2,
            ),
            Misconception(
                "A square stands in place of the product",
                "At a = 0 the logistic lies flat, and at a = 1. What does your formula say there?",
                lambda a: a**2,
            ),
        ),
    ),
    Task(
        "01.tanh_slope",
        asked="the slope of tanh, written in a",
        cases=_slopes_from("a", "tanh", far=12.0, beside=STEEPEST),
        hints=(
            "What is given is a, what came out of the bend. Which of the two spellings is written"
            " in a?",
            "Tanh is flat at a = 1 and at a = −1, and at a = 0 its slope is 1.",
            "It is one less a square, and the number to square is in your hands: there is nothing"
            " to bend.",
        ),
        misconceptions=(
            specimen(SLIP, lambda a: 1 - np.tanh(a) ** 2),
            Misconception(
                "The slope of the logistic stands in place of tanh's",
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
        ),
    ),
    Task(
        "01.relu_slope",
        asked="the slope of relu, 1 or 0, for an array of z",
        cases=_slopes_from("z", "relu", far=1000.0, beside=RELU),
        hints=(
            "Left of 0 a nudge of z changes nothing, right of 0 it comes through whole.",
            "`z > 0` asks the question of every number of the array at once.",
            "`np.where(question, yes, no)` gives one number where the answer is yes, another where"
            " it is no.",
        ),
        misconceptions=(
            Misconception(
                "It says 1 on both sides of 0",
                "Left of 0 relu lies flat. Which comparison tells the two sides apart: one of z, or"
                " one of a, which is never below 0?",
                lambda z: np.maximum(z, 0) >= 0,
            ),
            Misconception(
                "The height stands in place of the slope",
                "At z = 2.5 relu stands at 2.5. How far does it move if z moves by 0.1?",
                lambda z: np.maximum(z, 0),
            ),
            Misconception(
                "The two sides are exchanged",
                "On which side does relu lie flat?",
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
        ),
    ),
    Task(
        "01.through",
        asked="the share of a nudge to the first z that comes out at the end of a row of tanhs",
        cases=_through_cases,
        hints=(
            "Go along the row as the signal does, and keep a second number beside it: the share of"
            " the nudge that has come so far. It begins as the slope of the first bend.",
            "On its way to the next bend the nudge is multiplied by the weight between the two. The"
            " bias moves the signal and not the nudge.",
            "In the loop: make the next a from the one before it, then multiply the share by the"
            " weight and by the slope at this new a.",
        ),
        misconceptions=(
            Misconception(
                "The weights are forgotten",
                "With a weight of 2 between two neurons, how far does the second z move when the"
                " first a moves by 0.1?",
                _through(weigh=lambda w: 1),
            ),
            Misconception(
                "The slopes are added",
                "Two machines in a row, each halves what it is given: what is left, a quarter or a"
                " whole?",
                _through(join=np.sum),
            ),
            Misconception(
                "The bends are forgotten",
                "A nudge goes through a weight, and then through what?",
                _through(lambda z, a: 1),
            ),
            specimen(SLIP, _through(lambda z, a: 1 - np.tanh(a) ** 2)),
            specimen(ON_INPUT, _through(lambda z, a: 1 - z**2)),
            Misconception(
                "The bends are tanh, and the slopes are those of the logistic",
                "Whose slope is a (1 − a), and which bend does the signal go through?",
                _through(lambda z, a: ACTIVATIONS["logistic"].slope(z, a)),
            ),
            Misconception(
                "The biases are forgotten on the way",
                "A bias does not weaken a nudge. But does it move the place where the next slope is"
                " taken?",
                _through(biased=False),
            ),
            Misconception(
                "Only the last slope counts",
                "Through how many bends has the nudge come when it is at the end?",
                _through(weigh=lambda w: 1, join=lambda slopes: slopes[-1]),
            ),
            Misconception(
                "It is the product of the slopes of the later bends, without the first",
                "The nudge goes to the first z. What stands between it and the first a?",
                _through(join=lambda slopes: np.prod(slopes[1:])),
            ),
        ),
    ),
    Task(
        "01.reach",
        asked="the r for which weights drawn evenly from −r to r keep the size of a signal",
        cases=_reach_cases,
        hints=(
            "Set the size of z equal to the size of a: what has to be 1?",
            "√n · r / √3 has to be 1.",
            "For 100 inputs it is 0.17, and for 10 it is 0.55: √3 over what?",
        ),
        misconceptions=(
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
            Misconception(
                "It is divided by n in place of √n",
                "A sum of n numbers, some up and some down: does it grow like n or like √n?",
                lambda n: 3**0.5 / n,
            ),
            Misconception(
                "It is divided by n in place of √n",
                "A sum of n numbers, some up and some down: does it grow like n or like √n?",
                lambda n: 1 / n,
            ),
            Misconception(
                "The fraction is upside down",
                "With more inputs, may the weights be larger, or have they to be smaller?",
                lambda n: (n / 3) ** 0.5,
            ),
            Misconception(
                "It is the reach that suits relu",
                "Relu lets through one half. What does tanh let through of a small signal?",
                lambda n: (6 / n) ** 0.5,
            ),
        ),
    ),
    Choice(
        "01.prediction",
        asked="what share of a nudge comes through ten tanhs in a row, each followed by a weight of"
        " a half, if every z is 0?",
        truth=_ten_tanh,
        says={
            "a half": "Only one of the ten weights gives a half. What do the other nine do?",
            "a thousandth": "The slopes are 1 and leave the nudge alone, and ten halves make one in"
            " 1024. Weights that are too small do what quarters of the logistic did.",
            "a millionth": "That was the logistic, with its slope of a quarter. What is the slope"
            " of tanh at 0?",
        },
    ),
]
