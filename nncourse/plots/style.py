"""Colours, markers and dashes, and what they mean; sizes and fonts of a picture."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import rcParams
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb

from nnlib.notation import Array

PALETTE = {
    "positive": "#1b6cb8",  # class 1, learned, right
    "negative": "#e0721e",  # class 0, not learned, wrong: for areas and thick lines
    "negative_text": "#b4540a",  # the same, dark enough for letters and thin lines
    "zero": "#f6f5f2",
    "test": "#8a4fbf",  # what is measured on the test set
    "selected": "#0b57d0",
    "text": "#1f2933",
    "quiet": "#52606d",  # text of secondary importance
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


def mix(colour: str, share: float, zero: str = PALETTE["zero"]) -> Array:
    """A mixture (3,) of `share` of a colour and, for the rest, the colour of zero."""
    return share * np.array(to_rgb(colour)) + (1 - share) * np.array(to_rgb(zero))


def heat_ends(palette: dict) -> list[str]:
    """The colours of -1, 0 and 1 on a heat map, pale enough for points to be seen on it.

    >>> heat_ends(PALETTE)
    ['#e48c48', '#f6f5f2', '#4787c4']
    """
    sides = ("negative", "zero", "positive")
    return [to_hex(mix(palette[side], 0.8, palette["zero"])) for side in sides]


DIVERGING = LinearSegmentedColormap.from_list("orange to blue", heat_ends(PALETTE))
BLUES = LinearSegmentedColormap.from_list("blues", [PALETTE["zero"], PALETTE["positive"]])
ORANGES = LinearSegmentedColormap.from_list("oranges", [PALETTE["zero"], PALETTE["negative"]])
# One colour and one marker for each class; the colours differ for colour-blind readers as well.
CLASSES = list(zip(
    (PALETTE["negative_text"], PALETTE["positive"], "#12806f", "#a3155b", "#7a6a00",
     PALETTE["text"], "#56b4e9", "#d1495b", "#8d99ae", "#5b3a1e"),
    "^osDvPX*<>",
))  # fmt: skip
# One colour for each of the ten figures: what is coloured is the figure itself, a letter.
FIGURES = ["#1b6cb8", "#b4540a", "#12806f", "#a3155b", "#6b5d00", "#1f2933", "#7b3fb5", "#c0272d",
           "#00728f", "#5b3a1e"]  # fmt: skip
DARK_FIGURES = ["#6cb0f0", "#f5a35c", "#4fd1b5", "#f48fb8", "#d8cb4a", "#e6e8eb", "#c4a0f0",
                "#ff8a80", "#67d4f1", "#cfa98a"]  # fmt: skip
# One colour and one dash pattern for each line.
LINES = list(zip(
    (PALETTE["positive"], PALETTE["negative_text"], "#12806f", PALETTE["text"], "#a3155b"),
    ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1))),
))  # fmt: skip
INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel takes if nothing is named
IN_PAGES = ("module://", "inline", "widget", "ipympl", "notebook", "nbagg", "webagg")
WIDTH = 9.0  # inches: the widest picture that a notebook shows without shrinking it
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
    # Numbers at the axes are written as in the text, whatever the person's matplotlibrc says.
    "axes.formatter.use_locale": False,
    "axes.unicode_minus": True,
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


def show_below_cells() -> None:
    """Let a notebook show pictures although MPLBACKEND names a backend for scripts or windows.

    A kernel inherits MPLBACKEND from a person's shell: with agg or qtagg nothing appears below a
    cell, and no message says why. Backends made for a page stay, and so does one chosen since
    then, as by %matplotlib.
    """
    named = os.environ.get("MPLBACKEND", "").lower()
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if not named or named.startswith(IN_PAGES) or kernel is None:
        return
    # No text: not loaded yet. agg: where there is no display, it takes the place of windows.
    now = dict.__getitem__(rcParams, "backend")
    chosen = isinstance(now, str) and now.lower() not in (named, "agg")
    if not chosen and getattr(kernel, "eventloop", None) is None:  # nobody has asked for windows
        rcParams["backend"] = INLINE  # first: its module looks whether it is the one that is named
        plt.switch_backend(INLINE)


show_below_cells()


@contextmanager
def styled():
    """Draw in the style of the course; a decorator as well. Figures of a failed call are closed."""
    # Not rc_context: on leaving, it also resets the interactive mode, which a notebook's backend
    # switches on when the first figure is made, and only then.
    before, figures = {key: rcParams[key] for key in STYLE}, plt.get_fignums()
    rcParams.update(STYLE)
    try:
        yield
    except BaseException:
        for number in sorted(set(plt.get_fignums()) - set(figures)):
            plt.close(number)
        raise
    finally:
        rcParams.update(before)


def ink(colour) -> str:
    """The colour of letters that can be read on `colour` (3,): white on dark, text on light."""
    luminance = np.power(colour, 2.2) @ (0.2126, 0.7152, 0.0722)
    return "white" if luminance < 0.22 else PALETTE["text"]


def line_styles(names) -> list[dict]:
    """A colour and a dash pattern for each name; a name with the word "test" is purple."""
    styles = []
    for i, name in enumerate(map(str, names)):
        colour, dash = LINES[i % len(LINES)]
        if "test" in name.lower().split():
            colour, dash = PALETTE["test"], "--"
        styles.append({"color": colour, "ls": dash, "lw": 2.0 if i < len(LINES) else 1.2})
    return styles
