"""The kernel lab's second look: sixteen kernels that learn in front of you, and what they find."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from nnlib.classes import labels
from nnlib.convolution import Convolution, ConvolutionalNetwork, Pooling
from nnlib.datasets import Dataset, digits
from nnlib.losses import loss_for
from nnlib.notation import Array
from nncourse import plots
from nncourse.widgets import kernel_panels
from nncourse.widgets.base import network_controls
from nncourse.widgets.base.controls import Slider, by_name
from nncourse.widgets.base.lab import Lab, Moment, overflow_allowed
from nncourse.widgets.base.payloads import finite
from nncourse.widgets.drawing import counted, normalised, read_strokes
from nncourse.widgets.kernel_panels import PICTURE_OF, SEED, SIZE, WHICH, Look, pictures
from nncourse.words import many, percent, signed, unbroken

SHAPE = (8, 8, 1)
KERNELS = 16
GO = 20  # epochs of a play
STRONGEST = 7  # of the kernels that spoke for the answer
LOSS = loss_for("cross_entropy", "softmax")


@lru_cache(1)
def _data() -> Dataset:
    return digits(SEED)


def contributions(net: ConvolutionalNetwork, theta: Array, x: Array, output: int) -> Array:
    """(kernels,) what each map adds to the z of this output for one picture x (64,).

    The pooled maps go straight into the output, so its z is the sum of all of them and its bias.
    """
    W = net.layers(theta)[-1][0][:, output].reshape(net.shapes[-2])
    return (net.forward(theta, x[None]).A[-2][0] * W).sum(axis=(0, 1))


def expect_readable(net, theta) -> None:
    """Raise ValueError unless these are kernels of 3 x 3 on 8 x 8 pixels, pooling and an output."""
    kinds = [type(part) for part in getattr(net, "parts", ())]
    if kinds != [Convolution, Pooling, int] or net.shapes[0] != SHAPE or net.parts[0].size != SIZE:
        raise ValueError(
            "network: expected ConvolutionalNetwork((8, 8, 1), [Convolution(16), Pooling(2), 10]),"
            " with any number of 3 x 3 kernels"
        )
    if net.sizes[-1] != 10 or net.hidden != "relu":
        raise ValueError("network: expected relu after the kernels, and ten outputs")
    if np.shape(theta) != (net.n_parameters,):
        raise ValueError(
            f"theta has shape {np.shape(theta)}; this network has ({net.n_parameters},) parameters"
        )


class LearnedRun(Lab):
    """Kernels that are learned, without their stage: a run of training, and one digit it reads.

    `given` is a network and its parameters, to begin with in place of random ones. What is looked
    at (the drawing among it) is no part of the run.
    """

    NAME, TITLE = "learned_kernels", "Kernel lab: learned kernels"
    CONTROLS = by_name(
        PICTURE_OF.only(*range(10)),
        WHICH,
        Slider("unit", "kernel", 0, KERNELS - 1, 0, whole=True),
        Slider("row", "row of the map", 0, 7, 3, whole=True),
        Slider("column", "column", 0, 7, 3, whole=True),
        replace(network_controls.LEARNING_RATE, value=0.05),
        replace(network_controls.OPTIMIZER, value="momentum"),
        replace(network_controls.BATCH_SIZE, value=32),
        replace(network_controls.WEIGHT_SEED, value=7),
    )
    STARTS_OVER = frozenset({"weight_seed"})
    VIEW = frozenset({"picture", "which", "unit", "row", "column"})
    HANDS = (*Lab.HANDS, "draw", "clear", "choose", "point")
    BUTTONS = {"play": "▶ Play", "epoch": "Epoch", "reset": "Same start", "new_start": "New start",
               "clear": "Clear"}  # fmt: skip
    CURVES_OVER = "epoch"

    def __init__(self, *, given: tuple | None = None, **settings):
        if given is not None:
            expect_readable(*given)
        self.given, self.strokes, self.drawn = given, [], None
        self.pointed: int | None = None
        super().__init__(**settings)
        self.settings["unit"] = min(self.settings["unit"], self.net.parts[0].kernels - 1)

    # What is learned

    def make_data(self) -> Dataset:
        return _data()

    def make_network(self) -> ConvolutionalNetwork:
        """Sixteen kernels, the largest of every four places, ten outputs."""
        if self.given is not None:
            return self.given[0]
        return ConvolutionalNetwork(SHAPE, [Convolution(KERNELS), Pooling(2), 10])

    @overflow_allowed
    def measure(self, theta: Array) -> dict:
        """Losses and right answers of both sets."""
        data = self.data
        loss, right = self._score(theta, data.X, data.Y)
        test_loss, test_right = self._score(theta, data.X_test, data.Y_test)
        return {"loss": loss, "test_loss": test_loss, "right": right, "test_right": test_right}

    def _score(self, theta: Array, X: Array, Y: Array) -> tuple[float, int]:
        loss, right = 0.0, 0
        for i in range(0, len(X), 256):  # so that the windows stay in the cache
            y, trace = Y[i : i + 256], self.net.forward(theta, X[i : i + 256])
            loss += len(y) * float(LOSS.value(trace.Z[-1], trace.A[-1], y))
            right += int((labels(trace.A[-1]) == labels(y)).sum())
        return loss / len(X), right

    def _start(self, changes: list) -> None:
        super()._start(changes)
        self.every = max(1, self.steps_per_epoch // 3)
        if self.given is not None:
            theta = np.array(self.given[1], float)
            self.now = Moment(0, 0, theta, self.measure(theta))
            self.history = [self.now]

    @property
    def pace(self) -> int:
        """Steps to the next picture: a third of an epoch, and at most to the end of a play."""
        play = GO * self.steps_per_epoch
        return min(max(1, self.steps_per_epoch // 3), play - self.now.index % play)

    def advance(self, steps: int) -> bool:
        """Take so many steps; False where a play or the run has ended."""
        going = super().advance(steps)
        return going and self.now.index % (GO * self.steps_per_epoch) > 0

    def curves_x(self, moments: list[Moment]) -> list:
        return [moment.index / self.steps_per_epoch for moment in moments]

    # Hands

    def set(self, name: str, value) -> None:
        if name in ("picture", "which"):
            self.control(name).check(value)
            self.strokes, self.drawn = [], None
        if name == "unit" and value in range(KERNELS, 10_000):
            raise ValueError(f"kernel: {value} given, expected 0 to {KERNELS - 1}")
        super().set(name, value)

    def draw(self, strokes: list) -> None:
        """Read this drawing: strokes, each a list of points [x, y], shares of the paper."""
        self.strokes = read_strokes(strokes)
        self.drawn = counted(normalised(self.strokes)) if self.strokes else None

    def clear(self) -> None:
        """Remove the drawing."""
        self.draw([])

    def choose(self, panel: str, *place: int) -> None:
        """Look at a kernel, among the "kernels" or the "maps", or at a pixel of the "picture"."""
        look = self.window
        n = self.net.parts[0].kernels
        shapes = {"kernels": (n,), "maps": (n,), "picture": look.padded.shape}
        if panel not in list(shapes):
            raise ValueError(f"{panel!r}: one can choose in {', '.join(shapes)}")
        shape = shapes[panel]
        if len(place) != len(shape) or any(
            type(i) is not int or not 0 <= i < n for i, n in zip(place, shape)
        ):
            raise ValueError(f"there is no {list(place)} in {panel}")
        chosen = zip(("row", "column"), look.nearest(*place)) if panel == "picture" else (
            [("unit", place[0])])  # fmt: skip
        for name, value in chosen:
            self.set(name, int(value))

    def point(self, *what) -> None:
        """Point at one of the nine numbers of the window, of W or of the products; or at none."""
        self.pointed = kernel_panels.pointed(what)

    # What is looked at

    @property
    def asked(self) -> Array:
        """(64,) the picture that is read: the drawing, or else a test digit."""
        if self.drawn is not None:
            return self.drawn
        return pictures()[self.settings["picture"]][self.settings["which"]]

    @property
    def outputs(self) -> Array:
        """(10,) the probabilities for the picture."""
        return finite(self.net.predict(self.shown.theta, self.asked[None])[0])

    @property
    def window(self) -> Look:
        """The chosen kernel at the chosen place of the picture."""
        k, theta, x = self.settings["unit"], self.shown.theta, self.asked
        W, b = self.net.layers(theta)[0]
        Z = finite(self.net.forward(theta, x[None]).Z[0][0, ..., k])
        row, column = (min(self.settings[name], n - 1)
                       for name, n in zip(("row", "column"), Z.shape))  # fmt: skip
        part = self.net.parts[0]
        return Look(x.reshape(8, 8), 1.0, finite(W[:, k].reshape(SIZE, SIZE)), float(b[0, k]), Z,
                    part.stride, part.padding, row, column, relu=True)  # fmt: skip

    @property
    def spoke(self) -> Array:
        """(kernels,) what each map adds to the z of the answer."""
        best = int(self.outputs.argmax())
        return finite(contributions(self.net, self.shown.theta, self.asked, best))

    # What the stage shows

    @property
    def run_name(self) -> str:
        return f"rate {self.settings['learning_rate']:.3g}"

    @property
    def sentence(self) -> str:
        moment, p, spoke = self.shown, self.outputs, self.spoke
        best, right = int(p.argmax()), moment.scores["test_right"] / len(self.data.X_test)
        after = f"After {many(moment.epoch, 'epoch')} it" if moment.index else (
            "At first it" if self.given is None else "It")  # fmt: skip
        what = "your drawing" if self.drawn is not None else f"this {self.settings['picture']}"
        k = int(spoke.argmax())
        answer = f"{'an' if best == 8 else 'a'} {best}, {unbroken(percent(p[best]))} sure"
        return (
            f"{after} reads {unbroken(percent(right, 1))} of the test digits. It takes {what} for"
            f" {answer}, and kernel {k} spoke for that most: {signed(spoke[k])}."
        )

    def scene(self) -> dict:
        clear = self.in_sight("clear", primary="play")["first"]
        return super().scene() | {
            **self.in_sight("play", "picture", "learning_rate", "new_start", more={
                "what is looked at": ["which", "unit", "row", "column"],
                "training": ["reset", "epoch", "weight_seed", "optimizer", "batch_size"],
            }),
            "panels": [kernel_panels.PICTURE | {"form": "squares tight"}, kernel_panels.SUMS,
                       kernel_panels.PAD | {"controls": clear}, *kernel_panels.LEARNED],
            "grid": {"wide": "picture*1.2 pad*.7 kernels*1.6 / picture*1.2 pad*.7 maps*1.6"
                             " / sums*2.2 votes",
                     "narrow": "picture*1.3 pad*.6 kernels*1.35 / picture*1.3 pad*.6 maps*1.35"
                               " / sums*2.1 votes"},
            "scrub": True,
        }  # fmt: skip

    @property
    def off(self) -> dict:
        off = super().off
        return off if self.strokes else off | {"clear": "the paper is empty"}

    @overflow_allowed
    def panels(self) -> dict:
        theta, look, spoke, k = self.shown.theta, self.window, self.spoke, self.settings["unit"]
        maps = finite(self.net.forward(theta, self.asked[None]).A[1][0])
        best = int(self.outputs.argmax())
        return {
            "picture": kernel_panels.picture(look, "drag the window", numbers=False),
            "sums": kernel_panels.sums(look, None, self.pointed, f"kernel {k}"),
            "pad": kernel_panels.pad(self.strokes),
            "kernels": kernel_panels.kernels(self.net.layers(theta)[0][0], k),
            "maps": kernel_panels.maps(maps, spoke, best, k),
            "votes": kernel_panels.votes(spoke, best, k, STRONGEST),
        }

    def draw_learned(self, ax) -> None:
        """The kernels as pictures."""
        plots.kernels(self.net, self.shown.theta, ax=ax)

    # Exits

    def _check_replayable(self) -> None:
        if self.given is not None:
            raise ValueError("this network was given by a cell: its parameters are in no recipe")
        super()._check_replayable()

    def _imports(self) -> list[str]:
        return ["Convolution", "ConvolutionalNetwork", "Pooling", "accuracy", "digits"]

    def _setup(self) -> list[str]:
        return [
            f"data = digits({SEED})",
            "X, Y = data.X, data.Y",
            f"net = ConvolutionalNetwork({SHAPE}, [Convolution({KERNELS}), Pooling(2), 10])",
        ]

    def _last_lines(self) -> list[str]:
        test = "accuracy(data.Y_test, net.predict(theta, data.X_test))"
        return [*super()._last_lines(), f'print(f"test {{100 * {test}:.1f}} %")']
