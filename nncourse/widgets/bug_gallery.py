"""Notebook 07: what wrong backward passes and wrong training loops look like from outside.

Every specimen of `nncourse.bugs` is put before all instruments, beside the right one. Choose one
and see what it does; or take a mystery bug, read its symptoms and say which it is.
"""

from __future__ import annotations

import textwrap

import numpy as np

from nnlib.notation import Array
from nncourse import bugs
from nncourse.bugs import GRADIENT_WRONG, SPECIMENS, Symptoms, draw, symptoms_of
from nncourse.bugs.symptoms import CHOICES, EXERCISE_SEEDS, STARTS
from nncourse.widgets.base.controls import Choice, Slider, button, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import line
from nncourse.widgets.base.stage import Stage
from nncourse.words import called, fixed, listed, minus, percent, unbroken

LEAST = 1e-12  # the smallest gradient error that is drawn
LOSSES = (0.02, 20.0)  # the losses that are drawn
WIDEST = 56  # letters in a line of code
MYSTERIES = 999
RIGHT = [name for name, specimen in SPECIMENS.items() if specimen.kind == "right"]
INSTRUMENTS = {
    "gradient": "the gradient check", "loss": "the loss curve", "digits": "the digits",
    "XOR": "XOR", "mask": "the mean of the mask", "rows": "the rows of the confusion matrix",
    "order": "the order of the starts",
}  # fmt: skip


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

    NAME = "bug_gallery"
    CONTROLS = by_name(
        Choice("specimen", "specimen", _specimens(), "slope_of_output"),
        Slider("mystery", "mystery bug number (0: none)", 0, MYSTERIES, 0, whole=True),
        Choice("guess", "guess",
               {"none": "none yet", "skipped": "skipped"}
               | {place: str(place + 1) for place in range(CHOICES)}, "none"),
    )  # fmt: skip
    HANDS = ("set", "guess", "skip", "another", "reset")
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

    def settled(self) -> None:
        if self.settings["mystery"]:
            self.name, self.choices = draw(self.settings["mystery"])
        else:
            self.name, self.choices = self.settings["specimen"], []
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
        before = self.settings
        self.settings = before | also.get(name, {})
        try:
            super().set(name, value)
        except ValueError:
            self.settings = before
            raise

    def another(self) -> None:
        """The next mystery bug that is not one of exercise 13: those are to be found there."""
        number = self.settings["mystery"] % MYSTERIES + 1
        while number in EXERCISE_SEEDS:
            number += 1
        self.set("mystery", number)

    def guess(self, given) -> None:
        """Answer which of the choices it is, by its place from 0 on; only the first counts."""
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
        return bool(self.settings["mystery"]) and self.settings["guess"] == "none"

    @property
    def right(self) -> bool | None:
        """Whether the guess was right; None without a guess."""
        given = self.settings["guess"]
        if not self.choices or type(given) is not int:
            return None
        return self.choices[given] == self.name

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
        """Whether the guess was right, and why the symptoms are what they are."""
        if not self.choices or self.hiding:
            return ""
        title = SPECIMENS[self.name].title
        words = {True: "Right.", False: f"Not this time: “{title}”.", None: f"It is “{title}”."}
        return f"{words[self.right]} {SPECIMENS[self.name].why}"

    @property
    def off(self) -> dict:
        why = {}
        if self.hiding:
            why["specimen"] = "name the mystery first, or let it be shown"
        if len(self.seen) == len(SPECIMENS):
            why["play"] = "all specimens have been measured"
        return why

    # What the stage shows

    def scene(self) -> dict:
        c = self.control_scenes
        return {
            "name": self.NAME,
            "title": "Bug gallery",
            "first": [button("another", "Mystery bug", main=True), c["specimen"],
                      button("play", "Measure all")],
            "more": [["The same mystery for a class", [c["mystery"]]]],
            "columns": [
                [1, [
                    {"id": "slopes", "kind": "bars", "title": "Gradient error",
                     "help": "On a log scale; × says how many times the true slopes an array"
                             " holds."},
                    {"id": "scores", "kind": "bars", "title": "Scores",
                     "help": f"Digits: the mean of {STARTS} starts. XOR: of 40 starts."},
                    {"id": "instruments", "kind": "bars", "title": "What each instrument says"},
                    {"id": "about", "kind": "text", "title": "What it is"}]],
                [1.35, [
                    {"id": "loss", "kind": "plane", "title": "Loss", "note": "on the digits",
                     "aspect": 1.0, "share": 0.43, "narrow": 0.43},
                    {"id": "map", "kind": "plane", "title": "Two instruments",
                     "aspect": 1.36, "share": 0.57, "narrow": 0.57},
                    {"id": "ask", "kind": "ask", "title": "Which is it?"},
                    {"id": "code", "kind": "code", "title": "The difference"}]],
            ],
            "exits": [["python", "Copy as Python"], ["recipe", "Recipe"]],
            "scrub": False,
        }  # fmt: skip

    @property
    def values(self) -> dict:
        shown = {"specimen": None if self.hiding else self.name, "play": "Measure all"}
        return super().values | shown

    def panels(self) -> dict:
        found, right = symptoms_of(self.name), symptoms_of(SPECIMENS[self.name].right_one.name)
        return {
            "slopes": _slopes(found),
            "scores": _scores(right, found),
            "instruments": _verdicts(found),
            "ask": self._ask(),
            "about": None if self.hiding else {"text": self._about()},
            "loss": _losses(right.losses(), found.losses()),
            "map": self._map(),
            "code": {"lines": self._lines()},
        }

    def _ask(self) -> dict | None:
        if not self.choices:
            return None
        given = self.settings["guess"]
        return {
            "question": "Four of these would look otherwise. Which one is it?",
            "choices": [SPECIMENS[name].title for name in self.choices],
            "no": self.settings["mystery"], "check": "This is it", "skip": "Show me",
            "given": given if type(given) is int else None, "skipped": given == "skipped",
            "answer": None if self.hiding else self.choices.index(self.name),
            "right": self.right, "verdict": self.verdict,
        }  # fmt: skip

    def _about(self) -> str:
        specimen = SPECIMENS[self.name]
        met = "Source" if self.name in RIGHT else "Met in"
        return f"{specimen.title}.\nAsk: {specimen.question}\n{met}: {specimen.source}."

    def _map(self) -> dict:
        """Each specimen that has been measured, by its gradient error and the digits it reads."""
        dots = [
            {"x": x, "y": y, "colour": "quiet", "mark": "none", "text": text}
            for y, *texts in [(1.09, "neither minds", "score blind"),
                              (0.55, "check blind", "both mind")]
            for x, text in zip((1e-7, 0.01), texts)
        ]  # fmt: skip
        for name in sorted(self.seen, key=lambda name: (name == self.name, name in RIGHT)):
            found, right = symptoms_of(name), name in RIGHT
            dot = {"x": max(found.gradient_error(), LEAST), "y": found.digits(), "size": 5,
                   "colour": "positive" if right else "negative",
                   "mark": "circle" if right else "triangle"}  # fmt: skip
            if name == self.name:
                dot |= {"size": 9, "text": "?" if self.hiding else called(name)}
            dots.append(dot)
        return {
            "window": [LEAST, 8, 0, 1.25], "logx": True, "dots": dots,
            "xlabel": "gradient error", "ylabel": "digits read",
            "rules": [{"x": GRADIENT_WRONG}, {"y": bugs.DIGITS_READ}],
            "note": f"{len(self.seen)} of {len(SPECIMENS)}",
            "words": f"Gradient error and digits read of {len(self.seen)} specimens.",
        }  # fmt: skip

    def _lines(self) -> list[dict]:
        """The difference from the right one, in lines of at most WIDEST letters."""
        if self.hiding:
            return [{"text": "hidden until you have named it", "kind": "head"}]
        difference = SPECIMENS[self.name].difference()
        if not difference:
            return [{"text": "none: this is the right one", "kind": "head"}]
        kinds = {" ": "same", "-": "minus", "+": "plus"}
        lines = []
        for mark, text in difference:
            kind = "head" if mark == " " and text.startswith("def ") else kinds[mark]
            text = text.removeprefix("    ")
            indent = " " * (len(text) - len(text.lstrip()) + 4)
            wrapped = textwrap.wrap(text, WIDEST, subsequent_indent=indent)
            lines += [{"text": part, "kind": kind} for part in wrapped]
        return lines

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


def _scores(right: Symptoms, found: Symptoms) -> dict:
    """The digits read and the starts that solve XOR as bars, of the right one and of this one."""
    ours = [found.digits(), found.xor() / 40]
    theirs = [right.digits(), right.xor() / 40]
    return {
        "names": ["digits, right one", "digits, this one", "XOR, right one", "XOR, this one"],
        "values": [theirs[0], -ours[0], theirs[1], -ours[1]],
        "texts": [unbroken(percent(theirs[0])), unbroken(percent(ours[0])),
                  f"{right.xor()} of 40", f"{found.xor()} of 40"],
    }  # fmt: skip


def _verdicts(found: Symptoms) -> dict:
    """What each instrument says as bars: full where it catches the bug."""
    verdicts = [found.verdicts()[key] for key in INSTRUMENTS]
    return {
        "names": [word.removeprefix("the ") for word in INSTRUMENTS.values()],
        "values": [-(verdict == "caught") for verdict in verdicts],
        "texts": [verdict.replace("-", "no mask") for verdict in verdicts],
    }


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
    which one mystery bug 3 is. `measure()` puts all of them on the map at once. `hide` names
    controls and panels to leave out for a lesson; `recipe` is what the button Recipe gave.

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
