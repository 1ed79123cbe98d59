"""Start kernels under user ids that own nothing, and end whatever they leave behind.

The Keeper is a part of the grade command, as root; apart.py says what it works with.
"""

import contextlib
import os
import pwd
import queue
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import processes
from apart import surroundings

PROCESSES = 200  # of one kernel; threads count as well, and a kernel has about a dozen
PATIENCE = 10.0  # seconds in which a kernel and what it has started have to end


class Keeper:
    """Starts a kernel for each stand-in that connects to its socket, and kills it afterwards.

    Each kernel has a user id of its own, the first of `ids` that is free; the last one is for the
    process that kills. Raises ValueError if anybody on the machine has one of them. `owner` is the
    user id of nbgrader, the only one that may connect.
    """

    def __init__(self, folder: Path, owner: int, ids: range):
        for number in ids:
            refuse_taken(number)
        *kernels, self.nobody = ids
        self.free = queue.SimpleQueue()
        for number in kernels:
            self.free.put(number)
        self.socket, self.program = folder / "keeper", str(folder / "apart.py")
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(self.socket))
        os.chown(self.socket, owner, -1)
        os.chmod(self.socket, 0o600)
        self.listening.listen()
        self.closed, self.serving = threading.Event(), []
        self.waiting = threading.Thread(target=self._wait_for_calls, daemon=True)
        self.waiting.start()

    def close(self) -> None:
        """End all kernels, and wait until nothing is left of them."""
        self.closed.set()
        self.listening.shutdown(socket.SHUT_RDWR)  # ends the accept() of the other thread
        for thread in [self.waiting, *self.serving]:
            thread.join(PATIENCE)
        self.listening.close()

    def _wait_for_calls(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                call, _ = self.listening.accept()
                thread = threading.Thread(target=self._serve, args=(call,), daemon=True)
                thread.start()
                self.serving.append(thread)

    def _serve(self, call: socket.socket) -> None:
        """Run a kernel for one stand-in until either ends, then remove all that it leaves."""
        number = self.free.get()
        home = Path(tempfile.mkdtemp(prefix="nnlib-kernel-"))
        try:
            with call:
                kernel = self._start(number, home, call.recv(65536))
                while kernel.poll() is None and not self.closed.is_set():
                    if select.select([call], [], [], 0.1)[0]:
                        if not call.recv(1):
                            break  # the stand-in has ended: so must the kernel
                        with contextlib.suppress(ProcessLookupError):
                            os.killpg(kernel.pid, signal.SIGINT)
                self._end_all(number)
                kernel.wait()
        finally:
            self._end_all(number)
            shutil.rmtree(home, ignore_errors=True)
            self.free.put(number)

    def _start(self, number: int, home: Path, connection: bytes) -> subprocess.Popen:
        """A kernel under this user id, in its own home, with this connection file."""
        file = home / "connection.json"
        file.write_bytes(connection)
        for path in (file, home):
            os.chown(path, number, number)
        return subprocess.Popen(
            [sys.executable, "-I", self.program, "kernel", file, str(PROCESSES)],
            **{"user": number, "group": number, "extra_groups": []},
            **{"cwd": home, "env": surroundings(home), "umask": 0o077},
            **dict.fromkeys(["stdin", "stdout", "stderr"], subprocess.DEVNULL),
            start_new_session=True,
        )

    def _end_all(self, number: int) -> None:
        """Kill every process of this user id, and return only when none is left."""
        while left := processes.clear(number, self.nobody, PATIENCE):
            print(f"Processes of user {number} that do not end: {left}", file=sys.stderr)


def refuse_taken(number: int) -> None:
    """Raise ValueError if a user or a process of this machine has the user id."""
    with contextlib.suppress(KeyError):
        name = pwd.getpwuid(number).pw_name
        raise ValueError(f"User id {number} is {name}'s: choose others with --ids.")
    if processes.of(number):
        raise ValueError(
            f"User id {number} is in use: choose others with --ids, or end what runs under it:"
            f" pkill -KILL -U {number}"
        )
