"""No value that is handed in makes check, hint or solution raise, and what they say is true."""

import functools
import json
import math
import os
import re
import struct
import sys
import time
import types

import numpy as np
import pytest

from nnlib.activations import softmax
from nnlib.network import Network
from nncourse.bugs import SPECIMENS
from nncourse.exercises import catalogue, check, guard, hint, slips, solution, tasks_of
from nncourse.exercises.cases import Case, Misconception
from nncourse.exercises.kinds import Choice, Judged, Numbers, Task
from nncourse.exercises.verdict import LETTERS, Verdict
from nncourse.exercises.wire import Stranger, decode, encode, plain

forked = pytest.mark.skipif(not guard.FORKS, reason="nothing can be forked here")
NAMES = ("01.reach", "02.layer", "02.parity", "02.prediction", "03.step", "04.slopes")
NAMES += ("07.is_right", "05.start", "13.first_three", "13.seen")


# Values of all kinds


def _raise(*_, **__):
    raise RuntimeError("do not touch")


class Untouchable:
    """Every attribute and method raises, even `__class__`."""

    __class__ = property(_raise)
    __len__ = __eq__ = __repr__ = __str__ = __iter__ = __bool__ = __array__ = _raise
    __getattr__ = __getitem__ = __float__ = __index__ = __hash__ = __format__ = _raise
    __code__ = __name__ = __dict__ = shape = dtype = property(_raise)


class Callable(Untouchable):
    __call__ = _raise


class Wild(type):
    """A metaclass that hides the names and bases of its classes."""

    __name__ = __module__ = __mro__ = property(_raise)
    __instancecheck__ = __subclasscheck__ = __repr__ = __call__ = _raise


class HostileList(list):
    __len__ = __iter__ = __getitem__ = __eq__ = __repr__ = __bool__ = _raise


class HostileNumber(float):
    __float__ = __eq__ = __repr__ = __hash__ = __lt__ = __mul__ = _raise


class HostileText(str):
    __eq__ = __repr__ = __hash__ = __str__ = __len__ = strip = casefold = _raise


class HostileArray(np.ndarray):
    __array_ufunc__ = __array_function__ = __repr__ = __len__ = _raise


def _hostile_array():
    array = np.ones(3).view(HostileArray)
    HostileArray.__array_finalize__ = _raise  # from now on: the view itself asks for it
    return array


def _in_itself():
    loop = [1.0]
    loop.append(loop)
    return loop


def _deep(n):
    nested = []
    for _ in range(n):
        nested = [nested]
    return nested


def _many(n):
    """A list that holds 2ⁿ numbers in n lists."""
    twice = [1.0]
    for _ in range(n):
        twice = [twice, twice]
    return twice


def _objects(*pieces):
    array = np.empty(len(pieces), object)
    for i, piece in enumerate(pieces):
        array[i] = piece
    return array


ZOO = {
    "untouchable": Untouchable(),
    "untouchable, and callable": Callable(),
    "a class": Untouchable,
    "a class without a name": Wild("Hidden", (), {}),
    "one of such a class": object.__new__(Wild("Hidden", (), {})),
    "a hostile list": HostileList([1.0, 2.0]),
    "a hostile number": HostileNumber(1.5),
    "a hostile text": HostileText("one"),
    "a hostile array": _hostile_array(),
    "in itself": _in_itself(),
    "deep": _deep(5000),
    "many": _many(60),
    "ragged": [[1], [1, 2]],
    "ragged array": _objects([1], [1, 2]),
    "objects": _objects(1.0, None, Untouchable()),
    "complex": 2j,
    "complex array": np.ones(3, complex),
    "a text": "two",
    "no letters": "",
    "a long text": "x" * 2_000_000,
    "half a letter": "\ud800",
    "texts": np.array(["a", "b"]),
    "dates": np.array(["2026-01-01"], "datetime64[D]"),
    "a record": np.zeros(2, [("a", float)]),
    "masked": np.ma.array([1.0, 2.0], mask=[0, 1]),
    "a matrix": np.ones((1, 2)).view(np.matrix),
    "huge": np.broadcast_to(1.0, (10**5, 10**5)),
    "empty": np.zeros((0, 3)),
    "many axes": np.ones((1,) * 20),
    "nan": np.nan,
    "infinite": [np.inf, -np.inf],
    "a large number": 10**400,
    "a number of many digits": 10**6000,
    "numbers of many sizes": [2**70, -(2**65), 1.0],
    "nearly infinite": [1e308] * 9,
    "no bool": np.bool_(True),
    "half": np.float16(1.5),
    "true": True,
    "false": False,
    "bytes": b"two",
    "a set": {1, 2},
    "a dict": {Untouchable: 1, "a": Untouchable()},
    "a range": range(9),
    "a generator": (i for i in range(3)),
    "a class that counts": int,
    "a function that counts": len,
    "a bound method": [1].append,
    "a partial function": functools.partial(divmod, 3),
    "a partial of a hostile thing": functools.partial(Callable()),
    "a lambda without arguments": lambda: 1,
    "a module": np,
    "an exception": ValueError("x"),
    "not implemented": NotImplemented,
    "a slice": slice(1),
    "a function of numpy": np.mean,
    "a ufunc": np.tanh,
    "a stranger": Stranger(Untouchable()),
    "a namespace": types.SimpleNamespace(__code__=3),
}


