"""Notebook 03: a ball on a slope, and how far each step of gradient descent takes it."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np

from nnlib.checks import is_whole, shown
from nnlib.notation import Array
from nncourse.widgets.base.controls import PLAY, Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import dot, line
from nncourse.widgets.base.recipe import read_recipe
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.descent_grounds import GROUNDS, Parabola, Section
from nncourse.words import fixed, minus, signed

MOST_STEPS = 60
LEAST_SHOWN = 20  # steps of the loss curves
GONE = 1e6  # where |x| is larger, the ball is gone and not followed
LOW, HIGH = 1e-4, 1e2  # the vertical axis of the loss curves
NEAR = 0.002  # a product this near to 1 or 2 counts as 1 or 2
CREEPS = 0.5  # the largest product at which a step leaves half of the distance, or more
NEARLY = 0.1  # a product this near to 1 leaves a tenth of the distance, at most


class Walk(NamedTuple):
    """One of the three walks that are compared: at `factor` times the learning rate."""

    factor: float
    name: str
    curve: dict  # how its line looks in the loss curves
    mark: dict | None  # how its ball looks on the slope; None for the ball that is dragged


WALKS = (
    Walk(0.5, "half the rate", {"colour": "quiet", "dash": [2, 3]},
         {"colour": "quiet", "hollow": True, "text": "½"}),
    Walk(1.0, "the rate", {"colour": "positive", "width": 2.6}, None),
    Walk(2.0, "twice the rate", {"colour": "negative_text", "dash": [6, 4]},
         {"colour": "negative_text", "mark": "triangle", "text": "× 2"}),
)  # fmt: skip
OWN = 1  # the one at the learning rate itself


class DescentDesk(Desk):
    """The descent without its stage.

    The ball starts at x = `start` and has taken so many `steps`. Where it has been follows from
    these and the controls: after a move of the learning rate, it is where this learning rate would
    have taken it from the same start.
    """

    NAME, TITLE = "descent", "Descent"
    CONTROLS = by_name(
        Slider("learning_rate", "learning rate", 0.01, 20, 0.2, log=True),
        Choice("ground", "on", {name: g.label for name, g in GROUNDS.items()}, "parabola"),
        Slider("curvature", "curvature c", 0.05, 20, 1.0, log=True),
    )
    BUTTONS = {"play": PLAY, "step": "Step", "restart": "↺ Same start",
               "reset": "Everything as at first"}  # fmt: skip
    PANELS = (
        {"id": "slope", "kind": "plane", "title": "The slope", "aspect": 1.2, "most": 440,
         "hands": True},
        {"id": "curves", "kind": "plane", "title": "Three rates", "aspect": 1.4, "most": 290,
         "note": "from the same start"},
        {"id": "products", "kind": "bars", "title": "Rate × curvature"},
    )  # fmt: skip
    GRID = dict.fromkeys(("wide", "narrow"), "slope*5 curves*4 / slope*5 products*4")
    HANDS = ("set", "drag", "step", "look", "restart", "reset")
    PAUSES = ("step", "drag", "restart", "reset")
    TOUR = "learning_rate"
    PICTURES = 6  # one step each, slowly enough to be followed

    def __init__(self, *, steps: int = 0, **settings):
        self._first_steps = self.steps = self.at = _checked_steps(steps)
        super().__init__(**settings)

    def start_numbers(self) -> dict[str, Array]:
        return {"start": np.array([self.ground.start])}

    def tour(self) -> list:
        edge = 2 / abs(self.ground.curvature(self.start))
        shares = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2]
        control, stops = self.CONTROLS[self.TOUR], [float(f"{s * edge:.3g}") for s in shares]
        return [stop for stop in stops if control.low <= stop <= control.high]

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control. On another ground the ball starts where that one begins."""
        value = self.control(name).check(value)
        if name == "ground" and value != self.settings["ground"]:
            self.numbers = {"start": np.array([GROUNDS[value].start])}
            self.steps = self.at = 0
        super().set(name, value)

    def drag(self, panel: str, hand: str, x: float, y: float) -> None:
        """Put the ball somewhere else, where it starts anew."""
        if (panel, hand) != ("slope", "ball"):
            raise ValueError(f"there is nothing called {str(hand)[:20]!r} to drag: drag the ball")
        low, high = self.ground.window
        self.numbers["start"] = np.array([float(np.clip(round(self._number(x), 2), low, high))])
        self.restart()

    def step(self) -> None:
        """Go to the next step; take it, if it is not taken yet."""
        if self.at < self.steps:
            self.at += 1
        else:
            self.advance(1)

    def look(self, step: int | None) -> None:
        """Show the ball as it was after so many steps; None is the newest."""
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
        self.steps = self.at = self._first_steps
        super().reset()

    def advance(self, steps: int) -> bool:
        """Take so many steps more; False where there is nothing more to see."""
        self.steps = self.at = min(MOST_STEPS, self.steps + steps)
        if self.steps >= self.walks.shape[0]:
            self.settled()
        return not self.done

    @property
    def done(self) -> bool:
        """Whether the ball lies still, is gone, or has taken the most steps there are."""
        x = self.walks[self.steps, OWN]
        still = abs(self.ground.slope(x)) < 1e-6
        return bool(self.steps >= MOST_STEPS or abs(x) > GONE or (still and self.steps > 0))

    # The ball on its ground

    @property
    def ground(self) -> Parabola | Section:
        """What the ball lies on."""
        name = self.settings["ground"]
        return Parabola(self.settings["curvature"]) if name == "parabola" else GROUNDS[name]

    @property
    def start(self) -> float:
        """The x at which the ball starts."""
        return float(self.numbers["start"][0])

    def settled(self) -> None:
        """Walk from the start at all three learning rates."""
        rates = np.array([walk.factor for walk in WALKS]) * self.settings["learning_rate"]
        ground, x = self.ground, np.full(len(rates), self.start)
        walks = [x]
        for _ in range(-(-max(self.steps, 1) // LEAST_SHOWN) * LEAST_SHOWN):
            # A ball that is gone stays where it is, and finite.
            x = np.where(abs(x) > GONE, x, x - rates * ground.slope(x))
            walks.append(x)
        self.walks = np.array(walks)  # (steps + 1, three learning rates)
        self.heights = ground.loss(self.walks)
        self.generation += 1  # earlier frames show another walk

    # What the stage shows

    def recording(self, most: int):
        for frame in super().recording(most):
            yield frame | {"generation": 0}  # on a page no frame becomes invalid

    def scene(self) -> dict:
        return super().scene() | {"scrub": True} | self.in_sight(
            *("play", "step", "restart", "learning_rate", "ground"),
            more={"The parabola": ["curvature"], "From the beginning": ["reset"]},
        )  # fmt: skip

    @property
    def hidden(self) -> list[str]:
        return [] if self.settings["ground"] == "parabola" else ["curvature"]

    def time(self) -> tuple[int, list[int]]:
        """The step that is looked at, and those that were taken."""
        return self.at, list(range(self.steps + 1))

    def panels(self) -> dict:
        return {"slope": self._slope(), "curves": self._curves(), "products": self._products()}

    def _slope(self) -> dict:
        """The loss over x, where the ball has been on it, and its next step as an arrow."""
        ground, at = self.ground, self.at
        x = np.linspace(*ground.window, 161)
        been, high = self.walks[: at + 1, OWN], self.heights[: at + 1, OWN]
        here, height = been[-1], high[-1]
        top = max(ground.top, 1.15 * float(ground.loss(self.start)))
        seen = (abs(been[:-1]) < GONE) & (high[:-1] < 4 * top)
        dots = [dot(a, b, "positive", hollow=True, size=3.5)
                for a, b in zip(been[:-1][seen], high[:-1][seen])]  # fmt: skip
        for k, walk in enumerate(WALKS):
            a, b = self.walks[at, k], self.heights[at, k]
            if walk.mark and at and x[0] <= a <= x[-1] and b <= top:
                dots.append(dot(a, b, size=5, **walk.mark))
        return {
            "window": [x[0], x[-1], -0.06 * top, top], "xlabel": ground.place, "ylabel": "loss",
            "lines": [
                line(x, ground.loss(x), "text", name="loss", hand="ball"),
                line(been, high, "positive", width=1.5, pale=True, name="where the ball has been"),
            ],
            "dots": [*dots, dot(here, height, "positive", hand="ball", size=9)],
            "arrows": self._next_step(here, height),
            "note": f"curvature {fixed(ground.curvature(here))} here · drag the ball, or click",
            "words": f"The loss, and the ball on it. {self.sentence}",
        }  # fmt: skip

    def _next_step(self, here: float, height: float) -> list[dict]:
        """An arrow from the ball to the x of its next step, if that is neither near nor gone."""
        low, high = self.ground.window
        there = here - self.settings["learning_rate"] * float(self.ground.slope(here))
        if abs(there - here) <= 0.01 * (high - low) or abs(there) >= GONE:
            return []
        edge = float(np.clip(there, 2 * low - high, 2 * high - low))
        return [{"x0": float(here), "y0": float(height), "x1": edge, "y1": float(height),
                 "colour": "positive"}]  # fmt: skip

    def _curves(self) -> dict:
        """The three walks: how high above the bottom each is at every step."""
        n = len(self.walks)
        above = np.clip(self.heights - self.ground.bottom, LOW, 10 * HIGH)
        lines = [
            line(np.arange(n), above[:, k], **walk.curve,
                 name=f"rate {walk.factor * self.settings['learning_rate']:.3g}")
            for k, walk in enumerate(WALKS)
        ]  # fmt: skip
        return {"window": [0, n - 1, LOW, HIGH], "logy": True, "lines": lines,
                "dots": [dot(self.at, above[self.at, OWN], "positive")],
                "xlabel": "step", "ylabel": "above the bottom",
                "words": "How high above the bottom the ball is at every step, at half the rate, at"
                         f" the rate and at twice the rate. {self.sentence}"}  # fmt: skip

    def _products(self) -> dict:
        """Learning rate times curvature for the three walks, where the ball is."""
        c = self.ground.curvature(float(self.walks[self.at, OWN]))
        products = [walk.factor * self.settings["learning_rate"] * c for walk in WALKS]
        return {"names": [walk.name for walk in WALKS],
                "values": [float(np.clip(p / 4, 0, 1)) for p in products],
                "texts": [f"{fixed(p)} {self._fate(p, c)[0]}" for p in products],
                "best": OWN}  # fmt: skip

    def _fate(self, product: float, c: float) -> tuple[str, str]:
        """What becomes of a ball at this learning rate times curvature c: a word, and a sentence.

        Where the curvature is another one at the next step, nothing is said of the steps after it.
        """
        same = self.ground.same_curvature
        edge = f"2 / {c:.3g} = {2 / c:.3g}" if c else ""
        if product <= 0:
            return "no valley", "there is no valley here"
        if abs(product - 1) < NEAR:
            return "lands", "it lands in one step" if same else "it all but lands"
        if abs(product - 2) < NEAR:
            height = " at the same height" if same else ""
            return "bounces", f"it bounces{height}, the edge is a rate of {edge}"
        if product > 2:
            word = "flies off" if same else "leaps up"
            return word, f"it {word}, the edge was a rate of {edge}"
        word = "walks down" if product < 1 else "overshoots"
        if abs(product - 1) <= NEARLY:
            word = "all but lands"
        elif product < CREEPS + NEAR:
            word = "creeps"
        kept = f", a step keeps {abs(1 - product):.2f} of the distance" if same else ""
        return word, f"it {word}{kept}"

    @property
    def _x(self) -> str:
        """The name of x, in one word."""
        return self.ground.place.split(",")[0]

    @property
    def sentence(self) -> str:
        x, rate = float(self.walks[self.at, OWN]), self.settings["learning_rate"]
        if abs(x) > GONE:
            return f"step {self.at}: the ball has flown off, at a rate of {rate:g}."
        c = self.ground.curvature(x)
        loss = float(self.heights[self.at, OWN])
        height = f"{loss:.3f}" if loss < 1000 else f"{loss:.1e}"
        return minus(
            f"step {self.at}: {self._x} {signed(x)}, loss {height}. Rate × curvature ="
            f" {rate * c:.2f}: {self._fate(rate * c, c)[1]}."
        )

    # Exits

    def recipe(self) -> str:
        return json.dumps(json.loads(super().recipe()) | ({"steps": self.at} if self.at else {}))

    @classmethod
    def from_recipe(cls, text: str) -> DescentDesk:
        desk = super().from_recipe(text)
        desk.steps = desk.at = _checked_steps(read_recipe(text, cls.NAME).get("steps", 0))
        desk.settled()
        return desk

    def python(self) -> str:
        """The lines that compute what stands here."""
        return "\n".join([
            *self.ground.python(), "", "",
            f"learning_rate, x = {self.settings['learning_rate']!r}, {self.start!r}",
            f"for step in range({self.at}):",
            "    x = x - learning_rate * f(x)[1]",
            f'print(f"step {self.at}: {self._x} {{x:+z.2f}}, loss {{f(x)[0]:.3f}}")',
            "",
        ])  # fmt: skip


class Descent(Stage):
    """Notebook 03: which way, and how far? A ball on a slope, and a learning rate to set.

    `ground` is "parabola" (whose `curvature` is given), or the loss of the 2-2-1 network along
    "b2", "W2_1" or "W1_11", or straight down its "gradient". `learning_rate` is that of every step,
    `start` the x at which the ball starts, `steps` how many it has taken. `hide` names controls and
    panels to leave out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> print(Descent(learning_rate=2.0, steps=3).sentence)  # doctest: +ELLIPSIS
    step 3: x +1.50, loss 1.125. Rate × curvature = 2.00: it bounces at the same height, ...
    """

    MODEL = DescentDesk


def _checked_steps(steps) -> int:
    """`steps`, if it is a count of steps; ValueError otherwise."""
    if not is_whole(steps) or not 0 <= steps <= MOST_STEPS:
        raise ValueError(f"steps: {shown(steps)} given, expected a whole number to {MOST_STEPS}")
    return int(steps)
