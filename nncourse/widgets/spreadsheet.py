"""Notebook 02: a 2-3-1 network as a drawing and as X W + b, every number of it under your hands."""

from __future__ import annotations

import numpy as np

from nncourse.widgets.base.controls import Choice, Slider, button
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import array_part, links, series, signed
from nncourse.widgets.base.stage import Stage
from nnlib.activations import ACTIVATIONS
from nnlib.backprop import Trace
from nnlib.datasets import xor
from nnlib.network import Network
from nnlib.notation import Array

SIZES = (2, 3, 1)
# OR, NAND, and a third unit that AND does not listen to: its weight in W2 is 0.
GATES = {
    "X": xor().X,
    "W1": np.array([[1.0, -1.0, 0.5], [1.0, -1.0, 2.0]]),
    "b1": np.array([[-0.5, 1.5, 1.0]]),
    "W2": np.array([[1.0], [1.0], [0.0]]),
    "b2": np.array([[-1.5]]),
}
IN_THETA = ("W1", "b1", "W2", "b2")
COLUMNS = {"X": 2, "W1": 3, "b1": 3, "Z1": 3, "A1": 3, "W2": 1, "b2": 1, "Z2": 1, "A2": 1}
PER_SAMPLE = ("X", "Z1", "A1", "Z2", "A2")  # a row for each sample: which one, says `sample`
ROWS = {"W1": 2, "b1": 1, "W2": 3, "b2": 1}
NAMES = [["x1", "x2"], ["hidden 1", "hidden 2", "hidden 3"], ["y"]]


def _look(name: str, row: int, column: int) -> str:
    """How a number is called where the sample is said elsewhere, in numpy's notation."""
    return f"{name}[{':' if name in PER_SAMPLE else row}, {column}]"


LOOKS = {
    _look(name, row, column): (name, row, column)
    for name, columns in COLUMNS.items()
    for row in range(ROWS.get(name, 1))
    for column in range(columns)
}


