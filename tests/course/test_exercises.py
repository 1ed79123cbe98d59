"""Verdicts, hints, the catalogue of all tasks, and the verdicts that are counted in class.

Whether each check takes what is right and refuses what is wrong is in test_exercise_checks.py.
"""

import json
import os
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

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

ROOT = Path(__file__).resolve().parents[2]
TASK_FILES = (ROOT / "nncourse" / "exercises" / "tasks").glob("tasks_*.py")
NUMBERS = sorted(path.stem.removeprefix("tasks_") for path in TASK_FILES)
SHORT = 0.3


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


def endless(x):
    while True:
        pass


SENTENCES = [
    (lambda x: 1 / 0, "raised ZeroDivisionError: division by zero"),
    (lambda: 1, "raised TypeError"),
    (lambda x: sys.exit(), "raised SystemExit"),
    (lambda x: os._exit(1) if guard.FORKS else sys.exit(), "process|SystemExit"),
    (endless, "loop that never ends"),
    (lambda x: [print(), None][1], "gives None. .* `return`"),
    (lambda x: "two", "is a text, and should be an array of shape"),
    (lambda x: {"x": x}, "is a dict, and should be an array"),
    (lambda x: ["2.0"], "is a list, and should be an array"),
    (lambda x: [[1], [1, 2]], "is a list, and should be an array"),
    (lambda x: 2j * x, "is an array of complex128"),
    (lambda x: 2.0, r"is a single number, and should be an array of shape \(1,\)"),
    (lambda x: (2 * x)[None], r"has the shape \(1, 1\), and should have \(1,\)"),
    (lambda x: np.nan * x, "holds nan"),
    (in_place, "changed what it was given, x"),
    (lambda x: 0 * x, "Every number of it is 0"),
    (lambda x: -2 * x, "the wrong sign"),
    (lambda x: 7 * x, "Every number is 3.5 times what it should be"),
    (lambda x: x + 1, "Right in 1 of 2 cases, but not in that of two"),
    (7, "takes the function"),
    ([1, 2], "takes the function"),
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
    assert double().judge(lambda x: x**3 + x).right  # it is 2x for 0 and 1
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
    assert "gW is right, but gb and gx are wrong." in verdict.sentences
    assert "gx has the shape (2,)" in str(task.judge(lambda x: (x, 0 * x, x)))
    assert "should give gW, gb and gx, in this order, but it gives 2 values" in str(
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
    assert [hint(n).heading for n in (1, count, count + 5, 0, None)] == [
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
    assert list(told) == [name for number in NUMBERS for name in tasks_of(number)]
    for task in told.values():
        assert set(task) == {"asked", "kind", "misconceptions"} and task["asked"]
        assert task["kind"] in {"function", "prediction", "numbers", "names"}
        assert all(question.endswith((".", "?")) for question in task["misconceptions"].values())
    assert told["07.is_right"]["kind"] == "function" and told["13.first_three"]["kind"] == "names"
    assert "All weights start at zero" in told["05.start"]["misconceptions"]
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
    # Where no mark can be left either, it cannot be turned off.
    assert sharing(False) is (place in ("missing/folder", "a\0null"))


def test_the_tables_for_authors_name_every_file_and_every_kind_of_task():
    folder = ROOT / "nncourse" / "exercises"
    files = {path.name for path in folder.glob("*.py")} - {"__init__.py"}
    folders = {f"{path.parent.name}/" for path in folder.glob("*/__init__.py")}
    assert files | folders <= set(exercises.__doc__.split())
    in_use = {type(task) for number in NUMBERS for task in tasks_of(number).values()}
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
