"""A function to write whose answer may be right in many ways.

A start drawn at random, a confidence interval, a trained network: such an answer is not compared
with ours; the task says what is wrong with it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nncourse.exercises import slips
from nncourse.exercises.answers import fitted, misfit
from nncourse.exercises.cases import Case, Misconception
from nncourse.exercises.guard import Outcome
from nncourse.exercises.kinds.task import Task

CHANGING = (np.random.Generator, Callable)  # arguments that an answer is allowed to change


def nothing_wrong(case: Case, answer, *more) -> None:
    """The fault of an answer that only has to have the right kinds and shapes."""


def answer_only(f: Callable) -> Callable:
    """The learner's function as Judged calls it: its answer in a tuple of one."""
    return lambda *inputs: (f(*inputs),)


@dataclass(frozen=True)
class Judged(Task):
    """A function to write, whose answer may be right in many ways.

    Beside what a Task has: `fault(case, answer, *more)` says what is wrong with an answer, either a
    sentence that goes on after "In the case of ..., ", or the known mistake that it shows; or None.
    Of `expected` in a case only the kinds and shapes are compared. `asking(f)` has to give
    (answer, *more), where `more` is what `fault` is told beside the answer. Every mistake that
    `fault` can name stands in `misconceptions` too.

    >>> def fault(case, answer):
    ...     return None if answer > case.inputs["x"] else f"{answer} is not above it."
    >>> cases = [Case("one", {"x": 1}, 0.0), Case("two", {"x": 2}, 0.0)]
    >>> task = Judged("00.more", "a number above x", lambda: cases, ("Add.",), fault=fault)
    >>> task.judge(lambda x: 3 * x).status, task.judge(lambda x: 4 - x).sentences
    ('right', ('In the case of two, 2 is not above it.',))
    """

    asking: Callable[[Callable], Callable] = answer_only
    fault: Callable = nothing_wrong

    def _fault(self, case: Case, outcome: Outcome) -> str | None:
        found = self._found(case, outcome)
        return "there is a known mistake." if isinstance(found, Misconception) else found

    def _found(self, case: Case, outcome: Outcome) -> str | Misconception | None:
        outcome, more = _unpacked(outcome)
        # Drawing changes rng, and a function that was given may count its calls.
        kept = [
            i for i, value in enumerate(case.inputs.values()) if not isinstance(value, CHANGING)
        ]
        outcome = outcome._replace(changed=tuple(i for i in outcome.changed if i in kept))
        if fault := super()._fault(case, outcome):
            return fault
        more = [one if misfit(one, case.expected) else fitted(one, case.expected) for one in more]
        try:
            return self.fault(case, fitted(outcome.answer, case.expected), *more)
        except Exception:  # the answer is of the right kind, so it is `more` that is not
            return "called more than once, it gives values of different kinds."

    def _recognise(self, outcomes: list[Outcome]) -> tuple[Misconception | None, str]:
        """The known mistake that the first wrong answer shows, and what to ask."""
        found = [self._found(case, outcome) for case, outcome in zip(self.tried, outcomes)]
        first = next(i for i, fault in enumerate(found) if fault is not None)
        if isinstance(known := found[first], Misconception):
            return known, f"{known.title}. {known.question}"
        return slips.of_form(self.tried[first], _unpacked(outcomes[first])[0])


def _unpacked(outcome: Outcome) -> tuple[Outcome, list]:
    """The outcome with the answer alone, and what else `asking` gave."""
    seen = outcome.answer
    if outcome.ended != "returned" or not isinstance(seen, tuple) or not seen:
        return outcome._replace(answer=None), []
    return outcome._replace(answer=seen[0]), list(seen[1:])
