"""The cases of exercise 06, and what its prediction turns out to be."""

from functools import cache

import numpy as np

from nnlib.activations import softmax
from nnlib.datasets import digits, hold_out
from nnlib.losses import loss_for
from nnlib.metrics import accuracy, class_report, confusion_matrix
from nnlib.network import Network
from nnlib.optimizers import Momentum
from nnlib.training import record, train
from nncourse.bugs import SPECIMENS, targets
from nncourse.exercises.cases import Case

SEED = 7
ENOUGH = 0.9  # the share of unseen digits that has to be read


# Probabilities, and the surprise at what is true


def softmax_cases():
    """Outputs Z, some of them so large that exp overflows, and their softmax."""
    rng = np.random.default_rng(SEED)
    far = rng.normal(0, 2, (3, 5))
    return [
        Case(what, {"Z": Z}, softmax(Z))
        for what, Z in [
            ("two pictures", np.array([[2.0, 1.0, -1.0], [-1.0, 0.5, 0.4]])),
            ("a single picture", np.array([[0.5, -1.5, 1.5, 0.0]])),
            ("as many pictures as classes", rng.normal(0, 1.5, (4, 4))),
            ("z near 1000", far + 1000),
            ("z near 1000, near 0 and near −1000, a row of each", far + [[1000], [0], [-1000]]),
            ("0 and 1000 in one row", np.array([[0.0, 1000.0], [1000.0, 0.0], [1.0, 1.5]])),
            ("1000 and −1000 in one row", np.array([[1e3, -1e3, -999.0], [-1e3, -5.0, -4.0]])),
            ("z that are all the same in a row", np.array([[1.0] * 3, [2.5] * 3])),
            ("a single class", np.array([[3.0], [-2.0], [0.5], [900.0]])),
            ("whole numbers", np.array([[2, 1, 0, -2], [0, 1, 2, 2]])),
        ]
    ]


def surprise():
    """Probabilities and labels; the targets, and the cross-entropy."""
    rng = np.random.default_rng(SEED)
    loss, cases = loss_for("cross_entropy", "softmax"), []
    for what, n, k in [
        ("four pictures and three classes", 4, 3),
        ("a single picture", 1, 4),
        ("as many pictures as classes", 5, 5),
        ("nine pictures of ten classes", 9, 10),
    ]:
        Z, label = rng.normal(0, 1.5, (n, k)), rng.permutation(2 * k)[:n] % k
        label[-1] = k - 2  # so that the largest label does not tell k
        Y = targets(label, k)
        expected = Y, float(loss.value(Z, softmax(Z), Y))
        cases.append(Case(what, {"A": softmax(Z), "label": label}, expected))
    # Two samples are sure and right, one is half and half.
    A, label = np.array([[1.0, 0.0, 0.0], [0.5, 0.0, 0.5], [0.0, 1.0, 0.0]]), np.array([0, 2, 1])
    expected = targets(label, 3), np.log(2) / 3
    cases.append(Case("probabilities of exactly 0", {"A": A, "label": label}, expected))
    return cases


# Reading digits


@cache
def pictures():
    """The data and the number of hidden units of each case of `learn`, by its name."""
    rng = np.random.default_rng(SEED)
    every, other = digits(rng), digits(rng)
    few, order = every.Y.argmax(axis=1) < 5, rng.permutation(64)
    five = hold_out(every.X[few], every.Y[few, :5], rng=rng, class_names=tuple("01234"))
    other = other._replace(X=other.X[:, order], X_test=other.X_test[:, order])
    return {
        "all ten digits": (every, 30),
        "the digits from 0 to 4": (five, 20),
        "digits with their pixels shuffled": (other, 25),
    }


def learn():
    """Backward passes, starts, pictures and labels; only the shapes are compared."""
    cases = []
    for seed, (what, (data, hidden_units)) in enumerate(pictures().items()):
        rng, k = np.random.default_rng(SEED + seed), data.Y.shape[1]
        parameters = list(SPECIMENS["right"].start(rng, (64, hidden_units, k)))
        label = data.Y.argmax(axis=1)
        backward = Watched(data.X, label, k)
        inputs = {"backward": backward, "parameters": parameters, "X": data.X, "label": label}
        cases.append(Case(what, inputs | {"rng": rng}, tuple(p + 1 for p in parameters)))
    return cases


