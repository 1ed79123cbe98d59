"""Call a learner's function so that nothing in it can hurt the notebook.

The calls are made in a forked copy of the kernel: it holds all that the notebook holds, closures
too, and whatever it does to itself is gone when it ends. The operating system stops it after two
seconds of work, which no `except` survives. Only plain numbers, lists and arrays come back.

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

import numpy as np

SECONDS = 2.0  # of work; of waiting, which is also what a busy machine looks like, twice as many
LARGEST = 1_000_000  # numbers in an answer; more of them are not sent back
FORKS = hasattr(os, "fork")


class Stranger(NamedTuple):
    """In place of an answer, or a piece of one, that is no number, text, list or array."""

    kind: str


class Outcome(NamedTuple):
    """What one call came to.

    `ended` is "returned", "raised", "timeout" (it worked too long), "waited" (it slept too long) or
    "died" (it ended its process). `answer` is there when it returned, `error` when it raised, with
    the line of the learner's in which it did. `changed` are the places of arguments that are no
    longer what they were.
    """

    ended: str
    answer: object = None
    error: str = ""
    printed: str = ""
    changed: tuple[int, ...] = ()


def guarded(f: Callable, calls: list[tuple], seconds: float = SECONDS) -> list[Outcome]:
    """The outcome of f(*arguments) for each of the calls, up to the first that does not end itself.

    `seconds` are for all the calls together. f works on copies; what it prints is caught.

    >>> guarded(lambda x: 1 / x, [(2,), (0,), (1,)])[1].error
    'ZeroDivisionError: division by zero'
    """
    return (_in_a_fork if FORKS else _in_a_thread)(f, calls, seconds)


# One call


def _call(f: Callable, arguments: tuple) -> Outcome:
    """f(*arguments), on copies; whatever it raises, SystemExit too, becomes an outcome."""
    arguments = copy.deepcopy(arguments)
    before = [_fingerprint(argument) for argument in arguments]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            answer = plain(f(*arguments))
        except BaseException as error:
            return Outcome("raised", error=_told(error), printed=printed.getvalue()[:LARGEST])
    after = [_fingerprint(argument) for argument in arguments]
    changed = tuple(i for i, (old, new) in enumerate(zip(before, after)) if old != new)
    return Outcome("returned", answer, printed=printed.getvalue()[:LARGEST], changed=changed)


def _fingerprint(argument) -> bytes:
    """Equal as long as the argument is; of what cannot be written down, like a function, empty."""
    try:
        return pickle.dumps(argument)
    except Exception:
        return b""


def plain(answer):
    """The answer in numbers, texts, lists, tuples, dicts and arrays; of all else only its name."""
    if answer is None or type(answer) in (bool, int, float, str):
        return answer
    if isinstance(answer, np.generic | np.ndarray):
        array = np.asarray(answer)
        if array.dtype.kind not in "biuf" or array.size > LARGEST:
            return Stranger(f"an array of {array.dtype}, shape {array.shape}")
        return array
    if isinstance(answer, tuple | list) and len(answer) <= 1000:
        return (tuple if isinstance(answer, tuple) else list)(plain(piece) for piece in answer)
    if isinstance(answer, dict) and len(answer) <= 1000:
        return {str(key): plain(value) for key, value in answer.items()}
    return Stranger(f"a {type(answer).__name__}")


def _told(error: BaseException) -> str:
    """The error in a sentence, with the learner's last line that took part in it."""
    words = f"{type(error).__name__}: {error}".strip().removesuffix(":")
    ours = os.path.dirname(os.path.dirname(__file__))
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith(ours) and "site-packages" not in frame.filename:
            return f"{words}, in the line `{frame.line}`" if frame.line else words
    return words


# In a forked copy of the kernel


def _in_a_fork(f: Callable, calls: list[tuple], seconds: float) -> list[Outcome]:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python warns of locks that other threads hold; the copy touches none of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _be_the_copy(f, calls, seconds, writing)
    os.close(writing)
    try:
        outcomes, closed = _receive(reading, len(calls), time.monotonic() + 2 * seconds)
    finally:
        os.close(reading)
        killed_by, worked = _end(child)
    if len(outcomes) < len(calls):
        # On a busy machine an endless loop may not get its two seconds of work in four.
        busy = killed_by == signal.SIGPROF or (not closed and worked > seconds / 20)
        outcomes.append(Outcome("timeout" if busy else "died" if closed else "waited"))
    return outcomes


def _be_the_copy(f, calls, seconds, writing) -> None:  # pragma: no cover, it is another process
    """Make the calls, send what they come to, and end without a trace."""
    try:
        os.setsid()  # whatever it starts can be ended with it
        gc.disable()  # the kernel's sockets are not ours to close
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        builtins.input = _nobody_types
        for arguments in calls:
            message = pickle.dumps(_call(f, arguments))
            message = memoryview(struct.pack("<Q", len(message)) + message)
            while message:
                message = message[os.write(writing, message) :]
    finally:
        os._exit(0)


def _nobody_types(prompt=""):
    raise EOFError("a check cannot type: take what you need from the arguments, not from input()")


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
                if len(received) < end:
                    break
                outcomes.append(pickle.loads(received[8:end]))
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


def _in_a_thread(f: Callable, calls: list[tuple], seconds: float) -> list[Outcome]:
    outcomes, streams, over = [], (sys.stdout, sys.stderr), threading.Event()

    def make_the_calls():
        for arguments in calls:
            if not over.is_set():
                outcomes.append(_call(f, arguments))

    thread = threading.Thread(target=make_the_calls, daemon=True)
    thread.start()
    thread.join(seconds)
    if not thread.is_alive():
        return outcomes
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
