"""The program of the backprop stepper: its fifteen lines, and what is said about their numbers.

The lines are those of notebook 04, and `run` evaluates them as they are written. An `Entry` is one
number that a line makes, with the numbers it is made from.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from nnlib.notation import Array

Operand = tuple[str, str]  # an expression, and which of its numbers are used


class Line(NamedTuple):
    """One line of the program, and the words for the numbers of the array that it makes.

    `formula` is the right side as it is drawn: signs (str) and operands. An operand is (expression,
    used), where `used` says which of its numbers go into the number at row r and column c: "row"
    (row r), "column" (column c), "same" (the one at r, c) or "all".
    """

    makes: str  # the name of the array
    expression: str  # the right side, in Python
    formula: tuple[str | Operand, ...]
    words: tuple[str, ...]  # one for each operand: what its numbers are
    place: str  # names a number of the array by {r} and {c}, which count from 1
    about: str  # says what that number is
    slips: tuple[tuple[str, str], ...] = ()  # wrong expressions, and what to say about each

    @property
    def text(self) -> str:
        """The line as it is shown and run."""
        return f"{self.makes} = {self.expression}"

    @property
    def operands(self) -> list[Operand]:
        """The operands of the formula, without its signs."""
        return [part for part in self.formula if not isinstance(part, str)]


def _update(name: str, place: str, about: str) -> Line:
    """The line that takes a step of gradient descent with one array of parameters."""
    return Line(
        name, f"{name} - learning_rate * g{name}",
        ((name, "same"), "−", ("learning_rate", "all"), "*", (f"g{name}", "same")),
        ("as it stood", "learning rate", "its slope"),
        place, f"{about}, after the step",
        ((f"{name} + learning_rate * g{name}", "That is a step uphill: the slope is taken away."),
         (f"{name} - g{name}", "The learning rate is still to be multiplied."),
         (f"-learning_rate * g{name}",
          "That is the step alone: it is added to the number that stood.")),
    )  # fmt: skip


SAMPLE = "row {r}, unit {c}"
LINES = (
    Line("Z1", "X @ W1 + b1", (("X", "row"), "@", ("W1", "column"), "+", ("b1", "column")),
         ("input", "its weight", "bias"), SAMPLE,
         "what goes into hidden unit {c} for row {r}",
         (("X @ W1", "The bias is still to be added."),
          ("X @ W1.T + b1", "That takes the weights along a row of W1, and they stand in a column"
                            " of it."))),
    Line("A1", "np.tanh(Z1)", ("tanh", ("Z1", "same")),
         ("what goes in",), SAMPLE, "what comes out of hidden unit {c} for row {r}",
         (("Z1", "That is z itself: the bend is still to come."),
          ("1 - np.tanh(Z1)**2", "That is the slope; asked is the height."))),
    Line("Z2", "A1 @ W2 + b2", (("A1", "row"), "@", ("W2", "column"), "+", ("b2", "column")),
         ("unit", "its weight", "bias"), "row {r}",
         "what goes into the output for row {r}",
         (("A1 @ W2", "The bias is still to be added."),
          ("Z1 @ W2 + b2", "That takes z of the hidden units; what they send on is a."))),
    Line("A2", "Z2", (("Z2", "same"),), ("what goes in",), "row {r}",
         "the answer for row {r}: the output has no bend",
         (("np.tanh(Z2)", "The output of this network has no bend."),)),
    Line("loss", "((A2 - Y)**2).sum() / (2 * n)",
         ("sum of", ("(A2 - Y)**2", "all"), "/", ("2 * n", "all")), ("error²", "twice the rows"),
         "", "how wrong the four answers are, in one number",
         (("((A2 - Y)**2).sum() / n", "The half of it: the error squared counts ½."),
          ("((A2 - Y)**2).sum() / 2", "It is the mean over n rows: divide by n as well."),
          ("((A2 - Y)**2).sum()", "It is half the mean over n rows: divide by 2 n."),
          ("(A2 - Y).sum() / (2 * n)", "The errors are squared before they are added."))),
    Line("delta2", "(A2 - Y) / n", ("(", ("A2", "same"), "−", ("Y", "same"), ") /", ("n", "all")),
         ("answer", "target", "rows"), "row {r}",
         "the blame at the output for row {r}",
         (("A2 - Y", "That is the whole error: the loss is a mean over n rows, so divide by n."),
          ("(Y - A2) / n", "The size is right and the sign is lost: it is the answer minus the"
                           " target, not the target minus the answer."))),
    Line("gW2", "A1.T @ delta2", (("A1.T", "row"), "@", ("delta2", "column")),
         ("activation", "blame"), "from unit {r}",
         "the slope along the weight from hidden unit {r}",
         (("A1.T @ delta2 / n", "delta2 has been divided by n already, once is enough."),
          ("A1.T @ delta2 * n", "That is the blame before it was divided by n."),
          ("(A1.T @ delta2)[::-1]", "That is the other hidden unit's."),
          ("Z1.T @ delta2", "That takes z; the weight was multiplied by a."))),
    Line("gb2", "delta2.sum(axis=0, keepdims=True)", ("sum of", ("delta2", "column")),
         ("blame",), "", "the slope along the bias of the output",
         (("delta2.sum(axis=0, keepdims=True) / n", "delta2 has been divided by n already."),
          ("delta2.sum(axis=0, keepdims=True) * n", "delta2 has been divided by n: leave it so."))),
    Line("delta1", "(delta2 @ W2.T) * (1 - A1**2)",
         (("delta2", "row"), "@", ("W2.T", "column"), "*", ("1 - A1**2", "same")),
         ("blame at the output", "weight it came through", "slope where it stood"),
         SAMPLE, "the blame that reaches hidden unit {c} for row {r}",
         (("delta2 @ W2.T", "That is what arrives through the weight. The slope of tanh, where the"
                            " unit stood, is forgotten."),
          ("(delta2 @ W2.T) * (1 - np.tanh(A1)**2)", "That is 1 − tanh(a)², the slip of 2013: a"
           " has been through tanh already, so its slope is 1 − a²."),
          ("(delta2 @ W2.T) * A1", "That is the height; blame passes through the slope, 1 − a²."),
          ("(delta2 @ W2.T) * (1 - A1)", "The square is lost: the slope is 1 − a²."),
          ("(delta2 @ W2.T[:, ::-1]) * (1 - A1**2)", "That came through the other unit's weight:"
           " look which number of W2.T is lit."),
          ("(delta2 @ W2.T) * (1 - A1**2) * n", "That is the blame before it was divided by"
           " n."))),
    Line("gW1", "X.T @ delta1", (("X.T", "row"), "@", ("delta1", "column")),
         ("input", "blame"), "from input {r} to unit {c}",
         "the slope along the weight from input {r} to unit {c}",
         (("X.T @ delta1 / n", "delta1 has been divided by n already, in delta2."),
          ("X.T @ delta1 * n", "That is the blame before it was divided by n."),
          ("(X.T @ delta1).T", "Row and column are exchanged: the row of gW1 belongs to the"
                               " input."))),
    Line("gb1", "delta1.sum(axis=0, keepdims=True)", ("sum of", ("delta1", "column")),
         ("blame",), "unit {c}", "the slope along the bias of hidden unit {c}",
         (("delta1.sum(axis=0, keepdims=True) / n", "delta1 has been divided by n already."),
          ("delta1.sum(axis=0, keepdims=True)[:, ::-1]", "That is the other hidden unit's."))),
    _update("W2", "from unit {r}", "the weight from hidden unit {r} to the output"),
    _update("b2", "", "the bias of the output"),
    _update("W1", "from input {r} to unit {c}", "the weight from input {r} to hidden unit {c}"),
    _update("b1", "unit {c}", "the bias of hidden unit {c}"),
)  # fmt: skip

MADE = [line.makes for line in LINES]  # the names of the arrays, in the order of the lines
PARAMETERS = ("W1", "b1", "W2", "b2")
HEADS = {"Z1": "FORWARD: what comes out", "delta2": "BACKWARD: who is to blame",
         "W2": "UPDATE: a step downhill"}  # fmt: skip
SIGN_LOST = "The size is right and the sign is lost: multiply the signs as well."
OTHERWISE = "Multiply along the chain above, and try again; Show tells."


def _expressions():
    """Every expression that may be evaluated, each as it stands in LINES."""
    for line in LINES:
        yield line.expression
        yield from (expression for expression, _ in line.operands + list(line.slips))


_COMPILED = {text: compile(text, "<line>", "eval") for text in _expressions()}


def evaluate(expression: str, names: dict):
    """The value of an expression of this module, where `names` says what its names stand for."""
    return eval(_COMPILED[expression], names)


def run(numbers: dict[str, Array], learning_rate: float) -> tuple[dict, dict[str, Array]]:
    """Run all lines on X, Y, W1, b1, W2 and b2. Gives (names, made).

    `names` is what the names in an expression stand for; the parameters are those given, since the
    pass is over when they are updated. `made` is what each line makes, as (rows, columns).
    """
    names = {"np": np, "n": len(numbers["X"]), "learning_rate": learning_rate} | numbers
    made = {}
    for line in LINES:
        value = evaluate(line.expression, names)
        made[line.makes] = np.atleast_2d(value)
        if line.makes not in PARAMETERS:
            names[line.makes] = value
    return names, made


def program() -> list[dict]:
    """The lines with their headings, as a panel shows them; those that run have their `makes`."""
    shown = []
    for line in LINES:
        if line.makes in HEADS:
            shown.append({"text": HEADS[line.makes], "kind": "head"})
        shown.append({"text": line.text, "makes": line.makes})
    return shown


def near(given: float, value: float) -> bool:
    """Whether two numbers agree to two decimals, or differ by one there: factors are rounded.

    >>> near(-0.31, -0.3081), near(-0.30, -0.3081), near(0.31, -0.3081)
    (True, True, False)
    """
    return abs(round(given, 2) - round(value, 2)) < 0.011


class Entry(NamedTuple):
    """One number that a line makes: the one at `row` and `column`, both counted from 0."""

    line: Line
    row: int
    column: int
    names: dict  # as `run` gives them

    @property
    def value(self) -> float:
        """The number itself."""
        return self._value_of(self.line.expression)

    def _value_of(self, expression: str) -> float:
        """What another expression for the line puts in its place."""
        return float(np.atleast_2d(evaluate(expression, self.names))[self.row, self.column])

    @property
    def place(self) -> str:
        """Which number of its array it is."""
        return self.line.place.format(r=self.row + 1, c=self.column + 1)

    @property
    def about(self) -> str:
        """What it is, and of which products it is a sum, where these are too many to be named."""
        line = self.line
        about = line.about.format(r=self.row + 1, c=self.column + 1)
        if len(self.factors(line.operands[0])) > 2:
            return f"{about}: {' × '.join(line.words[: 2 if '@' in line.formula else 1])}"
        return about

    @property
    def shapes(self) -> str:
        """The shapes of the formula, and of what comes out; scalars by their names."""
        words = []
        for part in self.line.formula:
            if isinstance(part, str):
                words.append("" if part == "@" else f" {part} ")
            else:
                value = evaluate(part[0], self.names)
                scalar = f"({part[0]})" if " " in part[0] else part[0]
                words.append(f"({_shape(value)})" if np.ndim(value) else scalar)
        formula = "".join(words).replace("( (", "((").replace(") )", "))")
        out = evaluate(self.line.expression, self.names)
        return f"{formula.strip()} → {_shape(out) if np.ndim(out) else 'one number'}"

    def places(self, used: str, shape: tuple[int, int]) -> list[int]:
        """Where in an operand of this shape the numbers are that it is made from, row by row."""
        places = np.arange(shape[0] * shape[1]).reshape(shape)
        rows = self.row if used in ("row", "same") else slice(None)
        columns = self.column if used in ("column", "same") else slice(None)
        return places[rows, columns].ravel().tolist()

    def lit(self, name: str) -> list[int]:
        """Where in the array `name` the numbers are that the line takes from it directly."""
        lit, values = [], self.names[name]
        for expression, used in self.line.operands:
            if name in re.findall(r"\b[A-Z]\d?\b", expression):
                places = np.arange(values.size).reshape(values.shape)
                places = places.T if ".T" in expression else places
                lit += places.ravel()[self.places(used, places.shape)].tolist()
        return lit

    def factors(self, operand: Operand) -> list[float]:
        """The numbers of this operand that it is made from."""
        expression, used = operand
        values = np.atleast_2d(evaluate(expression, self.names))
        return values.flat[self.places(used, values.shape)].tolist()

    def hint(self, given: float) -> str:
        """What to say to somebody who got the number `given`, which is wrong."""
        for expression, words in self.line.slips:
            if near(given, self._value_of(expression)):
                return words
        return SIGN_LOST if near(given, -self.value) else OTHERWISE


def _shape(values: Array) -> str:
    return " × ".join(map(str, values.shape))
