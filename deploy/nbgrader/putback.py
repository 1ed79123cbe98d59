"""A notebook as it was handed in becomes one that can be graded, and no line of it is lost.

Editors drop what nbgrader has written into the cells, students delete, copy, merge, split and move
them. So answers and tests are known by their source: a test by the task in its check, an answer by
the name that it defines. What is missing is put back where it belongs.

    prepare(text, released, name)    Prepared: the notebook, and what is to be said of it

    1  the answers    the last cell that defines a name has the answer; it gets the marks
    2  the tests      as handed out, in their place, and never before what they test is there
    3  in words       the open question gets what was written for it, wherever that stands
    4  the rest       imports and functions that were handed out, are needed, and are gone
"""

import ast
import builtins
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from importlib.util import find_spec

from cells import Cell, Code, Refused, bound_by, read_cells
from written import same_words, words_of

# What is there without being defined: Python's own, and what a notebook adds.
ALWAYS = {*dir(builtins), "display"}
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass
class Prepared:
    """The notebook to grade, remarks for the table, and the open questions without an answer."""

    notebook: dict
    remarks: list[str]
    unanswered: list[str]


@dataclass(eq=False)
class Part:
    """A cell of the exercise as it is handed out."""

    kind: str  # answer, test, open, given or text
    cell: Cell
    metadata: dict
    name: str = ""  # what an answer defines, or a test checks
    task: str = ""  # 04.slopes
    function: bool = True

    @property
    def grade_id(self) -> str:
        return self.cell.grade_id


def parts_of(released: dict) -> list[Part]:
    """The cells of an exercise, each with what it is for."""
    parts = []
    for found in released["cells"]:
        source = "".join(found["source"])
        cell = Cell(found["cell_type"], source, found.get("id", ""))
        cell.marks = found["metadata"].get("nbgrader", {})
        grade, solution = cell.marks.get("grade"), cell.marks.get("solution")
        kind = {(True, True): "open", (True, False): "test", (False, True): "answer"}.get(
            (bool(grade), bool(solution)), "given" if cell.kind == "code" else "text"
        )
        part = Part(kind, cell, found["metadata"])
        part.task = part.grade_id.removesuffix("-check").replace("-", ".", 1)
        if kind == "answer":
            statement = cell.code().body[0]
            part.name = next(iter(bound_by(statement)))
            part.function = isinstance(statement, ast.FunctionDef)
        if kind == "test":
            asked = cell.code().checks()[part.task]
            part.name = next(n.id for n in ast.walk(asked) if isinstance(n, ast.Name))
        parts.append(part)
    return parts


def prepare(text: str, released: dict, name: str) -> Prepared:
    """The notebook handed in, `text`, as one to grade; Refused where it cannot be one.

    `released` is the exercise as it is handed out, `name` what it is called: 04_backprop.
    """
    work = Work(read_cells(text), parts_of(released))
    work.belongs_to(name)
    work.find_answers()
    work.find_open()
    work.place_tests()
    work.put_back_given()
    notebook = {"cells": work.written_out(), "metadata": released["metadata"]}
    unanswered = [part.task for part in work.of("open") if part in work.unanswered]
    return Prepared(notebook | {"nbformat": 4, "nbformat_minor": 5}, work.remarks, unanswered)


def is_cell(found) -> bool:
    """Whether it is a cell, and not a part of the exercise."""
    return isinstance(found, Cell)


def there(module: str) -> bool:
    """Whether there is such a module, in the environment in which notebooks are graded."""
    return module in sys.modules or find_spec(module) is not None


