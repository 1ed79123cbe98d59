"""Whether what somebody says of a share is a 95 % interval. There are many honest ones.

The plain one is share ± two standard deviations; Wilson, Agresti and Coull, Clopper and Pearson,
Jeffreys, the bootstrap and others differ from it, and the less the more trials there are. What
holds the truth in 90 or in 99 of 100 experiments differs from all of them.
"""

from math import lgamma

import numpy as np

from nnlib.metrics import wilson_interval


def plain_interval(k: int, n: int, reach: float = 1.96) -> tuple[float, float]:
    """The share k/n, less and more so many standard deviations of a share.

    >>> print("{:.3f} to {:.3f}".format(*plain_interval(50, 100)))
    0.402 to 0.598
    """
    half = reach * (k / n * (1 - k / n) / n) ** 0.5
    return k / n - half, k / n + half


def widened_interval(k: int, n: int) -> tuple[float, float]:
    """That of Agresti and Coull (1998): the plain one, with two more successes and two failures.

    >>> print("{:.3f} to {:.3f}".format(*widened_interval(0, 40)))
    -0.016 to 0.107
    """
    return plain_interval(k + 2, n + 4)


def exact_interval(k: int, n: int) -> tuple[float, float]:
    """That of Clopper and Pearson (1934): at its ends k is a surprise of 2.5 %.

    >>> print("{:.3f} to {:.3f}".format(*exact_interval(7, 10)))
    0.348 to 0.933
    """
    low = _crossing(lambda p: _at_least(k, n, p) - 0.025) if k else 0.0
    high = _crossing(lambda p: 0.025 - _at_least(n - k, n, 1 - p)) if k < n else 1.0
    return low, high


def _at_least(k, n, p):
    """How probable k or more successes of n are."""
    j = np.arange(k, n + 1)
    ways = [lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) for i in j]
    return np.exp(ways + j * np.log(p) + (n - j) * np.log1p(-p)).sum()


def _crossing(f):
    """Where f, which grows from below 0 to above it between 0 and 1, is 0."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if f(middle) > 0 else (middle, high)
    return (low + high) / 2


def dishonest_end(k: int, n: int, low: float, high: float) -> str | None:
    """What is wrong with this as a 95 % interval for the true share, or None.

    >>> dishonest_end(50, 100, 0.4, 0.6)
    >>> dishonest_end(50, 100, 0.49, 0.51)
    'low is 0.490, where an interval of 95 % has about 0.404.'
    """
    wilson = tuple(map(float, wilson_interval(k, n)))
    known = [wilson, plain_interval(k, n), plain_interval(k, n, 2.0 * (n / (n - 1)) ** 0.5)]
    known += [widened_interval(k, n), exact_interval(k, n)]
    # Some round to whole starts, some draw: of few starts more is left to them.
    slack = (0.1 + 0.7 / n) * (wilson[1] - wilson[0]) / 2
    for name, end, usual, ends in zip(("low", "high"), (low, high), wilson, zip(*known)):
        if not min(ends) - slack <= end <= max(ends) + slack:
            return f"{name} is {end:.3f}, where an interval of 95 % has about {usual:.3f}."
    return None
