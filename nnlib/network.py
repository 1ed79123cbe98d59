"""The network: forward, from the inputs to the outputs, and backward, from the blame to the slopes.

A `Network` is a description that never changes; its parameters, theta, live outside it in one flat
vector. `layers` cuts theta into weights and biases without copying, and cuts the gradient with the
same knife.
"""

from __future__ import annotations  # numpy.random is loaded when it is used, not for a hint

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import prod, sqrt
from typing import NamedTuple

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.losses import OUTPUTS, Loss, loss_for
from nnlib.notation import Array, check_rng, floats, known
from nnlib.regularization import dropout_mask, l1_penalty, l2_penalty


class Trace(NamedTuple):
    """What a forward pass leaves behind for the backward pass, layer by layer."""

    Z: list[Array]  # Z[l] = A[l] W[l] + b[l]
    A: list[Array]  # A[0] = X, A[l+1] = f(Z[l])
    masks: list[Array] | None  # one for each hidden layer, (n, n_l); None without dropout


@dataclass(frozen=True)
class Network:
    """Layers of units, each fed by all of the one before.

    `sizes` are the units n_0 .. n_L, `hidden` and `output` name activations, `loss` a loss. Raises
    ValueError for fewer than two layers, a size that is not a positive whole number, an unknown
    name, or a pair of loss and output that does not go together.

    >>> net = Network((2, 3, 1), hidden="tanh", output="logistic", loss="cross_entropy")
    >>> theta = net.init(np.random.default_rng(7))
    >>> theta.shape, [(W.shape, b.shape) for W, b in net.layers(theta)]
    ((13,), [((2, 3), (1, 3)), ((3, 1), (1, 1))])
    >>> loss, gradient = net.loss_and_grad(theta, [[0.0, 1.0]], [[1.0]])
    >>> print(loss.round(3), gradient.shape)
    0.397 (13,)
    """

    sizes: tuple[int, ...]
    hidden: str = "tanh"
    output: str = "identity"
    loss: str = "squared_error"

    def __post_init__(self):
        sizes = tuple(self.sizes)
        if len(sizes) < 2:
            raise ValueError(f"sizes={sizes}: a network has at least 2 layers, input and output")
        if any(size != int(size) or size < 1 for size in sizes):
            raise ValueError(f"sizes={sizes}: every layer has a whole number of units, at least 1")
        object.__setattr__(self, "sizes", sizes)  # a list becomes a tuple, though we are frozen
        known(self.hidden, ACTIVATIONS, "hidden activation")
        known(self.output, OUTPUTS, "output activation")
        loss_for(self.loss, self.output)

    def __reduce__(self):  # pickled by its four names: the functions behind them stay here
        return Network, (self.sizes, self.hidden, self.output, self.loss)

    @cached_property
    def n_parameters(self) -> int:
        """P, the length of theta: all weights and biases together."""
        return sum(m * n + n for m, n in zip(self.sizes, self.sizes[1:]))

    @cached_property
    def is_weight(self) -> Array:
        """(P,), True where theta holds a weight, False where it holds a bias."""
        mask = np.zeros(self.n_parameters, dtype=bool)
        for W, _ in self.layers(mask):
            W[...] = True
        return mask

    @cached_property
    def _cuts(self) -> list:
        """Where each W and b lies in theta, and its shape: W[0], b[0], W[1], b[1], ..."""
        shapes = [shape for m, n in zip(self.sizes, self.sizes[1:]) for shape in [(m, n), (1, n)]]
        ends = list(accumulate(prod(shape) for shape in shapes))
        return [((..., slice(end - prod(shape), end)), shape) for end, shape in zip(ends, shapes)]

    @cached_property
    def _bends(self) -> list[Callable]:
        """What turns Z[l] into A[l+1], layer by layer."""
        hidden = [ACTIVATIONS[self.hidden].value] * (len(self.sizes) - 2)
        return [*hidden, OUTPUTS[self.output]]

    @cached_property
    def _loss(self) -> Loss:
        return loss_for(self.loss, self.output)

    def layers(self, theta: Array) -> list[tuple[Array, Array]]:
        """[(W[0], b[0]), (W[1], b[1]), ...] as views: change them and theta changes.

        theta (..., P) gives W[l] (..., n_l, n_l+1) and b[l] (..., 1, n_l+1).
        """
        stack = theta.shape[:-1]
        views = [theta[cut].reshape(stack + shape) for cut, shape in self._cuts]
        return list(zip(views[::2], views[1::2]))

    def init(self, rng: np.random.Generator, *, scale="auto", stack=(), dtype=float) -> Array:
        """A first theta, (*stack, P), to learn from.

        `scale="auto"` draws each weight evenly, with variance 1 / n_in for the n_in units that feed
        it, so that z keeps the size of a (LeCun et al., "Efficient BackProp", 1998), and 2 / n_in
        before relus, which let half through (He et al., 2015); biases are 0. `scale=r`, a number,
        draws all of theta evenly from -r to r. Raises ValueError for another scale, TypeError for
        an rng that is not a numpy Generator.
        """
        check_rng(rng)
        theta = np.zeros((*stack, self.n_parameters), dtype)
        if scale == "auto":
            for layer, (W, _) in enumerate(self.layers(theta)):
                f = self.hidden if layer < len(self.sizes) - 2 else self.output
                gain = 2 if f in ("relu", "leaky_relu") else 1
                reach = sqrt(3 * gain / self.sizes[layer])  # even from -r to r has variance r² / 3
                W[...] = rng.uniform(-reach, reach, W.shape)
        elif isinstance(scale, int | float) and 0 <= scale < np.inf:
            theta[...] = rng.uniform(-scale, scale, theta.shape)
        else:
            raise ValueError(f"scale={scale!r}: give 'auto', or a number r for weights in [-r, r]")
        return theta

    def forward(self, theta: Array, X: Array, masks: list[Array] | None = None) -> Trace:
        """Every Z and every A of a forward pass, for the n samples of X (..., n, n_0).

        `masks`, from `dropout_masks`, multiply what the hidden layers send on. Raises ValueError
        where the last axis of theta or of X does not fit the network.
        """
        theta, X = floats(theta, X)
        self._check_inputs(theta, X)
        return self.trace(self.layers(theta), X, masks)

    def trace(self, parameters: list, X: Array, masks: list[Array] | None = None) -> Trace:
        """The lines of `forward`, for parameters already cut by `layers`, and no checks."""
        Z, A, sent = [], [X], X
        product = _product(X, parameters[0][0])
        for layer, ((W, b), f) in enumerate(zip(parameters, self._bends)):
            z = product(sent, W)
            z += b
            sent = a = f(z)
            if masks is not None and layer < len(masks):
                sent = a * masks[layer]
            Z.append(z)
            A.append(a)
        return Trace(Z, A, masks)

    def backward(self, theta: Array, trace: Trace, Y: Array) -> Array:
        """The gradient d loss / d theta, laid out like theta, from a forward pass and its targets.

        Backpropagation: the forward list read upside down (Rumelhart et al., 1986). With
        delta = d loss / d Z[l], four equations do it all:

            delta at the output   = what the loss says
            gW[l]                 = A[l]ᵀ delta
            gb[l]                 = delta, summed over the samples
            delta one layer down  = (delta W[l]ᵀ) · f'(Z[l-1])

        Raises ValueError if Y (..., n, n_L) does not fit, or if an activation is the step, whose
        slope is 0 everywhere.
        """
        theta, Y = floats(theta, Y)
        self._check_targets(theta, trace.A[0], Y)
        gradient = np.empty_like(theta)  # every entry is written below
        self.backward_into(self.layers(gradient), self.layers(theta), trace, Y)
        return gradient

    def backward_into(self, gradients: list, parameters: list, trace: Trace, Y: Array) -> None:
        """The lines of `backward`, written into a gradient already cut, and no checks."""
        (Z, A, masks), slope = trace, ACTIVATIONS[self.hidden].slope
        product = _product(A[-1], parameters[0][0])
        delta = self._loss.delta(Z[-1], A[-1], Y)
        ones = np.ones((1, delta.shape[-2]), delta.dtype)
        for layer in reversed(range(len(Z))):
            (W, _), (gW, gb) = parameters[layer], gradients[layer]
            dropped = masks is not None and layer > 0
            sent = A[layer] * masks[layer - 1] if dropped else A[layer]
            product(sent.mT, delta, out=gW)
            product(ones, delta, out=gb)  # delta.sum(axis=-2), in half the time
            if layer > 0:
                delta = product(delta, W.mT)
                delta *= slope(Z[layer - 1], A[layer])
                if dropped:
                    delta *= masks[layer - 1]

    def loss_and_grad(
        self, theta: Array, X: Array, Y: Array, *, l1: float = 0.0, l2: float = 0.0,
        masks: list | None = None,
    ) -> tuple[Array, Array]:  # fmt: skip
        """The loss over the samples of X and Y, one number a network, and its gradient (..., P)."""
        theta, X, Y = floats(theta, X, Y)
        self._check_inputs(theta, X)
        self._check_targets(theta, X, Y)
        return self.loss_and_grad_like(theta)(theta, X, Y, l1=l1, l2=l2, masks=masks)

    def loss_and_grad_like(self, theta: Array) -> Callable:
        """The lines of `loss_and_grad`, for one theta after another shaped like this one.

        Views are cut once and nothing is checked, which saves a small network a sixth of its step.
        A subclass with a `loss_and_grad` of its own gets that one.

        >>> net, X, Y = Network((2, 1)), np.ones((4, 2)), np.ones((4, 1))
        >>> loss_and_grad = net.loss_and_grad_like(np.zeros(3))
        >>> for theta in np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 0.0]]):
        ...     print(*loss_and_grad(theta, X, Y))
        0.5 [-1. -1. -1.]
        0.5 [1. 1. 1.]
        """
        if type(self).loss_and_grad is not Network.loss_and_grad:
            return self.loss_and_grad
        here, slopes = np.empty_like(theta), np.empty_like(theta)  # every entry is written below
        parameters, gradients = self.layers(here), self.layers(slopes)

        def loss_and_grad(theta, X, Y, *, l1=0.0, l2=0.0, masks=None):
            here[...] = theta
            trace = self.trace(parameters, X, masks)
            self.backward_into(gradients, parameters, trace, Y)
            loss = self._loss.value(trace.Z[-1], trace.A[-1], Y)
            gradient = slopes.copy()
            for penalise, strength in ((l1_penalty, l1), (l2_penalty, l2)):
                if strength:
                    penalty, pull = penalise(here, self.is_weight, strength)
                    loss, gradient = loss + penalty, gradient + pull
            return loss, gradient

        return loss_and_grad

    def predict(self, theta: Array, X: Array) -> Array:
        """The output activations (..., n, n_L) for the n samples of X (..., n, n_0).

        >>> net = Network((2, 1))
        >>> net.predict(np.array([1.0, 10.0, 0.5]), [[1, 2], [3, 4]])  # x1 + 10 x2 + 0.5
        array([[21.5],
               [43.5]])
        """
        return self.forward(theta, X).A[-1]

    def check_targets(self, Y: Array) -> None:
        """ValueError where targets (..., n, n_L) are not what the loss is about, before training.

        For cross-entropy they are probabilities, from 0 to 1; with softmax each row sums to 1.
        """
        if self.loss == "cross_entropy" and not ((Y >= 0) & (Y <= 1)).all():
            raise ValueError(
                f"Y runs from {Y.min():g} to {Y.max():g}: for cross_entropy targets are from 0 to 1"
            )
        if self.output == "softmax" and not np.allclose(Y.sum(axis=-1), 1, atol=1e-3):
            raise ValueError(
                "with softmax each row of Y sums to 1, a single 1 for the right class: of labels"
                f" make np.eye({self.sizes[-1]})[labels]"
            )

    def dropout_masks(self, rng: np.random.Generator, n: int, rate: float, dtype=float) -> list:
        """One mask (n, n_l) for each hidden layer; the networks of a stack share them."""
        return [dropout_mask(rng, (n, size), rate, dtype) for size in self.sizes[1:-1]]

    def _check_inputs(self, theta: Array, X: Array) -> None:
        if theta.ndim == 0 or theta.shape[-1] != self.n_parameters:
            raise ValueError(
                f"a {self.sizes} network has {self.n_parameters} parameters; theta has shape"
                f" {theta.shape}: make one with net.init(rng)"
            )
        if X.ndim < 2 or X.shape[-1] != self.sizes[0]:
            raise ValueError(
                f"X has shape {X.shape}, expected (n, {self.sizes[0]}): a row for each sample, a"
                f" column for each of the network's {self.sizes[0]} inputs; one sample x is x[None]"
            )
        if theta.ndim > 1:  # one network answers samples of any number of axes
            self._check_stack("X", X, theta)

    def _check_stack(self, name: str, samples: Array, theta: Array) -> None:
        if samples.ndim > 2 and samples.shape[:-2] != theta.shape[:-1]:
            raise ValueError(
                f"{name} has shape {samples.shape}, own samples for a stack of"
                f" {samples.shape[:-2]}, and theta has shape {theta.shape}, a stack of"
                f" {theta.shape[:-1]}: share one {name} of 2 axes, or give each network its own"
            )

    def _check_targets(self, theta: Array, X: Array, Y: Array) -> None:
        expected = (X.shape[-2], self.sizes[-1])
        if Y.shape[-2:] != expected:
            hint = ""
            if Y.ndim == 1:
                one_hot = f"Labels become targets by np.eye({self.sizes[-1]})[Y]"
                hint = one_hot if self.sizes[-1] > 1 else "A list becomes a column by Y[:, None]"
            raise ValueError(
                f"Y has shape {Y.shape}, expected {expected}: a row for each sample of X,"
                f" a column for each of the network's {self.sizes[-1]} outputs. {hint}".rstrip()
            )
        self._check_stack("X", X, theta)
        self._check_stack("Y", Y, theta)
        if "step" in (self.hidden, self.output):
            raise ValueError(
                "a step is flat on both sides: its slope is 0 and nothing is learned; train with"
                " logistic or tanh, and take the step when predicting"
            )


def _product(A: Array, W: Array) -> Callable:
    """What multiplies arrays like these two: matmul, which takes stacks, or for matrices np.dot."""
    # np.dot takes half the time of matmul for small matrices, a fifth for one sample's gradient.
    return np.dot if A.ndim == W.ndim == 2 else np.matmul
