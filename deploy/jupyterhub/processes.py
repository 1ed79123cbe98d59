"""The processes of one user id: which there are, and how to end all of them.

python -IS processes.py end NUMBER NOBODY      as root: SIGKILL to all of them at once
"""

import os
import signal
import sys
from pathlib import Path


def of(number: int) -> list[int]:
    """The ids of all processes that run under this user id; one that has ended does not run.

    The status names the owner also where the owner of the folder in /proc is root, because the
    process has said that nobody may look into it.
    """
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if owns(number, folder)]


def owns(number: int, process: Path | int) -> bool:
    """Whether this process, an id or its folder in /proc, runs under this user id."""
    folder = process if isinstance(process, Path) else Path(f"/proc/{process}")
    try:
        lines = (folder / "status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False  # has ended since
    fields = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    return str(number) in fields["Uid"].split() and fields["State"][0] not in "ZX"


def end(number: int, nobody: int) -> None:
    """Kill every process of this user id; called in a process of its own, as root.

    Only the effective user id becomes theirs: it decides whom this process may kill. Who may kill
    *this process* is decided by the other two, so neither is theirs, or a student could stop it.
    `nobody` has to be a user id that nobody has, for its processes may be killed as well.
    """
    os.setgroups([])
    os.setresgid(nobody, nobody, nobody)
    os.setresuid(nobody, number, 0)
    os.kill(-1, signal.SIGKILL)  # all at once: a process that forks meanwhile does not get away


if __name__ == "__main__":
    try:
        end(*map(int, sys.argv[2:]))
    except ProcessLookupError:
        pass  # there was none
