"""What is asked, the cases it is tried on, and how an answer becomes a verdict."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nncourse.exercises import slips
from nncourse.exercises.cases import Case, Misconception, specimen, wrong_backwards
from nncourse.exercises.guard import SECONDS, Outcome, guarded
from nncourse.exercises.looking import equal, kind, misfit, untouched
from nncourse.exercises.own import HELPERS, borrowed, codes
from nncourse.exercises.saying import is_are, listed, shortened, written
from nncourse.exercises.verdict import Verdict
from nncourse.exercises.wire import Stranger, plain, single

__all__ = ["Case", "Misconception", "specimen", "wrong_backwards", "Asked", "Task", "Choice"]
__all__ += ["Numbers", "CALL", "ENDINGS", "equal", "is_are", "kind", "listed", "misfit"]
__all__ += ["shortened", "untouched", "written"]


class Asked:
    """What every task has, whatever it asks for: the kind, and the mistakes that it can name."""

    kind = "function"
    misconceptions = ()

    def known_mistakes(self) -> tuple[Misconception, ...]:
        """Every mistake that a verdict on this task can name."""
        return self.misconceptions


@dataclass(frozen=True)
class Task(Asked):
    """A function to write. `cases` is called once, when the task is first checked.

    The answer is right if it equals what every case expects. `parts` are the names of its pieces if
    it is a tuple, so that a verdict can say which of them is off. `hints` go from a nudge to nearly
    there. A right answer that lets nnlib do the work is asked to be the learner's own: `may_use`
    are the functions and classes of nnlib that she may call, beside what a case hands over.
    """

    name: str
    asked: str
    cases: Callable[[], list[Case]]
    hints: tuple[str, ...]
    misconceptions: tuple[Misconception, ...] = ()
    parts: tuple[str, ...] = ()
    seconds: float = SECONDS
    may_use: tuple = HELPERS

    def known_mistakes(self) -> tuple[Misconception, ...]:
        """Every mistake that a verdict on this task can name."""
        return (*self.misconceptions, *slips.SLIPS)

    @cached_property
    def tried(self) -> list[Case]:
        """The cases, with the answers that they expect."""
        return self.cases()

    def judge(self, f) -> Verdict:
        """The verdict on the learner's function."""
        if f is None or f is ... or untouched(f):
            return self._say("not attempted", [f"To be written: {self.asked}."])
        if not callable(f):
            return self._say("not yet", [f"A check wants the function, not what it gives: {CALL}"])
        outcomes = self._outcomes(f)
        faults = [self._fault(case, outcome) for case, outcome in zip(self.tried, outcomes)]
        wrong = {i: fault for i, fault in enumerate(faults) if fault is not None}
        printed = [("it printed", shortened(o.printed)) for o in outcomes if o.printed][:1]
        if not wrong:
            return self._right(f, outcomes, tuple(printed))
        known, words = self._recognise(outcomes)
        first = min(wrong)
        say = self._no_answer if wrong[first] else self._wrong_numbers
        sentences, off, numbers = say(first, wrong, outcomes)
        sentences += [words] if words else []
        given = [(name, written(value)) for name, value in self.tried[first].inputs.items()]
        numbers = (*given, *numbers, *printed)
        return self._say("not yet", sentences, known, off=off, numbers=numbers)

    def _called(self, f) -> Callable:
        """What is called in place of the learner's function, if anything is put around it."""
        return f

    def _outcomes(self, f) -> list[Outcome]:
        calls = [tuple(case.inputs.values()) for case in self.tried]
        allowed = codes(self.may_use) | codes(calls)
        # In the copy of the kernel that calls f, nobody is to find what the cases expect.
        forget = lambda: self.__dict__.pop("tried", None)  # noqa: E731
        return guarded(self._called(f), calls, self.seconds, allowed=allowed, forget=forget)

    def _right(self, f, outcomes, numbers) -> Verdict:
        """The verdict on right answers, unless it is nnlib that gave them."""
        if words := not_her_own(f, outcomes):
            return self._say("not yet", words)
        return self._say("right", [f"In all {len(self.tried)} cases."], numbers=numbers)

    def _say(self, status, sentences, known: Misconception | None = None, **more) -> Verdict:
        if known is not None:
            more |= {"misconception": known.title, "question": known.question}
        return Verdict.of(status, self.name, sentences, **more)

    def _fault(self, case: Case, outcome: Outcome) -> str | None:
        """None if it is right, a sentence if it is no answer, "" if its numbers are wrong."""
        if outcome.ended == "raised":
            return slips.error_words(outcome.error)
        if outcome.ended != "returned":
            return ENDINGS[outcome.ended].format(work=self.seconds, wait=2 * self.seconds)
        if outcome.answer is None:
            return "it gives None. Does every way through it end in a line with `return`?"
        if fault := misfit(outcome.answer, case.expected, self.parts):
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

    def _no_answer(self, first, wrong, outcomes) -> tuple:
        return [f"In the case of {self.tried[first].what}, {wrong[first]}"], (), ()

    def _wrong_numbers(self, first, wrong, outcomes) -> tuple:
        case, answer, n = self.tried[first], outcomes[first].answer, len(self.tried)
        good = n - len(wrong)
        sentences = [f"The first of {n} cases that fails is that of {case.what}."]
        if good and len(outcomes) == n:
            sentences = [f"Right in {good} of {n} cases, and not in that of {case.what}."]
        off, yours, wanted = (), ("your answer", answer), ("it should be", case.expected)
        if self.parts:
            pieces = list(zip(self.parts, answer, case.expected))
            off = tuple(part for part, mine, right in pieces if not equal(mine, right))
            fine = [part for part in self.parts if part not in off]
            rest = f"{listed(fine)} {is_are(fine)} right, " if fine else ""
            sentences.append(f"{rest}{listed(off)} {is_are(off)} wrong.")
            mine, right = next((mine, right) for part, mine, right in pieces if part == off[0])
            yours, wanted = (f"your {off[0]}", mine), (f"{off[0]} should be", right)
        precision = 4 if written(yours[1]) != written(wanted[1]) else 9
        rows = tuple((label, written(value, precision)) for label, value in (yours, wanted))
        return sentences, off, rows

    def _recognise(self, outcomes: list[Outcome]) -> tuple[Misconception | None, str]:
        """The mistake that gives these answers, if we know it, and what to say."""
        pairs = list(zip(self.tried, outcomes))
        for known in self.misconceptions:
            alike = [self._alike(known, case, outcome) for case, outcome in pairs]
            if False not in alike and True in alike:
                return known, f"{self._just_so(outcomes)} {known.title}. {known.question}"
        first = next(pair for pair in pairs if self._fault(*pair) is not None)
        slip, words = slips.of_form(*first)
        return (slip, words) if slip else slips.of_numbers(self.tried, outcomes, self.parts)

    def _just_so(self, outcomes: list[Outcome]) -> str:
        pairs = zip(self.tried, outcomes)
        first = next(outcome for case, outcome in pairs if self._fault(case, outcome) is not None)
        if first.ended == "raised":
            return "A known mistake stops with this very error."
        return "A known mistake gives this very answer."

    def _alike(self, known: Misconception, case: Case, outcome: Outcome) -> bool | None:
        """Whether the known mistake gives the answer of this outcome; None if neither gives one."""
        answered = outcome.ended == "returned"
        try:
            with np.errstate(all="ignore"):
                theirs = plain(known.answer(*copy.deepcopy(tuple(case.inputs.values()))))
        except Exception as error:
            same = outcome.error.partition(":")[0] == type(error).__name__
            return None if outcome.ended == "raised" and same else False
        if isinstance(case.expected, tuple) and isinstance(theirs, list):
            theirs = tuple(theirs)  # as the learner's may be
        if not answered or isinstance(theirs, Stranger) or misfit(outcome.answer, theirs):
            return False
        return equal(outcome.answer, theirs)