@dataclass
class Work:
    """What a student has handed in, on its way."""

    cells: list[Cell]
    parts: list[Part]
    remarks: list[str] = field(default_factory=list)
    home: dict[str, Cell] = field(default_factory=dict)  # grade_id -> the cell that gets its marks
    unanswered: list[Part] = field(default_factory=list)
    # What is put back after a cell; what comes before all of them is after None.
    after: dict = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self):
        self.given = {line.strip() for p in self.parts for line in p.cell.source.splitlines()}
        self.theirs = {p.grade_id: p for p in self.parts if p.grade_id}
        self.marked = defaultdict(list)
        for cell in self.cells:
            if cell.grade_id in self.theirs:
                self.marked[cell.grade_id].append(cell)

    def of(self, kind: str) -> list[Part]:
        return [part for part in self.parts if part.kind == kind]

    def place(self, cell: Cell | None) -> int:
        return -1 if cell is None else next(i for i, c in enumerate(self.cells) if c is cell)

    # 0

    def belongs_to(self, name: str) -> None:
        """Refuse a notebook in which nothing is of this exercise, or nearly all of another one."""
        found = {c.grade_id.removesuffix("-check").replace("-", ".", 1) for c in self.cells}
        found |= {task for c in self.cells for task in Code(c.source).asks()}
        counts = Counter(task[:2] for task in found if re.match(r"\d\d\.", task))
        number, other = name[:2], max(counts, key=counts.get, default="")
        own = counts.pop(number, 0)
        if other != number and counts.get(other, 0) > 2 * own:
            raise Refused(f"it is another exercise, {other} by its checks")
        names = {part.name for part in self.of("answer") if part.function}
        if not own and not any(names & Code(cell.source).binds() for cell in self.cells):
            raise Refused(f"nothing of {name} is in it, neither a task nor a check")
        if not self.marked:
            self.remarks.append("the marks of nbgrader were gone and are put back")

    # 1

    def find_answers(self) -> None:
        """Give each answer its cell: the last one that defines its name with more than a stub."""
        for part in self.of("answer"):
            marked = self.marked[part.grade_id]
            for cell in self.cells:
                text = Code(cell.source)
                hers = cell in marked or text.parses and text.answers(part.name, part.function)
                if cell.kind != "code" and hers and not self.defining(part):
                    cell.kind = "code"
                    self.remarks.append(f"{part.task} stood in a cell of text: made code again")
            defining = self.defining(part)
            stubs = [c for c in self.cells if c.text == part.cell.text]
            candidates = defining or marked or stubs
            if not candidates:
                continue
            home = candidates[-1]
            if part.function is False and (above := self.above_test(part, defining)):
                home = above[-1]
            if not any(home is other for other in self.home.values()):
                self.home[part.grade_id] = home
            if defining:  # a stub below her answer would undo it
                self.cells = [c for c in self.cells if c not in stubs]

    def defining(self, part: Part) -> list[Cell]:
        """The cells that define the answer."""
        return [c for c in self.cells if c.code().answers(part.name, part.function)]

    def above_test(self, part: Part, cells: list[Cell]) -> list[Cell]:
        """Those of the cells that come before the first check of the task."""
        first = next((i for i, c in enumerate(self.cells) if part.task in c.code().asks()), 0)
        return [cell for cell in cells if self.place(cell) <= first]

    # 2

    def place_tests(self) -> None:
        """Each test once, as handed out, after all that it tests."""
        for part in self.of("test"):
            marked = self.marked[part.grade_id]
            same = [c for c in self.cells if c.kind == "code" and c.text == part.cell.text]
            asking = [c for c in self.cells if part.task in c.code().asks() and c not in same]
            moved = [cell for cell in [*marked, *asking] if cell not in same]
            need = max(self.find_name(part), self.needed(part))
            if same and self.place(same[-1]) > need:
                self.home[part.grade_id] = same[-1]
                changed = {key: part.cell.marks[key] for key in ("grade", "points", "locked")}
                if any(c.marks and not changed.items() <= c.marks.items() for c in same[-1:]):
                    self.remarks.append(f"{part.grade_id} was changed and put back")
                continue
            behind = max([need, *(self.place(c) for c in (same or moved)[-1:])])
            if behind < 0 or not (same or moved):
                behind = max(need, self.before(part))
            self.after[self.cells[behind] if behind >= 0 else None].append(part)
            what = "was missing" if not (same or moved) else "was changed"
            what = "came before its answer" if same else what
            self.remarks.append(f"{part.grade_id} {what} and put back")

    def find_name(self, test: Part) -> int:
        """Where she has called her answer otherwise, and checks it so, the test is told after that;
        the place of the cell in which she does, or -1.
        """
        if any(test.name in cell.code().binds() for cell in self.cells):
            return -1
        for cell in reversed(self.cells):
            other = cell.code().checks().get(test.task)
            if isinstance(other, ast.Name | ast.Lambda) and ast.unparse(other) != test.name:
                line = f"{test.name} = {ast.unparse(other)}"
                self.after[cell].append(Cell("code", f"{line}  # as in her own check"))
                self.remarks.append(f"{test.name} is called {ast.unparse(other)}")
                return self.place(cell)
        self.remarks.append(f"there is no {test.name}")
        return -1

    def needed(self, test: Part) -> int:
        """The place of the last cell that has to be run before the test."""
        waiting, seen, place = [test.name], set(), -1
        answers = {part.name: part for part in self.of("answer")}
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            cells = [c for c in self.cells if name in c.code().binds()]
            part = answers.get(name)
            home = self.home.get(part.grade_id) if part else None
            if home is None and part and (defining := self.defining(part)):
                home = defining[-1]
            if cells:
                cell = home if home in cells else cells[0]
                place = max(place, self.place(cell))
                waiting += cell.code().needs(name)
        return place

    def before(self, part: Part) -> int:
        """The place of the last cell that was handed out before this one and is still there."""
        for other in reversed(self.parts[: self.parts.index(part)]):
            if cell := self.home.get(other.grade_id):
                return self.place(cell)
            found = [i for i, c in enumerate(self.cells) if c.text == other.cell.text]
            if found:
                return found[-1]
        return -1

    # 3

    def find_open(self) -> None:
        """The cell of an open question, with what was written for it anywhere."""
        for part in self.of("open"):
            asked = self.before(part)
            own = self.marked[part.grade_id][-1:]
            own = own or [c for c in self.cells if same_words(c.source, part.cell.source)][-1:]
            own = own or [c for c in self.cells[asked + 1 :][:1] if self.is_text(c) and asked >= 0]
            cell = own[0] if own else Cell("markdown", part.cell.source, part.cell.id)
            cell.kind = "markdown"
            self.home[part.grade_id] = cell
            if not own:
                self.cells.insert(asked + 1 if asked >= 0 else len(self.cells), cell)
            if cell.text and not same_words(cell.source, part.cell.source):
                continue
            cell.source = part.cell.source
            if not self.gather(part, cell, asked):
                self.unanswered.append(part)

    def is_text(self, cell: Cell) -> bool:
        """Whether all of a cell are words of hers."""
        return cell.kind != "code" and words_of(cell, self.given, False) == cell.source.strip()

    def gather(self, part: Part, own: Cell, asked: int) -> bool:
        """Put into the cell what she has written in others; whether there is anything.

        A cell that comes after the question and holds nothing else is not left there twice.
        """
        texts = []
        for place, cell in reversed(list(enumerate(self.cells))):
            near = 0 <= asked < place
            text = "" if cell is own else words_of(cell, self.given, near)
            if text:
                texts.insert(0, text)
                own.attachments |= cell.attachments
                if near and self.is_text(cell):
                    self.cells.remove(cell)
        if texts:
            own.source = "\n\n".join(texts)
            self.remarks.append(f"{part.task} was written into another cell")
        return bool(texts)

    # 4

    def put_back_given(self) -> None:
        """Imports go to the top, anything else before the first cell that uses it."""
        tests = [Code(part.cell.source) for part in self.of("test")]
        put = [cell.code() for cells in self.after.values() for cell in cells if is_cell(cell)]
        missing, gone = True, []
        while missing:
            codes = [*(cell.code() for cell in self.cells), *tests, *put]
            used = {name for code in codes for name in code.uses()} - ALWAYS
            missing = False
            for given in self.statements_given():
                names = {name for name in given.binds() & used if not self.in_time(name, given)}
                names -= {name for code in put for name in code.binds()}
                if names:
                    put.append(given)
                    gone += sorted(names)
                    self.put(given, names)
                    missing = True
        absent = {m for c in self.cells for m in c.code().modules() if not there(m)}
        if absent:
            self.remarks.append(f"imports what is not here: {', '.join(sorted(absent))}")
        if gone:
            self.remarks.append(f"{', '.join(dict.fromkeys(gone))} put back as handed out")

    def statements_given(self) -> list[Code]:
        """What was handed out beside tasks and tests, each statement by itself."""
        return [
            Code(ast.get_source_segment(part.cell.source, statement))
            for part in self.of("given")
            for statement in part.cell.code().body
        ]

    def in_time(self, name: str, given: Code) -> bool:
        """Whether a cell gives the name its meaning, and an import does so before it is used."""
        modules = given.modules()
        for cell in self.cells:
            code = cell.code()
            runs = not modules or all(map(there, code.modules()))
            if runs and (name in code.binds() or modules & code.stars()):
                return True
            if modules and name in code.uses():
                return False
        return False

    def put(self, given: Code, names: set[str]) -> None:
        """One statement that was handed out."""
        cell = Cell("code", given.source)
        if given.modules():
            imports = [c for c in self.after[None] if is_cell(c)]
            self.after[None].insert(len(imports), cell)
            return
        using = [place for place, c in enumerate(self.cells) if names & c.code().uses()]
        first = using[0] - 1 if using else len(self.cells) - 1
        self.after[self.cells[first] if first >= 0 else None].append(cell)

    # Out

    def written_out(self) -> list[dict]:
        """The cells as they stand in the file."""
        ids, written = set(), []
        marks = {cell: self.theirs[grade_id] for grade_id, cell in self.home.items()}
        cells = [*self.after[None]]
        for cell in self.cells:
            cells += [cell, *self.after[cell]]
        for cell in cells:
            part = cell if isinstance(cell, Part) else marks.get(cell)
            cell = cell.cell if isinstance(cell, Part) else cell
            found = {"cell_type": cell.kind, "source": cell.source}
            found["metadata"] = dict(part.metadata) if part else {}
            if cell.kind == "code":
                found |= {"execution_count": None, "outputs": []}
            elif cell.attachments:
                found["attachments"] = cell.attachments
            known = cell.id if IDENTIFIER.fullmatch(cell.id) and cell.id not in ids else ""
            numbers = (f"cell-{i}" for i in range(len(ids) + 1))
            found["id"] = known or next(i for i in numbers if i not in ids)
            ids.add(found["id"])
            written.append(found)
        return written
