"""The page of misunderstandings: sixty students whose mistakes are known, and hostile ones.

The sixty are those of `make insight-demo`, which grades them by nbgrader. Here their cells are run
without it, and their outputs are put into notebooks as nbgrader would.
"""

import ast
import doctest
import json
import re
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from insight import handed_in, report, sixty
from insight.page import page, text
from insight.tally import records, taken, tally

from nncourse import widgets
from nncourse.bugs import EVERY, SPECIMENS
from nncourse.exercises import catalogue, check
from nncourse.exercises.verdict import MIME

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"

EXERCISES = ROOT / "notebooks" / "exercises"
NAME = "04_backprop"
KNOWN = report.known()
TITLE = SPECIMENS["bias_averaged"].title


# Sixty students whose mistakes are known


def graded(notebook):
    """Run the cells of the notebook and add their outputs; of an error only its type."""
    names = {"display": None}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        outputs = cell["outputs"] = []

        def display(shown, kind="display_data", outputs=outputs):
            if hasattr(shown, "_repr_mimebundle_"):
                bundle = shown._repr_mimebundle_()
                outputs.append({"output_type": kind, "data": bundle, "metadata": {}})

        names["display"], names["print"] = display, lambda *said: None
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        try:
            exec(compile(ast.Module(body, []), "a cell", "exec"), names)
            if last:
                display(eval(compile(ast.Expression(last.value), "a cell", "eval"), names))
        except Exception as error:
            outputs.append({"output_type": "error", "ename": type(error).__name__})
    return notebook


def hand_out(course):
    """Put exercise 04 into the folder of a course, as released."""
    path = course / "release" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes((EXERCISES / f"{NAME}.ipynb").read_bytes())


def put(course, student, notebook):
    path = course / "autograded" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), "utf-8")


def with_hidden_tests(notebook):
    """Add the hidden tests, as nbgrader does: a wrong answer ends in an AssertionError."""
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade") and cell["cell_type"] == "code":
            cell["source"] = "".join(cell["source"]) + "\nassert verdict.right, verdict"
    return notebook


@pytest.fixture(scope="module")
def class_of_sixty(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    hand_out(course)
    works, truth = sixty.class_of_sixty()
    states = dict.fromkeys(works, "graded")
    (killed,) = [name for name in works if "os._exit" in json.dumps(works[name].notebook)]
    states |= {killed: "could not be graded: a cell ended the kernel", "zoe-zorn": "not handed in"}
    for student, work in works.items():
        if student != killed:
            put(course, student, graded(with_hidden_tests(work.notebook)))
    said = report.write(course, NAME, states)
    html = (course / "insight" / f"{NAME}.html").read_text("utf-8")
    found = report.read(course, NAME, states)
    return SimpleNamespace(
        course=course, works=works, truth=truth, states=states, said=said, html=html, found=found
    )


def test_the_report_counts_the_sixty_correctly(class_of_sixty):
    found, truth = class_of_sixty.found, class_of_sixty.truth
    assert sixty.counted(found.tallies, found.carried) == truth


def test_the_sixty_make_every_kind_of_mistake(class_of_sixty):
    counts = {key for numbers in class_of_sixty.truth.values() for key in numbers}
    assert {"right", "not yet", "not attempted", ("unexplained", "")} <= counts
    assert len(class_of_sixty.works) == 60
    assert len([key for key in counts if key[0] == "misconceptions"]) >= 7


class Reader(HTMLParser):
    """The texts of a page with their tags, all tags, and the tags that are not closed."""

    def __init__(self, html):
        super().__init__()
        self.open, self.texts, self.tags = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))


def visible(html):
    """The text of the page, with single spaces."""
    texts = [data for tag, data in Reader(html).texts if tag not in ("style", "script", "title")]
    return " ".join(" ".join(texts).split())


def test_the_numbers_and_questions_are_on_the_page(class_of_sixty):
    read = visible(class_of_sixty.html)
    assert "61 students: 59 graded, 1 could not be graded, 1 not handed in." in read
    for task, numbers in class_of_sixty.truth.items():
        entry = KNOWN[task]
        assert f"{task} {entry['asked']} {numbers['right']} {numbers['not yet']}" in read
        for kind, title in [key for key in numbers if isinstance(key, tuple)]:
            if kind == "misconceptions":
                count = numbers[kind, title]
                ask = f"{count} students {title} Ask: {entry['misconceptions'][title]}"
                assert ask in read


