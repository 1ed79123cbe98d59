"""What a student has written in words, in whichever cell it stands.

An open question is read by a person. So where its own cell has no answer, all that could be one is
found and put there: a text too many costs a glance, a text too few a student her points.
"""

import ast
import re

from cells import Cell

WORD = r"[^\W\d_]+[,;:.!?'’()-]*"
# Five words in a row, or some signs of a language that has no spaces.
PROSE = re.compile(rf"(?:{WORD}[ \t]+){{4}}{WORD}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{{4}}")


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but emphasis, case and spaces.

    >>> same_words("*Your answer here.*", "Your answer  here")
    True
    """
    one, other = (re.findall(r"\w+", text.casefold()) for text in (one, other))
    return one == other


def words_of(cell: Cell, given: set[str], near: bool) -> str:
    """Her own words in a cell, "" if there are none.

    `given` holds the lines that were handed out. `near` says that the cell comes after the
    question; a cell with a check counts as well. Elsewhere a comment is about the code.

    >>> words_of(Cell("raw", "All units stay equal."), set(), near=False)
    'All units stay equal.'
    >>> words_of(Cell("code", "x = 1  # a first try, which is not good yet"), set(), near=False)
    ''
    """
    hers = [line for line in cell.source.splitlines() if line.strip() not in given]
    if cell.kind != "code":
        return "\n".join(hers).strip() if re.search(r"\w|!\[", "".join(hers)) else ""
    code = cell.code()
    near = near or bool(code.asks())
    if not code.parses:
        return "\n".join(hers).strip() if near or any(map(PROSE.search, hers)) else ""
    comments = [line.partition("#")[2].strip() for line in hers if "#" in line]
    constants = [n.value for n in ast.walk(code.tree) if isinstance(n, ast.Constant)]
    strings = [s.strip() for s in constants if isinstance(s, str) and len(s.split()) > 1]
    strings = [s for s in strings if not any(s in line for line in given)]
    alone = (ast.unparse(line) for line in code.body if isinstance(line, ast.Expr))
    only_words = sum(line[0] in "'\"" for line in alone) == len(code.body)
    text = "\n".join([*comments, *strings]) if near or only_words else ""
    return text if re.search(r"\w{2}", text) else ""
