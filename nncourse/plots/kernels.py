"""A kernel on a picture, and the feature map that it makes; learned kernels and their maps."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.lib.stride_tricks import sliding_window_view

from nnlib.convolution import ConvolutionalNetwork
from nnlib.notation import Array
from nncourse.plots.given import about, expect, numbers, parameters_of_one
from nncourse.plots.images import mosaic
from nncourse.plots.picture import colour_bar, panels, tell
from nncourse.plots.style import DIVERGING, PALETTE, WIDTH, ink, styled
from nncourse.words import fixed


@styled()
def kernel(
    X: Array, W: Array, *, stride: int = 1, padding: int = 0, relu: bool = False,
    place: tuple[int, int] | None = None, alt: str | None = None,
) -> Array:  # fmt: skip
    """A picture X (h, w), a kernel W (k, k) and the feature map that it makes, as (3,) Axes.

    `place` is a row and a column of the map: its number is framed, and so is the window that makes
    it. With `relu`, negative numbers of the map are 0. Raises ValueError where shapes do not fit.
    """
    X, W = numbers("X", X, axes=2), numbers("W", W, axes=2)
    expect(W.shape[0] == W.shape[1], f"W has shape {W.shape}, expected as many rows as columns")
    padded, size = np.pad(X, padding), len(W)
    expect(min(padded.shape) >= size, f"W {W.shape} does not fit into {padded.shape} pixels")
    cut = sliding_window_view(padded, W.shape)[::stride, ::stride]
    Z = (cut * W).sum(axis=(-2, -1))
    Z = np.maximum(Z, 0) if relu else Z
    axes = panels(1, 3, size=(WIDTH, 3.2))
    grey = {"cmap": "gray_r", "vmin": 0, "vmax": padded.max() or 1}
    _numbers_on(axes[0], padded, "picture", first=-padding, **grey)
    _numbers_on(axes[1], W, "kernel", **_signed(W))
    _numbers_on(axes[2], Z, "feature map", **_signed(Z))
    sentence = f"The largest number of the {Z.shape[0]} x {Z.shape[1]} map is {_short(Z.max())}"
    sentence += f", the smallest {_short(Z.min())}."
    if place is not None:
        row, column = place
        rows, columns = Z.shape
        there = 0 <= row < rows and 0 <= column < columns
        expect(there, f"place={place}: the map has {rows} rows and {columns} columns")
        _frame(axes[0], stride * row - padding, stride * column - padding, size)
        _frame(axes[2], row, column, 1)
        of = f"The window at row {row}, column {column} gives {_short(Z[row, column])}"
        sentence = f"{of}. {sentence}"
    return tell(axes, sentence, alt)


def _signed(values: Array) -> dict:
    """Colours from orange over 0 to blue, as far as the largest of these numbers."""
    most = float(np.abs(values).max()) or 1.0
    return {"cmap": DIVERGING, "vmin": -most, "vmax": most}


def _numbers_on(ax: Axes, values: Array, title: str, first: int = 0, **paint) -> None:
    """Numbers (h, w) on coloured squares; the first row and column is called `first`."""
    rows, columns = values.shape
    extent = (first - 0.5, first + columns - 0.5, first + rows - 0.5, first - 0.5)
    image = ax.imshow(values, extent=extent, **paint)
    for (i, j), value in np.ndenumerate(values):
        letters = ink(image.to_rgba(value)[:3])
        ax.text(first + j, first + i, _short(value), ha="center", va="center", size=9,
                color=letters)  # fmt: skip
    ax.set(title=title, xticks=range(first, first + columns), yticks=range(first, first + rows))
    ax.tick_params(length=0, labelsize=9)
    ax.spines[:].set_visible(False)


def _frame(ax: Axes, row: int, column: int, size: int) -> None:
    ax.add_patch(Rectangle((column - 0.5, row - 0.5), size, size, fill=False, lw=2.5,
                           ec=PALETTE["selected"], clip_on=False))  # fmt: skip


def _short(value: float) -> str:
    return fixed(value, 0 if abs(value - round(value)) < 1e-9 else 1)


@styled()
def kernels(
    net: ConvolutionalNetwork, theta: Array, *, ax: Axes | None = None, alt: str | None = None
) -> Axes:
    """The kernels of the first layer as images, numbered from 0, all on one scale.

    Blue adds where there is ink, orange takes away. Raises ValueError if the network has none.
    """
    expect(hasattr(net, "parts") and hasattr(net.parts[0], "kernels"),
           "the first layer has no kernels: expected a ConvolutionalNetwork")  # fmt: skip
    theta = parameters_of_one(net, theta)
    W, size, channels = net.layers(theta)[0][0], net.parts[0].size, net.image_shape[2]
    expect(channels == 1, f"the pictures have {channels} channels; only one can be drawn")
    images = W.T.reshape(-1, size, size)
    names = [str(k) for k in range(len(images))]
    ax = mosaic(ax, images, names, 8, "blue adds, orange takes away", **_signed(W))
    colour_bar(ax, ax.images[0], "weight")
    most = float(np.abs(W).max())
    sentence = (
        f"{len(images)} kernels of {size} x {size}, from {about(-most, digits=1)} (orange) to"
        f" {about(most, digits=1)} (blue)."
    )
    return tell(ax, sentence, alt)
