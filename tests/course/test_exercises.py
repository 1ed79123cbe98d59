"""The machinery of the exercises: guarded calls, verdicts, and copies that follow their source.

Whether each check takes what is right and refuses what is wrong is in test_exercise_checks.py.
"""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from nncourse import exercises
from nncourse.exercises import (
    catalogue,
    check,
    guard,
    hint,
    kinds,
    shared,
    sharing,
    solution,
    tasks_of,
)
from nncourse.exercises.answers import untouched
from nncourse.exercises.cases import Case
from nncourse.exercises.kinds import Task
from nncourse.exercises.verdict import MIME, Note, Verdict
from nncourse.exercises.wire import LARGEST, Stranger

ROOT = Path(__file__).resolve().parents[2]


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


copies = loaded(ROOT / "tools" / "exercises.py")
SOURCES = sorted(copies.SOURCE.glob("[0-9]*.ipynb"))
each_source = pytest.mark.parametrize("path", SOURCES, ids=[path.stem for path in SOURCES])


# Guarded calls


forked = pytest.mark.skipif(not guard.FORKS, reason="nothing can be forked here")
WAYS = [pytest.param(guard._in_a_fork, id="fork", marks=forked)]
WAYS += [pytest.param(guard._in_a_thread, id="thread")]
both_ways = pytest.mark.parametrize("way", WAYS)
SHORT = 0.3


def call(way, f, *arguments, seconds=SHORT):
    (outcome,) = way(guard.Job(f, [arguments]), seconds)
    return outcome


@both_ways
def test_an_answer_comes_back_as_it_is(way):
    answer = call(
        way, lambda x: (x + 1, [2.5, "two", None, True], {"a": np.float32(3)}), np.ones(2)
    )
    assert answer.ended == "returned" and answer.changed == () and answer.printed == ""
    (array, plain, named) = answer.answer
    assert array.tolist() == [2, 2] and plain == [2.5, "two", None, True] and named["a"] == 3


@both_ways
def test_a_closure_of_the_notebook_can_be_called(way):
    weights = np.array([3.0, 4.0])

    def length():
        return np.sqrt(weights @ weights)

    assert call(way, length).answer == 5


@both_ways
def test_what_is_no_number_comes_back_as_its_name(way):
    class Mine:
        pass

    answer = call(way, lambda: [Mine(), np.array([1j]), np.zeros(LARGEST + 1), np.mean]).answer
    assert [type(piece) for piece in answer] == [Stranger] * 4
    assert answer[0].kind == "a Mine" and answer[3].callable


@both_ways
@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), KeyboardInterrupt()])
def test_whatever_it_raises_is_told_with_its_line(way, error):
    def f():
        raise error  # here

    outcome = call(way, f)
    assert outcome.ended == "raised"
    assert outcome.error.startswith(type(error).__name__)
    assert "`raise error  # here`" in outcome.error


@both_ways
def test_what_it_prints_is_caught(way, capsys):
    def f():
        print("to one")
        print("to the other", file=sys.stderr)
        return 1

    assert call(way, f).printed == "to one\nto the other\n"
    print("after")
    assert capsys.readouterr() == ("after\n", "")


@both_ways
def test_a_changed_input_is_noticed_and_ours_stays_as_it_was(way):
    ours = np.ones(3)

    def f(x, y, z):
        y += 1
        z[0].append(2)
        return x

    outcome = call(way, f, ours, ours.copy(), ([1],))
    assert outcome.changed == (1, 2)
    assert ours.tolist() == [1, 1, 1]


def endless():
    while True:
        pass


def endless_with_a_bare_except():
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722
            pass


def asleep():
    while True:
        try:
            time.sleep(100)
        except:  # noqa: E722
            pass


@both_ways
@pytest.mark.parametrize("f", [endless, endless_with_a_bare_except])
def test_an_endless_loop_is_ended(way, f):
    start = time.monotonic()
    assert call(way, f).ended == "timeout"
    assert time.monotonic() - start < 10 * SHORT
    assert call(way, lambda: 7, seconds=2).answer == 7


@both_ways
def test_what_returned_before_the_endless_loop_is_kept(way):
    outcomes = way(guard.Job(lambda x: x or endless(), [(3,), (0,), (4,)]), SHORT)
    assert [outcome.ended for outcome in outcomes] == ["returned", "timeout"]
    assert outcomes[0].answer == 3


