"""Tables: a confusion matrix, how often learning succeeded, what instruments say of bugs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from nnlib.classes import names
from nnlib.metrics import wilson_interval
from nnlib.notation import Array
from nncourse.plots.given import expect, numbers
from nncourse.plots.picture import axes_or_new, legend_below, tell
from nncourse.plots.style import BLUES, ORANGES, PALETTE, WIDTH, ink, styled
from nncourse.words import many, percent, percents


def _cells(ax: Axes, colours: Array, texts: list[list[str]], **font) -> None:
    """A table of coloured cells, (R, C, 3), with a text in each."""
    ax.imshow(colours, aspect="auto")
    ax.set(xticks=range(colours.shape[1]), yticks=range(colours.shape[0]))
    ax.set_xticks(np.arange(1, colours.shape[1]) - 0.5, minor=True)
    ax.set_yticks(np.arange(1, colours.shape[0]) - 0.5, minor=True)
    ax.grid(which="minor", color="white", lw=2)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)
    for y, x in np.ndindex(colours.shape[:2]):
        ax.text(x, y, texts[y][x], ha="center", va="center", color=ink(colours[y, x]), **font)


@styled()
def confusion_matrix(
    matrix: Array, class_names: Sequence[str] | None = None, *, ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """How many samples of each class (row) the network took for each class (column).

    `matrix` (k, k) holds counts, and may know the names of its classes. Right answers are blue.
    Mistakes are orange, on a scale of their own, so that a few are seen beside many right answers;
    zeros are dots. At the right, the share of each row that is right. Raises ValueError for a
    matrix of anything else, or other names.
    """
    if class_names is None:
        class_names = getattr(matrix, "class_names", None)
    M = numbers("matrix", matrix, axes=2)
    k = len(M)
    expect(
        M.shape == (k, k) and (M >= 0).all() and (M == np.round(M)).all() and M.any(),
        f"matrix has shape {M.shape}: expected counts (k, k), rows true, columns predicted, not all"
        " of them 0",
    )
    written = names(range(k) if class_names is None else class_names, k)
    M = M.astype(int)
    right, wrong = M.diagonal(), M * (1 - np.eye(k, dtype=int))
    colours = ORANGES(wrong / max(wrong.max(), 1))[..., :3]
    colours[np.diag_indices(k)] = BLUES(right / max(right.max(), 1))[:, :3]
    size = max(3.2, min(5.2, 0.42 * k + 0.8))  # small enough for a screen with sliders on it
    ax = axes_or_new(ax, size + 0.9, size)
    _cells(ax, colours, [[str(n) if n else "·" for n in row] for row in M])
    ax.set(xticklabels=written, yticklabels=written, xlabel="predicted", ylabel="true")
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    quiet = {"color": PALETTE["quiet"], "fontsize": 9.5}
    for y, (n, whole) in enumerate(zip(right, M.sum(axis=1))):
        ax.text(k - 0.35, y, percent(n / whole) if whole else "–", va="center", **quiet)
    ax.text(k - 0.35, -0.62, "right", va="bottom", **quiet)
    sentence = (
        f"Confusion matrix of {many(M.sum(), 'sample')}, rows true, columns predicted:"
        f" {right.sum()} right"
    )
    return tell(ax, f"{sentence}{_most_often(wrong, written) if wrong.any() else ''}.", alt)


def _most_often(wrong: Array, names: tuple[str, ...]) -> str:
    """The mistakes made most often, as the end of a sentence."""
    pairs = np.argwhere(wrong == wrong.max())
    words = " and ".join(f"{names[t]} read as {names[p]}" for t, p in pairs[:2])
    more = f" and {len(pairs) - 2} other pairs" if len(pairs) > 2 else ""
    times = many(wrong.max(), "time") + (" each" if len(pairs) > 1 else "")
    return f"; most often confused: {words}{more}, {times}"


@styled()
def luck_map(
    successes: Array, trials: int, *, rows: Sequence, columns: Sequence,
    row_label: str = "hidden units", column_label: str = "learning rate", ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """How often learning succeeded: `successes` (R, C) of `trials` starts, one cell a setting.

    Below each count is the 95 % interval of the true share (`metrics.wilson_interval`). Raises
    ValueError for counts that do not fit the rows and columns, or exceed the trials.
    """
    n = numbers("successes", successes, axes=2)
    expect(
        n.shape == (len(rows), len(columns)) and (0 <= n).all() and (n <= trials).all() and trials,
        f"successes of shape {n.shape} for {len(rows)} rows and {len(columns)} columns, of {trials}"
        " trials: expected for each cell a count from 0 to trials",
    )
    low, high = wilson_interval(n, trials)
    texts = [
        [f"{k:.0f}/{trials}\n{percents(a, b)}" for k, a, b in zip(*row)]
        for row in zip(n, low, high)
    ]
    ax = axes_or_new(ax, min(WIDTH, 1.2 + 0.98 * len(columns)), 1.0 + 0.62 * len(rows))
    _cells(ax, BLUES(n / trials)[..., :3], texts, fontsize=9.5, linespacing=1.4)
    rows, columns = ([v if isinstance(v, str) else f"{v:g}" for v in vs] for vs in (rows, columns))
    ax.set(xticklabels=columns, yticklabels=rows, xlabel=column_label, ylabel=row_label)
    ax.set_title(f"learned, of {trials} starts; below, the 95 % interval of the true share")
    best = ", ".join(f"{row}: {most:.0f}" for row, most in zip(rows, n.max(axis=1)))
    worst = columns[int(n.sum(axis=0).argmin())]
    sentence = f"How often it was learned, in {many(trials, 'start')} a cell. At the best"
    fewest = f"; the fewest at {column_label} {worst}" if len(columns) > 1 else ""
    return tell(ax, f"{sentence} {column_label} for each of {row_label} {best}{fewest}.", alt)


@styled()
def verdicts(
    table: dict, columns: dict[str, str], *, ax: Axes | None = None, alt: str | None = None
) -> Axes:
    """What instruments say, a dot each: `table` is {row: {column: word}}, as of `bugs.table`.

    `columns` {column: title} says which are drawn. "caught" and "false alarm" are triangles,
    "blind" is a hollow circle, "passes" a round dot, any other word nothing. Raises ValueError for
    an empty table, or without one of the columns.
    """
    expect(table and columns, "expected a table with a row, and a column or more")
    for name, row in table.items():
        absent = [column for column in columns if column not in row]
        expect(not absent, f"row {name!r} has no column {', '.join(absent)}")
    ax = axes_or_new(ax, min(WIDTH, 3.2 + 1.15 * len(columns)), 0.9 + 0.26 * len(table))
    for words, label, look in VERDICTS:
        at = [(x, y) for y, row in enumerate(table.values()) for x, column in enumerate(columns)
              if row[column] in words]  # fmt: skip
        if at:
            ax.plot(*zip(*at), ls="", label=label, **({"ms": 8.5} | look))
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(table) - 0.4, -0.6))
    ax.set_xticks(range(len(columns)), columns.values())
    ax.set_yticks(range(len(table)), [name.replace("_", " ") for name in table])
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.grid(axis="y")
    legend_below(ax)
    caught = [sum(row[column] == "caught" for row in table.values()) for column in columns]
    listed = ", ".join(f"{title} {n}" for title, n in zip(columns.values(), caught))
    return tell(ax, f"What instruments notice, of {many(len(table), 'specimen')}: {listed}.", alt)


VERDICTS = (  # words, what the legend says of them, and how they are drawn
    (("caught", "false alarm"), "notices it", {"marker": "^", "color": PALETTE["negative"]}),
    (("blind",), "sees nothing", {"marker": "o", "mfc": "white", "mec": "#9aa5b1", "ms": 7}),
    (("passes",), "lets it pass, and it is right", {"marker": "o", "color": PALETTE["positive"]}),
)
