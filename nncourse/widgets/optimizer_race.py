"""Notebook 08: four optimizers learn to read digits from the same starts, in the same batches."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnlib.notation import Array
from nncourse import plots
from nncourse.widgets.base.controls import Choice, Slider, by_name
from nncourse.widgets.base.model import Remembering
from nncourse.widgets.base.payloads import line, series
from nncourse.widgets.base.python_code import program
from nncourse.widgets.base.recipe import Replay, count_of, read_recipe, write_recipe
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.optimizer_race_runs import ALL, BEST_RATES, ORDER, Racer, starts, the_digits
from nncourse.widgets.ravine import WALKERS, end_dots
from nncourse.words import fixed, listed, many, percent, unbroken

PICTURES = 60  # from the first step to the last
EARLY = 1.5  # the larger, the more of them are early, where more happens
GOAL = 0.95  # the accuracy whose price is told
BEST = "best"
OVER = {"updates": "updates", "passes": "passes", "seconds": "seconds"}
SCORES = {"accuracy": "accuracy", "loss": "loss"}
WINDOWS = {"accuracy": (0.8, 1.0), "loss": (0.05, 3.0)}


class Moment(NamedTuple):
    """The race after `index` updates of each network; the optimizers are in their order."""

    index: int
    accuracy: Array  # (4, seeds) on held-out digits
    loss: Array  # (4, seeds)
    seconds: Array  # (4,) of training all the starts of each


class RaceRun(Remembering):
    """The race without its stage: four stacks of networks in training, one for each optimizer."""

    NAME, TITLE = "optimizer_race", "Optimizer race"
    CONTROLS = by_name(
        Choice("batch_size", "batch size",
               {8: "8", 32: "32", 128: "128", ALL: f"all {ALL:,}"}, 32),
        Choice("rates", "learning rates",
               {BEST: "each its own best", 0.02: "0.02 for all", 0.2: "0.2 for all",
                0.5: "0.5 for all"}, BEST),
        Choice("over", "over", OVER, "updates"),
        Choice("score", "held-out", SCORES, "accuracy"),
        Choice("passes", "passes", {10: "10", 20: "20", 40: "40"}, 20),
        Slider("seeds", "starts", 2, 10, 8, whole=True),
        Slider("weight_seed", "first weight seed", 0, 9999, 0, whole=True),
    )  # fmt: skip
    BUTTONS = {"play": ("▶ Race", "▶ Race again"), "reset": "Back to the start"}
    PANELS = (
        {"id": "race", "kind": "plane", "title": "On digits held out", "aspect": 2.1, "most": 370},
        {"id": "table", "kind": "table", "title": "What an update costs, and buys"},
    )
    GRID = dict.fromkeys(("wide", "narrow"), "race / table")
    HANDS = ("set", "look", "reset")
    PAUSES = ("reset",)
    VIEW = ("over", "score")  # controls that change nothing of the run
    PICTURES = 20
    ABOUT = (
        "A recording of four optimizers in training: move the slider below it to go back and forth"
        " in time. To run it yourself, open the notebook that it comes from."
    )

    def __init__(self, **settings):
        super().__init__(**settings)
        self.reset()

    # Training

    def reset(self) -> None:
        """All networks at their first weights."""
        batch_size, seeds = self.settings["batch_size"], self.settings["seeds"]
        thetas = starts(self.settings["weight_seed"], seeds)
        self.stops = np.unique(np.round(
            self.updates * (np.arange(PICTURES + 1) / PICTURES) ** EARLY
        ).astype(int))  # fmt: skip
        self.racers = [Racer(name, self.rate(name), thetas, batch_size, self.updates)
                       for name in WALKERS]  # fmt: skip
        self.moments: list[Moment] = []
        self.at, self.trouble = None, ""
        self.generation += 1
        self._next_moment()

    again = reset

    def _next_moment(self) -> None:
        """Let each optimizer in turn make its updates up to the next stop, and measure."""
        index = int(self.stops[len(self.moments)])
        for racer in self.racers:
            racer.to(index)
        found = [racer.scores() for racer in self.racers]
        accuracy, loss = (np.array([getattr(one, score) for one in found]) for score in SCORES)
        seconds = np.array([racer.seconds for racer in self.racers])
        self.moments.append(Moment(index, accuracy, loss, seconds))

    def advance(self, steps: int) -> bool:
        """Make so many updates of each network, to the next moment kept; False at the end."""
        self.at, until = None, min(self.newest.index + steps, self.updates)
        while self.newest.index < until:
            self._next_moment()
        return not self.done

    @property
    def pace(self) -> int:
        """Updates to the next moment."""
        return 1

    @property
    def done(self) -> bool:
        """Whether all passes are made."""
        return self.newest.index == self.updates

    @property
    def updates(self) -> int:
        """How many each network makes in the whole race."""
        return self.settings["passes"] * self.updates_per_pass

    @property
    def updates_per_pass(self) -> int:
        """Batches in a pass over the training samples."""
        return -(-len(the_digits().X) // self.settings["batch_size"])

    def rate(self, name: str) -> float:
        """The learning rate of an optimizer."""
        rates = self.settings["rates"]
        return BEST_RATES[self.settings["batch_size"]][name] if rates == BEST else rates

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control. What changes the run starts it over."""
        value = self.control(name).check(value)
        if value == self.settings[name]:
            return
        self.settings = self.settings | {name: value}
        if name in self.VIEW:
            self.generation += 1
        else:
            self.reset()

    # What the stage shows

    @property
    def past(self) -> list[Moment]:
        """The moments up to the one that is shown."""
        return [moment for moment in self.moments if moment.index <= self.shown.index]

    def scene(self) -> dict:
        return super().scene() | {"scrub": True} | self.in_sight(
            *("play", "batch_size", "rates", "over", "score"),
            more={"The race": ["passes", "reset"], "The starts": ["seeds", "weight_seed"]},
        )  # fmt: skip

    @property
    def values(self) -> dict:
        return super().values | {"play": self.BUTTONS["play"][int(self.done)]}

    def panels(self) -> dict:
        return {"race": self._race(), "table": self._table()}

    def _x(self, k: int, moments: list[Moment]) -> Array:
        """Where these moments of optimizer k are on the horizontal axis."""
        if self.settings["over"] == "seconds":
            return np.array([moment.seconds[k] for moment in moments])
        updates = np.array([moment.index for moment in moments])
        return updates / (self.updates_per_pass if self.settings["over"] == "passes" else 1)

    def _right(self) -> float:
        """Where the horizontal axis ends: with seconds, at a round number beyond the last."""
        over = self.settings["over"]
        if over != "seconds":
            return self.updates if over == "updates" else self.settings["passes"]
        last = max(self.newest.seconds.max(), 0.1)
        power = 10.0 ** np.floor(np.log10(last))
        return float(next(power * k for k in (1.5, 2, 3, 5, 7, 10, 15) if power * k >= last))

    def _race(self) -> dict:
        """A line and a band for each optimizer: the mean over the starts, and its spread."""
        past, score = self.past, self.settings["score"]
        low, high = WINDOWS[score]
        lines, bands, ends, right = [], [], {}, self._right()
        for k, (name, walker) in enumerate(WALKERS.items()):
            middle, spread = _band([getattr(moment, score)[k] for moment in past])
            x, bottom = self._x(k, past), np.maximum(middle - spread, low / 10)
            colour = walker.look["colour"]
            bands.append({"x": series(x), "low": series(bottom), "high": series(middle + spread),
                          "colour": colour})  # fmt: skip
            lines.append(line(x, middle, name=f"{walker.letter} {walker.name}", **walker.look))
            if low <= middle[-1] <= high:
                ends[name] = (x[-1], middle[-1])
        rules = [{"y": GOAL}] if score == "accuracy" else []
        return {
            "window": [0, 1.06 * right, low, high], "logy": score == "loss",
            "xlabel": self._xlabel(), "ylabel": score,
            "lines": lines, "bands": bands, "rules": rules, "dots": self._ends(ends, right),
            "note": f"mean of {many(self.settings['seeds'], 'start')}, band: one standard deviation"
                    " up and down",
            "words": f"The {score} on held-out digits over {self.settings['over']}."
                     f" {self.sentence}",
        }  # fmt: skip

    def _ends(self, ends: dict, right: float) -> list[dict]:
        """The letters at the ends of the lines."""
        (low, high), log = WINDOWS[self.settings["score"]], self.settings["score"] == "loss"
        height = np.log if log else np.asarray
        places = {name: (x, height(y)) for name, (x, y) in ends.items()}
        return end_dots(ends, (right, height(high) - height(low)), places)

    def _xlabel(self) -> str:
        return {"updates": "updates", "passes": "passes over the data",
                "seconds": "seconds of computing, all starts together"}[
            self.settings["over"]
        ]  # fmt: skip

    def _table(self) -> dict:
        """Of each its rate, what an update costs, when it reaches the goal, and where it is."""
        rows, shown = [], self.shown
        for k, (name, walker) in enumerate(WALKERS.items()):
            cost = "–"
            if shown.index:
                cost = f"{1e6 * shown.seconds[k] / shown.index / self.settings['seeds']:.0f} µs"
            middle, spread = _band([shown.accuracy[k]])
            now = "diverged"
            if np.isfinite(middle[0]):
                now = f"{fixed(100 * middle[0], 1)} ± {fixed(100 * spread[0], 1)} %"
            rows.append({"mark": "none", "name": f"{walker.letter} {walker.name}",
                         "texts": [f"{self.rate(name):g}", cost, self._price(k), now]})  # fmt: skip
        heads = ["", "rate", "an update", f"{percent(GOAL)} after", "accuracy now"]
        return {"heads": heads, "rows": rows}

    def _reached(self, k: int) -> Moment | None:
        """The first moment at which the mean accuracy of optimizer k is at the goal."""
        for moment in self.past:
            if np.isfinite(moment.accuracy[k]).all() and moment.accuracy[k].mean() >= GOAL:
                return moment
        return None

    def _price(self, k: int) -> str:
        """What optimizer k has paid for the goal, in the unit of the horizontal axis."""
        moment, over = self._reached(k), self.settings["over"]
        if moment is None:
            return "not yet"
        paid = self._x(k, [moment])[0]
        return f"{paid:.2f} s" if over == "seconds" else f"{paid:.3g} {over}"

    @property
    def sentence(self) -> str:
        """The state in words: no seconds, which differ from run to run."""
        index, n = self.shown.index, self.settings["seeds"]
        batch = "all digits at once" if self.settings["batch_size"] == ALL else (
            f"batches of {self.settings['batch_size']}"
        )  # fmt: skip
        if index == 0:
            return f"Nothing is trained yet: four optimizers, {many(n, 'start')} each, {batch}."
        reached = []
        for k, walker in enumerate(WALKERS.values()):
            mean = _band([self.shown.accuracy[k]])[0][0]
            share = unbroken(percent(mean)) if np.isfinite(mean) else "diverged"
            reached.append(f"{walker.name} {share}")
        made = index / self.updates_per_pass
        passes = f"{made:.0f}" if made == round(made) else f"{made:.1f}"
        return (f"{many(index, 'update')} ({passes} {'pass' if made == 1 else 'passes'}), {batch}:"
                f" held-out accuracy {listed(reached)}.")  # fmt: skip

    # Where nobody is running it, and exits

    def picture(self, hide=()):
        """The same state as a still picture."""
        past, score = self.past, self.settings["score"]
        runs = {f"{walker.name}, rate {self.rate(name):g}":
                np.array([getattr(moment, score)[k] for moment in past]).T
                for k, (name, walker) in enumerate(WALKERS.items())}  # fmt: skip
        x = {label: self._x(k, past) for k, label in enumerate(runs)}
        return plots.bands(x, runs, xlabel=self._xlabel(), ylabel=f"{score} on held-out digits",
                           ylim=WINDOWS[score], logy=score == "loss",
                           alt=self.sentence).figure  # fmt: skip

    def recipe(self) -> str:
        """The race as a short text, from which `from_recipe` makes it again."""
        return write_recipe(self.NAME, start=self.moved(self.settings), steps=self.newest.index)

    @classmethod
    def from_recipe(cls, text: str) -> RaceRun:
        """The race that `recipe` wrote down, trained to the same step.

        Raises ValueError for a text that is not a recipe of a race, or would train for more than
        twenty seconds.
        """
        story = read_recipe(text, cls.NAME)
        start, steps = story.get("start", {}), count_of(story.get("steps", 0), "steps")
        if not isinstance(start, dict) or set(story) & {"changes", "own"}:
            raise ValueError("a recipe of the race says where its controls stand, and its steps")
        run = cls(**cls.only_controls(start))
        if steps not in run.stops:
            raise ValueError(f"steps: {steps} given, expected one of {run.stops[:4].tolist()} and"
                             f" so on up to {run.updates}")  # fmt: skip
        Replay(run).to(steps, 1)
        return run

    def python(self) -> str:
        """The lines of nnlib that give the same accuracies."""
        settings, steps = self.settings, self.shown.index
        first = settings["weight_seed"]
        made = [f"    {walker.made_by}({self.rate(name)!r})," for name, walker in WALKERS.items()]
        return program([
            "data = digits(0)",
            'net = Network((64, 32, 10), output="softmax", loss="cross_entropy")',
            f"starts = np.stack([net.init(seed) for seed in range({first},"
            f" {first + settings['seeds']})])",
            "for optimizer in [", *made, "]:",
            "    run = train(net, starts, data.X, data.Y, optimizer,"
            f" rng={ORDER}, steps={steps}, batch_size={settings['batch_size']})",
            "    for step in run:",
            "        pass",
            "    outputs = net.predict(step.theta, data.X_test)",
            "    right = [accuracy(data.Y_test, one) for one in outputs]",
            '    print(f"{type(optimizer).__name__}: {np.mean(right):.0%}")',
        ], ["accuracy", "digits"])  # fmt: skip


def _band(values: list) -> tuple[Array, Array]:
    """The mean (n,) and the standard deviation of n lists of numbers; nan where one is missing."""
    with np.errstate(invalid="ignore"):
        values = np.array(values)
        return values.mean(axis=1), values.std(axis=1)


class OptimizerRace(Stage):
    """Notebook 08: what does an update cost, and what does it buy? Four optimizers read digits.

    Plain steps, momentum, Nesterov and Adam train 64-32-10 networks from the same `seeds` starts,
    in the same batches of `batch_size`, for so many `passes`. `rates` is "best", each at its own
    best learning rate, which was found on a part of the training samples, or one for all. `over` is
    the horizontal axis ("updates", "passes" or "seconds"), `score` the vertical one ("accuracy" or
    "loss"). `hide` names controls and panels to leave out for a lesson; `recipe` is what the button
    Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> race = OptimizerRace(seeds=2, batch_size=128, passes=10)
    >>> print(race.sentence)
    Nothing is trained yet: four optimizers, 2 starts each, batches of 128.
    >>> print(race.train(110).sentence.split(":")[0])
    110 updates (10 passes), batches of 128
    """

    MODEL = RaceRun
