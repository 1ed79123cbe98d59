"""Right and wrong answers to exercise 10, for tests/course/test_exercise_checks.py."""

from math import ceil

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import nnlib
from nnlib import convolution

# Windows


def by_view(A, size, stride):
    return sliding_window_view(A, (size, size))[::stride, ::stride].reshape(-1, size * size)


def by_pixels(A, size, stride):
    """Each pixel of the window in turn, at all places at once."""
    down, right = ((n - size) // stride + 1 for n in A.shape)
    columns = [
        A[i:, j:][::stride, ::stride][:down, :right].ravel()
        for i in range(size)
        for j in range(size)
    ]
    return np.array(columns).T


def by_numbers(A, size, stride):
    rows, i = [], 0
    while i + size <= len(A):
        j = 0
        while j + size <= len(A[0]):
            rows += [[A[i + k // size, j + k % size] for k in range(size**2)]]
            j += stride
        i += stride
    return rows


def cut_off(A, size, stride):
    """Windows from each corner that lies in the picture."""
    rows = []
    for i in range(0, len(A), stride):
        for j in range(0, len(A[0]), stride):
            rows.append(A[i : i + size, j : j + size].ravel())
    return np.array(rows)


def with_zeros(A, size, stride):
    return by_view(np.pad(A, ((0, size - 1), (0, size - 1))), size, stride)


def in_place(A, size, stride):
    rows = by_view(A, size, stride)
    A *= 0
    return rows


# Sizes


def sizes_by_walking(height, width, channels, kernels, size, stride, padding):
    places = []
    for n in (height, width):
        first, count = -padding, 0
        while first + size <= n + padding:
            first, count = first + stride, count + 1
        places.append(count)
    return places[0], places[1], kernels * channels * size**2 + kernels


def sizes_by_range(height, width, channels, kernels, size, stride, padding):
    down, right = (len(range(0, n + 2 * padding - size + 1, stride)) for n in (height, width))
    return [down, right, np.zeros((size, size, channels, kernels)).size + np.zeros(kernels).size]


def sizes_by_rounding_up(height, width, channels, kernels, size, stride, padding):
    rows, columns = (ceil((n + 2 * padding - size + 1) / stride) for n in (height, width))
    return rows, columns, sum(1 + channels * size * size for _ in range(kernels))


def sizes_of(change):
    return lambda *numbers: change(*sizes_by_walking(*numbers))


# Feature maps


def maps_by_places(A, W, b, size, stride):
    rows, columns = ((n - size) // stride + 1 for n in A.shape)
    Z = np.zeros((rows, columns, W.shape[1]))
    for i in range(rows):
        for j in range(columns):
            window = A[i * stride : i * stride + size, j * stride : j * stride + size]
            Z[i, j] = window.ravel() @ W + b[0]
    return Z


def maps_by_kernels(A, W, b, size, stride):
    cut = sliding_window_view(A, (size, size))[::stride, ::stride]
    maps = [(cut * w.reshape(size, size)).sum(axis=(2, 3)) for w in W.T]
    return np.stack(maps, axis=-1) + b


def maps_by_shifts(A, W, b, size, stride):
    """The picture is shifted under each weight."""
    down, right = (n - size + 1 for n in A.shape)
    Z = np.tile(b, (down, right, 1))
    for k, w in enumerate(W):
        i, j = divmod(k, size)
        Z += A[i : i + down, j : j + right, None] * w
    return Z[::stride, ::stride].tolist()


def maps_with(change):
    return lambda *inputs: change(maps_by_kernels(*inputs))


# Slopes of a kernel


def slopes_by_pictures(A, delta, size, stride):
    gW, gb = 0, 0
    for picture, d in zip(A, delta):
        d = d.reshape(-1, d.shape[-1])
        gW = gW + by_view(picture, size, stride).T @ d
        gb = gb + np.ones((1, len(d))) @ d
    return gW, gb


def slopes_by_weights(A, delta, size, stride):
    """One weight after the other: the pixels that it met, times delta."""
    down, right, kernels = delta.shape[1:]
    gW = np.zeros((size * size, kernels))
    for k in range(size * size):
        i, j = divmod(k, size)
        met = A[:, i:, j:][:, ::stride, ::stride][:, :down, :right]
        gW[k] = np.einsum("nij,nijk->k", met, delta)
    return [gW, delta.sum(axis=(0, 1, 2))[None]]


def slopes_by_places(A, delta, size, stride):
    gW, gb = np.zeros((size**2, delta.shape[-1])), np.zeros((1, delta.shape[-1]))
    for n, i, j in np.ndindex(delta.shape[:3]):
        window = A[n, i * stride : i * stride + size, j * stride : j * stride + size]
        gW += np.outer(window, delta[n, i, j])
        gb += delta[n, i, j]
    return gW, gb


def slopes_with(change):
    return lambda *inputs: change(*slopes_by_weights(*inputs))


def overwritten(A, delta, size, stride):
    for picture, d in zip(A, delta):
        d = d.reshape(-1, d.shape[-1])
        gW, gb = by_view(picture, size, stride).T @ d, d.sum(axis=0, keepdims=True)
    return gW, gb


def torn(A, delta, size, stride):
    rows = np.concatenate([by_view(picture, size, stride) for picture in A])
    delta = delta.reshape(delta.shape[-1], -1).T
    return rows.T @ delta, delta.sum(axis=0, keepdims=True)


# Pooling


def pool_by_axes(A, delta):
    cut = A.reshape(len(A) // 2, 2, -1, 2)
    won = cut == cut.max(axis=(1, 3), keepdims=True)
    share = delta[:, None, :, None] / won.sum(axis=(1, 3), keepdims=True)
    return (won * share).reshape(A.shape)


def pool_by_kron(A, delta):
    ones = np.ones((2, 2))
    corners = np.stack([A[i::2, j::2] for i in (0, 1) for j in (0, 1)])
    won = A == np.kron(corners.max(axis=0), ones)
    count = (corners == corners.max(axis=0)).sum(axis=0)
    return np.where(won, np.kron(delta / count, ones), 0)


def pool_by_pixels(A, delta):
    slopes = [[0.0] * A.shape[1] for _ in A]
    for i in range(len(A)):
        for j in range(len(A[0])):
            block = [A[i // 2 * 2 + p, j // 2 * 2 + q] for p in (0, 1) for q in (0, 1)]
            if A[i, j] == max(block):
                slopes[i][j] = delta[i // 2, j // 2] / block.count(max(block))
    return slopes


def first_of_equals(A, delta):
    slopes = np.zeros(A.shape)
    for i, j in np.ndindex(delta.shape):
        block = A[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        p, q = np.unravel_index(block.argmax(), (2, 2))
        slopes[2 * i + p, 2 * j + q] = delta[i, j]
    return slopes


def like_A(A, delta):
    """An array of whole numbers where A is one."""
    slopes = np.zeros_like(A)
    slopes[:] = pool_by_axes(A, delta)
    return slopes


def pool_in_place(A, delta):
    A[:] = pool_by_axes(A, delta)
    return A


def pool_with(change):
    return lambda A, delta: change(pool_by_axes(A, delta))


RIGHT = {
    "10.windows": [by_view, by_pixels, by_numbers],
    "10.sizes": [sizes_by_walking, sizes_by_range, sizes_by_rounding_up],
    "10.feature_maps": [maps_by_places, maps_by_kernels, maps_by_shifts],
    "10.kernel_slopes": [slopes_by_pictures, slopes_by_weights, slopes_by_places],
    "10.pool_back": [pool_by_axes, pool_by_kron, pool_by_pixels],
}

BORROWED = {
    "10.windows": {
        "windows": lambda A, size, stride: nnlib.windows(A[..., None], size, stride).reshape(
            -1, size * size
        ),
    },
    "10.sizes": {
        "a layer": lambda height, width, channels, kernels, size, stride, padding: (
            *nnlib.Convolution(kernels, size, stride, padding).after((height, width, channels))[:2],
            (size * size * channels + 1) * kernels,
        ),
    },
    "10.pool_back": {
        "to the largest": lambda A, delta: convolution.to_the_largest(
            delta[..., None], A[..., None], 2
        )[..., 0],
    },
}

WRONG = {
    "10.windows": {
        "cut off at the border": cut_off,
        "zeros beyond the border": with_zeros,
        "the picture as it is": lambda A, size, stride: A,
        "not in rows": lambda A, size, stride: sliding_window_view(A, (size, size)),
        "rows and columns of places": lambda A, size, stride: sliding_window_view(
            A, (size, size)
        )[::stride, ::stride].reshape(-1, (A.shape[1] - size) // stride + 1, size * size),
        "turned": lambda A, size, stride: by_view(A, size, stride).T,
        "backwards": lambda A, size, stride: by_view(A, size, stride)[::-1],
        "mirrored": lambda A, size, stride: by_view(A, size, stride)[:, ::-1],
        "stride 1": lambda A, size, stride: by_view(A, size, 1),
        "the sums": lambda A, size, stride: by_view(A, size, stride).sum(axis=1),
        "size 3": lambda A, size, stride: by_view(A, 3, stride),
        "the first window": lambda A, size, stride: by_view(A, size, stride)[:1],
        "zeros": lambda A, size, stride: 0 * by_view(A, size, stride),
        "rounded": lambda A, size, stride: by_view(A, size, stride).round(1),
        "what was given is changed": in_place,
    },
    "10.sizes": {
        "the picture's": lambda h, w, c, k, s, t, p: (h, w, (s * s * c + 1) * k),
        "columns first": sizes_of(lambda rows, columns, count: (columns, rows, count)),
        "two of three": sizes_of(lambda rows, columns, count: (rows, columns)),
        "one more": sizes_of(lambda rows, columns, count: (rows + 1, columns + 1, count)),
        "places in one": sizes_of(lambda rows, columns, count: (rows * columns, count)),
        "the numbers of the maps": lambda h, w, c, k, s, t, p: sizes_of(
            lambda rows, columns, count: (rows, columns, rows * columns * k)
        )(h, w, c, k, s, t, p),
        "size for its square": lambda h, w, c, k, s, t, p: sizes_of(
            lambda rows, columns, count: (rows, columns, (2 * s * c + 1) * k)
        )(h, w, c, k, s, t, p),
        "one kernel": lambda h, w, c, k, s, t, p: sizes_of(
            lambda rows, columns, count: (rows, columns, s * s * c + 1)
        )(h, w, c, k, s, t, p),
        "a dense layer": lambda h, w, c, k, s, t, p: sizes_of(
            lambda rows, columns, count: (rows, columns, (h * w * c + 1) * rows * columns * k)
        )(h, w, c, k, s, t, p),
        "padding four times": lambda h, w, c, k, s, t, p: sizes_by_walking(
            h, w, c, k, s, t, 2 * p
        ),
        "windows that do not overlap": lambda h, w, c, k, s, t, p: sizes_by_walking(
            h, w, c, k, s, s, p
        ),
        "rows twice": sizes_of(lambda rows, columns, count: (rows, rows, count)),
    },
    "10.feature_maps": {
        "no bias": lambda A, W, b, *more: maps_by_kernels(A, W, 0 * b, *more),
        "bias subtracted": lambda A, W, b, *more: maps_by_kernels(A, W, -b, *more),
        "relu": maps_with(lambda maps: np.maximum(maps, 0)),
        "tanh": maps_with(np.tanh),
        "the first map": maps_with(lambda maps: maps[..., 0]),
        "the sum of the maps": maps_with(lambda maps: maps.sum(axis=-1)),
        "a row for each place": maps_with(lambda maps: maps.reshape(-1, maps.shape[-1])),
        "kernels first": maps_with(lambda maps: maps.transpose(2, 0, 1)),
        "torn": maps_with(lambda maps: maps.transpose(2, 0, 1).reshape(maps.shape)),
        "columns first": maps_with(lambda maps: maps.swapaxes(0, 1)),
        "upside down": maps_with(lambda maps: maps[::-1]),
        "stride 1": lambda A, W, b, size, stride: maps_by_places(A, W, b, size, 1),
        "turned kernels": lambda A, W, b, *more: maps_by_kernels(A, W[::-1], b, *more),
        "a mean for a sum": lambda A, W, b, *more: maps_by_kernels(A, W / len(W), b, *more),
        "the weights": lambda A, W, b, size, stride: W,
    },
    "10.kernel_slopes": {
        "zeros": slopes_with(lambda gW, gb: (0 * gW, 0 * gb)),
        "gW alone": slopes_with(lambda gW, gb: gW),
        "gb first": slopes_with(lambda gW, gb: (gb, gW)),
        "downhill": slopes_with(lambda gW, gb: (-gW, -gb)),
        "the last picture": overwritten,
        "torn": torn,
        "turned": slopes_with(lambda gW, gb: (gW.T, gb)),
        "gb in no row": slopes_with(lambda gW, gb: (gW, gb[0])),
        "gb as one number": slopes_with(lambda gW, gb: (gW, gb.sum())),
        "gb for each place": lambda A, delta, *more: (
            slopes_by_weights(A, delta, *more)[0], delta.sum(axis=0).reshape(-1, delta.shape[-1])
        ),
        "a mean over places": lambda A, delta, *more: slopes_by_weights(
            A, delta / delta[0, ..., 0].size, *more
        ),
        "a mean over pictures": lambda A, delta, *more: slopes_by_weights(
            A, delta / len(A), *more
        ),
        "the largest": lambda A, delta, *more: (
            slopes_by_weights(A, delta, *more)[0], delta.max(axis=(0, 1, 2))[None]
        ),
        "the middle weight's slope for all": slopes_with(
            lambda gW, gb: (np.tile(gW[len(gW) // 2], (len(gW), 1)), gb)
        ),
        "signs": slopes_with(lambda gW, gb: (np.sign(gW), np.sign(gb))),
        "mirrored": slopes_with(lambda gW, gb: (gW[::-1], gb)),
    },
    "10.pool_back": {
        "zeros": pool_with(np.zeros_like),
        "the first of equals": first_of_equals,
        "whole numbers": like_A,
        "what was given is changed": pool_in_place,
        "delta": lambda A, delta: delta,
        "all four": lambda A, delta: np.kron(delta, np.ones((2, 2))),
        "the mean": lambda A, delta: np.kron(delta, np.ones((2, 2))) / 4,
        "shared by two": pool_with(lambda slopes: slopes / 2),
        "the largest of all": lambda A, delta: (A == A.max()) * delta.sum(),
        "the largest in its row": lambda A, delta: (
            (A == A.max(axis=1, keepdims=True)) * np.kron(delta, np.ones((2, 2)))
        ),
        "downhill": pool_with(np.negative),
        "upside down": pool_with(lambda slopes: slopes[::-1]),
        "turned": pool_with(np.transpose),
        "the pixels that won": lambda A, delta: np.sign(pool_by_axes(A, delta)),
        "below 0 nothing": lambda A, delta: pool_by_axes(A, delta) * (A > 0),
        "sizes": pool_with(np.abs),
        "pooled once more": lambda A, delta: np.maximum(pool_by_axes(A, delta), 0),
    },
}  # fmt: skip
