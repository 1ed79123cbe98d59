"""Pictures: one figure, one function, and the Axes it is drawn in.

Colour means something, and never alone: what is positive, learned or right is blue, solid and
round; what is negative, not learned or wrong is orange, dashed and three-cornered; what is held out
for the test is hollow. Every picture brings a sentence that says what it shows: `alt(ax)`. A
notebook that displays the picture carries the sentence as its alt text, so numbers in it are
rounded until they are the same on every machine; `alt="..."` replaces it.

A picture is drawn from what it is given: it trains nothing and changes nothing.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from itertools import cycle
from math import ceil, prod

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import offset_copy
from PIL import Image

from nncourse.words import listed, many, percent, percents
from nnlib import checks
from nnlib.activations import ACTIVATIONS
from nnlib.datasets import Dataset
from nnlib.metrics import labels, wilson_interval
from nnlib.network import Network
from nnlib.notation import Array
from nnlib.training import History

PALETTE = {
    "positive": "#1b6cb8",  # class 1, learned, right
    "negative": "#e0721e",  # class 0, not learned, wrong; as an area or a thick line
    "negative_text": "#b4540a",  # the same, dark enough for letters and thin lines
    "zero": "#f6f5f2",
    "test": "#8a4fbf",
    "selected": "#0b57d0",
    "text": "#1f2933",
    "quiet": "#52606d",
}

# The same meanings on a dark page.
DARK_PALETTE = {
    "positive": "#6cb0f0",
    "negative": "#f5a35c",
    "negative_text": "#f5a35c",
    "zero": "#4a4f57",
    "test": "#c4a0f0",
    "selected": "#8ab4f8",
    "text": "#e6e8eb",
    "quiet": "#a8b3bf",
}


def _mix(colour: str, share: float, zero: str = PALETTE["zero"]) -> Array:
    """`share` of a colour, the rest the near-white of zero."""
    return share * np.array(to_rgb(colour)) + (1 - share) * np.array(to_rgb(zero))


def heat_ends(palette: dict) -> list[str]:
    """The colours of -1, 0 and 1 on a heat map: pale enough that points can be seen on it.

    >>> heat_ends(PALETTE)
    ['#e48c48', '#f6f5f2', '#4787c4']
    """
    sides = ("negative", "zero", "positive")
    return [to_hex(_mix(palette[side], 0.8, palette["zero"])) for side in sides]


DIVERGING = LinearSegmentedColormap.from_list("orange to blue", heat_ends(PALETTE))
BLUES = LinearSegmentedColormap.from_list("blues", [PALETTE["zero"], PALETTE["positive"]])
ORANGES = LinearSegmentedColormap.from_list("oranges", [PALETTE["zero"], PALETTE["negative"]])
# Class by class: a colour that the colour-blind can tell from the others, and a marker.
CLASSES = list(zip(
    (PALETTE["negative_text"], PALETTE["positive"], "#12806f", "#a3155b", "#7a6a00",
     PALETTE["text"], "#56b4e9", "#d1495b", "#8d99ae", "#5b3a1e"),
    "^osDvPX*<>",
))  # fmt: skip
LINES = list(zip(
    (PALETTE["positive"], PALETTE["negative_text"], "#12806f", PALETTE["text"], "#a3155b"),
    ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1))),
))  # fmt: skip
FAR = 100  # a loss of so many times its start has flown off
WIDTH = 9.0  # inches: as wide as a notebook shows without shrinking
STYLE = {
    "font.size": 10.0,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#9aa5b1",
    "axes.labelcolor": PALETTE["quiet"],
    "axes.grid": False,
    "axes.axisbelow": True,
    "grid.color": "#e4e7eb",
    "text.color": PALETTE["text"],
    "xtick.color": PALETTE["quiet"],
    "ytick.color": PALETTE["quiet"],
    "lines.linewidth": 2.0,
    "legend.edgecolor": "none",
    "legend.fontsize": 9.5,
    "image.interpolation": "nearest",
    "path.simplify_threshold": 0.5,
}


@contextmanager
def _style():
    # Not rc_context: that also puts back the interactive mode, which a notebook's backend
    # switches on while the first figure is made, and only once.
    before, figures = {key: rcParams[key] for key in STYLE}, plt.get_fignums()
    rcParams.update(STYLE)
    try:
        yield
    except BaseException:  # a picture that is not finished is not shown either
        for number in set(plt.get_fignums()) - set(figures):
            plt.close(number)
        raise
    finally:
        rcParams.update(before)


class Picture(Figure):
    """A matplotlib figure that takes its sentence along, as alt text, to where it is displayed."""

    @property
    def alt(self) -> str:
        """The sentences of its Axes, each once."""
        return " ".join(dict.fromkeys(ax.alt for ax in self.axes if hasattr(ax, "alt")))

    def draw(self, renderer):
        """Draw in the style of the course: ticks take theirs only now."""
        with _style():
            super().draw(renderer)

    def png(self) -> bytes:
        """The picture as the bytes of a PNG file."""
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=110)
        # 256 colours are plenty for a chart, and take a third of the room.
        small, image = io.BytesIO(), Image.open(file).convert("RGB")
        image.quantize(256, dither=Image.Dither.NONE).save(small, "png")
        return small.getvalue()

    def _ipython_display_(self):
        from IPython.display import display  # here, so that a plain script needs matplotlib only

        data = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": self.alt}
        display(data, metadata={"image/png": {"alt": self.alt}}, raw=True)


@_style()
def panels(rows: int = 1, columns: int = 1, *, size: tuple | None = None, **shared) -> Array:
    """An empty Picture of rows x columns panels to draw into, (rows * columns,) Axes.

    `size` is width and height in inches; `sharex` and `sharey` go to matplotlib.

    >>> left, right = panels(1, 2)
    >>> plt.close(left.figure)
    """
    size = size or (WIDTH, 4.0 * rows)
    return _figure(*size).subplots(rows, columns, squeeze=False, **shared).ravel()


def sheet(width: float, height: float) -> Picture:
    """An empty Picture, so many inches wide and high, on which nothing is placed by itself.

    >>> plt.close(sheet(4, 3))
    """
    return _figure(width, height, layout=None)


def _figure(width: float, height: float, layout: str | None = "constrained") -> Picture:
    return plt.figure(
        FigureClass=Picture, figsize=(width, height), dpi=100, facecolor="white", layout=layout
    )


def alt(ax: Axes | Array | Figure) -> str:
    """The sentence that says what a picture shows, from its Axes, its array of Axes or itself.

    Raises ValueError for a picture that none of these functions has drawn.

    >>> ax = luck_map([[0, 20]], 20, rows=[2], columns=[0.1, 1.0])
    >>> alt(ax)
    'How often it was learned, in 20 starts a cell. At the best learning rate for each of hidden \
units 2: 20; the fewest at learning rate 0.1.'
    >>> plt.close(ax.figure)
    """
    things = [ax] if isinstance(ax, Figure) else np.ravel(ax)
    said = [thing.alt for thing in things if getattr(thing, "alt", "")]
    _expect(said, f"{ax!r} has no sentence: pass what a function of nncourse.plots has given")
    return " ".join(dict.fromkeys(said))


def png(ax: Axes | Array | Figure) -> bytes:
    """The picture as the bytes of a PNG file; its figure is closed, and not displayed again."""
    figure = ax if isinstance(ax, Figure) else np.ravel(ax)[0].figure
    _expect(isinstance(figure, Picture), "not a Picture: make it with panels(), or pass no ax")
    plt.close(figure)
    return figure.png()


# What the pictures share: sizes, checks, words


def _axes(ax: Axes | None, width: float, height: float) -> Axes:
    return panels(size=(width, height))[0] if ax is None else ax


def _row_of_panels(n: int, widest: int, height: float, **shared) -> Array:
    """n panels, at most `widest` in a row; the places left over in the last row are removed."""
    rows = ceil(n / widest)
    columns = ceil(n / rows)
    axes = panels(rows, columns, size=(min(WIDTH, 4.5 * columns), height * rows), **shared)
    for ax in axes[n:]:
        ax.remove()
    return axes[:n]


def _told(axes, sentence: str, given: str | None):
    """The Axes, with the sentence on each of them: ours, or the one given instead."""
    for ax in np.ravel(axes):
        ax.alt = given or sentence
    return axes


def _expect(ok, sentence: str) -> None:
    if not ok:
        raise ValueError(sentence)


def _numbers(name: str, values, axes: int = 1) -> Array:
    """`values` as an array with so many axes; said if it is not, or if nothing is in it."""
    values, given = np.asarray(values), f"{name} has shape {np.shape(values)}"
    _expect(values.dtype.kind in "biuf", f"{name} holds {values.dtype}: expected numbers")
    shape = ("(n,)", "(n, k)")[axes - 1]
    _expect(values.ndim == axes, f"{given}, expected {shape}")
    _expect(values.size, f"{given}: there is nothing in it to draw")
    return values


def _named(name: str, series: dict, like: Array, above: float = -np.inf) -> dict:
    """{label: numbers (n,)}, as many for each label as there are in `like`, some `above`."""
    _expect(isinstance(series, dict) and series, f"{name}={series!r}: expected {{label: numbers}}")
    series = {label: _numbers(repr(label), y).astype(float) for label, y in series.items()}
    for label, y in series.items():
        _expect(len(y) == len(like), f"{label!r} has {len(y)} numbers, the other axis {len(like)}")
        _expect((y > above).any(), f"{label!r} has no number above {above}: nothing to draw")
    return series


def _one_network(net: Network, theta: Array) -> Array:
    theta = np.asarray(theta)
    _expect(
        theta.shape == (net.n_parameters,),
        f"theta has shape {theta.shape}, expected ({net.n_parameters},): the parameters of one"
        f" {net.sizes} network; of a stack pass one, theta[0]",
    )
    return theta


def _samples(data: Dataset, test: bool = False) -> tuple[Array, Array]:
    X, Y = (data.X_test, data.Y_test) if test else (data.X, data.Y)
    _expect(len(X), f"{data.name} has no {'test' if test else 'training'} points to draw")
    return X, Y


def _fits(net: Network, data: Dataset, inputs: int) -> None:
    """Said where network or data are not what the picture can show."""
    kind = "classes, see decision_boundary" if inputs == 1 else "numbers, see plots.regression"
    _expect((data.class_names is None) == (inputs == 1), f"the targets of {data.name} are {kind}")
    _expect(
        net.sizes[0] == data.X.shape[1] == inputs,
        f"the network has {net.sizes[0]} inputs and {data.name} has {data.X.shape[1]}: this"
        f" picture shows {inputs} of each",
    )
    _expect(
        net.sizes[-1] == data.Y.shape[1],
        f"the network has {net.sizes[-1]} outputs and {data.name} has {data.Y.shape[1]} columns of"
        " targets: they must be as many",
    )


def _about(number: float, whole: float = 0.0, digits: int = 2) -> str:
    """Rounded to `digits`; 0 where it is nothing beside `whole`, or else noise would be printed."""
    return "0" if abs(number) <= 1e-9 * abs(whole) else f"{float(f'{number:.{digits}g}'):g}"


def _span(values: Array) -> str:
    return f"from {values.min():z.2f} to {values.max():z.2f}"


def _ink(colour) -> str:
    """Letters that can be read on a colour: white on the dark, text on the light."""
    light = np.power(colour, 2.2) @ (0.2126, 0.7152, 0.0722)
    return "white" if light < 0.22 else PALETTE["text"]


def _beside(ax: Axes) -> None:
    """The legend below the Axes: among points there is rarely room."""
    below = offset_copy(ax.transAxes, ax.figure, y=-0.4)
    n = len(ax.get_legend_handles_labels()[1])
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0), bbox_transform=below, ncols=min(n, 4),
              handletextpad=0.4, columnspacing=1.2)  # fmt: skip


def _colour_bar(ax: Axes, mappable, label: str, **more) -> None:
    """The colour bar, as tall as the Axes."""
    ax.figure.colorbar(mappable, cax=ax.inset_axes((1.03, 0, 0.03, 1)), label=label, **more)


# Bends


@_style()
def activation(
    *names: str, z: float | None = None, ax: Axes | None = None, alt: str | None = None
) -> Axes | Array:  # fmt: skip
    """What one or more bends send on, a = f(z), solid, and their slopes f'(z), dashed.

    `names` as in `ACTIVATIONS`; with a number `z`, the point there and its tangent. Gives Axes for
    one name, (n,) Axes for several. Raises ValueError for no name or an unknown one.
    """
    bends = [checks.known(name, ACTIVATIONS, "activation") for name in names]
    several = len(bends) > 1
    _expect(bends and not (several and ax), f"names={names}: at least one, and one for an ax")
    _expect(z is None or np.isfinite(z), f"z={z!r}: expected a finite number, say 0.5")
    grid = np.linspace(-4, 4, 801)
    if several:
        axes = _row_of_panels(len(bends), 4 if z is None else 3, 3.2, sharex=True, sharey=True)
    else:
        axes = [_axes(ax, 5.5, 3.8)]
    told = []
    for f, panel in zip(bends, axes):
        a = f.value(grid)
        slope = f.slope(grid, a)
        panel.axhline(0, color="#cbd2d9", lw=1)
        panel.plot(grid, a, color=LINES[0][0], label="a = f(z)")
        panel.plot(grid, slope, color=LINES[1][0], ls="--", label="slope f'(z)")
        told.append(f"{f.name} gives a {_span(a)} with slopes {_span(slope)}")
        title = f.name
        if z is not None:
            here = f.value(np.float64(z))
            steep = f.slope(np.float64(z), here)
            panel.plot([z - 1, z + 1], [here - steep, here + steep], color=PALETTE["text"], lw=1.2)
            panel.axvline(z, color=PALETTE["quiet"], lw=1, ls=":")
            panel.plot(z, here, "o", color=LINES[0][0], ms=8, mec="white", zorder=5)
            panel.plot(z, steep, "^", color=LINES[1][0], ms=8, mec="white", zorder=5)
            words = f"at z = {z:z.2f}: a = {here:z.2f}, slope {steep:z.2f}"
            title, told[-1] = f"{title}\n{words}", f"{told[-1]}, {words}"
        panel.set(xlabel="z", xticks=range(-4, 5, 2))
        panel.set_title(title)
    axes[0].legend(loc="upper left")
    sentence = f"Value and slope for z from -4 to 4: {'; '.join(told)}."
    return _told(axes if several else axes[0], sentence, alt)


_SLOPES = {  # the slope written in z, written in a, and what comes of mixing the two up
    "tanh": ("1 - tanh(z)²", "1 - a²", "1 - tanh(a)²"),
    "logistic": ("f(z) (1 - f(z))", "a (1 - a)", "f(a) (1 - f(a))"),
}


@_style()
def slope_two_ways(name: str = "tanh", *, alt: str | None = None) -> Array:
    """The slope of a bend against z and against a, (2,) Axes; dashed, the slip of taking a for z.

    `name` is "tanh" or "logistic".

    >>> axes = slope_two_ways("tanh")
    >>> axes[0].get_xlabel(), axes[1].get_xlabel()
    ('z, what goes in', 'a = f(z), what comes out')
    >>> plt.close(axes[0].figure)
    """
    in_z, in_a, slip = checks.known(name, _SLOPES, "bend of this picture")
    f, z = ACTIVATIONS[name], np.append(np.linspace(-4, 4, 401), 2.0)
    a = f.value(z)
    right, wrong = f.slope(z, a), f.slope(a, f.value(a))
    axes = panels(1, 2, size=(WIDTH, 3.6), sharey=True)
    words = ("z, what goes in", "a = f(z), what comes out")
    for ax, x, formula, word in zip(axes, (z, a), (in_z, in_a), words):
        ax.plot(x[:-1], right[:-1], color=LINES[0][0], label=f"right: {formula}")
        ax.plot(x[:-1], wrong[:-1], color=LINES[1][0], ls="--", label=f"slip: {slip}")
        ax.plot(x[-1], right[-1], "o", color=LINES[0][0], ms=8)
        ax.plot(x[-1], wrong[-1], "^", color=LINES[1][0], ms=8)
        for y in (right[-1], wrong[-1]):
            ax.annotate(f"{y:.2f}", (x[-1], y), xytext=(7, 3), textcoords="offset points")
        ax.margins(x=0.12)
        ax.set(xlabel=word, ylim=(-0.04 * right.max(), 1.45 * right.max()))
        ax.legend(loc="upper left")
    axes[0].set(ylabel="slope", title=f"{name}: the slope against z")
    axes[1].set_title("the same against a (marked: z = 2)")
    sentence = (
        f"The slope of {name} against z and against a, and dashed what the formula in z gives when"
        f" it is fed with a: at z = 2 the slope is {right[-1]:.2f}, the slip says {wrong[-1]:.2f}."
    )
    return _told(axes, sentence, alt)


# Curves


def _line_styles(names) -> list[dict]:
    """A colour and a dash for each name; what is measured on the test set is purple."""
    styles = []
    for i, name in enumerate(map(str, names)):
        colour, dash = LINES[i % len(LINES)]
        if "test" in name.lower().split():
            colour, dash = PALETTE["test"], "--"
        styles.append({"color": colour, "ls": dash, "lw": 2.0 if i < len(LINES) else 1.2})
    return styles


def _scaled(ax: Axes, logx: bool, logy: bool) -> None:
    ax.set(xscale="log" if logx else "linear", yscale="log" if logy else "linear")
    ax.grid(axis="y")


@_style()
def curves(
    x: Array, series: dict, *, xlabel: str, ylabel: str, title: str = "", logx: bool = False,
    logy: bool = False, marks: dict | None = None, ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """Lines over a common x (n,): `series` is {label: y (n,)}, `marks` {label: (x, y)} for points.

    Raises ValueError where a y does not fit x, or has no number above 0 for a log scale.
    """
    x = _numbers("x", x)
    series = _named("series", series, like=x, above=0 if logy else -np.inf)
    ax = _axes(ax, 7.0, 4.0)
    told = []
    for (label, y), style in zip(series.items(), _line_styles(series)):
        ax.plot(x, y, label=label, **style)
        y = y[np.isfinite(y)]
        size = np.abs(y).max()
        size = 0.0 if logy else size  # on a log axis even the smallest number is seen
        ends = [_about(y[k], size) for k in (0, -1)]
        told.append(f"{label} from {ends[0]} to {ends[1]}")
        for word, turn in (("lowest", y.min()), ("highest", y.max())):
            if abs(turn - y[[0, -1]]).min() > 0.05 * np.ptp(y):
                told[-1] += f", {word} {_about(turn, size)}"
    marks = marks or {}
    for (label, (mark_x, mark_y)), marker in zip(marks.items(), cycle("oDs*P")):
        ax.plot(mark_x, mark_y, marker, color=PALETTE["selected"], ms=9, mec="white", label=label)
    told += [f"marked: {', '.join(marks)}"] if marks else []
    _scaled(ax, logx, logy)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.legend()
    over = f"{xlabel} from {_about(x[0])} to {_about(x[-1])}"
    return _told(ax, f"{title or ylabel} over {over}: {'; '.join(told)}.", alt)


@_style()
def histograms(
    series: dict, *, bins: int = 40, xlabel: str = "value", alt: str | None = None
) -> Array:
    """How numbers are spread: {label: array of any shape} gives (n,) Axes, a histogram each."""
    _expect(isinstance(series, dict) and series, f"series={series!r}: expected {{label: numbers}}")
    axes = _row_of_panels(len(series), 4, 2.9, sharey=True)
    told = []
    for ax, (label, values) in zip(axes, series.items()):
        values = _numbers(repr(label), np.ravel(values))
        _expect(np.isfinite(values).all(), f"{label!r} holds numbers that are not finite")
        low, high = np.quantile(values, [0.25, 0.75])
        ax.axvspan(low, high, color="#e4e7eb", lw=0)
        ax.hist(values, bins=bins, color=PALETTE["positive"])
        ax.set(xlabel=xlabel, title=label)
        whole = np.abs(values).max()
        half = f"{_about(low, whole)} to {_about(high, whole)}"
        told.append(f"{label}: the middle half of {many(len(values), 'number')} from {half}")
    axes[0].set_ylabel("count (grey: middle half)")
    return _told(axes, f"Histograms. {'; '.join(told)}.", alt)


def _over(history: History, x: str) -> tuple[Array, Array]:
    """The x and the losses (k, S) of a run; over epochs, the mean of the losses kept in each."""
    losses = history.series("loss").reshape(len(history), -1)
    if x == "index":
        return history.series("index"), losses
    epochs, which = np.unique(history.series("epoch"), return_inverse=True)
    sums = np.zeros((len(epochs), losses.shape[1]))
    np.add.at(sums, which, losses)
    return epochs, sums / np.bincount(which)[:, None]


@_style()
def loss_curves(
    histories: History | dict, *, x: str = "index", log: bool = True, ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """The loss as training went on: a History, or {label: History}.

    The runs of a stack become thin lines: of a single History blue and solid where the loss ended
    below a tenth of its start, orange and dashed where it did not. `x` is "index" (steps) or
    "epoch" (the mean over each). A run that diverged says so on the picture.
    """
    runs = histories if isinstance(histories, dict) else {"loss": histories}
    word = checks.known(x, {"index": "step", "epoch": "epoch"}, "x")
    _expect(
        runs and all(isinstance(run, History) and len(run) for run in runs.values()),
        f"histories={histories!r}: expected a History with at least one step, or {{label:"
        " History}; record(train(...)) gives one",
    )
    ax = _axes(ax, 7.0, 4.0)
    told, start, lowest = [], 0.0, np.inf
    for (label, run), style in zip(runs.items(), _line_styles(runs)):
        at, losses = _over(run, x)
        start = max(start, np.nanmax(losses[0]))
        lowest = np.nanmin(losses, where=losses > 0, initial=lowest)
        if losses.shape[1] == 1:
            ax.plot(at, losses[:, 0], label=label, **style)
            told.append(f"{label} from {_about(losses[0, 0])} to {_end(losses[:, 0])}")
        else:
            told.append(_stack(ax, at, losses, (label, style) if len(runs) > 1 else None))
        if run.diverged:
            words = f"diverged after step {run.last.index}"
            ax.annotate(f"{label} {words}", (at[-1], 0.02), xycoords=("data", "axes fraction"),
                        rotation=90, ha="right", color=PALETTE["negative_text"])  # fmt: skip
            ax.axvline(at[-1], color=PALETTE["negative_text"], lw=1, ls="--")
            told[-1] = f"{label} {words}"
    _scaled(ax, False, log)
    top = start * (FAR if log else 3)
    if ax.get_ylim()[1] > top > 0:  # what flies off would press all else to the floor
        ax.set_ylim(lowest / 2 if log else 0, top)
    ax.set(xlabel=word, ylabel="loss")
    if ax.get_legend_handles_labels()[1] != ["loss"]:
        ax.legend()
    longest = max(getattr(run.last, x) for run in runs.values())
    return _told(ax, f"Loss over {many(longest, word)}: {'; '.join(told)}.", alt)


def _end(losses: Array) -> str:
    """Where a loss ends, to one digit: after many steps the others depend on the machine."""
    start, end = losses[[0, -1]]
    if end > FAR * start:
        return f"over {FAR} times as much"
    return "almost 0" if end < 1e-6 * start else f"about {_about(end, digits=1)}"


def _stack(ax: Axes, at: Array, losses: Array, given: tuple | None) -> str:
    """The runs of a stack as thin lines, in one style or by how they ended; what to say of them."""
    low = losses[-1] < 0.1 * losses[0]  # not so for nan
    end = f"{low.sum()} ended below a tenth of the start"
    groups = [(end, low, LINES[0]), (f"{(~low).sum()} did not", ~low, LINES[1])]
    styled = [(label, which, {"color": c, "ls": dash}) for label, which, (c, dash) in groups]
    if given is not None:
        styled = [(given[0], np.ones_like(low), given[1])]
    for label, which, style in styled:
        for line in ax.plot(at, losses[:, which], **(style | {"lw": 1.0}))[:1]:
            line.set_label(label)
    lost = np.isnan(losses[-1]).sum()
    name = "" if given is None else f"{given[0]}, "
    return f"{name}{many(low.size, 'run')}, {end}" + (f", {lost} diverged" if lost else "")


@_style()
def v_curve(steps: Array, errors: dict, *, ax: Axes | None = None, alt: str | None = None) -> Axes:
    """The error of a gradient against the size of the nudge that measures it, both logarithmic.

    `steps` (n,) are the nudges, `errors` is {label: (n,)}; the valley of each is marked.
    """
    steps = _numbers("steps", steps)
    errors = _named("errors", errors, like=steps, above=0)
    ax = _axes(ax, 7.0, 4.2)
    told = []
    for (label, error), style in zip(errors.items(), _line_styles(errors)):
        error = np.where(error > 0, error, np.nan)
        low = np.nanargmin(error)
        ax.plot(steps, error, label=f"{label}: lowest at h = {steps[low]:.0e}", **style)
        ax.plot(steps[low], error[low], "o", color=style["color"], ms=9, mec="white", zorder=5)
        least = f"gets no lower than about {_about(error[low], digits=1)}"
        told.append(f"{label} {'falls below 1e-7' if error[low] < 1e-7 else least}")
    _scaled(ax, True, True)
    ax.set(xlabel="nudge h", ylabel="relative error of the gradient")
    ax.legend()
    over = f"nudges from {_about(steps.min(), digits=1)} to {_about(steps.max(), digits=1)}"
    return _told(ax, f"Error of the gradient over {over}: {'; '.join(told)}.", alt)


@_style()
def loss_slice(
    f: Callable, theta: Array, i: int, j: int | None = None, *, path: Array | None = None,
    span: float = 2.0, names: Sequence[str] | None = None, ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """The loss as one parameter i, or two, i and j, move by `span` to each side of theta (P,).

    `f` gives (loss, gradient) for a theta, as in `gradient_check`. `path` (k, P) are thetas that
    were visited: along one parameter they stand at their own losses, which off the slice need not
    lie on the curve. `names` are those of the parameters shown.
    """
    theta = _numbers("theta", theta).astype(float)
    shown = [i] if j is None else [i, j]
    for k in shown:
        _expect(-len(theta) <= k < len(theta), f"parameter {k}: theta has {len(theta)}, from 0 on")
    names = [names] if isinstance(names, str) else list(names or [f"theta[{k}]" for k in shown])
    _expect(len(names) == len(shown), f"names={names}: expected {many(len(shown), 'name')}")
    _expect(span > 0, f"span={span}: it must be above 0, say 2")
    reach = np.stack([theta - span, theta + span])
    if path is not None:
        path = _numbers("path", path, axes=2)
        fits = path.shape[1] == len(theta)
        _expect(fits, f"path has shape {path.shape}, expected (k, {len(theta)})")
        # The path is followed as far as four spans off, so that one that diverges spoils nothing.
        seen = np.clip(path, theta - 4 * span, theta + 4 * span)
        reach = np.stack([np.fmin(reach[0], seen.min(axis=0)), np.fmax(reach[1], seen.max(axis=0))])

    def losses(*grids):
        points = np.stack(np.meshgrid(*grids, indexing="ij"), axis=-1)
        values = np.empty(points.shape[:-1])
        for where in np.ndindex(values.shape):
            moved = theta.copy()
            moved[shown] = points[where]
            values[where] = f(moved)[0]
        return values

    if j is None:
        grid = np.linspace(*reach[:, i], 201)
        slice_ = losses(grid)
        ax = _axes(ax, 6.5, 4.0)
        ax.plot(grid, slice_, color=PALETTE["positive"], zorder=2)
        low = f" near {_about(grid[np.nanargmin(slice_)])}"
        line = None if path is None else (path[:, i], np.array([float(f(t)[0]) for t in path]))
        ax.set(xlabel=names[0], ylabel="loss", xlim=reach[:, i])
        ax.grid(axis="y")
    else:
        grids = [np.linspace(*reach[:, k], 51) for k in shown]
        slice_ = losses(*grids)
        ax = _axes(ax, 6.5, 5.0)
        top = np.nanmax(slice_)
        _expect(top > 0, "the loss is nowhere above 0 on this slice: nothing to draw")
        # Evenly spaced levels would leave the floor of the valley, where paths end, blank.
        bottom = np.clip(np.nanmin(slice_), 1e-3 * top, (1 - 1e-9) * top)
        levels = np.geomspace(bottom, top, 13)
        # Coloured as if it went higher, so that the path can be seen on the darkest.
        norm = LogNorm(bottom, top * (top / bottom) ** 0.4)
        filled = ax.contourf(*grids, np.clip(slice_.T, bottom, top), levels=levels, cmap=BLUES,
                             norm=norm)  # fmt: skip
        if np.nanmin(slice_) < levels[-2]:  # or else it is flat
            ax.contour(*grids, slice_.T, levels=levels, colors="white", linewidths=0.6)
        _colour_bar(ax, filled, "loss", ticks=levels[::3], format="%.2g")
        low = ""
        line = None if path is None else path[:, shown].T
        ax.set(xlabel=names[0], ylabel=names[1], xlim=reach[:, i], ylim=reach[:, j])
    if line is not None:
        ax.plot(*line, "o--", color=PALETTE["negative_text"], lw=1.2, ms=4.5, label="the path")
        for k, face, word in ((0, "white", "start"), (-1, PALETTE["selected"], "end")):
            ax.plot(line[0][k], line[1][k], "o", ms=9, mfc=face, mec=PALETTE["selected"], mew=2,
                    ls="", label=word)  # fmt: skip
        ax.legend()
    sentence = f"Loss over {listed(names)}, between {_about(np.nanmin(slice_))}{low}"
    sentence += f" and {_about(np.nanmax(slice_))}"
    if path is not None:
        ends = [_about(float(f(path[k])[0]), digits=1) for k in (0, -1)]
        sentence += f"; a path of {many(len(path), 'point')} goes from loss {ends[0]} to {ends[1]}"
    return _told(ax, sentence + ".", alt)


# Networks


def _shown(n: int, most: int) -> list:
    """The indices 0 .. n-1, or `most` entries: the first, None for those left out, the last."""
    return [*range(n)] if n <= most else [*range(most - 2), None, n - 1]


@_style()
def network(
    net: Network, theta: Array, x: Array | None = None, *, ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """The network as units and lines, as wide as |w|; + is blue and solid, - orange and dashed.

    Up to 24 weights are written out, with the biases below the units. With one sample `x` (n_0,)
    each unit holds its activation. Of more than 12 units in a layer the middle is left out.
    """
    theta = _one_network(net, theta)
    A = None if x is None else net.forward(theta, _numbers("x", x)[None]).A
    parameters, layers = net.layers(theta), len(net.sizes)
    few = sum(W.size for W, _ in parameters) <= 24
    columns = [_shown(n, 12 if n <= 12 else 8) for n in net.sizes]
    tallest = max(map(len, columns))
    pitch = min(0.85, 6.0 / tallest)  # inches from unit to unit
    ax = _axes(ax, min(WIDTH, 2.4 * layers), pitch * tallest + 0.9)
    where = [{unit: (layer, (len(units) - 1) / 2 - place) for place, unit in enumerate(units)}
             for layer, units in enumerate(columns)]  # fmt: skip
    widest = max(np.abs(W).max() for W, _ in parameters) or 1.0
    for layer, (W, _) in enumerate(parameters):
        ends = [(p, q, W[u, v]) for u, p in where[layer].items() if u is not None
                for v, q in where[layer + 1].items() if v is not None]  # fmt: skip
        for side, dash in (("positive", "-"), ("negative", "--")):
            mine = [end for end in ends if (end[2] > 0) == (side == "positive")]
            thick = [0.3 + 4.5 * abs(w) / widest for _, _, w in mine]
            ax.add_collection(LineCollection([end[:2] for end in mine], linewidths=thick, ls=dash,
                                             colors=PALETTE[side]))  # fmt: skip
        if few:
            # Where the lines from or to the smaller layer are spread evenly, numbers do not meet.
            n, m = W.shape
            t = 1 / (1 + m) if m <= n else n / (1 + n)
            for (x0, y0), (x1, y1), w in ends:
                colour = PALETTE["positive" if w > 0 else "negative_text"]
                ax.text(x0 + t * (x1 - x0), y0 + t * (y1 - y0), f"{w:+z.2f}", color=colour,
                        fontsize=9, ha="center", va="center", bbox={"fc": "white", "ec": "none",
                        "pad": 0.8})  # fmt: skip
    for layer, units in enumerate(where):
        name = "input" if layer == 0 else "output" if layer == layers - 1 else f"hidden {layer}"
        bend = "" if layer == 0 else f", {net.hidden if layer < layers - 1 else net.output}"
        ax.text(layer, tallest / 2 - 0.05, f"{name}\n{many(net.sizes[layer], 'unit')}{bend}",
                ha="center", va="bottom", color=PALETTE["quiet"], fontsize=9.5)  # fmt: skip
        for unit, (x0, y0) in units.items():
            if unit is None:
                ax.text(x0, y0, "⋮", ha="center", va="center", fontsize=16)
                continue
            a = 0.0 if A is None else A[layer][0, unit]
            word = (f"x{unit + 1}" if layer == 0 else f"{unit + 1}") if A is None else _short(a)
            ax.scatter(x0, y0, s=(50 * pitch) ** 2 * 0.75, color=DIVERGING(0.5 + 0.25 * np.tanh(a)),
                       edgecolor=PALETTE["quiet"], zorder=3)  # fmt: skip
            ax.text(x0, y0, word, ha="center", va="center", fontsize=9, zorder=4)
            if few and layer > 0:
                b = f"b {parameters[layer - 1][1][0, unit]:+z.2f}"
                ax.annotate(b, (x0, y0), xytext=(0, -22), textcoords="offset points", ha="center",
                            va="top", color=PALETTE["quiet"], fontsize=9)  # fmt: skip
    ax.set(xlim=(-0.5, layers - 0.5), ylim=(-tallest / 2 - 0.1, tallest / 2 + 0.55))
    ax.axis("off")
    w = np.concatenate([W.ravel() for W, _ in parameters])
    sentence = (
        f"A {'-'.join(map(str, net.sizes))} network of {net.hidden} units with {net.output} output:"
        f" of {many(w.size, 'weight')} {(w > 0).sum()} are positive and {(w < 0).sum()} negative,"
        f" the largest is {_about(np.abs(w).max())} in size"
    )
    if A is not None:
        sentence += f"; for x = ({_row(A[0])}) the output is {_row(A[-1])}"
    return _told(ax, sentence + ".", alt)


def _short(a: float) -> str:
    return f"{a:z.2f}" if abs(a) < 10 else f"{a:.0f}"


def _row(a: Array) -> str:
    """Numbers in a row, or from where to where if they are many."""
    return ", ".join(map(_short, a.ravel())) if a.size <= 8 else _span(a)


@_style()
def forward(
    net: Network, theta: Array, X: Array, decimals: int = 2, *, alt: str | None = None
) -> Array:
    """The forward pass of X (n, n_0) as matrices of numbers: (L, 5) Axes, a row for each layer.

    In each row what comes in, W, b, Z and A. Large matrices are shown without their middle.
    """
    theta, X = _one_network(net, theta), _numbers("X", X, axes=2)
    Z, A, _ = net.forward(theta, X)
    rows = [
        {f"A{k}" if k else "X": A[k], f"W{k + 1}": W, f"b{k + 1}": b, f"Z{k + 1}": Z[k],
         f"A{k + 1}": A[k + 1]} for k, (W, b) in enumerate(net.layers(theta))
    ]  # fmt: skip

    def write(number):  # from ten on with a digit less behind the point, so that widths stay equal
        return f"{number:+z.{decimals - (decimals > 0 and abs(number) >= 10)}f}"

    numbers = np.concatenate([M.ravel() for row in rows for M in row.values()])
    # All in inches: a line of numbers, a cell of a matrix, and the gaps that hold the signs.
    line, cell = 0.25, 0.08 + 0.075 * max(len(write(number)) for number in numbers)
    gaps = (0.25, 0.25, 0.25, 0.63, 0.05)
    for most in range(8, 2, -1):  # the most columns of one matrix that leave room for the others
        width = max(
            sum(gaps) + sum(max(0.8, cell * len(_shown(M.shape[1], most))) for M in row.values())
            for row in rows
        )
        if width <= WIDTH:
            break
    else:
        raise ValueError(f"decimals={decimals}: numbers of this length do not fit side by side in"
                         f" {WIDTH:g} inches; take fewer decimals")  # fmt: skip
    heights = [line * max(len(_shown(len(M), 8)) for M in row.values()) + 0.6 for row in rows]
    figure = _figure(width, sum(heights), layout=None)
    inches, axes = figure.dpi_scale_trans, np.empty((len(rows), 5), dtype=object)
    for k, row in enumerate(rows):
        left, middle = 0.05, sum(heights[k:]) - heights[k] / 2 - 0.2
        signs = ("@", "+", "=", f"{net.hidden if k < len(rows) - 1 else net.output}\n→", "")
        for m, (name, M) in enumerate(row.items()):
            down, across = _shown(len(M), 8), _shown(M.shape[1], most)
            w, h = cell * len(across), line * len(down)
            place = np.divide([left, middle - h / 2, w, h], [width, sum(heights)] * 2)
            axes[k, m] = ax = figure.add_axes(place, xticks=[], yticks=[])
            shades = np.zeros((len(down), len(across)))
            for y, x in np.ndindex(shades.shape):
                word = "⋮" if down[y] is None else "…"
                if None not in (down[y], across[x]):
                    shades[y, x] = M[down[y], across[x]]
                    word = write(shades[y, x])
                ax.text(x, y, word, ha="center", va="center", fontsize=9,
                        family=["DejaVu Sans Mono", "DejaVu Sans"])  # fmt: skip
            # On twice the scale the tints stay light enough to read on.
            reach = 2 * np.abs(numbers).max() or 1.0
            ax.imshow(shades, cmap=DIVERGING, vmin=-reach, vmax=reach, aspect="auto")
            ax.spines[:].set_visible(True)
            ax.set_title(f"{name} {M.shape}", fontsize=9.5, pad=4)
            left += max(0.8, w) + gaps[m]
            figure.text(left - gaps[m] / 2, middle, signs[m], ha="center", va="center",
                        transform=inches, color=PALETTE["quiet"], fontsize=9.5)  # fmt: skip
    steps = [
        "{} {} @ {} {} + {} {} = {} {}, bent to {}".format(
            *[word for name, M in row.items() for word in (name, M.shape)]
        )
        for row in rows
    ]
    return _told(axes, f"Forward pass as matrices: {'; '.join(steps)}: {_row(A[-1])}.", alt)


# Points in the plane


def _scatter(
    ax: Axes,
    X: Array,
    Y: Array,
    names: Sequence[str],
    *,
    hollow: bool = False,
    graded: bool = False,
) -> list[int]:
    """Points by class, colour and marker; hollow ones are of the test set. How many of each.

    Graded, each class is drawn smaller than the last: on one spot, both show.
    """
    true, k = labels(Y), len(names)
    _expect(k <= len(CLASSES), f"{k} classes: there are markers for {len(CLASSES)}")
    for label, (name, (colour, marker)) in enumerate(zip(names, CLASSES)):
        size = 40 if len(X) > 20 else 200 - 140 * label / (k - 1) if graded else 110
        paint = {"facecolor": "white", "edgecolor": colour, "linewidth": 1.4} if hollow else {
            "facecolor": colour, "edgecolor": "white", "linewidth": 0.8}  # fmt: skip
        ax.scatter(*X[true == label].T, s=size, marker=marker, zorder=3, **paint,
                   label=f"class {name}{', test' if hollow else ''}")  # fmt: skip
    return [int((true == label).sum()) for label in range(k)]


def _window(X: Array) -> list[tuple]:
    """(low, high) of each column, with a margin, so that no point lies on the frame."""
    low, high = X.min(axis=0), X.max(axis=0)
    margin = np.maximum(0.12 * (high - low), 0.1)
    return list(zip(low - margin, high + margin))


def _plane(ax: Axes | None, X: Array) -> Axes:
    (left, right), (bottom, top) = _window(X)
    ax = _axes(ax, 6.4, 0.9 + np.clip(5.2 * (top - bottom) / (right - left), 2.0, 3.8))
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="x1", ylabel="x2", aspect="equal")
    return ax


@_style()
def points(data: Dataset, *, ax: Axes | None = None, alt: str | None = None) -> Axes:
    """The samples of two inputs in the plane, by class; or one input and its target, a regression.

    The points of the test set are hollow. Raises ValueError for other numbers of inputs.
    """
    X, Y = _samples(data)
    held = f"; {many(len(data.X_test), 'test point')}, hollow" if len(data.X_test) else ""
    if data.class_names is None:
        _expect(X.shape[1] == 1, f"{data.name} has {X.shape[1]} inputs: a regression needs 1")
        ax = _axes(ax, 6.4, 4.0)
        _pairs(ax, data)
        ax.legend()
        over = f"x {_span(X)}, y {_span(Y)}"
        return _told(ax, f"{many(len(X), 'training point')} of {data.name}, {over}{held}.", alt)
    _expect(X.shape[1] == 2, f"{data.name} has {X.shape[1]} inputs: a point in the plane has 2")
    ax = _plane(ax, np.concatenate([X, data.X_test]))
    counts = _scatter(ax, X, Y, data.class_names)
    if len(data.X_test):
        _scatter(ax, data.X_test, data.Y_test, data.class_names, hollow=True)
    _beside(ax)
    each = ", ".join(f"{n} of class {name}" for n, name in zip(counts, data.class_names))
    return _told(ax, f"{many(len(X), 'training point')} of {data.name}: {each}{held}.", alt)


def _pairs(ax: Axes, data: Dataset) -> None:
    parts = [("training", data.X, data.Y, PALETTE["positive"])]
    parts += [("test", data.X_test, data.Y_test, PALETTE["test"])] if len(data.X_test) else []
    for label, X, Y, colour in parts:
        face = "none" if label == "test" else colour
        ax.scatter(X, Y, s=32, facecolor=face, edgecolor=colour, label=label)
    ax.set(xlabel="x", ylabel="y")


def _sides(net: Network, theta: Array, X: Array, Y: Array) -> str:
    """How many points are on the right side; those on the fence, which rounding may tip, apart."""
    P = net.predict(theta, X)
    fence = np.abs(P[:, 0] - 0.5) < 0.02 if P.shape[1] == 1 else np.zeros(len(P), dtype=bool)
    right = int(((labels(P) == labels(Y)) & ~fence).sum())
    words = f"{right} of {many(len(X), 'point')} on the right side"
    on_it = f" and {fence.sum()} on the line, within 0.02 of one half" if fence.any() else ""
    return words + on_it


@_style()
def decision_boundary(
    net: Network, theta: Array, data: Dataset, test: bool = False, *,
    inputs: Callable[[Array], Array] | None = None, ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """What the network answers everywhere in the plane, and where the answer changes.

    One output: the map of it, from orange (0) to blue (1), with the line where it crosses one half.
    More: the map of the class it answers. On it the points of `data`, of its test set if `test`.
    `inputs` makes what the network is fed, (n, n_0), out of points (n, 2): see `features`.
    """
    theta = _one_network(net, theta)
    if inputs is None:
        _fits(net, data, inputs=2)
    feed = inputs or (lambda points: points)
    X, Y = _samples(data, test)
    ax = _plane(ax, np.concatenate([data.X, data.X_test]))
    grid = [np.linspace(*limits, 100) for limits in (ax.get_xlim(), ax.get_ylim())]
    P = net.predict(theta, feed(np.stack(np.meshgrid(*grid), axis=-1).reshape(-1, 2)))
    place = {"extent": (*ax.get_xlim(), *ax.get_ylim()), "origin": "lower", "aspect": "equal"}
    if P.shape[1] == 1:
        image = ax.imshow(P.reshape(100, 100), cmap=DIVERGING, vmin=0, vmax=1, **place)
        _colour_bar(ax, image, "output", ticks=[0, 0.5, 1])
        borders = [P - 0.5]
    else:
        answer = labels(P)
        tints = np.array([_mix(colour, 0.45) for colour, _ in CLASSES[: P.shape[1]]])
        ax.imshow(tints[answer].reshape(100, 100, 3), **place)
        others = [np.delete(P, k, axis=1).max(axis=1) for k in range(P.shape[1])]
        borders = [P[:, k] - other for k, other in enumerate(others)]
    crossed = [border for border in borders if border.min() < 0 < border.max()]
    for border in crossed:
        ax.contour(*grid, border.reshape(100, 100), levels=[0], colors=PALETTE["text"],
                   linewidths=1.5)  # fmt: skip
    _scatter(ax, X, Y, data.class_names, hollow=test)
    _beside(ax)
    which = "test" if test else "training"
    line = "" if crossed else "; the answer is the same everywhere in the picture"
    sentence = f"The network's answer over the plane of {data.name}, {which} set:"
    return _told(ax, f"{sentence} {_sides(net, theta, feed(X), Y)}{line}.", alt)


@_style()
def surface(
    net: Network, theta: Array, data: Dataset, *, inputs: Callable[[Array], Array] | None = None,
    ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """The number that a network answers over the plane, and the targets of a regression on it.

    Both in the same colours, so a point that is met melts into the map. `inputs` as in
    `decision_boundary`.
    """
    theta = _one_network(net, theta)
    _expect(data.class_names is None, f"{data.name} has classes: see decision_boundary")
    X, Y = _samples(data)
    ax = _plane(ax, np.concatenate([X, data.X_test]))
    x, y = (np.linspace(*limits, 100) for limits in (ax.get_xlim(), ax.get_ylim()))
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    P = net.predict(theta, inputs(points) if inputs else points)
    reach = np.abs(Y).max() or 1.0
    place = {"extent": (*ax.get_xlim(), *ax.get_ylim()), "origin": "lower", "aspect": "equal"}
    scale = {"cmap": DIVERGING, "vmin": -reach, "vmax": reach}
    _colour_bar(ax, ax.imshow(P.reshape(100, 100), **scale, **place), "output")
    ax.scatter(*X.T, c=Y[:, 0], s=40, edgecolor=PALETTE["text"], linewidth=0.8, **scale)
    off = np.sqrt(np.mean((net.predict(theta, inputs(X) if inputs else X) - Y) ** 2))
    sentence = f"The network's answer over the plane of {data.name}: off by {off:.2f}, on average,"
    return _told(ax, f"{sentence} at {many(len(X), 'point')} whose targets go {_span(Y)}.", alt)


@_style()
def hidden_space(
    net: Network, theta: Array, data: Dataset, units: tuple[int, int] = (0, 1), *,
    ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """Where the first hidden layer puts the points of `data`: two of its units are the axes.

    The thin lines were a square grid in the plane of the inputs. If there are just two hidden units
    and one output, the straight line is where the output crosses one half.
    """
    theta = _one_network(net, theta)
    _fits(net, data, inputs=2)
    X, Y = _samples(data)
    _expect(
        len(net.sizes) > 2
        and len(units) == len(set(units)) == 2
        and all(0 <= unit < net.sizes[1] for unit in units),
        f"units={units}: expected two of the first hidden layer, counted from 0; the sizes are"
        f" {net.sizes}",
    )
    units = list(units)
    even, fine = np.linspace(0, 1, 11), np.linspace(0, 1, 101)
    across = np.stack(np.meshgrid(even, fine, indexing="ij"), axis=-1)
    unit_lines = np.concatenate([across, across[..., ::-1]])  # (22, 101, 2) in the unit square
    low, high = np.transpose(_window(X))
    folded = net.forward(theta, low + unit_lines * (high - low)).A[1][..., units]
    H = net.forward(theta, X).A[1][:, units]
    ax = _axes(ax, 5.6, 4.8)
    ax.add_collection(LineCollection(list(folded), colors="#b8c2cc", linewidths=0.7))
    ends = _window(np.concatenate([folded.reshape(-1, 2), H]))
    ax.set(xlim=ends[0], ylim=ends[1])
    _scatter(ax, H, Y, data.class_names, graded=len(np.unique(H.round(1), axis=0)) < len(H))
    places = f", in {many(_name_places(ax, H, X), 'place')}" if len(X) <= 8 else ""
    W, b = net.layers(theta)[1]
    if W.shape == (2, 1) and len(net.sizes) == 3 and W.any() and net.output in ACTIVATIONS:
        w = W[units, 0]
        z = np.linspace(-3, 3, 60001)
        half = z[np.argmax(ACTIVATIONS[net.output].value(z) >= 0.5)]
        on_it = w * (half - b[0, 0]) / (w @ w)
        ax.axline(on_it, on_it + [-w[1], w[0]], color=PALETTE["text"], label="output is one half")
    ax.set(xlabel=f"a of hidden unit {units[0] + 1}", ylabel=f"a of hidden unit {units[1] + 1}")
    _beside(ax)
    sentence = f"The points of {data.name} as hidden units {units[0] + 1} and {units[1] + 1} see"
    answer = f": {_sides(net, theta, X, Y)}" if net.layers(theta)[-1][0].any() else ""
    return _told(ax, f"{sentence} them{places}{answer}.", alt)


def _name_places(ax: Axes, H: Array, X: Array) -> int:
    """Each point's inputs beside it, those (almost) on one spot together; how many spots."""
    reach = 0.04 * np.array([np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())])
    left, places = list(range(len(H))), 0
    while left:
        here = [k for k in left if (np.abs(H[k] - H[left[0]]) < reach).all()]
        words = "\n".join(f"({', '.join(f'{v:g}' for v in X[k])})" for k in here)
        inside = H[here[0], 0] < np.mean(ax.get_xlim())
        ax.annotate(words, H[here[0]], xytext=(11 if inside else -11, 0), va="center", fontsize=9.5,
                    ha="left" if inside else "right", textcoords="offset points")  # fmt: skip
        left, places = [k for k in left if k not in here], places + 1
    return places


