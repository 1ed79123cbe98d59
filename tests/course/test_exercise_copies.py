"""The copies of the exercises follow their source, and no copy of a student holds a solution."""

import ast
import importlib.util
import json
import re
from pathlib import Path

import hand_out
import nbformat
import pytest
from nbclient import NotebookClient

from nncourse.exercises import (
    check,
    solution,
    tasks_of,
)

ROOT = Path(__file__).resolve().parents[2]


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


copies = loaded(ROOT / "tools" / "exercises.py")
SOURCES = sorted(copies.SOURCE.glob("[0-9]*.ipynb"))
each_source = pytest.mark.parametrize("path", SOURCES, ids=[path.stem for path in SOURCES])


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


def test_an_answer_in_sight_of_its_question_is_folded_away():
    """In the source itself: who hands in a text that was not handed out has written an answer."""
    asking = 0
    for path in SOURCES:
        cells = notebook(path).cells
        for asked, computed, told in zip(cells, cells[1:], cells[2:]):
            if "*Before you run the next cell:*" in asked.source:
                asking += 1
                assert (asked.cell_type, computed.cell_type) == ("markdown", "code"), path.name
                assert told.source.startswith((hand_out.FOLD, "## ")), told.source
                assert told.source.count("<details>") == told.source.count("\n\n</details>\n\n")
    assert asking >= 6


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
