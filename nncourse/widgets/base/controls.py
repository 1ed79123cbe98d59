"""Controls: each knows its possible values, and refuses others in a sentence."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import numpy as np

from nnlib.checks import is_whole, shown

PLAY, PAUSE = "▶ Play", "❚❚ Pause"


def is_number(value) -> bool:
    """Whether `value` is a finite number.

    >>> [is_number(value) for value in (1, -0.5, np.float32(1), 10**400, np.nan, True, "1")]
    [True, True, True, False, False, False, False]
    """
    value = plain(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) <= sys.float_info.max


def plain(value):
    """A number, truth value or name of numpy as Python's own; anything else as it is.

    >>> plain(np.int64(3)), plain(np.array(0.5)), plain(np.bool_(True)), plain([1])
    (3, 0.5, True, [1])
    """
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return value.item()
    return value


@dataclass(frozen=True)
class Slider:
    """A number between two ends, dragged or typed; with `log`, on a logarithmic scale.

    >>> Slider("learning_rate", "learning rate", 0.001, 10, 0.3, log=True).check("fast")
    Traceback (most recent call last):
    ...
    ValueError: learning rate: 'fast' given, expected a number from 0.001 to 10
    """

    name: str
    label: str
    low: float
    high: float
    value: float
    step: float = 1
    log: bool = False
    whole: bool = False
    wide: float | None = None  # width of the number field in em; None: four digits and a point
    kind = "slider"

    def check(self, value):
        """`value` as a number that this slider can have; ValueError with both ends otherwise."""
        fits = is_number(value) and self.low <= value <= self.high
        if not fits or (self.whole and not is_whole(value)):
            kind = "a whole number" if self.whole else "a number"
            raise ValueError(
                f"{self.label}: {shown(value)} given, expected {kind} from {self.low:g} to"
                f" {self.high:g}"
            )
        return int(value) if self.whole else float(value)

    def scene(self) -> dict:
        """What the front end needs to draw it."""
        return {"kind": self.kind, "name": self.name, "label": self.label, "low": self.low,
                "high": self.high, "step": self.step, "log": self.log,
                "wide": self.wide}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One of several: `options` is {value: what the reader sees}."""

    name: str
    label: str
    options: dict
    value: object

    def check(self, value):
        """`value` if it is one of the options; ValueError with their list otherwise."""
        given = plain(value)
        for option in self.options:
            numbers = isinstance(option, int | float) and type(given) in (int, float)
            if (numbers or type(option) is type(given)) and option == given:
                return option
        listed = ", ".join(map(str, self.options))
        raise ValueError(f"{self.label}: {shown(value)} given, expected one of {listed}")

    def only(self, *values) -> Choice:
        """The same control with only some of its options."""
        return replace(self, options={value: self.options[value] for value in values})

    def scene(self, cards: dict | None = None) -> dict:
        """What the front end needs to draw it; `cards`: {value: a square heat map}."""
        pictures = [cards.get(option, b"") for option in self.options] if cards else []
        return {"kind": "cards" if cards else "choice", "name": self.name, "label": self.label,
                "options": list(self.options.values()), "pictures": pictures,
                "keys": list(self.options)}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """Yes or no."""

    name: str
    label: str
    value: bool = False

    def check(self, value) -> bool:
        """`value` if it is True or False; ValueError otherwise."""
        if not isinstance(plain(value), bool):
            raise ValueError(f"{self.label}: {shown(value)} given, expected True or False")
        return plain(value)

    def scene(self) -> dict:
        """What the front end needs to draw it."""
        return {"kind": "check", "name": self.name, "label": self.label}


def button(name: str, *labels: str, main: bool = False) -> dict:
    """A button for the scene: it sends the hand `name`; `main` is the one to press first.

    The first label is what it says; it is as wide as the longest of all that it may say. What
    `plays` sends whether it shall play.
    """
    longest = max([*labels, *([PAUSE] if name == "play" else [])], key=len)
    return {"kind": "button", "name": name, "label": labels[0], "main": main, "longest": longest,
            "plays": name == "play"}  # fmt: skip


def by_name(*controls) -> dict:
    """{name: control}, in the order given.

    >>> list(by_name(Check("bias", "bias"), Check("grid", "grid")))
    ['bias', 'grid']
    """
    return {control.name: control for control in controls}
