"""The cells of a notebook, whichever editor wrote it, and the names in their code."""

import ast
import json
import re
import symtable
from dataclasses import dataclass, field
from functools import lru_cache


class Refused(Exception):
    """A notebook cannot be graded; the text says why and goes into the table."""


@dataclass(eq=False)
class Cell:
    """A cell without its outputs; `nbgrader` is what its metadata has under that key."""

    kind: str  # code, markdown or raw
    source: str
    id: str = ""
    nbgrader: dict = field(default_factory=dict)
    attachments: dict = field(default_factory=dict)

    @property
    def grade_id(self) -> str:
        return str(self.nbgrader.get("grade_id", ""))

    @property
    def text(self) -> str:
        """The source without spaces at the ends of lines and without empty lines around it."""
        return "\n".join(line.rstrip() for line in self.source.splitlines()).strip("\n")

    def code(self) -> "Code":
        """The source as Code; empty unless this is a code cell."""
        return code_of(self.source if self.kind == "code" else "")


def read_cells(text: str) -> list[Cell]:
    """The cells of a notebook file of format 3 or 4, also where fields are missing or wrong.

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
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    attachments = found.get("attachments")
    return Cell(
        kind if kind in ("code", "markdown") else "raw",
        source,
        str(found.get("id", "")),
        nbgrader if isinstance(nbgrader, dict) else {},
        attachments if isinstance(attachments, dict) else {},
    )


class Code:
    """The names that a source defines and uses; guessed by patterns where it does not parse."""

    def __init__(self, source: str):
        self.source = source
        self.tree = _parse(source)
        self.parses = self.tree is not None
        self.body = self.tree.body if self.tree else []

    def statements(self):
        """All statements that run with the cell: those inside if or loops too, not functions."""
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
        """The names that it defines by assignment, def, class or import."""
        if not self.parses:
            return set(re.findall(r"^[ \t]*(?:def[ \t]+)?([^\W\d]\w*)(?=[ \t]*(?:\(|=[^=]))",
                                  self.source, re.MULTILINE))  # fmt: skip
        return {name for statement in self.statements() for name in bound_by(statement)}

    def uses(self) -> set[str]:
        """The global names that it reads, also inside its functions."""
        try:
            table = symtable.symtable(ast.unparse(self.tree or ast.Pass()), "cell", "exec")
        except (SyntaxError, RecursionError):  # return outside of a function, thousands of terms
            return set()
        return _global_names(table)

    def needs(self, name: str) -> set[str]:
        """The global names that the statements read which define `name`."""
        defining = [s for s in self.statements() if name in bound_by(s)]
        return {used for s in defining for used in Code(ast.unparse(s)).uses()} - {name}

    def modules(self) -> set[str]:
        """The top-level packages that it imports."""
        found = set()
        for statement in self.statements():
            if isinstance(statement, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in statement.names}
            elif isinstance(statement, ast.ImportFrom) and statement.module:
                found.add(statement.module.partition(".")[0])
        return found

    def stars(self) -> set[str]:
        """The modules from which it imports *."""
        return {
            statement.module
            for statement in self.statements()
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
        }

    def answers(self, name: str, function: bool) -> bool:
        """Whether it defines `name`, a `function` or another value, with more than a stub."""
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
        """{task: the expression handed over as the answer} of all its calls of check."""
        return {
            node.args[0].value: node.args[1]
            for node in (ast.walk(self.tree) if self.tree else [])
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "check"
            and len(node.args) == 2
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        }

    def tasks(self) -> set[str]:
        """The tasks that it checks, also where the source does not parse."""
        return set(self.checks()) | set(re.findall(r"\bcheck\(\s*[\"'](\d\d\.\w+)", self.source))


code_of = lru_cache(10_000)(Code)  # each source is parsed only once


def _parse(source: str) -> ast.Module | None:
    """The syntax tree, or None; lines for IPython (%magic, !shell, help?) become `pass`."""
    lines = source.splitlines()
    python = [
        re.sub(r"^([ \t]*)(?:[%!].*|\?*[\w.*]+\?+|\?+[\w.*]+)$", r"\1pass", line) for line in lines
    ]
    try:
        return ast.parse("\n".join(python))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _global_names(table: symtable.SymbolTable) -> set[str]:
    """The names that are read and are not local to a function."""
    outside = table.get_type() == "module"
    names = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (outside or symbol.is_global())
    }
    return names.union(*map(_global_names, table.get_children()))


def bound_by(statement) -> set[str]:
    """The names that one statement defines, not those of the statements inside it."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    parts = [n for n in ast.iter_child_nodes(statement) if not isinstance(n, ast.stmt)]
    names = [n for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)]
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _is_stub(function: ast.FunctionDef) -> bool:
    """Whether its body is nothing but `pass`, `...` and strings."""
    return all(
        isinstance(line, ast.Pass)
        or isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        for line in function.body
    )


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
