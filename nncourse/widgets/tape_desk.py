"""Notebook 12: a small tape under the hand, forward, and walked back one number at a time.

One unit with one weight answers two samples, and the answers are added: the weight and the bias are
used twice, so that their slopes add.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nncourse.widgets.base.controls import Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import dot
from nncourse.widgets.base.stage import Stage
from nncourse.words import fixed, many, signed

GIVEN = ("w", "b", "x1", "x2")
PLACES = {  # column and height of each number in the drawing
    "x1": (0, 3), "w": (0, 1.5), "x2": (0, 0), "w·x1": (1, 3), "b": (1, 1.5), "w·x2": (1, 0),
    "z1": (2, 3), "z2": (2, 0), "a1": (3, 3), "a2": (3, 0), "sum": (3.8, 1.5),
}  # fmt: skip
STEPS = len(PLACES) - len(GIVEN)  # a given number has nobody to pass a slope on to
NUDGE = 1e-5
NEAR, FAR = 0.17, 0.83  # an arrow ends before the numbers that it joins
# Where the name and the slope of a number stand, seen from it, by its height: away from its arrows.
BESIDE = {3: ((0, 0.65), (0, 0.35)), 0: ((0, -0.35), (0, -0.65)), 1.5: ((-0.3, 0.3), (-0.3, -0.3))}


class Entry(NamedTuple):
    """A number on the tape: its value, and its local slope along each number it was made of."""

    name: str
    value: float
    locals: dict[str, float]


def tape_of(w: float, b: float, x1: float, x2: float) -> list[Entry]:
    """The tape of tanh(w·x1 + b) + tanh(w·x2 + b), in the order of making.

    >>> [round(entry.value, 2) for entry in tape_of(0.5, 0.0, 2.0, 0.0)[4:]]
    [1.0, 1.0, 0.76, 0.0, 0.0, 0.0, 0.76]
    """
    tape = [Entry(name, value, {}) for name, value in zip(GIVEN, (w, b, x1, x2))]
    outputs = []
    for i, x in enumerate((x1, x2), 1):
        product, z, a = f"w·x{i}", f"z{i}", f"a{i}"
        output = float(np.tanh(w * x + b))
        outputs.append(output)
        tape.append(Entry(product, w * x, {"w": x, f"x{i}": w}))
        tape.append(Entry(z, w * x + b, {product: 1.0, "b": 1.0}))
        tape.append(Entry(a, output, {z: 1 - output**2}))
    return [*tape, Entry("sum", sum(outputs), {"a1": 1.0, "a2": 1.0})]


def gains_of(tape: list[Entry], steps: int) -> dict[str, list[float]]:
    """What each number has been given after so many steps back; its slope is the sum of these."""
    gains = {entry.name: [] for entry in tape} | {tape[-1].name: [1.0]}
    for entry in tape[::-1][:steps]:
        for parent, local in entry.locals.items():
            gains[parent].append(local * sum(gains[entry.name]))
    return gains


class TapeModel(Desk):
    """The tape without its stage. `back` is how many steps of the walk back are made."""

    NAME, TITLE = "tape_desk", "A tape, and the walk back"
    CONTROLS = by_name(
        Slider("back", "steps back", 0, STEPS, 0, whole=True, wide=3.2),
        Slider("w", "weight w", -2, 2, 0.8, step=0.05, wide=4),
        Slider("b", "bias b", -2, 2, -0.4, step=0.05),
        Slider("x1", "x1", -2, 2, 1.2, step=0.05, wide=4),
        Slider("x2", "x2", -2, 2, -0.5, step=0.05),
    )
    BUTTONS = {"play": ("▶ Walk back", "▶ Walk again"), "reset": "Everything as at first"}
    PANELS = (
        {"id": "tape", "kind": "plane", "title": "The tape", "bare": True, "aspect": 2.2,
         "most": 350, "note": "click on a number to walk as far as its turn"},
        {"id": "given", "kind": "table", "title": "The given numbers, and what came back to them"},
    )  # fmt: skip
    HANDS = ("set", "choose", "reset")
    PAUSES = ("choose", "reset")
    TOUR = "back"
    PICTURES = 1  # a second: a step is read before the next

    def tour(self) -> list:
        return list(range(STEPS + 1))

    # Hands

    def choose(self, panel: str, place: int) -> None:
        """Walk as far back as the turn of a number, by its place on the tape."""
        if panel != "tape" or type(place) is not int or not 0 <= place < len(PLACES):
            raise ValueError(f"{str(place)[:20]} given: the tape has {len(PLACES)} numbers")
        self.set("back", min(STEPS, len(PLACES) - place))

    def advance(self, steps: int) -> bool:
        """So many steps further back; False at the end of the walk."""
        self.set("back", min(STEPS, self.settings["back"] + steps))
        return not self.done

    @property
    def done(self) -> bool:
        """Whether every number that has parents has had its turn."""
        return self.settings["back"] == STEPS

    def again(self) -> None:
        """Back to where nothing has been walked."""
        self.set("back", 0)

    # What is computed

    def settled(self) -> None:
        """Write the tape, walk it as far as it is walked, and nudge the given numbers."""
        values = {name: self.settings[name] for name in GIVEN}
        self.tape = tape_of(**values)
        self.gains = gains_of(self.tape, self.settings["back"])
        self.nudged = {}
        for name, value in values.items():
            up, down = (tape_of(**values | {name: value + h})[-1].value for h in (NUDGE, -NUDGE))
            self.nudged[name] = (up - down) / (2 * NUDGE)

    @property
    def slopes(self) -> dict[str, float]:
        """The slope of each number so far."""
        return {name: sum(gains) for name, gains in self.gains.items()}

    @property
    def now(self) -> Entry | None:
        """The number whose turn it is; None before the walk."""
        back = self.settings["back"]
        return self.tape[-back] if back else None

    # What the stage shows

    def scene(self) -> dict:
        return super().scene() | self.in_sight(
            *("play", "back", "w", "x1"), more={"the tape": ["b", "x2", "reset"]}
        )

    @property
    def values(self) -> dict:
        return super().values | {"play": self.BUTTONS["play"][self.done]}

    def panels(self) -> dict:
        return {"tape": self._drawing(), "given": self._table()}

    def _drawing(self) -> dict:
        """The numbers as dots, and arrows that turn round as the walk passes them."""
        first = len(self.tape) - self.settings["back"]  # of those that have had their turn
        dots, arrows, texts = [], [], []
        for k, entry in enumerate(self.tape):
            dots.append(self._dot(k, entry))
            texts += self._texts(entry)
            for parent in entry.locals:
                arrows.append(_arrow(parent, entry.name, k >= first, entry is self.now))
        return {"window": [-0.7, 4.5, -0.95, 3.95], "arrows": arrows, "dots": [*dots, *texts],
                "words": "The tape as a drawing: each number, an arrow from those that it was made"
                         f" of, and on the arrow the local slope. {self.sentence}"}  # fmt: skip

    def _texts(self, entry: Entry) -> list[dict]:
        """The name and value of a number, its slope so far, and its local slopes."""
        x, y = PLACES[entry.name]
        told = [f"{entry.name} = {fixed(entry.value)}"]
        if self.gains[entry.name]:
            told.append(f"slope {signed(self.slopes[entry.name])}")
        side = -1 if entry is self.tape[-1] else 1
        texts = [(x + side * right, y + up, text) for (right, up), text in zip(BESIDE[y], told)]
        for parent, local in entry.locals.items():
            x0, y0 = PLACES[parent]
            over = 0.17 if y0 == y else 0.0  # over a level arrow, else on it
            texts.append(((x0 + x) / 2, (y0 + y) / 2 + over, fixed(local)))
        return [dot(right, up, "text", mark="none", text=text) for right, up, text in texts]

    def _dot(self, k: int, entry: Entry) -> dict:
        """A number: a ring until a slope has come to it, a triangle where its slope is negative."""
        slope = self.slopes[entry.name]
        look = {"size": 10, "mark": "circle"} if entry is self.now else {"size": 7}
        if slope < 0:
            look |= {"mark": "triangle"}
        colour = "negative_text" if slope < 0 else "positive"
        if not self.gains[entry.name]:
            look, colour = look | {"hollow": True}, "quiet"
        return dot(*PLACES[entry.name], colour, choice=k, **look)

    def _table(self) -> dict:
        """What has come to each of the given numbers, added up, beside what a nudge measures."""
        rows = []
        for name in GIVEN:
            gains = self.gains[name]
            came = " + ".join(map(fixed, gains)).replace("+ −", "− ") or "nothing yet"
            if len(gains) > 1:
                came += f" = {fixed(sum(gains))}"
            touched = self.now is not None and name in self.now.locals
            mark = "full" if touched else "hollow" if gains else "none"
            rows.append({"mark": mark, "name": f"{name} = {fixed(self.settings[name])}",
                         "texts": [came, fixed(self.nudged[name])]})  # fmt: skip
        return {"heads": ["", "slope so far", "by a nudge"], "rows": rows}

    @property
    def sentence(self) -> str:
        back, now = self.settings["back"], self.now
        if now is None:
            total = fixed(self.tape[-1].value)
            return f"Forward: the sum is {total}. The walk begins there, with a slope of 1.00."
        slope = fixed(self.slopes[now.name])
        told = [self._given_to(parent, local, slope) for parent, local in now.locals.items()]
        end = f" A nudge of w: {fixed(self.nudged['w'])}." if self.done else ""
        return f"{many(back, 'step')} back: {now.name} has slope {slope}. {'; '.join(told)}.{end}"

    def _given_to(self, parent: str, local: float, slope: str) -> str:
        """What the number in hand gives to a parent, and what that has by now."""
        gains = self.gains[parent]
        total = f", in all {fixed(sum(gains))}" if len(gains) > 1 else ""
        return f"{parent} gets {fixed(local)} × {slope} = {fixed(gains[-1])}{total}"

    # Exits

    def python(self) -> str:
        """The tape as it stands, and the walk as far as it is walked."""
        entries = [f"    ({entry.name!r}, {entry.locals})," for entry in self.tape]
        return "\n".join([
            "tape = [  # each number, and its slope along each that it was made of",
            *entries,
            "]",
            "slope = dict.fromkeys((name for name, _ in tape), 0.0)",
            'slope["sum"] = 1.0',
            f"for name, parents in tape[::-1][:{self.settings['back']}]:",
            "    for parent, local in parents.items():",
            "        slope[parent] += slope[name] * local",
            "print({name: round(s, 2) + 0.0 for name, s in slope.items()})",
            "",
        ])  # fmt: skip


def _arrow(parent: str, child: str, walked: bool, now: bool) -> dict:
    """From a number to the one made of it; once walked, the other way."""
    start, end = np.array(PLACES[parent], float), np.array(PLACES[child], float)
    if walked:
        start, end = end, start
    (x0, y0), (x1, y1) = (start + share * (end - start) for share in (NEAR, FAR))
    colour = "selected" if now else "quiet" if walked else "frame"
    return {"x0": float(x0), "y0": float(y0), "x1": float(x1), "y1": float(y1), "colour": colour}


class TapeDesk(Stage):
    """Notebook 12: a tape under the hand, and the walk back along it, one number at a time.

    It is the tape of tanh(w·x1 + b) + tanh(w·x2 + b): `w`, `b`, `x1` and `x2` are the given
    numbers, `back` how many steps of the walk are made, up to seven. `hide` names controls and
    panels to leave out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> print(TapeDesk(back=2).sentence)
    2 steps back: a2 has slope 1.00. z2 gets 0.56 × 1.00 = 0.56.
    """

    MODEL = TapeModel
