"""What a call may be given by mistake, and the many forms in which one and the same thing comes."""

import itertools
from decimal import Decimal
from fractions import Fraction

import numpy as np
from scipy.sparse import csr_array

try:
    import pandas
except ModuleNotFoundError:
    pandas = None

REALS = [
    *(np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64),
    *(np.float16, np.float32, np.float64, np.longdouble),
]


MOOD = RuntimeError("not in the mood")


def raising(*methods, error=MOOD):
    """An object whose `methods` raise."""

    def refuse(self, *args, **kwargs):
        raise error

    return type("Moody", (), dict.fromkeys(methods, refuse))()


class Talkative:
    def __repr__(self):
        return "blah\n" * 500_000


class Text(str):
    """A str that is none in its repr."""

    def __repr__(self):
        return 7


def a_list_in_itself():
    given = [1]
    given.append(given)
    return given


def deep():
    given = 1
    for _ in range(200):
        given = [given]
    return given


ANYTHING = {
    **{repr(v): (lambda v=v: v) for v in [
        np.nan, np.inf, -np.inf, -1, -1.0, 0, 0.0, -0.0, 1, 2, 0.5, 1.5, 1e300, -1e300, 5e-324,
        10**12, -(10**12), 2**63, 10**30, 10**400, "3", "", "x", b"", b"3", None, True, False,
        ..., NotImplemented, 1j, 2 + 0j, np.True_, np.False_, [], (), {}, set(), {1, 2}, {"a": 1},
        [[]], [1], [2], [0.5], [1, 2], (2, 1), [2, "1"], [None], [True, False], [np.nan, 1.0],
        [[1, 2], [3]], [[1.0, 2], [3, 4]], ["a", "b"], [1, [2, 3]], [1e300, 1], [-1, -2], [0, 0],
        [10**400], ["a", 1, None], "auto", "tanh", "step", "label", "sgd", "loss", "X",
    ]},
    **{f"{kind.__name__}(2)": (lambda kind=kind: kind(2)) for kind in REALS},
    **{f"{kind.__name__}(0)": (lambda kind=kind: kind(0)) for kind in REALS[::4]},
    "huge longdouble": lambda: np.longdouble(10) ** 4000,
    "complex64": lambda: np.complex64(2),
    "complex128": lambda: np.complex128(2 + 1j),
    "a day": lambda: np.datetime64("2020-01-01"),
    "no time": lambda: np.datetime64("NaT"),
    "a while": lambda: np.timedelta64(3, "s"),
    "numpy str": lambda: np.str_("2"),
    "numpy bytes": lambda: np.bytes_(b"2"),
    "numpy void": lambda: np.void(b"23"),
    "Decimal": lambda: Decimal("0.5"),
    "Decimal nan": lambda: Decimal("nan"),
    "Fraction": lambda: Fraction(1, 2),
    "0-d": lambda: np.array(2),
    "0-d float": lambda: np.array(0.5),
    "0-d nan": lambda: np.array(np.nan),
    "0-d text": lambda: np.array("x"),
    "0-d None": lambda: np.array(None),
    "0-d True": lambda: np.array(True),
    "0-d object": lambda: np.array(2, object),
    "masked": lambda: np.ma.masked,
    "no numbers": lambda: np.empty(0),
    "no rows": lambda: np.empty((0, 2)),
    "no columns": lambda: np.empty((2, 0)),
    "one axis": lambda: np.linspace(0, 1, 4),
    "five axes": lambda: np.ones((2, 1, 2, 1, 2)),
    "sixty axes": lambda: np.ones((1,) * 60),
    "objects": lambda: np.array([1, None, "x"], object),
    "arrays as objects": lambda: np.array([np.ones(2), np.ones(3)], object),
    "huge": lambda: np.full((4, 2), 1e300),
    "float16": lambda: np.ones((4, 2), np.float16),
    "longdouble": lambda: np.full((4, 2), np.longdouble(10) ** 4000),
    "complex": lambda: np.ones((4, 2), complex),
    "days": lambda: np.array([["2020-01-01", "NaT"]] * 4, "M8[D]"),
    "whiles": lambda: np.ones((4, 2), "m8[s]"),
    "words": lambda: np.array([["a", "b"]] * 4),
    "digits as words": lambda: np.array([["1", "2"]] * 4),
    "bytes": lambda: np.array([[b"1", b"2"]] * 4),
    "structured": lambda: np.zeros(4, [("x", float), ("y", int)]),
    "record array": lambda: np.rec.fromarrays([[1, 2], [0.5, 1]], names="a, b"),
    "masked array": lambda: np.ma.array(np.ones((4, 2)), mask=[[True, False]] * 4),
    "matrix": lambda: np.asmatrix(np.ones((4, 2))),
    "sparse": lambda: csr_array(np.eye(4)[:, :2]),
    "read-only": lambda: np.broadcast_to(np.ones(2), (4, 2)),
    "backwards": lambda: np.arange(8.0).reshape(4, 2)[::-1, ::-1],
    "stripes": lambda: np.arange(32.0).reshape(8, 4)[::2, ::2],
    "big-endian": lambda: np.ones((4, 2), ">f8"),
    "generator": lambda: (i for i in range(3)),
    "without end": lambda: itertools.count(),
    "iterator": lambda: iter([1, 2]),
    "map": lambda: map(str, [1, 2]),
    "range": lambda: range(2, 4),
    "dict values": lambda: {"a": 2}.values(),
    "function": lambda: len,
    "lambda": lambda: lambda *args, **kwargs: None,
    "class": lambda: int,
    "type": lambda: type,
    "numpy type": lambda: np.float32,
    "dtype": lambda: np.dtype("i4"),
    "module": lambda: np,
    "object": object,
    "error": lambda: ValueError("x"),
    "RandomState": lambda: np.random.RandomState(7),
    "Generator": lambda: np.random.default_rng(7),
    "three million letters": lambda: "x" * 3_000_000,
    "three million bytes": lambda: b"x" * 3_000_000,
    "many": lambda: list(range(100_000)),
    "buffer": lambda: memoryview(b"abcd"),
    "a list in itself": a_list_in_itself,
    "deep": deep,
    "talkative": Talkative,
    "no str": lambda: Text("tanh"),
    **{f"raises at {method}": (lambda method=method: raising(method)) for method in [
        "__repr__", "__eq__", "__len__", "__array__", "__iter__", "__bool__", "__int__",
        "__float__", "__index__", "__hash__", "__getattr__", "__getitem__", "__call__", "__lt__",
        "__array_ufunc__", "__fspath__", "__str__", "__format__", "__contains__",
    ]},
    "raises at everything": lambda: raising(
        "__repr__", "__eq__", "__len__", "__array__", "__iter__", "__bool__", "__int__",
        "__float__", "__index__", "__hash__", "__getattr__", "__call__", "__lt__", "__str__",
    ),
    "MemoryError at __len__": lambda: raising("__len__", "__iter__", error=MemoryError()),
}  # fmt: skip
if pandas:
    ANYTHING |= {
        "frame": lambda: pandas.DataFrame({"a": [1.0, 2], "b": ["x", None]}),
        "series": lambda: pandas.Series([1, 2], index=["p", "q"]),
        "index": lambda: pandas.Index(["a", "b"]),
        "NA": lambda: pandas.NA,
    }


