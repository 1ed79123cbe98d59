"""Grade the exercises of a class, from the notebooks handed in to a table.

    grade make COURSE [NN_name ...]              the folder of a course, with its assignments in it
    grade collect COURSE NN_name PATTERN         take in what was handed in
    grade autograde COURSE NN_name [STUDENT ...] run the tests, for all who have no grade yet
    grade feedback COURSE NN_name                write the pages that students get back
    grade export COURSE NN_name                  write COURSE/NN_name.csv and print it
    grade all COURSE NN_name PATTERN             all of that, in this order

COURSE is a folder, NN_name an exercise of notebooks/exercises/source. PATTERN says where the
notebooks are, with {student} in place of a name: 'handed-in/{student}.ipynb' or
'homes/{student}/notebooks/exercises/04_backprop.ipynb'.

As root, nbgrader runs as the user whose the folder is (if that is root, it is given to a user id of
its own), and what the students wrote runs under user ids that own nothing.
"""

import argparse
import contextlib
import json
import os
import queue
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # python -I leaves it out
from apart import Keeper, surroundings  # noqa: E402

SOURCE = HERE.parent.parent / "notebooks" / "exercises" / "source"
IDS = 29000  # the grader's user id where there is no other; the kernels have those after it
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")  # what a folder can be called, and nbgrader finds
LARGEST = 20_000_000  # bytes of a notebook
SECONDS = 300  # for one student, whatever happens


class Wrong(Exception):
    """Something that a person has to put right, in a sentence."""


# Who does it


