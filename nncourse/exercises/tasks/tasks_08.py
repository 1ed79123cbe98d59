"""The tasks of exercise 08: bugs named by their symptoms, found by instruments, and mended."""

import inspect
from dataclasses import dataclass
from functools import partial

import numpy as np

from nncourse import bugs
from nncourse.bugs import ARRAYS, SPECIMENS
from nncourse.exercises.mystery import NUMBERS, OFFERED, Mystery, mystery, plain_name, symptoms_of
from nncourse.exercises.task import (
    Asked,
    Case,
    Choice,
    Misconception,
    Numbers,
    Task,
    is_are,
    listed,
    specimen,
    untouched,
    wrong_backwards,
)
from nncourse.exercises.tasks.tasks_03 import Told
from nncourse.exercises.tasks.tasks_04 import Lesson, _backward_cases
from nncourse.exercises.tasks.tasks_06 import ORDER, TWICE
from nncourse.exercises.verdict import Verdict
from nncourse.exercises.wire import plain

SEED = 8
INSTRUMENTS = ("the gradient check", "the score on digits", "the score on XOR")


# Names


@dataclass(frozen=True)
class Names(Asked):
    """Mysteries to name: a list with a name for each of `numbers`, None for one not found yet.

    What speaks against a wrong name is measured: a symptom that it would have and this has not.
    """

    kind = "names"

    name: str
    asked: str
    numbers: tuple[int, ...]
    hints: tuple[str, ...]

    def judge(self, answer) -> Verdict:
        """The verdict on the names."""
        if answer is None or answer is ... or untouched(answer):
            return Verdict.of("not attempted", self.name, [f"To be found: {self.asked}."])
        names, n = plain(answer), len(self.numbers)
        if not isinstance(names, list | tuple) or len(names) != n:
            which = listed(map(str, self.numbers))
            words = f"Give a list of {n} names, for the mysteries {which}; None for one not found."
            return Verdict.of("not yet", self.name, [words])
        found = [mystery(number) for number in self.numbers]
        pairs = [
            (one, name)
            for one, name in zip(found, names)
            if name is not None and not (isinstance(name, str) and not name)
        ]
        if not pairs:
            return Verdict.of("not attempted", self.name, [f"To be found: {self.asked}."])
        wrong = [(one, name) for one, name in pairs if not one.is_called(name)]
        if not wrong and len(pairs) == n:
            return Verdict.of("right", self.name, [_told(one) for one in found])
        right = [str(one.number) for one, name in pairs if (one, name) not in wrong]
        sentences = [f"Of the three, {listed(right)} {is_are(right)} named."] if right else []
        sentences += [f"Mystery {one.number}: {against(one, name)}" for one, name in wrong]
        if len(pairs) < n:
            sentences.append(f"There {is_are(range(n - len(pairs)))} {n - len(pairs)} to go.")
        off = tuple(f"mystery {one.number}" for one, _ in wrong)
        return Verdict.of("not yet", self.name, sentences, off=off)


def _told(one: Mystery) -> str:
    return f"Mystery {one.number}: {one._specimen.title}."


def against(one: Mystery, name) -> str:
    """A symptom that the bug called `name` would show and that this mystery does not."""
    known = {plain_name(known): known for known in OFFERED}
    known |= {plain_name(SPECIMENS[known].title): known for known in OFFERED}
    if plain_name(name) not in known:
        return f"{str(name)[:60]!r} is not among the names that `offered()` lists."
    name = known[plain_name(name)]
    other = symptoms_of(name)
    if one.off() != other.off():
        return f"with {name!r} {_said(other.off())}, and here {_said(one.off())}."
    if one.off():
        here, there = one.times(), other.times()
        array = max(ARRAYS, key=lambda a: abs(here[a] - there[a]))
        return (
            f"with {name!r} the slopes of {array} would be {there[array]:.2g} times the true ones,"
            f" and here they are {here[array]:.2g} times."
        )
    if abs(one.digits() - other.digits()) > 0.1:
        return (
            f"with {name!r} the network would read {other.digits():.0%} of the digits, and here it"
            f" reads {one.digits():.0%}."
        )
    if abs(one.xor() - other.xor()) > 10:
        return (
            f"with {name!r} XOR would be learned from {other.xor()} of 40 starts, and here it is"
            f" from {one.xor()}."
        )
    return (
        f"with {name!r} its author would say that {other.reported():.0%} of the starts with 2"
        f" hidden units learn XOR, and here says {one.reported():.0%}."
    )


def _said(off) -> str:
    return f"the slopes of {listed(off)} {is_are(off)} wrong" if off else "all slopes are right"


# Which instrument


