"""The verdicts in the homes of a class are counted, and students cannot falsify the count."""

import importlib.util
import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "jupyterhub"
if sys.platform == "win32":
    pytest.skip("a hub needs users with numbers", allow_module_level=True)
_spec = importlib.util.spec_from_file_location("verdicts", DEPLOY / "verdicts.py")
verdicts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(verdicts)

KNOWN = {
    name: {"asked": "?", "misconceptions": {"It is the mean": "Of what?"}}
    for name in ("03.loss", "04.slopes")
}


def line(task, status, title="", ago=0.0):
    record = {"task": task, "status": status, "misconception": title, "time": time.time() - ago}
    return json.dumps(record) + "\n"


@pytest.fixture
def room(tmp_path):
    """Three students and a teacher, each with a home."""
    names = {"marie": True, "ada": False, "blaise": False, "chen": False}
    for name in names:
        (tmp_path / name).mkdir()
    return SimpleNamespace(
        homes=tmp_path, roster=lambda: names, numbers=lambda: dict.fromkeys(names, os.getuid())
    )


def leave(room, name, text):
    (room.homes / name / verdicts.FILE).write_text(text)


def test_the_last_check_of_each_student_counts_and_the_teachers_do_not(room):
    leave(room, "ada", line("04.slopes", "not yet") + line("04.slopes", "right"))
    leave(room, "blaise", line("04.slopes", "not yet", "It is the mean") + line("03.loss", "right"))
    leave(room, "marie", line("04.slopes", "right"))
    tallies, some, everybody = verdicts.counted(room, KNOWN, 90)
    assert (some, everybody) == (2, 3)
    slopes = tallies["04.slopes"]
    assert (slopes["right"], slopes["not yet"]) == (1, 1)
    assert slopes["misconceptions"] == {"It is the mean": 1}
    assert tallies["03.loss"]["right"] == 1


def test_old_verdicts_and_those_of_other_exercises_are_left_out(room):
    leave(room, "ada", line("04.slopes", "right", ago=3600) + line("03.loss", "right"))
    assert set(verdicts.counted(room, KNOWN, 30)[0]) == {"03.loss"}
    tallies, some, _ = verdicts.counted(room, KNOWN, 90, "04")
    assert set(tallies) == {"04.slopes"} and some == 1


def test_only_the_newest_lines_of_a_file_are_read(room):
    leave(room, "ada", line("03.loss", "right") + 5000 * line("04.slopes", "not yet"))
    assert set(verdicts.counted(room, KNOWN, 90)[0]) == {"04.slopes"}


def planted(room, what):
    """Put something else in the place of Ada's file."""
    place = room.homes / "ada" / verdicts.FILE
    if what == "a link to another's":
        leave(room, "blaise", line("04.slopes", "right"))
        place.symlink_to(room.homes / "blaise" / verdicts.FILE)
    elif what == "a pipe":
        os.mkfifo(place)
    elif what == "a folder":
        place.mkdir()
    elif what == "noise":
        place.write_bytes(bytes(range(256)) * 1000)
    else:
        place.write_text(
            line("<script>", "right") + line("04.slopes", "not yet", "<b>You</b>") + "[" * 5000
        )


@pytest.mark.parametrize("what", ["a pipe", "a folder", "noise", "nothing"])
def test_what_is_not_a_file_of_verdicts_is_not_counted(room, what):
    if what != "nothing":
        planted(room, what)
    assert verdicts.counted(room, KNOWN, 90) == ({}, 0, 3)


def test_a_link_to_anothers_file_is_not_followed(room):
    planted(room, "a link to another's")
    tallies, some, _ = verdicts.counted(room, KNOWN, 90)
    assert some == 1 and tallies["04.slopes"]["right"] == 1  # Blaise, once


def test_a_file_of_another_user_is_not_read(room):
    leave(room, "ada", line("04.slopes", "right"))
    room.numbers = lambda: {"ada": os.getuid() + 1}
    assert verdicts.counted(room, KNOWN, 90)[1] == 0


def test_titles_that_the_course_does_not_know_are_never_shown(room):
    planted(room, "words of her own")
    tallies, some, _ = verdicts.counted(room, KNOWN, 90)
    assert some == 1 and set(tallies) == {"04.slopes"}
    assert tallies["04.slopes"]["misconceptions"] == {}
