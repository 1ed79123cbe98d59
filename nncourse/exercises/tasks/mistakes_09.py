"""The mistakes that are known in exercise 09, but for those of noisy pictures: see noise.py."""

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.losses import OUTPUTS
from nncourse.exercises.cases import Misconception
from nncourse.exercises.tasks import cases_09 as cases


def _halves(numbers=lambda m, n: (m + 1) * n, at=cases.narrowest):
    """The sums of `numbers(m, n)` over the layers up to the code, `at(sizes)`, and behind it."""

    def answer(sizes):
        layers = [numbers(m, n) for m, n in zip(sizes, sizes[1:])]
        return sum(layers[: at(sizes)]), sum(layers[at(sizes) :])

    return answer


HALVES = (
    Misconception(
        "The biases are forgotten",
        "A unit has a weight for each number that feeds it, and what else?",
        _halves(lambda m, n: m * n),
    ),
    Misconception(
        "A bias is counted for each number that feeds a layer",
        "Does a bias belong to what comes in, or to the unit that adds it?",
        _halves(lambda m, n: m * (n + 1)),
    ),
    Misconception(
        "The decoder is taken for as large as the encoder",
        "The same weights, turned round. But do 64 outputs have as many biases as 2?",
        lambda sizes: (_halves()(sizes)[0],) * 2,
    ),
    Misconception(
        "The code is looked for in the middle",
        "The two halves need not be equally deep. Where does the least come through?",
        _halves(at=lambda sizes: len(sizes) // 2),
    ),
    Misconception(
        "Units are counted, not parameters",
        "A unit that is fed by 30 others learns how many numbers?",
        _halves(lambda m, n: n),
    ),
)


def _share(middle=lambda X_test, X: sum(X) / len(X), size=np.square, of=lambda mine, mean: mine):
    """What is left, with another picture in the `middle`, or another size of a difference."""

    def answer(P, X_test, X):
        mine, mean = size(P - X_test).mean(), size(X_test - middle(X_test, X)).mean()
        return of(mine, mean) / mean

    return answer


def _mean_of_shares(P, X_test, X):
    shares = [_share()(p, x, X) for p, x in zip(P, X_test)]
    return sum(shares) / len(shares)


LEFT = (
    Misconception(
        "The mean picture is made of the pictures held out",
        "Whoever guesses the mean picture has not seen those held out. Of which is it the mean?",
        _share(lambda X_test, X: sum(X_test) / len(X_test)),
    ),
    Misconception(
        "One grey stands for the whole mean picture",
        "`X.mean()` is a single number. Which axis makes a number for each pixel?",
        _share(lambda X_test, X: X.mean()),
    ),
    Misconception(
        "The differences are not squared",
        "One pixel off by 0.4, or four by 0.1: which of the two does a square mind more?",
        _share(size=np.abs),
    ),
    Misconception(
        "It is what has gone, not what is left",
        "P is X_test to the last digit. Is your share 0 then?",
        _share(of=lambda mine, mean: mean - mine),
    ),
    Misconception(
        "The shares of single pictures are averaged",
        "For a picture near the mean picture you divide by almost nothing. What does one such"
        " picture do to your mean of shares?",
        _mean_of_shares,
    ),
    Misconception(
        "The root is taken of both",
        "A mean of squares is asked for. Which root do you take on the way?",
        lambda *given: _share()(*given) ** 0.5,
    ),
    Misconception(
        "The share is upside down",
        "Something comes back nearer than the mean picture. Is your share below 1?",
        lambda *given: 1 / _share()(*given),
    ),
)


def _pca(seen=lambda X, X_test: X, pick=lambda U, S, V, k: V[:k], centre=True, back=True):
    """PCA learned from `seen`, along the directions that `pick` takes from what svd gives."""

    def answer(X, X_test, k):
        known = seen(X, X_test)
        middle = known.mean(axis=0) if centre else np.zeros(known.shape[1])
        along = pick(*np.linalg.svd(known - middle, full_matrices=False), k)
        return back * middle + np.einsum("nd,kd,ke->ne", X_test - middle, along, along)

    return answer


def _moved(X, X_test, k):
    """Directions of the training pictures, but each part has its own mean."""
    middle = X_test.mean(axis=0)
    return middle + _pca(back=False)(X, X_test - middle + X.mean(axis=0), k)


def _not_moved(X, X_test, k):
    """The mean is added at the end, and was not subtracted before."""
    middle = X.mean(axis=0)
    return middle + _pca(back=False)(X, X_test + middle, k)


SQUEEZE = (
    Misconception(
        "The mean is not subtracted",
        "Without it the first direction points from 0 to the middle of the pictures. Which number"
        " does it waste?",
        _pca(centre=False),
    ),
    Misconception(
        "The mean is subtracted, and never comes back",
        "Send k zeros. Which picture should come back?",
        _pca(back=False),
    ),
    Misconception(
        "The mean comes back, and was never subtracted",
        "How far along a direction is counted from where?",
        _not_moved,
    ),
    Misconception(
        "The directions are worked out from the pictures held out",
        "Who has to draw the picture again knows the training pictures alone. From which do your"
        " directions come?",
        _pca(lambda X, X_test: X_test),
    ),
    Misconception(
        "The pictures held out have had a part in it",
        "What is held out is there to be sent, and not to learn from. Which pictures does your svd"
        " see?",
        _pca(lambda X, X_test: np.concatenate([X, X_test])),
    ),
    Misconception(
        "The mean is that of the pictures held out",
        "It has to be sent as well, then. Which mean does the receiver know already?",
        _moved,
    ),
    Misconception(
        "The directions are taken from the columns",
        "`svd` gives three things. Does the last have a direction in each row or in each column?",
        _pca(pick=lambda U, S, V, k: V[:, :k].swapaxes(0, 1)),
    ),
    Misconception(
        "The last directions are kept, not the first",
        "In which order does `svd` give them: the most spread first, or last?",
        _pca(pick=lambda U, S, V, k: V[len(V) - k :]),
    ),
    Misconception(
        "One direction too many is kept",
        "With k = 1, how many rows do you take?",
        _pca(pick=lambda U, S, V, k: V[: k + 1]),
    ),
    Misconception(
        "The numbers sent are weighted by the spread along each direction",
        "A picture that lies in the plane already should come back as it was. Does it?",
        _pca(pick=lambda U, S, V, k: V[:k] * np.sqrt(S[:k, None])),
    ),
)

_TANH = ACTIVATIONS["tanh"].value


def _carried(hidden=_TANH, last=OUTPUTS["logistic"], first=lambda C: C, bias=1):
    """A decoder with another function in the hidden layers, at the last, or before the first."""

    def answer(layers, C):
        A, bends = first(C), [hidden] * (len(layers) - 1) + [last]
        for f, (W, b) in zip(bends, layers):
            A = f(np.einsum("ni,ij->nj", A, W) + bias * b)
        return A

    return answer


def _plain(Z):
    return Z


DECODE = (
    Misconception(
        "The output is bent by tanh, like the others",
        "A pixel lies between 0 and 1. Between which numbers does tanh put it?",
        _carried(last=_TANH),
    ),
    Misconception(
        "The output is not bent at all",
        "What keeps a pixel between 0 and 1?",
        _carried(last=_plain),
    ),
    Misconception(
        "The hidden layers are logistic, too",
        "Which activation function is in the layers between the code and the picture?",
        _carried(hidden=OUTPUTS["logistic"]),
    ),
    Misconception(
        "The hidden layers are not bent",
        "Three layers without a bend are one. What lies along something curved then?",
        _carried(hidden=_plain),
    ),
    Misconception(
        "The code goes through tanh once more",
        "A code is what came out of tanh. What becomes of 0.76?",
        _carried(first=_TANH),
    ),
    Misconception(
        "The biases are left out",
        "A code of zeros: does every pixel come out as one half?",
        _carried(bias=0),
    ),
    Misconception(
        "The first layer alone is walked through",
        "Does your `return` stand inside the loop?",
        lambda layers, C: _carried(last=_TANH)(layers[:1], C),
    ),
)


def _points(share):
    """Points whose share of the way is `share(i, k)`, for i from 0 to k − 1."""

    def answer(start, end, k):
        shares = np.array([share(i, k) for i in range(k)])
        return start + np.multiply.outer(shares, end - start)

    return answer


def _straight(i, k):
    return i / (k - 1)


WALK = (
    Misconception(
        "The walk stops before the end",
        "Five points have four gaps. By how many do you divide the way?",
        _points(lambda i, k: i / k),
    ),
    Misconception(
        "The walk begins after the start",
        "Where does it stand before the first step?",
        _points(lambda i, k: (i + 1) / k),
    ),
    Misconception(
        "Both ends are left out",
        "Which picture should be the first of the row, and which the last?",
        _points(lambda i, k: (i + 1) / (k + 1)),
    ),
    Misconception(
        "It walks from the end to the start",
        "Which of the two has all the weight at the first point?",
        _points(lambda i, k: 1 - _straight(i, k)),
    ),
    Misconception(
        "There are k steps, and so k + 1 points",
        "Count the fence posts: how many are there for four gaps?",
        lambda start, end, k: _points(_straight)(start, end, k + 1),
    ),
    Misconception(
        "The codes are added, not mixed",
        "Half way, how much of the start is still in it?",
        lambda start, end, k: start + np.multiply.outer(np.linspace(0, 1, k), end),
    ),
)
