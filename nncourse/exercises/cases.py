"""The cases that a function is tried on, and the mistakes that are known."""

from collections.abc import Callable
from dataclasses import dataclass

from nncourse.bugs import SPECIMENS


@dataclass(frozen=True)
class Case:
    """One call: its arguments by name, in order, and the answer: a number, an array or a tuple.

    `what` says how it differs from the others, and goes on after "the case of": "a single sample".
    """

    what: str
    inputs: dict[str, object]
    expected: object


@dataclass(frozen=True)
class Misconception:
    """A known mistake: its title, a question that leads out of it, and a function that makes it.

    `answer` is called like the learner's function. Where the mistake does not apply to a case, it
    may raise anything; then that case does not count. It is None for a mistake that is recognised
    in another way, like those in slips.py.
    """

    title: str
    question: str
    answer: Callable | None = None


def specimen(found, answer: Callable | None = None) -> Misconception:
    """The Misconception with the title and question of `found`, one of bugs.SPECIMENS.

    `answer` makes the same mistake in the task; by default it is the specimen's `backward`.
    """
    return Misconception(found.title, found.question, answer or found.backward)


def wrong_backwards(change=lambda backward: backward, without=()) -> tuple[Misconception, ...]:
    """Every wrong backward pass of the bug gallery for tanh, softmax and cross-entropy.

    `change` makes of each an answer to the task; `without` are the names of those left out.
    """
    right, every = SPECIMENS["right"], SPECIMENS.values()
    wrong = [one for one in every if one.kind == "slopes" and one.twin is right]
    wrong = [one for one in wrong if one.name not in without]
    return tuple(specimen(one, change(one.backward)) for one in wrong)
