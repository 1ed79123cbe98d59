"""What a check says: a verdict in sentences, as text and as accessible HTML."""

from dataclasses import dataclass
from html import escape

import numpy as np

from nncourse.exercises.wire import Stranger

# Word and sign differ, not only the colour, which has enough contrast on white and on black.
SIGNS = {"right": ("✓", "#2e8b57"), "not yet": ("✗", "#d2691e"), "not attempted": ("○", "#7a7a7a")}
LETTERS = 500  # the most of all sentences together, and of a row: an answer may be of any length
FEW = 24  # the most numbers that are shown: of a larger array only the shape
HINT = ("→", "#3b7dd8")
# JupyterLab gives all columns one width, which would break the words of the first.
TABLE = (
    '<div style="overflow-x:auto"><table style="margin:0.4em 0;table-layout:auto;width:auto;'
    'color:inherit"><tbody>{rows}</tbody></table></div>'
)
MIME = "application/vnd.nnlib.verdict+json"  # under which a notebook keeps the record of a verdict


@dataclass(frozen=True)
class Note:
    """A heading and some sentences: a box in a notebook, text elsewhere."""

    heading: str
    sentences: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...] = ()  # what it is, and the numbers as text
    sign: tuple[str, str] = HINT

    def __str__(self) -> str:
        lines = [f"{self.sign[0]} {self.heading}", *self.sentences]
        width = max((len(label) for label, _ in self.numbers), default=0)
        for label, text in self.numbers:
            below = "\n" + " " * (width + 4)
            lines.append(f"  {label:<{width}}  {text.replace(chr(10), below)}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        sign, colour = self.sign
        said = "".join(f'<p style="margin:0.3em 0">{_html(s)}</p>' for s in self.sentences)
        rows = "".join(_row(label, text) for label, text in self.numbers)
        return (
            f'<div style="border-left:4px solid {colour};padding:0.2em 0.9em;max-width:48em;'
            'color:inherit"><div role="status"><p style="margin:0.2em 0">'
            f'<span aria-hidden="true">{sign} </span><strong>{_html(self.heading)}</strong></p>'
            f"{said}{TABLE.format(rows=rows) if rows else ''}</div>{self._below()}</div>"
        )

    def _below(self) -> str:
        """What stands in the box after the numbers, as HTML."""
        return ""


@dataclass(frozen=True, repr=False)
class Verdict(Note):
    """What a check found: `status` is "right", "not yet" or "not attempted".

    `off` names the parts of the answer that are wrong. `misconception` is the title of the known
    mistake that was recognised, and `question` the one that leads out of it; "" if there is none.
    `hints` are those that the box in a notebook holds, folded away; the text does not have them.

    >>> verdict = Verdict.of("not yet", "04.slopes", ["gW is right, but gb is wrong."], off=("gb",))
    >>> print(verdict)
    ✗ Not yet: 04.slopes
    gW is right, but gb is wrong.
    >>> verdict.right, verdict.off
    (False, ('gb',))
    """

    status: str = "not attempted"
    name: str = ""
    off: tuple[str, ...] = ()
    misconception: str = ""
    question: str = ""
    hints: tuple[str, ...] = ()

    @classmethod
    def of(cls, status: str, name: str, sentences, **more) -> "Verdict":
        """The verdict of this status on the task called `name`."""
        heading = f"{status.capitalize()}: {name}"
        kept, room = [], LETTERS
        for sentence in sentences:
            if room > 0:
                kept.append(cut(sentence, room))
                room -= len(kept[-1]) + 1
        more = {"sign": SIGNS[status], **more}
        rows = more.get("numbers", ())
        more["numbers"] = tuple((cut(a, 80), cut(b, LETTERS - 80)) for a, b in rows)
        return cls(heading, tuple(kept), status=status, name=name, **more)

    @property
    def right(self) -> bool:
        """Whether it is right, for `assert verdict.right`."""
        return self.status == "right"

    def record(self) -> dict:
        """What is counted in class, as plain JSON, so that no sentence has to be parsed.

        >>> Verdict.of("right", "04.slopes", ["In all 3 cases."]).record()["status"]
        'right'
        """
        return {
            "task": self.name,
            "status": self.status,
            "misconception": self.misconception,
            "question": self.question,
            "off": list(self.off),
        }

    def _below(self) -> str:
        """The hints, each behind a button that needs no kernel: <details> opens by itself."""
        return "".join(_folded(f"Hint {n}", hint) for n, hint in enumerate(self.hints, 1))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {"text/plain": str(self), "text/html": self._repr_html_(), MIME: self.record()}


def cut(text: str, most: int = LETTERS) -> str:
    """The text, or its beginning, in at most so many letters."""
    return text if len(text) <= most else f"{text[: max(most - 2, 0)]} …"[:most]


def _row(label: str, numbers: str) -> str:
    """A row of the table: a label and its numbers."""
    return (
        '<tr><th scope="row" style="text-align:left;vertical-align:top;font-weight:normal;'
        f'white-space:nowrap;padding:2px 12px 2px 0">{_html(label)}</th>'
        '<td style="text-align:left;white-space:pre;max-width:none">'
        '<pre style="margin:0;background:transparent;color:inherit;white-space:pre">'
        f"{escape(numbers)}</pre></td></tr>"
    )


def _folded(label: str, text: str) -> str:
    """A button with this label, which shows the text when it is pressed."""
    return (
        '<details style="margin:0.3em 0"><summary style="cursor:pointer;width:max-content;'
        "list-style-position:inside;border:1px solid currentColor;border-radius:4px;"
        f'padding:0.1em 0.7em">{label}</summary>'
        f'<p style="margin:0.3em 0 0.6em">{_html(text)}</p></details>'
    )


def _html(sentence: str) -> str:
    """The sentence as HTML, with its `code` as code."""
    pieces = [escape(piece) for piece in sentence.split("`")]
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))


