"""Notebook 03: a ball on a slope, and how far a learning rate lets it leap.

Either on a parabola or on the loss of the network of notebook 02 (nine numbers, tanh in its hidden
units, XOR), seen along one of its numbers or straight down the gradient.
"""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np

from nncourse.widgets.base.controls import Choice, Slider, button
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.nine_numbers import NET, NINE
from nncourse.widgets.base.payloads import line, signed
from nncourse.widgets.base.recipe import read_recipe
from nncourse.widgets.base.stage import Stage
from nnlib.datasets import xor
from nnlib.notation import Array

XOR = xor()
MOST = 60  # steps
SHOWN = 20  # steps of the loss curves, at least
FAR = 1e6  # where a ball is gone
LOW, HIGH = 1e-4, 1e2  # of the heights above the bottom
NEAR = 0.002  # how near to 1 or 2 a product counts as being there
RATES = ((0.5, "half the rate"), (1.0, "the rate"), (2.0, "twice the rate"))


class Ground(NamedTuple):
    """Where one walks: the network moved along `direction`, or without one a parabola."""

    label: str
    place: str  # what the horizontal axis is
    start: float
    window: tuple[float, float]
    top: float
    direction: Array | None
    same: bool = True  # whether the curvature is the same everywhere


def _along(i: int) -> Array:
    return np.eye(9)[i]


def _downhill() -> Array:
    gradient = NET.loss_and_grad(NINE, XOR.X, XOR.Y)[1]
    return -gradient / np.linalg.norm(gradient)


GROUNDS = {
    "parabola": Ground("a parabola", "x", -1.5, (-3, 3), 2.4, None),
    "b2": Ground("the loss along b2", "b2", -1.5, (-3, 2.6), 2.4, _along(8)),
    "W2_1": Ground("the loss along W2, from OR", "W2, from OR", 1.0, (-2, 6.5), 2.4, _along(6)),
    "W1_11": Ground(
        "the loss along W1, x1 to OR", "W1, x1 to OR", 1.0, (-4, 5), 3.0, _along(0), same=False
    ),
    "gradient": Ground(
        "the loss down its gradient",
        "way, against the gradient",
        0.0,
        (-1, 2.6),
        2.4,
        _downhill(),
        same=False,
    ),  # fmt: skip
}


