"""The mistakes that are known in exercise 06, and what is wrong with a way to learn."""

from functools import partial

import numpy as np

from nnlib.activations import logistic, softmax
from nnlib.losses import loss_for
from nnlib.metrics import accuracy, class_report, confusion_matrix
from nncourse.bugs import SPECIMENS, targets
from nncourse.exercises.cases import Misconception, specimen
from nncourse.exercises.tasks import cases_06 as cases
from nncourse.exercises.tasks.common import UPHILL, in_order
from nncourse.exercises.tasks.examples import PARAMETERS
from nncourse.words import percent

SOFTMAX = (
    Misconception(
        "The probabilities add up to 1 over all the pictures",
        "Add up one row of your answer. What should come out, and along which axis is it summed?",
        lambda Z: softmax(Z.reshape(1, -1)).reshape(Z.shape),
    ),
    Misconception(
        "The probabilities add up to 1 in each column, not in each row",
        "A row is a picture, and its probabilities should add up to 1. Which axis runs along a"
        " row?",
        lambda Z: softmax(Z.T).T,
    ),
    Misconception(
        "Each output goes through the logistic by itself",
        "Ten probabilities, of which one comes true: what is their sum?",
        logistic,
    ),
    Misconception(
        "The z are divided by their sum as they are",
        "Some z are below 0. What makes every one of them positive?",
        lambda Z: Z / Z.sum(axis=1, keepdims=True),
    ),
    Misconception(
        "The probabilities are those of −z",
        "Which class should be most probable, the one with the largest z or the smallest?",
        lambda Z: softmax(-Z),
    ),
    Misconception(
        "The largest z gets everything",
        "With z of 2 and 1, how sure are you? And with 2 and 1.99?",
        lambda Z: targets(Z.argmax(axis=1), Z.shape[1]),
    ),
    Misconception(
        "Where Z holds whole numbers, so does the answer",
        "`np.zeros_like(Z)` makes an array of the kind of Z. What does one of whole numbers keep of"
        " a probability?",
        lambda Z: softmax(Z).astype(Z.dtype),
    ),
)


def _surprise(loss, Y=lambda label, k: targets(label, k)):
    """An answer to 06.surprise: the targets Y(label, k), and this loss of A and the right Y."""
    return lambda A, label: (Y(label, A.shape[1]), loss(A, targets(label, A.shape[1])))


FROM_1 = ("The classes are counted from 1", "In which column is the 1 for the digit zero?")


def _mean_surprise(A, Y):
    """The right loss, by nnlib; the mistakes below change it."""
    return loss_for("cross_entropy", "softmax").value(_logarithm(A), A, Y)


def _logarithm(A):
    """ln A; where A is 0 it is finite."""
    return np.log(np.maximum(A, 1e-300))


def _per_output(A, Y):
    Z = _logarithm(A) - _logarithm(1 - A)
    return loss_for("cross_entropy", "logistic").value(Z, A, Y)


SURPRISE = (
    Misconception(
        "The surprises are added up, but not divided by their number",
        "Twice as many pictures: should the loss be twice as large?",
        _surprise(lambda A, Y: _mean_surprise(A, Y) * len(Y)),
    ),
    Misconception(
        "The mean is taken over the classes too",
        "Each picture has one right answer, and one surprise. By how many do you divide?",
        _surprise(lambda A, Y: _mean_surprise(A, Y) / Y.shape[1]),
    ),
    Misconception(
        "It is the surprise at what the network said",
        "A network that is sure and wrong: is it surprised when it hears itself, or the truth?",
        _surprise(lambda A, Y: _mean_surprise(A, targets(A.argmax(axis=1), A.shape[1]))),
    ),
    Misconception(
        "The other classes are counted as well",
        "That is the loss of outputs each by itself. Under softmax, which one probability counts?",
        _surprise(_per_output),
    ),
    Misconception(
        "It is the error squared",
        "A network gives the truth a probability of one in a million: what does it pay?",
        _surprise(lambda A, Y: loss_for("squared_error", "identity").value(A, A, Y)),
    ),
    Misconception(
        "The logarithm is that of the mean",
        "First the mean and then the logarithm, or the other way round: is it the same?",
        _surprise(lambda A, Y: -np.log((A * Y).sum(axis=1).mean())),
    ),
    Misconception(
        "The minus is missing",
        "Can a surprise be below 0?",
        _surprise(lambda A, Y: -_mean_surprise(A, Y)),
    ),
    Misconception(
        *FROM_1,
        _surprise(_mean_surprise, lambda label, k: targets(label - 1, k)),
    ),
    Misconception(
        "The loss comes first, and then the targets",
        "Two things are asked for. Which comes first?",
        in_order(_surprise(_mean_surprise), (1, 0)),
    ),
)


