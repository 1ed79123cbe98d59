"""The small changes that make a wrong program of a right one, each in one place of a source text.

The text is changed, not the tree, so that all other lines, which tests and notebooks show, stay as
they are. Docstrings, annotations and messages are left alone: a test looks for some words of a
message only, as it should.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

COMPARED = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
}  # fmt: skip
COMPUTED = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"),
    ast.Pow: ("**", "*"), ast.FloorDiv: ("//", "/"), ast.Mod: ("%", "//"),
    ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"),
}  # fmt: skip
# Methods and functions of numpy and Python that one takes for the other.
TWINS = ("any all", "min max", "minimum maximum", "argmin argmax", "floor ceil", "sum prod",
         "zeros ones", "startswith endswith", "isfinite isnan")  # fmt: skip
TWIN = {a: b for pair in TWINS for a, b in (pair.split(), pair.split()[::-1])}


@dataclass(frozen=True)
class Mutant:
    """One change: `old` becomes `new` in line `line` of a file, in the function `function`."""

    line: int
    function: str
    text: str  # the whole line as it was, without the space around it
    old: str
    new: str
    nth: int  # of several that read the same
    source: str  # the whole changed file

    @property
    def name(self) -> str:
        """What tells it from others, and stays the same if lines are added above it.

        >>> next(mutants("def f(a):\\n    return a + 1\\n")).name
        'f: return a + 1: return a + 1 -> return None'
        """
        which = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.function}: {self.text}: {self.old} -> {self.new}{which}"


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a source text, from top to bottom.

    >>> [(m.old, m.new) for m in mutants("y = x < 2")]
    [('<', '<='), ('2', '3')]
    """
    tree = ast.parse(source)
    lines = source.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    whole = source.encode()
    owner = functions(tree)
    found, seen = [], Counter()
    for node in outside_of_messages(tree):
        found += [(*place, new, node) for *place, new in changes(node, whole, starts)]
    for start, end, new, node in sorted(found, key=lambda change: change[:3]):
        if whole[start:end] == new.encode():
            continue
        changed = (whole[:start] + new.encode() + whole[end:]).decode()
        line = whole[:start].count(b"\n") + 1
        old = " ".join(whole[start:end].decode().split())
        text = " ".join(lines[line - 1].decode().split())
        said = (owner.get(node.lineno, ""), text, old, new)
        seen[said] += 1
        yield Mutant(line, *said, seen[said], changed)


def functions(tree) -> dict[int, str]:
    """The function in which each line stands, with its class."""
    owner = {}

    def walk(node, name):
        for child in ast.iter_child_nodes(node):
            inner = name
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                inner = f"{name}.{child.name}" if name else child.name
                owner.update(dict.fromkeys(range(child.lineno, child.end_lineno + 1), inner))
            walk(child, inner)

    walk(tree, "")
    return owner


def outside_of_messages(node) -> Iterator[ast.AST]:
    """The nodes of a tree, without those of messages, texts and annotations."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr):
                continue
            yield child
            if not isinstance(child, ast.Raise):
                yield from outside_of_messages(child)


def changes(node, whole: bytes, starts: list[int]) -> Iterator[tuple[int, int, str]]:
    """(from, to, new text) of every change of one node."""

    def begin(n):
        return starts[n.lineno - 1] + n.col_offset

    def end(n):
        return starts[n.end_lineno - 1] + n.end_col_offset

    def between(left, right, table, kind):
        if type(kind) in table:
            old, new = table[type(kind)]
            where = whole.find(old.encode(), end(left), begin(right))
            if where >= 0:
                yield where, where + len(old), new

    match node:
        case ast.Compare():
            operands = [node.left, *node.comparators]
            for left, right, kind in zip(operands, operands[1:], node.ops):
                yield from between(left, right, COMPARED, kind)
        case ast.BinOp():
            yield from between(node.left, node.right, COMPUTED, node.op)
        case ast.AugAssign():
            yield from between(node.target, node.value, COMPUTED, node.op)
            yield begin(node), end(node), "pass"
        case ast.BoolOp():
            words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for left, right in zip(node.values, node.values[1:]):
                where = whole.find(words[0].encode(), end(left), begin(right))
                if where >= 0:
                    yield where, where + len(words[0]), words[1]
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert()):
            sign = {ast.USub: "-", ast.Not: "not ", ast.Invert: "~"}[type(node.op)]
            yield begin(node), begin(node) + len(sign), ""
        case ast.Constant(value=bool()):
            yield begin(node), end(node), str(not node.value)
        case ast.Constant(value=int() | float()):
            more = node.value + 1 if isinstance(node.value, int) else node.value * 2 or 1.0
            yield begin(node), end(node), str(more)
        case ast.Attribute() if node.attr in TWIN:
            yield end(node) - len(node.attr), end(node), TWIN[node.attr]
        case ast.Name() if node.id in TWIN and node.id not in ("sum", "zeros", "ones"):
            yield begin(node), end(node), TWIN[node.id]
        case ast.If() | ast.IfExp() | ast.While():
            yield begin(node.test), end(node.test), "False"
            if not isinstance(node, ast.While):
                yield begin(node.test), end(node.test), "True"
        case ast.Expr(value=ast.Call()):
            yield begin(node), end(node), "pass"
        case ast.Return() if node.value is not None:
            yield begin(node), end(node), "return None"
        case ast.Break():
            yield begin(node), end(node), "continue"
        case ast.Continue():
            yield begin(node), end(node), "break"