def by_chance(rng, deep=3):
    """A random value of numbers, texts, lists and arrays."""
    sort = rng.integers(9 if deep else 6)
    if sort == 0:
        return rng.choice([0, -1, 1.5, np.nan, 1e300, 2**62]).item()
    if sort == 1:
        return [None, True, "one", "", ..., np.int8(3)][rng.integers(6)]
    if sort == 2:
        shape = tuple(rng.integers(0, 4, rng.integers(4)))
        return rng.normal(size=shape).astype(rng.choice(["f8", "f2", "i4", "?", "c16", "O", "U3"]))
    if sort in (3, 4, 5):
        return list(ZOO.values())[rng.integers(len(ZOO))]
    pieces = [by_chance(rng, deep - 1) for _ in range(rng.integers(5))]
    return tuple(pieces) if sort == 6 else pieces if sort == 7 else {"a": pieces}


def is_a_verdict(verdict):
    assert type(verdict) is Verdict
    assert not verdict.right or verdict.name == "02.prediction"  # 0 is right there
    assert "The check itself failed" not in str(verdict), verdict
    assert all(len(sentence) <= LETTERS + 2 for sentence in verdict.sentences)
    assert len(str(verdict)) < 20_000
    str(verdict).encode("utf-8", "strict")
    assert verdict._repr_mimebundle_()


@pytest.mark.no_cover  # the same lines for each animal, in twice the time
@pytest.mark.parametrize("animal", ZOO)  # by name: pytest would look at the values
def test_no_value_makes_a_check_raise(animal):
    value = ZOO[animal]
    for name in NAMES:
        is_a_verdict(check(name, value))


@pytest.mark.no_cover  # the same lines for each animal, in twice the time
@pytest.mark.parametrize("animal", ZOO)  # by name: pytest would look at the values
def test_no_value_that_a_function_gives_makes_a_check_raise(animal):
    value = ZOO[animal]
    for name in ("02.layer", "04.slopes", "05.start", "07.is_right"):
        is_a_verdict(check(name, lambda *inputs: value))
    is_a_verdict(check("04.slopes", lambda a, delta: (a.T @ delta, value)))


@pytest.mark.parametrize("seed", range(4))
def test_values_put_together_by_chance_do_not_either(seed):
    rng = np.random.default_rng(seed)
    for _ in range(50):
        value = by_chance(rng)
        for name in ("02.parity", "02.prediction", "13.first_three", "13.seen"):
            is_a_verdict(check(name, value))
    for _ in range(5):
        values = [by_chance(rng) for _ in range(4)]
        is_a_verdict(check("05.start", lambda *inputs, values=values: values))
        is_a_verdict(check("04.slopes", lambda *inputs, values=values: values[:2]))


@pytest.mark.no_cover  # the same lines for each animal, in twice the time
@pytest.mark.parametrize("animal", ZOO)  # by name: pytest would look at the values
def test_no_name_and_no_number_makes_them_raise(animal):
    value = ZOO[animal]
    for note in (check(value, 1), hint(value), hint(1, value), solution(value)):
        assert note.sentences and len(str(note)) < 3000


@forked
def test_an_object_whose_code_takes_its_time_is_not_asked_for_it():
    class Slow:
        __code__ = property(lambda self: time.sleep(20))

        def __call__(self, *inputs):
            return 1.0

    start = time.monotonic()
    is_a_verdict(check("02.layer", Slow()))
    is_a_verdict(check("02.parity", Slow()))
    assert time.monotonic() - start < 15


