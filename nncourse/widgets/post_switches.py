"""Notebook 11: the choices of the 2013 post as switches, and a hundred starts that follow them.

The hundred networks are one stack, trained anew whenever a switch is moved; `bugs.Replay` has what
is computed.
"""

from __future__ import annotations

from typing import NamedTuple

from nnlib.metrics import wilson_interval
from nnlib.notation import Array
from nncourse.bugs.replay import AS_PRINTED, SAMPLES, Replay
from nncourse.widgets import post_panels
from nncourse.widgets.base import recipe
from nncourse.widgets.base.controls import Choice, Slider, by_name
from nncourse.widgets.base.messages import Message
from nncourse.widgets.base.model import Remembering
from nncourse.widgets.base.recipe import count_of, read_recipe, write_recipe
from nncourse.widgets.base.stage import Stage
from nncourse.words import percents

STARTS = 100
PICTURES = 25  # from the first sample to the last

# What each position of a switch is called in a sentence.
NAMES = {
    "slope": {"a": "slope of a", "z": "slope of z"},
    "scale": {0.25: "±0.25", "auto": "sized weights"},
    "batch_size": {1: "single samples", 4: "all four samples"},
    "bias": {"one": "constant 1", "zero": "biases from 0", "unit": "a third unit"},
}


class Moment(NamedTuple):
    """The hundred networks after each has seen `index` samples."""

    index: int
    learned: Array  # (100,) True or False
    largest: Array  # (100,) the largest weight of each
    outputs: Array  # (100, 4)