class Office:
    """Where nbgrader works: its user, its bare environment, its kernels; `root` or not."""

    def __init__(self, course: Path, ids: int, jobs: int):
        self.course, self.jobs, self.root = course, jobs, os.geteuid() == 0
        self.folder = Path(tempfile.mkdtemp(prefix="nnlib-grading-"))
        self.keeper, self.who = None, {}
        try:
            self._furnish(ids)
        except BaseException:
            self.close()
            raise

    def _furnish(self, ids: int) -> None:
        """Put into the folder what nbgrader needs: a home, the programs, how to start a kernel."""
        for name in ("apart.py", "worker.py"):
            shutil.copy(HERE / name, self.folder)
            (self.folder / name).chmod(0o644)
        home = self.folder / "home"
        home.mkdir(mode=0o700)
        self.environment = surroundings(home) | {
            "JUPYTER_PATH": str(self.folder),
            "JUPYTER_RUNTIME_DIR": str(home),
            "JUPYTER_CONFIG_DIR": str(home),
            "JUPYTER_DATA_DIR": str(home),
        }
        program = [sys.executable, "-I", str(self.folder / "apart.py")]
        if self.root:
            user, group = self._owner(ids)
            self.who = {"user": user, "group": group, "extra_groups": []}
            os.chown(home, user, group)
            self.folder.chmod(0o711)
            self._can_be_reached(user, ids + 1)
            # A kernel that is over gives its user id back a moment later than the next one starts.
            self.keeper = Keeper(self.folder, user, range(ids + 1, ids + 1 + 2 * self.jobs))
            start = [*program, "stand-in", "{connection_file}", str(self.keeper.socket)]
        else:
            start = [*program, "kernel", "{connection_file}", "0"]
        spec = {"argv": start, "display_name": "Python 3 (graded)", "language": "python"}
        kernels = self.folder / "kernels" / "python3"
        kernels.mkdir(parents=True)
        (kernels / "kernel.json").write_text(json.dumps(spec))

    def _owner(self, ids: int) -> tuple[int, int]:
        """Whose the folder of the course is. Made by sudo, it is the caller's; root's, it is given
        away with all that is in it.
        """
        found = self.course.stat()
        user, group = found.st_uid, found.st_gid
        if user == 0:
            user = int(os.environ.get("SUDO_UID", 0)) or ids
            group = int(os.environ.get("SUDO_GID", 0)) or ids
            for path in [self.course, *self.course.rglob("*")]:
                os.chown(path, user, group, follow_symlinks=False)
        return user, group

    def _can_be_reached(self, user: int, nobody: int) -> None:
        """Refuse an environment or a folder that is closed to who has to use it."""
        look = (
            "import nnlib; from importlib.resources import files; "
            "[files(name) for name in ('nbgrader', 'ipykernel')]"
        )

        def looks(number):
            who = {"user": number, "group": number, "extra_groups": [], "cwd": "/"}
            command = [sys.executable, "-I", "-c", look]
            try:
                done = subprocess.run(command, env=self.environment, capture_output=True, **who)
            except PermissionError:
                return False
            return done.returncode == 0

        if not (looks(user) and looks(nobody)):
            raise Wrong(
                f"Other users cannot use {sys.executable}, it or its Python is in a folder that "
                "is closed to them: make the environment elsewhere, "
                "make grading GRADING_ENV=/var/tmp/nnlib-grading, and name it in GRADING_ENV."
            )
        done = subprocess.run(["/usr/bin/test", "-w", str(self.course)], **self.who, cwd="/")
        if done.returncode:
            raise Wrong(f"User {user} cannot write to {self.course}: put it where she can.")

    def close(self) -> None:
        if self.keeper:
            self.keeper.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Worker:
    """nbgrader in a process of its own, started when it is first asked for something."""

    def __init__(self, office: Office):
        self.office, self.process = office, None

    def ask(self, do: str, seconds: float = SECONDS, **request):
        """What it answers. TimeoutError or RuntimeError if it does not; the next is a new one."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-I", self.office.folder / "worker.py", self.office.course],
                **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True},
                **{"stderr": subprocess.DEVNULL, "env": self.office.environment, "cwd": "/"},
                **self.office.who,
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps({"do": do, **request}), file=self.process.stdin, flush=True)
        answered, _, _ = select.select([self.process.stdout], [], [], deadline - time.monotonic())
        line = self.process.stdout.readline() if answered else ""
        if not line:
            self.end()
            if not answered:
                raise TimeoutError(f"grading took longer than {seconds} s")
            raise RuntimeError(f"nbgrader ended while it was asked to {do}")
        reply = json.loads(line)
        if "wrong" in reply:
            raise RuntimeError(f"nbgrader could not {do}:\n{reply['wrong']}")
        return reply["answer"]

    def end(self) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


@contextlib.contextmanager
def workers(course: Path, options):
    """As many workers as there are jobs; the first is also the one for all that is quick."""
    office = Office(course, options.ids, options.jobs)
    staff = [Worker(office) for _ in range(options.jobs)]
    try:
        yield staff
    finally:
        for worker in staff:
            worker.end()
        office.close()


# What they do


def make(staff, names: list[str]) -> None:
    """The configuration and the assignments; those that are there and have not changed stay."""
    if staff[0].ask("configure", text=(HERE / "nbgrader_config.py").read_text("utf-8")):
        print("The course keeps its own nbgrader_config.py, which differs from the tree's.")
    for name in names:
        path = SOURCE / f"{name}.ipynb"
        if not path.is_file():
            there = ", ".join(sorted(p.stem for p in SOURCE.glob("[0-9]*.ipynb")))
            raise Wrong(f"There is no exercise {name}: there are {there}.")
        if wrong := staff[0].ask("generate", assignment=name, text=path.read_text("utf-8")):
            raise Wrong(f"nbgrader could not make {name}:\n{wrong}")


def collect(staff, name: str, pattern: str) -> None:
    """Take in the notebooks that the pattern matches."""
    new = there = 0
    for student, text, modified in handed_in(pattern):
        there += 1
        new += staff[0].ask("submit", assignment=name, student=student, text=text, time=modified)
    print(f"{name}: {there} handed in, {new} of them new or changed")


def handed_in(pattern: str):
    """The name, text and time of what each student has handed in. Links are not followed below the
    folder of all: a link could lead to somebody else's work.
    """
    before, found, after = pattern.partition("{student}")
    if not found:
        raise Wrong(f"Where in {pattern!r} is the name of a student? Write {{student}} for it.")
    folder, _, start = before.rpartition("/")
    end, _, below = after.partition("/")
    folder = Path(folder or ("/" if before.startswith("/") else "."))
    if not folder.is_dir():
        raise Wrong(f"There is no folder {folder}.")
    shape = re.compile(re.escape(start) + "(.+)" + re.escape(end))
    for entry in sorted(os.listdir(folder)):
        match = shape.fullmatch(entry)
        if not match:
            continue
        if not NAME.fullmatch(match[1]):
            print(f"Left out: {match[1]!r} cannot be the name of a student.", file=sys.stderr)
            continue
        try:
            content, modified = own_file(folder, [entry, *filter(None, below.split("/"))])
        except FileNotFoundError:
            continue
        except OSError as error:
            print(f"Left out: what {match[1]} has handed in is {error}.", file=sys.stderr)
            continue
        yield match[1], content.decode("utf-8", "replace"), modified


def own_file(folder: Path, parts: list[str]) -> tuple[bytes, float]:
    """The bytes of a file and when it was changed, found without following a link."""
    here = os.open(folder, os.O_RDONLY)
    try:
        for part in parts:
            try:
                deeper = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
            except FileNotFoundError:
                raise
            except OSError as error:
                raise OSError("a link, or in a folder that is one") from error
            os.close(here)
            here = deeper
        found = os.fstat(here)
        if not stat.S_ISREG(found.st_mode):
            raise OSError("no file")
        if found.st_size > LARGEST:
            raise OSError(f"larger than {LARGEST} bytes")
        with open(here, "rb", closefd=False) as file:
            return file.read(LARGEST), found.st_mtime
    finally:
        os.close(here)


def each(staff, students: list[str], task) -> None:
    """task(worker, student) for all students, shared among the workers."""
    waiting = queue.SimpleQueue()
    for student in students:
        waiting.put(student)

    def work(worker):
        with contextlib.suppress(queue.Empty):
            while True:
                task(worker, waiting.get_nowait())

    threads = [threading.Thread(target=work, args=(worker,)) for worker in staff]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def autograde(staff, name: str, students: list[str], again: bool) -> None:
    """Grade those who have no grade yet, or those named.

    Who cannot be graded is tried once more: it may have been the machine.
    """
    if not staff[0].office.root:
        print("Not root: what the students wrote runs with your rights.", file=sys.stderr)
    failed, start = [], time.perf_counter()

    def grade(worker, student):
        try:
            done = worker.ask("autograde", assignment=name, student=student)
        except (TimeoutError, RuntimeError) as error:
            note = {"assignment": name, "student": student, "reason": str(error)}
            worker.ask("note", **note, remarks=[], log="")
            done = False
        if not done:
            failed.append(student)
        print("." if done else "!", end="", flush=True)

    todo = students or staff[0].ask("pending", assignment=name, again=again)
    each(staff, todo, grade)
    if failed:
        print(" once more: ", end="")
        again, failed = sorted(failed), []
        each(staff, again, grade)
    seconds = time.perf_counter() - start
    print(f" {len(todo) - len(failed)} of {len(todo)} graded in {seconds:.0f} s")
    for row in staff[0].ask("table", assignment=name):
        if row["student"] in failed:
            print(f"{row['student']} {row['state']}", file=sys.stderr)


def feedback(staff, name: str) -> None:
    """Write the pages of all who have been graded."""

    def write(worker, student):
        if wrong := worker.ask("feedback", assignment=name, student=student):
            print(f"No page for {student}:\n{wrong}", file=sys.stderr)

    students = staff[0].ask("graded", assignment=name)
    each(staff, students, write)
    print(f"{len(students)} pages: {staff[0].office.course}/feedback/STUDENT/{name}/{name}.html")


def export(staff, name: str) -> None:
    """Write the table and print it."""
    rows = staff[0].ask("table", assignment=name)
    for row in rows:
        for column in ("points", "maximum", "to read"):
            row[column] = f"{row[column]:g}" if row[column] != "" else "–"
        row["remarks"] = f"({row['remarks']})" if row["remarks"] else ""
    wide = max([len("student"), *(len(row["student"]) for row in rows)])
    print(f"\n{'student':{wide}}  points  of  to read  state")
    for row in rows:
        print(
            f"{row['student']:{wide}}  {row['points']:>6}  {row['maximum']:>2}  "
            f"{row['to read']:>7}  {row['state']} {row['remarks']}".rstrip()
        )
    print(f"\n{staff[0].ask('export', assignment=name)}")


def main(arguments: list[str]) -> int:
    """Do one command; 1 where something has to be put right first."""
    parser = argparse.ArgumentParser(prog="grade", description=__doc__.split("\n\n")[0])
    parser.add_argument("--ids", type=int, default=IDS, help=f"the first user id ({IDS})")
    parser.add_argument("--jobs", type=int, default=2, help="students graded at a time (2)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("make", "collect", "autograde", "feedback", "export", "all"):
        command = commands.add_parser(name)
        command.add_argument("course", type=Path)
        command.add_argument("name", nargs="*" if name == "make" else None, metavar="NN_name")
        if name in ("collect", "all"):
            command.add_argument("pattern")
        if name == "autograde":
            command.add_argument("students", nargs="*")
            command.add_argument("--again", action="store_true", help="also those with a grade")
    options = parser.parse_args(arguments)
    course, name, command = options.course.absolute(), options.name, options.command
    try:
        if command in ("make", "all"):
            course.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif not (course / "nbgrader_config.py").is_file():
            raise Wrong(f"{course} is not the folder of a course: run grade make first.")
        with workers(course, options) as staff:
            if command == "make":
                make(staff, name or sorted(p.stem for p in SOURCE.glob("[0-9]*.ipynb")))
            if command == "all":
                make(staff, [name])
            if command in ("collect", "all"):
                collect(staff, name, options.pattern)
            if command in ("autograde", "all"):
                students = getattr(options, "students", [])
                autograde(staff, name, students, getattr(options, "again", False))
            if command in ("feedback", "all"):
                feedback(staff, name)
            if command in ("export", "all"):
                export(staff, name)
    except (Wrong, ValueError, TimeoutError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
