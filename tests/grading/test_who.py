"""Errors that the grade command reports, and the user ids under which things run."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import demo
import processes
import pytest
from graded_class import IDS, KERNELS, ROOT, as_root, grade, table


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["make", "COURSE", "99_none"], "There is no exercise 99_none: there are 01_"),
        (["export", "COURSE/nowhere", "04_backprop"], "is not the folder of a course"),
        (["collect", "COURSE", "04_backprop", "x.ipynb"], "Write {student} for it"),
        (["collect", "COURSE", "04_backprop", "nowhere/{student}"], "There is no folder nowhere"),
        (["export", "COURSE", "99_none"], "99_none is not in this course, run grade make: there"),
        (["autograde", "COURSE", "04_backprop", "nemo"], "nemo has not handed in 04_backprop"),
        (["make", "--roster", "COURSE/none.txt", "COURSE", "04_backprop"], "cannot be read"),
        (["give", "COURSE", "04_backprop", "{student}.html"], "the name of a folder"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_is_refused_with_a_reason(graded, arguments, said):
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
def test_a_course_that_its_owner_cannot_reach_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    tmp_path.chmod(0o700)
    done = grade("make", tmp_path / "course", demo.NAME)
    assert done.returncode == 1
    assert f"User {IDS} cannot write to {tmp_path / 'course'}" in done.stderr
    assert not list(tmp_path.glob("nnlib-*"))


@as_root
def test_user_ids_that_somebody_has_are_refused(graded):
    busy = subprocess.Popen(["sleep", "600"], user=KERNELS[0], group=KERNELS[0])
    try:
        done = grade("export", graded.course, demo.NAME)
    finally:
        busy.kill()
        busy.wait()
    assert done.returncode == 1
    assert f"User id {KERNELS[0]} is in use" in done.stderr
    assert f"pkill -KILL -U {KERNELS[0]}" in done.stderr


@pytest.fixture
def interrupted():
    """interrupted(course, pattern, sign): grade, and send the signal when a student's loop runs.

    The exit code, what was said, and the folder of the kernel with the loop.
    """
    homes, started = Path(tempfile.gettempdir()), []

    def run(course, pattern, sign):
        grading = subprocess.Popen(
            [demo.HERE / "grade", "--ids", str(IDS), "--jobs", "1", "all", course, *pattern],
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True},
            start_new_session=True,
            # A shell starts background commands, as these tests may be, with SIGINT ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        started.append(grading)
        while not (loops := list(homes.glob("nnlib-kernel-*/looping"))):
            assert grading.poll() is None
            time.sleep(0.2)
        os.killpg(grading.pid, sign)
        said = grading.communicate(timeout=60)[1]
        return grading.returncode, said, loops[0].parent

    yield run
    for grading in started:
        if grading.poll() is None:
            os.killpg(grading.pid, signal.SIGKILL)
            grading.wait()
    for number in KERNELS:
        processes.clear(number, KERNELS.stop)


@as_root
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_when_grading_is_stopped_no_students_code_goes_on(interrupted, sign):
    endless = demo.Copy().add(f"open('looping', 'w').close()\n{demo.LOOP}", after="slopes")
    work = {"ada": demo.Copy().solve(), "ben": endless, "cleo": demo.Copy().solve()}
    with demo.classroom(work) as folder:
        course, pattern = folder / "course", f"{folder}/handed-in/{{student}}.ipynb"
        code, said, home = interrupted(course, [demo.NAME, pattern], sign)
        assert code == 130 and "Stopped; what is graded stays." in said
        assert "Traceback" not in said, said
        assert not any(map(processes.of, KERNELS)) and not home.exists()
        assert grade("export", course, demo.NAME).returncode == 0
        states = {name: row["state"] for name, row in table(course).items()}
        assert states == {"ada": "to read", "ben": "not graded yet", "cleo": "not graded yet"}


def test_without_root_students_code_runs_with_the_callers_rights_and_a_warning():
    with demo.classroom({"ada": demo.Copy().solve()}) as folder:
        for part in ("deploy", "notebooks/exercises"):
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
        assert "Not root: the students' code runs with your rights." in done.stderr
        assert float(table(folder / "course")["ada"]["points"]) == 12, done.stderr


def test_the_pages_of_the_demo_stay_when_it_has_ended(monkeypatch):
    monkeypatch.setattr(demo, "nine", lambda: {"ada": demo.Copy().solve()})
    with demo.classroom({}) as tree:
        folder = demo.lasting(tree)
        assert folder == tree / "build" / "grade-demo"
        assert demo.demonstrate("--ids", IDS, folder=folder) == 0
        page = folder / "course" / "feedback" / "ada" / demo.NAME / f"{demo.NAME}.html"
        assert page.exists()
        assert demo.lasting(tree) == folder and not page.exists()  # the next run starts empty


@as_root
def test_as_root_the_demo_is_where_other_users_can_reach_it(tmp_path):
    tmp_path.chmod(0o700)
    folder = demo.lasting(tmp_path)
    folder.rmdir()
    assert folder.parent == Path("/var/tmp")