@both_ways
def test_calls_after_one_that_raised_are_made(way):
    outcomes = way(guard.Job(lambda x: 1 / x, [(0,), (2,)]), 2)
    assert [outcome.ended for outcome in outcomes] == ["raised", "returned"]


@forked
def test_one_that_sleeps_is_ended():
    assert call(guard._in_a_fork, asleep).ended == "waited"


@forked
@pytest.mark.parametrize(
    "f",
    [
        lambda: os._exit(0),
        lambda: os.kill(os.getpid(), 9),
        lambda: os.closerange(3, 64) or endless(),
    ],
    ids=["os._exit", "kill", "closes the pipe"],
)
def test_one_that_ends_its_process_ends_only_its_copy(f):
    assert call(guard._in_a_fork, f).ended == "died"


@forked
def test_what_it_does_to_the_process_is_gone():
    def f():
        os.environ["NNLIB_TRACE"] = "1"
        np.random.default_rng = None
        os.chdir("/")
        return 1

    here = os.getcwd()
    assert call(guard._in_a_fork, f).answer == 1
    assert "NNLIB_TRACE" not in os.environ and np.random.default_rng and os.getcwd() == here


@forked
def test_what_it_starts_is_ended_with_it():
    def f():
        return os.fork() or time.sleep(60)

    outcome = call(guard._in_a_fork, f, seconds=2)
    time.sleep(0.2)
    with pytest.raises(ProcessLookupError):
        for _ in range(50):  # until its new parent has waited for it
            os.kill(outcome.answer, 0)
            time.sleep(0.1)


@forked
def test_it_cannot_wait_for_somebody_to_type():
    assert "EOFError" in call(guard._in_a_fork, lambda: input("?")).error


@forked
def test_no_process_and_no_pipe_is_left():
    def pipes():
        return sum(os.path.exists(f"/dev/fd/{n}") for n in range(256))

    before = pipes()
    for f in [lambda: 1, lambda: os._exit(1), lambda: 1 / 0]:
        for _ in range(10):
            call(guard._in_a_fork, f, seconds=2)
    assert pipes() <= before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_without_fork_a_thread_makes_the_calls(monkeypatch):
    monkeypatch.setattr(guard, "FORKS", False)
    assert check("01.tanh_slope", lambda a: 1 - a**2).right


@forked
def test_where_no_process_is_to_be_had_a_thread_makes_the_calls(monkeypatch):
    def no_more():
        raise BlockingIOError("resource temporarily unavailable")

    before = os.listdir("/dev/fd")
    monkeypatch.setattr(os, "fork", no_more)
    assert check("01.tanh_slope", lambda a: 1 - a**2).right
    assert check("01.tanh_slope", lambda a: 1 + a**2).status == "not yet"
    assert os.listdir("/dev/fd") == before


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_outcome_that_never_came_is_no_right_answer(monkeypatch):
    monkeypatch.setattr(guard, "_call", lambda *job: sys.exit())
    outcomes = guard._in_a_thread(guard.Job(abs, [(1,), (2,)]), SHORT)
    assert [outcome.ended for outcome in outcomes] == ["died"]


# Verdicts


def double(**more):
    """A task of twice its input, for two arrays."""
    cases = [
        Case(what, {"x": x}, 2 * x) for what, x in [("one", np.ones(1)), ("two", np.arange(2))]
    ]
    return Task("00.double", "twice x", lambda: cases, ("Once more.", "Add it to itself."), **more)


def in_place(x):
    x *= 2
    return x


def loud(x):
    print("x is", x)
    return 2 * x


