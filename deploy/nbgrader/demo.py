"""Nine students hand in exercise 04, and all of it goes the way of a real class: make grade-demo.

    python demo.py          grade the nine, print the table, and keep the course to look at
    python demo.py 60       grade a class of sixty, and print how long it took

The tests of tests/grading stand on the same submissions.
"""

import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXERCISES = HERE.parent.parent / "notebooks" / "exercises"
NAME = "04_backprop"

# Answers to the tasks of 04. Right ones are in the solved source; these are right in another way.
OTHERWISE = {
    "delta_output": "n = A2.shape[0]\n    return A2 / n - Y / n",
    "slopes": "gW = sum(np.outer(x, d) for x, d in zip(a, delta))\n"
    '    return gW, np.einsum("ij->j", delta)[None, :]',
    "delta_hidden": "return np.array([(W2 @ d) * (1 + h) * (1 - h) for d, h in zip(delta2, A1)])",
    "delta_logistic": "return delta_output(A2, Y) * (A2 - A2**2)",
}
WRONG = {
    "delta_output": "return Y - A2",
    "slopes": "return a.T @ delta, delta.mean(axis=0, keepdims=True)",
    "delta_hidden": "return delta2 @ W2.T * (1 - np.tanh(A1) ** 2)",
    "backward": "return W1, b1, W2, b2",
    "delta_logistic": "return A2 - Y",
}
LOOP = """
while True:
    try:
        while True:
            pass
    except BaseException:  # the interrupt as well
        pass
"""


def solved() -> dict[str, str]:
    """The solved cells of the source, by task, without the marks."""
    cells = {}
    for cell in json.loads((EXERCISES / "source" / f"{NAME}.ipynb").read_text("utf-8"))["cells"]:
        lines = "".join(cell["source"]).splitlines()
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            kept = [line for line in lines if not line.strip().startswith("### ")]
            cells[cell["metadata"]["nbgrader"]["grade_id"]] = "\n".join(kept)
    return cells


class Copy:
    """A student's copy of the exercise, as it is handed out, and what she makes of it."""

    def __init__(self, name: str = NAME):
        self.notebook = json.loads((EXERCISES / f"{name}.ipynb").read_text("utf-8"))

    def find(self, task: str) -> dict:
        """The cell of a task, or of its test: slopes, slopes-check."""
        for cell in self.notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == f"04-{task}":
                return cell
        raise KeyError(task)

    def solve(self, *tasks: str) -> "Copy":
        """As in the source; without names, everything."""
        for name, source in solved().items():
            if not tasks or name.removeprefix("04-") in tasks:
                self.find(name.removeprefix("04-"))["source"] = source
        return self

    def write(self, bodies: dict[str, str]) -> "Copy":
        """Other lines for these functions."""
        for task, body in bodies.items():
            cell = self.find(task)
            head = "".join(cell["source"]).splitlines()[0]
            cell["source"] = f"{head}\n    {body}"
        return self

    def replace(self, name: str, source: str) -> "Copy":
        """Another text for a cell."""
        self.find(name)["source"] = source
        return self

    def remove(self, *names: str) -> "Copy":
        for name in names:
            self.notebook["cells"].remove(self.find(name))
        return self

    def keep(self, *places: int | None) -> "Copy":
        """Of all cells only those from one place to another."""
        self.notebook["cells"] = self.notebook["cells"][slice(*places)]
        return self

    def add(self, source: str, after: str, kind: str = "code") -> "Copy":
        """A new cell after the one of this name."""
        place = self.notebook["cells"].index(self.find(after)) + 1
        new = {"cell_type": kind, "id": "added", "metadata": {}, "source": source}
        new |= {"execution_count": None, "outputs": []} if kind == "code" else {}
        self.notebook["cells"].insert(place, new)
        return self


