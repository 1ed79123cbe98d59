"""Run the students' code in kernels of other users, who own no files.

nbgrader runs as the teacher and can write the gradebook; the notebooks that it runs must not. A
kernel takes three parts, in the order in which they start:

    stand_in   nbgrader starts it as if it were the kernel; it asks the keeper for a kernel, passes
               interrupts on, and ends with the kernel
    Keeper     a part of the grade command, as root, in keeper.py; it starts the kernel under a free
               user id, in an empty folder, and later kills every process of that user id
    kernel     the kernel itself, with limits on memory, files and processes

Not started by root, there is no keeper, and nbgrader starts `kernel` itself.

    python apart.py stand-in CONNECTION_FILE SOCKET
    python apart.py kernel CONNECTION_FILE PROCESSES
"""

import contextlib
import os
import resource
import select
import signal
import socket
import sys
from pathlib import Path

GIB = 2**30
BOUNDS = {"RLIMIT_AS": 4 * GIB, "RLIMIT_FSIZE": GIB // 16, "RLIMIT_CORE": 0}


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
