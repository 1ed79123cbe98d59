"""Decide whether two numbers are the ends of a 95 % interval of a share.

There are many such intervals: share ± two standard deviations, and those of Wilson, of Agresti and
Coull, of Clopper and Pearson, of Jeffreys, the bootstrap. They differ, less so for more trials; but
intervals of 90 % or 99 % differ from all of them.
"""

from functools import cache

import numpy as np

from nnlib.metrics import wilson_interval


def plain_interval(k: int, n: int, reach: float = 1.96) -> tuple[float, float]:
    """The share k/n minus and plus `reach` standard deviations of a share.

    >>> print("{:.3f} to {:.3f}".format(*plain_interval(50, 100)))
    0.402 to 0.598
    """
    half = reach * (k / n * (1 - k / n) / n) ** 0.5
    return k / n - half, k / n + half


def widened_interval(k: int, n: int) -> tuple[float, float]:
    """Agresti and Coull (1998): the plain interval with two successes and two failures added.

    >>> print("{:.3f} to {:.3f}".format(*widened_interval(0, 40)))
    -0.016 to 0.107
    """
    return plain_interval(k + 2, n + 4)


@cache
def exact_interval(k: int, n: int) -> tuple[float, float]:
    """Clopper and Pearson (1934): at either end, k or beyond it has a probability of 2.5 %.

    >>> print("{:.3f} to {:.3f}".format(*exact_interval(7, 10)))
    0.348 to 0.933
    """
    low = _crossing(lambda p: _at_least(k, n, p) - 0.025) if k else 0.0
    high = _crossing(lambda p: 0.025 - _at_least(n - k, n, 1 - p)) if k < n else 1.0
    return low, high


def _at_least(k, n, p):
    """The probability of k or more successes of n."""
    j = np.arange(k, n + 1)
    factorials = np.concatenate([[0.0], np.log(np.arange(1, n + 1)).cumsum()])  # their logarithms
    ways = factorials[n] - factorials[j] - factorials[n - j]
    return np.exp(ways + j * np.log(p) + (n - j) * np.log1p(-p)).sum()


def _crossing(f):
    """The zero of f, which increases from 0 to 1, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if f(middle) > 0 else (middle, high)
    return (low + high) / 2


def dishonest_end(k: int, n: int, low: float, high: float) -> str | None:
    """What is wrong with these ends of a 95 % interval for the true share; or None.

    >>> dishonest_end(50, 100, 0.4, 0.6)
    >>> dishonest_end(50, 100, 0.49, 0.51)
    'low is 0.490, where an interval of 95 % has about 0.404.'
    """
    wilson = tuple(map(float, wilson_interval(k, n)))
    known = [wilson, plain_interval(k, n), plain_interval(k, n, 2.0 * (n / (n - 1)) ** 0.5)]
    known += [widened_interval(k, n), exact_interval(k, n)]
    # Rounding to whole starts and bootstrap draws are tolerated, more for few starts.
    slack = (0.1 + 0.7 / n) * (wilson[1] - wilson[0]) / 2
    for name, end, usual, ends in zip(("low", "high"), (low, high), wilson, zip(*known)):
        if not min(ends) - slack <= end <= max(ends) + slack:
            return f"{name} is {end:.3f}, where an interval of 95 % has about {usual:.3f}."
    return None
