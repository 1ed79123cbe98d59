"""A thousand networks nobody chose, and the slopes that PyTorch's autograd finds for them."""

from math import gcd

import numpy as np
import peer
import pytest
import torch
from thorough import cases

from nnlib import ACTIVATIONS, Convolution, ConvolutionalNetwork, Network, Pooling
from nnlib.convolution import blocks, to_the_largest

TRAINABLE = [name for name in ACTIVATIONS if name != "step"]
PAIRS = [(name, "squared_error") for name in TRAINABLE]
PAIRS += [("logistic", "cross_entropy"), ("softmax", "cross_entropy")]
EACH = cases(160, 16)  # of 63 kinds: 1,008 networks, or ten times as many
# How far off the farthest may be, as a share of the largest number there is, or of 0.1.
BOUNDS = {np.float64: 1e-10, np.float32: 1e-5}
NEAR = 1e-4  # so near to a kink float32 might not know on which side it is


def network(rng, *names):
    """Dense, or with one to three layers of kernels or pooling before one or two dense ones."""
    dense = rng.integers(1, 7, rng.integers(1, 4)).tolist()
    if rng.random() < 0.5:
        return Network([int(rng.integers(1, 7)), *dense], *names)
    shape, layers = image, _ = [tuple(map(int, rng.integers([2, 2, 1], [8, 8, 4]))), []]
    for _ in range(rng.integers(1, 4)):
        size = int(rng.integers(1, min(3, *shape[:2]) + 1))
        if rng.random() < 0.6:
            kernels, stride, padding = rng.integers([1, 1, 0], [4, 3, size])
            layers.append(Convolution(kernels, size, stride, padding))
        else:
            both = gcd(*shape[:2])
            layers.append(Pooling(rng.choice([n for n in range(1, both + 1) if both % n == 0])))
        shape = layers[-1].after(shape)
    return ConvolutionalNetwork(image, [*layers, *dense[-2:]], *names)


def targets(rng, net, stack, n):
    """What the loss is about: any numbers, probabilities, or rows that sum to 1; also pure ones."""
    shape, pure = (*stack, n, net.sizes[-1]), rng.random() < 0.5
    if net.loss == "squared_error":
        return rng.normal(size=shape)
    if net.output == "softmax":
        one_hot = np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]
        return one_hot if pure else rng.dirichlet(np.ones(shape[-1]), shape[:-1])
    return rng.integers(0, 2, shape).astype(float) if pure else rng.random(shape)


def draw(rng, *names):
    """A network, and what loss_and_grad is given: alone or a stack, of either type of floats."""
    net = network(rng, *names)
    stack = [(), (), (1,), (3,), (2, 2)][rng.integers(5)]
    own_X, own_Y = (stack if rng.random() < 0.5 else () for _ in range(2))
    n, dtype = int(rng.integers(1, 9)), [np.float64, np.float32][rng.integers(2)]
    l1, l2, dropout = rng.choice([0, 1], 3) * rng.uniform(0.01, 0.7, 3)
    theta = net.init(rng, scale=["auto", 0.3, 1.0][rng.integers(3)], stack=stack, dtype=dtype)
    X, Y = rng.normal(size=(*own_X, n, net.sizes[0])), targets(rng, net, own_Y, n)
    masks = net.dropout_masks(rng, n, dropout, dtype) if dropout else None
    given = {"X": X.astype(dtype), "Y": Y.astype(dtype), "l1": l1, "l2": l2, "masks": masks}
    return net, theta, given


def near_a_kink(net, trace):
    """Whether a z lies near 0, where a relu bends, or two pixels of a block vie to be largest.

    Two that a relu has made 0 do no harm, as no slope passes them.
    """
    bends = [*[net.hidden] * (len(trace.Z) - 1), net.output]
    for f, z in zip(bends, trace.Z):
        if z is not None and f in ("relu", "leaky_relu") and np.abs(z).min() < NEAR:
            return True
    for part, shape, a in zip(getattr(net, "parts", ()), getattr(net, "shapes", ()), trace.A):
        if isinstance(part, Pooling) and part.size > 1:
            cut = blocks(a.reshape(-1, *shape), part.size).transpose(0, 1, 3, 5, 2, 4)
            second, first = np.sort(cut.reshape(-1, part.size**2))[:, -2:].T
            if ((first - second < NEAR) & (first != 0)).any():
                return True
    return False


