"""Notebook 07: what wrong backward passes and wrong training loops look like from outside.

Every specimen of `nncourse.bugs` is put before all instruments, beside the right one. Choose one
and see what it does; or take a mystery bug, read its symptoms and say which it is. A second look
is at all of them: what the gradient check says of each, and what the digits say.
"""

from __future__ import annotations

import numpy as np

from nnlib.notation import Array
from nncourse import bugs
from nncourse.bugs import GRADIENT_WRONG, SPECIMENS, Symptoms, draw, symptoms_of
from nncourse.bugs.symptoms import CHOICES, EXERCISE_SEEDS, STARTS
from nncourse.widgets.base.controls import PAUSE, Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import line
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.bug_gallery_words import difference_lines, where_met
from nncourse.words import called, fixed, listed, minus, percent, short, unbroken

LEAST = 1e-12  # the smallest gradient error that is drawn
LOSSES = (0.02, 20.0)  # the losses that are drawn
MYSTERIES = 999
RIGHT = [name for name, specimen in SPECIMENS.items() if specimen.kind == "right"]
INSTRUMENTS = {
    "gradient": "the gradient check", "loss": "the loss curve", "digits": "the digits",
    "XOR": "XOR", "mask": "the mean of the mask", "rows": "the rows of the confusion matrix",
    "order": "the order of the starts",
}  # fmt: skip
ROWS = {  # the same, in the table of what each says
    "gradient": "gradient check", "loss": "loss, at the end", "digits": "digits read",
    "XOR": "XOR, of 40 starts", "mask": "mean of the mask", "rows": "matrix rows",
    "order": "order of starts",
}  # fmt: skip
LOOKS = {"one": "one specimen", "all": "all on one map"}
FIRST = ["first", "second", "third", "fourth", "fifth"]
CLOSED = "name the mystery first, or give up"


def _specimens() -> dict[str, str]:
    """The specimens to choose from, by kind, and what the control calls them."""
    kinds = list(dict.fromkeys(specimen.kind for specimen in SPECIMENS.values()))
    order = sorted(SPECIMENS.values(), key=lambda one: (kinds.index(one.kind), one.number))
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
        "Specimens of the course's bug gallery. To be asked first, open the notebook that it comes"
        " from."
    )

    def __init__(self, **settings):
        self.seen: list[str] = []  # the specimens that have been measured, which are on the map
        for name in RIGHT:
            self._see(name)
        super().__init__(**settings)

    def start_numbers(self) -> dict[str, Array]:
        """`tried` says of each choice as which try it was given: 1, 2, ..., or 0 if it was not."""
        return {"tried": np.zeros(CHOICES)}

    def settled(self) -> None:
        if self.settings["mystery"]:
            self.name, self.choices = draw(self.settings["mystery"])
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
        while number in EXERCISE_SEEDS:
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
        for name in [name for name in SPECIMENS if name not in self.seen][:steps]:
            self._see(name)
        return len(self.seen) < len(SPECIMENS)

    # What is known

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
        verdicts = found.verdicts()
        caught = [word for key, word in INSTRUMENTS.items() if verdicts[key] == "caught"]
        blind = [word for key, word in list(INSTRUMENTS.items())[:4] if verdicts[key] == "blind"]
        missed = f"; blind: {listed(blind)}" if blind else ""
        return f"{name} · {slopes} · caught by {listed(caught)}{missed}"

    @property
    def verdict(self) -> str:
        """What to say of the last guess; and once the name is known, why the symptoms are so."""
        if not self.choices:
            return ""
        if not self.hiding:
            return SPECIMENS[self.name].why
        if not self.tries:
            return ""
        missed = SPECIMENS[self.choices[int(np.argmax(self.numbers["tried"]))]]
        return f"Your {self._try} is not it. There you would see this: {missed.why}"

    @property
    def off(self) -> dict:
        why = {}
        if self.hiding:
            why["specimen"] = CLOSED
        if len(self.seen) == len(SPECIMENS):
            why["play"] = "all specimens have been measured"
        return why

    @property
    def hidden(self) -> list[str]:
        return [] if self.settings["look"] == "all" else ["play"]

    # What the stage shows

    def scene(self) -> dict:
        specimen = self.control_scenes["specimen"] | {"empty": CLOSED}
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
        found, right = symptoms_of(self.name), symptoms_of(SPECIMENS[self.name].right_one.name)
        open_ = not self.hiding
        return self._no_panels() | {
            "slopes": _slopes(found),
            "instruments": _verdicts(right, found),
            "ask": self._ask(),
            "about": {"text": self._about()} if open_ else None,
            "loss": _losses(right.losses(), found.losses()),
            "code": {"lines": difference_lines(SPECIMENS[self.name])} if open_ else None,
        }

    def _no_panels(self) -> dict:
        return dict.fromkeys(panel["id"] for panel in self.PANELS)

    def _ask(self) -> dict | None:
        if not self.choices:
            return None
        tried, over = self.numbers["tried"], not self.hiding
        ask = {"question": "Four of these would look different. Which one is it?",
               "choices": [SPECIMENS[name].title for name in self.choices],
               "tried": np.flatnonzero(tried).tolist(), "given": None,
               "no": self.settings["mystery"], "check": "This is it", "skip": "Give up",
               "skipped": False, "answer": None, "right": self.right,
               "verdict": self.verdict}  # fmt: skip
        if over:  # the choices make room for the lines that are wrong
            title, given = SPECIMENS[self.name].title, self.settings["guess"]
            head = f"Right, at the {self._try}" if self.right else "You gave up. It is this one"
            ask |= {"question": f"{head}: {title}.", "choices": [], "tried": [],
                    "given": given if self.right else None, "skipped": not self.right}  # fmt: skip
        return ask

    def _about(self) -> str:
        specimen = SPECIMENS[self.name]
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
            "note": f"{len(self.seen)} of {len(SPECIMENS)} measured · click on one to choose it",
            "words": f"Gradient error and digits read of {len(self.seen)} specimens.",
        }  # fmt: skip

    # Without a kernel

    def tour(self) -> list[str]:
        return [name for name in SPECIMENS if name in self.seen]

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
            first = ["from nncourse.bugs import SPECIMENS, draw, instruments", "",
                     f"name, choices = draw({self.settings['mystery']})",
                     "specimen = SPECIMENS[name]"]  # fmt: skip
            last = []
        else:
            first = ["from nncourse.bugs import SPECIMENS, instruments", "",
                     f'specimen = SPECIMENS["{self.name}"]']  # fmt: skip
            last = ['print(*[mark + line for mark, line in specimen.difference()], sep="\\n")']
        return "\n".join([
            "import numpy as np",
            "",
            *first,
            "print(specimen.gradient_errors())",
            f"runs = [specimen.digits(np.random.default_rng(start)) for start in range({STARTS})]",
            'print(f"digits read: {np.mean([run.accuracy for run in runs]):.0%}")',
            'print(f"XOR solved: {specimen.xor().solved.sum()} of 40")',
            f"print(instruments(specimen, starts={STARTS}))",
            *last,
            "",
        ])  # fmt: skip


