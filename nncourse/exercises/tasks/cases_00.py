"""The cases of the task in 00_start_here."""

from nncourse.exercises.cases import Case


def share():
    """How many of how many learned, and the share that this is."""
    counted = [
        ("2 of 5 starts", 2, 5, 0.4),
        ("11 of 20 starts", 11, 20, 0.55),
        ("93 of 100 starts", 93, 100, 0.93),
        ("1 of 3 starts", 1, 3, 1 / 3),
        ("7 of 7 starts", 7, 7, 1.0),
    ]
    return [
        Case(what, {"learned": learned, "starts": starts}, expected)
        for what, learned, starts, expected in counted
    ]
