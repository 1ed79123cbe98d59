"""Make a notebook as it was handed in ready to be graded. No line of the student's is lost.

Editors drop nbgrader's metadata; students delete, copy, merge, split and move cells. So answers and
tests are recognised by their source: an answer by the name that it defines, a test by the task that
it checks. What is missing is put back in its place.

    prepare(text, released, name)    Prepared: the notebook to grade, and remarks for the teacher

    1. answers           the last cell that defines the name gets the metadata of the answer
    2. open questions    the cell of the answer gets what was written for it in other cells
    3. tests             as handed out, in their place, and always after what they test
    4. given code        imports and functions that are used but were deleted
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

# Names that need no definition: Python's own, and one that IPython adds.
ALWAYS = {*dir(builtins), "display"}
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass
class Prepared:
    """The notebook to grade, remarks for the table, and the open questions left unanswered."""

    notebook: dict
    remarks: list[str]
    unanswered: list[str]


@dataclass(eq=False)
class Part:
    """A cell of the exercise as it was handed out; `metadata` is that of the whole cell."""

    kind: str  # answer, test, open, given or text
    cell: Cell
    metadata: dict
    name: str = ""  # the name that an answer defines or a test checks
    task: str = ""  # 04.slopes
    function: bool = True  # whether an answer is a function

    @property
    def grade_id(self) -> str:
        return self.cell.grade_id


def parts_of(released: dict) -> list[Part]:
    """The cells of an exercise as it was handed out, each with its kind, name and task."""
    parts = []
    for found in released["cells"]:
        source = "".join(found["source"])
        cell = Cell(found["cell_type"], source, found.get("id", ""))
        cell.nbgrader = found["metadata"].get("nbgrader", {})
        grade, solution = cell.nbgrader.get("grade"), cell.nbgrader.get("solution")
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
    """The notebook to grade, made from `text`, the file handed in; Refused if that is impossible.

    `released` is the exercise as it was handed out, `name` its name, such as 04_backprop.
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


def _is_cell(found) -> bool:
    """Whether this is a Cell of code that was put back, and not a Part that was handed out."""
    return isinstance(found, Cell)


def _installed(module: str) -> bool:
    """Whether the module can be imported here, where notebooks are graded."""
    return module in sys.modules or find_spec(module) is not None


