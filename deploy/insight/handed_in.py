"""Read graded notebooks: the verdict's record of each task, and the code that was judged.

The notebook that was handed out says in which cells they are. A student's notebook may contain
anything, so no key and no type in it is relied on. Standard library only.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from insight.tally import taken

MIME = "application/vnd.nnlib.verdict+json"
LARGEST = 50_000_000  # bytes of a notebook with its outputs
TASK = re.compile(r"[\"'](\d\d\.\w+)[\"']")
DEFINED = re.compile(r"^(?:def +(\w+) *\(|(\w+) *=(?!=))", re.MULTILINE)
STUB = "*Your answer here.*"


@dataclass(frozen=True)
class Place:
    """A task: the grade_ids of its test ("" if it has none) and of its answer, and the name that
    the answer defines.
    """

    task: str
    test: str
    answer: str
    name: str


@dataclass(frozen=True)
class Question:
    """An open question: the grade_id of the cell for the answer, and the question."""

    cell: str
    asked: str


@dataclass
class Sheet:
    """The notebook as it was handed out: title, tasks, open questions, sources of the cells."""

    title: str
    places: list[Place]
    questions: list[Question]
    sources: list[str]

    @property
    def ordinary(self) -> str:
        """The whole text of the notebook."""
        return "\n".join(self.sources)


@dataclass
class Work:
    """What one student handed in: records and code by task, open answers by question."""

    records: dict[str, dict] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def cells_of(path: Path) -> list[dict]:
    """The cells of a notebook file, without entries that are not cells.

    Raises ValueError if the file is too large or not a notebook.
    """
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name} has more than {LARGEST} bytes")
    try:
        cells = json.loads(path.read_text("utf-8", "replace"))["cells"]
        return [cell for cell in cells if isinstance(cell, dict)]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{path.name} is no notebook") from error


def sheet(cells: list[dict], catalogue: dict) -> Sheet:
    """Read the notebook that was handed out."""
    places, questions, above, answer = [], [], "", ("", "")
    for cell in cells:
        text, nbgrader = _source(cell), _nbgrader(cell)
        if cell.get("cell_type") == "markdown":
            if nbgrader.get("grade"):
                questions.append(Question(nbgrader["grade_id"], above))
            above = re.split(r"^#+ .*$", text, flags=re.MULTILINE)[-1].strip()
            continue
        if nbgrader.get("solution"):
            found = DEFINED.search(text)
            answer = nbgrader["grade_id"], (found[1] or found[2]) if found else ""
        elif (task := TASK.search(text)) and task[1] in catalogue:
            test = nbgrader.get("grade_id", "") if nbgrader.get("grade") else ""
            places.append(Place(task[1], test, *answer))
    sources = [_source(cell) for cell in cells]
    heading = re.search(r"^# (.+)$", "\n".join(sources), re.MULTILINE)
    return Sheet(heading[1] if heading else "", places, questions, sources)


def work(cells: list[dict], given: Sheet, catalogue: dict) -> Work:
    """Read what a student handed in, with the outputs from grading.

    A record counts only in the test cell of its task, or anywhere if the task has no test.
    """
    tests = {place.test: place for place in given.places if place.test}
    untested = {place.task: place for place in given.places if not place.test}
    found = Work()
    lines = {_nbgrader(cell).get("grade_id"): _source(cell) for cell in cells}
    for cell in cells:
        test = tests.get(_nbgrader(cell).get("grade_id"))
        for record in _records(cell, catalogue):
            place = untested.get(record["task"]) if test is None else test
            if place and place.task == record["task"]:
                found.records[place.task] = record
                found.code[place.task] = lines.get(place.answer, "")
    for question in given.questions:
        found.words[question.cell] = _words(cells, question)
    return found


def _source(cell: dict) -> str:
    text = cell.get("source", "")
    if isinstance(text, list):
        text = "".join(piece for piece in text if isinstance(piece, str))
    return text if isinstance(text, str) else ""


def _nbgrader(cell: dict) -> dict:
    """The metadata of nbgrader in a cell; empty without a grade_id."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    named = isinstance(nbgrader, dict) and isinstance(nbgrader.get("grade_id"), str)
    return nbgrader if named else {}


def _records(cell: dict, catalogue: dict) -> list[dict]:
    """The records in the outputs of a cell; "right" does not count beside an error."""
    outputs = cell.get("outputs")
    outputs = [one for one in outputs if isinstance(one, dict)] if isinstance(outputs, list) else []
    data = [one.get("data") for one in outputs]
    found = [taken(one.get(MIME), catalogue) for one in data if isinstance(one, dict)]
    failed = any(one.get("output_type") == "error" for one in outputs)
    return [one for one in found if one and not (failed and one["status"] == "right")]


def _words(cells: list[dict], question: Question) -> str:
    """The open answer; grading has already moved it into its cell from wherever it was."""
    for cell in cells:
        if _nbgrader(cell).get("grade_id") == question.cell:
            words = _source(cell).replace(STUB, "").strip()
            return words if re.findall(r"\w+", words) != re.findall(r"\w+", STUB) else ""
    return ""
