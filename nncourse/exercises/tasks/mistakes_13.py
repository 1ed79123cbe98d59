"""The mistakes that are known in exercise 13."""

from nncourse import bugs
from nncourse.bugs import SPECIMENS
from nncourse.exercises.cases import Misconception, specimen, wrong_backwards
from nncourse.exercises.tasks import cases_13 as cases
from nncourse.exercises.tasks.common import (
    CHANGED,
    DIVIDED_TWICE,
    FIRST_SLOPES,
    FOUR_ORDER,
    NO_RATE,
    in_place,
    other_orders,
    squared_errors,
)

_right = SPECIMENS["right"].backward


def _learned(learn=bugs.learn, backward=lambda right: right, **changed):
    """An answer to 13.learn that changes the backward pass or the settings."""

    def answer(right, parameters, X, Y, rng, epochs, batch_size, learning_rate):
        settings = {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}
        settings = (settings | changed).values()
        return cases.last_parameters(learn, backward(right), parameters, X, Y, rng, *settings)

    return answer


def _uphill(right):
    return lambda *inputs: [-g for g in right(*inputs)]


def _first_slopes(right, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    far = learning_rate * epochs * -(-len(X) // batch_size)
    return [p - far * g for p, g in zip(parameters, right(*parameters, X, Y))]


BACKWARD = (
    *wrong_backwards(),
    Misconception(*DIVIDED_TWICE, lambda *inputs: [g / len(inputs[4]) for g in _right(*inputs)]),
    *squared_errors(_right, lambda *inputs: SPECIMENS["right"].forward(*inputs)[-1]),
    *other_orders(*FOUR_ORDER, _right, (1, 0, 3, 2), (2, 3, 0, 1), (0, 2, 1, 3)),
)

LEARN = (
    specimen(SPECIMENS["never_zeroed"], _learned(SPECIMENS["never_zeroed"].learn)),
    specimen(SPECIMENS["shuffled_apart"], _learned(SPECIMENS["shuffled_apart"].learn)),
    Misconception(
        "The step goes uphill",
        "A slope above 0 says that the loss grows with the number. Which way does your step"
        " move it?",
        _learned(backward=_uphill),
    ),
    Misconception(*FIRST_SLOPES, _first_slopes),
    Misconception(*CHANGED, in_place(_learned(), 1)),
    Misconception(
        "It learns for one epoch only",
        "Is the line that gives the parameters back inside the loop, where the first epoch"
        " meets it?",
        _learned(epochs=1),
    ),
    Misconception(*NO_RATE, _learned(learning_rate=1.0)),
    Misconception(
        "All samples are in one batch",
        "With batches of two and five samples, how many steps has an epoch?",
        _learned(batch_size=10**6),
    ),
)
