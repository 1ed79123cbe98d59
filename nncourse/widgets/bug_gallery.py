"""Notebooks 07 to 13: what wrong backward passes and training loops look like from outside.

Every specimen of `nncourse.bugs` is put before all instruments, beside the right one. A gallery
holds what is met `until` its notebook. Choose one
and see what it does; or take a mystery bug, read its symptoms and say which it is. A second look
is at all of them: what the gradient check says of each, and what the digits say.
"""

from __future__ import annotations

import numpy as np

from nnlib.notation import Array
from nncourse import bugs
from nncourse.bugs import (
    EVERY,
    GRADIENT_WRONG,
    SPECIMENS,
    draw,
    exercise_seeds,
    symptoms_of,
)
from nncourse.bugs.symptoms import CHOICES, STARTS, UNTIL
from nncourse.widgets.base.controls import PAUSE, Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.bug_gallery_panels import INSTRUMENTS, LEAST, losses, slopes, verdicts
from nncourse.widgets.bug_gallery_words import difference_lines, where_met
from nncourse.words import called, listed

MYSTERIES = 999
RIGHT = [name for name, specimen in EVERY.items() if specimen.kind == "right"]
LOOKS = {"one": "one specimen", "all": "all on one map"}
FIRST = ["first", "second", "third", "fourth", "fifth"]
CLOSED = "name the mystery first, or give up"


def _specimens() -> dict[str, str]:
    """The specimens to choose from, by kind, and what the control calls them."""
    kinds = list(dict.fromkeys(specimen.kind for specimen in EVERY.values()))
    order = sorted(EVERY.values(), key=lambda one: (kinds.index(one.kind), one.number))
    return {specimen.name: f"{specimen.kind}: {called(specimen.name)}" for specimen in order}


