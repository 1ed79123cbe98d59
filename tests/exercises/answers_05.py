"""Right and wrong answers to exercise 05, for tests/course/test_exercise_checks.py."""

from copy import deepcopy
from functools import reduce

import numpy as np
from scipy.stats import beta, binomtest, t

from nnlib import SGD, Network, logistic, record, train, wilson_interval
from nncourse.bugs import SPECIMENS


def count_by_loop(P, Y):
    count = 0
    for p, y in zip(P, Y):
        if (p[0] > 0.5 and y[0] == 1) or (p[0] < 0.5 and y[0] == 0):
            count += 1
    return count


def count_by_distance(P, Y):
    """The border is moved to 0, and the signs are compared."""
    return int(np.sum(np.sign(P - 0.5) * np.sign(Y - 0.5) > 0))


def count_by_recursion(P, Y):
    if len(P) == 0:
        return 0
    return int((P[0, 0] > 0.5) == (Y[0, 0] > 0.5)) + count_by_recursion(P[1:], Y[1:])


def count_by_table(P, Y):
    """True positives and true negatives, counted separately."""
    yes, wanted = P[:, 0] > 0.5, Y[:, 0].astype(bool)
    return np.bincount(2 * yes + wanted, minlength=4)[[0, 3]].sum()


def start_in_lists(rng, sizes):
    return [array.tolist() for array in start_evenly(rng, sizes)]


def start_from_a_child(rng, sizes):
    """With a new generator, whose seed is drawn from rng."""
    child = np.random.default_rng(rng.integers(2**32, size=4))
    return [p.copy() for p in start_evenly(child, sizes)]


def start_in_one_draw(rng, sizes):
    """One array of random numbers, divided and scaled."""
    n_0, n_1, n_2 = sizes
    row = rng.standard_normal(n_0 * n_1 + n_1 * n_2)
    W1, W2 = row[: n_0 * n_1].reshape(n_0, n_1), row[n_0 * n_1 :].reshape(n_1, n_2)
    return W1 * n_0**-0.5, np.zeros((1, n_1)), W2 * n_1**-0.5, np.zeros((1, n_2))


def start_second_layer_first(rng, sizes):
    n_0, n_1, n_2 = sizes
    W2 = rng.normal(scale=1 / np.sqrt(n_1), size=(n_1, n_2))
    W1 = rng.normal(scale=1 / np.sqrt(n_0), size=(n_0, n_1))
    return W1, 0 * W1[:1], W2, 0 * W2[:1]


def start_of_triangles(rng, sizes):
    """The sum of two uniform draws."""
    arrays = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        W = rng.random((n_in, n_out)) + rng.random((n_in, n_out)) - 1
        arrays += [W * np.sqrt(6 / n_in), np.zeros((1, n_out))]
    return arrays


def start_column_by_column(rng, sizes):
    arrays = []
    for n_in, n_out in zip(sizes[:2], sizes[1:]):
        columns = [rng.laplace(0, (2 * n_in) ** -0.5, n_in) for _ in range(n_out)]
        arrays.extend((np.stack(columns, axis=1), np.full((1, n_out), 0.0)))
    return tuple(arrays)


def start_sized(spread):
    """Normal weights with the standard deviation `spread(n_in, n_out, layer)`."""

    def start(rng, sizes):
        arrays = []
        for layer, (n_in, n_out) in enumerate(zip(sizes, sizes[1:])):
            W = rng.normal(size=(n_in, n_out)) * spread(n_in, n_out, layer)
            arrays += [W, np.zeros((1, n_out))]
        return arrays

    return start


def start_that_remembers():
    """Gives the same start again for the same sizes."""
    kept = {}

    def start(rng, sizes):
        if sizes not in kept:
            kept[sizes] = start_evenly(rng, sizes)
        return kept[sizes]

    return start


def start_once():
    """Gives None from the second call on."""
    calls = []

    def start(rng, sizes):
        calls.append(sizes)
        return start_evenly(rng, sizes) if len(calls) < 2 else None

    return start


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
    """Plus or minus one number, which has the right variance too."""
    arrays = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        W = rng.choice([-1.0, 1.0], (n_in, n_out)) / np.sqrt(n_in)
        arrays += [W, np.zeros((1, n_out))]
    return tuple(arrays)


def start_of(change):
    """A right start, changed."""
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
    """One sample and one weight at a time, and the mean of the results."""
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


def backward_by_log_loss(W1, b1, W2, b2, X, Y):
    """Every factor of the chain rule written out, that of the logistic too."""
    A1, A2 = _forward(W1, b1, W2, b2, X)
    dA2 = ((1 - Y) / (1 - A2) - Y / A2) / np.size(Y)
    dZ2 = dA2 * (A2 - A2**2)
    dZ1 = np.dot(dZ2, np.transpose(W2)) * np.cosh(np.arctanh(A1)) ** -2
    return (np.dot(X.T, dZ1), dZ1.sum(0)[np.newaxis], np.dot(A1.T, dZ2), dZ2.sum(0).reshape(1, 1))


