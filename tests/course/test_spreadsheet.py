"""The spreadsheet network without a browser: its numbers are nnlib's, and hands keep them whole."""

import re
import subprocess
import sys
import time

import numpy as np
import pytest

from nnlib import Network, xor
from nncourse.widgets import Spreadsheet
from nncourse.widgets.spreadsheet import LOOKS, SpreadsheetDesk

# Numbers that are all different, so that none can be taken for another.
ODD = dict(
    X=[[0.1, 1.2], [-0.7, 0.4], [1.5, -1.1], [0.9, 0.3]],
    W1=[[0.5, -1.3, 2.1], [1.7, 0.2, -0.6]],
    b1=[[0.35, -0.15, 0.8]],
    W2=[[1.1], [-0.9], [0.45]],
    b2=[[-0.25]],
)


def parts(desk):
    """{name: part} of both panels of arrays."""
    panels = desk.frame()["panels"]
    rows = panels["hidden_layer"]["rows"] + panels["output_layer"]["rows"]
    return {part["name"]: part for row in rows for part in row if not isinstance(part, str)}


def number(text):
    return float(text.replace("−", "-"))


def shown(desk, name):
    part = parts(desk)[name]
    return np.reshape([number(text) for text in part["texts"]], (-1, part["columns"]))


def lit(desk, name):
    part = parts(desk)[name]
    return set(part.get("lit", ()))


# What stands there


@pytest.mark.parametrize("hidden", ["step", "tanh", "relu", "gelu"])
@pytest.mark.parametrize("output", ["identity", "logistic", "step"])
@pytest.mark.parametrize("batch", [1, 4])
def test_every_number_is_that_of_a_forward_pass(hidden, output, batch):
    desk = SpreadsheetDesk(hidden=hidden, output=output, batch=batch, row=2, **ODD)
    X = np.array(ODD["X"]) if batch == 4 else np.array(ODD["X"][2:3])
    net = Network((2, 3, 1), hidden=hidden, output=output)
    theta = np.concatenate([np.ravel(ODD[name]) for name in ("W1", "b1", "W2", "b2")])
    trace = net.forward(theta, X)
    expected = dict(Z1=trace.Z[0], A1=trace.A[1], Z2=trace.Z[1], A2=trace.A[2]) | ODD | {"X": X}
    for name, values in expected.items():
        assert np.allclose(shown(desk, name), values, atol=0.00501), name
        assert parts(desk)[name]["shape"] == " × ".join(map(str, np.shape(values)))
    drawing = desk.frame()["panels"]["network"]
    assert np.allclose(np.frombuffer(drawing["weights"], np.float32), theta)
    row = 2 if batch == 4 else 0
    sent = np.concatenate([a[row] for a in trace.A])
    assert np.allclose([number(text) for text in drawing["texts"]], sent, atol=0.00501)


def test_at_first_it_solves_xor_and_does_not_listen_to_the_third_unit():
    desk = SpreadsheetDesk()
    assert shown(desk, "A2").tolist() == xor().Y.tolist()
    for value in (-10, 10):
        desk.hand("change", "b1", 2, value)
        assert shown(desk, "A2").tolist() == xor().Y.tolist()


def test_of_one_layer_no_more_is_shown_and_told():
    sheet = Spreadsheet(layers=1, hidden="tanh")
    assert sheet.sentence == "Z1[1, 2]: 0 × 0.5 + 1 × 2.0 + 1.0 = 3.0."
    shown = [name for name, payload in sheet.frame["panels"].items() if payload]
    assert sheet.frame["hidden"] == ["output"] and shown == ["hidden_layer"]
    assert Spreadsheet().frame["hidden"] == [] and all(Spreadsheet().frame["panels"].values())