def _slopes(found: Symptoms) -> dict:
    """The gradient errors as bars, on a log scale from LEAST (no bar) to 1 (a full bar)."""
    names, errors = zip(*found.gradient_errors().items())
    lengths = 1 - np.log10(np.clip(errors, LEAST, 1)) / np.log10(LEAST)
    wrong = np.array(errors) > GRADIENT_WRONG
    texts = [
        f"{error:.2f}  {unbroken(f'× {fixed(times)}')}" if off
        else "below 1e−9" if error < 1e-9 else minus(f"{error:.0e}")
        for error, times, off in zip(errors, found.times().values(), wrong)
    ]  # fmt: skip
    values = np.where(wrong, -lengths, lengths)
    return {"names": list(names), "values": values.tolist(), "texts": texts}


def _verdicts(right: Symptoms, found: Symptoms) -> dict:
    """What each instrument says of this one, with what it measures of this and of the right one."""
    measured = {key: ["", ""] for key in INSTRUMENTS} | {
        "gradient": [fixed(one.gradient_error()) for one in (found, right)],
        "loss": [_loss(one.losses()[-1]) for one in (found, right)],
        "digits": [unbroken(percent(one.digits())) for one in (found, right)],
        "XOR": [f"{one.xor()}" for one in (found, right)],
    }  # fmt: skip
    rows = [
        {"name": ROWS[key], "mark": {"caught": "full", "-": "none"}.get(verdict, "hollow"),
         "texts": [verdict.replace("-", "no mask"), *measured[key]]}
        for key, verdict in found.verdicts().items() if verdict != "-"
    ]  # fmt: skip
    return {"heads": ["", "", "this one", "right one"], "rows": rows}


def _loss(value: float) -> str:
    return short(value) if np.isfinite(value) else "none"


def _losses(right: Array, ours: Array) -> dict:
    """The losses of the right one and of this one; a mark where they stop being finite."""
    low, high = LOSSES
    epochs, finite = np.arange(len(ours)), np.isfinite(ours)
    dots = []
    if not finite.all():
        last = int(np.argmin(finite)) - 1
        dots = [{"x": last, "y": float(ours[last]), "colour": "negative", "mark": "triangle",
                 "text": "then no number any more"}]  # fmt: skip
    return {
        "window": [0, len(ours) - 1, low, high], "logy": True, "xlabel": "epoch",
        "ylabel": "training loss", "dots": dots,
        "lines": [line(epochs, right, "positive", name="right one"),
                  line(epochs, ours, "negative", name="this one", dash=[6, 4], width=2.5)],
        "words": f"Training loss of the right one from {right[0]:.2g} to {right[-1]:.2g}, of this"
                 f" one from {ours[0]:.2g} to {ours[-1]:.2g}.",
    }  # fmt: skip


class BugGallery(Stage):
    """Notebook 07: two dozen bugs, each before all instruments; then name one by its symptoms.

    `BugGallery()` opens with the slope of the 2013 post; `specimen` names another, `mystery=3` asks
    which one mystery bug 3 is, `look="all"` shows the map of all that have been measured, and
    `measure()` measures those that are missing. `hide` names controls and panels to leave out for
    a lesson; `recipe` is what the button Recipe gave.

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
            self.lab.advance(len(SPECIMENS))
            self._show()
        return self
