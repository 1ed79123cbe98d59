"""Controls: each knows its possible values, and refuses others in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite

PLAY, PAUSE = "▶ Play", "❚❚ Pause"


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
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not isfinite(value) or not self.low <= value <= self.high or (
            self.whole and value != int(value)
        ):  # fmt: skip
            kind = "a whole number" if self.whole else "a number"
            raise ValueError(
                f"{self.label}: {_short(value)} given, expected {kind} from {self.low:g} to"
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
        for option in self.options:
            if type(option) is type(value) and option == value:
                return option
            numbers = isinstance(option, int | float) and type(value) in (int, float)
            if numbers and option == value:
                return option
        listed = ", ".join(map(str, self.options))
        raise ValueError(f"{self.label}: {_short(value)} given, expected one of {listed}")

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
        if not isinstance(value, bool):
            raise ValueError(f"{self.label}: {_short(value)} given, expected True or False")
        return value

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


def _short(value) -> str:
    """`value` for a sentence, cut to forty characters: a recipe may hold anything."""
    words = repr(value)
    return words if len(words) <= 40 else words[:37] + "..."