def forms(good) -> dict:
    """The same number, or the same array, in other forms: each is to be taken as `good` is."""
    if isinstance(good, bool | np.bool_ | str | None):
        return {}
    if isinstance(good, int | np.integer):
        whole = {kind.__name__: (lambda kind=kind: kind(good)) for kind in REALS}
        small = 0 <= good < 100
        return {
            "as a float": lambda: float(good),
            "as a 0-d array": lambda: np.array(good),
            "as a 0-d float": lambda: np.array(float(good)),
            "as a 0-d object": lambda: np.array(good, object),
            "as a Fraction": lambda: Fraction(good),
        } | (whole if small else {})
    if isinstance(good, float | np.floating):
        return {
            kind.__name__: (lambda kind=kind: kind(good))
            for kind in (np.float64, np.longdouble, np.array, np.float16, np.float32)
            if kind(good) == good
        }
    if not isinstance(good, np.ndarray) or good.dtype.kind not in "fiu":
        return {}
    return {
        "as lists": lambda: good.tolist(),
        "as tuples": lambda: tuple(good.tolist()),
        "read-only": lambda: read_only(good),
        "in Fortran's order": lambda: np.asfortranarray(good),
        "every second": lambda: np.repeat(good, 2, axis=0)[::2],
        "big-endian": lambda: good.astype(good.dtype.newbyteorder(">")),
        "as objects": lambda: good.astype(object),
        "masked nowhere": lambda: np.ma.array(good),
    } | ({"as a frame": lambda: pandas.DataFrame(good)} if pandas and good.ndim == 2 else {})


def twisted(good) -> dict:
    """What is nearly as it should be."""
    if isinstance(good, int | float) and not isinstance(good, bool):
        return {
            "its negative": lambda: -good,
            "with a half": lambda: good + 0.5,
            "as text": lambda: str(good),
            "in a list": lambda: [good],
            "in a column": lambda: np.array([[good]]),
            "as a complex": lambda: complex(good),
            "times a million million": lambda: good * 10**12,
        }
    if not isinstance(good, np.ndarray):
        return {}
    return {
        "a column more": lambda: good[:, None],
        "an axis more": lambda: good[None],
        "flat": lambda: good.ravel(),
        "turned": lambda: good.T,
        "the first": lambda: good[:1],
        "none": lambda: good[:0],
        "all but one": lambda: good[..., :-1],
        "twice": lambda: np.concatenate([good, good]),
        "one nan": lambda: spoilt(good, np.nan),
        "one inf": lambda: spoilt(good, -np.inf),
        "huge": lambda: good * 1e300,
        "tiny": lambda: good * 1e-320,
        "as float16": lambda: good.astype(np.float16),
        "as float32": lambda: good.astype(np.float32),
        "as longdouble": lambda: good.astype(np.longdouble),
        "as int8": lambda: good.astype(np.int8),
        "as complex": lambda: good.astype(complex),
        "as text": lambda: good.astype(str),
        "as bools": lambda: good.astype(bool),
        "a missing value": lambda: objects(good, None),
        "a word": lambda: objects(good, "x"),
        "masked": lambda: np.ma.array(good, mask=np.arange(good.size).reshape(good.shape) == 0),
        "sparse": lambda: csr_array(np.atleast_2d(good)) if good.ndim < 3 else good,
        "rows that come one by one": lambda: (row for row in good),
        "upside down": lambda: good[::-1],
        "doubles of rows": lambda: np.broadcast_to(good[:1], good.shape),
    }  # fmt: skip


def read_only(A):
    A = A.copy()
    A.flags.writeable = False
    return A


def spoilt(A, value):
    A = A.astype(float)
    A.flat[:1] = value
    return A


def objects(A, value):
    A = A.astype(object)
    A.flat[:1] = value
    return A
