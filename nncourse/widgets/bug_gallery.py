"""Notebook 05: what wrong backward passes and wrong training loops look like from outside.

Every specimen of `nncourse.bugs` is put before all instruments, beside the right one. Choose one
and see what it does; or draw a mystery bug, read its symptoms and say which it is.
"""

from __future__ import annotations

import textwrap
from functools import cache
from typing import NamedTuple

import numpy as np

from nncourse import bugs
from nncourse.bugs import GRADIENT_WRONG, SPECIMENS
from nncourse.widgets.base.controls import Choice, Slider, button
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import line
from nncourse.widgets.base.stage import Stage
from nnlib.notation import Array

STARTS = 4  # networks that learn the digits, of each specimen
CHOICES = 5
LEAST = 1e-12  # the smallest gradient error that is drawn
LOSSES = (0.02, 20.0)  # the losses that are drawn
WIDEST = 56  # letters of a line of code
RIGHT = [name for name, specimen in SPECIMENS.items() if specimen.kind == "right"]
WRONG = [name for name in SPECIMENS if name not in RIGHT]
INSTRUMENTS = {
    "gradient": "the gradient check", "loss": "the loss curve", "digits": "the digits",
    "XOR": "XOR", "mask": "the mean of the mask", "rows": "the rows of the confusion matrix",
    "order": "the order of the starts",
}  # fmt: skip
# Symptoms that are too much alike: those of one group are never offered together.
LOOKALIKES = [
    {"zero_init", "labels_broadcast", "shuffled_apart", "rate_too_small"},
    {"slope_of_output", "updated_too_early"},
    {"hidden_slope_forgotten", "relu_slope_from_output"},
]
WHY = {
    "slope_of_output":
        "Only W1 and b1 are off, so delta1 is, and by a positive factor: the slopes are too large"
        " where tanh is flat, and every step still leads downhill.",
    "output_formula_on_input":
        "Only W1 and b1 are off, with the wrong sign: 1 - z² is far below 0 where z is large, and"
        " the hidden units are driven on and on.",
    "relu_slope_from_output":
        "Only W1 and b1 are off, and units that send on 0 are moved as well: digits forgive that,"
        " XOR with four units does not.",
    "logistic_slope_left_in":
        "Only W1 and b1 are off, with the wrong sign: a (1 - a) is below 0 wherever tanh is.",
    "hidden_slope_forgotten":
        "Only W1 and b1 are off, and too large: a factor below 1, the slope, is missing. XOR needs"
        " the bend, and so notices.",
    "extra_p_1_minus_p":
        "All four are too small, so the blame at the output is: p (1 - p) is at most a quarter, and"
        " next to nothing where the network is sure of something wrong.",
    "updated_too_early":
        "Only W1 and b1 are off, and by little: a W2 that is one step newer is almost the old one.",
    "sign":
        "Every slope is −1 times the true one, and the loss climbs. Only a sign does that.",
    "biases_never_updated":
        "The slopes of both biases are 0 times the true ones: these lines were never written.",
    "bias_averaged":
        "Only the biases are off, and the factor 0.14 is 1/7: the check took 7 samples, and these"
        " slopes were divided by 7 once more.",
    "sum_for_mean":
        "All slopes are 7 times too large, and the check took 7 samples. Batches of 32 make steps"
        " 32 times too long; XOR has 4 points, and bears steps 4 times too long.",
    "never_zeroed":
        "The slopes are right, so what is done with them is not. The loss falls at first and climbs"
        " later, when old slopes have piled up.",
    "zero_init":
        "The slopes are right, and the loss lies at ln 10 for good: nothing comes back through a W2"
        " of zeros. XOR is never learned.",
    "constant_init":
        "The slopes are right and the loss moves, and then not much more: all hidden units are the"
        " same one.",
    "no_bend":
        "The slopes are right and the digits are read; only XOR, which no straight line can part,"
        " is never learned.",
    "hidden_never_trained":
        "W1 and b1 get 0 times their slopes. Random units and a trained output read a good part of"
        " the digits.",
    "raw_pixels":
        "The slopes are right and XOR is learned: it is the digits that came otherwise. With pixels"
        " up to 16 the units are stuck at their ends.",
    "labels_broadcast":
        "The slopes are right, and the targets are not: the loss towards the true ones hardly"
        " leaves ln 10.",
    "rate_too_large":
        "The slopes are right, and the loss leaps up at once, on XOR as well.",
    "rate_too_small":
        "The slopes are right, and the loss falls smoothly, by a hair.",
    "shuffled_apart":
        "The slopes are right, and the loss never gets below that of a guess: there is nothing to"
        " learn from targets that belong to others.",
    "axes_swapped":
        "The network is as good as the right one; only the rows of its confusion matrix do not hold"
        " what they should.",
    "dropout_not_rescaled":
        "The slopes are right for what it does; but a mask should leave what comes through as large"
        " as it was, on average, and this one halves it.",
    "bad_luck":
        "Everything is as it should be, but for the verdict: it changes with the order in which the"
        " starts are named.",
}  # fmt: skip


