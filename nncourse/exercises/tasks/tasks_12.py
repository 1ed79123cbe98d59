"""The tasks of exercise 12: a step of the tape, the walk backward, and folds that do not leak."""

from nncourse.exercises.kinds import Choice, Task
from nncourse.exercises.tasks import cases_12 as cases
from nncourse.exercises.tasks import mistakes_12 as mistakes

TASKS = [
    Task(
        "12.over",
        asked="a / b, and its slopes along a and along b",
        cases=cases.over,
        parts=("value", "slope along a", "slope along b"),
        hints=(
            "Hold b still: a / b is then a times a fixed number. Which?",
            "Hold a still: a / b is a times 1 / b. The slope of 1 / b is −1 / b².",
            "Three numbers, with a comma between them: a / b, 1 / b, and −a / b².",
        ),
        misconceptions=mistakes.OVER,
    ),
    Task(
        "12.tanh",
        asked="tanh of z, and its slope along z",
        cases=cases.tanh,
        parts=("value", "slope"),
        hints=(
            "The value is made first, and the slope can be made of the value.",
            "A slope always says which letter it is written in: 1 − a², or 1 − tanh(z)².",
            "`a = np.tanh(z)`, and then a and 1 − a², with a comma between them.",
        ),
        misconceptions=mistakes.TANH,
    ),
    Task(
        "12.backward",
        asked="the slope of the last number of a tape along each number on it",
        cases=cases.backward,
        hints=(
            "How steep is the last number along itself? All others begin at 0.",
            "`reversed(range(len(parents)))` walks from the end. For each number, `zip(parents[k],"
            " slopes[k])` gives its parents, one after the other, each with its local slope.",
            "What arrives at a parent is the slope of number k times the local slope, and it is"
            " added to what has arrived there before.",
        ),
        misconceptions=mistakes.BACKWARD,
    ),
    Task(
        "12.fold",
        asked="the rows to learn from and the rows held out, both scaled, and nothing leaked",
        cases=cases.fold,
        parts=("rows to learn from", "rows held out"),
        hints=(
            "`X[~held]` are the rows to learn from. What may be learned from `X[held]`?",
            "One mean and one deviation for each column, along axis 0, of the rows to learn from.",
            "Subtract this mean and divide by this deviation in both: in the rows that it was made"
            " of, and in those held out.",
        ),
        misconceptions=mistakes.FOLD,
    ),
    Task(
        "12.read_search",
        asked="the winner of a grid search, its mean and spread, and how many settings are level",
        cases=cases.read_search,
        parts=("winner", "mean", "spread", "level"),
        hints=(
            "A row of `scores` belongs to one setting. Along which axis is its mean?",
            "`argmax` of the means is the winner, and its spread is the `std(ddof=1)` of its row.",
            "A setting is level if its mean is at least the winner's mean less its spread: count"
            " these, the winner among them.",
        ),
        misconceptions=mistakes.READ_SEARCH,
    ),
    Choice(
        "12.prediction",
        asked="the walk goes from the first number to the last: how many of the nine slopes of the"
        " network are right?",
        truth=cases.walked_forwards,
        says={
            "none": "When its turn comes, a number gives away what has arrived. Going this way"
            " nothing has arrived yet, except at the last number of all.",
            "those of the last layer": "What do the weights of the last layer get their slopes"
            " from, and when has that got its own?",
            "all nine": "The same arrows, and the same sum. But what does a number have to give"
            " away when its turn comes?",
        },
    ),
]
