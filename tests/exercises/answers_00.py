"""Right and wrong answers to the task of 00_start_here, for tests/course/test_exercise_checks.py.

It has no exercise notebook, so what solves it stands here.
"""

from fractions import Fraction


def share(learned, starts):
    return learned / starts


SOLVED = {"00-share": share}

RIGHT = {
    "00.share": {
        "as a fraction": lambda learned, starts: float(Fraction(learned, starts)),
        "one less what failed": lambda learned, starts: 1 - (starts - learned) / starts,
        "in two lines": lambda *given: given[0] * (1 / given[1]),
    },
}

WRONG = {
    "00.share": {
        "the count": lambda learned, starts: learned,
        "always 0.4": lambda learned, starts: 0.4,
        "rounded": lambda learned, starts: round(learned / starts, 1),
        "as a text": lambda learned, starts: f"{learned / starts}",
        "printed": lambda learned, starts: print(learned / starts),
        "the odds": lambda learned, starts: learned / (starts - learned + 1e-9),
        "one start too many": lambda learned, starts: learned / (starts + 1),
        "with arguments swapped and rounded": lambda learned, starts: starts // learned,
    },
}
