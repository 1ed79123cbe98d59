"""What a function is tried on, and the mistakes that are known."""

from collections.abc import Callable
from dataclasses import dataclass

from nncourse.bugs import SPECIMENS


@dataclass(frozen=True)
class Case:
    """One call: the arguments by name, in order, and the answer, a number, an array or a tuple."""

    what: str  # how it differs from the others, to go on after "the case of": "a single sample"
    inputs: dict[str, object]
    expected: object


@dataclass(frozen=True)
class Misconception:
    """A known mistake: `answer` makes it, and is called as the learner's function is.

    Where it does not apply to a case it may raise anything; that case is then left out. One that
    is seen without being made again, as those of slips.py are, has none.
    """

    title: str
    question: str
    answer: Callable | None = None


def specimen(found, answer: Callable | None = None) -> Misconception:
    """The Misconception that `found`, one of bugs.SPECIMENS, stands for.

    Its title and its question stand there and only there. `answer` makes the same mistake in the
    task at hand; without it the specimen's own `backward` is meant.
    """
    return Misconception(found.title, found.question, answer or found.backward)


def wrong_backwards() -> tuple[Misconception, ...]:
    """Every wrong backward pass of the bug gallery for tanh, softmax and cross-entropy."""
    right, every = SPECIMENS["right"], SPECIMENS.values()
    return tuple(specimen(one) for one in every if one.kind == "slopes" and one.twin is right)