def test_the_text_says_the_same_in_short(class_of_sixty):
    said = " ".join(class_of_sixty.said.split())
    for task, numbers in class_of_sixty.truth.items():
        counts = " ".join(str(numbers[s]) for s in ("right", "not yet", "not attempted"))
        assert f"{task} {counts}" in said
        for key, count in numbers.items():
            if key[0] == "misconceptions":
                assert f"{count} {key[1]}" in said
    assert said.endswith(f"{NAME}.html")


def test_an_example_shows_the_lines_that_make_the_mistake(class_of_sixty):
    """The example is run and has the mistake for which it is shown."""
    forward = ["import numpy as np\nfrom nnlib import softmax"]
    forward += [s for s in class_of_sixty.found.given.sources if s.startswith("def forward")]
    shown = 0
    for (task, title), code in class_of_sixty.found.examples.items():
        if title in KNOWN[task]["misconceptions"]:
            names = {}
            exec("\n".join([*forward, code.replace("…", "hers")]), names)
            if "delta_output(" not in code or "def delta_output" in code:
                assert check(task, names[task.partition(".")[2]]).misconception == title
                shown += 1
    assert shown >= 7


def test_a_mistake_that_comes_from_an_earlier_function_has_no_example(class_of_sixty):
    slip, averaged = (SPECIMENS[n].title for n in ("slope_of_output", "bias_averaged"))
    found = class_of_sixty.found
    assert found.carried == {
        ("04.backward", slip): {"04.delta_hidden": 9},
        ("04.backward", averaged): {"04.slopes": 7},
    }
    assert not found.examples.keys() & found.carried.keys()
    read = visible(class_of_sixty.html)
    assert "They call functions that are not right yet: 04.delta_hidden (9 of 9)." in read


def test_nobody_is_named_on_the_page(class_of_sixty):
    read = visible(class_of_sixty.html).lower()
    words = set(re.findall(r"[^\W_]+", read))
    names = {part for student in class_of_sixty.states for part in student.split("-")}
    assert not words & names
    assert "20261234" not in read and "school.example" not in read
    hers = " ".join("".join(c["source"]) for w in class_of_sixty.works.values()
                    for c in w.notebook["cells"]).lower()  # fmt: skip
    assert all(hint in hers for hint in ("_slope = 1 - np.tanh", "20261234", "school.example"))


def test_three_specimens_are_the_most_frequent_mistakes_and_can_be_projected(class_of_sixty):
    three = class_of_sixty.found.specimens()
    assert [(one["specimen"], one["students"]) for one in three] == [
        ("slope_of_output", 14), ("sign", 9), ("bias_averaged", 7),
    ]  # fmt: skip
    for one in three:
        specimen = SPECIMENS[one["specimen"]]
        assert ("+", next(line for m, line in specimen.difference() if m == "+")) in one["lines"]
        names = {}
        *lines, last = one["recipe"].splitlines()
        exec("\n".join(lines), names)
        shown = eval(last, names)
        assert isinstance(shown, widgets.BugGallery) and shown.lab.name == one["specimen"]
        assert f"{one['title']} Ask: {one['question']}" in visible(class_of_sixty.html)


def test_two_titles_of_one_specimen_count_as_one_mistake(one_student):
    def change(work):
        named = {"04.backward": SPECIMENS["sign"].title, "04.delta_output": sixty.SIGN}
        for task, title in named.items():
            shown = {MIME: record(task=task, misconception=title)}
            work.find(f"{task[3:]}-check")["outputs"] = outputs(shown)

    found, _ = one_student(change)
    assert [(one["specimen"], one["students"]) for one in found.specimens()] == [("sign", 1)]


def test_every_mistake_that_has_a_specimen_is_one_of_an_exercise():
    titles = {title for entry in KNOWN.values() for title in entry["misconceptions"]}
    own = {specimen.title for specimen in EVERY.values()}
    assert set(report.SPECIMEN_OF) - own <= titles
    assert set(report.SPECIMEN_OF.values()) == set(EVERY)