# What is lit


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_lit_is_what_changes_with_it(look):
    """Nudge a number: what it is lit with changes, or changes it; all other numbers stay."""
    desk = SpreadsheetDesk(hidden="tanh", look=look, row=1, **ODD)
    (name,) = [name for name, part in parts(desk).items() if "made" in part]
    made = parts(desk)[name]["made"]
    if name in desk.numbers:
        before = {key: values.copy() for key, values in desk.shown.items()}
        desk.hand("change", name, made, desk.numbers[name].flat[made] + 0.5)
        layer = "Z1" if name in ("X", "W1", "b1") else "Z2"
        assert lit(desk, layer) == set(np.flatnonzero(desk.shown[layer] != before[layer]))
    else:
        feeds = {"Z1": ("X", "W1", "b1"), "A1": ("Z1",), "Z2": ("A1", "W2", "b2"), "A2": ("Z2",)}
        assert {key for key in parts(desk) if lit(desk, key)} == set(feeds[name])
        for other in feeds[name]:
            if other not in desk.numbers:
                continue
            for place in range(desk.numbers[other].size):
                again = SpreadsheetDesk.from_recipe(desk.recipe())
                again.hand("change", other, place, again.numbers[other].flat[place] + 0.5)
                moved = again.shown[name].flat[made] != desk.shown[name].flat[made]
                assert moved == (place in lit(desk, other)), (other, place)


@pytest.mark.parametrize("name, edges", [("Z1", [2, 5]), ("W1", [2]), ("Z2", [9, 10, 11])])
def test_the_edges_that_made_a_number_are_lit_by_their_place_in_theta(name, edges):
    look = {"Z1": "Z1[:, 2]", "W1": "W1[0, 2]", "Z2": "Z2[:, 0]"}[name]
    assert SpreadsheetDesk(look=look).frame()["panels"]["network"]["lit"]["edges"] == edges


def test_the_sentence_writes_the_sum_out():
    sentence = SpreadsheetDesk(hidden="tanh", look="Z1[:, 1]", row=1, **ODD).sentence
    assert "(−0.7) " not in sentence and "-" not in sentence
    sum_ = "−0.7 × (−1.3) + 0.4 × 0.2 + (−0.15) = 0.84."
    assert sentence.startswith("Z1[1, 1]: " + sum_)
    assert eval(sum_.split(" = ")[0].replace("×", "*").replace("−", "-")) == pytest.approx(0.84)


@pytest.mark.parametrize("look", ["Z1[:, 0]", "Z2[:, 0]"])
def test_an_equals_sign_stands_only_where_the_numbers_shown_add_up(look):
    for hidden in ("tanh", "logistic", "step"):
        for row in range(4):
            desk = SpreadsheetDesk(hidden=hidden, look=look, row=row, **ODD)
            total = desk.sentence.split(": ")[1].split(". Row")[0]
            left, sign, right = re.split(" ([=≈]) ", total)
            sum_ = eval(left.replace("×", "*").replace("−", "-"))
            assert (abs(sum_ - number(right)) < 1e-9) == (sign == "="), total


# Hands


def followed(desk):
    """The row of each array that is marked, and that the network is drawn for."""
    marked = {name: part["row"] for name, part in parts(desk).items() if part["row"] is not None}
    assert set(marked) == {"X", "Z1", "A1", "Z2", "A2"}
    names = desk.frame()["panels"]["network"]["names"]
    (row,) = {*marked.values(), *(int(name.split("[")[1][0]) for layer in names for name in layer)}
    return row


