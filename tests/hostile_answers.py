"""Answers that mean harm: when they strike, what they do, what they give, and what they are."""

import ctypes
import functools
import itertools
import json
import multiprocessing
import os
import pickle
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time

import numpy as np

KERNEL = os.getpid()
struck = []  # what of an answer ran in the kernel while it was checked
watching = threading.Event()


class Strike(BaseException):
    """Raised by hostile methods."""


def seen(what):
    """Note that code of an answer runs, if that is in the kernel, and raise."""
    if os.getpid() == KERNEL and watching.is_set():
        struck.append(what)
    raise Strike(what)


def method(name):
    return noted if name == "__del__" else lambda *_, **__: seen(name)


def noted(*_):
    if os.getpid() == KERNEL and watching.is_set():
        struck.append("__del__")


# What is done. Each is called in the copy of the kernel, with the arguments of the answer.


def raise_something(*_):
    raise Strike


def raise_with_hostile_words(*_):
    raise type("Wordless", (Exception,), {"__str__": method("str"), "__repr__": method("repr")})


def raise_a_long_text(*_):
    raise ValueError("\ud800x" * 2_000_000)


def write_everywhere(message):
    for number in range(256):
        try:
            os.write(number, message)
        except OSError:
            pass


def sent(message):
    return struct.pack("<Q", len(message)) + message


def forged(*outcome, blob=b""):
    words = json.dumps({"tuple": outcome}).encode()
    return sent(struct.pack("<Q", len(words)) + words + blob)


class Runs:
    def __reduce__(self):
        return seen, ("unpickled",)


EMPTY = {"tuple": []}
MESSAGES = {
    "garbage": b"garbage \0\xff" * 20,
    "a pickle": sent(pickle.dumps(Runs())),
    "a huge size": struct.pack("<Q", 2**63),
    "half a message": struct.pack("<Q", 1000) + b"[",
    "many brackets": sent(sent(b"[" * 300_000)),
    "many lists": sent(sent(b"[" + b"[]," * 1_000_000 + b"[]]")),
    "a huge array": forged("returned", {"array": "<f8", "shape": [10**12]}, "", "", EMPTY, EMPTY),
    "no array": forged("returned", {"array": [], "shape": 3}, "", "", EMPTY, EMPTY),
    "a large number": forged("returned", 10**4000, "", "", EMPTY, EMPTY),
    "half letters": forged("raised", None, "\ud800" * 100_000, "", EMPTY, EMPTY),
    "a long name": forged("returned", 1.0, "", "", EMPTY, {"tuple": ["\ud800" * 9000]}),
    "many places": forged("returned", 1.0, "", "", {"tuple": [10**9] * 1000}, EMPTY),
    "words": forged("right", "right", "", "", EMPTY, EMPTY),
}


def fork_and_sleep(*_):
    if os.fork() == 0:
        time.sleep(600)


def leave_the_session(*_):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)


def start_a_thread(f):
    threading.Thread(target=f, daemon=True).start()


def to_the_kernel(number):
    return lambda *_: os.kill(os.getppid(), number)


def replace(module, name):
    return lambda *_: setattr(sys.modules[module], name, method("replaced"))


def limits_of_the_kernel(*_):
    resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (100, 100))


def recurse(n=0):
    return recurse(n + 1)


def recurse_without_limit(*_):
    sys.setrecursionlimit(2**31 - 1)
    recurse()


def take_memory(*_):
    kept = []
    while True:
        kept.append(np.ones(10**7))


def take_memory_slowly(*_):
    kept = []
    for _ in range(10**6):
        kept.append(np.ones(2 * 10**6))
        time.sleep(0.005)


def change_the_arguments(*arguments):
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            argument[...] = 0
        elif isinstance(argument, list):
            argument.clear()


def spin(*_):
    while True:
        pass


def spin_whatever_comes(*_):
    while True:
        try:
            spin()
        except BaseException:
            pass


def spin_without_a_clock(*_):
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGPROF, signal.SIG_IGN)
    spin()


