"""Write COURSE/insight/NN_name.html from the graded notebooks of a course. Needs nncourse.

    write(course, "04_backprop", {"ada": "graded", "ben": "not handed in"})

The page shows no names. It counts students and shows code and words as `anonymous` returns them,
in an order that depends on `seed` and not on the names.
"""

import hashlib
import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from insight import handed_in
from insight.anonymous import anonymous_code, anonymous_words, names_in
from insight.page import page, text
from insight.tally import tally, what_was_off
from nncourse.bugs import EVERY
from nncourse.exercises import catalogue, tasks_of

RUBRICS = Path(__file__).parent / "rubrics.toml"
SPECIMEN_OF = tomllib.loads((Path(__file__).parent / "specimens.toml").read_text("utf-8"))
SPECIMEN_OF |= {specimen.title: name for name, specimen in EVERY.items()}  # by misconception
PROJECTED = 3
# Identifiers that are in everybody's code and are not taken for names of students.
COMMON = " ".join([*dir(np), *dir(np.ndarray)])


def known() -> dict:
    """The catalogue, with the `parts` of each answer that a verdict can call wrong."""
    entries = catalogue()
    for number in {name[:2] for name in entries}:
        for name, task in tasks_of(number).items():
            parts = list(getattr(task, "parts", ()))
            parts += [f"mystery {n}" for n in getattr(task, "numbers", ())]
            parts += [suspect.what for suspect in getattr(task, "line_up", ())]
            parts += [str(option) for option in getattr(task, "says", ())]
            entries[name] |= {"parts": parts}
    return entries


class Insight:
    """What a class understood of one exercise.

    `students` has the work of all who were graded, in an order that does not depend on names.
    """

    def __init__(self, given: handed_in.Sheet, students: list, entries: dict, names: set[str]):
        self.given, self.students, self.entries, self.names = given, students, entries, names
        self.tasks = [place.task for place in given.places]
        for student in students:
            for task, record in student.records.items():
                if entries[task]["kind"] == "prediction" and record["status"] == "not yet":
                    record["off"] = _chosen(student.code[task], entries[task]["parts"])
        records = [student.records.values() for student in students]
        self.tallies = tally(records, entries, self.tasks)
        self.tallies = {task: self.tallies[task] for task in dict.fromkeys(self.tasks)}
        self.examples, self.carried = self._examples()

    def _examples(self) -> tuple[dict, dict]:
        """For each mistake the most frequent code (of several the shortest), and how often it came
        from calling a wrong function of an earlier task: that code may be right and is not shown.
        """
        lines, carried = defaultdict(Counter), defaultdict(Counter)
        stubs = {anonymous_code(source) for source in self.given.sources}
        ordinary = f"{self.given.ordinary} {COMMON}"
        for student in self.students:
            for task, record in student.records.items():
                if record["status"] != "not yet" or self.entries[task]["kind"] == "prediction":
                    continue
                key = (task, record["misconception"] or what_was_off(record))
                if wrong := self._wrong_calls(student, task):
                    carried[key].update(wrong)
                    continue
                code = anonymous_code(student.code[task], self.names, ordinary)
                if code and code not in stubs:
                    lines[key][code] += 1
        best = {
            key: min(found, key=lambda code: (-found[code], len(code), code))
            for key, found in lines.items()
        }
        return best, {key: dict(found) for key, found in carried.items()}

    def _wrong_calls(self, student, task: str) -> list[str]:
        """The earlier tasks that are not right and whose functions the answer calls."""
        source, wrong = student.code[task], []
        for place in self.given.places[: self.tasks.index(task)]:
            right = student.records.get(place.task, {}).get("status") == "right"
            called = place.name and re.search(rf"\b{place.name} *\(", source)
            if called and not right and place.name != self._name(task):
                wrong.append(place.task)
        return wrong

    def _name(self, task: str) -> str:
        return self.given.places[self.tasks.index(task)].name

    def specimens(self) -> list[dict]:
        """The most frequent mistakes of all tasks, as data for `page`."""
        made, where = Counter(), defaultdict(Counter)
        for student in self.students:
            mistakes = [(r["misconception"], task) for task, r in student.records.items()]
            specimen = {key: SPECIMEN_OF.get(key[0], key[0]) for key in mistakes if key[0]}
            made.update(dict.fromkeys(specimen.values(), 1))
            for mistake, name in specimen.items():
                where[name][mistake] += 1
        found = []
        for name, count in made.most_common(PROJECTED):
            ((title, task), _), *_ = where[name].most_common(1)
            question = self.entries[task]["misconceptions"][title]
            found.append({"title": title, "students": count, "question": question})
            code = self.examples.get((task, title), "")
            found[-1] |= _to_project(name) if name in EVERY else {"code": code}
        return found

    def answers(self) -> list[dict]:
        """The open questions with their answers and rubrics, as data for `page`."""
        rubrics, found = tomllib.loads(RUBRICS.read_text("utf-8")), []
        for question in self.given.questions:
            said = [student.words[question.cell] for student in self.students]
            said = [anonymous_words(words, self.names) for words in said if words]
            task = question.cell.replace("-", ".", 1)
            missing = len(self.students) - len(said)
            one = {"task": task, "question": question.asked, "answers": said, "missing": missing}
            found.append(one | rubrics.get(task, {"rubric": [], "comments": []}))
        return found


