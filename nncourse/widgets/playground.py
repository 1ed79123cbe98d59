"""The playground: a small network learns to part a plane, under your hands.

After TensorFlow Playground (Smilkov et al., 2017), with what its users have asked for since.
"""

from __future__ import annotations

import json
from functools import cache

import numpy as np

from nncourse import plots
from nncourse.widgets.base import network_controls
from nncourse.widgets.base.controls import Check, Choice, Slider, button
from nncourse.widgets.base.lab import Lab, Moment, overflow_allowed
from nncourse.widgets.base.payloads import finite, heat, line, links, series
from nncourse.widgets.base.stage import Stage
from nnlib import checks
from nnlib.activations import ACTIVATIONS
from nnlib.datasets import (
    Dataset,
    blobs,
    circles,
    features,
    hills,
    hold_out,
    plane,
    quadrants,
    spirals,
    xor,
)
from nnlib.losses import OUTPUTS, loss_for
from nnlib.network import Network
from nnlib.notation import Array

MAKERS = {"quadrants": quadrants, "circles": circles, "blobs": blobs, "spirals": spirals,
          "plane": plane, "hills": hills}  # fmt: skip
DATA = {"xor": "4 points", "quadrants": "XOR", "circles": "circles", "blobs": "gauss",
        "spirals": "spiral", "plane": "plane", "hills": "hills", "own": "your own"}  # fmt: skip
# What a feature is called in a setting, and by nnlib.features.
FEATURE = {"x1": "x1", "x2": "x2", "x1_squared": "x1²", "x2_squared": "x2²", "x1_x2": "x1 x2",
           "sin_x1": "sin π x1", "sin_x2": "sin π x2"}  # fmt: skip
LAYERS = tuple(f"units_{k}" for k in range(1, 7))
SIDE = 100  # of the map of the output, in pixels
MOST_POINTS = 2000
PACES = {"auto": "an epoch, or 10 steps", "step": "1 step", "ten": "10 steps", "epoch": "1 epoch",
         "epochs": "10 epochs"}  # fmt: skip
SPAN = {"tanh": (0.0, 1.0), "logistic": (0.5, 0.5), "step": (0.5, 0.5)}  # middle and reach of a


@cache
def _cards() -> dict[str, bytes]:
    """A small map of what each set asks for."""
    side = np.linspace(1.1, -1.1, 24)
    at = np.stack(np.meshgrid(-side, side), axis=-1).reshape(-1, 2)
    made = {name: maker(np.random.default_rng(7), 600, noise=0.0, test_share=0)
            for name, maker in MAKERS.items()}  # fmt: skip
    cards = {}
    for name, data in made.items():
        nearest = ((at[:, None] - data.X) ** 2).sum(axis=-1).argmin(axis=1)
        y = data.Y[nearest, 0]
        cards[name] = heat(y if data.class_names is None else 2 * y - 1)
    cards["xor"] = heat(np.kron([[1, -1], [-1, 1]], np.ones((12, 12))))
    return cards