HARMLESS = {"nothing": lambda *_: None}
AT_ONCE = {
    "raises": raise_something,
    "raises without words": raise_with_hostile_words,
    "raises a long text": raise_a_long_text,
    "sys.exit": lambda *_: sys.exit("bye"),
    "interrupt": lambda *_: signal.raise_signal(signal.SIGINT),
    "os._exit": lambda *_: os._exit(0),
    "kills itself": lambda *_: os.kill(os.getpid(), signal.SIGKILL),
    "terminates itself": lambda *_: signal.raise_signal(signal.SIGTERM),
    "reads at 0": lambda *_: ctypes.string_at(0),
    "aborts": lambda *_: os.abort(),
    "becomes another program": lambda *_: os.execv(sys.executable, [sys.executable, "-c", "0"]),
    "stops the kernel": to_the_kernel(signal.SIGSTOP),
    "interrupts the kernel": to_the_kernel(signal.SIGINT),
    "kills the kernel": to_the_kernel(signal.SIGKILL),
    "stops its group": lambda *_: os.killpg(os.getpgid(os.getppid()), signal.SIGSTOP),
    "limits the kernel": limits_of_the_kernel,
    "moves the kernel": lambda *_: os.sched_setaffinity(os.getppid(), {0}),
    "forks": fork_and_sleep,
    "leaves the session": leave_the_session,
    "starts a program": lambda *_: subprocess.Popen(["sleep", "600"], start_new_session=True),
    "starts a process": lambda *_: multiprocessing.Process(target=time.sleep, args=(60,)).start(),
    "leaves a thread": lambda *_: start_a_thread(lambda: time.sleep(60)),
    "leaves a busy thread": lambda *_: start_a_thread(spin),
    "prints megabytes": lambda *_: print("x" * 3_000_000, flush=True),
    "prints half letters": lambda *_: print("\ud800" * 3000),
    "writes to 1 and 2": lambda *_: (os.write(1, b"x" * 99), os.write(2, b"x" * 99)),
    "prints nowhere": lambda *_: sys.stdout.close(),
    "closes all files": lambda *_: os.closerange(0, 256),
    "lays files over others": lambda *_: [os.dup2(0, n) for n in range(3, 64)],
    "sets the environment": lambda *_: os.environ.update(PATH="", NNLIB_VERDICTS="/dev/full"),
    "changes folder": lambda *_: (os.chdir("/"), os.umask(0)),
    "takes signals": lambda *_: [signal.signal(n, signal.SIG_IGN) for n in (2, 15, 27)],
    "seeds": lambda *_: np.random.seed(0),  # noqa: NPY002
    "unwatched": lambda *_: (sys.setprofile(None), sys.settrace(None)),
    "recurses": recurse,
    "recurses without limit": recurse_without_limit,
    "takes memory": take_memory,
    "asks for memory": lambda *_: np.ones(10**11),
    "changes arguments": change_the_arguments,
    **{f"writes {name}": functools.partial(lambda message, *_: write_everywhere(message), message)
       for name, message in MESSAGES.items()},
    **{f"a thread writes {name}": functools.partial(
        lambda message, *_: start_a_thread(lambda: write_everywhere(message)), message)
       for name, message in MESSAGES.items()},
    **{f"replaces {module}.{name}": replace(module, name) for module, name in [
        ("builtins", "len"), ("builtins", "type"), ("numpy", "asarray"), ("numpy", "abs"),
        ("json", "dumps"), ("os", "write"), ("os", "_exit"), ("copy", "deepcopy"),
        ("pickle", "dumps"), ("nncourse.exercises.guard", "encode"),
        ("nncourse.exercises.guard", "plain"), ("nncourse.exercises.wire", "_plain"),
    ]},
}  # fmt: skip
SLOW = {
    "never ends": spin,
    "never ends, whatever comes": spin_whatever_comes,
    "never ends, without a clock": spin_without_a_clock,
    "never ends in C": lambda *_: 7 ** (10**9),
    "counts for ever": lambda *_: sum(itertools.count()),
    "sleeps": lambda *_: time.sleep(600),
    "waits": lambda *_: select.select([], [], []),
    "stops itself": lambda *_: os.kill(os.getpid(), signal.SIGSTOP),
    "takes memory slowly": take_memory_slowly,
    "waits for its thread": lambda *_: threading.Thread(target=spin).run(),
}
ACTS = HARMLESS | AT_ONCE | SLOW


# What is given

METHODS = (
    *("__len__", "__eq__", "__hash__", "__repr__", "__str__", "__iter__", "__bool__", "__array__"),
    *("__getitem__", "__float__", "__index__", "__int__", "__format__", "__reduce__", "__lt__"),
    *("__reduce_ex__", "__array_ufunc__", "__array_function__", "__array_finalize__", "__del__"),
    *("__array_wrap__", "__instancecheck__", "__contains__", "__abs__", "__sub__", "__complex__"),
    *("strip", "casefold", "encode", "tolist", "item", "astype", "view", "items", "keys"),
)
PROPERTIES = ("__class__", "__code__", "__name__", "__dict__", "__module__", "shape", "dtype")
PROPERTIES += ("ndim", "size", "T", "flat", "__array_interface__", "__wrapped__", "__doc__")


def hostile(base, *without):
    """A class of this kind, each method and attribute of which is noticed and raises."""
    body = {name: method(name) for name in METHODS if name not in without}
    body |= {name: property(method(name)) for name in PROPERTIES if name not in without}
    if base is object:
        body["__getattr__"] = method("__getattr__")
    return type("Hostile", (base,), body)


def in_itself():
    loop = [1.0]
    loop.append(loop)
    return loop


def nested(n):
    within = []
    for _ in range(n):
        within = [within]
    return within


def objects(*pieces):
    array = np.empty(len(pieces), object)
    for i, piece in enumerate(pieces):  # at once, numpy would look into them
        array[i] = piece
    return array


