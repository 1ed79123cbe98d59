"""Files: how one is replaced all at once, and how one is opened that may be anything.

`write` writes beside the file and renames when all is there. Whoever looks meanwhile, other
processes and threads too, sees the old file or the new one; so it is after Ctrl-C, a full disk, a
kill or a power failure.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import suppress

from nnlib import checks

try:
    import fcntl
except ModuleNotFoundError:  # Windows has other locks
    fcntl = None

# Without the name of the file, which may already be as long as a name can be.
BESIDE = re.compile(r"\.nnlib-[0-9a-f]{16}\.part")
KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket",
         stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}  # fmt: skip


def name_of(path) -> str:
    """`path`, which may be a str, bytes or Path, as a str; TypeError or ValueError for others.

    >>> name_of(3)
    Traceback (most recent call last):
    ...
    TypeError: path=3: give the name of a file, as a string or a Path
    """
    given = f"path={checks.shown(path)}: give the name of a file, as a string or a Path"
    try:
        name = os.fsdecode(path)
        os.fsencode(name)
    except TypeError:
        raise TypeError(given) from None
    except UnicodeError:
        raise ValueError(given) from None
    if not name or "\0" in name:
        raise ValueError(given)
    return name


def quoted(name: str) -> str:
    """How a sentence quotes the name of a file: its end, where it is long."""
    text = repr(name)
    return text if len(text) <= checks.LONGEST else "'..." + text[4 - checks.LONGEST :]


def opened(name: str):
    """The file, opened to be read; ValueError for a folder, a pipe or a device.

    Raises the system's own OSError, say FileNotFoundError, where the file cannot be opened.
    """
    _ordinary(name, quoted(name))
    # Without O_NONBLOCK, a pipe that took its place just now would wait for a writer.
    at_once = getattr(os, "O_NONBLOCK", 0)
    return open(name, "rb", opener=lambda name, flags: os.open(name, flags | at_once))


def _ordinary(name: str, said: str) -> os.stat_result:
    found = os.stat(name)
    if not stat.S_ISREG(found.st_mode):
        kind = KINDS.get(stat.S_IFMT(found.st_mode), "something else")
        raise ValueError(f"{said} is {kind}, and was left alone: give the name of a file")
    return found


def write(path, content: bytes) -> None:
    """Replace what is in the file at `path` by `content`, or make the file: all of it or nothing.

    It keeps its mode, and its owner and group if that is allowed; a symbolic link stays one, and
    what it points to is replaced. (A second name for the same file, a hard link, keeps the old
    content.) Raises ValueError for what is no file, and OSError of the system's own kind, as
    PermissionError, where it cannot be written, also for a folder in which nothing can be made.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/one.txt", b"1")
    ...     os.listdir(folder)
    ['one.txt']
    """
    name = name_of(path)
    try:
        if os.path.basename(name) in ("", ".", ".."):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        target, old = os.path.realpath(name) if os.path.islink(name) else name, None
        with suppress(FileNotFoundError):
            old = _ordinary(target, quoted(name))
            os.close(os.open(target, os.O_WRONLY))  # refuses one that is protected
        _sweep(os.path.dirname(target) or ".")
        try:
            _put(_without_a_name, target, content, old)
        except OSError:
            _put(_with_a_name, target, content, old)
    except OSError as error:
        why = f"{error.strerror or error}; nothing was written"
        raise OSError(error.errno, why, name) from None


def _put(made, target: str, content: bytes, old: os.stat_result | None) -> None:
    """Write a file beside the target, by `made`, and give it the target's name."""
    beside = os.path.join(os.path.dirname(target), f".nnlib-{os.urandom(8).hex()}.part")
    try:
        with made(beside) as file:
            if old is not None:
                _as_before(file.fileno(), old)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # or a power failure could leave the new name without content
            if made is _without_a_name:
                # That src_dir_fd is given makes Python follow the link, as linkat(2) describes.
                os.link(f"/proc/self/fd/{file.fileno()}", beside, src_dir_fd=file.fileno())
            if fcntl is None:
                file.close()  # Windows renames only what is closed
            os.replace(beside, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(beside)


def _without_a_name(beside: str):
    """A new file without a name, which Linux removes with its process unless it is linked.

    A kill in the middle of writing leaves nothing. Raises OSError where the system has none.
    """
    if not hasattr(os, "O_TMPFILE"):
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
    flags = os.O_TMPFILE | os.O_WRONLY
    file = open(
        os.path.dirname(beside) or ".", "wb", opener=lambda name, _: os.open(name, flags, 0o666)
    )
    _lock(file)
    return file


def _with_a_name(beside: str):
    """A new file; what a kill leaves of it, the next `write` into its folder removes."""
    while True:
        try:
            file = open(beside, "xb")
        except PermissionError as error:
            raise PermissionError(error.errno, "no new file is allowed in its folder") from None
        _lock(file)
        if os.path.exists(beside):
            return file
        file.close()  # swept by another `write` before the lock was there


def _lock(file, wait: bool = True) -> bool:
    """Hold the file for as long as it is open; False where another holds it, or nobody can."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        return True
    except OSError:
        return False


def _sweep(folder: str) -> None:
    """Remove what killed processes left in the folder: files beside others that nobody holds."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if BESIDE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError), open(entry.path, "rb") as left:
                    if _lock(left, wait=False):
                        os.unlink(entry.path)


def _as_before(number: int, old: os.stat_result) -> None:
    """Give a new file the owner, group and mode of the old one, as far as the system allows."""
    if not hasattr(os, "fchown"):
        return
    mode = stat.S_IMODE(old.st_mode)
    for owner in (old.st_uid, -1):
        with suppress(OSError):
            os.fchown(number, owner, old.st_gid)
            break
    new = os.fstat(number)
    if new.st_gid != old.st_gid:
        mode &= ~stat.S_IRWXG  # what its group was allowed, another group is not
    if stat.S_IMODE(new.st_mode) != mode:  # some disks know one mode only, and refuse to set it
        os.fchmod(number, mode)
