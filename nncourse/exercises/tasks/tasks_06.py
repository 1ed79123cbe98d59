"""The tasks of exercise 06: softmax and surprise, handwriting read, and the mistakes read too."""

from nncourse.exercises.kinds import Choice, Judged, Task
from nncourse.exercises.tasks import cases_06 as cases
from nncourse.exercises.tasks import mistakes_06 as mistakes
from nncourse.exercises.tasks.examples import PARAMETERS

TASKS = [
    Task(
        "06.softmax",
        asked="the probabilities of the classes, a row of them for each row of Z",
        cases=cases.softmax_cases,
        hints=(
            "e to the z makes everything positive. Along which axis must what comes out add up to"
            " 1? `keepdims=True` keeps the sums in a column, so that they divide rows.",
            "e to the power of 1000 is too large for any computer. What does softmax do if you take"
            " the same number from every z of a row?",
            "Take from each row its own largest z, `Z.max(axis=1, keepdims=True)`, before anything"
            " else: the largest is 0 then, and nothing can overflow.",
        ),
        misconceptions=mistakes.SOFTMAX,
        may_use=(),
    ),
    Task(
        "06.surprise",
        asked="the targets Y that are made of labels, and the cross-entropy of the probabilities A",
        cases=cases.surprise,
        parts=("Y", "loss"),
        hints=(
            "`np.eye(3)` has three rows, each with a single 1. Which of them is the target of a"
            " picture with the label 2? An array of labels picks many rows at once.",
            "Y is 1 in one place of a row and 0 elsewhere, so Y times A holds the probability that"
            " counts, and zeros beside it. (So does Y times ln A, except where A is 0.)",
            "Add Y times A up along each row and take the logarithm; then the mean over the rows,"
            " with its sign turned.",
        ),
        misconceptions=mistakes.SURPRISE,
        may_use=(),
    ),
    Judged(
        "06.learn",
        asked="parameters that read nine of ten unseen digits, from a backward pass and examples",
        cases=cases.learn,
        parts=PARAMETERS,
        seconds=5.0,
        asking=cases.watching,
        fault=mistakes.learn_fault,
        hints=(
            "One loop for the passes, and in it one over the batches. What does `backward` want in"
            " place of labels?",
            "`order = rng.permutation(len(X))` is a new order, and a slice of 32 of it says which"
            " rows make a batch: pick these from X and from Y alike.",
            "As in exercise 05, each step makes a new list of parameters. Twenty passes at a rate"
            " of 0.5 are plenty.",
        ),
        misconceptions=mistakes.LEARN,
    ),
    Task(
        "06.score",
        asked="the mean of the scores over the splits, and their standard deviation",
        cases=cases.score,
        parts=("mean", "spread"),
        hints=(
            "First one score for each split: the share of a row in which the two agree.",
            "`true == said` is True where a digit is read right; its mean along axis 1 is a score"
            " for each split.",
            "Then the mean of the scores, and their `std(ddof=1)`.",
        ),
        misconceptions=mistakes.SCORE,
    ),
    Task(
        "06.confusion",
        asked="the confusion matrix of k classes, rows true and columns predicted",
        cases=cases.confusion,
        hints=(
            "Begin with k by k zeros. What does each picture add, and where?",
            "`zip(true, said)` goes through the pictures. Which of the two chooses the row?",
            "In a loop over the pairs, one more in row t and column s.",
        ),
        misconceptions=mistakes.CONFUSION,
    ),
    Task(
        "06.read_matrix",
        asked="the recall of every class, and which digit is taken for which most often",
        cases=cases.read_matrix,
        parts=("recall", "true", "said"),
        hints=(
            "All eights stand in row 8, whatever they were taken for. Where are those that were"
            " found?",
            "For the second question make a copy of M without its diagonal. `np.fill_diagonal`"
            " changes the array that it is given, so copy first.",
            "`argmax` counts through the whole matrix, row after row: with k columns, `divmod` by k"
            " gives the row and the column.",
        ),
        misconceptions=mistakes.READ_MATRIX,
    ),
    Choice(
        "06.prediction",
        asked="all unseen digits are moved by one pixel: how many does the network still read?",
        truth=cases.a_pixel_aside,
        says={
            "more than nine in ten": "You would, and hardly notice. To the network every number"
            " now stands at another of its 64 inputs.",
            "about three quarters": "It is worse. Each of the 64 inputs has its own weights, and"
            " not one of them gets the pixel for which it was made.",
            "about half": "A move that you would hardly notice costs half of the digits: the"
            " network knows where ink should be, not what a stroke is. So one may show it moved"
            " copies, or tell it which pixels are neighbours.",
            "about one in ten": "That would be chance. Strokes are more than a pixel wide, so some"
            " ink is still where it was.",
        },
    ),
]
