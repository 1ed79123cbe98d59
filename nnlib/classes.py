"""What is a label, and which class is meant: one rule, wherever samples have classes.

Labels, (n,) or a column (n, 1), are the names of classes: whole numbers, strings or booleans, in
lists, arrays or data frames. Targets and outputs, (n, k), give a class by its number: with several
columns, that of the largest; with a single column, 1 where it is above one half, else 0.

Number j means the label j itself if all labels are whole numbers from 0 to k - 1, so that a class
may be missing; else the j-th of k labels in sorted order, -1 before 1, "no" before "yes".
"""

import numpy as np

from nnlib import checks, guards
from nnlib.notation import Array

REACH = {"logistic": (0, 1), "tanh": (-1, 1)}  # of outputs that end on both sides
MOST = 5000  # classes: their confusion matrix has as many rows and columns
NAMES = str | bytes | bool | int | float | np.generic  # what a class may be called
KINDS = dict.fromkeys("biuf", "numbers") | {"U": "strings", "S": "bytes"}  # of numpy's types


@guards.first(guards.outputs)
def class_numbers(A: Array) -> Array:
    """(..., n) class numbers from targets or outputs (..., n, k), of any stack of networks.

    Of one column a number above one half is class 1, of several the largest is the class.

    >>> class_numbers(np.array([[[0.3], [0.7]], [[0.6], [0.5]]]))
    array([[0, 1],
           [1, 0]])
    """
    return A.argmax(axis=-1) if A.shape[-1] > 1 else (A[..., 0] > 0.5).astype(int)


def labels(Y: Array, name: str = "Y") -> Array:
    """(n,) labels as they are, also from a column (n, 1); or class numbers of rows (n, k).

    Of a column of outputs the numbers are 0 and 1: see `class_numbers`. Raises ValueError, which
    calls it by `name`, for what is neither, for numbers that are not finite, and for labels that
    are missing or of two kinds; TypeError for a name that is no word.

    >>> labels([["cat"], ["dog"]]), labels([[0.1, 0.9], [0.8, 0.2]]), labels([[0.3], [0.7]])
    (array(['cat', 'dog'], dtype='<U3'), array([1, 0]), array([0, 1]))
    """
    if not isinstance(name, str) or len(name) > checks.LONGEST:
        raise TypeError(f"name={checks.shown(name)}: give a word, by which errors call the labels")
    Y = read(Y, name)
    if Y.ndim == 2:
        return class_numbers(Y)
    return Y.astype(int) if Y.dtype.kind == "f" and np.abs(Y).max() < 2**53 else Y


def read(Y, name: str = "Y") -> Array:
    """Labels (n,), from (n,) or a column, or targets or outputs (n, k); ValueError for neither.

    A column of numbers that are not whole is of outputs; whole ones are taken for labels.
    """
    Y = plain(Y, name)
    if Y.ndim not in (1, 2) or Y.size == 0 or (KINDS[Y.dtype.kind] != "numbers" and Y[0].size > 1):
        raise ValueError(
            f"{name} has shape {Y.shape}{' of strings' * (Y.dtype.kind in 'US')}: expected labels"
            " (n,), whole numbers or strings, or outputs (n, k), of at least one sample"
        )
    if Y.dtype.kind == "f":
        checks.finite(Y, name)
    is_whole = _whole(Y)
    if Y.ndim == 1 and not is_whole:
        raise ValueError(
            f"{name} has shape {Y.shape} and holds {checks.shown(Y[Y != np.round(Y)][0].item())}:"
            " expected labels (n,), whole numbers or strings; outputs are a column, [:, None]"
        )
    return Y[:, 0] if Y.ndim == 2 and Y.shape[1] == 1 and is_whole else Y


def plain(Y, name: str = "Y") -> Array:
    """Y as an array of numbers, booleans, strings or bytes, of any shape.

    Raises ValueError where an entry is something else or is missing, or where kinds are mixed.
    """
    A = checks.dense(Y, name)
    if A.ndim == 0:
        raise ValueError(f"{name}={checks.shown(Y)}: expected labels (n,), a list or array of them")
    if A.dtype.kind in "US" and not isinstance(Y, np.ndarray):
        A = np.asarray(Y, dtype=object)  # of [1, "a", nan] numpy makes three strings
    if A.dtype.kind in "OT":
        A = _of_one_kind(A.astype(object), name)
    if A.dtype.kind not in KINDS:
        raise ValueError(
            f"{name} holds {str(A.dtype)[:30]}: labels are whole numbers, strings or booleans"
        )
    if A.dtype.kind == "U" and (A == "nan").any():
        raise ValueError(
            f"{name}[{checks.place(A == 'nan')}] is 'nan', which numpy makes of a missing label"
            " among strings: drop or fill such samples first, or give the class another name"
        )
    return A