SENTENCES = [
    (lambda x: 1 / 0, "raised ZeroDivisionError: division by zero"),
    (lambda: 1, "raised TypeError"),
    (lambda x: sys.exit(), "raised SystemExit"),
    (lambda x: os._exit(1) if guard.FORKS else sys.exit(), "process|SystemExit"),
    (lambda x: endless(), "loop that never ends"),
    (lambda x: [print(), None][1], "gives None. .* `return`"),
    (lambda x: "two", "is a text, and should be an array of shape"),
    (lambda x: {"x": x}, "is a dict, and should be an array"),
    (lambda x: ["2.0"], "is a list, and should be an array"),
    (lambda x: [[1], [1, 2]], "is a list, and should be an array"),
    (lambda x: 2j * x, "is an array of complex128"),
    (lambda x: 2.0, r"has the shape \(\), and should have \(1,\)"),
    (lambda x: (2 * x)[None], r"has the shape \(1, 1\), and should have \(1,\)"),
    (lambda x: np.nan * x, "holds nan"),
    (in_place, "changed what it was given, x"),
    (lambda x: 0 * x, "Every number of it is 0"),
    (lambda x: -2 * x, "the wrong sign"),
    (lambda x: 7 * x, "Every number is 3.5 times what it should be"),
    (lambda x: x + 1, "Right in 1 of 2 cases, and not in that of two"),
    (7, "wants the function"),
    ([1, 2], "wants the function"),
]


@pytest.mark.parametrize("answer, words", SENTENCES, ids=[words for _, words in SENTENCES])
def test_each_kind_of_answer_gets_a_sentence(answer, words):
    verdict = double(seconds=SHORT).judge(answer)
    assert verdict.status == "not yet"
    assert re.search(words, str(verdict)), verdict


def test_what_was_printed_is_shown_and_does_not_make_it_wrong():
    verdict = double().judge(loud)
    assert verdict.right
    assert dict(verdict.numbers)["it printed"] == "x is [1.]"


def test_a_verdict_shows_the_inputs_the_answer_and_what_it_should_be():
    verdict = double().judge(lambda x: x**3 + x)
    numbers = dict(verdict.numbers)
    assert verdict.status == "right" or numbers  # x³ + x is 2x for 0 and 1
    verdict = double().judge(lambda x: x**3 + x + 1)
    assert list(dict(verdict.numbers)) == ["x", "your answer", "it should be"]
    assert dict(verdict.numbers)["it should be"] == "[2.]"


def test_the_same_answer_to_everything_is_asked_about():
    cases = [Case(str(k), {"x": k}, float(k)) for k in (1, 2, 3)]
    task = Task("00.same", "x", lambda: cases, ())
    assert "Does it use its arguments?" in str(task.judge(lambda x: 5.0))


def test_parts_of_an_answer_are_named():
    case = Case("one", {"x": np.ones(2)}, (np.ones(2), np.zeros(2), np.ones((1, 2))))
    task = Task("00.parts", "three", lambda: [case], (), parts=("gW", "gb", "gx"))
    verdict = task.judge(lambda x: (x, x, 3 * x[None]))
    assert verdict.off == ("gb", "gx")
    assert "gW is right, gb and gx are wrong." in verdict.sentences
    assert "gx has the shape (2,)" in str(task.judge(lambda x: (x, 0 * x, x)))
    assert "should give gW, gb and gx, in this order, and gives 2 things" in str(
        task.judge(lambda x: (x, x))
    )


def test_a_fresh_function_is_not_attempted():
    def with_a_docstring(x):
        """What it is to do."""
        pass  # your lines here

    def ellipsis(x): ...

    k = 3
    for f in (with_a_docstring, ellipsis, lambda x: None, None, ...):
        assert double().judge(f).status == "not attempted"
    for f in (abs, np.tanh, lambda x: x, lambda x: k, lambda: 0, lambda: "x", print):
        assert not untouched(f)


@pytest.mark.parametrize(
    "name", ["04.nothing", "99.tanh", "nonsense", "", None, 7, ["04"], "../04"]
)
def test_a_wrong_name_gets_a_sentence(name):
    for note in (check(name, 1), hint(1, name), solution(name)):
        assert isinstance(note, Note)
        assert note.sentences


def test_a_verdict_is_text_and_a_status_for_those_who_do_not_see_it():
    verdict = double().judge(lambda x: x + 1)
    html = verdict._repr_html_()
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))
    assert 'role="status"' in html
    assert "Not yet: 00.double" in text
    assert "Not yet: 00.double" in str(verdict)
    assert '<span aria-hidden="true">✗ </span>' in html
    assert html.count('<th scope="row"') == len(verdict.numbers) > 0

    class Balanced(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attrs):
            self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    parser = Balanced()
    parser.feed(html)
    assert not parser.open