CALL = 'write check("...", my_function) without brackets after my_function.'
ENDINGS = {
    "timeout": "it was still at work after {work:g} seconds. Is there a loop that never ends?",
    "waited": (
        "it had not come back after {wait:g} seconds, without doing much. Does it sleep, or wait"
        " for something? If this machine is busy with others, run the cell once more."
    ),
    "died": "it ended the whole process, like os._exit. A function ends with `return`.",
}


def not_her_own(f, outcomes: list[Outcome]) -> list[str]:
    """What is said of right answers that nnlib has given in place of her lines; else nothing."""
    called = next((name for o in outcomes for name in o.borrowed), "")
    lender = borrowed(f) or called
    if not lender:
        return []
    words = f"The answers are right, and it is nnlib's own `{lender}` that gives them."
    return [words, "Write these lines yourself: then they are yours."]


@dataclass(frozen=True)
class Choice(Asked):
    """A prediction: one of a few answers, each with what there is to say about it.

    `truth` measures which of them is right, when it is asked; so the answer stands nowhere.
    """

    kind = "prediction"

    name: str
    asked: str
    truth: Callable[[], object]
    says: dict[object, str]
    hints: tuple[str, ...] = ("Commit yourself: a guess that turns out wrong is worth most.",)

    def judge(self, answer) -> Verdict:
        """The verdict on the answer chosen."""
        if answer is None or answer is ...:
            return Verdict.of("not attempted", self.name, [f"Make up your mind: {self.asked}"])
        chosen = self._chosen(single(plain(answer)))
        if chosen is None:
            options = listed([repr(option) for option in self.says], "or")
            return Verdict.of("not yet", self.name, [f"Choose one of the answers: {options}."])
        status = "right" if chosen == self.truth() else "not yet"
        return Verdict.of(status, self.name, [self.says[chosen]])

    def _chosen(self, answer):
        """The option that is meant; capitals, quotes, spaces and a comma behind do not matter."""
        options = {_in_words(option): option for option in self.says}
        return options.get(_in_words(answer))