def _chosen(source: str, options: list[str]) -> tuple[str, ...]:
    """The option chosen in a cell like `prediction = "it stays"`; empty if it is not an option.

    >>> _chosen("prediction = None\\nprediction = 'it halves'  # I think", ["it halves", "2"])
    ('it halves',)
    """
    values = re.findall(r"^\w+ *= *([^#\n]*)", source, re.MULTILINE)
    chosen = values[-1].strip().strip("\"'") if values else ""
    return (chosen,) if chosen in options else ()


def _to_project(name: str) -> dict:
    """A specimen's name, the lines in which it differs, and the cell that shows its widget."""
    lines = [(mark, line) for mark, line in EVERY[name].difference() if mark != " "]
    recipe = f'from nncourse import widgets\n\nwidgets.BugGallery(specimen="{name}")'
    return {"specimen": name, "lines": lines, "recipe": recipe}


def read(course: Path, assignment: str, states: dict[str, str], names=(), seed=0) -> Insight:
    """Read the notebooks of those whose state is "graded".

    `states` is keyed by the students' folders; `names` are their other names. A notebook that
    cannot be read counts as "no verdict" in every task.
    """
    entries = known()
    released = course / "release" / assignment / f"{assignment}.ipynb"
    given = handed_in.sheet(handed_in.cells_of(released), entries)

    def by_chance(student):
        return hashlib.sha256(f"{seed} {assignment} {student}".encode()).digest()

    students = []
    for student in sorted(states, key=by_chance):
        if states[student].startswith("graded"):
            path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
            try:
                cells = handed_in.cells_of(path)
            except (OSError, ValueError):
                cells = []
            students.append(handed_in.work(cells, given, entries))
    return Insight(given, students, entries, names_in([*states, *names], given.ordinary))


def write(course: Path, assignment: str, states: dict[str, str], names=(), seed=0) -> str:
    """Write the page, and return it in short as text.

    `states` gives each student's state as in the table of grades. Only those who are "graded" are
    counted by task; the page says above how many are in each of the other states. The other
    arguments are those of `read`.
    """
    found = read(course, assignment, states, names, seed)
    title = f"What the class misunderstood: {assignment[:2]} {found.given.title}"
    told = Counter(state.partition(":")[0] for state in states.values())
    each = ", ".join(f"{count} {state}" for state, count in told.most_common())
    more = {"lead": [f"{len(states)} students: {each}."], "specimens": found.specimens()}
    html = page(
        title,
        found.tallies,
        found.entries,
        examples=found.examples,
        carried=found.carried,
        answers=found.answers(),
        **more,
    )
    path = course / "insight" / f"{assignment}.html"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(html, "utf-8", "replace")
    return f"{text(title, found.tallies, found.entries, **more)}\n\nThe page: {path}"
