"""Notebook 04: forward, backward, update, line by line, with every number as it is made.

The lines are those of the notebook, and they are the very lines that are run: a `Line` holds its
source, the desk evaluates it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from nncourse.widgets.base.controls import Check, Choice, Slider, button
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.nine_numbers import NET, NINE
from nncourse.widgets.base.payloads import array_part, signed
from nncourse.widgets.base.stage import Stage
from nnlib.datasets import xor
from nnlib.notation import Array

(W1, b1), (W2, b2) = NET.layers(NINE)
FIRST = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


class Line(NamedTuple):
    """A line of the program, `makes = does`, and what is said of one number that it makes.

    `row` is the formula with its arrays, each as (source, which of its numbers are used: the row,
    the column or the same place as the number that is made, or all). `words` stand over these in
    the chain of factors, `place` names the number made ({r} and {c} count from 1), `about` tells
    what it is. `slips` are other sources that somebody may compute, and what to say to them.
    """

    makes: str
    does: str
    row: tuple
    words: tuple[str, ...]
    place: str
    about: str
    slips: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The line as it is written and run."""
        return f"{self.makes} = {self.does}"


def _update(name: str, place: str, about: str) -> Line:
    """The line that moves an array of parameters against its slopes."""
    return Line(
        name, f"{name} - rate * g{name}",
        ((name, "same"), "−", ("rate", "all"), "*", (f"g{name}", "same")),
        ("as it stood", "learning rate", "its slope"),
        place, f"{about}, after the step",
        ((f"{name} + rate * g{name}", "That is a step uphill: the slope is taken away."),
         (f"{name} - g{name}", "The learning rate is still to be multiplied."),
         (f"-rate * g{name}", "That is the step alone: it is added to the number that stood.")),
    )  # fmt: skip


SAMPLE = "row {r}, unit {c}"
LINES = [
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
]  # fmt: skip
HEADS = {"Z1": "FORWARD: what comes out", "delta2": "BACKWARD: who is to blame",
         "W2": "UPDATE: a step downhill"}  # fmt: skip
MADE = [line.makes for line in LINES]
_COMPILED = {does: compile(does, "<line>", "eval")
             for line in LINES
             for does in [line.does, *(part[0] for part in line.row if not isinstance(part, str)),
                          *(does for does, _ in line.slips)]}  # fmt: skip
SIGN_LOST = "The size is right and the sign is lost: multiply the signs as well."
OTHERWISE = "Multiply along the chain above, and try again; Show tells."


