"""What the front end may send: every message, and the type and range of each of its fields.

A message says what a person does: `do`, the fields of `FIELDS`, and from which `view` it comes, as
which number (`no`). The fields of `NAMED` stand in it by name, those of all others in the list
"arguments", in the order given here. `read` checks a message before anything is done. Whether there
is a point with this number, or how high a control goes, the model knows, and refuses it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from nnlib.checks import is_whole, shown
from nncourse.widgets.base.controls import is_number, plain
from nncourse.widgets.base.recipe import LONGEST_RECIPE
from nncourse.words import listed

LONGEST = 300  # letters of a sentence on the stage
LONGEST_NAME = 60  # letters of the name of a control, a panel or a view
LARGEST = 2**53  # JavaScript counts no farther
MOST_STROKES = 200


class Field(NamedTuple):
    """What a field may hold: in words, and as a check."""

    words: str
    fits: Callable[[object], bool]


def _is_name(value) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_NAME


def _is_count(value) -> bool:
    return is_number(value) and is_whole(value) and 0 <= value <= LARGEST


NAME = Field(f"a name of at most {LONGEST_NAME} letters", _is_name)
COUNT = Field("a whole number from 0 on", _is_count)
YES_NO = Field("yes or no", lambda v: isinstance(v, bool))
NUMBER = Field("a finite number", is_number)
MOMENT = Field("a whole number from 0 on, or none", lambda value: value is None or _is_count(value))
PLACE = Field(
    "a whole number from 0 on, or a name", lambda value: _is_count(value) or _is_name(value)
)
VALUE = Field(
    f"a number, yes or no, or a name of at most {LONGEST_NAME} letters",
    lambda v: isinstance(v, bool) or is_number(v) or _is_name(v),
)
STROKES = Field(
    f"a list of at most {MOST_STROKES} strokes",
    lambda v: isinstance(v, list) and len(v) <= MOST_STROKES,
)
RECIPE = Field(
    f"a text of at most {LONGEST_RECIPE:,} letters",
    lambda v: isinstance(v, str) and len(v) <= LONGEST_RECIPE,
)

# What is not listed, a button, has no fields.
FIELDS: dict[str, dict[str, Field]] = {
    "seen": {"frame": COUNT},
    "play": {"on": YES_NO},
    "set": {"name": NAME, "value": VALUE},
    "open": {"recipe": RECIPE},
    "look": {"moment": MOMENT},
    "change": {"array": NAME, "place": COUNT, "value": NUMBER},
    "drag": {"panel": NAME, "hand": NAME, "x": NUMBER, "y": NUMBER},
    "choose": {"panel": NAME, "place": PLACE, "column": COUNT},
    "point": {"panel": NAME, "what": PLACE, "place": COUNT, "unit": COUNT},
    "guess": {"answer": NUMBER},
    "draw": {"strokes": STROKES},
    "move": {"point": COUNT, "x": NUMBER, "y": NUMBER},
    "add": {"x": NUMBER, "y": NUMBER, "target": NUMBER},
    "delete": {"point": COUNT},
    "recolour": {"point": COUNT},
    "weight": {"place": COUNT, "value": NUMBER},
}
LEAST = {"play": 0, "choose": 2, "point": 0, "add": 2}  # so many fields are enough
NAMED = ("seen", "play", "set")
# Fields that any message may have; it comes `again` where its answer may have been lost.
ABOUT = {"view": NAME, "no": COUNT, "again": YES_NO}


class Message(NamedTuple):
    """A message that can be done: its fields in the order of `FIELDS`, in Python's own numbers."""

    do: str
    arguments: tuple
    view: str
    no: int | None
    again: bool


def read(content, buffers, known) -> Message:
    """The message that `content` is, its `do` one of `known`; ValueError, and why, if it is none.

    >>> read({"do": "weight", "arguments": [2.0, 0.5], "view": "a", "no": 7}, [], ["weight"])
    Message(do='weight', arguments=(2, 0.5), view='a', no=7, again=False)
    >>> read({"do": "move", "arguments": [0, "1", 2]}, [], ["move"])
    Traceback (most recent call last):
    ...
    ValueError: the x of move: '1' given, expected a finite number
    """
    if not isinstance(content, dict) or "do" not in content:
        raise ValueError(f"{shown(content)} given: expected what to do, with the fields of that")
    do = content["do"]
    if not isinstance(do, str) or do not in known:
        raise ValueError(f"{shown(do)}: expected one of {', '.join(known)}")
    if buffers:
        raise ValueError(f"{do} came with {len(buffers)} pieces of bytes: expected none")
    fields = FIELDS.get(do, {}) if do in NAMED else dict.fromkeys(["arguments"])
    unknown = [name for name in content if name not in fields.keys() | ABOUT.keys() | {"do"}]
    if unknown:
        raise ValueError(f"{do} has no field {shown(unknown[0])}: expected {_listed(fields)}")
    for name in content.keys() & ABOUT.keys():
        _check(do, name, ABOUT[name], content[name])
    if do in NAMED:
        arguments = [content[name] for name in fields if name in content]
    else:
        arguments = content.get("arguments", [])
        if not isinstance(arguments, list):
            raise ValueError(f"the arguments of {do}: {shown(arguments)} given, expected a list")
    about = content.get("view", ""), content.get("no"), content.get("again", False)
    return Message(do, _checked(do, arguments), *about)


def _checked(do: str, arguments: list) -> tuple:
    """The fields of `do` in Python's own numbers; ValueError for one that is not what it may be."""
    fields = FIELDS.get(do, {})
    if not LEAST.get(do, len(fields)) <= len(arguments) <= len(fields):
        raise ValueError(
            f"{do} with {len(arguments)} fields, {shown(arguments)}: expected {_listed(fields)}"
        )
    return tuple(_check(do, name, fields[name], value) for name, value in zip(fields, arguments))


def _check(do: str, name: str, field: Field, value):
    value = plain(value)
    if not field.fits(value):
        raise ValueError(f"the {name} of {do}: {shown(value)} given, expected {field.words}")
    whole = field in (COUNT, MOMENT, PLACE) and isinstance(value, float)
    return int(value) if whole else value


def _listed(fields) -> str:
    return listed(list(fields)) if fields else "none"


def sender(content) -> tuple[str, int | None]:
    """The view and the number of a message that may be none: it is answered all the same."""
    if not isinstance(content, dict):
        return "", None
    view, no = content.get("view"), content.get("no")
    return view if _is_name(view) else "", no if type(no) is int and _is_count(no) else None


def words_of(error: Exception) -> str:
    """What is written on the stage for an error: a refusal in its own words.

    >>> words_of(ValueError("say why")), words_of(KeyError("W"))
    ('say why', "KeyError: 'W'")
    """
    refused = type(error) is ValueError
    words = str(error) if refused else f"{type(error).__name__}: {error}"
    return words if len(words) <= LONGEST else words[: LONGEST - 3] + "..."
