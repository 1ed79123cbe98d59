"""Exercises that answer back: `check` what you wrote, ask for a `hint`.

    from nncourse.exercises import check, hint, solution

    check("04.delta_hidden", delta_hidden)     right, not yet or not attempted, in sentences
    hint(1)                                    the first hint to the task last checked
    solution()                                 in the teacher's copy: the lines that solve it
    sharing(False)                             your verdicts are no longer counted in class

None of them raises, and a checked function cannot harm the notebook, whatever it does. No
answer deceives a check by accident. One that is written to deceive can, since the cases stand in
this package: it can have them computed where no check looks. But its code shows that.

For authors. An answer goes through these files, in this order:

    kinds/       the kinds of task: Task, Judged, Checker, Choice, Numbers, Names (table below)
    cases.py     Case, what an answer is tried on, and Misconception, a known mistake
    guard.py     calls the learner's function in a copy of the kernel, with a limit of time
    confined.py  takes from that copy what an answer does not need: processes, signals, memory
    held.py      makes the check with numpy and the library as they were when they were imported
    wire.py      turns any value into plain data, which is safe to look at and to send back
    own.py       finds out whether nnlib did the work in place of the learner
    answers.py   compares: is there an answer, of which kind and shape, with which numbers?
    slips.py     mistakes that can be seen in any task: a wrong sign, a factor, a comma
    verdict.py   what the learner reads
    shared.py    leaves verdicts in a file to be counted in class
    mystery.py   the nameless bugs of exercise 13
    tasks/       the tasks themselves

    kind     the answer                        what an author gives beside `asked` and `hints`
    Task     a function                        `cases` with the answers that they expect
    Judged   a function that may be right      `cases`, and `fault`, which says what is wrong
             in many ways                      with an answer
    Checker  a function that says of others    `suspects`, right and wrong ones
             whether they are right
    Choice   one of a few options              `says`, a sentence for each option, and `truth`,
                                               which computes the right one
    Numbers  an array of numbers               its `shape`, and `fault`
    Names    names of mysteries                the `numbers` of the mysteries

Exercise NN is a notebook, `notebooks/exercises/source/NN_*`, solved, of which tools/exercises.py
makes the copies; three modules in `tasks/`, where `tasks_NN` lists the TASKS in the order of the
notebook, `cases_NN` has their cases and `mistakes_NN` the mistakes that people make; and
`tests/exercises/answers_NN.py`, with right and wrong answers to all tasks. What several exercises
need is in tasks/examples.py (networks, samples) and tasks/common.py (mistakes). The task of 00
stands in notebooks/00_start_here itself.

Rules for authors:

- Students install this package, so it contains no solution. What a case expects comes from nnlib
  or, better, is measured, as a gradient is by nudging. Wrong answers may be written here; one that
  is in `bugs.SPECIMENS` takes its title and question from there.
- Every mistake that a verdict can name is in `misconceptions` of its task, for `catalogue`.
- Of nnlib an answer may call what a case hands over and `own.HELPERS`. A task that is about one of
  these, or that allows more, says so in its `may_use`.
- Choose values that no mistake can hide behind: no bias of 0, weights of size 1 to 2, several
  samples and then one, an odd number of them, inputs off centre, and no two sizes equal.
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
from nncourse.exercises.answers import kind
from nncourse.exercises.held import as_imported, hold
from nncourse.exercises.kinds import Asked
from nncourse.exercises.shared import leave, sharing
from nncourse.exercises.verdict import Note, Verdict
from nncourse.exercises.wire import plain, single
from nncourse.words import listed

__all__ = ["check", "hint", "solution", "sharing", "catalogue", "Verdict"]

TEACHER = "NNLIB_TEACHER"  # the environment variable that names the folder of teacher's copies
_last = ""  # the name of the task last checked


def check(name: str, answer) -> Verdict:
    """The verdict on an answer to the task called `name`: "04.delta_hidden", for one.

    The answer is the learner's function, or for a prediction the answer chosen. Never raises.

    >>> check("01.tanh_slope", lambda a: 1 + a**2).status
    'not yet'
    """
    global _last
    with as_imported():
        task, words = _find(name)
        if task is None:
            return Verdict.of("not attempted", _shown(name), [words])
        _last = task.name
        verdict = _judged(task, answer)
        told = leave(verdict)
        sentences = (*verdict.sentences, told) if told else verdict.sentences
        hints = () if verdict.right else task.hints
        return replace(verdict, sentences=sentences, hints=hints)


def _judged(task, answer) -> Verdict:
    """The task's verdict; an answer that is no function is turned into plain data first."""
    try:
        with np.errstate(all="ignore"):
            given = callable(answer) or answer is ...
            return task.judge(answer if given else plain(answer))
    except Exception as error:
        words = f"The check itself failed on this answer, with a {type(error).__name__}."
        words = [words, "That is a fault in the exercise, not in your answer: please report it."]
        return Verdict.of("not yet", task.name, words)


