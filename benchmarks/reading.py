"""The time to train a network until it reads 97 % of the held-out digits."""

import numpy as np
import peers
from report import main, seconds, there

from nnlib import accuracy, digits

SIZES, BATCH, GOAL = (64, 100, 10), 32, 0.97


def reading(report):
    """Seconds of training until 97 % of the held-out digits are right."""
    data = digits(np.random.default_rng(7))
    n = len(data.X) // BATCH * BATCH
    X, Y = data.X[:n], data.Y[:n]
    score = lambda task, end: accuracy(data.Y_test, task.net.predict(end, data.X_test))  # noqa: E731
    for epochs in range(1, 100):
        task = peers.Task(SIZES, X, Y, BATCH, epochs * n // BATCH)
        if score(task, peers.ours(task)) >= GOAL:
            break
    report.title(
        f"Digits to {GOAL:.0%}",
        f"A quarter held out; momentum, batches of {BATCH}; {epochs} epochs, {task.steps} steps.",
        "All but scikit-learn start at the same weights and see the same batches. The first run is",
        "right after importing, and in it JAX compiles; then the best of five.",
    )
    everybody = {"nnlib": peers.ours, "scikit-learn": peers.sklearn}
    everybody |= {"PyTorch": peers.torch} if there("torch") else {}
    everybody |= {"JAX": peers.jax} if there("jax") else {}
    rows, fastest = [], {}
    for name, run in everybody.items():
        run(peers.Task(SIZES, X, Y, BATCH, 1))  # imports the peer; JAX compiles again for `task`
        ends = []
        first = seconds(lambda: ends.append(run(task)))
        fastest[name] = min(seconds(lambda: run(task)) for _ in range(5))
        end = ends[0]
        right = (
            end.score(data.X_test, data.Y_test.argmax(axis=1))
            if name == "scikit-learn"
            else score(task, end)
        )
        rows.append([name, first, fastest[name], f"{right:.1%}"])
    report.table(["", "first, s", "best, s", "held out"], rows)
    if there("jax"):
        cold = rows[-1][1] - fastest["JAX"]
        word = "before" if fastest["nnlib"] < cold else "after"
        report.say("", f"nnlib reads {GOAL:.0%} {word} JAX has compiled"
                   f" ({fastest['nnlib']:.2f} s against {cold:.2f} s; goal: before).")  # fmt: skip


if __name__ == "__main__":
    main(reading)
