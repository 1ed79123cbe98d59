"""The luck map: hundreds of networks learn XOR, and how many of them do is partly luck.

Every cell is a width and a learning rate, tried from many first weights. Choose a cell to see its
losses, one of them to open that very run in the playground.
"""

from __future__ import annotations

import json
import time
from typing import NamedTuple

import numpy as np
import traitlets
from ipywidgets import Widget, widget_serialization

from nncourse import plots
from nncourse.widgets.base import network_controls
from nncourse.widgets.base.controls import Choice, Slider, button
from nncourse.widgets.base.model import Remembering
from nncourse.widgets.base.payloads import heat, line
from nncourse.widgets.base.recipe import Replay, count_of, read_recipe, write_recipe
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.playground import Playground, PlaygroundLab
from nnlib.datasets import xor
from nnlib.experiments import Grid, Sweep
from nnlib.metrics import wilson_interval
from nnlib.notation import Array

WIDTHS, RATES, STARTS = (1, 2, 3, 4, 6, 8), (0.03, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0), 20
MOST_VALUES = 12  # rows, or columns
MOST_STARTS = 100
MOST_NETWORKS = 5000
PICTURES = 25  # from the first step to the last
HIDDEN_UNITS, RATE = network_controls.HIDDEN_UNITS, network_controls.LEARNING_RATE


class Slice(NamedTuple):
    """The networks after `index` steps: which of them have learned it by then."""

    index: int
    solved: Array  # (rows, columns, starts) True or False


