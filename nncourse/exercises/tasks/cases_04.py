"""The cases of exercise 04, and what its prediction turns out to be."""

import numpy as np

from nncourse.exercises.cases import Case
from nncourse.exercises.tasks.examples import Example

SEED = 4
SMALL = [("four samples", (2, 3, 1), 4), ("a single sample", (4, 3, 2), 1)]
SQUARE = ("three of everything", (3, 3, 3), 3)


def delta_output(output="identity"):
    """Outputs and targets of this activation, and the delta of the output layer."""
    cases = []
    for what, sizes, n in [
        *SMALL,
        ("five samples and two outputs", (4, 3, 2), 5),
        SQUARE,
        ("one sample and one output", (2, 3, 1), 1),
        ("whole numbers as targets", (2, 4, 3), 5),
        ("outputs that are far out", (4, 3, 2), 6),
        ("targets that are far off", (4, 2, 3), 5),
        ("a sample that is right already", (2, 4, 3), 5),
    ]:
        loud = 15.0 if "far out" in what else 1.0
        example = Example(sizes, n, seed=SEED, output=output, loud=loud)
        if "whole" in what:
            example.rounded()
        if "far off" in what:
            example.Y *= 5000.0
        if "right" in what:
            example.Y[1] = example.A2[1]
        cases.append(Case(what, {"A2": example.A2, "Y": example.Y}, example.delta(2)))
    return cases


def slopes():
    """What goes into a layer and its delta, for either layer, and its gradients."""
    cases = []
    for what, sizes, n in [
        *SMALL,
        ("five samples and two outputs", (3, 4, 2), 5),
        SQUARE,
        ("one input and one unit", (2, 1, 1), 4),
        ("one sample, one input and one unit", (2, 1, 1), 1),
    ]:
        example = Example(sizes, n, seed=SEED)
        inputs = {"a": example.A1, "delta": example.delta(2)}
        cases.append(Case(what, inputs, example.measured()[2:]))
    for what, example in [
        ("whole numbers in a", Example((2, 3, 1), 4, seed=SEED).rounded()),
        ("a first layer", Example((2, 3, 1), 5, seed=SEED)),
    ]:
        inputs = {"a": example.X, "delta": example.delta(1)}
        cases.append(Case(what, inputs, example.measured()[:2]))
    return cases


def delta_hidden():
    """The delta of the output layer, its weights, A1, and the delta of the hidden layer."""
    cases = []
    for what, sizes, n, loud in [
        *((*small, 1.0) for small in SMALL),
        ("as many outputs as hidden units", (2, 3, 3), 5, 1.0),
        (*SQUARE, 1.0),
        ("one hidden unit", (3, 1, 2), 4, 1.0),
        ("as many samples as hidden units", (2, 4, 3), 4, 1.0),
        ("deltas in the thousands", (2, 3, 4), 5, 2000.0),
        ("a sample that is right already", (2, 4, 3), 5, 1.0),
        ("a hidden unit with weights of 0, which leads nowhere", (2, 3, 4), 5, 1.0),
    ]:
        example = Example(sizes, n, seed=SEED, loud=loud)
        _, _, W2, _ = example.parameters
        if "right" in what:
            example.Y[1] = example.A2[1]
        if "nowhere" in what:
            W2[2] = 0  # a view: theta changes too
        inputs = {"delta2": example.delta(2), "W2": W2, "A1": example.A1}
        cases.append(Case(what, inputs, example.delta(1)))
    return cases


def softmax_example(sizes, n, loud=1.0):
    """An Example under softmax and cross-entropy."""
    return Example(sizes, n, seed=SEED, output="softmax", loss="cross_entropy", loud=loud)


def backward():
    """Whole backward passes under softmax and cross-entropy."""
    rows = [
        ("five samples", (2, 4, 3), 5),
        ("a single sample", (3, 2, 4), 1),
        ("seven samples and three hidden units", (4, 3, 2), 7),
        ("as many outputs as hidden units", (2, 3, 3), 5),
        SQUARE,
        ("one input and one hidden unit", (1, 1, 2), 3),
        ("outputs that are sure of themselves, with thousands in Z2", (2, 4, 3), 5, 1500.0),
    ]
    return [softmax_example(*numbers).backward_case(what) for what, *numbers in rows]


def twice_over():
    """What the gradient does when every sample of the batch is put in twice."""
    example = Example((2, 3, 1), 3, seed=SEED)
    once, *_ = example.measured()
    twice, *_ = example.measured(np.repeat(range(3), 2))
    options = {"it halves": 0.5, "it stays": 1.0, "it doubles": 2.0}
    return next(words for words, c in options.items() if np.allclose(twice, c * once))
