"""nbgrader at work in the folder of a course: one line of JSON in, one line of JSON out.

    python worker.py COURSE

The grade command starts it as the owner of the folder and sends one request at a time. It is a
process of its own so that a hang can be killed, and stays so that nbgrader is imported only once.
"""

import hashlib
import json
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # python -I leaves it out
import pages  # noqa: E402
import tables  # noqa: E402
from cells import Refused  # noqa: E402
from insight import report  # noqa: E402
from nbgrader.api import Gradebook, MissingEntry  # noqa: E402
from nbgrader.apps.api import NbGraderAPI  # noqa: E402
from nbgrader.converters import Autograde  # noqa: E402
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades  # noqa: E402
from nbgrader.utils import is_grade  # noqa: E402
from putback import parts_of, prepare  # noqa: E402
from roster import Class, folder_name  # noqa: E402
from traitlets.config import PyFileConfigLoader  # noqa: E402

CONFIGURATION = "nbgrader_config.py"

# Patterns in nbgrader's log, and what they mean to a teacher.
REASONS = {
    "before replying to kernel_info": "no kernel started, which is not the student's fault",
    "DeadKernelError|Kernel died": "a cell ended the kernel, or it ran out of memory",
    "UnresponsiveKernel|CellTimeoutError": "a cell did not end and could not be interrupted",
}


class Warned(NbGraderPreprocessor):
    """Lets a test pass that printed a warning.

    nbgrader gives 0 points to a test cell with output on stderr; numpy warns there of an overflow,
    also in a right answer. So such output is moved to stdout.
    """

    def preprocess_cell(self, cell, resources, index):
        for output in cell.get("outputs", []) if is_grade(cell) else []:
            if output.output_type == "stream":
                output.name = "stdout"
        return cell, resources


