"""Call a learner's function so that nothing in it can hurt the notebook.

The calls are made in a forked copy of the kernel: it holds all that the notebook holds, closures
too, and whatever it does to itself is gone when it ends. The operating system stops it after two
seconds of work, which no `except` survives. Only plain numbers, lists and arrays come back, as
bytes of which nothing is run.

Where nothing can be forked (Windows), a thread makes the calls. It is interrupted again and again
until it gives up, but a function that ends the whole process ends the kernel there.
"""

import builtins
import contextlib
import copy
import ctypes
import gc
import io
import os
import pickle
import selectors
import signal
import struct
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from typing import NamedTuple

from nncourse.exercises.own import OURS, watched
from nncourse.exercises.wire import decode, encode, named, plain

SECONDS = 2.0  # of work; of waiting, which is also what a busy machine looks like, twice as many
MEMORY = 4 << 30  # bytes that an answer may take beside what the kernel has
MESSAGE = 1 << 26  # bytes of one outcome on its way back
LETTERS = 400  # of an error's own words
FORKS = hasattr(os, "fork")


class Outcome(NamedTuple):
    """What one call came to.

    `ended` is "returned", "raised", "timeout" (it worked too long), "waited" (it slept too long) or
    "died" (it ended its process). `answer` is there when it returned, `error` when it raised, with
    the line of the learner's in which it did. `changed` are the places of arguments that are no
    longer what they were, `borrowed` the names of nnlib's functions that it called by itself.
    """

    ended: str
    answer: object = None
    error: str = ""
    printed: str = ""
    changed: tuple[int, ...] = ()
    borrowed: tuple[str, ...] = ()


class Job(NamedTuple):
    """A function, the arguments of all calls, and the code of nnlib that it may run by itself.

    `forget` is called in the copy of the kernel, before anything of the learner's is.
    """

    f: Callable
    calls: list[tuple]
    allowed: set = frozenset()
    forget: Callable[[], object] = int


def guarded(
    f: Callable, calls: list[tuple], seconds: float = SECONDS, *, allowed=frozenset(), forget=int
) -> list[Outcome]:
    """The outcome of f(*arguments) for each of the calls, up to the first that does not end itself.

    `seconds` are for all the calls together. f works on copies; what it prints is caught. For
    `allowed` and `forget` see Job.

    >>> [outcome.ended for outcome in guarded(lambda x: 1 / x, [(2,), (0,), (1,)])]
    ['returned', 'raised', 'returned']
    """
    if FORKS:
        with contextlib.suppress(OSError):  # no process is to be had, because there are too many
            return _in_a_fork(Job(f, calls, allowed, forget), seconds)
    return _in_a_thread(Job(f, calls, allowed, forget), seconds)


# One call


def _call(f: Callable, arguments: tuple, allowed: set = frozenset()) -> Outcome:
    """f(*arguments), on copies; whatever it raises, SystemExit too, becomes an outcome."""
    arguments = copy.deepcopy(arguments)
    before = [_fingerprint(argument) for argument in arguments]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            with watched(allowed) as found:
                answer = f(*arguments)
            answer = plain(answer)
        except BaseException as error:
            return Outcome("raised", error=_told(error), printed=_said(printed))
    after = [_fingerprint(argument) for argument in arguments]
    changed = tuple(i for i, (old, new) in enumerate(zip(before, after)) if old != new)
    return Outcome("returned", answer, "", _said(printed), changed, tuple(found))


def _fingerprint(argument) -> bytes:
    """Equal as long as the argument is; of what cannot be written down, like a function, empty."""
    try:
        return pickle.dumps(argument)
    except BaseException:  # it may have been filled with anything
        return b""


def _said(printed: io.StringIO) -> str:
    """What has been printed, or its beginning; a stream can be closed by whoever writes to it."""
    return "" if printed.closed else plain(printed.getvalue())


def _told(error: BaseException) -> str:
    """The error in a sentence, with the learner's last line that took part in it."""
    name = named(type(error))
    try:
        words = plain(str(error))[:LETTERS]
    except BaseException:  # its own __str__ raises
        words = ""
    words = f"{name}: {words}".strip().removesuffix(":")
    with contextlib.suppress(BaseException):
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if not frame.filename.startswith(OURS) and "site-packages" not in frame.filename:
                return f"{words}, in the line `{frame.line[:200]}`" if frame.line else words
    return words


# In a forked copy of the kernel


