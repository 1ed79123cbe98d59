"""Run the students' code as nobody: a kernel for nbgrader, under a user id that owns nothing.

nbgrader belongs to the teacher and writes the gradebook. What it runs was written by others, so it
runs as somebody else. Three parts, in the order in which a kernel comes to be:

    stand_in   what nbgrader starts and takes for the kernel: it asks the keeper for one, passes
               interrupts on, and ends when the kernel has ended
    Keeper     part of the grade command, as root: it starts the kernel under one of its user ids,
               in an empty folder, and ends whatever that user id has left running
    kernel     the kernel itself, with bounds for memory, files and processes

Not started by root, there is no keeper, and nbgrader starts `kernel` itself.

    python apart.py stand-in CONNECTION_FILE SOCKET
    python apart.py kernel CONNECTION_FILE PROCESSES
"""

import contextlib
import os
import pwd
import queue
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

GIB = 2**30
BOUNDS = {"RLIMIT_AS": 4 * GIB, "RLIMIT_FSIZE": GIB // 16, "RLIMIT_CORE": 0}
PROCESSES = 200  # threads count as well, and a kernel has about a dozen


def surroundings(home: Path) -> dict[str, str]:
    """The whole environment of a process of ours: nothing of the caller's is handed on."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


class Keeper:
    """Starts and ends kernels for the stand-ins that call on its socket.

    Each kernel has a user id for itself as long as it lives, the first of `ids` that is free; those
    ids must be nobody's. `owner` is who may call: the user as whom nbgrader runs.
    """

    def __init__(self, folder: Path, owner: int, ids: range):
        for number in ids:
            if taken(number):
                raise ValueError(f"User id {number} is somebody's: name others with --ids.")
        self.socket = folder / "keeper"
        self.ids = queue.Queue()
        for number in ids:
            self.ids.put(number)
        self.program = str(folder / Path(__file__).name)
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(self.socket))
        os.chown(self.socket, owner, -1)
        os.chmod(self.socket, 0o600)
        self.listening.listen()
        threading.Thread(target=self._wait_for_calls, daemon=True).start()

    def close(self) -> None:
        self.listening.close()

    def _wait_for_calls(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                call, _ = self.listening.accept()
                threading.Thread(target=self._serve, args=(call,), daemon=True).start()

    def _serve(self, call: socket.socket) -> None:
        number = self.ids.get()
        home = Path(tempfile.mkdtemp(prefix="nnlib-kernel-"))
        try:
            with call:
                connection = home / "connection.json"
                connection.write_bytes(call.recv(65536))
                for path in (connection, home):
                    os.chown(path, number, number)
                kernel = subprocess.Popen(
                    [sys.executable, "-I", self.program, "kernel", connection, str(PROCESSES)],
                    **{"user": number, "group": number, "extra_groups": []},
                    **{"cwd": home, "env": surroundings(home), "umask": 0o077},
                    **dict.fromkeys(["stdin", "stdout", "stderr"], subprocess.DEVNULL),
                    start_new_session=True,
                )
                while kernel.poll() is None:
                    if select.select([call], [], [], 0.1)[0]:
                        if not call.recv(1):
                            break  # the stand-in has ended, so the kernel has to
                        with contextlib.suppress(ProcessLookupError):
                            os.killpg(kernel.pid, signal.SIGINT)
                end_all(number)
                kernel.wait()
        finally:
            end_all(number)
            shutil.rmtree(home, ignore_errors=True)
            self.ids.put(number)


def taken(number: int) -> bool:
    """Whether the user id is in the list of users, or some process has it."""
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwuid(number))
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == number:
                return True
    return False


def end_all(number: int) -> None:
    """End every process of this user id: asked by one of them, -1 means all that it may end."""
    who = {"user": number, "group": number, "extra_groups": []}
    subprocess.run(["/bin/sh", "-c", "kill -KILL -1"], **who, stderr=subprocess.DEVNULL)


def stand_in(connection_file: str, address: str) -> None:
    """Ask for a kernel, and be it as far as nbgrader can see."""
    parent = os.getppid()
    call = socket.socket(socket.AF_UNIX)
    call.connect(address)
    signal.signal(signal.SIGINT, lambda *_: call.send(b"i"))
    call.send(Path(connection_file).read_bytes())
    # The keeper says nothing; it hangs up when the kernel has ended.
    while not select.select([call], [], [], 1.0)[0]:
        if os.getppid() != parent:
            return


def kernel(connection_file: str, processes: str) -> None:
    """Be a kernel, within bounds. More processes than 0 are a bound, too, for this user id."""
    bounds = BOUNDS | ({"RLIMIT_NPROC": int(processes)} if int(processes) else {})
    for name, bound in bounds.items():
        with contextlib.suppress(ValueError, OSError):  # a lower one is there already
            resource.setrlimit(getattr(resource, name), (bound, bound))
    from ipykernel.kernelapp import IPKernelApp

    # No debugger: it would listen on a port without a password. No history: nobody reads it.
    IPKernelApp.launch_instance(
        ["-f", connection_file, "--HistoryManager.enabled=False", "--log-level=ERROR"]
    )


if __name__ == "__main__":
    # nbgrader adds options for a kernel of its own; this one has what it needs.
    {"stand-in": stand_in, "kernel": kernel}[sys.argv[1]](*sys.argv[2:4])
