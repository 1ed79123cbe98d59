"""The cells of a notebook, whichever program has written it, and the names in their code."""

import ast
import json
import re
import symtable
from dataclasses import dataclass, field
from functools import lru_cache


class Refused(Exception):
    """Why a notebook cannot be graded, in words for the table."""


@dataclass(eq=False)
class Cell:
    """A cell without its outputs; `marks` is what nbgrader has written into its metadata."""

    kind: str  # code, markdown or raw
    source: str
    id: str = ""
    marks: dict = field(default_factory=dict)
    attachments: dict = field(default_factory=dict)

    @property
    def grade_id(self) -> str:
        return str(self.marks.get("grade_id", ""))

    @property
    def text(self) -> str:
        """The source without what no eye can see."""
        return plain(self.source)

    def code(self) -> "Code":
        """What its code does with names; nothing, where it is no code."""
        return code_of(self.source if self.kind == "code" else "")


def plain(source: str) -> str:
    """A source without the spaces at the ends of its lines and the empty lines around it."""
    return "\n".join(line.rstrip() for line in source.splitlines()).strip("\n")


def read_cells(text: str) -> list[Cell]:
    """The cells of a notebook, of the formats 3 and 4 and as many oddities as there are.

    >>> [cell.source for cell in read_cells('{"cells": [{"source": ["a\\\\n", "b"]}]}')]
    ['a\\nb']
    """
    try:
        notebook = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        notebook = None
    found = notebook.get("cells") if isinstance(notebook, dict) else None
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        found = [cell for sheet in sheets for cell in sheet.get("cells", [])]
    if not isinstance(found, list):
        raise Refused("the file is not a notebook")
    cells = [_cell(cell) for cell in found if isinstance(cell, dict)]
    if not any(cell.text for cell in cells):
        raise Refused("the notebook is empty")
    return cells


def _cell(found: dict) -> Cell:
    source = found.get("source", found.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    source = "".join(line for line in lines if isinstance(line, str))
    source = source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
    kind = found.get("cell_type", "code")
    if kind == "heading":  # of format 3
        source, kind = f"{'#' * int(found.get('level') or 1)} {source}", "markdown"
    metadata = found.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    attachments = found.get("attachments")
    return Cell(
        kind if kind in ("code", "markdown") else "raw",
        source,
        str(found.get("id", "")),
        marks if isinstance(marks, dict) else {},
        attachments if isinstance(attachments, dict) else {},
    )


class Code:
    """What some lines of Python define, use and check; of lines that are no Python, a guess."""

    def __init__(self, source: str):
        self.source = source
        self.tree = _parse(source)
        self.parses = self.tree is not None
        self.body = self.tree.body if self.tree else []

    def statements(self):
        """All statements that are run with the cell, those of an if or a loop as well."""
        waiting = list(self.body)
        while waiting:
            statement = waiting.pop(0)
            yield statement
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = ast.iter_child_nodes(statement)
                waiting = [
                    n for n in inner if isinstance(n, ast.stmt | ast.excepthandler)
                ] + waiting

    def binds(self) -> set[str]:
        """The names that the cell gives a meaning, if nothing stops it before."""
        if not self.parses:
            return set(re.findall(r"^[ \t]*(?:def[ \t]+)?([^\W\d]\w*)(?=[ \t]*(?:\(|=[^=]))",
                                  self.source, re.MULTILINE))  # fmt: skip
        return {name for statement in self.statements() for name in bound_by(statement)}

    def uses(self) -> set[str]:
        """The names that it needs from elsewhere, or may need; not those inside its functions."""
        try:
            table = symtable.symtable(ast.unparse(self.tree or ast.Pass()), "cell", "exec")
        except (SyntaxError, RecursionError):  # a return outside of a function, a sum of thousands
            return set()
        return _global_names(table)

    def needs(self, name: str) -> set[str]:
        """What the statements need that give this name its meaning."""
        defining = [s for s in self.statements() if name in bound_by(s)]
        return {used for s in defining for used in Code(ast.unparse(s)).uses()} - {name}

    def modules(self) -> set[str]:
        """The packages that it imports."""
        found = set()
        for statement in self.statements():
            if isinstance(statement, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in statement.names}
            elif isinstance(statement, ast.ImportFrom) and statement.module:
                found.add(statement.module.partition(".")[0])
        return found

    def stars(self) -> set[str]:
        """The modules of which it imports everything."""
        return {
            statement.module
            for statement in self.statements()
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
        }

    def answers(self, name: str, function: bool) -> bool:
        """Whether it defines this name, with more than a stub: as a function, or as a value."""
        if not self.parses:
            return bool(re.search(rf"^[ \t]*def[ \t]+{name}\b", self.source, re.MULTILINE))
        for statement in self.statements():
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                if not _is_stub(statement):
                    return True
            elif name in bound_by(statement) and isinstance(statement, ast.Assign):
                value = statement.value
                if isinstance(value, ast.Lambda) if function else not _is_none(value):
                    return True
        return False

    def checks(self) -> dict[str, ast.expr]:
        """The tasks that it checks, each with what it hands over as the answer."""
        return {
            node.args[0].value: node.args[1]
            for node in (ast.walk(self.tree) if self.tree else [])
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "check"
            and len(node.args) == 2
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        }

    def asks(self) -> set[str]:
        """The tasks whose checks are called, also where the lines are no Python."""
        return set(self.checks()) | set(re.findall(r"\bcheck\(\s*[\"'](\d\d\.\w+)", self.source))


code_of = lru_cache(10_000)(Code)  # the same cells are asked again and again


def _parse(source: str) -> ast.Module | None:
    """The tree, or None; lines for IPython and the shell are passed over."""
    lines = source.splitlines()
    python = [
        re.sub(r"^([ \t]*)(?:[%!].*|\?*[\w.*]+\?+|\?+[\w.*]+)$", r"\1pass", line) for line in lines
    ]
    try:
        return ast.parse("\n".join(python))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _global_names(table: symtable.SymbolTable) -> set[str]:
    """The names that are looked up outside of all functions."""
    outside = table.get_type() == "module"
    names = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (outside or symbol.is_global())
    }
    return names.union(*map(_global_names, table.get_children()))


def bound_by(statement) -> set[str]:
    """The names that one statement gives a meaning."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    parts = [n for n in ast.iter_child_nodes(statement) if not isinstance(n, ast.stmt)]
    names = [n for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)]
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _is_stub(function: ast.FunctionDef) -> bool:
    """Nothing in it but pass, … or words."""
    return all(
        isinstance(line, ast.Pass)
        or isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        for line in function.body
    )


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
