"""Run the students' code in kernels of other users, who own no files.

nbgrader runs as the teacher and can write the gradebook; the notebooks that it runs must not. A
kernel takes three parts, in the order in which they start:

    stand_in   nbgrader starts it as if it were the kernel; it asks the keeper for a kernel, passes
               interrupts on, and ends with the kernel
    Keeper     a part of the grade command, as root; it starts the kernel under a free user id, in
               an empty folder, and later kills every process of that user id
    kernel     the kernel itself, with limits on memory, files and processes

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
    """The environment variables of worker and kernels; none of the caller's are passed on."""
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
    """Starts a kernel for each stand-in that connects to its socket, and kills it afterwards.

    Each kernel has a user id of its own, the first of `ids` that is free. No user of the machine
    may have one of them. `owner` is the user id of nbgrader, the only one that may connect.
    """

    def __init__(self, folder: Path, owner: int, ids: range):
        for number in ids:
            if taken(number):
                raise ValueError(f"User id {number} is in use: choose others with --ids.")
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
        """Run a kernel for one stand-in until either ends, then remove all that it leaves."""
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
                            break  # the stand-in has ended: so must the kernel
                        with contextlib.suppress(ProcessLookupError):
                            os.killpg(kernel.pid, signal.SIGINT)
                end_all(number)
                kernel.wait()
        finally:
            end_all(number)
            shutil.rmtree(home, ignore_errors=True)
            self.ids.put(number)


def taken(number: int) -> bool:
    """Whether a user or a process of this machine has the user id."""
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwuid(number))
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == number:
                return True
    return False


def end_all(number: int) -> None:
    """Kill every process of this user id: `kill -1`, run as that user, reaches all of its own."""
    who = {"user": number, "group": number, "extra_groups": []}
    subprocess.run(["/bin/sh", "-c", "kill -KILL -1"], **who, stderr=subprocess.DEVNULL)


def stand_in(connection_file: str, address: str) -> None:
    """Ask the keeper for a kernel, and act as that kernel towards nbgrader."""
    parent = os.getppid()
    call = socket.socket(socket.AF_UNIX)
    call.connect(address)
    signal.signal(signal.SIGINT, lambda *_: call.send(b"i"))
    call.send(Path(connection_file).read_bytes())
    # The keeper sends nothing; it closes the connection when the kernel has ended.
    while not select.select([call], [], [], 1.0)[0]:
        if os.getppid() != parent:
            return


def kernel(connection_file: str, processes: str) -> None:
    """Become a kernel with limits; `processes`, unless 0, is how many this user id may have."""
    bounds = BOUNDS | ({"RLIMIT_NPROC": int(processes)} if int(processes) else {})
    for name, bound in bounds.items():
        with contextlib.suppress(ValueError, OSError):  # there is a lower limit already
            resource.setrlimit(getattr(resource, name), (bound, bound))
    from ipykernel.kernelapp import IPKernelApp

    # No debugger: it would listen on a port without a password. No history: nobody reads it.
    IPKernelApp.launch_instance(
        ["-f", connection_file, "--HistoryManager.enabled=False", "--log-level=ERROR"]
    )


if __name__ == "__main__":
    # nbgrader adds options, which are not used.
    {"stand-in": stand_in, "kernel": kernel}[sys.argv[1]](*sys.argv[2:4])
