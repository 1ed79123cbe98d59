"""Notebook 05: nudge one weight and measure the slope; too large a step lies, and too small a one.

The network is the one whose nine numbers were chosen by hand in notebook 02, with tanh in its
hidden units; its samples are the four of XOR.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nncourse.widgets.base.controls import Choice, Slider, button
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.nine_numbers import NET, NINE
from nncourse.widgets.base.payloads import array_part, line, signed
from nncourse.widgets.base.stage import Stage
from nnlib.datasets import xor
from nnlib.notation import Array

WEIGHTS = {  # in the order of theta
    "W1_11": "W1, x1 to OR", "W1_12": "W1, x1 to NAND",
    "W1_21": "W1, x2 to OR", "W1_22": "W1, x2 to NAND",
    "b1_1": "b1, of OR", "b1_2": "b1, of NAND",
    "W2_1": "W2, from OR", "W2_2": "W2, from NAND", "b2": "b2, of the output",
}  # fmt: skip
KINDS = {"float64": "float64", "float32": "float32"}
SIDES = {"both": "both sides", "one": "up only"}
LEAST, MOST = 1e-14, 1.0  # steps
STEPS = np.logspace(-14, 0, 57)  # four a decade
LOW, HIGH = 1e-13, 10.0  # what is shown of how far off a slope is
SLICE = np.linspace(-2.5, 2.5, 201)  # in steps


class NudgeDesk(Desk):
    """The nudge test without its stage: a slope measured by a nudge, and the slope claimed.

    `backward` is a function (net, theta, X, Y) that gives the claimed gradient, like theta; without
    it nnlib's own is asked.
    """

    NAME = "nudge"
    CONTROLS = {
        control.name: control
        for control in [
            Slider("step", "step h", LEAST, MOST, 0.1, log=True, wide=5.8),
            Choice("weight", "weight", WEIGHTS, "W1_11"),
            Choice("sides", "nudge", SIDES, "both"),
            Choice("kind", "numbers", KINDS, "float64"),
        ]
    }
    HANDS = ("set", "change", "drag", "smaller", "larger", "reset")
    TOUR = "step"
    net = NET

    def __init__(self, *, backward: Callable | None = None, **settings):
        self.backward = backward
        super().__init__(**settings)

    def start_numbers(self) -> dict[str, Array]:
        (W1, b1), (W2, b2) = self.net.layers(NINE.copy())
        return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

    def tour(self) -> list:
        return [10.0**-k for k in range(15)]

    # Hands

    def drag(self, panel: str, hand: str, x: float, y: float) -> None:
        """Drag the dot along its curve: only how far to the side it is counts."""
        if (panel, hand) != ("errors", "step"):
            raise ValueError(f"there is nothing called {str(hand)[:20]!r} to drag: drag the step")
        self.set("step", _round(np.clip(self._number(x), LEAST, MOST)))

    def smaller(self) -> None:
        """A tenth of the step."""
        self.set("step", _round(max(LEAST, self.settings["step"] / 10)))

    def larger(self) -> None:
        """Ten times the step."""
        self.set("step", _round(min(MOST, self.settings["step"] * 10)))

    # What follows

    @property
    def theta(self) -> Array:
        """The nine numbers in one row, in float64."""
        return np.concatenate([numbers.ravel() for numbers in self.numbers.values()])

    @property
    def place(self) -> int:
        """Where in theta the chosen weight stands."""
        return list(WEIGHTS).index(self.settings["weight"])

    def settled(self) -> None:
        theta, i = self.theta, self.place
        data = xor()
        self.X, self.Y = data.X, data.Y
        # Both in float64, whatever the nudges are computed in: they are what is to be found.
        self.true = float(self.net.loss_and_grad(theta, self.X, self.Y)[1][i])
        self.claimed = self.true
        if self.backward:
            self.claimed = float(self.backward(self.net, theta, self.X, self.Y)[i])
        self.here = float(self.loss(theta.astype(self.settings["kind"])))
        self.measured = float(self.measure(self.settings["step"], self.settings["kind"]))

    def loss(self, theta: Array):
        """The loss of one theta or of a stack of them, in their own kind of number."""
        return self.net.loss_and_grad(theta, self.X, self.Y)[0]

    def measure(self, step, kind: str):
        """The slope along the chosen weight, measured by a nudge of `step`, or of many at once."""
        theta = self.theta.astype(kind)
        step = np.asarray(step, kind)
        nudge = np.zeros((*step.shape, len(theta)), kind)
        nudge[..., self.place] = step
        if self.settings["sides"] == "both":
            return (self.loss(theta + nudge) - self.loss(theta - nudge)) / (2 * step)
        return (self.loss(theta + nudge) - self.loss(theta)) / step

    @property
    def off(self) -> dict:
        step = self.settings["step"]
        return {"smaller": "it is the smallest step there is"} if step <= LEAST else (
            {"larger": "it is the largest step there is"} if step >= MOST else {}
        )  # fmt: skip

    # What the stage shows

    def scene(self) -> dict:
        control = {name: control.scene() for name, control in self.CONTROLS.items()}
        return {
            "name": self.NAME, "title": "Nudge test",
            "first": [button("smaller", "h ÷ 10", main=True), button("larger", "h × 10"),
                      control["step"], control["weight"], control["sides"], control["kind"],
                      button("reset", "As at first")],
            "more": [],
            "columns": [
                [1, [{"id": "slice", "kind": "plane", "title": "The loss", "aspect": 1.4},
                     {"id": "numbers", "kind": "arrays", "title": "The nine numbers",
                      "note": "drag or type to change one"}]],
                [1, [{"id": "errors", "kind": "plane", "title": "How far off", "aspect": 1.4,
                      "hands": True, "note": "drag the dot",
                      "help": "Right of the valley the bend of the loss lies, left of it the"
                              " rounding: float64 keeps 16 digits, float32 seven."}]],
            ],
            "exits": [["python", "Copy as Python"], ["recipe", "Recipe"]], "scrub": False,
            "lines": 2,
        }  # fmt: skip

    def panels(self) -> dict:
        return {"slice": self._slice(), "numbers": self._arrays(), "errors": self._errors()}

    def _slice(self) -> dict:
        """The loss along the weight, as seen from where it stands, over five steps."""
        h, kind = self.settings["step"], self.settings["kind"]
        theta, x = self.theta.astype(kind), h * SLICE
        thetas = np.tile(theta, (len(x), 1))
        thetas[:, self.place] += x.astype(kind)
        rise = (self.loss(thetas) - self.loss(theta)).astype(float)
        dots = [{"x": s * h, "y": float(self.loss(self._nudged(s * h)) - self.here), **look}
                for s, look in ((1, {"colour": "positive", "text": "+h"}),
                                (-1, {"colour": "positive", "text": "−h"}))
                if s == 1 or self.settings["sides"] == "both"]  # fmt: skip
        dots.append({"x": 0.0, "y": 0.0, "colour": "text", "size": 4})
        through = dots[0]["y"] - self.measured * h  # where the secant is above the middle
        lines = [
            line(x, rise, "text", name="loss"),
            line(x[[0, -1]], through + self.measured * x[[0, -1]], "positive",
                 name="secant, measured"),
            line(x[[0, -1]], self.claimed * x[[0, -1]], "negative_text", dash=[6, 4],
                 name="tangent, by backprop"),
        ]  # fmt: skip
        tall = 1.1 * max(np.abs(rise).max(), abs(self.claimed) * x[-1], 1e-17)
        return {"window": [x[0], x[-1], -tall, tall], "lines": lines, "dots": dots,
                "xlabel": f"change of {WEIGHTS[self.settings['weight']].split(',')[0]}",
                "ylabel": "change of the loss",
                "note": f"the window is {_plain(5 * h)} wide",
                "words": f"The loss within {_plain(2.5 * h)} of the weight, the nudged points, the"
                         f" secant through them and the tangent. {self.sentence}"}  # fmt: skip

    def _nudged(self, change: float) -> Array:
        theta = self.theta.astype(self.settings["kind"])
        theta[self.place] += np.asarray(change, theta.dtype)
        return theta

    def _arrays(self) -> dict:
        name = self.settings["weight"].split("_")[0]
        start = {"W1": 0, "b1": 4, "W2": 6, "b2": 8}[name]
        rows = [
            array_part(part, numbers, digits=2, step=self.STEP,
                  made=self.place - start if part == name else None)
            for part, numbers in self.numbers.items()
        ]  # fmt: skip
        return {"rows": [rows]}

    def _errors(self) -> dict:
        step, here = self.settings["step"], self.settings["kind"]
        off = abs(self.measured - self.claimed)
        at = int(np.searchsorted(STEPS, step))  # the dot lies on its curve
        lines = []
        for kind, look in (("float64", {"colour": "positive"}),
                           ("float32", {"colour": "negative_text", "dash": [6, 4]})):  # fmt: skip
            x, y = STEPS, abs(self.measure(STEPS, kind).astype(float) - self.claimed)
            if kind == here:
                x, y = np.insert(x, at, step), np.insert(y, at, off)
            lines.append(line(x, np.clip(y, LOW, HIGH), name=kind, pale=kind != here, **look))
        dot = {"x": step, "y": float(np.clip(off, LOW, HIGH)), "hand": "step", "size": 7,
               "colour": "positive" if here == "float64" else "negative_text",
               "mark": "circle" if here == "float64" else "triangle"}  # fmt: skip
        return {"window": [LEAST / 2, MOST * 2, LOW, HIGH], "logx": True, "logy": True,
                "lines": lines, "dots": [dot], "xlabel": "step h", "ylabel": "off by",
                "words": "How far off the measured slope is, against the step, in float64 and in"
                         f" float32. {self.sentence}"}  # fmt: skip

    @property
    def sentence(self) -> str:
        off = abs(self.measured - self.claimed)
        far = f"off by {off:.0e}" if off else "no digit between them"
        return (
            f"step {self.settings['step']:g}: measured {signed(self.measured, 6)}, backprop"
            f" {signed(self.claimed, 6)}, {far}. {self.verdict}"
        )

    @property
    def verdict(self) -> str:
        """What is to blame for the difference."""
        said, theta = self.settings, self.theta
        step, eps = said["step"], float(np.finfo(said["kind"]).eps)
        claim = abs(self.claimed - self.true)
        if claim > 1e-6 and abs(self.measured - self.true) < claim / 2:
            return "At no step do they meet: the claim is wrong."
        weight = theta.astype(said["kind"])[self.place]
        if weight + np.asarray(step, said["kind"]) == weight:
            return "Weight plus step is the weight again: nothing moves."
        # What rounding costs, and what the bend of the loss costs: the slope measured over steps at
        # which float64 sees nothing but the bend, made smaller as the step is.
        rounding = eps * max(abs(self.here), 1e-3) / step
        wide, power = 1e-2, 2 if said["sides"] == "both" else 1
        bend = abs(float(self.measure(wide, "float64")) - self.true)
        if bend < 1e-12:
            if step >= wide:
                return "A parabola: no step is too large."
            return "The digits run out: a larger step lies less."
        bend *= (step / wide) ** power
        if bend > 10 * rounding:
            return "The loss bends: a smaller step lies less."
        if rounding > 10 * bend:
            return "The digits run out: a larger step lies less."
        return f"About the best step for {said['kind']}."

    # Exits

    def python(self) -> str:
        """The lines that compute what stands here."""
        said = self.settings
        both = said["sides"] == "both"
        lower, width = ("theta - nudge", "2 * h") if both else ("theta", "h")
        claimed = "net.loss_and_grad(nine, data.X, data.Y)[1][i]"
        if self.backward:
            claimed = f"{self.backward.__name__}(net, nine, data.X, data.Y)[i]  # your own"
        return "\n".join([
            "import numpy as np",
            "",
            "from nnlib import Network, xor",
            "",
            "net, data = Network((2, 2, 1)), xor()",
            f"nine = np.array({self.theta.tolist()})",
            f"i = {self.place}  # {WEIGHTS[said['weight']]}",
            f'theta = nine.astype("{said["kind"]}")',
            f"h = theta.dtype.type({said['step']!r})",
            "nudge = np.zeros_like(theta)",
            "nudge[i] = h",
            "above = net.loss_and_grad(theta + nudge, data.X, data.Y)[0]",
            f"below = net.loss_and_grad({lower}, data.X, data.Y)[0]",
            f"measured = float((above - below) / ({width}))",
            f"claimed = {claimed}",
            'print(f"step {h:g}: measured {measured:+.6f}, backprop {claimed:+.6f},"',
            '      f" off by {abs(measured - claimed):.0e}")',
            "",
        ])  # fmt: skip


def _round(step: float) -> float:
    """Two digits of a step, as on the slider."""
    return float(f"{step:.1e}")


def _plain(size: float) -> str:
    return f"{size:.2g}".replace("e-", "e−")


class NudgeTest(Stage):
    """Notebook 05: is this slope right? Nudge the weight and see, with steps from 1 to 1e-14.

    `weight` names one of nine ("W1_11" from x1 to the first hidden unit, "b1_2", "W2_1", "b2"),
    `step` is the nudge, `sides` "both" or "one", `kind` "float64" or "float32". `backward` is a
    function (net, theta, X, Y) of your own, whose gradient is put to the test in place of nnlib's.
    `hide` names controls to leave out for a lesson; `recipe` is what the button Recipe gave (of a
    backward of your own it knows nothing: give it again).

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> print(NudgeTest(step=0.1).sentence.split(". ")[0])
    step 0.1: measured −0.358209, backprop −0.357565, off by 6e-04
    """

    MODEL = NudgeDesk

    def __init__(self, *, backward=None, recipe: str | None = None, hide=(), **settings):
        super().__init__(recipe=recipe, hide=hide, **settings)
        self._test(backward)

    def restore(self, recipe: str) -> None:
        """Put what a recipe says on this stage; a backward of your own stays."""
        backward = self.lab.backward
        super().restore(recipe)
        self._test(backward)

    def _test(self, backward) -> None:
        """Put this backward to the test; None is nnlib's."""
        self.lab.backward = backward
        self.lab.settled()
        self._show()
