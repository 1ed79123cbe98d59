"""The time of one training step, compared with scikit-learn, PyTorch, JAX, the 2013 post's loop and
the floor: the arithmetic alone.
"""

import numpy as np
import peers
from report import best, main, seconds, there

from nnlib import NeuralNetwork, digits, xor

SIZES = (64, 100, 10)
BATCHES = {1: 1600, 8: 1600, 32: 1000, 200: 320}  # {batch: steps per round}
# {batch: goals}: at least scikit-learn / nnlib and PyTorch / nnlib, at most nnlib / floor.
GOALS = {1: (4, 4.5, 3), 8: (3, 4, 2.4), 32: (2.4, 3, 1.8), 200: (1.5, 2, 1.35)}


def step(report):
    """Tables of microseconds per step, of ratios, and of the steps until JAX overtakes nnlib."""
    data = digits(np.random.default_rng(7), test_share=0.0)
    X, Y = data.X[:1600], data.Y[:1600]
    report.title(
        "One training step",
        "Digits 64-100-10, tanh and softmax with cross-entropy, momentum, float64; microseconds",
        "per step. The floor is only the matrix products, tanh, exp and one update, into",
        "preallocated arrays. PyTorch runs eagerly; JAX is one compiled scan over all steps, warm.",
    )
    everybody = {"nnlib": peers.ours, "scikit-learn": peers.sklearn, "floor": peers.floor}
    everybody |= {"PyTorch": peers.torch} if there("torch") else {}
    everybody |= {"JAX": peers.jax} if there("jax") else {}
    times, ratios, compiled = [], [], []
    for batch, steps in BATCHES.items():
        task = peers.Task(SIZES, X, Y, batch, steps)
        cold = seconds(lambda: peers.jax(task)) if there("jax") else np.nan
        took = best([lambda run=run: run(task) for run in everybody.values()])
        us = dict.fromkeys(["PyTorch", "JAX"], np.nan) | dict(zip(everybody, took / steps * 1e6))
        post = best([lambda: peers.post(SIZES, X, Y, steps, 0.02)])[0] / steps * 1e6
        names = ["nnlib", "scikit-learn", "PyTorch", "JAX", "floor"]
        times.append([str(batch), *(us[name] for name in names), post if batch == 1 else np.nan])
        a, b, c = GOALS[batch]
        ratios.append([
            str(batch), us["scikit-learn"] / us["nnlib"], f"≥ {a}", us["PyTorch"] / us["nnlib"],
            f"≥ {b}", us["nnlib"] / us["floor"], f"≤ {c}",
        ])  # fmt: skip
        compiling, gain = cold * 1e6 - us["JAX"] * steps, us["nnlib"] - us["JAX"]
        same = [everybody[name] for name in ("PyTorch", "JAX") if name in everybody]
        apart = max([np.abs(run(task) - peers.ours(task)).max() for run in same], default=0)
        overtakes = f"{compiling / gain:,.0f}" if gain > 0 else "–"
        compiled.append([str(batch), compiling / 1e6, overtakes, f"{apart:.0e}"])
    report.table(["batch", *names, "the post's loop"], times)
    ratio = ["scikit-learn / nnlib", "goal", "PyTorch / nnlib", "goal", "nnlib / floor", "goal"]
    report.say("")
    report.table(["batch", *ratio], ratios)
    if there("jax"):
        head = [
            "batch",
            "JAX compiles, s",
            "overtakes nnlib after steps",
            "weights apart by at most",
        ]
        report.say("", "JAX cold, and the largest difference of the last weights from nnlib's:", "")
        report.table(head, compiled)


def single(report):
    """NeuralNetwork.fit, the method of the 2013 post, compared with the post's loop."""
    report.title(
        "NeuralNetwork.fit", "Single samples, microseconds a step; the post's loop has no loss."
    )
    data, gate = digits(np.random.default_rng(7)), xor()
    rows = []
    for name, layers, X, Y, steps, rate in [
        ("XOR 2-2-1", [2, 2, 1], gate.X, gate.Y.ravel(), 10_000, 0.2),
        ("digits 64-100-10", list(SIZES), data.X, data.Y, 10_000, 0.02),
    ]:
        nn = NeuralNetwork(layers, "tanh", rng=7)
        ours = lambda: nn.fit(X, Y, rate, steps=steps, progress=False)  # noqa: E731
        a, b = best([ours, lambda: peers.post(layers, X, Y, steps, rate)]) / steps * 1e6
        rows.append([name, a, b, a / b, "≤ 1"])
    report.table(["", "nnlib", "the post's loop", "nnlib / post", "goal"], rows)


if __name__ == "__main__":
    main(step, single)
