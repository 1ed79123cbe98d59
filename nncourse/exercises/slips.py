"""Mistakes that can be recognised in any task by what they do to an answer.

Each is a Misconception without an `answer`. One is named only if it explains every wrong answer: a
clue that may be false is worse than none.
"""

import re
from itertools import permutations

import numpy as np

from nncourse.exercises.answers import close, comma, equal, fitted, misfit
from nncourse.exercises.cases import Case, Misconception
from nncourse.exercises.wire import Stranger
from nncourse.words import listed, many, minus

BRACKETS = Misconception(
    "The brackets of a call are forgotten",
    "`x.sum` is the function, and `x.sum()` is what it gives. Where do the brackets go?",
)
COMMA = Misconception(
    "There is a comma at the end, so it is a tuple of one",
    "What does Python make of `2,`?",
)
YIELD = Misconception(
    "It has `yield` in place of `return`",
    "Which of the two words ends a function and gives its answer?",
)
POWER = Misconception(
    "`^` stands for a power",
    "In Python `^` is not a power: `**` is. Where do you mean a square?",
)
IF = Misconception(
    "`if` is asked of a whole array",
    "`if` takes one yes or no, and an array, or a row of one, holds many:"
    " `np.where(condition, a, b)` decides for each number separately. What is your condition?",
)
MAX = Misconception(
    "`max` or `min` is asked of a whole array",
    "Python's `max` and `min` compare whole arrays, and `np.maximum` and `np.minimum` compare them"
    " number by number. Which do you need?",
)
AND = Misconception(
    "`and`, `or` or `not` is asked of a whole array",
    "`and` takes one yes or no on either side, and an array holds many: `&`, `|` and `~`, with each"
    " comparison in brackets, take each number separately. Which of them do you need?",
)
ONE = Misconception(
    "A function that takes a single number is given an array",
    "`float`, `int` and those of `math` take one number; `np.exp`, `np.tanh` and `np.where` take"
    " each number of an array. Which of them does the same as yours?",
)
SHARED = Misconception(
    "The arrays that were given are changed in place",
    "`-=` changes the array itself, and a copy of a list still holds the same arrays. Which line"
    " makes new ones?",
)
ORDER = Misconception(
    "The parts are in another order",
    "In which order does the task name them, and in which does your `return`?",
)
TURNED = Misconception(
    "Rows and columns are swapped",
    "The numbers themselves are right. What does `.T` do?",
)
WHOLE = Misconception(
    "The array holds whole numbers only",
    "An array of whole numbers drops what comes after the point. From which numbers was it made?",
)
ZERO = Misconception("It is 0 throughout", "Which line should change that?")
SIGN = Misconception("The sign is wrong", "What do you subtract from what?")
SAME = Misconception("It gives the same answer whatever it is given", "Does it use its arguments?")
OFF_BY_LITTLE = Misconception(
    "It is off by less than one in a thousand", "Is something rounded, or added to it?"
)
FACTOR = Misconception("It is right except for a factor", "Which line puts that factor in?")
NO_MEAN = Misconception(
    "It is not divided by the number of samples",
    "A mean over n samples is the sum divided by n. Which of your lines divides?",
)
MEAN_TWICE = Misconception(
    "It is divided by the number of samples twice",
    "What you divide by n may have been divided by n already. Which of your lines divide?",
)
SLIPS = (
    *(BRACKETS, COMMA, YIELD, POWER, IF, MAX, AND, ONE, SHARED, ORDER, TURNED, WHOLE),
    *(ZERO, SIGN, SAME, OFF_BY_LITTLE, FACTOR, NO_MEAN, MEAN_TWICE),
)
# Errors whose own message is replaced, because it explains too little.
ERRORS = (
    (r"^ValueError: The truth value of an array.*, in the line `.*(?<![.\w])(max|min)\(", MAX),
    (r"^ValueError: The truth value of an array.*, in the line `.*\bif\b", IF),
    (r"^ValueError: The truth value of an array.*, in the line `.*\b(and|or|not)\b", AND),
    (r"^ValueError: The truth value of an array", IF),
    (r"^TypeError: only \S+ arrays can be converted to Python scalars", ONE),
    (r"bitwise_xor|operand type\(s\) for \^=?:", POWER),
)
HINTS = (
    (
        r"^TypeError.*\btuple\b|^AttributeError: 'tuple'",
        "Is there a comma at the end of a line above? It makes a tuple of one.",
    ),
    (r"^IndexError: tuple index", "The last place of a tuple of n things is n − 1."),
    (r"builtin_function_or_method|\bmethod\b.*\band\b", "Are the brackets of a call forgotten?"),
    (r"^NameError", "Have you run the cell that makes it?"),
    (
        r"can't multiply sequence by non-int|for [-/*@]+: 'list'|'list' and '(int|float)'",
        "You cannot calculate with a list as with an array: `np.array(...)` turns it into one.",
    ),
    (r"could not be broadcast", "Which of the two shapes do you expect here?"),
)
TIMES = {2: "twice", 3: "three times", 4: "four times", 10: "ten times", 100: "a hundred times"}
SHARES = {2: "half of", 3: "a third of", 4: "a quarter of", 10: "a tenth of", 100: "a hundredth of"}
SAMPLES = ("X", "Y", "A", "A1", "A2", "a", "P", "Z", "delta", "delta2", "true", "label")


