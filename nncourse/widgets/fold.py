"""Notebook 02: what a layer of two units does to the plane: X W, then + b, then the activation."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.datasets import xor
from nnlib.notation import Array
from nncourse.widgets.base.controls import Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import array_part, dot, heat, line
from nncourse.widgets.base.stage import Stage

DATA = xor()
IS_CIRCLE = DATA.Y[:, 0] == 1
# A layer that was not chosen for XOR, and does not solve it.
FIRST_NUMBERS = {
    "X": DATA.X,
    "W": np.array([[1.2, -0.8], [0.8, 1.2]]),
    "b": np.array([[-1.5, 0.5]]),
}
GRID = np.linspace(-1, 2, 13)  # the x1 of the grid's upright lines, and the x2 of the others
FINE = np.linspace(-1, 2, 31)  # points on a line of the grid where it may be curved
STEPS = np.array([[0.0, 0], [1, 0], [0, 1]])  # the origin, a step along x1, a step along x2
SIDE = 48  # of the heat maps, in pixels
ROUNDING = 1e-9  # a smaller gap is none
WINDOW = 1.3  # the least distance from the origin to the edges of the window of the inputs
ROOM = 1.35  # how far the window of hidden space reaches, for points that reach as far as 1
EDGES = DATA.X[[0, 1, 3, 2, 0]]  # around the square of the four inputs
STAGES = ("x: not folded yet", "x W: turned, stretched", "x W + b: shifted", "f(x W + b): bent")


class Cut(NamedTuple):
    """The line on which `normal @ h` is `middle`; the nearest points are `margin` away from it."""

    normal: Array
    middle: float
    margin: float


def widest_cut(H: Array, is_circle: Array) -> Cut | None:
    """The line that parts circles and triangles with the widest margin; None if no line does.

    H (n, 2) are the points and is_circle (n,) says which are circles. Such a line is at right
    angles to the line through two points, one of each kind, or parallel to the line through two
    points of one kind. So it is enough to try both directions for every pair of points.

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
    normals = directions[lengths > ROUNDING] / lengths[lengths > ROUNDING, None]
    if not len(normals):
        return None
    heights = normals @ H.T  # (directions, n)
    low, high = heights[:, is_circle].min(axis=1), heights[:, ~is_circle].max(axis=1)
    best = np.argmax(low - high)
    gap = low[best] - high[best]
    if gap < ROUNDING:
        return None
    return Cut(normals[best], (low[best] + high[best]) / 2, gap / 2)


