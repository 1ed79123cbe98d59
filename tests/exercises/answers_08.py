"""Right and wrong answers to exercise 08, for tests/test_exercise_checks.py."""

import numpy as np

from nnlib import softmax
from nnlib.bugs import SPECIMENS
from nnlib.exercises.mystery import OFFERED, offered

FIRST = ["hidden_slope_forgotten", "sum_for_mean", "bias_averaged"]
LAST = ["constant_init", "never_zeroed", "bad_luck"]
SEEN = [[1, 0, 1], [1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 1, 0], [0, 0, 0]]


def titles(names):
    return tuple(offered()[name] for name in names)


def each_wrong(names):
    """The right names, but for one of them, and that for each of the names on offer."""
    for i, right in enumerate(names):
        for other in OFFERED:
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


def backward_of(change):
    return lambda *inputs: change(*backward_by_einsum(*inputs))


def learn_by_index(backward, parameters, X, Y, rng, epochs, batch_size, rate):
    """With return, and not a generator; theta goes through an index."""
    W1, b1, W2, b2 = parameters
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            batch = order[i : i + batch_size]
            gW1, gb1, gW2, gb2 = backward(W1, b1, W2, b2, X[batch], Y[batch])
            W1, b1 = W1 - rate * gW1, b1 - rate * gb1
            W2, b2 = W2 - rate * gW2, b2 - rate * gb2
    return W1, b1, W2, b2


def learn_in_order(backward, parameters, X, Y, rng, epochs, batch_size, rate):
    """Never shuffled, and on copies of its own."""
    parameters = [p.copy() for p in parameters]
    for _ in range(epochs):
        for i in range(0, len(X), batch_size):
            gradients = backward(*parameters, X[i : i + batch_size], Y[i : i + batch_size])
            for p, g in zip(parameters, gradients):
                p -= rate * g
        yield [p.copy() for p in parameters]


def learn_on_theirs(backward, parameters, X, Y, rng, epochs, batch_size, rate):
    """The parameters that were given have moved."""
    for _ in range(epochs):
        for i in range(0, len(X), batch_size):
            gradients = backward(*parameters, X[i : i + batch_size], Y[i : i + batch_size])
            for p, g in zip(parameters, gradients):
                p -= rate * g
        yield parameters


def learn_with(gradients=None, batches=None, steps=1):
    """In order, with something done to the slopes, or to where the batches begin."""

    def learn(backward, parameters, X, Y, rng, epochs, batch_size, rate):
        old = None
        for _ in range(epochs):
            for i in (batches or range)(0, len(X), batch_size):
                new = backward(*parameters, X[i : i + batch_size], Y[i : i + batch_size])
                old = gradients(old, new) if gradients else new
                for _ in range(steps):
                    parameters = [p - rate * g for p, g in zip(parameters, old)]
            yield parameters

    return learn


RIGHT = {
    "08.first_three": [tuple(FIRST), titles(FIRST), np.array(FIRST),
                       [name.replace("_", " ").capitalize() for name in FIRST]],
    "08.last_three": [tuple(LAST), titles(LAST)],
    "08.seen": [np.array(SEEN), np.array(SEEN, dtype=bool), np.array(SEEN, dtype=float)],
    "08.backward": [backward_by_sample, backward_by_einsum],
    "08.learn": [learn_by_index, learn_in_order],
}  # fmt: skip

BORROWED = {
    "08.backward": {"itself": SPECIMENS["right"].backward},
    "08.learn": {
        "itself": SPECIMENS["right"].learn,
        "around it": lambda *p: SPECIMENS["right"].learn(*p),
    },
}

WRONG = {
    "08.first_three": {
        **dict(each_wrong(FIRST)),
        "another order": FIRST[::-1],
        "two of three": [*FIRST[:2], None],
        "only two": FIRST[:2],
        "one name": FIRST[0],
        "not on offer": [*FIRST[:2], "a comma"],
        "numbers": [1, 2, 3],
        "the last three": LAST,
        "a function": lambda: FIRST,
    },
    "08.last_three": {
        **dict(each_wrong(LAST)),
        "another order": LAST[1:] + LAST[:1],
        "not on offer": ["", "luck", ""],
        "four": [*LAST, "sign"],
    },
    "08.seen": {
        **{f"{i + 1}, {j + 1} the other way": flipped(i, j) for i in range(6) for j in range(3)},
        "all zeros": np.zeros((6, 3)),
        "all ones": np.ones((6, 3)),
        "lying on its side": np.array(SEEN).T,
        "the other way round": 1 - np.array(SEEN),
        "how sure": 0.9 * np.array(SEEN),
        "three rows": SEEN[:3],
    },
    "08.backward": {
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
        "relu_slope_from_output": SPECIMENS["relu_slope_from_output"].backward,
        "no_bend": SPECIMENS["no_bend"].backward,
    },
    "08.learn": {
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
        "nothing is ever given": lambda *inputs: (p for p in ()),
    },
}
