"""Bugs without a name: their symptoms, and once they are named, their code.

    mystery(3)                          its symptoms, in a table
    mystery(3).gradient_errors()        one of them, as numbers
    mystery(3).source("a_name")         its lines, for whoever has found its name

Each is the one that `bugs.draw` gives for this number (from 7 on with `until=8`), so mystery bug 3
of the gallery is the same.
"""

import re
from functools import cache

from nncourse.bugs import ARRAYS, EVERY, Symptoms, draw, exercise_seeds
from nncourse.bugs.symptoms import UNTIL
from nncourse.exercises.verdict import Note
from nncourse.words import fixed, percent

NUMBERS = tuple(exercise_seeds(until=7))
LATER_NUMBERS = tuple(sorted(set(exercise_seeds()) - set(NUMBERS)))  # those of notebook 08
OFFERED = (
    *("hidden_slope_forgotten", "output_formula_on_input", "extra_p_1_minus_p", "sign"),
    *("biases_never_updated", "bias_averaged", "sum_for_mean", "never_zeroed", "zero_init"),
    *("constant_init", "no_bend", "raw_pixels", "axes_swapped", "bad_luck"),
)
OFFERED_LATER = (
    *("dropout_not_rescaled", "dropout_at_prediction", "velocity_forgotten", "adam_uncorrected"),
    *("l2_on_biases", "stop_on_test", "copies_before_split"),
)
__all__ = ["NUMBERS", "LATER_NUMBERS", "OFFERED", "OFFERED_LATER", "Mystery", "mystery", "offered",
           "offered_later", "plain_name"]  # fmt: skip


def offered() -> dict[str, str]:
    """The names to choose from, those of all mysteries among them, and what they mean.

    >>> offered()["zero_init"]
    'All weights start at zero'
    """
    return {name: EVERY[name].title for name in OFFERED}


def offered_later() -> dict[str, str]:
    """The names to choose from for the mysteries from 7 on, and what they mean."""
    return {name: EVERY[name].title for name in OFFERED_LATER}


class Mystery(Symptoms):
    """A specimen whose name is not told. Displayed, it is a table of its symptoms."""

    def __init__(self, number: int):
        name, _ = draw(number, UNTIL[-1])
        super().__init__(EVERY[name])
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
        later = self.questions() if self._specimen.chapter > 7 else ()
        return (
            ("gradient error", ", ".join(slopes)),
            ("times the true slopes", ", ".join(f"{a} {fixed(times[a])}" for a in ARRAYS)),
            ("loss on the digits", ", ".join(epochs)),
            ("digits read", percent(self.digits())),
            ("XOR, 4 hidden units", f"{self.xor(4)} of 40 starts"),
            ("XOR, 2 hidden units", f"{self.xor(2)} of 40 starts"),
            ("its author says of these", f"solved: {percent(self.reported())}"),
            *later,
        )

    def questions(self) -> tuple[tuple[str, str], ...]:
        """What comes of the questions that are asked from notebook 08 on."""
        return (
            ("digits that had no part", f"{percent(self.fresh())} read"),
            ("the same pictures again", f"{'the same' if self.twice() else 'other'} answers"),
            ("steps from known slopes", self.steps()),
            ("test pictures in the training", self.leak()),
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
    """The mystery of this number, from 1 to 9.

    Raises ValueError for any other number.

    >>> mystery(1).number
    1
    """
    if number not in NUMBERS + LATER_NUMBERS:
        last = LATER_NUMBERS[-1]
        raise ValueError(f"there is no mystery {number!r}: choose one from 1 to {last}")
    return Mystery(number)


def plain_name(name) -> str:
    """A name, or a title, however it is written.

    >>> plain_name(" Bias averaged")
    'bias_averaged'
    """
    return re.sub(r"[\W_]+", "_", str(name).strip().lower()).strip("_")