def a_hostile_array():
    kind = type("Hostile", (np.ndarray,), {})
    array = np.ones((3, 1)).view(kind)
    for name in METHODS:
        if name != "__del__":
            setattr(kind, name, method(name))
    for name in PROPERTIES[5:]:
        setattr(kind, name, property(method(name)))
    return array


def renamed():
    def f(*_):
        return 1.0

    f.__name__ = hostile(str, "__class__", "__hash__", "__eq__", "__doc__", "__module__")("f")
    return f


async def later(*_):
    return 1.0


GIFTS = {
    "one": lambda: 1.0,
    "none": lambda: None,
    "nan": lambda: np.full((3, 1), np.nan),
    "too much": lambda: np.zeros(1_000_001),
    "much": lambda: np.ones((1000, 1000)),
    "gigabytes": lambda: np.broadcast_to(1.0, (10**5, 10**5)),
    "a long text": lambda: "x" * 2_000_000,
    "half a letter": lambda: ["\ud800", {"\udfff": 1}],
    "a large number": lambda: 10**5000,
    "many numbers": lambda: list(range(900_000)),
    "many texts": lambda: ["x" * 1000] * 20_000,
    "many lists": lambda: [[0] * 10] * 60_000,
    "deep": lambda: nested(5000),
    "in itself": in_itself,
    "ragged": lambda: [[1], [1, 2]],
    "an object": lambda: hostile(object)(),
    "objects": lambda: objects(hostile(object)(), 1.0, hostile(object)()),
    "a float": lambda: hostile(float)(1.5),
    "a number of numpy": lambda: hostile(np.float64)(1.5),
    "an int": lambda: hostile(int)(0),
    "a text": lambda: hostile(str)("none"),
    "a list": lambda: hostile(list)([1.0, 2.0]),
    "a tuple": lambda: hostile(tuple)((1.0, 2.0)),
    "a dict": lambda: hostile(dict)({"a": 1}),
    "an array": a_hostile_array,
    "a masked array": lambda: np.ma.array([[1.0], [2.0], [3.0]], mask=[[0], [1], [0]]),
    "a class": lambda: hostile(object),
    "a function": lambda: later,
    "a renamed function": renamed,
    "a generator": lambda: (seen("generator") for _ in range(3)),
    "a pickle": Runs,
    "two": lambda: (np.ones((3, 1)), hostile(object)()),
}


# What an answer is: each gives a callable that calls f


def as_object(f):
    kind = hostile(object, "__del__")
    kind.__call__ = lambda self, *arguments: f(*arguments)
    return kind()


def as_method(f):
    class Mine:
        def __getattr__(self, name):
            seen(name)

        def answer(self, *arguments):
            return f(*arguments)

    return Mine().answer


def as_class(f):
    return type("Hostile", (), {"__new__": lambda cls, *arguments: f(*arguments)})


def as_renamed(f):
    def answer(*arguments):
        return f(*arguments)

    for name in ("__name__", "__qualname__"):
        text = hostile(str, "__class__", "__hash__", "__eq__", "__doc__", "__module__")("answer")
        setattr(answer, name, text)
    return answer


def with_other_constants(f):
    """A function among whose constants is an object that notices when it is looked at."""

    def answer(*arguments):
        return f(*arguments)

    constants = (*answer.__code__.co_consts, hostile(object, "__hash__", "__class__", "__del__")())
    answer.__code__ = answer.__code__.replace(co_consts=constants)
    return answer


def with_defaults(f):
    an_object, a_class = hostile(object)(), hostile(list)
    return lambda *arguments, a=an_object, b=a_class: f(*arguments)


FORMS = {
    "a function": lambda f: f,
    "a lambda with defaults": with_defaults,
    "a partial": functools.partial,
    "a partial of a partial": lambda f: functools.partial(functools.partial(f)),
    "an object": as_object,
    "a method": as_method,
    "a class": as_class,
    "renamed": as_renamed,
    "other constants": with_other_constants,
    "cached": functools.lru_cache,
    "a generator": lambda f: lambda *arguments: (f(*arguments) for _ in range(1)),
    "wrapped": lambda f: functools.wraps(hostile)(lambda *arguments: f(*arguments)),
}
WHENS = ("at once", "in the last case", "when it has its answer", "in a method of its answer")


def answer(form, when, act, gift, right, cases):
    """An answer that does this then, and gives that: `gift`, or else what `right` gives."""
    calls = []

    def f(*arguments):
        calls.append(1)
        given = right(*arguments) if gift == "right" else GIFTS[gift]()
        if when == "in a method of its answer":
            kind = type(given) if type(given) in (float, list, tuple, dict, str) else None
            if kind is not None:
                body = {name: lambda *_: ACTS[act]() for name in METHODS}
                return type("Striking", (kind,), body)(given)
        if when != "in the last case" or len(calls) == cases:
            found = ACTS[act](*arguments)
            return found if when == "when it has its answer" and found is not None else given
        return given

    return FORMS[form](f)
