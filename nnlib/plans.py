"""What is refused of the plan of a network: its layers, their names, windows that do not fit."""

from math import prod

from nnlib import checks
from nnlib.checks import shown
from nnlib.notation import Array


def sizes(given) -> tuple[int, ...]:
    """The units of each layer as whole numbers; ValueError where they describe no network."""
    units = checks.entries(given)
    if len(units) < 2 and not isinstance(given, str):
        raise ValueError(
            f"sizes={shown(given)}: a network has at least 2 layers, say input and output: (2, 1)"
        )
    if not all(checks.is_whole(n) and n >= 1 for n in units):
        raise ValueError(
            f"sizes={shown(given)}: every layer has a whole number of units, at least 1"
        )
    units = tuple(int(n) for n in units)
    checks.memory(max(units), sizes=given)
    return units


def pair(loss: str, output: str, pairs: dict[str, list[str]]) -> None:
    """ValueError where a loss and an output activation do not go together.

    >>> pair("cross_entropy", "tanh", {"cross_entropy": ["logistic", "softmax"]})
    Traceback (most recent call last):
    ...
    ValueError: cross_entropy does not go with the output 'tanh'; these go together: \
cross_entropy with logistic, softmax
    """
    if not isinstance(output, str) or output not in pairs[loss]:
        works = "; ".join(f"{name} with {', '.join(outputs)}" for name, outputs in pairs.items())
        raise ValueError(
            f"{loss} does not go with the output {shown(output)}; these go together: {works}"
        )


def trainable(hidden: str, output: str) -> None:
    """ValueError where an activation is the step, through whose slope of 0 nothing is learned."""
    if "step" in (hidden, output):
        raise ValueError(
            f"{'hidden' if hidden == 'step' else 'output'}='step': it is flat on both sides, its"
            " slope is 0 and nothing is learned; train with logistic or tanh, and take the step"
            " when predicting"
        )


def parts(given, *kinds: type) -> tuple:
    """The layers of a convolutional network: `kinds`, and whole numbers; the last is a number."""
    layers = checks.entries(given)
    for layer in layers:
        if not isinstance(layer, kinds) and not (
            checks.is_whole(layer) and 1 <= layer <= checks.MOST
        ):
            raise ValueError(
                f"layers={shown(given)}: {shown(layer)} is no layer; give Convolution(16),"
                " Pooling(2), or a whole number for a dense layer of so many units"
            )
    if not layers or isinstance(layers[-1], kinds):
        raise ValueError(
            f"layers={shown(given)}: the last layer is dense, a whole number: how many outputs"
        )
    return tuple(layer if isinstance(layer, kinds) else int(layer) for layer in layers)


def left_out(activation, output, loss) -> None:
    """ValueError where, beside a network, settings were given that the network has itself."""
    said = [(activation, "tanh"), (loss, "squared_error")]
    if output is not None or not all(isinstance(a, str) and a == b for a, b in said):
        raise ValueError(
            "a network names its own activations and loss: leave out activation, output and loss"
        )


def padding(padding: int, size: int) -> None:
    """ValueError where a window of `size` could lie in the padding alone, and see nothing."""
    if padding >= size:
        raise ValueError(
            f"padding={shown(padding)}: it must be below size={shown(size)}, or some windows hold"
            " nothing of the picture"
        )


def _square(layer) -> str:
    return f"{shown(layer.size)} x {shown(layer.size)}"


def window(layer, shape: tuple) -> None:
    """ValueError where a window of the convolution `layer` does not fit into `shape`."""
    _pictures(layer, shape)
    if layer.size > min(shape[:2]) + 2 * layer.padding:
        raise ValueError(
            f"{shown(layer)}: a window of {_square(layer)} does not fit into the picture it is"
            f" given, {shape[0]} x {shape[1]} with padding {shown(layer.padding)}; make it smaller"
        )


def blocks(layer, shape: tuple) -> None:
    """ValueError where the blocks of the pooling `layer` do not fill pictures of `shape`."""
    _pictures(layer, shape)
    if shape[0] % layer.size or shape[1] % layer.size:
        raise ValueError(
            f"{shown(layer)}: blocks of {_square(layer)} do not fill the picture it is given,"
            f" {shape[0]} x {shape[1]}, and its last rows would never be seen; choose another size,"
            " or another padding of the convolution before it"
        )


def _pictures(layer, shape: tuple) -> None:
    if len(shape) != 3:
        raise ValueError(
            f"{shown(layer)} comes after a dense layer, which has lost the picture: put it before"
        )


