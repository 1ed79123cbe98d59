"""What a check says back: a verdict in sentences, as text and as accessible HTML."""

from dataclasses import dataclass, field
from html import escape

# Told apart by word and sign; the colour of the edge is seen on white and on black.
SIGNS = {"right": ("✓", "#2e8b57"), "not yet": ("✗", "#d2691e"), "not attempted": ("○", "#7a7a7a")}
LETTERS = 500  # of a sentence; what was given may be of any length
HINT = ("→", "#3b7dd8")
MIME = "application/vnd.nnlib.verdict+json"  # under which a notebook keeps the record of a verdict


@dataclass(frozen=True)
class Note:
    """A heading and some sentences, shown in a notebook as a box and elsewhere as text."""

    heading: str
    sentences: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...] = ()  # what it is, and the numbers as text
    sign: tuple[str, str] = field(default=HINT, repr=False)

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
        table = f'<table style="margin:0.4em 0;color:inherit"><tbody>{rows}</tbody></table>'
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:0.2em 0.9em;'
            'max-width:48em;color:inherit"><p style="margin:0.2em 0">'
            f'<span aria-hidden="true">{sign} </span><strong>{_html(self.heading)}</strong></p>'
            f"{said}{table if rows else ''}</div>"
        )


@dataclass(frozen=True, repr=False)
class Verdict(Note):
    """What a check found: `status` is "right", "not yet" or "not attempted".

    `off` names the parts of the answer that are wrong, `misconception` is the title of the known
    mistake that gives the very same answer, and `question` leads out of it; "" if there is none.

    >>> verdict = Verdict.of("not yet", "04.slopes", ["gW is right, gb is wrong."], off=("gb",))
    >>> print(verdict)
    ✗ Not yet: 04.slopes
    gW is right, gb is wrong.
    >>> verdict.right, verdict.off
    (False, ('gb',))
    """

    status: str = "not attempted"
    name: str = ""
    off: tuple[str, ...] = ()
    misconception: str = ""
    question: str = ""

    @classmethod
    def of(cls, status: str, name: str, sentences, **more) -> "Verdict":
        """The verdict of this status on the task called `name`."""
        heading = f"{status.capitalize()}: {name}"
        sentences = tuple(cut(sentence) for sentence in sentences)
        more = {"sign": SIGNS[status], **more}
        more["numbers"] = tuple((cut(a), cut(b, 2000)) for a, b in more.get("numbers", ()))
        return cls(heading, sentences, status=status, name=name, **more)

    @property
    def right(self) -> bool:
        """Whether it is right, for `assert verdict.right`."""
        return self.status == "right"

    def record(self) -> dict:
        """What there is to count, in plain JSON, so that nobody has to read the sentences for it.

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

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {"text/plain": str(self), "text/html": self._repr_html_(), MIME: self.record()}


def cut(text: str, most: int = LETTERS) -> str:
    """The text, or its beginning: an answer can bring a million letters with it."""
    return text if len(text) <= most else f"{text[:most]} …"


def _row(label: str, numbers: str) -> str:
    """A row of the table: what it is, and below each other its numbers."""
    return (
        '<tr><th scope="row" style="text-align:left;vertical-align:top;font-weight:normal;'
        f'padding:2px 12px 2px 0">{_html(label)}</th><td style="text-align:left">'
        '<pre style="margin:0;background:transparent;color:inherit">'
        f"{escape(numbers)}</pre></td></tr>"
    )


def _html(sentence: str) -> str:
    """The sentence with its `code` set as code."""
    pieces = [escape(piece) for piece in sentence.split("`")]
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))
