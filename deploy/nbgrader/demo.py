"""Grade nine notebooks of exercise 04 as in a real class: make grade-demo.

    python demo.py          grade the nine, print the table, and keep the course to look at
    python demo.py 60       grade a class of sixty, and print how long it took

The tests in tests/grading use the same submissions.
"""

import copy
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXERCISES = HERE.parent.parent / "notebooks" / "exercises"
NAME = "04_backprop"

# Answers to the tasks of 04: right ones that differ from the solved source, and wrong ones.
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
    except BaseException:  # KeyboardInterrupt too: only killing the kernel ends this
        pass
"""


def solved() -> dict[str, str]:
    """{grade_id: lines} of the solved cells of the source, without the ### lines."""
    cells = {}
    for cell in json.loads((EXERCISES / "source" / f"{NAME}.ipynb").read_text("utf-8"))["cells"]:
        lines = "".join(cell["source"]).splitlines()
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            kept = [line for line in lines if not line.strip().startswith("### ")]
            cells[cell["metadata"]["nbgrader"]["grade_id"]] = "\n".join(kept)
    return cells


class Copy:
    """A student's copy of the exercise; its methods change cells and return the copy."""

    def __init__(self, name: str = NAME):
        self.notebook = json.loads((EXERCISES / f"{name}.ipynb").read_text("utf-8"))

    def find(self, task: str) -> dict:
        """The cell of a task, such as slopes, or of its test, slopes-check."""
        for cell in self.notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == f"04-{task}":
                return cell
        raise KeyError(task)

    def solve(self, *tasks: str) -> "Copy":
        """Solve these tasks as in the source; without names, all of them."""
        for name, source in solved().items():
            if not tasks or name.removeprefix("04-") in tasks:
                self.find(name.removeprefix("04-"))["source"] = source
        return self

    def write(self, bodies: dict[str, str]) -> "Copy":
        """Replace the bodies of these functions."""
        for task, body in bodies.items():
            cell = self.find(task)
            head = "".join(cell["source"]).splitlines()[0]
            cell["source"] = f"{head}\n    {body}"
        return self

    def replace(self, name: str, source: str) -> "Copy":
        """Replace the source of a cell."""
        self.find(name)["source"] = source
        return self

    def remove(self, *names: str) -> "Copy":
        for name in names:
            self.notebook["cells"].remove(self.find(name))
        return self

    def keep(self, *places: int | None) -> "Copy":
        """Keep only a slice of the cells: keep(2, None) drops the first two."""
        self.notebook["cells"] = self.notebook["cells"][slice(*places)]
        return self

    def add(self, source: str, after: str, kind: str = "code") -> "Copy":
        """Add a cell after the one named."""
        place = self.notebook["cells"].index(self.find(after)) + 1
        new = {"cell_type": kind, "id": "added", "metadata": {}, "source": source}
        new |= {"execution_count": None, "outputs": []} if kind == "code" else {}
        self.notebook["cells"].insert(place, new)
        return self


def nine() -> dict[str, Copy]:
    """{student: what she hands in} of the nine.

    The tests are worth 1, 2, 3, 4 and 2 points. The teacher gives up to 2 more for the open answer.
    """
    wrong_slopes = {"slopes": WRONG["slopes"]}
    return {
        "ada-right": Copy().solve(),
        "ben-otherwise": Copy().solve("backward", "open").write(OTHERWISE),
        "cleo-half": Copy().solve("delta_output", "slopes", "delta_logistic"),
        "dora-wrong": Copy().write(WRONG),
        "emil-untouched": Copy(),
        # slopes is wrong in both, which costs 2 points, and so is backward, which calls it: 4 more.
        "finn-edited-test": Copy()
        .solve()
        .write(wrong_slopes)
        .replace("slopes-check", "assert True"),
        "gina-no-test": Copy().solve().write(wrong_slopes).remove("slopes-check"),
        # These two cannot be graded: no check protects against a cell outside of the answers.
        "hugo-endless": Copy().solve().add(LOOP, after="slopes"),
        "iris-killed": Copy().solve().add("import os\nos._exit(1)", after="slopes"),
    }


def crowd(count: int) -> dict[str, Copy]:
    """A class of this size: the nine, and copies of the first seven of them."""
    some = nine()
    kinds = list(some)[:7]
    for i in range(count - len(some)):
        kind = kinds[i % len(kinds)]
        some[f"student-{i:03d}-{kind.partition('-')[2]}"] = copy.deepcopy(some[kind])
    return dict(list(some.items())[-count:]) if count < len(some) else some


def hand_in(folder: Path, submissions: dict[str, Copy]) -> None:
    """Write the submissions into handed-in, in a folder in which a course can be made."""
    folder.chmod(0o711)
    handed_in = folder / "handed-in"
    handed_in.mkdir(mode=0o700)
    for student, work in submissions.items():
        text = json.dumps(work.notebook, indent=1)
        (handed_in / f"{student}.ipynb").write_text(text, "utf-8")


@contextmanager
def classroom(submissions: dict[str, Copy]):
    """A temporary folder with the submissions, in which a course can be made."""
    with tempfile.TemporaryDirectory(prefix="nnlib-class-") as name:
        hand_in(Path(name), submissions)
        yield Path(name)


def lasting(tree: Path = HERE.parent.parent) -> Path:
    """An empty folder that is not removed: build/grade-demo in the tree.

    As root it has to be open to the users that grade; if the tree is not, it is in /var/tmp.
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
    """Run the grade command with these arguments, to its end, also after Ctrl-C."""
    # `run` would then kill it, before it has ended the students' code.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run([HERE / "grade", *map(str, arguments)], text=True, **options)
    finally:
        signal.signal(signal.SIGINT, before)


def demonstrate(*options, folder: Path | None = None) -> int:
    """Grade the nine and keep the course, so that the pages can be opened."""
    folder = folder or lasting()
    hand_in(folder, nine())
    done = grade(*options, "all", folder / "course", NAME, f"{folder}/handed-in/{{student}}.ipynb")
    print(f"\nAll of it stays in {folder}")
    return done.returncode


def measure(count: int) -> int:
    """Grade a class of this size and print how long it took."""
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