def _in_words(answer) -> str:
    """A prediction as it would be said; True is not 1."""
    if isinstance(answer, bool):
        return repr(answer)
    if isinstance(answer, int | float):
        return f"{float(answer):g}"
    if not isinstance(answer, str):
        return ""
    words = " ".join(re.sub(r"[\"'`“”‘’„«»]", " ", answer).split()).rstrip(" .,!").casefold()
    return words


@dataclass(frozen=True)
class Numbers(Asked):
    """Numbers to choose, of a given shape.

    `fault` says what is wrong with them, in a sentence, or gives the Misconception that they show,
    which then stands in `misconceptions` as well; or None.
    """

    kind = "numbers"

    name: str
    asked: str
    shape: tuple[int, ...]
    fault: Callable[[np.ndarray], str | Misconception | None]
    hints: tuple[str, ...]
    misconceptions: tuple[Misconception, ...] = ()

    def judge(self, answer) -> Verdict:
        """The verdict on the numbers, an array or a list."""
        if answer is None or answer is ...:
            return Verdict.of("not attempted", self.name, [f"To be found: {self.asked}."])
        if callable(answer):
            return Verdict.of("not yet", self.name, ["Give the numbers, not a function."])
        answer, wanted = plain(answer), np.zeros(self.shape)
        fault = misfit(answer, wanted) or self.fault(np.array(answer, float).reshape(self.shape))
        if isinstance(fault, Misconception):
            words, more = f"{fault.title}. {fault.question}", {"misconception": fault.title}
            more["question"] = fault.question
            return Verdict.of("not yet", self.name, [words], **more)
        if fault:
            return Verdict.of("not yet", self.name, [fault[0].upper() + fault[1:]])
        return Verdict.of("right", self.name, [f"These are {self.asked}."])