def _unseen(table) -> str | None:
    """What is wrong with a table of 0 and 1, a row for each mystery, a column an instrument."""
    if not np.isin(table, (0, 1)).all():
        return "write 1 where the instrument notices the bug, and 0 where it does not."
    true = np.array([mystery(number).noticed() for number in NUMBERS])
    wrong = np.argwhere(table != true)
    if not len(wrong):
        return None
    row, column = wrong[0]
    one, words = mystery(row + 1), INSTRUMENTS[column]
    saw = (
        f"{len(one.off())} of its 4 arrays are off",
        f"it reads {one.digits():.0%} of the digits, and a right one 97%",
        f"with 4 hidden units {one.xor()} of 40 starts learn XOR, and all 40 of a right one's",
    )[column]
    says = "notices" if table[row, column] else "does not notice"
    return (
        f"right in {table.size - len(wrong)} of {table.size} places. You say that {words} {says}"
        f" mystery {row + 1}; but {saw}."
    )


# Mending

_right = SPECIMENS["right"].backward


@dataclass(frozen=True)
class Learning(Task):
    """A way to learn to be written, as a generator or with `return`: the last parameters count.

    It is given a random generator of its own each time, made of the seed in the case.
    """

    def _called(self, f):
        return partial(_last, f)


def _last(f, backward, parameters, X, Y, rng, epochs, batch_size, rate):
    parameters = f(backward, parameters, X, Y, np.random.default_rng(rng), epochs, batch_size, rate)
    if inspect.isgenerator(parameters):
        parameters = ([None] + list(parameters))[-1]
    return tuple(parameters) if isinstance(parameters, list) else parameters


def _learn_cases():
    cases, right = [], Told("a right backward pass", SPECIMENS["right"].backward)
    plain = Told("slopes that are a sum over the samples, wherever one stands", _of_the_samples)
    for what, backward, sizes, n, alike, epochs, batch_size, rate in [
        ("one batch and two epochs", right, (2, 3, 2), 4, False, 2, 4, 0.5),
        ("a single sample", right, (3, 2, 4), 1, False, 3, 1, 0.3),
        ("one batch, and five epochs at another rate", right, (2, 4, 3), 5, False, 5, 8, 0.2),
        ("five samples that are all the same, in batches of two",
         right, (3, 4, 2), 5, True, 3, 2, 0.4),
        ("seven samples in batches of three, and slopes that are a sum",
         plain, (2, 4, 3), 7, False, 2, 3, 0.1),
    ]:  # fmt: skip
        # Whatever the order of the samples, a batch of all of them, or of equals, or a sum over
        # the batches is the same.
        lesson = Lesson(sizes, n, output="softmax", loss="cross_entropy")
        X, Y = lesson.X, lesson.Y
        if alike:
            X, Y = (np.repeat(array[:1], n, axis=0) for array in (X, Y))
        inputs = {"backward": backward, "parameters": [lesson.W1, lesson.b1, lesson.W2, lesson.b2]}
        inputs |= {"X": X, "Y": Y, "rng": 7, "epochs": epochs, "batch_size": batch_size}
        inputs |= {"rate": rate}
        cases.append(Case(what, inputs, _last(bugs.learn, *inputs.values())))
    return cases


def _of_the_samples(W1, b1, W2, b2, X, Y):
    rng, samples = np.random.default_rng(SEED), np.hstack([X, Y])
    sums = [samples @ rng.normal(size=(samples.shape[1], p.size)) for p in (W1, b1, W2, b2)]
    return [each.sum(axis=0).reshape(p.shape) for each, p in zip(sums, (W1, b1, W2, b2))]


def _learned(learn=bugs.learn, backward=lambda right: right, **changed):
    """The last parameters of somebody who learns like this."""

    def answer(right, parameters, X, Y, rng, epochs, batch_size, rate):
        settings = {"epochs": epochs, "batch_size": batch_size, "rate": rate} | changed
        return _last(learn, backward(right), parameters, X, Y, rng, **settings)

    return answer


def _uphill(right):
    return lambda *inputs: [-g for g in right(*inputs)]


