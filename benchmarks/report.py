"""Shared by all benchmarks: timing in turns, peers that may be missing, tables in Markdown."""

import importlib.util
import os
import platform
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROUNDS = 5
PEERS = {"torch": "PyTorch", "jax": "JAX"}


def there(module):
    """Whether a module is installed; the peers are in the optional extra `bench`."""
    return importlib.util.find_spec(module) is not None


def seconds(call):
    """The seconds that a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def best(calls, rounds=ROUNDS):
    """The shortest time of each call in seconds, over rounds in which each is called once.

    If the speed of the machine changes, the times do too, but hardly their ratios.
    """
    return np.min([[seconds(call) for call in calls] for _ in range(rounds)], axis=0)


def machine():
    """Two sentences: the date and the processor; versions and threads."""
    from threadpoolctl import threadpool_info  # comes with scikit-learn

    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = models[0] if models else platform.processor() or platform.machine()
    blas = [info for info in threadpool_info() if info["user_api"] == "blas"]
    names = ["numpy", "scikit-learn", *(name for name in PEERS if there(name))]
    return [
        f"{date.today():%d %B %Y}, {processor}, {os.cpu_count()} cores,"
        f" {platform.system()} {platform.machine()}.",
        f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in names)
        + "; BLAS: "
        + ", ".join(f"{b['internal_api']} {b['version']}, {b['num_threads']} thread" for b in blas)
        + ".",
    ]


class Report:
    """Prints lines of Markdown and keeps them in `lines`."""

    def __init__(self):
        self.lines = []

    def say(self, *lines):
        for line in lines:
            print(line, flush=True)
            self.lines.append(line)

    def title(self, title, *sentences):
        self.say("", f"## {title}", "", *sentences)
        missing = [PEERS[name] for name in PEERS if not there(name)]
        if missing:
            self.say(f"Left out, as not installed (extra `bench`): {', '.join(missing)}.")
        self.say("")

    def table(self, head, rows):
        """A table; numbers have three digits, nan is a dash."""
        cells = [[str(c) for c in head], *[[_cell(c) for c in row] for row in rows]]
        wide = [max(map(len, column)) for column in zip(*cells)]
        ruler = ["-" * wide[0], *["-" * (w - 1) + ":" for w in wide[1:]]]
        for row in [cells[0], ruler, *cells[1:]]:
            first, *others = zip(row, wide)
            padded = [f"{first[0]:<{first[1]}}", *(f"{cell:>{w}}" for cell, w in others)]
            self.say("| " + " | ".join(padded) + " |")


def _cell(value):
    if isinstance(value, str):
        return value
    if np.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def main(*parts):
    """Run the parts, each a function of a Report, and return the report."""
    report = Report()
    report.say(*machine())
    for part in parts:
        part(report)
    return report