class StepperDesk(Desk):
    """The backprop stepper without its stage.

    `line` names the array that the current line makes, `entry` counts its numbers from 1; `shown`
    says whether the one in question is revealed. `passes` have been made so far, and the last of
    them began with a loss of `before`.
    """

    NAME = "backprop_stepper"
    CONTROLS = {
        control.name: control
        for control in [
            Check("ask", "ask me before each number", True),
            Slider("rate", "learning rate", 0.001, 2, 0.3, log=True),
            Choice("line", "line", {line.makes: line.text for line in LINES}, "Z1"),
            Slider("entry", "entry", 1, 8, 1, whole=True),
            Check("shown", "the number is shown"),
            Slider("passes", "passes made", 0, 1_000_000, 0, whole=True),
            Slider("before", "loss of the pass before", 0, 1e6, 0.0),
        ]
    }
    HANDS = ("set", "change", "choose", "guess", "skip", "begin", "back", "next", "next_line",
             "reset")  # fmt: skip
    verdict, right = "", None  # of the last guess
    asked = 0  # counts questions

    def start_numbers(self) -> dict[str, Array]:
        data = xor()
        nine = {name: values.copy() for name, values in FIRST.items()}
        return {"X": data.X.copy(), **nine, "Y": data.Y.copy()}

    # What follows

    def settled(self) -> None:
        """Run all lines on the numbers as they stand."""
        self.names = _names(self.numbers, self.settings["rate"])
        self.made = {}
        for line in LINES:
            self.made[line.makes] = np.atleast_2d(_value(line.does, self.names))
            if line.makes not in self.numbers:  # an update stands apart: the pass is over by then
                self.names[line.makes] = _value(line.does, self.names)
        self.verdict, self.right = "", None
        if self.settings["entry"] > self._size:
            raise ValueError(
                f"entry: {self.settings['entry']} given, expected 1 to {self._size}: so many"
                f" numbers has {self.now.makes}"
            )

    @property
    def now(self) -> Line:
        """The current line."""
        return LINES[self.number]

    @property
    def number(self) -> int:
        """Which line it is, counted from 0."""
        return MADE.index(self.settings["line"])

    @property
    def value(self) -> float:
        """The number in question."""
        return float(self.made[self.now.makes].flat[self.settings["entry"] - 1])

    @property
    def open(self) -> bool:
        """Whether it is asked for and not shown yet."""
        return self.settings["ask"] and not self.settings["shown"]

    @property
    def _size(self) -> int:
        return self.made[self.now.makes].size

    @property
    def _at(self) -> tuple[int, int]:
        """Row and column of the number in question, counted from 0."""
        return divmod(self.settings["entry"] - 1, self.made[self.now.makes].shape[1])

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control; another line begins with its first number, and a number is a question."""
        if name == "line":
            self._go(MADE.index(self.control(name).check(value)))
        else:
            super().set(name, value)
            if name == "entry":
                self._go(self.number, self.settings["entry"])

    def choose(self, panel: str, place: int) -> None:
        """Go to a line of the program, by its place in the panel of lines, headings included."""
        lines = _program()
        if type(place) is not int or not 0 <= place < len(lines) or lines[place].get("kind"):
            raise ValueError(f"{str(place)[:20]} given: there is no line of the program there")
        self._go(MADE.index(lines[place]["makes"]))

    def next(self) -> None:
        """On to the next number; after the last line to a new pass, with the new numbers."""
        if self.settings["entry"] < self._size:
            self._go(self.number, self.settings["entry"] + 1)
        else:
            self.next_line()

    def next_line(self) -> None:
        """On to the next line; after the last one to a new pass, with the new numbers."""
        if self.number + 1 < len(LINES):
            self._go(self.number + 1)
        else:
            self._pass()

    def back(self) -> None:
        """Back to the number before, within this pass."""
        if self.settings["entry"] > 1:
            self._go(self.number, self.settings["entry"] - 1)
        elif self.number:
            before = self.number - 1
            self._go(before, self.made[LINES[before].makes].size)

    def begin(self) -> None:
        """Back to the first line of this pass."""
        self._go(0)

    def guess(self, given) -> None:
        """Predict the number in question: right within one of the second decimal, sign and all."""
        if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < 1e9:
            raise ValueError(f"{str(given)[:40]} given, expected a number")
        if not self.open:
            return
        self.right = _near(given, self.value)
        if self.right:
            self.settings = self.settings | {"shown": True}
            self.verdict = f"Right: {signed(self.value)}."
        else:
            self.verdict = f"{signed(given)} is not it. {self._hint(given)}"

    def skip(self) -> None:
        """Show the number without a guess, or after some."""
        if self.open:
            self.settings = self.settings | {"shown": True}
            self.verdict, self.right = f"It is {signed(self.value)}.", None

    def reset(self) -> None:
        """The numbers of the start, in the first pass; one stays where one is."""
        self.numbers = dict(self.first_numbers)
        self.settings = self.settings | {"passes": 0, "before": 0.0}
        self.settled()

    def _go(self, number: int, entry: int = 1) -> None:
        self.settings = self.settings | {"line": MADE[number], "entry": entry, "shown": False}
        self.verdict, self.right = "", None
        self.asked += 1

    def _pass(self) -> None:
        """Take the step: what was made becomes what is given."""
        new = {name: self.made[name] for name in FIRST}
        if not all((np.abs(values) <= self.REACH).all() for values in new.values()):
            raise ValueError(
                f"the step would leave the numbers from {-self.REACH:g} to {self.REACH:g}, so it"
                " was not taken: make the learning rate smaller"
            )
        past = {"passes": self.settings["passes"] + 1, "before": float(self.names["loss"])}
        self.numbers, self.settings = self.numbers | new, self.settings | past
        self._go(0)
        self.settled()

    def _hint(self, given: float) -> str:
        """A word for a number that somebody got who did something else."""
        r, c = self._at
        for does, words in self.now.slips:
            if _near(given, float(np.atleast_2d(_value(does, self.names))[r, c])):
                return words
        return SIGN_LOST if _near(given, -self.value) else OTHERWISE

    # What the stage shows

    def scene(self) -> dict:
        control = {name: control.scene() for name, control in self.CONTROLS.items()}
        return {
            "name": self.NAME, "title": "Backprop, line by line",
            "first": [button("begin", "|◀"), button("back", "◀ Back"),
                      button("next", "Next ▶", main=True), button("next_line", "▶| Line"),
                      {"kind": "progress", "name": "where", "label": "how far this pass is"},
                      control["ask"]],
            "more": [["numbers", [control["rate"], button("reset", "↺ Same numbers as at first")]]],
            "columns": [
                [1.04, [
                    {"id": "lines", "kind": "code", "title": "lines", "hands": True,
                     "narrow": 0.66},
                    {"id": "remembered", "kind": "arrays", "title": "remembered",
                     "note": "for the backward lines", "narrow": 0.34},
                ]],
                [2.2, [
                    {"id": "formula", "kind": "arrays", "title": "this line", "least": 158},
                    {"id": "chain", "kind": "arrays", "title": "this number", "least": 82},
                    {"id": "ask", "kind": "ask", "title": "predict first", "least": 134},
                    {"id": "given", "kind": "arrays", "title": "given",
                     "note": "drag a number, or type one: every line recomputes"},
                ]],
            ],
            "exits": [["python", "Copy as Python"], ["recipe", "Recipe"]], "scrub": False,
        }  # fmt: skip

    @property
    def values(self) -> dict:
        where = (f"line {self.number + 1} of {len(LINES)}, entry {self.settings['entry']} of"
                 f" {self._size}")  # fmt: skip
        return super().values | {"where": {"text": where}}

    @property
    def off(self) -> dict:
        if self.number or self.settings["entry"] > 1:
            return {}
        return {"begin": "this pass begins here", "back": "this pass begins here"}

    def panels(self) -> dict:
        now, lines, parts = self.now, _program(), self._parts()
        makes = [line.get("makes") for line in lines]
        return {
            "lines": {"lines": [{k: line[k] for k in ("text", "kind") if k in line}
                                for line in lines],
                      "now": makes.index(now.makes), "note": self._of_pass},
            "formula": {"rows": [self._formula()], "note": now.text},
            "chain": {"rows": [self._chain()], "note": self._about},
            "ask": self._question() if self.settings["ask"] else None,
            "remembered": {"rows": [[parts["A1"], parts["A2"]]]},
            "given": {"rows": [[parts[name] for name in self.numbers]]},
        }  # fmt: skip

    def _formula(self) -> list:
        """The arrays of the line, those of their numbers lit that make the one in question."""
        row, now = [], self.now
        for part in now.row:
            if isinstance(part, str):
                row.append(part)
            else:
                value = _value(part[0], self.names)
                values = np.atleast_2d(value)
                one = array_part(_shown(part[0]), values, lit=self._lit(part[1], values.shape))
                if not np.ndim(value):
                    one |= {"shape": "", "texts": [f"{value:g}"]}
                row.append(one)
        new = f"new {now.makes}" if now.makes in self.numbers else now.makes
        values, known = self.made[now.makes], self.settings["entry"] - self.open
        texts = [signed(value) if k < known else "?" for k, value in enumerate(values.flat)]
        made = array_part(new, values, made=self.settings["entry"] - 1, current=True)
        return [*row, "=", made | {"texts": texts}]

    def _lit(self, which: str, shape: tuple[int, int]) -> list[int]:
        """Which places of an array a number is made from."""
        r, c = self._at
        places = np.arange(shape[0] * shape[1]).reshape(shape)
        chosen = {"row": lambda: places[r], "column": lambda: places[:, c],
                  "same": lambda: places[r, c], "all": lambda: places}[which]()  # fmt: skip
        return np.ravel(chosen).tolist()

    def _factors(self, part: tuple[str, str]) -> list[float]:
        """The numbers of an operand that the number in question is made from."""
        values = np.atleast_2d(_value(part[0], self.names))
        return values.flat[self._lit(part[1], values.shape)].tolist()

    def _chain(self) -> list:
        """The numbers that make the one in question, one beside the other."""
        now = self.now
        words, parts, tokens = iter(now.words), [], list(now.row)
        while tokens:
            one = tokens.pop(0)
            if isinstance(one, str):
                parts.append({"@": "×", "*": "×", "sum of": ""}.get(one, one))
                continue
            groups, called = [self._factors(one)], [next(words)]
            if tokens[:1] == ["@"]:
                groups.append(self._factors(tokens[1]))
                called.append(next(words))
                del tokens[:2]
            terms = _sum(groups, called, len(np.shape(_value(one[0], self.names))))
            parts += ["(", *terms, ")"] if len(terms) > 1 and "/" in tokens else terms
        value = "?" if self.open else signed(self.value)
        return [*filter(None, parts), "=", _number(now.makes, value, made=0)]

    def _question(self) -> dict:
        now = self.now
        asked = f"This number of {now.makes}, {self._place}," if self._place else now.makes
        return {
            "question": f"{asked} is (to two decimals, and a sign counts):",
            "choices": None, "no": self.asked, "check": "Check", "skip": "Show", "given": None,
            "skipped": not self.open, "answer": None, "right": self.right,
            "verdict": self.verdict or ("" if self.open else f"It is {signed(self.value)}."),
            "focus": self.asked > 0,
        }  # fmt: skip

    def _parts(self) -> dict:
        """The arrays below, by name, those numbers lit that the line takes directly."""
        lit = {name: [] for name in [*self.numbers, "A1", "A2"]}
        for part in self.now.row:
            if isinstance(part, str):
                continue
            for name in lit.keys() & set(re.findall(r"\b[A-Z]\d?\b", part[0])):
                of = self.names[name]
                turned = ".T" in part[0]
                shape = of.shape[::-1] if turned else of.shape
                places = np.arange(of.size).reshape(of.shape)
                places = places.T if turned else places
                lit[name] += places.flat[self._lit(part[1], shape)].tolist()
        parts = {name: array_part(name, values, step=self.STEP, lit=lit[name])
                 for name, values in self.numbers.items()}  # fmt: skip
        for name in ("A1", "A2"):
            part, known = array_part(name, self.names[name], lit=lit[name]), self._known(name)
            texts = [text if k < known else "?" for k, text in enumerate(part["texts"])]
            parts[name] = part | {"texts": texts}
        return parts

    def _known(self, name: str) -> int:
        """How many numbers of an array have been made in this pass."""
        place = MADE.index(name)
        if place == self.number:
            return self.settings["entry"] - self.open
        return self.made[name].size if place < self.number else 0

    # In words

    @property
    def _about(self) -> str:
        """What the number in question is, and of what products it is a sum."""
        now, (r, c) = self.now, self._at
        about = now.about.format(r=r + 1, c=c + 1)
        first = next(part for part in now.row if not isinstance(part, str))
        if len(self._factors(first)) > 2:
            count = 2 if "@" in now.row else 1
            return f"{about}: {' × '.join(now.words[:count])}"
        return about

    @property
    def _place(self) -> str:
        """Which number of the array it is."""
        r, c = self._at
        return self.now.place.format(r=r + 1, c=c + 1)

    @property
    def _of_pass(self) -> str:
        return f"pass {self.settings['passes'] + 1}"

    @property
    def sentence(self) -> str:
        now = self.now
        place = f", {self._place}" if self._place else ""
        words = [f"{now.text}{place}.", f"Shapes: {self._shapes}."]
        words.append("What is it?" if self.open else f"It is {signed(self.value)}.")
        if now.makes in self.numbers:
            words.append(f"The whole step takes the loss from {self.names['loss']:.3f} to"
                         f" {self._loss_after:.3f}.")  # fmt: skip
        elif self.settings["passes"]:
            words.append(f"{self._of_pass.capitalize()}: before it the loss was"
                         f" {self.settings['before']:.3f}.")  # fmt: skip
        return " ".join(words)

    @property
    def _shapes(self) -> str:
        """The shapes of the formula, and of what comes out; scalars by their names."""
        words = []
        for part in self.now.row:
            if isinstance(part, str):
                words.append("" if part == "@" else f" {part} ")
            else:
                value = _value(part[0], self.names)
                scalar = f"({part[0]})" if " " in part[0] else part[0]
                words.append(f"({_shape(value)})" if np.ndim(value) else scalar)
        formula = "".join(words).replace("( (", "((").replace(") )", "))")
        out = _value(self.now.does, self.names)
        return f"{formula.strip()} → {_shape(out) if np.ndim(out) else 'one number'}"

    @property
    def _loss_after(self) -> float:
        """The loss with the new numbers: the forward lines once more."""
        names = _names(self.numbers | {name: self.made[name] for name in FIRST}, 0.0)
        for line in LINES[: MADE.index("loss") + 1]:
            names[line.makes] = _value(line.does, names)
        return float(names["loss"])

    # Exits

    def recording(self, most: int):
        """Frames for a page: this pass, number by number, then where one stands."""
        kept = self.settings
        try:
            self.settings = kept | {"ask": False}
            for stop, (number, entry) in enumerate(self._stops()):
                self._go(number, entry)
                yield self.frame() | {"at": stop, "when": f"{MADE[number]}, entry {entry}"}
        finally:
            self.settings = kept
            self.settled()
        yield self.frame() | {"at": len(self._stops()), "when": "as it stood"}

    def _stops(self) -> list[tuple[int, int]]:
        return [(number, entry + 1) for number, line in enumerate(LINES)
                for entry in range(self.made[line.makes].size)]  # fmt: skip

    def python(self) -> str:
        """The lines up to the current one, with the numbers that stand here."""
        given = [f"{name} = np.array({values.tolist()})" for name, values in self.numbers.items()]
        lines = [line.text for line in LINES[: self.number + 1]]
        return "\n".join([
            "import numpy as np", "", *given, f"n, rate = len(X), {self.settings['rate']!r}", "",
            *lines, f"print({self.now.makes}.round(2) + 0.0)", "",
        ])  # fmt: skip


class BackpropStepper(Stage):
    """Notebook 04: backprop, line by line, with every number as it is made.

    It begins where `line` and `entry` say: `BackpropStepper(line="delta1", entry=6)`; `ask=False`
    shows each number at once, `rate` is the learning rate of the update. `hide` names controls and
    panels to leave out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> print(BackpropStepper(line="delta1", entry=6, ask=False).sentence)
    delta1 = (delta2 @ W2.T) * (1 - A1**2), row 3, unit 2. Shapes: (4 × 1)(1 × 2) * (4 × 2) \
