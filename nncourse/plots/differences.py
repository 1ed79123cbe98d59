"""Differences that changes make on the same splits, beside how far they spread."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from nncourse.plots.given import expect, labelled
from nncourse.plots.picture import axes_or_new, tell
from nncourse.plots.style import PALETTE, styled
from nncourse.words import fixed, listed, many


def outlives_spread(values) -> bool:
    """Whether the mean of differences (n,) is farther above 0 than their standard deviation.

    >>> outlives_spread([0.9, 1.0, 1.1]), outlives_spread([-1.0, 0.5, 2.0])
    (True, False)
    """
    return bool(np.mean(values) > np.std(values, ddof=1))


@styled()
def differences(
    series: dict, *, xlabel: str = "points gained on the same split", ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """A row for each change: {name: (n,) differences}, a dot a split, mean and spread as a bar.

    The bar goes one standard deviation to both sides of the mean. It is blue and thick where the
    mean is farther above 0 than that, grey and thin elsewhere; numbers stand beside it. Raises
    ValueError where the rows are not of one length, or of fewer than two differences.
    """
    n = len(np.ravel(next(iter(series.values())))) if isinstance(series, dict) and series else 0
    expect(n > 1, f"series={series!r}: expected {{label: differences}}, two or more in each")
    series = labelled("series", series, like=np.arange(n))
    ax = axes_or_new(ax, 7.0, 1.3 + 0.46 * len(series))
    digits = 1 if all(values.std(ddof=1) >= 0.2 for values in series.values()) else 2
    for row, values in enumerate(series.values()):
        mean, spread, better = values.mean(), values.std(ddof=1), outlives_spread(values)
        colour = PALETTE["positive"] if better else PALETTE["quiet"]
        ax.plot(values, np.full(n, row - 0.2), "o", ms=4, color="#9aa5b1", mew=0)
        ax.plot([mean - spread, mean + spread], [row, row], color=colour, lw=5 if better else 2)
        ax.plot(mean, row, "D" if better else "o", color=colour, ms=8, mec="white")
        words = f"{'+' if mean > 0 else ''}{fixed(mean, digits)} ± {fixed(spread, digits)}"
        ax.text(1.02, row, words, transform=ax.get_yaxis_transform(), va="center",
                weight="bold" if better else "normal")  # fmt: skip
    ax.axvline(0, color=PALETTE["quiet"], lw=1, ls="--")
    ax.set(xlabel=xlabel, ylim=(len(series) - 0.5, -0.6))
    ax.set_yticks(range(len(series)), series)
    ax.tick_params(axis="y", length=0)
    larger = [name for name, values in series.items() if outlives_spread(values)]
    said = (
        f"larger than its spread: {listed(larger)}" if larger else "none is larger than its spread"
    )
    return tell(ax, f"{many(len(series), 'difference')} on {n} splits; {said}.", alt)