class Measured(NamedTuple):
    """The symptoms of a specimen."""

    errors: dict[str, float]  # the gradient error of each array
    factors: dict[str, float]  # how many times the true slopes each array holds
    error: float  # of all slopes together
    losses: Array  # on the digits, of the first start, one for each epoch
    accuracy: float  # the share of digits read, the mean of STARTS
    solved: int  # of 40 starts on XOR
    verdicts: dict[str, str]  # what each instrument says


@cache
def measured(name: str) -> Measured:
    """The symptoms of the specimen called `name`, measured once.

    >>> found = measured("sign")
    >>> {array: round(factor, 6) for array, factor in found.factors.items()}
    {'W1': -1.0, 'b1': -1.0, 'W2': -1.0, 'b2': -1.0}
    """
    specimen = SPECIMENS[name]
    verdicts = bugs.instruments(specimen, starts=STARTS)  # what it trains, it keeps
    runs = [bugs.run_of(specimen, start) for start in range(STARTS)]
    g, n = specimen.slopes()
    return Measured(
        specimen.gradient_errors(),
        {array: float((g[array] * n[array]).sum() / (n[array] ** 2).sum()) for array in n},
        specimen.gradient_error(),
        runs[0].losses,
        float(np.mean([run.accuracy for run in runs])),
        bugs.solved_of(specimen),
        verdicts,
    )


def mystery(number: int) -> tuple[str, list[str]]:
    """The name of the specimen that is mystery bug `number`, and those to choose from.

    Four others are offered with it, three of which touch the same, the slopes or something else.
    None of them looks so much like it that its symptoms could not tell.

    >>> name, choices = mystery(3)
    >>> name in choices, len(choices), mystery(3) == (name, choices)
    (True, 5, True)
    """
    rng = np.random.default_rng(number)
    name = str(rng.choice(WRONG))
    alike = {name}.union(*(group for group in LOOKALIKES if name in group))
    others = [other for other in rng.permutation(WRONG).tolist() if other not in alike]
    others.sort(key=lambda other: (SPECIMENS[other].kind == "slopes")
                                  != (SPECIMENS[name].kind == "slopes"))  # fmt: skip
    choices: list[str] = []
    for order, until in [(others, CHOICES - 2), (reversed(others), CHOICES - 1)]:
        for other in order:
            alike = {other}.union(*(group for group in LOOKALIKES if other in group))
            if len(choices) < until and not alike & set(choices):
                choices.append(other)
    return name, rng.permutation([name, *choices]).tolist()


def percent(share: float) -> str:
    """A share in words."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def called(name: str) -> str:
    """A specimen's name in words."""
    return name.replace("_", " ")