class LuckRun(Remembering):
    """The luck map without its stage: a grid of networks in training, and what is chosen of it.

    `widths` and `rates` are the rows and columns, `seeds` the number of starts in each cell: start
    k has the seed k - 1. `chosen` is (width, rate, start); the other settings are the positions of
    the controls. Raises ValueError for what there is no map of.

    >>> run = LuckRun(widths=[1, 8], rates=[0.03, 1.0], seeds=5)
    >>> run.advance(2000)
    False
    >>> run.counts.tolist()
    [[0, 0], [5, 5]]
    """

    NAME = "luck_map"
    CONTROLS = {
        control.name: control
        for control in [
            Choice("steps", "steps", {500: "500", 2000: "2000", 5000: "5000"}, 2000),
            network_controls.ACTIVATION.only("tanh", "logistic", "relu"),
            network_controls.SCALE.only("auto", 0.25, 1.0),
            network_controls.OPTIMIZER,
        ]
    }  # fmt: skip
    HANDS = ("set", "choose", "look", "reset")

    def __init__(self, widths=WIDTHS, rates=RATES, seeds=STARTS, chosen=None, **settings):
        self.widths, self.rates = _values(HIDDEN_UNITS, widths), _values(RATE, rates)
        count = Slider("seeds", "seeds", 1, MOST_STARTS, STARTS, whole=True)
        self.seeds = count.check(seeds)
        if self.networks > MOST_NETWORKS:
            raise ValueError(
                f"{len(self.widths)} widths x {len(self.rates)} rates x {self.seeds} starts are"
                f" {self.networks:,} networks: at most {MOST_NETWORKS:,}, so leave some out"
            )
        unknown = sorted(set(settings) - set(self.controls))
        if unknown:
            raise ValueError(f"there is no setting {', '.join(unknown)}: there are"
                             f" {', '.join(self.positions())}, chosen")  # fmt: skip
        super().__init__(**settings)
        self.cell = (0, 0)
        if chosen is None:  # the row in which luck counts most, if it is there
            row, column = _place(self.widths, 2), _place(self.rates, 0.5)
            self.cell = (row if row is not None else 0, column if column is not None else 0)
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
        said = self.settings
        data = xor()
        self.grid = Grid(
            data.X, data.Y, hidden_units=self.widths, learning_rate=self.rates, seeds=self.seeds,
            steps=said["steps"], hidden=said["activation"], scale=said["scale"],
            optimizer=said["optimizer"],
        )  # fmt: skip
        self._slices = self.grid.slices()
        self.moments: list[Slice] = []
        self.seconds, self.at, self.trouble = 0.0, None, ""
        self.starts += 1
        self._take()

    def again(self) -> None:
        """Train all of them once more."""
        self.reset()

    def _take(self) -> None:
        begun = time.perf_counter()
        self.sweep: Sweep = next(self._slices)
        solved = self.sweep.table.solved.reshape(self.shape)
        self.moments.append(Slice(int(self.sweep.at[-1]), solved))
        self.seconds += time.perf_counter() - begun

    def advance(self, steps: int) -> bool:
        """Train all networks for so many steps, to the end of a slice; False at the last step."""
        self.at, until = None, min(self.index + steps, self.grid.steps)
        while self.index < until:
            self._take()
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
        return len(self.widths) * len(self.rates) * self.seeds

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, starts: in this order the runs are numbered."""
        return len(self.widths), len(self.rates), self.seeds

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control: "start" chooses a start, the others begin anew."""
        value = self.control(name).check(value)
        if value == self.settings[name]:
            return
        self.settings[name] = value
        if name == "start":
            self.starts += 1
        else:
            self.reset()

    def choose(self, panel: str, *numbers: int) -> None:
        """Choose a cell of the map by its row and column, or one of its curves, counted from 0."""
        limits = {"luck": self.shape[:2], "curves": self.shape[2:]}.get(panel, ())
        fits = len(numbers) == len(limits) > 0 and all(
            type(k) is int and 0 <= k < n for k, n in zip(numbers, limits)
        )
        if not fits:
            raise ValueError(
                f"{str(panel)[:20]!r} {str(numbers)[:40]}: expected 'luck', row, column, of"
                f" {len(self.widths)} x {len(self.rates)}, or 'curves' and one of {self.seeds}"
            )
        if panel == "luck":
            self.cell = numbers
            self.starts += 1
        else:
            self.set("start", numbers[0] + 1)

    def _choose(self, chosen) -> None:
        if not isinstance(chosen, list | tuple) or len(chosen) != 3:
            raise ValueError(f"chosen={str(chosen)[:40]}: expected (hidden units, rate, start)")
        width, rate, start = chosen
        row, column = _place(self.widths, width), _place(self.rates, rate)
        if row is None or column is None:
            raise ValueError(
                f"chosen={str(chosen)[:40]}: the map has the widths {_listed(self.widths)} and the"
                f" rates {_listed(self.rates)}"
            )
        self.cell = (row, column)
        self.settings["start"] = self.control("start").check(start)

    # What is chosen

    @property
    def counts(self) -> Array:
        """(rows, columns) how many starts of each cell have learned it."""
        return self.shown.solved.sum(axis=-1)

    @property
    def row(self) -> int:
        """The number of the run that is chosen: its row in a `sweep` of the same grid."""
        return int(np.ravel_multi_index((*self.cell, self.settings["start"] - 1), self.shape))

    def opened(self, row: int | None = None) -> PlaygroundLab:
        """A run, the chosen one by default, in a playground, trained as far as it is shown here.

        It is the same to the last bit, though trained alone and not in a stack: measured for some
        600 runs of three activations, there was no difference. Should matmul of another machine sum
        a stack in another order, it is the same to 1e-12. A run that left the finite numbers stands
        at its last finite step.
        """
        row = self.row if row is None else row
        if type(row) is not int or not 0 <= row < self.networks:
            raise ValueError(f"row {str(row)[:40]}: there are {self.networks:,}, counted from 0")
        run = self.grid.run(row)
        lab = PlaygroundLab(
            hidden_units=run["hidden_units"], learning_rate=run["learning_rate"],
            weight_seed=run["seed"], activation=run["hidden"], scale=run["scale"],
            optimizer=run["optimizer"],
        )  # fmt: skip
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
            return f"Nothing is trained yet. {self._called()} chosen. {start}"
        when = "" if index == self.grid.steps else f"Step {index:,} of {self.grid.steps:,}. "
        return (f"{when}{self._called()}: {solved} of {_many(self.seeds, 'start')} learned XOR"
                f" (95 % interval {self._interval(*self.cell)}). {start}")  # fmt: skip

    def _called(self, row: int | None = None, column: int | None = None) -> str:
        """A cell in words, the chosen one by default."""
        row, column = self.cell if row is None else (row, column)
        return f"{_many(self.widths[row], 'hidden unit')}, rate {self.rates[column]:g}"

    def _interval(self, row: int, column: int) -> str:
        low, high = wilson_interval(self.counts[row, column], self.seeds)
        return f"{100 * low:z.0f}–{100 * high:.0f} %"

    def scene(self) -> dict:
        """What is where on the stage."""
        c = {name: control.scene() for name, control in self.controls.items()}
        return {
            "name": self.NAME,
            "title": "Luck map",
            "first": [
                button("play", f"Train {self.networks:,} networks", main=True),
                {"kind": "progress", "name": "progress", "label": "networks trained"},
                c["steps"], c["activation"], c["scale"], c["optimizer"],
            ],
            "more": [],
            "columns": [
                [1.7, [
                    {"id": "luck", "kind": "matrix", "title": "How often is XOR learned?",
                     "follow": True, "help": "Click a cell, or move with the arrow keys."}]],
                [1.1, [
                    {"id": "curves", "kind": "curves", "title": "Learning", "xlabel": "step",
                     "ylabel": "loss", "aspect": 1.35, "hands": True},
                    {"id": "chosen", "kind": "text", "title": "One start", "lines": 2,
                     "controls": [c["start"]],
                     "help": "Click a curve, or move the slider. Open in playground shows this very"
                             " run."}]],
            ],
            "exits": [["playground", "Open in playground"], ["python", "Copy as Python"],
                      ["recipe", "Recipe"]],
            "scrub": True,
            "lines": 2,
            "labels": "above",
        }  # fmt: skip

    @property
    def values(self) -> dict:
        """Where controls stand, and what the button says."""
        return super().values | {
            "play": "Train again" if self.done else "Go on" if self.index
                    else f"Train {_many(self.networks, 'network')}",
            "progress": {"share": self.index / self.grid.steps, "text": self._progress()},
        }  # fmt: skip

    @property
    def highs(self) -> dict:
        """The last start: a recipe may bring a map with more of them."""
        return {"start": self.seeds}

    def panels(self) -> dict:
        """What each panel shows now."""
        return {"luck": self._map(), "curves": self._curves(), "chosen": {"text": self._chosen()}}

    def _progress(self) -> str:
        if self.done:
            return f"{self.networks:,} × {self.grid.steps:,} steps in {self.seconds:.1f} s"
        return f"step {self.index:,} of {self.grid.steps:,}"

    def _map(self) -> dict:
        counts, untrained = self.counts, self.shown.index == 0
        cells = [(r, c) for r in range(len(self.widths)) for c in range(len(self.rates))]
        if untrained:  # what a start gets right by chance says nothing yet
            texts, below = ["·"] * len(cells), [""] * len(cells)
            labels = [f"{self._called(*at)}: not trained yet" for at in cells]
        else:
            texts = [f"{counts[at]}/{self.seeds}" for at in cells]
            below = [self._interval(*at) for at in cells]
            labels = [f"{self._called(*at)}: {counts[at]} of {self.seeds} learned it, 95 % interval"
                      f" {interval}" for at, interval in zip(cells, below)]  # fmt: skip
        return {
            "rows": [str(width) for width in self.widths],
            "columns": [f"{rate:g}" for rate in self.rates],
            "across": "columns: learning rate", "down": "rows: hidden units",
            "heat": heat(0 * counts if untrained else counts / self.seeds),
            "texts": texts, "labels": labels,
            "below": [interval.replace(" ", "\N{NO-BREAK SPACE}") for interval in below],
            "chosen": cells.index(self.cell),
            "note": f"{_many(self.seeds, 'start')} a cell; below, the 95 % interval of the true"
                    " share",
        }  # fmt: skip

    @property
    def _losses(self) -> Array:
        """(starts, moments) of the chosen cell, as far as it is shown."""
        curves = self.sweep.curves.reshape(*self.shape, -1)[self.cell]
        return curves[:, self.grid.at[: curves.shape[1]] <= self.shown.index]

    def _curves(self) -> dict:
        losses, learned = self._losses, self.shown.solved[self.cell]
        steps = self.grid.at[: losses.shape[1]]
        chosen = self.settings["start"] - 1
        lines, named = [], set()
        for k, (y, right) in enumerate(zip(losses, learned.tolist())):
            # A loss that is no number any more has gone up, not down.
            colour, dash = ("positive", []) if right else ("negative_text", [6, 4])
            own = line(steps, np.nan_to_num(y, nan=np.inf), colour, dash=dash, name="", past=True,
                       width=1.5, choice=k)  # fmt: skip
            if right not in named and self.shown.index:
                named.add(right)
                own["name"] = "learned" if right else "did not"
            lines.append(own)
        # The chosen one once more and last, three times as wide, on a strip that sets it apart.
        top = lines[chosen] | {"name": "", "width": 4.5, "past": False}
        lines.sort(key=lambda own: own["colour"] == "negative_text")  # learned is named first
        lines += [top | {"colour": "surface", "dash": [], "width": 9, "past": True}, top]
        n = int(learned.sum())
        words = f"{self._called()}: {n} learned it, {self.seeds - n} did not"
        if not self.shown.index:
            words = f"{self._called()}: not trained yet"
        high = float(np.nan_to_num(losses, nan=2.0).max())
        return {"lines": lines, "at": self.shown.index, "right": self.grid.steps,
                "high": min(max(0.9, 1.05 * high), 2.0), "note": words,
                "words": f"Losses of {_many(self.seeds, 'start')} over {self.shown.index:,} steps."
                         f" {words}. {self._chosen()}"}  # fmt: skip

    def _chosen(self) -> str:
        start, index = self.settings["start"], self.shown.index
        loss = self._losses[start - 1, -1]
        words = f"Start {start}, weight seed {start - 1}"
        if not np.isfinite(loss):
            return f"{words}: its numbers have grown beyond all bounds by step {index:,}."
        if index == 0:
            return f"{words}: loss {loss:.3f} before its first step."
        learned = self.shown.solved[self.cell][start - 1]
        return (f"{words}: loss {loss:.3f} after {index:,} steps,"
                f" {'it has learned XOR' if learned else 'it has not learned XOR'}.")  # fmt: skip

    def picture(self, hide=()):
        """The same state as a still picture."""
        ax = plots.luck_map(self.counts, self.seeds, rows=self.widths, columns=self.rates,
                            alt=self.sentence)  # fmt: skip
        return ax.figure

    # Exits

    @classmethod
    def positions(cls) -> dict:
        """Every setting by name, with what it is at first."""
        first = {"widths": list(WIDTHS), "rates": list(RATES), "seeds": STARTS}
        return first | {name: control.value for name, control in cls.CONTROLS.items()}

    def recipe(self) -> str:
        """The map as a short text, from which `from_recipe` makes it again in another kernel."""
        said = {"widths": self.widths, "rates": self.rates, "seeds": self.seeds} | self.settings
        start = {name: said[name] for name, at in self.positions().items() if said[name] != at}
        row, column = self.cell
        start["chosen"] = [self.widths[row], self.rates[column], self.settings["start"]]
        return write_recipe(self.NAME, start=start, steps=self.index)

    @classmethod
    def from_recipe(cls, text: str) -> LuckRun:
        """The map that `recipe` wrote down, trained to the same step.

        Raises ValueError for a text that is not a recipe of a luck map, asks for a map that there
        is none of, or would train for more than twenty seconds.
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
        said, (row, column) = self.settings, self.cell
        start, steps = said["start"], self.index or self.grid.steps
        return "\n".join([
            "from nnlib import xor",
            "from nnlib.experiments import luck_map, sweep",
            "",
            "data = xor()",
            "result = sweep(",
            f"    data.X, data.Y, hidden_units={self.widths}, seeds={self.seeds}, steps={steps},",
            f"    learning_rate={self.rates},",
            f"    hidden={json.dumps(said['activation'])}, scale={json.dumps(said['scale'])},"
            f" optimizer={json.dumps(said['optimizer'])},",
            ")",
            "print(luck_map(result).solved)",
            f"row = result.where(hidden_units={self.widths[row]},"
            f" learning_rate={self.rates[column]}, seed={start - 1})[0]",
            f'print(f"start {start}: loss {{result.table.loss[row]:.6g}}")',
            "",
        ])  # fmt: skip


class LuckMap(Stage):
    """Notebook 06: how much of learning XOR is the learning rate, the width, or luck?

    `LuckMap()` has 8 rates x 6 widths x 20 starts; `widths`, `rates` and `seeds` make another map,
    `chosen=(2, 0.5, 8)` says which cell and start to begin with, and further settings are the
    positions of the controls (`LuckMap.settings()` lists them). `hide` names controls to leave out
    for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> luck = LuckMap(widths=[1, 2], rates=[0.5], chosen=(2, 0.5, 8))
    >>> luck.lab.advance(2000)
    False
    >>> print(luck.sentence)
    2 hidden units, rate 0.5: 11 of 20 starts learned XOR (95 % interval 34–74 %). Start 8 selected.
    >>> print(luck.playground().sentence)
    step 2,000 · loss 0.003 · 4 of 4 points right
    """

    MODEL = LuckRun

    # The run that was opened, on a stage of its own below this one.
    below = traitlets.Instance(Widget, allow_none=True).tag(sync=True, **widget_serialization)

    def playground(self, row: int | None = None) -> Playground:
        """A playground with a run of the map in it: row `row` of a sweep, or the chosen one."""
        return _playground(self.lab.opened(row))

    def _do(self, do: str, message: dict) -> None:
        if do == "playground":
            self._open()
            return
        if do == "close":
            self._below(None)
        super()._do(do, message)

    def _open(self) -> None:
        opened = self.lab.opened()
        line = f"widgets.Playground(recipe={opened.recipe()!r})"
        self._below(_playground(opened))
        self._paper = {"title": f"Start {self.lab.settings['start']} of the cell"
                                f" {self.lab._called()} is open below. In a cell of its own:",
                       "open": None, "text": f"from nncourse import widgets\n\n{line}"}  # fmt: skip

    def _below(self, widget: Widget | None) -> None:
        before, self.below = self.below, widget
        if before:
            before.close()

    def close(self) -> None:
        """Stop training, and take the widget and the playground below it off every page."""
        if self.below:
            self.below.close()
        super().close()


def _playground(lab: PlaygroundLab) -> Playground:
    """A playground around a run that is there already."""
    playground = Playground()
    playground.lab = lab
    playground._show()
    return playground


def _values(control: Slider, values) -> list:
    """The values of rows or columns, in their order, each once; ValueError where one can't be."""
    if isinstance(values, np.ndarray | range):
        values = values.tolist() if isinstance(values, np.ndarray) else list(values)
    if not isinstance(values, list | tuple) or not 1 <= len(values) <= MOST_VALUES:
        raise ValueError(f"{control.label}: {str(values)[:40]} given, expected a list of 1 to"
                         f" {MOST_VALUES} numbers")  # fmt: skip
    return sorted({control.check(value) for value in values})


def _place(values: list, value) -> int | None:
    """Where in `values` this one is, or None."""
    return values.index(value) if type(value) in (int, float) and value in values else None


def _many(n: int, thing: str) -> str:
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def _listed(values: list) -> str:
    return ", ".join(f"{value:g}" for value in values)
