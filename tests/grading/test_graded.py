"""The table and the pages of a class that was graded: make test-grading."""

import json
import re
import subprocess
from pathlib import Path

import demo
import pytest
from graded_class import (
    ABSENT,
    ENV,
    FOLDERS,
    IDS,
    KERNELS,
    POINTS,
    TEXT,
    WHY,
    as_root,
    at,
    page,
    without_tags,
)


@pytest.mark.parametrize("student", POINTS)
def test_the_points_are_as_they_should_be(graded, student):
    row = graded.table[student]
    assert (float(row["points"]), float(row["to read"])) == POINTS[student]
    assert float(row["maximum"]) == 14
    # The state is not "graded" while there is an open answer to read.
    read = POINTS[student][1] == 0
    assert row["state"] == ("graded" if read else "to read")
    assert row["no answer"] == ("04.open" if read else "")
    assert row["04.open"] == ("no answer" if read else "to read")


@pytest.mark.parametrize("student", WHY)
def test_a_student_who_cannot_be_graded_has_no_points_and_is_named(graded, student):
    row = graded.table[student]
    assert {row[column] for column in row if column.startswith("04.")} == {""}
    assert row["points"] == row["to read"] == ""
    assert row["state"] == f"could not be graded: {WHY[student]}"
    assert re.search(rf"^{student} +– .*{re.escape(row['state'])}", graded.out, re.MULTILINE)


def test_the_table_has_everybody_of_the_roster_once_and_no_teacher(graded):
    names = [*POINTS, *WHY, *ABSENT]
    assert list(graded.table) == sorted(names, key=lambda name: (name.casefold(), name))
    assert [graded.table[name]["state"] for name in ABSENT] == ["not handed in"] * 2
    assert "Left out: marie is a teacher." in graded.out
    tried = len(POINTS) + len(WHY) - 1  # a link was not taken
    assert f"{len(POINTS)} of {tried} graded" in graded.out


def test_what_was_done_to_a_notebook_is_remarked(graded):
    # No remark for jane-loop-in-answer: the check ends her loop, and no other cell runs it.
    remarks = {name: row["remarks"] for name, row in graded.table.items() if row["remarks"]}
    gone = "nbgrader's metadata was gone and is put back"
    assert remarks == {
        "Anna Schmidt": "04.open was written into another cell",
        "finn-edited-test": "04-slopes-check was changed and put back",
        "gina-no-test": "04-slopes-check was missing and put back",
        "lou-interrupted": "cell added took too long and was interrupted",
        "max-nothing-left": "slopes is not defined; 04-slopes-check was missing and put back; "
        "04-slopes-check ended in NameError: name 'slopes' is not defined",
        "o'brien": f"{gone}; np, softmax, xor, check, rng put back as handed out",
        "rosa-changed-marks": "04-slopes-check was changed and put back; "
        "04-delta_hidden-check was changed and put back",
        "theo-no-functions": "; ".join(f"{name} is not defined" for name in demo.WRONG),
        "vera-another": "not on the roster",
        "李雷": gone,
    }


def test_a_name_that_no_folder_can_have_gets_a_folder_and_is_shown_unchanged(graded):
    names = json.loads((graded.course / "names.json").read_text("utf-8"))
    for name, folder in FOLDERS.items():
        assert names[folder] == name
        assert at(graded, "autograded", folder).exists()
        assert re.search(rf"^{name} +12 ", graded.out, re.MULTILINE)


def test_a_link_to_the_work_of_another_is_not_taken(graded):
    assert "Not taken from otto-copied: what was handed in is a link" in graded.err
    assert not (graded.course / "submitted" / "otto-copied").exists()


def test_an_open_answer_in_another_cell_is_copied_to_where_the_teacher_reads(graded):
    cells = json.loads(at(graded, "autograded", FOLDERS["Anna Schmidt"]).read_text("utf-8"))
    read = [c for c in cells["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id")]
    assert "".join(read[-1]["source"]) == TEXT


def test_what_was_handed_in_is_not_changed(graded):
    for student in ("finn-edited-test", "o'brien", "nora-no-notebook"):
        before = (graded.folder / "handed-in" / f"{student}.ipynb").read_bytes()
        assert at(graded, "submitted", FOLDERS.get(student, student)).read_bytes() == before


