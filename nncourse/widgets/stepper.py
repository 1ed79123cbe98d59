"""Notebook 04: forward, backward, update, line by line, with every number as it is made."""

from __future__ import annotations

import numpy as np

from nnlib.datasets import xor
from nnlib.notation import Array
from nncourse.widgets import stepper_panels
from nncourse.widgets.base.controls import Check, Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.nine_numbers import NET, NINE
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.stepper_lines import (
    LINES,
    MADE,
    PARAMETERS,
    Entry,
    Line,
    near,
    program,
    run,
)
from nncourse.words import signed


class StepperDesk(Desk):
    """The backprop stepper without its stage.

    One number is in question at any time: `line` names the array that it belongs to and `entry`
    counts the numbers of that array from 1. With `ask` it is to be predicted, and `shown` says
    whether it is revealed. `passes` counts the passes that are made, and `before` is the loss with
    which the last of them began.
    """

    NAME, TITLE = "backprop_stepper", "Backprop, line by line"
    CONTROLS = by_name(
        Check("ask", "ask me before each number", True),
        Slider("learning_rate", "learning rate", 0.001, 2, 0.3, log=True),
        Choice("line", "line", {line.makes: line.text for line in LINES}, "Z1"),
        Slider("entry", "entry", 1, 8, 1, whole=True),
        Check("shown", "the number is shown"),
        Slider("passes", "passes made", 0, 1_000_000, 0, whole=True),
        Slider("before", "loss of the pass before", 0, 1e6, 0.0),
    )
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
            self.verdict, self.right = self.answer, None

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
        return super().scene() | stepper_panels.scene(self)

    def panels(self) -> dict:
        return stepper_panels.panels(self)

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

    # In words

    @property
    def answer(self) -> str:
        """The number in question."""
        return f"It is {signed(self.entry.value)}."

    @property
    def pass_name(self) -> str:
        """Which pass it is, counted from 1."""
        return f"pass {self.settings['passes'] + 1}"

    @property
    def sentence(self) -> str:
        line, place = self.line, self.entry.place
        words = [f"{line.text}{place and ', '}{place}.", f"Shapes: {self.entry.shapes}.",
                 "What is it?" if self.open else self.answer]  # fmt: skip
        if line.makes in PARAMETERS:
            after, _ = run(self._updated(), 0.0)
            words.append(f"The whole step takes the loss from {self.names['loss']:.3f} to"
                         f" {after['loss']:.3f}.")  # fmt: skip
        elif self.settings["passes"]:
            words.append(f"{self.pass_name.capitalize()}: before it the loss was"
                         f" {self.settings['before']:.3f}.")  # fmt: skip
        return " ".join(words)

    # Exits

    def tour(self) -> list[tuple[int, int]]:
        """Every number of this pass: (index of its line, entry)."""
        return [(index, entry + 1) for index, name in enumerate(MADE)
                for entry in range(self.made[name].size)]  # fmt: skip

    def visit(self, stop: tuple[int, int]) -> str:
        """Go to such a number, shown at once, and name it."""
        self.settings = self.settings | {"ask": False}
        self._go(*stop)
        return f"{self.settings['line']}, entry {self.settings['entry']}"

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
