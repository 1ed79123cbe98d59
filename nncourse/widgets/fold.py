"""Notebook 02: a layer turns, stretches and shifts the plane, then bends it, before your eyes."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from nncourse.widgets.base.controls import Choice, Slider, button
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import array_part, heat, line
from nncourse.widgets.base.stage import Stage
from nnlib.activations import ACTIVATIONS
from nnlib.datasets import xor
from nnlib.notation import Array

DATA = xor()
IS_CIRCLE = DATA.Y[:, 0] == 1
# A layer that has nothing to do with XOR.
ANY_LAYER = {
    "X": DATA.X,
    "W": np.array([[1.2, -0.8], [0.8, 1.2]]),
    "b": np.array([[-1.5, 0.5]]),
}
GRID = np.linspace(-1, 2, 13)  # where the lines of the grid run, and how far
FINE = np.linspace(-1, 2, 31)
STEPS = np.array([[0.0, 0], [1, 0], [0, 1]])  # from nowhere, along x1 and along x2
SIDE = 48  # of the maps behind the points
PARTED = 1e-9  # a gap below this is rounding
STAGES = ("x: not folded yet", "x W: turned, stretched", "x W + b: shifted", "f(x W + b): bent")


class Cut(NamedTuple):
    """A straight line: on it `normal @ h` is `middle`; no point is nearer to it than `margin`."""

    normal: Array
    middle: float
    margin: float


def widest_cut(H: Array, is_circle: Array) -> Cut | None:
    """The line with all circles on one side, at the widest margin, or None: there is no such line.

    H (n, 2) are points. The widest gap between two groups is measured between two points, or
    between a point and the edge joining two others: so looking straight at each pair of points,
    and straight along each, is looking in every direction that matters.

    >>> square = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    >>> widest_cut(square, np.array([False, True, True, False]))
    >>> widest_cut(square, np.array([False, True, False, True])).margin.item()
    0.5
    """
    pairs = list(combinations(range(len(H)), 2))
    along = np.array([H[j] - H[i] for i, j in pairs])
    across = along[:, ::-1] * [1, -1]
    directions = np.concatenate([along, -along, across, -across])
    lengths = np.linalg.norm(directions, axis=1)
    normals = directions[lengths > PARTED] / lengths[lengths > PARTED, None]
    if not len(normals):
        return None
    heights = normals @ H.T
    low, high = heights[:, is_circle].min(axis=1), heights[:, ~is_circle].max(axis=1)
    best = np.argmax(low - high)
    gap = low[best] - high[best]
    if gap < PARTED:
        return None
    return Cut(normals[best], (low[best] + high[best]) / 2, gap / 2)


class FoldDesk(Desk):
    """The fold without its stage: four points, a layer of two units, and how far it has got."""

    NAME = "fold"
    CONTROLS = {
        control.name: control
        for control in [
            Slider("t", "fold", 0, 3, 0.0, 0.05),
            Choice("bend", "bend f", {"tanh": "tanh", "logistic": "logistic", "relu": "relu",
                                      "leaky_relu": "leaky relu",
                                      "identity": "none (identity)"}, "tanh"),
        ]
    }  # fmt: skip
    HANDS = ("set", "change", "drag", "reset")
    TOUR = "t"
    REACH = 5.0
    pace = 0.05  # of a stage, each frame of a play

    def __init__(self, *, X=None, W=None, b=None, **settings):
        super().__init__(**settings)
        self.begin_with(X=X, W=W, b=b)

    def start_numbers(self) -> dict[str, Array]:
        return dict(ANY_LAYER)

    def tour(self) -> list[float]:
        return np.linspace(0, 3, 31).round(2).tolist()

    # What follows

    def folded(self, X: Array, t: float) -> Array:
        """Where points X (..., 2) are at stage t: 0 is x, 1 is x W, 2 is x W + b, 3 is f of it."""
        W, b = self.numbers["W"], self.numbers["b"][0]
        turn, shift, bend = np.clip(t - np.arange(3), 0, 1)
        Z = X @ (np.eye(2) + turn * (W - np.eye(2))) + shift * b
        return Z + bend * (ACTIVATIONS[self.settings["bend"]].value(Z) - Z)

    def settled(self) -> None:
        self.H = self.folded(self.numbers["X"], self.settings["t"])
        self.cut = widest_cut(self.H, IS_CIRCLE)

    @property
    def done(self) -> bool:
        """Whether the plane is folded to the end."""
        return self.settings["t"] >= 3

    def again(self) -> None:
        """Flat again."""
        self.set("t", 0.0)

    def advance(self, steps: float) -> bool:
        """Fold on by so much of a stage; False at the end."""
        self.set("t", min(3.0, round(self.settings["t"] + steps, 6)))
        return not self.done

    # Hands

    def drag(self, panel: str, hand: str, x: float, y: float) -> None:
        """Take a point ("point 1"), the tip of a column of W ("column 1"), or the line on which a
        unit's z is 0 ("line 1") to (x, y) in the plane of the inputs."""
        kind, _, number = hand.partition(" ") if isinstance(hand, str) else ("", "", "")
        places = {"point": 4, "column": 2, "line": 2}.get(kind, 0)
        if panel != "inputs" or number not in map(str, range(1, places + 1)):
            raise ValueError(
                f"there is nothing called {str(hand)[:20]!r} to drag in {str(panel)[:20]!r}: there"
                " are point 1 to 4, column 1 and 2, and line 1 and 2 in 'inputs'"
            )
        to = np.array([_tidy(self._number(x)), _tidy(self._number(y))])
        k, name = int(number) - 1, {"point": "X", "column": "W", "line": "b"}[kind]
        numbers = self.numbers[name].copy()
        if kind == "point":
            numbers[k] = to
        elif kind == "column":
            numbers[:, k] = to
        else:  # the line of unit k through `to`, at right angles to its column as before
            shift = -float(to @ self.numbers["W"][:, k])
            numbers[0, k] = np.clip(_tidy(shift), -self.REACH, self.REACH)
        self.numbers[name] = numbers
        self.settled()

    # What the stage shows

    def scene(self) -> dict:
        controls = {name: control.scene() for name, control in self.CONTROLS.items()}
        return {
            "name": "fold",
            "title": "Fold the plane",
            "first": [button("play", "▶ Fold", main=True), controls["t"], controls["bend"],
                      button("reset", "Same as at first")],
            "more": [],
            "columns": [[1, [
                {"id": "inputs", "kind": "plane", "title": "Inputs", "hands": True, "equal": True,
                 "aspect": 1.1, "share": 0.5, "narrow": 0.5},
                {"id": "hidden_space", "kind": "plane", "title": "Hidden space", "equal": True,
                 "aspect": 1.1, "share": 0.5, "narrow": 0.5},
                {"id": "layer", "kind": "arrays", "title": "The layer", "share": 0.54, "narrow": 1,
                 "help": "Drag the points, the tips of the arrows, the dots on the dashed lines, or"
                         " the underlined numbers. With the keyboard, n and p choose what is held"
                         " in the plane, and arrow keys move it."},
                {"id": "now", "kind": "arrays", "title": "The points now", "share": 0.18,
                 "narrow": 0.4},
                {"id": "answer", "kind": "text", "title": "Can one line part them now?",
                 "share": 0.28, "narrow": 0.6},
            ]]],
            "exits": [["python", "Copy as Python"], ["recipe", "Recipe"]],
            "scrub": False, "lines": 2,
        }  # fmt: skip

    @property
    def values(self) -> dict:
        return super().values | {"play": "▶ Fold again" if self.done else "▶ Fold"}

    def panels(self) -> dict:
        t = self.settings["t"]
        numbers = {name: array_part(name, values, step=self.STEP)
                   for name, values in self.numbers.items()}  # fmt: skip
        axis = "x" if t == 0 else "z" if t <= 2 else "a"
        reach = _reach(1.3, *(self.folded(self.numbers["X"], stage) for stage in (0, 1, 2)))
        window, coming = [-reach, reach, -reach, reach], STAGES[int(np.ceil(t))]
        return {
            "inputs": self._inputs(),
            "hidden_space": {
                "window": window, "xlabel": f"{axis}1", "ylabel": f"{axis}2",
                "note": STAGES[int(t)] if t % 1 == 0 else f"on the way to {coming.split(':')[0]}",
                "words": f"The same points and grid as the layer sends them on. {self.sentence}",
                **self._sides(window, lambda H: H),
                "lines": [self._grid(t), *self._lines(reach)],
                "arrows": self._images(t),
                "dots": _labelled([*self._dots(self.H), *self._rows(t)], reach),
            },
            "layer": {"rows": [[numbers["X"], "@", numbers["W"], "+", numbers["b"]]]},
            "now": {"rows": [[array_part(axis, self.H)]]},
            "answer": {"text": self._answer()},
        }  # fmt: skip

    def _inputs(self) -> dict:
        """The plane of the inputs, and what hands can take hold of in it."""
        W, b, X = (self.numbers[name] for name in "WbX")
        reach = _reach(1.3, X, W.T)
        window = [-reach, reach, -reach, reach]
        lines, arrows, dots = [self._grid(0)], [], []
        for k, colour in enumerate(("text", "test")):
            w = W[:, k]
            arrows.append({"x0": 0, "y0": 0, "x1": w[0], "y1": w[1], "colour": colour})
            dots.append({"x": w[0], "y": w[1], "colour": colour, "hollow": True, "size": 9,
                         "hand": f"column {k + 1}", "text": f"w{k + 1}"})  # fmt: skip
            if not w.any():
                continue  # a unit without weights has no such line
            foot, way = -b[0, k] * w / (w @ w), 4 * reach * np.array([-w[1], w[0]]) / np.hypot(*w)
            ends = np.array([foot - way, foot + way])
            lines.append(line(*ends.T, colour, dash=[5, 4], width=1.3))
            dots.append({"x": foot[0], "y": foot[1], "colour": colour, "size": 5,
                         "hand": f"line {k + 1}", "text": f"z{k + 1} = 0"})  # fmt: skip
        dots += self._dots(X, hand=True)  # last, so that they lie on top
        sides = self._sides(window, lambda X: self.folded(X, self.settings["t"]))
        return {"window": window, "xlabel": "x1", "ylabel": "x2", "lines": lines,
                "arrows": arrows, "dots": _labelled(dots, reach), **sides,
                "note": "arrows: the columns of W",
                "words": f"The plane of the inputs. {self.sentence}"}  # fmt: skip

    def _dots(self, H: Array, hand: bool = False) -> list[dict]:
        """The four points, circles and triangles, with their numbers; `hand`: can be dragged."""
        dots = []
        for k, (x, y) in enumerate(H.tolist()):
            dots.append({"x": x, "y": y, "colour": "positive" if IS_CIRCLE[k] else "negative",
                         "mark": "circle" if IS_CIRCLE[k] else "triangle", "text": str(k + 1),
                         "hand": f"point {k + 1}" if hand else None})  # fmt: skip
        return dots

    def _grid(self, t: float) -> dict:
        """What was a square grid in the plane of the inputs, as one line with gaps, at stage t."""
        along = FINE if t > 2 else GRID[[0, -1]]  # before the bend, lines are straight
        across = np.stack(np.meshgrid(GRID, along, indexing="ij"), axis=-1)
        folded = self.folded(np.concatenate([across, across[..., ::-1]]), t)
        gaps = np.full((len(folded), 1, 2), np.nan)
        x, y = np.concatenate([folded, gaps], axis=1).reshape(-1, 2).T
        return line(x, y, "quiet", pale=True, width=0.8)

    def _images(self, t: float) -> list[dict]:
        """Where a step along x1 and one along x2 have gone: at t = 1 these are the rows of W."""
        if t > 2:
            return []
        (x0, y0), *tips = self.folded(STEPS, t).tolist()
        return [{"x0": x0, "y0": y0, "x1": x, "y1": y, "colour": "quiet"} for x, y in tips]

    def _rows(self, t: float) -> list[dict]:
        """What these arrows are called."""
        if not 0 < t <= 2:
            return []
        tips = self.folded(STEPS[1:], t).tolist()
        return [{"x": x, "y": y, "colour": "quiet", "mark": "none", "text": f"row {k} of W"}
                for k, (x, y) in enumerate(tips, start=1)]  # fmt: skip

    def _lines(self, reach: float) -> list[dict]:
        """The cut with the widest margin, and its margins."""
        if self.cut is None:
            return []
        normal, middle, margin = self.cut
        way = 4 * reach * np.array([-normal[1], normal[0]])
        drawn = []
        for aside in (0, -margin, margin):
            ends = np.array([normal * (middle + aside) - way, normal * (middle + aside) + way])
            drawn.append(line(*ends.T, "selected", width=1.2, dash=[3, 4], pale=True) if aside
                         else line(*ends.T, "selected", width=3))  # fmt: skip
        return drawn

    def _sides(self, window: list, place) -> dict:
        """A map of which side of the cut each place of the window falls on."""
        if self.cut is None:
            return {}
        x0, x1, y0, y1 = window
        step = (x1 - x0) / SIDE
        x, y = x0 + step * (np.arange(SIDE) + 0.5), y1 - step * (np.arange(SIDE) + 0.5)
        H = place(np.stack(np.meshgrid(x, y), axis=-1))
        side = np.tanh((H @ self.cut.normal - self.cut.middle) / max(self.cut.margin, 0.05))
        return {"heat": heat(0.35 * side), "side": SIDE}

    def _answer(self) -> str:
        if self.cut is None:
            return "No: no line has all circles on one side and all triangles on the other."
        spare = f"{self.cut.margin:.2f}" if self.cut.margin >= 0.005 else "less than 0.01"
        return f"Yes, with {spare} to spare on either side."

    @property
    def sentence(self) -> str:
        t, bend = self.settings["t"], self.settings["bend"]
        where = STAGES[int(t)] if t % 1 == 0 else f"On the way to {STAGES[int(t) + 1]}"
        if t > 2:
            where += f" by {bend}" if bend != "identity" else " by nothing, as f is the identity"
        return f"{where}. Can one line part them now? {self._answer()}"

    def python(self) -> str:
        """The lines that put the points where they are now, and print where that is."""
        t, numbers = self.settings["t"], self.numbers
        turn, shift, bend = np.clip(t - np.arange(3), 0, 1).round(6).tolist()
        return "\n".join([
            "import numpy as np",
            "",
            "from nnlib import ACTIVATIONS",
            "",
            *(f"{name} = np.array({numbers[name].tolist()})" for name in "XWb"),
            f'f = ACTIVATIONS["{self.settings["bend"]}"].value',
            f"turn, shift, bend = {turn}, {shift}, {bend}  # how much of each is done",
            "",
            "Z = X @ (np.eye(2) + turn * (W - np.eye(2))) + shift * b",
            "print((Z + bend * (f(Z) - Z)).round(2))",
            "",
        ])  # fmt: skip


