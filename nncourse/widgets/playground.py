"""Notebook 05: the playground, in which a small network learns to part a plane.

After TensorFlow Playground (Smilkov et al., 2017), with what its users have asked for since.
"""

from __future__ import annotations

import json

import numpy as np

from nnlib.classes import class_numbers
from nnlib.datasets import Dataset, features
from nnlib.losses import loss_for
from nnlib.network import Network
from nnlib.notation import Array
from nncourse import plots
from nncourse.widgets import playground_data, playground_panels
from nncourse.widgets.base import network_controls
from nncourse.widgets.base.controls import PLAY, Check, Choice, Slider, by_name
from nncourse.widgets.base.lab import Lab, overflow_allowed
from nncourse.widgets.base.python_code import network_line
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.playground_data import FEATURES, MOST_POINTS
from nncourse.words import many

LAYERS = tuple(f"units_{k}" for k in range(1, 7))  # a setting for the units of each hidden layer
PACES = {"auto": "an epoch, or 10 steps", "step": "1 step", "ten": "10 steps", "epoch": "1 epoch",
         "epochs": "10 epochs"}  # fmt: skip
UNITS = network_controls.HIDDEN_UNITS


class PlaygroundLab(Lab):
    """The playground without its stage: data in the plane, a network, and a run of training.

    `own` are points and targets of one's own, a Dataset without a test set, for data="own".
    """

    NAME = "playground"
    CONTROLS = by_name(
        Choice("data", "data set", playground_data.TITLES, "xor"),
        Slider("n", "points", 20, 500, 200, step=10, whole=True),
        Slider("noise", "noise", 0, 0.5, 0.05, step=0.01),
        Slider("train_share", "train share, %", 10, 100, 75, step=5, whole=True),
        network_controls.DATA_SEED,
        network_controls.BATCH_SIZE,
        UNITS,
        Slider("hidden_layers", "hidden layers", 0, 6, 1, whole=True),
        *(Slider(name, f"units in layer {name[-1]}", 1, 16, 4, whole=True) for name in LAYERS),
        network_controls.HIDDEN,
        *(Check(name, label, name in ("x1", "x2")) for name, label in FEATURES.items()),
        network_controls.SCALE,
        network_controls.WEIGHT_SEED,
        Choice("loss", "loss", {"cross_entropy": "cross-entropy",
                                "squared_error": "squared error"}, "cross_entropy"),
        network_controls.LEARNING_RATE,
        network_controls.OPTIMIZER,
        network_controls.L1,
        network_controls.L2,
        network_controls.DROPOUT,
        Choice("pace", "a picture every", PACES, "auto"),
        Check("discretize", "discretize"),
        Check("show_test", "test points", True),
        Check("hidden_space", "hidden space", True),
        Choice("across", "→ across", playground_data.AXES, "auto"),
        Choice("up", "↑ up", playground_data.AXES, "auto"),
        Choice("brush", "new points are", {1: "● class 1", 0: "▲ class 0"}, 1),
    )  # fmt: skip
    MAKES_DATA = frozenset({"data", "n", "noise", "train_share", "data_seed"})
    STARTS_OVER = MAKES_DATA | {"hidden_units", "hidden_layers", *LAYERS, "hidden", *FEATURES,
                                "scale", "weight_seed", "loss"}  # fmt: skip
    VIEW = frozenset({"pace", "discretize", "show_test", "hidden_space", "across", "up", "brush"})
    BUTTONS = {"play": PLAY, "step": "Step", "new_start": "New start", "epoch": "Epoch",
               "reset": "↺ Same start", "new_data": "New data"}  # fmt: skip
    HANDS = (*Lab.HANDS, "new_data", "move", "add", "delete", "recolour", "weight")
    SIGHT: tuple = ()  # controls in the first row, beside the buttons and the learning rate
    REPEATED = ("set", "move", "add", "delete", "recolour", "weight")

    def __init__(self, *, own: Dataset | None = None, **settings):
        self.own = own
        units = UNITS.check(settings.get("hidden_units", UNITS.value))
        super().__init__(**dict.fromkeys(LAYERS, units) | settings)

    # Data and network

    def make_data(self) -> Dataset:
        """The points that the settings ask for, or one's own."""
        data = playground_data.dataset(self.settings, self.own)
        self.window = playground_data.window_of(data)
        self.reach = 1.0 if data.class_names else float(np.abs(data.Y).max() or 1.0)
        return data

    @property
    def names(self) -> list[str]:
        """The features that are the inputs of the network, as `nnlib.features` calls them."""
        return [label for name, label in FEATURES.items() if self.settings[name]]

    @property
    def X(self) -> Array:
        return self._inputs

    def _compute_inputs(self) -> None:
        """The features of all points, computed again whenever a point has changed."""
        self._inputs = features(self.data.X, self.names)
        self._all = np.concatenate([self._inputs, features(self.data.X_test, self.names)])

    def make_network(self) -> Network:
        """The network that the settings ask for; its output is logistic where there are classes."""
        settings = self.settings
        if not self.names:
            raise ValueError("choose at least one input feature")
        units = [settings[name] for name in LAYERS[: settings["hidden_layers"]]]
        output, loss = ("logistic", settings["loss"]) if self.data.class_names else (
            "identity", "squared_error")  # fmt: skip
        self._loss = loss_for(loss, output)
        self._compute_inputs()
        return Network((len(self.names), *units, 1), settings["hidden"], output, loss)

    @overflow_allowed
    def measure(self, theta: Array) -> dict:
        """Loss over the training points, over the test points, and how many of each are right."""
        n = len(self.data.X)
        trace = self.net.forward(theta, self._all)  # both sets in one pass
        z, a = trace.Z[-1], trace.A[-1]
        scores = {}
        for prefix, part, Y in (
            ("", slice(n), self.data.Y),
            ("test_", slice(n, None), self.data.Y_test),
        ):
            if len(Y):
                scores[f"{prefix}loss"] = float(self._loss.value(z[part], a[part], Y))
                if self.data.class_names:
                    right = class_numbers(a[part]) == class_numbers(Y)
                    scores[f"{prefix}right"] = int(right.sum())
        return scores

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control; "hidden_units" sets the units of every hidden layer at once."""
        if name == "hidden_units":
            value = self.control(name).check(value)
            self._start_over(name, dict.fromkeys((name, *LAYERS), value))
        else:
            super().set(name, value)

    def new_data(self) -> None:
        """Other points of the same kind, or another split of one's own."""
        self.set("data_seed", (self.settings["data_seed"] + 1) % 10_000)

    def move(self, i: int, x: float, y: float) -> None:
        """Move training point i to another place on the map."""
        self._by_hand("move", self._index(i), *self._place(x, y))

    def add(self, x: float, y: float, target: float | None = None) -> None:
        """A new training point, of the class that the setting "brush" says."""
        if len(self.data.X) >= MOST_POINTS:
            raise ValueError(f"{MOST_POINTS:,} points are enough: delete some first")
        if target is None:
            brush = self.settings["brush"]
            target = float(brush) if self.data.class_names else (2 * brush - 1) * self.reach
        playground_data.number(target, "the target", -self.reach, self.reach)
        self._by_hand("add", *self._place(x, y), target)

    def delete(self, i: int) -> None:
        """Remove training point i."""
        if len(self.data.X) == 1:
            raise ValueError("keep at least one training point")
        self._by_hand("delete", self._index(i))

    def recolour(self, i: int) -> None:
        """Give training point i the other class; in a regression, change the sign of its target."""
        self._by_hand("recolour", self._index(i))

    def weight(self, i: int, value: float) -> None:
        """Set entry i of theta, a weight or a bias, by hand."""
        if type(i) is not int or not 0 <= i < self.net.n_parameters:
            raise ValueError(f"weight {i!r}: there are {self.net.n_parameters}, counted from 0")
        self._by_hand("weight", i, playground_data.number(value, "a weight", -1000, 1000))

    def _by_hand(self, do: str, *arguments) -> None:
        self._edit(do, *arguments)
        self._note(self.now.index, do, *arguments)
        self._run, self.at, self.trouble = None, None, ""
        self.generation += 1
        self.now = self.now._replace(scores=self.measure(self.now.theta))
        if self.history[-1].index == self.now.index:
            self.history[-1] = self.now

    def _edit(self, do: str, *arguments) -> None:
        if do == "weight":
            i, value = arguments
            theta = self.now.theta.copy()
            theta[i] = value
            self.now = self.now._replace(theta=theta)
            return
        X, Y = self.data.X.copy(), self.data.Y.copy()
        if do == "move":
            i, x, y = arguments
            X[i] = x, y
        elif do == "add":
            x, y, target = arguments
            X, Y = np.vstack([X, [x, y]]), np.vstack([Y, [target]])
        elif do == "delete":
            X, Y = np.delete(X, arguments[0], axis=0), np.delete(Y, arguments[0], axis=0)
        elif self.data.class_names:
            Y[arguments[0]] = 1 - Y[arguments[0]]
        else:
            Y[arguments[0]] = -Y[arguments[0]]
        self.data = self.data._replace(X=X, Y=Y)
        self._compute_inputs()

    def _kept(self, name: str | None) -> list:
        if name in self.MAKES_DATA:
            return []
        return [change[1:] for change in self.changes if change[1] not in ("set", "weight")]

    def _index(self, i: int) -> int:
        if type(i) is not int or not 0 <= i < len(self.data.X):
            raise ValueError(f"point {i!r}: there are {len(self.data.X)}, counted from 0")
        return i

    def _place(self, x, y) -> tuple[float, float]:
        x0, x1, y0, y1 = self.window
        return playground_data.number(x, "x1", x0, x1), playground_data.number(y, "x2", y0, y1)

    # What the stage shows

    @property
    def pace(self) -> int:
        """Steps to take from one picture to the next."""
        epoch = self.steps_per_epoch
        return {"auto": max(10, epoch), "step": 1, "ten": 10, "epoch": epoch,
                "epochs": 10 * epoch}[self.settings["pace"]]  # fmt: skip

    @property
    def run_name(self) -> str:
        units, settings = "-".join(map(str, self.net.sizes)), self.settings
        return f"{units} {settings['hidden']}, rate {settings['learning_rate']:.3g}"

    @property
    def right_words(self) -> str:
        """How many points are right, of those held out if there are any, in words."""
        scores, data = self.shown.scores, self.data
        if "test_right" in scores:
            return f"{scores['test_right']} of {len(data.Y_test)} test points"
        return f"{scores['right']} of {many(len(data.Y), 'point')}"

    @property
    def sentence(self) -> str:
        """The state in words, the same on every machine as far as rounding goes."""
        moment = self.shown
        scores, several = moment.scores, len(self.data.X) > self.settings["batch_size"]
        words = [f"epoch {moment.epoch:,}"] if several else []
        words.append(f"step {moment.index:,}")
        test = "test_loss" in scores
        words.append(f"{'train ' if test else ''}loss {scores['loss']:.3f}")
        if test:
            words.append(f"test loss {scores['test_loss']:.3f}")
        if self.data.class_names:
            words.append(f"{self.right_words} right")
        if self.pinned:
            then = self.pinned.at(moment.index)
            loss = then.scores["loss"]
            words.append(f"pinned ({self.pinned.name}): loss {loss:.3f} at step {then.index:,}")
        return " · ".join(words)

    @property
    def hidden(self) -> list[str]:
        """The units of layers that there are not, and axes between which there is no choice."""
        few = self.last_units < 3
        return [*LAYERS[self.settings["hidden_layers"] :], *(("across", "up") if few else ())]

    @property
    def last_units(self) -> int:
        """How many units the last hidden layer has; 0 without one."""
        return self.net.sizes[-2] if len(self.net.sizes) > 2 else 0

    @property
    def values(self) -> dict:
        """Where controls stand; an axis of the hidden space that is gone is chosen anew."""
        axes = {name: self.settings[name] for name in ("across", "up")}
        gone = {name: "auto" for name, unit in axes.items()
                if unit != "auto" and unit > self.last_units}  # fmt: skip
        return super().values | gone

    @property
    def highs(self) -> dict:
        """The units that the axes of the hidden space can be, by their names."""
        layer = len(self.net.sizes) - 2
        units = [f"unit {layer}.{k}" for k in range(1, self.last_units + 1)]
        return dict.fromkeys(("across", "up"), [playground_data.AXES["auto"], *units])

    @property
    def off(self) -> dict:
        """Controls that do nothing at present, and why."""
        settings, off = self.settings, {}
        if settings["data"] == "xor":
            why = "XOR has just these four points"
            off |= dict.fromkeys(("n", "noise", "train_share", "new_data"), why)
        if settings["data"] == "own":
            off |= dict.fromkeys(("n", "noise"), "these are your own points")
        if settings["hidden_layers"] == 0:
            why = "there is no hidden layer"
            off |= dict.fromkeys(("hidden_units", "hidden", "dropout"), why)
        if not self.data.class_names:
            off["loss"] = "a regression has squared error"
        if not len(self.data.X_test):
            off["show_test"] = "no points are held out"
        return off | super().off

    def scene(self) -> dict:
        return playground_panels.scene(self)

    @overflow_allowed
    def panels(self) -> dict:
        return playground_panels.panels(self)

    def draw_learned(self, ax) -> None:
        """The output over the plane, and the points."""
        draw, names = plots.surface, self.names
        if self.data.class_names:
            draw = plots.decision_boundary
        draw(self.net, self.shown.theta, self.data, inputs=lambda X: features(X, names), ax=ax)

    # Exits

    def _recipe_start(self) -> dict:
        start, units = super()._recipe_start(), self.first["hidden_units"]
        for name in LAYERS:  # only those that have other units than hidden_units says
            start.pop(name, None)
        return start | {name: self.first[name] for name in LAYERS if self.first[name] != units}

    def _recipe_own(self) -> dict | None:
        return playground_data.own_in_recipe(self.own) if self.first["data"] == "own" else None

    @classmethod
    def _settings_of(cls, story: dict) -> dict:
        start = super()._settings_of(story)
        if "own" in story:
            start = start | {"own": playground_data.own_of_recipe(story["own"])}
        return start

    def _imports(self) -> list[str]:
        name = self.first["data"]
        maker = {"xor": "xor", "own": "hold_out"}.get(name, name)
        return [maker] if self.names == ["x1", "x2"] else [maker, "features"]

    def _setup(self) -> list[str]:
        return [
            *playground_data.dataset_lines(self.first, self.own),
            "points, Y = data.X.copy(), data.Y.copy()",
            self._inputs_line(),
            network_line(self.net),
        ]

    def _inputs_line(self) -> str:
        if self.names == ["x1", "x2"]:
            return "X = points"
        return f"X = features(points, {json.dumps(self.names, ensure_ascii=False)})"

    def _edit_lines(self, do: str, *arguments) -> list[str]:
        if do == "weight":
            return [f"theta[{arguments[0]}] = {arguments[1]!r}"]
        lines = {
            "move": "points[{0}] = {1}, {2}",
            "add": "points, Y = np.vstack([points, [{0}, {1}]]), np.vstack([Y, [{2}]])",
            "delete": "points, Y = np.delete(points, {0}, axis=0), np.delete(Y, {0}, axis=0)",
            "recolour": "Y[{0}] = 1 - Y[{0}]" if self.data.class_names else "Y[{0}] = -Y[{0}]",
        }
        return [lines[do].format(*map(repr, arguments)), self._inputs_line()]


