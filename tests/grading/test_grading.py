"""A class hands in exercise 04, and nbgrader grades it: make test-grading.

The nine of deploy/nbgrader/demo.py, and some more that a class can do without.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy" / "nbgrader"))
import demo  # noqa: E402 - the folder has to be named first

ENV = Path(os.environ.get("GRADING_ENV", ROOT / ".venv-grading")).absolute()
os.environ["GRADING_ENV"] = str(ENV)
IDS = 29100  # not those of a class that is being graded on this machine
KERNELS = range(IDS + 1, IDS + 5)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run code as somebody else")

# What somebody tries who wants more points than she has earned, or to see what others wrote.
SNOOP = """
import json, os, subprocess, sys
from pathlib import Path

found = {"user": [os.getuid(), os.getgid(), os.getgroups()], "environment": list(os.environ)}
for name in ["course/gradebook.db", "course/source", "course/submitted", "handed-in", "keeper"]:
    folder = Path(FOLDER) if name != "keeper" else Path("/tmp")
    try:
        found[name] = str(os.listdir(folder / name) if "." not in name else open(folder / name))
    except OSError as error:
        found[name] = type(error).__name__
if os.fork() == 0:
    os.setsid()
    os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(900)"])
print("FOUND", json.dumps(found))
"""


def double(work, *names):
    """A copy of each of these cells right after it, as copying or splitting a cell leaves them."""
    for name in names:
        cell = work.find(name)
        place = work.notebook["cells"].index(cell)
        work.notebook["cells"].insert(place, cell | {"id": f"{cell['id']}-copy"})
    return work


def more(folder):
    """Others than the nine: name and work."""
    endless = demo.Copy().solve().write({"slopes": "while True: pass"})
    changed = demo.Copy().solve().write({"slopes": demo.WRONG["slopes"]})
    changed.find("slopes-check")["metadata"]["nbgrader"]["grade"] = False
    changed.find("delta_hidden-check")["metadata"]["nbgrader"]["points"] = 100
    snoop = SNOOP.replace("FOLDER", repr(str(folder)))
    return {
        "jane-loop-in-answer": endless,
        "kit-snoop": demo.Copy().solve().add(snoop, after="slopes"),
        "lou-interrupted": demo.Copy().solve().add("while True: pass", after="slopes-check"),
        "max-nothing-left": demo.Copy().solve().remove("slopes", "slopes-check"),
        "paul-copied-cells": double(demo.Copy().solve(), "slopes", "slopes-check"),
        "rosa-changed-marks": changed,
    }


def grade(*arguments):
    done = demo.grade("--ids", IDS, *arguments, capture_output=True)
    print(done.stdout, done.stderr, sep="\n")
    return done


@pytest.fixture(scope="session")
def graded():
    """The folder of a class that has been graded, what was said, and the table by name."""
    with demo.classroom(demo.nine()) as folder:
        handed_in = folder / "handed-in"
        for student, work in more(folder).items():
            (handed_in / f"{student}.ipynb").write_text(json.dumps(work.notebook), "utf-8")
        (handed_in / "nora-no-notebook.ipynb").write_text("My dog ate it.")
        (handed_in / "otto-copied.ipynb").symlink_to(handed_in / "ada-right.ipynb")
        (handed_in / "no name.ipynb").write_text("{}")
        course, pattern = folder / "course", f"{handed_in}/{{student}}.ipynb"
        made = grade("make", course)
        assert made.returncode == 0
        done = grade("all", course, demo.NAME, pattern)
        assert done.returncode == 0
        yield SimpleNamespace(
            **{"folder": folder, "course": course, "pattern": pattern, "table": table(course)},
            **{"out": done.stdout, "err": done.stderr},
        )


def table(course):
    text = (course / f"{demo.NAME}.csv").read_text("utf-8")
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text))}


POINTS = {
    "ada-right": (12, 2),
    "ben-otherwise": (12, 2),
    "cleo-half": (5, 0),
    "dora-wrong": (0, 0),
    "emil-untouched": (0, 0),
    "finn-edited-test": (6, 2),
    "gina-no-test": (6, 2),
    "jane-loop-in-answer": (6, 2),
    "kit-snoop": (12, 2),
    "lou-interrupted": (12, 2),
    "max-nothing-left": (6, 2),
    "paul-copied-cells": (12, 2),
    "rosa-changed-marks": (6, 2),
}
WHY = {
    "hugo-endless": "a cell came to no end, and would not be interrupted",
    "iris-killed": "a cell ended the kernel, or it ran out of memory",
    "nora-no-notebook": "the file is not a notebook",
}


@pytest.mark.parametrize("student", POINTS)
def test_the_points_are_as_they_should_be(graded, student):
    row = graded.table[student]
    assert (float(row["points"]), float(row["to read"])) == POINTS[student]
    assert (float(row["maximum"]), row["state"]) == (14, "graded")


@pytest.mark.parametrize("student", WHY)
def test_who_cannot_be_graded_has_no_points_and_is_named(graded, student):
    row = graded.table[student]
    assert row["points"] == row["to read"] == ""
    assert row["state"] == f"could not be graded: {WHY[student]}"
    assert f"{student} {row['state']}" in graded.err
    assert re.search(rf"^{student} +– .*{row['state']}", graded.out, re.MULTILINE)


def test_the_table_has_everybody_once(graded):
    assert list(graded.table) == sorted([*POINTS, *WHY])
    assert f"{len(POINTS)} of {len(POINTS) + len(WHY)} graded" in graded.out


def test_what_was_done_to_a_test_is_remarked(graded):
    # Not jane-loop-in-answer: her check ends the loop, and no cell calls what is not right.
    remarks = {name: row["remarks"] for name, row in graded.table.items() if row["remarks"]}
    assert remarks == {
        "finn-edited-test": "04-slopes-check was changed and put back",
        "gina-no-test": "04-slopes-check was missing and put back",
        "lou-interrupted": "cell added took too long and was interrupted",
        "max-nothing-left": "04-slopes-check was missing and put back",
        "rosa-changed-marks": "04-slopes-check was changed and put back; "
        "04-delta_hidden-check was changed and put back",
    }


def test_a_link_to_the_work_of_another_is_not_taken(graded):
    assert "what otto-copied has handed in is a link" in graded.err
    assert "'no name' cannot be the name of a student" in graded.err
    assert not (graded.course / "submitted" / "otto-copied").exists()


@as_root
def test_what_students_wrote_runs_as_nobody_and_sees_nothing(graded):
    autograded = graded.course / "autograded" / "kit-snoop" / demo.NAME / f"{demo.NAME}.ipynb"
    cells = json.loads(autograded.read_text("utf-8"))["cells"]
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
            continue  # it has ended just now


@as_root
def test_nbgrader_is_not_root_and_the_course_is_closed_to_others(graded):
    assert graded.course.stat().st_mode & 0o077 == 0
    for path in [graded.course, *graded.course.rglob("*")]:
        assert path.stat().st_uid == IDS, path


def page(graded, student):
    return graded.course / "feedback" / student / demo.NAME / f"{demo.NAME}.html"


def test_everybody_who_was_graded_gets_a_page(graded):
    for student in graded.table:
        assert page(graded, student).exists() == (student in POINTS)


def test_a_page_says_what_is_wrong_and_quotes_neither_hidden_tests_nor_solutions(graded):
    html = page(graded, "dora-wrong").read_text("utf-8")
    text = re.sub(r"<[^>]+>|\s+", "", html)
    assert "Notyet:04.delta_hidden" in text and "Score:0.0/14.0" in text
    assert "HIDDENTESTS" not in text and "assertverdict.right" not in text
    solution = "".join(demo.solved()["04-delta_hidden"].splitlines()[-1].split())
    assert solution in re.sub(r"<[^>]+>|\s+", "", page(graded, "ada-right").read_text("utf-8"))
    assert solution not in text


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


# The rest of the life of a course: from here on the class is changed


READ = """
import sys
from nbgrader.api import Gradebook
with Gradebook(f"sqlite:///{sys.argv[1]}/gradebook.db") as book:
    grade = book.find_grade("04-open", "04_backprop", "04_backprop", "ada-right")
    grade.manual_score, grade.needs_manual_grade = 1.5, False
    book.db.commit()
