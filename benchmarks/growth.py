"""How the time of a step grows with width, depth, batch and number of networks."""

from pathlib import Path

import numpy as np
from report import best, main

from nnlib import SGD, Network, train, xor

PICTURE = Path(__file__).with_name("growth.png")


def step_us(sizes, batch, networks=None, numbers=40_000):
    """Microseconds per step of `train`."""
    net, rng = Network(sizes, output="logistic", loss="cross_entropy"), np.random.default_rng(7)
    stack = () if networks is None else (networks,)
    theta = net.init(rng, stack=stack)
    X = rng.normal(size=(batch, sizes[0])) if sizes[0] != 2 else xor().X
    Y = (rng.random((len(X), sizes[-1])) > 0.5).astype(float)
    steps = int(np.clip(1e7 / (theta.size * len(X)), 10, 400))

    def run():
        for _ in train(net, theta, X, Y, SGD(0.01), rng=rng, steps=steps):
            pass

    return best([run], rounds=3)[0] / steps * 1e6


def growth(report):
    """A table of the four lines, with their slopes over the last five points, and a plot."""
    doubling = lambda first, last: (2 ** np.arange(first, last + 1)).tolist()  # noqa: E731
    lines = {
        "units in one hidden layer": [(n, step_us((16, n, 1), 32)) for n in doubling(2, 12)],
        "hidden layers of 32 units": [(n, step_us((16, *[32] * n, 1), 32)) for n in doubling(0, 6)],
        "samples in a batch": [(n, step_us((16, 32, 1), n)) for n in doubling(0, 13)],
        "XOR networks at once": [(n, step_us((2, 4, 1), 4, n)) for n in doubling(0, 13)],
    }
    report.title(
        "Growth",
        "Microseconds per step of train with SGD, and the slope of the last five points in a",
        "log-log plot, where 1 is proportional. Last column: up to there a step takes less than",
        "twice as long as the first.",
    )
    rows, slopes = [], {}
    for name, points in lines.items():
        x, us = np.array(points).T
        slopes[name] = np.polyfit(np.log(x[-5:]), np.log(us[-5:]), 1)[0]
        twice = x[us < 2 * us[0]][-1]
        rows.append([name, us[0], f"{x[-1]:,.0f}", us[-1], slopes[name], f"{twice:,.0f}"])
    report.table(
        ["what grows", "µs first", "last", "µs last", "slope", "less than twice up to"],
        rows,
    )
    draw(lines, slopes)
    alt = (
        "Microseconds a step against how many units, layers, samples, networks: flat, then straight"
    )
    report.say("", f"![{alt}]({PICTURE.name})")


def draw(lines, slopes):
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
    for (name, points), marker in zip(lines.items(), "os^D"):
        ax.loglog(
            *zip(*points), marker=marker, markersize=4, label=f"{name}: slope {slopes[name]:.2f}"
        )
    ax.set(xlabel="how many", ylabel="µs a step")
    ax.legend(frameon=False)
    figure.savefig(PICTURE, dpi=90, metadata={"Software": None})


if __name__ == "__main__":
    main(growth)