def hint(n: object = 1, name: object = "") -> Note:
    """The nth hint to the task last checked, or to the one named; the last hint nearly solves it.

    `hint("04.slopes")` is the first hint to that task, and `hint("04.slopes", 2)` the second.

    >>> print(hint(1, "01.tanh_slope"))
    → Hint 1 of 3: 01.tanh_slope
    You are given a, which came out of tanh. Which of the two formulas is written in a?
    """
    n, name = plain(n), plain(name)
    if isinstance(n, str) and _whole(n) is None:  # a text that is no number is a name
        n, name = (1 if name in ("", None) else name), n.strip()
    task, words = _find(_last if isinstance(name, str) and not name else name)
    if task is None:
        return Note("Hint", (words,))
    count, number = len(task.hints), _whole(n)
    if number is None:
        given = f"{n:g}" if isinstance(n, int | float) else kind(n)
        words = f"Hints have the numbers 1 to {count}, and this is {given}: write hint(1),"
        return Note(f"Hints: {task.name}", (f'{words} or hint("{task.name}").',))
    number = min(max(number, 1), count)
    return Note(f"Hint {number} of {count}: {task.name}", (task.hints[number - 1],))


def solution(name: str = "") -> Note:
    """The lines that solve the task last checked, or the one named, read from the teacher's copy.

    The teacher's copy is looked for in the folder that the environment variable NNLIB_TEACHER
    names, and in this folder. A student's copy has no solutions, and the note says so.

    >>> print(solution("01.tanh_slope"))
    → Solution: 01.tanh_slope
    It is in the teacher's copy, and this is not one. hint(3, "01.tanh_slope") says nearly all.
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
    words = f"It is in the teacher's copy, and this is not one. {ask}"
    return Note(f"Solution: {task.name}", (words,))


def tasks_of(number: str) -> dict[str, Asked]:
    """The tasks of the exercise with this number, by name."""
    return {task.name: task for task in import_module(f"{tasks.__name__}.tasks_{number}").TASKS}


def catalogue() -> dict[str, dict]:
    """All tasks, by name: what is asked, of which kind, and each mistake a verdict can name.

    `kind` is "function", "prediction", "numbers" or "names". `misconceptions` maps the title of a
    mistake to the question that leads out of it.

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
    """nbgrader's name for the cell with the answer to a task; it allows no dots.

    >>> grade_id("04.delta_hidden")
    '04-delta_hidden'
    """
    return name.replace(".", "-")


def _find(name) -> tuple[Asked | None, str]:
    """The task and ""; or None and a sentence that says what is wrong with the name."""
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
    """What was given as a name, shortened."""
    name = plain(name)
    return repr(name[:40]) if isinstance(name, str) else kind(name)


def _whole(n) -> int | None:
    """The number of a hint, which may be 2.0 or "2", and 1 for None; None if it is none."""
    try:
        number = float(1 if n is None else single(n))
        return int(number) if number == int(number) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _solved(path: Path, name: str) -> str:
    """The solution in this notebook without its marks, or "" if it is no teacher's copy."""
    try:
        notebook = json.loads(path.read_text("utf-8"))
        whose = notebook["metadata"]["nnlib"]["copy"]
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id(name):
                text = "".join(cell["source"])
                # What nbgrader releases is still called "source", but has no marks any more.
                if whose == "teacher" or (whose == "source" and "### BEGIN SOLUTION" in text):
                    return re.sub(r"^\s*### (BEGIN|END) SOLUTION\n?", "", text, flags=re.MULTILINE)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass  # not a notebook of this course
    return ""


hold()