class FoldDesk(Desk):
    """The fold without its stage: four points X, a layer W and b, and how far it is applied.

    `t` is 0 for X, 1 for X W, 2 for X W + b and 3 for f(X W + b), and in between on the way.
    """

    NAME, TITLE = "fold", "Fold the plane"
    CONTROLS = by_name(
        Slider("t", "fold", 0, 3, 0.0, 0.05),
        Choice("activation", "activation f",
               {"tanh": "tanh", "logistic": "logistic", "relu": "relu",
                "leaky_relu": "leaky relu", "identity": "none (identity)"}, "tanh"),
    )  # fmt: skip
    BUTTONS = {"play": ("▶ Fold", "▶ Fold again"), "reset": "Same as at first"}
    HANDS = ("set", "change", "drag", "reset")
    TOUR = "t"
    REACH = 5.0
    pace = 0.05  # of t, each frame of a play

    def start_numbers(self) -> dict[str, Array]:
        return dict(FIRST_NUMBERS)

    def tour(self) -> list[float]:
        return np.linspace(0, 3, 31).round(2).tolist()

    # What is computed

    def folded(self, X: Array, t: float) -> Array:
        """Where the layer has taken the points X (..., 2) at `t`."""
        W, b = self.numbers["W"], self.numbers["b"][0]
        of_W, of_b, of_f = np.clip(t - np.arange(3), 0, 1)  # how much of each is applied
        Z = X @ (np.eye(2) + of_W * (W - np.eye(2))) + of_b * b
        return Z + of_f * (ACTIVATIONS[self.settings["activation"]].value(Z) - Z)

    def settled(self) -> None:
        self.H = self.folded(self.numbers["X"], self.settings["t"])
        self.cut = widest_cut(self.H, IS_CIRCLE)

    @property
    def done(self) -> bool:
        """Whether the whole layer is applied."""
        return self.settings["t"] >= 3

    def again(self) -> None:
        """Back to X."""
        self.set("t", 0.0)

    def advance(self, steps: float) -> bool:
        """Apply more of the layer; False at its end."""
        self.set("t", min(3.0, round(self.settings["t"] + steps, 6)))
        return not self.done

    # Hands

    def drag(self, panel: str, hand: str, x: float, y: float) -> None:
        """Move something to (x, y) in the panel "inputs".

        `hand` is a point ("point 0"), the tip of the arrow that is a column of W ("column 0"), or
        the line on which a unit's z is 0 ("line 0"), counted as the rows and columns of the arrays.
        """
        kind, _, number = hand.partition(" ") if isinstance(hand, str) else ("", "", "")
        places = {"point": 4, "column": 2, "line": 2}.get(kind, 0)
        if panel != "inputs" or number not in map(str, range(places)):
            raise ValueError(
                f"there is nothing called {str(hand)[:20]!r} to drag in {str(panel)[:20]!r}: there"
                " are point 0 to 3, column 0 and 1, and line 0 and 1 in 'inputs'"
            )
        to = np.array([_tidy(self._number(x)), _tidy(self._number(y))])
        k, name = int(number), {"point": "X", "column": "W", "line": "b"}[kind]
        numbers = self.numbers[name].copy()
        if kind == "point":
            numbers[k] = to
        elif kind == "column":
            numbers[:, k] = to
        else:  # z is 0 at `to`; the direction of the line is that of W, and stays
            shift = -float(to @ self.numbers["W"][:, k])
            numbers[0, k] = np.clip(_tidy(shift), -self.REACH, self.REACH)
        self.numbers[name] = numbers
        self.settled()

    # What the stage shows

    def scene(self) -> dict:
        picture = {"kind": "plane", "equal": True, "aspect": 1.08, "most": 380}
        panels = [
            {"id": "inputs", "title": "Inputs", "hands": True} | picture,
            {"id": "hidden_space", "title": "Hidden space"} | picture,
            {"id": "layer", "kind": "arrays", "title": "The layer",
             "note": "drag a number, a point, the tip of an arrow, or the dot on a dashed line",
             "help": "With the keyboard, n and p choose what is held in the plane, and arrow keys"
                     " move it."},
            {"id": "now", "kind": "arrays", "title": "The points now"},
        ]  # fmt: skip
        return super().scene() | {
            **self.in_sight("play", "t", "activation", "reset"),
            "panels": panels,
            "grid": {width: "inputs hidden_space / layer*3 now" for width in ("wide", "narrow")},
        }  # fmt: skip

    @property
    def values(self) -> dict:
        return super().values | {"play": "▶ Fold again" if self.done else "▶ Fold"}

    def panels(self) -> dict:
        parts = {name: array_part(name, values, digits=None, step=self.STEP)
                 for name, values in self.numbers.items()}  # fmt: skip
        return {
            "inputs": self._inputs(),
            "hidden_space": self._hidden_space(),
            "layer": {"rows": [[parts["X"], "@", parts["W"], "+", parts["b"]]]},
            "now": {"rows": [[array_part(self._axis, self.H)]]},
        }

    @property
    def _axis(self) -> str:
        """The letter for what the points are now."""
        t = self.settings["t"]
        return "x" if t == 0 else "z" if t <= 2 else "a"

    def _inputs(self) -> dict:
        """The plane of the inputs, with all that can be dragged."""
        W, b, X = (self.numbers[name] for name in "WbX")
        window = _window(X, W.T)
        reach = window[1]
        lines, arrows, dots = [self._grid(0), self._wire(0)], [], []
        for k, colour in enumerate(("text", "test")):
            w = W[:, k]
            arrows.append({"x0": 0, "y0": 0, "x1": w[0], "y1": w[1], "colour": colour})
            dots.append(dot(*w, colour, hollow=True, size=9, hand=f"column {k}",
                            text=f"column {k}"))  # fmt: skip
            if not w.any():
                continue  # z is the same everywhere
            foot, way = -b[0, k] * w / (w @ w), 4 * reach * _across(w) / np.hypot(*w)
            lines.append(line(*np.array([foot - way, foot + way]).T, colour, dash=[5, 4],
                              width=1.3))  # fmt: skip
            dots.append(dot(*foot, colour, size=5, hand=f"line {k}", text=f"z{k + 1} = 0"))
        dots += self._points(X, hand=True)  # last, so that they lie on top
        return {
            "window": window, "xlabel": "x1", "ylabel": "x2", "note": "arrows: the columns of W",
            "lines": lines, "arrows": arrows, "dots": _labelled(dots, reach),
            "words": f"The plane of the inputs. {self.sentence}",
            **self._sides(window, lambda X: self.folded(X, self.settings["t"])),
        }  # fmt: skip

    def _hidden_space(self) -> dict:
        """The same points and grid where the layer has taken them."""
        t = self.settings["t"]
        window = self._view(t)
        reach = (window[1] - window[0]) / 2
        coming = STAGES[int(np.ceil(t))].split(":")[0]
        return {
            "window": window, "xlabel": f"{self._axis}1", "ylabel": f"{self._axis}2",
            "note": STAGES[int(t)] if t % 1 == 0 else f"on the way to {coming}",
            "lines": [self._grid(t), self._wire(t), *self._cut_lines(window)],
            "arrows": self._rows_of_W(t),
            "dots": _labelled([*self._points(self.H), *self._row_names(t)], reach),
            "words": f"The same points and grid as the layer sends them on. {self.sentence}",
            **self._sides(window, lambda H: H),
        }  # fmt: skip

    def _points(self, H: Array, hand: bool = False) -> list[dict]:
        """The four points, circles and triangles, with their rows in X; `hand`: can be dragged."""
        marks = [("positive", "circle") if circle else ("negative", "triangle")
                 for circle in IS_CIRCLE]  # fmt: skip
        return [
            dot(x, y, colour, mark=mark, text=str(k), hand=f"point {k}" if hand else None)
            for k, ((x, y), (colour, mark)) in enumerate(zip(H, marks))
        ]

    def _grid(self, t: float) -> dict:
        """The square grid of the inputs where the layer has taken it at `t`: one line with gaps."""
        along = FINE if t > 2 else GRID[[0, -1]]  # up to X W + b lines stay straight
        across = np.stack(np.meshgrid(GRID, along, indexing="ij"), axis=-1)
        folded = self.folded(np.concatenate([across, across[..., ::-1]]), t)
        gaps = np.full((len(folded), 1, 2), np.nan)
        x, y = np.concatenate([folded, gaps], axis=1).reshape(-1, 2).T
        return line(x, y, "quiet", pale=True, width=1)

    def _wire(self, t: float) -> dict:
        """The square between the four inputs of XOR where the layer has taken it at `t`."""
        along = np.linspace(0, 1, 21)[:, None]
        sides = [start + along * (end - start) for start, end in zip(EDGES, EDGES[1:])]
        x, y = self.folded(np.concatenate(sides), t).T
        return line(x, y, "quiet", width=3)

    def _view(self, t: float) -> list[float]:
        """The square window of hidden space, which goes from one stage to the next with `t`."""
        first = min(int(t), 2)
        views = [_around(self.folded(np.vstack([self.numbers["X"], STEPS]), stage))
                 for stage in (first, first + 1)]  # fmt: skip
        (x, y, reach) = views[0] + (t - first) * (views[1] - views[0])
        return [x - reach, x + reach, y - reach, y + reach]

    def _rows_of_W(self, t: float) -> list[dict]:
        """Where a step along x1 and one along x2 have gone: at t = 1 these are the rows of W."""
        if t > 2:
            return []
        (x0, y0), *tips = self.folded(STEPS, t).tolist()
        return [{"x0": x0, "y0": y0, "x1": x, "y1": y, "colour": "quiet"} for x, y in tips]

    def _row_names(self, t: float) -> list[dict]:
        """What these arrows are called."""
        if not 0 < t <= 2:
            return []
        tips = self.folded(STEPS[1:], t)
        return [dot(*tip, "quiet", mark="none", text=f"row {k}")
                for k, tip in enumerate(tips)]  # fmt: skip

    def _cut_lines(self, window: list) -> list[dict]:
        """The cut, and its margin to both sides."""
        if self.cut is None:
            return []
        normal, middle, margin = self.cut
        centre = np.array([window[0] + window[1], window[2] + window[3]]) / 2
        way = 4 * (window[1] - window[0]) * _across(normal)
        foot = centre - (centre @ normal) * normal  # the place of the line nearest to the centre
        lines = []
        for aside in (0, -margin, margin):
            ends = foot + normal * (middle + aside) + np.array([-way, way])
            look = {"width": 1.2, "dash": [3, 4], "pale": True} if aside else {"width": 3}
            lines.append(line(*ends.T, "selected", **look))
        return lines

    def _sides(self, window: list, hidden) -> dict:
        """A heat map of the side of the cut on which each place of the window lies.

        `hidden` gives the places H (..., 2) in hidden space of those in the window.
        """
        if self.cut is None:
            return {}
        x0, x1, y0, y1 = window
        step = (x1 - x0) / SIDE
        x, y = x0 + step * (np.arange(SIDE) + 0.5), y1 - step * (np.arange(SIDE) + 0.5)
        H = hidden(np.stack(np.meshgrid(x, y), axis=-1))
        side = np.tanh((H @ self.cut.normal - self.cut.middle) / max(self.cut.margin, 0.05))
        return {"heat": heat(0.35 * side), "side": SIDE}

    @property
    def sentence(self) -> str:
        t, f = self.settings["t"], self.settings["activation"]
        where = STAGES[int(t)] if t % 1 == 0 else f"On the way to {STAGES[int(t) + 1]}"
        if t > 2:
            where += f" by {f}" if f != "identity" else " by nothing, as f is the identity"
        if self.cut is None:
            answer = "No: no line has all circles on one side and all triangles on the other."
        else:
            spare = f"{self.cut.margin:.2f}" if self.cut.margin >= 0.005 else "less than 0.01"
            answer = f"Yes, with {spare} to spare on either side."
        return f"{where}. Can one line part them now? {answer}"

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
            f'f = ACTIVATIONS["{self.settings["activation"]}"].value',
            f"turn, shift, bend = {turn}, {shift}, {bend}  # how much of each is done",
            "",
            "Z = X @ (np.eye(2) + turn * (W - np.eye(2))) + shift * b",
            "print((Z + bend * (f(Z) - Z)).round(2))",
            "",
        ])  # fmt: skip