@as_root
def test_students_code_runs_under_a_user_id_that_can_read_nothing(graded):
    cells = json.loads(at(graded, "autograded", "kit-snoop").read_text("utf-8"))["cells"]
    printed = "".join("".join(o.get("text", "")) for c in cells for o in c.get("outputs", []))
    found = json.loads(re.search(r"^FOUND (.+)$", printed, re.MULTILINE)[1])
    number, group, others = found.pop("user")
    assert number in KERNELS and group in KERNELS and others == []
    assert not set(found.pop("environment")) & {"GRADING_ENV", "JUPYTER_PATH", "PWD", "USER"}
    assert found.pop("keeper") == "FileNotFoundError"
    assert set(found.values()) == {"PermissionError"}


@as_root
def test_nothing_that_students_started_is_left(graded):
    for process in Path("/proc").glob("[0-9]*"):
        try:
            assert process.stat().st_uid not in KERNELS, (process / "cmdline").read_bytes()
        except FileNotFoundError:
            continue  # it has ended in the meantime


@as_root
def test_nbgrader_is_not_root_and_the_course_is_closed_to_others(graded):
    assert graded.course.stat().st_mode & 0o077 == 0
    for path in [graded.course, *graded.course.rglob("*")]:
        assert path.stat().st_uid == IDS, path


def test_everybody_who_was_graded_gets_a_page(graded):
    for student in graded.table:
        assert page(graded, FOLDERS.get(student, student)).exists() == (student in POINTS)


def test_a_page_says_what_is_wrong_and_quotes_neither_hidden_tests_nor_solutions(graded):
    text = without_tags(page(graded, "dora-wrong").read_text("utf-8"))
    assert "Notyet:04.delta_hidden" in text and "0of14points." in text
    assert "HIDDENTESTS" not in text and "assertverdict.right" not in text
    solution = "".join(demo.solved()["04-delta_hidden"].splitlines()[-1].split())
    assert solution in without_tags(page(graded, "ada-right").read_text("utf-8"))
    assert solution not in text


def test_a_page_names_each_test_by_its_task_and_gives_no_0_for_what_nobody_has_read(graded):
    html = page(graded, "finn-edited-test").read_text("utf-8")
    rows = re.findall(r'<th scope="row"><a[^>]+>(.+?)</a></th><td>(.+?)</td>', html)
    assert dict(rows) == {
        "04.delta_output": "1 of 1",
        "04.slopes": "0 of 2",
        "04.delta_hidden": "3 of 3",
        "04.backward": "0 of 4",
        "04.delta_logistic": "2 of 2",
        "04.open": "not read yet (of 2)",
    }
    assert "6 of 12 points, and another 2 can come from what is still to be read." in html
    html = page(graded, "emil-untouched").read_text("utf-8")
    assert "no answer: 0 of 2" in html and "0 of 14 points." in html


@pytest.mark.parametrize("student", ["ada-right", *FOLDERS.values()])
def test_a_page_needs_no_network_and_its_formulas_are_drawn_by_the_browser(graded, student):
    html = page(graded, student).read_text("utf-8")
    assert not re.search(r"https?://(?!www\.w3\.org/1998/Math)", html)
    assert "<script" not in html and "<math" in html and "mfrac" in html
    assert not re.search(r"\$[^$<]+\$", html)


def sources(path):
    return [
        ("".join(cell["source"]), cell["metadata"].get("nbgrader", {}).get("grade_id"))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    ]


@pytest.mark.parametrize("path", sorted(demo.EXERCISES.glob("[0-9]*.ipynb")), ids=lambda p: p.stem)
def test_nbgrader_makes_the_same_copy_for_students_as_we_do(graded, path):
    released = graded.course / "release" / path.stem / path.name
    assert sources(released) == sources(path)


def test_nnlib_is_copied_into_the_environment():
    code = "import nnlib; print(nnlib.__file__)"
    found = subprocess.check_output([ENV / "bin/python", "-I", "-c", code], text=True)
    assert Path(found).is_relative_to(ENV)
