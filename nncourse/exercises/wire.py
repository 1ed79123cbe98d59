"""Turn an answer into plain data, and send it from one process to another.

Plain data are numbers, texts, lists, tuples, dicts and arrays; anything else is replaced by its
name. `plain` runs no code of the answer, not even its `__len__` or `__class__`. `encode` and
`decode` use JSON and the bytes of arrays, so that nothing that is sent can be executed. What is
decoded is as small and as plain as what `plain` gives, whoever wrote it.
"""

import functools
import json
import math
import struct
import types
from dataclasses import dataclass

import numpy as np

LARGEST = 1_000_000  # the most numbers in an answer
# The cost, in numbers of an array: of a number in a list, of another piece of it, of a list.
FLOAT, PIECE, LIST = 2, 5, 50
JSON, BRACKETS = 1 << 22, 100_000  # the most bytes that are sent beside the arrays, and lists in it
TOO_LARGE = "more than a check can look at"
LONGEST = 2_000  # the most letters of a text
DEEPEST = 20  # the most lists in lists
FUNCTIONS = (
    *(types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType),
    *(np.ufunc, type(np.mean), type, functools.partial),
)
DTYPES = {"b": "|b1", "i": "<i8", "u": "<u8", "f": "<f8"}


HEAP = 1 << 9  # set in the flags of a class that is written in Python
FLAGS = type.__dict__["__flags__"].__get__  # even if its metaclass overrides `__flags__`


@dataclass(frozen=True)
class Stranger:
    """Stands for an answer, or a piece of one, that is no plain data; `kind` is its description."""

    kind: str
    callable: bool = False


NAMELESS = Stranger("a thing without a name")


class _TooLarge(Exception):
    """The answer holds too much to look at."""


def plain(answer):
    """The answer as plain data, with a Stranger for anything else in it.

    >>> plain([1, 2.5, np.ones(2), open])
    [1, 2.5, array([1., 1.]), Stranger(kind='the function `open`', callable=True)]
    """
    try:
        return _plain(answer, DEEPEST, [LARGEST])
    except _TooLarge:
        return Stranger(TOO_LARGE)


def text(letters: str, most: int = LONGEST) -> str:
    """The beginning of a text, even of a class that overrides its methods, fit to be written.

    >>> text("half a letter: \\ud800", 15)
    'half a letter: '
    """
    return str.__getitem__(letters, slice(most)).encode("utf-8", "replace").decode()


def _plain(answer, deep: int, room: list):
    kind = type(answer)  # isinstance would read __class__, which may be anything
    room[0] -= PIECE
    if room[0] < 0:
        raise _TooLarge
    if answer is None or kind in (bool, float):
        return answer
    if kind is np.float64:
        return float(answer)
    if kind is Stranger:
        named = type(answer.kind) is str
        return Stranger(text(answer.kind, 200), answer.callable is True) if named else NAMELESS
    if issubclass(kind, np.ma.MaskedArray):
        return Stranger("a masked array, some of whose numbers may be missing")
    if issubclass(kind, np.ndarray | np.generic):
        return _plain_array(answer, kind, deep, room)
    if issubclass(kind, str):
        room[0] -= min(str.__len__(answer), LONGEST)
        return text(answer)
    if issubclass(kind, int):
        return _plain_int(int.__index__(answer))
    if issubclass(kind, float):
        return float.__float__(answer)
    for sort in (list, tuple, dict):
        if issubclass(kind, sort):
            if deep == 0:
                return Stranger(f"a {sort.__name__} in too many others, or in itself")
            room[0] -= LIST
            if sort.__len__(answer) * FLOAT > room[0]:
                raise _TooLarge
            return _plain_items(sort, answer, deep - 1, room)
    return Stranger(*_called(answer, kind))


def _plain_items(sort, answer, deep, room):
    if sort is dict:
        pairs = list(dict.items(answer))
        return {_key(k): _plain(value, deep, room) for k, value in pairs}
    pieces = sort.__getitem__(answer, slice(None))  # does not call an overridden __iter__
    if all(type(piece) in (float, np.float64) for piece in pieces):  # no need to look at each
        room[0] -= len(pieces) * FLOAT
        return sort(map(float, pieces))
    return sort(_plain(piece, deep, room) for piece in pieces)


def _key(key) -> str:
    return text(key, 60) if issubclass(type(key), str) else named(type(key))


def _plain_int(number: int):
    if abs(number) < 2**63:
        return number
    digits = int(number.bit_length() * math.log10(2)) + 1
    return float(number) if digits < 300 else Stranger(f"a whole number of {digits} digits")


def _plain_array(answer, kind: type, deep, room):
    if issubclass(kind, np.generic) and not FLAGS(kind) & HEAP:
        array = np.asarray(answer)
    elif issubclass(kind, np.ndarray):
        array = np.ndarray.view(answer, np.ndarray)
    else:
        return Stranger(f"a {named(kind)}")  # numpy would ask it for its __array__
    kind = array.dtype.kind
    if array.size > LARGEST:
        return Stranger(f"an array of shape {array.shape}, which is too large to look at")
    if kind in "UO" and array.ndim:
        return _plain(array.tolist(), deep, room) if deep else Stranger("an array of objects")
    if kind in "UO":
        return _plain(array.item(), deep - 1, room) if deep else Stranger("an object")
    if kind not in DTYPES:
        return Stranger(f"an array of {array.dtype.name}, shape {array.shape}"[:200])
    room[0] -= array.size
    if room[0] < 0:
        raise _TooLarge
    with np.errstate(all="ignore"):
        return array.astype(DTYPES[kind])


