"""Exercises that answer back: `check` what you wrote, ask for a `hint`.

    from nncourse.exercises import check, hint, solution

    check("04.delta_hidden", delta_hidden)     right, not yet or not attempted, in sentences
    hint(1)                                    a nudge for the task last checked; hint(3) says more
    solution()                                 in the teacher's copy: the lines that solve it
    sharing(False)                             leave no verdicts to be counted in class

None of them ever raises, and whatever a checked function does, the notebook lives.

For authors, what is where: `wire` makes of any value what is safe to look at, and carries it from
the copy of the kernel in which `guard` calls an answer; `own` notices when nnlib does the work;
`looking` compares; `slips` names what goes wrong in any task; `task` and `judged` ask; `verdict`
answers, and `shared` leaves what can be counted.

A new exercise NN is three files. Its notebook is `notebooks/exercises/source/NN_*`, solved;
`tools/exercises.py` says what its cells look like and makes the copies. Its tasks are
`tasks/tasks_NN.py`: a list TASKS of `Task` (a function to write), `Choice` (a prediction) and
`Numbers` (numbers to choose), each with hints and the mistakes that people make. And right and
wrong answers to all of them are `tests/exercises/answers_NN.py`.

Students install this package, so no solution may stand in it. What a case expects comes from the
library or, better, is measured: the gradient is what nudging says. A wrong answer may stand here,
with the question that leads out of it; if it is one of `bugs.SPECIMENS`, the words come from there.
Every mistake that a verdict can name is in the `misconceptions` of its task, for `catalogue`. An
answer may call what a case hands over and `own.HELPERS`, of nnlib nothing else: where a task is
about one of these, or allows more, its `may_use` says so.
Choose values in which no mistake can hide: no bias of 0, weights of size 1 to 2, several samples
and then one, an odd number of them, off-centre data, and no two sizes equal.
"""

import json
import os
import re
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

import numpy as np

from nncourse.exercises import tasks
from nncourse.exercises.looking import kind
from nncourse.exercises.saying import listed
from nncourse.exercises.shared import leave, sharing
from nncourse.exercises.task import Choice, Numbers, Task
from nncourse.exercises.verdict import Note, Verdict
from nncourse.exercises.wire import plain, single

__all__ = ["check", "hint", "solution", "sharing", "catalogue", "Verdict"]

TEACHER = "NNLIB_TEACHER"  # a variable that names the folder of the teacher's copies
_last = ""  # the name of the task last checked


def check(name: str, answer) -> Verdict:
    """The verdict on an answer to the task called `name`: "04.delta_hidden", for one.

    The answer is the learner's function, or for a prediction the answer chosen. Never raises.

    >>> check("01.tanh_slope", lambda a: 1 + a**2).status
    'not yet'
    """
    global _last
    task, words = _find(name)
    if task is None:
        return Verdict.of("not attempted", _shown(name), [words])
    _last = task.name
    verdict = _judged(task, answer)
    told = leave(verdict)
    return replace(verdict, sentences=(*verdict.sentences, told)) if told else verdict


def _judged(task, answer) -> Verdict:
    """What the task says of the answer; of plain data it sees what is plain of it, and no more."""
    try:
        with np.errstate(all="ignore"):
            given = callable(answer) or answer is ...
            return task.judge(answer if given else plain(answer))
    except Exception as error:
        words = f"The check itself failed on this answer, with a {type(error).__name__}."
        words = [words, "That is a fault of the exercise and not of yours: please report it."]
        return Verdict.of("not yet", task.name, words)


def hint(n: int = 1, name: str = "") -> Note:
    """The nth hint to the task last checked, or to the one named; the last one says nearly all.

    hint("04.slopes") is the first hint to that task.

    >>> print(hint(1, "01.tanh_slope"))
    → Hint 1 of 3: 01.tanh_slope
    What is given is a, what came out of the bend. Which of the two spellings is written in a?
    """
    n, name = plain(n), plain(name)
    if isinstance(n, str) and re.search(r"\.\s*[a-z_]", n):
        n, name = 1, n.strip()
    task, words = _find(_last if isinstance(name, str) and not name else name)
    if task is None:
        return Note("Hint", (words,))
    count = len(task.hints)
    n = min(max(_whole(n), 1), count)
    return Note(f"Hint {n} of {count}: {task.name}", (task.hints[n - 1],))