# Values and words for the sentences and rows of a verdict


def written(value, precision: int = 4) -> str:
    """Numbers in a few digits; for large arrays and lists of arrays, their shapes.

    >>> written(np.array([0.5, 1 / 3])), written([(np.ones((2, 3)), np.ones((1, 3)))])
    ('[0.5    0.3333]', '[[(2, 3), (1, 3)]]')
    >>> written(1e-5), written(1347), written((200, 300, 100)), written(np.array(2 / 3))
    ('1e-05', '1347', '(200, 300, 100)', '0.6667')
    """
    if isinstance(value, np.ndarray | np.generic) and np.ndim(value) == 0:
        value = value.item()
    if isinstance(value, list | tuple) and not all(isinstance(v, int | float) for v in value):
        return written_shape(value)
    if isinstance(value, int | float):
        return f"{value:.{precision}g}" if isinstance(value, float) else str(value)
    if isinstance(value, list | tuple) and all(isinstance(v, int) for v in value[:FEW]):
        return shortened(str(value))
    if isinstance(value, np.ndarray | np.generic | list | tuple):
        array = np.asarray(value)
        if array.size > FEW:
            return f"an array of shape {array.shape}"
        return np.array2string(array, precision=precision, suppress_small=True)
    if isinstance(value, Stranger):
        return value.kind
    return shortened(str(value))


def written_shape(value) -> str:
    """The shape of an array, and the shapes in a list of them."""
    if isinstance(value, list | tuple):
        shown = [written_shape(piece) for piece in value[:8]] + ["…"] * (len(value) > 8)
        return f"[{', '.join(shown)}]"
    return str(np.shape(value)) if isinstance(value, np.ndarray) else written(value)


def shortened(text: str, letters: int = 400, lines: int = 5) -> str:
    """The text, cut after so many letters or lines."""
    text = text.rstrip()
    short = "\n".join(text[: letters + 1].splitlines()[:lines])[:letters]
    return short if short == text else short + " …"


def is_are(names) -> str:
    """The verb for so many things: "is" or "are"."""
    return "is" if len(names) == 1 else "are"
