"""The time to import nnlib and others, and the peak memory of training."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from report import PEERS, best, main, there

IMPORTS = ["numpy", "nnlib", "matplotlib.pyplot", "sklearn.neural_network", *filter(there, PEERS)]
GOAL_MS = 20
HERE = Path(__file__).parent
TRAINING = """
import re, sys
from pathlib import Path
import numpy as np
from nnlib import digits
data = digits(np.random.default_rng(7), test_share=0.0)
import peers
# VmHWM: the peak of this process alone; getrusage would count its parent's as well.
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
task = peers.Task((64, 100, 10), data.X[:1600], data.Y[:1600], 32, 500)
if sys.argv[1] in ("torch", "jax"):
    __import__(sys.argv[1])
before = peak()
getattr(peers, sys.argv[1])(task)
print(before, peak() - before)
"""


def importing(report):
    """Milliseconds that a fresh Python takes for each import, without its own start."""
    fresh = lambda code: subprocess.run([sys.executable, "-c", code], check=True)  # noqa: E731
    codes = ["pass", *(f"import {name}" for name in IMPORTS)]
    nothing, *took = best([lambda code=code: fresh(code) for code in codes]) * 1000
    ms = dict(zip(IMPORTS, took - nothing))
    report.title("Importing", "Milliseconds in a fresh Python, without its own start.")
    report.table(["import", "ms"], [[name, ms[name]] for name in IMPORTS])
    report.say("", f"nnlib takes {ms['nnlib'] - ms['numpy']:.0f} ms more than numpy"
               f" (goal ≤ {GOAL_MS} ms).")  # fmt: skip


def memory(report):
    """Peak memory of 500 steps on digits, each in a fresh Python."""
    if not Path("/proc/self/status").exists():
        return report.say("", "Peak memory is left out: it can be read only on Linux.")
    report.title(
        "Peak memory",
        "Megabytes, 500 steps on digits, batches of 32, each in a fresh Python: after importing",
        "everything, and what training adds.",
    )
    rows = []
    for name in ["ours", "sklearn", *filter(there, PEERS)]:
        out = subprocess.run([sys.executable, "-c", TRAINING, name], cwd=HERE,  # where peers is
                             capture_output=True, text=True)  # fmt: skip
        before, more = map(float, out.stdout.split()) if out.returncode == 0 else (np.nan, np.nan)
        label = {"ours": "nnlib", "sklearn": "scikit-learn", **PEERS}[name]
        rows.append([label, before, more])
    report.table(["", "imported", "training adds"], rows)


if __name__ == "__main__":
    main(importing, memory)
