"""Tasks whose answer is a value: one of a few options, or an array of numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nncourse.exercises.answers import misfit
from nncourse.exercises.cases import Misconception
from nncourse.exercises.kinds.asked import Asked
from nncourse.exercises.verdict import Verdict
from nncourse.exercises.wire import plain, single
from nncourse.words import listed


@dataclass(frozen=True)
class Choice(Asked):
    """A prediction: one of a few options, `asked` is the question.

    `says` holds for each option what the verdict says of it. `truth()` computes the right one when
    an answer is checked, so that it is written down nowhere.

    >>> says = {1: "Is 1 + 1 more than 1?", 2: "So it is."}
    >>> Choice("00.sum", "what is 1 + 1?", lambda: 1 + 1, says).judge("2").status
    'right'
    """

    kind = "prediction"

    truth: Callable[[], object]
    says: dict[object, str]
    hints: tuple[str, ...] = (
        "Choose before you work it out: a guess that turns out wrong teaches most.",
    )

    def judge(self, answer) -> Verdict:
        """The verdict on the option chosen."""
        if answer is None or answer is ...:
            return self._say("not attempted", [f"Choose an answer: {self.asked}"])
        options = {_in_words(option): option for option in self.says}
        chosen = options.get(_in_words(single(plain(answer))))
        if chosen is None:
            options = listed([repr(option) for option in self.says], "or")
            return self._say("not yet", [f"Choose one of the answers: {options}."])
        return self._say("right" if chosen == self.truth() else "not yet", [self.says[chosen]])


def _in_words(answer) -> str:
    """An option in one spelling: capitals, quotes, spaces and a last comma do not matter.

    0, 0.0 and "0" are the same, but True is not 1.
    """
    if isinstance(answer, bool):
        return repr(answer)
    if isinstance(answer, int | float):
        return f"{float(answer):g}"
    if not isinstance(answer, str):
        return ""
    return " ".join(re.sub(r"[\"'`“”‘’„«»]", " ", answer).split()).rstrip(" .,!").casefold()


@dataclass(frozen=True)
class Numbers(Asked):
    """An array of numbers to choose, of this `shape`; a list of them will do.

    `fault(numbers)` says what is wrong with them, in a sentence, or gives the Misconception that
    they show, which then stands in `misconceptions` too; or None if they are right.

    >>> fault = lambda numbers: None if numbers.sum() == 1 else "they add up to something else."
    >>> Numbers("00.one", "two numbers that make 1", (2,), fault, ()).judge([0.5, 0.5]).status
    'right'
    """

    kind = "numbers"

    shape: tuple[int, ...]
    fault: Callable[[np.ndarray], str | Misconception | None]
    hints: tuple[str, ...]
    misconceptions: tuple[Misconception, ...] = ()

    def judge(self, answer) -> Verdict:
        """The verdict on the numbers, an array or a list."""
        if answer is None or answer is ...:
            return self._say("not attempted", [f"To be found: {self.asked}."])
        if callable(answer):
            return self._say("not yet", ["Give the numbers, not a function."])
        answer, wanted = plain(answer), np.zeros(self.shape)
        fault = misfit(answer, wanted) or self.fault(np.array(answer, float).reshape(self.shape))
        if isinstance(fault, Misconception):
            return self._say("not yet", [f"{fault.title}. {fault.question}"], fault)
        if fault:
            return self._say("not yet", [fault[0].upper() + fault[1:]])
        return self._say("right", [f"These are {self.asked}."])