def backward_with_a_column_of_ones(W1, b1, W2, b2, X, Y):
    """The biases are the weights of an input that is always 1."""
    ones = np.ones((len(X), 1))
    A0 = np.hstack([X, ones])
    A1 = np.hstack([np.tanh(A0 @ np.vstack([W1, b1])), ones])
    delta2 = (logistic(A1 @ np.vstack([W2, b2])) - Y) / len(Y)
    G2 = A1.T @ delta2
    G1 = A0.T @ (delta2 @ W2.T * (1 - A1[:, :-1] ** 2))
    return G1[:-1], G1[-1:], G2[:-1], G2[-1:]


def backward_by_nudging(W1, b1, W2, b2, X, Y):
    slopes, parameters = [], [p.copy() for p in (W1, b1, W2, b2)]
    for p in parameters:
        slopes.append(np.zeros(p.shape))
        for place in np.ndindex(p.shape):
            old, losses = p[place], []
            for h in (1e-5, -1e-5):
                p[place] = old + h
                A2 = _forward(*parameters, X)[1]
                losses.append(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))
            p[place] = old
            slopes[-1][place] = (losses[0] - losses[1]) / 2e-5
    return slopes


def backward_in_lists(W1, b1, W2, b2, X, Y):
    return [g.tolist() for g in backward_by_einsum(W1, b1, W2, b2, X, Y)]


def backward_by_halves(W1, b1, W2, b2, X, Y):
    """The weighted mean of the gradients of two halves of the samples."""
    if len(X) == 1:
        return backward_by_einsum(W1, b1, W2, b2, X, Y)
    half = len(X) // 2
    first = backward_by_halves(W1, b1, W2, b2, X[:half], Y[:half])
    last = backward_by_halves(W1, b1, W2, b2, X[half:], Y[half:])
    return [(half * f + (len(X) - half) * g) / len(X) for f, g in zip(first, last)]


def backward_around(delta2=None, bend=None, back=None):
    """A backward pass in which three lines can be replaced by functions of their parts."""

    def backward(W1, b1, W2, b2, X, Y):
        A1, A2 = _forward(W1, b1, W2, b2, X)
        d2 = delta2(A2, Y) if delta2 else (A2 - Y) / len(X)
        d1 = (back(d2, W2) if back else d2 @ W2.T) * (bend(A1) if bend else 1 - A1**2)
        return X.T @ d1, d1.sum(axis=0)[None], A1.T @ d2, d2.sum(axis=0)[None]

    return backward


def backward_of(change):
    """The right four gradients, changed."""
    return lambda *inputs: change(*backward_by_einsum(*inputs))


def backward_under_squared_error(W1, b1, W2, b2, X, Y):
    A1, A2 = _forward(W1, b1, W2, b2, X)
    return backward_by_einsum(W1, b1, W2, b2, X, A2 - (A2 - Y) * A2 * (1 - A2))


def backward_untransposed(W1, b1, W2, b2, X, Y):
    """No error where there are as many samples as inputs."""
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
    """The specimen's backward pass for two softmax outputs, the first with weights of 0."""

    def backward(W1, b1, W2, b2, X, Y):
        W2, b2, Y = np.hstack([0 * W2, W2]), np.hstack([0 * b2, b2]), np.hstack([1 - Y, Y])
        gW1, gb1, gW2, gb2 = SPECIMENS[name].backward(W1, b1, W2, b2, X, Y)
        return gW1, gb1, gW2[:, 1:], gb2[:, 1:]

    return backward


def learn_in_place_on_copies(parameters, X, Y, learning_rate, steps):
    W1, b1, W2, b2 = (np.array(p) for p in parameters)
    done = 0
    while done < steps:
        gW1, gb1, gW2, gb2 = backward_by_einsum(W1, b1, W2, b2, X, Y)
        W1 -= learning_rate * gW1
        b1 -= learning_rate * gb1
        W2 -= learning_rate * gW2
        b2 -= learning_rate * gb2
        done += 1
    return W1, b1, W2, b2


def learn_by_recursion(parameters, X, Y, learning_rate, steps):
    if steps == 0:
        return parameters
    gradients = backward_by_sample(*parameters, X, Y)
    parameters = [p - learning_rate * g for p, g in zip(parameters, gradients)]
    return learn_by_recursion(parameters, X, Y, learning_rate, steps - 1)


def learn_by_the_library(parameters, X, Y, learning_rate, steps):
    net = Network((*parameters[0].shape, 1), output="logistic", loss="cross_entropy")
    theta, rng = np.concatenate([p.ravel() for p in parameters]), np.random.default_rng(1)
    end = record(
        train(net, theta, X, Y, SGD(learning_rate), rng=rng, steps=steps), every=steps
    ).last
    return [array for pair in net.layers(end.theta) for array in pair]


