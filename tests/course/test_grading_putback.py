"""Answers and tests are found, whatever an editor or a student has done to the notebook.

The notebooks are prepared by deploy/nbgrader; here their cells are run without nbgrader.
"""

import copy
import json
import random
from collections import Counter

import demo
import pytest
from cells import Refused, read_cells
from putback import parts_of, prepare

EXERCISES = {path.stem: path for path in sorted(demo.EXERCISES.glob("[0-9]*.ipynb"))}
QUESTION = "Because of the symmetry, is it not?"
TEXT = "All hidden units stay equal, since they get the same slope."
TESTS = ["delta_output", "slopes", "delta_hidden", "backward", "delta_logistic"]


def released(name=demo.NAME):
    return json.loads(EXERCISES[name].read_text("utf-8"))


def prepared(work, name=demo.NAME):
    notebook = work.notebook if isinstance(work, demo.Copy) else work
    return prepare(json.dumps(notebook), released(name), name)


def stripped(work):
    """The copy as left by an editor that drops all metadata."""
    for cell in work.notebook["cells"]:
        cell["metadata"] = {}
    return work


def other_ids(work):
    for number, cell in enumerate(work.notebook["cells"]):
        cell["id"] = f"{number} of Jürgen" if number % 2 else "twice"
    return work


def grade_ids(found):
    return [c["metadata"].get("nbgrader", {}).get("grade_id") for c in found.notebook["cells"]]


def passed(found):
    """The tasks whose tests pass when the cells are run one after the other."""
    names, right = {"display": lambda _: None, "print": lambda *_: None}, []
    for cell in found.notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        marks = cell["metadata"].get("nbgrader", {})
        try:
            exec(cell["source"], names)
        except Exception:
            continue  # nbgrader runs the next cell, too
        if marks.get("grade") and names["verdict"].right:
            right.append(marks["grade_id"].removeprefix("04-").removesuffix("-check"))
    return right


def kept(work, found):
    """Whether every line of the student's is still there."""
    before, after = (
        Counter(line.strip() for c in cells for line in "".join(c["source"]).splitlines())
        for cells in (work.notebook["cells"], found.notebook["cells"])
    )
    given = {x.strip() for c in released()["cells"] for x in "".join(c["source"]).splitlines()}
    return not [line for line in before - after if line and line not in given]


def index(work, name):
    return work.notebook["cells"].index(work.find(name))


def merge(work, *names):
    """Merge these cells into the first one."""
    first, *others = [work.find(name) for name in names]
    first["source"] = "\n".join("".join(work.find(name)["source"]) for name in names)
    for other in others:
        work.notebook["cells"].remove(other)
    return work


def solved():
    return demo.Copy().solve()


