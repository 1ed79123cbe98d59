"""Notebook 08: a long narrow valley, and four walkers who start at one place in it."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np

from nnlib.checks import is_whole, shown
from nnlib.notation import Array
from nncourse.widgets.base.controls import PLAY, Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import dot, heat, line
from nncourse.widgets.base.python_code import program
from nncourse.widgets.base.recipe import read_recipe
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.ravine_walks import (
    HIGHEST,
    LOWEST,
    MOMENTA,
    MOST_STEPS,
    NEAR,
    Valley,
    Walk,
    best,
    walk,
)
from nncourse.words import listed

WINDOW = (-2.9, 2.9, -2.3, 2.3)
START = (-2.2, -0.6)
SIDE = 96  # of the heat map, in pixels
RINGS = np.linspace(0, 2 * np.pi, 181)
LAST = 10  # steps of a path that are drawn strongly; those before them are pale
CLOSE = 0.05  # ends nearer than this share of the plot have one dot for all
LOW, HIGH = 1e-5, 1e4  # the vertical axis of the losses
SPANS = (50, 100, 200, MOST_STEPS)  # how far the horizontal axis of the losses may reach


class Walker(NamedTuple):
    """One of the four: the letter on its path, its name, and how its lines look."""

    letter: str
    name: str
    made_by: str  # the class, as `Copy as Python` writes it
    look: dict


WALKERS = {
    "sgd": Walker("P", "plain steps", "SGD", {"colour": "text", "dash": [2, 3]}),
    "momentum": Walker("M", "momentum", "Momentum", {"colour": "positive"}),
    "nesterov": Walker("N", "Nesterov", "Nesterov", {"colour": "negative_text", "dash": [8, 4]}),
    "adam": Walker("A", "Adam", "Adam", {"colour": "green", "dash": [9, 3, 2, 3]}),
}
BEST = "best"
WHOSE = {BEST: "all: each at its best"} | {key: one.name for key, one in WALKERS.items()}


def end_dots(ends: dict, sizes: tuple, places: dict | None = None) -> list[dict]:
    """A dot where the line of each walker ends, {name: (x, y)}, with its letter.

    Where several end nearly at one place, one dot has the letters of all. `sizes` are those of the
    plot, in the unit of `places`, which are `ends` if that is not given.
    """
    places, groups = places or ends, {}
    for name in ends:
        at = np.divide(places[name], sizes)
        near = (one for one in groups if np.hypot(*(at - np.divide(places[one], sizes))) < CLOSE)
        groups.setdefault(next(near, name), []).append(name)
    return [
        dot(*ends[name], WALKERS[group[-1]].look["colour"], size=4.5,
            text=" ".join(WALKERS[one].letter for one in group))
        for group in groups.values() for name in group
        if name == group[-1]
    ]  # fmt: skip


class RavineDesk(Desk):
    """The ravine without its stage.

    `start` is the place (x, y) from which all walk, `rates` are the four learning rates, in the
    order of `WALKERS`; a rate of 0 is the best of a grid. Where everybody is after `steps` steps
    follows from these and the controls.
    """

    NAME, TITLE = "ravine", "Ravine"
    CONTROLS = by_name(
        Slider("narrowness", "narrowness", 1, 100, 30.0, log=True, wide=3.4),
        Slider("turned", "turned by °", 0, 90, 30, whole=True, wide=2.6),
        Choice("walker", "rate of", WHOSE, BEST),
        MOMENTA,
    )
    BUTTONS = {"play": PLAY, "restart": "Back to the start", "reset": "Everything as at first"}
    PANELS = (
        {"id": "valley", "kind": "plane", "title": "The valley", "aspect": 1.15, "most": 420,
         "equal": True, "hands": True},
        {"id": "losses", "kind": "plane", "title": "The loss at every step", "aspect": 1.3,
         "most": [250, 230, 230]},
        {"id": "table", "kind": "table", "title": "Who is where"},
    )  # fmt: skip
    GRID = dict.fromkeys(("wide", "narrow"), "valley*6 losses*5 / valley*6 table*5")
    HANDS = ("set", "drag", "look", "restart", "reset")
    PAUSES = ("restart", "reset")
    TOUR = "narrowness"
    PICTURES = 15
    REACH = 20.0

    def __init__(self, *, steps: int = 100, **settings):
        self._first_at = self.at = _checked_steps(steps)
        super().__init__(**settings)
        own = np.flatnonzero(self.numbers["rates"])
        if own.size and self.settings["walker"] == BEST:  # not all of them are at their best
            self.settings["walker"] = self.first["walker"] = list(WALKERS)[own[0]]

    @property
    def controls(self) -> dict:
        """Every control by name: the rate is that of the walker who is chosen."""
        rate = Slider("learning_rate", "learning rate", LOWEST, HIGHEST, 0.1, log=True)
        return self.CONTROLS | {"learning_rate": rate}

    def start_numbers(self) -> dict[str, Array]:
        return {"start": np.array(START), "rates": np.zeros(len(WALKERS))}

    def tour(self) -> list:
        return [1, 1.5, 2, 3, 5, 7, 10, 14, 20, 30, 40, 50, 70, 100]

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control. Nobody chosen: each walks at its best rate again."""
        value = self.control(name).check(value)
        if name == "learning_rate":
            if self.settings["walker"] == BEST:
                raise ValueError(self.off["learning_rate"])
            self.change("rates", list(WALKERS).index(self.settings["walker"]), value)
            return
        if name == "walker" and value == BEST:
            self.numbers["rates"] = np.zeros(len(WALKERS))
        super().set(name, value)

    def put(self, name: str, given) -> None:
        """Replace the start or the rates; a rate is 0 or what its slider can be set to."""
        super().put(name, given)
        for rate in self.numbers["rates"]:
            if rate:
                self.control("learning_rate").check(float(rate))

    def drag(self, panel: str, hand: str, x: float, y: float) -> None:
        """Put the start somewhere else; all walk anew from there, as far as before."""
        if (panel, hand) != ("valley", "start"):
            raise ValueError(f"there is nothing called {str(hand)[:20]!r} to drag: drag the start")
        x0, x1, y0, y1 = WINDOW
        place = np.clip([self._number(x), self._number(y)], [x0, y0], [x1, y1])
        self.numbers["start"] = place.round(2)
        self.settled()

    def look(self, step: int | None) -> None:
        """Show where all are after so many steps; None is the last."""
        self.at = MOST_STEPS if step is None else _checked_steps(step)

    def restart(self) -> None:
        """Back to the start."""
        self.at = 0

    again = restart

    def reset(self) -> None:
        """Everything as it was at first."""
        self.at = self._first_at
        super().reset()

    def advance(self, steps: int) -> bool:
        """Go on by so many steps; False where there is nothing more to see."""
        self.at = min(MOST_STEPS, self.at + steps)
        return not self.done

    @property
    def pace(self) -> int:
        """Steps from one picture to the next: where little happens, more of them."""
        return 1 + self.at // 20

    @property
    def done(self) -> bool:
        """Whether nobody is under way any more."""
        return self.at >= MOST_STEPS or (self.at > 0 and not self._under_way())

    # The walks

    @property
    def valley(self) -> Valley:
        """What they walk in."""
        return Valley(self.settings["narrowness"], float(self.settings["turned"]))

    def settled(self) -> None:
        """Let all four walk from the start: at the rates that are set, or each at its best."""
        where = (self.valley, tuple(map(float, self.numbers["start"])), self.settings["momentum"])
        self.walks: dict[str, Walk] = {
            name: walk(name, float(rate), *where) if rate else best(name, *where)
            for name, rate in zip(WALKERS, self.numbers["rates"])
        }
        self.generation += 1  # earlier frames show other walks

    def _arrived(self, name: str) -> bool:
        """Whether this one has arrived by the step that is shown."""
        arrived = self.walks[name].arrived
        return arrived is not None and arrived <= self.at

    def _flown(self, name: str) -> bool:
        """Whether this one is flying off for good, and already further away than it started."""
        own = self.walks[name]
        return own.gone and own.away[self.at] > max(10.0, own.away[0])

    def _under_way(self) -> list[str]:
        return [name for name in WALKERS if not self._arrived(name) and not self._flown(name)]

    # What the stage shows

    @property
    def values(self) -> dict:
        """Where controls stand: the rate is that of the chosen one, or of who is first."""
        chosen = self.settings["walker"]
        if chosen == BEST:
            chosen = min(self.walks, key=lambda name: self.walks[name].arrived or MOST_STEPS + 1)
        return super().values | {"learning_rate": self.walks[chosen].learning_rate}

    @property
    def off(self) -> dict:
        if self.settings["walker"] != BEST:
            return {}
        return {"learning_rate": "each walks at its best rate: choose whose rate you set"}

    def recording(self, most: int):
        for frame in super().recording(most):
            yield frame | {"generation": 0}  # on a page no frame becomes invalid

    def scene(self) -> dict:
        told = self.control_scenes
        *others, table = self.PANELS
        table = table | {"controls": [told["walker"], told["learning_rate"]]}
        return super().scene() | {
            **self.in_sight("play", "narrowness", "turned",
                            more={"Momentum and Nesterov": ["momentum"],
                                  "From the beginning": ["restart", "reset"]}),
            "panels": [*others, table], "scrub": True,
        }  # fmt: skip

    def time(self) -> tuple[int, list[int]]:
        """The step that is looked at, and all of them."""
        return self.at, list(range(MOST_STEPS + 1))

    def panels(self) -> dict:
        return {"valley": self._valley(), "losses": self._losses(), "table": self._table()}

    def _valley(self) -> dict:
        """The loss as a heat map with contours, the paths so far, and the start to drag."""
        x0, x1, y0, y1 = WINDOW
        x, y = self.numbers["start"]
        lines, ends = self._contours(), {}
        for name, walker in WALKERS.items():
            path = self.walks[name].path[: self.at + 1]
            before, last = path[: max(1, self.at + 1 - LAST)], path[-LAST - 1 :]
            lines[:0] = [line(*before.T, walker.look["colour"], width=1, pale=True)]
            lines.append(line(*last.T, "surface", width=5))
            lines.append(line(*last.T, width=2.4, name=f"{walker.letter} {walker.name}",
                              **walker.look))  # fmt: skip
            u, v = path[-1]
            if self.at and x0 <= u <= x1 and y0 <= v <= y1:
                ends[name] = (u, v)
        dots = end_dots(ends, (x1 - x0, y1 - y0))
        near = NEAR * self._round
        lines.append(line(*near.T, "selected", width=1.2))
        narrowness = self.settings["narrowness"]
        return {
            "note": f"{narrowness:g} times as long as wide · drag the start",
            "window": list(WINDOW), "xlabel": "x", "ylabel": "y",
            "heat": self._heat(), "side": SIDE, "lines": lines,
            "dots": [*dots, dot(x, y, "selected", hand="start", hollow=True, size=8)],
            "words": f"Contours of the loss, and four paths from the start. {self.sentence}",
        }  # fmt: skip

    @property
    def _round(self) -> Array:
        """(181, 2) points on the unit circle."""
        return np.stack([np.cos(RINGS), np.sin(RINGS)], axis=1)

    def _contours(self) -> list[dict]:
        """Where the loss is the same: each contour is half as large as the next."""
        narrowness, directions = self.valley.narrowness, self.valley.directions
        biggest = 4 * narrowness
        sizes = [size for size in 0.5 * 2.0 ** np.arange(11) if size <= biggest]
        shape = self._round * [1, 1 / narrowness] @ directions
        return [line(*(size * shape).T, "frame", width=1, pale=True) for size in sizes]

    def _heat(self) -> bytes:
        """The logarithm of the loss, so pale that paths are seen on it."""
        x0, x1, y0, y1 = WINDOW
        x = x0 + (x1 - x0) * (np.arange(SIDE) + 0.5) / SIDE
        y = y1 - (y1 - y0) * (np.arange(SIDE) + 0.5) / SIDE
        loss = self.valley.loss(np.stack(np.meshgrid(x, y), axis=-1))
        highest = loss.max()
        return heat(0.4 * np.clip(1 + np.log(loss / highest + 1e-9) / np.log(1e4), 0, 1))

    def _losses(self) -> dict:
        """The loss of each after every step up to now, its letter where its line ends."""
        at, valley = self.at, self.valley
        span = next(span for span in SPANS if at <= span)
        steps, lines, ends = np.arange(at + 1), [], {}
        for name, walker in WALKERS.items():
            losses = np.clip(valley.loss(self.walks[name].path[: at + 1]), LOW, HIGH)
            lines.append(line(steps, losses, width=2, **walker.look))
            ends[name] = (at, losses[-1])
        heights = {name: (0, np.log10(loss)) for name, (_, loss) in ends.items()}
        dots = end_dots(ends, (1, np.log10(HIGH / LOW)), heights)
        return {"window": [0, 1.12 * span, LOW, HIGH], "logy": True, "xlabel": "step",
                "ylabel": "loss", "lines": lines, "dots": dots,
                "words": f"The loss of all four at every step. {self.sentence}"}  # fmt: skip

    def _table(self) -> dict:
        """Of each its rate, when it arrives, and how far it is now."""
        rows = []
        for (name, walker), rate in zip(WALKERS.items(), self.numbers["rates"]):
            own = self.walks[name]
            arrives = "flies off" if own.gone else f"> {MOST_STEPS}"
            if own.arrived is not None:
                arrives = f"step {own.arrived}"
            whose = " set" if rate else ""
            rows.append({"mark": "none", "name": f"{walker.letter} {walker.name}",
                         "texts": [f"{own.learning_rate:g}{whose}", arrives,
                                   self._away(name)]})  # fmt: skip
        heads = ["", "rate", "arrives", "away"]
        return {"heads": heads, "rows": rows,
                "note": f"arrived: within {NEAR:g}, to stay"}  # fmt: skip

    def _away(self, name: str) -> str:
        away = float(self.walks[name].away[self.at])
        return "gone" if self._flown(name) else f"{away:.2f}"

    @property
    def sentence(self) -> str:
        """Who has arrived and who has not, by the step that is shown."""
        here = f"step {self.at}: "
        if self.at == 0:
            return f"{here}all four stand at the start, {self._away('sgd')} from the bottom."
        parts = [part for part in (self._arrivals(), self._others()) if part]
        flown = [WALKERS[name].name for name in WALKERS if self._flown(name)]
        if flown:
            parts.append(f"{listed(flown)} flew off: too large a rate")
        return here + "; ".join(parts) + "."

    def _arrivals(self) -> str:
        """Who has arrived, in their order, and after how many steps."""
        there = sorted(filter(self._arrived, WALKERS), key=lambda name: self.walks[name].arrived)
        if not there:
            return ""
        words = [f"{WALKERS[name].name} ({self.walks[name].arrived})" for name in there]
        tied = len(there) > 1 and self.walks[there[0]].arrived == self.walks[there[1]].arrived
        return f"arrived: {listed(words)}" if tied else f"arrived: {', then '.join(words)}"

    def _others(self) -> str:
        """How far those are who are still under way."""
        far = [f"{WALKERS[name].name} {self._away(name)}" for name in self._under_way()]
        return f"still away: {listed(far)}" if far else ""

    # Exits

    def recipe(self) -> str:
        return json.dumps(json.loads(super().recipe()) | {"steps": self.at})

    @classmethod
    def from_recipe(cls, text: str) -> RavineDesk:
        desk = super().from_recipe(text)
        desk.at = desk._first_at = _checked_steps(read_recipe(text, cls.NAME).get("steps", 0))
        return desk

    def python(self) -> str:
        """The lines that compute what stands here."""
        valley, momentum = self.valley, self.settings["momentum"]
        made = []
        for name, walker in WALKERS.items():
            rate = f"{self.walks[name].learning_rate!r}"
            if name in ("momentum", "nesterov") and momentum != MOMENTA.value:
                rate += f", momentum={momentum!r}"
            made.append(f'    "{walker.name}": {walker.made_by}({rate}),')
        return program([
            f"along, across = np.radians({valley.turned!r} + np.array([0, 90]))",
            "R = np.array([[np.cos(along), np.sin(along)], [np.cos(across), np.sin(across)]])",
            f"H = R.T @ np.diag([1, {valley.narrowness!r}**2]) @ R"
            "  # the loss is theta @ H @ theta / 2",
            "walkers = {", *made, "}",
            "for name, optimizer in walkers.items():",
            f"    theta = np.array({self.numbers['start'].tolist()})",
            f"    for step in range({self.at}):",
            "        theta = optimizer.step(theta, theta @ H)",
            f'    print(f"{{name}}: {{np.linalg.norm(theta):.2f}} away after {self.at} steps")',
        ], [])  # fmt: skip


class Ravine(Stage):
    """Notebook 08: who is the first at the bottom of a long narrow valley, each at its best rate?

    `narrowness` is how many times as long as wide the valley is, `turned` the degrees by which it
    lies off the x-axis, `start` the place (x, y) from which plain steps, momentum, Nesterov and
    Adam walk, `steps` after how many of them they are shown. Each walks at its best rate, unless
    `rates` has another one for it: four numbers in that order, 0 for the best. `walker` is whose
    rate the slider sets, `momentum` the share of the velocity that stays. `hide` names controls and
    panels to leave out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> print(Ravine(narrowness=3).sentence)
    step 100: arrived: plain steps (20), then Nesterov (28), then momentum (55), then Adam (64).
    """

    MODEL = RavineDesk


def _checked_steps(steps) -> int:
    """`steps`, if it is a count of steps that are walked; ValueError otherwise."""
    if not is_whole(steps) or not 0 <= steps <= MOST_STEPS:
        raise ValueError(f"steps: {shown(steps)} given, expected a whole number to {MOST_STEPS}")
    return int(steps)