def _of_one_kind(A: Array, name: str) -> Array:
    """An array of objects as one of numbers, booleans, strings or bytes."""
    given = A.ravel().tolist()
    kinds = [_kind(value) for value in given]
    if None in kinds:
        index = checks.place(np.reshape([kind is None for kind in kinds], A.shape))
        raise ValueError(
            f"{name}[{index}] is {checks.shown(given[kinds.index(None)])}: labels are whole"
            " numbers, strings or booleans; drop or fill samples without one"
        )
    if len(set(kinds)) > 1:
        first, other = given[0], given[kinds.index(next(k for k in kinds if k != kinds[0]))]
        raise ValueError(
            f"{name} holds {kinds[0]} and other labels, say {checks.shown(first)} and"
            f" {checks.shown(other)}: give labels of one kind, say [str(v) for v in {name}]"
        )
    return np.array(given).reshape(A.shape)


def _kind(value) -> str | None:
    """The kind of one label, None where it is none."""
    for kind, types in {"booleans": bool | np.bool_, "strings": str, "bytes": bytes,
                        "numbers": int | float | np.integer | np.floating}.items():  # fmt: skip
        if isinstance(value, types):
            return kind if kind != "numbers" or abs(value) < 2**63 else None
    return None


def ordered(found: Array, k: int | None = None, name: str = "Y") -> Array:
    """(k,) the classes of labels (n,) in the order of k outputs; without k those that occur.

    Raises ValueError where the labels do not say which classes are missing.

    >>> ordered(np.array([2, 0]), 3), ordered(np.array([2, 1]), 2), ordered(np.array(["b", "a"]))
    (array([0, 1, 2]), array([1, 2]), array(['a', 'b'], dtype='<U1'))
    """
    found = np.unique(found)
    kind = found.dtype.kind
    if kind == "b" and k == 2:
        return np.array([False, True])
    if k is not None and kind in "iuf" and found[0] >= 0 and found[-1] < k:
        return np.arange(k).astype(np.result_type(found, np.min_scalar_type(k - 1)))
    if k is not None and len(found) != k:
        raise ValueError(
            f"{name} holds {len(found)} different labels, {checks.shown(found.tolist())}, for {k}"
            f" classes: give labels of all {k}, or their numbers, 0 to {k - 1}; a single output"
            " means two classes, several one each"
        )
    return found


def numbers(given: Array, classes: Array, name: str = "Y", hint: str = "") -> Array:
    """(n,) the place of each label (n,) in classes (k,); ValueError for one that is not there.

    The `hint` then says what to do.

    >>> numbers(np.array([5, 3, 5]), np.array([3, 5, 8]))
    array([1, 0, 1])
    """
    same_kind(given, classes, name, "the classes")
    order = np.argsort(classes, kind="stable")
    place = order[np.searchsorted(classes, given, sorter=order).clip(max=len(classes) - 1)]
    strange = np.unique(given[classes[place] != given])
    if len(strange):
        raise ValueError(
            f"{name} holds {checks.shown(strange.tolist())}, not among the {len(classes)} classes"
            f" {checks.shown(classes.tolist())}{hint}"
        )
    return place


def targets_of(y: Array, net, known: Array | None) -> tuple[Array, Array | None]:
    """Targets (n, k) for the outputs of `net`, and the classes (k,) that they stand for, if any.

    y, (n,) or (n, 1), are labels, or numbers for a single output; `known` are the classes of a fit
    before, which stay. Raises ValueError for other labels than those, for labels of which there is
    not one for each output, and for numbers that the output cannot reach.
    """
    k, flat = net.sizes[-1], y.reshape(len(y))
    if k == 1 and y.dtype.kind in "iuf":
        found = np.unique(checks.finite(y, "y"))
        of_labels = np.isin(found, (0, 1)).all() or (len(found) == 2 and _whole(found))
        if of_numbers(net) and (known is None or known.dtype.kind in "iuf"):
            return flat[:, None], ordered(found, 2, "y") if of_labels else None
        if not of_labels and not (known is not None and _whole(found)):
            low, high = REACH.get(net.output, (-np.inf, np.inf))
            if found[0] < low or found[-1] > high:
                raise ValueError(
                    f"y runs from {found[0]:g} to {found[-1]:g}, and a single {net.output} output"
                    f" from {low} to {high}: for labels give the network one output each, for"
                    " numbers output='identity'"
                )
            return flat[:, None], known
    flat = read(y, "y")
    n_labels = len(np.unique(flat))
    if n_labels > max(k, 2):
        raise ValueError(
            f"y holds {n_labels} different labels and the network has {k} outputs: it needs one"
            f" output for each label (two may share one), or targets (n, {k})"
        )
    classes = ordered(flat, max(k, 2), "y") if known is None else known
    number = numbers(
        flat, classes, "y", hint=", which fit was given before: for others make a new network"
    )
    return (np.eye(k)[number] if k > 1 else number[:, None]), classes


