"""Notebook 02: a 2-3-1 network as a drawing and as X W + b; every number can be changed."""

from __future__ import annotations

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.datasets import xor
from nnlib.network import Network
from nnlib.notation import Array
from nncourse.widgets.base.controls import Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import array_part, fewest, links, series
from nncourse.widgets.base.stage import Stage
from nncourse.words import called

SIZES = (2, 3, 1)
# OR, NAND, and a third hidden unit that changes nothing, since its weight in W2 is 0; then AND.
FIRST_NUMBERS = {
    "X": xor().X,
    "W1": np.array([[1.0, -1.0, 0.5], [1.0, -1.0, 2.0]]),
    "b1": np.array([[-0.5, 1.5, 1.0]]),
    "W2": np.array([[1.0], [1.0], [0.0]]),
    "b2": np.array([[-1.5]]),
}
IN_THETA = ("W1", "b1", "W2", "b2")
ROWS = {"W1": 2, "b1": 1, "W2": 3, "b2": 1}  # the other arrays have a row for each sample
COLUMNS = {"X": 2, "W1": 3, "b1": 3, "Z1": 3, "A1": 3, "W2": 1, "b2": 1, "Z2": 1, "A2": 1}
FEEDS = {"Z1": ("X", "W1", "b1"), "Z2": ("A1", "W2", "b2")}  # what each Z is made of


def _look(name: str, row: int, column: int) -> str:
    """The setting `look` for a number, in numpy's notation, without its row of the batch."""
    return f"{name}[{row if name in ROWS else ':'}, {column}]"


LOOKS = {
    _look(name, row, column): (name, row, column)
    for name, columns in COLUMNS.items()
    for row in range(ROWS.get(name, 1))
    for column in range(columns)
}


