"""A loss over one of its parameters, or over two of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from nnlib.notation import Array
from nncourse.plots.given import about, expect, numbers
from nncourse.plots.picture import axes_or_new, colour_bar, tell
from nncourse.plots.style import BLUES, PALETTE, styled
from nncourse.words import listed, many


@styled()
def loss_slice(
    f: Callable, theta: Array, i: int, j: int | None = None, *, path: Array | None = None,
    span: float = 2.0, names: Sequence[str] | None = None, ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """The loss as parameter i, or i and j, move by `span` to each side of theta (P,).

    `f` gives (loss, gradient) for a theta, as in `gradient_check`. `path` (k, P) are thetas that
    training visited: a curve shows each at its own loss, so where the other parameters differ, it
    does not lie on the curve. `names` are those of the parameters shown. Raises ValueError for a
    parameter that theta does not have, or a path or names that do not fit.
    """
    theta = numbers("theta", theta).astype(float)
    shown = [i] if j is None else [i, j]
    for k in shown:
        expect(-len(theta) <= k < len(theta), f"parameter {k}: theta has {len(theta)}, from 0 on")
    names = [names] if isinstance(names, str) else list(names or [f"theta[{k}]" for k in shown])
    expect(len(names) == len(shown), f"names={names}: expected {many(len(shown), 'name')}")
    expect(span > 0, f"span={span}: it must be above 0, say 2")
    if path is not None:
        path = numbers("path", path, axes=2)
        fits = path.shape[1] == len(theta)
        expect(fits, f"path has shape {path.shape}, expected (k, {len(theta)})")
    limits = _limits(theta, span, path)[:, shown].T
    if j is None:
        grids = [np.linspace(*limits[0], 201)]
        losses = _losses(f, theta, shown, grids)
        ax = axes_or_new(ax, 6.5, 4.0)
        ax.plot(*grids, losses, color=PALETTE["positive"], zorder=2)
        ax.grid(axis="y")
        low = f" near {about(grids[0][np.nanargmin(losses)])}"
        line = None if path is None else (path[:, i], np.array([float(f(t)[0]) for t in path]))
        ax.set(xlabel=names[0], ylabel="loss", xlim=limits[0])
    else:
        grids = [np.linspace(*ends, 51) for ends in limits]
        losses, low = _losses(f, theta, shown, grids), ""
        ax = axes_or_new(ax, 6.5, 5.0)
        _map(ax, grids, losses)
        line = None if path is None else path[:, shown].T
        ax.set(xlabel=names[0], ylabel=names[1], xlim=limits[0], ylim=limits[1])
    sentence = f"Loss over {listed(names)}, between {about(np.nanmin(losses))}{low}"
    sentence += f" and {about(np.nanmax(losses))}"
    if path is not None:
        _path(ax, line)
        ends = [about(float(f(path[k])[0]), digits=1) for k in (0, -1)]
        sentence += f"; a path of {many(len(path), 'point')} goes from loss {ends[0]} to {ends[1]}"
    return tell(ax, sentence + ".", alt)


def _limits(theta: Array, span: float, path: Array | None) -> Array:
    """(2, P): how far the picture reaches, so that the path is seen up to four spans away."""
    limits = np.stack([theta - span, theta + span])
    if path is None:
        return limits
    seen = np.clip(path, theta - 4 * span, theta + 4 * span)  # a path may diverge
    return np.stack([np.fmin(limits[0], seen.min(axis=0)), np.fmax(limits[1], seen.max(axis=0))])


def _losses(f: Callable, theta: Array, shown: list[int], grids: list[Array]) -> Array:
    """The loss at each place of a grid, with one axis for each parameter shown."""
    places = np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1)
    losses = np.empty(places.shape[:-1])
    for where in np.ndindex(losses.shape):
        moved = theta.copy()
        moved[shown] = places[where]
        losses[where] = f(moved)[0]
    return losses


def _map(ax: Axes, grids: list[Array], losses: Array) -> None:
    """The losses (51, 51) as coloured contours."""
    highest, lowest = np.nanmax(losses), np.nanmin(losses)
    expect(highest > 0, "the loss is nowhere above 0 on this slice: nothing to draw")
    # Levels in equal ratios: in equal steps, the valley in which paths end would have no contour.
    bottom = np.clip(lowest, 1e-3 * highest, (1 - 1e-9) * highest)
    levels = np.geomspace(bottom, highest, 13)
    # The colour scale goes on above the highest loss, so that the path is seen on the darkest.
    norm = LogNorm(bottom, highest * (highest / bottom) ** 0.4)
    filled = ax.contourf(*grids, np.clip(losses.T, bottom, highest), levels=levels, cmap=BLUES,
                         norm=norm)  # fmt: skip
    if lowest < levels[-2]:  # a flat slice has no contour lines
        ax.contour(*grids, losses.T, levels=levels, colors="white", linewidths=0.6)
    colour_bar(ax, filled, "loss", ticks=levels[::3], format="%.2g")


def _path(ax: Axes, line) -> None:
    """The path over the slice, its start and its end."""
    ax.plot(*line, "o--", color=PALETTE["negative_text"], lw=1.2, ms=4.5, label="the path")
    for k, face, word in ((0, "white", "start"), (-1, PALETTE["selected"], "end")):
        ax.plot(line[0][k], line[1][k], "o", ms=9, mfc=face, mec=PALETTE["selected"], mew=2, ls="",
                label=word)  # fmt: skip
    ax.legend()
