"""The words and letters of the course, the same in formula, code, widget and plot.

====================  =======================================================================
n                     number of samples; a batch is some of them
layers 0 .. L         of n_0 .. n_L units; layer 0 is the input, layer L the output
X (n, n_0)            the inputs, one sample a row;  Y (n, n_L) the targets, row for row
theta (P,)            every parameter of a network in one flat vector
W[l] (n_l, n_l+1)     weights from layer l to the next: a view of theta
b[l] (1, n_l+1)       biases of the next layer: a view of theta
A[0] = X              the activations of layer 0
Z[l] = A[l] W[l] + b[l]      (n, n_l+1), the input of an activation function f
A[l+1] = f(Z[l])      (n, n_l+1), its value: the activations of the next layer
f'(z)                 the slope of f, taken at z (and written with z or with a)
delta (n, n_l+1)      d loss / d Z[l], how much the loss changes with each z
gradient (P,)         d loss / d theta, cut into gW[l], gb[l] as theta into W[l], b[l]
step, epoch           one update of theta; one full pass through the samples
====================  =======================================================================

A stack is many networks of the same shape trained at once. It puts an axis S in front: theta is
(S, P), Z and A are (S, n, units), and every line of the numerics stays what it was. X and Y may be
shared, (n, units), or each network's own, (S, n, units). Small networks in the notebooks carry
numbers instead of indices: W1 is W[0], Z1 is Z[0], A1 is A[1], A0 is X.
"""

import numpy as np

Array = np.ndarray
