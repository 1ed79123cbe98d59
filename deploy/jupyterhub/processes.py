"""List or kill the processes of one user id. The hub and deploy/nbgrader use it.

python -IS processes.py end NUMBER NOBODY      as root: send SIGKILL to all of them at once
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def of(number: int) -> list[int]:
    """The ids of all running processes of this user id; zombies are left out.

    They are found by their status, and not by the owner of the folder in /proc: that is root for a
    program of root's that the user has called (setuid).
    """
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if owns(number, folder)]


def owns(number: int, process: Path | int) -> bool:
    """Whether a process, given by its id or its folder in /proc, runs under this user id."""
    folder = process if isinstance(process, Path) else Path(f"/proc/{process}")
    try:
        lines = (folder / "status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False  # it has ended
    fields = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    return str(number) in fields["Uid"].split() and fields["State"][0] not in "ZX"


def end(number: int, nobody: int) -> None:
    """Kill every process of this user id; called in a process of its own, as root.

    Only the effective user id is set to `number`: it decides whom this process may kill. The real
    and the saved one decide who may kill *this* process, and must not be the student's. The real
    one is `nobody`, an id that no user may have: its processes are killed as well.
    """
    os.setgroups([])
    os.setresgid(nobody, nobody, nobody)
    os.setresuid(nobody, number, 0)
    os.kill(-1, signal.SIGKILL)  # all in one call, so that none can fork in between


def clear(number: int, nobody: int, seconds: float = 5.0) -> list[int]:
    """Kill the processes of this user id until none is left, as root; those that would not end.

    Once is not enough: what is killed takes a moment to end, and a call for another user id with
    the same `nobody` may have killed this one's `end`.
    """
    command = [sys.executable, "-IS", __file__, "end", str(number), str(nobody)]
    until = time.monotonic() + seconds
    while (left := of(number)) and time.monotonic() < until:
        subprocess.run(command, stdin=subprocess.DEVNULL)
        time.sleep(0.02)
    return left


if __name__ == "__main__":
    try:
        end(*map(int, sys.argv[2:]))
    except ProcessLookupError:
        pass  # there is no such process