@dataclass
class Work:
    """The notebook of a student, from handed in to ready; `parts` is what was handed out."""

    cells: list[Cell]
    parts: list[Part]
    remarks: list[str] = field(default_factory=list)
    # {grade_id: the cell that gets this metadata}
    cell_of: dict[str, Cell] = field(default_factory=dict)
    unanswered: list[Part] = field(default_factory=list)
    # {cell: what is put back after it}; None stands for the top of the notebook.
    after: dict = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self):
        self.given = {line.strip() for p in self.parts for line in p.cell.source.splitlines()}
        self.part_of = {p.grade_id: p for p in self.parts if p.grade_id}
        self.cells_with = defaultdict(list)  # {grade_id: the cells that carry it}
        for cell in self.cells:
            if cell.grade_id in self.part_of:
                self.cells_with[cell.grade_id].append(cell)

    def of(self, kind: str) -> list[Part]:
        """The parts of this kind, in order."""
        return [part for part in self.parts if part.kind == kind]

    def place(self, cell: Cell | None) -> int:
        """The index of the cell in the notebook; -1 for None."""
        return -1 if cell is None else next(i for i, c in enumerate(self.cells) if c is cell)

    def belongs_to(self, name: str) -> None:
        """Refuse a notebook with nothing of this exercise, or with far more of another."""
        found = {c.grade_id.removesuffix("-check").replace("-", ".", 1) for c in self.cells}
        found |= {task for c in self.cells for task in Code(c.source).tasks()}
        counts = Counter(task[:2] for task in found if re.match(r"\d\d\.", task))
        number, other = name[:2], max(counts, key=counts.get, default="")
        own = counts.pop(number, 0)
        if other != number and counts.get(other, 0) > 2 * own:
            raise Refused(f"it is another exercise, {other} by its checks")
        names = {part.name for part in self.of("answer") if part.function}
        if not own and not any(names & Code(cell.source).binds() for cell in self.cells):
            raise Refused(f"nothing of {name} is in it, neither a task nor a check")
        if not self.cells_with:
            self.remarks.append("nbgrader's metadata was gone and is put back")

    # 1. The answers

    def find_answers(self) -> None:
        """Find the cell of each answer: the last that defines its name with more than a stub."""
        for part in self.of("answer"):
            with_id = self.cells_with[part.grade_id]
            for cell in self.cells:
                code = Code(cell.source)
                answers = code.parses and code.answers(part.name, part.function)
                if cell.kind != "code" and (cell in with_id or answers) and not self.defining(part):
                    cell.kind = "code"
                    self.remarks.append(f"{part.task} was in a text cell: made code again")
            defining = self.defining(part)
            stubs = [c for c in self.cells if c.text == part.cell.text]
            candidates = defining or with_id or stubs
            if not candidates:
                continue
            answer = candidates[-1]
            # A variable may be given another value further down, so its check decides.
            if part.function is False and (above := self.above_test(part, defining)):
                answer = above[-1]
            if not any(answer is other for other in self.cell_of.values()):
                self.cell_of[part.grade_id] = answer
            if defining:  # a stub below the answer would define the name again
                self.cells = [c for c in self.cells if c not in stubs]

    def defining(self, part: Part) -> list[Cell]:
        """The cells that define the answer with more than a stub."""
        return [c for c in self.cells if c.code().answers(part.name, part.function)]

    def above_test(self, part: Part, cells: list[Cell]) -> list[Cell]:
        """Those of `cells` that come before the first check of the task."""
        first = next((i for i, c in enumerate(self.cells) if part.task in c.code().tasks()), 0)
        return [cell for cell in cells if self.place(cell) <= first]

    # 2. The open questions

    def find_open(self) -> None:
        """Find or add the cell of each open question; if it has no answer, look in other cells."""
        for part in self.of("open"):
            asked = self.before(part)
            own = self.cells_with[part.grade_id][-1:]  # a list of one cell, or empty
            own = own or [c for c in self.cells if same_words(c.source, part.cell.source)][-1:]
            own = own or [c for c in self.cells[asked + 1 :][:1] if self.is_text(c) and asked >= 0]
            cell = own[0] if own else Cell("markdown", part.cell.source, part.cell.id)
            cell.kind = "markdown"
            self.cell_of[part.grade_id] = cell
            if not own:
                self.cells.insert(asked + 1 if asked >= 0 else len(self.cells), cell)
            if cell.text and not same_words(cell.source, part.cell.source):
                continue
            cell.source = part.cell.source
            if not self.gather(part, cell, asked):
                self.unanswered.append(part)

    def is_text(self, cell: Cell) -> bool:
        """Whether the cell holds text, and none of it was handed out."""
        return cell.kind != "code" and words_of(cell, self.given, False) == cell.source.strip()

    def gather(self, part: Part, own: Cell, asked: int) -> bool:
        """Copy into the cell `own` the text that stands in other cells; True if there is some.

        `asked` is the place of the question. A text cell after it is moved, not copied.
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

    # 3. The tests

    def place_tests(self) -> None:
        """Keep or put back each test, once, as handed out, and after all that it needs."""
        for part in self.of("test"):
            unchanged = [c for c in self.cells if c.kind == "code" and c.text == part.cell.text]
            checking = [c for c in self.cells if part.task in c.code().tasks()]
            with_id = self.cells_with[part.grade_id]
            changed = [cell for cell in [*with_id, *checking] if cell not in unchanged]
            needed = max(self.define_alias(part), self.needed(part))
            if unchanged and self.place(unchanged[-1]) > needed:
                test = self.cell_of[part.grade_id] = unchanged[-1]
                fixed = {key: part.cell.nbgrader[key] for key in ("grade", "points", "locked")}
                if test.nbgrader and not fixed.items() <= test.nbgrader.items():
                    self.remarks.append(f"{part.grade_id} was changed and put back")
                continue
            place = max([needed, *(self.place(c) for c in (unchanged or changed)[-1:])])
            if place < 0 or not (unchanged or changed):
                place = max(needed, self.before(part))
            self.after[self.cells[place] if place >= 0 else None].append(part)
            what = "was missing" if not (unchanged or changed) else "was changed"
            what = "came before its answer" if unchanged else what
            self.remarks.append(f"{part.grade_id} {what} and put back")

    def define_alias(self, test: Part) -> int:
        """Define the name that the test uses, where the student checks an answer of another name.

        The place of the student's check, after which the definition goes; -1 if there is none.
        """
        if any(test.name in cell.code().binds() for cell in self.cells):
            return -1
        for cell in reversed(self.cells):
            other = cell.code().checks().get(test.task)
            if isinstance(other, ast.Name | ast.Lambda) and ast.unparse(other) != test.name:
                line = f"{test.name} = {ast.unparse(other)}"
                self.after[cell].append(Cell("code", f"{line}  # as in the student's check"))
                self.remarks.append(f"{test.name} is named {ast.unparse(other)}")
                return self.place(cell)
        self.remarks.append(f"{test.name} is not defined")
        return -1

    def needed(self, test: Part) -> int:
        """The place of the last cell that has to run before the test; -1 if there is none."""
        waiting, seen, place = [test.name], set(), -1
        answers = {part.name: part for part in self.of("answer")}
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            cells = [c for c in self.cells if name in c.code().binds()]
            part = answers.get(name)
            answer = self.cell_of.get(part.grade_id) if part else None
            if answer is None and part and (defining := self.defining(part)):
                answer = defining[-1]
            if cells:
                cell = answer if answer in cells else cells[0]
                place = max(place, self.place(cell))
                waiting += cell.code().needs(name)
        return place

    def before(self, part: Part) -> int:
        """The place of the last remaining cell of those handed out before this part; or -1."""
        for other in reversed(self.parts[: self.parts.index(part)]):
            if cell := self.cell_of.get(other.grade_id):
                return self.place(cell)
            found = [i for i, c in enumerate(self.cells) if c.text == other.cell.text]
            if found:
                return found[-1]
        return -1

    # 4. The given code

    def put_back_given(self) -> None:
        """Put back the given statements that are used but no longer there."""
        tests = [Code(part.cell.source) for part in self.of("test")]
        put = [cell.code() for cells in self.after.values() for cell in cells if _is_cell(cell)]
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
                    self.put_back(given, names)
                    missing = True
        absent = {m for c in self.cells for m in c.code().modules() if not _installed(m)}
        if absent:
            self.remarks.append(
                f"imports modules that are not installed: {', '.join(sorted(absent))}"
            )
        if gone:
            self.remarks.append(f"{', '.join(dict.fromkeys(gone))} put back as handed out")

    def statements_given(self) -> list[Code]:
        """The statements of the given cells, each by itself."""
        return [
            Code(ast.get_source_segment(part.cell.source, statement))
            for part in self.of("given")
            for statement in part.cell.code().body
        ]

    def in_time(self, name: str, given: Code) -> bool:
        """Whether the notebook defines the name; where `given` imports it, before its first use."""
        modules = given.modules()
        for cell in self.cells:
            code = cell.code()
            runs = not modules or all(map(_installed, code.modules()))
            if runs and (name in code.binds() or modules & code.stars()):
                return True
            if modules and name in code.uses():
                return False
        return False

    def put_back(self, given: Code, names: set[str]) -> None:
        """Insert a given statement: imports at the top, others before the first use of `names`."""
        cell = Cell("code", given.source)
        if given.modules():
            imports = [c for c in self.after[None] if _is_cell(c)]
            self.after[None].insert(len(imports), cell)
            return
        using = [place for place, c in enumerate(self.cells) if names & c.code().uses()]
        first = using[0] - 1 if using else len(self.cells) - 1
        self.after[self.cells[first] if first >= 0 else None].append(cell)

    # The result

    def written_out(self) -> list[dict]:
        """The cells as a notebook file holds them, each with an id of its own."""
        ids, written = set(), []
        parts = {cell: self.part_of[grade_id] for grade_id, cell in self.cell_of.items()}
        cells = [*self.after[None]]
        for cell in self.cells:
            cells += [cell, *self.after[cell]]
        for cell in cells:
            part = cell if isinstance(cell, Part) else parts.get(cell)
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
