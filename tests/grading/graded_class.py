"""The class that the tests of this folder grade, and the results that they expect.

It hands in exercise 04: the nine of deploy/nbgrader/demo.py, more hostile notebooks, some that an
editor has changed, and some by students whose names cannot be names of folders.
"""

import csv
import io
import os
import re
from pathlib import Path

import demo
import pytest

ROOT = Path(__file__).resolve().parents[2]
ENV = Path(os.environ.get("GRADING_ENV", ROOT / ".venv-grading")).absolute()
os.environ["GRADING_ENV"] = str(ENV)
IDS = 29100  # not the default, so that a class can be graded on this machine at the same time
KERNELS = range(IDS + 1, IDS + 5)
TEXT = "All hidden units stay equal, since each gets the same slope."
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run code as somebody else")

# Code that tries to read the gradebook, the solutions and the work of others, and to go on running.
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
    """Copy each of these cells, with its metadata, to the place after it, as editors do."""
    for name in names:
        cell = work.find(name)
        place = work.notebook["cells"].index(cell)
        work.notebook["cells"].insert(place, cell | {"id": f"{cell['id']}-copy"})
    return work


def more(folder):
    """{student: what she hands in} of those who are not among the nine."""
    endless = demo.Copy().solve().write({"slopes": "while True: pass"})
    changed = demo.Copy().solve().write({"slopes": demo.WRONG["slopes"]})
    changed.find("slopes-check")["metadata"]["nbgrader"]["grade"] = False
    changed.find("delta_hidden-check")["metadata"]["nbgrader"]["points"] = 100
    snoop = SNOOP.replace("FOLDER", repr(str(folder)))
    loud = "import sys\nshow = display\ndef display(found):\n    show(found)\n    "
    loud += "print('a warning, say', file=sys.stderr)"
    elsewhere = demo.Copy().solve().replace("open", STUB)
    return {
        "jane-loop-in-answer": endless,
        "kit-snoop": demo.Copy().solve().add(snoop, after="slopes"),
        "lou-interrupted": demo.Copy().solve().add("while True: pass", after="slopes-check"),
        "max-nothing-left": demo.Copy().solve().remove("slopes", "slopes-check"),
        "paul-copied-cells": double(demo.Copy().solve(), "slopes", "slopes-check"),
        "rosa-changed-marks": changed,
        "sven-loud": demo.Copy().solve().add(loud, after="prediction"),
        "theo-no-functions": demo.Copy().remove(*demo.WRONG),
        "ulla-empty": demo.Copy().keep(0),
        "vera-another": demo.Copy("05_xor"),
        # Names that no folder can have, and what Colab and other editors make of a notebook.
        "Jürgen": colab(demo.Copy().solve(), {COLAB: {"5f3a": {"model_name": "IntProgress"}}}),
        "李雷": bare(demo.Copy().solve()),
        "Anna Schmidt": elsewhere.add(TEXT, after="open", kind="markdown"),
        "o'brien": bare(colab(demo.Copy().solve().keep(2, None), {"5f3a": {"views": []}})),
    }


COLAB = "application/vnd.jupyter.widget-state+json"
STUB = "*Your answer here.*"


def bare(work):
    """The copy as left by an editor that drops unknown metadata."""
    for cell in work.notebook["cells"]:
        cell["metadata"] = {}
    return work


def colab(work, widgets):
    """The copy with widget state as Colab writes it, without a key that nbconvert needs."""
    work.notebook["metadata"]["widgets"] = widgets
    return work


def grade(*arguments):
    """Run the grade command; pytest shows its output if the test fails."""
    done = demo.grade("--ids", IDS, *arguments, capture_output=True)
    print(done.stdout, done.stderr, sep="\n")
    return done


def table(course, name=demo.NAME):
    """{student: row} of the table that `grade export` wrote last."""
    rows = csv.DictReader(io.StringIO((course / f"{name}.csv").read_text("utf-8")))
    return {row["student"]: row for row in rows}


def at(graded, step, student, suffix=".ipynb"):
    """A student's file at this step: submitted, autograded, feedback."""
    return graded.course / step / student / demo.NAME / f"{demo.NAME}{suffix}"


def page(graded, student):
    return at(graded, "feedback", student, ".html")


def without_tags(html):
    return re.sub(r"<[^>]+>|\s+", "", html)


POINTS = {
    "ada-right": (12, 2),
    "Anna Schmidt": (12, 2),
    "ben-otherwise": (12, 2),
    "cleo-half": (5, 0),
    "dora-wrong": (0, 0),
    "emil-untouched": (0, 0),
    "finn-edited-test": (6, 2),
    "gina-no-test": (6, 2),
    "jane-loop-in-answer": (6, 2),
    "Jürgen": (12, 2),
    "kit-snoop": (12, 2),
    "lou-interrupted": (12, 2),
    "max-nothing-left": (6, 2),
    "o'brien": (12, 2),
    "paul-copied-cells": (12, 2),
    "rosa-changed-marks": (6, 2),
    "sven-loud": (12, 2),
    "李雷": (12, 2),
}
WHY = {
    "hugo-endless": "a cell did not end and could not be interrupted",
    "iris-killed": "a cell ended the kernel, or it ran out of memory",
    "no name": "the file is not a notebook",
    "nora-no-notebook": "the file is not a notebook",
    "otto-copied": "what was handed in is a link, or in a linked folder",
    "theo-no-functions": "no test could be run: 04-delta_output-check ended in NameError: "
    "name 'delta_output' is not defined",
    "ulla-empty": "the notebook is empty",
    "vera-another": "it is another exercise, 05 by its checks",
}
ABSENT = ["wim-absent", "xenia-absent"]
FOLDERS = {
    "Jürgen": "Jurgen-c58fb6",
    "李雷": "student-3a4732",
    "Anna Schmidt": "Anna-Schmidt-a21e42",
    "o'brien": "o-brien-65b871",
}
