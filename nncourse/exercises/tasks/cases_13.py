"""The cases of exercise 13, what is wrong with its table, and its prediction."""

import inspect

import numpy as np

from nncourse import bugs
from nncourse.bugs import SPECIMENS
from nncourse.exercises.cases import Case
from nncourse.exercises.mystery import NUMBERS, mystery
from nncourse.exercises.tasks.cases_04 import softmax_example
from nncourse.exercises.tasks.examples import Function
from nncourse.words import percent

SEED = 8
INSTRUMENTS = ("the gradient check", "the score on digits", "the score on XOR")


# Which instrument


def seen_fault(table) -> str | None:
    """What is wrong with a table of 0 and 1, a row for each mystery, a column for an instrument."""
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
        f"it reads {percent(one.digits())} of the digits, and a right one {percent(0.97)}",
        f"with 4 hidden units {one.xor()} of 40 starts learn XOR, and of a right one all 40",
    )[column]
    says = "notices" if table[row, column] else "does not notice"
    return (
        f"right in {table.size - len(wrong)} of {table.size} places. You say that {words} {says}"
        f" mystery {row + 1}; but {saw}."
    )


# Learning


def last_parameters(learn, backward, parameters, X, Y, rng, *settings):
    """The parameters that `learn` gives, by `return`, or last by `yield`.

    `rng` is the seed of the Generator that it is given: a case may be called more than once.
    """
    parameters = learn(backward, parameters, X, Y, np.random.default_rng(rng), *settings)
    if inspect.isgenerator(parameters):
        parameters = ([None] + list(parameters))[-1]
    return tuple(parameters) if isinstance(parameters, list) else parameters


def learn():
    """Backward passes, samples and settings for which the order of the samples does not matter.

    One batch holds them all, or they are all the same, or the slopes are a sum over the samples.
    """
    cases, right = [], Function("a right backward pass", SPECIMENS["right"].backward)
    plain = Function("slopes that are a sum over the samples, wherever one stands", _sums)
    for what, backward, sizes, n, alike, epochs, batch_size, learning_rate in [
        ("one batch and two epochs", right, (2, 3, 2), 4, False, 2, 4, 0.5),
        ("a single sample", right, (3, 2, 4), 1, False, 3, 1, 0.3),
        ("one batch, and five epochs at another rate", right, (2, 4, 3), 5, False, 5, 8, 0.2),
        ("five samples that are all the same, in batches of two",
         right, (3, 4, 2), 5, True, 3, 2, 0.4),
        ("seven samples in batches of three, and slopes that are a sum",
         plain, (2, 4, 3), 7, False, 2, 3, 0.1),
    ]:  # fmt: skip
        example = softmax_example(sizes, n)
        X, Y = example.X, example.Y
        if alike:
            X, Y = (np.repeat(array[:1], n, axis=0) for array in (X, Y))
        inputs = {"backward": backward, "parameters": example.parameters, "X": X, "Y": Y, "rng": 7}
        inputs |= {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}
        cases.append(Case(what, inputs, last_parameters(bugs.learn, *inputs.values())))
    return cases


def _sums(W1, b1, W2, b2, X, Y):
    """Four arrays of the right shapes that are sums over the samples, whatever the parameters."""
    rng, samples = np.random.default_rng(SEED), np.hstack([X, Y])
    sums = [samples @ rng.normal(size=(samples.shape[1], p.size)) for p in (W1, b1, W2, b2)]
    return [each.sum(axis=0).reshape(p.shape) for each, p in zip(sums, (W1, b1, W2, b2))]


def two_units():
    """How often a right network with two hidden units learns XOR, in words."""
    share = SPECIMENS["right"].xor(hidden_units=2).share
    words = {"nearly all": 1.0, "about half": 0.5, "nearly none": 0.0}
    return min(words, key=lambda word: abs(words[word] - share))