class Watched:
    """A right backward pass that notes which mistakes its first 50 calls show.

    `wrong` holds pairs of the true label and the label given, where they differ.
    """

    def __init__(self, X, label, k):
        self.k, self.labels = k, {x.tobytes(): y for x, y in zip(X, label)}
        self.notes, self.calls, self.wrong = [], [], []

    def __repr__(self):
        return "a backward pass that is right"

    def __call__(self, W1, b1, W2, b2, X, Y):
        if np.shape(Y) != (len(X), self.k):
            self.notes.append("broadcast")
        elif len(self.calls) < 50:
            pairs = [(self.labels.get(x.tobytes()), y.argmax()) for x, y in zip(X, Y)]
            self.wrong += [pair for pair in pairs if pair[0] is not None and pair[0] != pair[1]]
        gradients = SPECIMENS["right"].backward(W1, b1, W2, b2, X, Y)
        if len(self.calls) < 50:
            self.calls.append((W2.copy(), gradients[2]))
            if len(self.calls) == 3:
                self._look_at_the_steps()
        return gradients

    def found(self):
        """The names of the mistakes seen, as keys of the mistakes of 06.learn; targets first."""
        if not self.wrong:
            return self.notes
        shifted = len(self.wrong) > 4 and all((t - 1) % self.k == s for t, s in self.wrong)
        return ["from 1" if shifted else "apart", *self.notes]

    def _look_at_the_steps(self):
        (before, first), (between, second), (after, _) = self.calls
        step, following = between - before, after - between
        learning_rate = -(step * first).sum() / (first**2).sum()
        summed, near = -learning_rate * (first + second), 1e-6 * learning_rate
        if learning_rate < 0:
            self.notes.append("uphill")
        elif learning_rate > 0 and np.allclose(following, summed, atol=near):
            self.notes.append("never zeroed")


def watching(learn):
    """Gives what `learn` gives, the mistakes seen on the way, and the number of calls."""

    def watched(backward, *inputs):
        return learn(backward, *inputs), backward.found(), len(backward.calls)

    return watched


def score():
    """True and predicted digits of several splits; the mean score and its deviation."""
    rng, cases = np.random.default_rng(SEED), []
    for what, splits, n in [
        ("four splits", 4, 20),
        ("ten splits", 10, 45),
        ("as many splits as digits", 6, 6),
        ("two splits", 2, 30),
        ("a single digit in each of nine splits", 9, 1),
    ]:
        true = rng.integers(10, size=(splits, n))
        off = rng.random((splits, n)) < rng.uniform(0.1, 0.5, (splits, 1))
        said = (true + off * rng.integers(1, 10, (splits, n))) % 10
        scores = [accuracy(t, s) for t, s in zip(true, said)]
        deviations = [score - sum(scores) / splits for score in scores]
        spread = (sum(d * d for d in deviations) / (splits - 1)) ** 0.5
        cases.append(Case(what, {"true": true, "said": said}, (sum(scores) / splits, spread)))
    return cases


# The mistakes


def confusion():
    """True and predicted classes, and their confusion matrix."""
    rng, cases = np.random.default_rng(SEED), []
    for what, n, k, seen in [
        ("eight pictures of three classes", 8, 3, 3),
        ("a class that never comes", 9, 4, 3),
        ("a single picture", 1, 3, 3),
        ("as many pictures as classes", 5, 5, 5),
        ("a hundred digits", 100, 10, 10),
        ("two thousand pictures of two classes", 2000, 2, 2),
        ("a single class", 7, 1, 1),
    ]:
        true = rng.integers(seen, size=n)
        other = (true + rng.integers(1, max(2, seen), n)) % seen
        said = np.where(rng.random(n) < 0.6, true, other)
        if n == 1:
            said = (true + 1) % k
        matrix = confusion_matrix(true, said, classes=k)
        cases.append(Case(what, {"true": true, "said": said, "k": k}, matrix))
    return cases


def read_matrix():
    """Confusion matrices; the recalls and the most frequent mistake."""
    rng, cases = np.random.default_rng(SEED), []
    for what, k, is_, seen, right in [
        ("three classes", 3, 1, 2, 25),
        ("ten digits", 10, 8, 1, 40),
        ("five classes, and more wrong than right", 5, 4, 2, 0),
    ]:
        M = rng.integers(4, 10, (k, k)) + np.diag(rng.integers(right, right + 9, k))
        M[0] = 0
        M[0, :2] = 5, 10  # a rare class, two thirds of it misread
        M[is_, seen] = 11
        cases.append(Case(what, {"M": M}, (class_report(M).recall, is_, seen)))
    # Class 0 is always found and class 2 never; 300 does not fit into eight bits.
    M = np.array([[20, 0, 0, 0], [3, 700, 0, 300], [0, 40, 0, 2], [1, 0, 0, 6]])
    cases.append(Case("a class that is always found", {"M": M}, (class_report(M).recall, 1, 3)))
    return cases


def a_pixel_aside():
    """The share of unseen digits that are read when all are moved by one pixel, in words."""
    rng = np.random.default_rng(SEED)
    data = digits(rng)
    net = Network((64, 30, 10), output="softmax", loss="cross_entropy")
    run = train(
        net, net.init(rng), data.X, data.Y, Momentum(0.05), rng=rng, epochs=20, batch_size=32
    )
    theta = record(run, every=1000).last.theta
    room, scores = np.pad(data.X_test.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1))), []
    for down, right in [(0, 1), (2, 1), (1, 0), (1, 2)]:
        moved = room[:, down : down + 8, right : right + 8].reshape(-1, 64)
        scores.append(accuracy(data.Y_test, net.predict(theta, moved)))
    options = {"more than nine in ten": 0.9, "about three quarters": 0.65, "about half": 0.3}
    mean = np.mean(scores)
    return next((words for words, least in options.items() if mean > least), "about one in ten")
