"""The mistakes that are known in exercise 12."""

import numpy as np

from nnlib.activations import ACTIVATIONS
from nncourse.exercises.cases import Misconception
from nncourse.exercises.tasks import cases_12 as cases

OVER = (
    Misconception(
        "The slope along b has lost its minus sign",
        "Make b larger, with a and b above 0. Does a / b grow or shrink?",
        lambda a, b: (a / b, 1 / b, a / b**2),
    ),
    Misconception(
        "The two slopes are in the wrong order",
        "Nudge a by a little h. By how much does a / b move: by h / b?",
        lambda a, b: (a / b, -a / b**2, 1 / b),
    ),
    Misconception(
        "They are the slopes of a product",
        "In a product a nudge of a is multiplied by b. What happens to it in a / b?",
        lambda a, b: (a / b, b, a),
    ),
    Misconception(
        "The slope along b is divided by b once only",
        "The slope of 1 / b is −1 / b². At b = ½, how steep is that?",
        lambda a, b: (a / b, 1 / b, -a / b),
    ),
    Misconception(
        "The slope along b leaves a out",
        "Take an a twice as large. Does a nudge of b move a / b as far as before?",
        lambda a, b: (a / b, 1 / b, -1 / b**2),
    ),
)


def _bent(slope):
    """An answer to 12.tanh with this slope, made of z and a."""
    return lambda z: (np.tanh(z), slope(z, np.tanh(z)))


TANH = (
    Misconception(
        "The slope is taken of a number that has been through tanh already",
        "Which letter is your slope written in, z or a, and which of the two does it get?",
        _bent(lambda z, a: 1 - np.tanh(a) ** 2),
    ),
    Misconception(
        "The formula for a is given z",
        "1 − a² wants what came out of tanh. At z = 2, can a slope of tanh be −3?",
        _bent(lambda z, a: 1 - z**2),
    ),
    Misconception(
        "It is the slope of the logistic function",
        "At z = 0 tanh is as steep as it gets. How steep is that?",
        _bent(ACTIVATIONS["logistic"].slope),
    ),
    Misconception(
        "The square is forgotten",
        "At a = −1 tanh is flat. What does your formula say there?",
        _bent(lambda z, a: 1 - a),
    ),
)


def _walk(
    add=True, start=1.0, seeds=0.0, local=lambda s, m: s * m, order=reversed, parts=slice(None)
):
    """A walk along a tape, with one thing or another changed."""

    def backward(parents, slopes):
        n = len(parents)
        slope = np.full(n, seeds)
        slope[-1] = start
        for k in order(range(n)):
            for p, m in list(zip(parents[k], slopes[k]))[parts]:
                slope[p] = (slope[p] if add else 0) + local(slope[k], m)
        return slope

    return backward


BACKWARD = (
    Misconception(
        "What arrives later writes over what has arrived before",
        "x · x has two arrows from x. Which of them is left in your slope: one, or both?",
        _walk(add=False),
    ),
    Misconception(
        "The last number has no slope along itself",
        "Everything is multiplied by what the last number hands out. With what does it begin?",
        _walk(start=0.0),
    ),
    Misconception(
        "It walks from the first number to the last",
        "A number hands on what has arrived. Has everybody who uses it had a turn by then?",
        _walk(order=lambda numbers: numbers),
    ),
    Misconception(
        "Every number begins with a slope of 1",
        "How steep is the last number along one that it was not made of?",
        _walk(seeds=1.0),
    ),
    Misconception(
        "The slopes along a path are added, not multiplied",
        "A nudge that is doubled and then tripled: is it 5 times as large, or 6 times?",
        _walk(local=lambda s, m: s + m),
    ),
    Misconception(
        "The local slope is handed on, without the slope that has arrived",
        "If nothing after a number is moved by it, what should it hand on?",
        _walk(local=lambda s, m: m),
    ),
    Misconception(
        "The slope that has arrived is handed on, without the local slope",
        "A step that multiplies by three: what does it do to a nudge that comes through?",
        _walk(local=lambda s, m: s),
    ),
    Misconception(
        "Only the first parent of a number gets anything",
        "A product has two parents. Which of your lines is done for each of them?",
        _walk(parts=slice(1)),
    ),
    Misconception(
        "The slopes are given from the last number to the first",
        "Whose slope stands at place 0 of your answer?",
        lambda parents, slopes: cases.linear(parents, slopes)[::-1],
    ),
)


