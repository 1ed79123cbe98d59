"""Pictures of activation functions and their slopes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from nnlib import checks
from nnlib.activations import ACTIVATIONS, Activation
from nnlib.notation import Array
from nncourse.plots.given import expect, span
from nncourse.plots.picture import axes_or_new, panels, row_of_panels, tell
from nncourse.plots.style import LINES, PALETTE, WIDTH, styled
from nncourse.words import fixed


@styled()
def activation(
    *names: str, z: float | None = None, ax: Axes | None = None, alt: str | None = None
) -> Axes | Array:  # fmt: skip
    """One or more activation functions a = f(z), solid, and their slopes f'(z), dashed.

    `names` are those of `ACTIVATIONS`. With a number `z`, the point there and its tangent. Returns
    Axes for one name, (n,) Axes for several. Raises ValueError for no name or an unknown one.
    """
    functions = [checks.known(name, ACTIVATIONS, "activation") for name in names]
    several = len(functions) > 1
    expect(functions and not (several and ax), f"names={names}: at least one, and one for an ax")
    expect(z is None or np.isfinite(z), f"z={z!r}: expected a finite number, say 0.5")
    if several:
        widest = 4 if z is None else 3
        axes = row_of_panels(len(functions), widest, 3.2, sharex=True, sharey=True)
    else:
        axes = [axes_or_new(ax, 5.5, 3.8)]
    words = [_value_and_slope(panel, f, z) for panel, f in zip(axes, functions)]
    axes[0].legend(loc="upper left")
    sentence = f"Value and slope for z from −4 to 4: {'; '.join(words)}."
    return tell(axes if several else axes[0], sentence, alt)


def _value_and_slope(ax: Axes, f: Activation, z: float | None) -> str:
    """Draw one activation function; what the sentence says of it."""
    grid = np.linspace(-4, 4, 801)
    a = f.value(grid)
    slope = f.slope(grid, a)
    ax.axhline(0, color="#cbd2d9", lw=1)
    ax.plot(grid, a, color=LINES[0][0], label="a = f(z)")
    ax.plot(grid, slope, color=LINES[1][0], ls="--", label="slope f'(z)")
    title, words = f.name, f"{f.name} gives a {span(a)} with slopes {span(slope)}"
    if z is not None:
        here = f.value(np.float64(z))
        steep = f.slope(np.float64(z), here)
        ax.plot([z - 1, z + 1], [here - steep, here + steep], color=PALETTE["text"], lw=1.2)
        ax.axvline(z, color=PALETTE["quiet"], lw=1, ls=":")
        ax.plot(z, here, "o", color=LINES[0][0], ms=8, mec="white", zorder=5)
        ax.plot(z, steep, "^", color=LINES[1][0], ms=8, mec="white", zorder=5)
        point = f"at z = {fixed(z)}: a = {fixed(here)}, slope {fixed(steep)}"
        title, words = f"{title}\n{point}", f"{words}, {point}"
    ax.set(xlabel="z", xticks=range(-4, 5, 2))
    ax.set_title(title)
    return words


_SLOPES = {  # the slope written with z, written with a, and the formula in z given a instead
    "tanh": ("1 - tanh(z)²", "1 - a²", "1 - tanh(a)²"),
    "logistic": ("f(z) (1 - f(z))", "a (1 - a)", "f(a) (1 - f(a))"),
}


@styled()
def slope_two_ways(name: str = "tanh", *, alt: str | None = None) -> Array:
    """The slope of an activation function against z and against a, (2,) Axes.

    Dashed is the mistake of giving the formula in z an a. `name` is "tanh" or "logistic"; raises
    ValueError for any other.

    >>> from matplotlib import pyplot as plt
    >>> axes = slope_two_ways("tanh")
    >>> axes[0].get_xlabel(), axes[1].get_xlabel()
    ('z, what goes in', 'a = f(z), what comes out')
    >>> plt.close(axes[0].figure)
    """
    in_z, in_a, mistake = checks.known(name, _SLOPES, "activation of this picture")
    f, z = ACTIVATIONS[name], np.append(np.linspace(-4, 4, 401), 2.0)
    a = f.value(z)
    right, wrong = f.slope(z, a), f.slope(a, f.value(a))
    axes = panels(1, 2, size=(WIDTH, 3.6), sharey=True)
    words = ("z, what goes in", "a = f(z), what comes out")
    for ax, x, formula, word in zip(axes, (z, a), (in_z, in_a), words):
        ax.plot(x[:-1], right[:-1], color=LINES[0][0], label=f"right: {formula}")
        ax.plot(x[:-1], wrong[:-1], color=LINES[1][0], ls="--", label=f"slip: {mistake}")
        ax.plot(x[-1], right[-1], "o", color=LINES[0][0], ms=8)
        ax.plot(x[-1], wrong[-1], "^", color=LINES[1][0], ms=8)
        for y in (right[-1], wrong[-1]):
            ax.annotate(fixed(y), (x[-1], y), xytext=(7, 3), textcoords="offset points")
        ax.margins(x=0.12)
        ax.set(xlabel=word, ylim=(-0.04 * right.max(), 1.45 * right.max()))
        ax.legend(loc="upper left")
    axes[0].set(ylabel="slope", title=f"{name}: the slope against z")
    axes[1].set_title("the same against a (marked: z = 2)")
    sentence = (
        f"The slope of {name} against z and against a, and dashed what the formula in z gives when"
        f" it is fed with a: at z = 2 the slope is {fixed(right[-1])}, the slip says"
        f" {fixed(wrong[-1])}."
    )
    return tell(axes, sentence, alt)
