"""A network as units and lines, and its forward pass as matrices of numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from nnlib.network import Network
from nnlib.notation import Array
from nncourse.plots.given import about, numbers, parameters_of_one, row, written
from nncourse.plots.picture import axes_or_new, sheet, tell
from nncourse.plots.style import DIVERGING, PALETTE, WIDTH, styled
from nncourse.words import many, signed

FEW = 24  # so many weights at most are written as numbers


def _kept(n: int, most: int) -> list:
    """The indices 0 .. n-1, or `most` entries: the first, None for those left out, the last."""
    return [*range(n)] if n <= most else [*range(most - 2), None, n - 1]


# Units and lines


@styled()
def network(
    net: Network, theta: Array, x: Array | None = None, *, ax: Axes | None = None,
    alt: str | None = None,
) -> Axes:  # fmt: skip
    """The network as units and lines, as wide as |w|; + is blue and solid, - orange and dashed.

    Up to 24 weights are written as numbers, and the biases below the units. With one sample `x`
    (n_0,) each unit holds its activation. A layer of more than 12 units is drawn without its
    middle. Raises ValueError for parameters of a stack, or an x that does not fit.
    """
    theta = parameters_of_one(net, theta)
    A = None if x is None else net.forward(theta, numbers("x", x)[None]).A
    layers = net.layers(theta)
    weights = np.concatenate([W.ravel() for W, _ in layers])
    columns = [_kept(n, 12 if n <= 12 else 8) for n in net.sizes]
    tallest = max(map(len, columns))
    pitch = min(0.85, 6.0 / tallest)  # inches from unit to unit
    ax = axes_or_new(ax, min(WIDTH, 2.4 * len(columns)), pitch * tallest + 0.9)
    places = [{unit: (k, (len(units) - 1) / 2 - place) for place, unit in enumerate(units)}
              for k, units in enumerate(columns)]  # fmt: skip
    largest = np.abs(weights).max()
    for (W, _), left, right in zip(layers, places, places[1:]):
        _weights(ax, W, left, right, largest or 1.0, numbered=weights.size <= FEW)
    for k, units in enumerate(places):
        _title(ax, net, k, y=tallest / 2 - 0.05)
        b = layers[k - 1][1][0] if k and weights.size <= FEW else None
        _units(ax, units, k, None if A is None else A[k][0], b, size=(50 * pitch) ** 2 * 0.75)
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-tallest / 2 - 0.1, tallest / 2 + 0.55))
    ax.axis("off")
    sentence = (
        f"A {'-'.join(map(str, net.sizes))} network of {net.hidden} units with {net.output} output:"
        f" of {many(weights.size, 'weight')} {(weights > 0).sum()} are positive and"
        f" {(weights < 0).sum()} negative, the largest is {about(largest)} in size"
    )
    if A is not None:
        sentence += f"; for x = ({row(A[0])}) the output is {row(A[-1])}"
    return tell(ax, sentence + ".", alt)


def _weights(ax: Axes, W: Array, left: dict, right: dict, largest: float, numbered: bool) -> None:
    """The lines between the units of two layers, at {index: place}."""
    ends = [(p, q, W[u, v]) for u, p in left.items() if u is not None
            for v, q in right.items() if v is not None]  # fmt: skip
    for side, dash in (("positive", "-"), ("negative", "--")):
        mine = [end for end in ends if (end[2] > 0) == (side == "positive")]
        thick = [0.3 + 4.5 * abs(w) / largest for _, _, w in mine]
        ax.add_collection(LineCollection([end[:2] for end in mine], linewidths=thick, ls=dash,
                                         colors=PALETTE[side]))  # fmt: skip
    if not numbered:
        return
    # At this part of their way the lines are evenly apart, so that no number covers another.
    n, m = W.shape
    t = 1 / (1 + m) if m <= n else n / (1 + n)
    for (x0, y0), (x1, y1), w in ends:
        ax.text(x0 + t * (x1 - x0), y0 + t * (y1 - y0), signed(w), fontsize=9, ha="center",
                va="center", color=PALETTE["positive" if w > 0 else "negative_text"],
                bbox={"fc": "white", "ec": "none", "pad": 0.8})  # fmt: skip


def _title(ax: Axes, net: Network, layer: int, y: float) -> None:
    """What a layer is, how many units it has, and its activation function."""
    last = len(net.sizes) - 1
    name = "input" if layer == 0 else "output" if layer == last else f"hidden {layer}"
    f = "" if layer == 0 else f", {net.hidden if layer < last else net.output}"
    ax.text(layer, y, f"{name}\n{many(net.sizes[layer], 'unit')}{f}", ha="center", va="bottom",
            color=PALETTE["quiet"], fontsize=9.5)  # fmt: skip


def _units(
    ax: Axes, units: dict, layer: int, a: Array | None, b: Array | None, size: float
) -> None:
    """The units of a layer, {index: place}, with their activations and their biases, if any."""
    for unit, (x, y) in units.items():
        if unit is None:
            ax.text(x, y, "⋮", ha="center", va="center", fontsize=16)
            continue
        number = f"x{unit + 1}" if layer == 0 else f"{unit + 1}"
        shade = 0.5 if a is None else 0.5 + 0.25 * np.tanh(a[unit])
        ax.scatter(x, y, s=size, color=DIVERGING(shade), edgecolor=PALETTE["quiet"], zorder=3)
        word = number if a is None else written(a[unit])
        ax.text(x, y, word, ha="center", va="center", fontsize=9, zorder=4)
        if b is not None:
            ax.annotate(f"b {signed(b[unit])}", (x, y), xytext=(0, -22), textcoords="offset points",
                        ha="center", va="top", color=PALETTE["quiet"], fontsize=9)  # fmt: skip


# Matrices of numbers

LINE = 0.25  # inches: the height of a line of numbers
GAPS = (0.25, 0.25, 0.25, 0.63, 0.05)  # inches behind each matrix, with room for a sign
NARROWEST = 0.8  # inches: a matrix takes at least this, for its title


@styled()
def forward(
    net: Network, theta: Array, X: Array, decimals: int = 2, *, alt: str | None = None
) -> Array:
    """The forward pass of X (n, n_0) as matrices of numbers: (L, 5) Axes, a row for each layer.

    A row holds what comes in, W, b, Z and A. Large matrices are shown without their middle. Raises
    ValueError for an X that does not fit, or for so many decimals that a row has no room.
    """
    theta, X = parameters_of_one(net, theta), numbers("X", X, axes=2)
    Z, A, _ = net.forward(theta, X)
    rows = [
        {f"A{k}" if k else "X": A[k], f"W{k + 1}": W, f"b{k + 1}": b, f"Z{k + 1}": Z[k],
         f"A{k + 1}": A[k + 1]} for k, (W, b) in enumerate(net.layers(theta))
    ]  # fmt: skip

    def write(number):  # from 10 on with one decimal less, so that all are equally wide
        return signed(number, decimals - (decimals > 0 and abs(number) >= 10))

    shown = np.concatenate([M.ravel() for matrices in rows for M in matrices.values()])
    cell = 0.08 + 0.075 * max(len(write(number)) for number in shown)  # inches: one number
    most, width = _columns(rows, cell, decimals)
    heights = [LINE * max(len(_kept(len(M), 8)) for M in ms.values()) + 0.6 for ms in rows]
    figure, axes = sheet(width, sum(heights)), np.empty((len(rows), 5), dtype=object)
    reach = 2 * np.abs(shown).max() or 1.0  # twice as far, so that all tints are light behind text
    for k, matrices in enumerate(rows):
        left, middle = 0.05, sum(heights[k:]) - heights[k] / 2 - 0.2
        signs = ("@", "+", "=", f"{net.hidden if k < len(rows) - 1 else net.output}\n→", "")
        for m, (name, M) in enumerate(matrices.items()):
            down, across = _kept(len(M), 8), _kept(M.shape[1], most)
            w, h = cell * len(across), LINE * len(down)
            place = np.divide([left, middle - h / 2, w, h], [width, sum(heights)] * 2)
            axes[k, m] = figure.add_axes(place, xticks=[], yticks=[])
            _matrix(axes[k, m], M, down, across, reach, write)
            axes[k, m].set_title(f"{name} {M.shape}", fontsize=9.5, pad=4)
            left += max(NARROWEST, w) + GAPS[m]
            figure.text(left - GAPS[m] / 2, middle, signs[m], ha="center", va="center",
                        transform=figure.dpi_scale_trans, color=PALETTE["quiet"],
                        fontsize=9.5)  # fmt: skip
    steps = [
        "{} {} @ {} {} + {} {} = {} {}, bent to {}".format(
            *[word for name, M in matrices.items() for word in (name, M.shape)]
        )
        for matrices in rows
    ]
    return tell(axes, f"Forward pass as matrices: {'; '.join(steps)}: {row(A[-1])}.", alt)


def _columns(rows: list[dict], cell: float, decimals: int) -> tuple[int, float]:
    """The most columns of one matrix with which every row has room, and the inches that they take.

    Raises ValueError where not even 3 have.
    """
    for most in range(8, 2, -1):
        widths = [
            sum(GAPS)
            + sum(max(NARROWEST, cell * len(_kept(M.shape[1], most))) for M in ms.values())
            for ms in rows
        ]
        if max(widths) <= WIDTH:
            return most, max(widths)
    raise ValueError(f"decimals={decimals}: numbers of this length do not fit side by side in"
                     f" {WIDTH:g} inches; take fewer decimals")  # fmt: skip


def _matrix(
    ax: Axes, M: Array, down: list, across: list, reach: float, write: Callable[[float], str]
) -> None:
    """The numbers of a matrix, on tints; `down` and `across` are the rows and columns shown."""
    shades = np.zeros((len(down), len(across)))
    for y, x in np.ndindex(shades.shape):
        word = "⋮" if down[y] is None else "…"
        if None not in (down[y], across[x]):
            shades[y, x] = M[down[y], across[x]]
            word = write(shades[y, x])
        ax.text(x, y, word, ha="center", va="center", fontsize=9,
                family=["DejaVu Sans Mono", "DejaVu Sans"])  # fmt: skip
    ax.imshow(shades, cmap=DIVERGING, vmin=-reach, vmax=reach, aspect="auto")
    ax.spines[:].set_visible(True)
