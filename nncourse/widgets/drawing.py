"""A digit drawn by hand, as dots of ink on square paper, and what a network sees of it."""

from __future__ import annotations

import numpy as np

from nnlib.notation import Array

SIDE = 32  # of the paper, in dots: four for each pixel of the data set
# How far the ink reaches from the pen, in dots: with this, a drawn digit covers three tenths of the
# paper, as those of the data set do, which fill it.
NIB = 2.5


def read_ink(dots: str) -> Array:
    """The ink (32, 32), 0 or 1, of a text of 32 rows of 32 signs, "1" for ink and "0" for paper.

    Raises ValueError for anything else.
    """
    if not isinstance(dots, str) or len(dots) != SIDE * SIDE or set(dots) - {"0", "1"}:
        given = f"{len(dots)} signs" if isinstance(dots, str) else type(dots).__name__
        raise ValueError(
            f"a drawing is a text of {SIDE * SIDE} signs, 0 for paper and 1 for ink, row by row"
            f" from the top: {given} given"
        )
    return np.array(list(dots), np.uint8).reshape(SIDE, SIDE)


def counted(ink: Array) -> Array:
    """What the network sees of a drawing (32, 32) of 0 and 1: (64,) shares of ink, 0 to 1.

    The ink is counted in blocks of 4 x 4 dots, as it was when the data set was made (Alpaydin &
    Kaynak, 1998).

    >>> ink = np.zeros((32, 32), int)
    >>> ink[:4, :2] = 1
    >>> counted(ink)[:3]
    array([0.5, 0. , 0. ])
    """
    return ink.reshape(8, 4, 8, 4).sum(axis=(1, 3)).ravel() / 16


def centred(ink: Array) -> Array:
    """The drawing (32, 32) as large as the paper allows, in its middle; without ink, unchanged.

    The digits of the data set touch the upper and the lower edge, so a network knows no others.

    >>> ink = np.zeros((32, 32), int)
    >>> ink[3:11, 5:7] = 1
    >>> big = centred(ink)
    >>> [int(big.any(axis=axis).sum()) for axis in (1, 0)]
    [32, 8]
    """
    if not ink.any():
        return ink
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    larger = SIDE / max(digit.shape)
    height, width = (max(1, round(n * larger)) for n in digit.shape)
    # Each new dot is a copy of the old dot that lies under its middle.
    down, across = (
        ((np.arange(new) + 0.5) * old / new).astype(int)
        for new, old in zip((height, width), digit.shape)
    )
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    paper = np.zeros_like(ink)
    paper[top : top + height, left : left + width] = digit[np.ix_(down, across)]
    return paper
