"""Convolution: the same few weights at every place of a picture.

Cut a picture into windows and write each as a row of a matrix. Then a layer of kernels is what a
layer always was: Z = windows W + b, with a column of W for each kernel; backward it is again
windowsᵀ delta and delta Wᵀ (LeCun et al., "Backpropagation applied to handwritten zip code
recognition", 1989). What is new: a pixel lies in several windows, so its slopes add up.

Pictures are (..., n, height, width, channels): a gray picture has one channel, a layer of 16
kernels gives a picture of 16 channels, one feature map for each kernel.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nnlib import checks, guards, plans
from nnlib.network import Network
from nnlib.notation import Array


@guards.first(plans.windows)
def windows(A: Array, size: int, stride: int = 1, padding: int = 0) -> Array:
    """Every window of `size` x `size` pixels of the pictures A (..., n, height, width, channels).

    Gives (..., n, rows, cols, size·size·channels): in the last axis A[i:i+size, j:j+size] in a row.
    The next window is `stride` pixels further; around the picture come `padding` pixels of 0.

    >>> A = np.arange(9.0).reshape(3, 3, 1)
    >>> windows(A, 2).tolist()[0]  # the two windows of the upper row
    [[0.0, 1.0, 3.0, 4.0], [1.0, 2.0, 4.0, 5.0]]
    """
    *stack, height, width, channels = A.shape
    if padding:
        padded = np.zeros((*stack, height + 2 * padding, width + 2 * padding, channels), A.dtype)
        padded[..., padding:-padding, padding:-padding, :] = A
        A = padded
    cut = sliding_window_view(A, (size, size), axis=(-3, -2))[..., ::stride, ::stride, :, :, :]
    return np.moveaxis(cut, -3, -1).reshape(*cut.shape[:-3], size * size * channels)


@guards.first(plans.add_windows)
def add_windows(rows: Array, shape: tuple, size: int, stride: int = 1, padding: int = 0) -> Array:
    """The way back: each window is added where it was cut out of pictures of `shape`.

    `rows` are slopes (..., n, rows, cols, size·size·channels); where windows overlap, a pixel gets
    the sum, for it had a part in each. Gives (..., n, *shape).

    >>> ones = np.ones((2, 2, 4))
    >>> add_windows(ones, (3, 3, 1), 2).tolist()[1]  # the pixel in the middle was in all four
    [[2.0], [4.0], [2.0]]
    """
    height, width, channels = shape
    *stack, n_rows, n_cols, _ = rows.shape
    rows = rows.reshape(*stack, n_rows, n_cols, size, size, channels)
    A = np.zeros((*stack, height + 2 * padding, width + 2 * padding, channels), rows.dtype)
    for i in range(size):
        for j in range(size):
            down, right = i + stride * n_rows, j + stride * n_cols
            A[..., i:down:stride, j:right:stride, :] += rows[..., i, j, :]
    return A[..., padding : padding + height, padding : padding + width, :]


@guards.first(plans.cut_into)
def blocks(A: Array, size: int) -> Array:
    """A cut into blocks of `size` x `size` pixels, (..., n, rows, size, cols, size, channels)."""
    *stack, height, width, channels = A.shape
    return A.reshape(*stack, height // size, size, width // size, size, channels)


@guards.first(plans.cut_into)
def largest(A: Array, size: int) -> Array:
    """Max pooling: of each block of `size` x `size` pixels the largest, in each channel.

    >>> largest(np.arange(16.0).reshape(4, 4, 1), 2).ravel()
    array([ 5.,  7., 13., 15.])
    """
    return _blocks(A, size).max(axis=(-4, -2))


@guards.first(plans.given_back)
def to_the_largest(delta: Array, A: Array, size: int) -> Array:
    """The way back: the slope of each block goes to its largest pixel; equals share it."""
    cut = _blocks(A, size)
    won = cut == cut.max(axis=(-4, -2), keepdims=True)
    share = delta[..., :, None, :, None, :] / won.sum((-4, -2), delta.dtype, keepdims=True)
    return (won * share).reshape(A.shape)


# For the loop of a training, whose pictures fit once and for all.
_windows, _add_windows, _blocks, _largest, _to_the_largest = map(
    guards.unchecked, (windows, add_windows, blocks, largest, to_the_largest)
)


@dataclass(frozen=True)
class Convolution:
    """A layer of `kernels`, each of `size` x `size` pixels in every channel; see `windows`.

    Raises ValueError for what is no whole number, or a window that could lie in the padding alone.
    """

    kernels: int
    size: int = 3
    stride: int = 1
    padding: int = 1

    def __post_init__(self):
        for name, least in (("kernels", 1), ("size", 1), ("stride", 1), ("padding", 0)):
            object.__setattr__(self, name, checks.whole(getattr(self, name), name, least))
        plans.padding(self.padding, self.size)

    @guards.first(plans.after)
    def after(self, shape: tuple) -> tuple:
        """The shape of the feature maps that pictures of `shape` become: as many windows as fit."""
        plans.window(self, shape)
        rows, cols = ((n + 2 * self.padding - self.size) // self.stride + 1 for n in shape[:2])
        return rows, cols, self.kernels


@dataclass(frozen=True)
class Pooling:
    """Max pooling: of each block of `size` x `size` pixels the largest; it has no parameters."""

    size: int = 2

    def __post_init__(self):
        object.__setattr__(self, "size", checks.whole(self.size, "size", most=10_000))

    @guards.first(plans.after)
    def after(self, shape: tuple) -> tuple:
        """The shape of what is left of pictures of `shape`; the blocks have to fill them."""
        plans.blocks(self, shape)
        return shape[0] // self.size, shape[1] // self.size, shape[2]


class PictureTrace(NamedTuple):
    """A `Trace` of pictures, one entry a layer, and the rows that W was multiplied by."""

    Z: list[Array | None]  # rows[l] W[l] + b[l], (..., n, *shape); None where there is no W
    A: list[Array]  # A[0] = X, A[l+1] = f(Z[l]), or the largest of each block of A[l]
    masks: list[Array] | None  # one for the input of each dense layer, unless that is X
    rows: list[Array | None]  # the windows of A[l], or A[l] itself, as a matrix


@dataclass(frozen=True, init=False)
class ConvolutionalNetwork(Network):
    """A `Network` for pictures: `layers` are Convolution, Pooling, and whole numbers, dense layers.

    `image_shape` is (height, width) or (height, width, channels); X stays flat, (n, n_0), and so
    does theta: whatever is done with a Network, from training to stacks, is done with this one too.
    The last layer is dense. Raises ValueError for layers that do not fit.

    >>> net = ConvolutionalNetwork((8, 8), [Convolution(16), Pooling(2), 10])
    >>> net.shapes, net.n_parameters
    ([(8, 8, 1), (8, 8, 16), (4, 4, 16), (10,)], 2730)
    >>> [(W.shape, b.shape) for W, b in net.layers(net.init(rng=7))]
    [((9, 16), (1, 16)), ((256, 10), (1, 10))]
    """

    image_shape: tuple[int, ...] = ()
    parts: tuple = ()

    def __init__(self, image_shape, layers, hidden="relu", output="softmax", loss="cross_entropy"):
        shape, parts = (
            plans.image_shape(image_shape),
            plans.parts(layers, Convolution, Pooling),
        )
        object.__setattr__(self, "image_shape", (*shape, 1)[:3])
        object.__setattr__(self, "parts", parts)
        super().__init__([prod(shape) for shape in self.shapes], hidden, output, loss)
        shapes = [
            (prod(shape), part)
            if isinstance(part, int)
            else (part.size * part.size * shape[2], part.kernels)
            for part, shape in zip(self.parts, self.shapes)
            if not isinstance(part, Pooling)
        ]
        object.__setattr__(self, "_shapes", shapes)

    def __reduce__(self):
        return type(self), (self.image_shape, self.parts, self.hidden, self.output, self.loss)

    @cached_property
    def shapes(self) -> list[tuple]:
        """The shape of one sample in each A: (height, width, channels), or (units,) when dense."""
        shapes = [self.image_shape]
        for part in self.parts:
            shapes.append((part,) if isinstance(part, int) else part.after(shapes[-1]))
        return shapes

    @property
    def mask_sizes(self) -> tuple[int, ...]:
        """The width of each dropout mask: one for the input of each dense layer, but for X.

        Feature maps that go to kernels have none: the pixels beside a dropped one tell its value.
        """
        fed = zip(self.parts[1:], self.shapes[1:])
        return tuple(prod(shape) for part, shape in fed if isinstance(part, int))

    def _forward(self, layers, X, activations, masks=None) -> PictureTrace:
        """From A[0] = X to the outputs, as `backprop.forward`, but rows[l] for A[l]."""
        n, Z, A, rows, stack = X.shape[-2], [], [X], [], X.shape[:-2]
        weighted, masks_left = iter(zip(layers, activations)), iter(masks or ())
        for part, before, after in zip(self.parts, self.shapes, self.shapes[1:]):
            sent = A[-1].reshape(*stack, n, *before)
            if isinstance(part, Pooling):
                Z.append(None)
                rows.append(None)
                A.append(_largest(sent, part.size))
                continue
            (W, b), f = next(weighted)
            if isinstance(part, Convolution):
                sent = _windows(sent, part.size, part.stride, part.padding)
            sent = sent.reshape(*stack, -1, W.shape[-2])
            if isinstance(part, int) and Z:
                sent = sent * next(masks_left, 1.0)
            z = sent @ W
            z += b
            stack = z.shape[:-2]
            Z.append(z.reshape(*stack, n, *after))
            rows.append(sent)
            A.append(f(Z[-1]))
        return PictureTrace(Z, A, masks, rows)

    def _backward(self, layers, gradients, trace, Y, loss, slope) -> None:
        """From the last layer to the first, as `backprop.backward`, with rows[l] for A[l]."""
        Z, A, masks, rows = trace
        delta = loss.delta(Z[-1], A[-1], Y)
        stack, n = delta.shape[:-2], delta.shape[-2]
        weighted, masks = list(zip(layers, gradients)), list(masks or ())
        for layer in reversed(range(len(self.parts))):
            part, before = self.parts[layer], self.shapes[layer]
            if isinstance(part, Pooling):
                delta = _to_the_largest(delta, A[layer], part.size)
            else:
                (W, _), (gW, gb) = weighted.pop()
                delta = delta.reshape(*stack, -1, W.shape[-1])
                np.matmul(rows[layer].mT, delta, out=gW)
                ones = np.ones((1, delta.shape[-2]), delta.dtype)
                np.matmul(ones, delta, out=gb)  # delta.sum(axis=-2), in an eighth of the time
                if not weighted:
                    return
                delta = delta @ W.mT
                if isinstance(part, Convolution):
                    places = delta.reshape(*stack, n, *self.shapes[layer + 1][:2], W.shape[-2])
                    delta = _add_windows(places, before, part.size, part.stride, part.padding)
                elif masks:
                    delta = delta * masks.pop()
            delta = delta.reshape(*stack, n, *before)
            if Z[layer - 1] is not None:
                delta = delta * slope(Z[layer - 1], A[layer])

    @guards.first(guards.asked)
    def predict(self, theta: Array, X: Array) -> Array:
        """The output activations (..., n, n_L) for the samples X (..., n, n_0)."""
        forward = guards.unchecked(self.forward)
        # Windows of 3 x 3 hold nine times as much as a picture: those of 256 stay in the cache.
        some = [X[..., i : i + 256, :] for i in range(0, X.shape[-2], 256)]
        return np.concatenate([forward(theta, x).A[-1] for x in some], axis=-2)
