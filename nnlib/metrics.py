"""How often a network is right, which classes it confuses, and how sure we may be of a count.

Y and P are targets and outputs, (n, k): one column means yes above one half, several mean the
largest. Labels, (n,) whole numbers, do as well.
"""

from typing import NamedTuple

import numpy as np

from nnlib.notation import Array


def labels(Y: Array) -> Array:
    """(n,) class numbers from targets or outputs (n, k), or labels (n,) as they are.

    The rule is that of `class_numbers`. Raises ValueError for any other shape, or for labels that
    are not whole numbers.

    >>> labels(np.array([[0.1, 0.9], [0.8, 0.2]])), labels(np.array([[0.3], [0.7]]))
    (array([1, 0]), array([0, 1]))
    """
    Y = np.asarray(Y)
    if Y.ndim == 1 and (Y.dtype.kind in "iub" or (Y == np.round(Y)).all()):
        return Y.astype(int)
    if Y.ndim != 2 or Y.shape[1] == 0:
        raise ValueError(f"shape {Y.shape}: expected labels (n,), whole numbers, or outputs (n, k)")
    return class_numbers(Y)


def class_numbers(A: Array) -> Array:
    """(..., n) class numbers from targets or outputs (..., n, k), of any stack of networks.

    Of one column a number above one half is class 1, of several the largest is the class.

    >>> class_numbers(np.array([[[0.3], [0.7]], [[0.6], [0.5]]]))
    array([[0, 1],
           [1, 0]])
    """
    return A.argmax(axis=-1) if A.shape[-1] > 1 else (A[..., 0] > 0.5).astype(int)


def _both(Y: Array, P: Array) -> tuple[Array, Array]:
    true, predicted = labels(Y), labels(P)
    if len(true) != len(predicted) or len(true) == 0:
        raise ValueError(f"{len(true)} targets and {len(predicted)} predictions: as many of each,"
                         " and at least one")  # fmt: skip
    return true, predicted


def accuracy(Y: Array, P: Array) -> float:
    """The share of samples, 0 to 1, whose predicted class is the true one.

    Y and P are targets and outputs (n, k), or labels (n,). Raises ValueError as `labels` does, and
    where there are not as many of both, or none.

    >>> accuracy([0, 1, 1, 0], np.array([[0.2], [0.9], [0.4], [0.1]]))
    0.75
    """
    true, predicted = _both(Y, P)
    return float((true == predicted).mean())


def confusion_matrix(Y: Array, P: Array, classes: int | None = None) -> Array:
    """[true, predicted]: how many samples of each class (row) were taken for each (column).

    Y and P are targets and outputs (n, k), or labels (n,). Gives (k, k) whole numbers, where k is
    `classes`, or else the columns of Y or P, or else one more than the largest label, at least 2.
    Raises ValueError as `accuracy` does, and for a label outside of 0 to k - 1.

    >>> confusion_matrix([0, 1, 1, 0], [0, 1, 0, 0])
    array([[2, 0],
           [1, 1]])
    """
    true, predicted = _both(Y, P)
    columns = max(np.shape(A)[1] if np.ndim(A) == 2 else 0 for A in (Y, P))
    k = classes or max(columns, true.max() + 1, predicted.max() + 1, 2)
    if min(true.min(), predicted.min()) < 0 or max(true.max(), predicted.max()) >= k:
        raise ValueError(f"labels run from 0 to {k - 1} for {k} classes; some lie outside")
    return np.bincount(true * k + predicted, minlength=k * k).reshape(k, k)


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
        weights = self.support / self.support.sum()
        mean = [float((column * weights).sum()) for column in self[:3]]
        lines.append(f"{'mean':>{width}}{mean[0]:11.2f}{mean[1]:8.2f}{mean[2]:6.2f}"
                     f"{self.support.sum():9d}")  # fmt: skip
        return "\n".join(lines)


def class_report(matrix: Array, class_names=None) -> ClassReport:
    """From a confusion matrix (k, k): how far to trust an answer, how much of a class is found.

    precision (k,): of those predicted to be k, the share that are; recall (k,): of those that are
    k, the share found; F1 (k,): their harmonic mean (van Rijsbergen, 1979). 0 where there is
    nothing to divide. The last line of the table weights each class by its samples. Raises
    ValueError for a matrix that is not square, or a number of names that is not k.

    >>> print(class_report(np.array([[2, 0], [1, 1]]), ["no", "yes"]))
      class  precision  recall    F1  samples
         no       0.67    1.00  0.80        2
        yes       1.00    0.50  0.67        2
       mean       0.83    0.75  0.73        4
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"shape {matrix.shape}: expected a confusion matrix (k, k)")
    names = tuple(class_names or map(str, range(len(matrix))))
    if len(names) != len(matrix):
        raise ValueError(f"{len(names)} class names for {len(matrix)} classes")
    right, said, support = matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1)
    share = lambda part, whole: part / np.maximum(whole, 1)  # noqa: E731
    f1 = share(2 * right, said + support)
    return ClassReport(share(right, said), share(right, support), f1, support, names)


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
    n, k = np.asarray(trials), np.asarray(successes)
    if not ((n >= 1) & (k >= 0) & (k <= n)).all():
        raise ValueError(f"{successes} successes of {trials} trials: from 0 to all of at least one")
    p = k / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return centre - half, centre + half