def test_pointing_lights_a_number_and_loses_nobodys_row():
    desk = SpreadsheetDesk()
    desk.hand("set", "row", 3)
    desk.hand("point", "Z1", 2 * 3 + 1)  # the mouse crosses row 2
    assert desk.sentence.startswith("Z1[2, 1]: ")
    assert (desk.settings["row"], followed(desk)) == (3, 3)
    assert parts(desk)["Z1"]["made"] == 7 and lit(desk, "X") == {4, 5}
    desk.hand("point", "W1", 5)
    assert desk.settings["look"] == "W1[1, 2]" and desk.sentence.startswith("W1[1, 2]: ")
    desk.hand("point", "Z1", 1)
    desk.hand("point")  # and leaves
    assert desk.sentence.startswith("Z1[3, 1]: ") and parts(desk)["Z1"]["made"] == 10
    desk.hand("point", "Z1", 1)
    desk.hand("set", "row", 2)  # to choose a row is to look at it
    assert desk.sentence.startswith("Z1[2, 1]: ") and followed(desk) == 2


def test_the_row_is_followed_where_one_layer_is_shown():
    desk = SpreadsheetDesk(layers=1)
    for row in range(4):
        desk.hand("set", "row", row)
        part = next(p for p in desk.frame()["panels"]["hidden_layer"]["rows"][1]
                    if isinstance(p, dict))  # fmt: skip
        assert (part["name"], part["row"]) == ("Z1", row)
        assert desk.sentence.startswith(f"Z1[{row}, 2]: ")


def test_what_counted_samples_from_1_still_opens():
    old = '{"nnlib": "spreadsheet 1", "start": {"sample": 4, "look": "Z2[:, 0]"}}'
    for desk in (SpreadsheetDesk.from_recipe(old), SpreadsheetDesk(sample=4, look="Z2[:, 0]")):
        assert desk.settings["row"] == 3 and desk.sentence.startswith("Z2[3, 0]: ")
        assert '"row": 3' in desk.recipe()
    with pytest.raises(ValueError, match="sample: 0 given, expected a whole number from 1 to 4"):
        SpreadsheetDesk(sample=0)


def test_the_drawing_and_the_arrays_point_at_the_same_numbers():
    desk = SpreadsheetDesk()
    for index in range(desk.theta.size):
        desk.hand("point", "network", "weight", index)
        name, row, column = LOOKS[desk.settings["look"]]
        assert (
            parts(desk)[name]["values"][row * desk.shown[name].shape[1] + column]
            == (desk.theta[index])
        )
    desk.hand("point", "network", "unit", 1, 2)
    assert desk.settings["look"] == "A1[:, 2]"
    desk.hand("weight", 12, 0.25)
    assert desk.numbers["b2"] == 0.25


def test_in_a_batch_of_one_the_numbers_of_that_sample_change():
    desk = SpreadsheetDesk(batch=1, row=2)
    assert parts(desk)["X"]["shape"] == "1 × 2"
    desk.hand("change", "X", 1, 7.0)
    assert desk.numbers["X"].tolist() == [[0, 0], [0, 1], [1, 7], [1, 1]]
    desk.hand("point", "Z1", 2)
    assert desk.settings["row"] == 2
    assert desk.sentence.startswith("Z1[0, 2]: 1 × 0.5 + 7 × 2.0 + 1.0 = 15.5.")


@pytest.mark.parametrize(
    "hand, words",
    [
        (("change", "W1", 6, 1.0), r"there is no number 6 in 'W1'"),
        (("change", "Z1", 0, 1.0), r"there is no number 0 in 'Z1'"),
        (("change", "W1", 0, float("nan")), r"expected a number from -10 to 10"),
        (("change", "X", 8, 0.0), r"there is no number 8 in 'X'"),
        (("point", "Z3", 0), r"there is no number"),
        (("point", "Z1", 12), r"expected a place from 0 to 11"),
        (("point", "network", "unit", 3, 0), r"there is no number"),
        (("weight", 13, 0.0), r"expected a place from 0 to 12"),
        (("set", "row", 4), r"row followed: 4 given"),
        (("set", "colour", 5), r"there is no control 'colour'"),
        (("settled",), r"'settled': expected one of"),
    ],
)
def test_a_hand_that_slips_is_told_so_and_nothing_is_lost(hand, words):
    desk = SpreadsheetDesk(**ODD)
    before = desk.recipe()
    with pytest.raises(ValueError, match=words):
        desk.hand(*hand)
    assert desk.recipe() == before


