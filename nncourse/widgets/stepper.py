"""Notebook 04: forward, backward, update, line by line, with every number as it is made."""

from __future__ import annotations

import numpy as np

from nnlib.datasets import xor
from nnlib.notation import Array
from nncourse.widgets import stepper_panels
from nncourse.widgets.base.controls import Check, Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.nine_numbers import NET, NINE
from nncourse.widgets.base.payloads import fewest
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.stepper_lines import LINES, MADE, PARAMETERS, Entry, Line, program, run
from nncourse.widgets.stepper_questions import question_of


class StepperDesk(Desk):
    """The backprop stepper without its stage.

    `line` names the array of the current line, and `entry` the number of it that is looked at,
    counted from 1. With `ask` there is a question before a line is `shown`. `passes` counts the
    passes that are made, and `before` is the loss with which the last of them began.
    """

    NAME, TITLE = "backprop_stepper", "Backprop, line by line"
    CONTROLS = by_name(
        Check("ask", "ask me first", True),
        Slider("learning_rate", "learning rate", 0.001, 2, 0.3, log=True),
        Choice("line", "line", {line.makes: line.text for line in LINES}, "Z1"),
        Slider("entry", "entry", 1, 8, 1, whole=True),
        Check("shown", "the line is shown"),
        Slider("passes", "passes made", 0, 1_000_000, 0, whole=True),
        Slider("before", "loss of the pass before", 0, 1e6, 0.0),
    )
    BUTTONS = {"next": ("Next ▶", "Next pass ▶"), "back": "◀ Back", "begin": "|◀ First line",
               "reset": "↺ Same numbers as at first"}  # fmt: skip
    HANDS = ("set", "change", "choose", "point", "guess", "skip", "begin", "back", "next", "reset")

    def __init__(self, **settings):
        self.answered = set()  # lines that are not asked for again
        self.tried = []  # wrong answers to the present question
        self.verdict, self.right = "", None  # on the last answer
        super().__init__(**settings)

    def start_numbers(self) -> dict[str, Array]:
        (W1, b1), (W2, b2) = NET.layers(NINE.copy())
        data = xor()
        return {"X": data.X.copy(), "W1": W1, "b1": b1, "W2": W2, "b2": b2, "Y": data.Y.copy()}

    def settled(self) -> None:
        """Run all lines on the numbers as they stand."""
        self.names, self.made = run(self.numbers, self.settings["learning_rate"])
        self.question = question_of(self.settings["line"], self.names, self.made)
        self.tried, self.verdict, self.right = [], "", None
        if self.settings["entry"] > self._size:
            raise ValueError(
                f"entry: {self.settings['entry']} given, expected 1 to {self._size}:"
                f" {self.line.makes} has so many numbers"
            )

    # The line, and the number of it that is looked at

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
        """The number that is looked at, with what it is made from."""
        columns = self.made[self.line.makes].shape[1]
        return Entry(self.line, *divmod(self.settings["entry"] - 1, columns), self.names)

    @property
    def open(self) -> bool:
        """Whether the line waits for an answer."""
        return self.settings["ask"] and not self.settings["shown"] and self.question is not None

    @property
    def _size(self) -> int:
        """How many numbers the current line makes."""
        return self.made[self.line.makes].size

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control."""
        if name == "line":
            self._go(MADE.index(self.control(name).check(value)))
        else:
            super().set(name, value)

    def choose(self, panel: str, place: int) -> None:
        """Go to a line of the program, by its place in the panel of lines, headings included."""
        lines = program()
        if type(place) is not int or not 0 <= place < len(lines) or lines[place].get("kind"):
            raise ValueError(f"{str(place)[:20]} given: there is no line of the program there")
        self._go(MADE.index(lines[place]["makes"]))

    def point(self, *what) -> None:
        """Look at a number of the current line, by its array and its place; without one, stay."""
        if not what:
            return
        known = len(what) == 2 and what[0] == self.made_name and type(what[1]) is int
        if not known or not 0 <= what[1] < self._size:
            raise ValueError(f"there is no number {str(what)[:40]} in {self.made_name}")
        self.settings = self.settings | {"entry": what[1] + 1}

    def next(self) -> None:
        """On to the next line; after the last one to a new pass, with the new numbers."""
        if self.index + 1 < len(LINES):
            self._go(self.index + 1)
        else:
            self._next_pass()

    def back(self) -> None:
        """Back to the line before, within this pass."""
        if self.index:
            self._go(self.index - 1)

    def begin(self) -> None:
        """Back to the first line of this pass."""
        self._go(0)

    def guess(self, given) -> None:
        """Answer the question by the place of a choice. A wrong answer leaves it open."""
        if not self.open:
            return
        choices = self.question.choices
        if type(given) is not int or not 0 <= given < len(choices):
            raise ValueError(f"{str(given)[:40]} given, expected 0 to {len(choices) - 1}")
        self.right = given == self.question.right
        self.verdict = ("Right. " if self.right else "") + self.question.words[given]
        if self.right:
            self._shown()
        elif given not in self.tried:
            self.tried = [*self.tried, given]

    def skip(self) -> None:
        """Show the line without an answer, or after some."""
        if self.open:
            self._shown()
            self.right = None
            self.verdict = self.question.words[self.question.right]

    def _shown(self) -> None:
        self.answered.add(self.line.makes)
        self.settings = self.settings | {"shown": True}

    def reset(self) -> None:
        """The first numbers again, in the first pass, at the same line and entry."""
        self.numbers = dict(self.first_numbers)
        self.settings = self.settings | {"passes": 0, "before": 0.0}
        self.settled()

    def _go(self, index: int) -> None:
        """Go to the line with this index, and look at its first number."""
        makes = MADE[index]
        self.settings = self.settings | {"line": makes, "entry": 1,
                                         "shown": makes in self.answered}  # fmt: skip
        self.settled()

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
        where = {"text": f"{self.pass_name}, line {self.index + 1} of {len(LINES)}"}
        return super().values | {"where": where, "next": self._on}

    @property
    def _on(self) -> str:
        """What Next is called: the last line of a pass leads to another pass."""
        return "Next ▶" if self.index + 1 < len(LINES) else "Next pass ▶"

    @property
    def off(self) -> dict:
        if self.index:
            return {}
        return {"begin": "this pass begins here", "back": "this pass begins here"}

    @property
    def made_name(self) -> str:
        """The name of the array that the line makes, as the formula shows it."""
        makes = self.line.makes
        return f"new {makes}" if makes in PARAMETERS else makes

    # In words

    @property
    def number(self) -> str:
        """The number that is looked at, as its array shows it."""
        number = fewest(self.made[self.line.makes])[self.settings["entry"] - 1]
        return number.removeprefix("+") if self.line.makes == "loss" else number

    @property
    def pass_name(self) -> str:
        """Which pass it is, counted from 1."""
        return f"pass {self.settings['passes'] + 1}"

    @property
    def sentence(self) -> str:
        line, entry = self.line, self.entry
        if self.open:
            words = [f"{line.text}.", "What do you expect?"]
        else:
            new = "New " if line.makes in PARAMETERS else ""
            words = [f"{line.text}.", f"{new}{entry.name} is {self.number},"
                     f" {entry.about}."]  # fmt: skip
        if line.makes == MADE[-1]:
            after, _ = run(self._updated(), 0.0)
            words.append(f"The whole step takes the loss from {self.names['loss']:.3f} to"
                         f" {after['loss']:.3f}.")  # fmt: skip
        elif self.settings["passes"] and not self.index:
            words.append(f"{self.pass_name.capitalize()}: before it the loss was"
                         f" {self.settings['before']:.3f}.")  # fmt: skip
        return " ".join(words)

    # Exits

    def tour(self) -> list[int]:
        """Every line of this pass, by its index."""
        return list(range(len(LINES)))

    def visit(self, stop: int) -> str:
        """Go to such a line, shown at once, and name it."""
        self.settings = self.settings | {"ask": False}
        self._go(stop)
        return f"line {stop + 1}, {self.settings['line']}"

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

    It begins at `line`, and looks at number `entry` of its array, counted from 1 row by row:
    `BackpropStepper(line="delta1", entry=6)`. `ask=False` shows each line at once; `learning_rate`
    is that of the update. `hide` names controls and panels to leave out for a lesson; `recipe` is
    what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> BackpropStepper(line="delta1", entry=6, ask=False).sentence.split(". ")[1]
    'delta1[2, 1] is −0.31, the slope of the loss along Z1[2, 1].'
    """

    MODEL = StepperDesk
