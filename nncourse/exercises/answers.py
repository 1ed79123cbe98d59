"""Look at an answer: is there one, has it the right kind and shape, are its numbers right?"""

import dis

import numpy as np

from nncourse.exercises.own import code_of
from nncourse.exercises.wire import Stranger
from nncourse.words import listed

RTOL, ATOL = 1e-5, 1e-7  # measured slopes are right to about 1e-9
IDLE = {"RESUME", "NOP", "CACHE", "COPY_FREE_VARS", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
_abs, _all = np.abs, np.all  # kept here, since an answer may replace those of numpy


def untouched(f) -> bool:
    """Whether the function is still empty: it does nothing and gives None.

    >>> def fresh(x):
    ...     pass  # your lines here
    >>> untouched(fresh), untouched(abs), untouched(lambda x: x)
    (True, False, False)
    """
    code = code_of(f)
    if code is None:
        return False
    # Not by dis.get_instructions, which writes out the constants: theirs may be any object.
    pairs = zip(code.co_code[::2], code.co_code[1::2])
    return all(_idle(dis.opname[number], argument, code.co_consts) for number, argument in pairs)


def _idle(name: str, argument: int, constants: tuple) -> bool:
    """Whether this instruction does nothing but to give None."""
    if "CONST" not in name:
        return name in IDLE
    return name in IDLE and argument < len(constants) and constants[argument] is None


def misfit(answer, expected, parts: tuple[str, ...] = (), name: str = "it") -> str | None:
    """What is wrong with the kind or shape of an answer, in a sentence; or None.

    >>> misfit([1.0, 2.0, 3.0], np.zeros((3, 1)))
    'it has the shape (3,), and should have (3, 1): one column.'
    """
    if isinstance(expected, tuple):
        names = list(parts) or [f"number {i}" for i in range(1, len(expected) + 1)]
        given = answer
        if isinstance(answer, np.ndarray) and answer.ndim:
            given = list(answer)  # w and b may come in one array
        if not isinstance(given, tuple | list) or len(given) != len(expected):
            several = isinstance(given, tuple | list) and len(given) != 1
            came = f"{len(given)} values" if several else kind(answer)
            return f"it should give {listed(names)}, in this order, but it gives {came}."
        pairs = zip(given, expected, names)
        return next((fault for a, e, n in pairs if (fault := misfit(a, e, (), n))), None)
    if comma(answer):
        return f"{name} is a tuple of one: there is a comma at the end of it."
    array = _numbers(answer)
    if array is None:
        return f"{name} is {kind(answer)}, and should be {kind(expected)}.{_not_numbers(answer)}"
    if expected_shape := _misshapen(array, expected):
        came = f"has the shape {array.shape}" if array.ndim else "is a single number"
        return f"{name} {came}, and {expected_shape}"
    if np.shape(expected) == () and array.dtype == bool:
        return f"{name} is {bool(array.ravel()[0])}, and should be a number."
    if not np.isfinite(array).all():
        odd = array[~np.isfinite(array)][0]
        return f"{name} holds {odd}, which is not a number to calculate with."
    return None


def comma(answer) -> bool:
    """Whether it is a tuple of one, as a comma at the end of a line makes it."""
    return isinstance(answer, tuple) and len(answer) == 1


def _numbers(answer) -> np.ndarray | None:
    """The array that it is, or that its numbers make; None for anything else."""
    if not isinstance(answer, bool | int | float | np.ndarray | list | tuple):
        return None
    try:
        array = np.asarray(answer)
    except ValueError:  # rows of different lengths, or too many nested lists
        return None
    return array if array.dtype.kind in "biuf" else None


def _not_numbers(answer) -> str:
    """Why a list is not an array of numbers: what is in it, or rows of different lengths."""
    if not isinstance(answer, list | tuple):
        return ""
    for piece in answer:
        if isinstance(piece, str | dict | Stranger | None):
            return f" There is {kind(piece)} in it, where numbers should be."
    lengths = sorted({len(row) if isinstance(row, list | tuple) else np.shape(row)
                      for row in answer}, key=str)  # fmt: skip
    if len(lengths) > 1:
        return f" Its rows are of different lengths: {listed(map(str, lengths[:3]))}."
    return next((why for row in answer if (why := _not_numbers(row))), "")


def _misshapen(array: np.ndarray, expected) -> str:
    """The shape it should have, and what may have gone wrong; "" if it has that shape."""
    shape = np.shape(expected)
    if array.shape == shape or (shape == () and array.size == 1):
        return ""
    if shape == ():
        return "should be a single number."
    row = ""
    if len(shape) == 2 and array.ndim == 1 and array.size == max(shape) and 1 in shape:
        row = ": one row" if shape[0] == 1 else ": one column"
    if row and close(array, np.ravel(expected)):
        keep = "Its numbers are right, but an axis is missing: with `keepdims=True` a sum or mean"
        return f"should have {shape}{row}. {keep} keeps it."
    if row and not array.any():
        return f"should have {shape}{row}, like `np.zeros({shape})`."
    if array.ndim == 0:
        return f"should be an array of shape {shape}."
    turned = (
        " Are its rows and columns swapped?"
        if array.shape == shape[::-1] and array.ndim > 1
        else ""
    )
    return f"should have {shape}{row}.{turned}"


def kind(answer) -> str:
    """What an answer is, in words: "a text", "an array of shape (2, 3)"."""
    if isinstance(answer, Stranger):
        return answer.kind
    if isinstance(answer, np.ndarray):
        return f"an array of shape {answer.shape}" if answer.ndim else "a number"
    if isinstance(answer, bool):
        return f"{answer}"
    if isinstance(answer, int | float | np.generic):
        return "a number"
    names = {str: "a text", type(None): "None"}
    return names.get(type(answer), f"a {type(answer).__name__}")


def close(a, e) -> bool:
    """Whether these numbers, of one shape, are equal within RTOL and ATOL."""
    a, e = np.asarray(a, float), np.asarray(e, float)
    return bool(_all(_abs(a - e) <= ATOL + RTOL * _abs(e)))


def equal(answer, expected) -> bool:
    """Whether two answers of one kind and shape are equal within RTOL and ATOL."""
    if isinstance(expected, tuple):
        return all(equal(a, e) for a, e in zip(answer, expected))
    return close(np.asarray(answer, float).reshape(np.shape(expected)), expected)


def fitted(answer, expected):
    """An answer without a misfit, converted to the kinds and shapes that are expected."""
    if isinstance(expected, tuple):
        return tuple(fitted(a, e) for a, e in zip(answer, expected))
    array = np.asarray(answer).reshape(np.shape(expected))
    return array.item() if array.ndim == 0 else array
