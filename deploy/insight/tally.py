"""Count records of verdicts. Standard library only.

A record is what `nncourse.exercises.Verdict.record()` gives, and what a check appends to a file as
a line. It comes from a student's notebook or home and can contain anything. So only tasks,
misconceptions and parts of an answer that the catalogue knows are kept, and nothing else is shown.
`parts` may be missing in the catalogue; then no parts are kept.

The tallies are plain counts, ready for JSON:

    {"04.slopes": {"right": 31, "not yet": 20, "not attempted": 8, "no verdict": 1,
                   "misconceptions": {"The bias ...": 9}, "unexplained": {"gW and gb": 2, "": 1}}}

Answers that are not yet right are counted under `misconceptions` or, if the verdict named none,
under `unexplained`, by the parts that were off ("" if it named no part).
"""

import json
import math
from collections import Counter
from collections.abc import Iterable

STATUSES = ("right", "not yet", "not attempted")
NO_VERDICT = "no verdict"
FEW = 4  # parts of an answer that are named at most
LONGEST = 2_000  # characters of a line with a record
LINES = 20_000  # the newest ones of a file that are read


def taken(record, catalogue: dict) -> dict | None:
    """The valid content of a record; None if it is not a record of a known task.

    A title that is not among the task's misconceptions is left out, and so are unknown parts.

    >>> known = {"04.slopes": {"misconceptions": {"It is the mean": "Of what?"}}}
    >>> taken({"task": "04.slopes", "status": "not yet", "misconception": "You!"}, known)
    {'task': '04.slopes', 'status': 'not yet', 'misconception': '', 'off': (), 'time': 0.0}
    >>> taken({"task": "04.me", "status": "right"}, known)
    """
    if not isinstance(record, dict):
        return None
    task, status = record.get("task"), record.get("status")
    if not (isinstance(task, str) and task in catalogue and status in STATUSES):
        return None
    title, off, time = record.get("misconception"), record.get("off"), record.get("time")
    known = isinstance(title, str) and title in catalogue[task]["misconceptions"]
    off = off if isinstance(off, list | tuple) else ()
    off = tuple(part for part in catalogue[task].get("parts", ()) if part in off)
    timed = type(time) in (int, float) and abs(time) < 1e12 and math.isfinite(time)
    return {
        **{"task": task, "status": status},
        "misconception": title if known and status == "not yet" else "",
        **{"off": off if status == "not yet" else (), "time": float(time) if timed else 0.0},
    }


def records(text: str, catalogue: dict, since: float = 0.0) -> list[dict]:
    """The records in the lines of a file, in order, without those older than `since`.

    A line that is not a record is skipped.

    >>> known = {"04.slopes": {"misconceptions": {}}}
    >>> lines = '{"task": "04.slopes", "status": "right", "time": 7}\\n[[[\\n{"task": "04.slopes"}'
    >>> [record["time"] for record in records(lines, known)], records(lines, known, since=8)
    ([7.0], [])
    """
    found = []
    for line in text.splitlines()[-LINES:]:
        if len(line) > LONGEST:
            continue
        try:
            record = taken(json.loads(line), catalogue)
        except (ValueError, RecursionError):
            continue
        if record and record["time"] >= since:
            found.append(record)
    return found


def tally(students: Iterable[Iterable[dict]], catalogue: dict, tasks: Iterable[str] = ()) -> dict:
    """The tallies of the records of each student, by task in the order of the catalogue.

    Of several records of a task the student's last one counts. Each of `tasks` is in the result,
    and a student without a record of it counts as "no verdict".

    >>> known = {"04.slopes": {"misconceptions": {"It is the mean": "Of what?"}}}
    >>> once = {"task": "04.slopes", "status": "not yet", "misconception": "It is the mean"}
    >>> again = {"task": "04.slopes", "status": "right", "misconception": ""}
    >>> tally([[once], [once, again], []], known)["04.slopes"]["misconceptions"]
    {'It is the mean': 1}
    """
    asked, counts = set(tasks), {}
    for everything in students:
        last = {record["task"]: record for record in everything}
        for task in asked | last.keys():
            found = counts.setdefault(task, _nothing())
            record = last.get(task)
            found[record["status"] if record else NO_VERDICT] += 1
            if record and record["status"] == "not yet":
                if title := record["misconception"]:
                    found["misconceptions"][title] += 1
                else:
                    found["unexplained"][what_was_off(record)] += 1
    for task in asked - counts.keys():
        counts[task] = _nothing()
    return {task: _sorted(counts[task]) for task in catalogue if task in counts}


def _nothing() -> dict:
    zeros = dict.fromkeys((*STATUSES, NO_VERDICT), 0)
    return zeros | {"misconceptions": Counter(), "unexplained": Counter()}


def _sorted(found: dict) -> dict:
    """The counts of a task with its Counters as dicts, the most frequent first."""
    both = ("misconceptions", "unexplained")
    return found | {key: dict(found[key].most_common()) for key in both}


def what_was_off(record: dict) -> str:
    """The parts that were off, as text.

    >>> what_was_off({"off": ("gW1", "gb1", "gW2")}), what_was_off({"off": tuple("abcdef")})
    ('gW1, gb1 and gW2', 'a, b, c and 3 more')
    """
    off = list(record.get("off", ()))
    if len(off) > FEW:
        off[FEW - 1 :] = [f"{len(off) - FEW + 1} more"]
    *front, last = off or [""]
    return f"{', '.join(front)} and {last}" if front else last
