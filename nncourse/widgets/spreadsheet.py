"""Notebook 02: a 2-3-1 network as a drawing and as X W + b; every number can be changed."""

from __future__ import annotations

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.datasets import xor
from nnlib.network import Network
from nnlib.notation import Array
from nncourse.widgets.base.controls import Choice, Slider, button, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import array_part, links, series
from nncourse.widgets.base.stage import Stage
from nncourse.words import called, fixed, signed

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
UNITS = [["x1", "x2"], ["hidden 1", "hidden 2", "hidden 3"], ["y"]]
FEEDS = {"Z1": ("X", "W1", "b1"), "Z2": ("A1", "W2", "b2")}  # what each Z is made of


def _look(name: str, row: int, column: int) -> str:
    """The setting `look` for a number, in numpy's notation; its sample is in `sample`."""
    return f"{name}[{row if name in ROWS else ':'}, {column}]"


LOOKS = {
    _look(name, row, column): (name, row, column)
    for name, columns in COLUMNS.items()
    for row in range(ROWS.get(name, 1))
    for column in range(columns)
}


class SpreadsheetDesk(Desk):
    """The spreadsheet network without its stage: X, W1, b1, W2, b2, and what they make.

    The network is drawn for one `sample`, counted from 1. One number is looked at (`look`): those
    that it is made of, or goes into, are lit.
    """

    NAME, TITLE = "spreadsheet", "Spreadsheet network"
    CONTROLS = by_name(
        Choice("batch", "batch", {4: "four samples", 1: "one sample"}, 4),
        Slider("sample", "sample drawn", 1, 4, 2, whole=True),
        Choice("hidden", "hidden bend", {name: called(name) for name in ACTIVATIONS}, "step"),
        Choice("output", "output bend",
               {name: name for name in ("identity", "step", "logistic", "tanh")}, "step"),
        Choice("layers", "layers shown", {1: "the first", 2: "both"}, 2),
        Choice("look", "number looked at", {look: look for look in LOOKS}, "Z1[:, 2]"),
    )  # fmt: skip
    HANDS = ("set", "change", "point", "weight", "reset")
    TOUR = "sample"

    def start_numbers(self) -> dict[str, Array]:
        return dict(FIRST_NUMBERS)

    def tour(self) -> list[int]:
        return [1, 2, 3, 4]

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
        """The batch: all four samples, or the one that is drawn."""
        rows = self.numbers["X"]
        return rows if self.settings["batch"] == 4 else rows[self._first : self._first + 1]

    @property
    def _first(self) -> int:
        """The sample in the first row of the batch, counted from 0."""
        return 0 if self.settings["batch"] == 4 else self.settings["sample"] - 1

    @property
    def row(self) -> int:
        """The row of the batch that is drawn, counted from 0."""
        return self.settings["sample"] - 1 - self._first

    # Hands

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
        given, the number that is looked at stays.
        """
        if not what:
            return
        if what[:2] == ("network", "weight") and len(what) == 3:
            name, place = self._of_theta(what[2])
        elif what[:2] == ("network", "unit") and len(what) == 4 and what[2] in (0, 1, 2):
            name = ("X", "A1", "A2")[what[2]]
            place = self.row * COLUMNS[name] + _checked_place(what[3], COLUMNS[name])
        elif len(what) == 2 and what[0] in COLUMNS:
            name, place = what[0], _checked_place(what[1], self.shown[what[0]].size)
        else:
            raise ValueError(f"there is no number {str(what)[:40]} to look at: the arrays are"
                             f" {', '.join(COLUMNS)}")  # fmt: skip
        row, column = divmod(place, COLUMNS[name])
        self.settings = self.settings | {"look": _look(name, row, column)}
        if name not in ROWS:
            self.settings["sample"] = row + self._first + 1
        self.settled()

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
        c = self.control_scenes
        network = {
            "id": "network", "kind": "network", "title": "The network", "aspect": 1.0,
            "narrow": 0.6, "points": True,
            "help": "Blue is positive, dashed orange negative, width is size. Click a line or a"
                    " unit to type its weight or bias.",
        }  # fmt: skip
        arrays = [
            {"id": "hidden_layer", "kind": "arrays", "title": "Hidden layer", "points": True,
             "help": "Drag an underlined number sideways, press the arrows up and down on it, or"
                     " type. Point at any number to see what it is made of, or where it goes."},
            {"id": "output_layer", "kind": "arrays", "title": "Output", "points": True},
        ]  # fmt: skip
        return super().scene() | {
            "first": [button("reset", "Same as at first"), c["batch"], c["sample"], c["hidden"],
                      c["output"]],
            "columns": [[0.8, [network]], [1.5, arrays]],
            "lines": 2,
        }  # fmt: skip

    @property
    def hidden(self) -> list[str]:
        return ["output"] if self.settings["layers"] == 1 else []

    def panels(self) -> dict:
        lit, f, g = self._lit(), self.settings["hidden"], self.settings["output"]
        parts = {
            name: array_part(name, self.shown[name], **lit.get(name, {}),
                             step=self.STEP if name in self.numbers else None)
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
        """The network as a drawing, with the activations of the sample that is drawn."""
        drawn = [a for A in self.activations for a in A[self.row]]
        return {
            "sizes": list(SIZES), "names": UNITS, "weights": series(self.theta),
            "links": links(self.net), "texts": [signed(a) for a in drawn],
            "lit": self._lit_in_network(),
            "note": f"answers for sample {self.settings['sample']}",
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
        x = ", ".join(map(fixed, self.X[s]))
        answer = f" The sample ({x}) comes out as {fixed(A2[s, 0])}."
        both = self.settings["layers"] == 2
        return f"{place}, {self._about(name, i, j)}.{answer if both else ''}"

    def _about(self, name: str, i: int, j: int) -> str:
        """What this number is, and what it is made of or where it goes."""
        s, sample = self.row, f"sample {self.settings['sample']}"
        unit = f"unit {j + 1}" if name[1:] == "1" else "the output"
        if name == "X":
            return (f"x{j + 1} of {sample}: it meets row {j + 1} of W1 and goes into the whole of"
                    f" row {s + 1} of Z1")  # fmt: skip
        if name == "W1":
            return (f"the weight from x{i + 1} to {unit}: it meets column {i + 1} of X and goes"
                    f" into column {j + 1} of Z1 and no other")  # fmt: skip
        if name == "W2":
            return (f"the weight from unit {i + 1} to the output: it meets column {i + 1} of"
                    " A1 and goes into Z2")  # fmt: skip
        if name[0] == "b":
            return f"the bias of {unit}: it is added to every row of column {j + 1} of Z{name[1]}"
        if name[0] == "A":
            f = self.settings["hidden" if name == "A1" else "output"]
            z, a = (self.shown[letter + name[1]][s, j] for letter in "ZA")
            return f"{sample} from {unit}: {f}({fixed(z)}) = {fixed(a)}"
        return f"{sample} at {unit}: {self._sum(name, j)}"

    def _sum(self, name: str, j: int) -> str:
        """The sum that makes Z1 or Z2 of the sample that is drawn, in column j, written out.

        It has an equals sign only where the numbers as they are shown add up.
        """
        before, W, b = FEEDS[name]
        a, w = self.shown[before][self.row], self.shown[W][:, j]
        bias, z = self.shown[b][0, j], self.shown[name][self.row, j]
        products = " + ".join(f"{fixed(a_i)} × {_bracketed(w_i)}" for a_i, w_i in zip(a, w))
        as_shown = np.round(a, 2) @ np.round(w, 2) + np.round(bias, 2)
        equals = "=" if abs(as_shown - np.round(z, 2)) < 1e-9 else "≈"
        return f"{products} + {_bracketed(bias)} {equals} {fixed(z)}"

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
    `output` name the activations, `batch` is 4 or 1, `sample` (1 to 4) is the one that is drawn,
    `look` is the number looked at, such as "Z1[:, 2]" or "W1[0, 2]", and `layers` is 1 to show the
    hidden layer alone. `hide` names controls and panels to leave out for a lesson; `recipe` is what
    the button Recipe gave.

    Raises ValueError for numbers, settings or a recipe that it cannot use, and says which.

    >>> sheet = Spreadsheet(sample=4, look="Z2[:, 0]")
    >>> print(sheet.sentence)  # doctest: +NORMALIZE_WHITESPACE
    Z2[3, 0], sample 4 at the output: 1.00 × 1.00 + 0.00 × 1.00 + 1.00 × 0.00 + (−1.50) = −0.50.
    The sample (1.00, 1.00) comes out as 0.00.
    """

    MODEL = SpreadsheetDesk


def _checked_place(place, n: int) -> int:
    """`place`, if there is one of n there; ValueError otherwise."""
    if type(place) is not int or not 0 <= place < n:
        raise ValueError(f"{str(place)[:20]} given, expected a place from 0 to {n - 1}")
    return place


def _bracketed(value: float) -> str:
    """A number within a sum or a product: in brackets, if it is negative.

    >>> _bracketed(0.5), _bracketed(-0.5)
    ('0.50', '(−0.50)')
    """
    words = fixed(value)
    return f"({words})" if words.startswith("−") else words