def far_from_kinks(rng, *names):
    while True:
        net, theta, given = draw(rng, *names)
        if not near_a_kink(net, net.forward(theta, given["X"], given["masks"])):
            return net, theta, given


def each_alone(net, theta, X, Y, **settings):
    """PyTorch's outputs, loss and gradient of each network of a stack."""
    stack = theta.shape[:-1]
    for s in np.ndindex(stack):
        x, y = (array[s] if array.ndim > 2 else array for array in (X, Y))
        yield s, *peer.loss_and_grad(net, theta[s], x, y, **settings)


@pytest.mark.parametrize("output, loss", PAIRS)
@pytest.mark.parametrize("hidden", TRAINABLE)
def test_outputs_loss_and_gradient_are_those_of_autograd(hidden, output, loss):
    rng = np.random.default_rng([TRAINABLE.index(hidden), PAIRS.index((output, loss))])
    for case in range(EACH):
        net, theta, given = far_from_kinks(rng, hidden, output, loss)
        outputs = net.forward(theta, given["X"], given["masks"]).A[-1]
        ours = outputs, *net.loss_and_grad(theta, **given)
        assert {array.dtype for array in ours} == {theta.dtype}
        for s, *theirs in each_alone(net, theta, **given):
            for what, a, b in zip(("outputs", "loss", "gradient"), ours, theirs, strict=True):
                off = np.abs(a[s] - b).max() / max(np.abs(b).max(), 0.1)
                assert off < BOUNDS[theta.dtype.type], (case, what, off, net, theta, given)


@pytest.mark.parametrize("hidden", ["step", "tanh"])
@pytest.mark.parametrize("output", ["step", "logistic"])
def test_what_a_step_answers_is_what_pytorchs_answers(hidden, output):
    rng = np.random.default_rng(7)
    for _ in range(EACH):
        net, theta, given = draw(rng, hidden, output, "squared_error")
        theta, X = theta.astype(float), given["X"].astype(float)
        for s in np.ndindex(theta.shape[:-1]):
            x = X[s] if X.ndim > 2 else X
            *_, a = peer.run(net, peer.tensor(theta[s]), peer.tensor(x))
            np.testing.assert_allclose(net.predict(theta[s], x), a, rtol=1e-10, atol=1e-10)


# At a kink


@pytest.mark.parametrize("hidden", ["relu", "leaky_relu"])
def test_at_the_kink_itself_a_relu_and_l1_have_the_slope_that_pytorch_says(hidden):
    net, rng = Network((3, 4, 2), hidden), np.random.default_rng(7)
    theta, X, Y = net.init(rng), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    theta[:6] = 0  # so some weights lie on the kink of L1
    X[:2] = 0  # and, as the biases are 0, every z of these samples on that of the relu
    gradient = net.loss_and_grad(theta, X, Y, l1=0.3)[1]
    np.testing.assert_allclose(gradient, peer.loss_and_grad(net, theta, X, Y, 0.3)[2], atol=1e-14)


def test_equal_pixels_share_the_slope_that_pytorch_gives_to_the_first():
    """Both are right: a block's slope may be parted in any way among its largest pixels."""
    A, delta = np.ones((1, 4, 4, 1)), np.array([[1.0, 2], [3, 4]]).reshape(1, 2, 2, 1)
    A[0, 0, 0] = 0
    pixels = torch.tensor(A).movedim(-1, 1).requires_grad_()
    pooled = torch.nn.functional.max_pool2d(pixels, 2)
    (theirs,) = torch.autograd.grad(pooled, pixels, torch.tensor(delta).movedim(-1, 1))
    ours, theirs = to_the_largest(delta, A, 2), theirs.movedim(1, -1).numpy()
    assert (ours != theirs).any() and not ours[0, 0, 0] and not theirs[0, 0, 0]
    for slopes in (ours, theirs):
        np.testing.assert_allclose(blocks(slopes, 2).sum(axis=(2, 4)), delta)