def _in_a_fork(job: Job, seconds: float) -> list[Outcome]:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python warns of locks that other threads hold; the copy touches none of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            child = os.fork()
        except OSError:
            os.close(reading)
            os.close(writing)
            raise
    if child == 0:
        _be_the_copy(job, seconds, writing)
    os.close(writing)
    try:
        outcomes, closed = _receive(reading, len(job.calls), time.monotonic() + 2 * seconds)
    finally:
        os.close(reading)
        killed_by, worked = _end(child)
    if len(outcomes) < len(job.calls):
        # On a busy machine an endless loop may not get its two seconds of work in four.
        busy = killed_by == signal.SIGPROF or (not closed and worked > seconds / 10)
        outcomes.append(Outcome("timeout" if busy else "died" if closed else "waited"))
    return outcomes


def _be_the_copy(job, seconds, writing) -> None:  # pragma: no cover, it is another process
    """Make the calls, send what they come to, and end without a trace."""
    try:
        os.setsid()  # whatever it starts can be ended with it
        gc.disable()  # what is left of the kernel is not to be cleared away
        # A copy shares what the kernel has open: an answer could write into its connections.
        os.closerange(3, writing)
        os.closerange(writing + 1, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        builtins.input = _nobody_types
        _limit_memory()
        job.forget()
        for arguments in job.calls:
            message = encode(tuple(_call(job.f, arguments, job.allowed)))
            message = memoryview(struct.pack("<Q", len(message)) + message)
            while message:
                message = message[os.write(writing, message) :]
    finally:
        os._exit(0)


def _nobody_types(prompt=""):
    raise EOFError("a check cannot type: take what you need from the arguments, not from input()")


def _limit_memory() -> None:  # pragma: no cover, it is another process
    """Let an answer that takes more and more end in a MemoryError, and not in a dead machine."""
    with contextlib.suppress(Exception):  # not every system can
        import resource

        pages = int(open("/proc/self/statm").read().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _outcome(message: bytes) -> Outcome:
    """The outcome in this message. Raises ValueError if there is none: anybody can write one."""
    came = decode(message)
    if not isinstance(came, tuple) or len(came) != len(Outcome._fields):
        raise ValueError("this is no outcome")
    ended, _, error, printed, changed, names = came
    texts = (error, printed, *names) if isinstance(names, tuple) else (None,)
    places = changed if isinstance(changed, tuple) else (None,)
    if ended not in ("returned", "raised") or not all(type(text) is str for text in texts):
        raise ValueError("this is no outcome")
    if not all(type(i) is int and i >= 0 for i in places):
        raise ValueError("this is no outcome")
    return Outcome(*came)


def _receive(reading: int, expected: int, deadline: float) -> tuple[list[Outcome], bool]:
    """What the copy sends until all is there, it ends (True) or the deadline is over (False)."""
    received, outcomes = bytearray(), []
    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        while len(outcomes) < expected:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return outcomes, False
            piece = os.read(reading, 1 << 20)
            if not piece:
                return outcomes, True
            received += piece
            while len(received) >= 8:
                end = 8 + struct.unpack_from("<Q", received)[0]
                if end > MESSAGE:
                    return outcomes, True
                if len(received) < end:
                    break
                try:
                    outcomes.append(_outcome(bytes(received[8:end])))
                except ValueError:
                    return outcomes, True
                del received[:end]
    return outcomes, True


def _end(child: int) -> tuple[int, float]:
    """End the copy and what it started: the signal it died of, or 0, and its seconds of work."""
    # One that is dead already keeps its number, and what it died of, until it is waited for.
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):  # somebody else has waited for it
        _, status, used = os.wait4(child, 0)
        signal_number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        return signal_number, used.ru_utime + used.ru_stime
    return 0, 0.0


# In a thread, where nothing can be forked


def _in_a_thread(job: Job, seconds: float) -> list[Outcome]:
    calls, outcomes, streams, over = job.calls, [], (sys.stdout, sys.stderr), threading.Event()

    def make_the_calls():
        for arguments in calls:
            if not over.is_set():
                outcomes.append(_call(job.f, arguments, job.allowed))

    thread = threading.Thread(target=make_the_calls, daemon=True)
    thread.start()
    thread.join(seconds)
    if not thread.is_alive():
        missing = len(outcomes) < len(calls)
        return [*outcomes, Outcome("died")] if missing else outcomes
    over.set()
    in_time = list(outcomes)
    _interrupt(thread, seconds)
    sys.stdout, sys.stderr = streams
    return [*in_time[: len(calls) - 1], Outcome("timeout")]


def _interrupt(thread: threading.Thread, seconds: float) -> None:
    """Raise SystemExit in it until it ends: a bare except catches one, and not always the next."""
    deadline = time.monotonic() + seconds
    while thread.is_alive() and time.monotonic() < deadline:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit)
        )
        thread.join(0.0005)
