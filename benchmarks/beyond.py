"""One network on digits, trained by four libraries: lines, seconds in a fresh Python, and results.

`python beyond.py` writes the table that notebook 12 shows, nncourse/libraries.md. Every library is
timed in processes of its own, in turns: importing, the first training, and the same once more.
"""

import ast
import importlib
import inspect
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import peers
from report import Report, machine, seconds, there

from nnlib import accuracy, digits

PAGE = Path(__file__).resolve().parent.parent / "nncourse" / "libraries.md"
SIZES, BATCH, EPOCHS, ROUNDS = (64, 100, 10), 32, 40, 5
NAMES = {"ours": "nnlib", "sklearn": "scikit-learn", "torch": "PyTorch", "jax": "JAX"}
HEAD = ["library", "lines", "import", "first", "again", "cold", "warm", "read", "apart"]
ONE = "import json, beyond; print(json.dumps(beyond.one({!r})))"
IMPORTS = {"ours": "nnlib", "sklearn": "sklearn.neural_network", "torch": "torch", "jax": "jax"}
ALONE = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def task():
    """The training that all do, and the digits held out."""
    data = digits(np.random.default_rng(7))
    n = len(data.X) // BATCH * BATCH
    return peers.Task(SIZES, data.X[:n], data.Y[:n], BATCH, EPOCHS * n // BATCH), data


def lines(program):
    """The lines of a function, without its docstring, comments and empty lines."""
    source = textwrap.dedent(inspect.getsource(program))
    body = ast.parse(source).body[0].body[1:]
    inside = source.splitlines()[body[0].lineno - 1 :]
    return sum(bool(line.split("#")[0].strip()) for line in inside)


def one(name):
    """In a fresh process: seconds of the first training and of the second, score, and weights."""
    given, data = task()
    importlib.import_module(IMPORTS[name])  # which is timed by itself
    train, ends = getattr(peers, name), []
    first, again = (seconds(lambda: ends.append(train(given))) for _ in range(2))
    if name == "sklearn":
        right, apart = ends[0].score(data.X_test, data.Y_test.argmax(axis=1)), np.nan
    else:
        right = accuracy(data.Y_test, given.net.predict(ends[0], data.X_test))
        apart = float(np.abs(ends[0] - peers.ours(given)).max())
    return first, again, right, apart


def fresh(code):
    """What a new Python prints when it runs these lines beside this file."""
    out = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent, check=True,
                         capture_output=True, text=True)  # fmt: skip
    return json.loads(out.stdout)


def table(report):
    """A row for each library; every time is the best of the rounds, as a multiple of nnlib's."""
    names = [name for name in NAMES if name in ("ours", "sklearn") or there(name)]
    imports = {name: [] for name in names}
    runs = {name: [] for name in names}
    for _ in range(ROUNDS):
        for name in names:
            imports[name].append(fresh(ALONE.format(IMPORTS[name])))
            runs[name].append(fresh(ONE.format(name)))
    rows, best = [], {}
    for name in names:
        first, again = np.min([run[:2] for run in runs[name]], axis=0)
        best[name] = np.array([min(imports[name]), first, again])
        cold = best[name][0] + first
        *_, right, apart = runs[name][0]
        far = (
            "own start"
            if np.isnan(apart)
            else "less than 1e-14"
            if apart < 1e-14
            else f"{apart:.0e}"
        )
        length = str(lines(getattr(peers, name)))
        rows.append([NAMES[name], length, *best[name].round(2), cold, f"{right:.0%}", far])
    rows[0][-1] = ""
    ours = best["ours"]
    for row, name in zip(rows, names):
        row[5] = f"{row[5] / (ours[0] + ours[1]):.1f}"
        row.insert(6, f"{best[name][2] / ours[2]:.1f}")
    report.table(HEAD, rows)


if __name__ == "__main__":
    missing = [NAMES[name] for name in ("torch", "jax") if not there(name)]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}. pip install -e '.[bench]', then once more")
    report = Report()
    table(report)
    report.say("", *machine())
    PAGE.write_text("\n".join(report.lines) + "\n", encoding="utf-8")