def test_a_mistake_without_a_specimen_is_projected_by_its_example(tmp_path):
    hand_out(tmp_path)
    work = sixty.demo.Copy().write({"slopes": "n = len(a)\n    return a.T @ delta / n, "
                                    "delta.mean(axis=0, keepdims=True)"})  # fmt: skip
    put(tmp_path, "ann", graded(work.notebook))
    (one,) = report.read(tmp_path, NAME, {"ann": "graded"}).specimens()
    assert one["title"] == sixty.TWICE and "specimen" not in one
    assert "delta.mean(axis=0" in one["code"]


def test_open_answers_are_shown_in_a_random_order(class_of_sixty):
    (one,) = class_of_sixty.found.answers()
    assert one["task"] == "04.open" and one["question"].startswith("Suppose all weights")
    blank = [w.find("open")["source"] for w in class_of_sixty.works.values()]
    assert one["missing"] == sum(words == handed_in.STUB for words in blank) > 0
    assert len(one["answers"]) + one["missing"] == 59
    assert "for ever &amp; ever" in class_of_sixty.html
    assert "&lt;b&gt;always&lt;/b&gt;" in class_of_sixty.html
    again, other = (
        report.read(class_of_sixty.course, NAME, class_of_sixty.states, seed=seed).answers()[0]
        for seed in (0, 1)
    )
    assert again == one
    assert other["answers"] != one["answers"]
    assert sorted(other["answers"]) == sorted(one["answers"])


def test_the_page_can_be_used_without_a_network_and_without_seeing_it(class_of_sixty):
    reader = Reader(class_of_sixty.html)
    assert reader.open == []
    tags = [tag for tag, _ in reader.tags]
    assert not {"link", "img", "iframe", "script"} & set(tags)
    addresses = [a[key] for _, a in reader.tags for key in ("href", "src") if key in a]
    assert addresses and all(address.startswith("#") for address in addresses)
    anchors = [a["id"] for _, a in reader.tags if "id" in a]
    assert len(anchors) == len(set(anchors))
    assert {address[1:] for address in addresses} <= set(anchors)
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:]))
    assert all("scope" in a for tag, a in reader.tags if tag == "th")
    assert dict(reader.tags)["html"] == {"lang": "en"}


