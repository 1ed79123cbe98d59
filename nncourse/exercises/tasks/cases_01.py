"""The cases of exercise 01, and what its prediction turns out to be."""

from functools import partial

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.network import Network
from nncourse.exercises.cases import Case

NUDGE = 1e-5
# Far from 0 on both sides, no two of them opposite, and none at the corner of relu.
Z = np.array([[-2.2, -0.9, -0.3], [0.4, 1.3, 2.5]])
STEEPEST = (("a z of 0 among others", np.array([[0.0, 1.1, -0.7, 0.0]])),)
RELU = (
    ("whole numbers", np.array([-3, 2, 5, -1])),
    ("numbers close to the corner", np.array([[-0.00003, 0.00004], [0.01, -0.02]])),
)
SHARES = {"a half": 0.5, "a thousandth": 1e-3, "a millionth": 1e-6}


def measured(f, z):
    """The slope of f at each z, by a central difference."""
    return (f(z + NUDGE) - f(z - NUDGE)) / (2 * NUDGE)


def slopes_from(letter, name, far, beside=()):
    """Makes cases that give z or a, as `letter` says, and expect the slope of this activation.

    `far` is a z at which it is flat; `beside` are more cases, as pairs of a name and z.
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


def through():
    """A row of neurons with one input each; the last activation is followed by nothing."""
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
        theta = np.array([1.0, 0.0, *np.ravel(list(zip(w, b)))])  # the first z is the input
        end = partial(lambda net, theta, z: net.predict(theta, [[z]]).item(), row, theta)
        cases.append(Case(what, {"z": z, "w": w, "b": b}, measured(end, z)))
    return cases


def reach():
    """Numbers of inputs, and the r that keeps the size of a signal."""
    size = np.linspace(-1, 1, 1_000_001).std()  # of numbers spread evenly from -1 to 1
    return [
        Case("a single input" if n == 1 else f"{n} inputs", {"n": n}, 1 / (size * n**0.5))
        for n in (2, 10, 64, 300, 1, 3, 7000)
    ]


def ten_tanh():
    """The share of a nudge that comes through ten tanh and ten weights of a half, in words."""
    f = ACTIVATIONS["tanh"].value

    def row(z):
        for _ in range(10):
            z = 0.5 * f(z)
        return z

    share = measured(row, 0.0)
    return min(SHARES, key=lambda words: abs(np.log(SHARES[words] / share)))
