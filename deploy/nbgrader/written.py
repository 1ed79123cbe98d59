"""Find what a student has written in words, in any cell.

A person reads the open answers. So if the cell of the answer is empty, all texts that could be the
answer are copied into it: one too many costs the reader a glance, a missed one costs points.
"""

import ast
import re

from cells import Cell

WORD = r"[^\W\d_]+[,;:.!?'’()-]*"
# Five words in a row, or four characters of a language without spaces between words.
PROSE = re.compile(rf"(?:{WORD}[ \t]+){{4}}{WORD}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{{4}}")


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same words; signs, case and spaces may differ.

    >>> same_words("*Your answer here.*", "Your answer  here")
    True
    """
    one, other = (re.findall(r"\w+", text.casefold()) for text in (one, other))
    return one == other


def words_of(cell: Cell, given: set[str], near: bool) -> str:
    """What the student has written in words in a cell, "" if there is nothing.

    `given` are the lines that were handed out. Comments in code count if the cell comes after the
    question (`near`) or has a check; elsewhere they are about the code.

    >>> words_of(Cell("raw", "All units stay equal."), set(), near=False)
    'All units stay equal.'
    >>> words_of(Cell("code", "x = 1  # a first try, which is not good yet"), set(), near=False)
    ''
    """
    own = [line for line in cell.source.splitlines() if line.strip() not in given]
    if cell.kind != "code":
        return "\n".join(own).strip() if re.search(r"\w|!\[", "".join(own)) else ""
    code = cell.code()
    near = near or bool(code.tasks())
    if not code.parses:
        return "\n".join(own).strip() if near or any(map(PROSE.search, own)) else ""
    comments = [line.partition("#")[2].strip() for line in own if "#" in line]
    constants = [n.value for n in ast.walk(code.tree) if isinstance(n, ast.Constant)]
    strings = [s.strip() for s in constants if isinstance(s, str) and len(s.split()) > 1]
    strings = [s for s in strings if not any(s in line for line in given)]
    alone = (ast.unparse(line) for line in code.body if isinstance(line, ast.Expr))
    only_words = sum(line[0] in "'\"" for line in alone) == len(code.body)
    text = "\n".join([*comments, *strings]) if near or only_words else ""
    return text if re.search(r"\w{2}", text) else ""
