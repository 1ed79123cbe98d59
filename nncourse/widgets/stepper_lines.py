"""The program of the backprop stepper: its fifteen lines, and what is said about their numbers.

The lines are those of notebook 04, and `run` evaluates them as they are written. An `Entry` is one
number that a line makes, with the numbers it is made from. Rows and columns count from 0.
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
    about: str  # says what the number at {r} and {c} is

    @property
    def text(self) -> str:
        """The line as it is shown and run."""
        return f"{self.makes} = {self.expression}"

    @property
    def operands(self) -> list[Operand]:
        """The operands of the formula, without its signs."""
        return [part for part in self.formula if not isinstance(part, str)]


def _update(name: str, about: str) -> Line:
    """The line that takes a step of gradient descent with one array of parameters."""
    return Line(
        name, f"{name} - learning_rate * g{name}",
        ((name, "same"), "−", ("learning_rate", "all"), "*", (f"g{name}", "same")),
        ("as it was", "learning rate", "its slope"), f"{about}, after the step",
    )  # fmt: skip


LINES = (
    Line("Z1", "X @ W1 + b1", (("X", "row"), "@", ("W1", "column"), "+", ("b1", "column")),
         ("input", "weight", "bias"), "what hidden unit {c} receives in row {r}"),
    Line("A1", "np.tanh(Z1)", ("tanh", ("Z1", "same")), ("received",),
         "what hidden unit {c} sends on in row {r}"),
    Line("Z2", "A1 @ W2 + b2", (("A1", "row"), "@", ("W2", "column"), "+", ("b2", "column")),
         ("from unit", "weight", "bias"), "what the output receives in row {r}"),
    Line("A2", "Z2", (("Z2", "same"),), ("received",),
         "the answer for row {r}, as the output has no activation function"),
    Line("loss", "((A2 - Y)**2).sum() / (2 * n)",
         ("sum of", ("(A2 - Y)**2", "all"), "/", ("2 * n", "all")),
         ("error²", "twice n"), "how wrong the four answers are, in one number"),
    Line("delta2", "(A2 - Y) / n", ("(", ("A2", "same"), "−", ("Y", "same"), ") /", ("n", "all")),
         ("answer", "target", "n"), "the slope of the loss along Z2[{r}, 0]"),
    Line("gW2", "A1.T @ delta2", (("A1.T", "row"), "@", ("delta2", "column")),
         ("activation", "delta2"), "the slope of the loss along W2[{r}, 0]"),
    Line("gb2", "delta2.sum(axis=0, keepdims=True)", ("sum of", ("delta2", "column")),
         ("delta2",), "the slope of the loss along b2[0, 0]"),
    Line("delta1", "(delta2 @ W2.T) * (1 - A1**2)",
         (("delta2", "row"), "@", ("W2.T", "column"), "*", ("1 - A1**2", "same")),
         ("delta2", "weight", "slope of tanh"),
         "the slope of the loss along Z1[{r}, {c}]"),
    Line("gW1", "X.T @ delta1", (("X.T", "row"), "@", ("delta1", "column")),
         ("input", "delta1"), "the slope of the loss along W1[{r}, {c}]"),
    Line("gb1", "delta1.sum(axis=0, keepdims=True)", ("sum of", ("delta1", "column")),
         ("delta1",), "the slope of the loss along b1[0, {c}]"),
    _update("W2", "the weight from hidden unit {r} to the output"),
    _update("b2", "the bias of the output"),
    _update("W1", "the weight from input {r} to hidden unit {c}"),
    _update("b1", "the bias of hidden unit {c}"),
)  # fmt: skip

MADE = [line.makes for line in LINES]  # the names of the arrays, in the order of the lines
PARAMETERS = ("W1", "b1", "W2", "b2")
HEADS = {"Z1": "Forward: what comes out", "delta2": "Backward: the slopes",
         "W2": "Update: a step downhill"}  # fmt: skip


_COMPILED = {text: compile(text, "<line>", "eval") for line in LINES
             for text in (line.expression, *(operand for operand, _ in line.operands))}  # fmt: skip


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


class Entry(NamedTuple):
    """One number that a line makes: the one at `row` and `column`, both counted from 0."""

    line: Line
    row: int
    column: int
    names: dict  # as `run` gives them

    @property
    def value(self) -> float:
        """The number itself."""
        made = np.atleast_2d(evaluate(self.line.expression, self.names))
        return float(made[self.row, self.column])

    @property
    def name(self) -> str:
        """The number as the code names it; a single number has the name of its line alone."""
        if not np.ndim(evaluate(self.line.expression, self.names)):
            return self.line.makes
        return f"{self.line.makes}[{self.row}, {self.column}]"

    @property
    def about(self) -> str:
        """What it is."""
        return self.line.about.format(r=self.row, c=self.column)

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
