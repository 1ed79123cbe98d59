"""The checks of whole calls, where arguments have to fit each other, and how a loop skips them.

A function gets its check by a decorator, `@first(check)`; a loop that has checked its arguments
once calls the function inside, `unchecked(function)`, and loses no time.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from math import prod
from types import FunctionType
from typing import NoReturn

import numpy as np

from nnlib import checks
from nnlib.checks import shown
from nnlib.notation import Array

_INSIDE: dict[Callable, Callable] = {}  # of each function with a check, the one without


def first(check: Callable) -> Callable:
    """A decorator: `check(*args, **kwargs)` gives the arguments for the function, or raises.

    Inside, overflow and the like give inf or nan, without a warning.
    """

    def around(function: Callable) -> Callable:
        # The check gets the function's name: Python says it when an argument is missing.
        named = FunctionType(check.__code__, check.__globals__, None, check.__defaults__)
        named.__kwdefaults__, named.__qualname__ = check.__kwdefaults__, function.__qualname__

        @wraps(function)
        def checked(*args, **kwargs):
            arguments = named(*args, **kwargs)
            with np.errstate(all="ignore"):
                return function(**arguments)

        _INSIDE[checked] = function
        return checked

    return around


def unchecked(function: Callable) -> Callable:
    """The function without its check, for a loop that has checked; any other as it is."""
    outside = getattr(function, "__func__", function)
    # Not __wrapped__, which a decorator of somebody's own has too.
    inside = _INSIDE.get(outside) if isinstance(outside, FunctionType) else None
    if inside is None:
        return function
    this = getattr(function, "__self__", None)
    return inside if this is None else inside.__get__(this)


# Activations and penalties


def values(z) -> dict:
    """z of any shape."""
    return dict(z=checks.floats(z, "z"))


def rows(z) -> dict:
    """z with a last axis of at least one number."""
    z = checks.floats(z, "z")
    if z.shape[-1:] in ((), (0,)):
        raise ValueError(f"z has shape {z.shape}: expected (..., k), k numbers to compare, k >= 1")
    return dict(z=z)


def outputs(A) -> dict:
    """A (..., n, k), the outputs of k units."""
    A = checks.numbers(A, "A")
    if A.ndim < 2 or A.shape[-1] == 0:
        raise ValueError(f"A has shape {shown(A.shape)}: expected (..., n, k), outputs of k units")
    return dict(A=A)


def penalty(theta, is_weight, strength, name: str) -> dict:
    """theta (..., P), a mask (P,), and how strong."""
    theta, is_weight = checks.floats(theta), checks.numbers(is_weight, "is_weight")
    if theta.ndim == 0 or is_weight.shape != theta.shape[-1:]:
        raise ValueError(
            f"theta has shape {theta.shape} and is_weight {is_weight.shape}: expected (..., P) and"
            " (P,), say net.is_weight"
        )
    return {"theta": theta, "is_weight": is_weight, name: checks.at_least_zero(strength, name)}


def l1(theta, is_weight, l1) -> dict:
    """The arguments of `l1_penalty`."""
    return penalty(theta, is_weight, l1, "l1")


def l2(theta, is_weight, l2) -> dict:
    """The arguments of `l2_penalty`."""
    return penalty(theta, is_weight, l2, "l2")


def mask(rng, shape, dropout, dtype=float) -> dict:
    """The arguments of `dropout_mask`."""
    shape = checks.shape(shape, "shape")
    return dict(_dropped(rng, dropout, dtype), shape=shape)


def _dropped(rng, dropout, dtype) -> dict:
    dropout, dtype = checks.share(dropout, "dropout"), checks.float_type(dtype)
    return dict(rng=checks.generator(rng), dropout=dropout, dtype=dtype)


# Networks


def start(self, rng, *, scale="auto", stack=(), dtype=float) -> dict:
    """The arguments of `Network.init`."""
    stack, scale = checks.shape(stack, "stack"), checks.scale(scale)
    checks.memory(self.n_parameters * prod(stack), sizes=self.sizes, stack=stack)
    dtype = checks.float_type(dtype)
    return dict(self=self, rng=checks.generator(rng), scale=scale, stack=stack, dtype=dtype)


def cut(self, theta) -> dict:
    """The arguments of `Network.layers`: views need an array to look at."""
    if not isinstance(theta, np.ndarray):
        raise TypeError(
            f"theta={shown(theta)}: the layers are views of an array, say of net.init(rng)"
        )
    parameters(self, theta)
    return dict(self=self, theta=theta)


def passed(self, theta, X, masks=None) -> dict:
    """The arguments of `Network.forward`."""
    theta, X = inputs(self, theta, X)
    return dict(self=self, theta=theta, X=X, masks=_masks(self, masks, X))


def asked(self, theta, X) -> dict:
    """The arguments of `predict`."""
    theta, X = inputs(self, theta, X)
    return dict(self=self, theta=theta, X=X)


def slopes(self, theta, X, Y, *, l1=0.0, l2=0.0, masks=None) -> dict:
    """The arguments of `Network.loss_and_grad`."""
    theta, X = inputs(self, theta, X)
    Y, masks = targets(self, theta, X, Y), _masks(self, masks, X)
    l1, l2 = checks.at_least_zero(l1, "l1"), checks.at_least_zero(l2, "l2")
    return dict(self=self, theta=theta, X=X, Y=Y, l1=l1, l2=l2, masks=masks)


def way_back(self, theta, trace, Y) -> dict:
    """The arguments of `Network.backward`."""
    theta = parameters(self, theta)
    fields = {"Z", "A", "masks"} | ({"rows"} if hasattr(self, "parts") else set())
    if set(getattr(type(trace), "_fields", ())) != fields:
        raise TypeError(f"trace={shown(trace)}: give what net.forward(theta, X) returned")
    units = [A.size for A in trace.A]
    n = units[-1] // self.sizes[-1]
    if [A.shape[-1:] for A in (trace.A[0], trace.A[-1])] != [self.sizes[:1], self.sizes[-1:]] or (
        units[1:] != [n * size for size in self.sizes[1:]]
        or trace.A[-1].shape[:-2] != theta.shape[:-1]
        or trace.A[-1].dtype != theta.dtype
    ):
        raise ValueError(
            f"trace holds {shown([A.shape for A in trace.A])}, which does not fit a"
            f" {shown(self.sizes)} network with theta {theta.shape} of {theta.dtype}: take that of"
            " net.forward(theta, X)"
        )
    return dict(self=self, theta=theta, trace=trace, Y=targets(self, theta, trace.A[0], Y))


def masks_of(self, rng, n, dropout, dtype=float) -> dict:
    """The arguments of `Network.dropout_masks`."""
    given, n = n, checks.whole(n, "n")
    checks.memory(n * max(self.sizes), n=given)
    return dict(_dropped(rng, dropout, dtype), self=self, n=n)


def _masks(net, masks, X: Array):
    if masks is None:
        return None
    given, expected = checks.entries(masks), [(X.shape[-2], size) for size in net.mask_sizes]
    arrays = [checks.numbers(mask, "masks", X.dtype) for mask in given]
    if [mask.shape[-2:] for mask in arrays] != expected:
        raise ValueError(
            f"masks have the shapes {shown([mask.shape for mask in arrays])}, expected"
            f" {shown(expected)}: one for each hidden layer, net.dropout_masks(rng, n, dropout)"
        )
    return arrays


def parameters(net, theta, name: str = "theta") -> Array:
    """theta (..., P) as floats; ValueError if it does not fit."""
    theta = checks.floats(theta, name)
    if theta.shape[-1:] != (net.n_parameters,) or theta.size == 0:
        raise ValueError(
            f"a {shown(net.sizes)} network has {net.n_parameters} parameters; {name} has shape"
            f" {theta.shape}: make one with net.init(rng)"
        )
    return theta


def inputs(net, theta, X) -> tuple[Array, Array]:
    """theta (..., P) and X (..., n, n_0) as floats of one type; ValueError if one does not fit."""
    theta = parameters(net, theta)
    X = checks.numbers(X, "X", theta.dtype)
    if X.ndim < 2 or X.shape[-1] != net.sizes[0] or X.size == 0:
        raise ValueError(
            f"X has shape {shown(X.shape)}, expected (n, {net.sizes[0]}): a row for each sample, a"
            f" column for each of the network's {net.sizes[0]} inputs; one sample x is x[None]"
        )
    if theta.ndim > 1:  # one network answers samples of any number of axes
        _stack("X", X, theta)
    return theta, X


def targets(net, theta: Array, X: Array, Y) -> Array:
    """Y (..., n, n_L) as floats of theta's type; ValueError if it does not fit."""
    Y = checks.numbers(Y, "Y", theta.dtype)
    if Y.shape[-2:] != (X.shape[-2], net.sizes[-1]):
        _refuse_targets(net, X, Y)
    if X.ndim > 2 or Y.ndim > 2:
        _stack("X", X, theta)
        _stack("Y", Y, theta)
    return Y