@pytest.mark.parametrize("name", ["04.slopes", "05.start"])
def test_an_error_may_say_what_it_likes(name):
    class Hostile(Exception):
        __str__ = __repr__ = _raise

    def long(*inputs):
        raise ValueError("x" * 2_000_000)

    def hostile(*inputs):
        raise Hostile

    is_a_verdict(check(name, long))
    assert "Hostile" in str(check(name, hostile))


def test_a_start_in_nested_lists_is_a_start():
    def start(rng, sizes):
        W1, b1, W2, b2 = (np.zeros((1, n)) for n in (*sizes, 1))
        W1, W2 = (rng.normal(size=shape) / shape[0] ** 0.5 for shape in zip(sizes, sizes[1:]))
        biases = [[[0] * n] for n in sizes[1:]]
        return W1.tolist(), biases[0], W2.tolist(), biases[1]

    assert check("05.start", start).right


def test_one_that_changes_its_mind_is_asked_for_one_kind():
    answers = []

    def start(rng, sizes):
        answers.append(1)
        arrays = [rng.normal(size=shape) / shape[0] ** 0.5 for shape in zip(sizes, sizes[1:])]
        if len(answers) % 3 == 2:
            return None
        return arrays[0], np.zeros((1, sizes[1])), arrays[1], np.zeros((1, sizes[2]))

    verdict = check("05.start", start)
    is_a_verdict(verdict)
    assert "called a second time, it does not give four such arrays" in str(verdict)


# What comes through the pipe


@forked
def test_what_an_answer_writes_into_the_pipe_is_not_run(tmp_path):
    trace = tmp_path / "ran"

    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(trace),)

    def forge(*inputs):
        import pickle

        message = pickle.dumps(Evil())
        for fd in range(3, 64):
            try:
                os.write(fd, struct.pack("<Q", len(message)) + message)
            except OSError:
                pass
        return 1.0

    is_a_verdict(check("02.layer", forge))
    assert not trace.exists()


@pytest.mark.parametrize(
    "message",
    [
        *(b"", b"x", b"\0" * 8, struct.pack("<Q", 2**63) + b"[]", struct.pack("<Q", 2) + b"[1"),
        struct.pack("<Q", 100_000) + b"[" * 100_000,
        struct.pack("<Q", 40) + b'{"array": "<f8", "shape": [99999999999]}',
        struct.pack("<Q", 34) + b'{"array": "|O8", "shape": [1, -1]}' + b"\0" * 8,
        struct.pack("<Q", 2) + b"[]",
    ],
)
def test_bytes_that_are_no_outcome_are_refused(message):
    with pytest.raises(ValueError):
        guard._outcome(message)


def test_plain_data_comes_through_the_pipe_as_it_is():
    rng = np.random.default_rng(1)
    for _ in range(200):
        value = plain(by_chance(rng))
        assert repr(decode(encode(value))) == repr(value)


@forked
def test_an_answer_that_takes_all_memory_ends_alone():
    def greedy(*inputs):
        return np.ones(10**10).sum()

    assert "MemoryError" in str(check("02.layer", greedy))


@forked
def test_what_the_cases_expect_is_not_to_be_found_where_the_answer_is_called():
    task = tasks_of("01")["01.tanh_slope"]

    def thief(a):
        frame = sys._getframe()
        while frame:
            found = [v for v in frame.f_locals.values() if isinstance(v, Case)]
            for case in found + task.__dict__.get("tried", []):
                if case.inputs["a"].shape == a.shape and np.allclose(case.inputs["a"], a):
                    return case.expected
            frame = frame.f_back
        return 0 * a

    verdict = check("01.tanh_slope", thief)
    assert verdict.status == "not yet" and "Every number of it is 0" in str(verdict)


@forked
def test_which_suspects_are_right_is_not_to_be_found_where_a_checker_is_called():
    task = tasks_of("07")["07.is_right"]

    def thief(suspect):
        line_up = task.__dict__.get("line_up", [])
        return any(one.right for one in line_up if one.f.f is suspect.suspect.f)

    verdict = check("07.is_right", thief)
    assert verdict.status == "not yet" and "It refuses 4 of the 4 right ones" in str(verdict)


# The learner's own


def test_the_function_of_a_case_and_what_a_task_allows_may_be_called():
    task = Task("00.x", "twice", _network_cases, (), may_use=(softmax,))
    assert task.judge(lambda net, x: 2 * x + 0 * net.n_parameters + 0 * softmax(x)).right
    verdict = Task("00.x", "twice", _network_cases, (), may_use=()).judge(
        lambda net, x: 2 * x + 0 * softmax(x)
    )
    assert "nnlib's own `softmax`" in verdict.sentences[0]


