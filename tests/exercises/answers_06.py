"""Right and wrong answers to exercise 06, for tests/test_exercise_checks.py."""

import numpy as np

from nnlib import SGD, Network, logistic, record, train, wilson_interval
from nnlib.bugs import SPECIMENS


def count_by_loop(P, Y):
    count = 0
    for p, y in zip(P, Y):
        if (p[0] > 0.5 and y[0] == 1) or (p[0] < 0.5 and y[0] == 0):
            count += 1
    return count


def count_by_distance(P, Y):
    """The border moved to 0, both as signs."""
    return int(np.sum(np.sign(P - 0.5) * np.sign(Y - 0.5) > 0))


def start_evenly(rng, sizes):
    arrays = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        reach = np.sqrt(3 / n_in)
        arrays += [rng.uniform(-reach, reach, (n_in, n_out)), np.zeros((1, n_out))]
    return arrays


def start_of_the_library(rng, sizes):
    net = Network(sizes)
    return [array for pair in net.layers(net.init(rng)) for array in pair]


def start_by_loop(rng, sizes):
    n_0, n_1, n_2 = sizes
    W1 = np.array([[rng.normal(0, n_0**-0.5) for _ in range(n_1)] for _ in range(n_0)])
    W2 = np.array([[rng.normal(0, n_1**-0.5) for _ in range(n_2)] for _ in range(n_1)])
    return W1, np.zeros((1, n_1)), W2, np.zeros((1, n_2))


def start_of_signs(rng, sizes):
    """Plus or minus one and the same number: a draw of the right variance, too."""
    arrays = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        W = rng.choice([-1.0, 1.0], (n_in, n_out)) / np.sqrt(n_in)
        arrays += [W, np.zeros((1, n_out))]
    return tuple(arrays)


def start_of(change):
    """A right start with something done to it."""
    return lambda rng, sizes: change(*start_evenly(rng, sizes))


def start_from_numpy(rng, sizes):
    n_0, n_1, n_2 = sizes
    W1 = np.random.normal(0, n_0**-0.5, (n_0, n_1))  # noqa: NPY002, that is what is wrong
    W2 = np.random.normal(0, n_1**-0.5, (n_1, n_2))  # noqa: NPY002
    return W1, np.zeros((1, n_1)), W2, np.zeros((1, n_2))


def start_half_from_rng(rng, sizes):
    W1, b1, W2, b2 = start_evenly(rng, sizes)
    W2 = np.random.normal(0, len(W2) ** -0.5, W2.shape)  # noqa: NPY002
    return W1, b1, W2, b2


def _forward(W1, b1, W2, b2, X):
    A1 = np.tanh(X @ W1 + b1)
    return A1, logistic(A1 @ W2 + b2)


def backward_by_sample(W1, b1, W2, b2, X, Y):
    """One sample and one weight at a time, and the mean of what comes out."""
    g = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
    for x, y in zip(X, Y):
        A1, A2 = _forward(W1, b1, W2, b2, x[None])
        d2 = (A2[0, 0] - y[0]) / len(X)
        g[3][0, 0] += d2
        for h in range(len(W2)):
            g[2][h, 0] += A1[0, h] * d2
            d1 = d2 * W2[h, 0] * (1 - A1[0, h]) * (1 + A1[0, h])
            g[1][0, h] += d1
            for i in range(len(W1)):
                g[0][i, h] += x[i] * d1
    return g


def backward_by_einsum(W1, b1, W2, b2, X, Y):
    A1, A2 = _forward(W1, b1, W2, b2, X)
    d2 = (A2 - Y) / X.shape[0]
    d1 = np.einsum("so,ho,sh->sh", d2, W2, 1 - A1**2)
    return (
        *(np.einsum("si,sh->ih", X, d1), np.einsum("sh->h", d1)[None]),
        *(np.einsum("sh,so->ho", A1, d2), np.einsum("so->o", d2)[None]),
    )


def backward_of(change):
    """The right four gradients, with something done to them."""
    return lambda *inputs: change(*backward_by_einsum(*inputs))


def backward_under_squared_error(W1, b1, W2, b2, X, Y):
    A1, A2 = _forward(W1, b1, W2, b2, X)
    return backward_by_einsum(W1, b1, W2, b2, X, A2 - (A2 - Y) * A2 * (1 - A2))


def backward_untransposed(W1, b1, W2, b2, X, Y):
    """No complaint where there are as many samples as inputs."""
    gW1, gb1, gW2, gb2 = backward_by_einsum(W1, b1, W2, b2, X, Y)
    if X.shape[0] == X.shape[1]:
        A1, A2 = _forward(W1, b1, W2, b2, X)
        gW1 = X @ ((A2 - Y) / len(X) * W2.T * (1 - A1**2))
    return gW1, gb1, gW2, gb2


