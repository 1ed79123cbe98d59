"""Numbers, names and shapes in words that a verdict can use."""

import numpy as np

from nncourse.exercises.wire import Stranger

FEW = 24  # numbers that are shown; of a larger array only the shape
TIMES = {2: "twice", 3: "three times", 4: "four times", 10: "ten times", 100: "a hundred times"}
SHARES = {2: "half of", 3: "a third of", 4: "a quarter of", 10: "a tenth of", 100: "a hundredth of"}


def written(value, precision: int = 4) -> str:
    """Numbers in the few digits that one can take in; of many of them, or of pairs, the shapes.

    >>> written(np.array([0.5, 1 / 3])), written([(np.ones((2, 3)), np.ones((1, 3)))])
    ('[0.5    0.3333]', '[[(2, 3), (1, 3)]]')
    >>> written(1e-5), written(1347), written((200, 300, 100))
    ('1e-05', '1347', '(200, 300, 100)')
    """
    if isinstance(value, list | tuple) and not all(isinstance(v, int | float) for v in value):
        return written_shape(value)
    if isinstance(value, int | float):
        return f"{value:.{precision}g}" if isinstance(value, float) else str(value)
    if isinstance(value, list | tuple) and all(isinstance(v, int) for v in value[:FEW]):
        return shortened(str(value))
    if isinstance(value, np.ndarray | np.generic | list | tuple):
        array = np.asarray(value)
        if array.size > FEW:
            return f"an array of shape {array.shape}"
        return np.array2string(array, precision=precision, suppress_small=True)
    if isinstance(value, Stranger):
        return value.kind
    return shortened(str(value))


def written_shape(value) -> str:
    """The shape of an array, and the shapes in a list of them."""
    if isinstance(value, list | tuple):
        shown = [written_shape(piece) for piece in value[:8]] + ["…"] * (len(value) > 8)
        return f"[{', '.join(shown)}]"
    return str(np.shape(value)) if isinstance(value, np.ndarray) else written(value)


def shortened(text: str, letters: int = 400, lines: int = 5) -> str:
    """The text, up to its fifth line or its four hundredth letter."""
    text = text.rstrip()
    short = "\n".join(text[: letters + 1].splitlines()[:lines])[:letters]
    return short if short == text else short + " …"


def listed(names, last: str = "and") -> str:
    """a, b and c.

    >>> listed(["W1"]), listed(["W1", "b1", "W2"])
    ('W1', 'W1, b1 and W2')
    """
    *front, end = list(names)
    return f"{', '.join(front)} {last} {end}" if front else end


def is_are(names) -> str:
    """The verb that goes with so many."""
    return "is" if len(names) == 1 else "are"


def times(factor: float) -> str:
    """How many times something, in words, for a factor that a slip of the pen gives; else "".

    >>> times(2.0), times(-0.5), times(1.789)
    ('twice', 'minus half of', '')
    """
    sign = "minus " if factor < 0 else ""
    for number in TIMES:
        if np.isclose(abs(factor), number, rtol=1e-5):
            return sign + TIMES[number]
        if np.isclose(abs(factor), 1 / number, rtol=1e-5):
            return sign + SHARES[number]
    return ""
