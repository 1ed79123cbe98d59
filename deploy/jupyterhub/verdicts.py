"""Count the verdicts that checks leave in the homes of a class, for the teachers' page.

Each check adds a line: the task, the status, the mistake, the time (`nncourse.exercises.shared`).
Students can write anything into these files, so only tasks and mistakes that the course knows are
counted, and nothing else is shown.
"""

import os
import stat
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from insight.tally import records, tally  # noqa: E402 - after the path is set

FILE = ".nnlib-verdicts"  # in each home
NEWEST = 100_000  # bytes that are read from its end


def counted(
    classroom, catalogue: dict, minutes: float, exercise: str = ""
) -> tuple[dict, int, int]:
    """The tallies of the last `minutes`, the number of students in them, and that of all."""
    since = time.time() - 60 * minutes
    students = [name for name, teaches in classroom.roster().items() if not teaches]
    numbers, found = classroom.numbers(), []
    for name in students:
        lines = newest_lines(classroom.homes / name / FILE, numbers.get(name, -1))
        mine = records(lines, catalogue, since)
        found.append([one for one in mine if one["task"].startswith(exercise)])
    found = [one for one in found if one]
    return tally(found, catalogue), len(found), len(students)


def newest_lines(path: Path, number: int) -> str:
    """The end of a student's file; empty if user `number` does not own it.

    It is read as root, so links are not followed, and a pipe does not block.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        there = os.fstat(file)
        if not stat.S_ISREG(there.st_mode) or there.st_uid != number:
            return ""
        newest = os.pread(file, NEWEST, max(0, there.st_size - NEWEST))
        return newest.decode("utf-8", "replace")
    finally:
        os.close(file)