def all_in_one(work):
    """Merge all code cells into one."""
    cells = work.notebook["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    code[0]["source"] = "\n".join("".join(cell["source"]) for cell in code)
    work.notebook["cells"] = [c for c in cells if c["cell_type"] != "code" or c is code[0]]
    return work


def split(work, name, line):
    """Split a cell before this line."""
    cell = work.find(name)
    lines = "".join(cell["source"]).splitlines()
    place = work.notebook["cells"].index(cell)
    below = copy.deepcopy(cell) | {"source": "\n".join(lines[line:]), "metadata": {}}
    cell["source"] = "\n".join(lines[:line])
    work.notebook["cells"].insert(place + 1, below)
    return work


def moved(work, name, place):
    cell = work.find(name)
    work.notebook["cells"].remove(cell)
    work.notebook["cells"].insert(place, cell)
    return work


def shuffled(work, seed):
    random.Random(seed).shuffle(work.notebook["cells"])
    return work


def of_format(work, major, minor=0):
    cells = work.notebook["cells"]
    for cell in cells:
        cell.pop("id", None)
    if major == 3:
        for cell in cells:
            if cell["cell_type"] == "code":
                cell["input"] = cell.pop("source")
        cells[0]["cell_type"], cells[0]["level"] = "heading", 1
        work.notebook = {"nbformat": 3, "worksheets": [{"cells": cells}], "metadata": {}}
        return work
    work.notebook |= {"nbformat": major, "nbformat_minor": minor}
    return work


def written_above(work):
    """The answer in a new cell above the stub, which stays."""
    answer = "".join(work.find("slopes")["source"])
    stub = demo.Copy().find("slopes")["source"]
    work.add(answer, after="prediction").replace("slopes", stub)
    return work


def answered_below(work):
    """The answer in a new cell below the test; the stub above the test stays."""
    answer = "".join(work.find("slopes")["source"])
    stub = demo.Copy().find("slopes")["source"]
    return work.replace("slopes", stub).add(answer, after="slopes-check")


def typed(work, name, kind):
    """Change the kind of a cell."""
    work.find(name)["cell_type"] = kind
    return work


WHOLE = {
    "as it was": lambda: solved(),
    "metadata gone": lambda: stripped(solved()),
    "ids changed": lambda: other_ids(stripped(solved())),
    "format 3": lambda: of_format(stripped(solved()), 3),
    "format 4.0": lambda: of_format(stripped(solved()), 4, 0),
    "format 4.5 without ids": lambda: of_format(solved(), 4, 5),
    "answer and test in one": lambda: merge(solved(), "slopes", "slopes-check"),
    "the same without metadata": lambda: stripped(merge(solved(), "slopes", "slopes-check")),
    "three answers in one": lambda: merge(solved(), "slopes", "delta_hidden", "delta_output"),
    "all in one": lambda: all_in_one(stripped(solved())),
    "a test split": lambda: split(solved(), "slopes-check", 1),
    "test moved to the top": lambda: moved(solved(), "slopes-check", 0),
    "answer moved to the end": lambda: moved(solved(), "slopes", 99),
    "tests edited": lambda: solved().replace("slopes-check", 'print(check("04.slopes", slopes))'),
    "tests deleted": lambda: solved().remove("slopes-check", "backward-check"),
    "answer above its stub": lambda: written_above(solved()),
    "the same, stripped": lambda: stripped(written_above(solved())),
    "answer below its test": lambda: answered_below(solved()),
    "answer in markdown": lambda: typed(solved(), "slopes", "markdown"),
    "the same without metadata, raw": lambda: stripped(typed(solved(), "slopes", "raw")),
    "magics": lambda: solved().add("%matplotlib inline\n!ls\nnp?", after="slopes"),
    "another name": lambda: renamed(solved()),
    "imports gone": lambda: without(solved(), "import numpy"),
    "a given function gone": lambda: without(solved(), "def forward"),
    "imports at the end": lambda: imports_last(solved()),
    "a missing module imported": lambda: seaborn(solved()),
    "shuffled": lambda: shuffled(stripped(solved()), 4),
    "shuffled again": lambda: shuffled(solved(), 7),
}


def renamed(work):
    source = "".join(work.find("delta_logistic")["source"])
    work.replace("delta_logistic", source.replace("def delta_logistic", "def mine"))
    return work.replace("delta_logistic-check", 'check("04.delta_logistic", mine)')


def without(work, start):
    cells = work.notebook["cells"]
    cells[:] = [c for c in cells if not "".join(c["source"]).startswith(start)]
    return work


def imports_last(work):
    cells = work.notebook["cells"]
    cells.append(cells.pop(next(i for i, c in enumerate(cells) if c["cell_type"] == "code")))
    return work


def seaborn(work):
    cell = next(c for c in work.notebook["cells"] if c["cell_type"] == "code")
    cell["source"] = "import no_such_plots\n" + "".join(cell["source"])
    return work


@pytest.mark.parametrize("how", WHOLE)
def test_a_right_notebook_passes_all_tests_after_every_change(how):
    work = WHOLE[how]()
    before = copy.deepcopy(work)
    if "cells" not in before.notebook:
        before.notebook["cells"] = [
            {"source": cell.source} for cell in read_cells(json.dumps(before.notebook))
        ]
    found = prepared(work)
    ids = [name for name in grade_ids(found) if name]
    assert len(ids) == len(set(ids))
    assert sorted(passed(found)) == sorted(TESTS), found.remarks
    assert kept(before, found)
    assert found.unanswered == []


@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_copy_stays_as_it_is_and_its_open_question_has_no_answer(name):
    found = prepared(released(name), name)
    for before, after in zip(released(name)["cells"], found.notebook["cells"], strict=True):
        assert "".join(before["source"]) == after["source"]
        assert before["metadata"] == after["metadata"] and before["id"] == after["id"]
    assert found.remarks == []
    assert found.unanswered == [f"{name[:2]}.open"]


@pytest.mark.parametrize("name", EXERCISES)
def test_missing_metadata_is_put_back_into_the_same_cells(name):
    bare = released(name)
    for cell in bare["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    found = prepared(bare, name)
    assert grade_ids(found) == [
        c["metadata"].get("nbgrader", {}).get("grade_id") for c in released(name)["cells"]
    ]
    assert found.remarks == ["nbgrader's metadata was gone and is put back"]
    kinds = [part.kind for part in parts_of(released(name))]
    assert [c["metadata"].get("nbgrader") is None for c in found.notebook["cells"]] == [
        kind in ("given", "text") for kind in kinds
    ]


@pytest.mark.parametrize("name", EXERCISES)
def test_a_notebook_of_another_exercise_is_refused(name):
    for other in set(EXERCISES) - {name}:
        with pytest.raises(Refused, match=f"it is another exercise, {other[:2]} by its checks"):
            prepared(released(other), name)


@pytest.mark.parametrize(
    "text, why",
    [
        ("My dog ate it.", "not a notebook"),
        ("{}", "not a notebook"),
        ("[" * 100_000, "not a notebook"),
        ('{"cells": []}', "is empty"),
        ('{"cells": [{"cell_type": "code", "source": [" \\n"]}]}', "is empty"),
        ('{"cells": [{"cell_type": "code", "source": "print(1)"}]}', "nothing of 04_backprop"),
    ],
)
def test_what_cannot_be_graded_is_refused_with_a_reason(text, why):
    with pytest.raises(Refused, match=why):
        prepare(text, released(), demo.NAME)


def test_the_last_of_two_answers_counts_and_a_later_use_of_the_name_does_not():
    wrong = demo.Copy().solve().write({"slopes": demo.WRONG["slopes"]})
    right = "".join(solved().find("slopes")["source"])
    found = prepared(wrong.add(right, after="delta_hidden-check"))
    assert sorted(passed(found)) == sorted(TESTS)
    assert "04-slopes-check came before its answer and put back" in found.remarks
    found = prepared(solved().add("slopes = slopes(np.eye(2), np.eye(2))", after="delta_logistic"))
    assert sorted(passed(found)) == sorted(TESTS) and found.remarks == []


def test_remarks_say_what_was_put_back():
    assert prepared(without(solved(), "import numpy")).remarks == [
        "np, softmax, xor, check, rng put back as handed out"
    ]
    remarks = prepared(seaborn(solved())).remarks
    assert "imports modules that are not installed: no_such_plots" in remarks
    assert "delta_logistic is named mine" in prepared(renamed(solved())).remarks
    assert "slopes is not defined" in prepared(solved().remove("slopes")).remarks


# Answers in words


def cell(source, kind="markdown"):
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": "new", "metadata": {}, "source": source} | code


def put(work, new, name, below=1):
    work.notebook["cells"].insert(index(work, name) + below, new)
    return work


WORDS = {
    "in its place": lambda w: w.replace("open", TEXT),
    "in its place, stripped": lambda w: stripped(w.replace("open", TEXT)),
    "in a new cell below": lambda w: put(w, cell(TEXT), "open"),
    "in a new cell above": lambda w: put(w, cell(TEXT), "open", 0),
    "below, stripped": lambda w: stripped(put(w, cell(TEXT), "open")),
    "the stub deleted": lambda w: put(w, cell(TEXT), "open").remove("open"),
    "in a raw cell": lambda w: put(w, cell(TEXT, "raw"), "open"),
    "its cell is code": lambda w: typed(w.replace("open", TEXT), "open", "code"),
    "its cell is raw, stripped": lambda w: stripped(typed(w.replace("open", TEXT), "open", "raw")),
    "its cell is code, stripped": lambda w: stripped(
        typed(w.replace("open", TEXT), "open", "code")
    ),
    "in a comment": lambda w: put(w, cell("# " + TEXT, "code"), "open"),
    "in a string": lambda w: put(w, cell(f'"""{TEXT}"""', "code"), "open"),
    "in a variable": lambda w: put(w, cell(f"answer = '{TEXT}'", "code"), "open"),
    "as a question, in code": lambda w: put(w, cell(QUESTION, "code"), "open"),
    "in the test's cell": lambda w: w.replace(
        "delta_logistic-check",
        "".join(w.find("delta_logistic-check")["source"]) + f"\n# {TEXT}",
    ),
    "instead of the test": lambda w: w.replace("delta_logistic-check", TEXT),
    "in the question": lambda w: in_the_question(w),
    "far above": lambda w: put(w, cell(TEXT), "prediction"),
}


def in_the_question(work):
    question = work.notebook["cells"][index(work, "open") - 1]
    question["source"] = "".join(question["source"]) + "\n\n" + TEXT
    return work


@pytest.mark.parametrize("where", WORDS)
def test_an_answer_in_words_is_found_wherever_it_stands(where):
    found = prepared(WORDS[where](solved().replace("open", "*Your answer here.*")))
    assert found.unanswered == []
    own = found.notebook["cells"][grade_ids(found).index("04-open")]
    assert own["cell_type"] == "markdown" and own["source"].strip().endswith((TEXT, QUESTION))
    assert sorted(passed(found)) == sorted(TESTS)


def test_hostile_code_does_not_stop_the_preparation():
    for source in ["1" + " + 1" * 5000, "(" * 5000, "return 1", "import __main__", "\0", "\ud800"]:
        found = prepared(solved().add(source, after="open"))
        assert sorted(passed(found)) == sorted(TESTS)


@pytest.mark.parametrize("text", ["", "   ", "*Your answer here.*", "Your answer here"])
def test_without_words_there_is_no_answer(text):
    work = solved().replace("open", text)
    assert prepared(work).unanswered == ["04.open"]
    commented = "# the sum over the rows, as said in the lesson before\n"
    work.replace("slopes", commented + "".join(work.find("slopes")["source"]))
    assert prepared(work).unanswered == ["04.open"]
    assert prepared(demo.Copy().remove("open")).unanswered == ["04.open"]


def test_an_answer_in_its_place_gets_no_remark():
    assert prepared(solved()).remarks == []
    assert prepared(stripped(solved())).remarks == ["nbgrader's metadata was gone and is put back"]


def test_a_picture_is_an_answer_and_is_kept():
    picture = {"image.png": {"image/png": "aGVsbG8="}}
    new = cell("![image.png](attachment:image.png)") | {"attachments": picture}
    found = prepared(put(demo.Copy(), new, "open"))
    own = found.notebook["cells"][grade_ids(found).index("04-open")]
    assert found.unanswered == [] and own["attachments"] == picture