def _once_and_for_all(right, parameters, X, Y, rng, epochs, batch_size, rate):
    steps = epochs * -(-len(X) // batch_size)
    return [p - rate * steps * g for p, g in zip(parameters, right(*parameters, X, Y))]


def _on_what_was_given(right, parameters, *settings):
    for given, arrived in zip(parameters, _learned()(right, parameters, *settings)):
        given[:] = arrived
    return parameters


def _two_units():
    """How often a right network with two hidden units learns XOR, in words."""
    share = SPECIMENS["right"].xor(hidden_units=2).share
    words = {"nearly all": 1.0, "about half": 0.5, "nearly none": 0.0}
    return min(words, key=lambda word: abs(words[word] - share))


TASKS = [
    Choice(
        "08.prediction",
        asked="of 40 starts of a right network with two hidden units, how many learn XOR?",
        truth=_two_units,
        says={
            "nearly all": "That is what four hidden units do. Two have no unit to spare: if one of"
            " them starts badly, which is to take its place?",
            "about half": "So a right network fails at every second start, and whoever has tried"
            " one start has tossed a coin.",
            "nearly none": "That would be a bug. With two hidden units the numbers that solve XOR"
            " are there to be found, and many starts find them.",
        },
    ),
    Names(
        "08.first_three",
        asked="the names of the mysteries 1, 2 and 3",
        numbers=(1, 2, 3),
        hints=(
            "Which arrays are off tells you where in the backward pass to look: what are the arrays"
            " that are off made of, and those that are right not?",
            "How many times tells you what kind of slip it is. The check took 7 samples: do you see"
            " a 7, or a 7th?",
            "Mystery 1 is off in the first layer only, and its slopes are too large, so a factor"
            " below 1 is missing. Mystery 2 is 7 times too large everywhere. Mystery 3 has"
            " a seventh, in the biases only.",
        ),
    ),
    Names(
        "08.last_three",
        asked="the names of the mysteries 4, 5 and 6",
        numbers=(4, 5, 6),
        hints=(
            "All slopes are right, so the backward pass is innocent. What else is there: the start,"
            " the steps, the samples, the measuring?",
            "Look at the loss: does it hardly fall, or fall first and then climb? And compare what"
            " an author says with the line above it.",
            "Mystery 4 learns a little, and not XOR from any start, as a network of one hidden unit"
            " would. Mystery 5 gets worse with every batch, as if it could not forget. In mystery 6"
            " all is well, but for what is said of it.",
        ),
    ),
    Numbers(
        "08.seen",
        asked="the ones and zeros that say which instrument notices which mystery",
        shape=(6, 3),
        fault=_unseen,
        hints=(
            "A row for each mystery, from 1 to 6; the columns are the gradient check, the digits"
            " and XOR with 4 hidden units.",
            "The digits notice something below 85 % read, and XOR below half of what a right"
            " network solves. Both of them do well at one: whoever passes both needs the check.",
            "No two rows of the table are the same, and one of them is all zeros.",
        ),
    ),
    Task(
        "08.backward",
        asked="the backward pass of mystery 3, mended: gW1, gb1, gW2 and gb2",
        cases=_backward_cases,
        parts=("gW1", "gb1", "gW2", "gb2"),
        hints=(
            "`mystery(3).source(...)` shows its lines, once you give it its name. Two of them are"
            " to blame.",
            "delta has been divided by the number of samples already, where it was made. What is"
            " left to do for a bias?",
            "A bias acts in every sample, and so its slope is added up, as a matrix product adds up"
            " for the weights.",
        ),
        misconceptions=(
            *wrong_backwards(),
            Misconception(*TWICE, lambda *inputs: [g / len(inputs[4]) for g in _right(*inputs)]),
            Misconception(*ORDER, lambda *inputs: [_right(*inputs)[i] for i in (1, 0, 3, 2)]),
            Misconception(*ORDER, lambda *inputs: [_right(*inputs)[i] for i in (2, 3, 0, 1)]),
            Misconception(*ORDER, lambda *inputs: [_right(*inputs)[i] for i in (0, 2, 1, 3)]),
        ),
    ),
    Learning(
        "08.learn",
        asked="the way mystery 5 learns, mended: it gives W1, b1, W2 and b2",
        cases=_learn_cases,
        parts=("W1", "b1", "W2", "b2"),
        hints=(
            "`mystery(5).source(...)` shows its lines, once you give it its name. What is in the"
            " slopes before the second batch begins?",
            "A step goes down the slopes of its own batch and of no other.",
            "One list and one line that fills it can go; the line that steps takes what `backward`"
            " gives.",
        ),
        misconceptions=(
            specimen(SPECIMENS["never_zeroed"], _learned(SPECIMENS["never_zeroed"].learn)),
            specimen(SPECIMENS["shuffled_apart"], _learned(SPECIMENS["shuffled_apart"].learn)),
            Misconception(
                "The step goes uphill",
                "A slope above 0 says that the loss grows with the number. Which way does your step"
                " move it?",
                _learned(backward=_uphill),
            ),
            Misconception(
                "Every step takes the slopes of the start",
                "After a step the slopes are others. Where in your lines are they asked for again?",
                _once_and_for_all,
            ),
            Misconception(
                "The arrays that were given are changed",
                "`list(parameters)` is a new list with the same four arrays in it. Which line would"
                " make new arrays?",
                _on_what_was_given,
            ),
            Misconception(
                "It learns for one epoch only",
                "Is the line that gives the parameters back inside the loop, where the first epoch"
                " meets it?",
                _learned(epochs=1),
            ),
            Misconception(
                "The rate is forgotten",
                "Halve the rate. By how much does your step become shorter?",
                _learned(rate=1.0),
            ),
            Misconception(
                "All samples are in one batch",
                "With batches of two and five samples, how many steps has an epoch?",
                _learned(batch_size=10**6),
            ),
        ),
    ),
]
