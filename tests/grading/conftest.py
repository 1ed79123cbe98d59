"""The graded class that all tests of this folder use."""

import json
from types import SimpleNamespace

import demo
import pytest
from graded_class import ABSENT, POINTS, WHY, grade, more, table


@pytest.fixture(scope="session")
def graded():
    """A class that has been graded: its folders, the table by name, and what grade printed."""
    with demo.classroom(demo.nine()) as folder:
        handed_in = folder / "handed-in"
        for student, work in more(folder).items():
            (handed_in / f"{student}.ipynb").write_text(json.dumps(work.notebook), "utf-8")
        (handed_in / "nora-no-notebook.ipynb").write_text("My dog ate it.")
        (handed_in / "otto-copied.ipynb").symlink_to(handed_in / "ada-right.ipynb")
        (handed_in / "no name.ipynb").write_text("{}")
        (handed_in / "marie.ipynb").write_text(json.dumps(demo.Copy().solve().notebook))
        roster = folder / "roster.txt"
        names = [*POINTS, *(set(WHY) - {"vera-another"}), *ABSENT]
        roster.write_text("# term 2\nmarie teacher\n" + "\n".join(names), "utf-8")
        course, pattern = folder / "course", f"{handed_in}/{{student}}.ipynb"
        assert grade("make", course).returncode == 0
        done = grade("all", "--roster", roster, course, demo.NAME, pattern)
        assert done.returncode == 0
        yield SimpleNamespace(
            **{"folder": folder, "course": course, "pattern": pattern, "table": table(course)},
            **{"out": done.stdout, "err": done.stderr},
        )
