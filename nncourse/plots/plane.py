"""Samples in the plane, what a network answers there, and where its hidden layer puts them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from nnlib.activations import ACTIVATIONS
from nnlib.classes import class_numbers, together
from nnlib.datasets import Dataset
from nnlib.network import Network
from nnlib.notation import Array
from nncourse.plots.given import about, expect, expect_fit, parameters_of_one, samples, span
from nncourse.plots.picture import axes_or_new, colour_bar, legend_below, tell
from nncourse.plots.style import CLASSES, DIVERGING, PALETTE, mix, styled
from nncourse.words import fixed, many

FINE = 100  # places along each side of a map


# Samples


def _scatter(
    ax: Axes, X: Array, Y: Array, names: Sequence[str], *, hollow: bool = False,
    graded: bool = False,
) -> list[int]:  # fmt: skip
    """Draw points by class, each with its colour and marker; how many of each class.

    Those of a test set are `hollow`. With `graded`, each class is drawn smaller than the one
    before, so that points of two classes are both seen in the same place.
    """
    k = len(names)
    true, _, _ = together(Y, Y, k)
    expect(k <= len(CLASSES), f"{k} classes: there are markers for {len(CLASSES)}")
    for label, (name, (colour, marker)) in enumerate(zip(names, CLASSES)):
        size = 40 if len(X) > 20 else 200 - 140 * label / (k - 1) if graded else 110
        paint = {"facecolor": "white", "edgecolor": colour, "linewidth": 1.4} if hollow else {
            "facecolor": colour, "edgecolor": "white", "linewidth": 0.8}  # fmt: skip
        ax.scatter(*X[true == label].T, s=size, marker=marker, zorder=3, **paint,
                   label=f"class {name}{', test' if hollow else ''}")  # fmt: skip
    return [int((true == label).sum()) for label in range(k)]


def _pairs(ax: Axes, data: Dataset) -> None:
    """Draw the samples of a regression with one input."""
    parts = [("training", data.X, data.Y, PALETTE["positive"])]
    parts += [("test", data.X_test, data.Y_test, PALETTE["test"])] if len(data.X_test) else []
    for label, X, Y, colour in parts:
        face = "none" if label == "test" else colour
        ax.scatter(X, Y, s=32, facecolor=face, edgecolor=colour, label=label)
    ax.set(xlabel="x", ylabel="y")


def _window(X: Array) -> list[tuple]:
    """(low, high) of each column, with a margin, so that no point lies on the frame."""
    low, high = X.min(axis=0), X.max(axis=0)
    margin = np.maximum(0.12 * (high - low), 0.1)
    return list(zip(low - margin, high + margin))


def _plane(ax: Axes | None, X: Array) -> Axes:
    """Axes for the plane of two inputs, with room for all of X, on one scale in both directions."""
    (left, right), (bottom, top) = _window(X)
    ax = axes_or_new(ax, 6.4, 0.9 + np.clip(5.2 * (top - bottom) / (right - left), 2.0, 3.8))
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="x1", ylabel="x2", aspect="equal")
    return ax


@styled()
def points(data: Dataset, *, ax: Axes | None = None, alt: str | None = None) -> Axes:
    """Samples with two inputs in the plane, by class; or a regression with one input.

    The points of the test set are hollow. Raises ValueError for another number of inputs.
    """
    X, Y = samples(data)
    held_out = f"; {many(len(data.X_test), 'test point')}, hollow" if len(data.X_test) else ""
    trained = f"{many(len(X), 'training point')} of {data.name}"
    if data.class_names is None:
        expect(X.shape[1] == 1, f"{data.name} has {X.shape[1]} inputs: a regression needs 1")
        ax = axes_or_new(ax, 6.4, 4.0)
        _pairs(ax, data)
        ax.legend()
        return tell(ax, f"{trained}, x {span(X)}, y {span(Y)}{held_out}.", alt)
    expect(X.shape[1] == 2, f"{data.name} has {X.shape[1]} inputs: a point in the plane has 2")
    ax = _plane(ax, np.concatenate([X, data.X_test]))
    counts = _scatter(ax, X, Y, data.class_names)
    if len(data.X_test):
        _scatter(ax, data.X_test, data.Y_test, data.class_names, hollow=True)
    legend_below(ax)
    each = ", ".join(f"{n} of class {name}" for n, name in zip(counts, data.class_names))
    return tell(ax, f"{trained}: {each}{held_out}.", alt)


# What a network answers


def _grid(ax: Axes) -> tuple[list[Array], Array, dict]:
    """Evenly spaced x and y (FINE,), their points (FINE², 2), and where imshow puts a map."""
    sides = [np.linspace(*limits, FINE) for limits in (ax.get_xlim(), ax.get_ylim())]
    place = {"extent": (*ax.get_xlim(), *ax.get_ylim()), "origin": "lower", "aspect": "equal"}
    return sides, np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2), place


def _sides(net: Network, theta: Array, X: Array, Y: Array) -> str:
    """How many points are on the right side, and how many on the line, where rounding decides."""
    P = net.predict(theta, X)
    near = np.abs(P[:, 0] - 0.5) < 0.02 if P.shape[1] == 1 else np.zeros(len(P), dtype=bool)
    right = int(((class_numbers(P) == class_numbers(Y)) & ~near).sum())
    words = f"{right} of {many(len(X), 'point')} on the right side"
    return words + (f" and {near.sum()} on the line, within 0.02 of one half" if near.any() else "")


@styled()
def decision_boundary(
    net: Network, theta: Array, data: Dataset, test: bool = False, *,
    inputs: Callable[[Array], Array] | None = None, ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """What the network answers in the plane, and the line where the answer changes.

    One output is a map from orange (0) to blue (1), with a line at one half; several are a map of
    the class with the largest. The points are the training set of `data`, or with `test` its test
    set. `inputs` makes what the network is given, (n, n_0), from points (n, 2): see `features`.
    Raises ValueError where network and data do not go together.
    """
    theta = parameters_of_one(net, theta)
    if inputs is None:
        expect_fit(net, data, inputs=2)
    feed = inputs or np.asarray
    X, Y = samples(data, test)
    ax = _plane(ax, np.concatenate([data.X, data.X_test]))
    sides, everywhere, place = _grid(ax)
    P = net.predict(theta, feed(everywhere))
    if P.shape[1] == 1:
        image = ax.imshow(P.reshape(FINE, FINE), cmap=DIVERGING, vmin=0, vmax=1, **place)
        colour_bar(ax, image, "output", ticks=[0, 0.5, 1])
        borders = [P - 0.5]
    else:
        tints = np.array([mix(colour, 0.45) for colour, _ in CLASSES[: P.shape[1]]])
        ax.imshow(tints[class_numbers(P)].reshape(FINE, FINE, 3), **place)
        others = [np.delete(P, k, axis=1).max(axis=1) for k in range(P.shape[1])]
        borders = [P[:, k] - other for k, other in enumerate(others)]
    crossed = [border for border in borders if border.min() < 0 < border.max()]
    for border in crossed:
        ax.contour(*sides, border.reshape(FINE, FINE), levels=[0], colors=PALETTE["text"],
                   linewidths=1.5)  # fmt: skip
    _scatter(ax, X, Y, data.class_names, hollow=test)
    legend_below(ax)
    which = "test" if test else "training"
    line = "" if crossed else "; the answer is the same everywhere in the picture"
    sentence = f"The network's answer over the plane of {data.name}, {which} set:"
    return tell(ax, f"{sentence} {_sides(net, theta, feed(X), Y)}{line}.", alt)


@styled()
def surface(
    net: Network, theta: Array, data: Dataset, *, inputs: Callable[[Array], Array] | None = None,
    ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """The number that a network answers in the plane, and the targets of a regression as points.

    Both are on one colour scale, so a point of the right height has the colour of the map around
    it. `inputs` as in `decision_boundary`. Raises ValueError for data with classes.
    """
    theta = parameters_of_one(net, theta)
    expect(data.class_names is None, f"{data.name} has classes: see decision_boundary")
    feed = inputs or np.asarray
    X, Y = samples(data)
    ax = _plane(ax, np.concatenate([X, data.X_test]))
    _, everywhere, place = _grid(ax)
    P = net.predict(theta, feed(everywhere))
    reach = np.abs(Y).max() or 1.0
    scale = {"cmap": DIVERGING, "vmin": -reach, "vmax": reach}
    colour_bar(ax, ax.imshow(P.reshape(FINE, FINE), **scale, **place), "output")
    ax.scatter(*X.T, c=Y[:, 0], s=40, edgecolor=PALETTE["text"], linewidth=0.8, **scale)
    off = np.sqrt(np.mean((net.predict(theta, feed(X)) - Y) ** 2))
    sentence = (
        f"The network's answer over the plane of {data.name}: off by {fixed(off)}, on average,"
    )
    return tell(ax, f"{sentence} at {many(len(X), 'point')} whose targets go {span(Y)}.", alt)


@styled()
def regression(
    net: Network, theta: Array, data: Dataset, *, ax: Axes | None = None, alt: str | None = None
) -> Axes:
    """The curve of a network with one input and one output, and the samples of a regression.

    Raises ValueError where network and data do not go together.
    """
    theta = parameters_of_one(net, theta)
    expect_fit(net, data, inputs=1)
    X, Y = samples(data)
    ax = axes_or_new(ax, 6.4, 4.0)
    _pairs(ax, data)
    x = np.linspace(X.min(), X.max(), 400)[:, None]
    ax.plot(x, net.predict(theta, x), color=PALETTE["text"], label="the network")
    ax.legend()
    off = np.sqrt(((net.predict(theta, X) - Y) ** 2).mean())
    sentence = f"The network's curve through {many(len(X), 'training point')} of {data.name}:"
    return tell(ax, f"{sentence} it misses them by about {about(off, digits=1)}.", alt)


# What the hidden layer sees


@styled()
def hidden_space(
    net: Network, theta: Array, data: Dataset, units: tuple[int, int] = (0, 1), *,
    ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """The activations of two units of the first hidden layer for the points of `data`.

    The thin lines are what the layer makes of a square grid in the plane of the inputs. A network
    with two hidden units and one output also has its line, where the output is one half. Raises
    ValueError for other `units` than two of the first hidden layer, counted from 0.
    """
    theta = parameters_of_one(net, theta)
    expect_fit(net, data, inputs=2)
    X, Y = samples(data)
    expect(
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
    ax = axes_or_new(ax, 5.6, 4.8)
    ax.add_collection(LineCollection(list(folded), colors="#b8c2cc", linewidths=0.7))
    limits = _window(np.concatenate([folded.reshape(-1, 2), H]))
    ax.set(xlim=limits[0], ylim=limits[1])
    _scatter(ax, H, Y, data.class_names, graded=len(np.unique(H.round(1), axis=0)) < len(H))
    places = f", in {many(_name_places(ax, H, X), 'place')}" if len(X) <= 8 else ""
    _line_at_one_half(ax, net, theta, units)
    ax.set(xlabel=f"a of hidden unit {units[0] + 1}", ylabel=f"a of hidden unit {units[1] + 1}")
    legend_below(ax)
    sentence = f"The points of {data.name} as hidden units {units[0] + 1} and {units[1] + 1} see"
    answer = f": {_sides(net, theta, X, Y)}" if net.layers(theta)[-1][0].any() else ""
    return tell(ax, f"{sentence} them{places}{answer}.", alt)


def _name_places(ax: Axes, H: Array, X: Array) -> int:
    """Write the inputs X beside the points H, together where points coincide; how many places."""
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


def _line_at_one_half(ax: Axes, net: Network, theta: Array, units: list[int]) -> None:
    """The line where the output is one half, for a network that has one."""
    W, b = net.layers(theta)[1]
    if W.shape == (2, 1) and len(net.sizes) == 3 and W.any() and net.output in ACTIVATIONS:
        w = W[units, 0]
        z = np.linspace(-3, 3, 60001)
        half = z[np.argmax(ACTIVATIONS[net.output].value(z) >= 0.5)]
        on_it = w * (half - b[0, 0]) / (w @ w)
        ax.axline(on_it, on_it + [-w[1], w[0]], color=PALETTE["text"], label="output is one half")
