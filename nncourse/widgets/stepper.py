"""Notebook 04: forward, backward, update, line by line, with every number as it is made."""

from __future__ import annotations

import numpy as np

from nncourse.widgets.base.controls import Check, Choice, Slider, button
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.nine_numbers import NET, NINE
from nncourse.widgets.base.payloads import array_part
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.stepper_lines import (
    LINES,
    MADE,
    PARAMETERS,
    Entry,
    Line,
    evaluate,
    near,
    program,
    run,
)
from nncourse.words import signed
from nnlib.datasets import xor
from nnlib.notation import Array

REMEMBERED = ("A1", "A2")  # the arrays of the forward lines that the backward lines use
FEW = 2  # products that are shown factor by factor; of more, each is one text


class StepperDesk(Desk):
    """The backprop stepper without its stage.

    One number is in question at any time: `line` names the array that it belongs to and `entry`
    counts the numbers of that array from 1. With `ask` it is to be predicted, and `shown` says
    whether it is revealed. `passes` counts the passes that are made, and `before` is the loss with
    which the last of them began.
    """

    NAME, TITLE = "backprop_stepper", "Backprop, line by line"
    CONTROLS = {
        control.name: control
        for control in [
            Check("ask", "ask me before each number", True),
            Slider("learning_rate", "learning rate", 0.001, 2, 0.3, log=True),
            Choice("line", "line", {line.makes: line.text for line in LINES}, "Z1"),
            Slider("entry", "entry", 1, 8, 1, whole=True),
            Check("shown", "the number is shown"),
            Slider("passes", "passes made", 0, 1_000_000, 0, whole=True),
            Slider("before", "loss of the pass before", 0, 1e6, 0.0),
        ]
    }
    HANDS = ("set", "change", "choose", "guess", "skip", "begin", "back", "next", "next_line",
             "reset")  # fmt: skip
    verdict, right = "", None  # on the last guess
    questions = 0  # how many have been asked

    def start_numbers(self) -> dict[str, Array]:
        (W1, b1), (W2, b2) = NET.layers(NINE.copy())
        data = xor()
        return {"X": data.X.copy(), "W1": W1, "b1": b1, "W2": W2, "b2": b2, "Y": data.Y.copy()}

    def settled(self) -> None:
        """Run all lines on the numbers as they stand."""
        self.names, self.made = run(self.numbers, self.settings["learning_rate"])
        self.verdict, self.right = "", None
        if self.settings["entry"] > self._size:
            raise ValueError(
                f"entry: {self.settings['entry']} given, expected 1 to {self._size}: so many"
                f" numbers has {self.line.makes}"
            )

    # The number in question

    @property
    def index(self) -> int:
        """Which line it is, counted from 0."""
        return MADE.index(self.settings["line"])

    @property
    def line(self) -> Line:
        """The current line."""
        return LINES[self.index]

    @property
    def entry(self) -> Entry:
        """The number in question, with what it is made from."""
        columns = self.made[self.line.makes].shape[1]
        return Entry(self.line, *divmod(self.settings["entry"] - 1, columns), self.names)

    @property
    def open(self) -> bool:
        """Whether it is still to be predicted."""
        return self.settings["ask"] and not self.settings["shown"]

    @property
    def _size(self) -> int:
        """How many numbers the current line makes."""
        return self.made[self.line.makes].size

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control. Another line or entry is another question."""
        if name == "line":
            self._go(MADE.index(self.control(name).check(value)))
        else:
            super().set(name, value)
            if name == "entry":
                self._go(self.index, self.settings["entry"])

    def choose(self, panel: str, place: int) -> None:
        """Go to a line of the program, by its place in the panel of lines, headings included."""
        lines = program()
        if type(place) is not int or not 0 <= place < len(lines) or lines[place].get("kind"):
            raise ValueError(f"{str(place)[:20]} given: there is no line of the program there")
        self._go(MADE.index(lines[place]["makes"]))

    def next(self) -> None:
        """On to the next number; after the last line to a new pass, with the new numbers."""
        if self.settings["entry"] < self._size:
            self._go(self.index, self.settings["entry"] + 1)
        else:
            self.next_line()

    def next_line(self) -> None:
        """On to the next line; after the last one to a new pass, with the new numbers."""
        if self.index + 1 < len(LINES):
            self._go(self.index + 1)
        else:
            self._next_pass()

    def back(self) -> None:
        """Back to the number before, within this pass."""
        if self.settings["entry"] > 1:
            self._go(self.index, self.settings["entry"] - 1)
        elif self.index:
            before = self.index - 1
            self._go(before, self.made[MADE[before]].size)

    def begin(self) -> None:
        """Back to the first line of this pass."""
        self._go(0)

    def guess(self, given) -> None:
        """Predict the number in question: right within one of the second decimal, sign and all."""
        if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < 1e9:
            raise ValueError(f"{str(given)[:40]} given, expected a number")
        if not self.open:
            return
        entry = self.entry
        self.right = near(given, entry.value)
        if self.right:
            self.settings = self.settings | {"shown": True}
            self.verdict = f"Right: {signed(entry.value)}."
        else:
            self.verdict = f"{signed(given)} is not it. {entry.hint(given)}"

    def skip(self) -> None:
        """Show the number without a guess, or after some."""
        if self.open:
            self.settings = self.settings | {"shown": True}
            self.verdict, self.right = self._it_is, None

    def reset(self) -> None:
        """The first numbers again, in the first pass, at the same line and entry."""
        self.numbers = dict(self.first_numbers)
        self.settings = self.settings | {"passes": 0, "before": 0.0}
        self.settled()

    def _go(self, index: int, entry: int = 1) -> None:
        """Ask for this number of the line with this index."""
        self.settings = self.settings | {"line": MADE[index], "entry": entry, "shown": False}
        self.verdict, self.right = "", None
        self.questions += 1

    def _next_pass(self) -> None:
        """Take the step, and begin the next pass. ValueError if a number would become too large."""
        updated = self._updated()
        if not all((np.abs(values) <= self.REACH).all() for values in updated.values()):
            raise ValueError(
                f"the step would leave the numbers from {-self.REACH:g} to {self.REACH:g}, so it"
                " was not taken: make the learning rate smaller"
            )
        past = {"passes": self.settings["passes"] + 1, "before": float(self.names["loss"])}
        self.numbers, self.settings = updated, self.settings | past
        self._go(0)
        self.settled()

    def _updated(self) -> dict[str, Array]:
        """The numbers after the step of this pass."""
        return self.numbers | {name: self.made[name] for name in PARAMETERS}

    # What the stage shows

    def scene(self) -> dict:
        c = {name: control.scene() for name, control in self.CONTROLS.items()}
        left = [
            {"id": "lines", "kind": "code", "title": "lines", "hands": True, "narrow": 0.66},
            {"id": "remembered", "kind": "arrays", "title": "remembered",
             "note": "for the backward lines", "narrow": 0.34},
        ]  # fmt: skip
        right = [
            {"id": "formula", "kind": "arrays", "title": "this line", "least": 158},
            {"id": "chain", "kind": "arrays", "title": "this number", "least": 82},
            {"id": "ask", "kind": "ask", "title": "predict first", "least": 134},
            {"id": "given", "kind": "arrays", "title": "given",
             "note": "drag a number, or type one: every line recomputes"},
        ]  # fmt: skip
        return super().scene() | {
            "first": [button("begin", "|◀"), button("back", "◀ Back"),
                      button("next", "Next ▶", main=True), button("next_line", "▶| Line"),
                      {"kind": "progress", "name": "where", "label": "how far this pass is"},
                      c["ask"]],
            "more": [["numbers", [c["learning_rate"],
                                  button("reset", "↺ Same numbers as at first")]]],
            "columns": [[1.04, left], [2.2, right]],
            "exits": [["python", "Copy as Python"], ["recipe", "Recipe"]],
        }  # fmt: skip

    @property
    def values(self) -> dict:
        where = (f"line {self.index + 1} of {len(LINES)}, entry {self.settings['entry']} of"
                 f" {self._size}")  # fmt: skip
        return super().values | {"where": {"text": where}}

    @property
    def off(self) -> dict:
        if self.index or self.settings["entry"] > 1:
            return {}
        return {"begin": "this pass begins here", "back": "this pass begins here"}

    def panels(self) -> dict:
        entry = self.entry
        return {
            "lines": self._lines(),
            "formula": {"rows": [self._formula(entry)], "note": self.line.text},
            "chain": {"rows": [self._chain(entry)], "note": entry.about},
            "ask": self._question(entry) if self.settings["ask"] else None,
            "remembered": {"rows": [self._remembered(entry)]},
            "given": {"rows": [[array_part(name, values, step=self.STEP, lit=entry.lit(name))
                                for name, values in self.numbers.items()]]},
        }  # fmt: skip

    def _lines(self) -> dict:
        """The program, its current line marked."""
        lines = program()
        return {"lines": [{key: line[key] for key in ("text", "kind") if key in line}
                          for line in lines],
                "now": [line.get("makes") for line in lines].index(self.line.makes),
                "note": self._pass}  # fmt: skip

    def _formula(self, entry: Entry) -> list:
        """The arrays of the line, those of their numbers lit that make the one in question."""
        row, line = [], self.line
        for part in line.formula:
            if isinstance(part, str):
                row.append(part)
            else:
                expression, used = part
                value = evaluate(expression, self.names)
                values = np.atleast_2d(value)
                shown = expression.replace("**2", "²").replace(" - ", " − ")
                operand = array_part(shown, values, lit=entry.places(used, values.shape))
                if not np.ndim(value):
                    operand |= {"shape": "", "texts": [f"{value:g}"]}
                row.append(operand)
        name = f"new {line.makes}" if line.makes in PARAMETERS else line.makes
        made = array_part(name, self.made[line.makes], made=self.settings["entry"] - 1,
                          current=True)  # fmt: skip
        return [*row, "=", self._as_far_as_known(line.makes, made)]

    def _remembered(self, entry: Entry) -> list:
        """What the backward lines will use of the forward ones."""
        return [
            self._as_far_as_known(name, array_part(name, self.names[name], lit=entry.lit(name)))
            for name in REMEMBERED
        ]

    def _as_far_as_known(self, name: str, part: dict) -> dict:
        """The part of an array with a question mark for every number that is not made yet."""
        known, index = 0, MADE.index(name)
        if index == self.index:
            known = self.settings["entry"] - self.open
        elif index < self.index:
            known = self.made[name].size
        return part | {"texts": part["texts"][:known] + ["?"] * (len(part["texts"]) - known)}

    def _chain(self, entry: Entry) -> list:
        """The numbers that make the one in question, one beside the other."""
        line, parts, tokens = self.line, [], list(self.line.formula)
        words = iter(line.words)
        while tokens:
            token = tokens.pop(0)
            if isinstance(token, str):
                parts.append({"@": "×", "*": "×", "sum of": ""}.get(token, token))
                continue
            factors, named = [entry.factors(token)], [next(words)]
            if tokens[:1] == ["@"]:
                factors.append(entry.factors(tokens[1]))
                named.append(next(words))
                del tokens[:2]
            scalar = not np.ndim(evaluate(token[0], self.names))
            terms = _sum_of_products(list(zip(*factors)), named, scalar)
            parts += ["(", *terms, ")"] if len(terms) > 1 and "/" in tokens else terms
        value = "?" if self.open else signed(entry.value)
        return [*filter(None, parts), "=", _number(line.makes, value, made=0)]

    def _question(self, entry: Entry) -> dict:
        makes = self.line.makes
        asked = f"This number of {makes}, {entry.place}," if entry.place else makes
        return {
            "question": f"{asked} is (to two decimals, and a sign counts):",
            "choices": None, "no": self.questions, "check": "Check", "skip": "Show", "given": None,
            "skipped": not self.open, "answer": None, "right": self.right,
            "verdict": self.verdict or ("" if self.open else self._it_is),
            "focus": self.questions > 0,
        }  # fmt: skip

    # In words

    @property
    def _it_is(self) -> str:
        return f"It is {signed(self.entry.value)}."

    @property
    def _pass(self) -> str:
        return f"pass {self.settings['passes'] + 1}"

    @property
    def sentence(self) -> str:
        line, place = self.line, self.entry.place
        words = [f"{line.text}{place and ', '}{place}.", f"Shapes: {self.entry.shapes}.",
                 "What is it?" if self.open else self._it_is]  # fmt: skip
        if line.makes in PARAMETERS:
            after, _ = run(self._updated(), 0.0)
            words.append(f"The whole step takes the loss from {self.names['loss']:.3f} to"
                         f" {after['loss']:.3f}.")  # fmt: skip
        elif self.settings["passes"]:
            words.append(f"{self._pass.capitalize()}: before it the loss was"
                         f" {self.settings['before']:.3f}.")  # fmt: skip
        return " ".join(words)

    # Exits

    def recording(self, most: int):
        """Frames for a page: this pass, number by number, then the number in question."""
        kept = self.settings
        stops = [(index, entry + 1) for index, name in enumerate(MADE)
                 for entry in range(self.made[name].size)]  # fmt: skip
        try:
            self.settings = kept | {"ask": False}
            for stop, (index, entry) in enumerate(stops):
                self._go(index, entry)
                yield self.frame() | {"at": stop, "when": f"{MADE[index]}, entry {entry}"}
        finally:
            self.settings = kept
            self.settled()
        yield self.frame() | {"at": len(stops), "when": "as it stood"}

    def python(self) -> str:
        """The lines up to the current one, with the numbers that stand here."""
        given = [f"{name} = np.array({values.tolist()})" for name, values in self.numbers.items()]
        lines = [line.text for line in LINES[: self.index + 1]]
        return "\n".join([
            "import numpy as np", "", *given,
            f"n, learning_rate = len(X), {self.settings['learning_rate']!r}", "",
            *lines, f"print({self.line.makes}.round(2) + 0.0)", "",
        ])  # fmt: skip


class BackpropStepper(Stage):
    """Notebook 04: backprop, line by line, with every number as it is made.

    It begins where `line` and `entry` say: `BackpropStepper(line="delta1", entry=6)`. `ask=False`
    shows each number at once; `learning_rate` is that of the update. `hide` names controls and
    panels to leave out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> print(BackpropStepper(line="delta1", entry=6, ask=False).sentence)
    delta1 = (delta2 @ W2.T) * (1 - A1**2), row 3, unit 2. Shapes: (4 × 1)(1 × 2) * (4 × 2) \
→ 4 × 2. It is −0.31.
    """

    MODEL = StepperDesk


def _sum_of_products(terms: list[tuple], words: list[str], scalar: bool) -> list:
    """Parts for terms[0][0] × terms[0][1] + terms[1][0] × ...; `words` name the factors of a term.

    A `scalar` is written without a sign.
    """
    parts = []
    for k, factors in enumerate(terms, 1):
        parts += ["+"] if parts else []
        if len(terms) > FEW:
            parts.append(_number(f"row {k}", " × ".join(map(signed, factors)), lit=[0]))
            continue
        for j, (word, factor) in enumerate(zip(words, factors)):
            parts += ["×"] if j else []
            name = f"{word} {k}" if len(terms) > 1 and not j else word
            parts.append(_number(name, f"{factor:g}" if scalar else signed(factor), lit=[0]))
    return parts


def _number(name: str, text: str, **rest) -> dict:
    """A single number for a row of arrays, its name over it."""
    return {"name": name, "shape": "", "columns": 1, "texts": [text]} | rest