def of_numbers(net) -> bool:
    """Whether `net` answers with a number, not a class: its single output is the identity."""
    return net.sizes[-1] == 1 and net.output == "identity"


def _whole(A: Array) -> bool:
    return A.dtype.kind != "f" or bool((A == np.round(A)).all())


def same_kind(a: Array, b: Array, name: str, other: str) -> None:
    """ValueError where one holds strings and the other numbers: none of them would be equal."""
    if KINDS[a.dtype.kind] != KINDS[b.dtype.kind]:
        raise ValueError(
            f"{name} holds {KINDS[a.dtype.kind]}, say {checks.shown(a[0].item())}, and {other}"
            f" {KINDS[b.dtype.kind]}, say {checks.shown(b[0].item())}: give labels of one kind"
        )


def together(Y, P, classes=None) -> tuple[Array, Array, Array]:
    """(n,) numbers of the true classes, (n,) of the predicted ones, and the (k,) classes.

    Y and P are labels, or targets and outputs; `classes` is how many there are, or the labels in
    the order of the outputs. Raises ValueError for what cannot be understood.

    >>> together([2, 1, 2], [[0.9], [0.2], [0.3]])
    (array([1, 0, 1]), array([1, 0, 0]), array([1, 2]))
    """
    true, said = read(Y, "Y"), read(P, "P")
    if len(true) != len(said):
        raise ValueError(
            f"{len(true)} targets and {len(said)} predictions: as many of each, a row for each"
            f" sample (Y has shape {np.shape(Y)}, P {np.shape(P)})"
        )
    if true.ndim == 2:
        _expect_one_largest(true)
    if np.ndim(P) == 2 and said.ndim == 1 and said.dtype.kind == "f":
        like_it = true.ndim == 1 and true.dtype.kind == "f"
        said = _column(true, said, classes, like_it)
    classes = _classes_of(true, said, classes)
    each = [class_numbers(A) if A.ndim == 2 else numbers(A, classes, name)
            for A, name in ((true, "Y"), (said, "P"))]  # fmt: skip
    return *each, classes


def _column(true: Array, said: Array, classes, like_it: bool) -> Array:
    """A column of whole floats as labels (n,) or, where they can't be, as outputs (n, 1).

    Saturated outputs are -1.0, 0.0 or 1.0. A column of these is outputs unless Y has such labels,
    or floats. Beside labels 1 and 2, say, a column without 2.0 is outputs too: 1.0 is class 2.
    """
    if classes is not None and not checks.is_whole(classes):
        true = read(classes, "classes")
    if true.ndim == 2:
        return said if true.shape[1] > 2 or np.abs(said).max() > 1 else said[:, None]
    if KINDS[true.dtype.kind] != "numbers":
        return said[:, None]
    two = len(np.unique(true)) == 2
    if two and not like_it and not np.isin(true, (-1, 0, 1)).all() and np.isin(said, (0, 1)).all():
        return said[:, None]
    signs = np.abs(true).max() == 1 and true.min() == -1 and np.abs(said).min() == 1
    if np.isin(said, true).all() or signs or np.abs(said).max() > 1:
        return said
    if np.isin(true, (0, 1)).all():
        return said[:, None]
    return said if like_it or not two else said[:, None]


def _expect_one_largest(Y: Array) -> None:
    """ValueError where a row of targets does not say one class."""
    ties = (Y == Y.max(axis=1, keepdims=True)).sum(axis=1) > 1
    if ties.any():
        i = int(ties.argmax())
        raise ValueError(
            f"Y[{i}] is {checks.shown(Y[i].tolist())}: the largest of a row of targets says its"
            " class, and several are; give one class to each sample"
        )


