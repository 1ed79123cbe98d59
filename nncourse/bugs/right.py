"""The right code, for one hidden layer of tanh under softmax and cross-entropy.

Every specimen is a whole function with a line or two changed. `.mT` is `.T` for the last two axes,
so that the same lines take one network or a stack.
"""

import numpy as np

from nnlib.activations import softmax
from nnlib.convolution import largest, to_the_largest, windows
from nnlib.datasets import shifted_copies

RATE = 0.5  # a learning rate that suits digits, and XOR as well


def forward(W1, b1, W2, b2, X):
    """Z1, A1, Z2, A2 for the samples X (n, n_0): A2 (n, n_2) are probabilities.

    >>> from nnlib.datasets import xor
    >>> Z1, A1, Z2, A2 = forward(*start(np.random.default_rng(7), (2, 4, 3)), xor().X)
    >>> A2.shape, A2.sum(axis=1)
    ((4, 3), array([1., 1., 1., 1.]))
    """
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2


def backward(W1, b1, W2, b2, X, Y):
    """gW1, gb1, gW2, gb2: the slopes of the cross-entropy for the samples X (n, n_0), Y (n, n_2).

    >>> from nnlib.datasets import xor
    >>> parameters = start(np.random.default_rng(7), (2, 4, 2))
    >>> [g.shape for g in backward(*parameters, xor().X, targets([0, 1, 1, 0], 2))]
    [(2, 4), (1, 4), (4, 2), (1, 2)]
    """
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def learn(backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=RATE):
    """W1, b1, W2, b2 after each epoch: one step for each batch, the samples in a new order.

    >>> from nnlib.datasets import xor
    >>> parameters, Y = start(np.random.default_rng(1), (2, 4, 2)), targets([0, 1, 1, 0], 2)
    >>> *_, last = learn(backward, parameters, xor().X, Y, np.random.default_rng(1), epochs=2000)
    >>> forward(*last, xor().X)[-1].argmax(axis=1)
    array([0, 1, 1, 0])
    """
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            parameters = [p - learning_rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def start(rng, sizes):
    """Initial W1, b1, W2, b2: random weights of variance 1 / n_in, biases 0.

    >>> W1, b1, W2, b2 = start(np.random.default_rng(7), (64, 32, 10))
    >>> W1.shape, bool(abs(W1.var() - 1 / 64) < 0.001), b1.any()
    ((64, 32), True, np.False_)
    """
    n_0, n_1, n_2 = sizes
    W1 = rng.uniform(-1, 1, (n_0, n_1)) * np.sqrt(3 / n_0)
    W2 = rng.uniform(-1, 1, (n_1, n_2)) * np.sqrt(3 / n_1)
    return W1, np.zeros((1, n_1)), W2, np.zeros((1, n_2))


def inputs(pixels):
    """The inputs (n, 64) from 0 to 1 for pixels from 0 to 16.

    >>> inputs(np.array([0.0, 8.0, 16.0]))
    array([0. , 0.5, 1. ])
    """
    return pixels / 16


def targets(label, k):
    """The targets (n, k) for labels (n,): a single 1 in each row.

    >>> targets(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    return np.eye(k)[label]


def confusion(true, predicted, k):
    """(k, k) counts: the samples of each true class (row) by predicted class (column).

    >>> confusion([0, 1, 1], [0, 0, 1], 2)
    array([[1, 0],
           [1, 1]])
    """
    matrix = np.zeros((k, k), dtype=int)
    for t, p in zip(true, predicted):
        matrix[t, p] += 1
    return matrix


def judge(solved):
    """The share of starts that learned XOR, from one True or False for each start.

    >>> float(judge(np.array([False, True, True, True])))
    0.75
    """
    return np.mean(solved)


def predict(forward, parameters, X, mask, rng):
    """The outputs (n, n_2) for the samples X; what draws a `mask`, and its `rng`, are not needed.

    >>> parameters = start(np.random.default_rng(7), (2, 4, 3))
    >>> predict(forward, parameters, np.zeros((5, 2)), None, None).shape
    (5, 3)
    """
    *_, A2 = forward(*parameters, X)
    return A2


# With relu


def forward_right_relu(W1, b1, W2, b2, X):
    """`forward` with relu in place of tanh."""
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ W2 + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2


def backward_right_relu(W1, b1, W2, b2, X, Y):
    """`backward` with relu in place of tanh."""
    Z1, A1, Z2, A2 = forward_right_relu(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (A1 > 0)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


# With dropout


def mask_right_dropout(rng, shape, dropout):
    """A dropout mask: zeros for a share of `dropout`, and on average 1."""
    return (rng.random(shape) >= dropout) / (1 - dropout)


def forward_right_dropout(W1, b1, W2, b2, X, mask=1.0):
    """`forward` with a dropout mask on A1; without one, as for predicting."""
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1) * mask
    Z2 = A1 @ W2 + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2


def backward_right_dropout(W1, b1, W2, b2, X, Y, mask=1.0):
    """`backward` with a dropout mask on A1."""
    Z1, A1, Z2, A2 = forward_right_dropout(W1, b1, W2, b2, X, mask)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * mask * (1 - np.tanh(Z1) ** 2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


# With an optimizer that remembers, or a penalty


def learn_right_momentum(
    backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=RATE / 10
):
    """`learn` with momentum (Polyak, 1964); at a share of 0.9 a tenth of the rate goes as far."""
    velocity = [np.zeros_like(p) for p in parameters]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            velocity = [0.9 * v - learning_rate * g for v, g in zip(velocity, gradients)]
            parameters = [p + v for p, v in zip(parameters, velocity)]
        yield parameters


def learn_right_adam(
    backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=RATE / 50
):
    """`learn` by Adam (Kingma & Ba, 2015): averages m of the slopes and v of their squares."""
    m, v, t = [0.0] * 4, [0.0] * 4, 0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            m = [0.9 * m + 0.1 * g for m, g in zip(m, gradients)]
            v = [0.999 * v + 0.001 * g**2 for v, g in zip(v, gradients)]
            t += 1
            rate = learning_rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            steps = [rate * m / (np.sqrt(v) + 1e-8) for m, v in zip(m, v)]
            parameters = [p - step for p, step in zip(parameters, steps)]
        yield parameters


def learn_right_l2(
    backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=RATE, l2=0.001
):
    """`learn` with the penalty l2 / 2 · ΣW² on the weights."""
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gW1, gb1, gW2, gb2 = backward(*parameters, X[batch], Y[batch])
            W1, b1, W2, b2 = parameters
            gradients = [gW1 + l2 * W1, gb1, gW2 + l2 * W2, gb2]
            parameters = [p - learning_rate * g for p, g in zip(parameters, gradients)]
        yield parameters


# With shifted copies, and a stop that is chosen


def parted(X, Y, rng):
    """Half of the samples to train on, a quarter to choose by, a quarter to test: (X, Y) each.

    >>> X = np.arange(8.0)[:, None]
    >>> [len(part) for part, _ in parted(X, X, np.random.default_rng(7))]
    [4, 2, 2]
    """
    order, quarter = rng.permutation(len(X)), len(X) // 4
    parts = order[: 2 * quarter], order[2 * quarter : 3 * quarter], order[3 * quarter :]
    return [(X[part], Y[part]) for part in parts]


def split_right_split(X, Y, rng):
    """(X, Y) to train on, with shifted copies of each picture; to choose by; and to test on."""
    training, validation, test = parted(X, Y, rng)
    return shifted_copies(*training), validation, test


def keep_right_split(epochs, score, validation, test):
    """Of the parameters after each epoch those with the best score on what nobody trained on."""
    return max(epochs, key=lambda parameters: score(parameters, *validation))


# With kernels, relu and pooling


def start_right_kernels(rng, sizes):
    """Initial W1 (9, n_1), b1, W2, b2 for n_1 kernels of 3 x 3 pixels on pictures of n_0 pixels."""
    n_0, n_1, n_2 = sizes
    W1 = rng.uniform(-1, 1, (9, n_1)) * np.sqrt(6 / 9)
    W2 = rng.uniform(-1, 1, (n_0 // 4 * n_1, n_2)) * np.sqrt(3 / (n_0 // 4 * n_1))
    return W1, np.zeros((1, n_1)), W2, np.zeros((1, n_2))


def windows_of(X):
    """The windows (n, side, side, 9) of pictures X (n, side · side), padded by a pixel of 0."""
    side = round(X.shape[-1] ** 0.5)
    return windows(X.reshape(-1, side, side, 1), 3, padding=1)


def forward_right_kernels(W1, b1, W2, b2, X):
    """`forward` with kernels W1 (9, n_1) in every window, relu, and the largest of each block."""
    Z1 = windows_of(X) @ W1 + b1
    A1 = np.maximum(Z1, 0)
    Z2 = largest(A1, 2).reshape(len(X), -1) @ W2 + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2


def backward_right_kernels(W1, b1, W2, b2, X, Y):
    """`backward` with kernels. A kernel was at every place, and its slopes are summed over them."""
    Z1, A1, Z2, A2 = forward_right_kernels(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    P1 = largest(A1, 2)
    gW2 = P1.reshape(len(X), -1).T @ delta2
    gb2 = delta2.sum(axis=0, keepdims=True)
    deltaP = (delta2 @ W2.T).reshape(P1.shape)
    delta1 = to_the_largest(deltaP, A1, 2) * (Z1 > 0)
    rows, deltas = windows_of(X).reshape(-1, 9), delta1.reshape(-1, b1.size)
    gW1 = rows.T @ deltas
    gb1 = deltas.sum(axis=0, keepdims=True)
    return gW1, gb1, gW2, gb2
