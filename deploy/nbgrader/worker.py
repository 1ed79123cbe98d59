"""nbgrader at work in the folder of a course: one line of JSON in, one line of JSON out.

    python worker.py COURSE

The grade command starts it as the user whose the folder is, and gives it one thing to do at a time.
It is imported once and not for every student, and where it comes to no end it can be ended.
"""

import csv
import json
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from traitlets.config import PyFileConfigLoader

CONFIGURATION = "nbgrader_config.py"
COLUMNS = ["student", "points", "maximum", "to read", "state", "remarks"]

# What nbgrader's log says when it gives up on a student, and what a teacher wants to know of it.
REASONS = {
    "before replying to kernel_info": "no kernel started, which is not the student's fault",
    "DeadKernelError|Kernel died": "a cell ended the kernel, or it ran out of memory",
    "UnresponsiveKernel|CellTimeoutError": "a cell came to no end, and would not be interrupted",
    "NotJSONError|JSONDecodeError|ValidationError|SchemaTooOld": "the file is not a notebook",
}


class Course:
    """The folder of a course. Each public method is a thing that can be asked for."""

    def __init__(self, folder: str):
        self.folder = Path(folder)
        self._api = None

    def _path(self, step: str, assignment: str, student: str = ".") -> Path:
        """Where nbgrader keeps the notebook at this step: source, submitted, autograded, ..."""
        suffix = ".html" if step == "feedback" else ".ipynb"
        return self.folder / step / student / assignment / (assignment + suffix)

    def _note(self, assignment: str, student: str) -> Path:
        """Where it is written what grading came to."""
        return self.folder / "notes" / assignment / f"{student}.json"

    @property
    def api(self) -> NbGraderAPI:
        if self._api is None:
            loader = PyFileConfigLoader(CONFIGURATION, path=str(self.folder))
            self._api = NbGraderAPI(config=loader.load_config())
        return self._api

    def gradebook(self) -> Gradebook:
        return Gradebook(self.api.coursedir.db_url, self.api.coursedir.course_id)

    # Before

    def configure(self, text: str) -> bool:
        """Put the configuration there, where there is none; whether it differs from the text."""
        path = self.folder / CONFIGURATION
        if not path.exists():
            path.write_text(text, "utf-8")
        return path.read_text("utf-8") != text

    def generate(self, assignment: str, text: str) -> str:
        """Make the assignment from its solved source, a notebook's text; nbgrader's log if not."""
        path = self._path("source", assignment)
        release = self._path("release", assignment)
        if release.exists() and path.exists() and path.read_text("utf-8") == text:
            return ""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        done = self.api.generate_assignment(assignment)
        return "" if done["success"] else done.get("log", "") + done["error"]

    def submit(self, assignment: str, student: str, text: str, time: float) -> bool:
        """Take what a student has handed in; whether it is new.

        What a teacher has mended stays until something else is handed in.
        """
        path = self._path("submitted", assignment, student)
        stamp = path.parent / "timestamp.txt"
        when = datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC\n")
        if path.exists() and (stamp.read_text() == when or path.read_text("utf-8") == text):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        stamp.write_text(when)
        self._note(assignment, student).unlink(missing_ok=True)
        return True

    # Grading

    def pending(self, assignment: str, again: bool) -> list[str]:
        """The students whose work is there and whose grade is not, or all of those."""
        there = sorted(p.name for p in (self.folder / "submitted").glob("*"))
        there = [name for name in there if self._path("submitted", assignment, name).exists()]
        return [s for s in there if again or not self._note(assignment, s).exists()]

    def autograde(self, assignment: str, student: str) -> bool:
        """Grade one student; whether it could be done, which is noted with what is remarkable."""
        done = self.api.autograde(assignment, student)
        log = done.get("log", "") + done.get("error", "")
        autograded = self._path("autograded", assignment, student)
        if done["success"] and autograded.exists():
            self.note(assignment, student, "", self._remarks(assignment, student), log)
            return True
        found = [said for words, said in REASONS.items() if re.search(words, log)]
        # Of a traceback the last line; the very last one only says that there was an error.
        errors = re.findall(r"^ *(\w+Error: .+)$", log, re.MULTILINE)[::-1]
        self.note(assignment, student, [*found, *errors, "nbgrader does not say"][0], [], log)
        return False

    def note(self, assignment: str, student: str, reason: str, remarks: list, log: str) -> None:
        """Write down why a student could not be graded, or with no reason that she was."""
        path = self._note(assignment, student)
        path.parent.mkdir(parents=True, exist_ok=True)
        note = {"could not be graded": reason, "remarks": remarks, "log": log.splitlines()}
        path.write_text(json.dumps(note, indent=1, ensure_ascii=False), "utf-8")

    def _remarks(self, assignment: str, student: str) -> list[str]:
        """What a teacher may want to ask the student about."""
        released, submitted, autograded = (
            nbformat.read(self._path(*where), as_version=4)
            for where in [
                ("release", assignment),
                ("submitted", assignment, student),
                ("autograded", assignment, student),
            ]
        )
        remarks = []
        theirs = {_grade_id(cell): _what_counts(cell) for cell in submitted.cells}
        for cell in released.cells:
            name = _grade_id(cell)
            if name and cell.metadata.nbgrader.locked and theirs.get(name) != _what_counts(cell):
                what = "was changed" if name in theirs else "was missing"
                remarks.append(f"{name} {what} and put back")
        for cell in autograded.cells:
            if any(o.get("ename") == "CellTimeoutError" for o in cell.get("outputs", [])):
                name = _grade_id(cell) or f"cell {cell.id}"
                remarks.append(f"{name} took too long and was interrupted")
        return remarks

    def graded(self, assignment: str) -> list[str]:
        """The students who have been graded."""
        return [row["student"] for row in self.table(assignment) if row["state"] == "graded"]

    # After

    def feedback(self, assignment: str, student: str) -> str:
        """Write the page that a student gets back; nbgrader's log if that failed."""
        done = self.api.generate_feedback(assignment, student)
        return "" if done["success"] else done.get("log", "") + done["error"]

    def table(self, assignment: str) -> list[dict]:
        """For each student of the course, by name: the points, or why there are none."""
        rows = []
        with self.gradebook() as gradebook:
            maximum = gradebook.find_assignment(assignment).max_score
            names = {student.id for student in gradebook.students}
            for name in sorted(names | set(self.pending(assignment, again=True))):
                row = dict.fromkeys(COLUMNS, "") | {"student": name, "maximum": maximum}
                rows.append(row)
                note = self._note(assignment, name)
                if not self._path("submitted", assignment, name).exists():
                    row["state"] = "not handed in"
                    continue
                if not note.exists():
                    row["state"] = "not graded yet"
                    continue
                note = json.loads(note.read_text("utf-8"))
                row["remarks"] = "; ".join(note["remarks"])
                if reason := note["could not be graded"]:
                    row["state"] = f"could not be graded: {reason}"
                    continue
                try:
                    submission = gradebook.find_submission(assignment, name)
                except MissingEntry:
                    row["state"] = "could not be graded: it is not in the gradebook"
                    continue
                grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
                waiting = sum(grade.max_score for grade in grades if grade.needs_manual_grade)
                row |= {"points": submission.score, "to read": waiting, "state": "graded"}
        return rows

    def export(self, assignment: str) -> str:
        """Write the table as a CSV file; its name."""
        path = self.folder / f"{assignment}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(self.table(assignment))
        return str(path)


def _grade_id(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _what_counts(cell) -> tuple:
    """What nobody is to change in the cell of a test."""
    marks = cell.metadata.get("nbgrader", {})
    return cell.source, cell.cell_type, *(marks.get(key) for key in ("grade", "points", "locked"))


def main(folder: str) -> None:
    """Do what is asked, line by line, until nothing more comes."""
    # What nbgrader and what it imports print goes to stderr: the answers have a pipe of their own.
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
