"""Read what students have handed in, and give pages back, without following links.

A pattern says where the notebooks are: {student} stands for a name, and * beside it for anything.
The entries of its folder belong to the students, and a link there could lead anywhere.
"""

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from roster import Wrong, clean

LARGEST = 20_000_000  # bytes of a notebook


def places(pattern: str) -> tuple[Path, re.Pattern, list[str]]:
    """Split a pattern: the folder, a regular expression for its entries, and the path in an entry.

    >>> places("{student}/week/04.ipynb")[2]
    ['week', '04.ipynb']
    """
    before, found, after = pattern.partition("{student}")
    if not found:
        raise Wrong(f"Where in {pattern!r} is the name of a student? Write {{student}} for it.")
    folder, _, start = before.rpartition("/")
    end, _, below = after.partition("/")
    folder = Path(folder or ("/" if before.startswith("/") else "."))
    if not folder.is_dir():
        raise Wrong(f"There is no folder {folder}.")
    start, end = (re.escape(part).replace(r"\*", ".*?") for part in (start, end))
    return folder, re.compile(f"{start}(?P<name>.+?){end}"), [p for p in below.split("/") if p]


def handed_in(pattern: str):
    """For each student: name, text, time of the last change, and "" or why it is not taken."""
    folder, shape, below = places(pattern)
    for entry in sorted(os.listdir(folder)):
        match = shape.fullmatch(entry)
        if not match or match["name"].startswith("."):  # hidden files of editors and systems
            continue
        try:
            content, modified = own_file(folder, [entry, *below])
        except FileNotFoundError:
            continue
        except OSError as error:
            yield clean(match["name"]), "", 0.0, f"what was handed in is {error}"
            continue
        yield clean(match["name"]), content.decode("utf-8", "replace"), modified, ""


def descend(folder: Path, parts: list[str], flags: int = 0) -> int:
    """Open a path below the folder, part by part, and refuse links; a file descriptor.

    Raises FileNotFoundError, or an OSError whose text goes on after "it is".
    """
    here = os.open(folder, os.O_RDONLY)
    for part in parts:
        try:
            deeper = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | flags, dir_fd=here)
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise OSError("a link, or in a linked folder") from error
            raise OSError(f"not open to us: {error.strerror}") from error
        finally:
            os.close(here)
        here = deeper
    return here


def own_file(folder: Path, parts: list[str]) -> tuple[bytes, float]:
    """The bytes of a file and the time of its last change; links are not followed."""
    here = descend(folder, parts)
    try:
        found = os.fstat(here)
        if not stat.S_ISREG(found.st_mode):
            raise OSError("not a file")
        if found.st_size > LARGEST:
            raise OSError(f"larger than {LARGEST} bytes")
        with open(here, "rb", closefd=False) as file:
            return file.read(LARGEST), found.st_mtime
    finally:
        os.close(here)


def give_back(pattern: str, pages: dict[str, bytes], find: Callable[[str], dict]) -> dict[str, str]:
    """Write each student's page where the pattern says; {student: "" or why they got none}.

    `find` gives the person of the name that a folder has, as `Class.find` does. As root, a page
    gets the owner of the folder that it is put into; nobody else can read it.
    """
    folder, shape, below = places(pattern)
    if not below:
        raise Wrong(f"{pattern}: {{student}} has to be the name of a folder, her own.")
    theirs = {name: [] for name in pages}
    for entry in sorted(os.listdir(folder)):
        match = shape.fullmatch(entry)
        if match and (name := find(match["name"])["name"]) in theirs:
            theirs[name].append(entry)
    return {name: _give(folder, theirs[name], below, page) for name, page in pages.items()}


def _give(folder: Path, entries: list[str], below: list[str], page: bytes) -> str:
    """Put the page below the only one of these entries; "" or why that was not done."""
    if not entries:
        return "they have no folder there"
    if len(entries) > 1:  # one may be that of somebody else with the same first and last name
        return f"which folder is theirs, {' or '.join(entries)}?"
    path = [*entries, *below]
    try:
        _put(folder, path, page)
    except OSError as error:
        return f"{'/'.join(path)}: {error}"
    return ""


def _put(folder: Path, parts: list[str], content: bytes) -> None:
    """Write a file below the folder; it replaces a file or link of that name."""
    *way, name = parts
    home, new = descend(folder, way, os.O_DIRECTORY), f".{name}-{secrets.token_hex(8)}"
    try:
        _write(home, new, content)
        os.rename(new, name, src_dir_fd=home, dst_dir_fd=home)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(new, dir_fd=home)  # a part of it, where the disk is full
        raise
    finally:
        os.close(home)


def _write(home: int, name: str, content: bytes) -> None:
    """Write a new file into an open folder, for the owner of the folder."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with open(os.open(name, flags, 0o600, dir_fd=home), "wb") as file:
        file.write(content)
        if os.geteuid() == 0:
            owner = os.fstat(home)
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
