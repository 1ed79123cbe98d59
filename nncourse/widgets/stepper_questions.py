"""What the backprop stepper asks before it shows a line: a sign, a size, a shape, never decimals.

Each question is made from the numbers as they are. Where they leave its answer open, another one
for the same line is asked, if there is one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nncourse.widgets.base.payloads import fewest
from nncourse.words import signed

SEEN = 0.005  # a smaller number is shown as 0.00
APART = 0.015  # numbers that are farther apart are shown as two
COUNTS = ("none", "one", "two", "three", "all four")


class Question(NamedTuple):
    """A question, its choices, which of them is right, and what to say to each.

    A question about a shape sets `shape`: the shape must not be seen before it is answered.
    """

    text: str
    choices: tuple[str, ...]
    right: int
    words: tuple[str, ...]
    shape: bool = False


def question_of(makes: str, names: dict, made: dict) -> Question | None:
    """The question for a line; None for one that asks nothing new.

    `names` and `made` are what `stepper_lines.run` gives.
    """
    for ask in ASKED.get(makes, ()):
        if question := ask(names, made):
            return question
    return None


def told_of(makes: str) -> str:
    """What is said instead for a line that asks nothing."""
    if makes == "A2":
        return "The output of this network has no activation function: its answer is Z2 itself."
    return "The same step as for W2, against the slope. Click the lines of its slope to compare."


def _bias_used(names, made) -> Question:
    return Question(
        "b1 holds 2 numbers, and Z1 will hold 8. How often is each number of b1 used?",
        ("once", "twice", "4 times", "8 times"), 2,
        ("Once would do for one row of X. How many rows are there?",
         "That is how many numbers b1 has. How many numbers of Z1 does one of them go into?",
         "The one row of b1 is added to each of the 4 rows: whoever nudges one number of b1 moves 4"
         " numbers of Z1.",
         "8 is both of them together."),
    )  # fmt: skip


def _flattened(names, made) -> Question | None:
    sizes = np.sort(np.abs(made["Z1"][np.abs(made["Z1"]) > 0.1]))
    if not len(sizes) or sizes[-1] < 1.5 * sizes[0]:
        return None
    small, large = sizes[0], sizes[-1]
    times = f"{large / small:.2g} times"
    return Question(
        f"In Z1 the largest number is {times} as far from 0 as the smallest. And after tanh?",
        (f"{times} as far", "more than that", "less than that"), 2,
        ("That would be a straight line, and tanh is none.",
         "tanh is steepest at 0 and flatter the farther out it is.",
         f"The farther out, the flatter: {large:.2f} becomes {np.tanh(large):.2f}, and"
         f" {small:.2f} becomes {np.tanh(small):.2f}."),
    )  # fmt: skip


def _at_most(names, made) -> Question:
    return Question(
        "Make the numbers of W1 ten times as large. How far from 0 can a number of A1 be then?",
        ("up to 1, no farther", "up to 10", "as far as one likes"), 0,
        ("tanh stays between −1 and 1, whatever it is given.",
         "Z1 can be; tanh stays between −1 and 1.",
         "Z1 can be; tanh stays between −1 and 1."),
    )  # fmt: skip


def _larger_answer(names, made) -> Question | None:
    Z2 = made["Z2"][:, 0]
    other = 1 if abs(Z2[1] - Z2[0]) > APART else int(np.abs(Z2 - Z2[0]).argmax())
    if abs(Z2[other] - Z2[0]) < APART:
        return None
    right = int(Z2[other] > Z2[0])
    both = f"{signed(Z2[0])} for row 0 and {signed(Z2[other])} for row {other}."
    wrong = "Multiply each row of A1 by W2 and add up, roughly; b2 is the same for both."
    words = [wrong, wrong, wrong]
    words[right] = f"It is {both}"
    return Question(f"For which row will Z2 be larger: row 0 or row {other}?",
                    ("row 0", f"row {other}", "they are equal"), right, tuple(words))  # fmt: skip


def _shape_of_answers(names, made) -> Question:
    return _shape("A1 is 4 × 2 and W2 is 2 × 1. What is the shape of Z2?",
                  ("2 × 2", "4 × 2", "4 × 1", "1 × 4"), 2,
                  "A row for each row of A1, a column for each column of W2; the inner two have to"
                  " agree, and are gone.")  # fmt: skip


def _twice_as_wrong(names, made) -> Question:
    return Question(
        "If all four answers were twice as far from their targets, what would the loss be?",
        ("twice as large", "four times as large", "eight times as large"), 1,
        ("The errors are twice as large, but they are squared before they are added.",
         "Twice an error, squared, is four times as much.",
         "Each of the four becomes four times as large, and so does their mean."),
    )  # fmt: skip


def _sign_of_delta(names, made) -> Question | None:
    errors = (names["A2"] - names["Y"])[:, 0]
    row = int(np.abs(errors).argmax())
    if abs(errors[row]) < APART:
        return None
    answer, target = fewest(names["A2"])[row], fewest(names["Y"])[row]
    low = errors[row] < 0
    side, way, sign = ("low", "up", "−") if low else ("high", "down", "+")
    why = (
        f"The answer is too {side}: a larger z makes the loss {'smaller' if low else 'larger'}, so"
        f" the slope is {sign}. The step, against the slope, goes {way}."
    )
    wrong = f"{way.capitalize()} is where the step has to go. The slope points the other way."
    words = (wrong, why) if low else (why, wrong)
    return Question(
        f"In row {row} the answer is {answer} and should be {target}. What is the sign of"
        f" delta2[{row}, 0]?",
        ("+", "−", "it is 0"), int(low), (*words, "It is 0 where the answer is right."),
    )  # fmt: skip


def _divided(names, made) -> Question:
    return Question(
        "The loss is a mean over 4 rows. By how much is each error divided in delta2?",
        ("by 4", "by 8", "by nothing"), 0,
        ("The 2 of ½ (a − y)² is gone with the slope of the square; the 4 of the mean stays.",
         "The slope of ½ (a − y)² is a − y: the 2 is gone.",
         "A mean over 4 rows: a nudge in one row moves it by a quarter."),
    )  # fmt: skip


def _negative_products(names, made) -> Question | None:
    delta2 = names["delta2"][:, 0]
    found = []
    for unit in range(2):
        a = names["A1"][:, unit]
        if min(np.abs(a).min(), np.abs(delta2).min()) >= SEEN:
            found.append((int((a * delta2 < 0).sum()), unit))
    if not found:
        return None
    count, unit = next((one for one in found if one[0] in (1, 2, 3)), found[0])
    products = names["A1"][:, unit] * delta2
    return _count(
        f"gW2[{unit}, 0] adds up 4 products, A1[:, {unit}] times delta2, one for each row. How many"
        " of them are negative?",
        count, "Two minus signs make a plus. Go down the column, row by row.",
        f"{', '.join(fewest(products))}: together {signed(products.sum())}.",
    )  # fmt: skip


def _shape_of_gW2(names, made) -> Question:
    return _shape("A1.T is 2 × 4 and delta2 is 4 × 1. What is the shape of gW2?",
                  ("4 × 4", "2 × 1", "1 × 2", "4 × 1"), 1,
                  "A slope for each weight: gW2 has the shape of W2.")  # fmt: skip


def _sum_or_mean(names, made) -> Question:
    delta2, total = names["delta2"], names["delta2"].sum()
    right = 1 if total < delta2.min() else 2 if total > delta2.max() else 0
    words = ["The n is in delta2 already: here nothing is divided, the four are added up.",
             *["Add up the four numbers of delta2."] * 2]  # fmt: skip
    words[right] = f"b2 is used in all four rows, so it has the sum of all four: {signed(total)}."
    return Question("Where will gb2 be, seen from the four numbers of delta2?",
                    ("between them, like a mean", "below all of them", "above all of them"),
                    right, tuple(words))  # fmt: skip


def _farther_delta(names, made) -> Question | None:
    sizes = np.abs(made["delta1"])
    apart = sizes[:, 0] - sizes[:, 1]
    row = int(np.abs(apart).argmax())
    if SEEN / 10 < abs(apart[row]) < APART or sizes.max() < SEEN:
        return None
    right = 2 if abs(apart[row]) <= SEEN / 10 else int(apart[row] < 0)
    slope, W2 = 1 - names["A1"][row] ** 2, names["W2"][:, 0]
    chains = [f"{signed(names['delta2'][row, 0])} × {signed(W2[unit])} × {slope[unit]:.2f}"
              for unit in range(2)]  # fmt: skip
    wrong = (
        "Both are made from the same delta2. Compare their weights in W2, and their slopes 1 − a²,"
        " small where a is near 1 or −1."
    )
    words = [wrong, wrong, wrong]
    words[right] = f"{chains[0]} for one, {chains[1]} for the other."
    pair = [f"delta1[{row}, {unit}]" for unit in range(2)]
    return Question(f"Which will be farther from 0, {pair[0]} or {pair[1]}?",
                    (*pair, "equally far"), right, tuple(words))  # fmt: skip


def _shape_of_delta1(names, made) -> Question:
    return _shape("delta2 is 4 × 1 and W2.T is 1 × 2. What is the shape of delta1?",
                  ("1 × 1", "4 × 1", "2 × 4", "4 × 2"), 3,
                  "A slope for each number of Z1: a row for each sample, a column for each"
                  " unit.")  # fmt: skip


def _rows_that_count(names, made) -> Question | None:
    x, delta = names["X"][:, 0], names["delta1"][:, 0]
    if np.abs(delta).min() < SEEN or (np.abs(x[x != 0]) < SEEN).any():
        return None
    products = x * delta
    return _count(
        "gW1[0, 0] adds up X[:, 0] times delta1[:, 0]. How many of the four rows count?",
        int((x != 0).sum()), "What does a row with 0 in X[:, 0] contribute?",
        f"{', '.join(fewest(products))}. Where the input is 0, the weight did nothing, and"
        " no slope is added.",
    )  # fmt: skip


def _shape_of_gW1(names, made) -> Question:
    return _shape("X.T is 2 × 4 and delta1 is 4 × 2. What is the shape of gW1?",
                  ("4 × 4", "4 × 2", "2 × 2", "2 × 4"), 2,
                  "A slope for each weight: gW1 has the shape of W1.")  # fmt: skip


def _shape_of_gb1(names, made) -> Question:
    return _shape("delta1 is 4 × 2, and .sum(axis=0, keepdims=True) adds up. What is the shape of"
                  " gb1?", ("4 × 1", "2 × 1", "1 × 2", "4 × 2"), 2,
                  "The rows are added up, and one row is left, as b1 has.")  # fmt: skip


def _way_of_the_step(names, made) -> Question | None:
    unit = int(np.abs(names["gW2"]).argmax())
    slope = names["gW2"][unit, 0]
    if abs(slope) < SEEN:
        return None
    words = (
        f"The slope is {signed(slope)}, and downhill is against it: {signed(slope)} times the"
        " learning rate is taken away."
    )
    return Question(f"gW2[{unit}, 0] is {signed(slope)}. Which way does W2[{unit}, 0] go?",
                    ("up", "down", "it stays"), int(slope > 0),
                    (words, words, "It stays where the slope is 0."))  # fmt: skip


def _shape(text: str, choices: tuple[str, ...], right: int, why: str) -> Question:
    """A question for a shape."""
    return Question(text, choices, right, (why,) * len(choices), shape=True)


def _count(text: str, right: int, wrong: str, why: str) -> Question:
    """A question for how many of four."""
    return Question(text, COUNTS, right, tuple(why if k == right else wrong for k in range(5)))


ASKED = {
    "Z1": (_bias_used,), "A1": (_flattened, _at_most), "Z2": (_larger_answer, _shape_of_answers),
    "loss": (_twice_as_wrong,), "delta2": (_sign_of_delta, _divided),
    "gW2": (_negative_products, _shape_of_gW2), "gb2": (_sum_or_mean,),
    "delta1": (_farther_delta, _shape_of_delta1), "gW1": (_rows_that_count, _shape_of_gW1),
    "gb1": (_shape_of_gb1,), "W2": (_way_of_the_step,),
}  # fmt: skip
