"""The mistakes that are known in exercise 07."""

import numpy as np

from nnlib.gradient_check import numerical_gradient
from nncourse.exercises.cases import Misconception
from nncourse.exercises.kinds import Hiding
from nncourse.exercises.tasks import cases_07 as cases
from nncourse.exercises.tasks.suspects import NET, SIZES


def _one(loss, theta, i, h):
    """The right slope along i, by nnlib; the mistakes below change it."""
    return cases.measured(loss, theta, h)[i]


def _one_sided(loss, theta, i, h):
    """The one-sided difference, which is the central one around theta + h/2."""
    middle = theta + h / 2 * np.eye(len(theta))[i]
    return cases.measured(loss, middle, h / 2)[i]


def _on_theta_itself(loss, theta, i, h):
    """The right slope, but theta is left at the lower of the two places."""
    slope = _one(loss, theta, i, h)
    theta[i] -= h
    return slope


def _all_at_once(loss, theta, i, h):
    return cases.measured(lambda way: loss(theta + way), np.zeros(1), h).item()


def _all(slope, h=1e-5):
    """The gradient that holds this slope for each parameter."""
    return lambda loss, theta: np.array([slope(loss, theta, i, h) for i in range(len(theta))])


def _nudges(over):
    """Mistakes of a nudge; `over` makes of a slope an answer to the task."""
    return (
        Misconception(
            "The nudge goes to one side only",
            "A loss curves. What cancels out if you nudge to both sides?",
            over(_one_sided),
        ),
        Misconception(
            "The second loss is taken where you started, not below it",
            "How far apart are the two places, h or 2 h, and by which do you divide?",
            over(lambda *inputs: _one_sided(*inputs) / 2),
        ),
        Misconception(
            "The difference is divided by h",
            "How far apart are the two places?",
            over(lambda *inputs: 2 * _one(*inputs)),
        ),
        Misconception(
            "The upper loss is subtracted from the lower one",
            "A loss that rises to the right has a slope above 0. Has yours?",
            over(lambda *inputs: -_one(*inputs)),
        ),
        Misconception(
            "The places are subtracted, and the losses are left out",
            "Which of your lines calls `loss`, and what is done with what it gives?",
            over(lambda loss, theta, i, h: -1.0),
        ),
        Misconception(
            "All parameters are nudged at once",
            "If everything moves, whose slope have you measured?",
            over(_all_at_once),
        ),
        Misconception(
            "The theta that was given is not put back",
            "`up = theta` gives one array a second name. Which line would make a new array?",
            over(_on_theta_itself),
        ),
    )


def _apart(g, n):
    return cases.error_of(g, n) * (np.linalg.norm(g) + np.linalg.norm(n))


def _in_a_row(arrays):
    return np.concatenate([np.ravel(array) for array in arrays])


def _each(times):
    """The four numbers if each pair of arrays is compared like this."""
    return lambda g, n: np.array([times(a, b) for a, b in zip(g, n)])


def _judging(says, n=7, reach=(0.5, 1.5), biases=1.0):
    """A checker that says `says(g, n)`; n samples, and sizes of parameters, are those given."""

    def is_right(suspect):
        theta, X, Y = cases.place(np.random.default_rng(cases.SEED), SIZES, n, reach)
        theta[~NET.is_weight] *= biases
        _, g = suspect(theta, X, Y)
        return says(g, numerical_gradient(lambda theta: suspect(theta, X, Y), theta))

    return is_right


def _near(g, n):
    return cases.error_of(g, n) < 1e-6


def _weights_alone(g, n):
    return _near(g[NET.is_weight], n[NET.is_weight])


CENTRAL = _nudges(lambda slope: slope)

NUMERICAL_GRADIENT = (
    *_nudges(_all),
    Misconception(
        "The slopes are cut to whole numbers",
        "`np.array([0, 0])` holds whole numbers. What does it keep of a slope of 0.7?",
        lambda loss, theta: np.trunc(cases.measured(loss, theta)),
    ),
)

ERROR = (
    Misconception(
        "The length of the difference is not divided by anything",
        "Slopes of a thousandth, each wrong by half: does your number notice?",
        _apart,
    ),
    Misconception(
        "It is divided by the length of n alone",
        "Where g points the other way, your number is 2. Which length would make it 1?",
        lambda g, n: _apart(g, n) / np.linalg.norm(n),
    ),
    Misconception(
        "It is divided by the length of g alone",
        "Where n is right and g is 0, what does your number say?",
        lambda g, n: _apart(g, n) / np.linalg.norm(g),
    ),
    Misconception(
        "Two lengths are compared, whichever way they point",
        "A gradient with the wrong sign is as long as the right one. Is it right?",
        lambda g, n: (
            abs(np.linalg.norm(g) - np.linalg.norm(n)) / (np.linalg.norm(g) + np.linalg.norm(n))
        ),
    ),
    Misconception(
        "The squares are added, and no root is taken",
        "What is the length of an arrow with the sides 3 and 4?",
        lambda g, n: ((g - n) ** 2).sum() / ((g**2).sum() + (n**2).sum()),
    ),
)

IS_RIGHT = (
    Misconception(
        "It passes whatever it is given",
        "Hand it a gradient of zeros. Where, in your lines, could a False come from?",
        lambda suspect: True,
    ),
    Misconception(
        "It refuses whatever it is given",
        "A central difference is good to ten digits, and one from one side to five. Which"
        " of your numbers asks for more?",
        lambda suspect: False,
    ),
    Hiding(
        "It checks with a single sample",
        "With n = 1, can you tell a sum over the samples from their mean?",
        _judging(_near, n=1),
        place="one sample",
    ),
    Hiding(
        "It checks where all parameters are 0",
        "What comes back through W2 if W2 is 0?",
        _judging(_near, reach=(0.0, 0.0)),
        place="all parameters 0",
    ),
    Hiding(
        "It checks where all biases are 0",
        "If a line forgot its bias, could your place show it?",
        _judging(_near, biases=0.0),
        place="all biases 0",
    ),
    Misconception(
        "It compares two lengths, whichever way they point",
        "A gradient with the wrong sign is as long as the right one. Is it right?",
        _judging(lambda g, n: np.isclose(np.linalg.norm(g), np.linalg.norm(n))),
    ),
    Misconception(
        "It compares two directions, however long they are",
        "A gradient seven times too long points the right way. Is it right?",
        _judging(lambda g, n: g @ n > (1 - 1e-9) * np.linalg.norm(g) * np.linalg.norm(n)),
    ),
    Misconception(
        "It looks at the weights and leaves out the biases",
        "Of 26 parameters, how many do you compare?",
        _judging(_weights_alone),
    ),
    Misconception(
        "It has right and wrong the wrong way round",
        "A small error: does it speak for the suspect or against it?",
        _judging(lambda g, n: not _near(g, n)),
    ),
)

TIMES = (
    Misconception(
        "It is the mean of all the quotients",
        "Where n is nearly 0, how large does g / n become?",
        _each(lambda g, n: (g / n).mean()),
    ),
    Misconception(
        "The quotient is upside down",
        "g is three times n. Is your number 3, or a third?",
        _each(lambda g, n: cases.fit(n, g)),
    ),
    Misconception(
        "It is the quotient of two lengths",
        "Can a length say that g points the wrong way?",
        _each(lambda g, n: np.linalg.norm(g) / np.linalg.norm(n)),
    ),
    Misconception(
        "One number is made of all four arrays",
        "Which array is off? Can your number tell?",
        lambda g, n: np.full(4, cases.fit(_in_a_row(g), _in_a_row(n))),
    ),
)
