"""A hub of our own: the start script on a copy of the tree, in a folder that is gone afterwards.

The tests and `benchmarks/hub.py` both stand on this. Both have deploy/jupyterhub on their path, for
the parts of the hub that this uses: pyproject.toml and the Makefile put it there.
"""

import http.cookiejar
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import processes
from classroom import Classroom

ROOT = Path(__file__).resolve().parents[1]
NEEDED = "A hub gives each student a user id of her own, which only root on Linux can do."


def possible() -> bool:
    """Whether this is a machine on which a hub can run."""
    return sys.platform == "linux" and os.geteuid() == 0


def until(condition, seconds: float = 60.0):
    """Wait for it to be true; whether it became so."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def connects(port: int) -> bool:
    """Whether something listens at this port."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
        return True
    return False


class Hub:
    """A hub and its folder; `settings` are lines of class.toml."""

    def __init__(self, folder: Path, roster: str, settings: str):
        self.tree, self.folder = folder / "tree", folder / "class"
        self.classroom = Classroom(self.folder)
        self.tree.mkdir(mode=0o700)  # there are solutions in it
        folders = ("deploy", "docs", "nnlib", "nncourse", "notebooks", "tools")
        for name in (*folders, "pyproject.toml", "README.md", "LICENSE"):
            source, target = ROOT / name, self.tree / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
            else:
                shutil.copy(source, target)
        self.classroom.hub.mkdir(parents=True)
        self.enrol(roster)
        self.file("class.toml").write_text(settings)
        self.process = None
        self.run("prepare").check_returncode()
        self.port = self.classroom.settings()["port"]
        self.url = f"http://127.0.0.1:{self.port}"
        self.students_password, self.teachers_password = self.classroom.passwords()

    def file(self, name: str) -> Path:
        """A file of the hub's own folder."""
        return self.classroom.hub / name

    def enrol(self, roster: str) -> None:
        self.file("roster.txt").write_text(roster)

    def _command(self, *words: str) -> dict:
        script = self.tree / "deploy" / "jupyterhub" / "start"
        # PYTHONPATH is for the benchmark that uses this, not for the hub.
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        env["NNLIB_CLASS"] = str(self.folder)
        return {"args": [str(script), *words], "env": env}

    def run(self, *words: str) -> subprocess.CompletedProcess:
        """The start script, to its end."""
        return subprocess.run(**self._command(*words), stderr=subprocess.PIPE, text=True)

    def start(self, patience: float = 60) -> None:
        """Start the hub, and wait until it answers."""
        self.process = subprocess.Popen(**self._command(), start_new_session=True)
        end = time.monotonic() + patience
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/hub/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        log = self.file("hub.log")
        raise RuntimeError(f"the hub did not start: {log.exists() and log.read_text()[-3000:]}")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End the hub, and with it, unless it is killed outright, all that it started."""
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(300)  # sixty servers at a time, each given its time
        self.process = None

    def processes(self, name: str) -> dict[int, str]:
        """The processes of a student: their ids, and what was called."""
        found = {}
        for pid in processes.of(self.classroom.seat_taken(name).number):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue  # has ended since
            found[pid] = command.replace(b"\0", b" ").decode()
        return found

    def clean_up(self) -> None:
        """Leave nothing running, should the hub have been killed before it could see to it."""
        self.stop()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if str(self.folder).encode() in (folder / "cmdline").read_bytes():
                    os.kill(int(folder.name), signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                pass  # has ended since


class Visitor:
    """Somebody who logs in by the form, and asks for pages without a browser."""

    def __init__(self, hub: Hub, name: str, password: str):
        self.hub, jar = hub, http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.ask("GET", "/hub/login")
        self._xsrf = lambda: next(c.value for c in jar if c.name == "_xsrf" and c.path == "/hub/")
        form = {"username": name, "password": password, "_xsrf": self._xsrf()}
        data = urllib.parse.urlencode(form).encode()
        with self._opener.open(f"{hub.url}/hub/login?next=/hub/home", data, timeout=60):
            pass
        # From here on as a program does, with a token that the admin page could have made as well.
        made = self.ask("POST", f"/hub/api/users/{name}/tokens", {"note": "measuring"})
        self.token = made["token"]

    def ask(self, method: str, path: str, body=None):
        """One request; its answer as JSON, or as bytes where it is none."""
        headers = {"Content-Type": "application/json"}
        if token := getattr(self, "token", None):
            headers["Authorization"] = f"token {token}"
        elif hasattr(self, "_xsrf"):
            headers["X-XSRFToken"] = self._xsrf()
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.hub.url + path, data, headers, method=method)
        with self._opener.open(request, timeout=60) as answer:
            read = answer.read()
        return json.loads(read or "null") if "json" in answer.headers.get_content_type() else read


@contextmanager
def serving(roster: str, settings: str):
    """A Hub that runs, in a folder that students can pass through."""
    with tempfile.TemporaryDirectory(prefix="nnlib-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)
        hub = Hub(Path(folder), roster, settings)
        try:
            hub.start()
            yield hub
        finally:
            hub.clean_up()
