"""Right and wrong answers to exercise 06, for tests/course/test_exercise_checks.py."""

from collections import Counter
from math import exp, fsum, log
from statistics import fmean, stdev

import numpy as np

from nnlib import confusion_matrix, logistic
from nnlib import softmax as nnlib_softmax
from nncourse.bugs import SPECIMENS, targets


def softmax_by_loop(Z):
    A = np.zeros(Z.shape)
    for s, row in enumerate(Z):
        top = max(row)
        powers = [exp(z - top) for z in row]
        A[s] = [power / fsum(powers) for power in powers]
    return A


def softmax_by_logarithms(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))


def softmax_by_differences(Z):
    """1 over the sum of exp of all differences; where one overflows, 1/inf is right."""
    with np.errstate(over="ignore"):
        return 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)


def softmax_by_recursion(Z):
    """By recursion: the last row below the others."""
    if len(Z) == 0:
        return np.empty(Z.shape)
    last = np.exp(Z[-1] - max(Z[-1]))
    return np.vstack([softmax_by_recursion(Z[:-1]), last / sum(last)])


def softmax_twice_less(Z):
    """The maximum by sorting; subtracts the logarithm of the sum as well."""
    less = Z - np.sort(Z)[:, -1:]
    return np.exp(less - np.log(np.einsum("sk->s", np.exp(less)))[:, None])


def softmax_without_axis(Z):
    """Transposed, so that broadcasting needs no keepdims."""
    powers = np.exp(Z.T - Z.T.max(axis=0))
    return (powers / powers.sum(axis=0)).T


def softmax_in_the_kind_of_Z(Z):
    A = np.zeros_like(Z)
    for s, row in enumerate(Z):
        powers = np.exp(row - row.max())
        A[s] = powers / powers.sum()
    return A


