"""What the kernel lab shows of one window: the picture under it, its nine products, and the map."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnlib.notation import Array
from nncourse.widgets.base.payloads import array_part, heat, series
from nncourse.widgets.digits_panels import PAD_KEYS, PEN
from nncourse.widgets.drawing import SIDE
from nncourse.widgets.kernel_words import plain

SIZE = 3  # of a kernel
PICTURE = {"id": "picture", "kind": "matrix", "title": "Picture", "form": "squares",
           "follow": True, "sweep": True}  # fmt: skip
MAP = {"id": "map", "kind": "matrix", "title": "Feature map", "form": "squares", "follow": True}
SUMS = {"id": "sums", "kind": "arrays", "title": "In the window", "points": True}
PAD = {"id": "pad", "kind": "pad", "title": "Or draw one", "most": 190, "side": SIDE, "pen": PEN,
       "clears": "clear", "words": PAD_KEYS}  # fmt: skip


class Look(NamedTuple):
    """One kernel at one place: what the panels of a window are made of."""

    X: Array  # (8, 8) the picture
    ink: float  # the number that is full ink
    W: Array  # (3, 3)
    b: float
    Z: Array  # (rows, columns) the map, before relu
    stride: int
    padding: int
    row: int
    column: int
    relu: bool

    @property
    def padded(self) -> Array:
        """The picture with its padding."""
        return np.pad(self.X, self.padding)

    @property
    def corner(self) -> tuple[int, int]:
        """Where the window begins in the padded picture."""
        return self.stride * self.row, self.stride * self.column

    @property
    def patch(self) -> Array:
        """(3, 3) what is in the window."""
        i, j = self.corner
        return self.padded[i : i + SIZE, j : j + SIZE]

    @property
    def z(self) -> float:
        """The sum of the products, with the bias."""
        return float(self.Z[self.row, self.column])

    @property
    def A(self) -> Array:
        """The map as it is shown: after relu, if there is one."""
        return np.maximum(self.Z, 0) if self.relu else self.Z

    def nearest(self, i: int, j: int) -> tuple[int, int]:
        """The place of the map whose window has pixel (i, j) of the padded picture nearest to its
        middle.
        """
        return tuple(
            min(max(round((at - SIZE // 2) / self.stride), 0), n - 1)
            for at, n in zip((i, j), self.Z.shape)
        )


def picture(look: Look, note: str) -> dict:
    """The pixels as numbers on ink, those in the window framed."""
    padded, p = look.padded, look.padding
    rows, columns = padded.shape
    i, j = look.corner
    inside = [r * columns + c for r in range(i, i + SIZE) for c in range(j, j + SIZE)]
    is_padding = np.pad(np.zeros_like(look.X), p, constant_values=1).ravel().astype(bool)
    names = [[plain(k - p) for k in range(n)] for n in (rows, columns)]
    kind = ["padding" if pad else "pixel" for pad in is_padding]
    return {
        "rows": names[0], "columns": names[1], "across": "pixels: 0 is paper", "down": "",
        "heat": np.round(255 * np.clip(padded / look.ink, 0, 1)).astype(np.uint8).tobytes(),
        "signed": False, "bare": np.flatnonzero(is_padding).tolist(),
        "texts": [plain(value) for value in padded.flat],
        "labels": [f"{kind[k]} in row {names[0][k // columns]}, column {names[1][k % columns]}:"
                   f" {plain(value)}" for k, value in enumerate(padded.flat)],
        "chosen": inside, "note": note,
    }  # fmt: skip


def feature_map(look: Look, filled: Array, note: str) -> dict:
    """The sums of all windows, those at `filled` places only; the place of the window is framed."""
    rows, columns = look.Z.shape
    A = np.where(filled, look.A, 0)
    texts = [plain(value, 1) if there else "" for value, there in zip(look.A.flat, filled.flat)]
    return {
        "rows": [*map(str, range(rows))], "columns": [*map(str, range(columns))],
        "across": "blue is positive, orange negative", "down": "",
        "heat": heat(A / (np.abs(look.Z).max() or 1.0)),
        "texts": texts,
        "labels": [f"the window at row {k // columns}, column {k % columns}: {text or 'not yet'}"
                   for k, text in enumerate(texts)],
        "chosen": look.row * columns + look.column, "note": note,
    }  # fmt: skip


def sums(look: Look, step: float | None, pointed: int | None, note: str) -> dict:
    """The window, the kernel and their products, and what becomes of them."""
    lit = {"lit": [] if pointed is None else [pointed]}
    window = [plain(value) for value in look.patch.flat]  # a pixel has no sign
    first = [array_part("window", look.patch, **lit) | {"texts": window}, "×",
             array_part("W", look.W, digits=None, step=step, **lit), "=",
             array_part("products", look.patch * look.W, digits=None, **lit)]  # fmt: skip
    total = float((look.patch * look.W).sum())
    row = [*first, "sum →", _single("sum", total)]
    if look.b:
        row += ["+", _single("b", look.b), "=", _single("z", look.z)]
    if look.relu:
        row += ["relu →", _single("a", max(look.z, 0.0), made=0)]
    else:
        row[-1]["made"] = 0
    return {"rows": [row], "note": note}


def _single(name: str, value: float, **rest) -> dict:
    part = array_part(name, np.array([[value]]), **rest)
    return part | {"shape": "", "texts": [plain(value)]}


def pad(strokes: list[Array]) -> dict:
    """The paper with what is drawn on it."""
    return {"strokes": [series(stroke.ravel()) for stroke in strokes]}
