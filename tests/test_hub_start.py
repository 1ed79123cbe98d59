"""What the script that starts a hub refuses, before it makes anything."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("a hub needs users with numbers", allow_module_level=True)

import fcntl

from classroom import Classroom

DEPLOY = Path(__file__).resolve().parent.parent / "deploy" / "jupyterhub"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can serve a class")
has_python = pytest.mark.skipif(
    not Path("/usr/bin/python3").exists(), reason="a system without Python"
)


@pytest.fixture
def folder():
    """A folder that all can enter, with the hub's part of the tree; its name has a space in it."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        shutil.copytree(DEPLOY, Path(name) / "my course" / "deploy" / "jupyterhub")
        yield Path(name)


def start(deploy=DEPLOY, **env):
    """The error message of the start script, which must fail."""
    done = subprocess.run([deploy / "start"], env=os.environ | env, capture_output=True, text=True)
    assert done.returncode == 1
    return done.stderr


@needs_root
@has_python
def test_a_python_that_students_cannot_run_is_refused(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    python = shutil.copy(Path("/usr/bin/python3").resolve(), closed / "python3")
    said = start(PYTHON=python, NNLIB_CLASS=str(tmp_path / "class"))
    assert "Students cannot run" in said
    assert not (tmp_path / "class").exists()


@needs_root
@has_python
def test_solutions_that_can_be_read_are_found_where_a_name_has_a_space_in_it(folder):
    tree = folder / "my course"
    answers = tree / "tests" / "exercises" / "answers_04.py"
    answers.parent.mkdir(parents=True)
    answers.write_text("")
    said = start(tree / "deploy" / "jupyterhub", NNLIB_CLASS=str(folder / "class"))
    assert f"Students could read solutions, {answers} for one" in said
    assert f"chmod go-rwx '{tree}'" in said
    assert not (folder / "class").exists()


@needs_root
@has_python
def test_a_second_hub_of_a_class_does_not_start(folder):
    room = Classroom(folder / "class")
    room.prepare()
    (room.hub / "roster.txt").write_text("marie teacher\n")
    with open(room.hub / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = start(folder / "my course" / "deploy" / "jupyterhub", NNLIB_CLASS=str(room.folder))
    assert "A hub of this class is running: stop it first." in said
    assert not (room.hub / "env").exists() and not room.material.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do it")
def test_only_root_can_serve_a_class():
    assert "Only root can give each student a user id of her own: use sudo." in start()