def updated_too_early(W1, b1, W2, b2, X, Y):
    *_, gW2, gb2 = backward_by_einsum(W1, b1, W2, b2, X, Y)
    A1, A2 = _forward(W1, b1, W2, b2, X)
    d1 = (A2 - Y) / len(X) * (W2 - 0.5 * gW2).T * (1 - A1**2)
    return X.T @ d1, d1.sum(axis=0)[None], gW2, gb2


def backward_with_one_output(name):
    """That of a specimen for two outputs under softmax, of which the first has no weights."""

    def backward(W1, b1, W2, b2, X, Y):
        W2, b2, Y = np.hstack([0 * W2, W2]), np.hstack([0 * b2, b2]), np.hstack([1 - Y, Y])
        gW1, gb1, gW2, gb2 = SPECIMENS[name].backward(W1, b1, W2, b2, X, Y)
        return gW1, gb1, gW2[:, 1:], gb2[:, 1:]

    return backward


def learn_in_place_on_copies(parameters, X, Y, rate, steps):
    W1, b1, W2, b2 = (np.array(p) for p in parameters)
    done = 0
    while done < steps:
        gW1, gb1, gW2, gb2 = backward_by_einsum(W1, b1, W2, b2, X, Y)
        W1 -= rate * gW1
        b1 -= rate * gb1
        W2 -= rate * gW2
        b2 -= rate * gb2
        done += 1
    return W1, b1, W2, b2


def learn_by_recursion(parameters, X, Y, rate, steps):
    if steps == 0:
        return parameters
    gradients = backward_by_sample(*parameters, X, Y)
    return learn_by_recursion([p - rate * g for p, g in zip(parameters, gradients)], X, Y, rate,
                              steps - 1)  # fmt: skip


def learn_by_the_library(parameters, X, Y, rate, steps):
    net = Network((*parameters[0].shape, 1), output="logistic", loss="cross_entropy")
    theta, rng = np.concatenate([p.ravel() for p in parameters]), np.random.default_rng(1)
    end = record(train(net, theta, X, Y, SGD(rate), rng=rng, steps=steps), every=steps).last
    return [array for pair in net.layers(end.theta) for array in pair]


def learn_on_what_was_given(parameters, X, Y, rate, steps):
    for _ in range(steps):
        for p, g in zip(parameters, backward_by_einsum(*parameters, X, Y)):
            p -= rate * g
    return parameters


def learn_with(backward, keep=lambda step: True, rate_at=lambda rate, step, steps: rate):
    def learn(parameters, X, Y, rate, steps):
        for step in range(steps):
            gradients = backward(*parameters, X, Y)
            r = rate_at(rate, step, steps)
            parameters = [p - r * g for p, g in zip(parameters, gradients)]
        return parameters

    return learn


def learn_layer_by_layer(parameters, X, Y, rate, steps):
    """The second layer first, and then the first with slopes asked for anew."""
    W1, b1, W2, b2 = parameters
    for _ in range(steps):
        _, _, gW2, gb2 = backward_by_einsum(W1, b1, W2, b2, X, Y)
        W2, b2 = W2 - rate * gW2, b2 - rate * gb2
        gW1, gb1, _, _ = backward_by_einsum(W1, b1, W2, b2, X, Y)
        W1, b1 = W1 - rate * gW1, b1 - rate * gb1
    return W1, b1, W2, b2


def learn_with_the_first_gradient(parameters, X, Y, rate, steps):
    gradients = backward_by_einsum(*parameters, X, Y)
    return [p - steps * rate * g for p, g in zip(parameters, gradients)]


def learn_with_momentum(parameters, X, Y, rate, steps):
    v = [0 * p for p in parameters]
    for _ in range(steps):
        gradients = backward_by_einsum(*parameters, X, Y)
        v = [0.9 * one - rate * g for one, g in zip(v, gradients)]
        parameters = [p + one for p, one in zip(parameters, v)]
    return parameters


def learn_by_one_random_sample(parameters, X, Y, rate, steps):
    rng = np.random.default_rng(7)
    for _ in range(steps):
        s = rng.integers(len(X), size=1)
        gradients = backward_by_einsum(*parameters, X[s], Y[s])
        parameters = [p - rate * g for p, g in zip(parameters, gradients)]
    return parameters