class SpreadsheetDesk(Desk):
    """The spreadsheet network without its stage: X, W1, b1, W2, b2, and what they make.

    One `row` of the batch is followed: the network is drawn for it. One number is looked at
    (`look`): those that it is made of, or goes into, are lit. It is in the row that is followed,
    unless the mouse or the focus is on a number of another row (`pointed`), and only as long as it
    is there.
    """

    NAME, TITLE = "spreadsheet", "Spreadsheet network"
    CONTROLS = by_name(
        Choice("batch", "batch", {4: "four samples", 1: "one sample"}, 4),
        Slider("row", "row followed", 0, 3, 1, whole=True),
        Choice("hidden", "hidden activation", {name: called(name) for name in ACTIVATIONS}, "step"),
        Choice("output", "output activation",
               {name: name for name in ("identity", "step", "logistic", "tanh")}, "step"),
        Choice("layers", "layers shown", {1: "the first", 2: "both"}, 2),
        Choice("look", "number looked at", {look: look for look in LOOKS}, "Z1[:, 2]"),
    )  # fmt: skip
    BUTTONS = {"reset": "Same as at first"}
    HANDS = ("set", "change", "point", "weight", "reset")
    TOUR = "row"

    def __init__(self, **settings):
        self.pointed = None
        super().__init__(**_with_row(settings))

    @classmethod
    def only_controls(cls, start: dict) -> dict:
        """The beginning of a recipe; older ones count samples from 1."""
        return super().only_controls(_with_row(start))

    def start_numbers(self) -> dict[str, Array]:
        return dict(FIRST_NUMBERS)

    def tour(self) -> list[int]:
        return [0, 1, 2, 3]

    # What is computed

    def settled(self) -> None:
        """Send the batch through the network."""
        self.net = Network(SIZES, hidden=self.settings["hidden"], output=self.settings["output"])
        self.theta = np.concatenate([self.numbers[name].ravel() for name in IN_THETA])
        trace = self.net.forward(self.theta, self.X)
        self.activations = trace.A
        (Z1, Z2), (_, A1, A2) = trace.Z, trace.A
        self.shown = self.numbers | {"X": self.X, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

    @property
    def X(self) -> Array:
        """The batch: all four samples, or the one that is followed."""
        rows = self.numbers["X"]
        return rows if self.settings["batch"] == 4 else rows[self._first : self._first + 1]

    @property
    def _first(self) -> int:
        """Which of the four samples is in the first row of the batch."""
        return 0 if self.settings["batch"] == 4 else self.settings["row"]

    @property
    def followed(self) -> int:
        """The row of the batch that is followed."""
        return self.settings["row"] - self._first

    @property
    def row(self) -> int:
        """The row of the batch that holds the number looked at."""
        return self.followed if self.pointed is None else self.pointed

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control. To choose a row is to look at it."""
        before, self.pointed = self.pointed, None
        try:
            super().set(name, value)
        except ValueError:
            self.pointed = before
            raise

    def change(self, name: str, place: int, value: float) -> None:
        """Put another number in an array, at a place counted row by row as it is shown."""
        if name == "X" and type(place) is int and 0 <= place < self.X.size:
            place += 2 * self._first
        super().change(name, place, value)

    def weight(self, index: int, value: float) -> None:
        """Put another number at this place of theta."""
        name, place = self._of_theta(index)
        self.change(name, place, value)

    def point(self, *what) -> None:
        """Look at a number.

        `what` is ("Z1", 5) for number 5 of Z1, row by row; ("network", "weight", 2) for a number of
        theta and ("network", "unit", layer, unit) for an activation of the drawing. With nothing
        given, it is the same number in the row that is followed.
        """
        if not what:
            self.pointed = None
            return
        if what[:2] == ("network", "weight") and len(what) == 3:
            name, place = self._of_theta(what[2])
        elif what[:2] == ("network", "unit") and len(what) == 4 and what[2] in (0, 1, 2):
            name = ("X", "A1", "A2")[what[2]]
            place = self.followed * COLUMNS[name] + _checked_place(what[3], COLUMNS[name])
        elif len(what) == 2 and what[0] in COLUMNS:
            name, place = what[0], _checked_place(what[1], self.shown[what[0]].size)
        else:
            raise ValueError(f"there is no number {str(what)[:40]} to look at: the arrays are"
                             f" {', '.join(COLUMNS)}")  # fmt: skip
        row, column = divmod(place, COLUMNS[name])
        self.settings = self.settings | {"look": _look(name, row, column)}
        self.pointed = None if name in ROWS else row

    def reset(self) -> None:
        self.pointed = None
        super().reset()

    def _of_theta(self, index: int) -> tuple[str, int]:
        """The array that holds number `index` of theta, and its place there."""
        place = _checked_place(index, self.theta.size)
        for name in IN_THETA:
            if place < self.numbers[name].size:
                break
            place -= self.numbers[name].size
        return name, place

    # What the stage shows

    def scene(self) -> dict:
        panels = [
            {"id": "network", "kind": "network", "title": "The network", "aspect": 0.95,
             "most": 330, "points": True,
             "help": "Blue is positive, dashed orange negative, width is size. Click a line or a"
                     " unit to type its weight or bias."},
            {"id": "hidden_layer", "kind": "arrays", "title": "Hidden layer", "points": True},
            {"id": "output_layer", "kind": "arrays", "title": "Output", "points": True,
             "help": "Drag an underlined number sideways, press the arrows up and down on it, or"
                     " type. Point at any number to see what it is made of, or where it goes."},
        ]  # fmt: skip
        return super().scene() | {
            **self.in_sight("row", "batch", "hidden", "output", "reset"),
            "panels": panels,
            "grid": {"wide": "network hidden_layer*2 / network output_layer*2",
                     "narrow": "network hidden_layer*2.3 / network output_layer*2.3"},
        }  # fmt: skip

    @property
    def hidden(self) -> list[str]:
        return ["output"] if self.settings["layers"] == 1 else []

    def panels(self) -> dict:
        lit, f, g = self._lit(), self.settings["hidden"], self.settings["output"]
        parts = {
            name: array_part(name, self.shown[name], digits=None, **lit.get(name, {}),
                             step=self.STEP if name in self.numbers else None,
                             row=None if name in ROWS else self.followed)
            for name in COLUMNS
        }  # fmt: skip
        panels = {
            "network": self._network(),
            "hidden_layer": {
                "note": f"Z1 = X @ W1 + b1, then A1 = {f}(Z1)",
                "rows": [[parts["X"], "@", parts["W1"], "+", parts["b1"]],
                         ["=", parts["Z1"], f"{f}(Z1) =", parts["A1"]]],
            },
            "output_layer": {
                "note": f"Z2 = A1 @ W2 + b2, then A2 = {g}(Z2)",
                "rows": [["A1 @", parts["W2"], "+", parts["b2"], "=", parts["Z2"],
                          f"{g}(Z2) =", parts["A2"]]],
            },
        }  # fmt: skip
        if self.settings["layers"] == 1:
            panels |= {"network": None, "output_layer": None}
        return panels

    def _network(self) -> dict:
        """The network as a drawing, with the activations of the row that is followed."""
        s, names = self.followed, ("X", "A1", "A2")
        texts = [text for A in self.activations
                 for text in np.reshape(fewest(A), A.shape)[s].tolist()]  # fmt: skip
        units = [[f"{name}[{s}, {j}]" for j in range(n)] for name, n in zip(names, SIZES)]
        return {
            "sizes": list(SIZES), "names": units, "weights": series(self.theta),
            "links": links(self.net), "texts": texts, "lit": self._lit_in_network(),
            "note": f"row {s}",
            "words": f"The network as a drawing. {self.sentence}",
        }  # fmt: skip

    def _lit(self) -> dict:
        """What is lit in each array, by its name.

        {"made": place} is the number that is looked at, {"lit": places} are those that it is made
        of or goes into.
        """
        name, i, j = LOOKS[self.settings["look"]]
        s, rows = self.row, range(len(self.X))
        lit = {name: {"made": (i if name in ROWS else s) * COLUMNS[name] + j}}

        def light(other: str, rows, columns) -> None:
            lit[other] = {"lit": [r * COLUMNS[other] + c for r in rows for c in columns]}

        if name in FEEDS:  # made of a row, a column and a bias
            before, W, b = FEEDS[name]
            light(before, [s], range(COLUMNS[before]))
            light(W, range(COLUMNS[before]), [j])
            light(b, [0], [j])
        elif name in ("A1", "A2"):
            light("Z" + name[1], [s], [j])
        elif name == "X":
            light("W1", [j], range(3))
            light("Z1", [s], range(3))
        else:  # a weight or a bias goes into one column, in every row
            light("Z" + name[1], rows, [j])
            if name[0] == "W":
                light("X" if name == "W1" else "A1", rows, [i])
        return lit

    def _lit_in_network(self) -> dict:
        """Which units of the drawing are lit, and which lines, by their place in theta."""
        name, i, j = LOOKS[self.settings["look"]]
        (W1, _), (W2, _) = self.net.layers(np.arange(self.theta.size))
        if name == "X":
            return {"units": [j], "edges": W1[j].tolist()}
        W, first, last = (W1, 0, 2) if name[1] == "1" else (W2, 2, 5)  # units of both its ends
        if name[0] == "W":
            return {"units": [first + i, last + j], "edges": [W[i, j].item()]}
        return {"units": [last + j], "edges": [] if name[0] == "b" else W[:, j].tolist()}

    @property
    def sentence(self) -> str:
        name, i, j = LOOKS[self.settings["look"]]
        s, A2 = self.row, self.activations[-1]
        place = f"{name}[{i if name in ROWS else s}, {j}]"
        x = ", ".join(fewest(self.X[s]))
        answer = f" Row {s} of X, ({x.replace('+', '')}), comes out as {_plain(A2, s, 0)}."
        both = self.settings["layers"] == 2
        return f"{place}: {self._about(name, i, j)}.{answer if both else ''}"

    def _about(self, name: str, i: int, j: int) -> str:
        """What this number is made of, or where it goes."""
        s = self.row
        if name == "X":
            return f"it meets row {j} of W1, and goes into all of row {s} of Z1"
        if name == "W1":
            return f"it meets column {i} of X, and goes into column {j} of Z1 and no other"
        if name == "W2":
            return f"it meets column {i} of A1, and goes into Z2"
        if name[0] == "b":
            return f"it is added in every row of column {j} of Z{name[1]}"
        if name[0] == "A":
            f = self.settings["hidden" if name == "A1" else "output"]
            z, a = (_plain(self.shown[letter + name[1]], s, j) for letter in "ZA")
            return f"{f}({z}) = {a}"
        return self._sum(name, j)

    def _sum(self, name: str, j: int) -> str:
        """The sum that makes Z1 or Z2 of the sample that is drawn, in column j, written out.

        It has an equals sign only where the numbers as they are shown add up.
        """
        before, W, b = (self.shown[part] for part in FEEDS[name])
        s, places = self.row, range(before.shape[1])
        products = [f"{_plain(before, s, i)} × {_bracketed(_plain(W, i, j))}" for i in places]
        a, w, bias, z = before[s], W[:, j], b[0, j], self.shown[name][s, j]
        as_shown = np.round(a, 2) @ np.round(w, 2) + np.round(bias, 2)
        equals = "=" if abs(as_shown - np.round(z, 2)) < 1e-9 else "≈"
        terms = " + ".join([*products, _bracketed(_plain(b, 0, j))])
        return f"{terms} {equals} {_plain(self.shown[name], s, j)}"

    def python(self) -> str:
        """The lines that compute what stands here, and print it."""
        settings, numbers = self.settings, self.numbers | {"X": self.X}
        return "\n".join([
            "import numpy as np",
            "",
            "from nnlib import ACTIVATIONS",
            "",
            *(f"{name} = np.array({numbers[name].tolist()})" for name in ("X", *IN_THETA)),
            "",
            "Z1 = X @ W1 + b1",
            f'A1 = ACTIVATIONS["{settings["hidden"]}"].value(Z1)',
            "Z2 = A1 @ W2 + b2",
            f'A2 = ACTIVATIONS["{settings["output"]}"].value(Z2)',
            "print(np.hstack([Z1, A1, Z2, A2]).round(2))",
            "",
        ])  # fmt: skip


class Spreadsheet(Stage):
    """Notebook 02: two inputs, three hidden units and an output, as a drawing and as X W + b.

    At first it solves XOR with OR, NAND and AND; its third hidden unit changes nothing. `X` (4, 2),
    `W1` (2, 3), `b1` (1, 3), `W2` (3, 1) and `b2` (1, 1) put other numbers there. `hidden` and
    `output` name the activations, `batch` is 4 or 1, `row` (0 to 3) is the one that is followed,
    `look` is the number looked at, such as "Z1[:, 2]" or "W1[0, 2]", and `layers` is 1 to show the
    hidden layer alone. `hide` names controls and panels to leave out for a lesson; `recipe` is what
    the button Recipe gave.

    Raises ValueError for numbers, settings or a recipe that it cannot use, and says which.

    >>> Spreadsheet(row=3, look="Z2[:, 0]").sentence
    'Z2[3, 0]: 1 × 1 + 0 × 1 + 1 × 0 + (−1.5) = −0.5. Row 3 of X, (1, 1), comes out as 0.'
    """

    MODEL = SpreadsheetDesk


def _checked_place(place, n: int) -> int:
    """`place`, if there is one of n there; ValueError otherwise."""
    if type(place) is not int or not 0 <= place < n:
        raise ValueError(f"{str(place)[:20]} given, expected a place from 0 to {n - 1}")
    return place


def _with_row(settings: dict) -> dict:
    """`settings` with `row`, counted from 0, in place of `sample`, which counts from 1."""
    if "sample" not in settings:
        return settings
    sample = Slider("sample", "sample", 1, 4, 2, whole=True).check(settings["sample"])
    rest = {name: value for name, value in settings.items() if name != "sample"}
    return {"row": sample - 1} | rest


def _plain(values: Array, row: int, column: int) -> str:
    """A number of an array with as many digits as the array is shown with, and without a plus."""
    return fewest(values)[row * values.shape[1] + column].removeprefix("+")


def _bracketed(words: str) -> str:
    """A number within a sum or a product: in brackets, if it is negative.

    >>> _bracketed("0.5"), _bracketed("−0.5")
    ('0.5', '(−0.5)')
    """
    return f"({words})" if words.startswith("−") else words
