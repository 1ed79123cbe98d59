"""`grade insight` for a real course: two students are graded, and a third has not handed in."""

import os
from pathlib import Path

import demo

ROOT = Path(__file__).resolve().parents[2]
IDS = 29100  # as in test_grading.py
ENV = Path(os.environ.get("GRADING_ENV", ROOT / ".venv-grading")).absolute()
TITLE = "The slopes of the biases are averaged where those of the weights are summed"


def test_what_was_misunderstood_is_on_the_page_and_on_the_screen(monkeypatch):
    monkeypatch.setenv("GRADING_ENV", str(ENV))
    said_by_jurgen = "They stay equal, says Jürgen."
    wrong = demo.Copy().write({"slopes": demo.WRONG["slopes"]}).replace("open", said_by_jurgen)
    works = {"Jürgen": wrong, "emil": demo.Copy()}
    with demo.classroom(works) as folder:
        course = folder / "course"
        (folder / "roster.txt").write_text("Jürgen\nemil\nzoe\nmarie teacher\n", "utf-8")
        roster = ["--roster", folder / "roster.txt"]
        pattern = f"{folder}/handed-in/{{student}}.ipynb"
        done = demo.grade("--ids", IDS, "all", course, demo.NAME, pattern, *roster)
        assert done.returncode == 0
        done = demo.grade("--ids", IDS, "insight", course, demo.NAME, capture_output=True)
        assert done.returncode == 0, done.stderr
        page = (course / "insight" / f"{demo.NAME}.html").read_text("utf-8")
    assert "3 students: 2 graded, 1 not handed in." in done.stdout
    assert f"1  {TITLE}" in done.stdout and TITLE in page
    assert "They stay equal, says …." in page and "Jürgen" not in page and "emil" not in page