@_style()
def regression(
    net: Network, theta: Array, data: Dataset, *, ax: Axes | None = None, alt: str | None = None
) -> Axes:
    """The curve of a network with one input and one output through the points of a regression."""
    theta = _one_network(net, theta)
    _fits(net, data, inputs=1)
    X, Y = _samples(data)
    ax = _axes(ax, 6.4, 4.0)
    _pairs(ax, data)
    x = np.linspace(X.min(), X.max(), 400)[:, None]
    ax.plot(x, net.predict(theta, x), color=PALETTE["text"], label="the network")
    ax.legend()
    off = np.sqrt(((net.predict(theta, X) - Y) ** 2).mean())
    sentence = f"The network's curve through {many(len(X), 'training point')} of {data.name}:"
    return _told(ax, f"{sentence} it misses them by about {_about(off, digits=1)}.", alt)


# Counts


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
        ax.text(x, y, texts[y][x], ha="center", va="center", color=_ink(colours[y, x]), **font)


@_style()
def confusion_matrix(
    matrix: Array, class_names: Sequence[str] | None = None, *, ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """How many samples of each class (row) were taken for each (column), a (k, k) of counts.

    Right answers are blue, mistakes orange on a scale of their own, or four among forty-five would
    not be seen; zeros are dots. At the right, the share of each row that is right.
    """
    M = _numbers("matrix", matrix, axes=2)
    k = len(M)
    names = list(class_names or map(str, range(k)))
    _expect(
        M.shape == (k, k) and (M >= 0).all() and (M == np.round(M)).all() and M.any(),
        f"matrix has shape {M.shape}: expected counts (k, k), rows true, columns predicted, not all"
        " of them 0",
    )
    _expect(len(names) == k, f"{len(names)} class names for {k} classes")
    M = M.astype(int)
    right, wrong = M.diagonal(), M * (1 - np.eye(k, dtype=int))
    colours = ORANGES(wrong / max(wrong.max(), 1))[..., :3]
    colours[np.diag_indices(k)] = BLUES(right / max(right.max(), 1))[:, :3]
    size = max(3.2, min(5.2, 0.42 * k + 0.8))  # with a widget's sliders it fits on one screen
    ax = _axes(ax, size + 0.9, size)
    _cells(ax, colours, [[str(n) if n else "·" for n in row] for row in M])
    ax.set(xticklabels=names, yticklabels=names, xlabel="predicted", ylabel="true")
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
    if wrong.any():
        pairs = np.argwhere(wrong == wrong.max())
        words = " and ".join(f"{names[t]} read as {names[p]}" for t, p in pairs[:2])
        more = f" and {len(pairs) - 2} other pairs" if len(pairs) > 2 else ""
        times = many(wrong.max(), "time") + (" each" if len(pairs) > 1 else "")
        sentence += f"; most often confused: {words}{more}, {times}"
    return _told(ax, sentence + ".", alt)


@_style()
def luck_map(
    successes: Array, trials: int, *, rows: Sequence, columns: Sequence,
    row_label: str = "hidden units", column_label: str = "learning rate", ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """How often it was learned: `successes` (R, C) of `trials` starts, for settings by row, column.

    Below each count the 95 % interval of the true share (`metrics.wilson_interval`).
    """
    n = _numbers("successes", successes, axes=2)
    _expect(
        n.shape == (len(rows), len(columns)) and (0 <= n).all() and (n <= trials).all() and trials,
        f"successes of shape {n.shape} for {len(rows)} rows and {len(columns)} columns, of {trials}"
        " trials: expected for each cell a count from 0 to trials",
    )
    low, high = wilson_interval(n, trials)
    texts = [
        [f"{k:.0f}/{trials}\n{percents(a, b)}" for k, a, b in zip(*row)]
        for row in zip(n, low, high)
    ]
    ax = _axes(ax, min(WIDTH, 1.2 + 0.98 * len(columns)), 1.0 + 0.62 * len(rows))
    _cells(ax, BLUES(n / trials)[..., :3], texts, fontsize=9.5, linespacing=1.4)
    rows, columns = ([v if isinstance(v, str) else f"{v:g}" for v in vs] for vs in (rows, columns))
    ax.set(xticklabels=columns, yticklabels=rows, xlabel=column_label, ylabel=row_label)
    ax.set_title(f"learned, of {trials} starts; below, the 95 % interval of the true share")
    best = ", ".join(f"{row}: {most:.0f}" for row, most in zip(rows, n.max(axis=1)))
    worst = columns[int(n.sum(axis=0).argmin())]
    sentence = f"How often it was learned, in {many(trials, 'start')} a cell. At the best"
    few = f"; the fewest at {column_label} {worst}" if len(columns) > 1 else ""
    return _told(ax, f"{sentence} {column_label} for each of {row_label} {best}{few}.", alt)


# Images


def _mosaic(
    ax: Axes | None, images: Array, captions: list[str], columns: int, title: str = "", **paint
) -> Axes:
    """Images (n, h, w) side by side in one Axes, with a caption under each."""
    n, h, w = images.shape
    _expect(columns >= 1 and n <= 200, f"{n} images, columns={columns}: at most 200, at least 1")
    columns = min(columns, n)
    inch = min(1.15, WIDTH / columns)  # the width of a cell
    tall, line = 0.86 * h / w, 0.17 / inch
    pitch = tall + 0.1 + line * max(caption.count("\n") + (caption != "") for caption in captions)
    rows = ceil(n / columns)
    ax = _axes(ax, max(3.0, columns * inch), rows * pitch * inch + (0.35 if title else 0.05))
    for k, (image, caption) in enumerate(zip(images, captions)):
        x, y = k % columns, k // columns * pitch
        ax.imshow(image, extent=(x, x + 0.86, y + tall, y), **paint)
        wrong = "✗" in caption
        ink = PALETTE["negative_text" if wrong else "text"]
        ax.add_patch(Rectangle((x, y), 0.86, tall, fill=False, ec=ink if wrong else "#cbd2d9",
                               lw=2 if wrong else 0.8, ls="--" if wrong else "-"))  # fmt: skip
        ax.text(x + 0.43, y + tall + 0.03, caption, ha="center", va="top", fontsize=9, color=ink)
    ax.set(xlim=(-0.03, columns - 0.11), ylim=(rows * pitch, -0.03), title=title)
    ax.axis("off")
    return ax


def _images(name: str, X: Array, shape: tuple[int, int]) -> Array:
    X, pixels = _numbers(name, X, axes=2), prod(shape)
    _expect(
        X.shape[1] == pixels,
        f"{name} has {X.shape[1]} numbers a row; image_shape={shape} needs {pixels}",
    )
    return X.reshape(len(X), *shape)


@_style()
def digits(
    X: Array, true: Array | None = None, predicted: Array | None = None, *,
    sure: Array | None = None, columns: int = 10, image_shape: tuple[int, int] = (8, 8),
    ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """A gallery of images X (n, pixels), ink on white, with what each is and was taken for.

    `true` and `predicted` are labels (n,) or one-hot rows; `sure` (n,), or rows of probabilities,
    says how sure the network was. Wrong ones have orange letters, a cross and a dashed frame.
    """
    images = _images("X", X, image_shape)
    given = {"true": true, "said": predicted}
    given = {word: labels(y) for word, y in given.items() if y is not None}
    if sure is not None:
        sure = np.asarray(sure)
        sure = sure if sure.ndim == 1 else sure.max(axis=1)
    for word, values in (given | {"sure": sure}).items():
        _expect(
            values is None or len(values) == len(images),
            f"{word} has {np.size(values)} entries for {many(len(images), 'image')}",
        )
    both = len(given) == 2
    wrong = given["true"] != given["said"] if both else np.zeros(len(images), dtype=bool)
    between = ", " if columns <= 7 else "\n"
    captions = []
    for k in range(len(images)):
        cross = " ✗" if wrong[k] else ""
        lines = [between.join(f"{word} {values[k]}" for word, values in given.items()) + cross]
        lines += [] if sure is None else [f"{percent(sure[k])} sure"]
        captions.append("\n".join(filter(None, lines)))
    top = max(images.max(), 1e-9)
    ax = _mosaic(ax, images, captions, columns, cmap="gray_r", vmin=0, vmax=top)
    sentence = many(len(images), "image")
    if both:
        slips = [f"{t} read as {p}" for t, p in zip(given["true"][wrong], given["said"][wrong])]
        sentence += f", {(~wrong).sum()} read right and {wrong.sum()} wrong"
        more = [f"and {len(slips) - 12} more"] if len(slips) > 12 else []
        sentence += f": {', '.join(slips[:12] + more)}" if slips else ""
    elif given:
        word, values = next(iter(given.items()))
        sentence += f", {word}: {', '.join(map(str, values[:40]))}"
    return _told(ax, sentence + ".", alt)


@_style()
def weights_as_images(
    net: Network, theta: Array, *, image_shape: tuple[int, int] = (8, 8), units: int = 30,
    outgoing: bool = False, ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """What each of the first hidden `units` looks for: its column of W[0] as an image.

    Blue adds where there is ink, orange takes away, all on one scale. With `outgoing`, for a single
    hidden layer, the output that the unit speaks for (+) and against (-) most stands below it.
    """
    theta = _one_network(net, theta)
    W = net.layers(theta)[0][0]
    _expect(units >= 1, f"units={units}: expected at least 1")
    _expect(
        not outgoing or (len(net.sizes) == 3 and net.sizes[2] > 1),
        f"outgoing is for one hidden layer and at least 2 outputs; the sizes are {net.sizes}",
    )
    images = _images("W[0].T", W.T[:units], image_shape)
    captions = [""] * len(images)
    if outgoing:
        votes = net.layers(theta)[1][0][:units]
        captions = [f"+{v.argmax()}  -{v.argmin()}" for v in votes]
    # One weight in a hundred is off the scale, or a single large one would pale all others.
    scale = np.quantile(np.abs(images), 0.99) or 1.0
    ax = _mosaic(ax, images, captions, 10, "blue adds, orange takes away", cmap=DIVERGING,
                 vmin=-scale, vmax=scale)  # fmt: skip
    _colour_bar(ax, ax.images[0], "weight", extend="both")
    h, w = image_shape
    sentence = (
        f"The weights into {len(images)} of {many(W.shape[1], 'unit')} as {h} x {w} images, from"
        f" -{_about(scale, digits=1)} (orange) to {_about(scale, digits=1)} (blue)"
    )
    if outgoing:
        sentence += f"; the first speaks most for {votes[0].argmax()}, against {votes[0].argmin()}"
    return _told(ax, sentence + ".", alt)
