"""Change the code in a thousand small ways, one at a time, and see whether a test fails each time.

    python tools/mutants.py                      all files of FILES: make mutants
    python tools/mutants.py nnlib/losses.py      this one: make mutants FILES=nnlib/losses.py

A change after which every test still passes has survived: a test is missing, or the change makes no
difference, and then its reason stands in tests/equivalent_mutants.toml. (The tools that do this for
any project, mutmut and cosmic-ray, change trees or wrap functions, whose source our tests and
notebooks show, or start a new Python for each change: hours in place of minutes.)

First all TESTS run once, and what they touch is written down. A mutant then meets only the tests
that touch its line, quickest first, in a fork of a Python that has imported numpy and pytest.
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Queue
from types import SimpleNamespace

import psutil
from mutations import Mutant, mutants

ROOT = Path(__file__).resolve().parent.parent
EQUIVALENT = ROOT / "tests" / "equivalent_mutants.toml"
GOAL = 0.95
ANSWERS = [f"nncourse/exercises/{name}.py" for name in ("guard", "verdict", "wire")]
BEYOND = ("__init__", "estimators", "experiments")  # nnlib's files that are not its numerics
FILES = [*(f"nnlib/{path.name}" for path in sorted((ROOT / "nnlib").glob("*.py"))
           if path.stem not in BEYOND), *ANSWERS]  # fmt: skip
TESTS = ["tests/numerics", "nnlib", *ANSWERS, *(f"tests/course/test_{name}.py" for name in
         ("exercises", "guard", "hostile_answers", "verdict", "wire"))]  # fmt: skip
IDLE = 15  # seconds: what does nothing for so long waits for ever
MEMORY = 6 << 30  # bytes that a mutant may take
UNUSED = ("cacheprovider", "cov", "xdist", "nbval")  # plugins that take their time to start


class Seconds:
    """A plugin of pytest that writes down how long each test took."""

    def __init__(self, path: Path):
        self.path, self.taken = path, Counter()

    def pytest_runtest_logreport(self, report):
        self.taken[report.nodeid] += report.duration

    def pytest_sessionfinish(self):
        self.path.write_text(json.dumps(self.taken), "utf-8")


class Only:
    """A plugin of pytest that runs only these tests, in this order."""

    def __init__(self, names: list[str]):
        self.place = {name: i for i, name in enumerate(names)}

    def pytest_collection_modifyitems(self, items):
        items[:] = sorted((item for item in items if item.nodeid in self.place),
                          key=lambda item: self.place[item.nodeid])  # fmt: skip


def copy(folder: Path) -> Path:
    """The files that git knows, as they are now, in `folder`."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def enter(folder: Path) -> None:
    """What is imported from now on, here and in new processes, is that of `folder`."""
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg",
                   "OPENBLAS_NUM_THREADS": "1"}  # fmt: skip


def worked(pid: int) -> float:
    """The seconds of the processor that a process and its children have had; 0 if it has ended."""
    total = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += sum(one.cpu_times()[:4])
    return total


