"""What all kinds of task have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nncourse.exercises.answers import untouched
from nncourse.exercises.cases import Misconception
from nncourse.exercises.guard import PATIENCE, Outcome, guarded
from nncourse.exercises.own import codes
from nncourse.exercises.slips import error_words
from nncourse.exercises.verdict import Verdict, shortened

CALL = 'write check("...", my_function), without brackets after my_function.'
ENDINGS = {
    "timeout": "it was still running after {work:g} seconds. Is there a loop that never ends?",
    "waited": (
        "it had not returned after {wait:g} seconds, though it did little. Does it sleep, or wait"
        " for something? If this machine is busy, run the cell once more."
    ),
    "died": (
        "its process ended before it returned. That is what os._exit does, and a memory that is"
        " full. A function ends with `return`."
    ),
    "garbled": (
        "it wrote into a file that it did not open, where its answer is sent, and so made that"
        " unreadable."
    ),
}


@dataclass(frozen=True)
class Asked:
    """A task: its name, and what is asked for, as it goes on after "To be written: ".

    Every kind has `hints` too, and `judge(answer)`, which gives the Verdict.
    """

    name: str
    asked: str

    kind = "function"  # what the answer is, for the catalogue
    misconceptions = ()

    def known_mistakes(self) -> tuple[Misconception, ...]:
        """Every mistake that a verdict on this task can name."""
        return self.misconceptions

    def _say(self, status: str, sentences, known: Misconception | None = None, **more) -> Verdict:
        if known is not None:
            more |= {"misconception": known.title, "question": known.question}
        return Verdict.of(status, self.name, sentences, **more)


@dataclass(frozen=True)
class Written(Asked):
    """A task whose answer is a function. It is called where it can do no harm, see guard.py.

    A subclass says with which arguments (`_calls`), and what the outcomes mean (`_verdict`), and
    has the fields `seconds` and `may_use`.
    """

    wrappers = ()  # the classes that it puts around arguments
    secrets = ()  # the names of what it knows of the right answer

    def judge(self, f) -> Verdict:
        """The verdict on the learner's function."""
        if f is None or f is ... or untouched(f):
            return self._say("not attempted", [f"To be written: {self.asked}."])
        if not callable(f):
            return self._say("not yet", [f"A check takes the function, not what it gives: {CALL}"])
        calls = self._calls()
        allowed = codes([*self.may_use, *self.wrappers, *calls])
        # In the copy of the kernel that calls f, what is expected must not be found.
        outcomes = guarded(
            self._called(f), calls, self.seconds, allowed=allowed, forget=self._forget, own=f
        )
        printed = [("it printed", shortened(o.printed)) for o in outcomes if o.printed][:1]
        return self._verdict(f, outcomes, tuple(printed))

    def _called(self, f) -> Callable:
        """The function that is called in place of the learner's."""
        return f

    def _forget(self) -> None:
        for name in self.secrets:
            self.__dict__.pop(name, None)

    def _no_answer(self, outcome: Outcome) -> str | None:
        """Why this call gave no answer at all, in a sentence; None if it gave one."""
        if outcome.ended == "raised":
            return error_words(outcome.error)
        if outcome.ended != "returned":
            return ENDINGS[outcome.ended].format(work=self.seconds, wait=self.seconds + PATIENCE)
        if outcome.answer is None:
            return "it gives None. Does every way through it end in a line with `return`?"
        return None


def borrowed_words(outcomes: list[Outcome]) -> list[str]:
    """What is said of right answers that a function of nnlib computed; [] if none did."""
    lender = next((name for outcome in outcomes for name in outcome.borrowed), "")
    if not lender:
        return []
    words = f"The answers are right, but they come from nnlib's own `{lender}`."
    return [words, "Write these lines yourself."]
