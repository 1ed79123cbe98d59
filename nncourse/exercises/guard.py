"""Call a learner's function so that it cannot harm the notebook.

The calls are made in a forked copy of the kernel. It has everything the notebook has, closures too,
and what is changed in it is lost when it ends. The operating system kills it after two seconds of
work, which no `except` can catch. Only plain numbers, lists and arrays come back, as bytes that are
parsed and never executed.

Where processes cannot be forked (Windows), a thread makes the calls. It is interrupted until it
ends; but there a function that ends the process ends the kernel.
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

SECONDS = 2.0  # of CPU time; twice as many of waiting, since a busy machine makes it wait too
MEMORY = 4 << 30  # bytes that an answer may allocate, beside the kernel's own
MESSAGE = 1 << 26  # the most bytes of one outcome that is sent back
LETTERS = 400  # the most of an error's message that is kept
FORKS = hasattr(os, "fork")


class Outcome(NamedTuple):
    """The outcome of one call.

    `ended` is "returned", "raised", "timeout" (it worked too long), "waited" (it slept too long) or
    "died" (it ended its process). `answer` is set when it returned, and `error` when it raised: the
    message, with the learner's line that raised. `changed` are the indices of the arguments that it
    changed, `borrowed` the names of the functions of nnlib that it called.
    """

    ended: str
    answer: object = None
    error: str = ""
    printed: str = ""
    changed: tuple[int, ...] = ()
    borrowed: tuple[str, ...] = ()


class Job(NamedTuple):
    """A function, the arguments of all calls, and the code objects of nnlib that it may call.

    `forget` is called in the copy of the kernel before the learner's function.
    """

    f: Callable
    calls: list[tuple]
    allowed: set = frozenset()
    forget: Callable[[], object] = int


def guarded(
    f: Callable, calls: list[tuple], seconds: float = SECONDS, *, allowed=frozenset(), forget=int
) -> list[Outcome]:
    """The outcome of f(*arguments) for each of the calls; stops after one that had to be killed.

    `seconds` is the time for all calls together. f gets copies; what it prints is captured.
    `allowed` and `forget` are those of Job.

    >>> [outcome.ended for outcome in guarded(lambda x: 1 / x, [(2,), (0,), (1,)])]
    ['returned', 'raised', 'returned']
    """
    if FORKS:
        with contextlib.suppress(OSError):  # too many processes
            return _in_a_fork(Job(f, calls, allowed, forget), seconds)
    return _in_a_thread(Job(f, calls, allowed, forget), seconds)


# One call


def _call(f: Callable, arguments: tuple, allowed: set = frozenset()) -> Outcome:
    """The outcome of f(*arguments), on copies; anything it raises is caught, SystemExit too."""
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
    """Bytes that change when the argument does; empty for what cannot be pickled."""
    try:
        return pickle.dumps(argument)
    except BaseException:  # the answer may have put anything into it
        return b""


def _said(printed: io.StringIO) -> str:
    """The beginning of what was printed; "" if the answer closed the stream."""
    return "" if printed.closed else plain(printed.getvalue())


def _told(error: BaseException) -> str:
    """The error and its message, with the innermost line of the learner's that it passed."""
    name = named(type(error))
    try:
        words = plain(str(error))[:LETTERS]
    except BaseException:  # its __str__ raises
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
        # Python warns of locks that other threads hold; the copy uses none of them.
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
        # On a busy machine an endless loop may not get two seconds of CPU time in four.
        busy = killed_by == signal.SIGPROF or (not closed and worked > seconds / 10)
        outcomes.append(Outcome("timeout" if busy else "died" if closed else "waited"))
    return outcomes


def _be_the_copy(job, seconds, writing) -> None:  # pragma: no cover, it is another process
    """Make the calls, send the outcomes, and end the process without any clean-up."""
    try:
        os.setsid()  # so that processes it starts can be killed with it
        gc.disable()  # the kernel's objects must not be finalized here
        # The copy shares the kernel's open files: an answer could write into its connections.
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
    """Make an answer that allocates too much raise MemoryError before the machine runs out."""
    with contextlib.suppress(Exception):  # some systems have no such limit
        import resource

        pages = int(open("/proc/self/statm").read().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _outcome(message: bytes) -> Outcome:
    """The outcome in this message.

    Raises ValueError if it is none: the answer may have written into the pipe itself.
    """
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
    """The outcomes that the copy sends, and False if it sent too few until the deadline."""
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
    """Kill the copy and what it started; the signal it died of, or 0, and its CPU time."""
    # A dead process keeps its number and its status until it is waited for.
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):  # it was waited for elsewhere
        _, status, used = os.wait4(child, 0)
        signal_number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        return signal_number, used.ru_utime + used.ru_stime
    return 0, 0.0


# In a thread, where processes cannot be forked


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
    """Raise SystemExit in it until it ends: a bare `except` catches one, but hardly all."""
    deadline = time.monotonic() + seconds
    while thread.is_alive() and time.monotonic() < deadline:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit)
        )
        thread.join(0.0005)
