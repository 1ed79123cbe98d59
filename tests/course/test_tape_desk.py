"""The tape under the hand, without a browser: its slopes, each step of its walk, what it shows."""

import json

import numpy as np
import pytest

from nnlib import Network
from nncourse.widgets import TapeDesk
from nncourse.widgets.tape_desk import GIVEN, PLACES, STEPS, TapeModel, gains_of, tape_of

SETTINGS = [{}, {"w": -1.5, "b": 0.3, "x1": 0.0, "x2": 2.0}, {"w": 0.0, "x1": -2.0}]
each_setting = pytest.mark.parametrize("settings", SETTINGS)


def f(w, b, x1, x2):
    return np.tanh(w * x1 + b) + np.tanh(w * x2 + b)


def given(desk):
    return np.array([desk.settings[name] for name in GIVEN])


# The slopes


@each_setting
def test_at_the_end_of_the_walk_the_slopes_are_those_of_finite_differences(settings):
    desk = TapeModel(back=STEPS, **settings)
    assert desk.tape[-1].value == pytest.approx(f(*given(desk)))
    for k, name in enumerate(GIVEN):
        nudge = 1e-6 * np.eye(4)[k]
        measured = (f(*(given(desk) + nudge)) - f(*(given(desk) - nudge))) / 2e-6
        assert desk.slopes[name] == pytest.approx(measured, abs=1e-8)
        assert desk.nudged[name] == pytest.approx(measured, abs=1e-8)


@each_setting
def test_the_slopes_of_weight_and_bias_are_those_of_nnlib(settings):
    desk = TapeModel(back=STEPS, **settings)
    w, b, x1, x2 = given(desk)
    net = Network((1, 1), output="tanh", loss="squared_error")
    X, theta = np.array([[x1], [x2]]), np.zeros(net.n_parameters)
    net.layers(theta)[0][0][:], net.layers(theta)[0][1][:] = w, b
    # Half the mean squared error of two samples has the slope (A - Y) / 2 along an output: here 1.
    Y = net.predict(theta, X) - 2
    (W_slope, b_slope), = net.layers(net.loss_and_grad(theta, X, Y)[1])  # fmt: skip
    assert desk.slopes["w"] == pytest.approx(W_slope.item(), abs=1e-12)
    assert desk.slopes["b"] == pytest.approx(b_slope.item(), abs=1e-12)


def test_each_step_gives_to_the_parents_of_one_number_and_to_nobody_else():
    tape = tape_of(0.7, 0.2, 1.5, -1.0)
    turns = ["sum", "a2", "z2", "w·x2", "a1", "z1", "w·x1"]
    for k, name in enumerate(turns):
        before, after = gains_of(tape, k), gains_of(tape, k + 1)
        grown = {other for other in before if len(after[other]) > len(before[other])}
        assert grown == set(next(entry for entry in tape if entry.name == name).locals)
    assert gains_of(tape, STEPS) == gains_of(tape, len(tape))  # given numbers pass nothing on


def test_halfway_the_slope_of_the_weight_is_that_of_the_second_sample_alone():
    halves = [TapeModel(back=back).slopes["w"] for back in (3, 4, 6, 7)]
    second = -0.5 * (1 - np.tanh(0.8 * -0.5 - 0.4) ** 2)
    first = 1.2 * (1 - np.tanh(0.8 * 1.2 - 0.4) ** 2)
    assert halves == pytest.approx([0, second, second, first + second])


def test_a_smaller_x1_lets_the_two_gains_of_the_weight_all_but_cancel():
    desk = TapeModel(back=STEPS, x1=0.3)
    assert abs(desk.slopes["w"]) < 0.02 < min(map(abs, desk.gains["w"]))


# Hands


def test_it_walks_back_to_its_end_and_begins_again():
    desk = TapeModel()
    steps = 1
    while desk.advance(1):
        steps += 1
    assert steps == STEPS and desk.done and desk.values["play"] == "▶ Walk again"
    desk.again()
    assert desk.settings["back"] == 0 and desk.values["play"] == "▶ Walk back"


@pytest.mark.parametrize("name", PLACES)
def test_a_number_that_is_clicked_has_its_turn(name):
    desk = TapeModel()
    drawn = desk.panels()["tape"]["dots"]
    place = next(d["choice"] for d in drawn if (d["x"], d["y"]) == PLACES[name])
    desk.hand("choose", "tape", place)
    assert desk.done if name in GIVEN else desk.now.name == name