def _network_cases():
    return [Case("one", {"net": Network((1, 1)), "x": np.ones((1, 2))}, np.full((1, 2), 2.0))]


BORROWERS = {
    "itself": softmax,
    "partly": functools.partial(softmax),
    "around it": lambda Z: softmax(Z),
    "row by row": lambda Z: np.apply_along_axis(lambda z: softmax(z[None])[0], 1, Z),
    "by a network": lambda Z: Network(
        (Z.shape[1], Z.shape[1]), output="softmax", loss="cross_entropy"
    ).predict(np.append(np.eye(Z.shape[1]).ravel(), np.zeros(Z.shape[1])), Z),
}


@pytest.mark.parametrize("way", ["fork", "thread"])
@pytest.mark.parametrize("f", BORROWERS.values(), ids=BORROWERS)
def test_softmax_of_the_library_is_asked_to_be_hers(f, way, monkeypatch):
    if way == "thread":
        monkeypatch.setattr(guard, "FORKS", False)
    verdict = check("06.softmax", f)
    assert verdict.status == "not yet" and "nnlib's own" in verdict.sentences[0], verdict


def test_a_wrong_answer_is_told_what_is_wrong_whoever_made_it():
    verdict = check("04.backward", SPECIMENS["sign"].backward)
    assert verdict.misconception == SPECIMENS["sign"].title and "nnlib's own" not in str(verdict)


# Clues are true


def task_of(expected, parts=(), **inputs):
    """A task whose cases have these inputs and expect what `expected` makes of them."""
    names, columns = list(inputs), zip(*inputs.values())
    cases = [Case(f"number {i}", dict(zip(names, row)), None) for i, row in enumerate(columns)]
    cases = [Case(case.what, case.inputs, expected(**case.inputs)) for case in cases]
    return Task("00.x", "something", lambda: cases, ("Think.",), parts=parts)


