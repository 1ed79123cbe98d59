"""The kernel lab's named kernels, and what each says of the place that it looks at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnlib.notation import Array
from nncourse.words import fixed, signed

STRONG, PLAIN = 0.6, 0.3  # shares of the largest number of the map
OWN = "own"


class Kernel(NamedTuple):
    """Nine numbers (3, 3), what they are called, and what a positive or a negative sum says."""

    label: str
    W: Array
    what: str = ""
    ways: tuple[str, str] = ("", "")


KERNELS = {
    "edge_horizontal": Kernel(
        "edge, horizontal", np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]), "edge",
        ("with more ink below than above", "with more ink above than below"),
    ),
    "edge_vertical": Kernel(
        "edge, vertical", np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]), "edge",
        ("with more ink on the right than on the left",
         "with more ink on the left than on the right"),
    ),
    "corner": Kernel(
        "corner", np.array([[1.0, 0, -1], [0, 0, 0], [-1, 0, 1]]), "corner",
        ("or a stroke that falls to the right", "or a stroke that rises to the right"),
    ),
    "blur": Kernel("blur", np.full((3, 3), 1 / 9)),
    "sharpen": Kernel("sharpen", np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]])),
    "identity": Kernel("identity", np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]])),
}  # fmt: skip
LABELS = {name: kernel.label for name, kernel in KERNELS.items()} | {OWN: "your own"}


def plain(value: float, digits: int = 2) -> str:
    """A number with at most so many digits after the point, and none that says nothing.

    >>> plain(21.0), plain(-0.5), plain(10.666), plain(-1e-12)
    ('21', '−0.5', '10.67', '0')
    """
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def says(name: str, patch: Array, Z: Array, z: float) -> str:
    """What the sum z says of its window `patch` (3, 3), on a map Z of this kernel.

    >>> kernel = KERNELS["edge_horizontal"]
    >>> patch = np.array([[0.0, 0, 0], [5, 5, 5], [7, 7, 7]])
    >>> says("edge_horizontal", patch, np.array([21.0, -30.0]), 21.0)
    'a strong edge, with more ink below than above'
    """
    if name == OWN:
        return f"the map goes from {plain(Z.min())} to {plain(Z.max())}"
    kernel, middle = KERNELS[name], patch[1, 1]
    if kernel.what:
        return _found(kernel, z, float(np.abs(Z).max()))
    if name == "blur":
        return "the mean of the nine pixels"
    if name == "identity":
        return "the pixel in the middle, as it is"
    out = z - middle
    stands = "as light or dark as those beside it" if not out else (
        f"which differs from the four beside it by {signed(out, 0 if out % 1 == 0 else 2)} in all"
    )  # fmt: skip
    return f"the pixel in the middle, {plain(middle)}, {stands}"


def _found(kernel: Kernel, z: float, most: float) -> str:
    """How much of an edge or a corner there is, and which way it goes."""
    if abs(z) < 1e-9:
        return f"no {kernel.what}"
    share = abs(z) / most
    size = "a strong " if share >= STRONG else "a faint " if share < PLAIN else (
        "an " if kernel.what[0] == "e" else "a ")  # fmt: skip
    return f"{size}{kernel.what}, {kernel.ways[0 if z > 0 else 1]}"
