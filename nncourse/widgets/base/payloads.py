"""What panels are sent: the same data from every widget."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from nnlib.network import Network


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