def _epochs(learning_rate=0.5, Y=targets, rows=lambda rng, X, Y: (X, Y), kept=()):
    """A way to learn for three epochs.

    The targets are Y(label, k), `rows(rng, X, Y)` are the samples of an epoch, and the arrays of
    these numbers are `kept` as they were.
    """

    def learn(backward, parameters, X, label, rng):
        start, Y_ = parameters, Y(label, parameters[3].shape[1])
        right = SPECIMENS["right"].learn
        for _ in range(3):
            X_and_Y = rows(rng, X, Y_)
            *_, parameters = right(
                backward, parameters, *X_and_Y, rng, 1, learning_rate=learning_rate
            )
            parameters = [s if i in kept else p for i, (s, p) in enumerate(zip(start, parameters))]
        return parameters

    return learn


def _never_zeroed(backward, parameters, X, label, rng):
    Y = targets(label, parameters[3].shape[1])
    *_, end = SPECIMENS["never_zeroed"].learn(backward, parameters, X, Y, rng, 2)
    return end


_LEARN = {
    "broadcast": specimen(
        SPECIMENS["labels_broadcast"], _epochs(Y=SPECIMENS["labels_broadcast"].targets)
    ),
    "apart": specimen(
        SPECIMENS["shuffled_apart"], _epochs(rows=lambda rng, X, Y: (rng.permutation(X), Y))
    ),
    "from 1": Misconception(*FROM_1, _epochs(Y=lambda label, k: targets(label - 1, k))),
    "uphill": Misconception(*UPHILL, _epochs(learning_rate=-0.5)),
    "never zeroed": specimen(SPECIMENS["never_zeroed"], _never_zeroed),
    "lost": Misconception(
        "The updates are lost",
        "What you give back is where you began. Which name holds the new arrays?",
        _epochs(kept=(0, 1, 2, 3)),
    ),
    "hidden": specimen(SPECIMENS["hidden_never_trained"], _epochs(kept=(0, 1))),
    "biases": specimen(SPECIMENS["biases_never_updated"], _epochs(kept=(1, 3))),
}


def learn_fault(case, answer, notes, calls):
    """What is wrong with the parameters learned, with what was noted, in so many calls."""
    start = case.inputs["parameters"]
    kept = [np.array_equal(p, q) for p, q in zip(answer, start)]
    if notes:
        return _LEARN[notes[0]]
    if not calls:
        return "it never calls the `backward` that it is given."
    for name, places in (("lost", (0, 1, 2, 3)), ("hidden", (0, 1)), ("biases", (1, 3))):
        if all(kept[i] for i in places):
            return _LEARN[name]
    if any(kept):
        return f"{PARAMETERS[kept.index(True)]} is still what it was."
    data, _ = cases.pictures()[case.what]
    forward = SPECIMENS["right"].forward
    read = accuracy(data.Y_test, forward(*answer, data.X_test)[-1])
    if read >= cases.ENOUGH:
        return None
    known = accuracy(data.Y, forward(*answer, data.X)[-1])
    return (
        f"it reads {percent(read)} of digits that it has never seen, and {percent(known)} of those"
        f" that it was given; {percent(cases.ENOUGH)} of the unseen ones are wanted. How long is a"
        " step, and how many are there?"
    )


def _scored(spread, mean=np.mean):
    """An answer to 06.score with this mean and this spread of the scores of the splits."""

    def score(true, said):
        scores = np.array([accuracy(t, s) for t, s in zip(true, said)])
        return mean(scores), spread(scores)

    return score


