"""The symptoms of a specimen, measured once, and mystery bugs, drawn by number.

    symptoms_of("sign").gradient_errors()     what the gradient check says
    name, choices = draw(12)                  mystery bug 12, and the names it is hidden among
    name, choices = draw(12, until=8)         the same, of what is met until notebook 08

The bug gallery and exercise 13 both take them from here, so a number stands for one bug.
"""

from __future__ import annotations

from functools import cache, cached_property

import numpy as np

from nnlib import checks
from nnlib.notation import Array
from nncourse.bugs.catalogue import EVERY, LATER_WRONG, WRONG
from nncourse.bugs.instrument import GRADIENT_WRONG, instruments, run_of, solved_of, xor_of
from nncourse.bugs.questions import leak_of, same_twice, steps_of
from nncourse.bugs.specimen import ARRAYS, Specimen

STARTS = 4  # networks that learn the digits, of each specimen
CHOICES = 5  # names that a mystery bug is hidden among, its own included
# Groups with the same symptoms: no two of a group are offered together.
LOOKALIKES = [
    {"zero_init", "labels_broadcast", "shuffled_apart", "rate_too_small"},
    {"slope_of_output", "updated_too_early"},
    {"hidden_slope_forgotten", "relu_slope_from_output"},
]
# Mystery bugs 1 to 9 are those of exercise 13, which needs nine in particular: these seeds draw
# them, and the source does not tell their names. The seed of any other mystery bug is its number.
EXERCISE_SEEDS = {
    7: {1: 1000, 2: 1005, 3: 1036, 4: 1015, 5: 1076, 6: 1017},
    8: {7: 2001, 8: 2007, 9: 2003},
}  # by the notebook whose specimens they are of
UNTIL = (7, 8, 10)  # the notebooks until which specimens may have been met


class Symptoms:
    """What can be measured of one specimen; nothing is measured twice."""

    def __init__(self, specimen: Specimen):
        self._specimen = specimen

    # Slopes

    @cached_property
    def _errors(self) -> dict[str, float]:
        return self._specimen.gradient_errors()

    def gradient_errors(self) -> dict[str, float]:
        """The gradient error of each array: 0 right, 1 wrong."""
        return dict(self._errors)

    @cached_property
    def _error(self) -> float:
        return self._specimen.gradient_error()

    def gradient_error(self) -> float:
        """The gradient error of all slopes together."""
        return self._error

    @cached_property
    def _times(self) -> dict[str, float]:
        g, n = self._specimen.slopes()
        return {name: float(np.vdot(g[name], n[name]) / np.vdot(n[name], n[name])) for name in n}

    def times(self) -> dict[str, float]:
        """How many times the true slopes each array holds: 1 where it is right.

        >>> {array: round(times, 6) for array, times in symptoms_of("sign").times().items()}
        {'W1': -1.0, 'b1': -1.0, 'W2': -1.0, 'b2': -1.0}
        """
        return dict(self._times)

    def off(self) -> tuple[str, ...]:
        """The arrays whose slopes are wrong.

        >>> symptoms_of("bias_averaged").off()
        ('b1', 'b2')
        """
        return tuple(name for name in ARRAYS if self._errors[name] > GRADIENT_WRONG)

    # Digits

    def losses(self) -> Array:
        """The loss on the digits of the first start: before any epoch and after each of twenty."""
        return run_of(self._specimen, 0).losses

    def digits(self) -> float:
        """The share of 450 held-out digits that are read, the mean of four networks."""
        runs = [run_of(self._specimen, start) for start in range(STARTS)]
        return float(np.mean([run.accuracy for run in runs]))

    # XOR

    def xor(self, hidden_units: int = 4) -> int:
        """How many of 40 starts solve XOR."""
        return solved_of(self._specimen, hidden_units)

    def reported(self) -> float:
        """The share of starts with 2 hidden units that solve XOR, as the specimen's author says.

        The author sees a start that fails first, so that a verdict from one start is a wrong one.
        """
        solved = xor_of(self._specimen, 2).solved
        return float(self._specimen.judge(np.roll(solved, -solved.argmin())))

    # Questions

    def fresh(self) -> float:
        """The share read of 450 digits that had no part in anything, the mean of four networks."""
        return float(np.mean([run_of(self._specimen, start).fresh for start in range(STARTS)]))

    @cached_property
    def _steps(self) -> str:
        return str(steps_of(self._specimen))

    def steps(self) -> str:
        """The steps that known slopes make: "as told", or in a few words what is the matter."""
        return self._steps

    @cached_property
    def _leak(self) -> str:
        return (self._specimen.split and leak_of(self._specimen)) or "none"

    def leak(self) -> str:
        """The part of the test pictures in the training: "none", or in a word or two which."""
        return self._leak

    @cached_property
    def _twice(self) -> bool:
        return same_twice(self._specimen)

    def twice(self) -> bool:
        """Whether the same pictures get the same answers when they are asked again."""
        return self._twice

    # Instruments

    @cached_property
    def _verdicts(self) -> dict[str, str]:
        return instruments(self._specimen, starts=STARTS)

    def verdicts(self) -> dict[str, str]:
        """What each instrument says, "caught" or "blind"; see `instruments`."""
        return dict(self._verdicts)

    def noticed(self) -> tuple[bool, bool, bool]:
        """Whether the gradient check, the digits and XOR with 4 hidden units notice something."""
        return tuple(self._verdicts[key] == "caught" for key in ("gradient", "digits", "XOR"))


@cache
def symptoms_of(name: str) -> Symptoms:
    """The symptoms of the specimen with this name.

    Raises ValueError for a name that is not in EVERY.
    """
    return Symptoms(checks.known(name, EVERY, "specimen"))


# Mystery bugs


def exercise_seeds(until: int = UNTIL[-1]) -> dict[int, tuple[int, int]]:
    """The mystery bugs of exercise 13 met until a notebook: {number: (its seed, its notebook)}."""
    return {
        number: (seed, chapter)
        for chapter, seeds in EXERCISE_SEEDS.items() if chapter <= until
        for number, seed in seeds.items()
    }  # fmt: skip


def draw(number: int, until: int = 7) -> tuple[str, list[str]]:
    """The name of the specimen that is mystery bug `number`, and the names to choose from.

    They are met `until` that notebook. Of four other names, three are of specimens with the same
    part wrong, the slopes or not. No two names have the same symptoms. Raises ValueError for a
    number below 1.

    >>> name, choices = draw(12)
    >>> name in choices, len(choices), draw(12) == (name, choices)
    (True, 5, True)
    """
    number = checks.whole(number, "number")
    seed, chapter = exercise_seeds(until).get(number, (number, None))
    rng, wrong = np.random.default_rng(seed), [*WRONG, *LATER_WRONG]
    names = [one.name for one in wrong if one.chapter == (chapter or one.chapter) <= until]
    name = str(rng.choice(names))
    others = [other for other in rng.permutation(names).tolist() if other not in _alike(name)]
    others.sort(key=lambda other: _slopes_wrong(other) != _slopes_wrong(name))
    choices: list[str] = []
    for order, most in [(others, CHOICES - 2), (reversed(others), CHOICES - 1)]:
        for other in order:
            if len(choices) < most and not _alike(other) & set(choices):
                choices.append(other)
    return name, rng.permutation([name, *choices]).tolist()


def _alike(name: str) -> set[str]:
    """This name, and those with the same symptoms."""
    return {name}.union(*(group for group in LOOKALIKES if name in group))


def _slopes_wrong(name: str) -> bool:
    return EVERY[name].kind == "slopes"
