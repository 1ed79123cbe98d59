"""Leave verdicts in a file, from which a class is counted: how many are right, and which mistakes.

If the environment variable NNLIB_VERDICTS names a file, each check adds a line to it: the task, the
status, the title of the mistake if one was named, and the time. No answer and no name is written.
"""

import contextlib
import json
import os
import stat
import time
from pathlib import Path

from nnlib import files

VERDICTS = "NNLIB_VERDICTS"  # the environment variable that names the file
MOST = 1_000_000  # the most bytes in the file; beyond them its older half is removed
TOLD = (
    "Your teacher's page counts this verdict: the task, the status and the mistake, without your"
    " answer or your name. To leave yours out: `from nncourse.exercises import sharing`, then"
    " `sharing(False)`."
)
_told = False


def leave(verdict) -> str:
    """Add this verdict to the file; gives the sentence to say about it the first time, then ""."""
    global _told
    if not sharing():
        return ""
    record = verdict.record()
    line = {key: record[key] for key in ("task", "status", "misconception")}
    line["time"] = round(time.time(), 1)
    try:
        _append(Path(os.environ[VERDICTS]), json.dumps(line).encode() + b"\n")
    except (OSError, ValueError):
        return ""  # a full disk, or no such folder: the check must not fail
    told, _told = "" if _told else TOLD, True
    return told


def sharing(on: bool | None = None) -> bool:
    """Whether your verdicts are counted in class. True or False turns this on or off for good.

    Where no file is named it is always False.

    >>> sharing()
    False
    """
    path = os.environ.get(VERDICTS)
    if not path:
        return False
    off = Path(f"{path}.off")
    with contextlib.suppress(OSError, ValueError):
        if on is not None and on:
            off.unlink(missing_ok=True)
        elif on is not None:
            off.touch()
    try:
        return not off.exists()
    except (OSError, ValueError):
        return False


def _append(path: Path, line: bytes) -> None:
    """Add the line in one write; if the file would become too large, keep its newer half."""
    # Without O_NONBLOCK, opening a pipe would wait for a reader.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
    there = os.open(path, flags, 0o600)
    try:
        found = os.fstat(there)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(f"{path} is no file to add a line to")
        if found.st_size + len(line) > MOST:
            _halve(path)
            os.close(there)
            there = os.open(path, flags, 0o600)
        os.write(there, line)
    finally:
        os.close(there)


def _halve(path: Path) -> None:
    """Keep the last lines of the file, up to half of MOST."""
    with path.open("rb") as old:
        old.seek(-min(MOST // 2, old.seek(0, os.SEEK_END)), os.SEEK_END)
        newest = old.read(MOST // 2).partition(b"\n")[2]
    files.write(path, newest)
