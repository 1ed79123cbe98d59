"""What panels are sent: the same data from every widget. `stage` lists what each panel takes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from nnlib.network import Network
from nnlib.notation import Array
from nncourse.words import fixed, signed

LARGEST = 1e30  # far outside of every window, and still a float32


def heat(values: Array) -> bytes:
    """Numbers from -1 to 1 as a heat map, one byte each: 0 is code 128, nan is that of -1.

    >>> list(heat(np.array([-1.0, 0.0, 0.5, 7.0])))
    [1, 128, 191, 255]
    """
    return (128 + 127 * np.fmin(np.fmax(values, -1), 1)).astype(np.uint8).tobytes()


def series(values) -> bytes:
    """Numbers as float32 bytes, clipped to what a float32 can hold; nan is a gap in a line.

    >>> np.frombuffer(series([1, np.inf]), np.float32)
    array([1.e+00, 1.e+30], dtype=float32)
    """
    return np.clip(values, -LARGEST, LARGEST).astype(np.float32).tobytes()


def finite(values) -> Array:
    """The same numbers, with nan as 0 and infinity as the largest that can be drawn.

    >>> finite([1.0, np.nan, np.inf]).tolist()
    [1.0, 0.0, 1e+30]
    """
    return np.clip(np.nan_to_num(values), -LARGEST, LARGEST)


def sendable(value):
    """A frame, or a part of one, without numpy: its numbers and truth values are Python's own.

    >>> sendable({"window": (np.float64(0.5), 1), "on": np.True_, "heat": b"A"})
    {'window': [0.5, 1], 'on': True, 'heat': b'A'}
    """
    kind = type(value)
    if kind is dict:
        return {key: sendable(part) for key, part in value.items()}
    if kind is list or kind is tuple:
        return [sendable(part) for part in value]
    return value.item() if isinstance(value, np.generic) else value


def line(x, y, colour: str, **rest) -> dict:
    """A line for a plane or for curves; `rest` are its other keys."""
    return {"x": series(x), "y": series(y), "colour": colour} | rest


def score_line(
    x, moments: list, key: str, colour: str, *, dash=(), whole: float = 1, **rest
) -> dict:
    """A score of these moments of a run, divided by `whole`, as a line for a panel of curves."""
    y = finite([moment.scores[key] / whole for moment in moments])
    return line(x, y, colour, dash=list(dash), **rest)


def dot(x: float, y: float, colour: str, **rest) -> dict:
    """A dot for a plane; `rest` are its other keys."""
    return {"x": float(x), "y": float(y), "colour": colour} | rest


def fewest(values) -> list[str]:
    """Numbers with as few digits as all of them need, at most two; 0 has no sign.

    >>> fewest([1, 0, -2]), fewest([1, -0.5]), fewest([0, 0.123])
    (['+1', '0', '−2'], ['+1.0', '−0.5'], ['0.00', '+0.12'])
    """
    values = np.ravel(values)
    digits = next((k for k in (0, 1) if np.allclose(values, np.round(values, k), 0, 1e-9)), 2)
    return [signed(value, digits) if round(value, digits) else fixed(value, digits)
            for value in values]  # fmt: skip


def array_part(
    name: str, values: Array, *, digits: int | None = 2, step: float | None = None, **rest
) -> dict:
    """A part of a panel of arrays: `values` (n, k) or (k,), with their shape beside the name.

    With `step`, each number can be changed, a drag moving it by `step`; without `digits` it has as
    few as it needs; `rest` are its other keys.

    >>> array_part("W", np.array([[1.0, -0.5]]))["texts"]
    ['+1.00', '−0.50']
    """
    values = np.atleast_2d(values)
    part = {"name": name, "shape": " × ".join(map(str, values.shape)), "columns": values.shape[1],
            "texts": fewest(values) if digits is None else [signed(value, digits)
                                                            for value in values.flat]}  # fmt: skip
    if step is not None:
        part |= {"values": [float(value) for value in values.flat], "step": step}
    return part | rest


@lru_cache
def links(net: Network) -> dict[str, bytes]:
    """The lines of a drawn network, its biases among them: int32 bytes, one number a line.

    `from` and `to` count units from the first input on; a bias comes from -1. `place` is where
    theta holds the number.

    >>> drawn = links(Network((2, 1)))
    >>> [np.frombuffer(drawn[end], np.int32).tolist() for end in ("from", "to", "place")]
    [[-1, 0, 1], [2, 2, 2], [2, 0, 1]]
    """
    ends, first = [], 0
    for m, (W, b) in zip(net.sizes, net.layers(np.arange(net.n_parameters))):
        n = W.shape[1]
        into = first + m + np.arange(n)
        sources = np.concatenate([[-1], first + np.arange(m)])
        places = np.concatenate([b, W])
        ends.append([np.repeat(sources, n), np.tile(into, m + 1), places.ravel()])
        first += m
    columns = np.concatenate(ends, axis=1).astype(np.int32)
    return {name: column.tobytes() for name, column in zip(("from", "to", "place"), columns)}
