"""Which panels lie side by side, and at which width of the stage.

A scene says it in words: `"grid": {"wide": "network*2 output / space loss output", ...}`. Rows are
parted by `/`; `*2` makes a panel twice as wide as the others of its row; a panel that is named in
rows one below the other reaches over them. `wide` holds from 960 px, `middle` from 760 px (what
JupyterLab leaves beside its file browser), `narrow` below. Without `middle`, `wide` holds there
too; what is not said at all is a column. Below 540 px there is a column in any case.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, pairwise

WIDTHS = ("wide", "middle", "narrow")
EMPTY = "."  # a place in which no panel is


def templates(scene: dict, frame: dict) -> dict[str, str]:
    """The grids of a scene as CSS, by width, without the panels that a frame does not show."""
    ids = tuple(panel["id"] for panel in scene["panels"])
    shown = frozenset(drawn(ids, frame))
    return {width: _css(_rows(_grid(scene, width), ids, shown)) for width in WIDTHS}


def places(scene: dict, frame: dict) -> list[list[tuple[str, Fraction, Fraction]]]:
    """The rows of the wide grid, each [(panel, its left edge, its right edge), ...] from 0 to 1."""
    ids = tuple(panel["id"] for panel in scene["panels"])
    rows = _rows(_grid(scene, "wide"), ids, frozenset(drawn(ids, frame)))
    return [[(name, left, right) for (name, _), (left, right) in zip(row, pairwise(_edges(row)))
             if name != EMPTY] for row in rows]  # fmt: skip


def drawn(ids, frame: dict) -> list[str]:
    """The panels that a frame shows."""
    return [name for name in ids
            if frame["panels"].get(name) and name not in frame["hidden"]]  # fmt: skip


def _grid(scene: dict, width: str) -> str:
    grid = scene.get("grid", {})
    column = " / ".join(panel["id"] for panel in scene["panels"])
    return grid.get(width) or (grid.get("wide") if width == "middle" else None) or column


@lru_cache(1024)
def _rows(grid: str, ids: tuple, shown: frozenset) -> list[list[tuple[str, Fraction]]]:
    """[[(panel, its share of the row), ...], ...] of the panels that are shown."""
    rows = []
    for line in grid.split("/"):
        cells = [cell.partition("*") for cell in line.split()]
        weights = [Fraction(weight or 1) for _, _, weight in cells]
        rows.append([(name, w / sum(weights)) for (name, _, _), w in zip(cells, weights)])
    named = {name for row in rows for name, _ in row} - {EMPTY}
    if named != set(ids):
        raise ValueError(f"the grid {grid!r} is one of other panels than {', '.join(ids)}")
    kept: list = []
    for row in rows:
        names = {name for name, _ in row} & shown
        while kept and {name for name, _ in kept[-1]} & shown < names:
            kept.pop()  # it has nothing of its own
        if names and not (kept and names <= {name for name, _ in kept[-1]} & shown):
            kept.append(row)
    often = Counter(name for row in kept for name, _ in row)
    return [_filled(row, {name for name in shown if often[name] == 1}, shown) for row in kept]


def _filled(row: list, single: set, shown: frozenset) -> list[tuple[str, Fraction]]:
    """The row, the room of what is not shown given to a neighbour that is in this row only."""
    filled, spare = [], Fraction(0)
    for name, share in row:
        if name not in shown:
            spare += share
            if filled and filled[-1][0] in single:
                filled[-1], spare = (filled[-1][0], filled[-1][1] + spare), Fraction(0)
        elif name in single:
            filled, spare = [*filled, (name, share + spare)], Fraction(0)
        else:
            gap = [(EMPTY, spare)] if spare else []
            filled, spare = [*filled, *gap, (name, share)], Fraction(0)
    return [*filled, (EMPTY, spare)] if spare else filled


def _edges(row: list) -> list[Fraction]:
    return list(accumulate((share for _, share in row), initial=Fraction(0)))


def _css(rows: list) -> str:
    """A value of `grid-template`; what is left of the height goes to the last row."""
    if not rows:
        return "none"
    edges = sorted({edge for row in rows for edge in _edges(row)})
    lines = []
    for row in rows:
        ends = _edges(row)[1:]
        names = [next(name for (name, _), end in zip(row, ends) if left < end)
                 for left in edges[:-1]]  # fmt: skip
        lines.append(f'"{" ".join(names)}" auto')
    lines[-1] = lines[-1].removesuffix("auto") + "1fr"
    columns = " ".join(f"minmax(0, {float(100 * (b - a)):.4g}fr)" for a, b in pairwise(edges))
    return f"{' '.join(lines)} / {columns}"
