"""The tasks of exercise 13: bugs named by their symptoms, found by instruments, and mended."""

from functools import partial

from nncourse.exercises.kinds import Choice, Names, Numbers, Task
from nncourse.exercises.tasks import cases_13 as cases
from nncourse.exercises.tasks import mistakes_13 as mistakes
from nncourse.exercises.tasks.cases_04 import backward
from nncourse.exercises.tasks.examples import GRADIENTS, PARAMETERS

TASKS = [
    Choice(
        "13.prediction",
        asked="of 40 starts of a right network with two hidden units, how many learn XOR?",
        truth=cases.two_units,
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
        "13.first_three",
        asked="the names of the mysteries 1, 2 and 3",
        numbers=(1, 2, 3),
        hints=(
            "Which arrays are off tells you where in the backward pass to look: what goes into the"
            " arrays that are off, and not into those that are right?",
            "How many times tells you what kind of slip it is. The check took 7 samples: do you see"
            " a 7, or a 7th?",
            "Mystery 1 is off in the first layer only, and its slopes are too large, so a factor"
            " below 1 is missing. Mystery 2 is 7 times too large everywhere. Mystery 3 has"
            " a seventh, in the biases only.",
        ),
    ),
    Names(
        "13.last_three",
        asked="the names of the mysteries 4, 5 and 6",
        numbers=(4, 5, 6),
        hints=(
            "All slopes are right, so the backward pass is innocent. What else is there: the start,"
            " the steps, the samples, the measuring?",
            "Look at the loss: does it hardly fall, or fall first and then climb? And compare what"
            " an author says with the line above it.",
            "Mystery 4 learns a little, and not XOR from any start, as a network of one hidden unit"
            " would. Mystery 5 gets worse with every batch, as if it could not forget. In mystery 6"
            " all is well, except for what is said of it.",
        ),
    ),
    Numbers(
        "13.seen",
        asked="the ones and zeros that say which instrument notices which mystery",
        shape=(6, 3),
        fault=cases.seen_fault,
        hints=(
            "A row for each mystery, from 1 to 6; the columns are the gradient check, the digits"
            " and XOR with 4 hidden units.",
            "The digits notice something below 85 % read, and XOR below half of what a right"
            " network solves. A bug that passes both of them may still be seen by the check.",
            "No two rows of the table are the same, and one of them is all zeros.",
        ),
    ),
    Task(
        "13.backward",
        asked="the backward pass of mystery 3, mended: gW1, gb1, gW2 and gb2",
        cases=backward,
        parts=GRADIENTS,
        hints=(
            "`mystery(3).source(...)` shows its lines, once you give it its name. The bug is in"
            " two of them.",
            "delta has been divided by the number of samples already, where it was made. What is"
            " left to do for a bias?",
            "A bias acts in every sample, and so its slope is added up, as a matrix product adds up"
            " for the weights.",
        ),
        misconceptions=mistakes.BACKWARD,
    ),
    Task(
        "13.learn",
        asked="the way mystery 5 learns, mended: it gives W1, b1, W2 and b2",
        cases=cases.learn,
        asking=lambda f: partial(cases.last_parameters, f),
        parts=PARAMETERS,
        hints=(
            "`mystery(5).source(...)` shows its lines, once you give it its name. What is in the"
            " slopes before the second batch begins?",
            "A step goes down the slopes of its own batch and of no other.",
            "One list and one line that fills it can go; the line that steps takes what `backward`"
            " gives.",
        ),
        misconceptions=mistakes.LEARN,
    ),
    Names(
        "13.later",
        asked="the names of the mysteries 7, 8 and 9",
        numbers=(7, 8, 9),
        hints=(
            "All slopes are right, and the loss falls as it should. Read the last four lines: what"
            " is asked there, and which answer is not the one that you would give?",
            "Mystery 7 is worse when it is asked than when it learned. Mystery 8 steps too far at"
            " first. In mystery 9 the test pictures were not left in peace.",
            "Mystery 7 says something else of the same picture each time: what in it is drawn by"
            " chance? The first step of mystery 8 is the root of ten too long: which optimizer"
            " begins with averages of 0? In mystery 9 the test pictures were asked before the"
            " end.",
        ),
    ),
]
