"""The figure of a picture, the Axes to draw in, and the sentence that it carries."""

from __future__ import annotations

import base64
import io
from math import ceil

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import offset_copy
from PIL import Image

from nnlib.notation import Array
from nncourse.plots.given import expect
from nncourse.plots.style import WIDTH, styled


class Picture(Figure):
    """A matplotlib figure which, when displayed, carries its sentence as alt text."""

    @property
    def alt(self) -> str:
        """The sentences of its Axes, each of them once."""
        return " ".join(dict.fromkeys(ax.alt for ax in self.axes if hasattr(ax, "alt")))

    def draw(self, renderer):
        """Draw in the style of the course: matplotlib makes the ticks only now."""
        with styled():
            super().draw(renderer)

    def png(self) -> bytes:
        """The picture as the bytes of a PNG file."""
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=110)
        # 256 colours are enough for a chart, and take a third of the space.
        small, image = io.BytesIO(), Image.open(file).convert("RGB")
        image.quantize(256, dither=Image.Dither.NONE).save(small, "png")
        return small.getvalue()

    def _ipython_display_(self):
        from IPython.display import display  # here, so that a plain script needs no IPython

        data = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": self.alt}
        display(data, metadata={"image/png": {"alt": self.alt}}, raw=True)


# Figures and Axes


@styled()
def panels(rows: int = 1, columns: int = 1, *, size: tuple | None = None, **shared) -> Array:
    """An empty Picture of rows x columns panels to draw into, (rows * columns,) Axes.

    `size` is width and height in inches; `sharex` and `sharey` are passed on to matplotlib.

    >>> left, right = panels(1, 2)
    >>> plt.close(left.figure)
    """
    size = size or (WIDTH, 4.0 * rows)
    return _figure(*size).subplots(rows, columns, squeeze=False, **shared).ravel()


def sheet(width: float, height: float) -> Picture:
    """An empty Picture of this size in inches, whose Axes are placed by the caller.

    >>> plt.close(sheet(4, 3))
    """
    return _figure(width, height, layout=None)


def _figure(width: float, height: float, layout: str | None = "constrained") -> Picture:
    return plt.figure(
        FigureClass=Picture, figsize=(width, height), dpi=100, facecolor="white", layout=layout
    )


def axes_or_new(ax: Axes | None, width: float, height: float) -> Axes:
    """`ax`, or where it is None the Axes of a new Picture of this size in inches."""
    return panels(size=(width, height))[0] if ax is None else ax


def row_of_panels(n: int, widest: int, height: float, **shared) -> Array:
    """(n,) Axes, at most `widest` in a row, each `height` inches high."""
    rows = ceil(n / widest)
    columns = ceil(n / rows)
    axes = panels(rows, columns, size=(min(WIDTH, 4.5 * columns), height * rows), **shared)
    for ax in axes[n:]:
        ax.remove()
    return axes[:n]


def legend_below(ax: Axes) -> None:
    """Put the legend below the Axes: among points there is rarely room for it."""
    below = offset_copy(ax.transAxes, ax.figure, y=-0.4)
    n = len(ax.get_legend_handles_labels()[1])
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0), bbox_transform=below, ncols=min(n, 4),
              handletextpad=0.4, columnspacing=1.2)  # fmt: skip


def colour_bar(ax: Axes, mappable, label: str, **more) -> None:
    """Put a colour bar at the right of the Axes, as tall as they are."""
    ax.figure.colorbar(mappable, cax=ax.inset_axes((1.03, 0, 0.03, 1)), label=label, **more)


# The sentence, and the file


def tell(axes, sentence: str, alt: str | None):
    """The Axes, with a sentence attached to each: `alt`, or `sentence` where that is None."""
    for ax in np.ravel(axes):
        ax.alt = alt or sentence
    return axes


def alt(ax: Axes | Array | Figure) -> str:
    """The sentence that says what a picture shows; `ax` is its Axes, array of Axes or figure.

    Raises ValueError for a picture that none of these functions has drawn.

    >>> from nncourse.plots import luck_map
    >>> ax = luck_map([[0, 20]], 20, rows=[2], columns=[0.1, 1.0])
    >>> alt(ax)
    'How often it was learned, in 20 starts a cell. At the best learning rate for each of hidden \
units 2: 20; the fewest at learning rate 0.1.'
    >>> plt.close(ax.figure)
    """
    things = [ax] if isinstance(ax, Figure) else np.ravel(ax)
    sentences = [thing.alt for thing in things if getattr(thing, "alt", "")]
    expect(sentences, f"{ax!r} has no sentence: pass what a function of nncourse.plots has given")
    return " ".join(dict.fromkeys(sentences))


def png(ax: Axes | Array | Figure) -> bytes:
    """The picture as the bytes of a PNG file; its figure is closed, and not displayed again.

    Raises ValueError for a figure that is not a Picture.
    """
    figure = ax if isinstance(ax, Figure) else np.ravel(ax)[0].figure
    expect(isinstance(figure, Picture), "not a Picture: make it with panels(), or pass no ax")
    plt.close(figure)
    return figure.png()