def _stack(name: str, given: Array, theta: Array) -> None:
    if given.ndim > 2 and given.shape[:-2] != theta.shape[:-1]:
        raise ValueError(
            f"{name} has shape {given.shape}, own samples for a stack of {given.shape[:-2]}, and"
            f" theta has shape {theta.shape}, a stack of {theta.shape[:-1]}: share one {name} of 2"
            " axes, or give each network its own"
        )


def _refuse_targets(net, X: Array, Y: Array) -> NoReturn:
    hint = ""
    if Y.ndim == 1:
        one_hot = f"Labels become targets by np.eye({net.sizes[-1]})[Y]"
        hint = one_hot if net.sizes[-1] > 1 else "A list becomes a column by Y[:, None]"
    raise ValueError(
        f"Y has shape {Y.shape}, expected {(X.shape[-2], net.sizes[-1])}: a row for each sample of"
        f" X, a column for each of the network's {net.sizes[-1]} outputs. {hint}".rstrip()
    )


# Through the layers, without a network


def layered(layers, X, activations, masks=None) -> dict:
    """The arguments of `backprop.forward`."""
    layers, functions = _pairs(layers, "layers"), checks.entries(activations)
    X = checks.floats(X, "X")
    units = [layers[0][0].shape[-2], *(W.shape[-1] for W, _ in layers)]
    if X.ndim < 2 or X.shape[-1] != units[0]:
        raise ValueError(f"X has shape {X.shape}, expected (n, {units[0]}): what W[0] multiplies")
    if len(functions) != len(layers) or not all(map(callable, functions)):
        raise ValueError(
            f"activations={shown(activations)}: give a list of {len(layers)} functions, one for"
            " each layer"
        )
    given = () if masks is None else [checks.numbers(m, "masks") for m in checks.entries(masks)]
    if [mask.shape[-2:] for mask in given] != [(X.shape[-2], n) for n in units[1:-1]][: len(given)]:
        raise ValueError(
            f"masks have the shapes {shown([mask.shape for mask in given])}: expected (n, n_l), one"
            " for each hidden layer"
        )
    masks = masks if masks is None else list(given)
    return dict(layers=layers, X=X, activations=list(functions), masks=masks)


