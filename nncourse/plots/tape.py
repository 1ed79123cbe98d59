"""The tape of a calculation: which numbers came from which, and the slopes that went back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from nncourse.plots.given import expect
from nncourse.plots.picture import axes_or_new, tell
from nncourse.plots.style import PALETTE, WIDTH, styled
from nncourse.words import many, signed


@styled()
def tape(
    numbers: Sequence, names: Sequence[str], slopes: Sequence[float] | None = None, *,
    ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """The numbers of a tape as boxes, an arrow from each to those that were made of it.

    Each number has a `value`, `parents` (numbers before it on the tape) and `slopes`, the local
    slope along each parent, which stands on its arrow. `slopes`, one for each number, are those of
    the last number; they stand beside the boxes. Raises ValueError for names or slopes of another
    count, and for a parent that does not come before.
    """
    count = len(numbers)
    expect(count and len(names) == count, f"{count} numbers and {len(names)} names")
    expect(slopes is None or len(slopes) == count, f"{count} numbers need as many slopes")
    order = {id(number): k for k, number in enumerate(numbers)}
    parents = [[order.get(id(parent), count) for parent in number.parents] for number in numbers]
    expect(
        all(p < k for k, ps in enumerate(parents) for p in ps), "a parent comes before its child"
    )
    places = _places(parents)
    columns, rows = places.max(axis=0) + 1
    ax = axes_or_new(ax, min(WIDTH, 1.35 * columns), 1.15 * rows + 0.2)
    for k, number in enumerate(numbers):
        _arrows(ax, number, parents[k], places, k)
        slope = None if slopes is None else slopes[k]
        _box(ax, places[k], names[k], number.value, slope, below=places[k][1] < rows - 1)
    ax.set(xlim=(-0.5, columns - 0.5), ylim=(-0.55 if rows > 1 else -0.3, rows - 0.45))
    ax.axis("off")
    given = sum(not ps for ps in parents)
    sentence = (
        f"A tape of {many(count, 'number')}, {given} of them given:"
        f" {names[-1]} = {signed(numbers[-1].value, 2)}"
    )
    if slopes is not None:
        back = [f"{names[k]} {signed(slopes[k], 2)}" for k in range(count) if not parents[k]]
        sentence += f"; its slopes: {', '.join(back)}"
    return tell(ax, sentence + ".", alt)


def _places(parents: list[list[int]]) -> np.ndarray:
    """(column, row) of each number: right of its parents; a given one just left of its child."""
    column = np.zeros(len(parents), dtype=int)
    for k, ps in enumerate(parents):
        column[k] = max((column[p] + 1 for p in ps), default=0)
    for k, ps in enumerate(parents):
        children = [column[c] for c, others in enumerate(parents) if k in others]
        if not ps and children:
            column[k] = min(children) - 1
    made = {}  # how many numbers stand in a column so far; what is computed stands highest
    row = np.zeros(len(parents), dtype=int)
    for k in sorted(range(len(parents)), key=lambda k: (not parents[k], k)):
        row[k] = made.get(column[k], 0)
        made[column[k]] = row[k] + 1
    return np.stack([column, max(made.values()) - 1 - row], axis=1)


def _box(ax: Axes, place, name: str, value: float, slope: float | None, below: bool) -> None:
    """The value in a box; outside of the arrows, its name and its slope."""
    x, y = place
    box = {"boxstyle": "round,pad=0.35", "fc": "white", "ec": PALETTE["text"]}
    ax.text(x, y, signed(value, 2), ha="center", va="center", bbox=box, zorder=3)
    away = -1 if below else 1
    beside = {"ha": "center", "va": "center"}
    ax.text(x, y + away * (0.25 if slope is None else 0.42), name, style="italic", **beside)
    if slope is not None:
        colour = PALETTE["positive" if slope >= 0 else "negative_text"]
        ax.text(x, y + away * 0.25, f"slope {signed(slope, 2)}", color=colour, **beside)


def _arrows(ax: Axes, number, parents: list[int], places, k: int) -> None:
    """An arrow from each parent, bent apart where one parent is used twice."""
    for use, (p, local) in enumerate(zip(parents, number.slopes)):
        twice = parents.count(p) > 1
        bend = (0.2 if use else -0.2) if twice else 0.0
        (x0, y0), (x1, y1) = places[p], places[k]
        ax.annotate("", (x1, y1), (x0, y0), zorder=1, arrowprops={
            "arrowstyle": "->", "color": PALETTE["quiet"], "shrinkA": 20, "shrinkB": 21,
            "connectionstyle": f"arc3,rad={bend}"})  # fmt: skip
        middle = (x0 + x1) / 2, (y0 + y1) / 2 + (-0.55 if bend > 0 else 0.55) * abs(bend)
        ax.text(*middle, signed(local, 2), ha="center", va="center", fontsize=9,
                color=PALETTE["quiet"], zorder=2,
                bbox={"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none"})  # fmt: skip
