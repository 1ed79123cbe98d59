"""The one task of 00_start_here, for a first answer: it stands in the notebook itself."""

from nncourse.exercises.kinds import Task
from nncourse.exercises.tasks import cases_00 as cases
from nncourse.exercises.tasks import mistakes_00 as mistakes

TASKS = [
    Task(
        "00.share",
        asked="the share of the starts that learned, a number from 0 to 1",
        cases=cases.share,
        hints=(
            "Of 20 starts 11 learned. Which two numbers do you divide, and which stands on top?",
            "A line with `return` gives the answer back: in place of `pass`, write `return` and"
            " what you divide, as far to the right as `pass` stood.",
        ),
        misconceptions=mistakes.SHARE,
    ),
]