def error_words(error: str) -> str:
    """What to say of an error: its message, or a better one, and what to look for.

    >>> error_words("NameError: name 'w' is not defined")
    "it raised NameError: name 'w' is not defined. Have you run the cell that makes it?"
    """
    if of_error(error):
        name, line = error.partition(":")[0], re.search(r", in the line `.*`$", error, re.DOTALL)
        return f"it raised {name}{line[0] if line else ''}."
    error = _product(error)
    hint = next((f" {hint}" for pattern, hint in HINTS if re.search(pattern, error)), "")
    return f"it raised {error}.{hint}"


def _product(error: str) -> str:
    """The error of a matrix product whose shapes do not fit, in plain words; any other as it is.

    >>> _product("ValueError: matmul: Input operand 1 has a mismatch in its core dimension 0, with"
    ...          " gufunc signature (n?,k),(k,m?)->(n?,m?) (size 4 is different from 3)")
    'ValueError: the array before `@` has 3 columns, and the one after it 4 rows; these must agree'
    """
    sizes = re.search(r"matmul: Input operand 1 .*?\(size (\d+) is different from (\d+)\)", error)
    if not sizes:
        return error
    rows, columns = many(int(sizes[1]), "row"), many(int(sizes[2]), "column")
    words = f"the array before `@` has {columns}, and the one after it {rows}; these must agree"
    return error.replace(sizes[0], words)


def of_error(error: str) -> Misconception | None:
    """The slip that causes this error, if it is known."""
    return next((slip for pattern, slip in ERRORS if re.search(pattern, error)), None)


def of_form(case: Case, outcome) -> tuple[Misconception | None, str]:
    """The slip that shows in the form of one outcome, whatever its numbers, and its words."""
    if outcome.ended == "raised":
        slip = of_error(outcome.error)
        return slip, f"{slip.title}. {slip.question}" if slip else ""
    if outcome.ended != "returned":
        return None, ""
    pieces = [outcome.answer]
    if isinstance(case.expected, tuple) and isinstance(outcome.answer, tuple | list):
        pieces = outcome.answer
    for piece in pieces:
        if isinstance(piece, Stranger) and piece.callable:
            return BRACKETS, f"You forgot the brackets. {BRACKETS.question}"
        if isinstance(piece, Stranger) and "generator" in piece.kind:
            return YIELD, f"{YIELD.title}. {YIELD.question}"
        if comma(piece):
            return COMMA, COMMA.question
    inputs = list(case.inputs.values())
    if any(isinstance(inputs[i], list | tuple) for i in outcome.changed if i < len(inputs)):
        return SHARED, SHARED.question
    return None, ""