def in_a_fork(do, seconds: float) -> int | None:
    """The number that `do` gives in a fork; None if it took longer, or waits for ever."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1), os.dup2(nowhere, 2)
        try:
            os._exit(do())
        finally:
            os._exit(3)
    end, before, looks = time.monotonic() + seconds, 0.0, time.monotonic() + IDLE
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done or time.monotonic() > end:
            break
        if time.monotonic() > looks:
            before, last = worked(pid), before
            if before < last + 0.1:
                break
            looks = time.monotonic() + IDLE
        time.sleep(0.01)
    try:
        os.killpg(pid, signal.SIGKILL)  # and what it has started
    except ProcessLookupError:
        pass
    if not done:
        os.waitpid(pid, 0)
        return None
    return os.waitstatus_to_exitcode(status)


def run_all(folder: Path) -> None:
    """All tests once, in `folder`: seconds in seconds.json, what each touches in .coverage."""
    import pytest

    enter(folder)
    tests = [name for name in TESTS if (folder / name).exists()]
    covered = ["--cov", "--cov-context=test", "--cov-report=", "--cov-fail-under=0"]
    sys.exit(pytest.main(["-q", "-n", "2", *covered, *tests], [Seconds(folder / "seconds.json")]))


def touched(folder: Path, file: str) -> dict[int, list[str]]:
    """The tests that touch each line of a file."""
    from coverage import CoverageData

    data = CoverageData(str(folder / ".coverage"))
    data.read()
    path = next((path for path in data.measured_files() if path.endswith(f"/{file}")), "")
    lines = data.contexts_by_lineno(path) if path else {}
    return {line: [name.split("|")[0] for name in names] for line, names in lines.items()}


def meets(mutant: Mutant, file: str, lines: dict, seconds: dict) -> list[list[str]]:
    """The tests that a mutant meets, each group quickest first.

    Its file's own tests that touch its line, then others that do, then what else its file has: it
    may touch the line in a fork, where nobody counts. All, if none touches it, as at the import.
    """
    quickest = sorted(seconds, key=seconds.get)
    own = [name for name in quickest if Path(file).stem in Path(name.split("::")[0]).stem]
    touch = set(lines.get(mutant.line, [])) & set(seconds) or set(seconds)
    groups = ([name for name in own if name in touch],
              [name for name in quickest if name in touch and name not in own],
              [name for name in own if name not in touch])  # fmt: skip
    return [some for some in groups if some]


def serve(folder: Path) -> None:
    """Read mutants from stdin, a line each, and say of each whether it survives."""
    import hypothesis  # noqa: F401
    import numpy  # noqa: F401
    import pytest
    import sklearn.neural_network  # noqa: F401

    enter(folder)
    for line in sys.stdin:
        file, source, groups, seconds = json.loads(line)
        right = (folder / file).read_bytes()
        (folder / file).write_text(source, "utf-8")
        alive = True
        for names in groups:
            files = sorted({name.split("::")[0] for name in names})

            def tests(files=files, names=names):
                _, hard = resource.getrlimit(resource.RLIMIT_AS)  # tests may set others
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))
                without = [f"-pno:{name}" for name in UNUSED]
                return int(pytest.main(["-q", "-x", *without, *files], [Only(names)]))

            alive = alive and in_a_fork(tests, seconds) == 0
        (folder / file).write_bytes(right)
        print(json.dumps(alive), flush=True)


def start(what: str, folder: Path, **streams) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, __file__, what, folder], text=True, **streams)


def survivors(work: list[tuple[str, Mutant, list, float]], folders: list[Path]) -> list[bool]:
    """Whether each of the mutants survives; in as many processes as there are folders."""
    free, began = Queue(), time.monotonic()
    for folder in folders:
        free.put(start("serve", folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    done = []

    def ask(job):
        file, mutant, groups, seconds = job
        server = free.get()
        print(json.dumps([file, mutant.source, groups, seconds]), file=server.stdin, flush=True)
        alive = json.loads(server.stdout.readline())
        free.put(server)
        done.append(alive)
        if alive and mutant.name:
            print(f"alive  {file}:{mutant.line}  {mutant.name}", flush=True)
        if len(done) % 100 == 0:
            print(f"{len(done)} of {len(work)}, {time.monotonic() - began:.0f} s", flush=True)
        return alive

    with ThreadPoolExecutor(len(folders)) as pool:
        return list(pool.map(ask, work))


def fail_unchanged(seconds: dict, folders: list[Path]) -> list[str]:
    """The files whose quick tests fail in a fork though nothing is changed.

    Every mutant that meets such a file would count as killed.
    """
    quick, taken = defaultdict(list), Counter()
    for name in sorted(seconds, key=seconds.get):
        file = name.split("::")[0]
        taken[file] += seconds[name]
        if not quick[file] or taken[file] < 1:
            quick[file].append(name)
    nothing = SimpleNamespace(name="", source=(ROOT / FILES[0]).read_text("utf-8"))
    alive = survivors([(FILES[0], nothing, [names], 120) for names in quick.values()], folders)
    return [file for file, survives in zip(quick, alive) if not survives]


def report(work, alive: list[bool]) -> int:
    """A table of files; what is not as it should be; 0 if the goal is reached, else 1."""
    known = tomllib.loads(EQUIVALENT.read_text("utf-8")) if EQUIVALENT.exists() else {}
    rows, stale = defaultdict(Counter), []
    for (file, mutant, *_), survives in zip(work, alive):
        reason = known.get(file, {}).pop(mutant.name, None)
        rows[file]["equivalent" if survives and reason else "alive" if survives else "killed"] += 1
        if reason and not survives:
            stale.append(f"{file}: {mutant.name}: killed")
    stale += [f"{file}: {name}: no such mutant" for file in rows for name in known.get(file, {})]
    rows["all"] = sum(rows.values(), Counter())
    print(f"\n{'':34}killed  equivalent  alive  share killed")
    for file, row in rows.items():
        share = row["killed"] / max(row["killed"] + row["alive"], 1)
        print(f"{file:34}{row['killed']:6}{row['equivalent']:12}{row['alive']:7}{share:14.1%}")
    for line in stale:
        print(f"{EQUIVALENT.name} is out of date: {line}")
    return int(bool(stale) or share < GOAL)


def main(files: list[str]) -> int:
    with tempfile.TemporaryDirectory() as base:
        folders = [copy(Path(base) / str(i)) for i in range(os.cpu_count() or 1)]
        if start("all", folders[0]).wait():
            print("these tests have to pass before a change can make them fail")
            return 1
        seconds = json.loads((folders[0] / "seconds.json").read_text("utf-8"))
        if failed := fail_unchanged(seconds, folders):
            print("unchanged, these fail in a fork:", *failed, sep="\n")
            return 1
        work = []
        for file in files or FILES:
            lines = touched(folders[0], file)
            for mutant in mutants((ROOT / file).read_text("utf-8")):
                groups = meets(mutant, file, lines, seconds)
                most = 30 + 10 * sum(seconds[name] for names in groups for name in names)
                work.append((file, mutant, groups, most))
        print(f"{len(work)} mutants", flush=True)
        return report(work, survivors(work, folders))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["all", folder]:
            run_all(Path(folder))
        case ["serve", folder]:
            serve(Path(folder))
        case files:
            sys.exit(main(files))
