"""Right and wrong answers to exercise 07, for tests/test_exercise_checks.py."""

from math import exp, fsum, log

import numpy as np

from nnlib import confusion_matrix, logistic
from nnlib.bugs import SPECIMENS, targets


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
    """One over the sum of e to how far each z is below each other: nothing to overflow but inf."""
    with np.errstate(over="ignore"):
        return 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)


def softmax_by_recursion(Z):
    """The last row, below all the others."""
    if len(Z) == 0:
        return np.empty(Z.shape)
    last = np.exp(Z[-1] - max(Z[-1]))
    return np.vstack([softmax_by_recursion(Z[:-1]), last / sum(last)])


def softmax_twice_less(Z):
    """The column of the largest, by sorting; the logarithm of the sum is taken off as well."""
    less = Z - np.sort(Z)[:, -1:]
    return np.exp(less - np.log(np.einsum("sk->s", np.exp(less)))[:, None])


def softmax_without_axis(Z):
    """Turned on its side, where rows broadcast by themselves."""
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
    """Something taken from Z, and something added to the sum."""

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
    """Lists of lists, and one logarithm, that of a product."""
    Y = [[float(k == own) for k in range(A.shape[1])] for own in label]
    told = [A[s, own] for s, own in enumerate(label)]
    return Y, -log(np.prod(told)) / len(told)


def surprise_with_a_little_added(A, label):
    """1e-12 keeps the logarithm from 0, and changes nothing that can be seen."""
    Y = np.eye(A.shape[1])[label]
    return Y, -(Y * np.log(A + 1e-12)).sum(axis=1).mean()


def surprise_where(A, label):
    Y = np.arange(A.shape[1]) == np.reshape(label, (-1, 1))
    return Y, np.mean(np.where(Y, -np.log(np.where(Y, A, 1)), 0).max(axis=1))


def surprise_by_take(A, label):
    told = np.take_along_axis(A, label[:, None], axis=1)
    return np.identity(A.shape[1])[label], np.array([-np.average(np.log(told))])


def surprise_by_recursion(A, label):
    """Of the first picture, and of the others."""
    Y, one = np.eye(A.shape[1])[label[:1]], -log(A[0, label[0]])
    if len(label) == 1:
        return Y, one
    below, loss = surprise_by_recursion(A[1:], label[1:])
    return np.vstack([Y, below]), (one + loss * (len(label) - 1)) / len(label)


def surprise_of_all_logarithms(A, label):
    """0 times the logarithm of 0 is no number."""
    Y = np.eye(A.shape[1])[label]
    return Y, -(Y * np.log(A)).sum(axis=1).mean()


def surprise_of(loss, Y=lambda A, label: targets(label, A.shape[1])):
    return lambda A, label: (Y(A, label), loss(A, label))


def _right_loss(A, label):
    return surprise_by_picking(A, label)[1]


def learn_by(
    passes=20, size=32, rate=0.5, momentum=0.0, order=None, Y=targets, again=None, using=1.0
):
    """Steps with these settings; `order` says in which order the samples come, of rng and n."""

    def learn(backward, parameters, X, label, rng):
        Y_ = Y(label, parameters[3].shape[1])
        X, Y_ = X[: int(using * len(X))], Y_[: int(using * len(X))]
        moves = [0 * p for p in parameters]
        for _ in range(passes):
            i = order(rng, len(X)) if order else rng.permutation(len(X))
            for batch in np.split(i, range(size, len(X), size)):
                gradients = backward(*parameters, X[batch], Y_[batch])
                moves = [momentum * m - rate * g for m, g in zip(moves, gradients)]
                parameters = [p + m for p, m in zip(parameters, moves)]
        return again(parameters) if again else parameters

    return learn


def learn_one_by_one(backward, parameters, X, label, rng):
    """Single samples, picked at random, arrays of one's own changed in place."""
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
    """Each p is a new array that nobody keeps."""
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


def read_on_what_was_given(M):
    recall = M.diagonal() / M.sum(axis=1)
    np.fill_diagonal(M, 0)
    return recall, *divmod(M.argmax(), len(M))


def read_of(change):
    return lambda M: change(M, *read_by_loop(M))


RIGHT = {
    "07.softmax": [
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
    "07.surprise": [
        surprise_by_loop,
        surprise_by_picking,
        surprise_by_einsum,
        surprise_by_comparing,
        surprise_with_a_little_added,
        surprise_where,
        surprise_by_take,
        surprise_by_recursion,
    ],
    "07.learn": [
        learn_one_by_one,
        learn_by(passes=15, size=50, rate=0.05, momentum=0.9),
        learn_by(passes=15, order=lambda rng, n: np.arange(n)),
        learn_by(passes=150, size=10_000, rate=1.0),
        learn_by(passes=20, size=16, rate=0.2, again=tuple),
    ],
    "07.score": [
        score_by_loop,
        score_by_cov,
        scored(lambda s: (s.mean(), (((s - s.mean()) ** 2).sum() / (len(s) - 1)) ** 0.5)),
    ],
    "07.confusion": [
        confusion_by_add_at,
        confusion_by_product,
        confusion_by_comparing,
        lambda true, said, k: confusion_matrix(true, said, classes=k),
    ],
    "07.read_matrix": [
        read_by_loop,
        read_by_filling,
        lambda M: [1 - (M * (1 - np.eye(len(M)))).sum(1) / M.sum(1), *read_by_filling(M)[1:]],
    ],
}

WRONG = {
    "07.softmax": {
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
    "07.surprise": {
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
    "07.learn": {
        "all zeros": lambda backward, parameters, *_: [0 * p for p in parameters],
        "nothing but noise": lambda backward, parameters, X, label, rng: [
            rng.normal(size=p.shape) for p in parameters
        ],
        "the start itself": lambda backward, parameters, *_: parameters,
        "works on what it was given": learn_in_place,
        "each new array is lost": learn_and_lose,
        "one pass": learn_by(passes=1, rate=0.1),
        "a rate forty times too large": learn_by(passes=3, rate=20.0),
        "a rate a thousand times too small": learn_by(passes=5, rate=0.0005),
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
        "uphill": learn_by(passes=3, rate=-0.5),
        "raw pixels": lambda backward, parameters, X, label, rng: learn_by(passes=5)(
            backward, parameters, 16 * X, label, rng
        ),
        "from zeros": lambda backward, parameters, X, label, rng: learn_by(passes=3)(
            backward, [0 * p for p in parameters], X, label, rng
        ),
        "W1 alone": lambda *p: learn_by(passes=1)(*p)[0],
        "ten classes always": lambda backward, parameters, X, label, rng: (
            learn_by()(backward, parameters, X, label, rng)[:2]
            + [np.zeros((parameters[2].shape[0], 10)), np.zeros((1, 10))]
        ),
    },
    "07.score": {
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
        "the mean alone": scored(np.mean),
    },
    "07.confusion": {
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
    },
    "07.read_matrix": {
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
    },
}
