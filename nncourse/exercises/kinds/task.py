"""A function to write, whose answers are compared with those that are expected."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import numpy as np

from nncourse.exercises import slips
from nncourse.exercises.answers import equal, misfit
from nncourse.exercises.cases import Case, Misconception
from nncourse.exercises.guard import SECONDS, Outcome
from nncourse.exercises.kinds.asked import Written, borrowed_words
from nncourse.exercises.own import HELPERS
from nncourse.exercises.verdict import Verdict, is_are, written
from nncourse.exercises.wire import Stranger, plain
from nncourse.words import listed


def unchanged(f: Callable) -> Callable:
    """The learner's function as it is."""
    return f


@dataclass(frozen=True)
class Task(Written):
    """A function to write: right if it gives what every case expects.

    `cases()` gives the cases; it is called once, when the task is first checked. `hints` go from a
    nudge to nearly the answer. `misconceptions` are the mistakes that people make here; one is
    named if its `answer` gives what the learner's function gives in every case. If the answer is a
    tuple, `parts` names its pieces, so that a verdict can say which of them is wrong. `seconds` is
    the time for all cases together. A right answer that nnlib computed is refused: `may_use` lists
    the functions and classes of nnlib that may be called, beside what a case gives. `asking(f)` is
    called in place of the learner's function f, where something has to be put around it.

    >>> cases = [Case("one", {"x": 1}, 2), Case("three", {"x": 3}, 6)]
    >>> task = Task("00.twice", "twice x", lambda: cases, ("Add.",))
    >>> task.judge(lambda x: x + x).status, task.judge(lambda x: x + 1).sentences
    ('right', ('Right in 1 of 2 cases, but not in that of three.',))
    """

    secrets = ("tried", "cases", "misconceptions", "fault", "_kept")

    cases: Callable[[], list[Case]]
    hints: tuple[str, ...]
    misconceptions: tuple[Misconception, ...] = ()
    parts: tuple[str, ...] = ()
    seconds: float = SECONDS
    may_use: tuple = HELPERS
    asking: Callable[[Callable], Callable] = unchanged

    def known_mistakes(self) -> tuple[Misconception, ...]:
        """Every mistake that a verdict on this task can name."""
        return (*self.misconceptions, *slips.SLIPS)

    @cached_property
    def tried(self) -> list[Case]:
        """The cases, with the answers that they expect."""
        return self.cases()

    def _calls(self) -> list[tuple]:
        return [tuple(case.inputs.values()) for case in self.tried]

    def _called(self, f) -> Callable:
        return self.asking(f)

    def _verdict(self, f, outcomes: list[Outcome], printed: tuple) -> Verdict:
        faults = [self._fault(case, outcome) for case, outcome in zip(self.tried, outcomes)]
        wrong = {i: fault for i, fault in enumerate(faults) if fault is not None}
        if not wrong:
            if words := borrowed_words(outcomes):
                return self._say("not yet", words)
            return self._say("right", [f"In all {len(self.tried)} cases."], numbers=printed)
        known, words = self._recognise(outcomes)
        first = min(wrong)
        if wrong[first]:
            sentences, off, numbers = self._unusable(first, wrong[first]), (), ()
        else:
            sentences, off, numbers = self._wrong_numbers(first, len(wrong), outcomes)
        sentences += [words] if words else []
        given = [(name, written(value)) for name, value in self.tried[first].inputs.items()]
        numbers = (*given, *numbers, *printed)
        return self._say("not yet", sentences, known, off=off, numbers=numbers)

    # What is wrong with one outcome

    def _fault(self, case: Case, outcome: Outcome) -> str | None:
        """None if it is right, a sentence if it cannot be compared, "" if its numbers are wrong."""
        if fault := self._no_answer(outcome) or misfit(outcome.answer, case.expected, self.parts):
            return fault
        if outcome.changed:
            return self._changed(case, outcome)
        return None if equal(outcome.answer, case.expected) else ""

    def _changed(self, case: Case, outcome: Outcome) -> str:
        given = list(case.inputs.items())
        given = [given[i] for i in outcome.changed if i < len(given)]
        words = f"it changed what it was given, {listed([name for name, _ in given] or ['all'])}"
        if any(isinstance(value, list | tuple) for _, value in given):
            return f"{words}: work on a copy. A copied list still holds the same arrays."
        return f"{words}: work on a copy, or in a new array."

    # What a verdict says of the first wrong case

    def _unusable(self, first: int, fault: str) -> list[str]:
        return [f"In the case of {self.tried[first].what}, {fault}"]

    def _wrong_numbers(self, first: int, wrong: int, outcomes: list[Outcome]) -> tuple:
        """Sentences, the parts that are wrong, and the rows of numbers to compare."""
        case, answer, n = self.tried[first], outcomes[first].answer, len(self.tried)
        sentences = [f"Wrong in the case of {case.what}."]
        if wrong < n and len(outcomes) == n:
            sentences = [f"Right in {n - wrong} of {n} cases, but not in that of {case.what}."]
        elif wrong == n > 1:
            sentences = [f"Wrong in all {n} cases; the first is that of {case.what}."]
        off, yours, wanted = (), ("your answer", answer), ("it should be", case.expected)
        if self.parts:
            pieces = list(zip(self.parts, answer, case.expected))
            off = tuple(part for part, mine, right in pieces if not equal(mine, right))
            fine = [part for part in self.parts if part not in off]
            rest = f"{listed(fine)} {is_are(fine)} right, but " if fine else ""
            sentences.append(f"{rest}{listed(off)} {is_are(off)} wrong.")
            mine, right = next((mine, right) for part, mine, right in pieces if part == off[0])
            yours, wanted = (f"your {off[0]}", mine), (f"{off[0]} should be", right)
        precision = 4 if written(yours[1]) != written(wanted[1]) else 9
        rows = tuple((label, written(value, precision)) for label, value in (yours, wanted))
        return sentences, off, rows

    # Which known mistake it is

    def _recognise(self, outcomes: list[Outcome]) -> tuple[Misconception | None, str]:
        """The known mistake that gives these outcomes, and what to say of it; else (None, "")."""
        pairs = list(zip(self.tried, outcomes))
        first = next(pair for pair in pairs if self._fault(*pair) is not None)
        for known in self.misconceptions:
            alike = (self._alike(known, case, outcome) for case, outcome in pairs)
            alike = list(takewhile(lambda one: one is not False, alike))
            if len(alike) == len(pairs) and True in alike:
                gives = "gives exactly this answer"
                if first[1].ended == "raised":
                    gives = "stops with exactly this error"
                return known, f"A known mistake {gives}. {known.title}. {known.question}"
        slip, words = slips.of_form(*first)
        return (slip, words) if slip else slips.of_numbers(self.tried, outcomes, self.parts)

    def _alike(self, known: Misconception, case: Case, outcome: Outcome) -> bool | None:
        """Whether the known mistake gives this outcome; None if both raise the same error."""
        theirs = self._mistaken(known, case)
        if isinstance(theirs, Exception):
            same = outcome.error.partition(":")[0] == type(theirs).__name__
            return None if outcome.ended == "raised" and same else False
        if isinstance(case.expected, tuple) and isinstance(theirs, list):
            theirs = tuple(theirs)  # the learner's may be a list as well
        if outcome.ended != "returned" or isinstance(theirs, Stranger):
            return False
        return misfit(outcome.answer, theirs) is None and equal(outcome.answer, theirs)

    def _mistaken(self, known: Misconception, case: Case):
        """What the known mistake gives in this case, or the exception that it raises; kept."""
        key = id(known), id(case)  # both live as long as the task
        if key not in self._kept:
            try:
                with np.errstate(all="ignore"):
                    given = known.answer(*copy.deepcopy(tuple(case.inputs.values())))
                self._kept[key] = plain(given)
            except Exception as error:
                self._kept[key] = error.with_traceback(None)
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict:
        return {}