def solution(name: str = "") -> Note:
    """The lines that solve the task last checked, or the one named, read from the teacher's copy.

    That is the notebook of the same number in this folder, or in the folder that the environment
    variable NNLIB_TEACHER names. In a student's copy there is none, and a sentence says so.

    >>> print(solution("01.tanh_slope"))
    → Solution: 01.tanh_slope
    It stands in the teacher's copy, and this is not one. hint(3, "01.tanh_slope") says nearly all.
    """
    name = plain(name)
    task, words = _find(_last if isinstance(name, str) and not name else name)
    if task is None:
        return Note("Solution", (words,))
    for folder in filter(None, [os.environ.get(TEACHER), "."]):
        for path in sorted(Path(folder).glob(f"{task.name[:2]}_*.ipynb")):
            if path.is_file() and (lines := _solved(path, task.name)):
                return Note(f"Solution: {task.name}", (), (("", lines),))
    ask = f'hint({len(task.hints)}, "{task.name}") says nearly all.'
    words = f"It stands in the teacher's copy, and this is not one. {ask}"
    return Note(f"Solution: {task.name}", (words,))


def tasks_of(number: str) -> dict[str, Task | Choice | Numbers]:
    """The tasks of the exercise with this number, by name."""
    return {task.name: task for task in import_module(f"{tasks.__name__}.tasks_{number}").TASKS}


def catalogue() -> dict[str, dict]:
    """All tasks, by name: what is asked, of which kind, and each mistake a verdict can name.

    `kind` is "function", "prediction", "numbers" or "names"; `misconceptions` holds the question
    that leads out of each, by title.

    >>> told = catalogue()["01.tanh_slope"]
    >>> told["kind"], told["asked"]
    ('function', 'the slope of tanh, written in a')
    >>> told["misconceptions"]["The square is forgotten"]
    'At a = −1 tanh is flat. What does your formula say there?'
    """
    modules = sorted(module.name for module in iter_modules(tasks.__path__))
    numbers = [name.removeprefix("tasks_") for name in modules if name.startswith("tasks_")]
    return {
        task.name: {
            "asked": task.asked,
            "kind": task.kind,
            "misconceptions": {known.title: known.question for known in task.known_mistakes()},
        }
        for number in numbers
        for task in tasks_of(number).values()
    }


def grade_id(name: str) -> str:
    """What nbgrader calls the cell with the answer to a task; it allows no dots.

    >>> grade_id("04.delta_hidden")
    '04-delta_hidden'
    """
    return name.replace(".", "-")


def _find(name) -> tuple[Task | Choice | Numbers | None, str]:
    """The task, or None and what to say instead."""
    name = plain(name)
    if isinstance(name, str) and not name:
        return None, 'Of which task? Check one first, or name it: hint(1, "04.delta_hidden").'
    number = name[:2] if isinstance(name, str) else ""
    module = f"{tasks.__name__}.tasks_{number}"
    if not re.fullmatch("[0-9][0-9]", number) or find_spec(module) is None:
        return None, f"There is no exercise {_shown(name)}: a name is like '04.delta_hidden'."
    known = tasks_of(number)
    if name not in known:
        return None, f"There is no task {_shown(name)}: exercise {number} has {listed(known)}."
    return known[name], ""


def _shown(name) -> str:
    """What was given as a name, in a few letters."""
    name = plain(name)
    return repr(name[:40]) if isinstance(name, str) else kind(name)


def _whole(n) -> int:
    """The number of a hint, also from 2.0 or "2"; 1 for anything else."""
    try:
        return int(float(single(n)))
    except (TypeError, ValueError, OverflowError):
        return 1


def _solved(path: Path, name: str) -> str:
    """The lines between the marks of a solution, or the whole cell where the marks are gone."""
    try:
        notebook = json.loads(path.read_text("utf-8"))
        whose = notebook["metadata"]["nnlib"]["copy"]
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id(name):
                text = "".join(cell["source"])
                # What nbgrader releases still says that it is the source: its marks are gone.
                if whose == "teacher" or (whose == "source" and "### BEGIN SOLUTION" in text):
                    return re.sub(r"^\s*### (BEGIN|END) SOLUTION\n?", "", text, flags=re.MULTILINE)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass  # whatever this is, it is no teacher's copy
    return ""
