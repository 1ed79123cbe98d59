"""What is asked, the cases it is tried on, and how an answer becomes a verdict."""

from __future__ import annotations

import copy
import dis
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nnlib.bugs import SPECIMENS
from nnlib.exercises.guard import SECONDS, Outcome, Stranger, guarded, plain
from nnlib.exercises.verdict import Verdict

CLOSE = {"rtol": 1e-5, "atol": 1e-7}  # measured slopes are good to about 1e-9
FEW = 24  # numbers that are shown; of a larger array only the shape


@dataclass(frozen=True)
class Case:
    """One call: the arguments by name, in order, and the answer, a number, an array or a tuple."""

    what: str  # how it differs from the others, to go on after "the case of": "a single sample"
    inputs: dict[str, object]
    expected: object


@dataclass(frozen=True)
class Misconception:
    """A known mistake: `answer` makes it, and is called as the learner's function is.

    Where it does not apply to a case it may raise anything; that case is then left out.
    """

    title: str
    question: str
    answer: Callable


def specimen(found, answer: Callable | None = None) -> Misconception:
    """The Misconception that `found`, one of bugs.SPECIMENS, stands for.

    Its title and its question stand there and only there. `answer` makes the same mistake in the
    task at hand; without it the specimen's own `backward` is meant.
    """
    return Misconception(found.title, found.question, answer or found.backward)