SCALARS = task_of(lambda x: x * x + 0.5, x=[1.2, -2.3, 0.4])
TWO = task_of(lambda x: x * x + 0.5, x=[1.2, -2.3])
ROWS = [np.arange(1.0, n + 1)[:, None] * [1.1, -0.7] for n in (3, 5, 1)]
MEAN = task_of(lambda X: X.mean(axis=0, keepdims=True), X=ROWS)
LOSS = task_of(lambda X: float((X**2).sum() / 2 / len(X)), X=ROWS)
TALL = task_of(lambda X: X**2, X=ROWS)
PAIR = task_of(
    lambda X: (X.mean(axis=0, keepdims=True), X.sum(axis=0, keepdims=True)), ("gW", "gb"), X=ROWS
)
CLUES = {
    "factor of a number": (
        SCALARS, lambda x: 1.789 * (x * x + 0.5),
        r"In each of these cases it is 1\.789 times as large as it should be", "FACTOR",
    ),
    "no factor of two numbers": (TWO, lambda x: 1.789 * (x * x + 0.5), "", None),
    "twice": (SCALARS, lambda x: 2 * (x * x + 0.5), "It is twice what it should be", "FACTOR"),
    "half": (SCALARS, lambda x: (x * x + 0.5) / 2, "It is half of what it should be", "FACTOR"),
    "sign": (SCALARS, lambda x: -(x * x + 0.5), "It has the wrong sign", "SIGN"),
    "no number": (SCALARS, lambda x: 0.0, "It is always 0", "ZERO"),
    "a constant": (SCALARS, lambda x: 3.3, "same answer whatever it is given", "SAME"),
    "a little": (SCALARS, lambda x: x * x + 0.5001, "less than one in a thousand", "OFF_BY_LITTLE"),
    "factor of an array": (TALL, lambda X: 1.789 * X**2, "Every number is 1.789 times", "FACTOR"),
    "another for each case": (TALL, lambda X: X**2 * X[-1, 0] ** 0.7 * 1.1, "", None),
    "no mean": (MEAN, lambda X: X.sum(axis=0, keepdims=True), "is n times what", "NO_MEAN"),
    "twice a mean": (MEAN, lambda X: X.mean(0, keepdims=True) / len(X), "1/n of", "MEAN_TWICE"),
    "no mean of a number": (LOSS, lambda X: (X**2).sum() / 2, "It is n times", "NO_MEAN"),
    "nor a half": (LOSS, lambda X: (X**2).sum(), "2 n times .* ½ is missing", "NO_MEAN"),
    "on its side": (TALL, lambda X: (X**2).T, "Rows and columns are swapped", "TURNED"),
    "order": (
        PAIR, lambda X: (X.sum(0, keepdims=True), X.mean(0, keepdims=True)),
        "gives gb and gW, and should give gW and gb", "ORDER",
    ),
    "one part": (
        PAIR, lambda X: (X.mean(0, keepdims=True), 3 * X.sum(0, keepdims=True)),
        "Every number of gb is three times", "FACTOR",
    ),
    "whole": (TALL, lambda X: (X**2).astype(int), r"1\.96 became 1\.", "WHOLE"),
    "brackets": (TALL, lambda X: X.sum, "You forgot the brackets", "BRACKETS"),
    "brackets of numpy": (PAIR, lambda X: (np.mean, X), "You forgot the brackets", "BRACKETS"),
    "comma": (TALL, lambda X: (X**2,), "tuple of one: there is a comma at the end of it", "COMMA"),
    "comma and a number": (SCALARS, lambda x: (x * x + 0.5,), "comma at the end", "COMMA"),
    "yield": (SCALARS, lambda x: (i for i in [x]), "`yield`", "YIELD"),
    "power": (SCALARS, lambda x: x ^ 2, r"`\^` is not a power: `\*\*` is", "POWER"),
    "power of an array": (TALL, lambda X: X ^ 2, r"raised TypeError, in the line", "POWER"),
    "if": (TALL, lambda X: X if X > 0 else 0, "`np.where", "IF"),
    "if in a list": (TALL, lambda X: [1 if x > 0 else 0 for x in X], "`np.where", "IF"),
    "max": (TALL, lambda X: max(0, X), "^`max` or `min` .* `np.maximum`", "MAX"),
    "and": (TALL, lambda X: X > 0 and X < 1, "^`and`, `or` or `not` .* `&`", "AND"),
    "a function for one number": (TALL, lambda X: math.tanh(X), "`np.tanh`", "ONE"),
    "a whole number of an array": (TALL, lambda X: int(X > 0), "`np.where`", "ONE"),
    "a list times a number": (TALL, lambda X: list(X) * 0.5, "`np.array", None),
    "a product that does not fit": (
        TALL, lambda X: X.T @ X.T, r"before `@` has \d columns, and the one after it \d rows", None,
    ),
    "comma above": (SCALARS, lambda x: (x,) - 1, "Is there a comma at the end of a line", None),
    "no name": (SCALARS, lambda x: forgotten(x), "Have you run the cell that makes it", None),  # noqa: F821
    "yes": (SCALARS, lambda x: True, "is True, and should be a number", None),
    "a row of numbers": (SCALARS, lambda x: [x, x], "and should be a single number", None),
    "keepdims": (MEAN, lambda X: X.mean(axis=0), "`keepdims=True` a sum or mean keeps it", None),
    "zeros": (MEAN, lambda X: np.zeros(2), r"one row, like `np.zeros\(\(1, 2\)\)`\.$", None),
    "rows of two lengths": (TALL, lambda X: [[1], [1, 2]], "different lengths: 1 and 2", None),
    "a text in a list": (TALL, lambda X: [["a", "b"]] * 3, "There is a text in it", None),
}  # fmt: skip


@pytest.mark.parametrize("task, answer, words, slip", CLUES.values(), ids=CLUES)
def test_a_clue_is_true_or_not_given(task, answer, words, slip):
    verdict = task.judge(answer)
    assert verdict.status == "not yet"
    assert re.search(words, "\n".join(verdict.sentences), re.MULTILINE), verdict
    assert verdict.misconception == (getattr(slips, slip).title if slip else ""), verdict
    if not words:
        assert len(verdict.sentences) == 1, verdict


def test_what_a_copied_list_still_holds_is_said():
    def step(parameters, x):
        parameters = list(parameters)
        for p in parameters:
            p -= x
        return parameters[0]

    case = Case("one", {"parameters": [np.ones(2), np.ones(3)], "x": 0.5}, np.full(2, 0.5))
    verdict = Task("00.x", "a step", lambda: [case], ()).judge(step)
    assert "A copied list still holds the same arrays" in verdict.sentences[0]
    assert verdict.misconception == slips.SHARED.title


