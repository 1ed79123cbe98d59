"""The networks of nnlib written down once more, in PyTorch, whose autograd finds the slopes.

Nothing of nnlib computes here: of a network only its description is read, and PyTorch multiplies,
bends, pools, measures and differentiates. Always in float64, whatever nnlib is asked to use.
"""

from functools import partial

import numpy as np
import torch
import torch.nn.functional as F

from nnlib import Convolution, Pooling

torch.set_num_threads(1)

ACTIVATIONS = {
    "identity": lambda z: z,
    "step": lambda z: torch.heaviside(z, torch.ones_like(z)),
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "softplus": partial(F.softplus, threshold=40),  # z from there on: its own 20 is too low
    "gelu": partial(F.gelu, approximate="tanh"),
    "softmax": partial(torch.softmax, dim=-1),
}


def tensor(values):
    return torch.tensor(np.asarray(values), dtype=torch.float64)


def loss_of(net, z, a, y):
    """The mean over the samples, of what their outputs add up to."""
    if net.loss == "squared_error":
        return F.mse_loss(a, y, reduction="sum") / 2 / len(y)
    if net.output == "softmax":
        return F.cross_entropy(z, y)
    return F.binary_cross_entropy_with_logits(z, y, reduction="sum") / len(y)


def run(net, theta, X, masks=None):
    """(weights, z, a) of the last layer of one network at the tensor theta (P,)."""
    used, masks, weights = 0, [*map(tensor, masks or [])], []

    def take(*shape):
        nonlocal used
        used += int(np.prod(shape))
        return theta[used - int(np.prod(shape)) : used].reshape(shape)

    pictures = getattr(net, "image_shape", None)
    a = X.reshape(len(X), *pictures).movedim(-1, 1) if pictures else X
    parts = net.parts if pictures else net.sizes[1:]
    for i, part in enumerate(parts):
        if isinstance(part, Pooling):
            a = F.max_pool2d(a, part.size)
            continue
        if isinstance(part, Convolution):
            weights.append(take(part.size, part.size, a.shape[1], part.kernels))
            kernels = weights[-1].permute(3, 2, 0, 1).contiguous()
            z = F.conv2d(a, kernels, take(part.kernels), part.stride, part.padding)
        else:
            a = a.movedim(1, -1).flatten(1) if a.ndim == 4 else a  # pixel by pixel
            if i > 0 and masks:
                a = a * masks.pop(0)
            weights.append(take(a.shape[1], part))
            z = F.linear(a, weights[-1].T, take(part))
        a = ACTIVATIONS[net.output if i == len(parts) - 1 else net.hidden](z)
    assert used == len(theta) and not masks
    return weights, z, a


def loss_and_grad(net, theta, X, Y, l1=0.0, l2=0.0, masks=None):
    """(outputs, loss, gradient) of one network at theta (P,), as arrays."""
    theta = tensor(theta).requires_grad_()
    weights, z, a = run(net, theta, tensor(X), masks)
    loss = loss_of(net, z, a, tensor(Y))
    for W in weights:
        loss = loss + l1 * W.abs().sum() + l2 / 2 * W.square().sum()
    (gradient,) = torch.autograd.grad(loss, theta)
    return a.detach().numpy(), loss.item(), gradient.numpy()