class FoldThePlane(Stage):
    """Notebook 02: the plane of the inputs, and the same plane as a layer of two units sees it.

    `X` (4, 2) are the points, circles where XOR is 1; `W` (2, 2) and `b` (1, 2) the layer.
    Further settings are the positions of the controls: `t`, from 0 (x) over 1 (x W) and 2
    (x W + b) to 3 (bent), and `bend`. `hide` names controls and panels to leave out for a lesson;
    `recipe` is what the button Recipe gave.

    Raises ValueError for numbers, settings or a recipe that it cannot use, and says which.

    >>> FoldThePlane(t=2).sentence.split("? ")[1]
    'No: no line has all circles on one side and all triangles on the other.'
    >>> FoldThePlane(W=[[1, -1], [1, -1]], b=[[-0.5, 1.5]], t=3).sentence.split("? ")[1]
    'Yes, with 0.17 to spare on either side.'
    """

    MODEL = FoldDesk


def _tidy(value: float) -> float:
    """To the nearest twentieth, so that a hand can put a point back where it was."""
    return round(value * 20) / 20


def _labelled(dots: list[dict], reach: float) -> list[dict]:
    """The same dots, with what stands (almost) on one spot named together."""
    for k, dot in enumerate(dots):
        for other in dots[:k]:
            far = np.hypot(dot["x"] - other["x"], dot["y"] - other["y"])
            if other.get("text") and dot.get("text") and far < 0.06 * reach:
                other["text"], dot["text"] = f"{other['text']}, {dot['text']}", None
    return dots


def _reach(least: float, *points: Array) -> float:
    """How far a window has to go for these, in halves, so that it seldom changes."""
    far = max(np.abs(H).max() for H in points)
    return max(least, float(np.ceil(far * 2.4) / 2))
