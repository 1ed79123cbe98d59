"""What people really wrote in place of the right code. Do not copy from here.

A function is called by what it does and by its specimen: `_backward_sign` is the `backward` of
"sign". Each is a whole function, so that its source can be read beside the right one.
"""

import numpy as np

from nnlib.activations import softmax
from nnlib.convolution import largest, to_the_largest
from nnlib.datasets import shifted_copies
from nncourse.bugs.right import (
    RATE,
    forward,
    forward_right_kernels,
    forward_right_relu,
    parted,
    windows_of,
)

# Wrong slopes


def _backward_slope_of_output(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - np.tanh(A1) ** 2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_output_formula_on_input(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - Z1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_relu_slope_from_output(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward_right_relu(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (A1 >= 0)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_logistic_slope_left_in(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * A1 * (1 - A1)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_hidden_slope_forgotten(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = delta2 @ W2.mT
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_extra_p_1_minus_p(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) * A2 * (1 - A2) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_updated_too_early(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    W2 = W2 - RATE * gW2
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_sign(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (Y - A2) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_biases_never_updated(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = np.zeros_like(b2)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = np.zeros_like(b1)
    return gW1, gb1, gW2, gb2


def _backward_bias_averaged(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.mean(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.mean(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_sum_for_mean(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = A2 - Y
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = (delta2 @ W2.mT) * (1 - A1**2)
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_hidden_never_trained(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    gW1 = np.zeros_like(W1)
    gb1 = np.zeros_like(b1)
    return gW1, gb1, gW2, gb2


# Wrong slopes behind a convolution


def _backward_kernel_averaged(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward_right_kernels(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    P1 = largest(A1, 2)
    gW2 = P1.reshape(len(X), -1).T @ delta2
    gb2 = delta2.sum(axis=0, keepdims=True)
    deltaP = (delta2 @ W2.T).reshape(P1.shape)
    delta1 = to_the_largest(deltaP, A1, 2) * (Z1 > 0)
    rows, deltas = windows_of(X).reshape(-1, 9), delta1.reshape(-1, b1.size)
    gW1 = rows.T @ deltas / Z1[0, :, :, 0].size
    gb1 = deltas.sum(axis=0, keepdims=True) / Z1[0, :, :, 0].size
    return gW1, gb1, gW2, gb2


def _backward_first_block_only(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward_right_kernels(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    P1 = largest(A1, 2)
    gW2 = P1.reshape(len(X), -1).T @ delta2
    gb2 = delta2.sum(axis=0, keepdims=True)
    deltaP = (delta2 @ W2.T).reshape(P1.shape)
    delta1 = np.zeros_like(A1)
    delta1[:, :2, :2] = (to_the_largest(deltaP, A1, 2) * (Z1 > 0))[:, :2, :2]
    rows, deltas = windows_of(X).reshape(-1, 9), delta1.reshape(-1, b1.size)
    gW1 = rows.T @ deltas
    gb1 = deltas.sum(axis=0, keepdims=True)
    return gW1, gb1, gW2, gb2


def _backward_slope_to_all_equals(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = forward_right_kernels(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    P1 = largest(A1, 2)
    gW2 = P1.reshape(len(X), -1).T @ delta2
    gb2 = delta2.sum(axis=0, keepdims=True)
    deltaP = (delta2 @ W2.T).reshape(P1.shape)
    delta1 = spread(deltaP) * (A1 == spread(P1)) * (Z1 > 0)
    rows, deltas = windows_of(X).reshape(-1, 9), delta1.reshape(-1, b1.size)
    gW1 = rows.T @ deltas
    gb1 = deltas.sum(axis=0, keepdims=True)
    return gW1, gb1, gW2, gb2


def spread(P):
    """Each number of P (n, rows, cols, kernels) at all four places of its block."""
    return P.repeat(2, axis=1).repeat(2, axis=2)


# Wrong networks: the slopes are right for them


def _forward_no_bend(W1, b1, W2, b2, X):
    Z1 = X @ W1 + b1
    A1 = Z1
    Z2 = A1 @ W2 + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2


def _backward_no_bend(W1, b1, W2, b2, X, Y):
    Z1, A1, Z2, A2 = _forward_no_bend(W1, b1, W2, b2, X)
    delta2 = (A2 - Y) / len(X)
    gW2 = A1.mT @ delta2
    gb2 = delta2.sum(axis=-2, keepdims=True)
    delta1 = delta2 @ W2.mT
    gW1 = X.mT @ delta1
    gb1 = delta1.sum(axis=-2, keepdims=True)
    return gW1, gb1, gW2, gb2


def _mask_dropout_not_rescaled(rng, shape, dropout):
    return rng.random(shape) >= dropout


# Wrong ways to learn


def _learn_never_zeroed(backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=RATE):
    gradients = [np.zeros_like(p) for p in parameters]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            new = backward(*parameters, X[batch], Y[batch])
            gradients = [g + more for g, more in zip(gradients, new)]
            parameters = [p - learning_rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def _learn_rate_too_large(
    backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=40 * RATE
):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            parameters = [p - learning_rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def _learn_rate_too_small(
    backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=RATE / 1000
):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            parameters = [p - learning_rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def _learn_shuffled_apart(
    backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=RATE
):
    for _ in range(epochs):
        X, Y = rng.permutation(X), rng.permutation(Y)
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            parameters = [p - learning_rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def _learn_velocity_forgotten(
    backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=RATE / 10
):
    for _ in range(epochs):
        velocity = [np.zeros_like(p) for p in parameters]
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gradients = backward(*parameters, X[batch], Y[batch])
            velocity = [0.9 * v - learning_rate * g for v, g in zip(velocity, gradients)]
            parameters = [p + v for p, v in zip(parameters, velocity)]
        yield parameters


def _learn_adam_uncorrected(
    backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=RATE / 50
):
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
            steps = [learning_rate * m / (np.sqrt(v) + 1e-8) for m, v in zip(m, v)]
            parameters = [p - step for p, step in zip(parameters, steps)]
        yield parameters


def _learn_l2_on_biases(
    backward, parameters, X, Y, rng, epochs, batch_size=32, learning_rate=RATE, l2=0.001
):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), batch_size):
            batch = slice(i, i + batch_size)
            gW1, gb1, gW2, gb2 = backward(*parameters, X[batch], Y[batch])
            W1, b1, W2, b2 = parameters
            gradients = [gW1 + l2 * W1, gb1 + l2 * b1, gW2 + l2 * W2, gb2 + l2 * b2]
            parameters = [p - learning_rate * g for p, g in zip(parameters, gradients)]
        yield parameters


def _start_zero_init(rng, sizes):
    n_0, n_1, n_2 = sizes
    W1 = np.zeros((n_0, n_1))
    W2 = np.zeros((n_1, n_2))
    return W1, np.zeros((1, n_1)), W2, np.zeros((1, n_2))


def _start_constant_init(rng, sizes):
    n_0, n_1, n_2 = sizes
    W1 = np.full((n_0, n_1), 0.1)
    W2 = np.full((n_1, n_2), 0.1)
    return W1, np.zeros((1, n_1)), W2, np.zeros((1, n_2))


# Wrong samples


def _inputs_raw_pixels(pixels):
    return pixels


def _targets_labels_broadcast(label, k):
    return np.reshape(label, (-1, 1))


def _split_copies_before_split(X, Y, rng):
    training, validation, test = parted(*shifted_copies(X, Y), rng)
    return training, validation, test


# Wrong measuring


def _confusion_axes_swapped(true, predicted, k):
    matrix = np.zeros((k, k), dtype=int)
    for t, p in zip(true, predicted):
        matrix[p, t] += 1
    return matrix


def _judge_bad_luck(solved):
    return solved[0]


def _predict_dropout_at_prediction(forward, parameters, X, mask, rng):
    *_, A2 = forward(*parameters, X, mask(rng, (len(X), parameters[1].shape[-1]), 0.5))
    return A2


def _keep_stop_on_test(epochs, score, validation, test):
    return max(epochs, key=lambda parameters: score(parameters, *test))
