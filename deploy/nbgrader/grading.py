"""Grade the exercises of a class, from the notebooks handed in to a table.

    grade make COURSE [NN_name ...]              make the folder of a course, with its assignments
    grade collect COURSE NN_name PATTERN         copy what was handed in into the course
    grade autograde COURSE NN_name [STUDENT ...] run the tests, for all who have no grade yet
    grade feedback COURSE NN_name                write the pages that students get back
    grade export COURSE NN_name                  write COURSE/NN_name.csv and print it
    grade all COURSE NN_name PATTERN             all of that, in this order
    grade table COURSE                           write tables of all exercises, also for Moodle
                                                 and Canvas
    grade give COURSE NN_name PATTERN            put each page into a folder of its student
    grade insight COURSE NN_name                 write COURSE/insight/NN_name.html: what was
                                                 misunderstood, by how many, and what to ask

COURSE is a folder, NN_name an exercise of notebooks/exercises/source. PATTERN says where the
notebooks are, with {student} in place of a name and * beside it for anything:
'handed-in/{student}.ipynb' or 'homes/{student}/notebooks/exercises/04_backprop.ipynb'.
--roster FILE, given once, says who is in the class: the table then has all students, also those who
have not handed in, and no teachers.

As root, nbgrader runs as the owner of the folder (root's own folder is given to another user id),
and the students' code runs under user ids that own nothing.
"""

import argparse
import queue
import signal
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# python -I leaves out the first; the second has processes.py.
sys.path[:0] = [str(HERE), str(HERE.parent / "jupyterhub")]
from environment import Stopped, workers  # noqa: E402
from handed_in import give_back, handed_in  # noqa: E402
from roster import Class, Wrong, folder_name, read_roster  # noqa: E402
from tables import FINAL, on_screen  # noqa: E402

SOURCE = HERE.parent.parent / "notebooks" / "exercises" / "source"
COMMANDS = ("make", "collect", "autograde", "feedback", "export", "all", "table", "give", "insight")
IDS = 29000  # user id of nbgrader if the course is root's; kernels have the ids after it


# The commands


def make(staff, names: list[str]) -> None:
    """Write the configuration and make the assignments, unless they are there and unchanged."""
    if staff[0].ask("configure", text=(HERE / "nbgrader_config.py").read_text("utf-8")):
        print("The course keeps its own nbgrader_config.py, which differs from the tree's.")
    for name in names:
        path = SOURCE / f"{name}.ipynb"
        if not path.is_file():
            there = ", ".join(sorted(p.stem for p in SOURCE.glob("[0-9]*.ipynb")))
            raise Wrong(f"There is no exercise {name}: there are {there}.")
        if wrong := staff[0].ask("generate", assignment=name, text=path.read_text("utf-8")):
            raise Wrong(f"nbgrader could not make {name}:\n{wrong}")


