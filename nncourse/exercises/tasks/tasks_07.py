"""The tasks of exercise 07: softmax and surprise, handwriting read, and the mistakes read too."""

from functools import cache, partial

import numpy as np

from nncourse.bugs import SPECIMENS, targets
from nncourse.exercises.judged import Judged
from nncourse.exercises.task import Case, Choice, Misconception, Task, specimen
from nnlib.activations import logistic, softmax
from nnlib.datasets import digits, hold_out
from nnlib.losses import loss_for
from nnlib.metrics import accuracy, class_report, confusion_matrix
from nnlib.network import Network
from nnlib.optimizers import Momentum
from nnlib.training import record, train

SEED = 7
ENOUGH = 0.9  # of digits never seen


# Probabilities, and the surprise at what is true


def _softmax_cases():
    rng = np.random.default_rng(SEED)
    far = rng.normal(0, 2, (3, 5))
    return [
        Case(what, {"Z": Z}, softmax(Z))
        for what, Z in [
            ("two pictures", np.array([[2.0, 1.0, -1.0], [-1.0, 0.5, 0.4]])),
            ("a single picture", np.array([[0.5, -1.5, 1.5, 0.0]])),
            ("as many pictures as classes", rng.normal(0, 1.5, (4, 4))),
            ("z near 1000", far + 1000),
            ("z near 1000, near 0 and near −1000, a row of each", far + [[1000], [0], [-1000]]),
            ("0 and 1000 in one row", np.array([[0.0, 1000.0], [1000.0, 0.0], [1.0, 1.5]])),
            ("1000 and −1000 in one row", np.array([[1e3, -1e3, -999.0], [-1e3, -5.0, -4.0]])),
            ("z that are all the same in a row", np.array([[1.0] * 3, [2.5] * 3])),
            ("a single class", np.array([[3.0], [-2.0], [0.5], [900.0]])),
            ("whole numbers", np.array([[2, 1, 0, -2], [0, 1, 2, 2]])),
        ]
    ]


