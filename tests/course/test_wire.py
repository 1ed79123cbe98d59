"""An answer becomes plain data, whatever it is, and comes through as it was or is refused."""

import collections
import json
import struct
from dataclasses import FrozenInstanceError
from fractions import Fraction

import numpy as np
import pytest

from nncourse.exercises.wire import (
    NAMELESS,
    TOO_LARGE,
    Stranger,
    decode,
    encode,
    named,
    plain,
    single,
    text,
)

# What an answer may hold, and what may be sent: numbers, letters, lists in lists, bytes, brackets.
LARGEST, LONGEST, DEEPEST, JSON, BRACKETS = 1_000_000, 2_000, 20, 4 << 20, 100_000


class Ten(int):
    pass


class Half(float):
    pass


class Word(str):
    __slots__ = ("mine",)

    def __getitem__(self, at):
        raise RuntimeError("asked for letters")

    __str__ = __len__ = __getitem__


class Many(list):
    def __iter__(self):
        raise RuntimeError("asked for pieces")

    __len__ = __getitem__ = __iter__


class Table(dict):
    def items(self):
        raise RuntimeError("asked for items")


class Grid(np.ndarray):
    def __array_finalize__(self, other):
        self.mine = 1


class Double(np.float64):
    def __array__(self):
        raise RuntimeError("asked for an array")


class Hidden(type):
    __name__ = "Other"


class Masked(metaclass=Hidden):
    pass


Pair = collections.namedtuple("Pair", "a b")


def same(one, other):
    """Whether two plain answers are the same, in type, dtype and every number."""
    if isinstance(other, np.ndarray):
        return type(one) is np.ndarray and one.dtype == other.dtype and np.array_equal(one, other)
    if type(other) in (list, tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if type(other) is dict:
        return type(one) is dict and one.keys() == other.keys() and all(
            same(one[key], other[key]) for key in other
        )  # fmt: skip
    return type(one) is type(other) and (one == other or one != one)


PLAIN = [
    (None, None),
    (True, True),
    (2, 2),
    (2.5, 2.5),
    ("two", "two"),
    (-(2**63) + 1, -(2**63) + 1),
    (2**63 - 1, 2**63 - 1),
    (2**63, 2.0**63),
    (10**298, 1e298),
    (10**299, Stranger("a whole number of 300 digits")),
    (10**400, Stranger("a whole number of 401 digits")),
    (-(10**400), Stranger("a whole number of 401 digits")),
    (Ten(7), 7),
    (Half(0.5), 0.5),
    (Word("abc"), "abc"),
    (Many([1, 2]), [1, 2]),
    (Table(a=1), {"a": 1}),
    (Pair(1, 2.5), (1, 2.5)),
    ({1: 2, Word("k"): 3, "l" * 61: 4}, {"int": 2, "k": 3, "l" * 60: 4}),
    ([1.0, np.float64(2)], [1.0, 2.0]),
    ((1.0, 2.0), (1.0, 2.0)),
    (np.float64(0.5), 0.5),
    (np.float32(0.5), np.array(0.5)),
    (np.int8(3), np.array(3)),
    (np.array([1, 2], np.uint8), np.array([1, 2], "<u8")),
    (np.array([1, 2], ">i2"), np.array([1, 2], "<i8")),
    (np.array([True, False]), np.array([True, False])),
    (np.ones(2, np.float16), np.ones(2)),
    (np.ones(2, np.longdouble), np.ones(2)),
    (np.ones((0, 2)), np.ones((0, 2))),
    (np.ones(2).view(Grid), np.ones(2)),
    (np.array(["a", "b"]), ["a", "b"]),
    (np.array("a"), "a"),
    (np.array([None, 2], object), [None, 2]),
    (np.array(2, object), 2),
    (np.array([1j]), Stranger("an array of complex128, shape (1,)")),
    (np.datetime64("2026-01-01"), Stranger("an array of datetime64[D], shape ()")),
    (np.ma.array([1, 2], mask=[0, 1]),
     Stranger("a masked array, some of whose numbers may be missing")),
    (Double(2), Stranger("a Double")),
    (Masked(), Stranger("a Masked")),
    (Fraction(1, 2), Stranger("a Fraction")),
    (3j, Stranger("a complex")),
    (open, Stranger("the function `open`", True)),
    (same, Stranger("the function `same`", True)),
    (np.exp, Stranger("the function `np.exp`", True)),
    (np.mean, Stranger("the function `np.mean`", True)),
    (Stranger("x", True).__init__, Stranger("the method `__init__`", True)),
    ([].__len__, Stranger("a function", True)),
    ([].append, Stranger("the function `append`", True)),
    (int, Stranger("a function", True)),
    ((n for n in ()), Stranger("a generator, as `yield` makes it")),
    (Stranger("a Mine"), Stranger("a Mine")),
    (Stranger("x" * 201, 1), Stranger("x" * 200)),
    (Stranger("f", True), Stranger("f", True)),
    (Stranger(3), NAMELESS),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "expected"), PLAIN, ids=range(len(PLAIN)))