def _classes_of(true: Array, said: Array, classes) -> Array:
    """The classes (k,) that labels and outputs are about."""
    widths = {max(A.shape[1], 2) for A in (true, said) if A.ndim == 2}
    named = [A for A in (true, said) if A.ndim == 1]
    if len(named) == 2:
        same_kind(*named, "Y", "P")
    k = max(widths, default=None)
    if classes is not None:
        whole = checks.is_whole(classes)
        k = checks.whole(classes, "classes", 1, MOST) if whole else len(read(classes, "classes"))
    checks.memory((k or 0) ** 2, classes=classes)
    if widths - {k}:
        raise ValueError(
            f"Y has shape {true.shape} and P {said.shape}, for {k} classes: k classes have k"
            " columns, and two may have one"
        )
    if checks.is_whole(classes) and named and named[0].dtype.kind in "iuf":
        found = _first(k, np.concatenate(named))
    elif classes is not None and not checks.is_whole(classes):
        found = read(classes, "classes")
        if found.ndim == 2 or len(np.unique(found)) < len(found):
            raise ValueError(f"classes={checks.shown(classes)}: give each label once, (k,)")
    else:
        found = ordered(np.concatenate(named), k, "Y") if named else np.arange(k)
    _expect_outputs_of_one_unit(true, said, found)
    return found


def _first(k: int, given: Array) -> Array:
    """The numbers 0 to k - 1; ValueError where a label is another."""
    strange = np.unique(given[(given < 0) | (given >= k)])
    if len(strange):
        raise ValueError(
            f"labels run from 0 to {k - 1} for {k} classes, and there are"
            f" {checks.shown(strange.tolist())}: name other labels, classes=[...], in their order"
        )
    return np.arange(k)


def _expect_outputs_of_one_unit(true: Array, said: Array, classes: Array) -> None:
    """ValueError where a column is nearer to the labels' own numbers than to 0 and 1."""
    column = [A for A in (true, said) if A.ndim == 2 and A.shape[1] == 1]
    if column and classes.dtype.kind in "iuf" and np.abs(column[0]).max() > 1:
        far = [np.abs(column[0] - ends).min(axis=1).sum() for ends in (classes, [0, 1])]
        if far[0] < far[1]:
            raise ValueError(
                f"a column runs from {column[0].min():g} to {column[0].max():g}, and of outputs one"
                f" half parts the classes {checks.shown(classes.tolist())}: give labels, say of"
                " nn.predict(X, output='label')"
            )


def names(given, k: int | None = None) -> tuple[str, ...]:
    """The names of k classes as strings: of a list, a tuple, an array or an index, in their order.

    Raises ValueError for another number of names, TypeError for what has no order.

    >>> names(np.array(["setosa", "versicolor"])), names(np.array([1.0, 2.0]))
    (('setosa', 'versicolor'), ('1', '2'))
    """
    spelt = isinstance(given, str)
    each = tuple(given[:MOST]) if spelt else checks.entries(given)
    alone = not spelt and len(each) == 1 and each[0] is given
    if alone or len(each) >= MOST or not all(isinstance(name, NAMES) for name in each):
        raise TypeError(f"class_names={checks.shown(given)}: give a list of names, in order")
    each = [name.item() if isinstance(name, np.generic) else name for name in each]
    written = tuple(f"{v:g}" if isinstance(v, float) else str(v) for v in each)
    if k is not None and len(written) != k:
        raise ValueError(f"class_names: {len(written)} of them for {k} classes")
    return written


def one_or_many(x, units: int, name: str = "X", dtype=float) -> Array:
    """Samples (..., n, units) as they are, one sample (units,) as a row; ValueError for others."""
    x = checks.dense(x, name)
    if x.shape[-1:] != (units,):
        raise ValueError(
            f"{name} has shape {x.shape}, expected (n, {units}), a row for each sample, or"
            f" ({units},) for a single one"
        )
    x = checks.numbers(x, name, dtype)
    return checks.samples(checks.finite(x, name)[None] if x.ndim == 1 else x, name, dtype)


def class_by_class(order: Array, label: Array, n_test: int) -> Array:
    """Samples in an order whose first `n_test` are the same share of every class, never all.

    >>> class_by_class(np.arange(6), np.array([0, 0, 0, 0, 1, 1]), 3)
    array([0, 4, 1, 2, 5, 3])
    """
    each, share = np.unique(label), np.empty(len(label))
    for k in each:  # each spread evenly over [0, 1): cut there, and all have the same share
        mine = order[label[order] == k]
        share[mine] = (np.arange(len(mine)) + 0.5) / len(mine)
    order = order[np.argsort(share[order], kind="stable")]
    if len(np.unique(label[order[n_test:]])) < len(each):  # of a rare class the last one stays
        last = np.array([order[label[order] == k][-1] for k in each])
        order = np.concatenate([order[~np.isin(order, last)], last])
    return order