def layered_back(layers, gradients, trace, Y, loss, slope) -> dict:
    """The arguments of `backprop.backward`."""
    layers, room = _pairs(layers, "layers"), _pairs(gradients, "gradients")
    if [(W.shape, b.shape) for W, b in room] != [(W.shape, b.shape) for W, b in layers] or not all(
        a.flags.writeable and a.dtype == layers[0][0].dtype for pair in room for a in pair
    ):
        raise ValueError(
            f"gradients={shown(gradients)}: they are written into, so give arrays like"
            " those of layers"
        )
    if getattr(type(trace), "_fields", None) != ("Z", "A", "masks"):
        raise TypeError(f"trace={shown(trace)}: give what forward(layers, X, ...) returned")
    A, Y = trace.A, checks.numbers(Y, "Y", trace.A[-1].dtype)
    if [a.shape[-1] for a in A] != [layers[0][0].shape[-2], *(W.shape[-1] for W, _ in layers)]:
        raise ValueError(f"trace holds {shown([a.shape for a in A])}: it is of other layers")
    if Y.shape != A[-1].shape:
        raise ValueError(f"Y has shape {Y.shape}, expected that of the outputs, {A[-1].shape}")
    if not callable(getattr(type(loss), "delta", None)) and not hasattr(type(loss), "_fields"):
        raise TypeError(f"loss={shown(loss)}: give a Loss, say loss_for('squared_error', 'tanh')")
    _answer(slope, "slope", trace.Z[0], A[1])
    return dict(layers=layers, gradients=gradients, trace=trace, Y=Y, loss=loss, slope=slope)