def test_an_answer_becomes_plain_data_and_stays_the_same_on_its_way(answer, expected):
    found = plain(answer)
    assert same(found, expected)
    for sent in (found, [found], (found, [found]), {"a": found}):
        assert same(decode(encode(sent)), sent)


def test_a_list_of_many_floats_is_sent_as_an_array_and_comes_back_as_a_list():
    for n in (8, 9, 1000):
        for kind in (list, tuple):
            answer = kind(k / 7 for k in range(n))
            assert same(decode(encode(answer)), answer)
    assert b"floats" in encode([0.1] * 9) and b"floats" not in encode([0.1] * 8)
    assert same(decode(encode([0.1] * 9 + [1])), [0.1] * 9 + [1])


def nested(levels, kind=list, answer=1):
    for _ in range(levels):
        answer = {"a": answer} if kind is dict else kind([answer])
    return answer


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_lists_in_lists_have_an_end(kind):
    assert plain(nested(DEEPEST, kind)) == nested(DEEPEST, kind)
    assert same(decode(encode(plain(nested(DEEPEST, kind)))), nested(DEEPEST, kind))
    words = f"a {kind.__name__} in too many others, or in itself"
    assert words in str(plain(nested(DEEPEST + 1, kind)))
    itself = []
    itself.append(itself)
    assert "a list in too many others, or in itself" in str(plain(itself))


def test_arrays_of_objects_in_each_other_have_an_end():
    objects, one = np.array([7], object), 7
    assert plain(nested(DEEPEST - 1, answer=objects)) == nested(DEEPEST, answer=7)
    assert "'an array of objects'" in str(plain(nested(DEEPEST, answer=objects)))
    for _ in range(DEEPEST):
        one, inner = np.empty((), object), one
        one[()] = inner
    assert plain(one) == 7
    around = np.empty((), object)
    around[()] = one
    assert plain(around) == Stranger("an object")


