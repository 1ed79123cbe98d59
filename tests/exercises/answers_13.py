"""Right and wrong answers to exercise 13, for tests/course/test_exercise_checks.py."""

import numpy as np

from nnlib import softmax
from nncourse.bugs import SPECIMENS
from nncourse.exercises.mystery import OFFERED, OFFERED_LATER, offered, offered_later

FIRST = ["hidden_slope_forgotten", "sum_for_mean", "bias_averaged"]
LAST = ["constant_init", "never_zeroed", "bad_luck"]
LATER = ["dropout_at_prediction", "adam_uncorrected", "stop_on_test"]
SEEN = [[1, 0, 1], [1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 1, 0], [0, 0, 0]]


def titles(names):
    return tuple((offered() | offered_later())[name] for name in names)


def each_wrong(names, offered=OFFERED):
    """The right names but one, which is replaced by each of the names offered."""
    for i, right in enumerate(names):
        for other in offered:
            if other != right:
                yield f"{other} for {right}", [*names[:i], other, *names[i + 1 :]]


def flipped(row, column):
    table = np.array(SEEN)
    table[row, column] = 1 - table[row, column]
    return table


def backward_by_sample(W1, b1, W2, b2, X, Y):
    total = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
    for x, y in zip(X, Y):
        a = np.tanh(x @ W1 + b1[0])
        delta2 = (softmax(a @ W2 + b2) - y)[0] / len(X)
        delta1 = np.array([W2[h] @ delta2 * (1 - a[h] ** 2) for h in range(len(a))])
        for t, g in zip(total, (np.outer(x, delta1), delta1, np.outer(a, delta2), delta2)):
            t += g
    return total


def backward_by_einsum(W1, b1, W2, b2, X, Y):
    A1 = np.tanh(np.einsum("si,ih->sh", X, W1) + b1)
    delta2 = (softmax(A1 @ W2 + b2) - Y) / X.shape[0]
    delta1 = np.einsum("so,ho,sh->sh", delta2, W2, 1 - A1 * A1)
    ones = np.ones((1, len(X)))
    return X.T @ delta1, ones @ delta1, A1.T @ delta2, ones @ delta2


def backward_with_a_column_of_ones(W1, b1, W2, b2, X, Y):
    ones = np.ones((len(X), 1))
    A0, bend = np.hstack([X, ones]), np.tanh
    A1 = np.hstack([bend(A0 @ np.vstack([W1, b1])), ones])
    delta2 = (softmax(A1 @ np.vstack([W2, b2])) - Y) / len(Y)
    G1, G2 = A0.T @ (delta2 @ W2.T * (1 - A1[:, :-1] ** 2)), A1.T @ delta2
    return G1[:-1], G1[-1:], G2[:-1], G2[-1:]


def backward_by_halves(W1, b1, W2, b2, X, Y):
    n, half = len(X), len(X) // 2
    if n == 1:
        return backward_by_einsum(W1, b1, W2, b2, X, Y)
    first = backward_by_halves(W1, b1, W2, b2, X[:half], Y[:half])
    last = backward_by_halves(W1, b1, W2, b2, X[half:], Y[half:])
    return tuple((half * f + (n - half) * g) / n for f, g in zip(first, last))


def backward_by_outer_products(W1, b1, W2, b2, X, Y):
    """The gradients of all samples, stacked, and their mean."""
    A1 = np.tanh(X @ W1 + b1)
    d2 = softmax(A1 @ W2 + b2) - Y
    d1 = (W2 @ d2[:, :, None])[:, :, 0] * (1 - np.square(A1))
    return [
        (X[:, :, None] * d1[:, None, :]).mean(axis=0),
        d1.mean(axis=0, keepdims=True),
        (A1[:, :, None] * d2[:, None, :]).mean(axis=0),
        np.average(d2, axis=0).reshape(b2.shape),
    ]


def backward_in_lists(W1, b1, W2, b2, X, Y):
    return [g.tolist() for g in backward_by_einsum(W1, b1, W2, b2, X, Y)]


def backward_around(delta2=None, bend=None, back=None):
    """A backward pass in which three lines can be replaced by functions of their parts."""

    def backward(W1, b1, W2, b2, X, Y):
        A1 = np.tanh(X @ W1 + b1)
        A2 = softmax(A1 @ W2 + b2)
        d2 = delta2(A2, Y) if delta2 else (A2 - Y) / len(X)
        d1 = (back(d2, W2) if back else d2 @ W2.T) * (bend(A1) if bend else 1 - A1**2)
        return X.T @ d1, d1.sum(axis=0)[None], A1.T @ d2, d2.sum(axis=0)[None]

    return backward


