"""Remove from a student's code and words all that could identify her. Standard library only.

Code loses its comments and the content of its strings. Code and words lose numbers with six or more
digits, as a student number has, and the words of `names`: those of the whole class, for students
thank each other. Words lose addresses as well.
"""

import builtins
import io
import keyword
import re
import tokenize
import unicodedata
from collections.abc import Iterable

GAP = "…"  # replaces what is removed
LINES, LETTERS = 30, 1_500  # at most, of an example that is shown
WORDS = 3_000  # characters of an answer in words that are shown
SYMBOL = 2  # a name of so few letters can also be a symbol or a word, such as li
LONG_NUMBER = re.compile(r"\d{6,}")
ADDRESS = re.compile(r"\S*@\S+\.\S+|https?://\S+|www\.\S+")
TEXTS = {tokenize.STRING}
OPENING, CLOSING = set(), set()
for kind in ("FSTRING", "TSTRING"):  # since Python 3.12, and 3.14
    OPENING.add(getattr(tokenize, f"{kind}_START", None))
    CLOSING.add(getattr(tokenize, f"{kind}_END", None))
EMPTY = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT}


def names_in(students: Iterable[str], ordinary: str = "") -> set[str]:
    """The words, in lower case, of which the names of these students consist.

    Words of `ordinary`, the text that was handed out, are left out: np.max is no student.

    >>> sorted(names_in(["Anna-Lena_Schmidt", "max", "李雷", "s.o'brien"], "np.max(Z)"))
    ['anna', 'brien', 'lena', 'schmidt', '李雷']
    """
    known = set(_words(ordinary))
    found = {word for name in students for word in _words(name)}
    return {w for w in found if len(w) > 1 and w not in known and not w.isdigit()}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower())


def anonymous_code(source: str, names: Iterable[str] = (), ordinary: str = "") -> str | None:
    """The code without comments, strings and names of students; None if it cannot be shown.

    That is the case if it is not Python, too long, or empty afterwards. Identifiers of `ordinary`,
    the code that was handed out, stay.

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
    """The tokens with each f-string as a single STRING token, as before Python 3.12."""
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
    """The tokens without statements that are only a string."""
    found, at_start = [], True
    for i, token in enumerate(tokens):
        if at_start and token.type in TEXTS and tokens[i + 1].type == tokenize.NEWLINE:
            continue
        found.append(token)
        at_start = token.type == tokenize.NEWLINE or (at_start and token.type in EMPTY)
    return found


def _put_together(tokens: list, secret: list[str], kept: set[str]) -> str:
    """The source of the tokens at their places, without what `_shown` takes out."""
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
    """What is shown of a token; names in `kept` stay, those that contain a `secret` do not."""
    text = token.string
    if token.type == tokenize.COMMENT:
        return ""
    if token.type in TEXTS:
        return f'"{GAP}"'
    if token.type == tokenize.NUMBER:
        return LONG_NUMBER.sub(GAP, text)
    if token.type == tokenize.NAME and text not in kept:
        if LONG_NUMBER.search(text) or any(_contains(text, name) for name in secret):
            return GAP
    return "\n" if token.type in (tokenize.NEWLINE, tokenize.NL) else text


def _contains(identifier: str, name: str) -> bool:
    """Whether an identifier contains a name: of 4 letters anywhere, of 3 as a word, of 2 never.

    >>> [_contains(i, n) for i, n in [("annas_slope", "anna"), ("delta", "del"), ("del_W", "del")]]
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
    """A written answer without names, addresses and long numbers, cut at WORDS characters.

    >>> anonymous_words("They stay equal. Anna Schmidt, 0412345", {"anna", "schmidt"})
    'They stay equal. … …, …'
    """
    text = unicodedata.normalize("NFC", text)
    # Control characters go: some reverse the direction of text. Half surrogates cannot be encoded.
    seen = [c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C"]
    text = LONG_NUMBER.sub(GAP, ADDRESS.sub(GAP, "".join(seen).strip()))
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(*_pattern(name), text)
    return text if len(text) <= WORDS else text[:WORDS].rstrip() + f" {GAP}"


def _pattern(name: str) -> tuple[re.Pattern, str]:
    """What finds the name as a word; a short one only in upper case or capitalised."""
    if not name.isascii():
        return re.compile(re.escape(name), re.IGNORECASE), GAP
    if len(name) <= SYMBOL:
        name = f"(?:{name.capitalize()}|{name.upper()})"
        return re.compile(rf"(?<![^\W_]){name}(?![^\W_])"), GAP
    return re.compile(rf"(?<![^\W_]){re.escape(name)}s?(?![^\W_])", re.IGNORECASE), GAP