def softmax_in_place(Z):
    Z -= Z.max(axis=1, keepdims=True)
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def softmax_as_it_stands(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def softmax_less(top, epsilon=0.0):
    """Subtracts `off(Z)` from Z and adds a number to the sum."""

    def softmax(Z):
        powers = np.exp(Z - top(Z))
        return powers / (powers.sum(axis=1, keepdims=True) + epsilon)

    return softmax


def surprise_by_loop(A, label):
    Y, total = np.zeros(A.shape), 0.0
    for s, k in enumerate(label):
        Y[s, k] = 1
        total -= log(A[s, k])
    return Y, total / len(label)


def surprise_by_picking(A, label):
    Y = (label[:, None] == np.arange(A.shape[1])).astype(float)
    return Y, np.mean(-np.log(A[np.arange(len(A)), label]))


def surprise_by_einsum(A, label):
    Y = np.zeros(A.shape, dtype=int)
    np.put_along_axis(Y, label[:, None], 1, axis=1)
    return [Y, -np.log(np.einsum("sk,sk->s", Y, A)).sum() / A.shape[0]]


def surprise_by_comparing(A, label):
    """Lists of lists, and one logarithm of a product."""
    Y = [[float(k == own) for k in range(A.shape[1])] for own in label]
    told = [A[s, own] for s, own in enumerate(label)]
    return Y, -log(np.prod(told)) / len(told)


def surprise_with_a_little_added(A, label):
    """1e-12 avoids ln 0, and changes too little to matter."""
    Y = np.eye(A.shape[1])[label]
    return Y, -(Y * np.log(A + 1e-12)).sum(axis=1).mean()


def surprise_where(A, label):
    Y = np.arange(A.shape[1]) == np.reshape(label, (-1, 1))
    return Y, np.mean(np.where(Y, -np.log(np.where(Y, A, 1)), 0).max(axis=1))


def surprise_by_take(A, label):
    told = np.take_along_axis(A, label[:, None], axis=1)
    return np.identity(A.shape[1])[label], np.array([-np.average(np.log(told))])


def surprise_by_recursion(A, label):
    """By recursion: the first picture, then the others."""
    Y, one = np.eye(A.shape[1])[label[:1]], -log(A[0, label[0]])
    if len(label) == 1:
        return Y, one
    below, loss = surprise_by_recursion(A[1:], label[1:])
    return np.vstack([Y, below]), (one + loss * (len(label) - 1)) / len(label)


def surprise_of_all_logarithms(A, label):
    """0 times ln 0 is nan."""
    Y = np.eye(A.shape[1])[label]
    return Y, -(Y * np.log(A)).sum(axis=1).mean()


def surprise_of(loss, Y=lambda A, label: targets(label, A.shape[1])):
    return lambda A, label: (Y(A, label), loss(A, label))


def _right_loss(A, label):
    return surprise_by_picking(A, label)[1]


def learn_by(
    passes=20,
    size=32,
    learning_rate=0.5,
    momentum=0.0,
    order=None,
    Y=targets,
    again=None,
    using=1.0,
):
    """A way to learn with these settings; `order(rng, n)` is the order of the samples."""

    def learn(backward, parameters, X, label, rng):
        Y_ = Y(label, parameters[3].shape[1])
        X, Y_ = X[: int(using * len(X))], Y_[: int(using * len(X))]
        moves = [0 * p for p in parameters]
        for _ in range(passes):
            i = order(rng, len(X)) if order else rng.permutation(len(X))
            for batch in np.split(i, range(size, len(X), size)):
                gradients = backward(*parameters, X[batch], Y_[batch])
                moves = [momentum * m - learning_rate * g for m, g in zip(moves, gradients)]
                parameters = [p + m for p, m in zip(parameters, moves)]
        return again(parameters) if again else parameters

    return learn


def learn_one_by_one(backward, parameters, X, label, rng):
    """Random single samples; copies are changed in place."""
    parameters = [p.copy() for p in parameters]
    eye = np.eye(parameters[2].shape[1])
    for s in rng.integers(len(X), size=5000):
        gradients = backward(*parameters, X[s : s + 1], eye[label[s]][None])
        for p, g in zip(parameters, gradients):
            p -= 0.05 * g
    return tuple(parameters)


def learn_in_place(backward, parameters, X, label, rng):
    Y = targets(label, parameters[3].size)
    for _ in range(10):
        for i in range(0, len(X), 32):
            for p, g in zip(parameters, backward(*parameters, X[i : i + 32], Y[i : i + 32])):
                p -= 0.5 * g
    return parameters


def learn_and_lose(backward, parameters, X, label, rng):
    """Each p is a new array that is lost."""
    Y = targets(label, parameters[3].size)
    for _ in range(20):
        for p, g in zip(parameters, backward(*parameters, X, Y)):
            p = p - 0.5 * g
    return parameters


def learn_from_labels_in_a_column(backward, parameters, X, label, rng):
    for i in range(0, 3200, 32):
        batch = np.arange(i, i + 32) % len(X)
        gradients = backward(*parameters, X[batch], label[batch][:, None])
        parameters = [p - 0.5 * g for p, g in zip(parameters, gradients)]
    return parameters


def shuffled_apart(backward, parameters, X, label, rng):
    Y = targets(label, parameters[3].size)
    *_, end = SPECIMENS["shuffled_apart"].learn(backward, parameters, X, Y, rng, 5)
    return end


def learn_from_1_one_by_one(backward, parameters, X, label, rng):
    """Classes are counted from 1, in batches of one picture."""
    eye = np.eye(parameters[3].size)
    for s in rng.integers(len(X), size=300):
        gradients = backward(*parameters, X[s : s + 1], eye[label[s] - 1][None])
        parameters = [p - 0.05 * g for p, g in zip(parameters, gradients)]
    return parameters


def learn_on_a_shallow_copy(backward, parameters, X, label, rng):
    """A new list with the same arrays, which are changed."""
    return learn_in_place(backward, list(parameters), X, label, rng)


def learn_with_the_first_slopes(backward, parameters, X, label, rng):
    gradients = backward(*parameters, X, np.eye(parameters[3].size)[label])
    for _ in range(100):
        parameters = [p - 0.5 * g for p, g in zip(parameters, gradients)]
    return parameters


def learn_in_lists(backward, parameters, X, label, rng):
    return [p.tolist() for p in learn_by()(backward, parameters, X, label, rng)]


def learn_until_it_reads(backward, parameters, X, label, rng):
    """Learns until 97 % of the training samples are read."""
    Y = np.identity(parameters[3].shape[-1])[label]
    for _ in range(60):
        for batch in np.array_split(rng.permutation(len(X)), len(X) // 20):
            slopes = backward(*parameters, X[batch], Y[batch])
            parameters = [np.subtract(p, 0.3 * g) for p, g in zip(parameters, slopes)]
        W1, b1, W2, b2 = parameters
        if ((np.tanh(X @ W1 + b1) @ W2 + b2).argmax(axis=1) == label).mean() > 0.97:
            break
    return parameters


def learn_with_adam(backward, parameters, X, label, rng):
    Y, mean, square = targets(label, parameters[3].size), [0.0] * 4, [0.0] * 4
    for step in range(1, 600):
        batch = rng.integers(len(X), size=64)
        gradients = backward(*parameters, X[batch], Y[batch])
        mean = [0.9 * m + 0.1 * g for m, g in zip(mean, gradients)]
        square = [0.99 * s + 0.01 * g**2 for s, g in zip(square, gradients)]
        c, d = 1 - 0.9**step, 1 - 0.99**step
        parameters = [
            p - 0.01 * (m / c) / (np.sqrt(s / d) + 1e-8)
            for p, m, s in zip(parameters, mean, square)
        ]
    return parameters


def learn_with_decay(backward, parameters, X, label, rng):
    """With a decreasing learning rate and weight decay."""
    Y = np.equal.outer(label, np.arange(parameters[2].shape[1])).astype(float)
    for epoch in range(20):
        order = np.arange(len(X))
        rng.shuffle(order)
        for batch in [order[i : i + 25] for i in range(0, len(order), 25)]:
            gradients = backward(*parameters, X[batch], Y[batch])
            learning_rate = 0.5 / (1 + 0.05 * epoch)
            parameters = [(1 - 1e-4) * p - learning_rate * g for p, g in zip(parameters, gradients)]
    return parameters


def score_by_statistics(true, said):
    """With Python's module `statistics`."""
    scores = [fmean(map(bool, row)) for row in np.equal(true, said)]
    return fmean(scores), stdev(scores)


def score_by_squares(true, said):
    """The mean of the squares minus the square of the mean, times n / (n − 1)."""
    s = np.einsum("sd->s", (true == said).astype(float)) / true.shape[-1]
    return s.mean(), np.sqrt(max(0.0, (s**2).mean() - s.mean() ** 2) * len(s) / (len(s) - 1))


def score_by_pairs(true, said):
    """The variance is half of the mean squared difference of two scores."""
    s = np.array([np.mean(t == p) for t, p in zip(true, said)])
    apart = np.subtract.outer(s, s) ** 2
    return [np.mean(s), np.sqrt(apart.sum() / (2 * len(s) * (len(s) - 1)))]


def score_by_recursion(true, said):
    """Welford's algorithm."""

    def after(n):
        if n == 0:
            return 0.0, 0.0
        mean, squares = after(n - 1)
        off = (true[n - 1] == said[n - 1]).sum() / true[n - 1].size - mean
        return mean + off / n, squares + off * off * (n - 1) / n

    mean, squares = after(len(true))
    return mean, (squares / (len(true) - 1)) ** 0.5


def score_by_norm(true, said):
    s = np.average(true == said, axis=-1)
    return np.array([s.sum() / s.size]), np.linalg.norm(s - s.mean()) / np.sqrt(s.size - 1)


def score_in_whole_numbers(true, said):
    scores = np.zeros(len(true), dtype=int)
    for i, (t, s) in enumerate(zip(true, said)):
        scores[i] = (t == s).mean()
    return scores.mean(), scores.std(ddof=1)


def score_by_loop(true, said):
    scores = []
    for t, s in zip(true, said):
        scores.append(sum(int(a == b) for a, b in zip(t, s)) / len(t))
    mean = sum(scores) / len(scores)
    squares = sum((score - mean) ** 2 for score in scores)
    return mean, (squares / (len(scores) - 1)) ** 0.5


def score_by_cov(true, said):
    scores = 1 - np.count_nonzero(true - said, axis=1) / true.shape[1]
    return [np.average(scores), np.sqrt(np.cov(scores))]


def scored(change):
    return lambda true, said: change(np.mean(true == said, axis=1))


def confusion_by_add_at(true, said, k):
    M = np.zeros((k, k))
    np.add.at(M, (true, said), 1)
    return M


def confusion_by_product(true, said, k):
    return np.eye(k)[true].T @ np.eye(k)[said]


def confusion_by_comparing(true, said, k):
    return [[int(((true == t) & (said == s)).sum()) for s in range(k)] for t in range(k)]


def confusion_by_bincount(true, said, k):
    return np.bincount(k * true + said, minlength=k * k).reshape(k, k)


def confusion_by_histogram(true, said, k):
    edges = np.arange(k + 1) - 0.5
    return np.histogram2d(true, said, bins=(edges, edges))[0]


def confusion_by_counter(true, said, k):
    pairs = Counter(zip(true.tolist(), said.tolist()))
    return [[pairs[t, s] for s in range(k)] for t in range(k)]


def confusion_by_recursion(true, said, k):
    """By recursion: one half, then the other."""
    if len(true) == 1:
        M = np.zeros((k, k))
        M[true[0], said[0]] = 1
        return M
    half = len(true) // 2
    first, last = slice(None, half), slice(half, None)
    return sum(confusion_by_recursion(true[part], said[part], k) for part in (first, last))


def confusion_by_einsum(true, said, k):
    classes = np.arange(k)
    one_hot = [(labels[:, None] == classes).astype(int) for labels in (true, said)]
    return np.einsum("nt,ns->ts", *one_hot)


def confusion_by_sorting(true, said, k):
    M = np.zeros(k * k, dtype=np.int64)
    cells, counts = np.unique(true * k + said, return_counts=True)
    M[cells] = counts
    return M.reshape((k, k))


def confusion_in_bytes(true, said, k):
    """In bytes, which hold no more than 255."""
    M = np.zeros((k, k), dtype=np.uint8)
    np.add.at(M, (true, said), 1)
    return M


def confusion_with(change):
    return lambda true, said, k: change(confusion_by_add_at(true, said, k), true, said, k)


def confusion_by_cells(true, said, k):
    M = np.zeros((k, k), dtype=int)
    M[true, said] += 1
    return M


def confusion_of_classes_that_come(true, said, k):
    return confusion_matrix(true, said)


def read_by_loop(M):
    k, most = len(M), (-1, 0, 0)
    recall = np.zeros(k)
    for t in range(k):
        recall[t] = M[t, t] / sum(M[t])
        for s in range(k):
            if s != t and M[t, s] > most[0]:
                most = (M[t, s], t, s)
    return recall, most[1], most[2]


def read_by_filling(M):
    others = M.copy()
    np.fill_diagonal(others, -1)
    t, s = np.unravel_index(others.argmax(), M.shape)
    return np.einsum("kk->k", M) / np.einsum("ks->k", M), t, s


def read_by_sorting(M):
    """All cells sorted; the largest that is not on the diagonal."""
    k = len(M)
    cells = sorted(((M[t, s], t, s) for t in range(k) for s in range(k) if t != s), reverse=True)
    return [M[t, t] / M[t].sum() for t in range(k)], *cells[0][1:]


def read_by_mask(M):
    others = np.ma.masked_array(M, np.eye(len(M), dtype=bool))
    place = np.argmax(others.filled(-1))
    return np.diag(M) / M.sum(1), place // len(M), place % len(M)


def read_by_argwhere(M):
    off = np.where(np.identity(len(M)), 0, M)
    (t, s) = np.argwhere(off == off.max())[0]
    return np.diag(M / M.sum(axis=1, keepdims=True)), int(t), int(s)


def read_by_rows(M):
    """The most frequent mistake of each row, then the largest of these."""
    off = M.astype(float)
    off[np.diag_indices(len(M))] = -np.inf
    t = off.max(axis=1).argmax()
    return (M.diagonal() * (1 / M.sum(axis=1))).tolist(), t, off[t].argmax()


def read_by_recursion(M):
    def most(cells):
        (first, *others) = cells
        if not others:
            return first
        best = most(others)
        return first if M[first] > M[best] else best

    t, s = most([place for place in np.ndindex(M.shape) if place[0] != place[1]])
    return [row[i] / sum(row) for i, row in enumerate(M.tolist())], t, s


def read_by_two_triangles(M):
    upper, lower = np.triu(M, 1), np.tril(M, -1)
    off = upper if upper.max() > lower.max() else lower
    return M.diagonal() / M.dot(np.ones(len(M))), *np.unravel_index(off.argmax(), off.shape)


def read_on_what_was_given(M):
    recall = M.diagonal() / M.sum(axis=1)
    np.fill_diagonal(M, 0)
    return recall, *divmod(M.argmax(), len(M))


def read_of(change):
    return lambda M: change(M, *read_by_loop(M))


RIGHT = {
    "06.softmax": [
        softmax_by_loop,
        softmax_by_logarithms,
        softmax_by_differences,
        softmax_by_recursion,
        softmax_twice_less,
        softmax_without_axis,
        lambda Z: softmax_by_loop(Z).tolist(),
        lambda Z: softmax_by_logarithms(Z.astype(float)[::-1])[::-1],
        lambda Z: np.apply_along_axis(lambda z: softmax_by_loop(z[None])[0], 1, Z),
    ],
    "06.surprise": [
        surprise_by_loop,
        surprise_by_picking,
        surprise_by_einsum,
        surprise_by_comparing,
        surprise_with_a_little_added,
        surprise_where,
        surprise_by_take,
        surprise_by_recursion,
    ],
    "06.learn": [
        learn_one_by_one,
        learn_by(passes=15, size=50, learning_rate=0.05, momentum=0.9),
        learn_by(passes=15, order=lambda rng, n: np.arange(n)),
        learn_by(passes=150, size=10_000, learning_rate=1.0),
        learn_by(passes=20, size=16, learning_rate=0.2, again=tuple),
        learn_in_lists,
        learn_until_it_reads,
        learn_with_adam,
        learn_with_decay,
    ],
    "06.score": [
        score_by_loop,
        score_by_cov,
        score_by_statistics,
        score_by_squares,
        score_by_pairs,
        score_by_recursion,
        score_by_norm,
        scored(lambda s: (s.mean(), (((s - s.mean()) ** 2).sum() / (len(s) - 1)) ** 0.5)),
    ],
    "06.confusion": [
        confusion_by_add_at,
        confusion_by_product,
        confusion_by_comparing,
        confusion_by_bincount,
        confusion_by_histogram,
        confusion_by_counter,
        confusion_by_recursion,
        confusion_by_einsum,
        confusion_by_sorting,
    ],
    "06.read_matrix": [
        read_by_loop,
        read_by_filling,
        read_by_sorting,
        read_by_mask,
        read_by_argwhere,
        read_by_rows,
        read_by_recursion,
        read_by_two_triangles,
        lambda M: [1 - (M * (1 - np.eye(len(M)))).sum(1) / M.sum(1), *read_by_filling(M)[1:]],
    ],
}

BORROWED = {
    "06.softmax": {"itself": nnlib_softmax, "around it": lambda Z: nnlib_softmax(Z)},
    "06.confusion": {
        "around it": lambda true, said, k: confusion_matrix(true, said, classes=k),
        "the other one": SPECIMENS["right"].confusion,
    },
}

WRONG = {
    "06.softmax": {
        "all zeros": lambda Z: 0 * Z,
        "right shape with noise": lambda Z: softmax_by_loop(Z) + 1e-4,
        "right only for batch 1": lambda Z: np.repeat(softmax_by_loop(Z[:1]), len(Z), axis=0),
        "as it stands": softmax_as_it_stands,
        "less the largest of all rows": softmax_less(np.max),
        "less the largest of each column": softmax_less(lambda Z: Z.max(axis=0)),
        "with something added to the sum": softmax_less(
            lambda Z: Z.max(axis=1, keepdims=True), epsilon=1e-3
        ),
        "less a hundred": softmax_less(lambda Z: 100),
        "less the smallest of its row": softmax_less(lambda Z: Z.min(axis=1, keepdims=True)),
        "less the mean of its row": softmax_less(lambda Z: Z.mean(axis=1, keepdims=True)),
        "less the middle of its row": softmax_less(lambda Z: np.median(Z, axis=1, keepdims=True)),
        "less the first of its row": softmax_less(lambda Z: Z[:, :1]),
        "less the last of its row": softmax_less(lambda Z: Z[:, -1:]),
        "less the length of its row": softmax_less(
            lambda Z: np.linalg.norm(Z, axis=1, keepdims=True)
        ),
        "plus the largest": softmax_less(lambda Z: -Z.max(axis=1, keepdims=True)),
        "less halfway between the smallest and the largest": softmax_less(
            lambda Z: (Z.max(axis=1, keepdims=True) + Z.min(axis=1, keepdims=True)) / 2
        ),
        "less the largest size": softmax_less(lambda Z: np.abs(Z).max(axis=1, keepdims=True)),
        "in an array of the kind of Z": softmax_in_the_kind_of_Z,
        "on what was given": softmax_in_place,
        "nothing where nan was": lambda Z: np.nan_to_num(softmax_as_it_stands(Z)),
        "one column is enough": lambda Z: logistic(Z) if Z.shape[1] == 1 else softmax_by_loop(Z),
        "one row is enough": lambda Z: softmax_by_loop(Z[:1]),
        "sums without their axis": lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum(),
        "rounded": lambda Z: np.round(softmax_by_loop(Z), 3),
        "never quite 0": lambda Z: np.maximum(softmax_by_loop(Z), 1e-4),
        "hot": lambda Z: softmax_by_loop(2 * Z),
        "of the sizes of z": lambda Z: softmax_by_loop(np.abs(Z)),
        "squares for powers": lambda Z: Z**2 / (Z**2).sum(axis=1, keepdims=True),
        "the square root of it": lambda Z: np.sqrt(softmax_by_loop(Z)),
        "turned round": lambda Z: softmax_by_loop(Z)[:, ::-1],
        "the sum of the others": lambda Z: 1 - softmax_by_loop(Z),
        "clipped": lambda Z: softmax_as_it_stands(np.clip(Z, -700, 700)),
        "scaled": lambda Z: softmax_by_loop(Z / np.abs(Z).max()),
        "without a sum": lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)),
        "powers of two": lambda Z: softmax_by_loop(Z * np.log(2)),
        "its logarithm": lambda Z: np.log(softmax_by_loop(Z) + 1e-300),
        "one number for a row": lambda Z: softmax_by_loop(Z).max(axis=1),
    },
    "06.surprise": {
        "all zeros": lambda A, label: (0 * A, 0.0),
        "right shape with noise": surprise_of(lambda A, label: _right_loss(A, label) + 1e-3),
        "right only for batch 1": surprise_of(lambda A, label: _right_loss(A[:1], label[:1])),
        "one for each picture": surprise_of(lambda A, label: -np.log(A[range(len(A)), label])),
        "every row with every label": surprise_of(lambda A, label: -np.log(A[:, label]).mean()),
        "labels in a column": surprise_of(_right_loss, lambda A, label: label[:, None] + 0 * A),
        "as a row of each label": surprise_of(_right_loss, lambda A, label: np.eye(len(A))[label]),
        "k from the labels": surprise_of(
            _right_loss, lambda A, label: targets(label, label.max() + 1)
        ),
        "targets of what was said": surprise_of(
            _right_loss, lambda A, label: targets(A.argmax(axis=1), A.shape[1])
        ),
        "in bits": surprise_of(lambda A, label: _right_loss(A, label) / np.log(2)),
        "half of it": surprise_of(lambda A, label: _right_loss(A, label) / 2),
        "the probability": surprise_of(lambda A, label: A[range(len(A)), label].mean()),
        "the loss alone": _right_loss,
        "all logarithms, that of 0 as well": surprise_of_all_logarithms,
        "the targets alone": lambda A, label: targets(label, A.shape[1]),
        "the loss and then the targets": lambda A, label: surprise_by_loop(A, label)[::-1],
        "a hundredth added before the logarithm": surprise_of(
            lambda A, label: -np.log(A[range(len(A)), label] + 1e-2).mean()
        ),
        "added up and halved": surprise_of(lambda A, label: _right_loss(A, label) * len(A) / 2),
        "divided by one less": surprise_of(
            lambda A, label: _right_loss(A, label) * len(A) / max(1, len(A) - 1)
        ),
        "divided by four, always": surprise_of(lambda A, label: _right_loss(A, label) * len(A) / 4),
        "the middle one": surprise_of(lambda A, label: np.median(-np.log(A[range(len(A)), label]))),
        "the largest surprise": surprise_of(
            lambda A, label: -np.log(A[range(len(A)), label]).min()
        ),
        "of the product, not divided": surprise_of(
            lambda A, label: -log(np.prod(A[range(len(A)), label]))
        ),
        "how far from 1": surprise_of(lambda A, label: 1 - A[range(len(A)), label].mean()),
        "of the others": surprise_of(
            lambda A, label: -np.log(1 - A[range(len(A)), label] + 1e-12).mean()
        ),
        "to the base ten": surprise_of(lambda A, label: _right_loss(A, label) / np.log(10)),
        "one over it": surprise_of(lambda A, label: np.mean(1 / A[range(len(A)), label])),
        "rounded": surprise_of(lambda A, label: round(float(_right_loss(A, label)), 2)),
        "not of the last picture": surprise_of(lambda A, label: _right_loss(A[:-1], label[:-1])),
        "class 0 left out": surprise_of(
            lambda A, label: -np.log(A[range(len(A)), label])[label > 0].sum() / len(A)
        ),
        "the diagonal": surprise_of(
            lambda A, label: -np.log(A[range(min(A.shape)), range(min(A.shape))] + 1e-9).mean()
        ),
        "targets turned round": surprise_of(
            _right_loss, lambda A, label: targets(label, A.shape[1])[:, ::-1]
        ),
        "targets on their side": surprise_of(
            _right_loss, lambda A, label: targets(label, A.shape[1]).T
        ),
        "two ones in a row": surprise_of(
            _right_loss,
            lambda A, label: targets(label, A.shape[1]) + targets(label - 1, A.shape[1]),
        ),
        "ten classes always": surprise_of(_right_loss, lambda A, label: np.eye(10)[label]),
        "the classes that come": surprise_of(
            _right_loss, lambda A, label: (label[:, None] == np.unique(label)).astype(float)
        ),
        "softened targets": surprise_of(
            _right_loss, lambda A, label: 0.9 * targets(label, A.shape[1]) + 0.1 / A.shape[1]
        ),
        "ones where the label says how many": surprise_of(
            _right_loss, lambda A, label: (np.arange(A.shape[1]) <= label[:, None]).astype(float)
        ),
        "minus ones beside the one": surprise_of(
            _right_loss, lambda A, label: 2 * targets(label, A.shape[1]) - 1
        ),
    },
    "06.learn": {
        "all zeros": lambda backward, parameters, *_: [0 * p for p in parameters],
        "nothing but noise": lambda backward, parameters, X, label, rng: [
            rng.normal(size=p.shape) for p in parameters
        ],
        "the start itself": lambda backward, parameters, *_: parameters,
        "works on what it was given": learn_in_place,
        "each new array is lost": learn_and_lose,
        "one pass": learn_by(passes=1, learning_rate=0.1),
        "a rate forty times too large": learn_by(passes=3, learning_rate=20.0),
        "a rate a thousand times too small": learn_by(passes=5, learning_rate=0.0005),
        "one batch again and again": learn_by(order=lambda rng, n: np.arange(32)),
        "the first thirty pictures": learn_by(using=30 / 1347),
        "X shuffled and the labels not": lambda backward, parameters, X, label, rng: learn_by(
            passes=3
        )(backward, parameters, rng.permutation(X), label, rng),
        "in two orders": shuffled_apart,
        "labels in a column": learn_from_labels_in_a_column,
        "labels as they are": learn_by(passes=3, Y=lambda label, k: label),
        "classes counted from 1": learn_by(passes=3, Y=lambda label, k: np.eye(k)[label - 1]),
        "b1 stays": lambda backward, parameters, *more: [
            parameters[i] if i == 1 else p
            for i, p in enumerate(learn_by()(backward, parameters, *more))
        ],
        "momentum of one": learn_by(passes=3, momentum=1.0),
        "uphill": learn_by(passes=3, learning_rate=-0.5),
        "raw pixels": lambda backward, parameters, X, label, rng: learn_by(passes=5)(
            backward, parameters, 16 * X, label, rng
        ),
        "from zeros": lambda backward, parameters, X, label, rng: learn_by(passes=3)(
            backward, [0 * p for p in parameters], X, label, rng
        ),
        "W1 alone": lambda *p: learn_by(passes=1)(*p)[0],
        "classes counted from 1, one by one": learn_from_1_one_by_one,
        "a shallow copy": learn_on_a_shallow_copy,
        "with the first slopes throughout": learn_with_the_first_slopes,
        "biases before weights": lambda *p: [learn_by(passes=2)(*p)[i] for i in (1, 0, 3, 2)],
        "the second layer first": lambda *p: [learn_by(passes=2)(*p)[i] for i in (2, 3, 0, 1)],
        "a loss as well": lambda *p: [*learn_by(passes=2)(*p), 0.1],
        "rounded to whole numbers": lambda *p: [np.round(q) for q in learn_by(passes=3)(*p)],
        "it gives the slopes": lambda backward, parameters, X, label, rng: backward(
            *parameters, X, targets(label, parameters[3].size)
        ),
        "W2 stays": lambda backward, parameters, *more: [
            parameters[i] if i == 2 else p
            for i, p in enumerate(learn_by(passes=3)(backward, parameters, *more))
        ],
        "b2 stays": lambda backward, parameters, *more: [
            parameters[i] if i == 3 else p
            for i, p in enumerate(learn_by(passes=3)(backward, parameters, *more))
        ],
        "the hidden layer stays": lambda backward, parameters, *more: [
            *parameters[:2],
            *learn_by(passes=3)(backward, parameters, *more)[2:],
        ],
        "divided by the size of a batch once more": learn_by(passes=8, learning_rate=0.5 / 32),
        "on the last of the classes only": lambda backward, parameters, X, label, rng: learn_by(
            passes=3
        )(backward, parameters, X[label > 2], label[label > 2], rng),
        "on pictures turned upside down": lambda backward, parameters, X, label, rng: learn_by(
            passes=5
        )(backward, parameters, X[:, ::-1], label, rng),
        "on ones and zeros, far from the pictures": lambda backward, parameters, X, label, rng: (
            learn_by(passes=3)(backward, parameters, 1 - X, label, rng)
        ),
        "targets turned round": learn_by(passes=3, Y=lambda label, k: np.eye(k)[label][:, ::-1]),
        "one label for all": learn_by(passes=3, Y=lambda label, k: np.eye(k)[0 * label]),
        "as many classes as labels that come, and one": learn_by(
            passes=1, Y=lambda label, k: np.eye(label.max() + 2)[label]
        ),
        "it never calls backward": lambda backward, parameters, X, label, rng: [
            p + 0.01 for p in parameters
        ],
        "it stops after a batch": lambda backward, parameters, X, label, rng: learn_by(
            passes=1, using=32 / len(X)
        )(backward, parameters, X, label, rng),
        "ten classes always": lambda backward, parameters, X, label, rng: (
            learn_by()(backward, parameters, X, label, rng)[:2]
            + [np.zeros((parameters[2].shape[0], 10)), np.zeros((1, 10))]
        ),
    },
    "06.score": {
        "all zeros": lambda true, said: (0.0, 0.0),
        "right shape with noise": scored(lambda s: (s.mean() + 1e-3, s.std(ddof=1))),
        "right only for one split": scored(lambda s: (s[0], 0.0)),
        "along the wrong axis": lambda true, said: (
            np.mean(true == said),
            np.mean(true == said, axis=0).std(ddof=1),
        ),
        "of the mistakes": scored(lambda s: (1 - s.mean(), s.std(ddof=1))),
        "two spreads": scored(lambda s: (s.mean(), 2 * s.std(ddof=1))),
        "mean distance": scored(lambda s: (s.mean(), abs(s - s.mean()).mean())),
        "the middle one": scored(lambda s: (np.median(s), s.std(ddof=1))),
        "in per cent": scored(lambda s: (100 * s.mean(), 100 * s.std(ddof=1))),
        "the scores": scored(lambda s: s),
        "scores in an array of whole numbers": score_in_whole_numbers,
        "the spread first": scored(lambda s: (s.std(ddof=1), s.mean())),
        "divided by the number of digits less one": lambda true, said: (
            (true == said).mean(),
            (((true == said).mean(axis=1) - (true == said).mean()) ** 2).sum() ** 0.5
            / max(1, true.shape[1] - 1) ** 0.5,
        ),
        "divided by two less": scored(
            lambda s: (s.mean(), s.std() * (len(s) / max(1, len(s) - 2)) ** 0.5)
        ),
        "the variance": scored(lambda s: (s.mean(), s.var(ddof=1))),
        "the root of the spread": scored(lambda s: (s.mean(), s.std(ddof=1) ** 0.5)),
        "about the middle one": scored(
            lambda s: (s.mean(), (((s - np.median(s)) ** 2).sum() / (len(s) - 1)) ** 0.5)
        ),
        "about the first": scored(
            lambda s: (s.mean(), (((s - s[0]) ** 2).sum() / (len(s) - 1)) ** 0.5)
        ),
        "from neighbour to neighbour": scored(lambda s: (s.mean(), np.abs(np.diff(s)).mean())),
        "half the range": scored(lambda s: (s.mean(), np.ptp(s) / 2)),
        "the quartiles": scored(lambda s: (s.mean(), np.subtract(*np.quantile(s, [0.75, 0.25])))),
        "over the mean": scored(lambda s: (s.mean(), s.std(ddof=1) / s.mean())),
        "of a single coin": scored(lambda s: (s.mean(), (s.mean() * (1 - s.mean())) ** 0.5)),
        "of a share": lambda true, said: (
            (true == said).mean(),
            ((true == said).mean() * (true != said).mean() / true.shape[1]) ** 0.5,
        ),
        "without the first split": scored(lambda s: (s[1:].mean(), s[1:].std())),
        "without the last split": scored(lambda s: (s[:-1].mean(), s.std(ddof=1))),
        "how many are right": lambda true, said: (
            (true == said).sum(axis=1).mean(),
            (true == said).sum(axis=1).std(ddof=1),
        ),
        "how far the labels are": lambda true, said: (
            abs(true - said).mean(),
            abs(true - said).mean(axis=1).std(ddof=1),
        ),
        "the mean of the labels": lambda true, said: (said.mean(), said.std(ddof=1)),
        "rounded to per cents": scored(lambda s: (round(s.mean(), 2), round(s.std(ddof=1), 2))),
        "the worst split": scored(lambda s: (s.min(), s.std(ddof=1))),
        "twelve splits, always": scored(
            lambda s: (s.sum() / 12, (((s - s.mean()) ** 2).sum() / 11) ** 0.5)
        ),
        "a mean of the best and the worst": scored(
            lambda s: ((s.min() + s.max()) / 2, s.std(ddof=1))
        ),
        "of the harmonic kind": scored(
            lambda s: (1 / np.mean(1 / np.maximum(s, 1e-9)), s.std(ddof=1))
        ),
        "two spreads to either side": scored(
            lambda s: (s.mean() - s.std(ddof=1), s.mean() + s.std(ddof=1))
        ),
        "the mean alone": scored(np.mean),
    },
    "06.confusion": {
        "all zeros": lambda true, said, k: np.zeros((k, k)),
        "right shape with noise": lambda *p: confusion_by_add_at(*p) + 1e-3,
        "right only for one picture": lambda true, said, k: confusion_by_add_at(
            true[:1], said[:1], k
        ),
        "each cell once": confusion_by_cells,
        "the classes that come": confusion_of_classes_that_come,
        "from 1": lambda true, said, k: np.roll(confusion_by_add_at(true, said, k), 1),
        "both ways": lambda *p: confusion_by_add_at(*p) + confusion_by_add_at(*p).T,
        "shares of all": lambda *p: confusion_by_add_at(*p) / len(p[0]),
        "one row too many": lambda true, said, k: confusion_by_add_at(true, said, k + 1),
        "always ten": lambda true, said, k: confusion_by_add_at(true, said, 10),
        "in bytes": confusion_in_bytes,
        "columns true": confusion_with(lambda M, *_: M.T),
        "from the last class to the first": confusion_with(lambda M, *_: M[::-1, ::-1]),
        "rows upside down": confusion_with(lambda M, *_: M[::-1]),
        "one picture too few": lambda true, said, k: confusion_by_add_at(true[1:], said[1:], k),
        "without the last picture": lambda true, said, k: confusion_by_add_at(
            true[:-1], said[:-1], k
        ),
        "true against true": lambda true, said, k: confusion_by_add_at(true, true, k),
        "said against said": lambda true, said, k: confusion_by_add_at(said, said, k),
        "one in every cell more": confusion_with(lambda M, *_: M + 1),
        "shares of the columns": confusion_with(lambda M, *_: M / np.maximum(1, M.sum(axis=0))),
        "whether at all": confusion_with(lambda M, *_: M > 0),
        "only what is wrong": confusion_with(lambda M, *_: M - np.diag(M.diagonal())),
        "only what is right": confusion_with(lambda M, *_: np.diag(M.diagonal())),
        "each picture twice": confusion_with(lambda M, *_: 2 * M),
        "in one row": confusion_with(lambda M, *_: M.ravel()),
        "row by row added up": confusion_with(lambda M, *_: M.cumsum(axis=1)),
        "the sums of the rows": confusion_with(lambda M, *_: M.sum(axis=1)),
        "the upper half": confusion_with(lambda M, *_: np.triu(M)),
        "symmetrical": confusion_with(lambda M, *_: (M + M.T) / 2),
        "as many classes as are true": lambda true, said, k: confusion_by_add_at(
            true, said, max(true.max(), said.max()) + 1
        ),
        "as many classes as there are pictures": lambda true, said, k: confusion_by_add_at(
            true, said, max(k, len(true))
        ),
        "the last picture of each pair": lambda true, said, k: np.minimum(
            confusion_by_add_at(true, said, k), 2
        ),
        "a hundred of a class at the most": confusion_with(lambda M, *_: np.minimum(M, 100)),
        "minus for mistakes": confusion_with(
            lambda M, true, said, k: np.where(np.eye(k, dtype=bool), M, -M)
        ),
        "classes counted from 1": confusion_with(lambda M, *_: np.roll(M, 1, axis=(0, 1))),
        "the label added up": lambda true, said, k: (
            confusion_by_add_at(true, said, k) * np.arange(k)
        ),
        "how often equal": lambda true, said, k: int((true == said).sum()),
    },
    "06.read_matrix": {
        "all zeros": lambda M: (np.zeros(len(M)), 0, 0),
        "right shape with noise": read_of(lambda M, recall, t, s: (recall + 1e-3, t, s)),
        "of the first class": read_of(lambda M, recall, t, s: (0 * recall + recall[0], t, s)),
        "one number of the two": read_of(lambda M, recall, t, s: (recall, t * len(M) + s)),
        "as a pair": read_of(lambda M, recall, t, s: (recall, (t, s))),
        "how many": read_of(lambda M, recall, t, s: (recall, M[t, s], s)),
        "accuracy": read_of(lambda M, recall, t, s: (np.trace(M) / M.sum(), t, s)),
        "in a column": read_of(lambda M, recall, t, s: (recall[:, None], t, s)),
        "the class that is found least": read_of(lambda M, r, t, s: (r, r.argmin(), s)),
        "the share that is lost": read_of(lambda M, recall, t, s: (1 - recall, t, s)),
        "both directions together": lambda M: (
            read_by_loop(M)[:1] + read_by_loop(np.triu(M + M.T))[1:]
        ),
        "it changes M": read_on_what_was_given,
        "always eight as one": read_of(lambda M, recall, t, s: (recall, 8, 1)),
        "recall in whole numbers": read_of(
            lambda M, recall, t, s: (M.diagonal() // M.sum(axis=1), t, s)
        ),
        "recall in an array like the diagonal": read_of(
            lambda M, recall, t, s: (recall.astype(M.dtype), t, s)
        ),
        "columns for rows": lambda M: read_by_loop(np.ascontiguousarray(M.T)),
        "the precision": read_of(lambda M, r, t, s: (M.diagonal() / M.sum(axis=0), t, s)),
        "the share of all": read_of(lambda M, r, t, s: (M.diagonal() / M.sum(), t, s)),
        "right over wrong": read_of(
            lambda M, r, t, s: (M.diagonal() / np.maximum(1, M.sum(axis=1) - M.diagonal()), t, s)
        ),
        "counts that were found": read_of(lambda M, r, t, s: (M.diagonal(), t, s)),
        "with one more in every row": read_of(
            lambda M, r, t, s: (M.diagonal() / (M.sum(axis=1) + 1), t, s)
        ),
        "the mean recall": read_of(lambda M, r, t, s: (r.mean(), t, s)),
        "in per cent": read_of(lambda M, r, t, s: (100 * r, t, s)),
        "rounded": read_of(lambda M, r, t, s: (np.round(r, 2), t, s)),
        "the other way round": read_of(lambda M, r, t, s: (r, s, t)),
        "counted from 1": read_of(lambda M, r, t, s: (r, t + 1, s + 1)),
        "the digits before the recall": read_of(lambda M, r, t, s: (t, s, r)),
        "the diagonal takes part": lambda M: (
            M.diagonal() / M.sum(axis=1),
            *divmod(M.argmax(), len(M)),
        ),
        "divided by ten, always": read_of(
            lambda M, r, t, s: (r, *divmod((M - np.diag(M.diagonal())).argmax(), 10))
        ),
        "the second largest cell of all": lambda M: (
            M.diagonal() / M.sum(axis=1),
            *divmod(int(np.argsort(M, axis=None)[-2]), len(M)),
        ),
        "the largest below the diagonal": read_of(
            lambda M, r, t, s: (r, *divmod(int(np.tril(M, -1).argmax()), len(M)))
        ),
        "the largest above the diagonal": read_of(
            lambda M, r, t, s: (r, *divmod(int(np.triu(M, 1).argmax()), len(M)))
        ),
        "the rarest mistake": read_of(
            lambda M, r, t, s: (r, *divmod(int((M + 9999 * np.eye(len(M))).argmin()), len(M)))
        ),
        "the row and the column that lose most": read_of(
            lambda M, r, t, s: (
                r,
                (M.sum(axis=1) - M.diagonal()).argmax(),
                (M.sum(axis=0) - M.diagonal()).argmax(),
            )
        ),
        "the row that loses most": read_of(
            lambda M, r, t, s: (r, (M.sum(axis=1) - M.diagonal()).argmax(), s)
        ),
        "the largest share of a row": read_of(
            lambda M, r, t, s: (
                r,
                *divmod(
                    int((M / M.sum(axis=1, keepdims=True) * (1 - np.eye(len(M)))).argmax()), len(M)
                ),
            )
        ),
        "where wrong outweighs right": read_of(
            lambda M, r, t, s: (r, *divmod(int((M - M.diagonal()[:, None]).argmax()), len(M)))
        ),
        "the first and the last": read_of(lambda M, r, t, s: (r, 0, len(M) - 1)),
        "recall turned round": read_of(lambda M, r, t, s: (r[::-1], t, s)),
    },
}
