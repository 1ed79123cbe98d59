"""Where nbgrader runs for a course: as which user, with which variables, in which processes."""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from apart import surroundings
from keeper import Keeper
from roster import Wrong

HERE = Path(__file__).resolve().parent
SECONDS = 600  # for one student, whatever happens
# The files of the worker, which are copied. The tree itself may be closed: it holds solutions.
PROGRAMS = ["worker.py", "cells.py", "written.py", "putback.py", "roster.py", "tables.py"]
PROGRAMS += ["pages.py", "feedback", "../insight"]


class GradingEnvironment:
    """A folder with the programs of the worker, and the user and the variables with which it runs.

    As root (`root`), the worker runs as the owner of the course, and kernels as users of their own.
    """

    def __init__(self, course: Path, ids: int, jobs: int):
        self.course, self.jobs, self.root = course, jobs, os.geteuid() == 0
        self.folder = Path(tempfile.mkdtemp(prefix="nnlib-grading-"))
        self.keeper, self.who = None, {}
        try:
            self._fill(ids)
        except BaseException:
            self.close()
            raise

    def _fill(self, ids: int) -> None:
        """Put into the folder what nbgrader needs: a home, the programs, how to start a kernel."""
        shutil.copy(HERE / "apart.py", self.folder)
        (self.folder / "apart.py").chmod(0o644)
        home = self.folder / "home"
        home.mkdir(mode=0o700)
        for path in (HERE / name for name in PROGRAMS):
            if path.is_dir():
                shutil.copytree(path, home / path.name)
            else:
                shutil.copy(path, home)
        self.variables = surroundings(home) | {
            "JUPYTER_PATH": str(self.folder),
            "JUPYTER_RUNTIME_DIR": str(home),
            "JUPYTER_CONFIG_DIR": str(home),
            "JUPYTER_DATA_DIR": str(home),
        }
        program = [sys.executable, "-I", str(self.folder / "apart.py")]
        if self.root:
            user, group = self._owner(ids)
            self.who = {"user": user, "group": group, "extra_groups": []}
            for path in [home, *home.rglob("*")]:
                os.chown(path, user, group)
            self.folder.chmod(0o711)
            self._can_be_reached(user, ids + 1)
            # Twice as many ids as jobs, since an id is free only some time after its kernel has
            # ended, and one for the process that kills.
            self.keeper = Keeper(self.folder, user, range(ids + 1, ids + 2 + 2 * self.jobs))
            start = [*program, "stand-in", "{connection_file}", str(self.keeper.socket)]
        else:
            start = [*program, "kernel", "{connection_file}", "0"]
        spec = {"argv": start, "display_name": "Python 3 (graded)", "language": "python"}
        kernels = self.folder / "kernels" / "python3"
        kernels.mkdir(parents=True)
        (kernels / "kernel.json").write_text(json.dumps(spec))

    def _owner(self, ids: int) -> tuple[int, int]:
        """The user and group that own the folder of the course.

        Where that is root, the folder and all in it are given to who called sudo, or to `ids`.
        """
        found = self.course.stat()
        user, group = found.st_uid, found.st_gid
        if user == 0:
            user = int(os.environ.get("SUDO_UID", 0)) or ids
            group = int(os.environ.get("SUDO_GID", 0)) or ids
            for path in [self.course, *self.course.rglob("*")]:
                os.chown(path, user, group, follow_symlinks=False)
        return user, group

    def _can_be_reached(self, user: int, nobody: int) -> None:
        """Refuse a Python that user or kernels cannot run, and a course that user cannot write."""
        look = (  # finds the modules without importing them, which would take seconds
            "from importlib.util import find_spec; [open(find_spec(name).origin).close() "
            "for name in ('nnlib', 'numpy', 'nbgrader', 'ipykernel')]"
        )

        def looks(number):
            who = {"user": number, "group": number, "extra_groups": [], "cwd": "/"}
            command = [sys.executable, "-I", "-c", look]
            try:
                done = subprocess.run(command, env=self.variables, capture_output=True, **who)
            except PermissionError:
                return False
            return done.returncode == 0

        if not (looks(user) and looks(nobody)):
            raise Wrong(
                f"Other users cannot use {sys.executable}, it or its Python is in a folder that "
                "is closed to them: make the environment elsewhere, "
                "make grading GRADING_ENV=/var/tmp/nnlib-grading, and name it in GRADING_ENV."
            )
        done = subprocess.run(["/usr/bin/test", "-w", str(self.course)], **self.who, cwd="/")
        if done.returncode:
            raise Wrong(f"User {user} cannot write to {self.course}: put it where they can.")

    def close(self) -> None:
        if self.keeper:
            self.keeper.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Stopped(Exception):
    """Grading was stopped while a worker was asked, which says nothing about the student."""


class Worker:
    """nbgrader in a process of its own, which starts with the first request."""

    def __init__(self, environment: GradingEnvironment):
        self.environment, self.process = environment, None
        self.stopped, self.lock = False, threading.Lock()

    def ask(self, do: str, seconds: float = SECONDS, **request):
        """Its answer to a request; TimeoutError or RuntimeError without one, Stopped after `stop`.

        After either of the first two the process is ended, and the next request starts another.
        """
        self._start()
        deadline = time.monotonic() + seconds
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps({"do": do, **request}), file=self.process.stdin, flush=True)
        answered, _, _ = select.select([self.process.stdout], [], [], deadline - time.monotonic())
        line = self.process.stdout.readline() if answered else ""
        if not line.endswith("\n"):
            self.end()
            if self.stopped:
                raise Stopped
            if not answered:
                raise TimeoutError(f"grading took longer than {seconds} s")
            raise RuntimeError(f"nbgrader ended while it was asked to {do}")
        reply = json.loads(line)
        if "wrong" in reply:
            raise RuntimeError(f"nbgrader could not {do}:\n{reply['wrong']}")
        return reply["answer"]

    def _start(self) -> None:
        """Start the process if there is none; Stopped after `stop`."""
        program = [sys.executable, "-I", self.environment.folder / "home" / "worker.py"]
        with self.lock:
            if self.stopped:
                raise Stopped
            if self.process is None:
                self.process = subprocess.Popen(
                    [*program, self.environment.course],
                    **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True},
                    **{"stderr": subprocess.DEVNULL, "env": self.environment.variables},
                    **{"cwd": "/", "start_new_session": True, **self.environment.who},
                )

    def stop(self) -> None:
        """End it for good, while another thread may be waiting for its answer."""
        with self.lock:
            self.stopped = True
            self._kill()

    def end(self) -> None:
        """End the process; the next request starts another."""
        with self.lock:
            if self.process:
                self._kill()
                self.process.wait()
                self.process.stdin.close()
                self.process.stdout.close()
                self.process = None

    def _kill(self) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


@contextlib.contextmanager
def workers(course: Path, options):
    """One worker for each job; the first one also answers what is quick."""
    environment = GradingEnvironment(course, options.ids, options.jobs)
    staff = [Worker(environment) for _ in range(options.jobs)]
    try:
        yield staff
    finally:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave kernels
        for worker in staff:
            worker.end()
        environment.close()
        signal.signal(signal.SIGINT, before)