class GalleryDesk(Desk):
    """The bug gallery without its stage.

    >>> GalleryDesk(specimen="zero_init").sentence.split(" · ")[1]
    'the slopes are right'
    """

    NAME = "bug_gallery"
    CONTROLS = {
        control.name: control
        for control in [
            Choice("specimen", "specimen",
                   {name: f"{specimen.kind}: {called(name)}"
                    for name, specimen in sorted(SPECIMENS.items(), key=lambda item: (
                        [s.kind for s in SPECIMENS.values()].index(item[1].kind), item[1].number))},
                   "slope_of_output"),
            Slider("mystery", "mystery bug number (0: none)", 0, 999, 0, whole=True),
            Choice("guess", "guess",
                   {"none": "none yet", "skipped": "skipped"}
                   | {place: str(place + 1) for place in range(CHOICES)}, "none"),
        ]
    }  # fmt: skip
    HANDS = ("set", "guess", "skip", "another", "reset")
    TOUR = "specimen"
    ABOUT = (
        "Specimens of the course's bug gallery. To be asked first, open the notebook that it comes"
        " from."
    )
    # A play measures all, one specimen from one picture to the next.

    def __init__(self, **settings):
        self.seen: list[str] = []  # what has been measured on this desk, and is on its map
        for name in RIGHT:
            self._see(name)
        super().__init__(**settings)

    def settled(self) -> None:
        said = self.settings
        if said["mystery"]:
            self.name, self.choices = mystery(said["mystery"])
        else:
            self.name, self.choices = said["specimen"], []
        self._see(self.name)

    def _see(self, name: str) -> None:
        measured(name)
        if name not in self.seen:
            self.seen.append(name)

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control; whoever chooses a specimen leaves the mystery."""
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
        """The next mystery bug."""
        self.set("mystery", self.settings["mystery"] % 999 + 1)

    def guess(self, given) -> None:
        """Say which of the choices it is, by its place, counted from 0; once."""
        if not self.choices:
            raise ValueError("there is no mystery to solve: press Mystery bug, or set its number")
        if type(given) is not int or not 0 <= given < len(self.choices):
            raise ValueError(f"{str(given)[:40]} given: there are {len(self.choices)} choices")
        if self.hiding:
            self.set("guess", given)

    def skip(self) -> None:
        """See what it is without a guess."""
        if self.hiding:
            self.set("guess", "skipped")

    def advance(self, steps: int) -> bool:
        """Measure so many of the specimens that are not on the map yet; False when all are."""
        for name in [name for name in SPECIMENS if name not in self.seen][:steps]:
            self._see(name)
        return len(self.seen) < len(SPECIMENS)

    # What is known

    @property
    def hiding(self) -> bool:
        """Whether the name is still to be guessed."""
        return bool(self.settings["mystery"]) and self.settings["guess"] == "none"

    @property
    def right(self) -> bool | None:
        """Whether the guess was right; None as long as there is none, or without a mystery."""
        given = self.settings["guess"]
        if not self.choices or type(given) is not int:
            return None
        return self.choices[given] == self.name

    @property
    def sentence(self) -> str:
        """The state in words."""
        wrong = [array for array, e in measured(self.name).errors.items() if e > GRADIENT_WRONG]
        slopes = f"{_listed(wrong)} wrong" if wrong else "the slopes are right"
        who = f"Mystery {self.settings['mystery']}" if self.hiding else called(self.name)
        verdicts = measured(self.name).verdicts
        if self.name in RIGHT:
            return f"{who} · {slopes} · every instrument lets it pass"
        caught = [word for key, word in INSTRUMENTS.items() if verdicts[key] == "caught"]
        blind = [word for key, word in list(INSTRUMENTS.items())[:4] if verdicts[key] == "blind"]
        return (f"{who} · {slopes} · caught by {_listed(caught)}"
                + (f"; blind: {_listed(blind)}" if blind else ""))  # fmt: skip

    @property
    def verdict(self) -> str:
        """What came of the guess, and what the symptoms say."""
        if not self.choices or self.hiding:
            return ""
        title = SPECIMENS[self.name].title
        said = {True: "Right.", False: f"Not this time: “{title}”.", None: f"It is “{title}”."}
        return f"{said[self.right]} {WHY[self.name]}"

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
        c = {name: control.scene() for name, control in self.CONTROLS.items()}
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
        ours, twin = measured(self.name), measured(SPECIMENS[self.name].twin)
        return {
            "slopes": _slopes(ours),
            "scores": {
                "names": ["digits, right one", "digits, this one", "XOR, right one",
                          "XOR, this one"],
                "values": [twin.accuracy, -ours.accuracy, twin.solved / 40, -ours.solved / 40],
                "texts": [percent(twin.accuracy), percent(ours.accuracy), f"{twin.solved} of 40",
                          f"{ours.solved} of 40"],
            },
            "instruments": {
                "names": [word.removeprefix("the ") for word in INSTRUMENTS.values()],
                "values": [-(ours.verdicts[key] == "caught") for key in INSTRUMENTS],
                "texts": [ours.verdicts[key].replace("-", "no mask") for key in INSTRUMENTS],
            },
            "ask": self._ask(),
            "about": None if self.hiding else {"text": self._about()},
            "loss": _losses(twin.losses, ours.losses),
            "map": self._map(),
            "code": {"lines": self._lines()},
        }  # fmt: skip

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
        """Each specimen that has been measured where two instruments put it."""
        dots = [
            {"x": x, "y": y, "colour": "quiet", "mark": "none", "text": text}
            for y, *texts in [(1.09, "neither minds", "score blind"),
                              (0.55, "check blind", "both mind")]
            for x, text in zip((1e-7, 0.01), texts)
        ]  # fmt: skip
        for name in sorted(self.seen, key=lambda name: (name == self.name, name in RIGHT)):
            found, fine = measured(name), name in RIGHT
            dot = {"x": max(found.error, LEAST), "y": found.accuracy, "size": 5,
                   "colour": "positive" if fine else "negative",
                   "mark": "circle" if fine else "triangle"}  # fmt: skip
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
        """The difference from the right one, a line of code being at most WIDEST letters wide."""
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

    # Where nobody is running it

    def tour(self) -> list[str]:
        return [name for name in SPECIMENS if name in self.seen]

    def recording(self, most: int):
        """Frames for a page: each specimen that has been measured, then what stands here."""
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
        """The lines that measure what stands here; of an unsolved mystery they give no name."""
        hiding = self.hiding
        first = ["from nncourse.bugs import SPECIMENS, instruments"]
        if hiding:
            first += ["from nncourse.widgets.bug_gallery import mystery", "",
                      f"name, choices = mystery({self.settings['mystery']})",
                      "specimen = SPECIMENS[name]"]  # fmt: skip
        else:
            first += ["", f'specimen = SPECIMENS["{self.name}"]']
        last = [] if hiding else [
            'print(*[mark + line for mark, line in specimen.difference()], sep="\\n")'
        ]  # fmt: skip
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


def _slopes(found: Measured) -> dict:
    """The gradient errors as bars: a hundredth of the way from LEAST to 1 is a hundredth long."""
    names, errors = list(found.errors), np.array(list(found.errors.values()))
    long = 1 - np.log10(np.clip(errors, LEAST, 1)) / np.log10(LEAST)
    texts = [f"{error:.2f}  ×\N{NO-BREAK SPACE}{found.factors[name]:.2f}".replace("-", "−")
             if error > GRADIENT_WRONG else "below 1e−9" if error < 1e-9 else f"{error:.0e}"
             for name, error in found.errors.items()]  # fmt: skip
    signed = np.where(errors > GRADIENT_WRONG, -long, long)
    return {"names": names, "values": [float(value) for value in signed], "texts": texts}


def _losses(right: Array, ours: Array) -> dict:
    """The losses of the right one and of this one; what is no number any more is said."""
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


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


class BugGallery(Stage):
    """Notebook 05: two dozen bugs, each before all instruments; then name one by its symptoms.

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
