"""What happens to a course after grading; each test continues from the state the last one left."""

import csv
import json
import os
import subprocess

import demo
from graded_class import ABSENT, ENV, FOLDERS, POINTS, TEXT, at, grade, page, table

READ = """
import sys
from nbgrader.api import Gradebook
with Gradebook(f"sqlite:///{sys.argv[1]}/gradebook.db") as book:
    grade = book.find_grade("04-open", "04_backprop", "04_backprop", "ada-right")
    grade.manual_score, grade.needs_manual_grade = 1.5, False
    book.db.commit()
"""


def handed_in(graded, student):
    return graded.folder / "handed-in" / f"{student}.ipynb"


def collect(graded):
    return grade("collect", graded.course, demo.NAME, graded.pattern).stdout


def exported(graded):
    grade("export", graded.course, demo.NAME)
    return table(graded.course)


def test_a_student_who_hands_in_again_is_graded_again_and_nobody_else(graded):
    # The teacher gives points for one open answer, as in nbgrader's formgrader.
    subprocess.run([ENV / "bin/python", "-I", "-c", READ, graded.course], check=True)
    work = demo.Copy().solve("delta_output")
    path = handed_in(graded, "dora-wrong")
    path.write_text(json.dumps(work.notebook))
    os.utime(path, (10**9, 10**9))  # a new file may have an old date
    assert ", 1 of them new" in collect(graded)
    assert exported(graded)["dora-wrong"]["state"] == "not graded yet"
    assert not page(graded, "dora-wrong").exists()
    assert "1 of 1 graded" in grade("autograde", graded.course, demo.NAME).stdout
    after = exported(graded)
    assert float(after["dora-wrong"]["points"]) == 1
    read = after["ada-right"]
    assert (read["points"], read["to read"], read["state"]) == ("13.5", "0", "graded")
    for student in set(graded.table) - {"dora-wrong", "ada-right"}:
        assert after[student] == graded.table[student]


def test_a_file_that_the_teacher_has_corrected_is_graded_and_stays(graded):
    submitted = at(graded, "submitted", "iris-killed")
    corrected = submitted.read_text("utf-8").replace("os._exit(1)", "pass")
    submitted.write_text(corrected, "utf-8")
    assert "1 of 1 graded" in grade("autograde", graded.course, demo.NAME, "iris-killed").stdout
    path = handed_in(graded, "iris-killed")
    path.write_text(path.read_text("utf-8"), "utf-8")  # the same text with a new date
    assert ", 0 of them new" in collect(graded)
    assert float(exported(graded)["iris-killed"]["points"]) == 12
    assert submitted.read_text("utf-8") == corrected
    first = path.read_text("utf-8")
    path.write_text(json.dumps(demo.Copy().notebook))
    assert ", 1 of them new" in collect(graded)
    submitted.write_text(corrected, "utf-8")
    path.write_text(first, "utf-8")  # a text that was handed in before is not new
    assert ", 0 of them new" in collect(graded)
    assert submitted.read_text("utf-8") == corrected


def test_points_of_all_exercises_are_in_one_table_and_in_those_for_import(graded):
    submitted = graded.folder / "handed-in" / "ada-right.ipynb"
    (graded.folder / "other").mkdir()
    (graded.folder / "other" / "ada-right.ipynb").write_bytes(submitted.read_bytes())
    pattern = f"{graded.folder}/other/{{student}}.ipynb"
    grade("all", graded.course, "01_activations", pattern)
    done = grade("table", graded.course)
    assert "left empty for Moodle and Canvas" in done.stdout
    rows = {}
    for name in ("table", "moodle", "canvas"):
        lines = list(csv.reader((graded.course / f"{name}.csv").open(encoding="utf-8")))
        rows[name] = {line[0]: dict(zip(lines[0], line)) for line in lines[1:]}
    ada = rows["table"]["ada-right"]
    assert (ada["04_backprop"], ada["04.slopes"], ada["04.open"]) == ("13.5", "2", "1.5")
    assert ada["01_activations: state"].startswith("could not be graded: it is another exercise")
    assert ada["01.reach"] == "" and ada["01_activations"] == ""
    assert set(rows["table"]) >= {*POINTS, *ABSENT}
    assert rows["moodle"]["ada-right"]["04_backprop"] == "13.5"
    assert rows["moodle"]["ben-otherwise"]["04_backprop"] == ""  # an answer is still to be read
    assert rows["canvas"]["    Points Possible"]["04_backprop"] == "14"
    assert rows["canvas"]["李雷"]["SIS Login ID"] == "李雷"


def test_pages_are_given_back_and_no_link_is_followed(graded):
    homes, secret = graded.folder / "homes", graded.folder / "secret.html"
    secret.write_text("mine")
    for student in ("ada-right", "Jürgen", "cleo-half"):
        (homes / student).mkdir(parents=True)
    (homes / "ada-right" / "page.html").symlink_to(secret)
    (homes / "cleo-half").rmdir()
    (homes / "cleo-half").symlink_to(homes / "ada-right")
    grade("feedback", graded.course, demo.NAME)
    done = grade("give", graded.course, demo.NAME, f"{homes}/{{student}}/page.html")
    assert "2 pages given back" in done.stdout and secret.read_text() == "mine"
    assert "No page given to cleo-half" in done.stderr
    given = homes / "Jürgen" / "page.html"
    assert given.read_bytes() == page(graded, FOLDERS["Jürgen"]).read_bytes()
    assert given.stat().st_uid == homes.stat().st_uid
    html = (homes / "ada-right" / "page.html").read_text("utf-8")
    assert "13.5 of 14 points." in html and TEXT not in html


def test_students_who_have_not_handed_in_another_exercise_are_in_its_table(graded):
    grade("export", graded.course, "02_forward_pass")
    text = (graded.course / "02_forward_pass.csv").read_text("utf-8")
    assert text.count("not handed in") == len(graded.table)
