"""Digits in the plane of two numbers that an autoencoder has made of each."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from nnlib.classes import labels
from nnlib.classes import numbers as numbers_of
from nnlib.notation import Array
from nncourse.plots.given import expect, numbers
from nncourse.plots.picture import axes_or_new, tell
from nncourse.plots.style import FIGURES, PALETTE, styled
from nncourse.words import many


@styled()
def latent_plane(
    codes: Array, true: Array, *, walk: Array | None = None, here: Array | None = None,
    ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """Digits at their codes (n, 2), each drawn as its figure; `true` are labels 0 to 9 or one-hot.

    `walk` (2, 2) is a straight way from its first place to its second, `here` (2,) a place that is
    marked. Raises ValueError where codes are not pairs, or there is not one label for each.
    """
    codes, true = numbers("codes", codes, axes=2), labels(true, "true")
    expect(codes.shape[1] == 2, f"codes has {codes.shape[1]} numbers a row: expected 2")
    expect(len(true) == len(codes), f"{len(codes)} codes and {len(true)} labels")
    true = numbers_of(true, np.arange(len(FIGURES)), "true")
    ax = axes_or_new(ax, 6.0, 5.6)
    low, high = codes.min(axis=0) - 0.05, codes.max(axis=0) + 0.05
    for (x, y), figure in zip(codes, true):
        ax.text(x, y, str(figure), color=FIGURES[figure], weight="bold", fontsize=9,
                ha="center", va="center")  # fmt: skip
    if walk is not None:
        ax.plot(*walk.T, color=PALETTE["selected"], ls="--", lw=1.5)
    if here is not None:
        ax.plot(*here, "o", ms=13, mfc="none", color=PALETTE["selected"], mew=2.5)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel="first number",
           ylabel="second number", aspect="equal")  # fmt: skip
    which = sorted(set(true.tolist()))
    sentence = f"{many(len(codes), 'digit')} at the two numbers that each became"
    return tell(ax, f"{sentence}: {', '.join(map(str, which))}.", alt)