class Course:
    """The folder of a course. Each public method is a request that the grade command can send.

    Students go by their names; their folders are called `folder_name` of the name.
    """

    def __init__(self, folder: str):
        self.folder = Path(folder)
        self._api = None

    def _path(self, step: str, assignment: str, student: str = "") -> Path:
        """Where the notebook is at this step: source, release, submitted, prepared, ..."""
        suffix = ".html" if step == "feedback" else ".ipynb"
        name = folder_name(student) if student else "."
        return self.folder / step / name / assignment / (assignment + suffix)

    def _note(self, assignment: str, student: str) -> Path:
        """The file with the result of grading: remarks, or the reason why it failed."""
        return self.folder / "notes" / assignment / f"{folder_name(student)}.json"

    @property
    def api(self) -> NbGraderAPI:
        if self._api is None:
            loader = PyFileConfigLoader(CONFIGURATION, path=str(self.folder))
            config = loader.load_config()
            config.CourseDirectory.submitted_directory = "prepared"
            steps = list(Autograde.autograde_preprocessors.default_args[0])
            steps.insert(steps.index(SaveAutoGrades), Warned)
            config.Autograde.autograde_preprocessors = steps
            pages.configure(config)
            self._api = NbGraderAPI(config=config)
        return self._api

    def gradebook(self) -> Gradebook:
        return Gradebook(self.api.coursedir.db_url, self.api.coursedir.course_id)

    # The class

    def enrol(self, people: list[dict]) -> None:
        """Keep the roster in the course."""
        _write(self.folder / "roster.json", people)

    def people(self) -> list[dict]:
        """The roster; empty where none was given."""
        return _read(self.folder / "roster.json", [])

    def names(self) -> dict[str, str]:
        """{folder: name} of the students whose names cannot be names of folders."""
        return _read(self.folder / "names.json", {})

    def _remember_name(self, student: str) -> None:
        """Keep the name of a student whose folder has another one."""
        names, name = self.names(), folder_name(student)
        if name != student and name not in names:
            _write(self.folder / "names.json", dict(sorted({**names, name: student}.items())))

    def _everybody(self, assignment: str) -> list[str]:
        """The names of all students: of the roster, and others who have handed in something."""
        names, course = self.names(), Class(self.people())
        with self.gradebook() as gradebook:
            found = {student.id for student in gradebook.students}
        found |= {path.name for path in (self.folder / "submitted").glob("*")}
        found |= {path.stem for path in (self.folder / "notes" / assignment).glob("*.json")}
        found = {names.get(name, name) for name in found}
        there = {name for name in found if not course.find(name)["teacher"]}
        return sorted(there | set(course.students()), key=lambda name: (name.casefold(), name))

    # Before grading

    def configure(self, text: str) -> bool:
        """Write the configuration if there is none; True if another one is there already."""
        path = self.folder / CONFIGURATION
        if not path.exists():
            path.write_text(text, "utf-8")
        return path.read_text("utf-8") != text

    def generate(self, assignment: str, text: str) -> str:
        """Make the assignment from the text of its solved source; nbgrader's log if that fails."""
        path = self._path("source", assignment)
        release = self._path("release", assignment)
        if release.exists() and path.exists() and path.read_text("utf-8") == text:
            return ""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        done = self.api.generate_assignment(assignment)
        return "" if done["success"] else done.get("log", "") + done["error"]

    def made(self) -> list[str]:
        """The exercises that are ready to be handed out and taken in."""
        return sorted(path.name for path in (self.folder / "release").glob("*"))

    def submit(self, assignment: str, student: str, text: str, time: float) -> bool:
        """Store the notebook that a student has handed in; True if it is new.

        A file that the teacher has corrected is replaced only by a text not handed in before.
        """
        path = self._path("submitted", assignment, student)
        seen_at = self.folder / "seen" / assignment / f"{folder_name(student)}.json"
        seen, new = _read(seen_at, []), _digest(text.encode())
        now = _digest(path.read_bytes()) if path.exists() else ""
        corrected = now and seen and now != seen[-1]
        if now and (new == now or corrected and new in seen):
            return False
        self._remember_name(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        when = datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC\n")
        (path.parent / "timestamp.txt").write_text(when)
        _write(seen_at, [*(digest for digest in seen if digest != new), new])
        self._note(assignment, student).unlink(missing_ok=True)
        self._path("feedback", assignment, student).unlink(missing_ok=True)
        return True

    def refuse(self, assignment: str, student: str, reason: str) -> None:
        """Note why the file was not taken, unless the student has handed in another one before."""
        if not self._path("submitted", assignment, student).exists():
            self._remember_name(student)
            self.note(assignment, student, reason=reason)

    # Grading

    def pending(self, assignment: str, again: bool) -> list[str]:
        """The students who have handed in and have no grade yet; with `again`, all of them."""
        there = sorted(p.name for p in (self.folder / "submitted").glob("*"))
        there = [self.names().get(name, name) for name in there]
        there = [name for name in there if self._path("submitted", assignment, name).exists()]
        return [s for s in there if again or not self._note(assignment, s).exists()]

    def autograde(self, assignment: str, student: str) -> bool:
        """Grade one student and note the result; True if it could be graded."""
        submitted = self._path("submitted", assignment, student)
        if not submitted.exists():
            raise FileNotFoundError(f"{student} has not handed in {assignment}")
        released = _read(self._path("release", assignment))
        text = submitted.read_bytes().decode("utf-8", "replace")
        try:
            found = prepare(text, released, assignment)
        except Refused as reason:
            self.note(assignment, student, reason=str(reason))
            return False
        path = self._path("prepared", assignment, student)
        _write(path, found.notebook)
        stamp = submitted.parent / "timestamp.txt"
        if stamp.exists():
            (path.parent / stamp.name).write_bytes(stamp.read_bytes())
        name = folder_name(student)
        done = self.api.autograde(assignment, name)
        log = done.get("log", "") + done.get("error", "")
        autograded = self._path("autograded", assignment, student)
        more = {"remarks": found.remarks, "unanswered": found.unanswered, "log": log}
        if done["success"] and autograded.exists():
            with self.gradebook() as gradebook:
                gradebook.update_or_create_student(name, last_name=student, first_name="")
            reason, remarks = judged(_read(autograded))
            self.note(assignment, student, reason, **(more | {"remarks": found.remarks + remarks}))
            return not reason
        said = [said for words, said in REASONS.items() if re.search(words, log)]
        # The last error of the log: the line after it only says that there was one.
        errors = re.findall(r"^ *(\w+Error: .+)$", log, re.MULTILINE)[::-1]
        self.note(assignment, student, [*said, *errors, "nbgrader gives no reason"][0], **more)
        return False

    def note(
        self, assignment: str, student: str, reason: str, remarks=(), log="", unanswered=()
    ) -> None:
        """Write the result of grading: the reason why it failed, or "" and the remarks."""
        note = {"could not be graded": reason, "remarks": remarks, "no answer": unanswered}
        _write(self._note(assignment, student), note | {"log": log.splitlines()})

    def graded(self, assignment: str) -> list[str]:
        """The students who have points, final or not."""
        return [row["student"] for row in self.table(assignment) if row["points"] != ""]

    # After grading

    def feedback(self, assignment: str, student: str) -> str:
        """Write the page that a student gets back; nbgrader's log if that failed."""
        done = self.api.generate_feedback(assignment, folder_name(student))
        return "" if done["success"] else done.get("log", "") + done["error"]

    def page(self, assignment: str, student: str) -> str:
        """The path of the student's feedback page; "" if there is none."""
        path = self._path("feedback", assignment, student)
        return str(path) if path.exists() else ""

    def assignments(self) -> list[str]:
        """The exercises of the course for which something was handed in."""
        there = {path.stem for path in (self.folder / "submitted").glob("*/*/*.ipynb")}
        there |= {path.parent.name for path in (self.folder / "notes").glob("*/*.json")}
        return sorted(there)

    def table(self, assignment: str) -> list[dict]:
        """A row for each student of the course: the points, or why there are none."""
        parts = parts_of(_read(self._path("release", assignment)))
        worth = {p.task: p.cell.nbgrader["points"] for p in parts if p.kind in ("test", "open")}
        course = Class(self.people())
        on_roster = set(course.students())
        rows = []
        with self.gradebook() as gradebook:
            for name in self._everybody(assignment):
                row = dict.fromkeys(tables.COLUMNS, "")
                row |= {"student": name, "maximum": sum(worth.values())}
                row |= {"tasks": dict.fromkeys(worth, ""), "columns": course.find(name)["columns"]}
                note = _read(self._note(assignment, name), {})
                remarks = [] if name in on_roster or not on_roster else ["not on the roster"]
                row["remarks"] = "; ".join([*remarks, *note.get("remarks", [])])
                row["state"] = self._state(assignment, name, note)
                if not row["state"]:
                    self._points(gradebook, assignment, row, note.get("no answer", []))
                rows.append(row)
        return rows

    def _state(self, assignment: str, student: str, note: dict) -> str:
        """Why the student has no points; "" if there are points."""
        if reason := note.get("could not be graded"):
            return f"could not be graded: {reason}"
        if not self._path("submitted", assignment, student).exists():
            return tables.ABSENT
        return "" if note else "not graded yet"

    def _points(self, gradebook, assignment: str, row: dict, unanswered: list[str]) -> None:
        """Fill in the points given by tests and by hand."""
        try:
            submission = gradebook.find_submission(assignment, folder_name(row["student"]))
        except MissingEntry:
            row["state"] = "could not be graded: it is not in the gradebook"
            return
        row |= {"points": submission.score, "to read": 0, "state": tables.FINAL}
        empty = []
        for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
            task = grade.name.removesuffix("-check").replace("-", ".", 1)
            row["tasks"][task] = grade.score
            if grade.needs_manual_grade:
                row["tasks"][task] = row["state"] = "to read"
                row["to read"] += grade.max_score
            elif task in unanswered and grade.manual_score is None:
                row["tasks"][task] = "no answer"
                empty.append(task)
        row["no answer"] = ", ".join(empty)

    def insight(self, assignment: str) -> str:
        """Write the page of common misunderstandings; its summary."""
        states, names = {}, []
        for row in self.table(assignment):
            state = "graded" if row["points"] != "" else row["state"]
            states[folder_name(row["student"])] = state
            names += [row["student"], *map(str, row["columns"].values())]
        return report.write(self.folder, assignment, states, names)

    def export(self, assignment: str) -> str:
        """Write the table as a CSV file; its name."""
        return self._csv(assignment, tables.of_exercise(self.table(assignment)))

    def export_course(self) -> list[str]:
        """Write all exercises into one table, and those for Moodle and Canvas; their names."""
        found = {assignment: self.table(assignment) for assignment in self.assignments()}
        forms = {
            "table": tables.of_course,
            "moodle": tables.for_moodle,
            "canvas": tables.for_canvas,
        }
        return [self._csv(name, form(found)) for name, form in forms.items()]

    def _csv(self, name: str, text: str) -> str:
        path = self.folder / f"{name}.csv"
        path.write_text(text, "utf-8")
        return str(path)


def judged(notebook: dict) -> tuple[str, list[str]]:
    """(why this executed notebook cannot be graded, or "", remarks).

    A test that ends in anything but AssertionError has not judged the answer. If every test ends
    so, or one runs out of time, the cause is not the answers, and nothing is graded.
    """
    remarks, tests, unjudged = [], 0, []
    for cell in notebook["cells"]:
        outputs = [o for o in cell.get("outputs", []) if o["output_type"] == "error"]
        nbgrader = cell["metadata"].get("nbgrader", {})
        test = cell["cell_type"] == "code" and nbgrader.get("grade", False)
        name, tests = nbgrader.get("grade_id") or f"cell {cell.get('id', '')}", tests + test
        for error in outputs[-1:]:
            if error["ename"] == "CellTimeoutError" and test:
                return f"{name} did not end, the machine may be too busy", remarks
            if error["ename"] == "CellTimeoutError":
                remarks.append(f"{name} took too long and was interrupted")
            elif test and error["ename"] != "AssertionError":
                unjudged.append(f"{name} ended in {error['ename']}: {error['evalue']}")
    if tests and len(unjudged) == tests:
        return f"no test could be run: {unjudged[0]}", remarks
    return "", remarks + unjudged


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read(path: Path, otherwise=None):
    """The content of a JSON file; `otherwise`, if given, when there is no file."""
    if otherwise is not None and not path.exists():
        return otherwise
    return json.loads(path.read_text("utf-8"))


def _write(path: Path, value) -> None:
    """Write a JSON file; it is there as a whole or not at all, also if this process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(value, indent=1, ensure_ascii=False), "utf-8")
    new.replace(path)


def main(folder: str) -> None:
    """Answer requests, a line each, until the input ends."""
    # Whatever nbgrader prints goes to stderr: stdout is for the answers alone.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    os.umask(0o077)
    os.chdir(folder)
    course = Course(folder)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = {"answer": getattr(course, request.pop("do"))(**request)}
        except Exception:
            reply = {"wrong": traceback.format_exc()}
        print(json.dumps(reply), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
