"""A student's code and words without anything that could name her. Standard library only.

Of code the comments go and what stands between quotes; of both, numbers as long as those that a
school gives its students, addresses, and the words of `names`: everybody's in the class, for a
student may thank another. What is left is hers, line by line.
"""

import builtins
import io
import keyword
import re
import tokenize
import unicodedata
from collections.abc import Iterable

GAP = "…"  # in place of what was taken out
LINES, LETTERS = 30, 1_500  # of an example that is shown
WORDS = 3_000  # characters of an answer in words
SYMBOL = 2  # letters of a name that, in small letters, could be a symbol or a word
LONG_NUMBER = re.compile(r"\d{6,}")
ADDRESS = re.compile(r"\S*@\S+\.\S+|https?://\S+|www\.\S+")
TEXTS = {tokenize.STRING}
OPENING, CLOSING = set(), set()
for kind in ("FSTRING", "TSTRING"):  # since Python 3.12, and 3.14
    OPENING.add(getattr(tokenize, f"{kind}_START", None))
    CLOSING.add(getattr(tokenize, f"{kind}_END", None))
EMPTY = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT}


def names_in(students: Iterable[str], ordinary: str = "") -> set[str]:
    """The words, in small letters, by which these students could be known.

    Not those of `ordinary`, the text that everybody was given: somebody may be called Max.

    >>> sorted(names_in(["Anna-Lena_Schmidt", "max", "李雷", "s.o'brien"], "np.max(Z)"))
    ['anna', 'brien', 'lena', 'schmidt', '李雷']
    """
    known = set(_words(ordinary))
    found = {word for name in students for word in _words(name)}
    return {w for w in found if len(w) > 1 and w not in known and not w.isdigit()}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower())


def anonymous_code(source: str, names: Iterable[str] = (), ordinary: str = "") -> str | None:
    """The code without comments, quoted texts and names; None where it cannot be shown.

    That is: where it is no Python, is too long or has nothing left. `ordinary` is code whose names
    everybody has.

    >>> print(anonymous_code('def slope(a):  # by Anna\\n    "Mine!"\\n    return 1 - a * a'))
    def slope(a):
        return 1 - a * a
    """
    if len(source) > 20 * LETTERS:
        return None
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    if any(token.type == tokenize.ERRORTOKEN for token in tokens):
        return None
    secret = [name.lower() for name in names]
    kept = set(keyword.kwlist) | set(dir(builtins)) | set(re.findall(r"\w+", ordinary))
    text = _put_together(_without_docstrings(_joined(tokens)), secret, kept)
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    code = "\n".join(lines)
    return code if code and len(lines) <= LINES and len(code) <= LETTERS else None


def _joined(tokens: list) -> list:
    """The tokens with each f-string as a single one, which is what it was before Python 3.12."""
    found, depth, begin = [], 0, None
    for token in tokens:
        if token.type in OPENING:
            begin, depth = begin if depth else token, depth + 1
        elif token.type in CLOSING:
            depth -= 1
            if not depth:
                found.append(begin._replace(type=tokenize.STRING, string=GAP, end=token.end))
        elif not depth:
            found.append(token)
    return found


def _without_docstrings(tokens: list) -> list:
    """The tokens without statements that are nothing but a text."""
    found, at_start = [], True
    for i, token in enumerate(tokens):
        if at_start and token.type in TEXTS and tokens[i + 1].type == tokenize.NEWLINE:
            continue
        found.append(token)
        at_start = token.type == tokenize.NEWLINE or (at_start and token.type in EMPTY)
    return found


def _put_together(tokens: list, secret: list[str], kept: set[str]) -> str:
    """The tokens where they stood, with a gap for what nobody is to read."""
    pieces, row, column = [], 1, 0
    for token in tokens:
        if token.type in (tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
            continue
        if token.start[0] > row:
            pieces.append("\n" * (token.start[0] - row))
            row, column = token.start[0], 0
        pieces.append(" " * (token.start[1] - column))
        pieces.append(_shown(token, secret, kept))
        row, column = token.end
        if token.type in (tokenize.NEWLINE, tokenize.NL):
            row, column = row + 1, 0
    return "".join(pieces)


def _shown(token, secret: list[str], kept: set[str]) -> str:
    text = token.string
    if token.type == tokenize.COMMENT:
        return ""
    if token.type in TEXTS:
        return f'"{GAP}"'
    if token.type == tokenize.NUMBER:
        return LONG_NUMBER.sub(GAP, text)
    if token.type == tokenize.NAME and text not in kept:
        if LONG_NUMBER.search(text) or any(_names(text, name) for name in secret):
            return GAP
    return "\n" if token.type in (tokenize.NEWLINE, tokenize.NL) else text


def _names(identifier: str, name: str) -> bool:
    """Whether the name is in it: annas_slope has anna; delta has no del, and dli no li.

    >>> [_names(i, n) for i, n in [("annas_slope", "anna"), ("delta", "del"), ("del_W", "del")]]
    [True, False, True]
    """
    if len(name) <= SYMBOL and name.isascii():
        return False
    plain = unicodedata.normalize("NFC", identifier)
    parts = [part.lower() for part in re.findall(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+", plain)]
    if len(name) > SYMBOL + 1 or not name.isascii():
        return name in plain.lower()
    return name in parts or f"{name}s" in parts


def anonymous_words(text: str, names: Iterable[str] = ()) -> str:
    """What somebody has written, without names, addresses and long numbers, and not endless.

    >>> anonymous_words("They stay equal. Anna Schmidt, 0412345", {"anna", "schmidt"})
    'They stay equal. … …, …'
    """
    text = unicodedata.normalize("NFC", text)
    # Nothing invisible, which could turn what stands after it around, and no half of a character.
    seen = [c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C"]
    text = LONG_NUMBER.sub(GAP, ADDRESS.sub(GAP, "".join(seen).strip()))
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(*_pattern(name), text)
    return text if len(text) <= WORDS else text[:WORDS].rstrip() + f" {GAP}"


def _pattern(name: str) -> tuple[re.Pattern, str]:
    """Where the name stands as a word, in small letters too if it is longer than a symbol."""
    if not name.isascii():
        return re.compile(re.escape(name), re.IGNORECASE), GAP
    if len(name) <= SYMBOL:
        name = f"(?:{name.capitalize()}|{name.upper()})"
        return re.compile(rf"(?<![^\W_]){name}(?![^\W_])"), GAP
    return re.compile(rf"(?<![^\W_]){re.escape(name)}s?(?![^\W_])", re.IGNORECASE), GAP
