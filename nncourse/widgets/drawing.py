"""A digit drawn by hand, as the strokes of a pen, and what a network sees of it.

The digits of the data set are not as their writers left them. Programs of NIST (Garris and others,
"NIST Form-Based Handprint Recognition System", 1994) cut each out of a form, stretched it to 20 by
32 dots, put it in the middle of 32 by 32, thinned or thickened it, and straightened it; only then
were the dots counted in blocks (Alpaydin and Kaynak, 1998). A network that has learned from such
pictures reads a drawing well if the drawing went the same way, so here it does.
"""

from __future__ import annotations

from math import isfinite

import numpy as np

from nnlib.notation import Array

SIDE = 32  # dots of a picture: four for each pixel of the data set
WIDE = 20  # of them is the width that digits were stretched to; their height is all 32
INK = 313  # dots of ink, the mean of the data set: all its digits have about as many, also the 1
WIDEST = 2.0  # at most so many times is one direction stretched more than the other
EDGE = 2  # rows at the top and at the bottom that are too ragged to straighten a digit by
MOST_STROKES, MOST_POINTS = 200, 20_000


def read_strokes(strokes) -> list[Array]:
    """The strokes of a drawing, each (n, 2): x and y in shares of the paper, from the top left.

    Raises ValueError for what is not a list of strokes, each a list of points [x, y] on the paper.
    """
    if not isinstance(strokes, list) or len(strokes) > MOST_STROKES:
        raise ValueError(f"a drawing is a list of at most {MOST_STROKES} strokes")
    if sum(len(stroke) for stroke in strokes if isinstance(stroke, list)) > MOST_POINTS:
        raise ValueError(f"a drawing has at most {MOST_POINTS:,} points")
    for stroke in strokes:
        if not isinstance(stroke, list) or not stroke or not all(map(_on_paper, stroke)):
            raise ValueError(
                "a stroke is a list of points [x, y] on the paper, shares of it from 0 to 1, from"
                f" the top left: {str(stroke)[:40]} given"
            )
    return [np.array(stroke, float) for stroke in strokes]


def _on_paper(point) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(type(x) in (int, float) and isfinite(x) and 0 <= x <= 1 for x in point)
    )


def normalised(strokes: list[Array]) -> Array:
    """The dots (32, 32), 0 or 1, of a drawing, made like the pictures of the data set.

    Where and how large it was drawn, and with which pen, makes no difference.

    >>> picture = normalised([np.array([[0.1, 0.2], [0.1, 0.3]])])
    >>> rows = np.flatnonzero(picture.any(axis=1))
    >>> [int(number) for number in (rows[0], rows[-1], picture.sum())]
    [0, 31, 313]
    """
    pen = 5.0
    for _ in range(4):  # the pen and the room that it leaves depend on each other
        ink, pen = _inked(_stretched(strokes, pen))
    return _straightened(ink)


def _stretched(strokes: list[Array], pen: float) -> list[Array]:
    """The strokes in dots, so that a pen this thick fills the box of the data's digits."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array([WIDE, SIDE]) - pen
    scale = room / np.maximum(high - low, 1e-6)
    scale = np.minimum(scale, WIDEST * scale[::-1])  # a bar does not become a block
    return [SIDE / 2 + (stroke - (low + high) / 2) * scale for stroke in strokes]


def _inked(strokes: list[Array]) -> tuple[Array, float]:
    """The INK dots nearest to the strokes (32, 32), and how thick the pen is that leaves them."""
    ends = [np.stack([s, np.roll(s, -1, axis=0)], axis=1)[: max(1, len(s) - 1)] for s in strokes]
    ends = np.concatenate(ends)  # (n, 2, 2): where each straight piece begins and ends
    start, way = ends[:, 0], ends[:, 1] - ends[:, 0]
    down, across = np.mgrid[:SIDE, :SIDE] + 0.5
    dots = np.stack([across, down], axis=-1)[:, :, None]  # (32, 32, 1, 2)
    along = ((dots - start) * way).sum(axis=-1) / np.maximum((way**2).sum(axis=-1), 1e-12)
    nearest = start + np.clip(along, 0, 1)[..., None] * way
    distance = np.sqrt(((dots - nearest) ** 2).sum(axis=-1)).min(axis=-1)
    order = distance.argsort(axis=None, kind="stable")
    ink = np.zeros((SIDE, SIDE), np.uint8)
    ink.flat[order[:INK]] = 1
    return ink, 2 * distance.flat[order[INK - 1]]


def _straightened(ink: Array) -> Array:
    """The same dots, each row moved sideways so that the left ends near top and bottom line up."""
    rows = np.flatnonzero(ink.any(axis=1))
    top, bottom = rows[0] + EDGE, rows[-1] - EDGE
    if bottom <= top or not (ink[top].any() and ink[bottom].any()):
        return ink
    lean = (ink[top].argmax() - ink[bottom].argmax()) / (bottom - top)
    moved = np.zeros_like(ink)
    for row in rows:
        columns = np.flatnonzero(ink[row]) + round((row - SIDE // 2) * lean)
        moved[row, columns[(columns >= 0) & (columns < SIDE)]] = 1
    return moved


def counted(ink: Array) -> Array:
    """What the network sees of a picture (32, 32) of 0 and 1: (64,) shares of ink, 0 to 1.

    The ink is counted in blocks of 4 x 4 dots, as it was when the data set was made.

    >>> ink = np.zeros((32, 32), int)
    >>> ink[:4, :2] = 1
    >>> counted(ink)[:3]
    array([0.5, 0. , 0. ])
    """
    return ink.reshape(8, 4, 8, 4).sum(axis=(1, 3)).ravel() / 16