class PostRun(Remembering):
    """The switches without their stage: a hundred starts, and how often other settings learned.

    `hundred` says which hundred seeds, `start` which of them is selected; the other settings are
    the switches. Raises ValueError for a setting that there is not, or that its control refuses.

    >>> run = PostRun(scale="auto")
    >>> run.advance(10_000)
    False
    >>> run.newest.learned.sum()
    np.int64(95)
    """

    NAME = "post_switches"
    CONTROLS = by_name(
        Choice("slope", "slope from", {"a": "a", "z": "z"}, "a"),
        Choice("scale", "initial weights", {0.25: "±0.25", "auto": "sized"}, 0.25),
        Slider("learning_rate", "learning rate", 0.01, 2, 0.2, log=True),
        Choice("batch_size", "samples a step", {1: "one", 4: "all four"}, 1),
        Choice("bias", "bias", {"one": "weight of a constant 1 (2013)", "zero": "the same, from 0",
                                "unit": "a third unit (older code)"}, "one"),
        Slider("hundred", "which hundred", 1, 20, 1, whole=True),
        Slider("start", "start", 1, STARTS, 1, whole=True),
    )  # fmt: skip
    BUTTONS = {"play": ("▶ Train", "▶ Next hundred"), "printed": "As printed"}
    HANDS = ("set", "choose", "look", "printed")
    pace = SAMPLES // PICTURES

    def __init__(self, **settings):
        super().__init__(**settings)
        self.tried: dict[tuple, dict[int, int]] = {}  # {switches: {which hundred: how many learn}}
        self.reset()

    # Training

    @property
    def switches(self) -> dict:
        """The settings of a `Replay`."""
        return {name: self.settings[name] for name in AS_PRINTED}

    def reset(self) -> None:
        """All hundred networks at their first weights."""
        first = STARTS * (self.settings["hundred"] - 1)
        self.replay = Replay(range(first, first + STARTS), **self.switches)
        self.moments, self.at = [], None
        self.generation += 1
        self._remember()

    def again(self) -> None:
        """Go on to the next hundred seeds."""
        last = self.CONTROLS["hundred"].high
        self.settings["hundred"] = self.settings["hundred"] % last + 1
        self.reset()

    def _remember(self) -> None:
        now = self.replay
        self.moments.append(Moment(now.seen, now.learned, now.largest, now.outputs))

    def advance(self, steps: int) -> bool:
        """Show each network so many samples more, to the end of a slice; False after the last."""
        self.at, until = None, min(self.index + steps, SAMPLES)
        while self.index < until:
            self.replay.advance(self.pace)
            self._remember()
        if self.done:
            counts = self.tried.setdefault(tuple(self.switches.values()), {})
            counts[self.settings["hundred"]] = int(self.newest.learned.sum())
        return not self.done

    @property
    def index(self) -> int:
        """How many samples each network has seen."""
        return self.newest.index

    @property
    def done(self) -> bool:
        """Whether they have seen all."""
        return self.index == SAMPLES

    # Hands

    def set(self, name: str, value) -> None:
        """Move a switch, and begin again; "start" only selects a start."""
        before = self.settings.get(name) if isinstance(name, str) else None
        super().set(name, value)
        if name != "start" and self.settings[name] != before:
            self.reset()

    def printed(self) -> None:
        """All switches as the post has them."""
        self.settings = self.settings | AS_PRINTED
        self.reset()

    def choose(self, panel: str, *numbers: int) -> None:
        """Select a start: by its row and column in the strip, or its dot in the plane."""
        rows, columns = post_panels.STRIP
        limits = {"strip": (rows, columns), "weights": (STARTS,)}.get(panel, ())
        fits = len(numbers) == len(limits) > 0 and all(
            type(k) is int and 0 <= k < n for k, n in zip(numbers, limits)
        )
        if not fits:
            raise ValueError(
                f"{str(panel)[:20]!r} {str(numbers)[:40]}: expected 'strip', row, column, of"
                f" {rows} x {columns}, or 'weights' and one of {STARTS}"
            )
        place = numbers[0] if panel == "weights" else columns * numbers[0] + numbers[1]
        self.set("start", place + 1)

    # What the stage shows

    @property
    def sentence(self) -> str:
        shown, switches = self.shown, self.said(self.switches)
        n = int(shown.learned.sum())
        if not shown.index:
            return f"{switches}: nothing is trained yet."
        if shown.index < SAMPLES:
            return f"{switches}: {n} of {STARTS} by sample {shown.index:,} of {SAMPLES:,}."
        interval = percents(*wilson_interval(n, STARTS))
        return f"{switches}: {n} of {STARTS} starts learn XOR (95 % interval {interval})."

    @staticmethod
    def said(switches: dict) -> str:
        """Where the switches stand, in words; of the bias only if it is not that of the post."""
        rate = f"rate {switches['learning_rate']:g}"
        words = [NAMES["slope"][switches["slope"]].capitalize(), NAMES["scale"][switches["scale"]],
                 rate, NAMES["batch_size"][switches["batch_size"]]]  # fmt: skip
        if switches["bias"] != AS_PRINTED["bias"]:
            words.append(NAMES["bias"][switches["bias"]])
        return ", ".join(words)

    @property
    def values(self) -> dict:
        play = self.BUTTONS["play"][self.done]
        return super().values | {"play": play}

    def scene(self) -> dict:
        return post_panels.scene(self, super().scene())

    def frame(self) -> dict:
        return super().frame() | {"when": f"{self.shown.index:,} samples"}

    def panels(self) -> dict:
        return post_panels.panels(self)

    # Exits

    def recipe(self) -> str:
        """The state as a short text, from which `from_recipe` makes it again."""
        return write_recipe(self.NAME, start=self.moved(self.settings), steps=self.index)

    @classmethod
    def from_recipe(cls, text: str) -> PostRun:
        """The run that `recipe` wrote down; ValueError for a text that is not one."""
        story = read_recipe(text, cls.NAME)
        start, steps = story.get("start", {}), count_of(story.get("steps", 0), "steps")
        if not isinstance(start, dict) or set(story) & {"changes", "own"}:
            raise ValueError("a recipe names switches and where they stand, and how many steps")
        if steps % cls.pace or steps > SAMPLES:
            raise ValueError(f"steps: {steps} given, expected 0, {cls.pace} and so on up to"
                             f" {SAMPLES:,}")  # fmt: skip
        run = cls(**cls.only_controls(start))
        recipe.Replay(run).to(steps, cls.pace)
        return run

    def python(self) -> str:
        """The lines that train the same hundred networks."""
        seeds = self.replay.seeds
        moved = [f"{name}={value!r}" for name, value in self.switches.items()
                 if value != AS_PRINTED[name]]  # fmt: skip
        arguments = ", ".join([f"range({seeds[0]}, {seeds[-1] + 1})", *moved])
        return "\n".join([
            "from nncourse.bugs import Replay",
            "",
            f"replay = Replay({arguments})",
            f"replay.advance({self.index or SAMPLES})",
            f'print(replay.learned.sum(), "of {STARTS} learn XOR")',
            "",
        ])  # fmt: skip


class PostSwitches(Stage):
    """Notebook 11: which of the choices of the 2013 post cost how much, on XOR?

    `PostSwitches()` has them as the post printed them: `slope` "a" or "z", `scale` 0.25 or "auto",
    `learning_rate`, `batch_size` 1 or 4, `bias` "one", "zero" or "unit" (see `bugs.Replay`). A
    switch that is moved trains the hundred starts again. `hide` names controls and panels to leave
    out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> print(PostSwitches().train(10_000).sentence)  # doctest: +NORMALIZE_WHITESPACE
    Slope of a, ±0.25, rate 0.2, single samples: 12 of 100 starts learn XOR (95 % interval 7–20 %).
    """

    MODEL = PostRun

    def _do(self, message: Message) -> None:
        super()._do(message)
        do, arguments = message.do, message.arguments
        moved = do == "printed" or (do == "set" and arguments[0] != "start")
        if moved and not self.lab.index:  # it is at its first weights: let the share follow
            self.player.play()