→ 4 × 2. It is −0.31.
    """

    MODEL = StepperDesk


def _value(does: str, names: dict):
    """What a source of this module gives."""
    return eval(_COMPILED[does], names)


def _names(numbers: dict, rate: float) -> dict:
    return {"np": np, "n": len(numbers["X"]), "rate": rate} | numbers


def _near(given: float, value: float) -> bool:
    """Whether they agree to two decimals; one more or less is what rounded factors give."""
    return abs(round(given, 2) - round(value, 2)) < 0.011


def _program() -> list[dict]:
    """The lines as a panel shows them, with their headings."""
    lines = []
    for line in LINES:
        if line.makes in HEADS:
            lines.append({"text": HEADS[line.makes], "kind": "head"})
        lines.append({"text": line.text, "makes": line.makes})
    return lines


def _shape(values: Array) -> str:
    return " × ".join(map(str, values.shape))


def _shown(source: str) -> str:
    return source.replace("**2", "²").replace(" - ", " − ")


def _number(word: str, text: str, **rest) -> dict:
    """A single number for a row of arrays, with a word over it."""
    return {"name": word, "shape": "", "columns": 1, "texts": [text]} | rest


def _sum(groups: list[list[float]], words: list[str], axes: int) -> list:
    """Products of numbers, added up: factor by factor where they are few, row by row elsewhere.

    A factor that belongs to no array (`axes` is 0) has no sign to attend to.
    """
    terms, parts = list(zip(*groups)), []
    for k, factors in enumerate(terms, 1):
        parts += ["+"] if parts else []
        if len(terms) < 3:
            count = f" {k}" if len(terms) > 1 else ""
            for j, (word, factor) in enumerate(zip(words, factors)):
                parts += ["×"] if j else []
                parts.append(
                    _number(
                        word if j else word + count,
                        signed(factor) if axes else f"{factor:g}",
                        lit=[0],
                    )
                )
        else:
            text = " × ".join(signed(factor) for factor in factors)
            parts.append(_number(f"row {k}", text, lit=[0]))
    return parts
