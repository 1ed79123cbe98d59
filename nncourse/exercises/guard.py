"""Call a learner's function so that it cannot harm the notebook.

The calls are made in a forked copy of the kernel. It has everything the notebook has, closures too,
and what is changed in it is lost when it ends. confined.py takes from it what an answer does not
need. The operating system kills it after two seconds of work, which no `except` can catch, and the
notebook half a second later. Only plain numbers, lists and arrays come back, as bytes that are
parsed and never executed.

Where processes cannot be forked (Windows), a thread makes the calls. It is interrupted until it
ends; but there a function that ends the process ends the kernel. On macOS an answer that sets out
to do so can signal the kernel.
"""

import builtins
import contextlib
import copy
import ctypes
import functools
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

import threadpoolctl

from nncourse.exercises.confined import confine, prepare
from nncourse.exercises.held import as_in_the_notebook
from nncourse.exercises.own import OURS, borrowed, watched
from nncourse.exercises.wire import TOO_LARGE, Stranger, decode, encode, named, plain, text

SECONDS = 2.0  # of CPU time
PATIENCE = 0.5  # seconds of waiting that are allowed beside them, on a machine that is not busy
QUEUE = 3  # times its seconds: the most that is added for the time it queued for the processor
IDLE = 0.1  # of its seconds: a call that computed for less was asleep, or waited for something
MESSAGE = 1 << 24  # the most bytes of one outcome that is sent back
LETTERS = 300  # the most of an error's message that is kept
LINE = 120  # the most of the line that raised it
FORKS = hasattr(os, "fork")
fork = os.fork if FORKS else None


class Outcome(NamedTuple):
    """The outcome of one call.

    `ended` is "returned", "raised", "timeout" (it worked too long), "waited" (it slept too long),
    "died" (it ended its process) or "garbled" (it wrote where outcomes are sent). `answer` is set
    when it returned, and `error` when it raised: the message, with the learner's line that raised.
    `changed` are the indices of the arguments that it changed, `borrowed` the names of the
    functions of nnlib that it called.
    """

    ended: str
    answer: object = None
    error: str = ""
    printed: str = ""
    changed: tuple[int, ...] = ()
    borrowed: tuple[str, ...] = ()


class Job(NamedTuple):
    """A function, the arguments of all calls, and the code objects of nnlib that it may call.

    `forget` is called in the copy of the kernel before the learner's function. `own` is that
    function, if f is one that a task put around it.
    """

    f: Callable
    calls: list[tuple]
    allowed: set = frozenset()
    forget: Callable[[], object] = int
    own: object = None


def guarded(
    f: Callable, calls: list[tuple], seconds: float = SECONDS, **more: object
) -> list[Outcome]:
    """The outcome of f(*arguments) for each of the calls; stops after one that had to be killed.

    `seconds` is the time for all calls together. f gets copies; what it prints is captured.
    `more` are other fields of Job.

    >>> [outcome.ended for outcome in guarded(lambda x: 1 / x, [(2,), (0,), (1,)])]
    ['returned', 'raised', 'returned']
    """
    job, copied = Job(f, calls, **more), None
    if FORKS:
        with contextlib.suppress(OSError):  # too many processes
            copied = _copied(job, seconds)
    return _heard(job, seconds, *copied) if copied else _in_a_thread(job, seconds)


# One call


def _call(job: Job, arguments: tuple) -> Outcome:
    """The outcome of one call, on copies; anything it raises is caught, SystemExit too."""
    try:
        return _called(job, copy.deepcopy(arguments))
    except BaseException as error:  # what it left behind, like a full memory, is in the way
        return Outcome("raised", error=_told(error))


def _called(job: Job, arguments: tuple) -> Outcome:
    before = [_fingerprint(argument) for argument in arguments]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            with watched(job.allowed) as found, as_in_the_notebook():
                answer = job.f(*arguments)
            answer = plain(answer)
        except BaseException as error:
            return Outcome("raised", error=_told(error), printed=_said(printed))
    after = [_fingerprint(argument) for argument in arguments]
    changed = tuple(i for i, (old, new) in enumerate(zip(before, after)) if old != new)
    lender = borrowed(job.f if job.own is None else job.own)
    names = tuple(text(name, 40) for name in (lender, *found) if name)
    return Outcome("returned", answer, "", _said(printed), changed, names)


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
                line = text(frame.line or "", LINE)
                return f"{words}, in the line `{line}`" if line else words
    return words


# In a forked copy of the kernel


@functools.cache
def _one_blas_thread(scipy_too: bool) -> None:
    """Take numpy's BLAS to one thread, and scipy's once it is there, for good.

    A fork while another thread of the kernel, say a widget's, computes with several would never
    end: OpenBLAS then waits for its threads and they for it. At a check, such a computation could
    be under way: so it is done at the import. Our matrices are too small for several threads.
    """
    threadpoolctl.threadpool_limits(1, user_api="blas")


if FORKS:
    _one_blas_thread("scipy.linalg" in sys.modules)
    prepare()