def of_numbers(tried: list[Case], outcomes: list, parts=()) -> tuple[Misconception | None, str]:
    """The slip that explains the numbers of every wrong answer, and its words; or (None, "")."""
    pairs = [(case, o.answer) for case, o in zip(tried, outcomes) if o.ended == "returned"]
    if not pairs or len(pairs) < len(outcomes):
        return None, ""
    if parts and (words := _another_order(pairs, parts)):
        return ORDER, f"{words} {ORDER.question}"
    if all(_is_turned(answer, case.expected) for case, answer in pairs):
        return TURNED, f"{TURNED.title}. {TURNED.question}"
    if any(misfit(answer, case.expected, parts) for case, answer in pairs):
        return None, ""
    pairs = [(case, fitted(answer, case.expected), answer) for case, answer in pairs]
    wrong = [pair for pair in pairs if not equal(pair[1], pair[0].expected)]
    return _of_wrong(pairs, wrong, parts) if wrong else (None, "")


def _another_order(pairs, parts) -> str:
    """The order in which the parts were given, if another order is right in every case."""
    n = len(parts)
    if n > 4 or not all(isinstance(a, tuple | list) and len(a) == n for _, a in pairs):
        return ""
    for order in permutations(range(n)):
        if order != tuple(range(n)) and all(
            all(_same(answer[k], case.expected[i]) for k, i in enumerate(order))
            for case, answer in pairs
        ):
            given = listed(parts[i] for i in order)
            return f"It gives {given}, and should give {listed(parts)}."
    return ""


def _same(piece, expected) -> bool:
    return misfit(piece, expected) is None and equal(piece, expected)


def _is_turned(answer, expected) -> bool:
    if not all(isinstance(a, np.ndarray) and a.ndim == 2 for a in (answer, expected)):
        return False
    mine, right = answer.T, expected
    told_apart = right.shape[0] != right.shape[1] or not close(right, right.T)
    return told_apart and mine.shape == right.shape and misfit(mine, right) is None and (
        close(mine, right))  # fmt: skip


def _of_wrong(pairs, wrong, parts) -> tuple[Misconception | None, str]:
    for look in (_whole, _zero, _sign, _same_for_all, _little, _factor):
        slip, words = look(pairs, wrong, parts)
        if slip:
            return slip, words
    return None, ""


def _flat(answer) -> np.ndarray:
    pieces = answer if isinstance(answer, tuple | list) else [answer]
    return np.concatenate([np.ravel(np.asarray(piece, float)) for piece in pieces])


def _off(case, answer, parts) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """The numbers given and expected of the parts that are wrong, and the names of the parts."""
    if not parts:
        return _flat(answer), _flat(case.expected), ()
    rows = [(a, e, part) for a, e, part in zip(answer, case.expected, parts) if not equal(a, e)]
    mine, right, names = zip(*rows)
    return _flat(mine), _flat(right), names


def _evident(numbers: list[np.ndarray]) -> bool:
    """Whether there are enough numbers that what they have in common is no accident."""
    return sum(np.count_nonzero(e) for e in numbers) > 1


def _whole(pairs, wrong, parts):
    example = ""
    for case, answer, raw in wrong:
        rows = zip(raw, answer, case.expected) if parts else [(raw, answer, case.expected)]
        for given, mine, right in rows:
            if equal(mine, right):
                continue
            whole = isinstance(given, np.ndarray) and given.dtype.kind in "iu" and given.ndim
            cut = [np.trunc(right), np.floor(right)]
            if not whole or not any(np.array_equal(mine, c) for c in cut):
                return None, ""
            place = np.argmax(np.abs(right - mine))
            was, became = np.ravel(right)[place], np.ravel(mine)[place]
            example = example or f"{was:.3g} became {became:.0f}"
    return WHOLE, f"Your array holds whole numbers: {example}. {WHOLE.question}"


def _zero(pairs, wrong, parts):
    if any(_flat(answer).any() for _, answer, _ in pairs):
        return None, ""
    single = all(_flat(answer).size == 1 for _, answer, _ in pairs)
    words = "It is always 0." if single else "Every number of it is 0."
    return ZERO, f"{words} {ZERO.question}"