def backward_of(change):
    return lambda *inputs: change(*backward_by_einsum(*inputs))


def learn_by_index(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    """With `return`; not a generator."""
    W1, b1, W2, b2 = parameters
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            batch = order[i : i + batch_size]
            gW1, gb1, gW2, gb2 = backward(W1, b1, W2, b2, X[batch], Y[batch])
            W1, b1 = W1 - learning_rate * gW1, b1 - learning_rate * gb1
            W2, b2 = W2 - learning_rate * gW2, b2 - learning_rate * gb2
    return W1, b1, W2, b2


def learn_in_order(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    """Never shuffles, and works on copies."""
    parameters = [p.copy() for p in parameters]
    for _ in range(epochs):
        for i in range(0, len(X), batch_size):
            gradients = backward(*parameters, X[i : i + batch_size], Y[i : i + batch_size])
            for p, g in zip(parameters, gradients):
                p -= learning_rate * g
        yield [p.copy() for p in parameters]


def learn_on_theirs(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    """The parameters that were given are changed."""
    for _ in range(epochs):
        for i in range(0, len(X), batch_size):
            gradients = backward(*parameters, X[i : i + batch_size], Y[i : i + batch_size])
            for p, g in zip(parameters, gradients):
                p -= learning_rate * g
        yield parameters


def learn_in_batches(cut, change=lambda backward: backward):
    """A new order in each epoch, from which `cut(order, i, size)` makes a batch."""

    def learn(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
        backward = change(backward)
        for _ in range(epochs):
            order = rng.permutation(len(X))
            for i in range(0, len(X), batch_size):
                batch = cut(order, i, batch_size)
                gradients = backward(*parameters, X[batch], Y[batch])
                parameters = [p - learning_rate * g for p, g in zip(parameters, gradients)]
        return parameters

    return learn


def learn_on_a_shallow_copy(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    """A new list with the same arrays, which are changed."""
    yield from learn_on_theirs(
        backward, list(parameters), X, Y, rng, epochs, batch_size, learning_rate
    )


def learn_by_split(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for rows in np.split(order, range(batch_size, len(X), batch_size)):
            slopes = backward(*parameters, X.take(rows, 0), Y.take(rows, 0))
            parameters = tuple(p + -(learning_rate * g) for p, g in zip(parameters, slopes))
        yield parameters


def learn_by_shuffling(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    """X and Y in one array, which is shuffled."""
    both, n = np.hstack([X, Y]), X.shape[1]
    for _ in range(epochs):
        rng.shuffle(both)
        rest = both
        while len(rest):
            batch, rest = rest[:batch_size], rest[batch_size:]
            slopes = backward(*parameters, batch[:, :n], batch[:, n:])
            parameters = [
                np.subtract(p, np.multiply(learning_rate, g)) for p, g in zip(parameters, slopes)
            ]
    return parameters


def learn_by_recursion(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    if epochs == 0:
        return parameters
    for i in reversed(range(0, len(X), batch_size)):
        slopes = backward(*parameters, X[i : i + batch_size], Y[i : i + batch_size])
        parameters = [p - learning_rate * g for p, g in zip(parameters, slopes)]
    return learn_by_recursion(
        backward, parameters, X, Y, rng, epochs - 1, batch_size, learning_rate
    )


def learn_in_a_list(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    """All batches are chosen beforehand, with a generator of its own."""
    plan = [
        order[i : i + batch_size]
        for order in (rng.permutation(len(Y)) for _ in range(epochs))
        for i in range(0, len(Y), batch_size)
    ]
    for rows in plan:
        parameters = [
            p - learning_rate * g
            for p, g in zip(parameters, backward(*parameters, X[rows], Y[rows]))
        ]
        yield [p.tolist() for p in parameters]


def learn_on_copies(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    W1, b1, W2, b2 = own = [np.array(p) for p in parameters]
    for _ in range(epochs):
        order = np.argsort(rng.random(len(X)))
        for i in range(-(-len(X) // batch_size)):
            rows = order[i * batch_size : (i + 1) * batch_size]
            for p, g in zip(own, backward(W1, b1, W2, b2, X[rows], Y[rows])):
                p -= learning_rate * g
    return W1, b1, W2, b2


def learn_with_the_first_slopes(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
    slopes = backward(*parameters, X, Y)
    for _ in range(epochs):
        for _ in range(0, len(X), batch_size):
            parameters = [p - learning_rate * g for p, g in zip(parameters, slopes)]
    return parameters


def learn_with(gradients=None, batches=None, steps=1):
    """In order, with changed gradients, or batches that begin elsewhere."""

    def learn(backward, parameters, X, Y, rng, epochs, batch_size, learning_rate):
        old = None
        for _ in range(epochs):
            for i in (batches or range)(0, len(X), batch_size):
                new = backward(*parameters, X[i : i + batch_size], Y[i : i + batch_size])
                old = gradients(old, new) if gradients else new
                for _ in range(steps):
                    parameters = [p - learning_rate * g for p, g in zip(parameters, old)]
            yield parameters

    return learn


RIGHT = {
    "13.first_three": [tuple(FIRST), titles(FIRST), np.array(FIRST),
                       [name.replace("_", " ").capitalize() for name in FIRST]],
    "13.last_three": [tuple(LAST), titles(LAST)],
    "13.later": [tuple(LATER), titles(LATER), [name.replace("_", "-").upper() for name in LATER]],
    "13.seen": [np.array(SEEN), np.array(SEEN, dtype=bool), np.array(SEEN, dtype=float)],
    "13.backward": [backward_by_sample, backward_by_einsum,
                    backward_with_a_column_of_ones, backward_by_halves, backward_by_outer_products,
                    backward_in_lists, backward_around(bend=lambda a: (1 + a) * (1 - a))],
    "13.learn": [learn_by_index, learn_in_order, learn_by_split,
                 learn_by_shuffling, learn_by_recursion, learn_in_a_list, learn_on_copies,
                 learn_in_batches(lambda order, i, size: order[::-1][i : i + size])],
}  # fmt: skip

BORROWED = {
    "13.backward": {"itself": SPECIMENS["right"].backward},
    "13.learn": {
        "itself": SPECIMENS["right"].learn,
        "around it": lambda *p: SPECIMENS["right"].learn(*p),
    },
}

WRONG = {
    "13.first_three": {
        **dict(each_wrong(FIRST)),
        "another order": FIRST[::-1],
        "two of three": [*FIRST[:2], None],
        "only two": FIRST[:2],
        "one name": FIRST[0],
        "not on offer": [*FIRST[:2], "a comma"],
        "numbers": [1, 2, 3],
        "the same name three times": [FIRST[0]] * 3,
        "names in one text": ", ".join(FIRST),
        "names as keys": dict.fromkeys(FIRST),
        "a set": set(FIRST),
        "a list in a list": [FIRST],
        "a letter too few": [FIRST[0][:-1], *FIRST[1:]],
        "questions": ["?", "?", "?"],
        "yes": [True, True, True],
        "numbers of the list": [OFFERED.index(name) for name in FIRST],
        "the last three": LAST,
        "a function": lambda: FIRST,
    },
    "13.last_three": {
        **dict(each_wrong(LAST)),
        "another order": LAST[1:] + LAST[:1],
        "not on offer": ["", "luck", ""],
        "four": [*LAST, "sign"],
        "the first three": FIRST,
        "all six": FIRST + LAST,
        "two of three": [LAST[0], None, LAST[2]],
        "the same name three times": [LAST[2]] * 3,
    },
    "13.later": {
        **dict(each_wrong(LATER, OFFERED_LATER)),
        "another order": LATER[1:] + LATER[:1],
        "names of the other list": LAST,
        "not on offer": [*LATER[:2], "leakage"],
        "two of three": [None, *LATER[1:]],
        "only two": LATER[1:],
        "all nine": FIRST + LAST + LATER,
        "the same name three times": [LATER[1]] * 3,
    },
    "13.seen": {
        **{f"{i + 1}, {j + 1} the other way": flipped(i, j) for i in range(6) for j in range(3)},
        "all zeros": np.zeros((6, 3)),
        "all ones": np.ones((6, 3)),
        "lying on its side": np.array(SEEN).T,
        "the other way round": 1 - np.array(SEEN),
        "how sure": 0.9 * np.array(SEEN),
        "three rows": SEEN[:3],
        "in one row": np.ravel(SEEN),
        "upside down": SEEN[::-1],
        "the columns in another order": np.array(SEEN)[:, ::-1],
        "twice": 2 * np.array(SEEN),
        "minus": -np.array(SEEN),
        "a fourth column": np.hstack([SEEN, SEEN])[:, :4],
        "words": [["yes" if it else "no" for it in row] for row in SEEN],
        "nan for no": np.where(SEEN, 1.0, np.nan),
        "rows of different lengths": [*SEEN[:5], [0, 0]],
        "a dict": dict(enumerate(SEEN)),
        "the numbers of the mysteries": [
            [1, 0, 1],
            [2, 2, 0],
            [3, 0, 0],
            [0, 4, 4],
            [0, 5, 0],
            [0, 0, 0],
        ],
    },
    "13.backward": {
        "all zeros": backward_of(lambda *g: [0 * one for one in g]),
        "right shape with noise": backward_of(lambda *g: [one + 1e-4 for one in g]),
        "right only for batch 1": lambda W1, b1, W2, b2, X, Y: backward_by_einsum(
            W1, b1, W2, b2, X[:1], Y[:1]
        ),
        "one of the two lines mended": backward_of(
            lambda gW1, gb1, gW2, gb2: (gW1, gb1 / 7, gW2, gb2)
        ),
        "the mean undone by a 7": lambda *inputs: (
            lambda gW1, gb1, gW2, gb2: (gW1, 7 * gb1, gW2, 7 * gb2)
        )(*SPECIMENS["bias_averaged"].backward(*inputs)),
        "the weights averaged as well": lambda *inputs: [
            g / len(inputs[4]) for g in backward_by_einsum(*inputs)
        ],
        "biases without their row": backward_of(lambda *g: [np.squeeze(one) for one in g]),
        "of relu": SPECIMENS["right_relu"].backward,
        "divided by the samples twice": lambda *p: [g / len(p[4]) for g in backward_by_einsum(*p)],
        "not divided by the samples": lambda *p: [g * len(p[4]) for g in backward_by_einsum(*p)],
        "divided by the outputs as well": backward_around(delta2=lambda A2, Y: (A2 - Y) / Y.size),
        "divided by seven, always": backward_around(delta2=lambda A2, Y: (A2 - Y) / 7),
        "the target less the output": backward_around(delta2=lambda A2, Y: (Y - A2) / len(Y)),
        "the slope of the logistic left in": backward_around(
            delta2=lambda A2, Y: (A2 - Y) * A2 * (1 - A2) / len(Y)
        ),
        "the true class alone": backward_around(delta2=lambda A2, Y: (A2 - Y) * Y / len(Y)),
        "the class that was said": backward_around(
            delta2=lambda A2, Y: ((A2 == A2.max(axis=1, keepdims=True)) - Y) / len(Y)
        ),
        "the bend of the logistic": backward_around(bend=lambda a: a * (1 - a)),
        "without a bend": backward_around(bend=lambda a: 1),
        "one less a": backward_around(bend=lambda a: 1 - a),
        "one less the bend of a": backward_around(bend=lambda a: 1 - np.tanh(a) ** 2),
        "the bend of a relu": backward_around(bend=lambda a: a > 0),
        "the size of W2": backward_around(back=lambda d2, W2: d2 @ abs(W2).T),
        "the largest way back": backward_around(
            back=lambda d2, W2: (d2[:, None, :] * W2[None]).max(axis=2)
        ),
        "the mean of the ways back": backward_around(back=lambda d2, W2: d2 @ W2.T / W2.shape[1]),
        "the first way back": backward_around(back=lambda d2, W2: d2[:, :1] @ W2[:, :1].T),
        "W2 upside down": backward_around(back=lambda d2, W2: d2 @ W2[::-1].T),
        "biases before weights": backward_of(lambda gW1, gb1, gW2, gb2: (gb1, gW1, gb2, gW2)),
        "the second layer first": backward_of(lambda gW1, gb1, gW2, gb2: (gW2, gb2, gW1, gb1)),
        "weights before biases": backward_of(lambda gW1, gb1, gW2, gb2: (gW1, gW2, gb1, gb2)),
        "a loss as well": backward_of(lambda *g: (*g, 0.1)),
        "gb1 forgotten": backward_of(lambda gW1, gb1, gW2, gb2: (gW1, 0 * gb1, gW2, gb2)),
        "rounded": backward_of(lambda *g: [np.round(one, 3) for one in g]),
        "biases in a column": backward_of(lambda gW1, gb1, gW2, gb2: (gW1, gb1.T, gW2, gb2.T)),
        "without the last sample": lambda *p: backward_by_einsum(
            *p[:4], p[4][: max(1, len(p[4]) - 1)], p[5][: max(1, len(p[5]) - 1)]
        ),
        "it works on Y": lambda W1, b1, W2, b2, X, Y: (
            backward_by_einsum(W1, b1, W2, b2, X, Y.copy()),
            np.negative(Y, out=Y),
        )[0],
        "relu_slope_from_output": SPECIMENS["relu_slope_from_output"].backward,
        "no_bend": SPECIMENS["no_bend"].backward,
    },
    "13.learn": {
        "it stays": lambda backward, parameters, *rest: parameters,
        "it moves what it was given": learn_on_theirs,
        "the slopes of the first batch for ever": learn_with(lambda old, new: old or new),
        "half of the old slopes": learn_with(
            lambda old, new: new if old is None else [n + o / 2 for n, o in zip(new, old)]
        ),
        "the first batch only": learn_with(batches=lambda start, end, size: [0]),
        "the last batch left out": learn_with(
            batches=lambda start, end, size: range(start, max(1, end - size), size)
        ),
        "every step twice": learn_with(steps=2),
        "half a step": learn_with(lambda old, new: [g / 2 for g in new]),
        "the biases stay": learn_with(lambda old, new: [new[0], 0 * new[1], new[2], 0 * new[3]]),
        "the slopes, not the parameters": lambda backward, parameters, X, Y, *rest: backward(
            *parameters, X, Y
        ),
        "W1 alone": lambda *inputs: learn_by_index(*inputs)[0],
        "the first rows of the order, always": learn_in_batches(
            lambda order, i, size: order[:size]
        ),
        "all rows, always": learn_in_batches(lambda order, i, size: order),
        "all rows up to here": learn_in_batches(lambda order, i, size: order[: i + size]),
        "all rows from here on": learn_in_batches(lambda order, i, size: order[i:]),
        "one row less in a batch": learn_in_batches(
            lambda order, i, size: order[i : max(i + 1, i + size - 1)]
        ),
        "one row more in a batch": learn_in_batches(lambda order, i, size: order[i : i + size + 1]),
        "the batch a row too far": learn_in_batches(
            lambda order, i, size: np.roll(order, -1)[i : i + size][:-1]
        ),
        "rows with repetition": learn_in_batches(
            lambda order, i, size: np.random.default_rng(1).integers(len(order), size=size)
        ),
        "a single row of each batch": learn_in_batches(lambda order, i, size: order[i : i + 1]),
        "samples in order and targets in another": lambda backward, parameters, X, Y, rng, *more: (
            learn_in_order(backward, parameters, X[rng.permutation(len(X))], Y, rng, *more)
        ),
        "inputs alone go through the order": lambda backward, parameters, X, Y, rng, *more: (
            learn_by_index(
                backward, parameters, X[rng.permutation(len(X))], Y[np.arange(len(Y))], rng, *more
            )
        ),
        "a shallow copy": learn_on_a_shallow_copy,
        "with the first slopes throughout": learn_with_the_first_slopes,
        "an epoch too many": lambda *p: learn_by_index(*p[:5], p[5] + 1, *p[6:]),
        "an epoch too few": lambda *p: learn_by_index(*p[:5], p[5] - 1, *p[6:]),
        "a single epoch": lambda *p: learn_by_index(*p[:5], 1, *p[6:]),
        "it returns inside the loop": lambda *p: next(iter(learn_in_order(*p))),
        "a rate of one half, always": lambda *p: learn_by_index(*p[:7], 0.5),
        "no rate": lambda *p: learn_by_index(*p[:7], 1.0),
        "the rate divided by the batch": lambda *p: learn_by_index(*p[:7], p[7] / p[6]),
        "the rate times the batch": lambda *p: learn_by_index(*p[:7], p[7] * min(p[6], len(p[2]))),
        "batches of 32, always": lambda *p: learn_by_index(*p[:6], 32, p[7]),
        "batches of one, always": lambda *p: learn_by_index(*p[:6], 1, p[7]),
        "uphill": lambda *p: learn_by_index(*p[:7], -p[7]),
        "all slopes that there have been": learn_with(
            lambda old, new: new if old is None else [n + o for n, o in zip(new, old)]
        ),
        "the mean of all slopes": learn_with(
            lambda old, new: new if old is None else [(n + o) / 2 for n, o in zip(new, old)]
        ),
        "weights before biases": lambda *p: [learn_by_index(*p)[i] for i in (0, 2, 1, 3)],
        "the second layer first": lambda *p: [learn_by_index(*p)[i] for i in (2, 3, 0, 1)],
        "the epochs themselves": lambda *p: list(learn_in_order(*p)),
        "rounded": lambda *p: [np.round(q, 3) for q in learn_by_index(*p)],
        "nothing is ever given": lambda *inputs: (p for p in ()),
    },
}