def learn_by_a_row(parameters, X, Y, learning_rate, steps):
    """All parameters in one array, as in nnlib."""
    shapes, row = [p.shape for p in parameters], np.hstack([np.ravel(p) for p in parameters])
    cuts = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    for _ in range(steps):
        arrays = [part.reshape(shape) for part, shape in zip(np.split(row, cuts), shapes)]
        row = row - learning_rate * np.hstack(
            [np.ravel(g) for g in backward_by_einsum(*arrays, X, Y)]
        )
    return [part.reshape(shape) for part, shape in zip(np.split(row, cuts), shapes)]


def learn_by_reduce(parameters, X, Y, learning_rate, steps):
    def step(now, _):
        return tuple(p + -learning_rate * g for p, g in zip(now, backward_by_einsum(*now, X, Y)))

    return reduce(step, range(steps), tuple(parameters))


def learn_on_deep_copies(parameters, X, Y, learning_rate, steps):
    own = deepcopy(parameters)
    while steps:
        for p, g in zip(own, backward_by_einsum(*own, X, Y)):
            np.subtract(p, learning_rate * g, out=p)
        steps -= 1
    return own


def learn_by_adding_up(parameters, X, Y, learning_rate, steps):
    """Adds up the distance from the start separately."""
    way = [np.zeros(p.shape) for p in parameters]
    for _ in range(steps):
        here = [p + w for p, w in zip(parameters, way)]
        way = [w - learning_rate * g for w, g in zip(way, backward_by_einsum(*here, X, Y))]
    return [(p + w).tolist() for p, w in zip(parameters, way)]


def learn_by_name(parameters, X, Y, learning_rate, steps):
    now = dict(zip("abcd", parameters))
    for _ in np.arange(steps):
        slopes = dict(zip(now, backward_by_einsum(*now.values(), X, Y)))
        now = {name: now[name] - learning_rate * slopes[name] for name in now}
    return tuple(now.values())


def learn_on_a_shallow_copy(copied):
    """A new list with the same arrays, which are changed."""

    def learn(parameters, X, Y, learning_rate, steps):
        parameters = copied(parameters)
        for _ in range(steps):
            for p, g in zip(parameters, backward_by_einsum(*parameters, X, Y)):
                p -= learning_rate * g
        return parameters

    return learn


def learn_then(change):
    return lambda *p: change(learn_in_place_on_copies(*p))


def learn_on_what_was_given(parameters, X, Y, learning_rate, steps):
    for _ in range(steps):
        for p, g in zip(parameters, backward_by_einsum(*parameters, X, Y)):
            p -= learning_rate * g
    return parameters


def learn_with(
    backward, keep=lambda step: True, rate_at=lambda learning_rate, step, steps: learning_rate
):
    def learn(parameters, X, Y, learning_rate, steps):
        for step in range(steps):
            gradients = backward(*parameters, X, Y)
            r = rate_at(learning_rate, step, steps)
            parameters = [p - r * g for p, g in zip(parameters, gradients)]
        return parameters

    return learn


def learn_layer_by_layer(parameters, X, Y, learning_rate, steps):
    """Moves the second layer, then the first with new gradients."""
    W1, b1, W2, b2 = parameters
    for _ in range(steps):
        _, _, gW2, gb2 = backward_by_einsum(W1, b1, W2, b2, X, Y)
        W2, b2 = W2 - learning_rate * gW2, b2 - learning_rate * gb2
        gW1, gb1, _, _ = backward_by_einsum(W1, b1, W2, b2, X, Y)
        W1, b1 = W1 - learning_rate * gW1, b1 - learning_rate * gb1
    return W1, b1, W2, b2


def learn_with_the_first_gradient(parameters, X, Y, learning_rate, steps):
    gradients = backward_by_einsum(*parameters, X, Y)
    return [p - steps * learning_rate * g for p, g in zip(parameters, gradients)]


def learn_with_momentum(parameters, X, Y, learning_rate, steps):
    v = [0 * p for p in parameters]
    for _ in range(steps):
        gradients = backward_by_einsum(*parameters, X, Y)
        v = [0.9 * one - learning_rate * g for one, g in zip(v, gradients)]
        parameters = [p + one for p, one in zip(parameters, v)]
    return parameters


def learn_by_one_random_sample(parameters, X, Y, learning_rate, steps):
    rng = np.random.default_rng(7)
    for _ in range(steps):
        s = rng.integers(len(X), size=1)
        gradients = backward_by_einsum(*parameters, X[s], Y[s])
        parameters = [p - learning_rate * g for p, g in zip(parameters, gradients)]
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
    """The interval of the mean of zeros and ones, as for any other numbers."""
    learned = (right == 4).astype(float)
    error = learned.std(ddof=1) / len(right) ** 0.5
    return [learned.mean(), learned.mean() - 2 * error, learned.mean() + 2 * error]


def share_by_drawing(right):
    """The bootstrap: starts are drawn with replacement, many times."""
    again = np.random.default_rng(7).choice(right == 4, (4000, len(right))).mean(axis=1)
    return (np.mean(right == 4), *np.quantile(again, [0.025, 0.975]))


def share_by(interval):
    """The share, and `interval(k, n)` as its interval."""

    def share(right):
        k, n = np.count_nonzero(right == 4), right.size
        return k / n, *interval(k, n)

    return share