def test_what_is_too_large_is_not_looked_at():
    large = Stranger(f"an array of shape ({LARGEST + 1},), which is too large to look at")
    assert plain(np.zeros(LARGEST + 1, bool)) == large
    assert plain(np.zeros(LARGEST - 5, bool)).size == LARGEST - 5
    for n in (LARGEST - 4, LARGEST):
        assert plain(np.zeros(n, bool)) == Stranger(TOO_LARGE)
    half = np.zeros(LARGEST // 2, bool)
    assert plain([half, half]) == Stranger(TOO_LARGE)
    assert len(plain([half, half[:-100]])) == 2
    most = (LARGEST - 55) // 2
    assert len(plain([0.5] * most)) == most
    assert plain([0.5] * (most + 1)) == Stranger(TOO_LARGE)
    assert len(plain([[0.5] * ((LARGEST - 110) // 2)])) == 1
    assert plain([[0.5] * 300_000] * 2) == Stranger(TOO_LARGE)
    pieces = (LARGEST - 55) // 5
    assert len(plain([True] * pieces)) == pieces
    assert plain([True] * (pieces + 1)) == Stranger(TOO_LARGE)
    lists = (LARGEST - 55) // 55
    assert len(plain([[]] * lists)) == lists
    assert plain([[]] * (lists + 1)) == Stranger(TOO_LARGE)
    words = (LARGEST - 55) // (5 + LONGEST)
    assert len(plain(["x" * 3000] * words)) == words
    assert plain(["x" * 3000] * (words + 2)) == Stranger(TOO_LARGE)


def test_texts_and_names_are_cut_and_can_be_written():
    assert text("x" * 3000) == plain("x" * 3000) == "x" * LONGEST
    assert text("a\ud800b", 2) == "a?" and plain(["a\ud800b"]) == ["a?b"]
    long = type("L" * 41, (), {})
    assert named(long) == "L" * 40 and plain(long()) == Stranger(f"a {'L' * 40}")

    def f():
        pass

    f.__name__ = "f" * 41
    assert plain(f) == Stranger(f"the function `{'f' * 40}`", True)
    deep = plain(np.zeros((1,) * 64, complex)).kind
    assert deep == f"an array of complex128, shape {(1,) * 64}"[:200]


@pytest.mark.parametrize(
    ("answer", "one"),
    [([[(3,)]], 3), (np.array([[2.5]]), 2.5), ([np.array([1])], 1), ([1, 2], [1, 2]), ([], []),
     ("a", "a"), (4, 4)],
)  # fmt: skip
def test_the_one_thing_in_an_answer_is_found(answer, one):
    assert single(answer) == one and type(single(answer)) is type(one)


def test_of_many_numbers_none_is_the_one():
    assert single(np.ones(2)).tolist() == [1, 1]


def message(tree, *blobs):
    words = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return struct.pack("<Q", len(words)) + words + b"".join(blobs)


def array(dtype="<f8", shape=(1,)):
    return {"array": dtype, "shape": list(shape)}


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"1234567",
        message(b"{"),
        message(b"\xff"),
        message({"a": 1}),
        message({"tuple": 3}),
        message({"dict": [[1]]}),
        message({"dict": [[1, 2, 3]]}),
        message({"stranger": "x"}),
        message(array(), b"1234567"),
        message(array("<c16"), b"0" * 16),
        message(array("|O8"), b"0" * 8),
        message(array(shape=(-1,)), b"0" * 8),
        message(array(shape=(1.0,)), b"0" * 8),
        message(array(shape=(True,)), b"0" * 8),
        message({"array": "<f8", "shape": 1}, b"0" * 8),
        message(array(shape=(LARGEST, 2)), bytes(16 * LARGEST)),
        message({"floats": -1}, b"0" * 8),
        message({"floats": "1"}, b"0" * 8),
        message(b"[" * (BRACKETS + 1) + b"]" * (BRACKETS + 1)),
        message(b'"' + b"x" * JSON + b'"'),
        message([array("|b1", (700_000,))] * 3, bytes(2_100_000)),
    ],
)
def test_bytes_that_nobody_encoded_are_refused(sent):
    with pytest.raises(ValueError):
        decode(sent)


def test_what_is_too_large_is_not_sent():
    for large in ("x" * (JSON - 1), [[]] * BRACKETS, [()] * (BRACKETS // 2)):
        with pytest.raises(ValueError, match=TOO_LARGE):
            encode(large)
    assert decode(encode("x" * (JSON - 2))) == "x" * LONGEST
    for small in ([[]] * (LARGEST // 60), [()] * (LARGEST // 60), np.zeros(LARGEST, bool)):
        assert same(decode(encode(small)), small)
    assert len(encode([[]] * (BRACKETS - 1))) < JSON
    halves = [array("|b1", (LARGEST - 1000,))] * 2
    assert len(decode(message(halves, bytes(2 * LARGEST - 2000)))) == 2


@pytest.mark.parametrize("sort", ["list", "tuple", "dict"])
def test_what_is_sent_is_not_deeper_than_an_answer_and_what_stands_around_it(sort):
    around = {"list": lambda tree: [tree], "tuple": lambda tree: {"tuple": [tree]},
              "dict": lambda tree: {"dict": [["a", tree]]}}[sort]  # fmt: skip
    tree, trees = 1, []
    for _ in range(30):
        tree = around(tree)
        trees.append(message(tree))
    kind = {"list": list, "tuple": tuple, "dict": dict}[sort]
    assert decode(trees[DEEPEST + 1]) == nested(DEEPEST + 2, kind)
    for sent in trees[DEEPEST + 2 : DEEPEST + 4]:
        assert f"a {sort} in too many others" in str(decode(sent))
    for sent in trees[DEEPEST + 4 :]:
        with pytest.raises(ValueError, match="too deep"):
            decode(sent)


def test_what_is_decoded_is_as_plain_as_what_is_sent():
    assert decode(message({"stranger": 7, "callable": 1})) == Stranger("7")
    assert decode(message({"stranger": "x" * 300, "callable": True})) == Stranger("x" * 200, True)
    assert decode(message({"dict": [[1, 2]]})) == {"1": 2}
    assert decode(message(10**400)) == Stranger("a whole number of 401 digits")
    flags = decode(message(array("|b1", (2, 1)), b"\x00\x02"))
    assert flags.dtype == bool and flags.view(np.uint8).tolist() == [[0], [1]]
    two = decode(message([array("<i8", (1,)), array("<f8", (0, 3)), array("<u8", (2,))],
                         struct.pack("<qQQ", -1, 2, 3)))  # fmt: skip
    assert [one.tolist() for one in two] == [[-1], [], [2, 3]] and two[1].shape == (0, 3)
    two[0][0] = 5  # its own, not the message's
    assert decode(message({"floats": 1}, struct.pack("<d", 0.5))) == [0.5]


def test_what_stands_for_an_answer_does_not_change():
    with pytest.raises(FrozenInstanceError):
        Stranger("a Mine").kind = "right"
