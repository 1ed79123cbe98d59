"""Every check takes every right answer, refuses every wrong one, and names the mistakes it knows.

The answers of exercise NN are in tests/exercises/answers_NN.py, and the first right answer to each
task is the solution in the source notebook. The task of 00_start_here has no exercise notebook.
"""

import importlib.util
import inspect
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from nncourse.bugs import SPECIMENS
from nncourse.exercises import check, grade_id, guard, tasks_of
from nncourse.exercises.cases import wrong_backwards
from nncourse.exercises.kinds import Asked, Choice, Numbers, Task

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "notebooks" / "exercises" / "source").glob("[0-9]*.ipynb"))
TASK_FILES = (ROOT / "nncourse" / "exercises" / "tasks").glob("tasks_*.py")
NUMBERS = sorted(path.stem.removeprefix("tasks_") for path in TASK_FILES)


def loaded(path):
    """The module in this file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def solved(path):
    """The names that a source notebook defines when its cells with code have run."""
    names = {"display": lambda shown: None}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
            grade = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            names[grade] = names.get(grade.partition("-")[2])
    return names


ANSWERS = {n: loaded(ROOT / "tests" / "exercises" / f"answers_{n}.py") for n in NUMBERS}
TASKS = {name: task for number in NUMBERS for name, task in tasks_of(number).items()}
WRITTEN = [name for name, task in TASKS.items() if not isinstance(task, Choice)]


# Tracing more than doubles the time of a check.
untraced = pytest.mark.no_cover
TRACED = 1  # answer of each kind to each task; the others run through the same lines


def rows(kind):
    """(task, how, answer) of all answers files."""
    for number in NUMBERS:
        for name, answers in getattr(ANSWERS[number], kind, {}).items():
            pairs = answers.items() if isinstance(answers, dict) else enumerate(answers)
            for i, (how, answer) in enumerate(pairs):
                marks = [untraced] if i >= TRACED else []
                yield pytest.param(name, answer, id=f"{name}-{how}", marks=marks)


def mistakes():
    for name, task in TASKS.items():
        for known in getattr(task, "misconceptions", ()):
            yield pytest.param(name, known, id=f"{name}-{known.title}")


@pytest.fixture(scope="module")
def notebooks():
    """What solves the tasks of each exercise, by number; a source notebook is run once."""
    found = {}

    def names(number):
        if number not in found:
            paths = [path for path in SOURCES if path.name.startswith(number)]
            found[number] = solved(*paths) if paths else ANSWERS[number].SOLVED
        return found[number]

    return names


@pytest.mark.parametrize("name", ["03.step", "03.descend", "05.learn", "13.learn"])
def test_the_names_of_parameters_do_not_matter(name, notebooks):
    """Copies handed out earlier call the learning rate `rate`; arguments go by position."""
    (path,) = (path for path in SOURCES if path.name.startswith(name[:2]))
    cells = nbformat.read(path, as_version=4).cells
    (cell,) = (c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id(name))
    names = dict(notebooks(name[:2]))
    exec(re.sub(r"\blearning_rate\b", "rate", cell.source), names)
    assert "rate" in inspect.signature(names[name[3:]]).parameters
    assert check(name, names[name[3:]]).right


@pytest.mark.parametrize("name", TASKS)
def test_the_solution_is_right(name, notebooks):
    answer = notebooks(name[:2])[grade_id(name)]
    verdict = check(name, answer)
    assert verdict.right, verdict
    assert not verdict.misconception


@pytest.mark.parametrize("name, answer", list(rows("RIGHT")))
def test_a_right_answer_written_differently_is_right(name, answer):
    verdict = check(name, answer)
    assert verdict.right, verdict


@pytest.mark.parametrize("name", [n for n, task in TASKS.items() if isinstance(task, Asked)])
def test_where_nothing_can_be_forked_the_verdict_is_the_same(name, notebooks, monkeypatch):
    monkeypatch.setattr(guard, "FORKS", False)
    verdict = check(name, notebooks(name[:2])[grade_id(name)])
    assert verdict.right, verdict
    wrong = next(iter(ANSWERS[name[:2]].WRONG.get(name, {}).values()), None)
    if wrong is not None:
        assert check(name, wrong).status == "not yet"
    for answer in getattr(ANSWERS[name[:2]], "BORROWED", {}).get(name, {}).values():
        assert "nnlib's own" in str(check(name, answer))


@pytest.mark.parametrize("name, answer", list(rows("WRONG")))
def test_a_wrong_answer_is_refused(name, answer):
    verdict = check(name, answer)
    assert verdict.status == "not yet", verdict
    assert verdict.sentences
    named = {verdict.misconception: verdict.question} if verdict.misconception else {}
    known = TASKS[name].known_mistakes()
    assert named.items() <= {(one.title, one.question) for one in known}


@pytest.mark.parametrize("name, answer", list(rows("BORROWED")))
def test_a_right_answer_that_is_the_librarys_is_asked_to_be_her_own(name, answer):
    verdict = check(name, answer)
    assert verdict.status == "not yet" and not verdict.misconception
    assert "nnlib's own" in verdict.sentences[0] and "yourself" in verdict.sentences[1], verdict


@pytest.mark.parametrize("name, known", list(mistakes()))
def test_a_known_mistake_is_refused_and_named(name, known):
    verdict = check(name, known.answer)
    assert verdict.status == "not yet", verdict
    assert verdict.misconception == known.title, verdict
    assert any(known.question in sentence for sentence in verdict.sentences)


@pytest.mark.parametrize("name", [n for n, task in TASKS.items() if isinstance(task, Choice)])
def test_one_option_of_a_prediction_is_right_and_each_has_its_own_word(name):
    says = TASKS[name].says
    verdicts = [check(name, option) for option in says]
    assert [verdict.status for verdict in verdicts].count("right") == 1
    assert {verdict.status for verdict in verdicts} == {"right", "not yet"}
    assert len({verdict.sentences for verdict in verdicts}) == len(says) >= 2
    assert check(name, "something else").status == "not yet"


@pytest.mark.parametrize("name", WRITTEN)
def test_there_are_enough_answers(name):
    answers = ANSWERS[name[:2]]
    assert len(answers.RIGHT[name]) >= 2, "two right answers beside the solution"
    assert len(answers.WRONG[name]) >= 3, "three wrong answers beside the known mistakes"


@untraced
@pytest.mark.parametrize("name", TASKS)
def test_nothing_is_not_attempted(name):
    def fresh(*inputs):
        pass  # your lines here

    for answer in (None, ...) + (fresh,) * isinstance(TASKS[name], Task):
        verdict = check(name, answer)
        assert verdict.status == "not attempted"


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_a_sentence_and_hints(name):
    task = TASKS[name]
    assert len(task.asked) > 20
    assert all(len(hint) > 20 for hint in task.hints)
    if not isinstance(task, Choice):
        assert 2 <= len(task.hints) <= 4
        assert len(set(task.hints)) == len(task.hints)


@pytest.mark.parametrize("name", [n for n, task in TASKS.items() if isinstance(task, Task)])
def test_the_cases_leave_no_place_to_hide(name):
    """Several of them, all finite, none all zeros, and no two of the same inputs."""
    cases = TASKS[name].tried
    assert len(cases) >= 3
    assert len({case.what for case in cases}) == len(cases)
    for case in cases:
        expected = case.expected if isinstance(case.expected, tuple) else (case.expected,)
        assert all(np.isfinite(piece).all() for piece in expected)
        assert max(np.abs(piece).max() for piece in expected) > 1e-3  # 0 steps are steps too


@pytest.mark.parametrize("number", NUMBERS)
def test_answers_belong_to_tasks(number):
    answers = ANSWERS[number]
    assert set(answers.RIGHT) | set(answers.WRONG) <= set(tasks_of(number))


def test_every_specimen_with_wrong_slopes_is_refused_as_a_backward_pass():
    named = {known.title for known in wrong_backwards()}
    assert {"sign", "bias_averaged"} <= {s.name for s in SPECIMENS.values() if s.title in named}
    for specimen in SPECIMENS.values():
        verdict = check("04.backward", specimen.backward)
        assert verdict.status == "not yet", specimen.name
        if specimen.title in named:
            assert verdict.misconception == specimen.title
    own = check("04.backward", SPECIMENS["right"].backward)
    assert "nnlib's own `backward`" in own.sentences[0]


@pytest.mark.parametrize("name", [n for n, task in TASKS.items() if isinstance(task, Numbers)])
def test_numbers_are_refused_as_a_function_or_in_another_shape(name):
    assert check(name, lambda: 1).status == "not yet"
    assert "shape" in check(name, [1.0, 2.0]).sentences[0]