def _pairs(given, name: str) -> list:
    """[(W[0], b[0]), ...] where each W (..., m, n) and b (..., 1, n) fit each other."""
    pairs = [checks.entries(pair) for pair in checks.entries(given)]
    arrays = [[checks.numbers(a, name) for a in pair] for pair in pairs]
    for pair in arrays:
        if (
            len(pair) != 2
            or min(a.ndim for a in pair) < 2
            or (pair[1].shape[-2:] != (1, pair[0].shape[-1]))
        ):
            arrays = []
    if not arrays or any(a[0].shape[-1] != b[0].shape[-2] for a, b in zip(arrays, arrays[1:])):
        raise ValueError(
            f"{name}={shown(given)}: give [(W[0], b[0]), ...], W[l] (n_l, n_l+1) and b[l]"
            " (1, n_l+1), say net.layers(theta)"
        )
    return [tuple(pair) for pair in arrays]


def _answer(function, name: str, *given: Array) -> None:
    """TypeError or ValueError where `function(*given)` does not have the shape of `given[0]`."""
    try:
        answer = np.shape(function(*given))
    except Exception as error:
        raise TypeError(
            f"{name}={shown(function)}: it does not take arrays ({type(error).__name__}); give a"
            " function, say net.slope"
        ) from error
    if answer != given[0].shape:
        raise ValueError(
            f"{name}={shown(function)} gives an array of shape {answer}, expected that of what it"
            f" was given, {given[0].shape}"
        )


# Optimizers and training


def downhill(self, theta, gradient) -> dict:
    """The arguments of an optimizer's `step`: theta and gradient (..., P)."""
    theta = checks.floats(theta)
    gradient = checks.numbers(gradient, "gradient", theta.dtype)
    if theta.shape != gradient.shape:
        raise ValueError(
            f"theta has shape {shown(theta.shape)} and gradient {shown(gradient.shape)}: there is a"
            " slope for each parameter, so give the same shape"
        )
    _rate_fits(self, theta)
    for name in ("velocity", "m"):
        remembered = np.shape(getattr(self, name, 0.0))
        if remembered not in ((), theta.shape):
            raise ValueError(
                f"theta has shape {theta.shape}, and the step before was of shape {remembered}:"
                " call reset() first"
            )
    return dict(self=self, theta=theta, gradient=gradient)


def _rate_fits(optimizer, theta: Array) -> None:
    rate, axes = np.shape(checks.learning_rate(optimizer.learning_rate)), theta.shape
    if len(rate) > len(axes) or any(r not in (1, n) for r, n in zip(rate[::-1], axes[::-1])):
        raise ValueError(
            f"learning_rate has shape {rate} and theta {theta.shape}: give one number, or (S, 1)"
            " for a stack of S networks"
        )


def drawn(X, Y, batch_size, rng) -> dict:
    """The arguments of `batches`."""
    X, Y = checks.samples(X, "X", None), checks.samples(Y, "Y", None)
    checks.pairs(X, Y)
    size = checks.whole(batch_size, "batch_size")
    return dict(X=X, Y=Y, batch_size=min(size, X.shape[-2]), rng=checks.generator(rng))