SOFTMAX_MISTAKES = (
    Misconception(
        "It shares out one whole among all pictures",
        "Add up one row of your answer. What should come out, and along which axis is it summed?",
        lambda Z: softmax(Z.reshape(1, -1)).reshape(Z.shape),
    ),
    Misconception(
        "It shares out one whole among the pictures, for each class",
        "A row is a picture, and its classes are to share one whole. Which axis goes along a row?",
        lambda Z: softmax(Z.T).T,
    ),
    Misconception(
        "Each output is bent by itself",
        "Ten probabilities, of which one comes true: what is their sum?",
        logistic,
    ),
    Misconception(
        "The z are shared out as they are",
        "Some z are below 0. What makes every one of them positive?",
        lambda Z: Z / Z.sum(axis=1, keepdims=True),
    ),
    Misconception(
        "The probabilities are those of −z",
        "Which class should be most probable, the one with the largest z or the smallest?",
        lambda Z: softmax(-Z),
    ),
    Misconception(
        "All goes to the largest",
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


def _surprise_cases():
    rng = np.random.default_rng(SEED)
    loss, cases = loss_for("cross_entropy", "softmax"), []
    for what, n, k in [
        ("four pictures and three classes", 4, 3),
        ("a single picture", 1, 4),
        ("as many pictures as classes", 5, 5),
        ("nine pictures of ten classes", 9, 10),
    ]:
        Z, label = rng.normal(0, 1.5, (n, k)), rng.permutation(2 * k)[:n] % k
        label[-1] = k - 2  # whoever takes k from the labels should not always be lucky
        Y = targets(label, k)
        expected = Y, float(loss.value(Z, softmax(Z), Y))
        cases.append(Case(what, {"A": softmax(Z), "label": label}, expected))
    # Twice the network is sure and right, once it hesitates between two.
    A, label = np.array([[1.0, 0.0, 0.0], [0.5, 0.0, 0.5], [0.0, 1.0, 0.0]]), np.array([0, 2, 1])
    expected = targets(label, 3), np.log(2) / 3
    cases.append(Case("probabilities of exactly 0", {"A": A, "label": label}, expected))
    return cases


def _said(loss, Y=lambda label, k: targets(label, k)):
    """An answer with these targets, and with this loss of A and the right ones."""
    return lambda A, label: (Y(label, A.shape[1]), loss(A, targets(label, A.shape[1])))


FROM_1 = ("The classes are counted from 1", "In which column stands the 1 of a zero?")


def _mean_surprise(A, Y):
    """What the library says, for mistakes to begin with."""
    return loss_for("cross_entropy", "softmax").value(_logarithm(A), A, Y)


def _logarithm(A):
    """That of A, and where A is 0 a number far below 0 that is still a number."""
    return np.log(np.maximum(A, 1e-300))


def _per_output(A, Y):
    Z = _logarithm(A) - _logarithm(1 - A)
    return loss_for("cross_entropy", "logistic").value(Z, A, Y)


SURPRISE_MISTAKES = (
    Misconception(
        "The surprises are added up, and not divided by their number",
        "Twice as many pictures: should the loss be twice as large?",
        _said(lambda A, Y: _mean_surprise(A, Y) * len(Y)),
    ),
    Misconception(
        "The mean is taken over the classes too",
        "Each picture has one right answer, and one surprise. By how many do you divide?",
        _said(lambda A, Y: _mean_surprise(A, Y) / Y.shape[1]),
    ),
    Misconception(
        "It is the surprise at what the network said",
        "A network that is sure and wrong: is it surprised when it hears itself, or the truth?",
        _said(lambda A, Y: _mean_surprise(A, targets(A.argmax(axis=1), A.shape[1]))),
    ),
    Misconception(
        "The other classes are counted as well",
        "That is the loss of outputs each by itself. Under softmax, which one probability counts?",
        _said(_per_output),
    ),
    Misconception(
        "It is the error squared",
        "What does a network pay that gives the truth a probability of one in a million?",
        _said(lambda A, Y: loss_for("squared_error", "identity").value(A, A, Y)),
    ),
    Misconception(
        "The logarithm is that of the mean",
        "First the mean and then the logarithm, or the other way round: is it the same?",
        _said(lambda A, Y: -np.log((A * Y).sum(axis=1).mean())),
    ),
    Misconception(
        "The minus is missing",
        "Can a surprise be less than none?",
        _said(lambda A, Y: -_mean_surprise(A, Y)),
    ),
    Misconception(
        *FROM_1,
        _said(_mean_surprise, lambda label, k: targets(label - 1, k)),
    ),
    Misconception(
        "The loss comes first, and then the targets",
        "Two things are wanted. Which of them is to come first?",
        lambda A, label: _said(_mean_surprise)(A, label)[::-1],
    ),
)


# Reading digits


@cache
def _pictures():
    """What each case of learning is about: all digits, the first five, and pixels in disorder."""
    rng = np.random.default_rng(SEED)
    every, other = digits(rng), digits(rng)
    few, order = every.Y.argmax(axis=1) < 5, rng.permutation(64)
    five = hold_out(every.X[few], every.Y[few, :5], rng=rng, class_names=tuple("01234"))
    other = other._replace(X=other.X[:, order], X_test=other.X_test[:, order])
    return {
        "all ten digits": (every, 30),
        "the digits from 0 to 4": (five, 20),
        "digits with their pixels shuffled": (other, 25),
    }


def _learn_cases():
    cases = []
    for seed, (what, (data, width)) in enumerate(_pictures().items()):
        rng, k = np.random.default_rng(SEED + seed), data.Y.shape[1]
        parameters = list(SPECIMENS["right"].start(rng, (64, width, k)))
        label = data.Y.argmax(axis=1)
        backward = Watched(data.X, label, k)
        inputs = {"backward": backward, "parameters": parameters, "X": data.X, "label": label}
        cases.append(Case(what, inputs | {"rng": rng}, tuple(p + 1 for p in parameters)))
    return cases


class Watched:
    """A right backward pass that notes what is done with it, in the first dozens of calls."""

    def __init__(self, X, label, k):
        self.k, self.whose = k, {x.tobytes(): y for x, y in zip(X, label)}
        self.notes, self.calls, self.wrong = [], [], []

    def __repr__(self):
        return "a backward pass that is right"

    def __call__(self, W1, b1, W2, b2, X, Y):
        if np.shape(Y) != (len(X), self.k):
            self.notes.append("broadcast")
        elif len(self.calls) < 50:
            pairs = [(self.whose.get(x.tobytes()), y.argmax()) for x, y in zip(X, Y)]
            self.wrong += [pair for pair in pairs if pair[0] is not None and pair[0] != pair[1]]
        gradients = SPECIMENS["right"].backward(W1, b1, W2, b2, X, Y)
        if len(self.calls) < 50:
            self.calls.append((W2.copy(), gradients[2]))
            if len(self.calls) == 3:
                self._look_at_the_steps()
        return gradients

    def found(self):
        """The names of the mistakes that were seen, those of targets first."""
        if not self.wrong:
            return self.notes
        shifted = len(self.wrong) > 4 and all((t - 1) % self.k == s for t, s in self.wrong)
        return ["from 1" if shifted else "apart", *self.notes]

    def _look_at_the_steps(self):
        (before, first), (between, second), (after, _) = self.calls
        step, following = between - before, after - between
        rate = -(step * first).sum() / (first**2).sum()
        if rate < 0:
            self.notes.append("uphill")
        elif rate > 0 and np.allclose(following, -rate * (first + second), atol=1e-6 * rate):
            self.notes.append("never zeroed")


def _watching(learn):
    """Where the parameters arrive, and what was noted on the way."""

    def watched(backward, *inputs):
        return learn(backward, *inputs), backward.found(), len(backward.calls)

    return watched


def _forward(W1, b1, W2, b2, X):
    return SPECIMENS["right"].forward(W1, b1, W2, b2, X)[-1]


def _epochs(n=3, rate=0.5, Y=targets, rows=lambda rng, X, Y: (X, Y), kept=()):
    """A way to learn for a few passes; `kept` are the places of parameters that stay."""

    def learn(backward, parameters, X, label, rng):
        start, Y_ = parameters, Y(label, parameters[3].shape[1])
        right = SPECIMENS["right"].learn
        for _ in range(n):
            *_, parameters = right(
                backward, parameters, *rows(rng, X, Y_), rng, 1, learning_rate=rate
            )
            parameters = [s if i in kept else p for i, (s, p) in enumerate(zip(start, parameters))]
        return parameters

    return learn


def _never_zeroed(backward, parameters, X, label, rng):
    Y = targets(label, parameters[3].shape[1])
    *_, end = SPECIMENS["never_zeroed"].learn(backward, parameters, X, Y, rng, 2)
    return end


LEARN_MISTAKES = {
    "broadcast": specimen(
        SPECIMENS["labels_broadcast"], _epochs(Y=SPECIMENS["labels_broadcast"].targets)
    ),
    "apart": specimen(
        SPECIMENS["shuffled_apart"], _epochs(rows=lambda rng, X, Y: (rng.permutation(X), Y))
    ),
    "from 1": Misconception(*FROM_1, _epochs(Y=lambda label, k: targets(label - 1, k))),
    "uphill": Misconception(
        "The steps go uphill",
        "The gradient points to where the loss grows. Which way do you want to go?",
        _epochs(rate=-0.5),
    ),
    "never zeroed": specimen(SPECIMENS["never_zeroed"], _never_zeroed),
    "lost": Misconception(
        "The updates are lost",
        "What you give back is where you began. Which name holds the new arrays?",
        _epochs(kept=(0, 1, 2, 3)),
    ),
    "hidden": specimen(SPECIMENS["hidden_never_trained"], _epochs(kept=(0, 1))),
    "biases": specimen(SPECIMENS["biases_never_updated"], _epochs(kept=(1, 3))),
}


def _learn_fault(case, answer, notes, calls):
    start = case.inputs["parameters"]
    kept = [np.array_equal(p, q) for p, q in zip(answer, start)]
    for name in notes:
        return LEARN_MISTAKES[name]
    if not calls:
        return "it never asks the `backward` that it is given."
    for name, places in (("lost", (0, 1, 2, 3)), ("hidden", (0, 1)), ("biases", (1, 3))):
        if all(kept[i] for i in places):
            return LEARN_MISTAKES[name]
    if any(kept):
        return f"{('W1', 'b1', 'W2', 'b2')[kept.index(True)]} is still what it was."
    data, _ = _pictures()[case.what]
    read = accuracy(data.Y_test, _forward(*answer, data.X_test))
    if read >= ENOUGH:
        return None
    known = accuracy(data.Y, _forward(*answer, data.X))
    return (
        f"it reads {read:.0%} of digits that it has never seen, and {known:.0%} of those that it"
        f" was given; {ENOUGH:.0%} of the unseen ones are wanted. How long is a step, and how many"
        " are there?"
    )


def _score_cases():
    rng, cases = np.random.default_rng(SEED), []
    for what, splits, n in [
        ("four splits", 4, 20),
        ("ten splits", 10, 45),
        ("as many splits as digits", 6, 6),
        ("two splits", 2, 30),
        ("a single digit in each of nine splits", 9, 1),
    ]:
        true = rng.integers(10, size=(splits, n))
        off = rng.random((splits, n)) < rng.uniform(0.1, 0.5, (splits, 1))
        said = (true + off * rng.integers(1, 10, (splits, n))) % 10
        scores = [accuracy(t, s) for t, s in zip(true, said)]
        deviations = [score - sum(scores) / splits for score in scores]
        spread = (sum(d * d for d in deviations) / (splits - 1)) ** 0.5
        cases.append(Case(what, {"true": true, "said": said}, (sum(scores) / splits, spread)))
    return cases


def _scored(spread, mean=np.mean):
    """An answer with this mean and this spread of the scores of the splits."""

    def score(true, said):
        scores = np.array([accuracy(t, s) for t, s in zip(true, said)])
        return mean(scores), spread(scores)

    return score


SCORE_MISTAKES = (
    Misconception(
        "The spread is that of single digits, not of splits",
        "A digit is right or wrong, 1 or 0. What is to be spread out, digits or scores?",
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
        "Two numbers are wanted. Which of them is to come first?",
        lambda true, said: _scored(partial(np.std, ddof=1))(true, said)[::-1],
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


# The mistakes


def _confusion_cases():
    rng, cases = np.random.default_rng(SEED), []
    for what, n, k, seen in [
        ("eight pictures of three classes", 8, 3, 3),
        ("a class that never comes", 9, 4, 3),
        ("a single picture", 1, 3, 3),
        ("as many pictures as classes", 5, 5, 5),
        ("a hundred digits", 100, 10, 10),
        ("two thousand pictures of two classes", 2000, 2, 2),
        ("a single class", 7, 1, 1),
    ]:
        true = rng.integers(seen, size=n)
        other = (true + rng.integers(1, max(2, seen), n)) % seen
        said = np.where(rng.random(n) < 0.6, true, other)
        if n == 1:
            said = (true + 1) % k
        matrix = confusion_matrix(true, said, classes=k)
        cases.append(Case(what, {"true": true, "said": said, "k": k}, matrix))
    return cases


def _upside_down(true, said, k):
    return confusion_matrix(true, said, classes=k)[::-1, ::-1]


def _once(true, said, k):
    return np.minimum(confusion_matrix(true, said, classes=k), 1)


CONFUSION_MISTAKES = (
    specimen(SPECIMENS["axes_swapped"], SPECIMENS["axes_swapped"].confusion),
    Misconception(
        "A pair that comes twice is counted once",
        "`M[true, said] += 1` reads all cells first, and writes all back afterwards. What becomes"
        " of a cell that is named twice?",
        _once,
    ),
    Misconception(
        "It holds shares of the rows, not counts",
        "A cell is to say how many pictures there are to look at. Can that be 0.3?",
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
        _upside_down,
    ),
    Misconception(
        "What is right is left out",
        "Add up all its cells. Is that the number of pictures?",
        lambda true, said, k: np.where(np.eye(k), 0, confusion_matrix(true, said, classes=k)),
    ),
)


def _read_cases():
    rng, cases = np.random.default_rng(SEED), []
    for what, k, is_, seen, right in [
        ("three classes", 3, 1, 2, 25),
        ("ten digits", 10, 8, 1, 40),
        ("five classes, and more wrong than right", 5, 4, 2, 0),
    ]:
        M = rng.integers(4, 10, (k, k)) + np.diag(rng.integers(right, right + 9, k))
        M[0] = 0
        M[0, :2] = 5, 10  # a rare class, two thirds of it misread
        M[is_, seen] = 11
        cases.append(Case(what, {"M": M}, (class_report(M).recall, is_, seen)))
    # All of class 0 are found and none of class 2; and 300 is more than eight bits hold.
    M = np.array([[20, 0, 0, 0], [3, 700, 0, 300], [0, 40, 0, 2], [1, 0, 0, 6]])
    cases.append(Case("a class that is always found", {"M": M}, (class_report(M).recall, 1, 3)))
    return cases


def _read(recall=lambda M: class_report(M).recall, weight=lambda M: M * (1 - np.eye(len(M)))):
    """What is read from M: a share for each class, and where `weight` is largest."""
    return lambda M: (recall(M), *map(int, np.argwhere(weight(M) == weight(M).max())[0]))


READ_MISTAKES = (
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
        lambda M: (lambda recall, is_, seen: (recall, seen, is_))(*_read()(M)),
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


def _a_pixel_aside():
    """What a network reads of the held-out digits when all of them are moved by one pixel."""
    rng = np.random.default_rng(SEED)
    data = digits(rng)
    net = Network((64, 30, 10), output="softmax", loss="cross_entropy")
    run = train(
        net, net.init(rng), data.X, data.Y, Momentum(0.05), rng=rng, epochs=20, batch_size=32
    )
    theta = record(run, every=1000).last.theta
    room, scores = np.pad(data.X_test.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1))), []
    for down, right in [(0, 1), (2, 1), (1, 0), (1, 2)]:
        moved = room[:, down : down + 8, right : right + 8].reshape(-1, 64)
        scores.append(accuracy(data.Y_test, net.predict(theta, moved)))
    options = {"more than nine in ten": 0.9, "about three quarters": 0.65, "about half": 0.3}
    mean = np.mean(scores)
    return next((words for words, least in options.items() if mean > least), "about one in ten")


TASKS = [
    Task(
        "07.softmax",
        asked="the probabilities of the classes, a row of them for each row of Z",
        cases=_softmax_cases,
        hints=(
            "e to the z makes everything positive. Along which axis must what comes out add up to"
            " 1? `keepdims=True` keeps the sums in a column, so that they divide rows.",
            "e to the power of 1000 is too large for any computer. What does softmax do if you take"
            " the same number from every z of a row?",
            "Take from each row its own largest z, `Z.max(axis=1, keepdims=True)`, before anything"
            " else: the largest is 0 then, and nothing can overflow.",
        ),
        misconceptions=SOFTMAX_MISTAKES,
        may_use=(),
    ),
    Task(
        "07.surprise",
        asked="the targets Y that are made of labels, and the cross-entropy of the probabilities A",
        cases=_surprise_cases,
        parts=("Y", "loss"),
        hints=(
            "`np.eye(3)` has three rows, each with a single 1. Which of them is the target of a"
            " picture with the label 2? An array of labels picks many rows at once.",
            "Y is 1 in one place of a row and 0 elsewhere, so Y times A holds the probability that"
            " counts, and zeros beside it. (Y times ln A does so as well, but where A is 0.)",
            "Add Y times A up along each row and take the logarithm; then the mean over the rows,"
            " with its sign turned.",
        ),
        misconceptions=SURPRISE_MISTAKES,
        may_use=(),
    ),
    Judged(
        "07.learn",
        asked="parameters that read nine of ten unseen digits, from a backward pass and examples",
        cases=_learn_cases,
        parts=("W1", "b1", "W2", "b2"),
        seconds=5.0,
        asking=_watching,
        fault=_learn_fault,
        hints=(
            "One loop for the passes, and in it one over the batches. What does `backward` want in"
            " place of labels?",
            "`order = rng.permutation(len(X))` is a new order, and a slice of 32 of it says which"
            " rows make a batch: pick these from X and from Y alike.",
            "As in exercise 06, each step makes a new list of parameters. Twenty passes at a rate"
            " of 0.5 are plenty.",
        ),
        misconceptions=tuple(LEARN_MISTAKES.values()),
    ),
    Task(
        "07.score",
        asked="the mean of the scores over the splits, and their standard deviation",
        cases=_score_cases,
        parts=("mean", "spread"),
        hints=(
            "First one score for each split: the share of a row in which the two agree.",
            "`true == said` is True where a digit is read right; its mean along axis 1 is a score"
            " for each split.",
            "Then the mean of the scores, and their `std(ddof=1)`.",
        ),
        misconceptions=SCORE_MISTAKES,
    ),
    Task(
        "07.confusion",
        asked="the confusion matrix of k classes, rows true and columns predicted",
        cases=_confusion_cases,
        hints=(
            "Begin with k by k zeros. What does each picture add, and where?",
            "`zip(true, said)` goes through the pictures. Which of the two chooses the row?",
            "In a loop over the pairs, one more in row t and column s.",
        ),
        misconceptions=CONFUSION_MISTAKES,
    ),
    Task(
        "07.read_matrix",
        asked="the recall of every class, and which digit is taken for which most often",
        cases=_read_cases,
        parts=("recall", "true", "said"),
        hints=(
            "All eights stand in row 8, whatever they were taken for. Where are those that were"
            " found?",
            "For the second question make a copy of M without its diagonal. `np.fill_diagonal`"
            " changes the array that it is given, so copy first.",
            "`argmax` counts through the whole matrix, row after row: with k columns, `divmod` by k"
            " gives the row and the column.",
        ),
        misconceptions=READ_MISTAKES,
    ),
    Choice(
        "07.prediction",
        asked="all unseen digits are moved by one pixel: how many does the network still read?",
        truth=_a_pixel_aside,
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
