"""The words and letters of the course, the same in formula, code, widget and plot.

====================  =======================================================================
n                     number of samples; a batch is some of them
layers 0 .. L         of n_0 .. n_L units; layer 0 is the input, layer L the output
X (n, n_0)            the inputs, one sample a row;  Y (n, n_L) the targets, row for row
theta (P,)            every parameter of a network in one flat vector
W[l] (n_l, n_l+1)     weights from layer l to the next: a view of theta
b[l] (1, n_l+1)       biases of the next layer: a view of theta
A[0] = X              what layer 0 sends on
Z[l] = A[l] W[l] + b[l]      (n, n_l+1), what goes into the bend
A[l+1] = f(Z[l])      (n, n_l+1), what comes out of it: the activation
f'(z)                 the slope of the bend, taken at z (and written with z or with a)
delta (n, n_l+1)      d loss / d Z[l], how much each z is to blame for the loss
gradient (P,)         d loss / d theta, cut into gW[l], gb[l] by the same knife as theta
step, epoch           one update of theta; one full pass through the samples
====================  =======================================================================

A stack is many networks of the same shape trained at once. It puts an axis S in front: theta
is (S, P), Z and A are (S, n, units), and every line of the numerics stays what it was. X and Y
may be shared, (n, units), or be each network's own, (S, n, units). Small networks drawn in the
notebooks carry numbers instead of indices: W1 is W[0], Z1 is Z[0], A1 is A[1], A0 is X.

After Rumelhart, Hinton & Williams, "Learning representations by back-propagating errors", 1986.
"""

import numpy as np

Array = np.ndarray


def floats(theta: Array, *samples: Array) -> list[Array]:
    """theta as an array of floats, and samples (X, Y) as arrays of theta's type."""
    theta = np.asarray(theta)
    theta = theta if theta.dtype.kind == "f" else theta.astype(float)
    return [theta, *(np.asarray(X, theta.dtype) for X in samples)]


def check_rng(rng) -> None:
    """TypeError unless rng is a numpy Generator: chance is passed in, never global."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng={rng!r}: pass a generator, np.random.default_rng(7) for one")


def known(name: str, table: dict, kind: str):
    """The entry of `table` called `name`, or a ValueError that lists the names there are."""
    if not isinstance(name, str) or name not in table:
        raise ValueError(f"unknown {kind} {name!r}: choose one of {', '.join(table)}")
    return table[name]