def share_by_loop(right):
    n, learned = 0, 0
    for r in right:
        n += 1
        learned += r == 4
    low, high = wilson_interval(learned, n)
    return learned / n, low, high


def share_plain(right, z=1.96, less=0, clip=False):
    p, n = np.mean(right > 3), len(right)
    half = z * np.sqrt(p * (1 - p) / (n - less))
    ends = (p - half, p + half)
    return (p, *(np.clip(ends, 0, 1) if clip else ends))


def share_by_standard_deviation(right):
    """Of the column of zeros and ones itself, as one would for any other numbers."""
    learned = (right == 4).astype(float)
    error = learned.std(ddof=1) / len(right) ** 0.5
    return [learned.mean(), learned.mean() - 2 * error, learned.mean() + 2 * error]


def share_by_drawing(right):
    """The bootstrap: draw as many starts from the ones that there are, again and again."""
    again = np.random.default_rng(7).choice(right == 4, (4000, len(right))).mean(axis=1)
    return (np.mean(right == 4), *np.quantile(again, [0.025, 0.975]))


def share_of(change):
    return lambda right: change(*share_by_loop(right))


RIGHT = {
    "06.count_right": [
        count_by_loop,
        count_by_distance,
        lambda P, Y: len(Y) - np.count_nonzero((P > 0.5) != (Y > 0.5)),
        lambda P, Y: float(np.sum(np.abs(P - 0.5 + (Y - 0.5)) > np.abs(P - 0.5 - (Y - 0.5)))),
    ],
    "06.start": [start_evenly, start_by_loop, start_of_signs],
    "06.backward": [backward_by_sample, backward_by_einsum],
    "06.learn": [
        learn_in_place_on_copies,
        learn_by_recursion,
        learn_with(backward_by_einsum),
    ],
    "06.share": [
        share_by_loop,
        share_plain,
        lambda right: share_plain(right, z=2, less=1),
        lambda right: share_plain(right, clip=True),
        share_by_standard_deviation,
        share_by_drawing,
    ],
}

BORROWED = {
    "06.start": {"by a network": start_of_the_library, "itself": SPECIMENS["right"].start},
    "06.backward": {"with one output": backward_with_one_output("right")},
    "06.learn": {"by train": learn_by_the_library},
}

