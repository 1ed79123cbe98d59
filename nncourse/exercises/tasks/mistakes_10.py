"""The mistakes that are known in exercise 10."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nncourse.bugs import LATER
from nncourse.exercises.cases import Misconception, specimen


def _every(A, size):
    """The windows at all places, (rows, columns, size, size), next to each other."""
    return sliding_window_view(A, (size, size))


def _in_rows(cut):
    return cut.reshape(-1, cut.shape[-1] ** 2)


def _beyond(A, size, stride):
    """Windows from each corner that lies in the picture; those that stick out are cut off."""
    if any((n - 1) // stride * stride + size > n for n in A.shape):
        raise ValueError("setting an array element with a sequence")
    return _in_rows(_every(A, size)[::stride, ::stride])


def _without_last(A, size, stride):
    cut = _in_rows(_every(A, size)[:-1, :-1][::stride, ::stride])
    return cut if len(cut) else np.array([])


WINDOWS = (
    Misconception(
        "The last places are left out",
        "A picture of 4 pixels and a window of 4: at how many places does it fit?",
        _without_last,
    ),
    Misconception(
        "Windows stick out of the picture",
        "A window begins at the last pixel. Where do its other pixels come from?",
        _beyond,
    ),
    Misconception(
        "The stride is left out",
        "With a stride of 2, at which pixel does the second window begin?",
        lambda A, size, stride: _in_rows(_every(A, size)),
    ),
    Misconception(
        "The stride goes to the right only",
        "After the last window of a row of windows: how far down does the next one lie?",
        lambda A, size, stride: _in_rows(_every(A, size)[:, ::stride]),
    ),
    Misconception(
        "The stride goes down only",
        "How far to the right of the first window does the second one lie?",
        lambda A, size, stride: _in_rows(_every(A, size)[::stride]),
    ),
    Misconception(
        "Each window begins where the one before it ended",
        "How far is it to the next window: as far as a window is wide, or as far as is given?",
        lambda A, size, stride: _in_rows(_every(A, size)[::size, ::size]),
    ),
    Misconception(
        "The places are walked downwards first",
        "Which window is the second: the one to the right, or the one below?",
        lambda A, size, stride: _in_rows(_every(A, size)[::stride, ::stride].swapaxes(0, 1)),
    ),
    Misconception(
        "The pixels of a window are written column by column",
        "Which pixel of the window is its second: the one to the right, or the one below?",
        lambda A, size, stride: _in_rows(_every(A, size)[::stride, ::stride].swapaxes(2, 3)),
    ),
)


def _along(n, size, stride, padding):
    """At how many places a window fits along n pixels."""
    free = n - size + 2 * padding
    return free // stride + 1


def _sizes(along=_along, parameters=None):
    """An answer to 10.sizes that counts places, or parameters, like this."""

    def answer(height, width, channels, kernels, size, stride, padding):
        rows, columns = (along(n, size, stride, padding) for n in (height, width))
        count = (1 + channels * size**2) * kernels
        if parameters:
            count = parameters(size**2, channels, kernels, rows * columns)
        return rows, columns, count

    return answer


def _count(parameters):
    return _sizes(parameters=parameters)


SIZES = (
    Misconception(
        "The padding is on one side only",
        "A frame of one pixel goes round the picture. How much wider is the picture then?",
        _sizes(lambda n, size, stride, padding: _along(n + padding, size, stride, 0)),
    ),
    Misconception(
        "The padding is left out",
        "A window of 3 and a frame of one pixel: is the map smaller than the picture?",
        _sizes(lambda n, size, stride, padding: _along(n, size, stride, 0)),
    ),
    Misconception(
        "The first place is not counted",
        "A window as large as the picture makes no step. At how many places does it stand?",
        _sizes(lambda *numbers: _along(*numbers) - 1),
    ),
    Misconception(
        "A window that no longer fits is counted",
        "18 pixels, a window of 4, a stride of 3: where does the last window end?",
        _sizes(lambda n, size, stride, padding: _along(n + stride - 1, size, stride, padding)),
    ),
    Misconception(
        "The stride is left out",
        "The window jumps by two pixels. Is the map as large as with steps of one?",
        _sizes(lambda n, size, stride, padding: _along(n, size, 1, padding)),
    ),
    Misconception(
        "The stride divides places, and not steps",
        "Five places next to each other, and a stride of 2: which of them are kept?",
        _sizes(lambda n, size, stride, padding: _along(n, size, 1, padding) // stride),
    ),
    Misconception(
        "A part of a step is counted",
        "Half a window does not fit. What does `//` do that `/` does not?",
        _sizes(lambda n, size, stride, padding: 1 + (n - size + 2 * padding) / stride),
    ),
    Misconception(
        "The channels are left out of the parameters",
        "A window over a picture of three channels: how many numbers does it see?",
        _count(lambda pixels, channels, kernels, places: (pixels + 1) * kernels),
    ),
    Misconception(
        "The biases are left out of the parameters",
        "What is added to the sum of a window, and how many of these are there?",
        _count(lambda pixels, channels, kernels, places: pixels * channels * kernels),
    ),
    Misconception(
        "All kernels have one bias together",
        "Two kernels look for two things. Do they have to have the same bias?",
        _count(lambda pixels, channels, kernels, places: pixels * channels * kernels + 1),
    ),
    Misconception(
        "There is a bias for each channel of the window",
        "The products of all channels go into one sum. How often is a bias added to it?",
        _count(lambda pixels, channels, kernels, places: (pixels + 1) * channels * kernels),
    ),
    Misconception(
        "Each place has parameters of its own",
        "What is the same at every place?",
        _count(
            lambda pixels, channels, kernels, places: (pixels * channels + 1) * kernels * places
        ),
    ),
)


def _maps(weights=lambda W: W, end=lambda maps: maps, bias=1, steps=None):
    """An answer to 10.feature_maps with one thing or another changed."""

    def answer(A, W, b, size, stride):
        by = steps or stride
        cut = _every(A, size)[::by, ::by]
        kernels = weights(W.reshape(size, size, -1))
        return end(np.einsum("ijpq,pqk->ijk", cut, kernels) + bias * b[0])

    return answer


def _torn(maps):
    """Kernels in front, and then read as if they stood last."""
    return np.moveaxis(maps, -1, 0).reshape(maps.shape)


FEATURE_MAPS = (
    Misconception(
        "The bias is left out",
        "Where the picture is blank, what does a kernel say?",
        _maps(bias=0),
    ),
    Misconception(
        "The kernels come before the places",
        "(rows, columns, kernels): which axis of your Z has the kernels?",
        _maps(end=lambda maps: np.moveaxis(maps, -1, 0)),
    ),
    Misconception(
        "The maps are torn apart",
        "`reshape` fills the last axis first. What stands next to each other in a row of your Z?",
        _maps(end=_torn),
    ),
    Misconception(
        "Rows and columns of the maps are exchanged",
        "The second row of Z is the place to the right. Which axis has to count it?",
        _maps(end=lambda maps: maps.reshape(maps.shape[1], maps.shape[0], -1)),
    ),
    Misconception(
        "The places are left in one long row",
        "Z has a row for each place. Where in the picture is place 7?",
        _maps(end=lambda maps: maps.reshape(-1, maps.shape[-1])),
    ),
    Misconception(
        "The kernel has made half a turn",
        "Which weight does the upper left pixel of a window meet, the first or the last?",
        _maps(weights=lambda W: W[::-1, ::-1]),
    ),
    Misconception(
        "The kernel's rows are taken for its columns",
        "Which pixel of a window belongs to the second number of a column of W?",
        _maps(weights=lambda W: W.swapaxes(0, 1)),
    ),
    Misconception(
        "The maps have been through relu already",
        "Give z, which may be below 0. Which of your lines loses that?",
        _maps(end=lambda maps: np.maximum(maps, 0)),
    ),
    Misconception(
        "The stride is left out",
        "With a stride of 2, at which pixel does the second window begin?",
        _maps(steps=1),
    ),
)


def _slopes(change=lambda gW, gb, n, places: (gW, gb), pictures=slice(None), ordered=lambda d: d):
    """An answer to 10.kernel_slopes with one thing or another changed."""

    def answer(A, delta, size, stride):
        d = ordered(delta)[pictures]
        cut = np.stack([_every(a, size)[::stride, ::stride] for a in A[pictures]])
        gW = np.einsum("nijpq,nijk->pqk", cut, d).reshape(size**2, -1)
        return change(gW, np.einsum("nijk->k", d)[None], len(d), d[0, ..., 0].size)

    return answer


def _each_picture(A, delta, *more):
    pairs = [_slopes()(A[s : s + 1], delta[s : s + 1], *more) for s in range(len(A))]
    return tuple(map(np.stack, zip(*pairs)))


KERNEL_SLOPES = (
    specimen(
        LATER["kernel_averaged"],
        _slopes(lambda gW, gb, n, places: (gW / places, gb / places)),
    ),
    Misconception(
        "The slopes are divided by the number of pictures",
        "The mean over the pictures is in the loss. Is it in delta already?",
        _slopes(lambda gW, gb, n, places: (gW / n, gb / n)),
    ),
    Misconception(
        "A mean is taken over all places of all pictures",
        "A nudge of one weight moves every number of a map. Is what comes of it added up?",
        _slopes(lambda gW, gb, n, places: (gW / n / places, gb / n / places)),
    ),
    Misconception(
        "The slopes of the biases are a mean",
        "The bias is added at every place, as a weight is used at every place. What is done there?",
        _slopes(lambda gW, gb, n, places: (gW, gb / n / places)),
    ),
    Misconception(
        "Only the first picture counts",
        "Which of your lines looks at the others?",
        _slopes(pictures=slice(1)),
    ),
    Misconception(
        "Only the last picture counts",
        "What becomes of the slopes of the picture before when the loop comes to the next?",
        _slopes(pictures=slice(-1, None)),
    ),
    Misconception(
        "Each picture has slopes of its own",
        "All pictures were read by the same kernels. What is done with their slopes?",
        _each_picture,
    ),
    Misconception(
        "The slopes of a kernel come from its last weight to its first",
        "Which pixel of a window did the first weight meet?",
        _slopes(lambda gW, gb, n, places: (gW[::-1], gb)),
    ),
    Misconception(
        "delta is torn apart",
        "`reshape` fills the last axis first. Which axis of delta has the kernels?",
        _slopes(ordered=lambda d: np.moveaxis(d.reshape(d.shape[-1], *d.shape[:-1]), 0, -1)),
    ),
)


def _blocks(B):
    """Each number of B in a block of 2 by 2."""
    return B.repeat(2, axis=0).repeat(2, axis=1)


def _largest(A):
    height, width = A.shape
    return A.reshape(height // 2, 2, width // 2, 2).max(axis=(1, 3))


def _won(A):
    return A == _blocks(_largest(A))


def _shared(A, delta):
    """What is asked, of the pixels that have won."""
    won = _won(A)
    return won * _blocks(delta / (4 * _mean(won)))


def _mean(A):
    height, width = A.shape
    return A.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))


def _first_of_equals(A, delta):
    slopes = np.zeros(A.shape)
    for (i, j), slope in np.ndenumerate(delta):
        won = _won(A[2 * i :][:2, 2 * j :][:, :2])
        slopes[2 * i :, 2 * j :][tuple(np.argwhere(won)[0])] = slope
    return slopes


def _first_block(A, delta):
    slopes = np.zeros(A.shape)
    slopes[:2, :2] = _shared(A, delta)[:2, :2]
    return slopes


POOL_BACK = (
    specimen(LATER["slope_to_all_equals"], lambda A, delta: _won(A) * _blocks(delta)),
    specimen(LATER["first_block_only"], _first_block),
    Misconception(
        "Of those that are equally large only one gets the slope",
        "Many libraries do so, and may. But which of two equal pixels has won here?",
        _first_of_equals,
    ),
    Misconception(
        "The slope is shared by all four",
        "That is the way back of a mean. A pixel that is not the largest grows a little: who sees?",
        lambda A, delta: _blocks(delta) / 4,
    ),
    Misconception(
        "All four get the whole slope",
        "A pixel that is not the largest grows a little. What comes of it?",
        lambda A, delta: _blocks(delta),
    ),
    Misconception(
        "The slope goes to the smallest",
        "Which pixel of a block was sent on?",
        lambda A, delta: _shared(-A, delta),
    ),
    Misconception(
        "The largest is looked for without its sign",
        "Which is larger, −2 or −1?",
        lambda A, delta: _shared(abs(A), delta),
    ),
    Misconception(
        "The slope is multiplied by the pixel",
        "The largest grows by h: by how much does what is sent on grow, by h or by h times it?",
        lambda A, delta: _shared(A, delta) * A,
    ),
    Misconception(
        "delta is left out",
        "You say which pixel has won. What does it get?",
        lambda A, delta: _shared(A, np.ones(delta.shape)),
    ),
    Misconception(
        "delta is laid over the picture in tiles",
        "Which four pixels belong to the first slope of delta? `np.repeat` and `np.tile` differ.",
        lambda A, delta: _won(A) * np.tile(delta, (2, 2)) / _blocks(4 * _mean(_won(A))),
    ),
)