def enrol(staff, path: Path) -> None:
    """Keep the roster in the course. It is read here, as only root may be able to read it."""
    try:
        people = read_roster(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(f"The roster {path} cannot be read: {error}") from None
    staff[0].ask("enrol", people=people)


def collect(staff, name: str, pattern: str) -> None:
    """Store the notebooks that the pattern matches in the course."""
    course, seen, new = Class(staff[0].ask("people")), set(), 0
    for called, text, modified, reason in handed_in(pattern):
        person = course.find(called)
        student, request = person["name"], {"assignment": name, "student": person["name"]}
        if person["teacher"]:
            print(f"Left out: {student} is a teacher.")
            continue
        if student in seen:
            print(f"Left out: another notebook of {student}, {called!r}.", file=sys.stderr)
            continue
        if reason:
            print(f"Not taken from {student}: {reason}.", file=sys.stderr)
            staff[0].ask("refuse", **request, reason=reason)
            continue
        seen.add(student)
        new += staff[0].ask("submit", **request, text=text, time=modified)
    print(f"{name}: {len(seen)} handed in, {new} of them new or changed")


def each(staff, students: list[str], task) -> dict[str, str]:
    """task(worker, student) for all students, shared among the workers.

    Returns {student: error} of those for whom the task raised one; the others are done even so.
    """
    waiting, failed = queue.SimpleQueue(), {}
    for student in students:
        waiting.put(student)

    def work(worker, ended):
        try:
            while True:
                student = waiting.get_nowait()
                try:
                    task(worker, student)
                except (OSError, RuntimeError) as error:  # TimeoutError is an OSError
                    failed[student] = str(error).strip()
        except (queue.Empty, Stopped):
            pass
        finally:
            ended.set()

    # No join(): after Ctrl-C in it, Python 3.11 takes a running thread for ended (bpo-45274).
    ends = [threading.Event() for _ in staff]
    for worker, ended in zip(staff, ends):
        threading.Thread(target=work, args=(worker, ended)).start()
    try:
        for ended in ends:
            ended.wait()
    except BaseException:  # Ctrl-C: else they would go on with the next student
        for worker in staff:
            worker.stop()
        for ended in ends:
            ended.wait()
        raise
    return failed


def all_done(failed: dict[str, str], what: str, command: str) -> bool:
    """Whether there are none in {student: error}; if there are, print them and what to do."""
    for student, error in sorted(failed.items()):
        print(f"No {what} for {student}: {error}", file=sys.stderr)
    if failed:
        names = ", ".join(sorted(failed))
        print(f"No {what} for {names}. Try again: grade --jobs 1 {command}", file=sys.stderr)
    return not failed


def autograde(staff, name: str, students: list[str], again: bool) -> bool:
    """Grade those who have no grade yet, or those named; whether everybody has a result now.

    Where that fails it is tried once more: the machine may have been too busy. That somebody cannot
    be graded is a result.
    """
    if not staff[0].environment.root:
        print("Not root: the students' code runs with your rights.", file=sys.stderr)
    failed, start = [], time.perf_counter()

    def grade(worker, student):
        try:
            done = worker.ask("autograde", assignment=name, student=student)
        except (TimeoutError, RuntimeError) as error:
            reason = str(error).strip().splitlines()[-1]  # the last line of a traceback
            worker.ask("note", assignment=name, student=student, reason=reason, log=str(error))
            done = False
        if not done:
            failed.append(student)
        print("." if done else "!", end="", flush=True)

    there = staff[0].ask("pending", assignment=name, again=True)
    known = {folder_name(student): student for student in there}
    for student in students:
        if folder_name(student) not in known:
            raise Wrong(f"{student} has not handed in {name}.")
    todo = [known[folder_name(student)] for student in students]
    todo = todo or staff[0].ask("pending", assignment=name, again=again)
    lost = each(staff, todo, grade)
    if failed or lost:
        print(" once more: ", end="")
        again, failed = sorted([*failed, *lost]), []
        lost = each(staff, again, grade)
    seconds, left = time.perf_counter() - start, len(failed) + len(lost)
    print(f" {len(todo) - left} of {len(todo)} graded in {seconds:.0f} s")
    for row in staff[0].ask("table", assignment=name):
        if row["student"] in failed:
            print(f"{row['student']} {row['state']}", file=sys.stderr)
    return all_done(lost, "result", f"autograde {staff[0].environment.course} {name}")


def feedback(staff, name: str) -> bool:
    """Write the pages of all who have been graded; whether everybody has one."""

    def write(worker, student):
        if wrong := worker.ask("feedback", assignment=name, student=student):
            raise RuntimeError(wrong)

    students, course = staff[0].ask("graded", assignment=name), staff[0].environment.course
    failed = each(staff, students, write)
    written = len(students) - len(failed)
    print(f"{written} pages: {course}/feedback/STUDENT/{name}/{name}.html")
    return all_done(failed, "page", f"feedback {course} {name}")


def give(staff, name: str, pattern: str) -> None:
    """Copy each page into the folder of its student."""
    pages = {}
    for student in staff[0].ask("graded", assignment=name):
        if path := staff[0].ask("page", assignment=name, student=student):
            pages[student] = Path(path).read_bytes()
    reasons = give_back(pattern, pages, Class(staff[0].ask("people")).find)
    left = {student: reason for student, reason in reasons.items() if reason}
    print(f"{name}: {len(pages) - len(left)} pages given back")
    for student, reason in left.items():
        print(f"No page given to {student}: {reason}", file=sys.stderr)


def export(staff, name: str) -> None:
    """Write the table and print it."""
    print(f"\n{on_screen(staff[0].ask('table', assignment=name))}")
    print(f"\n{staff[0].ask('export', assignment=name)}")


def table(staff) -> None:
    """Write the tables of all exercises; print whose points are left out of those for import."""
    if not (names := staff[0].ask("assignments")):
        raise Wrong("Nobody has handed in anything yet.")
    for name in names:
        rows = staff[0].ask("table", assignment=name)
        left = [row["student"] for row in rows if row["state"] != FINAL]
        print(f"{name}: {len(rows) - len(left)} of {len(rows)} have all their points")
        if left:
            print(f"  left empty for Moodle and Canvas: {', '.join(left)}")
    print("\n".join(staff[0].ask("export_course")))


def parser() -> argparse.ArgumentParser:
    """The parser of the commands that the docstring of this file lists."""
    parser = argparse.ArgumentParser(prog="grade", description=__doc__.split("\n\n")[0])
    parser.add_argument("--ids", type=int, default=IDS, help=f"the first user id ({IDS})")
    parser.add_argument("--jobs", type=int, default=2, help="students graded at a time (2)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in COMMANDS:
        command = commands.add_parser(name)
        command.add_argument("--roster", type=Path, help="who is in the class, a name on a line")
        command.add_argument("course", type=Path)
        if name != "table":
            command.add_argument("name", nargs="*" if name == "make" else None, metavar="NN_name")
        if name in ("collect", "all", "give"):
            command.add_argument("pattern")
        if name == "autograde":
            command.add_argument("students", nargs="*")
            command.add_argument("--again", action="store_true", help="also those with a grade")
    return parser


def do(staff, options) -> bool:
    """Do one command, or, for "all", the five of grading one after the other.

    Whether it was done for everybody.
    """
    command, name, done = options.command, getattr(options, "name", None), True
    if command in ("make", "all"):
        every = sorted(p.stem for p in SOURCE.glob("[0-9]*.ipynb"))
        make(staff, [name] if command == "all" else name or every)
    elif name and name not in (made := staff[0].ask("made")):
        raise Wrong(f"{name} is not in this course, run grade make: there are {', '.join(made)}.")
    if options.roster:
        enrol(staff, options.roster)
    if command in ("collect", "all"):
        collect(staff, name, options.pattern)
    if command in ("autograde", "all"):
        known = Class(staff[0].ask("people"))
        students = [known.find(student)["name"] for student in getattr(options, "students", [])]
        done = autograde(staff, name, students, getattr(options, "again", False))
    if command in ("feedback", "all"):
        done = feedback(staff, name) and done
    if command in ("export", "all"):
        export(staff, name)
    if command == "table":
        table(staff)
    if command == "give":
        give(staff, name, options.pattern)
    if command == "insight":
        print(staff[0].ask("insight", assignment=name))
    return done


def main(arguments: list[str]) -> int:
    """Do one command; 1 if it failed, for one student or for all, and said why; 130 for Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a terminal may lack the letters of a name
    for sign in (signal.SIGTERM, signal.SIGHUP):  # no student's code goes on, as with Ctrl-C
        if signal.getsignal(sign) == signal.SIG_DFL:  # nohup ignores SIGHUP
            signal.signal(sign, signal.default_int_handler)
    options = parser().parse_args(arguments)
    course = options.course.absolute()
    try:
        if options.command in ("make", "all"):
            course.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif not (course / "nbgrader_config.py").is_file():
            raise Wrong(f"{course} is not the folder of a course: run grade make first.")
        with workers(course, options) as staff:
            return 0 if do(staff, options) else 1
    except (Wrong, ValueError, TimeoutError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; what is graded stays.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
