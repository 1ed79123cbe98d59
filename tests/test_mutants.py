"""The changes that make mutants makes are changes, and what it is told to overlook is there."""

import ast
import tomllib
from pathlib import Path

import pytest
from mutants import EQUIVALENT, FILES, ROOT, Only, meets
from mutations import mutants

SOURCE = '''"""Text with 1 and 2."""

def f(a, b: int = 3, *, deep=False):
    if a < b and not deep:
        raise ValueError(f"{a + 1}: expected at least 7")
    a -= -b
    print(a)
    return a.max() if deep else [a == 1]
'''
CHANGES = """
    3: 3 -> 4
    3: False -> True
    4: a < b and not deep -> False
    4: a < b and not deep -> True
    4: < -> <=
    4: and -> or
    4: not ->
    6: a -= -b -> pass
    6: - -> +
    6: - ->
    7: print(a) -> pass
    8: return a.max() if deep else [a == 1] -> return None
    8: max -> min
    8: deep -> False
    8: deep -> True
    8: == -> !=
    8: 1 -> 2
"""


def test_a_mutant_is_one_small_change_of_what_runs():
    made = [f"{mutant.line}: {mutant.old} -> {mutant.new}".strip() for mutant in mutants(SOURCE)]
    assert made == [line.strip() for line in CHANGES.strip().splitlines()]


@pytest.mark.parametrize("file", ["nnlib/backprop.py", "nnlib/losses.py"])
def test_every_mutant_is_a_program_and_another_one(file):
    right = (ROOT / file).read_text("utf-8")
    made = list(mutants(right))
    for mutant in made:
        ast.parse(mutant.source)
        assert len(mutant.source.splitlines()) <= len(right.splitlines())
    assert len({mutant.source for mutant in made} | {right}) == len(made) + 1
    assert len({mutant.name for mutant in made}) == len(made) > 50


def test_a_mutant_meets_the_tests_that_touch_its_line_and_those_of_its_own_file_first():
    mutant = next(mutants(SOURCE))
    seconds = {"tests/test_f.py::a": 2.0, "tests/test_f.py::b": 1.0, "tests/test_g.py::c": 0.1}
    lines = {3: list(seconds)}
    assert meets(mutant, "nnlib/f.py", lines, seconds) == [
        ["tests/test_f.py::b", "tests/test_f.py::a"],
        ["tests/test_g.py::c"],
    ]
    few = {3: ["tests/test_f.py::b", "tests/test_g.py::c"]}  # the other may touch it in a fork
    assert meets(mutant, "nnlib/f.py", few, seconds) == [
        ["tests/test_f.py::b"], ["tests/test_g.py::c"], ["tests/test_f.py::a"]
    ]  # fmt: skip
    assert meets(mutant, "nnlib/h.py", {}, seconds) == [sorted(seconds, key=seconds.get)]
    few = [type("Item", (), {"nodeid": name}) for name in ("y", "x", "z")]
    Only(["x", "y"]).pytest_collection_modifyitems(few)
    assert [item.nodeid for item in few] == ["x", "y"]


def test_what_is_listed_as_equivalent_is_a_mutant_with_a_reason():
    for file, reasons in tomllib.loads(EQUIVALENT.read_text("utf-8")).items():
        assert file in FILES
        names = {mutant.name for mutant in mutants((ROOT / file).read_text("utf-8"))}
        assert not set(reasons) - names
        assert all(len(reason) > 15 for reason in reasons.values())


def test_the_files_are_there():
    assert all((ROOT / file).is_file() for file in FILES)
    assert {Path(file).stem for file in FILES} >= {"backprop", "metrics", "guard", "verdict"}
