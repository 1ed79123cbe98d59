"""The tasks of exercise 07: a nudge, a gradient of nudges, and the judge of backward passes."""

from nnlib.gradient_check import numerical_gradient
from nnlib.network import Network
from nncourse.exercises.kinds import Checker, Choice, Task
from nncourse.exercises.own import HELPERS
from nncourse.exercises.tasks import cases_07 as cases
from nncourse.exercises.tasks import mistakes_07 as mistakes
from nncourse.exercises.tasks.suspects import places, suspects

TASKS = [
    Task(
        "07.central",
        asked="the slope of a loss along parameter i, by a nudge of h to both sides",
        cases=cases.central,
        hints=(
            "Two places, one above theta and one below, which differ from it in one parameter.",
            "`nudge = np.zeros_like(theta)`, and then h in its place i. Theta itself stays as it"
            " is.",
            "The loss above minus the loss below, over the distance between the two.",
        ),
        misconceptions=mistakes.CENTRAL,
    ),
    Task(
        "07.numerical_gradient",
        asked="all slopes of a loss at theta, by nudging, in an array like theta",
        cases=cases.gradient,
        hints=(
            "Every parameter is asked in turn, and you have the function that asks one.",
            "The nudge is yours to choose: one that is too large is off because the loss curves,"
            " one that is too small because numbers have 16 digits.",
            "A list with one slope for each place of theta, made into an array; at 1e-5 the two"
            " errors are in balance.",
        ),
        misconceptions=mistakes.NUMERICAL_GRADIENT,
    ),
    Task(
        "07.error",
        asked="how far a gradient g is from the numerical one, n, a number from 0 to 1",
        cases=cases.error,
        hints=(
            "The length of the difference is large or small only beside the lengths of the two.",
            "`np.linalg.norm` gives the length of an array. Three lengths are wanted.",
            "The first of them, over the sum of the other two.",
        ),
        misconceptions=mistakes.ERROR,
    ),
    Checker(
        "07.is_right",
        asked="True for a suspect whose gradient is right, and False for one whose is not",
        suspects=suspects,
        places=places,
        may_use=(*HELPERS, Network, numerical_gradient),
        hints=(
            "First a place: theta, X and Y, drawn so that no bug can hide there. Then two"
            " gradients, the one that the suspect claims and the one that you measure.",
            "What you nudge is a function of theta alone: `lambda theta: suspect(theta, X, Y)[0]`.",
            "For the place: parameters of size ½ to 1½ with both signs, 7 samples of normal numbers"
            " around ½, targets `np.eye(2)[rng.integers(2, size=7)]`. For the bound: a right"
            " gradient is off by less than 1e-7, a wrong one by more than 1e-4.",
        ),
        misconceptions=mistakes.IS_RIGHT,
    ),
    Task(
        "07.times",
        asked="for each of the four arrays, how many times the true slopes it holds",
        cases=cases.times,
        hints=(
            "Where g is three times n, this is 3. Where the two differ from place to place, it is"
            " the number by which n comes closest to g.",
            "Multiply g with n, place by place, and add up; do the same with n and n.",
            "One over the other, and that for each pair of arrays, in a list of four numbers.",
        ),
        misconceptions=mistakes.TIMES,
    ),
    Choice(
        "07.prediction",
        asked="a check is made where all parameters are 0: how many of twelve wrong backward passes"
        " does it see?",
        truth=cases.at_zero,
        says={
            "none": "Two arrays still tell something: what is A2 there, and so what is gb2?",
            "five": "There A1 is 0 and W2 is 0, so that all slopes but those of b2 are 0, and so"
            " they are whatever is done to delta1. Seven bugs sit in the dark.",
            "all twelve": "With W2 at 0, what comes back to the hidden layer? And whatever the bug"
            " multiplies it with?",
        },
    ),
]
