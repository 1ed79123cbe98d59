"""The network: which layers there are, and where each of them lies in theta.

A `Network` is a description that never changes. Its parameters live outside it in a flat vector,
theta, which `layers` cuts into weights and biases without copying; what they do is in `backprop`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import sqrt
from threading import get_ident

import numpy as np

from nnlib import backprop, checks, guards, plans
from nnlib.activations import ACTIVATIONS
from nnlib.losses import OUTPUTS, Loss, loss_for
from nnlib.notation import Array
from nnlib.regularization import dropout_mask, l1_penalty, l2_penalty


@dataclass(frozen=True)
class Network:
    """Layers of units, each fed by all of the one before.

    `sizes` are the units n_0 .. n_L, `hidden` and `output` name activations, `loss` a loss. Raises
    ValueError for sizes that make no network, unknown names, or a pair that does not go together.

    >>> net = Network((2, 3, 1), hidden="tanh", output="logistic", loss="cross_entropy")
    >>> net.n_parameters, [(W.shape, b.shape) for W, b in net.layers(net.init(rng=7))]
    (13, [((2, 3), (1, 3)), ((3, 1), (1, 1))])
    """

    sizes: tuple[int, ...]
    hidden: str = "tanh"
    output: str = "identity"
    loss: str = "squared_error"
    _forward = staticmethod(guards.unchecked(backprop.forward))
    _backward = staticmethod(guards.unchecked(backprop.backward))
    mask_sizes = property(lambda self: self.sizes[1:-1], doc="The widths of the dropout masks.")

    def __post_init__(self):
        object.__setattr__(self, "sizes", plans.sizes(self.sizes))  # [2.0, 1] becomes (2, 1)
        object.__setattr__(self, "_shapes", [*zip(self.sizes, self.sizes[1:])])  # of each W
        checks.known(self.hidden, ACTIVATIONS, "hidden activation")
        checks.known(self.output, OUTPUTS, "output activation")
        loss_for(self.loss, self.output)

    def __reduce__(self):  # pickled by its four names: the functions behind them stay here
        return type(self), (self.sizes, self.hidden, self.output, self.loss)

    @cached_property
    def n_parameters(self) -> int:
        """P, the length of theta: all weights and biases together."""
        return sum(m * n + n for m, n in self._shapes)

    @cached_property
    def is_weight(self) -> Array:
        """(P,), True where theta holds a weight, False where it holds a bias."""
        return np.concatenate([np.arange(m * n + n) < m * n for m, n in self._shapes])

    @cached_property
    def activations(self) -> list[Callable]:
        """The activation function of each layer: A[l+1] = f(Z[l])."""
        return [ACTIVATIONS[self.hidden].value] * (len(self._shapes) - 1) + [OUTPUTS[self.output]]

    @cached_property
    def loss_function(self) -> Loss:
        """The loss as functions of z, a and y: its value, and its delta at the output."""
        return loss_for(self.loss, self.output)

    @cached_property
    def slope(self) -> Callable:
        """slope(z, a) of the hidden activation; ValueError if that or the output is the step."""
        plans.trainable(self.hidden, self.output)
        return ACTIVATIONS[self.hidden].slope

    @cached_property
    def _cuts(self) -> list[tuple]:
        """For each layer, where its W and its b lie in theta, and the shape of W."""
        cuts, start = [], 0
        for m, n in self._shapes:
            end = start + m * n
            cuts.append(((..., slice(start, end)), (m, n), (..., None, slice(end, end + n))))
            start = end + n
        return cuts

    @guards.first(guards.cut)
    def layers(self, theta: Array) -> list[tuple[Array, Array]]:
        """[(W[0], b[0]), (W[1], b[1]), ...] as views: change them and theta changes.

        theta (..., P) gives W[l] (..., n_l, n_l+1) and b[l] (..., 1, n_l+1).
        """
        stack = theta.shape[:-1]
        return [(theta[W].reshape(stack + shape), theta[b]) for W, shape, b in self._cuts]

    @guards.first(guards.start)
    def init(self, rng, *, scale="auto", stack=(), dtype=float) -> Array:
        """A first theta, (*stack, P), to learn from; `rng` is a whole number or a Generator.

        `scale="auto"` draws each weight uniformly, with variance 1 / n_in for the n_in units before
        it, so that z keeps the size of a (LeCun et al., "Efficient BackProp", 1998), and 2 / n_in
        before relus, which let half through (He et al., 2015); biases are 0. `scale=r` draws both
        uniformly from -r to r. Raises ValueError for another scale, TypeError for another rng.
        """
        theta = np.zeros((*stack, self.n_parameters), dtype)
        if scale != "auto":
            theta[...] = rng.uniform(-scale, scale, theta.shape)
            return theta
        names = [self.hidden] * (len(self._shapes) - 1) + [self.output]
        for f, (n_in, _), (W, _) in zip(names, self._shapes, self.layers(theta)):
            gain = 2 if f in ("relu", "leaky_relu") else 1
            r = sqrt(3 * gain / n_in)  # uniform from -r to r: the variance is r² / 3
            W[...] = rng.uniform(-r, r, W.shape)
        return theta

    @guards.first(guards.passed)
    def forward(self, theta: Array, X: Array, masks: list | None = None) -> backprop.Trace:
        """Every Z and every A of a forward pass, for the samples X (..., n, n_0).

        `masks` are those of `dropout_masks`. Raises ValueError if theta or X does not fit.
        """
        return self._forward(self.layers(theta), X, self.activations, masks)

    @guards.first(guards.way_back)
    def backward(self, theta: Array, trace: backprop.Trace, Y: Array) -> Array:
        """The gradient d loss / d theta, laid out like theta, from a forward pass and its targets.

        Raises ValueError if theta or Y (..., n, n_L) does not fit, or an activation is the step.
        """
        gradient = np.empty_like(theta)
        layers, slopes = self.layers(theta), self.layers(gradient)
        self._backward(layers, slopes, trace, Y, self.loss_function, self.slope)
        return gradient

    @guards.first(guards.slopes)
    def loss_and_grad(
        self, theta: Array, X: Array, Y: Array, *, l1=0.0, l2=0.0, masks: list | None = None
    ) -> tuple[Array, Array]:
        """The loss over the samples, one number a network, and its gradient, laid out like theta.

        X is (..., n, n_0), Y (..., n, n_L), `masks` those of `dropout_masks`; `l1`, `l2` penalize.
        Raises ValueError if theta (..., P), X or Y does not fit, or an activation is the step.

        >>> loss, gradient = Network((2, 1)).loss_and_grad([1.0, 1, 0], [[1, 2]], [[5]], l2=0.5)
        >>> print(loss, gradient)  # (3 - 5)² / 2 + 0.5 (1² + 1²) / 2
        2.5 [-1.5 -3.5 -2. ]
        """
        loss = self.loss_function
        cut = _cut_once if theta.size < 100_000 else _cut_once.__wrapped__  # large: not kept
        here, layers, gradient, slopes = cut(self, theta.shape, theta.dtype, get_ident())
        here[...] = theta  # so its layers are those of theta
        trace = self._forward(layers, X, self.activations, masks)
        self._backward(layers, slopes, trace, Y, loss, self.slope)
        value = loss.value(trace.Z[-1], trace.A[-1], Y)
        for penalty, strength in ((l1_penalty, l1), (l2_penalty, l2)):
            if strength:
                more, slope = guards.unchecked(penalty)(theta, self.is_weight, strength)
                value = value + more
                gradient += slope
        return value, gradient.copy()

    def predict(self, theta: Array, X: Array) -> Array:
        """The output activations (..., n, n_L) for the samples X (..., n, n_0).

        >>> Network((2, 1)).predict([1.0, 10.0, 0.5], [[3, 4]])  # x1 + 10 x2 + 0.5
        array([[43.5]])
        """
        return self.forward(theta, X).A[-1]

    @guards.first(guards.masks_of)
    def dropout_masks(self, rng, n: int, dropout: float, dtype=float) -> list[Array]:
        """One mask (n, n_l) for each hidden layer; the networks of a stack share them."""
        draw = guards.unchecked(dropout_mask)
        return [draw(rng, (n, size), dropout, dtype) for size in self.mask_sizes]


@lru_cache(maxsize=8)
def _cut_once(net: Network, shape: tuple, dtype, thread: int) -> tuple:
    """A theta and a gradient with their layers, which a thread uses again: cutting takes time."""
    theta, gradient = np.empty((2, *shape), dtype)
    return theta, net.layers(theta), gradient, net.layers(gradient)
