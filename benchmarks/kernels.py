"""The time of a training step of a convolutional network, compared with PyTorch."""

import numpy as np
from report import best, main, there

from nnlib import Convolution, ConvolutionalNetwork, Momentum, Pooling, digits

NET = ConvolutionalNetwork((8, 8), [Convolution(16), Convolution(32, padding=0), Pooling(2), 10])
RATE, MOMENTUM, BATCH, STEPS, GOAL = 0.01, 0.9, 32, 100, 1.5


def batches(n, steps):
    """Which rows each step takes, one batch after the other."""
    return [slice(i, i + BATCH) for i in BATCH * (np.arange(steps) % (n // BATCH))]


def ours(theta, X, Y, steps=STEPS):
    """The last weights of nnlib."""
    ball = Momentum(RATE, MOMENTUM)
    for some in batches(len(X), steps):
        theta = ball.step(theta, NET.loss_and_grad(theta, X[some], Y[some])[1])
    return theta


def torch(theta, X, Y, steps=STEPS):
    """The last weights of PyTorch in eager mode, from the same start on the same batches."""
    import torch as t

    t.set_num_threads(1)
    first, second, pool = (
        t.nn.Conv2d(1, 16, 3, padding=1),
        t.nn.Conv2d(16, 32, 3),
        t.nn.MaxPool2d(2),
    )
    last, relu = t.nn.Linear(288, 10), t.nn.ReLU()
    model = t.nn.Sequential(first, relu, second, relu, pool, t.nn.Flatten(), last)
    model.to(t.from_numpy(X).dtype)
    with t.no_grad():
        for layer, v in zip((first, second, last), as_torch(theta)):
            layer.weight.copy_(t.from_numpy(v[0]))
            layer.bias.copy_(t.from_numpy(v[1]))
    pictures, label = t.from_numpy(X).reshape(-1, 1, 8, 8), t.from_numpy(Y.argmax(axis=1))
    optimizer = t.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    for some in batches(len(X), steps):
        optimizer.zero_grad()
        t.nn.functional.cross_entropy(model(pictures[some]), label[some]).backward()
        optimizer.step()
    return [v.detach().numpy() for v in model.parameters()]


def as_torch(theta):
    """(weight, bias) of each layer in the order of PyTorch: channels before rows and columns."""
    (W1, b1), (W2, b2), (W3, b3) = NET.layers(theta)
    kernels = [W.reshape(3, 3, -1, W.shape[1]).transpose(3, 2, 0, 1) for W in (W1, W2)]
    dense = W3.reshape(3, 3, 32, 10).transpose(3, 2, 0, 1).reshape(10, 288)
    return [(kernels[0], b1[0]), (kernels[1], b2[0]), (dense, b3[0])]


def kernels(report):
    """A table of microseconds per step in both kinds of floats, and their ratio."""
    report.title(
        "One step with kernels",
        "Digits, 16 and 32 kernels of 3 x 3, pooling by 2, softmax with cross-entropy, momentum,",
        "batches of 32; microseconds per step. PyTorch runs eagerly.",
    )
    data, rows = digits(7), []
    for dtype in (np.float64, np.float32):
        X, Y = data.X[:1280].astype(dtype), data.Y[:1280].astype(dtype)
        theta = NET.init(7, dtype=dtype)
        runs = [ours, torch] if there("torch") else [ours]
        us = [*best([lambda run=run: run(theta, X, Y) for run in runs]) / STEPS * 1e6, np.nan][:2]
        rows.append([dtype.__name__, *us, us[0] / us[1], f"≤ {GOAL}"])
    report.table(["", "nnlib", "PyTorch", "nnlib / PyTorch", "goal"], rows)


if __name__ == "__main__":
    main(kernels)