class PlaygroundLesson(PlaygroundLab):
    """The same with little in sight: the network, its answer, and three buttons."""

    PACE = 4  # steps from one picture to the next: slow enough for a first look

    @property
    def pace(self) -> int:
        return self.PACE if self.settings["pace"] == "auto" else super().pace

    @property
    def sentence(self) -> str:
        """How many points are right, before a word is said of loss and epochs."""
        step = self.shown.index
        words = f"the loss is {self.shown.scores['loss']:.3f}"
        if self.data.class_names:
            words = f"{self.right_words} are right"
        if step == 0:
            return f"Nothing is learned yet: {words}. Press Play."
        return f"Step {step:,}: {words}."

    def scene(self) -> dict:
        return playground_panels.lesson(self)

    def panels(self) -> dict:
        shown = super().panels()
        output = shown["output"]
        return {"network": shown["network"],
                "output": output | {"legend": output["note"], "note": None}}  # fmt: skip


class PlaygroundWithoutData(PlaygroundLab):
    """The same where no data set is to be chosen: the hidden units have its place in sight."""

    SIGHT = ("hidden_units",)


DENSITIES = {"lesson": PlaygroundLesson, "lab": PlaygroundLab}


class Playground(Stage):
    """Notebooks 00 and 05: a network learns to part a plane, live, and all of it can be changed.

    `Playground()` opens on the four points of XOR; `data` names another set. `Playground(X, y)`
    takes points of one's own, X (n, 2), and y (n,): two classes (any two values), or numbers, a
    regression. Further settings are the positions of the controls, by name
    (`Playground.settings()` lists them). `density="lesson"` leaves only the network, its answer and
    three buttons in sight, for a first look; `hide` names controls and panels to leave out, "data"
    or "space" say; `recipe` is what the button Recipe gave.

    Raises ValueError for points or settings that it cannot use, and says which.

    >>> playground = Playground(learning_rate=1.0, hidden_units=2)
    >>> playground.lab.advance(100)
    True
    >>> print(playground.lab.sentence.split(" · ")[0])
    step 100
    >>> print(Playground(data="circles", train_share=100, density="lesson").sentence)
    Nothing is learned yet: 100 of 200 points are right. Press Play.
    """

    MODEL = PlaygroundLab

    def __init__(
        self, X=None, y=None, *, density="lab", recipe: str | None = None, hide=(), **settings
    ):
        if density not in DENSITIES:
            raise ValueError(f"density: {density!r} given, expected one of {', '.join(DENSITIES)}")
        self.MODEL = DENSITIES[density]
        if density == "lab" and "data" in hide:
            self.MODEL = PlaygroundWithoutData
        if X is not None or y is not None:
            if recipe is not None:
                raise ValueError("a recipe says everything: give no points and no settings with it")
            settings = {"data": "own", **settings, "own": playground_data.own_dataset(X, y)}
        super().__init__(recipe=recipe, hide=hide, **settings)