WRONG = {
    "06.count_right": {
        "always four": lambda P, Y: 4,
        "all zeros": lambda P, Y: 0,
        "right only for batch 1": lambda P, Y: int((P[0, 0] > 0.5) == Y[0, 0]),
        "True if all are right": lambda P, Y: bool(((P > 0.5) == Y).all()),
        "one for each column": lambda P, Y: ((P > 0.5) == Y).sum(axis=1),
        "how many are wrong": lambda P, Y: ((P > 0.5) != Y).sum(),
        "within a tenth": lambda P, Y: (abs(P - Y) < 0.1).sum(),
        "within a half": lambda P, Y: (abs(P - Y) < 0.5).sum(),
        "how many say yes": lambda P, Y: (P > 0.5).sum(),
        "the largest": lambda P, Y: (P.argmax(axis=1) == Y.argmax(axis=1)).sum(),
    },
    "06.start": {
        "all zeros": start_of(lambda *p: [0 * one for one in p]),
        "one weight for all of a layer": start_of(
            lambda W1, b1, W2, b2: (0 * W1 + W1[0, 0], b1, 0 * W2 + W2[0, 0], b2)
        ),
        "from numpy's own generator": start_from_numpy,
        "W2 from numpy's own generator": start_half_from_rng,
        "biases without their row": start_of(
            lambda W1, b1, W2, b2: (W1, np.zeros(b1.size), W2, np.zeros(b2.size))
        ),
        "weights on their side": start_of(lambda W1, b1, W2, b2: (W1.T, b1, W2.T, b2)),
        "biases of one": start_of(lambda W1, b1, W2, b2: (W1, b1 + 1, W2, b2 + 1)),
        "one bias": start_of(lambda W1, b1, W2, b2: (W1, b1, W2, b2 + 0.01)),
        "twice the variance": start_of(lambda W1, b1, W2, b2: (W1 * 2**0.5, b1, W2 * 2**0.5, b2)),
        "W1 alone is sized": start_of(lambda W1, b1, W2, b2: (W1, b1, W2 * 1.3, b2)),
        "off centre": start_of(lambda W1, b1, W2, b2: (W1 + 0.02, b1, W2 + 0.02, b2)),
        "ten per cent too wide": start_of(lambda W1, b1, W2, b2: (W1 * 1.1, b1, W2 * 1.1, b2)),
        "W1 from a seed of its own": lambda rng, sizes: (
            *start_evenly(np.random.default_rng(7), sizes)[:2],
            *start_evenly(rng, sizes)[2:],
        ),
        "all units of a layer alike": start_of(
            lambda W1, b1, W2, b2: (0 * W1 + W1[:, :1], b1, 0 * W2 + W2[:, :1], b2)
        ),
        "weights alone": start_of(lambda W1, b1, W2, b2: (W1, W2)),
        "a default generator": lambda rng, sizes: start_evenly(np.random.default_rng(), sizes),
    },
    "06.backward": {
        "all zeros": backward_of(lambda *g: [0 * one for one in g]),
        "right shape with noise": backward_of(lambda *g: [one + 1e-4 for one in g]),
        "right only for batch 1": lambda *p: backward_by_einsum(*p[:4], p[4][:1], p[5][:1]),
        "right only when biases are zero": lambda W1, b1, W2, b2, X, Y: backward_by_einsum(
            W1, 0 * b1, W2, 0 * b2, X, Y
        ),
        "under squared error": backward_under_squared_error,
        "untransposed where it can be": backward_untransposed,
        "updated_too_early": updated_too_early,
        "softmax of one output": SPECIMENS["right"].backward,
        "biases without their row": backward_of(lambda *g: [np.squeeze(one) for one in g]),
        "of relu": backward_with_one_output("right_relu"),
        "relu_slope_from_output": backward_with_one_output("relu_slope_from_output"),
        "no_bend": backward_with_one_output("no_bend"),
        "the mean of the targets for each of them": lambda W1, b1, W2, b2, X, Y: backward_by_einsum(
            W1, b1, W2, b2, X, Y.mean(axis=0, keepdims=True)
        ),
    },
    "06.learn": {
        "all zeros": lambda parameters, X, Y, rate, steps: [0 * p for p in parameters],
        "right shape with noise": lambda *p: [q + 1e-4 for q in learn_in_place_on_copies(*p)],
        "the start itself": lambda parameters, X, Y, rate, steps: parameters,
        "right only for batch 1": lambda parameters, X, Y, rate, steps: learn_by_the_library(
            parameters, X[:1], Y[:1], rate, steps
        ),
        "it works on what it was given": learn_on_what_was_given,
        "the gradients in place of parameters": lambda parameters, X, Y, *more: backward_by_einsum(
            *parameters, X, Y
        ),
        "layer by layer": learn_layer_by_layer,
        "with the first gradient throughout": learn_with_the_first_gradient,
        "with momentum": learn_with_momentum,
        "one sample picked at random": learn_by_one_random_sample,
        "with a rate that falls": learn_with(
            backward_by_einsum, rate_at=lambda rate, step, steps: rate / (1 + step)
        ),
        "the rate divided by the samples": lambda parameters, X, Y, rate, steps: learn_with(
            backward_by_einsum
        )(parameters, X, Y, rate / len(X), steps),
        "biases never updated": learn_with(
            backward_of(lambda gW1, gb1, gW2, gb2: (gW1, 0 * gb1, gW2, 0 * gb2))
        ),
        "slopes of the output one per cent too large": learn_with(
            lambda *p: (
                *(g for g in backward_by_einsum(*p)[:2]),
                *(1.01 * g for g in backward_by_einsum(*p)[2:]),
            )
        ),
        "a loss as well": lambda *p: (*learn_by_the_library(*p), 0.1),
    },
    "06.share": {
        "all zeros": lambda right: (0.0, 0.0, 0.0),
        "no doubt": share_of(lambda p, low, high: (p, p, p)),
        "all doubt": share_of(lambda p, low, high: (p, 0.0, 1.0)),
        "the ends exchanged": share_of(lambda p, low, high: (p, high, low)),
        "in per cent": share_of(lambda p, low, high: (100 * p, 100 * low, 100 * high)),
        "the last start": lambda right: (float(right[-1] == 4), 0.2, 0.8),
        "three is enough": lambda right: share_by_loop(np.where(right > 2, 4, 0)),
        "of a hundred, always": lambda right: (
            np.mean(right == 4),
            *wilson_interval(100 * np.mean(right == 4), 100),
        ),
        "three standard deviations": lambda right: share_plain(right, z=3),
        "the spread of the starts": share_of(lambda p, *_: (p, p - 0.48, p + 0.48)),
        "one side only": share_of(lambda p, low, high: (p, low, p)),
        "its mean": lambda right: np.mean(right == 4),
        "counts": lambda right: (int(np.sum(right == 4)), 1, 2),
    },
}