def nine() -> dict[str, Copy]:
    """What the nine hand in. The tests are worth 1, 2, 3, 4 and 2 points, 12 in all; another 2 are
    given by hand for the question at the end.
    """
    wrong_slopes = {"slopes": WRONG["slopes"]}
    return {
        "ada-right": Copy().solve(),
        "ben-otherwise": Copy().solve("backward", "open").write(OTHERWISE),
        "cleo-half": Copy().solve("delta_output", "slopes", "delta_logistic"),
        "dora-wrong": Copy().write(WRONG),
        "emil-untouched": Copy(),
        # Both have the slopes wrong, which costs 2 points, and with them backward, which costs 4.
        "finn-edited-test": Copy()
        .solve()
        .write(wrong_slopes)
        .replace("slopes-check", "assert True"),
        "gina-no-test": Copy().solve().write(wrong_slopes).remove("slopes-check"),
        # No check can be blamed for these two: their cells are run as they are.
        "hugo-endless": Copy().solve().add(LOOP, after="slopes"),
        "iris-killed": Copy().solve().add("import os\nos._exit(1)", after="slopes"),
    }


def crowd(count: int) -> dict[str, Copy]:
    """A class of this size: the nine, and more like the first seven of them."""
    some = nine()
    kinds = list(some)[:7]
    for i in range(count - len(some)):
        kind = kinds[i % len(kinds)]
        some[f"student-{i:03d}-{kind.partition('-')[2]}"] = copy.deepcopy(some[kind])
    return dict(list(some.items())[-count:]) if count < len(some) else some


def hand_in(folder: Path, submissions: dict[str, Copy]) -> None:
    """Put what was handed in into a folder beside which a course can be made."""
    folder.chmod(0o711)
    handed_in = folder / "handed-in"
    handed_in.mkdir(mode=0o700)
    for student, work in submissions.items():
        text = json.dumps(work.notebook, indent=1)
        (handed_in / f"{student}.ipynb").write_text(text, "utf-8")


@contextmanager
def classroom(submissions: dict[str, Copy]):
    """A folder for a course, with what was handed in beside it; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nnlib-class-") as name:
        hand_in(Path(name), submissions)
        yield Path(name)


def lasting(tree: Path = HERE.parent.parent) -> Path:
    """An empty folder that stays: build/grade-demo in the tree, or, where this is root and others
    cannot come into the tree, one that they can reach.
    """
    folder = tree / "build" / "grade-demo"
    if os.geteuid() == 0 and not all(p.stat().st_mode & 0o001 for p in [tree, *tree.parents]):
        return Path(tempfile.mkdtemp(prefix="nnlib-grade-demo-", dir="/var/tmp"))
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    folder.parent.chmod(folder.parent.stat().st_mode | 0o111)
    return folder


def grade(*arguments, **options) -> subprocess.CompletedProcess:
    """The grade command with these arguments."""
    return subprocess.run([HERE / "grade", *map(str, arguments)], text=True, **options)


def demonstrate(*options, folder: Path | None = None) -> int:
    """Grade the nine before your eyes; the pages that are named can be opened afterwards."""
    folder = folder or lasting()
    hand_in(folder, nine())
    done = grade(*options, "all", folder / "course", NAME, f"{folder}/handed-in/{{student}}.ipynb")
    print(f"\nAll of it stays in {folder}")
    return done.returncode


def measure(count: int) -> int:
    """Grade a class of this size, and say how long it took."""
    with classroom(crowd(count)) as folder:
        start = time.perf_counter()
        done = grade("all", folder / "course", NAME, f"{folder}/handed-in/{{student}}.ipynb")
        seconds = time.perf_counter() - start
        load, cores = os.getloadavg()[0], os.cpu_count()
        print(f"\n{count} students in {seconds:.0f} s, at a load of {load:.1f} on {cores} cores.")
        print("The goal is 180 s for 60 students.")
    return done.returncode


if __name__ == "__main__":
    os.environ.setdefault("GRADING_ENV", sys.prefix)
    counts = list(map(int, sys.argv[1:]))
    sys.exit(measure(*counts) if counts else demonstrate())
