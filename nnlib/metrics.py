"""How often a network is right, which classes it confuses, and how sure we may be of a count.

Y and P are labels, or targets and outputs (n, k), by the one rule of `classes`: one column means
yes above one half, several mean the largest. One may be labels, the other outputs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnlib import checks
from nnlib.classes import names, together
from nnlib.notation import Array


def accuracy(Y: Array, P: Array, classes=None) -> float:
    """The share of samples, 0 to 1, whose predicted class is the true one.

    Y and P are labels (n,) or (n, 1) of any kind, or targets and outputs (n, k). `classes` says how
    many there are, or which labels in the order of the outputs, where Y does not hold them all.
    Raises ValueError as `classes.together` does.

    >>> accuracy([0, 1, 1, 0], np.array([[0.2], [0.9], [0.4], [0.1]]))
    0.75
    >>> accuracy(["no", "yes"], [["no"], ["no"]]), accuracy([-1, 1], np.array([[0.1], [0.8]]))
    (0.5, 1.0)
    """
    true, predicted, _ = together(Y, P, classes)
    return float((true == predicted).mean())


class ConfusionMatrix(np.ndarray):
    """Counts (k, k), rows true and columns predicted, with their `class_names`; printed, a table.

    It is an array. A sum of matrices of the same classes has their names; slices and other results
    are plain arrays without names. Raises ValueError where the counts are not square or the names
    not k, and for a sum over other classes.

    >>> two = ConfusionMatrix([[2, 0], [1, 1]], ["no", "yes"])
    >>> print(two + two)
          predicted
    true   no  yes
      no    4    0
     yes    2    2
    """

    class_names: tuple[str, ...] | None = None

    def __new__(cls, counts: Array, class_names) -> ConfusionMatrix:
        self = np.array(_square(counts, "counts")).view(cls)
        self.class_names = names(class_names, len(self))
        return self

    def __array_wrap__(self, computed, context=None, return_scalar=False):
        return computed[()] if return_scalar else np.asarray(computed)

    def __getitem__(self, index):
        return np.asarray(self)[index]

    def __add__(self, other):
        total, mine = np.asarray(self) + np.asarray(other), self.class_names
        its = getattr(other, "class_names", None) or mine
        if mine is None or total.shape != self.shape:
            return total
        if its != mine:
            raise ValueError(
                f"one matrix counts {checks.shown(mine)}, another {checks.shown(its)}: give all the"
                " same by confusion_matrix(Y, P, classes)"
            )
        return ConfusionMatrix(total, mine)

    __radd__ = __iadd__ = __add__

    def copy(self, order="C") -> ConfusionMatrix:
        """Another matrix with the same counts and names."""
        return ConfusionMatrix(self, self.class_names) if self.class_names else np.array(self)

    def __deepcopy__(self, _) -> ConfusionMatrix:
        return self.copy()

    __copy__ = copy

    def __reduce__(self):
        if self.class_names is None:
            return np.asarray(self).__reduce__()
        return ConfusionMatrix, (np.asarray(self), self.class_names)

    def __str__(self) -> str:
        if self.class_names is None:
            return str(np.asarray(self))
        first = max(4, *map(len, self.class_names))
        cells = [self.class_names, *np.asarray(self).astype(str).tolist()]
        wide = max(len(cell) for row in cells for cell in row) + 2
        rows = ["".join(f"{cell:>{wide}}" for cell in row) for row in cells]
        heads = [f"{name:>{first}}" for name in ("true", *self.class_names)]
        return "\n".join([" " * first + "  predicted", *map(str.__add__, heads, rows)])


def confusion_matrix(Y: Array, P: Array, classes=None, class_names=None) -> ConfusionMatrix:
    """[true, predicted]: how many samples of each class (row) were taken for each (column).

    Y and P are labels (n,) or (n, 1) of any kind, or targets and outputs (n, k). Gives (k, k) whole
    numbers that know their `class_names`: those given, or else the labels. The classes are those of
    targets or outputs, or the labels that occur, sorted; `classes` says how many there are, or the
    labels in another order. Raises ValueError as `accuracy` does, and where names are not k.

    >>> print(confusion_matrix(["cat", "dog", "dog"], ["cat", "cat", "dog"]))
          predicted
    true  cat  dog
     cat    1    0
     dog    1    1
    >>> confusion_matrix([0, 1, 1, 0], [0, 1, 0, 0]).tolist()
    [[2, 0], [1, 1]]
    """
    true, predicted, classes = together(Y, P, classes)
    k = len(classes)
    counts = np.bincount(true * k + predicted, minlength=k * k).reshape(k, k)
    return ConfusionMatrix(counts, classes if class_names is None else class_names)


def _square(matrix, name: str = "matrix") -> Array:
    matrix = checks.dense(matrix, name)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ValueError(f"{name} has shape {matrix.shape}: expected a confusion matrix (k, k)")
    return matrix


class ClassReport(NamedTuple):
    """Precision, recall and F1 of each class, (k,) each; printed, it is a table."""

    precision: Array
    recall: Array
    f1: Array
    support: Array
    class_names: tuple[str, ...]

    def __str__(self) -> str:
        width = max(7, *map(len, self.class_names))
        lines = [f"{'class':>{width}}  precision  recall    F1  samples"]
        rows = zip(self.class_names, self.precision, self.recall, self.f1, self.support)
        for name, precision, recall, f1, support in rows:
            lines.append(f"{name:>{width}}{precision:11.2f}{recall:8.2f}{f1:6.2f}{support:9d}")
        weights = self.support / max(self.support.sum(), 1)
        mean = [float((column * weights).sum()) for column in self[:3]]
        lines.append(f"{'mean':>{width}}{mean[0]:11.2f}{mean[1]:8.2f}{mean[2]:6.2f}"
                     f"{self.support.sum():9d}")  # fmt: skip
        return "\n".join(lines)


def class_report(matrix: Array, class_names=None) -> ClassReport:
    """From a confusion matrix (k, k): how far to trust an answer, how much of a class is found.

    precision (k,): of those predicted to be k, the share that are; recall (k,): of those that are
    k, the share found; F1 (k,): their harmonic mean (van Rijsbergen, 1979). 0 where there is
    nothing to divide. The last line of the table weights each class by its samples. Names are
    those given, or the matrix' own, or numbers. Raises ValueError for a matrix that is not square
    or holds no counts, or a number of names that is not k.

    >>> print(class_report(np.array([[2, 0], [1, 1]]), ["no", "yes"]))
      class  precision  recall    F1  samples
         no       0.67    1.00  0.80        2
        yes       1.00    0.50  0.67        2
       mean       0.83    0.75  0.73        4
    """
    if class_names is None:
        class_names = getattr(matrix, "class_names", None)
    matrix = checks.numbers(np.asarray(_square(matrix)), "matrix", float)
    if not ((matrix < 1e15) & (matrix >= 0) & (matrix == np.round(matrix))).all():
        raise ValueError(f"matrix={checks.shown(matrix.tolist())}: expected counts, whole numbers")
    matrix = matrix.astype(int)
    written = names(range(len(matrix)) if class_names is None else class_names, len(matrix))
    right, said, support = matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1)
    share = lambda part, whole: part / np.maximum(whole, 1)  # noqa: E731
    f1 = share(2 * right, said + support)
    return ClassReport(share(right, said), share(right, support), f1, support, written)


def wilson_interval(successes: Array, trials: Array, z: float = 1.96) -> tuple[Array, Array]:
    """Where the true share lies, (low, high), in 95 of 100 such experiments (Wilson, 1927).

    `successes` out of `trials` are whole numbers or arrays of one shape, which low and high have
    too; `z` is the width in standard deviations. Unlike the mean ± 2 of them it stays between 0
    and 1, and says something true of 20 out of 20. Raises ValueError for no trials, or successes
    that are below 0 or more than the trials.

    >>> low, high = wilson_interval(20, 20)
    >>> print(f"{low:.2f} to {high:.2f}")
    0.84 to 1.00
    """
    n, k = checks.floats(trials, "trials"), checks.floats(successes, "successes")
    z = checks.at_least_zero(z, "z")
    fit = n.shape == k.shape or () in (n.shape, k.shape)
    if not fit or z > 1e9 or not ((n >= 1) & (n < 1e18) & (k >= 0) & (k <= n)).all():
        raise ValueError(
            f"{checks.shown(successes)} successes of {checks.shown(trials)} trials, z={z:g}: from 0"
            " to all of at least one, in arrays of one shape, and a width of some deviations"
        )
    p = k / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    # Rounding leaves 0, 1 or the share itself outside by 1e-16.
    return np.clip(centre - half, 0, p), np.clip(centre + half, p, 1)