class SpreadsheetDesk(Desk):
    """The spreadsheet network without its stage: X, W1, b1, W2, b2, and what follows from them."""

    NAME = "spreadsheet"
    CONTROLS = {
        control.name: control
        for control in [
            Choice("batch", "batch", {4: "four samples", 1: "one sample"}, 4),
            Slider("sample", "sample drawn", 1, 4, 2, whole=True),
            Choice("hidden", "hidden bend", {n: n.replace("_", " ") for n in ACTIVATIONS}, "step"),
            Choice("output", "output bend",
                   {n: n for n in ("identity", "step", "logistic", "tanh")}, "step"),
            Choice("layers", "layers shown", {1: "the first", 2: "both"}, 2),
            Choice("look", "number looked at", {look: look for look in LOOKS}, "Z1[:, 2]"),
        ]
    }  # fmt: skip
    HANDS = ("set", "change", "point", "weight", "reset")
    TOUR = "sample"  # "layers" and "look" have no control on the stage

    def __init__(self, *, X=None, W1=None, b1=None, W2=None, b2=None, **settings):
        super().__init__(**settings)
        self.begin_with(X=X, W1=W1, b1=b1, W2=W2, b2=b2)

    def start_numbers(self) -> dict[str, Array]:
        return dict(GATES)

    def tour(self) -> list[int]:
        return [1, 2, 3, 4]

    # What follows

    def settled(self) -> None:
        said = self.settings
        self.net = Network(SIZES, hidden=said["hidden"], output=said["output"])
        self.theta = np.concatenate([self.numbers[name].ravel() for name in IN_THETA])
        trace = self.net.forward(self.theta, self.X)
        (Z1, Z2), (_, A1, A2) = trace.Z, trace.A
        self.trace: Trace = trace
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
        """Put another number at this place of theta, as the drawing counts them."""
        name, place = self._of_theta(index)
        self.change(name, place, value)

    def point(self, *what) -> None:
        """Look at a number: ("Z1", 5) of an array, ("network", "weight", 2) or ("network", "unit",
        layer, unit) of the drawing. Nothing given: the last one stays in view."""
        if not what:
            return
        if what[:2] == ("network", "weight") and len(what) == 3:
            name, place = self._of_theta(what[2])
        elif what[:2] == ("network", "unit") and len(what) == 4 and what[2] in (0, 1, 2):
            name = ("X", "A1", "A2")[what[2]]
            place = self.row * COLUMNS[name] + self._place(what[3], COLUMNS[name])
        elif len(what) == 2 and what[0] in COLUMNS:
            name, place = what[0], self._place(what[1], self.shown[what[0]].size)
        else:
            raise ValueError(f"there is no number {str(what)[:40]} to look at: the arrays are"
                             f" {', '.join(COLUMNS)}")  # fmt: skip
        row, column = divmod(place, COLUMNS[name])
        said = {"look": _look(name, row, column)}
        if name in PER_SAMPLE:
            said["sample"] = row + self._first + 1
        self.settings = self.settings | said
        self.settled()

    def _of_theta(self, index: int) -> tuple[str, int]:
        """The array that holds this number of theta, and where."""
        place = self._place(index, self.theta.size)
        for name in IN_THETA:
            if place < self.numbers[name].size:
                break
            place -= self.numbers[name].size
        return name, place

    @staticmethod
    def _place(place, n: int) -> int:
        if type(place) is not int or not 0 <= place < n:
            raise ValueError(f"{str(place)[:20]} given, expected a place from 0 to {n - 1}")
        return place

    # What the stage shows

    def scene(self) -> dict:
        controls = {name: control.scene() for name, control in self.CONTROLS.items()}
        return {
            "name": "spreadsheet",
            "title": "Spreadsheet network",
            "first": [button("reset", "Same as at first"), controls["batch"], controls["sample"],
                      controls["hidden"], controls["output"]],
            "more": [],
            "columns": [
                [0.8, [{"id": "network", "kind": "network", "title": "The network",
                        "aspect": 1.0, "narrow": 0.6,
                        "points": True,
                        "help": "Blue is positive, dashed orange negative, width is size. Click a"
                                " line or a unit to type its weight or bias."}]],
                [1.5, [{"id": "hidden_layer", "kind": "arrays", "title": "Hidden layer",
                        "points": True,
                        "help": "Drag an underlined number sideways, press the arrows up and down"
                                " on it, or type. Point at any number to see what it is made of,"
                                " or where it goes."},
                       {"id": "output_layer", "kind": "arrays", "title": "Output",
                        "points": True}]],
            ],
            "exits": [["python", "Copy as Python"], ["recipe", "Recipe"]],
            "scrub": False,
            "lines": 2,
        }  # fmt: skip

    @property
    def hidden(self) -> list[str]:
        return ["output"] if self.settings["layers"] == 1 else []

    def panels(self) -> dict:
        said, lit = self.settings, self._lit()
        f, g = said["hidden"], said["output"]
        parts = {
            name: array_part(name, self.shown[name], **lit.get(name, {}),
                             step=self.STEP if name in self.numbers else None)
            for name in COLUMNS
        }  # fmt: skip
        sent = [self.trace.A[layer][self.row] for layer in range(3)]
        panels = {
            "network": {
                "sizes": list(SIZES), "names": NAMES, "weights": series(self.theta),
                "links": links(self.net),
                "texts": [signed(a) for layer in sent for a in layer], "lit": self._drawn(),
                "note": f"answers for sample {said['sample']}",
                "words": f"The network as a drawing. {self.sentence}",
            },
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
        if said["layers"] == 1:
            panels |= {"network": None, "output_layer": None}
        return panels

    def _lit(self) -> dict:
        """Which numbers of each array light up: {name: {"made": place} or {"lit": places}}."""
        name, i, j = LOOKS[self.settings["look"]]
        s, rows = self.row, range(len(self.X))
        row = s if name in PER_SAMPLE else i
        lit = {name: {"made": row * COLUMNS[name] + j}}

        def light(other: str, rows, columns) -> None:
            wide = COLUMNS[other]
            lit[other] = {"lit": [r * wide + c for r in rows for c in columns]}

        if name in ("Z1", "Z2"):  # made of a row, a column and a bias
            before, W, b = ("X", "W1", "b1") if name == "Z1" else ("A1", "W2", "b2")
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

    def _drawn(self) -> dict:
        """Which units and which edges of the drawing light up; edges by their place in theta."""
        name, i, j = LOOKS[self.settings["look"]]
        places = np.arange(self.theta.size)
        (W1, _), (W2, _) = self.net.layers(places)
        if name == "X":
            return {"units": [j], "edges": W1[j].tolist()}
        if name in ("W1", "W2"):
            layer, W = (0, W1) if name == "W1" else (1, W2)
            ends = [(0, 2)[layer] + i, (2, 5)[layer] + j]
            return {"units": ends, "edges": [W[i, j].item()]}
        unit = 2 + j if name[1] == "1" else 5
        W = W1 if name[1] == "1" else W2
        return {"units": [unit], "edges": [] if name[0] == "b" else W[:, j].tolist()}

    @property
    def sentence(self) -> str:
        name, i, j = LOOKS[self.settings["look"]]
        s, A2 = self.row, self.trace.A[-1]
        place = f"{name}[{s if name in PER_SAMPLE else i}, {j}]"
        x = ", ".join(plain(value) for value in self.X[s])
        out = f" The sample ({x}) comes out as {plain(A2[s, 0])}."
        both = self.settings["layers"] == 2
        return f"{place}, {self._told(name, i, j)}.{out if both else ''}"

    def _told(self, name: str, i: int, j: int) -> str:
        """What this number is, and what it is made of or where it goes."""
        s, said = self.row, self.settings
        sample = f"sample {said['sample']}"
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
            bend = said["hidden"] if name == "A1" else said["output"]
            z, a = (self.shown[letter + name[1]][s, j] for letter in "ZA")
            return f"{sample} from {unit}: {bend}({plain(z)}) = {plain(a)}"
        before, W, b = ("X", "W1", "b1") if name == "Z1" else ("A1", "W2", "b2")
        terms = [*zip(self.shown[before][s], self.shown[W][:, j]), (1.0, self.shown[b][0, j])]
        products = " + ".join(f"{plain(a)} × {plain(w, inside=True)}" for a, w in terms[:-1])
        total = self.shown[name][s, j]
        as_shown = sum(np.round(a, 2) * np.round(w, 2) for a, w in terms)
        equals = "=" if abs(as_shown - np.round(total, 2)) < 1e-9 else "≈"
        bias = plain(terms[-1][1], inside=True)
        return f"{sample} at {unit}: {products} + {bias} {equals} {plain(total)}"

    def python(self) -> str:
        """The lines that compute what stands here, and print it."""
        said, numbers = self.settings, self.numbers | {"X": self.X}
        return "\n".join([
            "import numpy as np",
            "",
            "from nnlib import ACTIVATIONS",
            "",
            *(f"{name} = np.array({numbers[name].tolist()})" for name in ("X", *IN_THETA)),
            "",
            "Z1 = X @ W1 + b1",
            f'A1 = ACTIVATIONS["{said["hidden"]}"].value(Z1)',
            "Z2 = A1 @ W2 + b2",
            f'A2 = ACTIVATIONS["{said["output"]}"].value(Z2)',
            "print(np.hstack([Z1, A1, Z2, A2]).round(2))",
            "",
        ])  # fmt: skip


class Spreadsheet(Stage):
    """Notebook 02: two inputs, three hidden units and an output, as a drawing and as X W + b.

    At first it solves XOR with OR, NAND and AND; the third hidden unit is not listened to. `X`
    (4, 2), `W1` (2, 3), `b1` (1, 3), `W2` (3, 1) and `b2` (1, 1) put other numbers there, and
    further settings are the positions of the controls: `batch`, `sample`, `hidden`, `output`;
    `look`, the number that is lit, such as "Z1[:, 2]" or "W1[0, 2]"; and `layers`, 1 to show no
    more than X W + b and its bend. `hide` names controls and
    panels to leave out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for numbers, settings or a recipe that it cannot use, and says which.

    >>> sheet = Spreadsheet(sample=4, look="Z2[:, 0]")
    >>> print(sheet.sentence)  # doctest: +NORMALIZE_WHITESPACE
    Z2[3, 0], sample 4 at the output: 1.00 × 1.00 + 0.00 × 1.00 + 1.00 × 0.00 + (−1.50) = −0.50.
    The sample (1.00, 1.00) comes out as 0.00.
    """

    MODEL = SpreadsheetDesk


def plain(value: float, *, inside: bool = False) -> str:
    """A number in a sentence: no plus, a real minus; in brackets `inside` a sum or a product.

    >>> plain(2), plain(-0.5), plain(-0.5, inside=True)
    ('2.00', '−0.50', '(−0.50)')
    """
    words = signed(value).removeprefix("+")
    return f"({words})" if inside and words.startswith("−") else words
