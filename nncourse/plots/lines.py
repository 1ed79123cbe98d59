"""Pictures of series of numbers: curves, histograms, losses over training, a V curve."""

from __future__ import annotations

from itertools import cycle

import numpy as np
from matplotlib.axes import Axes

from nnlib import checks
from nnlib.notation import Array
from nnlib.training import History
from nncourse.plots.given import about, expect, labelled, numbers
from nncourse.plots.picture import axes_or_new, row_of_panels, tell
from nncourse.plots.style import LINES, PALETTE, line_styles, styled
from nncourse.words import many, minus

FAR = 100  # a loss that has grown to so many times its start is shown as diverging


def _scaled(ax: Axes, logx: bool, logy: bool) -> None:
    ax.set(xscale="log" if logx else "linear", yscale="log" if logy else "linear")
    ax.grid(axis="y")


@styled()
def curves(
    x: Array, series: dict, *, xlabel: str, ylabel: str, title: str = "", logx: bool = False,
    logy: bool = False, marks: dict | None = None, ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """Lines over a common x (n,): `series` is {label: y (n,)}, `marks` {label: (x, y)} for points.

    Raises ValueError where a y does not fit x, or has no number above 0 for a log scale.
    """
    x = numbers("x", x)
    series = labelled("series", series, like=x, above=0 if logy else -np.inf)
    ax = axes_or_new(ax, 7.0, 4.0)
    words = []
    for (label, y), style in zip(series.items(), line_styles(series)):
        ax.plot(x, y, label=label, **style)
        words.append(f"{label} {_ends(y[np.isfinite(y)], logy)}")
    marks = marks or {}
    for (label, (mark_x, mark_y)), marker in zip(marks.items(), cycle("oDs*P")):
        ax.plot(mark_x, mark_y, marker, color=PALETTE["selected"], ms=9, mec="white", label=label)
    words += [f"marked: {', '.join(marks)}"] if marks else []
    _scaled(ax, logx, logy)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.legend()
    over = f"{xlabel} from {about(x[0])} to {about(x[-1])}"
    return tell(ax, f"{title or ylabel} over {over}: {'; '.join(words)}.", alt)


@styled()
def bands(
    x: Array | dict, runs: dict, *, xlabel: str, ylabel: str, ylim: tuple | None = None,
    logy: bool = False, ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """What many runs have in common: {label: (S, n)} as the mean of S runs, and a band around it.

    The band reaches one standard deviation up and down. `x` is (n,), or {label: (n,)} where each
    has its own; `ylim` are the ends of the vertical axis. Raises ValueError for runs that do not
    fit, or without a number.
    """
    expect(isinstance(runs, dict) and runs, f"runs={runs!r}: expected {{label: (S, n) numbers}}")
    runs = {label: numbers(repr(label), y, axes=2).astype(float) for label, y in runs.items()}
    ax = axes_or_new(ax, 7.0, 4.0)
    words = []
    for (label, y), style in zip(runs.items(), line_styles(runs)):
        own = numbers(f"x of {label!r}", x[label] if isinstance(x, dict) else x)
        expect(len(own) == y.shape[1], f"{label!r} has shape {y.shape}, its x {len(own)} numbers")
        expect(np.isfinite(y).any(), f"{label!r} has no number: nothing to draw")
        mean, spread = y.mean(axis=0), y.std(axis=0)
        ax.plot(own, mean, label=label, **style)
        ax.fill_between(own, mean - spread, mean + spread, color=style["color"], alpha=0.18, lw=0)
        known = mean[np.isfinite(mean)]
        words.append(f"{label} ends at about {about(known[-1]) if known.size else 'nothing'}")
    _scaled(ax, False, logy)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=ylim)
    ax.legend()
    n = min(len(y) for y in runs.values())
    return tell(ax, f"{ylabel} over {xlabel}, mean of {many(n, 'run')}: {'; '.join(words)}.", alt)


def _ends(y: Array, logy: bool) -> str:
    """From where to where a line goes, and its turning points in between."""
    largest = 0.0 if logy else np.abs(y).max()  # on a log axis even the smallest number is seen
    words = f"from {about(y[0], largest)} to {about(y[-1], largest)}"
    for word, turn in (("lowest", y.min()), ("highest", y.max())):
        if abs(turn - y[[0, -1]]).min() > 0.05 * np.ptp(y):
            words += f", {word} {about(turn, largest)}"
    return words


@styled()
def histograms(
    series: dict, *, bins: int = 40, xlabel: str = "value", alt: str | None = None
) -> Array:
    """How numbers are spread: {label: array of any shape} gives (n,) Axes, a histogram each.

    Raises ValueError for an empty array, or one with numbers that are not finite.
    """
    expect(isinstance(series, dict) and series, f"series={series!r}: expected {{label: numbers}}")
    axes = row_of_panels(len(series), 4, 2.9, sharey=True)
    words = []
    for ax, (label, values) in zip(axes, series.items()):
        values = numbers(repr(label), np.ravel(values))
        expect(np.isfinite(values).all(), f"{label!r} holds numbers that are not finite")
        low, high = np.quantile(values, [0.25, 0.75])
        ax.axvspan(low, high, color="#e4e7eb", lw=0)
        ax.hist(values, bins=bins, color=PALETTE["positive"])
        ax.set(xlabel=xlabel, title=label)
        largest = np.abs(values).max()
        half = f"{about(low, largest)} to {about(high, largest)}"
        words.append(f"{label}: the middle half of {many(len(values), 'number')} from {half}")
    axes[0].set_ylabel("count (grey: middle half)")
    return tell(axes, f"Histograms. {'; '.join(words)}.", alt)


# Losses


@styled()
def loss_curves(
    histories: History | dict, *, x: str = "index", logy: bool = True, ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """The loss during training: of a History, or of {label: History}.

    A stack is drawn as thin lines. Those of a single History are blue and solid where the loss
    ended below a tenth of its start, orange and dashed elsewhere. `x` is "index" (steps) or "epoch"
    (the mean of the losses in each). A run that diverged is marked. Raises ValueError for a History
    without a step.
    """
    runs = histories if isinstance(histories, dict) else {"loss": histories}
    word = checks.known(x, {"index": "step", "epoch": "epoch"}, "x")
    expect(
        runs and all(isinstance(run, History) and len(run) for run in runs.values()),
        f"histories={histories!r}: expected a History with at least one step, or {{label:"
        " History}; record(train(...)) gives one",
    )
    ax = axes_or_new(ax, 7.0, 4.0)
    words, start, lowest = [], 0.0, np.inf
    for (label, run), style in zip(runs.items(), line_styles(runs)):
        at, losses = _losses(run, x)
        start = max(start, np.nanmax(losses[0]))
        lowest = np.nanmin(losses, where=losses > 0, initial=lowest)
        if losses.shape[1] == 1:
            ax.plot(at, losses[:, 0], label=label, **style)
            words.append(f"{label} from {about(losses[0, 0])} to {_end(losses[:, 0])}")
        else:
            words.append(_stack(ax, at, losses, (label, style) if len(runs) > 1 else None))
        if run.diverged:
            words[-1] = _diverged(ax, at[-1], f"{label} diverged after step {run.last.index}")
    _scaled(ax, False, logy)
    top = start * (FAR if logy else 3)
    if ax.get_ylim()[1] > top > 0:  # a diverging run would leave no height to the others
        ax.set_ylim(lowest / 2 if logy else 0, top)
    ax.set(xlabel=word, ylabel="loss")
    if ax.get_legend_handles_labels()[1] != ["loss"]:
        ax.legend()
    longest = max(getattr(run.last, x) for run in runs.values())
    return tell(ax, f"Loss over {many(longest, word)}: {'; '.join(words)}.", alt)


def _losses(history: History, x: str) -> tuple[Array, Array]:
    """The x (k,) and the losses (k, S) of a run; of an epoch, the mean of the losses kept."""
    losses = history.series("loss").reshape(len(history), -1)
    if x == "index":
        return history.series("index"), losses
    epochs, which = np.unique(history.series("epoch"), return_inverse=True)
    sums = np.zeros((len(epochs), losses.shape[1]))
    np.add.at(sums, which, losses)
    return epochs, sums / np.bincount(which)[:, None]


def _end(losses: Array) -> str:
    """The last loss in one digit: after many steps, further digits differ between machines."""
    start, end = losses[[0, -1]]
    if end > FAR * start:
        return f"over {FAR} times as much"
    return "almost 0" if end < 1e-6 * start else f"about {about(end, digits=1)}"


def _stack(ax: Axes, at: Array, losses: Array, given: tuple | None) -> str:
    """Draw the runs of a stack, (k, S) losses; what the sentence says of them.

    `given` is their label and style; None gives a style to those that learned, one to the others.
    """
    low = losses[-1] < 0.1 * losses[0]  # False for nan
    end = f"{low.sum()} ended below a tenth of the start"
    groups = [(end, low, LINES[0]), (f"{(~low).sum()} did not", ~low, LINES[1])]
    drawn = [(label, which, {"color": c, "ls": dash}) for label, which, (c, dash) in groups]
    if given is not None:
        drawn = [(given[0], np.ones_like(low), given[1])]
    for label, which, style in drawn:
        for line in ax.plot(at, losses[:, which], **(style | {"lw": 1.0}))[:1]:
            line.set_label(label)
    lost = np.isnan(losses[-1]).sum()
    name = "" if given is None else f"{given[0]}, "
    return f"{name}{many(low.size, 'run')}, {end}" + (f", {lost} diverged" if lost else "")


def _diverged(ax: Axes, x: float, words: str) -> str:
    """Draw a vertical line at x, with these words beside it; the words."""
    ax.annotate(words, (x, 0.02), xycoords=("data", "axes fraction"), rotation=90, ha="right",
                color=PALETTE["negative_text"])  # fmt: skip
    ax.axvline(x, color=PALETTE["negative_text"], lw=1, ls="--")
    return words


# The gradient check


@styled()
def v_curve(steps: Array, errors: dict, *, ax: Axes | None = None, alt: str | None = None) -> Axes:
    """The error of a gradient check against its step, on two log scales.

    `steps` (n,) are those of `gradient_error`, `errors` is {label: (n,)}; the lowest error of each
    is marked. Raises ValueError where the errors do not fit the steps, or none is above 0.
    """
    steps = numbers("steps", steps)
    errors = labelled("errors", errors, like=steps, above=0)
    ax = axes_or_new(ax, 7.0, 4.2)
    words = []
    for (label, error), style in zip(errors.items(), line_styles(errors)):
        error = np.where(error > 0, error, np.nan)
        low = np.nanargmin(error)
        ax.plot(steps, error, label=f"{label}: lowest at h = {minus(f'{steps[low]:.0e}')}", **style)
        ax.plot(steps[low], error[low], "o", color=style["color"], ms=9, mec="white", zorder=5)
        least = f"gets no lower than about {about(error[low], digits=1)}"
        words.append(f"{label} {'falls below 1e−7' if error[low] < 1e-7 else least}")
    _scaled(ax, True, True)
    ax.set(xlabel="nudge h", ylabel="relative error of the gradient")
    ax.legend()
    over = f"nudges from {about(steps.min(), digits=1)} to {about(steps.max(), digits=1)}"
    return tell(ax, f"Error of the gradient over {over}: {'; '.join(words)}.", alt)
