"""Notebook 05: the luck map: hundreds of networks learn XOR, and how many do is partly luck.

Every cell is a number of hidden units and a learning rate, tried from many first weights. Choose a
cell to see its losses, and one of them to open that very run in the playground.
"""

from __future__ import annotations

import json
import time
from typing import NamedTuple

import numpy as np
import traitlets
from ipywidgets import Widget, widget_serialization

from nnlib.datasets import xor
from nnlib.experiments import Grid, Sweep
from nnlib.metrics import wilson_interval
from nnlib.notation import Array
from nncourse import plots
from nncourse.widgets import luck_panels
from nncourse.widgets.base import network_controls
from nncourse.widgets.base.controls import Choice, Slider, by_name
from nncourse.widgets.base.messages import Message
from nncourse.widgets.base.model import Remembering
from nncourse.widgets.base.recipe import Replay, count_of, read_recipe, write_recipe
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.playground import Playground, PlaygroundLab
from nncourse.words import listed, many, percents

HIDDEN_UNITS, LEARNING_RATES = (1, 2, 3, 4, 6, 8), (0.03, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
SEEDS = 20
MOST_VALUES = 12  # rows, or columns
MOST_SEEDS = 100
MOST_NETWORKS = 5000
PICTURES = 25  # from the first step to the last


class Slice(NamedTuple):
    """The networks after `index` steps: which of them have learned XOR by then."""

    index: int
    solved: Array  # (rows, columns, seeds) True or False


class Before(NamedTuple):
    """The map that stood here before a control was changed."""

    index: int
    counts: Array
    settings: dict


class LuckRun(Remembering):
    """The luck map without its stage: a grid of networks in training, and what is chosen of it.

    `hidden_units` are the rows, `learning_rate` the columns, `seeds` the number of starts in each
    cell: start k has the seed k - 1. `chosen` is (hidden units, learning rate, start); the other
    settings are the positions of the controls. Raises ValueError for values that the map cannot
    have.

    >>> run = LuckRun(hidden_units=[1, 8], learning_rate=[0.03, 1.0], seeds=5)
    >>> run.advance(2000)
    False
    >>> run.counts.tolist()
    [[0, 0], [5, 5]]
    """

    NAME = "luck_map"
    CONTROLS = by_name(
        Choice("steps", "steps", {500: "500", 2000: "2000", 5000: "5000"}, 2000),
        network_controls.HIDDEN.only("tanh", "logistic", "relu"),
        network_controls.SCALE.only("auto", 0.25, 1.0),
        network_controls.OPTIMIZER,
    )
    BUTTONS = {"play": "Train"}
    HANDS = ("set", "choose", "look", "reset")
    before: Before | None = None

    def __init__(
        self, hidden_units=HIDDEN_UNITS, learning_rate=LEARNING_RATES, seeds=SEEDS, chosen=None,
        **settings,
    ):  # fmt: skip
        self.hidden_units = _axis(network_controls.HIDDEN_UNITS, hidden_units)
        self.learning_rate = _axis(network_controls.LEARNING_RATE, learning_rate)
        self.seeds = Slider("seeds", "seeds", 1, MOST_SEEDS, SEEDS, whole=True).check(seeds)
        if self.networks > MOST_NETWORKS:
            raise ValueError(
                f"{len(self.hidden_units)} rows x {len(self.learning_rate)} columns x {self.seeds}"
                f" starts are {self.networks:,} networks: at most {MOST_NETWORKS:,}, so leave some"
                " out"
            )
        unknown = sorted(set(settings) - set(self.controls))
        if unknown:
            raise ValueError(f"there is no setting {', '.join(unknown)}: there are"
                             f" {', '.join(self.positions())}, chosen")  # fmt: skip
        super().__init__(**settings)
        if chosen is None:  # the row in which luck counts most, if there is one
            row, column = _place(self.hidden_units, 2), _place(self.learning_rate, 0.5)
            self.cell = row or 0, column or 0
        else:
            self._choose(chosen)
        self.reset()

    @property
    def controls(self) -> dict:
        """Every control by name."""
        return self.CONTROLS | {"start": Slider("start", "start", 1, self.seeds, 1, whole=True)}

    # Training

    def reset(self) -> None:
        """All networks at their first weights."""
        data, settings = xor(), self.settings
        self.grid = Grid(
            data.X, data.Y, hidden_units=self.hidden_units, learning_rate=self.learning_rate,
            seeds=self.seeds, steps=settings["steps"], hidden=settings["hidden"],
            scale=settings["scale"], optimizer=settings["optimizer"],
        )  # fmt: skip
        self._slices = self.grid.slices()
        self.moments: list[Slice] = []
        self.seconds, self.at, self.trouble = 0.0, None, ""
        self.generation += 1
        self._next_slice()

    def again(self) -> None:
        """Train all of them once more."""
        self.reset()

    def _next_slice(self) -> None:
        begun = time.perf_counter()
        self.sweep: Sweep = next(self._slices)
        solved = self.sweep.table.solved.reshape(self.shape)
        self.moments.append(Slice(int(self.sweep.at[-1]), solved))
        self.seconds += time.perf_counter() - begun

    def advance(self, steps: int) -> bool:
        """Train all networks for so many steps, to the end of a slice; False at the last step."""
        self.at, until = None, min(self.index + steps, self.grid.steps)
        while self.index < until:
            self._next_slice()
        return not self.done

    @property
    def index(self) -> int:
        """How many steps all networks have made."""
        return self.moments[-1].index

    @property
    def done(self) -> bool:
        """Whether they have made all of them."""
        return self.index == self.grid.steps

    @property
    def pace(self) -> int:
        """Steps to take from one picture to the next."""
        slices = -(-len(self.grid.at) // PICTURES)
        return int(self.grid.at[slices])

    @property
    def networks(self) -> int:
        """How many there are."""
        return len(self.hidden_units) * len(self.learning_rate) * self.seeds

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, seeds: in this order the runs are numbered."""
        return len(self.hidden_units), len(self.learning_rate), self.seeds

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control: "start" chooses a start, the others begin again."""
        value = self.control(name).check(value)
        if value == self.settings[name]:
            return
        if name != "start" and self.index:  # what is trained stays in sight, to compare with
            counts = self.moments[-1].solved.sum(axis=-1)
            self.before = Before(self.index, counts, dict(self.settings))
        self.settings[name] = value
        if name != "start":
            self.reset()
        self.generation += 1

    def choose(self, panel: str, *numbers: int) -> None:
        """Choose a cell of the map by its row and column, or one of its curves, counted from 0."""
        cells = self.shape[:2]
        limits = {"luck": cells, "before": cells, "curves": self.shape[2:]}.get(panel, ())
        fits = len(numbers) == len(limits) > 0 and all(
            type(k) is int and 0 <= k < n for k, n in zip(numbers, limits)
        )
        if not fits:
            rows, columns, starts = self.shape
            raise ValueError(
                f"{str(panel)[:20]!r} {str(numbers)[:40]}: expected 'luck', row, column, of"
                f" {rows} x {columns}, or 'curves' and one of {starts}"
            )
        if panel != "curves":
            self.cell = numbers
            self.generation += 1
        else:
            self.set("start", numbers[0] + 1)

    def _choose(self, chosen) -> None:
        if not isinstance(chosen, list | tuple) or len(chosen) != 3:
            raise ValueError(f"chosen={str(chosen)[:40]}: expected (hidden units, rate, start)")
        units, rate, start = chosen
        row, column = _place(self.hidden_units, units), _place(self.learning_rate, rate)
        if row is None or column is None:
            rates = listed(f"{rate:g}" for rate in self.learning_rate)
            raise ValueError(
                f"chosen={str(chosen)[:40]}: the map has {listed(self.hidden_units)} hidden units"
                f" and the rates {rates}"
            )
        self.cell = (row, column)
        self.settings["start"] = self.control("start").check(start)

    # What is chosen

    @property
    def counts(self) -> Array:
        """(rows, columns) how many starts of each cell have learned XOR."""
        return self.shown.solved.sum(axis=-1)

    @property
    def losses(self) -> Array:
        """(seeds, moments) of the chosen cell, up to the moment that is shown."""
        curves = self.sweep.curves.reshape(*self.shape, -1)[self.cell]
        return curves[:, self.grid.at[: curves.shape[1]] <= self.shown.index]

    @property
    def row(self) -> int:
        """The number of the run that is chosen: its row in a `sweep` of the same grid."""
        return int(np.ravel_multi_index((*self.cell, self.settings["start"] - 1), self.shape))

    def opened(self, row: int | None = None) -> PlaygroundLab:
        """A run, by default the chosen one, in a playground, trained as far as it is shown here.

        It is the same to the last bit, though trained alone and not in a stack: measured for some
        600 runs of three activations, there was no difference. Should matmul of another machine sum
        a stack in another order, it is the same to 1e-12. A run that left the finite numbers stands
        at its last finite step.
        """
        row = self.row if row is None else row
        if type(row) is not int or not 0 <= row < self.networks:
            raise ValueError(f"row {str(row)[:40]}: there are {self.networks:,}, counted from 0")
        run = self.grid.run(row)
        same = ("hidden_units", "learning_rate", "hidden", "scale", "optimizer")
        lab = PlaygroundLab(weight_seed=run["seed"], **{name: run[name] for name in same})
        if self.shown.index:
            lab.advance(self.shown.index)
        return lab

    # What the stage shows

    @property
    def sentence(self) -> str:
        """The state in words."""
        start = f"Start {self.settings['start']} selected."
        index, solved = self.shown.index, self.counts[self.cell]
        if index == 0:
            return f"Nothing is trained yet. {self.cell_name()} chosen. {start}"
        when = "" if index == self.grid.steps else f"Step {index:,} of {self.grid.steps:,}. "
        return (f"{when}{self.cell_name()}: {solved} of {many(self.seeds, 'start')} learned XOR"
                f" (95 % interval {self.interval(*self.cell)}). {start}")  # fmt: skip

    def cell_name(self, row: int | None = None, column: int | None = None) -> str:
        """A cell in words, by default the chosen one."""
        row, column = self.cell if row is None else (row, column)
        units = many(self.hidden_units[row], "hidden unit")
        return f"{units}, rate {self.learning_rate[column]:g}"

    def interval(self, row: int, column: int) -> str:
        """The 95 % interval of a cell's true share, in words."""
        return percents(*wilson_interval(self.counts[row, column], self.seeds))

    def scene(self) -> dict:
        return luck_panels.scene(self)

    @property
    def values(self) -> dict:
        """Where controls stand, and what the button says."""
        progress = {"share": self.index / self.grid.steps, "text": self._progress()}
        return super().values | {"play": "Train", "progress": progress}

    def _progress(self) -> str:
        networks = many(self.networks, "network")
        if self.done:
            return f"{networks} × {self.grid.steps:,} steps in {self.seconds:.1f} s"
        return f"{networks}, step {self.index:,} of {self.grid.steps:,}"

    @property
    def highs(self) -> dict:
        """The last start: a recipe may bring a map with more of them."""
        return {"start": self.seeds}

    def panels(self) -> dict:
        return luck_panels.panels(self)

    def picture(self, hide=()):
        """The same state as a still picture."""
        ax = plots.luck_map(self.counts, self.seeds, rows=self.hidden_units,
                            columns=self.learning_rate, alt=self.sentence)  # fmt: skip
        return ax.figure

    # Exits

    @classmethod
    def positions(cls) -> dict:
        """Every setting by name, with what it is at first."""
        axes = {"hidden_units": list(HIDDEN_UNITS), "learning_rate": list(LEARNING_RATES)}
        return axes | {"seeds": SEEDS} | super().positions()

    def recipe(self) -> str:
        """The map as a short text, from which `from_recipe` makes it again in another kernel."""
        axes = {"hidden_units": self.hidden_units, "learning_rate": self.learning_rate}
        now = axes | {"seeds": self.seeds} | self.settings
        start = self.moved(now)
        row, column = self.cell
        start["chosen"] = [self.hidden_units[row], self.learning_rate[column], now["start"]]
        return write_recipe(self.NAME, start=start, steps=self.index)

    @classmethod
    def from_recipe(cls, text: str) -> LuckRun:
        """The map that `recipe` wrote down, trained to the same step.

        Raises ValueError for a text that is not a recipe of a luck map, asks for a map that there
        cannot be, or would train for more than twenty seconds.
        """
        story = read_recipe(text, cls.NAME)
        start, steps = story.get("start", {}), count_of(story.get("steps", 0), "steps")
        known = {*cls.positions(), "chosen"}
        if not isinstance(start, dict) or set(start) - known or set(story) & {"changes", "own"}:
            raise ValueError(
                f"the start of a recipe of the {cls.NAME} says where these stand:"
                f" {', '.join(sorted(known))}; besides it there are steps"
            )
        run = cls(**start)
        if steps not in run.grid.at:
            raise ValueError(f"steps: {steps} given, expected 0, {run.grid.at[1]} and so on up to"
                             f" {run.grid.steps}")  # fmt: skip
        Replay(run).to(steps, 1)
        return run

    def python(self) -> str:
        """The lines of nnlib that give the same counts, and the loss of the run that is chosen."""
        settings, (row, column) = self.settings, self.cell
        start, steps = settings["start"], self.index or self.grid.steps
        hidden, scale, optimizer = (
            json.dumps(settings[name]) for name in ("hidden", "scale", "optimizer")
        )
        return "\n".join([
            "from nnlib import xor",
            "from nnlib.experiments import luck_map, sweep",
            "",
            "data = xor()",
            "result = sweep(",
            f"    data.X, data.Y, hidden_units={self.hidden_units}, seeds={self.seeds},"
            f" steps={steps},",
            f"    learning_rate={self.learning_rate},",
            f"    hidden={hidden}, scale={scale}, optimizer={optimizer},",
            ")",
            "print(luck_map(result).solved)",
            f"row = result.where(hidden_units={self.hidden_units[row]},"
            f" learning_rate={self.learning_rate[column]}, seed={start - 1})[0]",
            f'print(f"start {start}: loss {{result.table.loss[row]:.6g}}")',
            "",
        ])  # fmt: skip


class LuckMap(Stage):
    """Notebook 05: how much of learning XOR is the learning rate, the hidden units, or luck?

    `LuckMap()` has 8 learning rates x 6 numbers of hidden units x 20 starts; `hidden_units`,
    `learning_rate` and `seeds` make another map, as they do in `sweep`. `chosen=(2, 0.5, 8)` says
    which cell and start to begin with, and further settings are the positions of the controls
    (`LuckMap.settings()` lists them). `hide` names controls to leave out for a lesson; `recipe` is
    what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> luck = LuckMap(hidden_units=[1, 2], learning_rate=[0.5], chosen=(2, 0.5, 8))
    >>> luck.lab.advance(2000)
    False
    >>> print(luck.sentence)
    2 hidden units, rate 0.5: 11 of 20 starts learned XOR (95 % interval 34–74 %). Start 8 selected.
    >>> print(luck.playground().sentence)
    step 2,000 · loss 0.003 · 4 of 4 points right
    """

    MODEL = LuckRun
    HANDS = ("playground",)

    # The run that was opened, on a stage of its own below this one.
    below = traitlets.Instance(Widget, allow_none=True).tag(sync=True, **widget_serialization)

    def playground(self, row: int | None = None) -> Playground:
        """A playground with a run of the map in it: row `row` of a sweep, or the chosen one."""
        return _playground(self.lab.opened(row))

    def _do(self, message: Message) -> None:
        if message.do == "playground":
            self._open()
            return
        if message.do == "close":
            self._put_below(None)
        super()._do(message)

    def _open(self) -> None:
        lab, opened = self.lab, self.lab.opened()
        line = f"widgets.Playground(recipe={opened.recipe()!r})"
        self._put_below(_playground(opened))
        self._paper = {"title": f"Start {lab.settings['start']} of the cell {lab.cell_name()} is"
                                " open below. In a cell of its own:",
                       "open": None, "text": f"from nncourse import widgets\n\n{line}"}  # fmt: skip

    def _put_below(self, widget: Widget | None) -> None:
        before, self.below = self.below, widget
        if before:
            before.close()

    def close(self) -> None:
        """Stop training, and take the widget and the playground below it off every page."""
        if self.below:
            self.below.close()
        super().close()


def _playground(lab: PlaygroundLab) -> Playground:
    """A playground around a run that there is already."""
    playground = Playground()
    playground.lab = lab
    playground._show()
    return playground


def _axis(control: Slider, values) -> list:
    """The values of rows or columns, in their order, each once; ValueError if one is refused."""
    if isinstance(values, np.ndarray | range):
        values = values.tolist() if isinstance(values, np.ndarray) else list(values)
    if not isinstance(values, list | tuple) or not 1 <= len(values) <= MOST_VALUES:
        raise ValueError(f"{control.label}: {str(values)[:40]} given, expected a list of 1 to"
                         f" {MOST_VALUES} numbers")  # fmt: skip
    return sorted({control.check(value) for value in values})


def _place(values: list, value) -> int | None:
    """Where in `values` this one is, or None."""
    return values.index(value) if type(value) in (int, float) and value in values else None
