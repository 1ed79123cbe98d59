"""Numbers, counts and lists in words: the whole course writes them in one way.

signed(-0.5)                   '−0.50'
percent(0.85)                  '85 %'
many(2000, "step")             '2,000 steps'
listed(["W1", "b1", "W2"])     'W1, b1 and W2'
called("bias_averaged")        'bias averaged'
"""

from collections.abc import Iterable

MINUS = "−"  # as wide as a plus, and read aloud as "minus"; a hyphen is neither
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


# Numbers


def minus(text: str) -> str:
    """The text of a number, with a true minus in place of each hyphen.

    >>> minus("-2"), minus("6e-04")
    ('−2', '6e−04')
    """
    return text.replace("-", MINUS)


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign and so many digits after the point; 0 is never negative.

    >>> signed(-0.5), signed(-0.001), signed(0.358209, 6)
    ('−0.50', '+0.00', '+0.358209')
    """
    return minus(f"{value:+z.{digits}f}")


def fixed(value: float, digits: int = 2) -> str:
    """The same without a plus.

    >>> fixed(-0.5), fixed(-0.001), fixed(1.25, 3)
    ('−0.50', '0.00', '1.250')
    """
    return minus(f"{value:z.{digits}f}")


def short(value: float, digits: int = 2) -> str:
    """A number in so many significant digits.

    >>> short(0.0347), short(-12.5, 3), short(1797), short(0.0000063)
    ('0.035', '−12.5', '1800', '6.3e−06')
    """
    return minus(f"{float(f'{value:.{digits}g}'):g}")


def percent(share: float, digits: int = 0) -> str:
    """A share from 0 to 1 in percent.

    >>> percent(0.85), percent(0.8983, 1)
    ('85 %', '89.8 %')
    """
    return f"{100 * share:z.{digits}f} %"


def percents(low: float, high: float) -> str:
    """An interval of shares in percent.

    >>> percents(0.342, 0.742)
    '34–74 %'
    """
    return f"{100 * low:z.0f}–{percent(high)}"


# Counts


def plural(n: int, thing: str) -> str:
    """The name of the thing as it stands after the number n.

    >>> plural(1, "prediction"), plural(0, "prediction")
    ('prediction', 'predictions')
    """
    return thing if n == 1 else f"{thing}s"


def many(n: int, thing: str) -> str:
    """So many things, with a comma between the thousands.

    >>> many(1, "step"), many(2000, "step")
    ('1 step', '2,000 steps')
    """
    return f"{n:,} {plural(n, thing)}"


# Names


def listed(things: Iterable, last: str = "and") -> str:
    """All of the things in a row, with a word before the last one. Nothing gives "".

    >>> listed(["W1"]), listed([1, 2]), listed(["tanh", "relu", "step"], "or")
    ('W1', '1 and 2', 'tanh, relu or step')
    """
    *front, end = [str(thing) for thing in things] or [""]
    return f"{', '.join(front)} {last} {end}" if front else end


def called(name: str) -> str:
    """The name of a thing in the code as words.

    >>> called("bias_averaged")
    'bias averaged'
    """
    return name.replace("_", " ")


def unbroken(text: str) -> str:
    """The same words, which stay on one line however little room there is.

    >>> unbroken("85 %") == "85\\N{NO-BREAK SPACE}%"
    True
    """
    return text.replace(" ", NO_BREAK_SPACE)
