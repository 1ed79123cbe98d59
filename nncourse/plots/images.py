"""Samples as images, and weights as images."""

from __future__ import annotations

from math import ceil, prod

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from nnlib.classes import labels, names, together
from nnlib.network import Network
from nnlib.notation import Array
from nncourse.plots.given import about, expect, numbers, parameters_of_one
from nncourse.plots.picture import axes_or_new, colour_bar, tell
from nncourse.plots.style import DIVERGING, PALETTE, WIDTH, styled
from nncourse.words import MINUS, many, percent

MOST = 200  # images in one picture
CROSS = " ✗"  # behind the caption of an image that was misread


def _images(name: str, X: Array, shape: tuple[int, int]) -> Array:
    """The rows of X (n, pixels) as images (n, h, w)."""
    X, pixels = numbers(name, X, axes=2), prod(shape)
    expect(
        X.shape[1] == pixels,
        f"{name} has {X.shape[1]} numbers a row; image_shape={shape} needs {pixels}",
    )
    return X.reshape(len(X), *shape)


def mosaic(
    ax: Axes | None, images: Array, captions: list[str], columns: int, title: str = "", **paint
) -> Axes:
    """Images (n, h, w) side by side in one Axes, with a caption under each."""
    n, h, w = images.shape
    expect(columns >= 1 and n <= MOST, f"{n} images, columns={columns}: at most {MOST}, at least 1")
    columns = min(columns, n)
    inch = min(1.15, WIDTH / columns)  # the width of a cell
    tall, line = 0.86 * h / w, 0.17 / inch
    pitch = tall + 0.1 + line * max(caption.count("\n") + (caption != "") for caption in captions)
    rows = ceil(n / columns)
    ax = axes_or_new(ax, max(3.0, columns * inch), rows * pitch * inch + (0.35 if title else 0.05))
    for k, (image, caption) in enumerate(zip(images, captions)):
        x, y = k % columns, k // columns * pitch
        ax.imshow(image, extent=(x, x + 0.86, y + tall, y), **paint)
        wrong = CROSS in caption
        ink = PALETTE["negative_text" if wrong else "text"]
        ax.add_patch(Rectangle((x, y), 0.86, tall, fill=False, ec=ink if wrong else "#cbd2d9",
                               lw=2 if wrong else 0.8, ls="--" if wrong else "-"))  # fmt: skip
        ax.text(x + 0.43, y + tall + 0.03, caption, ha="center", va="top", fontsize=9, color=ink)
    ax.set(xlim=(-0.03, columns - 0.11), ylim=(rows * pitch, -0.03), title=title)
    ax.axis("off")
    return ax


@styled()
def digits(
    X: Array, true: Array | None = None, predicted: Array | None = None, *,
    sure: Array | None = None, columns: int = 10, image_shape: tuple[int, int] = (8, 8),
    ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """Images X (n, pixels), ink on white, with the class of each and the network's answer.

    `true` and `predicted` are labels (n,) of any kind, or one-hot rows and outputs (n, k); `sure`
    (n,), or rows of probabilities, is the probability of the answer. Wrong answers have orange
    letters, a cross and a dashed frame. Raises ValueError where the numbers of entries differ, for
    labels that cannot be understood, or for more than 200 images.
    """
    images = _images("X", X, image_shape)
    given = {"true": true, "said": predicted}
    given = {word: labels(y, word) for word, y in given.items() if y is not None}
    if sure is not None:
        sure = numbers("sure", sure, axes=min(np.ndim(sure), 2) or 1)
        sure = sure if sure.ndim == 1 else sure.max(axis=1)
    for word, values in (given | {"sure": sure}).items():
        expect(
            values is None or len(values) == len(images),
            f"{word} has {np.size(values)} entries for {many(len(images), 'image')}",
        )
    wrong = np.zeros(len(images), dtype=bool)
    if len(given) == 2:
        *each, classes = together(true, predicted)
        given = {word: np.array(names(classes))[k] for word, k in zip(given, each)}
        wrong = each[0] != each[1]
    captions = _captions(given, wrong, sure, between=", " if columns <= 7 else "\n")
    top = max(images.max(), 1e-9)
    ax = mosaic(ax, images, captions, columns, cmap="gray_r", vmin=0, vmax=top)
    return tell(ax, f"{many(len(images), 'image')}{_summary(given, wrong)}.", alt)


def _captions(given: dict, wrong: Array, sure: Array | None, between: str) -> list[str]:
    """The caption of each image: its labels, a cross if they differ, and how sure the answer is."""
    captions = []
    for k in range(len(wrong)):
        cross = CROSS if wrong[k] else ""
        lines = [between.join(f"{word} {values[k]}" for word, values in given.items()) + cross]
        lines += [] if sure is None else [f"{percent(sure[k])} sure"]
        captions.append("\n".join(filter(None, lines)))
    return captions


def _summary(given: dict, wrong: Array) -> str:
    """The labels, or how many are right and which are not, as the end of a sentence."""
    if len(given) == 2:
        mistakes = [f"{t} read as {p}" for t, p in zip(given["true"][wrong], given["said"][wrong])]
        more = [f"and {len(mistakes) - 12} more"] if len(mistakes) > 12 else []
        which = f": {', '.join(mistakes[:12] + more)}" if mistakes else ""
        return f", {(~wrong).sum()} read right and {wrong.sum()} wrong{which}"
    return "".join(
        f", {word}: {', '.join(map(str, values[:40]))}" for word, values in given.items()
    )


@styled()
def weights_as_images(
    net: Network, theta: Array, *, image_shape: tuple[int, int] = (8, 8), most: int = 30,
    outgoing: bool = False, ax: Axes | None = None, alt: str | None = None,
) -> Axes:  # fmt: skip
    """The weights W1 into each hidden unit, of the first `most`, as an image.

    A blue weight adds where there is ink, an orange one takes away, all on one scale. With
    `outgoing`, for a single hidden layer, below it the outputs with the largest (+) and the
    smallest (-) weight from the unit. Raises ValueError where the inputs are no such image.
    """
    theta = parameters_of_one(net, theta)
    W = net.layers(theta)[0][0]
    expect(most >= 1, f"most={most}: expected at least 1")
    expect(
        not outgoing or (len(net.sizes) == 3 and net.sizes[2] > 1),
        f"outgoing is for one hidden layer and at least 2 outputs; the sizes are {net.sizes}",
    )
    images = _images("W[0].T", W.T[:most], image_shape)
    captions = [""] * len(images)
    if outgoing:
        votes = net.layers(theta)[1][0][:most]
        captions = [f"+{v.argmax()}  {MINUS}{v.argmin()}" for v in votes]
    # One weight in a hundred exceeds the scale, or a single large one would make the others pale.
    scale = np.quantile(np.abs(images), 0.99) or 1.0
    ax = mosaic(ax, images, captions, 10, "blue adds, orange takes away", cmap=DIVERGING,
                 vmin=-scale, vmax=scale)  # fmt: skip
    colour_bar(ax, ax.images[0], "weight", extend="both")
    h, w = image_shape
    sentence = (
        f"The weights into {len(images)} of {many(W.shape[1], 'unit')} as {h} x {w} images, from"
        f" {about(-scale, digits=1)} (orange) to {about(scale, digits=1)} (blue)"
    )
    if outgoing:
        sentence += f"; the first speaks most for {votes[0].argmax()}, against {votes[0].argmin()}"
    return tell(ax, sentence + ".", alt)
