"""The grade command and the user ids of kernels, without nbgrader."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

if sys.platform == "win32":
    pytest.skip("grading takes users with numbers", allow_module_level=True)

import grading
import keeper
import processes

PYTHON = "/usr/bin/python3"  # that of the tests may be in a folder that is closed to others
# Another worker or checkout takes others; the last one is for the process that kills.
FIRST = 30_000 + 4 * (os.getpid() % 200)
IDS = range(FIRST, FIRST + 3)
as_root = pytest.mark.skipif(
    os.geteuid() != 0 or not Path(PYTHON).exists(), reason="only root can run code as somebody else"
)

# Kills every process that it may.
HOSTILE = """
import os
open("here", "w").close()
while True:
    try:
        os.kill(-1, 9)
    except OSError:
        pass
"""


def until(condition, seconds=30.0):
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


# Students of whom one fails


class Stuck:
    """A worker that cannot do anything for ben, nor what is in `never` for anybody."""

    def __init__(self, *never):
        self.environment = SimpleNamespace(course="COURSE", root=True)
        self.never, self.done = never, []

    def ask(self, do, student="", **request):
        if do in ("pending", "graded"):
            return ["ada", "ben", "cleo", "dora"]
        if do == "table":
            return []
        if student == "ben" or do in self.never:
            raise TimeoutError("grading took longer than 600 s")
        self.done.append(student)
        return do != "feedback"  # its answer is the error


def test_a_page_that_cannot_be_written_costs_nobody_else_theirs(capsys):
    worker = Stuck()
    assert grading.feedback([worker], "04_backprop") is False
    assert worker.done == ["ada", "cleo", "dora"]
    said = capsys.readouterr()
    assert said.out.startswith("3 pages: COURSE/feedback/")
    assert "No page for ben: grading took longer than 600 s" in said.err
    assert "Try again: grade --jobs 1 feedback COURSE 04_backprop" in said.err


def test_a_result_that_cannot_be_noted_costs_nobody_else_theirs(capsys):
    worker = Stuck()
    assert grading.autograde([worker], "04_backprop", [], again=False) is False
    assert worker.done == ["ada", "cleo", "dora"]
    said = capsys.readouterr()
    assert "once more" in said.out and "3 of 4 graded" in said.out
    assert "No result for ben: grading took longer than 600 s" in said.err
    assert "Try again: grade --jobs 1 autograde COURSE 04_backprop" in said.err


def test_several_workers_do_each_student_once():
    staff = [Stuck(), Stuck()]
    assert not grading.feedback(staff, "04_backprop")
    assert sorted(staff[0].done + staff[1].done) == ["ada", "cleo", "dora"]


def test_pages_are_given_into_folders_named_as_those_they_were_collected_from(tmp_path, capsys):
    columns = {"First name": "Ada", "Last name": "Lovelace"}
    people = [{"name": "ada@school.example", "teacher": False, "columns": columns}]
    (tmp_path / "Ada Lovelace_12_assignsubmission_file_").mkdir()
    (tmp_path / "page.html").write_text("her page")

    def ask(do, **request):
        graded = [people[0]["name"], "ben"]
        return {"people": people, "graded": graded, "page": str(tmp_path / "page.html")}[do]

    pattern = f"{tmp_path}/{{student}}_*_assignsubmission_file_/04.html"
    grading.give([SimpleNamespace(ask=ask)], "04_backprop", pattern)
    said = capsys.readouterr()
    assert said.out == "04_backprop: 1 pages given back\n"
    assert said.err == "No page given to ben: they have no folder there\n"
    assert [path.read_text() for path in tmp_path.glob("Ada*/04.html")] == ["her page"]


# User ids of kernels


@pytest.fixture
def kept(monkeypatch):
    """A Keeper whose kernels are HOSTILE; in its folder each has a home with the file `here`."""
    monkeypatch.setattr(sys, "executable", PYTHON)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        (folder / "apart.py").write_text(HOSTILE)
        monkeypatch.setattr(tempfile, "tempdir", name)
        kept = keeper.Keeper(folder, 0, IDS)
        yield kept
        if not kept.closed.is_set():
            kept.close()


def called(kept):
    """A connection to the keeper, as of a stand-in."""
    call = socket.socket(socket.AF_UNIX)
    call.connect(str(kept.socket))
    call.send(b"{}")
    return call


def homes(kept):
    """The homes of the kernels that are killing."""
    return [here.parent for here in kept.socket.parent.glob("nnlib-kernel-*/here")]


@as_root
def test_a_kernel_that_kills_all_it_can_ends_with_its_stand_in_and_its_id_is_free_again(kept):
    for _ in range(5):
        calls = [called(kept), called(kept)]
        assert until(lambda: len(homes(kept)) == 2)
        for call in calls:
            call.close()
        assert until(lambda: not list(kept.socket.parent.glob("nnlib-kernel-*")))
        assert not any(map(processes.of, IDS))


@as_root
def test_nothing_is_left_of_the_kernels_when_the_keeper_is_closed(kept):
    calls = [called(kept) for _ in range(3)]  # the third waits for a free id
    assert until(lambda: len(homes(kept)) == 2)
    kept.close()
    assert not any(map(processes.of, IDS))
    assert not list(kept.socket.parent.glob("nnlib-kernel-*"))
    with pytest.raises(OSError):
        called(kept)
    for call in calls:
        call.close()


@as_root
def test_a_user_id_under_which_something_runs_is_refused_with_what_to_do():
    # Only the real id is the student's, as of a setuid program that a student has called.
    running = subprocess.Popen(["setpriv", f"--ruid={IDS[0]}", "sleep", "600"])
    try:
        assert until(lambda: processes.of(IDS[0]) == [running.pid])
        with pytest.raises(ValueError, match=f"{IDS[0]} is in use: .* pkill -KILL -U {IDS[0]}$"):
            keeper.refuse_taken(IDS[0])
    finally:
        running.kill()
        running.wait()
    keeper.refuse_taken(IDS[0])


def test_a_user_id_of_an_account_is_refused_and_nobody_is_told_to_end_its_processes():
    with pytest.raises(ValueError, match="User id 0 is root's: choose others with --ids.$"):
        keeper.refuse_taken(0)