class PlaygroundLab(Lab):
    """The playground without its stage: data in the plane, a network, and a run of training.

    `own` are points and targets of one's own, a Dataset without a test set, for data="own".
    """

    NAME = "playground"
    CONTROLS = {
        control.name: control
        for control in [
            Choice("data", "data set", DATA, "xor"),
            Slider("n", "points", 20, 500, 200, step=10, whole=True),
            Slider("noise", "noise", 0, 0.5, 0.05, step=0.01),
            Slider("train_share", "train share, %", 10, 100, 75, step=5, whole=True),
            network_controls.DATA_SEED,
            network_controls.BATCH_SIZE,
            network_controls.HIDDEN_UNITS,
            Slider("hidden_layers", "hidden layers", 0, 6, 1, whole=True),
            *(Slider(name, f"units in layer {name[-1]}", 1, 16, 4, whole=True) for name in LAYERS),
            network_controls.ACTIVATION,
            *(Check(name, label, name in ("x1", "x2")) for name, label in FEATURE.items()),
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
            Choice("brush", "new points are", {1: "● class 1", 0: "▲ class 0"}, 1),
        ]
    }  # fmt: skip
    MAKES_DATA = frozenset({"data", "n", "noise", "train_share", "data_seed"})
    STARTS_OVER = MAKES_DATA | {"hidden_units", "hidden_layers", *LAYERS, "activation", *FEATURE,
                                "scale", "weight_seed", "loss"}  # fmt: skip
    VIEW = frozenset({"pace", "discretize", "show_test", "hidden_space", "brush"})
    HANDS = (*Lab.HANDS, "new_data", "move", "add", "delete", "recolour", "weight", "pin")
    TOLD = ("set", "move", "add", "delete", "recolour", "weight")

    def __init__(self, *, own: Dataset | None = None, **settings):
        self.own, self.pinned = own, None
        every = settings.get("hidden_units", self.CONTROLS["hidden_units"].value)
        super().__init__(**{name: every for name in LAYERS} | settings)

    # Data

    def make_data(self) -> Dataset:
        """The points that the settings ask for, or one's own."""
        said = self.settings
        name, share = said["data"], 1 - said["train_share"] / 100
        rng = np.random.default_rng(said["data_seed"])
        if name == "own":
            if self.own is None:
                raise ValueError("there are no points of your own: widgets.Playground(X, y)")
            X, Y, classes = self.own.X, self.own.Y, self.own.class_names
            data = hold_out(X, Y, share, rng=rng, class_names=classes)
        elif name == "xor":
            data = xor()
        else:
            data = MAKERS[name](rng, said["n"], noise=said["noise"], test_share=share)
        self.window = _window(data)
        self.reach = 1.0 if data.class_names else float(np.abs(data.Y).max() or 1.0)
        return data

    @property
    def names(self) -> list[str]:
        """The features that the network is fed, as `nnlib.features` calls them."""
        return [label for name, label in FEATURE.items() if self.settings[name]]

    @property
    def X(self) -> Array:
        return self._inputs

    def _feed(self) -> None:
        """What the network sees of the points, made again whenever one of them has changed."""
        self._inputs = features(self.data.X, self.names)
        self._all = np.concatenate([self._inputs, features(self.data.X_test, self.names)])

    def make_network(self) -> Network:
        """The network that the settings ask for; logistic where there are classes."""
        said = self.settings
        if not self.names:
            raise ValueError("choose at least one input feature")
        hidden = [said[name] for name in LAYERS[: said["hidden_layers"]]]
        sizes = (len(self.names), *hidden, 1)
        output, loss = ("logistic", said["loss"]) if self.data.class_names else (
            "identity", "squared_error")  # fmt: skip
        net = Network(sizes, said["activation"], output, loss)
        self._loss = loss_for(loss, output)
        x0, x1, y0, y1 = self.window
        half = 0.5 / SIDE  # a pixel is asked in its middle
        across = x0 + (x1 - x0) * np.linspace(half, 1 - half, SIDE)
        up = y1 - (y1 - y0) * np.linspace(half, 1 - half, SIDE)
        plane = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
        self._grid = np.ascontiguousarray(features(plane, self.names).T, np.float32)
        self._feed()
        return net

    # Scores and pictures

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
                    scores[f"{prefix}right"] = int(((a[part] > 0.5) == (Y > 0.5)).sum())
        return scores

    def answers(self, theta: Array) -> list[Array]:
        """What every unit answers at every pixel of the map, (units, SIDE²) a layer, inputs first.

        Units come first and numbers are float32, three times faster than (SIDE², units): a picture
        has 256 colours.
        """
        a, layers = self._grid, self.net.layers(theta.astype(np.float32))
        bends = [ACTIVATIONS[self.net.hidden].value] * (len(layers) - 1) + [
            OUTPUTS[self.net.output]
        ]
        given = [a]
        for (W, b), f in zip(layers, bends):
            a = W.T @ a
            a += b.T
            a = f(a)
            given.append(a)
        return given

    def _colours(self, given: list[Array]) -> tuple[bytes, bytes, int]:
        """The heat of the output over the plane, and that of every unit, smaller, and its side."""
        units = sum(len(a) for a in given)
        every = 2 if units <= 32 else 4
        small = []
        for layer, a in enumerate(given):
            a = a.reshape(-1, SIDE, SIDE)[:, ::every, ::every]
            last = layer == len(given) - 1
            if layer and not last and self.net.hidden in SPAN:
                middle, reach = SPAN[self.net.hidden]
            elif last:
                middle, reach = self._middle
            else:
                middle, reach = 0.0, np.abs(a).max(axis=(1, 2), keepdims=True) + 1e-9
            small.append(heat((a - middle) / reach))
        middle, reach = self._middle
        return heat((given[-1] - middle) / reach), b"".join(small), SIDE // every

    @property
    def _middle(self) -> tuple[float, float]:
        return (0.5, 0.5) if self.data.class_names else (0.0, self.reach)

    def _points(self, X: Array, Y: Array) -> dict:
        middle, reach = self._middle
        return {"x": series(finite(X[:, 0])), "y": series(finite(X[:, 1])),
                "code": heat((Y[:, 0] - middle) / reach)}  # fmt: skip

    def _hidden_space(self, theta: Array) -> dict | None:
        """Where the last hidden layer puts the points: its two units that weigh most are axes."""
        if len(self.net.sizes) < 3 or self.net.sizes[-2] < 2 or not self.settings["hidden_space"]:
            return None
        W, b = self.net.layers(theta)[-1]
        i, j = sorted(np.argsort(-np.abs(W[:, 0]), kind="stable")[:2].tolist())
        H = self.net.forward(theta, self._inputs).A[-2][:, [i, j]]
        if self.net.hidden in SPAN:
            middle, reach = SPAN[self.net.hidden]
            window = [middle - 1.15 * reach, middle + 1.15 * reach] * 2
        else:
            low, high = H.min(axis=0), H.max(axis=0)
            margin = 0.1 * (high - low) + 1e-3
            window = np.stack([low - margin, high + margin], axis=1).ravel().tolist()
        shown = {"window": window, "graded": not self.data.class_names,
                 "points": self._points(H, self.data.Y), "side": SIDE // 2,
                 "xlabel": f"a of unit {len(self.net.sizes) - 2}.{i + 1}",
                 "ylabel": f"a of unit {len(self.net.sizes) - 2}.{j + 1}",
                 "words": "The points as the last hidden layer sees them."}  # fmt: skip
        if self.net.sizes[-2] == 2:  # then what the output makes of any place there is known too
            x, y = np.linspace(*window[:2], SIDE // 2), np.linspace(*window[:1:-1], SIDE // 2)
            place = np.stack(np.meshgrid(x, y), axis=-1)
            middle, reach = self._middle
            out = OUTPUTS[self.net.output](place @ W + b)
            shown["heat"] = heat((out - middle) / reach)
        return shown

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control; "hidden_units" is every hidden layer's width at once."""
        if name == "hidden_units":
            value = self.control(name).check(value)
            self._start_over(name, dict.fromkeys((name, *LAYERS), value))
        else:
            super().set(name, value)

    def new_data(self) -> None:
        """Other points of the same kind, or another split of one's own."""
        self.set("data_seed", (self.settings["data_seed"] + 1) % 10_000)

    def move(self, i: int, x: float, y: float) -> None:
        """Put training point i elsewhere on the map."""
        self._by_hand("move", self._index(i), *self._place(x, y))

    def add(self, x: float, y: float, target: float | None = None) -> None:
        """A new training point, of the class that the brush stands at."""
        if len(self.data.X) >= MOST_POINTS:
            raise ValueError(f"{MOST_POINTS:,} points are enough: delete some first")
        if target is None:
            brush = self.settings["brush"]
            target = float(brush) if self.data.class_names else (2 * brush - 1) * self.reach
        _number(target, "the target", -self.reach, self.reach)
        self._by_hand("add", *self._place(x, y), target)

    def delete(self, i: int) -> None:
        """Take training point i away."""
        if len(self.data.X) == 1:
            raise ValueError("keep at least one training point")
        self._by_hand("delete", self._index(i))

    def recolour(self, i: int) -> None:
        """Give training point i to the other class; in a regression, turn its sign."""
        self._by_hand("recolour", self._index(i))

    def weight(self, i: int, value: float) -> None:
        """Set entry i of theta, a weight or a bias, by hand."""
        if type(i) is not int or not 0 <= i < self.net.n_parameters:
            raise ValueError(f"weight {i!r}: there are {self.net.n_parameters}, counted from 0")
        self._by_hand("weight", i, _number(value, "a weight", -1000, 1000))

    def _by_hand(self, do: str, *arguments) -> None:
        self._edit(do, *arguments)
        self._tell(self.now.index, do, *arguments)
        self._run, self.at, self.trouble = None, None, ""
        self.starts += 1
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
        self._feed()

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
        return _number(x, "x1", x0, x1), _number(y, "x2", y0, y1)

    def pin(self) -> None:
        """Keep this run's losses in sight, to compare the next one with; again, let them go."""
        self.pinned = None if self.pinned else (self._what(), self.moments)

    def _what(self) -> str:
        said = self.settings
        units = "-".join(map(str, self.net.sizes))
        return f"{units} {said['activation']}, rate {said['learning_rate']:.3g}"

    # What the stage shows

    @property
    def pace(self) -> int:
        """Steps to take from one picture to the next."""
        epoch = self.steps_per_epoch
        return {"auto": max(10, epoch), "step": 1, "ten": 10, "epoch": epoch,
                "epochs": 10 * epoch}[self.settings["pace"]]  # fmt: skip

    @property
    def sentence(self) -> str:
        """The state in words, the same on every machine as far as rounding goes."""
        return self._say(self.shown)

    def _say(self, moment: Moment) -> str:
        scores, several = moment.scores, len(self.data.X) > self.settings["batch_size"]
        words = [f"epoch {moment.epoch:,}"] if several else []
        words.append(f"step {moment.index:,}")
        test = "test_loss" in scores
        words.append(f"{'train ' if test else ''}loss {scores['loss']:.3f}")
        if test:
            words.append(f"test loss {scores['test_loss']:.3f}")
        if self.data.class_names:
            n = len(self.data.Y_test) if test else len(self.data.Y)
            which = "test points" if test else "points"
            words.append(f"{scores['test_right' if test else 'right']} of {n} {which} right")
        if self.pinned:
            name, run = self.pinned
            then = min(run, key=lambda m: abs(m.index - moment.index))
            words.append(f"pinned ({name}): loss {then.scores['loss']:.3f} at step {then.index:,}")
        return " · ".join(words)

    @property
    def hidden(self) -> list[str]:
        """Controls that have nothing to do."""
        return list(LAYERS[self.settings["hidden_layers"] :])

    @property
    def off(self) -> dict:
        """Controls that do nothing as things stand, and why."""
        said, off = self.settings, {}
        if said["data"] == "xor":
            why = "XOR has just these four points"
            off |= dict.fromkeys(("n", "noise", "train_share", "new_data"), why)
        if said["data"] == "own":
            off |= dict.fromkeys(("n", "noise"), "these are your own points")
        if said["hidden_layers"] == 0:
            why = "there is no hidden layer"
            off |= dict.fromkeys(("hidden_units", "activation", "dropout"), why)
        if not self.data.class_names:
            off["loss"] = "a regression has squared error"
        if not len(self.data.X_test):
            off["show_test"] = "no points are held out"
        return off | super().off

    def scene(self) -> dict:
        """What is where on the stage."""
        c = {name: control.scene() for name, control in self.CONTROLS.items()}
        own = {} if self.own is None else {"own": self._own_card()}
        c["data"] = self.CONTROLS["data"].scene(cards=_cards() | own)
        if self.own is None:
            for part in ("options", "pictures", "keys"):
                c["data"][part] = c["data"][part][:-1]
        named = lambda *names: [c[name] for name in names]  # noqa: E731
        points = (
            "Click the map to add a point, drag to move it, double-click to change its class."
            " Keys: n, p choose a point; arrows move it; a adds; c changes its class; Delete."
        )
        weights = "Hover a unit to see its answer large. Click a line or a unit, type its weight."
        return {
            "name": "playground",
            "title": "Playground",
            "first": [
                button("play", "▶ Play", main=True), button("step", "Step"),
                button("epoch", "Epoch"), button("reset", "↺ Same start"),
                button("new_start", "New start"),
                *named("learning_rate", "hidden_units", "activation"),
            ],
            "more": [
                ["network", named("hidden_layers", *LAYERS, "scale", "weight_seed")],
                ["input features", named(*FEATURE)],
                ["data", named("n", "data_seed")],
                ["training", named("optimizer", "loss", "l1", "l2", "dropout", "pace")],
            ],
            "columns": [
                [0.62, [{"id": "data", "kind": "text", "title": "Data",
                         "controls": [*named("data", "noise", "train_share", "batch_size"),
                                      button("new_data", "New data")]}]],
                [1.85, [
                    {"id": "network", "kind": "network", "title": "Network", "aspect": 1.75,
                     "enlarges": "output", "help": weights},
                    {"id": "space", "kind": "map", "title": "Hidden space", "aspect": 1.25,
                     "share": 0.5, "note": "where the last hidden layer puts the points"},
                    {"id": "loss", "kind": "curves", "title": "Learning", "xlabel": "step",
                     "ylabel": "loss", "aspect": 1.25, "share": 0.5}]],
                [1.25, [
                    {"id": "output", "kind": "map", "title": "Output", "hands": True,
                     "help": points,
                     "controls": named("brush", "discretize", "show_test", "hidden_space")}]],
            ],
            "exits": [["python", "Copy as Python"], ["recipe", "Recipe"], ["pin", "Pin"]],
            "scrub": True,
        }  # fmt: skip

    def _own_card(self) -> bytes:
        x0, x1, y0, y1 = _window(self.own)
        card = np.zeros((24, 24))
        X, Y = self.own.X, self.own.Y[:, 0]
        signs = np.where(Y > 0.5, 1, -1) if self.own.class_names else Y / (np.abs(Y).max() or 1)
        column = ((X[:, 0] - x0) / (x1 - x0) * 23.99).astype(int)
        row = ((y1 - X[:, 1]) / (y1 - y0) * 23.99).astype(int)
        card[row, column] = signs
        return heat(card)

    @property
    def values(self) -> dict:
        """Where controls stand, and what the button says."""
        return super().values | {"pin": "Unpin" if self.pinned else "Pin"}

    @overflow_allowed
    def panels(self) -> dict:
        """What each panel shows now."""
        moment, data = self.shown, self.data
        theta, moments = moment.theta, self.moments
        given = self.answers(theta)
        output, maps, side = self._colours(given)
        test = self.settings["show_test"] and len(data.X_test) > 0
        kinds = "● ▲ targets by colour" if not data.class_names else (
            f"● class {data.class_names[1]} · ▲ class {data.class_names[0]}")  # fmt: skip
        sentence = self._say(moment)
        sizes = " – ".join(map(str, self.net.sizes))
        return {
            "data": {"text": f"{len(data.X)} points to train on"
                             + (f", {len(data.X_test)} held out" if len(data.X_test) else "")},
            "network": {
                "sizes": list(self.net.sizes),
                "names": {0: self.names, len(self.net.sizes) - 1: ["output"]},
                "weights": series(finite(theta)), "links": links(self.net),
                "maps": maps, "side": side,
                "note": f"{sizes}, {self.net.n_parameters} parameters · wide: large |w| ·"
                        " dashed: −",
                "words": f"The network {sizes}, {self.net.n_parameters} parameters. Arrow keys"
                         " choose a unit, n and p one of its weights, Enter to type it.",
            },
            "space": self._hidden_space(theta),
            "output": {
                "window": self.window, "side": SIDE,
                "heat": _sharp(output) if self.settings["discretize"] else output,
                "sharp": self.settings["discretize"], "graded": not data.class_names,
                "points": self._points(data.X, data.Y),
                "test": self._points(data.X_test, data.Y_test) if test else None,
                "legend": f"{kinds}{' · hollow: test' if test else ''}",
                "words": f"The network's answer over the plane, and the points. {sentence}.",
            },
            "loss": {"lines": self._lines(moments), "at": moment.index,
                     "words": f"Loss over {moments[-1].index:,} steps. {sentence}."},
        }  # fmt: skip

    def _lines(self, moments: list[Moment]) -> list[dict]:
        lines = []
        test = "test_loss" in moments[-1].scores
        for name, key, colour, dash in (
            ("train", "loss", "text", []),
            ("test", "test_loss", "test", [6, 4]),
        ):
            if key == "loss" or test:
                lines.append(_curve(moments, key, colour, dash=dash, name=name if test else "loss"))
        if self.pinned:
            _, run = self.pinned  # what it was stands in the sentence below
            lines.append(_curve(run, "loss", "test", dash=[2, 3], name="pinned", past=True))
        return lines

    def picture(self, hide=()):
        """The same state as a still picture: the map, and the losses."""
        left, right = plots.panels(1, 2)
        theta, draw = self.shown.theta, plots.decision_boundary
        if not self.data.class_names:
            draw = plots.surface
        names = self.names
        draw(self.net, theta, self.data, inputs=lambda X: features(X, names), ax=left)
        steps = [m.index for m in self.moments]
        losses = {"train loss": [m.scores["loss"] for m in self.moments]}
        if "test_loss" in self.now.scores:
            losses["test loss"] = [m.scores["test_loss"] for m in self.moments]
        plots.curves(steps, losses, xlabel="step", ylabel="loss", ax=right)
        left.alt = right.alt = self.sentence
        return left.figure

    # Exits

    def recipe(self) -> str:
        story = json.loads(super().recipe())
        start = story.get("start", {})
        same = self.first["hidden_units"]
        for name in LAYERS:
            start.pop(name, None)
        start |= {name: self.first[name] for name in LAYERS if self.first[name] != same}
        story["start"] = start
        if self.own is not None and self.first["data"] == "own":
            names = list(self.own.class_names) if self.own.class_names else None
            story["own"] = {
                "X": self.own.X.tolist(),
                "Y": self.own.Y[:, 0].tolist(),
                "names": names,
            }
        return json.dumps({name: part for name, part in story.items() if part or name == "steps"})

    @classmethod
    def _first(cls, story: dict) -> dict:
        start = super()._first(story)
        if "own" in story:
            start = start | {"own": _told_own(story["own"])}
        return start

    def _imports(self) -> list[str]:
        said = self.first
        maker = {"xor": "xor", "own": "hold_out"}.get(said["data"], said["data"])
        return [maker, *(["features"] if self._features() else [])]

    def _features(self) -> bool:
        return self.names != ["x1", "x2"]

    def _setup(self) -> list[str]:
        said, net = self.first, self.net
        rng = f"np.random.default_rng({said['data_seed']})"
        lines = []
        if said["data"] == "xor":
            lines.append("data = xor()")
        elif said["data"] == "own":
            lines += [f"X = np.array({self.own.X.tolist()})",
                      f"Y = np.array({self.own.Y.tolist()})",
                      f"data = hold_out(X, Y, {1 - said['train_share'] / 100!r}, rng={rng},"
                      f" class_names={self.own.class_names})"]  # fmt: skip
        else:
            lines.append(f"data = {said['data']}({rng}, n={said['n']}, noise={said['noise']!r},"
                         f" test_share={1 - said['train_share'] / 100!r})")  # fmt: skip
        lines += ["points, Y = data.X.copy(), data.Y.copy()", self._feed_line(),
                  f'net = Network({net.sizes}, hidden="{net.hidden}", output="{net.output}",'
                  f' loss="{net.loss}")']  # fmt: skip
        return lines

    def _feed_line(self) -> str:
        return f"X = features(points, {json.dumps(self.names, ensure_ascii=False)})" if (
            self._features()) else "X = points"  # fmt: skip

    def _edit_lines(self, do: str, *arguments) -> list[str]:
        if do == "weight":
            return [f"theta[{arguments[0]}] = {arguments[1]!r}"]
        lines = {
            "move": "points[{0}] = {1}, {2}",
            "add": "points, Y = np.vstack([points, [{0}, {1}]]), np.vstack([Y, [{2}]])",
            "delete": "points, Y = np.delete(points, {0}, axis=0), np.delete(Y, {0}, axis=0)",
            "recolour": "Y[{0}] = 1 - Y[{0}]" if self.data.class_names else "Y[{0}] = -Y[{0}]",
        }
        return [lines[do].format(*map(repr, arguments)), self._feed_line()]


class Playground(Stage):
    """Notebook 06: a network learns to part a plane, live, and everything about it can be touched.

    `Playground()` opens on the four points of XOR; `data` names another set. `Playground(X, y)`
    takes points of one's own, X (n, 2), and y (n,): two classes (any two values), or numbers, a
    regression. Further settings are the positions of the controls, by name
    (`Playground.settings()` lists them); `hide` names controls and panels to leave out for a
    lesson, "data" or "space" say; `recipe` is what the button Recipe gave.

    Raises ValueError for points or settings that it cannot use, and says which.

    >>> playground = Playground(learning_rate=1.0, hidden_units=2)
    >>> playground.lab.advance(100)
    True
    >>> print(playground.lab.sentence.split(" · ")[0])
    step 100
    """

    MODEL = PlaygroundLab

    def __init__(self, X=None, y=None, *, recipe: str | None = None, hide=(), **settings):
        if recipe is not None:
            if X is not None or settings:
                raise ValueError("a recipe says everything: give no points and no settings with it")
            lab = PlaygroundLab.from_recipe(recipe)
        else:
            own = None
            if X is not None or y is not None:
                own = _own(X, y)
                settings = {"data": "own", **settings}
            lab = PlaygroundLab(own=own, **settings)
        super().__init__(lab, hide=hide)


def _sharp(codes: bytes) -> bytes:
    """One side or the other: the two ends of the colours, and nothing between."""
    return np.where(np.frombuffer(codes, np.uint8) >= 128, 255, 0).astype(np.uint8).tobytes()


def _curve(moments: list[Moment], key: str, colour: str, **rest) -> dict:
    """A score over the steps."""
    scores = finite([moment.scores[key] for moment in moments])
    return line([moment.index for moment in moments], scores, colour, **rest)


def _window(data: Dataset) -> list[float]:
    """(x0, x1, y0, y1) of the map: the points and a margin to move them in."""
    X = np.concatenate([data.X, data.X_test])
    low, high = X.min(axis=0), X.max(axis=0)
    if data.name not in ("own", "xor"):  # these lie around the origin
        reach = np.ceil(11 * np.abs(X).max()) / 10
        low, high = np.array([-reach] * 2), np.array([reach] * 2)
    else:
        margin = np.where(high > low, 0.3 * (high - low), 1.0)
        low, high = low - margin, high + margin
    return [float(v) for v in (low[0], high[0], low[1], high[1])]


def _number(value, name: str, low: float, high: float) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise ValueError(f"{name}: {str(value)[:40]} given, expected {low:.3g} to {high:.3g}")
    return float(value)


def _own(X, y) -> Dataset:
    """Points and targets of one's own as a Dataset; ValueError for what the plane can't show."""
    if X is None or y is None:
        raise ValueError("give both: Playground(X, y), points (n, 2) and targets (n,)")
    X, y = np.asarray(X), np.asarray(y)
    if X.ndim == 2 and X.shape[1] > 2:
        raise ValueError(
            f"X has shape {X.shape}: the map has two axes, so choose two columns, X[:, [0, 1]]"
        )
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"X has shape {X.shape}, expected (n, 2): a row for each point")
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if y.shape != (len(X),):
        raise ValueError(f"X has {len(X)} points and y has shape {y.shape}: expected ({len(X)},)")
    if not 2 <= len(X) <= MOST_POINTS:
        raise ValueError(
            f"{len(X):,} points: expected 2 to {MOST_POINTS:,}; take some of them by chance,"
            f" rng.permutation(len(X))[:{MOST_POINTS}]"
        )
    X = checks.samples(X)
    if np.abs(X).max() > 100:
        raise ValueError(
            f"X reaches {np.abs(X).max():.3g}: inputs of about 1 train best, so scale them,"
            " (X - X.mean(axis=0)) / X.std(axis=0)"
        )
    if y.dtype.kind == "f":
        checks.samples(y[:, None], "y")
    values = np.unique(y)
    if len(values) == 2:
        names = tuple(str(value) for value in values.tolist())
        return _dataset(X, (y == values[1]).astype(float), names)
    if y.dtype.kind != "f" or (len(values) <= 20 and (values == np.round(values)).all()):
        raise ValueError(
            f"y has {len(values)} different values, {', '.join(map(str, values.tolist()[:5]))} ...:"
            " the playground parts two classes, say y == y[0], or fits numbers that are not whole"
        )
    return _dataset(X, y, None)


def _dataset(X: Array, y: Array, names: tuple | None) -> Dataset:
    Y = np.asarray(y, float)[:, None]
    return Dataset("own", np.asarray(X, float), Y, X[:0], Y[:0], names)


def _told_own(story) -> Dataset:
    """The points of a recipe, checked as if a stranger had written them."""
    try:
        X, Y, names = (story[name] for name in ("X", "Y", "names"))
        if len(X) > MOST_POINTS or len(Y) > MOST_POINTS:
            raise ValueError(f"more than {MOST_POINTS:,} points")
        data = _own(np.array(X, float), np.array(Y, float))
        if (names is None) != (data.class_names is None):
            raise ValueError("two classes have two names, numbers have none")
        names = names and tuple(str(name)[:40] for name in names)
        if names and len(names) != 2:
            raise ValueError(f"{len(names)} names for two classes")
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"the points of this recipe can't be used: {error}") from error
    return data._replace(class_names=names)
