"""A lab: a network in training, the controls it is trained under, and the list of changes made.

Plain Python, without a browser or a clock: whoever uses a lab says how many steps to take, sets
controls while it trains, and looks at any moment it remembers. From the list of changes a run can
be written down (`recipe`), written as a program (`python`), and repeated bit by bit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import islice
from typing import NamedTuple

import numpy as np

from nnlib.datasets import Dataset
from nnlib.network import Network
from nnlib.notation import Array
from nnlib.optimizers import OPTIMIZERS
from nnlib.training import Diverged, train
from nncourse import plots
from nncourse.widgets.base.model import Remembering
from nncourse.widgets.base.python_code import program, training_lines
from nncourse.widgets.base.recipe import MOST_STEPS, Replay, count_of, read_recipe, write_recipe

REMEMBERED = 256  # moments of a run; beyond that, every second one is dropped
MOST_CHANGES = 1000  # in one recipe
REPLAY_STRIDE = 200  # steps of a replay between two looks at the clock
# Overflow is reported as `Diverged`, not as numpy warnings.
overflow_allowed = np.errstate(over="ignore", invalid="ignore")


class Moment(NamedTuple):
    """A run after `index` updates and `epoch` full passes: its parameters and their scores."""

    index: int
    epoch: int
    theta: Array
    scores: dict  # "loss" (over all training samples, without penalties), "test_loss", ...


class Pin(NamedTuple):
    """A run kept to compare others with: its name, its moments, and their x on the curves."""

    name: str
    moments: list[Moment]
    x: list | Array

    def at(self, index: int) -> Moment:
        """The remembered moment nearest to step `index`."""
        return min(self.moments, key=lambda moment: abs(moment.index - index))


class Lab(Remembering, ABC):
    """What the playground and the digits lab share: a run that can be steered and repeated.

    A lab says which controls it has (`CONTROLS`), which of them start the run over (`STARTS_OVER`;
    the others act at the next step), and how data and network follow from the settings
    (`make_data`, `make_network`, `measure`). `settings` are the first positions, by name.

    Raises ValueError for a setting that it does not have, or that its control refuses.
    """

    NAME = "lab"
    STARTS_OVER: frozenset = frozenset()
    VIEW: frozenset = frozenset()  # controls that change only what is seen, never the run
    HANDS = ("set", "reset", "new_start", "step", "epoch", "look", "pin")
    PAUSES = ("step", "epoch")
    REPEATED = ("set",)  # hands that a recipe repeats
    CURVES_OVER = "step"  # the horizontal axis of the curves
    pinned: Pin | None = None

    def __init__(self, **settings):
        super().__init__(**settings)
        self._start([])

    # What a lab is about

    @abstractmethod
    def make_data(self) -> Dataset:
        """The samples that the settings ask for."""

    @abstractmethod
    def make_network(self) -> Network:
        """The network that the settings ask for."""

    @abstractmethod
    def measure(self, theta: Array) -> dict:
        """The scores of the network with these parameters, "loss" among them."""

    @property
    @abstractmethod
    def run_name(self) -> str:
        """What tells this run from others, in a few words."""

    @abstractmethod
    def draw_learned(self, ax) -> None:
        """What the network has learned, for a still picture."""

    @property
    def X(self) -> Array:
        """What the network is trained on, (n, n_0)."""
        return self.data.X

    def curves_x(self, moments: list[Moment]) -> list | Array:
        """Where these moments are on the horizontal axis of the curves."""
        return [moment.index for moment in moments]

    # Training

    def _start(self, changes: list) -> None:
        """Step 0 of the run that the settings ask for, after these changes to its data."""
        self.first = dict(self.settings)
        self.data = self.make_data()
        self.net = self.make_network()
        self.rng = np.random.default_rng(self.settings["weight_seed"])
        theta = self.net.init(self.rng, scale=self.settings.get("scale", "auto"))
        self.optimizer = self._optimizer()
        self.changes, self.replayable = [], True
        self.generation += 1
        self.trouble = ""
        self._run = None
        for do, *arguments in changes:
            self._edit(do, *arguments)
            self._note(0, do, *arguments)
        self.now = Moment(0, 0, theta, self.measure(theta))
        self.history, self.every = [self.now], 1
        self.at = None

    def _optimizer(self):
        return OPTIMIZERS[self.settings["optimizer"]](self.settings["learning_rate"])

    def _train(self):
        """A new call of `train` that goes on from here, under the settings as they are now."""
        settings, n = self.settings, len(self.data.X)
        run = train(
            self.net, self.now.theta, self.X, self.data.Y, self.optimizer, rng=self.rng,
            steps=MOST_STEPS, batch_size=min(settings["batch_size"], n), **self._regularization(),
        )  # fmt: skip
        next(run)  # step 0 is the present moment
        return run

    def _regularization(self) -> dict:
        """The penalties and the dropout that are not 0, as arguments of `train`."""
        strengths = {name: self.settings.get(name, 0) for name in ("l1", "l2", "dropout")}
        return {name: value for name, value in strengths.items() if value}

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one full pass through the training samples."""
        return -(-len(self.data.X) // self.settings["batch_size"])

    def advance(self, steps: int) -> bool:
        """Take so many steps; False where the run has ended, and `trouble` says why."""
        self.at, last = None, self.now.index + steps
        try:
            while self.now.index < last and not self.trouble:
                # In one go to the next moment that is remembered.
                self._train_on(min(last - self.now.index, self.every - self.now.index % self.every))
                if self.now.index % self.every == 0:
                    self._remember()
                if self.now.index >= MOST_STEPS:
                    self.trouble = f"{MOST_STEPS:,} steps are enough: press Same start or New start"
        except Diverged as error:
            self._diverged(error)
        except BaseException:
            # Interrupted: the batch order is lost, so the run cannot be replayed.
            self._run, self.replayable = None, False
            raise
        finally:
            if not self.now.scores:  # also after an error the last moment has its scores
                self.now = self.now._replace(scores=self.measure(self.now.theta))
        return not self.trouble

    def _train_on(self, steps: int) -> None:
        if self._run is None:
            self._run, self._begun = self._train(), self.now
        step = None
        try:
            for step in islice(self._run, steps):  # noqa: B007
                pass
        finally:
            if step is not None:
                begun = self._begun  # this call of `train` counts from there
                self.now = Moment(
                    begun.index + step.index, begun.epoch + step.epoch, step.theta, {}
                )

    def _remember(self) -> None:
        self.now = self.now._replace(scores=self.measure(self.now.theta))
        self.history.append(self.now)
        if len(self.history) > REMEMBERED:
            self.every *= 2
            self.history = [moment for moment in self.history if moment.index % self.every == 0]

    def _diverged(self, error: Diverged) -> None:
        here = self.now.index + 1  # in the whole run; the error counts from the call of `train`
        self.trouble = str(Diverged(error.step, here, error.layer, error.learning_rate))

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control. It acts at the next step, or starts the run over if it has to."""
        value = self.control(name).check(value)
        if name in self.VIEW:
            self.settings[name] = self.first[name] = value
        if value == self.settings[name]:
            return
        if name in self.STARTS_OVER:
            self._start_over(name, {name: value})
            return
        self.settings[name] = value
        self._note(self.now.index, "set", name, value)
        self._apply(name)

    def _start_over(self, name: str, settings: dict) -> None:
        """Start again with these settings; ValueError, and nothing changed, if that is refused."""
        before = vars(self).copy()
        self.settings = self.settings | settings
        try:
            self._start(self._kept(name))
        except ValueError:
            vars(self).clear()
            vars(self).update(before)
            raise

    def _apply(self, name: str) -> None:
        """Let a control that does not start over act on the run."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.settings[name]
        elif name in ("optimizer", "batch_size", "l1", "l2", "dropout"):
            if name == "optimizer":
                self.optimizer = self._optimizer()
            self._run = None

    def reset(self) -> None:
        """Same start: the same first weights and data, under the present settings."""
        self._start(self._kept(None))

    def new_start(self) -> None:
        """Other first weights."""
        self.set("weight_seed", (self.settings["weight_seed"] + 1) % 10_000)

    def step(self) -> None:
        """One update."""
        self.advance(1)

    def epoch(self) -> None:
        """One full pass through the training samples."""
        self.advance(self.steps_per_epoch)

    def pin(self) -> None:
        """Keep this run's curves to compare the next run with, or remove those that are kept."""
        moments = list(self.moments)
        self.pinned = None if self.pinned else Pin(self.run_name, moments, self.curves_x(moments))

    @property
    def values(self) -> dict:
        """Where controls stand, and what the button says."""
        return super().values | {"pin": "Unpin" if self.pinned else "Pin"}

    @property
    def off(self) -> dict:
        """The buttons that do nothing once a run has ended, and why."""
        return dict.fromkeys(("play", "step", "epoch"), self.trouble) if self.trouble else {}

    @property
    def newest(self) -> Moment:
        """The moment at which the run is now."""
        return self.now

    @property
    def moments(self) -> list[Moment]:
        """The remembered moments of the run, oldest first; the newest is the last of them."""
        last = self.history[-1].index
        return self.history if last == self.now.index else [*self.history, self.now]

    def _kept(self, name: str | None) -> list:
        """The changes to the data that stay when control `name` (None: reset) starts over."""
        return []

    def _edit(self, do: str, *arguments) -> None:
        """Change data or weights as one of the `REPEATED` hands asks."""
        raise ValueError(f"nothing is changed by {do!r} here")

    def _note(self, index: int, do: str, *arguments) -> None:
        """Add a change made after `index` updates to the list; of a drag, only where it ends."""
        change = [index, do, *arguments]
        if self.changes and self.changes[-1][:3] == change[:3] and do in ("set", "move", "weight"):
            self.changes[-1] = change
        elif len(self.changes) < MOST_CHANGES:
            self.changes.append(change)
        else:
            self.replayable = False

    def picture(self, hide=()):
        """What the network has learned, and the losses, unless these are hidden, as a picture."""
        moments, keys = self.moments, {"train loss": "loss", "test loss": "test_loss"}
        both = len(moments) > 1 and "loss" not in hide  # before the first step there is no line
        left, *rest = plots.panels(1, 2) if both else plots.panels(size=(5.3, 4.0))
        self.draw_learned(left)
        for right in rest:
            losses = {name: [moment.scores[key] for moment in moments]
                      for name, key in keys.items() if key in self.now.scores}  # fmt: skip
            x = self.curves_x(moments)
            plots.curves(x, losses, xlabel=self.CURVES_OVER, ylabel="loss", ax=right)
        for ax in (left, *rest):
            ax.alt = self.sentence
        return left.figure

    # Exits

    def _check_replayable(self) -> None:
        if not self.replayable:
            raise ValueError(
                f"more than {MOST_CHANGES:,} changes were made by hand since the start: press Same"
                " start to begin a run that can be told"
            )

    def recipe(self) -> str:
        """The run as a short text, from which `from_recipe` makes it again in another kernel."""
        self._check_replayable()
        return write_recipe(self.NAME, start=self._recipe_start(), changes=self.changes,
                            steps=self.now.index, own=self._recipe_own())  # fmt: skip

    def _recipe_start(self) -> dict:
        """The settings at the start of the run that differ from the controls' own."""
        return self.moved(self.first)

    def _recipe_own(self) -> dict | None:
        """The samples that a recipe has to bring along."""

    @classmethod
    def from_recipe(cls, text: str) -> Lab:
        """The lab that `recipe` wrote down, trained to the same step.

        A recipe is data: it chooses among the positions of the controls and runs nothing. Raises
        ValueError for a text that is not a recipe of this lab, names what does not exist, or would
        train for more than twenty seconds.
        """
        story = read_recipe(text, cls.NAME)
        lab = cls(**cls._settings_of(story))
        replay = Replay(lab)
        steps = count_of(story.get("steps", 0), "steps")
        changes = story.get("changes", [])
        if not isinstance(changes, list) or len(changes) > MOST_CHANGES:
            raise ValueError(f"a recipe has a list of at most {MOST_CHANGES:,} changes")
        for change in changes:
            if not isinstance(change, list) or len(change) < 3 or change[1] not in cls.REPEATED:
                raise ValueError(
                    f"the change {str(change)[:40]} is not [step, what was done, ...], with one of"
                    f" {', '.join(cls.REPEATED)}"
                )
            index, do, *arguments = change
            replay.to(count_of(index, "the step of a change"), REPLAY_STRIDE)
            try:
                lab.hand(do, *arguments)
            except TypeError as error:
                raise ValueError(f"the change {str(change)[:40]} is incomplete") from error
        replay.to(steps, REPLAY_STRIDE)
        return lab

    @classmethod
    def _settings_of(cls, story: dict) -> dict:
        """The settings that a recipe starts with."""
        start = story.get("start", {})
        if not isinstance(start, dict):
            raise ValueError("the start of a recipe is a list of controls and where they stand")
        return cls.only_controls(start)

    def python(self) -> str:
        """The lines of nnlib that end where the run is now."""
        self._check_replayable()
        training = training_lines(self.first, self.changes, self.now.index, self._edit_lines)
        return program([*self._setup(), *training, *self._last_lines()], self._imports())

    @abstractmethod
    def _imports(self) -> list[str]:
        """The names of nnlib that `_setup` uses, besides network, optimizers and train."""

    @abstractmethod
    def _setup(self) -> list[str]:
        """The lines that make `net`, `X` and `Y`."""

    def _edit_lines(self, do: str, *arguments) -> list[str]:
        """The lines for a change of data or weights."""
        return []

    def _last_lines(self) -> list[str]:
        return ['print(f"loss {net.loss_and_grad(theta, X, Y)[0]:.6g}")']
