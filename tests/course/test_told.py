"""What the notebooks tell of their widgets happens, when the hands do what the text asks for."""

import ast
import json
import re
from pathlib import Path

import pytest

from nncourse import widgets

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"


def cells(name):
    """The sources of all cells of a notebook."""
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def shown(name, words):
    """The widget of the only cell that has these words on its last line, as it is opened."""
    (source,) = (s for s in cells(name) if words in s.splitlines()[-1] and "widgets." in s)
    return eval(ast.unparse(ast.parse(source).body[-1]), {"widgets": widgets})


def right(playground):
    """How many points a playground says that it gets right, and of how many."""
    counts = re.search(r"(\d+) of (\d+) (?:test )?points right", playground.sentence)
    return int(counts[1]), int(counts[2])


def test_the_circles_are_learned_in_seconds():
    playground = shown("00_start_here", "circles")
    assert right(playground.train(300)) == (50, 50)
    for _ in range(3):  # New start does it again
        playground.lab.hand("new_start")
        assert right(playground.train(600)) == (50, 50)


def test_xor_is_learned_at_first_and_from_two_of_the_next_five_starts():
    playground = shown("00_start_here", "hidden_units=2")
    assert right(playground.train(200)) == (4, 4)
    after = []
    for _ in range(5):
        playground.lab.hand("new_start")
        after.append(right(playground.train(200))[0])
    assert sorted(after) == [2, 2, 2, 4, 4]
    text = "\n".join(cells("00_start_here"))
    assert "two of the five after it" in text and '"two",' in text


def test_layers_without_a_bend_get_half_of_the_circles_and_with_tanh_all():
    playground = shown("01_activations", "circles")
    for _ in range(3):
        assert right(playground.train(200)) == pytest.approx((25, 50), abs=8)
    playground.lab.hand("set", "hidden", "tanh")
    assert right(playground.train(200)) == (50, 50)


def test_the_slip_is_far_off_at_4_and_hides_near_0():
    desk = shown("01_activations", "z=2.0").lab
    assert f"{desk.neuron.slope:.2f} {desk.neuron.slip:.2f}" == "0.07 0.44"
    desk.hand("set", "z", 4.0)
    assert desk.neuron.slope < 0.002 and desk.neuron.slip > 0.41
    desk.hand("set", "z", 0.1)
    assert f"{desk.neuron.slope:.2f}" == f"{desk.neuron.slip:.2f}"


def test_the_flat_slopes_of_a_layer_are_gone_when_its_size_is_small():
    desk = shown("01_activations", 'look="layer"').lab
    assert desk.flat > 0.5
    desk.hand("set", "z_size", 0.5)
    assert desk.flat < 0.01


def test_the_nine_numbers_stand_half_a_unit_from_every_mistake():
    spreadsheet = shown("02_forward_pass", "sample=4")
    assert "comes out as 0.00" in spreadsheet.sentence
    answers = {}
    for raised in (-0.5, -0.01, 0.0):
        spreadsheet.lab.hand("change", "b1", 0, raised)
        answers[raised] = spreadsheet.lab.shown["A2"].ravel().tolist()
    assert answers[-0.5] == answers[-0.01] == [0, 1, 1, 0] != answers[0.0]


def test_the_wire_is_parted_by_every_bend_and_by_none_only_without_one():
    (source,) = (s for s in cells("02_forward_pass") if "FoldThePlane(W=W1" in s and "t=3" in s)
    names = {"widgets": widgets, "W1": [[1.0, -1.0], [1.0, -1.0]], "b1": [[-0.5, 1.5]]}
    fold = eval(source, names)
    assert "Yes, with 0.17 to spare" in fold.sentence
    for bend in ("logistic", "relu"):
        fold.lab.hand("set", "activation", bend)
        assert "Yes" in fold.sentence
    fold.lab.hand("set", "activation", "identity")
    assert "now? No" in fold.sentence
