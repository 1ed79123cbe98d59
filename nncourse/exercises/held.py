"""numpy, Python's own functions and the library, as they were when the exercises were imported.

In a notebook anybody may write `np.allclose = ...`, or replace a method of `Network`. A check must
not be made with these: while it runs, what was held here is put back in its place. The answer
itself is called with what the notebook has.
"""

import operator
import sys
import types

WHOLE = ("builtins", "math", "numpy", "numpy.linalg", "numpy.random")  # with numbers like np.pi
FUNCTIONS_OF = ("copy", "json", "os", "pickle", "re", "selectors", "signal", "struct", "time")
CHANGING = (("builtins", "_"), ("builtins", "input"))  # a notebook sets them for every cell
OURS = ("nnlib", "nncourse.exercises")
METHODS = (types.FunctionType, property, classmethod, staticmethod)

_held = []  # (where, its names and values, the names that are held, their values)
_known = {0}  # the modules of which something is held, and numbers: how many were loaded each time
_replaced = []  # what is put back at the moment, and what the notebook has in its place
_missing = object()
_set, _delete, _all, _map, _zip, _is = setattr, delattr, all, map, zip, operator.is_


def hold() -> None:
    """Hold what is in the modules that are not known yet."""
    if len(sys.modules) in _known:
        return
    for module in (*WHOLE, *FUNCTIONS_OF, *(m for m in list(sys.modules) if _is_ours(m))):
        if module in sys.modules and module not in _known:
            _known.add(module)
            _hold(sys.modules[module], module)
    _known.add(len(sys.modules))


def _is_ours(module: str) -> bool:
    return module in OURS or module.startswith(tuple(f"{name}." for name in OURS))


def _hold(module, name: str) -> None:
    names = {key: value for key, value in vars(module).items() if (name, key) not in CHANGING}
    _keep(module, {k: value for k, value in names.items() if name in WHOLE or callable(value)})
    for value in names.values() if _is_ours(name) else ():
        if isinstance(value, type) and value.__module__ == name:
            _keep(value, {key: f for key, f in vars(value).items() if isinstance(f, METHODS)})


def _keep(where, held: dict) -> None:
    _held.append((where, vars(where), tuple(held), tuple(held.values())))


class as_imported:  # noqa: N801, it reads like a function
    """A context in which all that is held is in its place; afterwards all is as it was before.

    >>> import math
    >>> from nncourse.exercises.held import as_imported
    >>> math.sqrt, sqrt = abs, math.sqrt
    >>> with as_imported():
    ...     math.sqrt(9)
    3.0
    >>> math.sqrt(9), setattr(math, "sqrt", sqrt)
    (9, None)
    """

    def __enter__(self):
        # Until all are in their place, nothing is called that could be a replaced one.
        self.replaced = [
            (where, key, value, names[key] if key in names else _missing)
            for where, names, keys, values in _held
            if not _all(_map(_is, _map(names.get, keys), values))
            for key, value in _zip(keys, values)
            if key not in names or names[key] is not value
        ]
        for where, key, value, _ in self.replaced:
            _set(where, key, value)
        _replaced[:] = [*_replaced, self.replaced]

    def __exit__(self, *_):
        hold()  # a check imports the modules of its tasks
        _replaced.pop()
        _put(self.replaced)


class as_in_the_notebook:  # noqa: N801
    """A context, within that one, in which everything is as the notebook has it."""

    def __enter__(self):
        self.replaced = _replaced[-1] if _replaced else []
        _put(self.replaced)

    def __exit__(self, *_):
        for where, key, value, _ in self.replaced:
            _set(where, key, value)


def _put(replaced) -> None:
    for where, key, _, theirs in replaced:
        if theirs is _missing:
            _delete(where, key)
        else:
            _set(where, key, theirs)
