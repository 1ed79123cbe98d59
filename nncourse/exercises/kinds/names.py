"""Mysteries to name: bugs that are known by their symptoms only."""

from __future__ import annotations

from dataclasses import dataclass

from nncourse.bugs import ARRAYS, EVERY, symptoms_of
from nncourse.exercises.answers import untouched
from nncourse.exercises.kinds.asked import Asked
from nncourse.exercises.mystery import (
    LATER_NUMBERS,
    OFFERED,
    OFFERED_LATER,
    Mystery,
    mystery,
    plain_name,
)
from nncourse.exercises.verdict import Verdict, is_are
from nncourse.exercises.wire import plain
from nncourse.words import listed, percent, short


@dataclass(frozen=True)
class Names(Asked):
    """The names of the mysteries with these `numbers`, in a list; None for one not found yet.

    A verdict on a wrong name says which symptom speaks against it; that is measured.
    """

    kind = "names"

    numbers: tuple[int, ...]
    hints: tuple[str, ...]

    def judge(self, answer) -> Verdict:
        """The verdict on the list of names."""
        to_find = [f"To be found: {self.asked}."]
        if answer is None or answer is ... or untouched(answer):
            return self._say("not attempted", to_find)
        names, n = plain(answer), len(self.numbers)
        if not isinstance(names, list | tuple) or len(names) != n:
            which = listed(map(str, self.numbers))
            words = f"Give a list of {n} names, for the mysteries {which}; None for one not found."
            return self._say("not yet", [words])
        found = [mystery(number) for number in self.numbers]
        given = [(one, name) for one, name in zip(found, names) if not _is_missing(name)]
        if not given:
            return self._say("not attempted", to_find)
        wrong = [(one, name) for one, name in given if not one.is_called(name)]
        if not wrong and len(given) == n:
            pairs = [(one, EVERY[specimen_called(name, one)].title) for one, name in given]
            return self._say("right", [f"Mystery {one.number}: {title}." for one, title in pairs])
        right = [str(one.number) for one, name in given if (one, name) not in wrong]
        sentences = [f"Of the three, {listed(right)} {is_are(right)} named."] if right else []
        sentences += [f"Mystery {one.number}: {against(one, name)}" for one, name in wrong]
        if missing := n - len(given):
            sentences.append(f"There {is_are(range(missing))} {missing} to go.")
        off = tuple(f"mystery {one.number}" for one, _ in wrong)
        return self._say("not yet", sentences, off=off)


def _is_missing(name) -> bool:
    return name is None or (isinstance(name, str) and not name)


def specimen_called(name, one: Mystery) -> str:
    """The name offered for this mystery that is meant by a name, or by a title; "" if none is.

    >>> specimen_called("Bias averaged", mystery(1)), specimen_called("a comma", mystery(1))
    ('bias_averaged', '')
    """
    offered = OFFERED_LATER if one.number in LATER_NUMBERS else OFFERED
    known = {plain_name(known): known for known in offered}
    known |= {plain_name(EVERY[known].title): known for known in offered}
    return known.get(plain_name(name), "")


def against(one: Mystery, name) -> str:
    """A symptom that the specimen called `name` would have and this mystery has not.

    >>> against(mystery(1), "a comma")
    "'a comma' is not among the names that `offered()` lists."
    """
    later = one.number in LATER_NUMBERS
    if not specimen_called(name, one):
        list_ = f"`offered{'_later' * later}()`"
        return f"{str(name)[:60]!r} is not among the names that {list_} lists."
    name = specimen_called(name, one)
    other = symptoms_of(name)
    if one.off() != other.off():
        return f"with {name!r} {_slopes(other.off())}, and here {_slopes(one.off())}."
    if one.off():
        here, there = one.times(), other.times()
        array = max(ARRAYS, key=lambda a: abs(here[a] - there[a]))
        return (
            f"with {name!r} the slopes of {array} would be {short(there[array])} times the true"
            f" ones, and here they are {short(here[array])} times."
        )
    if abs(one.digits() - other.digits()) > 0.1:
        return (
            f"with {name!r} the network would read {percent(other.digits())} of the digits, and"
            f" here it reads {percent(one.digits())}."
        )
    if abs(one.xor() - other.xor()) > 10:
        return (
            f"with {name!r} XOR would be learned from {other.xor()} of 40 starts, and here it is"
            f" from {one.xor()}."
        )
    if later and one.steps() != other.steps():
        return f"with {name!r} known slopes would say {other.steps()!r}, and here {one.steps()!r}."
    if later and one.leak() != other.leak():
        return (
            f"with {name!r} the part of the test pictures in the training would be"
            f" {other.leak()!r}, and here it is {one.leak()!r}."
        )
    return (
        f"with {name!r} its author would say that {percent(other.reported())} of the starts with 2"
        f" hidden units learn XOR, and here says {percent(one.reported())}."
    )


def _slopes(off) -> str:
    return f"the slopes of {listed(off)} {is_are(off)} wrong" if off else "all slopes are right"