def test_colours_have_enough_contrast_with_their_background():
    style = (DEPLOY / "insight" / "page.css").read_text("utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    for theme in (light, dark):
        colours = dict(re.findall(r"--([\w-]+): (#\w{6})", theme))
        assert len(colours) >= 8
        for name in set(colours) - {"paper", "box", "line"}:
            for ground in ("paper", "box"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def contrast(one, other):
    """The contrast of two colours as WCAG 2 measures it, from 1 to 21."""

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted([light(one), light(other)])
    return (high + 0.05) / (low + 0.05)


# Hostile records and notebooks


HOSTILE = "</title><script>alert(1)</script>"


def record(**more):
    return {"task": "04.slopes", "status": "not yet", "misconception": "", "off": []} | more


def counted(*students):
    read = [[found for one in student if (found := taken(one, KNOWN))] for student in students]
    return tally(read, KNOWN)


@pytest.mark.parametrize(
    "nothing",
    [
        *(None, 7, "right", [], [record()], {}),
        *(record(task=HOSTILE), record(task=["04.slopes"]), record(task=None), record(task={})),
        *(record(status="best"), record(status=None), record(status=["right"])),
    ],
)
def test_what_is_not_a_record_is_not_counted(nothing):
    assert taken(nothing, KNOWN) is None


@pytest.mark.parametrize(
    "more",
    [
        {"misconception": HOSTILE}, {"misconception": 7}, {"misconception": ["x"]},
        {"misconception": SPECIMENS["raw_pixels"].title},  # of another exercise
        {"question": HOSTILE, "name": HOSTILE}, {"off": HOSTILE}, {"off": [HOSTILE, {}, None]},
        {"off": {"gW": 1}}, {"off": [["gW"]]}, {"time": HOSTILE}, {"time": float("nan")},
    ],
)  # fmt: skip
def test_of_a_record_only_what_the_catalogue_knows_is_taken(more):
    tallies = counted([record(**more)])
    assert tallies["04.slopes"]["misconceptions"] == {}
    assert tallies["04.slopes"]["unexplained"] == {"": 1}
    assert HOSTILE not in page("x", tallies, KNOWN)


def test_known_parts_are_listed_in_the_order_of_the_task():
    parts = counted([record(off=["gb", HOSTILE, "gW"])])["04.slopes"]["unexplained"]
    assert parts == {"gW and gb": 1}


def test_the_last_verdict_of_each_student_counts():
    first, second = record(misconception=TITLE), record(status="right", misconception=TITLE)
    tallies = counted([first, second], [first, second], [second, first])["04.slopes"]
    assert (tallies["right"], tallies["not yet"]) == (2, 1)
    assert tallies["misconceptions"] == {TITLE: 1}


def test_every_misconception_of_every_task_is_counted_by_its_own_title():
    for task, entry in catalogue().items():
        for title, question in entry["misconceptions"].items():
            tallies = counted([record(task=task, misconception=title)])
            assert tallies[task]["misconceptions"] == {title: 1}
            assert question in text("x", tallies, KNOWN)


def test_a_file_of_records_is_read_with_any_lines_between_them():
    lines = [json.dumps(record(time=float(t), misconception=TITLE)) for t in range(5)]
    long = json.dumps(record(more="x" * 9999))
    odd = ["", "[" * 100_000, "[" * 1900, "{", "9" * 1990, '"right"', "\x00", long]
    read = records("\n".join([lines[0], *odd, *lines[1:]]), KNOWN, since=2.0)
    assert [one["time"] for one in read] == [2.0, 3.0, 4.0]
    assert len(records("\n".join([lines[0]] * 50_000), KNOWN)) == 20_000


def test_counts_alone_make_a_page_that_reloads_itself():
    """As on the hub: the catalogue comes from JSON, and there are no examples."""
    entries = json.loads(json.dumps(catalogue()))
    tallies = json.loads(json.dumps(counted([record(misconception=TITLE)], [record()])))
    read = page(f"Now {HOSTILE}", tallies, entries, lead=[f"Counted {HOSTILE}"], refresh=15)
    assert "<script>alert" not in read and "15 * 1000" in read
    question = entries["04.slopes"]["misconceptions"][TITLE]
    assert f"1 student {TITLE} Ask: {question}" in visible(read)
    assert "Nobody has a verdict yet." in page("Now", {}, entries)


def test_counting_and_writing_the_page_need_the_standard_library_only():
    for module in ("tally", "page", "anonymous", "handed_in"):
        tree = ast.parse((DEPLOY / "insight" / f"{module}.py").read_text("utf-8"))
        names = [
            (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert set(names) <= {"insight", *sys.stdlib_module_names}


@pytest.mark.parametrize("name", ["anonymous", "page", "report", "tally"])
def test_the_examples_of_the_docstrings_are_true(name):
    failed, tried = doctest.testmod(sys.modules[f"insight.{name}"])
    assert tried and not failed


def outputs(*bundles, error=False):
    shown = [{"output_type": "display_data", "data": bundle} for bundle in bundles]
    return shown + [{"output_type": "error"}] * error


@pytest.fixture
def one_student(tmp_path):
    """read(change): the report and the page of one student, after `change` of her notebook."""
    hand_out(tmp_path)

    def read(change):
        work = sixty.demo.Copy()
        change(work)
        put(tmp_path, "mallory-max", work.notebook)
        states = {"mallory-max": "graded", "eve": "not handed in"}
        report.write(tmp_path, NAME, states)
        html = (tmp_path / "insight" / f"{NAME}.html").read_text("utf-8")
        return report.read(tmp_path, NAME, states), html

    return read


@pytest.mark.parametrize(
    "bundle, error",
    [
        ({MIME: record(task="04.backward", status="right")}, False),  # of another task
        ({MIME: record(status="right")}, True),  # the test has failed
        ({MIME: HOSTILE}, False), ({MIME: [record()]}, False), (HOSTILE, False), (None, False),
        ({"text/plain": "Right: 04.slopes"}, False), ({}, False),
    ],
)  # fmt: skip
def test_what_a_test_cell_shows_beside_a_record_is_no_verdict(one_student, bundle, error):
    def change(work):
        work.find("slopes-check")["outputs"] = outputs(bundle, error=error)

    found, html = one_student(change)
    assert found.tallies["04.slopes"]["no verdict"] == 1
    assert not any(numbers["right"] for numbers in found.tallies.values())
    assert HOSTILE not in html


def test_a_verdict_shown_elsewhere_counts_only_for_a_task_without_a_test(one_student):
    def change(work):
        shown = {MIME: record(status="right")}, {MIME: record(task="04.prediction", status="right")}
        work.notebook["cells"][1]["outputs"] = outputs(*shown)

    found, _ = one_student(change)
    assert found.tallies["04.slopes"]["no verdict"] == 1
    assert found.tallies["04.prediction"]["right"] == 1


@pytest.mark.parametrize(
    "broken",
    [
        b"", b"no notebook", b"[]", b'{"cells": 7}', b'{"cells": [7, null, []]}', b"[" * 100_000,
        b'{"cells": [{"cell_type": "code", "metadata": 7, "outputs": 7, "source": {}}]}',
        b'{"cells": [{"cell_type": [], "metadata": {"nbgrader": 1}, "outputs": [1, {"data": 1}]}]}',
        b'{"cells": [{"metadata": {"nbgrader": {"grade_id": []}}, "source": [1, "x = 1"]}]}',
        b'{"cells": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_a_broken_notebook_does_not_stop_the_page_of_the_others(tmp_path, broken):
    hand_out(tmp_path)
    put(tmp_path, "ada", graded(sixty.demo.Copy().notebook))
    put(tmp_path, "eve", {})
    (tmp_path / "autograded" / "eve" / NAME / f"{NAME}.ipynb").write_bytes(broken)
    report.write(tmp_path, NAME, {"ada": "graded", "eve": "graded"})
    found = report.read(tmp_path, NAME, {"ada": "graded", "eve": "graded"})
    assert found.tallies["04.slopes"]["not attempted"] == 1
    assert found.tallies["04.slopes"]["no verdict"] == 1


def test_a_notebook_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(handed_in, "LARGEST", 10)
    (tmp_path / "large").write_text(json.dumps({"cells": []}))
    with pytest.raises(ValueError, match="large has more than 10 bytes"):
        handed_in.cells_of(tmp_path / "large")


def test_html_in_code_and_words_is_escaped(one_student):
    def change(work):
        work.write({"slopes": f"x = a.T < delta  # {HOSTILE}\n    return '{HOSTILE}'"})
        work.find("slopes-check")["outputs"] = outputs({MIME: record(misconception=TITLE)})
        work.find("open")["source"] = f"{HOSTILE} <img src=x onerror=alert(1)> \ud800\u202e"

    found, html = one_student(change)
    assert "<script" not in html and "<img" not in html and "\u202e" not in html
    assert "x = a.T &lt; delta" in html
    assert found.examples["04.slopes", TITLE].endswith('return "…"')


@pytest.mark.parametrize("words", [handed_in.STUB, "Your answer  here", "", "  \n"])
def test_a_question_left_as_it_was_has_no_answer(one_student, words):
    found, html = one_student(lambda work: work.replace("open", words))
    assert found.answers()[0]["answers"] == [] and found.answers()[0]["missing"] == 1
    assert "1 has written nothing" in visible(html)


@pytest.mark.parametrize("path", sorted(EXERCISES.glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_every_exercise_has_its_tasks_and_its_question_found(path):
    given = handed_in.sheet(handed_in.cells_of(path), KNOWN)
    number = path.name[:2]
    own = {place.task for place in given.places if place.task.startswith(number)}
    assert own == {task for task in KNOWN if task.startswith(number)}
    assert all(place.name for place in given.places)
    (question,) = given.questions
    assert question.cell == f"{number}-open" and "?" in question.asked


# The rubrics


def test_every_open_question_has_a_rubric_of_three_lines_and_comments():
    rubrics = tomllib.loads(report.RUBRICS.read_text("utf-8"))
    asked = {
        cell.metadata.nbgrader.grade_id.replace("-", ".", 1)
        for path in EXERCISES.glob("source/[0-9]*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown" and "nbgrader" in cell.metadata
    }
    assert set(rubrics) == asked and len(asked) == len(list(EXERCISES.glob("source/[0-9]*.ipynb")))
    for one in rubrics.values():
        assert set(one) == {"rubric", "comments"} and len(one["rubric"]) == 3
        assert 3 <= len(one["comments"]) <= 6
        assert all(words[-1] in ".?" for words in one["rubric"] + one["comments"])