class FoldThePlane(Stage):
    """Notebook 02: the plane of the inputs, and where a layer of two units takes it.

    `X` (4, 2) are the points, circles where XOR is 1; `W` (2, 2) and `b` (1, 2) the layer. `t` says
    how much of the layer is applied, from 0 (X) over 1 (X W) and 2 (X W + b) to 3 (f(X W + b)), and
    `activation` names f. `hide` names controls and panels to leave out for a lesson; `recipe` is
    what the button Recipe gave.

    Raises ValueError for numbers, settings or a recipe that it cannot use, and says which.

    >>> FoldThePlane(t=2).sentence.split("? ")[1]
    'No: no line has all circles on one side and all triangles on the other.'
    >>> FoldThePlane(W=[[1, -1], [1, -1]], b=[[-0.5, 1.5]], t=3).sentence.split("? ")[1]
    'Yes, with 0.17 to spare on either side.'
    """

    MODEL = FoldDesk


def _tidy(value: float) -> float:
    """To the nearest twentieth, so that a point can be dragged back to where it was."""
    return round(value * 20) / 20


def _across(direction: Array) -> Array:
    """The same direction (2,), turned by a right angle."""
    return np.array([-direction[1], direction[0]])


def _labelled(dots: list[dict], reach: float) -> list[dict]:
    """The same dots; of those on (almost) one spot, the first has the names of all."""
    for k, one in enumerate(dots):
        for other in dots[:k]:
            distance = np.hypot(one["x"] - other["x"], one["y"] - other["y"])
            if other.get("text") and one.get("text") and distance < 0.06 * reach:
                other["text"], one["text"] = f"{other['text']}, {one['text']}", None
    return dots


def _window(*places: Array) -> list[float]:
    """A square window around the origin with room for these (n, 2), in steps of a half."""
    farthest = max(np.abs(H).max() for H in places)
    reach = max(WINDOW, float(np.ceil(farthest * 2.4) / 2))
    return [-reach, reach, -reach, reach]


def _around(H: Array) -> Array:
    """The middle of these places (n, 2) and how far a window around it reaches, in quarters."""
    low, high = H.min(axis=0), H.max(axis=0)
    x, y = np.round((low + high) * 2) / 4
    reach = np.ceil(max(0.5, (high - low).max() / 2) * ROOM * 4) / 4
    return np.array([x, y, reach])