def _scaled(learn, ddof=0, centre=True, held_by=None):
    """Both parts, scaled by what `learn` picks of X; those held out by what `held_by` picks."""

    def fold(X, held):
        parts = []
        for rows, picked in ((X[~held], learn), (X[held], held_by or learn)):
            known = picked(X, held)
            middle = known.mean(axis=0) if centre else 0
            parts.append((rows - middle) / known.std(axis=0, ddof=ddof))
        return tuple(parts)

    return fold


def _rest(X, held):
    return X[~held]


FOLD = (
    Misconception(
        "The rows held out helped to make the scale",
        "Which rows does your mean know? A row that is held out must have no part in it.",
        _scaled(lambda X, held: X),
    ),
    Misconception(
        "The rows held out are scaled by their own mean",
        "Say a single row is held out. What is left of it when you subtract its mean?",
        _scaled(_rest, held_by=lambda X, held: X[held]),
    ),
    Misconception(
        "The two kinds of rows are exchanged",
        "`held` is True where a row is held out. Which rows does `X[held]` give?",
        lambda X, held: _scaled(_rest)(X, ~held)[::-1],
    ),
    Misconception(
        "There is one mean for all columns",
        "Metres in one column and grams in the next: along which axis is your mean?",
        _scaled(lambda X, held: X[~held].reshape(-1, 1)),
    ),
    Misconception(
        "The mean is not subtracted",
        "What is the mean of a column of your answer? It should be 0 where it was learned.",
        _scaled(_rest, centre=False),
    ),
    Misconception(
        "The parts come in the wrong order",
        "Two arrays are asked for. Which comes first?",
        lambda X, held: _scaled(_rest)(X, held)[::-1],
    ),
)


def _read(winner=np.argmax, ddof=1, level=lambda means, m, s: (means >= m - s).sum(), axis=1):
    """An answer to 12.read_search, with one thing or another changed."""

    def read_search(scores):
        means = scores.mean(axis=axis)
        best = int(winner(means))
        own = scores[best] if axis == 1 else scores[:, best]
        spread = own.std(ddof=ddof)
        return best, means[best], spread, int(level(means, means[best], spread))

    return read_search


def _best_fold(scores):
    """The winner is the setting with the highest single score."""
    return _read(winner=lambda means: scores.max(axis=1).argmax())(scores)


READ_SEARCH = (
    Misconception(
        "The winner is the setting with the best single fold",
        "One fold may have been easy. Which number speaks for all folds of a setting?",
        _best_fold,
    ),
    Misconception(
        "The means are taken over the settings",
        "A row belongs to one setting, a column to one fold. Along which axis do you average?",
        _read(axis=0),
    ),
    Misconception(
        "The spread is divided by the number of folds, not by one less",
        "The mean was made of these very scores. Which option of `std` makes up for that?",
        _read(ddof=0),
    ),
    Misconception(
        "The winner is not counted among those that are level",
        "Is the winner within its own spread of itself?",
        _read(level=lambda means, m, s: (means >= m - s).sum() - 1),
    ),
    Misconception(
        "Everything below the winner less its spread is counted",
        "Those near the winner are level. On which side of the mark are they?",
        _read(level=lambda means, m, s: (means < m - s).sum()),
    ),
    Misconception(
        "The worst setting is named",
        "Are the scores losses, or shares that were read right?",
        _read(winner=np.argmin),
    ),
)