class DescentDesk(Desk):
    """The descent without its stage: where the ball has been follows from where it started.

    `steps` are how many it has taken, `start` is where it was let go. A rate moved meanwhile shows
    the walk that this rate would have taken from the same start.
    """

    NAME = "descent"
    CONTROLS = {
        control.name: control
        for control in [
            Slider("rate", "learning rate", 0.01, 20, 0.2, log=True),
            Choice("ground", "on", {name: g.label for name, g in GROUNDS.items()}, "parabola"),
            Slider("curvature", "curvature c", 0.05, 20, 1.0, log=True),
        ]
    }
    HANDS = ("set", "drag", "step", "look", "restart", "reset")
    PAUSES = ("step", "drag", "restart", "reset")
    TOUR = "rate"
    PICTURES = 6  # one step each, slowly enough to be followed

    def __init__(self, *, start: float | None = None, steps: int = 0, **settings):
        self._begun = None if start is None else self._number(start), self._count(steps)
        self.steps = self.at = self._begun[1]
        self._bottoms = {"parabola": 0.0}
        super().__init__(**settings)

    def start_numbers(self) -> dict[str, Array]:
        start = self.ground.start if self._begun[0] is None else self._begun[0]
        return {"start": np.array([start])}

    def tour(self) -> list:
        edge = 2 / abs(float(self.curvature(self.start)))
        shares = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2]
        rates = [float(f"{share * edge:.3g}") for share in shares]
        return [rate for rate in rates if 0.01 <= rate <= 20]

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control. On another ground the ball starts where that one begins."""
        value = self.control(name).check(value)
        if name == "ground" and value != self.settings["ground"]:
            self.numbers = {"start": np.array([GROUNDS[value].start])}
            self.steps = self.at = 0
        super().set(name, value)

    def drag(self, panel: str, hand: str, x: float, y: float) -> None:
        """Take the ball somewhere else and let it go there."""
        if (panel, hand) != ("slope", "ball"):
            raise ValueError(f"there is nothing called {str(hand)[:20]!r} to drag: drag the ball")
        low, high = self.ground.window
        self.numbers["start"] = np.array([float(np.clip(round(self._number(x), 2), low, high))])
        self.restart()

    def step(self) -> None:
        """One step of gradient descent, or of looking on where the walk went."""
        if self.at < self.steps:
            self.at += 1
        else:
            self.advance(1)

    def look(self, step: int | None) -> None:
        """Look at the ball as it was after so many steps; None is the newest."""
        if step is not None and (type(step) is not int or not 0 <= step <= self.steps):
            raise ValueError(f"step {str(step)[:20]} given: {self.steps} were taken")
        self.at = self.steps if step is None else step

    def restart(self) -> None:
        """Back to the start."""
        self.steps = self.at = 0
        self.settled()

    again = restart

    def reset(self) -> None:
        """Everything as it was at first."""
        self.steps = self.at = self._begun[1]
        super().reset()

    def advance(self, steps: int) -> bool:
        """So many steps more; False where there is nothing more to see."""
        self.steps = self.at = min(MOST, self.steps + steps)
        if self.steps >= self.walks.shape[0]:
            self.settled()
        return not self.done

    @property
    def done(self) -> bool:
        """Whether the ball lies still, is gone, or has bounced long enough."""
        x = self.walks[self.steps, 1]
        still = abs(self.slope(x)) < 1e-6
        return bool(self.steps >= MOST or abs(x) > FAR or (still and self.steps > 0))

    def _count(self, steps) -> int:
        if type(steps) is not int or not 0 <= steps <= MOST:
            raise ValueError(f"steps: {str(steps)[:40]} given, expected a whole number to {MOST}")
        return steps

    # The ground

    @property
    def ground(self) -> Ground:
        """What the ball lies on."""
        return GROUNDS[self.settings["ground"]]

    @property
    def place(self) -> str:
        """What moves, in a word."""
        return self.ground.place.split(",")[0]

    @property
    def start(self) -> float:
        """Where the ball sets out."""
        return float(self.numbers["start"][0])

    def thetas(self, x: Array) -> Array:
        """The nine numbers at each of these places, (..., 9)."""
        ground = self.ground
        return NINE + np.expand_dims(np.asarray(x, float) - ground.start, -1) * ground.direction

    def loss(self, x: Array) -> Array:
        """The height at each of these places."""
        if self.ground.direction is None:
            return self.settings["curvature"] * np.square(x) / 2
        return NET.loss_and_grad(self.thetas(x), XOR.X, XOR.Y)[0]

    def slope(self, x: Array) -> Array:
        """The slope at each of these places."""
        if self.ground.direction is None:
            return self.settings["curvature"] * np.asarray(x)
        return NET.loss_and_grad(self.thetas(x), XOR.X, XOR.Y)[1] @ self.ground.direction

    def curvature(self, x: float, nudge: float = 1e-3) -> float:
        """How fast the slope changes at a place: nudge, and see."""
        if self.ground.direction is None:
            return self.settings["curvature"]
        below, above = self.slope(np.array([x - nudge, x + nudge]))
        return float((above - below) / (2 * nudge))

    def settled(self) -> None:
        rates = self.settings["rate"] * np.array([times for times, _ in RATES])
        x = np.full(len(rates), self.start)
        walks = [x]
        for _ in range(-(-max(self.steps, 1) // SHOWN) * SHOWN):
            # A ball that is gone stays where it went.
            x = np.where(abs(x) > FAR, x, x - rates * self.slope(x))
            walks.append(x)
        self.walks = np.array(walks)  # (steps + 1, three rates)
        self.heights = self.loss(self.walks)
        self.generation += 1  # what was seen of another walk is no longer true

    @property
    def bottom(self) -> float:
        """The least loss within sight, for heights to be measured from."""
        name = self.settings["ground"]
        if name not in self._bottoms:
            x = np.linspace(*self.ground.window, 81)
            x = float(x[np.argmin(self.loss(x))])
            for _ in range(3):  # where the slope would be 0, if it went on changing like this
                c = self.curvature(x)
                x = x - float(self.slope(x)) / c if c > 0.01 else x
            self._bottoms[name] = float(self.loss(x))
        return self._bottoms[name]

    # What the stage shows

    def recording(self, most: int):
        for frame in super().recording(most):
            yield frame | {"generation": 0}  # one page, of which nothing becomes untrue

    def scene(self) -> dict:
        control = {name: control.scene() for name, control in self.CONTROLS.items()}
        return {
            "name": self.NAME, "title": "Descent",
            "first": [button("play", "▶ Play", main=True), button("step", "Step"),
                      button("restart", "↺ Same start"), control["rate"], control["ground"],
                      control["curvature"], button("reset", "As at first")],
            "more": [],
            "columns": [
                [1.25, [{"id": "slope", "kind": "plane", "title": "The slope", "aspect": 1.35,
                         "hands": True}]],
                [1, [{"id": "curves", "kind": "plane", "title": "Three rates", "aspect": 1.65,
                      "note": "from the same start"},
                     {"id": "products", "kind": "bars", "title": "Rate × curvature"}]],
            ],
            "exits": [["python", "Copy as Python"], ["recipe", "Recipe"]], "scrub": True,
            "lines": 2,
        }  # fmt: skip

    @property
    def hidden(self) -> list[str]:
        return [] if self.ground.direction is None else ["curvature"]

    def time(self) -> tuple[int, list[int]]:
        """The step that is looked at, and those that were taken."""
        return self.at, list(range(self.steps + 1))

    def panels(self) -> dict:
        return {"slope": self._slope(), "curves": self._curves(), "products": self._products()}

    def _slope(self) -> dict:
        ground, at = self.ground, self.at
        x = np.linspace(*ground.window, 161)
        been, high = self.walks[: at + 1, 1], self.heights[: at + 1, 1]
        here, c = been[-1], self.curvature(been[-1])
        top = max(ground.top, 1.15 * float(self.loss(self.start)))
        lines = [
            line(x, self.loss(x), "text", name="loss"),
            line(been, high, "positive", width=1.5, pale=True, name="the way of the ball"),
        ]  # fmt: skip
        seen = (abs(been) < FAR) & (high < 4 * top)
        dots = [{"x": float(a), "y": float(b), "colour": "positive", "hollow": True, "size": 3.5}
                for a, b in zip(been[:-1][seen[:-1]], high[:-1][seen[:-1]])]  # fmt: skip
        others = {0: {"colour": "quiet", "hollow": True, "text": "½"},
                  2: {"colour": "negative_text", "mark": "triangle", "text": "× 2"}}  # fmt: skip
        for k, look in others.items():
            a, b = float(self.walks[at, k]), float(self.heights[at, k])
            if at and x[0] <= a <= x[-1] and b <= top:
                dots.append({"x": a, "y": b, "size": 5, **look})
        dots.append({"x": float(here), "y": float(high[-1]), "colour": "positive", "hand": "ball",
                     "size": 9})  # fmt: skip
        far = here - self.settings["rate"] * float(self.slope(here))
        arrows = []
        if abs(far - here) > 0.01 * (x[-1] - x[0]) and abs(far) < FAR:
            edge = float(np.clip(far, 2 * x[0] - x[-1], 2 * x[-1] - x[0]))
            arrows = [{"x0": float(here), "y0": float(high[-1]), "x1": edge, "y1": float(high[-1]),
                       "colour": "positive"}]  # fmt: skip
        return {"window": [x[0], x[-1], -0.06 * top, top], "lines": lines, "dots": dots,
                "arrows": arrows, "xlabel": ground.place, "ylabel": "loss",
                "note": f"curvature {signed(c).lstrip('+')} here · drag the ball",
                "words": f"The loss, and the ball on it. {self.sentence}"}  # fmt: skip

    def _curves(self) -> dict:
        n = len(self.walks)
        looks = ({"colour": "quiet", "dash": [2, 3]}, {"colour": "positive", "width": 2.6},
                 {"colour": "negative_text", "dash": [6, 4]})  # fmt: skip
        above = np.clip(self.heights - self.bottom, LOW, 10 * HIGH)
        rates = [times * self.settings["rate"] for times, _ in RATES]
        lines = [line(np.arange(n), above[:, k], name=f"rate {rate:.3g}", **looks[k])
                 for k, rate in enumerate(rates)]  # fmt: skip
        dot = {"x": self.at, "y": float(above[self.at, 1]), "colour": "positive"}
        return {"window": [0, n - 1, LOW, HIGH], "logy": True, "lines": lines, "dots": [dot],
                "xlabel": "step", "ylabel": "above the bottom",
                "words": "How high above the bottom the ball is at every step, at half the rate, at"
                         f" the rate and at twice the rate. {self.sentence}"}  # fmt: skip

    def _products(self) -> dict:
        c = self.curvature(float(self.walks[self.at, 1]))
        products = [times * self.settings["rate"] * c for times, _ in RATES]
        return {"names": [name for _, name in RATES],
                "values": [float(np.clip(p / 4, 0, 1)) for p in products],
                "texts": [f"{signed(p).lstrip('+')} {self._fate(p, c)[0]}" for p in products],
                "best": 1}  # fmt: skip

    def _fate(self, product: float, c: float) -> tuple[str, str]:
        """What becomes of a ball at this rate times curvature: in a word, and in a sentence."""
        # Where the ground bends otherwise a little further on, nothing is said for ever.
        same = self.ground.same
        if product <= 0:
            return "no valley", "there is no valley here"
        if abs(product - 1) < NEAR:
            return "lands", "it lands in one step" if same else "it all but lands"
        if abs(product - 2) < NEAR:
            return "bounces", (f"it bounces{' for ever' if same else ''}, the edge is a rate of"
                               f" 2 / {c:.3g} = {2 / c:.3g}")  # fmt: skip
        if product < 2:
            word = "creeps" if product < 1 else "overshoots"
            kept = f", a step keeps {abs(1 - product):.2f} of the distance" if same else ""
            return word, f"it {word}{kept}"
        return ("flies off" if same else "leaps up"), (
            f"it {'flies off' if same else 'leaps up'}, the edge was a rate of 2 / {c:.3g} ="
            f" {2 / c:.3g}"
        )

    @property
    def sentence(self) -> str:
        x, rate = float(self.walks[self.at, 1]), self.settings["rate"]
        if abs(x) > FAR:
            return f"step {self.at}: the ball has flown off, at a rate of {rate:g}."
        c = self.curvature(x)
        loss = float(self.heights[self.at, 1])
        height = f"{loss:.3f}" if loss < 1000 else f"{loss:.1e}"
        return (
            f"step {self.at}: {self.place} {signed(x)}, loss {height}. Rate × curvature ="
            f" {rate * c:.2f}: {self._fate(rate * c, c)[1]}."
        ).replace("-", "−")

    # Exits

    def recipe(self) -> str:
        return json.dumps(json.loads(super().recipe()) | ({"steps": self.at} if self.at else {}))

    @classmethod
    def from_recipe(cls, text: str) -> DescentDesk:
        desk = super().from_recipe(text)
        desk.steps = desk.at = desk._count(read_recipe(text, cls.NAME).get("steps", 0))
        desk.settled()
        return desk

    def python(self) -> str:
        """The lines that compute what stands here."""
        said, ground = self.settings, self.ground
        if ground.direction is None:
            lines = [
                f"c = {said['curvature']!r}", "", "", "def f(x):",
                "    return c * x**2 / 2, c * x  # the loss, and its slope",
            ]  # fmt: skip
        else:
            lines = [
                "import numpy as np", "", "from nnlib import Network, xor", "",
                "net, data = Network((2, 2, 1)), xor()",
                f"nine = np.array({NINE.tolist()})",
                f"direction = np.array({ground.direction.tolist()})", "", "", "def f(x):",
                f"    theta = nine + (x - {ground.start!r}) * direction",
                "    loss, gradient = net.loss_and_grad(theta, data.X, data.Y)",
                "    return loss, gradient @ direction  # the loss, and its slope",
            ]  # fmt: skip
        return "\n".join([
            *lines, "", "", f"rate, x = {said['rate']!r}, {self.start!r}",
            f"for step in range({self.at}):",
            "    x = x - rate * f(x)[1]",
            f'print(f"step {self.at}: {self.place} {{x:+z.2f}}, loss {{f(x)[0]:.3f}}")',
            "",
        ])  # fmt: skip


class Descent(Stage):
    """Notebook 03: which way, and how far? A ball, a slope, and a learning rate in your hand.

    `ground` is "parabola" (whose `curvature` is given), or the loss of the 2-2-1 network along
    "b2", "W2_1" or "W1_11", or straight down its "gradient". `rate` is the learning rate, `start`
    where the ball is let go, `steps` how many it has taken. `hide` names controls to leave out for
    a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> print(Descent(rate=2.0, steps=3).sentence)  # doctest: +ELLIPSIS
    step 3: x +1.50, loss 1.125. Rate × curvature = 2.00: it bounces for ever, ...
    """

    MODEL = DescentDesk