def run(
    net, theta, X, Y, optimizer, *, rng, epochs=None, steps=None, batch_size=None, l1=0.0, l2=0.0,
    dropout=0.0,
) -> dict:  # fmt: skip
    """The arguments of `train`, with steps for epochs and no batch larger than all samples."""
    can_train(net, optimizer)
    theta, rng = start_of(theta), checks.generator(rng)
    if unchecked(optimizer.step) != optimizer.step:  # one of ours: the loop does without its check
        _rate_fits(optimizer, theta)
    X, Y = checks.samples(X, "X", theta.dtype), checks.samples(Y, "Y", theta.dtype)
    checks.pairs(X, Y)
    size, steps = checks.lengths(X.shape[-2], epochs, steps, batch_size)
    l1, l2, dropout = checks.penalties(l1, l2, dropout)
    with np.errstate(all="ignore"):
        net.loss_and_grad(theta, X[..., :1, :], Y[..., :1, :])  # refuses what does not fit
    checks.probabilities(net, Y)
    return dict(
        net=net, theta=theta, X=X, Y=Y, optimizer=optimizer, rng=rng, steps=steps, batch_size=size,
        l1=l1, l2=l2, dropout=dropout,
    )  # fmt: skip


def picked(X, Y, batch_size, rng) -> dict:
    """The arguments of `picks`, which may pick more than there are."""
    size, arguments = checks.whole(batch_size, "batch_size"), drawn(X, Y, batch_size, rng)
    checks.memory(size * arguments["X"].shape[-1], batch_size=batch_size)
    if arguments["X"].ndim != 2 or arguments["Y"].ndim != 2:
        raise ValueError("X and Y have more than two axes: expected (n, n_0) and (n, n_L)")
    return dict(arguments, batch_size=size)


def _held(given, name: str):
    with suppress(Exception):  # somebody's own __getattr__
        return getattr(given, name, None)


def can_train(net, optimizer) -> None:
    """TypeError for what is no network, or no optimizer."""
    for given, name, methods, example in (
        (net, "net", ("loss_and_grad",), "Network((2, 3, 1))"),
        (optimizer, "optimizer", ("step", "reset"), "SGD(0.1)"),
    ):
        missing = [method for method in methods if not callable(_held(given, method))]
        if isinstance(given, type) or missing:
            lacks = "is a class" if isinstance(given, type) else f"has no {missing[0]}"
            raise TypeError(f"{name}={shown(given)}: it {lacks}; give say {example}")


def start_of(theta) -> Array:
    """theta as floats; ValueError where none of the networks in it is finite."""
    theta = checks.floats(theta)
    if theta.ndim == 0 or not np.isfinite(theta).all(axis=-1).any():
        raise ValueError(
            f"theta={shown(theta)}: its numbers must be finite; start from net.init(rng)"
        )
    return theta


def steps(given, kind: type) -> Iterator:
    """The steps one by one; TypeError for anything that is not a sequence of `kind`."""
    try:
        some = iter(given) if hasattr(type(given), "__iter__") else None
    except Exception:  # somebody's own __iter__
        some = None
    if some is None:
        raise TypeError(f"steps={shown(given)}: give what train(...) returned")
    for step in some:
        if not isinstance(step, kind):
            raise TypeError(
                f"steps={shown(given)} holds {shown(step)}, which is no Step: give what train(...)"
                " returned"
            )
        yield step


def whence(net, gradient: Array, optimizer) -> tuple:
    """The layer, counted from 1, with the largest slope, and the learning rate; None if unknown.

    The gradient is (..., P); a nan in it counts as the largest.
    """
    layer, rate = None, getattr(optimizer, "learning_rate", None)
    if hasattr(net, "layers"):
        layers = net.layers(np.nan_to_num(abs(gradient), nan=np.inf))
        layer = 1 + int(np.argmax([max(gW.max(), gb.max()) for gW, gb in layers]))
    return layer, rate


def left_the_finite(step, index, layer, rate) -> str:
    """The message of a diverged run, with what to try; `step` is the last finite one."""
    with suppress(Exception):  # somebody's own Diverged
        rate = float(f"{np.max(rate):g}")
    where = than = ""
    if layer is not None:
        where = f", where the slopes of layer {shown(layer)[:30]} are the largest"
    if rate is not None:
        than = f" than {shown(rate)[:30].removesuffix('.0')}"
    if step is None:
        return (
            f"the loss is not finite at step 0{where}: before any update, so give smaller inputs,"
            " targets or initial weights"
        )
    return (
        f"training left the finite numbers at step {shown(index)[:30]}{where}; the last finite step"
        f" is kept. Try a smaller learning rate{than}, or smaller inputs or initial weights"
    )