class GalleryDesk(Desk):
    """The bug gallery without its stage.

    >>> GalleryDesk(specimen="zero_init").sentence.split(" · ")[1]
    'the slopes are right'
    """

    NAME, TITLE = "bug_gallery", "Bug gallery"
    CONTROLS = by_name(
        Choice("specimen", "specimen", _specimens(), "slope_of_output"),
        Choice("look", "look at", LOOKS, "one"),
        Slider("mystery", "mystery number", 0, MYSTERIES, 0, whole=True),
        Choice("guess", "guess",
               {"none": "none yet", "skipped": "skipped"}
               | {place: str(place + 1) for place in range(CHOICES)}, "none"),
        Choice("until", "met until", {chapter: f"notebook {chapter:02}" for chapter in UNTIL}, 7),
    )  # fmt: skip
    BUTTONS = {"another": "Mystery bug", "play": ("Measure all", PAUSE)}
    PANELS = (
        {"id": "slopes", "kind": "bars", "title": "Gradient error",
         "note": "log scale; × the true slopes"},
        {"id": "instruments", "kind": "table", "title": "What each instrument says"},
        {"id": "loss", "kind": "plane", "title": "Loss", "note": "on the digits", "aspect": 1.5,
         "most": 230},
        {"id": "ask", "kind": "ask", "title": "Which is it?"},
        {"id": "about", "kind": "text", "title": "What it is"},
        {"id": "code", "kind": "code", "title": "The line that is wrong",
         "note": "✗ here · ✓ as it should be"},
        {"id": "map", "kind": "plane", "title": "The gradient check and the digits",
         "aspect": 1.8, "most": 480},
    )  # fmt: skip
    GRID = {
        "wide": "slopes*5 loss*7 / instruments*5 loss*7 / ask*5 code*7 / about*5 code*7 / map",
        "narrow": "slopes loss / instruments loss / ask*5 code*6 / about*5 code*6 / map",
    }  # fmt: skip
    HANDS = ("set", "guess", "skip", "another", "choose", "reset")
    TOUR = "specimen"
    ABOUT = (
        "The course's bug gallery. To guess before you see, open the notebook that it comes from."
    )

    def __init__(self, **settings):
        self.seen: list[str] = []  # the specimens that have been measured, which are on the map
        for name in (name for name in SPECIMENS if name in RIGHT):
            self._see(name)
        super().__init__(**settings)

    def start_numbers(self) -> dict[str, Array]:
        """`tried` holds for each choice the number of the try that gave it: 1, 2, ..., or 0."""
        return {"tried": np.zeros(CHOICES)}

    def settled(self) -> None:
        chapter = EVERY[self.settings["specimen"]].chapter
        self.settings = self.settings | {"until": max(chapter, self.settings["until"])}
        if self.settings["mystery"]:
            self.name, self.choices = draw(self.settings["mystery"], self.settings["until"])
        else:
            self.name, self.choices = self.settings["specimen"], []
        tried, given = self.numbers["tried"], self.settings["guess"]
        if self.choices and type(given) is int and not tried[given]:
            self.numbers["tried"] = tried + (np.arange(CHOICES) == given) * (self.tries + 1)
        self._see(self.name)

    def _see(self, name: str) -> None:
        symptoms_of(name).verdicts()  # which trains all that the panels show
        if name not in self.seen:
            self.seen.append(name)

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control; choosing a specimen ends the mystery."""
        value = self.control(name).check(value)
        also = {"specimen": {"mystery": 0, "guess": "none"}, "mystery": {"guess": "none"}}
        before = self.settings, self.numbers
        if name in also:
            self.settings, self.numbers = self.settings | also[name], self.start_numbers()
        try:
            super().set(name, value)
        except ValueError:
            self.settings, self.numbers = before
            raise

    def choose(self, panel: str, name: str) -> None:
        """Take a specimen from the map."""
        if panel != "map":
            raise ValueError(f"{str(panel)[:20]!r} given: specimens are chosen on 'map'")
        if not self.hiding:
            self.set("specimen", name)

    def another(self) -> None:
        """The next mystery bug that is not one of exercise 13: those are to be found there."""
        number = self.settings["mystery"] % MYSTERIES + 1
        while number in exercise_seeds():
            number += 1
        self.set("mystery", number)

    def guess(self, given) -> None:
        """Answer which of the choices it is, by its place from 0 on, until it is the right one."""
        if not self.choices:
            raise ValueError("there is no mystery to solve: press Mystery bug, or set its number")
        if type(given) is not int or not 0 <= given < len(self.choices):
            raise ValueError(f"{str(given)[:40]} given: there are {len(self.choices)} choices")
        if self.hiding:
            self.set("guess", given)

    def skip(self) -> None:
        """Show what it is, without a guess."""
        if self.hiding:
            self.set("guess", "skipped")

    def advance(self, steps: int) -> bool:
        """Measure so many more specimens, and put them on the map; False when all are there."""
        for name in [name for name in self.met if name not in self.seen][:steps]:
            self._see(name)
        return not set(self.met) <= set(self.seen)

    # What is known

    @property
    def met(self) -> list[str]:
        """The specimens that this gallery holds."""
        return [name for name, one in EVERY.items() if one.chapter <= self.settings["until"]]

    @property
    def hiding(self) -> bool:
        """Whether there is a mystery whose name is not shown yet."""
        open_ = bool(self.settings["mystery"]) and self.settings["guess"] != "skipped"
        return open_ and not self.right

    @property
    def right(self) -> bool | None:
        """Whether the last guess was right; None without a guess."""
        given = self.settings["guess"]
        if not self.choices or type(given) is not int:
            return None
        return self.choices[given] == self.name

    @property
    def tries(self) -> int:
        """How many of the choices have been given as an answer."""
        return int(np.count_nonzero(self.numbers["tried"]))

    @property
    def _try(self) -> str:
        return f"{FIRST[self.tries - 1]} try"

    @property
    def sentence(self) -> str:
        """The state in words."""
        found = symptoms_of(self.name)
        name = f"Mystery {self.settings['mystery']}" if self.hiding else called(self.name)
        slopes = f"{listed(found.off())} wrong" if found.off() else "the slopes are right"
        if self.name in RIGHT:
            return f"{name} · {slopes} · every instrument lets it pass"
        told = found.verdicts()
        caught = [word for key, word in INSTRUMENTS.items() if told.get(key) == "caught"]
        blind = [word for key, word in list(INSTRUMENTS.items())[:4] if told[key] == "blind"]
        missed = f"; blind: {listed(blind)}" if blind else ""
        return f"{name} · {slopes} · caught by {listed(caught)}{missed}"

    @property
    def verdict(self) -> str:
        """What to say of the last guess; and once the name is known, why the symptoms are so."""
        if not self.choices:
            return ""
        if not self.hiding:
            return EVERY[self.name].why
        if not self.tries:
            return ""
        missed = EVERY[self.choices[int(np.argmax(self.numbers["tried"]))]]
        return f"Your {self._try} is not it. There you would see this: {missed.why}"

    @property
    def off(self) -> dict:
        why = {}
        if self.hiding:
            why["specimen"] = CLOSED
        if set(self.met) <= set(self.seen):
            why["play"] = "all specimens have been measured"
        return why

    @property
    def hidden(self) -> list[str]:
        return [] if self.settings["look"] == "all" else ["play"]

    # What the stage shows

    def scene(self) -> dict:
        listed = self.control("specimen").only(*(n for n in _specimens() if n in self.met))
        specimen = listed.scene() | {"empty": CLOSED}
        return super().scene() | self.in_sight(
            *("another", specimen, "look", "play"),
            more={"The same mystery for a class": ["mystery"]},
        )

    @property
    def values(self) -> dict:
        shown = {"specimen": None if self.hiding else self.name, "play": "Measure all"}
        return super().values | shown

    def panels(self) -> dict:
        if self.settings["look"] == "all":
            return self._no_panels() | {"map": self._map()}
        found, right = symptoms_of(self.name), symptoms_of(EVERY[self.name].right_one.name)
        open_ = not self.hiding
        return self._no_panels() | {
            "slopes": slopes(found),
            "instruments": verdicts(right, found),
            "ask": self._ask(),
            "about": {"text": self._about()} if open_ else None,
            "loss": losses(right.losses(), found.losses()),
            "code": {"lines": difference_lines(EVERY[self.name])} if open_ else None,
        }

    def _no_panels(self) -> dict:
        return dict.fromkeys(panel["id"] for panel in self.PANELS)

    def _ask(self) -> dict | None:
        if not self.choices:
            return None
        tried, over = self.numbers["tried"], not self.hiding
        ask = {"question": "Four of these would look different. Which one is it?",
               "choices": [EVERY[name].title for name in self.choices],
               "tried": np.flatnonzero(tried).tolist(), "given": None,
               "no": self.settings["mystery"], "check": "This is it", "skip": "Give up",
               "skipped": False, "answer": None, "right": self.right,
               "verdict": self.verdict}  # fmt: skip
        if over:  # the choices make room for the lines that are wrong
            title, given = EVERY[self.name].title, self.settings["guess"]
            head = f"Right, at the {self._try}" if self.right else "You gave up. It is this one"
            ask |= {"question": f"{head}: {title}.", "choices": [], "tried": [],
                    "given": given if self.right else None, "skipped": not self.right}  # fmt: skip
        return ask

    def _about(self) -> str:
        specimen = EVERY[self.name]
        title = "" if self.choices else f"{specimen.title}.\n"
        return f"{title}Ask its author: {specimen.question}\n{where_met(specimen)}"

    def _map(self) -> dict:
        """Each specimen that has been measured, by its gradient error and the digits it reads."""
        dots = [
            {"x": x, "y": y, "colour": "quiet", "mark": "none", "text": text}
            for x, y, text in [
                (1e-9, 1.15, "neither sees it"), (0.02, 1.15, "the digits do not see it"),
                (1e-9, 0.05, "the gradient check does not see it"), (0.02, 0.05, "both see it"),
            ]
        ]  # fmt: skip
        for name in sorted(self.seen, key=lambda name: (name == self.name, name in RIGHT)):
            found, right = symptoms_of(name), name in RIGHT
            dot = {"x": max(found.gradient_error(), LEAST), "y": found.digits(), "size": 6,
                   "colour": "positive" if right else "negative",
                   "mark": "circle" if right else "triangle", "choice": name}  # fmt: skip
            if name == self.name:
                dot |= {"size": 10, "text": "?" if self.hiding else called(name)}
            dots.append(dot)
        return {
            "window": [LEAST, 8, 0, 1.25], "logx": True, "dots": dots,
            "xlabel": "gradient error", "ylabel": "digits read, of 1",
            "rules": [{"x": GRADIENT_WRONG}, {"y": bugs.DIGITS_READ}],
            "note": f"{len(self.seen)} of {len(self.met)} measured · click on one to choose it",
            "words": f"Gradient error and digits read of {len(self.seen)} specimens.",
        }  # fmt: skip

    # Without a kernel

    def tour(self) -> list[str]:
        return [name for name in EVERY if name in self.seen]

    def recording(self, most: int):
        """Frames for a page: each specimen that has been measured, then the present state."""
        kept, seen = dict(self.settings), list(self.seen)
        stops = self.tour()[: most - 1]
        try:
            for stop, name in enumerate(stops):
                self.settings = kept | {"specimen": name, "mystery": 0, "guess": "none"}
                self.settled()
                yield self.frame() | {"at": stop, "when": called(name)}
        finally:
            self.settings, self.seen = kept, seen
            self.settled()
        yield self.frame() | {"at": len(stops), "when": "as it stood"}

    # Exits

    def python(self) -> str:
        """The lines that measure this specimen; those of an unsolved mystery do not name it."""
        if self.hiding:
            until = f", until={self.settings['until']}" * (self.settings["until"] > 7)
            first = ["from nncourse.bugs import EVERY, draw, instruments", "",
                     f"name, choices = draw({self.settings['mystery']}{until})",
                     "specimen = EVERY[name]"]  # fmt: skip
            last = []
        else:
            first = ["from nncourse.bugs import EVERY, instruments", "",
                     f'specimen = EVERY["{self.name}"]']  # fmt: skip
            last = ['print(*[mark + line for mark, line in specimen.difference()], sep="\\n")']
        return "\n".join([
            "import numpy as np",
            "",
            *first,
            "print(specimen.gradient_errors())",
            f"runs = [specimen.digits(np.random.default_rng(start)) for start in range({STARTS})]",
            'print(f"digits read: {np.mean([run.accuracy for run in runs]):.0%}")',
            *([] if EVERY[self.name].pictures
              else ['print(f"XOR solved: {specimen.xor().solved.sum()} of 40")']),
            f"print(instruments(specimen, starts={STARTS}))",
            *last,
            "",
        ])  # fmt: skip


class BugGallery(Stage):
    """Dozens of bugs, each before all instruments; then name one by its symptoms.

    `BugGallery()` opens with the slope of the 2013 post; `specimen` names another, `mystery=3` asks
    which one mystery bug 3 is, `until=8` holds what is met until notebook 08 as well, `look="all"`
    shows the map of all that have been measured, and `measure()` measures those that are missing.
    `hide` names controls and panels to leave out for a lesson; `recipe` is what the button Recipe
    gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> from nncourse.widgets import BugGallery
    >>> print(BugGallery(specimen="bias_averaged").sentence)
    bias averaged · b1 and b2 wrong · caught by the gradient check; blind: the loss curve, the \
digits and XOR
    """

    MODEL = GalleryDesk

    def measure(self) -> BugGallery:
        """Measure all specimens, which takes some seconds; the widget itself.

        >>> from nncourse.widgets import BugGallery
        >>> len(BugGallery(specimen="right").measure().lab.seen)
        27
        """
        with self._turn:
            self.lab.advance(len(EVERY))
            self._show()
        return self