def wrong_backwards() -> tuple[Misconception, ...]:
    """Every wrong backward pass of the bug gallery for tanh, softmax and cross-entropy."""
    every = SPECIMENS.values()
    return tuple(specimen(it) for it in every if it.kind == "slopes" and it.twin == "right")


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
    there.
    """

    name: str
    asked: str
    cases: Callable[[], list[Case]]
    hints: tuple[str, ...]
    misconceptions: tuple[Misconception, ...] = ()
    parts: tuple[str, ...] = ()
    seconds: float = SECONDS

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
        calls = [tuple(case.inputs.values()) for case in self.tried]
        outcomes = guarded(f, calls, self.seconds)
        wrong = {}
        for i, (case, outcome) in enumerate(zip(self.tried, outcomes)):
            fault = self._fault(case, outcome)
            if fault is not None:
                wrong[i] = fault
        printed = [("it printed", shortened(o.printed)) for o in outcomes if o.printed][:1]
        if not wrong:
            n = len(self.tried)
            return self._say("right", [f"In all {n} cases."], numbers=tuple(printed))
        known, words = self._recognise(outcomes)
        first = min(wrong)
        say = self._no_answer if wrong[first] else self._wrong_numbers
        sentences, off, numbers = say(first, wrong, outcomes)
        sentences += [words] if words else []
        given = [(name, written(value)) for name, value in self.tried[first].inputs.items()]
        numbers = (*given, *numbers, *printed)
        return self._say("not yet", sentences, known, off=off, numbers=numbers)

    def _say(self, status, sentences, known: Misconception | None = None, **more) -> Verdict:
        if known is not None:
            more |= {"misconception": known.title, "question": known.question}
        return Verdict.of(status, self.name, sentences, **more)

    def _fault(self, case: Case, outcome: Outcome) -> str | None:
        """None if it is right, a sentence if it is no answer, "" if its numbers are wrong."""
        if outcome.ended == "raised":
            return f"it raised {outcome.error}."
        if outcome.ended != "returned":
            return ENDINGS[outcome.ended].format(work=self.seconds, wait=2 * self.seconds)
        if outcome.answer is None:
            return "it gives None. Does every way through it end in a line with `return`?"
        if fault := misfit(outcome.answer, case.expected, self.parts):
            return fault
        if outcome.changed:
            names = listed([list(case.inputs)[i] for i in outcome.changed])
            return f"it changed what it was given, {names}: work on a copy, or in a new array."
        return None if equal(outcome.answer, case.expected) else ""

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
            sentences.append(f"{rest}{listed(off)} {is_are(off)} not.")
            mine, right = next((mine, right) for part, mine, right in pieces if part == off[0])
            yours, wanted = (f"your {off[0]}", mine), (f"{off[0]} should be", right)
        return sentences, off, tuple((label, written(value)) for label, value in (yours, wanted))

    def _recognise(self, outcomes: list[Outcome]) -> tuple[Misconception | None, str]:
        """The mistake that gives these answers, if we know it, and what to say."""
        pairs = list(zip(self.tried, outcomes))
        for known in self.misconceptions:
            alike = [self._alike(known, case, outcome) for case, outcome in pairs]
            if False not in alike and True in alike:
                name = f"A known mistake gives this very answer. {known.title}."
                return known, f"{name} {known.question}"
        answers = [(o.answer, case.expected) for case, o in pairs if o.ended == "returned"]
        return None, _pattern([pair for pair in answers if misfit(*pair) is None])

    def _alike(self, known: Misconception, case: Case, outcome: Outcome) -> bool | None:
        """Whether the known mistake gives the answer of this outcome; None if neither gives one."""
        answered = outcome.ended == "returned"
        try:
            with np.errstate(all="ignore"):
                theirs = plain(known.answer(*copy.deepcopy(tuple(case.inputs.values()))))
        except Exception:
            return False if answered else None
        if isinstance(case.expected, tuple) and isinstance(theirs, list):
            theirs = tuple(theirs)  # as the learner's may be
        if not answered or misfit(outcome.answer, theirs):
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
        answer = plain(answer)
        answer = answer.item() if isinstance(answer, np.ndarray) and answer.size == 1 else answer
        try:
            word = self.says[answer]
        except (KeyError, TypeError):
            options = listed([repr(option) for option in self.says], "or")
            return Verdict.of("not yet", self.name, [f"Choose one of the answers: {options}."])
        status = "right" if answer == self.truth() else "not yet"
        return Verdict.of(status, self.name, [word])


@dataclass(frozen=True)
class Numbers(Asked):
    """Numbers to choose, of a given shape. `fault` says what is wrong with them, or None."""

    kind = "numbers"

    name: str
    asked: str
    shape: tuple[int, ...]
    fault: Callable[[np.ndarray], str | None]
    hints: tuple[str, ...]

    def judge(self, answer) -> Verdict:
        """The verdict on the numbers, an array or a list."""
        if answer is None or answer is ...:
            return Verdict.of("not attempted", self.name, [f"To be found: {self.asked}."])
        if callable(answer):
            return Verdict.of("not yet", self.name, ["Give the numbers, not a function."])
        fault = misfit(plain(answer), np.zeros(self.shape), ())
        fault = fault or self.fault(np.array(answer, dtype=float))
        if fault:
            return Verdict.of("not yet", self.name, [fault[0].upper() + fault[1:]])
        return Verdict.of("right", self.name, [f"These are {self.asked}."])


# Looking at an answer

IDLE = {"RESUME", "NOP", "CACHE", "COPY_FREE_VARS", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def untouched(f) -> bool:
    """Whether nothing has been written into the function yet: it gives None and does nothing.

    >>> def fresh(x):
    ...     pass  # your lines here
    >>> untouched(fresh), untouched(abs), untouched(lambda x: x)
    (True, False, False)
    """
    code = getattr(f, "__code__", None)
    lines = list(dis.get_instructions(code)) if code else []
    return bool(lines) and all(
        line.opname in IDLE and ("CONST" not in line.opname or line.argval is None)
        for line in lines
    )


def misfit(answer, expected, parts: tuple[str, ...] = (), name: str = "it") -> str | None:
    """What is wrong with the kind or the shape of an answer, in a sentence, or None.

    >>> misfit([1.0, 2.0, 3.0], np.zeros((3, 1)))
    'it has the shape (3,), and should have (3, 1).'
    """
    if isinstance(expected, tuple):
        names = list(parts) or [f"number {i}" for i in range(1, len(expected) + 1)]
        if not isinstance(answer, tuple | list) or len(answer) != len(expected):
            given = f"{len(answer)} things" if isinstance(answer, tuple | list) else kind(answer)
            return f"it should give {listed(names)}, in this order, and gives {given}."
        pairs = zip(answer, expected, names)
        return next((fault for a, e, n in pairs if (fault := misfit(a, e, (), n))), None)
    try:
        array = np.asarray(answer)
    except ValueError:  # rows of different lengths
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        return f"{name} is {kind(answer)}, and should be {kind(np.asarray(expected))}."
    shape = np.shape(expected)
    if array.shape != shape and not (shape == () and array.size == 1):
        turned = " Is it lying on its side?" if array.shape == shape[::-1] else ""
        if array.shape == (*shape[:-2], *shape[-1:]):
            turned = " `keepdims=True` keeps an axis that is summed over."
        return f"{name} has the shape {array.shape}, and should have {shape}.{turned}"
    if not np.isfinite(array).all():
        return f"{name} holds {array[~np.isfinite(array)][0]}, which is no number to go on with."
    return None


def kind(answer) -> str:
    """What sort of thing an answer is, in words."""
    if isinstance(answer, Stranger):
        return answer.kind
    if isinstance(answer, np.ndarray):
        return f"an array of shape {answer.shape}" if answer.ndim else "a number"
    if isinstance(answer, int | float):
        return "a number"
    names = {str: "a text", type(None): "None"}
    return names.get(type(answer), f"a {type(answer).__name__}")


def equal(answer, expected) -> bool:
    """Whether two answers of one kind and shape are the same numbers, as far as measuring goes."""
    if isinstance(expected, tuple):
        return all(equal(a, e) for a, e in zip(answer, expected))
    a, e = np.asarray(answer, float).reshape(np.shape(expected)), np.asarray(expected, float)
    return np.allclose(a, e, **CLOSE)


def _pattern(pairs: list) -> str:
    """What all pairs of an answer and the right one have in common, as a question, or nothing."""
    pairs = [(_flat(answer), _flat(expected)) for answer, expected in pairs]
    if all(np.allclose(a, e, **CLOSE) for a, e in pairs):
        return ""  # there are none, or what is wrong is not the numbers
    if all(not a.any() for a, _ in pairs):
        return "Every number of it is 0. Which line was to change that?"
    if all(np.allclose(a, -e, **CLOSE) for a, e in pairs):
        return "Every number has the wrong sign. What was taken from what?"
    first = pairs[0][0]
    if len(pairs) > 1 and all(np.array_equal(a, first) for a, _ in pairs):
        return "It gives the same answer whatever it is given. Does it use its arguments?"
    factors = [(a @ e) / (e @ e) for a, e in pairs]
    if all(np.allclose(a, c * e, **CLOSE) for c, (a, e) in zip(factors, pairs)):
        c = next((c for c in factors if abs(c - 1) > 1e-3), None)
        if c is None:
            return "It is off by less than one in a thousand. Is something rounded, or added to it?"
        return f"In a case that fails every number is {c:.4g} times what it should be. Why just so?"
    return ""


def _flat(answer) -> np.ndarray:
    pieces = answer if isinstance(answer, tuple | list) else [answer]
    return np.concatenate([np.ravel(np.asarray(piece, float)) for piece in pieces])


# Saying it


def written(value) -> str:
    """Numbers in the few digits that one can take in; of many of them, or of pairs, the shapes.

    >>> written(np.array([0.5, 1 / 3])), written([(np.ones((2, 3)), np.ones((1, 3)))])
    ('[0.5    0.3333]', '[[(2, 3), (1, 3)]]')
    >>> written(1e-5), written(1347)
    ('1e-05', '1347')
    """
    if isinstance(value, list | tuple) and not all(isinstance(v, int | float) for v in value):
        return written_shape(value)
    if isinstance(value, int | float):
        return f"{value:.4g}" if isinstance(value, float) else str(value)
    if isinstance(value, np.ndarray | np.generic | list | tuple):
        array = np.asarray(value, dtype=float)
        if array.size > FEW:
            return f"an array of shape {array.shape}"
        return np.array2string(array, precision=4, suppress_small=True)
    return shortened(str(value))


def written_shape(value) -> str:
    """The shape of an array, and the shapes in a list of them."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written_shape, value))}]"
    return str(np.shape(value))


def shortened(text: str) -> str:
    """The text, up to its fifth line or its four hundredth letter."""
    lines = text.rstrip().splitlines()
    short = "\n".join(lines[:5])[:400]
    return short if short == text.rstrip() else short + " …"


def listed(names, last: str = "and") -> str:
    """a, b and c.

    >>> listed(["W1"]), listed(["W1", "b1", "W2"])
    ('W1', 'W1, b1 and W2')
    """
    *front, end = list(names)
    return f"{', '.join(front)} {last} {end}" if front else end


def is_are(names) -> str:
    """The verb that goes with so many."""
    return "is" if len(names) == 1 else "are"