SCORE = (
    Misconception(
        "The spread is that of single digits, not of splits",
        "A digit is right or wrong, 1 or 0. Is the spread to be that of digits or of scores?",
        lambda true, said: ((true == said).mean(), (true == said).std(ddof=1)),
    ),
    Misconception(
        "The spread is divided by the number of splits, not by one less",
        "The mean was made of these very scores, so they lie nearer to it than to the truth. Which"
        " option of `std` makes up for that?",
        _scored(np.std),
    ),
    Misconception(
        "The spread is that of the mean, not of a score",
        "Somebody has one split. How far from the mean may her score lie?",
        _scored(lambda scores: scores.std(ddof=1) / len(scores) ** 0.5),
    ),
    Misconception(
        "The spread is squared",
        "A variance of points is in points squared. What brings it back to points?",
        _scored(partial(np.var, ddof=1)),
    ),
    Misconception(
        "The spread is from the worst to the best",
        "Take a hundred splits in place of ten: what does the distance of the extremes do?",
        _scored(np.ptp),
    ),
    Misconception(
        "The spread comes first, and then the mean",
        "Two numbers are asked for. Which comes first?",
        in_order(_scored(partial(np.std, ddof=1)), (1, 0)),
    ),
    Misconception(
        "The scores are cut to whole numbers",
        "`np.array([0, 0])` holds whole numbers. What does it keep of a score of 0.9?",
        lambda true, said: (lambda s: (s.mean(), s.std(ddof=1)))(
            np.array([int(accuracy(t, s)) for t, s in zip(true, said)])
        ),
    ),
    Misconception(
        "The best split stands for all",
        "Whoever gets to choose among ten scores, which one does she show?",
        _scored(partial(np.std, ddof=1), np.max),
    ),
)


CONFUSION = (
    specimen(SPECIMENS["axes_swapped"], SPECIMENS["axes_swapped"].confusion),
    Misconception(
        "A pair that comes twice is counted once",
        "`M[true, said] += 1` reads all cells first, and writes all back afterwards. What becomes"
        " of a cell that is named twice?",
        lambda true, said, k: np.minimum(confusion_matrix(true, said, classes=k), 1),
    ),
    Misconception(
        "It holds shares of the rows, not counts",
        "A cell should say how many pictures there are. Can that be 0.3?",
        lambda true, said, k: (
            confusion_matrix(true, said, classes=k)
            / np.maximum(1, np.bincount(true, minlength=k))[:, None]
        ),
    ),
    Misconception(
        "Only what is right is counted",
        "Where are the pictures that were taken for something else?",
        lambda true, said, k: np.diag(confusion_matrix(true, said, classes=k).diagonal()),
    ),
    Misconception(
        "The classes are counted from the last to the first",
        "Row 0 is that of the class 0. Where in your matrix does it stand?",
        lambda true, said, k: confusion_matrix(true, said, classes=k)[::-1, ::-1],
    ),
    Misconception(
        "What is right is left out",
        "Add up all its cells. Is that the number of pictures?",
        lambda true, said, k: np.where(np.eye(k), 0, confusion_matrix(true, said, classes=k)),
    ),
)


def _read(recall=lambda M: class_report(M).recall, weight=lambda M: M * (1 - np.eye(len(M)))):
    """An answer to 06.read_matrix: the recall, and the place where `weight(M)` is largest."""
    return lambda M: (recall(M), *map(int, np.argwhere(weight(M) == weight(M).max())[0]))


READ_MATRIX = (
    Misconception(
        "It is the precision, by columns",
        "How many of the eights were found: are all eights in a row, or in a column?",
        _read(lambda M: class_report(M).precision),
    ),
    Misconception(
        "It is the share of all pictures, not of those of the class",
        "Of all eights, what share was found? By how many do you divide?",
        _read(lambda M: M.diagonal() / M.sum()),
    ),
    Misconception(
        "The diagonal is counted as a mistake",
        "What is read right stands on the diagonal. With what could you fill it before you look?",
        _read(weight=lambda M: M),
    ),
    Misconception(
        "The two digits are in the wrong order",
        "A row is what a digit is. Which of your two numbers is that of the row?",
        in_order(_read(), (0, 2, 1)),
    ),
    Misconception(
        "The recall is cut to whole numbers",
        "`//` and an array of whole numbers both drop what comes after the point. Which of them do"
        " you use?",
        _read(lambda M: class_report(M).recall.astype(int)),
    ),
    Misconception(
        "It is the largest share of a row, not the largest count",
        "A rare class may be misread half of the time. Where are the most pictures?",
        _read(weight=lambda M: M * (1 - np.eye(len(M))) / M.sum(axis=1, keepdims=True)),
    ),
)


LEARN = tuple(_LEARN.values())
