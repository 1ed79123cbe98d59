"""What the kernel lab shows of one window: the picture under it, its nine products, and the map."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nnlib.classes import labels
from nnlib.datasets import digits
from nnlib.notation import Array
from nncourse.widgets.base.controls import Choice, Slider
from nncourse.widgets.base.payloads import array_part, heat, series
from nncourse.widgets.digits_panels import PAD_KEYS, PEN
from nncourse.widgets.drawing import SIDE
from nncourse.widgets.kernel_words import OWN, plain
from nncourse.words import fixed, signed

SIZE = 3  # of a kernel
SEED = 7  # of the split: the pictures are test digits, which no network here has learned from
OF_EACH = 40  # test digits of each kind to choose among
PICTURES = {k: f"{'an' if k == 8 else 'a'} {k}" for k in range(10)} | {
    "square": "a square", OWN: "your own",
}  # fmt: skip
PICTURE_OF = Choice("picture", "picture", PICTURES, 3)
WHICH = Slider("which", "which of them", 0, OF_EACH - 1, 0, whole=True)
PICTURE = {"id": "picture", "kind": "matrix", "title": "Picture", "form": "squares",
           "follow": True, "sweep": True}  # fmt: skip
MAP = {"id": "map", "kind": "matrix", "title": "Feature map", "form": "squares", "follow": True}
SUMS = {"id": "sums", "kind": "arrays", "title": "In the window", "points": True}
PAD = {"id": "pad", "kind": "pad", "title": "Or draw one", "most": 190, "side": SIDE, "pen": PEN,
       "clears": "clear", "words": PAD_KEYS}  # fmt: skip
LEARNED = (
    {"id": "kernels", "kind": "images", "title": "Kernels", "hands": True,
     "note": "blue adds, orange takes away"},
    {"id": "maps", "kind": "images", "title": "Feature maps", "hands": True},
    {"id": "votes", "kind": "bars", "title": "Which of them spoke"},
)  # fmt: skip


@lru_cache(1)
def pictures() -> dict[int, Array]:
    """The test digits, (n, 64) of each kind, from 0 to 1."""
    data = digits(SEED)
    true = labels(data.Y_test)
    return {k: data.X_test[true == k] for k in range(10)}


def pointed(what: tuple) -> int | None:
    """Which of nine numbers ("W", 5) points at; None at none. ValueError where there is none."""
    nine = what[:1] in (("window",), ("W",), ("products",))
    single = what[:1] in (("sum",), ("b",), ("z",), ("a",))
    if what and not (len(what) == 2 and (nine or single) and what[1] in range(SIZE * SIZE)):
        raise ValueError(f"there is no number {str(what)[:40]} to point at")
    return what[1] if nine else None


class Look(NamedTuple):
    """One kernel at one place: what the panels of a window are made of."""

    X: Array  # (8, 8) the picture
    ink: float  # the number that is full ink
    W: Array  # (3, 3)
    b: float | None  # None: there is none
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


def picture(look: Look, note: str, numbers: bool = True) -> dict:
    """The pixels on ink, as numbers too, those in the window framed."""
    padded, p = look.padded, look.padding
    rows, columns = padded.shape
    i, j = look.corner
    inside = [r * columns + c for r in range(i, i + SIZE) for c in range(j, j + SIZE)]
    is_padding = np.pad(np.zeros_like(look.X), p, constant_values=1).ravel().astype(bool)
    names = [[plain(k - p) for k in range(n)] for n in (rows, columns)]
    kind = ["padding" if pad else "pixel" for pad in is_padding]
    return {
        "rows": names[0], "columns": names[1], "down": "",
        "across": "pixels: 0 is paper" if numbers else "around it, padding",
        "heat": np.round(255 * np.clip(padded / look.ink, 0, 1)).astype(np.uint8).tobytes(),
        "signed": False, "bare": np.flatnonzero(is_padding).tolist(),
        "texts": [plain(value) if numbers else "" for value in padded.flat],
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
    """The window, the kernel and their products, and what becomes of them.

    Of a layer that has a bias, the numbers always have two digits, so that none moves.
    """
    lit = {"lit": [] if pointed is None else [pointed]}
    written, digits = (plain, None) if look.b is None else (fixed, 2)
    window = [written(value) for value in look.patch.flat]  # a pixel has no sign
    products = look.patch * look.W
    first = [array_part("window", look.patch, **lit) | {"texts": window}, "×",
             array_part("W", look.W, digits=digits, step=step, **lit), "=",
             array_part("products", products, digits=digits, **lit)]  # fmt: skip

    def single(name: str, value: float) -> dict:
        return array_part(name, np.array([[value]])) | {"shape": "", "texts": [written(value)]}

    then = ["sum →", single("sum", float(products.sum()))]
    if look.b is not None:
        then += ["+", single("b", look.b), "=", single("z", look.z)]
    if look.relu:
        then += ["relu →", single("a", max(look.z, 0.0))]
    then[-1]["made"] = 0
    return {"rows": [first + then] if look.b is None else [first, then], "note": note}


def pad(strokes: list[Array]) -> dict:
    """The paper with what is drawn on it."""
    return {"strokes": [series(stroke.ravel()) for stroke in strokes]}


def kernels(W: Array, chosen: int) -> dict:
    """The kernels W (9, k) as pictures, all on one scale."""
    n, most = W.shape[1], np.abs(W).max() or 1.0
    return {"n": n, "height": SIZE, "width": SIZE, "across": 8, "signed": True,
            "codes": heat(W.T / most), "labels": [f"kernel {k}" for k in range(n)],
            "captions": [str(k) for k in range(n)], "chosen": chosen}  # fmt: skip


def maps(A: Array, spoke: Array, best: int, chosen: int) -> dict:
    """The maps A (h, w, k), and below each what it adds to the z of the answer."""
    height, width, n = A.shape
    shares = [signed(value, 1) for value in spoke]
    return {"n": n, "height": height, "width": width, "across": 8, "signed": True,
            "codes": heat(np.moveaxis(A, -1, 0) / (A.max() or 1.0)), "captions": shares,
            "labels": [f"map of kernel {k}: {share} for {best}" for k, share in enumerate(shares)],
            "note": f"what each adds to z of {best}",
            "chosen": chosen}  # fmt: skip


def votes(spoke: Array, best: int, chosen: int, most: int) -> dict:
    """The maps that add or take away most of the z of the answer, strongest first."""
    strong = np.argsort(-np.abs(spoke), kind="stable")[:most].tolist()
    return {"names": [f"kernel {k}" for k in strong],
            "values": (spoke[strong] / (np.abs(spoke).max() or 1.0)).tolist(),
            "texts": [signed(value) for value in spoke[strong]],
            "best": strong.index(chosen) if chosen in strong else -1,
            "note": f"for {best}"}  # fmt: skip
