"""Bugs without a name: their symptoms, and once they are named, their code.

    mystery(3)                          its symptoms, in a table
    mystery(3).gradient_errors()        one after the other, as numbers
    mystery(3).source("a_name")         its lines, for whoever has found its name

Each is one of `bugs.SPECIMENS`. Which one stands here as a fingerprint only.
"""

import hashlib
import re
from functools import cache, cached_property

import numpy as np

from nncourse.bugs import (
    ARRAYS,
    DIGITS_READ,
    GRADIENT_WRONG,
    ROLES,
    SPECIMENS,
    XOR_SOLVED,
    Specimen,
)
from nncourse.exercises.verdict import Note

STARTS = 3  # networks that learn the digits, of each mystery
PRINTS = ("73f34e98", "bc33670d", "44c56e73", "5c679e9f", "dec4b4bd", "15608a9c")
OFFERED = (
    *("hidden_slope_forgotten", "output_formula_on_input", "extra_p_1_minus_p", "sign"),
    *("biases_never_updated", "bias_averaged", "sum_for_mean", "never_zeroed", "zero_init"),
    *("constant_init", "no_bend", "raw_pixels", "axes_swapped", "bad_luck"),
)


def offered() -> dict[str, str]:
    """The names among which those of all mysteries are, and what they mean.

    >>> offered()["zero_init"]
    'All weights start at zero'
    """
    return {name: SPECIMENS[name].title for name in OFFERED}


class Symptoms:
    """What the instruments say of one specimen; nothing is measured twice."""

    def __init__(self, specimen: Specimen):
        self._specimen = specimen

    def gradient_errors(self) -> dict[str, float]:
        """How far the slopes of each array are from the measured ones: 0 right, 1 wrong."""
        return self._specimen.gradient_errors()

    def times(self) -> dict[str, float]:
        """How many times its true slopes each array holds: 1 where it is right."""
        g, n = self._specimen.slopes()
        return {name: float(np.vdot(g[name], n[name]) / np.vdot(n[name], n[name])) for name in n}

    def off(self) -> tuple[str, ...]:
        """The arrays whose slopes are wrong."""
        errors = self.gradient_errors()
        return tuple(name for name in ARRAYS if errors[name] > GRADIENT_WRONG)

    @cached_property
    def _runs(self) -> list:
        return [self._specimen.digits(np.random.default_rng(start)) for start in range(STARTS)]

    def losses(self) -> np.ndarray:
        """The loss on the digits, before the first epoch and after each of twenty."""
        return self._runs[0].losses

    def digits(self) -> float:
        """The share of 450 held-out digits that are read, the mean of three networks."""
        return float(np.mean([run.accuracy for run in self._runs]))

    @cached_property
    def _solved(self) -> dict[int, np.ndarray]:
        return {width: self._specimen.xor(width=width).solved for width in (2, 4)}

    def xor(self, width: int = 4) -> int:
        """How many of 40 starts learn XOR, with 2 or with 4 hidden units."""
        return int(self._solved[width].sum())

    def reported(self) -> float:
        """The share of starts with 2 hidden units that learn XOR, if one asks its author."""
        solved = self._solved[2]
        return float(self._specimen.judge(np.roll(solved, -solved.argmin())))

    def noticed(self) -> tuple[bool, bool, bool]:
        """Whether the gradient check, the digits and XOR with 4 hidden units notice something."""
        right = symptoms_of("right").xor()
        return bool(self.off()), self.digits() < DIGITS_READ, self.xor() < XOR_SOLVED * right

    def table(self) -> tuple[tuple[str, str], ...]:
        """All of it, in words and a few digits."""
        errors, times, losses = self.gradient_errors(), self.times(), self.losses()
        miss = [f"{a} {errors[a]:.2f}" if a in self.off() else f"{a} right" for a in ARRAYS]
        epochs = [(k, f"{losses[k]:.2f}") for k in (0, 1, 2, 5, 10, 20)]
        return (
            ("gradient error", ", ".join(miss)),
            ("times the true slopes", ", ".join(f"{a} {times[a]:.2f}" for a in ARRAYS)),
            ("loss on the digits", ", ".join(f"epoch {k}: {loss}" for k, loss in epochs)),
            ("digits read", f"{self.digits():.0%}"),
            ("XOR, 4 hidden units", f"{self.xor(4)} of 40 starts"),
            ("XOR, 2 hidden units", f"{self.xor(2)} of 40 starts"),
            ("its author says of these", f"solved: {self.reported():.0%}"),
        )


class Mystery(Symptoms):
    """A specimen whose name is not told. Shown, it is a table of its symptoms."""

    def __init__(self, number: int):
        prints = {fingerprint(number, name): name for name in OFFERED}
        super().__init__(SPECIMENS[prints[PRINTS[number - 1]]])
        self.number = number

    def __repr__(self) -> str:
        return str(self._note())

    def _repr_html_(self) -> str:
        return self._note()._repr_html_()

    def _note(self) -> Note:
        return Note(f"Mystery {self.number}", (), self.table())

    def is_called(self, name) -> bool:
        """Whether this is its name, or what the name means; spaces and capitals do not matter."""
        return plain_name(name) in (self._specimen.name, plain_name(self._specimen.title))

    def source(self, name: str) -> Note:
        """The lines in which it differs from what is right, for whoever knows its name.

        >>> print(mystery(1).source("sign"))
        → Mystery 1
        That is not its name. What do the symptoms say against it?
        """
        if not self.is_called(name):
            words = "That is not its name. What do the symptoms say against it?"
            return Note(f"Mystery {self.number}", (words,))
        found, right = self._specimen, SPECIMENS[self._specimen.twin]
        wrong = [getattr(found, role) for role in ROLES]
        wrong = [f for f, role in zip(wrong, ROLES) if f is not getattr(right, role)]
        code = "\n\n".join("\n".join(found._lines(f)) for f in wrong)
        return Note(f"Mystery {self.number}", (f"{found.title}.",), (("its code", code),))


@cache
def mystery(number: int) -> Mystery:
    """The mystery of this number, from 1 to 6.

    Raises ValueError for any other number.

    >>> mystery(1).number
    1
    """
    if number not in range(1, len(PRINTS) + 1):
        raise ValueError(f"there is no mystery {number!r}: choose one from 1 to {len(PRINTS)}")
    return Mystery(number)


@cache
def symptoms_of(name: str) -> Symptoms:
    """What the instruments say of the specimen of this name.

    >>> symptoms_of("sign").off()
    ('W1', 'b1', 'W2', 'b2')
    """
    return Symptoms(SPECIMENS[name])


def plain_name(name) -> str:
    """A name, or a title, however it is written.

    >>> plain_name(" Bias averaged")
    'bias_averaged'
    """
    return re.sub(r"[\W_]+", "_", str(name).strip().lower()).strip("_")


def fingerprint(number: int, name: str) -> str:
    """What can be told of a name without telling it."""
    return hashlib.sha256(f"mystery {number}: {name}".encode()).hexdigest()[:8]