def test_an_error_is_not_told_to_be_an_answer():
    def known(x):
        return [1.5, 2.5][x.size]

    cases = [Case(str(n), {"x": np.ones(n)}, float(n)) for n in (1, 0, 2)]
    known = Misconception("It looks too far", "How long is the list?", known)
    task = Task("00.x", "n", lambda: cases[::-1], (), (known,))
    verdict = task.judge(lambda x: [1.5, 2.5][len(x)])
    assert "stops with exactly this error" in str(verdict) and "this answer" not in str(verdict)
    assert verdict.misconception == known.title


def test_whole_numbers_are_shown_as_whole_numbers():
    numbers = dict(check("05.start", lambda rng, sizes: 1).numbers)
    assert numbers["sizes"] == "(3, 5, 2)"


def test_the_names_of_wrong_parts_make_a_sentence():
    assert "gW and gb are wrong." in PAIR.judge(lambda X: (X[:1] + 1, X[:1] + 2)).sentences


CHOICE = Choice(
    "00.choice", "how much?", lambda: "a thousandth", {"a half": "No.", "a thousandth": "Yes."}
)
COUNT = Choice("00.count", "how many?", lambda: 0, {0: "None.", 1: "One.", 4: "Four."})


@pytest.mark.parametrize(
    "said", ["A thousandth", "'a thousandth'", ' "A  Thousandth". ', ("a thousandth",),
             np.array("a thousandth"), "“a thousandth”"],
)  # fmt: skip
def test_a_prediction_is_taken_however_it_is_written(said):
    assert CHOICE.judge(said).right


def test_no_is_not_zero_and_yes_is_not_one():
    assert COUNT.judge(0).right and COUNT.judge(0.0).right and COUNT.judge("0").right
    for answer in (False, np.False_, [False], True):
        verdict = COUNT.judge(answer)
        assert verdict.status == "not yet" and "Choose one" in verdict.sentences[0]


def test_numbers_can_name_a_mistake():
    known = Misconception("All of them are 0", "Which is the first that has to differ?")
    task = Numbers("00.n", "two numbers", (2,), lambda n: None if n.any() else known, (), (known,))
    assert task.judge([0, 0]).record()["misconception"] == known.title
    assert task.judge([0, 1]).right and known in task.known_mistakes()


def test_hints_are_found_by_number_however_it_is_written_and_by_name():
    check("01.tanh_slope", None)
    for n in (2, 2.0, "2", " 2 ", np.int64(2), np.array([2.0]), np.float32(2)):
        assert hint(n).heading == "Hint 2 of 3: 01.tanh_slope"
    for name in ("04.slopes", " 04.slopes "):
        assert hint(name).heading.endswith(": 04.slopes")
    assert "no task" in hint("04.nothing").sentences[0]


def test_the_hints_are_folded_away_in_the_box_and_nowhere_in_the_text():
    hints = tasks_of("01")["01.tanh_slope"].hints
    for answer in (lambda a: 1 + a, None):
        verdict = check("01.tanh_slope", answer)
        html, record = verdict._repr_html_(), verdict.record()
        folded = re.findall(r"<details [^>]*><summary [^>]*>(.*?)</summary>", html)
        assert folded == ["Hint 1", "Hint 2", "Hint 3"]
        status, _, rest = html.partition("</div><details")
        for told in hints:
            assert told in rest and told not in status
            assert told not in str(verdict) and told not in json.dumps(record)
    assert " open" not in html, "a hint is not in sight before it is opened"
    right = check("01.tanh_slope", lambda a: 1 - a * a)
    assert right.right and "<details" not in right._repr_html_()
    assert hint(1).sentences == hints[:1]


def test_a_table_keeps_its_words_and_its_rows_whole():
    html = check("01.reach", lambda n: np.float64(2 / 3))._repr_html_()
    assert "table-layout:auto" in html and html.count("white-space:nowrap") == 3
    assert "<pre" in html and ">0.6667</pre>" in html


def test_every_slip_is_in_the_catalogue_of_every_function():
    titles = {slip.title for slip in slips.SLIPS}
    assert len(titles) == len(slips.SLIPS)
    for name, told in catalogue().items():
        if isinstance(tasks_of(name[:2])[name], Task):
            assert titles <= set(told["misconceptions"]), name


def test_a_judged_task_sees_arrays_whatever_form_they_come_in():
    seen = []

    def fault(case, answer):
        seen.append((type(answer[0]), type(answer[1])))

    case = Case("one", {"x": 1}, (np.ones((2, 1)), 0.0))
    task = Judged("00.j", "two things", lambda: [case], (), fault=fault, parts=("a", "b"))
    assert task.judge(lambda x: [[[1], [2]], np.array([3])]).right
    assert seen == [(np.ndarray, int)]