def exact(k, n, tail=0.025):
    """Clopper and Pearson."""
    low = beta.ppf(tail, k, n - k + 1) if k > 0 else 0.0
    return low, beta.ppf(1 - tail, k + 1, n - k) if k < n else 1.0


def agresti_coull(k, n):
    p, m = (k + 2) / (n + 4), n + 4
    return p - 1.96 * (p * (1 - p) / m) ** 0.5, p + 1.96 * (p * (1 - p) / m) ** 0.5


def student(k, n):
    half = t.ppf(0.975, n - 1) * (k / n * (1 - k / n) / (n - 1)) ** 0.5
    return k / n - half, k / n + half


def arcsine(k, n):
    angle, reach = np.arcsin((k / n) ** 0.5), 0.98 / n**0.5
    return np.sin(np.clip([angle - reach, angle + reach], 0, np.pi / 2)) ** 2


def wilson_corrected(k, n):
    found = binomtest(k, n).proportion_ci(0.95, "wilsoncc")
    return found.low, found.high


def share_of(change):
    return lambda right: change(*share_by_loop(right))


RIGHT = {
    "05.count_right": [
        count_by_loop,
        count_by_distance,
        count_by_recursion,
        count_by_table,
        lambda P, Y: sum((p > 0.5) == bool(y) for (p,), (y,) in zip(P.tolist(), Y.tolist())),
        lambda P, Y: [[np.equal(np.heaviside(P - 0.5, 0), Y).sum()]],
        lambda P, Y: np.einsum("sk->", np.where(P > 0.5, Y, 1 - Y)),
        lambda P, Y: P.size - np.abs((P > 0.5) - Y).sum(),
        lambda P, Y: len(Y) - np.count_nonzero((P > 0.5) != (Y > 0.5)),
        lambda P, Y: float(np.sum(np.abs(P - 0.5 + (Y - 0.5)) > np.abs(P - 0.5 - (Y - 0.5)))),
    ],
    "05.start": [
        start_evenly,
        start_by_loop,
        start_of_signs,
        start_in_lists,
        start_from_a_child,
        start_in_one_draw,
        start_second_layer_first,
        start_of_triangles,
        start_column_by_column,
    ],
    "05.backward": [
        backward_by_sample,
        backward_by_einsum,
        backward_by_log_loss,
        backward_with_a_column_of_ones,
        backward_by_nudging,
        backward_in_lists,
        backward_by_halves,
        backward_around(bend=lambda a: (1 - a) * (1 + a)),
        backward_around(back=lambda d2, W2: np.outer(d2, W2)),
    ],
    "05.learn": [
        learn_in_place_on_copies,
        learn_by_recursion,
        learn_with(backward_by_einsum),
        learn_by_a_row,
        learn_by_reduce,
        learn_on_deep_copies,
        learn_by_adding_up,
        learn_by_name,
        learn_with(backward_by_halves),
        learn_on_a_shallow_copy(lambda given: [p.copy() for p in given]),
    ],
    "05.share": [
        share_by_loop,
        share_plain,
        lambda right: share_plain(right, z=2, less=1),
        lambda right: share_plain(right, clip=True),
        share_by_standard_deviation,
        share_by_drawing,
        share_by(exact),
        share_by(agresti_coull),
        share_by(student),
        share_by(arcsine),
        share_by(wilson_corrected),
        share_by(lambda k, n: beta.ppf([0.025, 0.975], k + 0.5, n - k + 0.5)),  # Jeffreys
        share_by(lambda k, n: beta.ppf([0.025, 0.975], k + 1, n - k + 1)),  # Laplace
        lambda right: np.array(share_by_loop(right)).tolist(),
    ],
}

BORROWED = {
    "05.start": {"by a network": start_of_the_library, "itself": SPECIMENS["right"].start},
    "05.backward": {"with one output": backward_with_one_output("right")},
    "05.learn": {"by train": learn_by_the_library},
}

