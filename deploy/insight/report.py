"""The graded notebooks of a course become COURSE/insight/NN_name.html. Needs nnlib.

    write(course, "04_backprop", {"ada": "graded", "ben": "not handed in"})

The page shows no names. Students are counted; of code and words only what `anonymous` leaves of
them, in an order that depends on `seed` and not on the alphabet.
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
from nncourse.bugs import SPECIMENS
from nncourse.exercises import catalogue, tasks_of

RUBRICS = Path(__file__).parent / "rubrics.toml"
BEHIND = tomllib.loads((Path(__file__).parent / "specimens.toml").read_text("utf-8"))
BEHIND |= {specimen.title: name for name, specimen in SPECIMENS.items()}  # a mistake's specimen
PROJECTED = 3
# Names that stand in everybody's code: nobody is known by them.
COMMON = " ".join([*dir(np), *dir(np.ndarray)])


def known() -> dict:
    """The catalogue, with the parts of an answer that a verdict can say are off."""
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

    `students` has the work of everybody who was graded, in an order that says nothing of names.
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
        """For each mistake the most frequent lines, or the shortest of those; and how often it was
        made by a call of an earlier function that is wrong, for there the lines may well be right.
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
        """The earlier tasks whose functions the answer calls, and which are not right."""
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
        """The mistakes that most students made, in whichever tasks, ready for the wall."""
        made, where = Counter(), defaultdict(Counter)
        for student in self.students:
            mistakes = [(r["misconception"], task) for task, r in student.records.items()]
            behind = {(title, task): BEHIND.get(title, title) for title, task in mistakes if title}
            made.update(dict.fromkeys(behind.values(), 1))
            for mistake, name in behind.items():
                where[name][mistake] += 1
        found = []
        for name, count in made.most_common(PROJECTED):
            ((title, task), _), *_ = where[name].most_common(1)
            question = self.entries[task]["misconceptions"][title]
            found.append({"title": title, "students": count, "question": question})
            code = self.examples.get((task, title), "")
            found[-1] |= _on_the_wall(name) if name in SPECIMENS else {"code": code}
        return found

    def answers(self) -> list[dict]:
        """The open questions, with what was written and what to look for."""
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
    """The option that was chosen in a cell like `prediction = "it stays"`, if it is one.

    >>> _chosen("prediction = None\\nprediction = 'it halves'  # I think", ["it halves", "2"])
    ('it halves',)
    """
    values = re.findall(r"^\w+ *= *([^#\n]*)", source, re.MULTILINE)
    chosen = values[-1].strip().strip("\"'") if values else ""
    return (chosen,) if chosen in options else ()


def _on_the_wall(name: str) -> dict:
    """A specimen's name, its lines that differ, and the cell that shows what comes of them."""
    lines = [(mark, line) for mark, line in SPECIMENS[name].difference() if mark != " "]
    recipe = f'from nncourse import widgets\n\nwidgets.BugGallery(specimen="{name}")'
    return {"specimen": name, "lines": lines, "recipe": recipe}


def read(course: Path, assignment: str, states: dict[str, str], names=(), seed=0) -> Insight:
    """Read the notebooks of those whose state is "graded".

    `states` goes by the students' folders; `names` are what else they are called. A notebook that
    cannot be read is one without a verdict on anything.
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
    """Write the page; the same in short, as text.

    `states` says of every student how far she is, as the table of grades does: only who is "graded"
    is counted by tasks, and how many are "could not be graded: ...", "not handed in" and so on is
    said above. The rest is as for `read`.
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