def _sign(pairs, wrong, parts):
    rows = [_off(case, answer, parts) for case, answer, _ in wrong]
    if not all(close(mine, -right) for mine, right, _ in rows):
        return None, ""
    if not _evident([right for _, right, _ in rows]):
        return None, ""
    single = all(right.size == 1 for _, right, _ in rows)
    words = "It has the wrong sign." if single else f"{_every(rows)} has the wrong sign."
    return SIGN, f"{words} {SIGN.question}"


def _same_for_all(pairs, wrong, parts):
    first = _flat(pairs[0][1])
    if len(pairs) < 2 or not all(np.array_equal(_flat(answer), first) for _, answer, _ in pairs):
        return None, ""
    return SAME, f"{SAME.title}. {SAME.question}"


def _little(pairs, wrong, parts):
    for case, answer, _ in wrong:
        mine, right = _flat(answer), _flat(case.expected)
        if (np.abs(mine - right) > 1e-3 * np.abs(right)).any():
            return None, ""
    return OFF_BY_LITTLE, f"{OFF_BY_LITTLE.title}. {OFF_BY_LITTLE.question}"


def _factor(pairs, wrong, parts):
    """A factor is a clue if all wrong cases have the same, or if it depends on their samples.

    A single number is always some factor times another: there a factor that is not round is a clue
    only if three cases have it.
    """
    rows = [_off(case, answer, parts) for case, answer, _ in wrong]
    factors = [mine @ right / (right @ right) if right.any() else np.nan for mine, right, _ in rows]
    fits = (close(mine, c * right) for c, (mine, right, _) in zip(factors, rows))
    if not np.isfinite(factors).all() or not any(factors) or not all(fits):
        return None, ""
    if not _evident([right for _, right, _ in rows]):
        return None, ""
    if slip := _of_samples([case for case, _, _ in wrong], factors):
        return slip[0], f"{_subject(rows)} {slip[1]}. {slip[0].question}"
    if not np.allclose(factors, factors[0], rtol=1e-4):
        return None, ""
    words, single = times(factors[0]), all(right.size == 1 for _, right, _ in rows)
    if single and not words:
        if len(rows) < 3:
            return None, ""
        words = f"In each of these cases it is {minus(f'{factors[0]:.4g}')} times as large as it"
        return FACTOR, f"{words} should be. {FACTOR.question}"
    words = words or f"{minus(f'{factors[0]:.4g}')} times"
    return FACTOR, f"{_subject(rows)} {words} what it should be. {FACTOR.question}"


def _of_samples(cases, factors) -> tuple[Misconception, str] | None:
    """The slip by which these factors, one for each case, depend on the number of samples."""
    sizes = [next((len(np.atleast_1d(case.inputs[name])) for name in SAMPLES
                   if isinstance(case.inputs.get(name), np.ndarray)), 0)
             for case in cases]  # fmt: skip
    n, c = np.array(sizes, float), np.array(factors)
    if not n.all() or n.max() == 1 or len(set(sizes)) < 2:
        return None
    where = "what it should be, n being the number of samples"
    for half, said in ((1, "n"), (2, "2 n"), (0.5, "½ n")):
        if np.allclose(c, half * n, rtol=1e-4):
            also = ", so the ½ is missing too" if half == 2 else ""
            return NO_MEAN, f"{said} times {where}{also}"
        if np.allclose(c * n, half, rtol=1e-4):
            return MEAN_TWICE, f"{half:g}/n of {where}"
    return None


def _subject(rows) -> str:
    single = all(right.size == 1 for _, right, _ in rows)
    return "It is" if single else f"{_every(rows)} is"


def _every(rows) -> str:
    """The words for the numbers that are off: all, or those of the parts with these names."""
    names = {names for _, _, names in rows}
    if len(names) == 1 and (only := names.pop()):
        return f"Every number of {listed(only)}"
    return "Every number"


def times(factor: float) -> str:
    """A round factor in words, like "twice"; "" for any other.

    >>> times(2.0), times(-0.5), times(1.789)
    ('twice', 'minus half of', '')
    """
    sign = "minus " if factor < 0 else ""
    for number in TIMES:
        if np.isclose(abs(factor), number, rtol=1e-5):
            return sign + TIMES[number]
        if np.isclose(abs(factor), 1 / number, rtol=1e-5):
            return sign + SHARES[number]
    return ""