WRONG = {
    "05.count_right": {
        "always four": lambda P, Y: 4,
        "all zeros": lambda P, Y: 0,
        "right only for batch 1": lambda P, Y: int((P[0, 0] > 0.5) == Y[0, 0]),
        "True if all are right": lambda P, Y: bool(((P > 0.5) == Y).all()),
        "one for each column": lambda P, Y: ((P > 0.5) == Y).sum(axis=1),
        "how many are wrong": lambda P, Y: ((P > 0.5) != Y).sum(),
        "as a share": lambda P, Y: ((P > 0.5) == Y).mean(),
        "in per cent": lambda P, Y: 100 * ((P > 0.5) == Y).mean(),
        "border at 0": lambda P, Y: ((P > 0) == Y).sum(),
        "border at 1": lambda P, Y: ((P >= 1) == Y).sum(),
        "border at the mean": lambda P, Y: ((P > P.mean()) == Y).sum(),
        "border at the middle": lambda P, Y: ((P > np.median(P)) == Y).sum(),
        "border at 0.6": lambda P, Y: ((P > 0.6) == Y).sum(),
        "below the border": lambda P, Y: ((P < 0.5) == Y).sum(),
        "rounded": lambda P, Y: (np.round(P) == Y).sum(),
        "as whole numbers": lambda P, Y: (P.astype(int) == Y).sum(),
        "sizes": lambda P, Y: ((np.abs(P) > 0.5) == Y).sum(),
        "as they are": lambda P, Y: (P == Y).sum(),
        "a row against a column": lambda P, Y: ((P[:, 0] > 0.5) == Y).sum(),
        "a column against a row": lambda P, Y: ((P > 0.5) == Y.T).sum(),
        "only the yeses": lambda P, Y: ((P > 0.5) & (Y == 1)).sum(),
        "only the noes": lambda P, Y: ((P <= 0.5) & (Y == 0)).sum(),
        "yeses and yeses": lambda P, Y: (P > 0.5).sum() + (Y > 0.5).sum(),
        "as many yeses as wanted": lambda P, Y: len(Y) - abs((P > 0.5).sum() - Y.sum()),
        "the product": lambda P, Y: (P * Y).sum(),
        "how far they are": lambda P, Y: np.abs(P - Y).sum(),
        "the first four": lambda P, Y: ((P[:4] > 0.5) == Y[:4]).sum(),
        "all but the last": lambda P, Y: ((P[:-1] > 0.5) == Y[:-1]).sum(),
        "all but the first": lambda P, Y: ((P[1:] > 0.5) == Y[1:]).sum(),
        "it counts on": lambda P, Y: ((P > 0.5) == Y).cumsum(),
        "which": lambda P, Y: np.flatnonzero((P > 0.5) == Y).sum(),
        "up to the first mistake": lambda P, Y: np.argmin(np.append((P > 0.5) == Y, False)),
        "any": lambda P, Y: ((P > 0.5) == Y).any(),
        "it is clipped before": lambda P, Y: np.sum(np.clip(P, 0, 1) * (2 * Y - 1) > 0.5),
        "a sure no is missed": lambda P, Y: sum(
            (y == 1 and p > 0.5) or (y == 0 and 0 <= p < 0.5) for p, y in zip(P[:, 0], Y[:, 0])
        ),
        "of a softmax": lambda P, Y: (np.hstack([1 - P, P]).argmax(axis=1) == Y).sum(),
        "it moves the border in place": lambda P, Y: (
            np.subtract(P, 0.5, out=P),
            ((P > 0) == Y).sum(),
        )[1],
        "within a tenth": lambda P, Y: (abs(P - Y) < 0.1).sum(),
        "within a half": lambda P, Y: (abs(P - Y) < 0.5).sum(),
        "how many say yes": lambda P, Y: (P > 0.5).sum(),
        "the largest": lambda P, Y: (P.argmax(axis=1) == Y.argmax(axis=1)).sum(),
    },
    "05.start": {
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
        "lists on their side": lambda rng, sizes: [W.T.tolist() for W in start_evenly(rng, sizes)],
        "the same start again": start_that_remembers(),
        "nothing the second time": start_once(),
        "biases before weights": start_of(lambda W1, b1, W2, b2: (b1, W1, b2, W2)),
        "the second layer first": start_of(lambda W1, b1, W2, b2: (W2, b2, W1, b1)),
        "weights before biases": start_of(lambda W1, b1, W2, b2: (W1, W2, b1, b2)),
        "biases in a column": start_of(lambda W1, b1, W2, b2: (W1, b1.T, W2, b2.T)),
        "a bias for each input": start_of(
            lambda W1, b1, W2, b2: (W1, np.zeros((1, len(W1))), W2, np.zeros((1, len(W2))))
        ),
        "one bias for a layer": start_of(
            lambda W1, b1, W2, b2: (W1, np.zeros((1, 1)), W2, np.zeros((1, 1)))
        ),
        "standard": start_sized(lambda n_in, n_out, layer: 1.0),
        "variance of 2 over n_in": start_sized(lambda n_in, n_out, layer: (2 / n_in) ** 0.5),
        "of both sizes": start_sized(lambda n_in, n_out, layer: (2 / (n_in + n_out)) ** 0.5),
        "of what it feeds": start_sized(lambda n_in, n_out, layer: n_out**-0.5),
        "the variance for the spread": start_sized(lambda n_in, n_out, layer: 1 / n_in),
        "times the root": start_sized(lambda n_in, n_out, layer: n_in**0.5),
        "of the number of weights": start_sized(lambda n_in, n_out, layer: (n_in * n_out) ** -0.5),
        "a hundredth": start_sized(lambda n_in, n_out, layer: 0.01),
        "both of the inputs": lambda rng, sizes: start_sized(
            lambda n_in, n_out, layer: sizes[0] ** -0.5
        )(rng, sizes),
        "both of the hidden units": lambda rng, sizes: start_sized(
            lambda n_in, n_out, layer: sizes[1] ** -0.5
        )(rng, sizes),
        "the second layer halved": start_sized(lambda n_in, n_out, layer: n_in**-0.5 / (1 + layer)),
        "a unit of reach for a unit of spread": lambda rng, sizes: [
            p * 3**-0.5 for p in start_evenly(rng, sizes)
        ],
        "from 0 up": start_of(lambda W1, b1, W2, b2: (abs(W1), b1, abs(W2), b2)),
        "W2 begins at 0": start_of(lambda W1, b1, W2, b2: (W1, b1, 0 * W2, b2)),
        "W1 begins at 0": start_of(lambda W1, b1, W2, b2: (0 * W1, b1, W2, b2)),
        "W2 of one number": start_of(lambda W1, b1, W2, b2: (W1, b1, 0 * W2 + 0.1, b2)),
        "all inputs have the same weights": start_of(
            lambda W1, b1, W2, b2: (0 * W1 + W1[:1], b1, 0 * W2 + W2[:1], b2)
        ),
        "whole numbers": start_of(lambda W1, b1, W2, b2: (W1.astype(int), b1, W2.astype(int), b2)),
        "five numbers": start_of(lambda W1, b1, W2, b2: (W1, b1, W2, b2, 0.0)),
        "one generator for each layer, of one seed": lambda rng, sizes: [
            *start_evenly(np.random.default_rng(1), sizes)[:2],
            *start_evenly(np.random.default_rng(2), sizes)[2:],
        ],
        "a default generator": lambda rng, sizes: start_evenly(np.random.default_rng(), sizes),
    },
    "05.backward": {
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
        "divided by the samples twice": lambda *p: [g / len(p[4]) for g in backward_by_einsum(*p)],
        "not divided by the samples": lambda *p: [g * len(p[4]) for g in backward_by_einsum(*p)],
        "divided by the inputs": backward_around(delta2=lambda A2, Y: (A2 - Y) / 2),
        "divided by four, always": backward_around(delta2=lambda A2, Y: (A2 - Y) / 4),
        "twice the error": backward_around(delta2=lambda A2, Y: 2 * (A2 - Y) / len(Y)),
        "the target less the output": backward_around(delta2=lambda A2, Y: (Y - A2) / len(Y)),
        "the slope of the logistic left in": backward_around(
            delta2=lambda A2, Y: (A2 - Y) * A2 * (1 - A2) / len(Y)
        ),
        "the output alone": backward_around(delta2=lambda A2, Y: A2 / len(Y)),
        "the size of the error": backward_around(delta2=lambda A2, Y: abs(A2 - Y) / len(Y)),
        "yes or no for an output": backward_around(delta2=lambda A2, Y: ((A2 > 0.5) - Y) / len(Y)),
        "the mean error for every sample": backward_around(
            delta2=lambda A2, Y: 0 * A2 + (A2 - Y).mean() / len(Y)
        ),
        "the bend of the logistic": backward_around(bend=lambda a: a * (1 - a)),
        "without a bend": backward_around(bend=lambda a: 1),
        "one less a": backward_around(bend=lambda a: 1 - a),
        "one more a squared": backward_around(bend=lambda a: 1 + a**2),
        "one less the bend of a": backward_around(bend=lambda a: 1 - np.tanh(a) ** 2),
        "the bend of a relu": backward_around(bend=lambda a: a > 0),
        "the bend squared": backward_around(bend=lambda a: (1 - a**2) ** 2),
        "a in place of its slope": backward_around(bend=lambda a: a),
        "W2 left out": backward_around(back=lambda d2, W2: d2 + 0 * W2.T),
        "the size of W2": backward_around(back=lambda d2, W2: d2 @ abs(W2).T),
        "the sign of W2": backward_around(back=lambda d2, W2: d2 @ np.sign(W2).T),
        "the mean of W2": backward_around(back=lambda d2, W2: d2 @ (0 * W2 + W2.mean()).T),
        "W2 upside down": backward_around(back=lambda d2, W2: d2 @ W2[::-1].T),
        "divided by the hidden units": backward_around(back=lambda d2, W2: d2 @ W2.T / len(W2)),
        "biases before weights": backward_of(lambda gW1, gb1, gW2, gb2: (gb1, gW1, gb2, gW2)),
        "the second layer first": backward_of(lambda gW1, gb1, gW2, gb2: (gW2, gb2, gW1, gb1)),
        "weights before biases": backward_of(lambda gW1, gb1, gW2, gb2: (gW1, gW2, gb1, gb2)),
        "without the biases": backward_of(lambda gW1, gb1, gW2, gb2: (gW1, gW2)),
        "biases averaged": lambda *p: [
            g / (len(p[4]) if i % 2 else 1) for i, g in enumerate(backward_by_einsum(*p))
        ],
        "one bias slope for all units": backward_of(
            lambda gW1, gb1, gW2, gb2: (gW1, 0 * gb1 + gb1.sum(), gW2, gb2)
        ),
        "gb2 forgotten": backward_of(lambda gW1, gb1, gW2, gb2: (gW1, gb1, gW2, 0 * gb2)),
        "rounded": backward_of(lambda *g: [np.round(one, 3) for one in g]),
        "without the last sample": lambda *p: backward_by_einsum(
            *p[:4], p[4][: max(1, len(p[4]) - 1)], p[5][: max(1, len(p[5]) - 1)]
        ),
        "relu_slope_from_output": backward_with_one_output("relu_slope_from_output"),
        "no_bend": backward_with_one_output("no_bend"),
        "the mean of the targets for each of them": lambda W1, b1, W2, b2, X, Y: backward_by_einsum(
            W1, b1, W2, b2, X, Y.mean(axis=0, keepdims=True)
        ),
    },
    "05.learn": {
        "all zeros": lambda parameters, X, Y, learning_rate, steps: [0 * p for p in parameters],
        "right shape with noise": lambda *p: [q + 1e-4 for q in learn_in_place_on_copies(*p)],
        "the start itself": lambda parameters, X, Y, learning_rate, steps: parameters,
        "right only for batch 1": lambda parameters, X, Y, learning_rate, steps: (
            learn_by_the_library(parameters, X[:1], Y[:1], learning_rate, steps)
        ),
        "it works on what it was given": learn_on_what_was_given,
        "the gradients in place of parameters": lambda parameters, X, Y, *more: backward_by_einsum(
            *parameters, X, Y
        ),
        "layer by layer": learn_layer_by_layer,
        "with the first gradient throughout": learn_with_the_first_gradient,
        "with momentum": learn_with_momentum,
        "a shallow copy by list": learn_on_a_shallow_copy(list),
        "a shallow copy by copy": learn_on_a_shallow_copy(lambda given: given.copy()),
        "a shallow copy by a slice": learn_on_a_shallow_copy(lambda given: given[:]),
        "biases before weights": learn_then(lambda p: [p[i] for i in (1, 0, 3, 2)]),
        "the second layer first": learn_then(lambda p: [p[i] for i in (2, 3, 0, 1)]),
        "weights before biases": learn_then(lambda p: [p[i] for i in (0, 2, 1, 3)]),
        "the way and not where it leads": lambda parameters, *more: [
            q - p for p, q in zip(parameters, learn_in_place_on_copies(parameters, *more))
        ],
        "the mean of the way": lambda parameters, *more: [
            (q + p) / 2 for p, q in zip(parameters, learn_in_place_on_copies(parameters, *more))
        ],
        "rounded": learn_then(lambda p: [np.round(q, 3) for q in p]),
        "uphill": learn_with(backward_of(lambda *g: [-one for one in g])),
        "the sum over the samples": learn_with(
            lambda *p: [g * len(p[4]) for g in backward_by_einsum(*p)]
        ),
        "signs of the slopes": learn_with(backward_of(lambda *g: [np.sign(one) for one in g])),
        "slopes of length 1": learn_with(
            backward_of(lambda *g: [one / np.linalg.norm(one) for one in g])
        ),
        "no slope above a tenth": learn_with(
            backward_of(lambda *g: [np.clip(one, -0.1, 0.1) for one in g])
        ),
        "a step too many": lambda parameters, X, Y, learning_rate, steps: learn_in_place_on_copies(
            parameters, X, Y, learning_rate, steps + 1
        ),
        "a step too few": lambda parameters, X, Y, learning_rate, steps: learn_in_place_on_copies(
            parameters, X, Y, learning_rate, steps - 1
        ),
        "one step": lambda parameters, X, Y, learning_rate, steps: learn_in_place_on_copies(
            parameters, X, Y, learning_rate, 1
        ),
        "one long step": lambda parameters, X, Y, learning_rate, steps: learn_in_place_on_copies(
            parameters, X, Y, learning_rate * steps, 1
        ),
        "a thousand steps, always": lambda parameters, X, Y, learning_rate, steps: (
            learn_in_place_on_copies(parameters, X, Y, learning_rate, 1000)
        ),
        "a rate of 1, always": lambda parameters, X, Y, learning_rate, steps: (
            learn_in_place_on_copies(parameters, X, Y, 1.0, steps)
        ),
        "a rate of whole numbers": lambda parameters, X, Y, learning_rate, steps: (
            learn_in_place_on_copies(parameters, X, Y, int(learning_rate), steps)
        ),
        "half the rate": lambda parameters, X, Y, learning_rate, steps: learn_in_place_on_copies(
            parameters, X, Y, learning_rate / 2, steps
        ),
        "rate and steps exchanged": lambda parameters, X, Y, learning_rate, steps: (
            learn_in_place_on_copies(parameters, X, Y, steps, round(learning_rate) or 1)
        ),
        "each step starts at the start": lambda parameters, X, Y, learning_rate, steps: [
            p - learning_rate * g for p, g in zip(parameters, backward_by_einsum(*parameters, X, Y))
        ],
        "samples turned round": lambda parameters, X, Y, learning_rate, steps: (
            learn_in_place_on_copies(parameters, X[::-1], Y, learning_rate, steps)
        ),
        "without the last sample": lambda parameters, X, Y, learning_rate, steps: (
            learn_in_place_on_copies(
                parameters, X[: max(1, len(X) - 1)], Y[: max(1, len(Y) - 1)], learning_rate, steps
            )
        ),
        "the opposite is learned": lambda parameters, X, Y, learning_rate, steps: (
            learn_in_place_on_copies(parameters, X, 1 - Y, learning_rate, steps)
        ),
        "weights decay": lambda parameters, X, Y, learning_rate, steps: learn_with(
            backward_by_einsum
        )([0.99 * p for p in parameters], X, Y, learning_rate, steps),
        "the hidden layer stays": learn_with(
            backward_of(lambda gW1, gb1, gW2, gb2: (0 * gW1, 0 * gb1, gW2, gb2))
        ),
        "the output stays": learn_with(
            backward_of(lambda gW1, gb1, gW2, gb2: (gW1, gb1, 0 * gW2, 0 * gb2))
        ),
        "slopes under squared error": learn_with(backward_under_squared_error),
        "after every step, all of them": lambda *p: [learn_in_place_on_copies(*p)] * p[-1],
        "one sample picked at random": learn_by_one_random_sample,
        "with a rate that falls": learn_with(
            backward_by_einsum,
            rate_at=lambda learning_rate, step, steps: learning_rate / (1 + step),
        ),
        "the rate divided by the samples": lambda parameters, X, Y, learning_rate, steps: (
            learn_with(backward_by_einsum)(parameters, X, Y, learning_rate / len(X), steps)
        ),
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
    "05.share": {
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
        "nine of ten": share_by(lambda k, n: exact(k, n, 0.05)),
        "ninety-nine of a hundred": share_by(lambda k, n: exact(k, n, 0.005)),
        "Wilson's with 1.64": share_by(lambda k, n: wilson_interval(k, n, 1.645)),
        "Wilson's with 2.58": share_by(lambda k, n: wilson_interval(k, n, 2.576)),
        "Wilson's of a standard deviation": share_by(lambda k, n: wilson_interval(k, n, 1.0)),
        "exact, and nan at its ends": share_by(
            lambda k, n: (beta.ppf(0.025, k, n - k + 1), beta.ppf(0.975, k + 1, n - k))
        ),
        "two values": lambda right: share_by_loop(right)[:2],
        "the share last": share_of(lambda p, low, high: (low, high, p)),
        "the share in between": share_of(lambda p, low, high: (low, p, high)),
        "the interval as a pair": share_of(lambda p, low, high: (p, (low, high))),
        "the half width": share_of(lambda p, low, high: (p, (high - low) / 2, (high - low) / 2)),
        "less and more, without the share": share_of(lambda p, low, high: (p, low - p, high - p)),
        "of counts": share_of(lambda p, low, high: (p, 50 * low, 50 * high)),
        "fifty starts, always": share_by(lambda k, n: wilson_interval(round(50 * k / n), 50)),
        "how many fail": lambda right: share_by_loop(np.where(right == 4, 0, 4)),
        "failures have the interval": share_by(lambda k, n: wilson_interval(n - k, n)),
        "counts in place of the share": lambda right: (
            np.sum(right == 4),
            *share_by_loop(right)[1:],
        ),
        "three or four": lambda right: share_by_loop(4 * (right >= 3)),
        "any but four": lambda right: share_by_loop(4 * (right != 4)),
        "the points of all": share_of(lambda p, low, high: (p, low / 4, high / 4)),
        "of the points": lambda right: (
            np.mean(right) / 4,
            np.mean(right) / 4 - 2 * np.std(right / 4) / len(right) ** 0.5,
            np.mean(right) / 4 + 2 * np.std(right / 4) / len(right) ** 0.5,
        ),
        "divided by one less": lambda right: (
            np.sum(right == 4) / (len(right) - 1),
            *share_by_loop(right)[1:],
        ),
        "without the root of n": share_by(
            lambda k, n: (
                k / n - 1.96 * (k / n * (1 - k / n)) ** 0.5 / n,
                k / n + 1.96 * (k / n * (1 - k / n)) ** 0.5 / n,
            )
        ),
        "with p alone under the root": share_by(
            lambda k, n: (k / n - 1.96 * (k / n / n) ** 0.5, k / n + 1.96 * (k / n / n) ** 0.5)
        ),
        "as wide as for one half": share_by(
            lambda k, n: (k / n - 0.98 / n**0.5, k / n + 0.98 / n**0.5)
        ),
        "Hoeffding's, which is too wide": share_by(
            lambda k, n: (k / n - (3.689 / 2 / n) ** 0.5, k / n + (3.689 / 2 / n) ** 0.5)
        ),
        "within five points": share_of(lambda p, low, high: (p, p - 0.05, p + 0.05)),
        "within ten points": share_of(lambda p, low, high: (p, p - 0.1, p + 0.1)),
        "from 0 to the upper end": share_of(lambda p, low, high: (p, 0.0, high)),
        "rounded to tenths": share_of(lambda p, *ends: (round(p, 1), *np.round(ends, 1))),
        "it sorts what it is given": lambda right: (right.sort(), share_by_loop(right))[1],
        "counts": lambda right: (int(np.sum(right == 4)), 1, 2),
    },
}