def _copied(job: Job, seconds: float) -> tuple[int, int]:
    """The number of the copy, which has begun to make the calls, and the pipe to read from.

    Raises OSError if there can be none.
    """
    _one_blas_thread("scipy.linalg" in sys.modules)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python warns of locks that other threads hold; the copy uses none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            child = fork()
        except OSError:
            os.close(reading)
            os.close(writing)
            raise
    if child == 0:
        _be_the_copy(job, seconds, writing)
    os.close(writing)
    return child, reading


def _heard(job: Job, seconds: float, child: int, reading: int) -> list[Outcome]:
    """The outcomes that the copy sends in its time; then it is ended."""
    outcomes, ended = [], "waited"
    try:
        ended = _receive(outcomes, reading, len(job.calls), _Patience(child, seconds))
    finally:
        os.close(reading)
        killed_by, worked = _end(child)
    if len(outcomes) < len(job.calls):
        ended = "waited" if killed_by == signal.SIGALRM else ended
        # On a busy machine an endless loop may not get its time of the CPU.
        busy = killed_by == signal.SIGPROF or (ended == "waited" and worked > IDLE * seconds)
        outcomes.append(Outcome("timeout" if busy else ended))
    return outcomes


def _be_the_copy(job, seconds, writing) -> None:  # pragma: no cover, it is another process
    """Make the calls, send the outcomes, and end the process without any clean-up."""
    try:
        os.setsid()  # so that no signal for the kernel reaches it
        gc.disable()  # the kernel's objects must not be finalized here
        # The copy shares the kernel's open files: an answer could write into its connections.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
        os.closerange(3, writing)
        os.closerange(writing + 1, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        builtins.input = _nobody_types
        with contextlib.suppress(Exception):  # some systems have no such limits
            confine((1 + QUEUE) * seconds + 2 * PATIENCE)
        job.forget()
        for arguments in job.calls:
            message = _message(_call(job, arguments))
            while message:
                message = message[os.write(writing, message) :]
    finally:
        os._exit(0)


def _message(outcome: Outcome) -> memoryview:
    """The bytes that are sent of it, after their number."""
    try:
        message = encode(tuple(outcome))
    except ValueError:
        message = encode(tuple(outcome._replace(answer=Stranger(TOO_LARGE))))
    return memoryview(struct.pack("<Q", len(message)) + message)


def _nobody_types(prompt=""):
    raise EOFError("a check cannot type: take what you need from the arguments, not from input()")


def _outcome(message: bytes) -> Outcome:
    """The outcome in this message.

    Raises ValueError if it is none: the answer may have written into the pipe itself.
    """
    came = decode(message)
    if type(came) is not tuple or len(came) != len(Outcome._fields):
        raise ValueError("this is no outcome")
    ended, _, error, printed, changed, names = came
    texts = (error, printed, *names) if type(names) is tuple else (None,)
    places = changed if type(changed) is tuple else (None,)
    if ended not in ("returned", "raised") or not all(type(text) is str for text in texts):
        raise ValueError("this is no outcome")
    if not all(type(i) is int and i >= 0 for i in places) or len(names) > 10:
        raise ValueError("this is no outcome")
    error = text(error, 2 * LETTERS)
    return Outcome(ended, came[1], error, printed, changed, tuple(text(one, 40) for one in names))


class _Patience:
    """How long a copy that does not answer is waited for.

    It has its seconds and a little more, and beside them the time for which it wanted the processor
    and did not get it, at most three times its seconds: on a busy machine a right answer is slow.
    """

    def __init__(self, child: int, seconds: float):
        self.child, self.seconds, self.start = child, seconds, time.monotonic()

    def left(self) -> float:
        """The seconds that are left; 0 or less if it has to be ended."""
        left = self.start + self.seconds + PATIENCE - time.monotonic()
        return left if left > 0 else left + min(self.queued(), QUEUE * self.seconds)

    def queued(self) -> float:
        """The seconds that it waited for the processor; all it has, if the system does not tell."""
        try:
            with open(f"/proc/{self.child}/schedstat") as file:
                return int(file.read().split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            return self.seconds


def _receive(outcomes: list, reading: int, expected: int, patience: _Patience) -> str:
    """Add the outcomes that the copy sends; gives how it ended if these are too few."""
    received = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        while len(outcomes) < expected:
            if not selector.select(max(0.0, patience.left())):
                if patience.left() > 0:
                    continue
                return "waited"
            piece = os.read(reading, 1 << 20)
            if not piece:
                return "died"
            received += piece
            while len(received) >= 8 and len(outcomes) < expected:
                end = 8 + struct.unpack_from("<Q", received)[0]
                if end > MESSAGE:
                    return "garbled"
                if len(received) < end:
                    break
                try:
                    outcomes.append(_outcome(bytes(received[8:end])))
                except ValueError:
                    return "garbled"
                del received[:end]
    return "returned"


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
                outcomes.append(_call(job, arguments))

    thread = threading.Thread(target=make_the_calls, daemon=True)
    start, before = time.monotonic(), time.process_time()
    thread.start()
    thread.join(seconds)
    # One that works, on a busy machine, is given the time that it did not get, as in a copy.
    while (
        thread.is_alive()
        and IDLE * seconds < time.process_time() - before < seconds
        and time.monotonic() < start + (1 + QUEUE) * seconds
    ):
        thread.join(0.02)
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