@pytest.mark.parametrize("what", [("tape", 11), ("tape", -1), ("tape", 1.0), ("given", 0)])
def test_a_number_that_is_not_there_is_refused(what):
    desk = TapeModel(back=2)
    with pytest.raises(ValueError, match="the tape has 11 numbers"):
        desk.hand("choose", *what)
    assert desk.settings["back"] == 2


# What it shows


def test_the_sentence_says_the_step():
    assert TapeModel().sentence == (
        "Forward: the sum is −0.16. The walk begins there, with a slope of 1.00."
    )
    assert TapeModel(back=4).sentence == (
        "4 steps back: w·x2 has slope 0.56."
        " w gets −0.50 × 0.56 = −0.28; x2 gets 0.80 × 0.56 = 0.45."
    )
    assert TapeModel(back=7).sentence.endswith("0.89, in all 0.61; x1 gets 0.80 × 0.74 = 0.59."
                                               " A nudge of w: 0.61.")  # fmt: skip


def test_the_table_adds_up_what_came_beside_the_nudge():
    def row(back):
        return TapeModel(back=back).panels()["given"]["rows"][0]

    assert row(0) == {"mark": "none", "name": "w = 0.80", "texts": ["nothing yet", "0.61"]}
    assert row(4) == {"mark": "full", "name": "w = 0.80", "texts": ["−0.28", "0.61"]}
    assert row(5)["mark"] == "hollow"
    assert row(7)["texts"] == ["−0.28 + 0.89 = 0.61", "0.61"]
    came = TapeModel(back=7, x1=-1.0).panels()["given"]["rows"][0]["texts"][0]
    assert came.startswith("−0.28 − 0.")


def test_arrows_turn_round_as_the_walk_passes_them():
    for back in range(STEPS + 1):
        desk = TapeModel(back=back)
        arrows = desk.panels()["tape"]["arrows"]
        turned = sum(len(entry.locals) for entry in desk.tape[::-1][:back])
        assert sum(arrow["x1"] < arrow["x0"] for arrow in arrows) == turned
        in_hand = sum(arrow["colour"] == "selected" for arrow in arrows)
        assert in_hand == (len(desk.now.locals) if back else 0)


def test_a_dot_says_by_its_shape_whether_it_has_a_slope_and_of_which_sign():
    dots = TapeModel(back=4).panels()["tape"]["dots"][: len(PLACES)]
    look = dict(zip([entry.name for entry in TapeModel().tape], dots))
    assert look["z1"]["hollow"] and look["w"]["mark"] == "triangle"
    assert look["w·x2"]["size"] > look["sum"]["size"] and "hollow" not in look["sum"]


def test_the_still_picture_has_each_number_and_no_axes():
    figure = TapeModel(back=STEPS).picture()
    drawn = [text.get_text() for ax in figure.axes for text in ax.texts]
    for text in ("w·x1 = 0.96", "slope +1.30", "a2 = −0.66", "−0.28 + 0.89 = 0.61"):
        assert text in drawn
    assert not any(ax.axison for ax in figure.axes)


# Exits


def test_a_recipe_makes_the_same_again():
    desk = TapeModel(back=5, w=-0.5, x2=1.0)
    again = TapeModel.from_recipe(desk.recipe())
    assert (again.sentence, again.settings) == (desk.sentence, desk.settings)
    with pytest.raises(ValueError, match="steps back: 8 given"):
        TapeModel.from_recipe(json.dumps({"nnlib": "tape_desk 1", "start": {"back": 8}}))


def test_the_copied_lines_compute_what_stands_there(capsys):
    desk = TapeModel(back=6, b=0.1)
    exec(desk.python(), {})
    printed = eval(capsys.readouterr().out)
    assert printed == pytest.approx({k: round(v, 2) for k, v in desk.slopes.items()})


def test_its_settings_are_its_sliders():
    assert TapeDesk.settings() == {"back": 0, "w": 0.8, "b": -0.4, "x1": 1.2, "x2": -0.5}
    with pytest.raises(ValueError, match="weight w: 3 given"):
        TapeDesk(w=3)
