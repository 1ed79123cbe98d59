"""Notebook 06: the digits lab: a network learns to read handwriting, and then reads yours."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from nnlib.classes import class_numbers
from nnlib.datasets import Dataset, digits
from nnlib.losses import loss_for
from nnlib.metrics import confusion_matrix
from nnlib.network import Network
from nnlib.notation import Array
from nncourse import plots
from nncourse.widgets import digits_panels
from nncourse.widgets.base import network_controls
from nncourse.widgets.base.controls import Choice, by_name
from nncourse.widgets.base.lab import Lab, Moment, overflow_allowed
from nncourse.widgets.base.payloads import finite
from nncourse.widgets.base.python_code import network_line
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.digits_panels import MOST_PICTURES
from nncourse.widgets.drawing import counted, normalised, read_strokes
from nncourse.words import many, percent

PACES = {
    "quarter": "1 epoch a second",
    "epoch": "4 epochs a second",
    "epochs": "as fast as it goes",
}
SLOWLY = 4  # pictures a second: each is seen, and the cells of the matrix empty one after another
LOSS = loss_for("cross_entropy", "softmax")
BLIND = 2.5  # just above ln 10, the loss of a uniform guess


@lru_cache(maxsize=4)
def _split(seed: int) -> tuple[Dataset, Array]:
    """The digits, split by this seed, and the inputs of both parts one below the other."""
    data = digits(np.random.default_rng(seed))
    return data, np.concatenate([data.X, data.X_test])


class DigitsRun(Lab):
    """The digits lab without its stage: handwriting, a network, and a run of training.

    The drawing and the choice of what is looked at are no part of the run: they do not change it
    and are in no recipe.
    """

    NAME = "digits"
    DENSITY = "lesson"  # which panels there are
    CONTROLS = by_name(
        replace(network_controls.LEARNING_RATE, value=0.05),
        replace(network_controls.HIDDEN_UNITS, high=100, value=30),
        replace(network_controls.OPTIMIZER, value="momentum"),
        replace(network_controls.BATCH_SIZE, value=32),
        network_controls.DROPOUT,
        network_controls.L2,
        network_controls.HIDDEN,
        network_controls.SCALE,
        replace(network_controls.DATA_SEED, value=7),
        network_controls.WEIGHT_SEED,
        Choice("pace", "pace of Play", PACES, "quarter"),
    )
    STARTS_OVER = frozenset({"hidden_units", "hidden", "scale", "data_seed", "weight_seed"})
    VIEW = frozenset({"pace"})
    HANDS = (*Lab.HANDS, "draw", "clear", "choose")
    BUTTONS = {"play": "▶ Play", "epoch": "Epoch", "reset": "Same start", "new_start": "New start",
               "clear": "Clear"}  # fmt: skip
    CURVES_OVER = "epoch"

    def __init__(self, **settings):
        self.strokes: list[Array] = []  # of the drawing
        self.dots: Array | None = None  # (32, 32) the drawing as the data set would have it
        self.cell: tuple | None = None  # of the confusion matrix; None: the largest mistake
        self.unit: int | None = None
        self.picked: int | None = None  # a test digit, looked at in place of the drawing
        super().__init__(**settings)

    # What is learned

    def make_data(self) -> Dataset:
        """The handwritten digits, split by the data seed."""
        data, self._all = _split(self.settings["data_seed"])
        if getattr(self, "data", data) is not data:
            self.picked = None  # the test digits are others now
        return data

    def make_network(self) -> Network:
        """64 pixels, one hidden layer, ten classes."""
        units = self.settings["hidden_units"]
        if self.unit is not None and self.unit >= units:
            self.unit = None
        return Network((64, units, 10), self.settings["hidden"], "softmax", "cross_entropy")

    @overflow_allowed
    def measure(self, theta: Array) -> dict:
        """Loss and right answers of both sets, and the confusion matrix of the test set."""
        data, n = self.data, len(self.data.X)
        trace = self.net.forward(theta, self._all)  # both sets in one pass
        z, a = trace.Z[-1], trace.A[-1]
        predicted = class_numbers(a)
        # A plain array: hundreds of them are remembered.
        confused = np.array(confusion_matrix(data.Y_test, predicted[n:], 10))
        return {
            "loss": float(LOSS.value(z[:n], a[:n], data.Y)),
            "test_loss": float(LOSS.value(z[n:], a[n:], data.Y_test)),
            "right": int((predicted[:n] == class_numbers(data.Y)).sum()),
            "test_right": int(confused.trace()),
            "confusion": confused,
        }

    def _start(self, changes: list) -> None:
        super()._start(changes)
        self.every = self._quarter  # to measure more often is slower and looks no different

    @property
    def _quarter(self) -> int:
        return max(1, round(self.steps_per_epoch / 4))

    @property
    def pace(self) -> int:
        """Steps to take from one picture to the next."""
        return self._quarter if self.settings["pace"] == "quarter" else self.steps_per_epoch

    @property
    def pictures(self) -> int:
        """Pictures a second while it plays, at most."""
        return self.PICTURES if self.settings["pace"] == "epochs" else SLOWLY

    def curves_x(self, moments: list[Moment]) -> Array:
        """Passes through the training digits at each moment, by the batch sizes up to it."""
        index, n = np.array([m.index for m in moments]), len(self.data.X)
        stops, sizes = [0], [self.first["batch_size"]]
        for at, *change in self.changes:
            if change[:2] == ["set", "batch_size"]:
                stops.append(at)
                sizes.append(change[2])
        spans = [*zip(stops, [*stops[1:], np.inf], sizes)]
        return sum(np.clip(index - a, 0, b - a) / -(-n // size) for a, b, size in spans)

    # Hands

    def draw(self, strokes: list) -> None:
        """Take this drawing to be read: strokes, each a list of points [x, y], shares of the paper
        from its top left.
        """
        self.strokes = read_strokes(strokes)
        self.dots = normalised(self.strokes) if self.strokes else None
        self.picked = None

    def clear(self) -> None:
        """Remove the drawing."""
        self.draw([])

    def choose(self, panel: str, *place: int) -> None:
        """Look at a cell of the "confusion" matrix, at a hidden unit among the "weights", or at one
        of the pictures of the "cell"; what was chosen already is no longer looked at.
        """
        pictured = self.digits_of_cell(self.test_outputs)[:MOST_PICTURES]
        shapes = {"confusion": (10, 10), "weights": (self.net.sizes[1],), "cell": (len(pictured),)}
        if panel not in list(shapes):
            raise ValueError(f"{panel!r}: one can choose in {', '.join(shapes)}")
        shape = shapes[panel]
        if len(place) != len(shape) or any(
            type(i) is not int or not 0 <= i < n for i, n in zip(place, shape)
        ):
            there = " x ".join(map(str, shape))
            raise ValueError(f"there is no {list(place)} in {panel}: {there}, counted from 0")
        if panel == "confusion":
            self.cell = None if self.cell == place else place
        elif panel == "weights":
            self.unit = None if self.unit == place[0] else place[0]
        else:
            self.picked = None if self.picked == pictured[place[0]] else int(pictured[place[0]])

    # What is looked at

    @property
    def mistakes(self) -> Array:
        """[true, predicted] how many test digits are read wrong: no diagonal."""
        return self.shown.scores["confusion"] * (1 - np.eye(10, dtype=int))

    @property
    def shown_cell(self) -> tuple[int, int] | None:
        """(true, predicted) of the cell whose digits are shown: the chosen one, or the most
        frequent mistake; None where there is none.
        """
        if self.cell is not None:
            return self.cell
        return divmod(int(self.mistakes.argmax()), 10) if self.mistakes.any() else None

    @property
    def test_outputs(self) -> Array:
        """(n, 10) the outputs of the network for the test digits."""
        return self.net.predict(self.shown.theta, self.data.X_test)

    def digits_of_cell(self, outputs: Array) -> Array:
        """Which test digits, with these outputs (n, 10), are in that cell."""
        true, cell = class_numbers(self.data.Y_test), self.shown_cell
        if cell is None:
            return true[:0]
        return np.flatnonzero((true == cell[0]) & (class_numbers(outputs) == cell[1]))

    @property
    def answers(self) -> list[tuple[int, float]]:
        """[(digit, share), ...] the two digits that are found most probable for what is asked."""
        p = finite(self.net.predict(self.shown.theta, self.asked[None])[0])
        return [(int(k), float(p[k])) for k in np.argsort(-p, kind="stable")[:2]]

    @property
    def asked(self) -> Array | None:
        """The picture (64,) that the network is asked about: a test digit, or else the drawing."""
        if self.picked is not None:
            return self.data.X_test[self.picked]
        return None if self.dots is None else counted(self.dots)

    # What the stage shows

    @property
    def run_name(self) -> str:
        return (f"{many(self.net.sizes[1], 'unit')},"
                f" rate {self.settings['learning_rate']:.3g}")  # fmt: skip

    @property
    def sentence(self) -> str:
        """The state in words, the same on every machine as far as rounding goes."""
        moment = self.shown
        scores, data = moment.scores, self.data
        loss = scores["loss"]
        right = percent(scores["right"] / len(data.X), 1)
        test_right = percent(scores["test_right"] / len(data.X_test), 1)
        words = [f"epoch {moment.epoch:,}", f"step {moment.index:,}",
                 f"loss {loss:.2f}" if loss < 1000 else f"loss {loss:.2g}",
                 f"train {right}", f"test {test_right}"]  # fmt: skip
        true, read = divmod(int(self.mistakes.argmax()), 10)
        times = int(self.mistakes[true, read])
        most = f"most confused: {true} read as {read}, {_often(times)}"
        if moment.epoch >= 1 and loss > BLIND:
            words.append(
                "a loss worse than that of a blind guess, 2.30: try a smaller learning rate"
            )
        else:
            words.append(most if times else "no mistakes")
        if self.pinned:
            then = self.pinned.at(moment.index)
            share = percent(then.scores["test_right"] / then.scores["confusion"].sum(), 1)
            words.append(f"pinned ({self.pinned.name}): test {share} at step {then.index:,}")
        return " · ".join(words)

    @property
    def off(self) -> dict:
        """Controls that do nothing at present, and why."""
        off = super().off
        if self.asked is None:
            off["clear"] = "the paper is empty"
        return off

    def scene(self) -> dict:
        return digits_panels.scene(self)

    @overflow_allowed
    def panels(self) -> dict:
        return digits_panels.panels(self)

    def draw_learned(self, ax) -> None:
        """The confusion matrix."""
        plots.confusion_matrix(self.shown.scores["confusion"], self.data.class_names, ax=ax)

    # Exits

    def _imports(self) -> list[str]:
        return ["accuracy", "digits"]

    def _setup(self) -> list[str]:
        return [
            f"data = digits(np.random.default_rng({self.first['data_seed']}))",
            "X, Y = data.X, data.Y",
            network_line(self.net),
        ]

    def _last_lines(self) -> list[str]:
        test = "accuracy(data.Y_test, net.predict(theta, data.X_test))"
        return [*super()._last_lines(), f'print(f"test {{100 * {test}:.1f}} %")']


class PaperRun(DigitsRun):
    """The same run where there is only paper: nothing is trained by hand, and a drawing is read."""

    DENSITY = "paper"

    @property
    def sentence(self) -> str:
        """What it says of the drawing, or what it can do."""
        epoch, scores = self.shown.epoch, self.shown.scores
        if self.asked is None:
            if not epoch:
                return "This network has learned nothing yet, and can only guess."
            right = percent(scores["test_right"] / len(self.data.X_test), 1)
            return (f"This network has seen {len(self.data.X):,} digits {_often(epoch)}, and reads"
                    f" {right} of others. Draw one.")  # fmt: skip
        (first, p), (second, q) = self.answers
        more = f" Its second guess is {second}, {percent(q)}." if q >= 0.005 else ""
        return f"It reads this as {first}, {percent(p)} sure.{more}"

    def picture(self, hide=()):
        """The paper and the ten answers as a still picture."""
        paper, bars = plots.panels(1, 2)
        paper.set(xlim=(0, 1), ylim=(1, 0), xticks=[], yticks=[], aspect="equal", title="drawing")
        paper.spines[:].set_visible(True)
        for stroke in self.strokes:
            paper.plot(*stroke.T, color=plots.PALETTE["text"], lw=9, solid_capstyle="round")
        if not self.strokes:
            words = {"ha": "center", "va": "center", "color": plots.PALETTE["quiet"]}
            paper.text(0.5, 0.5, "nothing is drawn yet", **words)
        shares = np.zeros(10)
        if self.asked is not None:
            shares = finite(self.net.predict(self.shown.theta, self.asked[None])[0])
        bars.barh(range(10), shares, color=plots.PALETTE["positive"])
        bars.set(xlim=(0, 1), ylim=(9.6, -0.6), yticks=range(10), title="answer")
        paper.alt = bars.alt = self.sentence
        return paper.figure


class WholeRun(DigitsRun):
    """The same run with all that can be seen of it."""

    DENSITY = "lab"


DENSITIES = {run.DENSITY: run for run in (PaperRun, DigitsRun, WholeRun)}


class DigitsLab(Stage):
    """Notebooks 00 and 06: a network learns to read handwriting, live, and then reads yours.

    `DigitsLab()` opens on a network of 30 hidden units that has learned nothing; `train(1290)`
    takes it through its digits thirty times. `density` says how much is on the stage: "paper" and
    the answers only, or a "lesson" with the confusion matrix, which fits on a screen, or the whole
    "lab" with curves, hidden units and what speaks for an answer. Settings are the positions of the
    controls, by name (`DigitsLab.settings()` lists them); `hide` names controls to leave out;
    `recipe` is what the button Recipe gave.

    Raises ValueError for a density, settings or a recipe that it cannot use, and says which.

    >>> digits_lab = DigitsLab(hidden_units=20)
    >>> digits_lab.lab.epoch()
    >>> print(digits_lab.sentence.split(" · loss")[0])
    epoch 1 · step 43
    """

    MODEL = DigitsRun

    def __init__(
        self, lab: DigitsRun | None = None, /, *, density: str = "lesson", recipe=None, hide=(),
        **settings,
    ):  # fmt: skip
        if not isinstance(density, str) or density not in DENSITIES:
            raise ValueError(
                f"density: {str(density)[:40]!r} given, expected one of {', '.join(DENSITIES)}"
            )
        self.MODEL = DENSITIES[density]
        super().__init__(lab, recipe=recipe, hide=hide, **settings)

    def _advance(self) -> bool:
        self.player.rate = self.lab.pictures
        return super()._advance()


def _often(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{times} times")