def image_shape(given, X: Array | None = None) -> tuple[int, ...]:
    """Rows and columns, and channels if named, of the pictures X (n, n_0), as whole numbers.

    Raises ValueError where X, if given, has other axes, or its rows do not fill such a picture.

    >>> import numpy as np
    >>> image_shape([8, 8.0], np.zeros((5, 64)))
    (8, 8)
    """
    axes = checks.entries(given)
    if len(axes) not in (2, 3) or not all(checks.is_whole(n) and n >= 1 for n in axes):
        raise ValueError(
            f"image_shape={shown(given)}: give rows and columns, say (8, 8), or rows, columns and"
            " channels"
        )
    shape = tuple(int(n) for n in axes)
    checks.memory(prod(shape), image_shape=given)
    if X is not None and (X.ndim != 2 or X.shape[1] != prod(shape)):
        raise ValueError(
            f"X has shape {X.shape}: expected (n, {prod(shape)}), a row for each picture of"
            f" {' x '.join(map(str, shape))} numbers; say another image_shape if they have one"
        )
    return shape


# Windows and blocks of pictures


def windows(A, size, stride=1, padding=0) -> dict:
    """The arguments of `convolution.windows`."""
    A = pictures(A)
    size, stride, padding = _window(A.shape[-3:], size, stride, padding)
    rows, cols, units = _cut(A.shape[-3:], size, stride, padding)
    checks.memory(prod(A.shape[:-3]) * rows * cols * units, size=size)
    return dict(A=A, size=size, stride=stride, padding=padding)


def add_windows(rows, shape, size, stride=1, padding=0) -> dict:
    """The arguments of `convolution.add_windows`."""
    rows, given, shape = checks.floats(rows, "rows"), shape, checks.shape(shape, "shape")
    if len(shape) != 3:
        raise ValueError(f"shape={shown(given)}: give (height, width, channels), say (8, 8, 1)")
    size, stride, padding = _window(shape, size, stride, padding)
    expected = _cut(shape, size, stride, padding)
    if rows.ndim < 3 or rows.shape[-3:] != expected:
        raise ValueError(
            f"rows has shape {rows.shape}, expected (..., {', '.join(map(str, expected))}): what"
            f" windows(A, {shown(size)}, stride={shown(stride)}, padding={shown(padding)}) cuts out"
            f" of pictures of {shape}"
        )
    return dict(rows=rows, shape=shape, size=size, stride=stride, padding=padding)


def cut_into(A, size) -> dict:
    """The arguments of `convolution.blocks` and `largest`."""
    A, size = pictures(A), checks.whole(size, "size")
    if A.shape[-3] % size or A.shape[-2] % size:
        raise ValueError(
            f"size={shown(size)}: blocks do not fill pictures of {A.shape[-3]} x {A.shape[-2]};"
            " choose a size that divides both"
        )
    return dict(A=A, size=size)


def given_back(delta, A, size) -> dict:
    """The arguments of `convolution.to_the_largest`."""
    delta, arguments = checks.floats(delta, "delta"), cut_into(A, size)
    *stack, height, width, channels = arguments["A"].shape
    expected = (*stack, height // arguments["size"], width // arguments["size"], channels)
    if delta.shape != expected:
        raise ValueError(
            f"delta has shape {delta.shape}, expected {expected}: a slope for each block of A"
        )
    return dict(arguments, delta=delta)


def pictures(A) -> Array:
    """A (..., height, width, channels) as an array; ValueError for fewer axes or an empty array."""
    A = checks.numbers(A, "A")
    if A.ndim < 3 or 0 in A.shape:
        raise ValueError(
            f"A has shape {A.shape}: expected (..., height, width, channels); a gray picture has"
            " one channel, A[..., None]"
        )
    return A


def _window(shape: tuple, size, stride, padding) -> tuple[int, int, int]:
    size, stride = checks.whole(size, "size"), checks.whole(stride, "stride")
    given, room = padding, checks.whole(padding, "padding", least=0)
    if room >= size or size > min(shape[:2]) + 2 * room:
        raise ValueError(
            f"size={shown(size)}, padding={shown(given)}: a window does not fit into pictures of"
            f" {shape[0]} x {shape[1]}, or could lie in the padding alone; make them smaller"
        )
    checks.memory((shape[0] + 2 * room) * (shape[1] + 2 * room), padding=given)
    return size, stride, room


def _cut(shape: tuple, size: int, stride: int, padding: int) -> tuple[int, int, int]:
    rows, cols = ((n + 2 * padding - size) // stride + 1 for n in shape[:2])
    return rows, cols, size * size * shape[2]


def after(self, shape) -> dict:
    """The arguments of `after`: the shape of a layer, pictures or units."""
    return dict(self=self, shape=checks.shape(shape, "shape"))
