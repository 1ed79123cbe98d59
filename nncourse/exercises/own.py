"""Find out whether an answer is the learner's own, or nnlib does the work.

Code objects decide: that of the answer itself, and those of all functions of nnlib that are called
while it runs, except by nnlib itself. The functions that a task hands over, and those in its
`may_use`, are allowed.
"""

import contextlib
import functools
import os
import sys
import sysconfig
import threading
import types
from pathlib import Path

import nnlib
from nnlib import guards
from nnlib.activations import logistic, softmax
from nnlib.classes import labels
from nnlib.datasets import digits, xor
from nnlib.metrics import wilson_interval
from nncourse.bugs import targets

EXERCISES = str(Path(__file__).resolve().parent) + os.sep
# Code in the folders of both packages is not the learner's.
OURS = tuple(f"{path}{os.sep}" for path in (Path(nnlib.__file__).resolve().parent,
                                            Path(EXERCISES).parent))  # fmt: skip
GUARD = EXERCISES + "guard.py"  # the file that calls the answer
# No exercise asks to write these; only two tasks in 06 do, and their `may_use` is empty.
HELPERS = (softmax, logistic, labels, targets, wilson_interval, digits, xor)
# What stands around the functions that are checked from outside.
_CHECKED = guards.first(guards.first)(guards.first).__code__
_PATHS = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
_OTHERS = (*(f"{path}{os.sep}" for path in _PATHS), "<frozen", "<string>", "<__array_function__")


def code_of(f) -> types.CodeType | None:
    """The code object of a function, method or partial; None for anything else.

    No attribute of another object is read: its `__code__` may raise, or take a minute.
    """
    for _ in range(10):
        if type(f) is functools.partial:
            f = f.func
        elif type(f) is types.MethodType:
            f = f.__func__
        elif type(f) is types.FunctionType and f.__code__ is _CHECKED:
            f = f.__wrapped__
    return f.__code__ if type(f) is types.FunctionType else None


def borrowed(f) -> str:
    """The name of f if it is a function or class of nnlib, or an object of one; else ""."""
    code = code_of(f)
    if code is not None:
        return _told(code) if _ours(code.co_filename) else ""
    kind = f if type(f) is type else type(f)
    where = type.__dict__["__dict__"].__get__(kind).get("__module__")
    ours = type(where) is str and where.split(".")[0] in ("nnlib", "nncourse")
    return type.__dict__["__name__"].__get__(kind) if ours else ""


def codes(things) -> set[types.CodeType]:
    """The code objects of these functions, and of all methods of the objects and classes."""
    found = set()
    for thing in things:
        if isinstance(thing, list | tuple):
            found |= codes(thing)
        elif (code := code_of(thing)) is not None:
            found.add(code)
        else:
            found |= _codes_of(thing if isinstance(thing, type) else type(thing))
    return found


@functools.cache
def _codes_of(kind: type) -> frozenset[types.CodeType]:
    """The code objects of all methods of this class."""
    found = set()
    for base in kind.__mro__:
        for member in vars(base).values():
            for name in ("fget", "func", "__func__"):  # properties and class methods
                member = getattr(member, name, member)
            if (code := code_of(member)) is not None:
                found.add(code)
    return frozenset(found)


@contextlib.contextmanager
def watched(allowed: set[types.CodeType]):
    """The names of the functions of nnlib that the learner's code calls meanwhile."""
    found, quiet = [], set()

    def look(frame, event, _):
        if event != "call" or frame.f_code in quiet:
            return
        code = frame.f_code
        here = code.co_filename
        if not _ours(here) or code in allowed or here == _CHECKED.co_filename:
            quiet.add(code)  # not looked at again
        elif _called_by_the_answer(code.co_filename, frame.f_back) and len(found) < 5:
            found.append(_told(code))

    before, of_threads = sys.getprofile(), threading.getprofile()
    sys.setprofile(look)
    threading.setprofile(look)  # for the threads that the answer starts
    try:
        yield found
    finally:
        threading.setprofile(of_threads)
        # %prun's profiler is an object that cannot be set again from here.
        sys.setprofile(before if callable(before) else None)


def _called_by_the_answer(called: str, frame) -> bool:
    """Whether a call of a function in this file of nnlib comes from the answer, not from nnlib."""
    while frame is not None:
        other = _file(frame).startswith(_OTHERS) and not _ours(_file(frame))
        if not other and frame.f_code is not _CHECKED:
            break
        frame = frame.f_back  # numpy calls what it was given: its caller counts
    caller = _file(frame) if frame is not None else ""
    if caller.startswith(EXERCISES) and frame.f_back and _file(frame.f_back) == GUARD:
        caller = GUARD  # a function that a task put around the answer
    if caller == GUARD:
        return not called.startswith(EXERCISES)
    return not _ours(caller)


def _file(frame) -> str:
    return frame.f_code.co_filename


def _ours(filename: str) -> bool:
    return filename.startswith(OURS)


def _told(code: types.CodeType) -> str:
    """A name for this code: its function; its class for `__init__` and the like; or its module."""
    *outer, name = code.co_qualname.split(".")
    if name.startswith("__") and outer:
        name = outer[-1]
    return Path(code.co_filename).stem if name.startswith("<") else name