@pytest.mark.parametrize(
    "settings, words",
    [
        (dict(W1=[[1, 2], [3, 4], [5, 6], [7, 8]]), r"W1 of shape \(2, 3\)"),
        (dict(b1=[1, 2, "three"]), r"'three' given, expected a number"),
        (dict(look="Z9"), r"number looked at: 'Z9' given"),
        (dict(recipe="{}", batch=1), r"a recipe says everything"),
        (dict(recipe="nonsense"), r"recipe"),
        (dict(hide=["nothing"]), r"there is nothing called nothing"),
    ],
)
def test_a_spreadsheet_that_cannot_be_says_why(settings, words):
    with pytest.raises(ValueError, match=words):
        Spreadsheet(**settings)


def test_reset_brings_back_what_it_began_with():
    desk = SpreadsheetDesk(batch=1, **ODD)
    start = desk.sentence
    desk.hand("change", "W1", 0, 3.0)
    desk.hand("set", "batch", 4)
    desk.hand("reset")
    assert desk.sentence == start and desk.numbers["W1"].tolist() == ODD["W1"]


# Exits


def test_a_recipe_puts_all_of_it_up_again():
    desk = SpreadsheetDesk(hidden="gelu", output="tanh", **ODD)
    desk.hand("change", "b2", 0, -1.25)
    desk.hand("point", "A1", 4)  # in the row that is followed
    again = Spreadsheet(recipe=desk.recipe()).lab
    assert again.sentence == desk.sentence
    assert parts(again) == parts(desk)


def test_its_lines_of_python_print_what_stands_there(tmp_path):
    desk = SpreadsheetDesk(hidden="relu", output="logistic", **ODD)
    code = [sys.executable, "-W", "error", "-c", desk.python()]
    done = subprocess.run(code, capture_output=True, text=True, check=True, cwd=tmp_path)
    printed = np.array(re.findall(r"-?\d+\.\d*", done.stdout), float).reshape(4, -1)
    expected = np.hstack([desk.shown[name] for name in ("Z1", "A1", "Z2", "A2")])
    assert np.allclose(printed, expected, atol=0.00501)


def test_where_nobody_runs_it_there_is_a_picture_in_words_and_a_page(tmp_path):
    sheet = Spreadsheet(hide=["output_layer"])
    data, metadata = sheet._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == sheet.sentence
    page = sheet.to_html(tmp_path / "sheet.html").read_text("utf-8")
    assert sheet.sentence in page and "http://" not in page.split("<script")[0]
    frames = list(sheet.lab.recording(80))
    assert [frame["when"] for frame in frames[:-1]] == [f"row followed {k}" for k in range(4)]
    assert frames[-1]["status"] == sheet.sentence


def test_a_frame_is_quick():
    desk = SpreadsheetDesk(**ODD)
    begun = time.thread_time()
    for _ in range(50):
        desk.hand("change", "W1", 2, 0.5)
        desk.frame()
    assert (time.thread_time() - begun) / 50 < 0.02  # 0.3 ms, where nothing else runs


def test_a_refusal_stays_said_while_the_mouse_only_points():
    # The line of a refusal moves the page, and so another number under a mouse that lies still.
    sheet = Spreadsheet()
    refused = {"do": "change", "arguments": ["W2", 2, 99]}
    for no, message in enumerate([refused, {"do": "point", "arguments": ["X", 1]}], start=1):
        sheet._heard(None, message | {"no": no, "view": "a"}, [])
        assert "99 given, expected a number from -10 to 10" in sheet.frame["trouble"]
    sheet._heard(None, {"do": "change", "arguments": ["W2", 2, 1], "no": 3, "view": "a"}, [])
    assert not sheet.frame["trouble"] and sheet.lab.numbers["W2"][2, 0] == 1
