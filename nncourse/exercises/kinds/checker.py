"""A function that judges others: it has to say which of many suspects are right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nncourse.exercises.answers import kind
from nncourse.exercises.cases import Misconception
from nncourse.exercises.guard import Outcome
from nncourse.exercises.kinds.asked import Written, borrowed_words
from nncourse.exercises.own import HELPERS
from nncourse.exercises.verdict import Verdict


@dataclass(frozen=True)
class Suspect:
    """A backward pass that claims to be right: `f` takes theta, X, Y and gives loss and gradient.

    `what` and `question` are said of it if it is judged wrongly.
    """

    what: str
    question: str
    right: bool
    f: Callable


@dataclass(frozen=True)
class Hiding(Misconception):
    """The mistake of checking at a place where bugs are not seen; `place` is its name."""

    place: str = ""


def no_places(theta, X) -> set[str]:
    """The places of a Checker that watches none."""
    return set()


class Visited:
    """A suspect that notes at which places it is called: `seen` are those of all calls so far."""

    def __init__(self, suspect, places):
        self.suspect, self.places, self.seen = suspect, places, None

    def __call__(self, theta, X, Y):
        here = self.places(theta, X)
        self.seen = here if self.seen is None else self.seen & here
        return self.suspect(theta, X, Y)

    def __repr__(self):
        return repr(self.suspect)


@dataclass(frozen=True)
class Checker(Written):
    """A checker to write: it has to say True of every right suspect, and False of the others.

    `suspects()` gives them; it is called once. A misconception is named if its `answer` says the
    same of every suspect; a Hiding, if every wrong suspect that passed was called at its place and
    nowhere else. `places(theta, X)` gives the names of the places that a call is made at. `may_use`
    is that of a Task.
    """

    wrappers = (Visited,)
    secrets = ("line_up", "suspects", "misconceptions", "_known_says")

    suspects: Callable[[], list[Suspect]]
    hints: tuple[str, ...]
    misconceptions: tuple[Misconception, ...] = ()
    seconds: float = 4.0
    places: Callable[[np.ndarray, np.ndarray], set[str]] = no_places
    may_use: tuple = HELPERS

    @cached_property
    def line_up(self) -> list[Suspect]:
        """The suspects, made once."""
        return self.suspects()

    def _calls(self) -> list[tuple]:
        return [(one.f,) for one in self.line_up]

    def _called(self, f) -> Callable:
        """Gives what the checker says, and the places at which it asked the suspect each time."""

        def visiting(suspect):
            visited = Visited(suspect, self.places)
            return f(visited), sorted(visited.seen or ())

        return visiting

    def _verdict(self, f, outcomes: list[Outcome], printed: tuple) -> Verdict:
        outcomes, places = _unpacked(outcomes)
        for outcome in outcomes:
            if fault := self._fault(outcome):
                words = f"Handed one of {len(self.line_up)} backward passes, {fault}"
                return self._say("not yet", [words], numbers=printed)
        says = [bool(outcome.answer) for outcome in outcomes]
        off = [one for one, said in zip(self.line_up, says) if one.right != said]
        if off:
            sentences, known = self._sentences(off), self._recognise(says, places)
            if known:
                sentences.append(f"{known.title}. {known.question}")
            off = tuple(one.what for one in off)
            return self._say("not yet", sentences, known, off=off, numbers=printed)
        if words := borrowed_words(outcomes):
            return self._say("not yet", words)
        right = sum(one.right for one in self.line_up)
        words = f"It takes all {right} right backward passes and refuses all"
        words = [f"{words} {len(self.line_up) - right} wrong ones."]
        return self._say("right", words, numbers=printed)

    def _fault(self, outcome: Outcome) -> str | None:
        """None if it said True or False."""
        if outcome.ended == "raised":
            return f"it raised {outcome.error}."
        if fault := self._no_answer(outcome):
            return fault
        answer = outcome.answer
        if isinstance(answer, bool) or (
            isinstance(answer, np.ndarray) and answer.dtype == bool and answer.size == 1
        ):
            return None
        came = "the suspect itself" if kind(answer) == f"a {Visited.__name__}" else kind(answer)
        return f"it gives {came}. It should give True or False."

    def _sentences(self, off: list[Suspect]) -> list[str]:
        sentences = []
        for right, words in [
            (True, "It refuses {} of the {} right ones"),
            (False, "It lets {} of the {} wrong ones pass"),
        ]:
            some = [one for one in off if one.right == right]
            among = sum(one.right == right for one in self.line_up)
            if some:
                first = f"One of them: {some[0].what}. {some[0].question}"
                sentences.append(f"{words.format(len(some), among)}. {first}")
        return sentences

    def _recognise(self, says: list[bool], places: list) -> Misconception | None:
        """The known mistake that says the same, or the place at which the wrong ones passed."""
        for theirs, known in self._known_says:
            if says == theirs:
                return known
        three = zip(self.line_up, says, places)
        passed = [where for one, said, where in three if said and not one.right]
        for known in self.misconceptions:
            if isinstance(known, Hiding) and passed and all(known.place in it for it in passed):
                return known
        return None

    @cached_property
    def _known_says(self) -> list[tuple[list[bool], Misconception]]:
        """What each known mistake says of the suspects, and the mistake."""
        known = [known for known in self.misconceptions if not isinstance(known, Hiding)]
        with np.errstate(all="ignore"):
            return [([bool(it.answer(one.f)) for one in self.line_up], it) for it in known]


def _unpacked(outcomes: list[Outcome]) -> tuple[list[Outcome], list]:
    """The outcomes of the checker itself, and for each the places of its suspect.

    An answer too large to look at came back as one Stranger, without places.
    """
    pairs = [type(o.answer) is tuple for o in outcomes]
    places = [o.answer[1] if pair else () for o, pair in zip(outcomes, pairs)]
    own = [o._replace(answer=o.answer[0]) if pair else o for o, pair in zip(outcomes, pairs)]
    return own, places
