"""Bugs without a name: their symptoms, and once they are named, their code.

    mystery(3)                          its symptoms, in a table
    mystery(3).gradient_errors()        one of them, as numbers
    mystery(3).source("a_name")         its lines, for whoever has found its name

Each is the one that `bugs.draw` gives for this number, so mystery bug 3 of the gallery is the same.
"""

import re
from functools import cache

from nncourse.bugs import ARRAYS, SPECIMENS, Symptoms, draw, symptoms_of
from nncourse.bugs.symptoms import EXERCISE_SEEDS
from nncourse.exercises.verdict import Note
from nncourse.words import fixed, percent

NUMBERS = tuple(EXERCISE_SEEDS)
OFFERED = (
    *("hidden_slope_forgotten", "output_formula_on_input", "extra_p_1_minus_p", "sign"),
    *("biases_never_updated", "bias_averaged", "sum_for_mean", "never_zeroed", "zero_init"),
    *("constant_init", "no_bend", "raw_pixels", "axes_swapped", "bad_luck"),
)
__all__ = ["NUMBERS", "OFFERED", "Mystery", "mystery", "offered", "plain_name", "symptoms_of"]


def offered() -> dict[str, str]:
    """The names to choose from, those of all mysteries among them, and what they mean.

    >>> offered()["zero_init"]
    'All weights start at zero'
    """
    return {name: SPECIMENS[name].title for name in OFFERED}


class Mystery(Symptoms):
    """A specimen whose name is not told. Displayed, it is a table of its symptoms."""

    def __init__(self, number: int):
        name, _ = draw(number)
        super().__init__(SPECIMENS[name])
        self.number = number

    def __repr__(self) -> str:
        return str(self._note())

    def _repr_html_(self) -> str:
        return self._note()._repr_html_()

    def _note(self) -> Note:
        return Note(f"Mystery {self.number}", (), self.table())

    def table(self) -> tuple[tuple[str, str], ...]:
        """All symptoms, in words and a few digits."""
        errors, times, losses = self.gradient_errors(), self.times(), self.losses()
        slopes = [f"{a} {fixed(errors[a])}" if a in self.off() else f"{a} right" for a in ARRAYS]
        epochs = [f"epoch {k}: {fixed(losses[k])}" for k in (0, 1, 2, 5, 10, 20)]
        return (
            ("gradient error", ", ".join(slopes)),
            ("times the true slopes", ", ".join(f"{a} {fixed(times[a])}" for a in ARRAYS)),
            ("loss on the digits", ", ".join(epochs)),
            ("digits read", percent(self.digits())),
            ("XOR, 4 hidden units", f"{self.xor(4)} of 40 starts"),
            ("XOR, 2 hidden units", f"{self.xor(2)} of 40 starts"),
            ("its author says of these", f"solved: {percent(self.reported())}"),
        )

    def is_called(self, name) -> bool:
        """Whether this is its name or its title; spaces and capitals do not matter."""
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
        found = self._specimen
        return Note(f"Mystery {self.number}", (f"{found.title}.",), (("its code", found.code()),))


@cache
def mystery(number: int) -> Mystery:
    """The mystery of this number, from 1 to 6.

    Raises ValueError for any other number.

    >>> mystery(1).number
    1
    """
    if number not in NUMBERS:
        raise ValueError(f"there is no mystery {number!r}: choose one from 1 to {len(NUMBERS)}")
    return Mystery(number)


def plain_name(name) -> str:
    """A name, or a title, however it is written.

    >>> plain_name(" Bias averaged")
    'bias_averaged'
    """
    return re.sub(r"[\W_]+", "_", str(name).strip().lower()).strip("_")
