"""Digits over ten splits, as they are, with their pixels shuffled, and with shifted copies.

Prints the table that notebook 10 quotes and writes it to convolution.md; four minutes on one core.
"""

from pathlib import Path

import numpy as np
from report import main
from sklearn.svm import SVC

from nnlib import (
    Convolution,
    ConvolutionalNetwork,
    Momentum,
    Network,
    Pooling,
    accuracy,
    digits,
    labels,
    shifted_copies,
    train,
)

PAGE = Path(__file__).with_name("convolution.md")
PLAIN = Network((64, 30, 10), "tanh", "softmax", "cross_entropy")  # that of notebook 06
ONE = ConvolutionalNetwork((8, 8), [Convolution(16), Pooling(2), 10])
TWO = ConvolutionalNetwork((8, 8), [Convolution(16), Convolution(32, padding=0), Pooling(2), 10])
ORDER = np.random.default_rng(7).permutation(64)  # that of notebook 06


def learned(net, epochs, dropout=0.0, rate=0.05):
    """A function (X, Y, X_new, seed) that trains `net`, at a rate that falls, and predicts."""

    def predict(X, Y, X_new, seed):
        rng, ball = np.random.default_rng(seed), Momentum(rate)
        steps = epochs * -(-len(X) // 32)
        for step in train(net, net.init(rng), X, Y, ball, rng=rng, steps=steps, batch_size=32,
                          dropout=dropout):  # fmt: skip
            ball.learning_rate = rate * (1 + np.cos(np.pi * step.index / steps)) / 2
        return net.predict(step.theta, X_new)

    return predict


def nearest(X, Y, X_new, seed):
    """The label of the nearest picture."""
    return Y[[((X - x) ** 2).sum(axis=1).argmin() for x in X_new]]


def machine(X, Y, X_new, seed):
    """A support vector machine; C = 10 is better here than its default, 1."""
    return SVC(C=10).fit(X, labels(Y)).predict(X_new)


# Passes without the copies, and with them, which are nine times as many pictures.
ROWS = {
    "30 units, as in 06": (PLAIN.n_parameters, learned(PLAIN, 30), learned(PLAIN, 30)),
    "16 kernels": (ONE.n_parameters, learned(ONE, 30), learned(ONE, 5)),
    "16 and 32 kernels, dropout": (
        TWO.n_parameters,
        learned(TWO, 30, dropout=0.5),
        learned(TWO, 5, dropout=0.5),
    ),
    "nearest picture": (np.nan, nearest, nearest),
    "SVM, rbf, C = 10": (np.nan, machine, machine),
}


def scores(predict, copies=False, order=slice(None)):
    """The share of test digits that are read in each of ten splits, in percent."""
    shares = []
    for seed in range(10):
        data = digits(seed)
        X, Y = shifted_copies(data.X, data.Y) if copies else (data.X, data.Y)
        P = predict(X[:, order], Y, data.X_test[:, order], seed + 100)
        shares.append(100 * accuracy(data.Y_test, P))
    return np.array(shares)


def told(shares):
    return f"{shares.mean():.2f} ± {shares.std(ddof=1):.2f}"


def convolution(report):
    """The table, and how the two best compare split by split."""
    report.say(
        "",
        "## Digits over ten splits",
        "",
        "Percent of 450 test digits, mean and standard deviation; networks with momentum 0.9, a",
        "rate that falls from 0.05 to 0 along a cosine, and batches of 32. *Copies* are all nine",
        "shifts of each training picture by a pixel or none. 30 passes; kernels: 5 of the copies.",
        "",
    )
    rows, last = [], []
    for name, (parameters, plain, copies) in ROWS.items():
        last.append(scores(copies, copies=True))
        shuffled = scores(plain, order=ORDER)
        rows.append([name, parameters, told(scores(plain)), told(shuffled), told(last[-1])])
        print(*rows[-1], flush=True)
    report.table(["", "parameters", "plain", "pixels shuffled", "with copies"], rows)
    difference = last[2] - last[-1]
    report.say(
        "", f"With copies, 16 and 32 kernels less the SVM, split by split: {told(difference)}."
    )


if __name__ == "__main__":
    PAGE.write_text("\n".join(["# Convolution", *main(convolution).lines]) + "\n", "utf-8")
