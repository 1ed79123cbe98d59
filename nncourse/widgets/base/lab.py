"""A lab: a network in training, the controls it is trained under, and all that was done to it.

Plain Python, without a browser or a clock. Whoever holds a lab says how many steps to take, sets
controls while it trains, and looks at any moment it remembers. What was done is kept as a list, so
a run can be written down (`recipe`), told in nnlib's own words (`python`), and repeated to the bit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import islice
from typing import NamedTuple

import numpy as np

from nncourse.widgets.base.model import Remembering
from nncourse.widgets.base.recipe import MOST_STEPS, Replay, count_of, read_recipe, write_recipe
from nnlib.datasets import Dataset
from nnlib.network import Network
from nnlib.notation import Array
from nnlib.optimizers import OPTIMIZERS
from nnlib.training import Diverged, train

REMEMBERED = 256  # moments of a run; then every second one is dropped
MOST_CHANGES = 1000  # that a recipe can hold
# Overflow is reported as `Diverged`, not as numpy warnings.
overflow_allowed = np.errstate(over="ignore", invalid="ignore")


class Moment(NamedTuple):
    """A run as it stood after `index` updates and `epoch` full passes, and how well it did."""

    index: int
    epoch: int
    theta: Array
    scores: dict  # "loss" (over all training samples, without penalties), "test_loss", ...


class Lab(Remembering, ABC):
    """What the playground and the digits lab share: a run that can be steered and repeated.

    A lab says which controls it has (`CONTROLS`), which of them start the run over (`STARTS_OVER`,
    the others act at the next step), and how data and network follow from where they stand
    (`make_data`, `make_network`, `measure`). `settings` are the first positions, by name.

    Raises ValueError for a setting it does not know or that a control refuses.
    """

    NAME = "lab"
    STARTS_OVER: frozenset = frozenset()
    VIEW: frozenset = frozenset()  # what is only about looking: no part of the run's story
    HANDS = ("set", "reset", "new_start", "step", "epoch", "look")
    PAUSES = ("step", "epoch")
    TOLD = ("set",)  # the hands that a recipe tells

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
    def X(self) -> Array:
        """What the network is fed in training, (n, n_0)."""
        return self.data.X

    # Training

    def _start(self, changes: list) -> None:
        """Step 0 of the run that the settings ask for, with `changes` to its data made again."""
        self.first = dict(self.settings)
        self.data = self.make_data()
        self.net = self.make_network()
        self.rng = np.random.default_rng(self.settings["weight_seed"])
        theta = self.net.init(self.rng, scale=self.settings.get("scale", "auto"))
        self.optimizer = self._optimizer()
        self.changes, self.told = [], True
        self.starts += 1
        self.trouble = ""
        self._run = None
        for do, *arguments in changes:
            self._edit(do, *arguments)
            self._tell(0, do, *arguments)
        self.now = Moment(0, 0, theta, self.measure(theta))
        self.history, self.every = [self.now], 1
        self.at = None

    def _optimizer(self):
        return OPTIMIZERS[self.settings["optimizer"]](self.settings["learning_rate"])

    def _stretch(self):
        """The steps from here on: a new call of `train`, since something about it has changed."""
        said, n = self.settings, len(self.data.X)
        run = train(
            self.net, self.now.theta, self.X, self.data.Y, self.optimizer, rng=self.rng,
            steps=MOST_STEPS, batch_size=min(said["batch_size"], n), **self._brakes(),
        )  # fmt: skip
        next(run)  # its step 0 is where we stand
        return run

    def _brakes(self) -> dict:
        """The settings that `train` takes by their own name, where they do anything."""
        said = {name: self.settings.get(name, 0) for name in ("l1", "l2", "dropout")}
        return {name: value for name, value in said.items() if value}

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one full pass through the training samples."""
        return -(-len(self.data.X) // self.settings["batch_size"])

    def advance(self, steps: int) -> bool:
        """Take so many steps; False where the run has ended, and `trouble` says why."""
        self.at, last = None, self.now.index + steps
        try:
            while self.now.index < last and not self.trouble:
                # From one moment to remember to the next in one go.
                self._train_on(min(last - self.now.index, self.every - self.now.index % self.every))
                if self.now.index % self.every == 0:
                    self._remember()
                if self.now.index >= MOST_STEPS:
                    self.trouble = f"{MOST_STEPS:,} steps are enough: press Same start or New start"
        except Diverged as error:
            self._diverged(error)
        except BaseException:  # by hand: the batches of the steps to come are not those they were
            self._run, self.told = None, False
            raise
        finally:  # what was learned so far is whole
            if not self.now.scores:
                self.now = self.now._replace(scores=self.measure(self.now.theta))
        return not self.trouble

    def _train_on(self, steps: int) -> None:
        if self._run is None:
            self._run, self._begun = self._stretch(), self.now
        step = None
        try:
            for step in islice(self._run, steps):  # noqa: B007
                pass
        finally:
            if step is not None:
                begun = self._begun  # the stretch counts from there
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
        here = self.now.index + 1  # of the whole run; the error counts the steps of one stretch
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
        self._tell(self.now.index, "set", name, value)
        self._applied(name)

    def _start_over(self, name: str, settings: dict) -> None:
        before = vars(self).copy()
        self.settings = self.settings | settings
        try:
            self._start(self._kept(name))
        except ValueError:  # everything as it was
            vars(self).clear()
            vars(self).update(before)
            raise

    def _applied(self, name: str) -> None:
        """Let a control that does not start over act on the run."""
        if name == "learning_rate":
            self.optimizer.learning_rate = self.settings[name]
        elif name in ("optimizer", "batch_size", "l1", "l2", "dropout"):
            if name == "optimizer":
                self.optimizer = self._optimizer()
            self._run = None

    def reset(self) -> None:
        """Same start: the same first weights and data, under the controls as they stand now."""
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

    @property
    def off(self) -> dict:
        """The buttons that do nothing once a run has ended, and why."""
        return dict.fromkeys(("play", "step", "epoch"), self.trouble) if self.trouble else {}

    @property
    def newest(self) -> Moment:
        """The moment at which the run stands."""
        return self.now

    @property
    def moments(self) -> list[Moment]:
        """What is remembered of the run, oldest first; the newest moment is the last."""
        last = self.history[-1].index
        return self.history if last == self.now.index else [*self.history, self.now]

    def _kept(self, name: str | None) -> list:
        """The changes made to the data by hand that outlive a start over, by `name` set anew."""
        return []

    def _edit(self, do: str, *arguments) -> None:
        """Make a change to data or weights that a hand in `TOLD` stands for."""
        raise ValueError(f"nothing is changed by {do!r} here")

    def _tell(self, index: int, do: str, *arguments) -> None:
        """Write down what was done after `index` updates; of a drag, only where it ended."""
        change = [index, do, *arguments]
        if self.changes and self.changes[-1][:3] == change[:3] and do in ("set", "move", "weight"):
            self.changes[-1] = change
        elif len(self.changes) < MOST_CHANGES:
            self.changes.append(change)
        else:
            self.told = False

    # Exits

    def _tellable(self) -> None:
        if not self.told:
            raise ValueError(
                f"more than {MOST_CHANGES:,} changes were made by hand since the start: press Same"
                " start to begin a run that can be told"
            )

    def recipe(self) -> str:
        """The run as a short text, from which `from_recipe` makes it again in another kernel."""
        self._tellable()
        defaults = self.positions()
        start = {name: v for name, v in self.first.items() if v != defaults[name]}
        return write_recipe(self.NAME, start=start, changes=self.changes, steps=self.now.index)

    @classmethod
    def from_recipe(cls, text: str) -> Lab:
        """The lab that `recipe` wrote down, trained to the same step.

        A recipe is data: it chooses among the positions of the controls and runs nothing. Raises
        ValueError for a text that is not a recipe of this lab, names what does not exist, or would
        train for more than twenty seconds.
        """
        story = read_recipe(text, cls.NAME)
        lab = cls(**cls._first(story))
        replay = Replay(lab)
        steps = count_of(story.get("steps", 0), "steps")
        changes = story.get("changes", [])
        if not isinstance(changes, list) or len(changes) > MOST_CHANGES:
            raise ValueError(f"a recipe has a list of at most {MOST_CHANGES:,} changes")
        for change in changes:
            if not isinstance(change, list) or len(change) < 3 or change[1] not in cls.TOLD:
                raise ValueError(
                    f"the change {str(change)[:40]} is not [step, what was done, ...], with one of"
                    f" {', '.join(cls.TOLD)}"
                )
            index, do, *arguments = change
            lab._replay(count_of(index, "the step of a change"), replay)
            try:
                lab.hand(do, *arguments)
            except TypeError as error:
                raise ValueError(f"the change {str(change)[:40]} is not whole") from error
        lab._replay(steps, replay)
        return lab

    @classmethod
    def _first(cls, story: dict) -> dict:
        start = story.get("start", {})
        if not isinstance(start, dict):
            raise ValueError("the start of a recipe is a list of controls and where they stand")
        for name in set(start) - set(cls.CONTROLS):
            raise ValueError(f"there is no control {name!r}: {', '.join(cls.CONTROLS)}")
        return start

    def _replay(self, index: int, replay: Replay) -> None:
        """Train on to `index`."""
        if index < self.now.index:
            raise ValueError(f"a recipe goes forward: step {index} after step {self.now.index}")
        replay.to(index, 200)

    def python(self) -> str:
        """The lines of nnlib that end where the run stands now."""
        self._tellable()
        body = [*self._setup(), *self._story()]
        used = [name for name in ("SGD", "Momentum", "Nesterov", "Adam", "Network", "train")
                if any(f"{name}(" in line for line in body)]  # fmt: skip
        kind = lambda name: (name[0].islower(), not name.isupper(), name)  # noqa: E731
        names = sorted({*used, *self._imports()}, key=kind)
        head = ["import numpy as np", "", f"from nnlib import {', '.join(names)}", ""]
        return "\n".join([*head, *body, ""])

    @abstractmethod
    def _imports(self) -> list[str]:
        """The names of nnlib that `_setup` uses, besides network, optimizers and train."""

    @abstractmethod
    def _setup(self) -> list[str]:
        """The lines that make `net`, `X` and `Y`."""

    def _edit_lines(self, do: str, *arguments) -> list[str]:
        """The lines for a change made by hand."""
        return []

    def _story(self) -> list[str]:
        """The lines from the first weights to where the run stands."""
        said = dict(self.first)
        scale = said.get("scale", "auto")
        lines = [
            f"rng = np.random.default_rng({said['weight_seed']})",
            f"theta = net.init(rng{'' if scale == 'auto' else f', scale={scale}'})",
            _optimizer_line(said),
        ]
        stops = sorted({0, *(change[0] for change in self.changes), self.now.index})
        by_step = {stop: [c[1:] for c in self.changes if c[0] == stop] for stop in stops}
        begin, rates = 0, {}  # of this call of train: where it began, the rates set on its way
        for stop in stops:
            told = by_step[stop]
            if stop > begin and all(c[:2] == ["set", "learning_rate"] for c in told):
                if told and stop < self.now.index:
                    rates[stop - begin] = told[-1][2]
                    said["learning_rate"] = told[-1][2]
                    continue
            if stop > begin:
                lines += _train_lines(said, stop - begin, rates)
                begin, rates = stop, {}
            for do, *arguments in told:
                lines += self._told_lines(said, do, *arguments)
        return [*lines, *self._last_lines()]

    def _last_lines(self) -> list[str]:
        return ['print(f"loss {net.loss_and_grad(theta, X, Y)[0]:.6g}")']

    def _told_lines(self, said: dict, do: str, *arguments) -> list[str]:
        if do != "set":
            return self._edit_lines(do, *arguments)
        name, value = arguments
        said[name] = value
        if name == "learning_rate":
            return [f"optimizer.learning_rate = {value!r}"]
        return [_optimizer_line(said)] if name == "optimizer" else []


def _optimizer_line(said: dict) -> str:
    return f"optimizer = {OPTIMIZERS[said['optimizer']].__name__}({said['learning_rate']!r})"


def _train_lines(said: dict, steps: int, rates: dict) -> list[str]:
    """One call of train; `said` are the settings at its end, which only differ in the rate."""
    words = {"steps": steps, "batch_size": said["batch_size"]}
    words |= {name: said[name] for name in ("l1", "l2", "dropout") if said.get(name)}
    given = ", ".join(f"{name}={value!r}" for name, value in words.items())
    lines = [
        f"run = train(net, theta, X, Y, optimizer, rng=rng, {given})",
        "for step in run:",
    ]
    for index, rate in rates.items():
        lines += [f"    if step.index == {index}:", f"        optimizer.learning_rate = {rate!r}"]
    return [*lines, "    theta = step.theta"]