"""


def test_who_hands_in_again_is_graded_again_and_nobody_else(graded):
    # The teacher has read one answer, as in nbgrader's own pages.
    subprocess.run([ENV / "bin/python", "-I", "-c", READ, graded.course], check=True)
    work = demo.Copy().solve("delta_output")
    (graded.folder / "handed-in" / "dora-wrong.ipynb").write_text(json.dumps(work.notebook))
    assert (
        "16 handed in, 1 of them new"
        in grade("collect", graded.course, demo.NAME, graded.pattern).stdout
    )
    grade("export", graded.course, demo.NAME)
    assert table(graded.course)["dora-wrong"]["state"] == "not graded yet"
    assert "1 of 1 graded" in grade("autograde", graded.course, demo.NAME).stdout
    grade("export", graded.course, demo.NAME)
    after = table(graded.course)
    assert float(after["dora-wrong"]["points"]) == 1
    assert (after["ada-right"]["points"], after["ada-right"]["to read"]) == ("13.5", "0")
    for student in set(graded.table) - {"dora-wrong", "ada-right"}:
        assert after[student] == graded.table[student]


def test_a_notebook_that_the_teacher_has_mended_is_graded_and_stays(graded):
    submitted = graded.course / "submitted" / "iris-killed" / demo.NAME / f"{demo.NAME}.ipynb"
    submitted.write_text(submitted.read_text("utf-8").replace("os._exit(1)", "pass"), "utf-8")
    assert "1 of 1 graded" in grade("autograde", graded.course, demo.NAME, "iris-killed").stdout
    grade("collect", graded.course, demo.NAME, graded.pattern)
    grade("export", graded.course, demo.NAME)
    assert float(table(graded.course)["iris-killed"]["points"]) == 12


def test_who_has_not_handed_in_another_exercise_is_named(graded):
    grade("export", graded.course, "01_activations")
    text = (graded.course / "01_activations.csv").read_text("utf-8")
    assert text.count("not handed in") == len(graded.table)


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["make", "COURSE", "99_none"], "There is no exercise 99_none: there are 01_"),
        (["export", "COURSE/nowhere", "04_backprop"], "is not the folder of a course"),
        (["collect", "COURSE", "04_backprop", "x.ipynb"], "Write {student} for it"),
        (["collect", "COURSE", "04_backprop", "nowhere/{student}"], "There is no folder nowhere"),
        (["export", "COURSE", "99_none"], "99_none"),
    ],
    ids=" ".join,
)
def test_what_has_to_be_put_right_is_said(graded, arguments, said):
    done = grade(*(str(a).replace("COURSE", str(graded.course)) for a in arguments))
    assert done.returncode == 1
    assert said in done.stderr


@as_root
def test_run_by_sudo_the_course_belongs_to_the_caller(monkeypatch):
    monkeypatch.setenv("SUDO_UID", str(IDS + 50))
    monkeypatch.setenv("SUDO_GID", str(IDS + 51))
    with demo.classroom({}) as folder:
        assert grade("make", folder / "course", demo.NAME).returncode == 0
        for path in [folder / "course", *folder.glob("course/**/*.ipynb")]:
            assert (path.stat().st_uid, path.stat().st_gid) == (IDS + 50, IDS + 51)


@as_root
def test_a_folder_that_is_closed_to_its_owner_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    tmp_path.chmod(0o700)
    done = grade("make", tmp_path / "course", demo.NAME)
    assert done.returncode == 1
    assert f"User {IDS} cannot write to {tmp_path / 'course'}" in done.stderr
    assert not list(tmp_path.glob("nnlib-*"))


@as_root
def test_user_ids_that_somebody_has_are_refused(graded):
    busy = subprocess.Popen(["sleep", "60"], user=KERNELS[0], group=KERNELS[0])
    try:
        done = grade("export", graded.course, demo.NAME)
    finally:
        busy.kill()
        busy.wait()
    assert done.returncode == 1
    assert f"User id {KERNELS[0]} is somebody's" in done.stderr


def test_without_root_it_goes_on_as_oneself_and_says_so():
    with demo.classroom({"ada": demo.Copy().solve()}) as folder:
        for part in ("deploy/nbgrader", "notebooks/exercises"):
            shutil.copytree(ROOT / part, folder / "tree" / part)
        (folder / "course").mkdir()
        who = {}
        if os.geteuid() == 0:
            who = {"user": IDS, "group": IDS, "extra_groups": [], "cwd": "/"}
            for path in [folder / "course", *folder.glob("handed-in/**")]:
                os.chown(path, IDS, IDS)
        program = folder / "tree/deploy/nbgrader/grade"
        arguments = ["all", folder / "course", demo.NAME, f"{folder}/handed-in/{{student}}.ipynb"]
        done = subprocess.run([program, *arguments], capture_output=True, text=True, **who)
        assert "Not root: what the students wrote runs with your rights." in done.stderr
        assert float(table(folder / "course")["ada"]["points"]) == 12, done.stderr