def test_no_letter_of_an_answer_becomes_html():
    verdict = double().judge(lambda x: [][print("<script>alert(1)</script>") or "<b>`"])
    assert "<script>" not in verdict._repr_html_() and "<b>" not in verdict._repr_html_()


def contrast(colour, ground):
    def light(hexed):
        parts = [int(hexed[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    bright, dark = sorted((light(colour), light(ground)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("status", ["right", "not yet", "not attempted"])
@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])
def test_the_edge_of_a_verdict_is_seen_in_both_themes(status, ground):
    verdict = Verdict.of(status, "00.x", [])
    assert contrast(verdict.sign[1], ground) >= 3
    colours = re.findall(r"[^-]color:([^;\"]+)", verdict._repr_html_())
    assert set(colours) == {"inherit"}, "letters have the colour of the theme"


def test_hints_begin_with_the_first_and_end_with_the_last():
    check("01.tanh_slope", None)
    count = len(tasks_of("01")["01.tanh_slope"].hints)
    assert [hint(n).heading for n in (1, count, count + 5, 0, "x")] == [
        f"Hint {n} of {count}: 01.tanh_slope" for n in (1, count, count, 1, 1)
    ]
    assert hint(1).sentences != hint(2).sentences
    assert hint(1, "04.slopes").heading.endswith("04.slopes")


def test_a_verdict_is_a_record_too():
    verdict = check("01.tanh_slope", lambda a: 1 - a)
    assert verdict.record() == {
        "task": "01.tanh_slope",
        "status": "not yet",
        "misconception": "The square is forgotten",
        "question": "At a = −1 tanh is flat. What does your formula say there?",
        "off": [],
    }
    shown = verdict._repr_mimebundle_()
    assert shown["text/plain"] == str(verdict) and shown["text/html"] == verdict._repr_html_()
    assert json.loads(json.dumps(shown[MIME])) == verdict.record()
    right = check("01.tanh_slope", lambda a: 1 - a**2)
    assert right.record()["misconception"] == right.record()["question"] == ""


def test_the_catalogue_has_every_task_and_what_its_verdicts_can_name():
    told = catalogue()
    assert list(told) == [name for path in SOURCES for name in tasks_of(path.name[:2])]
    for task in told.values():
        assert set(task) == {"asked", "kind", "misconceptions"} and task["asked"]
        assert task["kind"] in {"function", "prediction", "numbers", "names"}
        assert all(question.endswith((".", "?")) for question in task["misconceptions"].values())
    assert told["05.is_right"]["kind"] == "function" and told["08.first_three"]["kind"] == "names"
    assert "All weights start at zero" in told["06.start"]["misconceptions"]
    json.dumps(told)


# Verdicts that are counted


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """The file to which verdicts are added, in a new session."""
    path = tmp_path / "verdicts.jsonl"
    monkeypatch.setenv("NNLIB_VERDICTS", str(path))
    monkeypatch.setattr(shared, "_told", False)
    return path


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_each_check_leaves_a_line_and_the_first_one_says_so(counted):
    before = time.time()
    first = check("01.tanh_slope", lambda a: 1 - a)
    second = check("01.tanh_slope", lambda a: 1 - a**2)
    check("01.nothing", 1)
    assert shared.TOLD in first.sentences and shared.TOLD not in second.sentences
    one, two = lines(counted)
    assert before - 1 < one.pop("time") <= two.pop("time") <= time.time() + 1
    wrong = {"task": "01.tanh_slope", "status": "not yet"}
    assert one == wrong | {"misconception": "The square is forgotten"}
    assert two == {"task": "01.tanh_slope", "status": "right", "misconception": ""}
    assert counted.stat().st_mode & 0o077 == 0


def test_sharing_is_turned_off_for_good_and_on_again(counted):
    assert sharing() is True
    assert sharing(False) is False
    assert shared.TOLD not in check("01.tanh_slope", lambda a: a).sentences
    code = "from nncourse.exercises import sharing; print(sharing())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "False\n", "another session knows it"
    assert not counted.exists()
    assert sharing(True) is True
    check("01.tanh_slope", lambda a: a)
    assert len(lines(counted)) == 1


def test_without_a_file_nothing_is_counted(monkeypatch):
    monkeypatch.delenv("NNLIB_VERDICTS", raising=False)
    assert sharing() is sharing(True) is sharing(False) is False


def test_the_file_keeps_its_newest_lines_and_never_grows_above_a_megabyte(counted):
    old = json.dumps({"task": "00.old", "status": "right", "misconception": "", "time": 0}) + "\n"
    counted.write_text(old * (shared.MOST // len(old)))
    check("01.tanh_slope", lambda a: 1 - a)
    assert shared.MOST / 2 - 1000 < counted.stat().st_size < shared.MOST / 2 + 1000
    kept = lines(counted)
    assert kept[-1]["task"] == "01.tanh_slope" and {line["task"] for line in kept[:-1]} == {
        "00.old"
    }
    assert [path.name for path in counted.parent.iterdir()] == [counted.name]


@pytest.mark.parametrize("place", ["missing/folder", "a folder", "a pipe", "a\0null"])
def test_where_nothing_can_be_left_the_check_does_not_suffer(tmp_path, monkeypatch, place):
    (tmp_path / "a folder").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "a pipe")
    monkeypatch.setattr(os, "environ", {**os.environ, "NNLIB_VERDICTS": str(tmp_path / place)})
    verdict = check("01.tanh_slope", lambda a: 1 - a**2)
    assert verdict.right and shared.TOLD not in verdict.sentences
    assert sharing(False) in (False, True)


def test_the_tables_for_authors_name_every_file_and_every_kind_of_task():
    folder = ROOT / "nncourse" / "exercises"
    files = {path.name for path in folder.glob("*.py")} - {"__init__.py"}
    folders = {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}
    assert files | folders <= set(exercises.__doc__.split())
    in_use = {type(task) for path in SOURCES for task in tasks_of(path.name[:2]).values()}
    table = re.findall(r"^    ([A-Z]\w+)  ", exercises.__doc__, re.MULTILINE)
    assert set(table) == {kind.__name__ for kind in in_use}
    assert {kinds.Asked, kinds.Suspect, kinds.Hiding} | in_use == {
        getattr(kinds, name) for name in kinds.__all__
    }
    assert all(kind.__doc__ and not kind.__doc__.startswith(f"{kind.__name__}(") for kind in in_use)


def test_exercises_are_imported_on_demand():
    code = "import sys, nnlib; print([n for n in sys.modules if 'nncourse.ex' in n])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr


# The source and its copies


def notebook(path):
    return nbformat.read(path, as_version=4)


def marked(source):
    """(cell, its nbgrader metadata) for the cells that have any."""
    for cell in source.cells:
        if "nbgrader" in cell.metadata:
            yield cell, cell.metadata["nbgrader"]


def code_of(source):
    return "\n".join(cell.source for cell in source.cells if cell.cell_type == "code")


def test_there_are_sources():
    assert SOURCES


@each_source
def test_the_source_is_what_nbgrader_can_take(path):
    source = notebook(path)
    nbformat.validate(source)
    ids = [grade["grade_id"] for _, grade in marked(source)]
    assert len(ids) == len(set(ids))
    for cell, grade in marked(source):
        assert re.fullmatch(r"[\w-]+", grade["grade_id"])
        assert grade["schema_version"] == 3 and grade["task"] is False
        assert set(grade) >= {"grade", "grade_id", "locked", "solution"}
        assert ("points" in grade) == grade["grade"]
        assert grade["solution"] == ("### BEGIN SOLUTION" in cell.source)
        assert (grade["grade"] and not grade["solution"]) == ("### BEGIN HIDDEN" in cell.source)
        assert grade["locked"] == (not grade["solution"])
    for cell in source.cells:
        marks = re.findall(r"### (BEGIN|END) (SOLUTION|HIDDEN TESTS)", cell.source)
        assert [mark[0] for mark in marks] == ["BEGIN", "END"] * (len(marks) // 2)
        assert not cell.get("outputs") and not cell.get("execution_count")
        assert cell.cell_type == "markdown" or "nbgrader" in cell.metadata or not marks


@each_source
def test_every_task_is_set_checked_and_counted(path):
    source, number = notebook(path), path.name[:2]
    text = code_of(source)
    asked = re.findall(r'check\("([\w.]+)", \w+\)', text)
    assert asked and set(asked) == set(tasks_of(number)), "each task of tasks_NN is checked once"
    assert len(asked) == len(set(asked))
    grades = dict((grade["grade_id"], grade) for _, grade in marked(source))
    for name in asked:
        identity = name.replace(".", "-")
        assert grades[identity]["solution"]
        if not name.endswith(".prediction"):
            assert grades[f"{identity}-check"]["points"] > 0
    assert 3 <= len([name for name in asked if "prediction" not in name]) <= 6
    assert f"{number}.prediction" in asked
    by_hand = [grade for _, grade in marked(source) if grade["grade"] and grade["solution"]]
    assert len(by_hand) == 1, "one open question"


@each_source
def test_the_notebook_is_in_the_frame_of_the_course(path):
    source = notebook(path)
    prose = "\n".join(cell.source for cell in source.cells if cell.cell_type == "markdown")
    assert re.match(r"# (?!\d)\S", source.cells[0].source)
    for words in ("**You will**", "**You need**"):
        assert words in source.cells[0].source
    assert "## What to read next" in source.cells[-1].source
    assert "hint(1)" in prose
    for target in re.findall(r"\]\(([\w./]+\.ipynb)\)", prose):
        known = (copies.HOMES["student"] / target).resolve()
        assert known.exists(), f"a link to {target}"
    for cell in source.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
            visible = re.sub(copies.HIDDEN, "", cell.source, flags=copies.FLAGS)
            assert 1 <= len(visible.splitlines()) <= 16


@each_source
def test_the_committed_copy_is_what_the_source_gives(path):
    home = copies.HOMES["student"] / path.name
    expected = copies.written(copies.copy_for("student", notebook(path)))
    assert home.read_text("utf-8") == expected, "make student"


def test_no_copy_is_left_without_a_source():
    here = {path.name for path in copies.HOMES["student"].glob("*.ipynb")}
    assert here == {path.name for path in SOURCES}


@each_source
def test_no_solution_is_left_in_a_students_copy(path):
    source = notebook(path)
    copy = (copies.HOMES["student"] / path.name).read_text("utf-8")
    whole = re.sub(r"\s+", "", copy)
    for mark in ("SOLUTION", "HIDDEN TESTS", "assert verdict"):
        assert mark not in copy
    visible = code_of(copies.copy_for("student", source))
    solved = copies.solutions(source)
    assert len(solved) == len([grade for _, grade in marked(source) if grade["solution"]])
    for name, lines in solved.items():
        for line in lines.splitlines():
            # A line that the notebook shows elsewhere, like `return Z1, A1, Z2, A2`, is no secret.
            if line.strip() and line.strip() not in visible:
                assert re.sub(r"\s+", "", json.dumps(line.strip())[1:-1]) not in whole, name
    for cell in json.loads(copy)["cells"]:
        assert not cell.get("outputs") and not cell.get("attachments")


def test_no_solution_is_left_in_what_students_install():
    """No formula of a solution, however short, is in nncourse.exercises."""
    paths = [*(ROOT / "nncourse" / "exercises").rglob("*.py")]
    assert any(path.name == "mistakes_04.py" for path in paths)
    texts = [path.read_text("utf-8") for path in paths]
    installed = re.sub(r"\s+", "", "\n".join(texts))
    tried = 0
    for path in SOURCES:
        for name, lines in copies.solutions(notebook(path)).items():
            for line in lines.splitlines():
                worked_out = line.partition("return ")[2] or line.partition(" = ")[2]
                if re.search(r" [-+*/@] |[*][*]", worked_out):
                    tried += 1
                    squeezed = re.sub(r"\s+", "", worked_out)
                    assert squeezed not in installed, f"{name}: {line.strip()}"
    assert tried > 2 * len(SOURCES)


def ran(notebook, folder):
    """The notebook with its outputs, run from top to bottom in a kernel of its own."""
    options = {"kernel_name": "python3", "extra_arguments": ["--log-level=ERROR"], "timeout": 60}
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, resources=resources, **options).execute()
    return notebook


def shown(notebook):
    """The text output of the cells that check a task, by task."""
    said = {}
    for cell in notebook.cells:
        name = re.search(r'check\("([\w.]+)"', cell.source)
        if cell.cell_type == "code" and name:
            texts = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
            said[name[1]] = "".join(texts)
    return said


@each_source
def test_a_fresh_student_notebook_runs_to_the_end(path, tmp_path):
    done = ran(copies.copy_for("student", notebook(path)), tmp_path)
    said = shown(done)
    assert set(said) == set(tasks_of(path.name[:2]))
    for name, text in said.items():
        assert text.startswith(f"○ Not attempted: {name}")
    assert all(o.get("name") != "stderr" for cell in done.cells for o in cell.get("outputs", []))


@each_source
def test_the_teachers_copy_is_all_right_and_gives_its_solutions(path, tmp_path):
    copy = copies.copy_for("teacher", notebook(path))
    assert "### " not in code_of(copy)
    nbformat.write(copy, tmp_path / path.name)
    name = next(iter(tasks_of(path.name[:2])))
    copy.cells.append(nbformat.v4.new_code_cell(f'print(solution("{name}"))'))
    done = ran(copy, tmp_path)
    for task, text in shown(done).items():
        assert text.startswith(f"✓ Right: {task}"), text
    printed = "".join(output.text for output in done.cells[-1].outputs)
    for line in copies.solutions(notebook(path))[name.replace(".", "-")].splitlines():
        assert line.strip() in printed
    # nbgrader gives no points for a cell that writes to stderr.
    assert all(o.get("name") != "stderr" for cell in done.cells for o in cell.get("outputs", []))


def test_the_source_and_a_named_folder_give_solutions_and_a_students_copy_none(
    monkeypatch, tmp_path
):
    monkeypatch.chdir(copies.HOMES["student"])
    assert "teacher's copy" in str(solution("04.delta_hidden"))
    monkeypatch.chdir(copies.SOURCE)
    assert "W2.T" in str(solution("04.delta_hidden"))
    assert "###" not in str(solution("04.delta_hidden"))
    monkeypatch.chdir(tmp_path)
    assert "teacher's copy" in str(solution("04.delta_hidden"))
    (tmp_path / "04_broken.ipynb").write_text("{not a notebook")
    released = copies.copy_for("student", notebook(copies.SOURCE / "04_backprop.ipynb"))
    released.metadata["nnlib"]["copy"] = "source"  # as nbgrader leaves it
    nbformat.write(released, tmp_path / "04_released.ipynb")
    assert "teacher's copy" in str(solution("04.delta_hidden"))
    monkeypatch.setenv("NNLIB_TEACHER", str(copies.SOURCE))
    assert "W2.T" in str(solution("04.delta_hidden"))


def test_a_hidden_test_gives_no_points_for_what_is_not_right():
    (path,) = (path for path in SOURCES if path.name.startswith("04"))
    (cell,) = (c for c, grade in marked(notebook(path)) if grade["grade_id"] == "04-slopes-check")
    names = {"check": check, "display": lambda verdict: None}
    exec(cell.source, names | {"slopes": lambda a, delta: (a.T @ delta, delta.sum(0)[None])})
    for wrong in (lambda a, delta: (a, delta), None):
        with pytest.raises(AssertionError, match="04.slopes"):
            exec(cell.source, names | {"slopes": wrong})


# The tool


@pytest.mark.parametrize("whom", ["student", "teacher"])
def test_copies_can_be_written_to_a_folder(whom, tmp_path):
    assert copies.main([whom, str(tmp_path / "new")]) == 0
    written = sorted((tmp_path / "new").glob("*"))
    assert [path.name for path in written] == [path.name for path in SOURCES]
    assert all(notebook(path).metadata.nnlib == {"copy": whom} for path in written)


def test_a_copy_that_somebody_has_worked_in_is_left_alone(tmp_path, capsys):
    copies.main(["student", str(tmp_path)])
    mine, other = sorted(tmp_path.glob("*"))[:2]
    worked = notebook(mine)
    worked.cells[1].execution_count = 1
    nbformat.write(worked, mine)
    other.write_text(other.read_text("utf-8").replace("your lines here", "gone"), "utf-8")
    before = mine.read_text("utf-8")
    assert copies.main(["student", str(tmp_path)]) == 1
    assert "left as it is" in capsys.readouterr().err
    assert mine.read_text("utf-8") == before
    assert "your lines here" in other.read_text("utf-8")


def test_the_tool_says_how_to_use_it(capsys):
    for arguments in ([], ["pupil"], ["student", "a", "b"]):
        assert copies.main(arguments) == 1
        assert "python tools/exercises.py student" in capsys.readouterr().err