def _called(answer, kind: type) -> tuple[str, bool]:
    """What to call a thing that is no plain data, and whether it is a function."""
    if kind in (types.FunctionType, types.BuiltinFunctionType):
        return f"the function `{text(answer.__name__, 40)}`", True
    if kind is np.ufunc:
        return f"the function `np.{text(answer.__name__, 40)}`", True
    if kind is type(np.mean) and type(name := vars(answer).get("__name__")) is str:
        return f"the function `np.{text(name, 40)}`", True
    if kind is types.MethodType and type(answer.__func__) is types.FunctionType:
        return f"the method `{text(answer.__func__.__name__, 40)}`", True
    if kind in FUNCTIONS:
        return "a function", True
    if kind is types.GeneratorType:
        return "a generator, as `yield` makes it", False
    return f"a {named(kind)}", False


def named(kind: type) -> str:
    """The name of a class, even if its metaclass overrides `__name__`."""
    return text(type.__dict__["__name__"].__get__(kind), 40)


def single(answer):
    """The one thing in a plain answer that holds a single thing; else the answer."""
    while isinstance(answer, list | tuple) and len(answer) == 1:
        answer = answer[0]
    return answer.item() if isinstance(answer, np.ndarray) and answer.size == 1 else answer


# From one process to another


def encode(answer) -> bytes:
    """Plain data as bytes: the length of the JSON, the JSON, and the numbers of all arrays.

    >>> decode(encode({"a": (1, np.array([True, False]))}))
    {'a': (1, array([ True, False]))}
    >>> decode(encode([[0.1] * 9])) == [[0.1] * 9]
    True

    Raises ValueError if it is too large.
    """
    blobs = []
    words = json.dumps(_tree(answer, blobs)).encode()
    _measured(words)
    return struct.pack("<Q", len(words)) + words + b"".join(blobs)


def _measured(words: bytes) -> None:
    """Raise ValueError if it would take long to parse them."""
    if len(words) > JSON or words.count(b"[") + words.count(b"{") > BRACKETS:
        raise ValueError(TOO_LARGE)


def _tree(answer, blobs: list):
    if isinstance(answer, np.ndarray):
        blobs.append(answer.tobytes())
        return {"array": answer.dtype.str, "shape": list(answer.shape)}
    if isinstance(answer, Stranger):
        return {"stranger": answer.kind, "callable": answer.callable}
    if isinstance(answer, tuple):
        return {"tuple": [_tree(piece, blobs) for piece in answer]}
    if isinstance(answer, dict):
        return {"dict": [[key, _tree(value, blobs)] for key, value in answer.items()]}
    if isinstance(answer, list):
        if len(answer) > 8 and all(type(piece) is float for piece in answer):
            blobs.append(np.array(answer).tobytes())  # five times as fast as their digits
            return {"floats": len(answer)}
        return [_tree(piece, blobs) for piece in answer]
    return answer


def decode(message: bytes):
    """The data that was encoded. Raises ValueError for bytes that `encode` cannot have made."""
    try:
        (size,) = struct.unpack_from("<Q", message)
        words = message[8 : 8 + size]
        _measured(words)
        grown = _grown(json.loads(words), [8 + size], message, DEEPEST + 5)
        return _plain(grown, DEEPEST + 2, [2 * LARGEST])
    except _TooLarge:
        raise ValueError(TOO_LARGE) from None
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError, struct.error) as error:
        raise ValueError(f"these bytes are no answer: {error}") from None


def _grown(tree, at: list, message: bytes, deep: int):
    if deep == 0:
        raise ValueError("too deep")
    if isinstance(tree, list):
        return [_grown(piece, at, message, deep - 1) for piece in tree]
    if not isinstance(tree, dict):
        return tree
    if "floats" in tree:
        return _grown_array(np.dtype(float).str, [tree["floats"]], at, message).tolist()
    if "array" in tree:
        return _grown_array(tree["array"], tree["shape"], at, message)
    if "stranger" in tree:
        return Stranger(str(tree["stranger"]), tree["callable"] is True)
    if "tuple" in tree:
        return tuple(_grown(piece, at, message, deep - 1) for piece in tree["tuple"])
    return {str(key): _grown(value, at, message, deep - 1) for key, value in tree["dict"]}


def _grown_array(dtype, shape, at: list, message: bytes) -> np.ndarray:
    if dtype not in DTYPES.values() or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError("no such array")
    count = math.prod(shape)
    if count > LARGEST:
        raise ValueError("too large")
    raw = np.frombuffer(message, np.uint8, count * np.dtype(dtype).itemsize, at[0])
    at[0] += raw.size
    return (raw != 0).reshape(shape) if dtype == "|b1" else raw.view(dtype).reshape(shape).copy()
