"""Notebook 07: nudge one weight, measure the slope, and compare it with the one of backprop.

The network is that of notebook 02, with nine numbers chosen by hand; its samples are those of XOR.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.datasets import xor
from nnlib.notation import Array
from nncourse.widgets.base.controls import Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.nine_numbers import NET, NINE
from nncourse.widgets.base.payloads import array_part, dot, line
from nncourse.widgets.base.stage import Stage
from nncourse.words import short, signed

WEIGHTS = {  # in the order of theta
    "W1_11": "W1, x1 to OR", "W1_12": "W1, x1 to NAND",
    "W1_21": "W1, x2 to OR", "W1_22": "W1, x2 to NAND",
    "b1_1": "b1, of OR", "b1_2": "b1, of NAND",
    "W2_1": "W2, from OR", "W2_2": "W2, from NAND", "b2": "b2, of the output",
}  # fmt: skip
DTYPES = {"float64": {"colour": "positive", "line": {}, "mark": "circle"},
          "float32": {"colour": "negative_text", "line": {"dash": [6, 4]},
                      "mark": "triangle"}}  # fmt: skip
SIDES = {"both": "both sides", "one": "up only"}
SMALLEST, LARGEST = 1e-14, 1.0  # steps
STEPS = np.logspace(-14, 0, 57)  # four a decade
LOW, HIGH = 1e-13, 10.0  # the vertical axis of the errors
SLICE = np.linspace(-2.5, 2.5, 201)  # the horizontal axis of the loss, in steps
WITHOUT_ROUNDING = 1e-2  # a step so large that in float64 rounding does not matter


class NudgeDesk(Desk):
    """The nudge test without its stage: the slope that a nudge measures, and the one of backprop.

    `backward` is a function (net, theta, X, Y) that gives the gradient to be tested, (P,); without
    it, it is nnlib's.
    """

    NAME, TITLE = "nudge", "Nudge test"
    CONTROLS = by_name(
        Slider("step", "step h", SMALLEST, LARGEST, 0.1, log=True, wide=5.8),
        Choice("weight", "weight", WEIGHTS, "W1_11"),
        Choice("sides", "nudge", SIDES, "both"),
        Choice("dtype", "numbers", {name: name for name in DTYPES}, "float64"),
    )
    BUTTONS = {"smaller": "h ÷ 10", "larger": "h × 10", "reset": "Everything as at first"}
    PANELS = (
        {"id": "slice", "kind": "plane", "title": "The loss", "aspect": 1.1, "most": 420},
        {"id": "errors", "kind": "plane", "title": "How far off", "aspect": 1.3, "most": 280,
         "hands": True, "note": "drag the dot, or click on its line",
         "help": "Right of the valley the bend of the loss misleads, left of it the rounding:"
                 " float64 keeps 16 digits, float32 seven."},
        {"id": "numbers", "kind": "arrays", "title": "The nine numbers",
         "note": "drag or type to change one"},
    )  # fmt: skip
    GRID = {"wide": "slice*6 errors*5 / slice*6 numbers*5",
            "narrow": "slice errors / slice numbers"}  # fmt: skip
    HANDS = ("set", "change", "drag", "smaller", "larger", "reset")
    TOUR = "step"

    def __init__(self, *, backward: Callable | None = None, **settings):
        self.backward = backward
        super().__init__(**settings)

    def start_numbers(self) -> dict[str, Array]:
        (W1, b1), (W2, b2) = NET.layers(NINE.copy())
        return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

    def tour(self) -> list:
        return [10.0**-k for k in range(15)]

    # Hands

    def drag(self, panel: str, hand: str, x: float, y: float) -> None:
        """Drag the dot along its curve, to the step x; y does not matter."""
        if (panel, hand) != ("errors", "step"):
            raise ValueError(f"there is nothing called {str(hand)[:20]!r} to drag: drag the step")
        self._set_step(self._number(x))

    def smaller(self) -> None:
        """A tenth of the step."""
        self._set_step(self.settings["step"] / 10)

    def larger(self) -> None:
        """Ten times the step."""
        self._set_step(self.settings["step"] * 10)

    def _set_step(self, step: float) -> None:
        """Take this step or the nearest that there is, in two digits as on the slider."""
        self.set("step", float(f"{np.clip(step, SMALLEST, LARGEST):.1e}"))

    # What is computed

    @property
    def theta(self) -> Array:
        """The nine numbers in one row, in float64."""
        return np.concatenate([numbers.ravel() for numbers in self.numbers.values()])

    @property
    def index(self) -> int:
        """Where in theta the chosen weight is."""
        return list(WEIGHTS).index(self.settings["weight"])

    def settled(self) -> None:
        """Measure the slope, and compute the two it is compared with, which are in float64."""
        theta, i, dtype = self.theta, self.index, self.settings["dtype"]
        data = xor()
        self.X, self.Y = data.X, data.Y
        self.true = float(NET.loss_and_grad(theta, self.X, self.Y)[1][i])
        self.claimed = self.true
        if self.backward:
            self.claimed = float(self.backward(NET, theta, self.X, self.Y)[i])
        self.loss_here = float(self.loss(theta.astype(dtype)))
        self.measured = float(self.measure(self.settings["step"], dtype))

    def loss(self, theta: Array):
        """The loss at theta (9,), or at each theta of a stack (n, 9), in the dtype of theta."""
        return NET.loss_and_grad(theta, self.X, self.Y)[0]

    def measure(self, step, dtype: str):
        """The slope along the chosen weight, measured with one `step`, or with many (n,)."""
        theta = self.theta.astype(dtype)
        step = np.asarray(step, dtype)
        nudge = np.zeros((*step.shape, len(theta)), dtype)
        nudge[..., self.index] = step
        if self.settings["sides"] == "both":
            return (self.loss(theta + nudge) - self.loss(theta - nudge)) / (2 * step)
        return (self.loss(theta + nudge) - self.loss(theta)) / step

    @property
    def off(self) -> dict:
        step = self.settings["step"]
        if step <= SMALLEST:
            return {"smaller": "it is the smallest step there is"}
        return {"larger": "it is the largest step there is"} if step >= LARGEST else {}

    # What the stage shows

    def scene(self) -> dict:
        return super().scene() | self.in_sight(
            *("smaller", "larger", "step", "weight", "sides"),
            more={"What it computes with": ["dtype"], "From the beginning": ["reset"]},
        )

    def panels(self) -> dict:
        return {"slice": self._slice(), "numbers": self._arrays(), "errors": self._errors()}

    def _slice(self) -> dict:
        """The change of the loss as the weight changes by up to 2.5 steps, and three slopes."""
        h, theta = self.settings["step"], self.theta.astype(self.settings["dtype"])
        x = h * SLICE
        thetas = np.tile(theta, (len(x), 1))
        thetas[:, self.index] += x.astype(theta.dtype)
        rise = (self.loss(thetas) - self.loss(theta)).astype(float)
        signs = {1: "+h", -1: "−h"} if self.settings["sides"] == "both" else {1: "+h"}
        dots = [dot(sign * h, self._loss_after(sign * h) - self.loss_here, "positive", text=text)
                for sign, text in signs.items()]  # fmt: skip
        middle = dots[0]["y"] - self.measured * h  # the height of the secant over the weight
        ends = x[[0, -1]]
        top = 1.1 * max(np.abs(rise).max(), abs(self.claimed) * x[-1], 1e-17)
        return {
            "window": [x[0], x[-1], -top, top],
            "xlabel": f"change of {WEIGHTS[self.settings['weight']].split(',')[0]}",
            "ylabel": "change of the loss",
            "lines": [
                line(x, rise, "text", name="loss"),
                line(ends, middle + self.measured * ends, "positive", name="secant, measured"),
                line(ends, self.claimed * ends, "negative_text", dash=[6, 4],
                     name="tangent, by backprop"),
            ],
            "dots": [*dots, dot(0, 0, "text", size=4)],
            "note": f"the window is {short(5 * h)} wide",
            "words": f"The loss within {short(2.5 * h)} of the weight, the nudged points, the"
                     f" secant through them and the tangent. {self.sentence}",
        }  # fmt: skip

    def _loss_after(self, change: float):
        """The loss where the chosen weight is changed by this much, in the chosen dtype."""
        theta = self.theta.astype(self.settings["dtype"])
        theta[self.index] += np.asarray(change, theta.dtype)
        return self.loss(theta)

    def _arrays(self) -> dict:
        """The nine numbers, the chosen one marked."""
        parts, first = [], 0
        for name, values in self.numbers.items():
            place = self.index - first
            parts.append(array_part(name, values, step=self.STEP,
                                    made=place if 0 <= place < values.size else None))  # fmt: skip
            first += values.size
        return {"rows": [parts]}

    def _errors(self) -> dict:
        """How far the measured slope is off, over the step, in both dtypes; the dot is our step."""
        step, own = self.settings["step"], self.settings["dtype"]
        off = abs(self.measured - self.claimed)
        lines = []
        for dtype, look in DTYPES.items():
            x, y = STEPS, abs(self.measure(STEPS, dtype).astype(float) - self.claimed)
            if dtype == own:  # so that the dot lies on its curve
                at = int(np.searchsorted(STEPS, step))
                x, y = np.insert(x, at, step), np.insert(y, at, off)
            hand = {"hand": "step"} if dtype == own else {}
            lines.append(line(x, np.clip(y, LOW, HIGH), look["colour"], name=dtype,
                              pale=dtype != own, **hand, **look["line"]))  # fmt: skip
        return {
            "window": [SMALLEST / 2, LARGEST * 2, LOW, HIGH], "logx": True, "logy": True,
            "xlabel": "step h", "ylabel": "off by", "lines": lines,
            "dots": [dot(step, np.clip(off, LOW, HIGH), DTYPES[own]["colour"], hand="step", size=7,
                         mark=DTYPES[own]["mark"])],
            "words": "How far off the measured slope is, against the step, in float64 and in"
                     f" float32. {self.sentence}",
        }  # fmt: skip

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
        """Where the difference comes from, in words."""
        step, dtype = self.settings["step"], self.settings["dtype"]
        mistake = abs(self.claimed - self.true)
        if mistake > 1e-6 and abs(self.measured - self.true) < mistake / 2:
            return "At no step do they meet: the claim is wrong."
        weight = self.theta.astype(dtype)[self.index]
        if weight + np.asarray(step, dtype) == weight:
            return "Weight plus step is the weight again: nothing moves."
        # Two errors are estimated. That of rounding grows as the step shrinks. That of curvature is
        # measured at a step without rounding, and shrinks with the step or with its square.
        rounding = float(np.finfo(dtype).eps) * max(abs(self.loss_here), 1e-3) / step
        curvature = abs(float(self.measure(WITHOUT_ROUNDING, "float64")) - self.true)
        if curvature < 1e-12:
            if step >= WITHOUT_ROUNDING:
                return "A parabola: no step is too large."
            return "The digits run out: a larger step lies less."
        curvature *= (step / WITHOUT_ROUNDING) ** (2 if self.settings["sides"] == "both" else 1)
        if curvature > 10 * rounding:
            return "The loss bends: a smaller step lies less."
        if rounding > 10 * curvature:
            return "The digits run out: a larger step lies less."
        return f"About the best step for {dtype}."

    # Exits

    def python(self) -> str:
        """The lines that compute what stands here."""
        settings = self.settings
        below, apart = ("theta - nudge", "2 * h") if settings["sides"] == "both" else ("theta", "h")
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
            f"i = {self.index}  # {WEIGHTS[settings['weight']]}",
            f'theta = nine.astype("{settings["dtype"]}")',
            f"h = theta.dtype.type({settings['step']!r})",
            "nudge = np.zeros_like(theta)",
            "nudge[i] = h",
            "above = net.loss_and_grad(theta + nudge, data.X, data.Y)[0]",
            f"below = net.loss_and_grad({below}, data.X, data.Y)[0]",
            f"measured = float((above - below) / ({apart}))",
            f"claimed = {claimed}",
            'print(f"step {h:g}: measured {measured:+.6f}, backprop {claimed:+.6f},"',
            '      f" off by {abs(measured - claimed):.0e}")',
            "",
        ])  # fmt: skip


class NudgeTest(Stage):
    """Notebook 07: is this slope right? Nudge the weight and see, with steps from 1 to 1e-14.

    `weight` names one of nine ("W1_11" from x1 to the first hidden unit, "b1_2", "W2_1", "b2"),
    `step` is the size of the nudge, `sides` "both" or "one", `dtype` "float64" or "float32".
    `backward` is a function (net, theta, X, Y) of your own, whose gradient (P,) is tested in place
    of nnlib's. `hide` names controls and panels to leave out for a lesson; `recipe` is what the
    button Recipe gave: it does not hold a backward of your own, so give that again.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> print(NudgeTest(step=0.1).sentence.split(". ")[0])
    step 0.1: measured −0.358209, backprop −0.357565, off by 6e-04
    """

    MODEL = NudgeDesk

    def __init__(self, *, backward=None, recipe: str | None = None, hide=(), **settings):
        super().__init__(recipe=recipe, hide=hide, **settings)
        self._test(backward)

    def restore(self, recipe: str) -> None:
        """Put the state of a recipe on this stage; a backward of your own is still tested."""
        backward = self.lab.backward
        super().restore(recipe)
        self._test(backward)

    def _test(self, backward) -> None:
        """Test the gradient of this backward; None is nnlib's."""
        self.lab.backward = backward
        self.lab.settled()
        self._show()
