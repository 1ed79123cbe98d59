"""The tasks of exercise 04: backpropagation, line by line and then whole. Nudging is the judge."""

from functools import partial

from nncourse.exercises.kinds import Choice, Task
from nncourse.exercises.tasks import cases_04 as cases
from nncourse.exercises.tasks import mistakes_04 as mistakes
from nncourse.exercises.tasks.examples import GRADIENTS

TASKS = [
    Task(
        "04.delta_output",
        asked="delta2, the delta of every output, from the outputs and the targets",
        cases=cases.delta_output,
        hints=(
            "The loss is the mean over the samples of ½ (a − y)², added up over the outputs. What"
            " is the slope of one such square along its a?",
            "A mean of n squares: by which number is each of them divided? Where do you get n"
            " from?",
            "How far the answers are above the targets, over the number of rows.",
        ),
        misconceptions=mistakes.DELTA,
    ),
    Task(
        "04.slopes",
        asked="the slopes gW and gb of a layer, from what went into it, a, and its delta",
        cases=cases.slopes,
        parts=("gW", "gb"),
        hints=(
            "A weight is used once for each sample: its slope is a sum of products, what went in"
            " times delta. A bias is multiplied by 1.",
            "gW has the shape of W, (n_in, n_out). a is (n, n_in) and delta is (n, n_out): only one"
            " product of the two comes out like that.",
            "Transpose a. And for gb add up delta over the rows: `axis=0`, and `keepdims=True` so"
            " that it stays a row.",
        ),
        misconceptions=mistakes.SLOPES,
    ),
    Task(
        "04.delta_hidden",
        asked="delta1, the delta one layer down, from delta2, W2 and A1",
        cases=cases.delta_hidden,
        hints=(
            "Two lines of the chain did this: one went back through the weight, the other through"
            " the activation function.",
            "A hidden unit gets from each output the delta of that output times the weight that"
            " leads there: (n, n_2) and (n_1, n_2) have to make (n, n_1).",
            "Transpose W2; then multiply number by number with the slope of tanh, written in what"
            " you have, which is A1.",
        ),
        misconceptions=mistakes.DELTA_HIDDEN,
    ),
    Task(
        "04.backward",
        asked="gW1, gb1, gW2 and gb2, the slopes of the loss along all the parameters",
        cases=cases.backward,
        parts=GRADIENTS,
        hints=(
            "First the forward pass. Then from the output down: delta2, what it gives for gW2 and"
            " gb2, delta1, and what that gives for gW1 and gb1.",
            "delta2 is how far the outputs are above the targets, over the number of rows. gW2 and"
            " gb2 are made of it and of what went into the second layer.",
            "delta1 is delta2 taken back through W2, and then through the slope of tanh, written in"
            " A1. Then the same two lines as for gW2 and gb2 once more, for what went into the"
            " first layer.",
        ),
        misconceptions=mistakes.BACKWARD,
    ),
    Task(
        "04.delta_logistic",
        asked="delta2 of logistic outputs, still under squared error",
        cases=partial(cases.delta_output, output="logistic"),
        hints=(
            "Between z2 and a2 there is an activation function now, so there is one more slope.",
            "The slope of the logistic written in a: you worked it out in exercise 01.",
            "Your first line, times a slope that is 0 at 0 and at 1, and a quarter at one half.",
        ),
        misconceptions=mistakes.DELTA_LOGISTIC,
    ),
    Choice(
        "04.prediction",
        asked="every sample of a batch is put in twice: what happens to the gradient?",
        truth=cases.twice_over,
        says={
            "it halves": "delta is divided by twice as many samples. But over how many is it added"
            " up?",
            "it stays": "Twice as many samples are added up, and each counts half. That is what a"
            " mean is for: a learning rate that suits one batch size suits another.",
            "it doubles": "That would be a loss that adds up the samples. Ours takes their mean.",
        },
    ),
]
